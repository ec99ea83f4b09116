//! What merging classes would do, in words. For the author alone.

use std::fmt::Write;

use monshin_diag::{Lang, Words, words};
use monshin_tabulate::instrument::{CannotMerge, Questionnaire};
use monshin_tabulate::{Groups, Loss, MergeAdvice, Reach};

/// What it says of one breakdown.
pub struct Sheet<'a> {
    /// The survey.
    pub form: &'a Questionnaire,
    /// The breakdown.
    pub breakdown: usize,
    /// Whose words.
    pub lang: Lang,
}

/// That it stays with the author.
pub fn not_for_publication(lang: Lang) -> String {
    let words = words!(
        "まとめるには survey.toml の区分を一つのコードにし、ほかの id と表記を aliases に加えます（population.csv は合計した行にします）。この出力は秘匿した区分の手がかりとなるため、公表しないでください。";
        "To merge classes, make them one code in survey.toml with the other ids and spellings among its aliases (and one row with their sum in population.csv). This hints at what is withheld: do not publish it.");
    format!("{}\n", words.get(lang))
}

impl Sheet<'_> {
    /// The advice: as it is, what would be better, how far was looked.
    pub fn text(&self, advice: &MergeAdvice) -> String {
        let (label, now) = (self.label(), advice.now);
        let mut text = self.say(&words!(
            "{label}: 秘匿 {} か所。この区分による表の {} 行のうち、すべての値を示すのは {} 行", now.withheld, now.rows, now.shown;
            "{label}: {} rows and cells withheld in all tables; {} of {} rows by it shown whole", now.withheld, now.shown, now.rows));
        for (groups, loss) in &advice.ways {
            text.push_str(&self.way(groups, loss, now));
        }
        if advice.ways.is_empty() && now.withheld > 0 {
            text.push_str(&self.say(&words!(
                "  試したまとめ方では秘匿は減らない"; "  no way that was tried withholds less")));
        }
        if advice.tried > 0 {
            text.push_str(&self.reach(advice));
        }
        text
    }

    /// Why its classes stay apart.
    pub fn cannot(&self, why: CannotMerge) -> String {
        let label = self.label();
        let why = match why {
            CannotMerge::Asked => {
                words!("設問への回答による区分のため、まとめた場合は試していない"; "its classes are answers to a question; merging them was not tried")
            }
            CannotMerge::Routes => {
                words!("回答条件がこの区分を参照するため、まとめた場合は試していない"; "what is asked depends on its classes; merging them was not tried")
            }
        };
        self.say(&words!("{label}: {}", why.ja; "{label}: {}", why.en))
    }

    fn way(&self, groups: &Groups, loss: &Loss, now: Loss) -> String {
        let merged: Vec<String> =
            groups.iter().filter(|group| group.len() > 1).map(|group| self.names(group)).collect();
        let (count, left) = (groups.iter().map(Vec::len).sum::<usize>(), groups.len());
        let list = merged.join(words!("、また"; ", and ").get(self.lang));
        self.say(&words!(
            "  {list}をまとめると、秘匿は {} か所（現在は {} か所）。すべての値を示すのは {} 行のうち {} 行（{count} 区分が {left} 区分になる）",
            loss.withheld, now.withheld, loss.rows, loss.shown;
            "  merging {list} would withhold {} instead of {}; {} of {} rows shown whole ({count} classes become {left})",
            loss.withheld, now.withheld, loss.shown, loss.rows))
    }

    fn reach(&self, advice: &MergeAdvice) -> String {
        let (tried, impossible) = (advice.tried, advice.impossible);
        let how = match advice.reach {
            Reach::Exhaustive => {
                words!("隣り合う区分のまとめ方はすべて試した"; "every way to merge neighbours into as many classes was tried")
            }
            Reach::StepByStep => {
                words!("隣り合う2区分を1組ずつまとめた。よりよいまとめ方がほかにありうる"; "one pair of neighbours after another; other ways may be better")
            }
            Reach::SmallestOnly => {
                words!("回答の少ない区分から順にまとめた。よりよいまとめ方がほかにありうる"; "only the smallest classes together; other ways may be better")
            }
            Reach::Stopped => {
                words!("時間の上限で打ち切った。よりよいまとめ方がほかにありうる"; "stopped at the limit of time; other ways may be better")
            }
        };
        let failed = match impossible {
            0 => words!(""; ""),
            _ => {
                words!("、うち {impossible} とおりは集計できない"; ", {impossible} of which cannot be tabulated")
            }
        };
        self.say(&words!("  （{tried} とおり{}。{}）", failed.ja, how.ja; "  ({tried} tried{}; {})", failed.en, how.en))
    }

    fn names(&self, group: &[u16]) -> String {
        let codes = &self.form.breakdowns()[self.breakdown].codes.codes;
        let names: Vec<&str> =
            group.iter().map(|at| codes[usize::from(*at)].label.get(self.lang.tag())).collect();
        match (self.lang, &names[..]) {
            (Lang::Ja, _) => format!("「{}」", names.join("」と「")),
            (Lang::En, [first @ .., last]) if !first.is_empty() => {
                format!("“{}” and “{last}”", first.join("”, “"))
            }
            (Lang::En, _) => names.join(", "),
        }
    }

    fn label(&self) -> &str {
        self.form.breakdowns()[self.breakdown].label.get(self.lang.tag())
    }

    fn say(&self, words: &Words) -> String {
        let mut line = String::new();
        let _ = writeln!(line, "{}", words.get(self.lang));
        line
    }
}

#[cfg(test)]
mod tests;
