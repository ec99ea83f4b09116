//! A condition in words, for the base line of a table. In English it goes on after "those that": "answered
//! “Yes” to Q1 and are “Small” by Size".

use crate::question::{display_name, is_numbered};
use crate::{Code, Comparison, Day, Expr, Questionnaire, Subject, Test};

/// The condition in words of one language; Japanese for `ja`, English for any other.
pub(crate) fn sentence(form: &Questionnaire, expr: &Expr, language: &str) -> String {
    Speaker { form, language, japanese: language == "ja", by_wording: false }.say(expr, Place::Alone)
}

/// The same for respondents, who have no use for an id that is a word: 「電子カルテを利用していますか」で「はい」と回答.
pub(crate) fn asked_of(form: &Questionnaire, expr: &Expr, language: &str) -> String {
    Speaker { form, language, japanese: language == "ja", by_wording: true }.say(expr, Place::Alone)
}

/// What a question asks, without what it explains further.
fn first_sentence(text: &str) -> &str {
    let marks = [("。", 0), ("？", "？".len()), ("? ", 1), (". ", 0)];
    let end = marks.into_iter().filter_map(|(mark, kept)| text.find(mark).map(|at| at + kept));
    let text = end.min().map_or(text, |end| &text[..end]);
    text.strip_suffix('.').unwrap_or(text)
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Alone,
    Inside,
}

struct Speaker<'q> {
    form: &'q Questionnaire,
    language: &'q str,
    japanese: bool,
    /// Whether questions without a number are named by what they ask.
    by_wording: bool,
}

impl Speaker<'_> {
    fn say(&self, expr: &Expr, place: Place) -> String {
        match expr {
            Expr::Always => self.pick("全て", "all").to_owned(),
            Expr::Test(test) => self.test(test),
            Expr::And(list) => self.list(list, ("、かつ", " and "), place),
            Expr::Or(list) => self.list(list, ("、または", " or "), place),
            Expr::Not(inner) => {
                let inner = self.say(inner, Place::Alone);
                if self.japanese {
                    format!("「{inner}」に該当しない")
                } else {
                    format!("are not among those that {inner}")
                }
            }
            Expr::Given(_) => self.pick("記入のあった項目", "entries that were filled in").to_owned(),
        }
    }

    fn pick(&self, ja: &'static str, en: &'static str) -> &'static str {
        if self.japanese { ja } else { en }
    }

    fn quoted(&self, words: &str) -> String {
        if self.japanese { format!("「{words}」") } else { format!("“{words}”") }
    }

    fn list(&self, list: &[Expr], (ja, en): (&str, &str), place: Place) -> String {
        let parts: Vec<String> = list.iter().map(|one| self.say(one, Place::Inside)).collect();
        let joined = parts.join(if self.japanese { ja } else { en });
        match (place, self.japanese) {
            (Place::Alone, _) => joined,
            (Place::Inside, true) => format!("（{joined}）"),
            (Place::Inside, false) => format!("({joined})"),
        }
    }

    fn test(&self, test: &Test) -> String {
        let (name, is_breakdown) = self.name(test.subject);
        match &test.is {
            Comparison::In(codes) => self.choice(&name, is_breakdown, test.subject, codes, false),
            Comparison::NotIn(codes) => self.choice(&name, is_breakdown, test.subject, codes, true),
            Comparison::Answered => {
                if self.japanese {
                    format!("{name}に回答")
                } else {
                    format!("answered {name}")
                }
            }
            Comparison::Eq(limit) => self.limit(test.subject, &name, *limit, EQUAL),
            Comparison::Ne(limit) => self.limit(test.subject, &name, *limit, UNEQUAL),
            Comparison::Lt(limit) => self.limit(test.subject, &name, *limit, BELOW),
            Comparison::Le(limit) => self.limit(test.subject, &name, *limit, AT_MOST),
            Comparison::Gt(limit) => self.limit(test.subject, &name, *limit, ABOVE),
            Comparison::Ge(limit) => self.limit(test.subject, &name, *limit, AT_LEAST),
        }
    }

    fn name(&self, subject: Subject) -> (String, bool) {
        match subject {
            Subject::Breakdown(at) => (self.form.breakdowns[at].label.get(self.language).to_owned(), true),
            Subject::Item(at) => {
                let item = &self.form.items[at];
                let question = &self.form.questions[item.question];
                let mut name = if self.by_wording && !is_numbered(&question.id) {
                    self.quoted(first_sentence(question.text.get(self.language)))
                } else {
                    display_name(&question.id)
                };
                if let (crate::QuestionKind::Grid(rows), Some(row)) = (&question.kind, item.row) {
                    let label = rows[row].1.get(self.language);
                    name.push_str(if self.japanese { "" } else { " " });
                    name.push_str(&self.quoted(label));
                }
                (name, false)
            }
        }
    }

    fn codes(&self, subject: Subject) -> &[Code] {
        match subject {
            Subject::Breakdown(at) => &self.form.breakdowns[at].codes.codes,
            Subject::Item(at) => self.form.items[at].codes().map_or(&[], |list| &list.codes),
        }
    }

    fn choice(
        &self,
        name: &str,
        is_breakdown: bool,
        subject: Subject,
        codes: &[u16],
        negated: bool,
    ) -> String {
        let all = self.codes(subject);
        let label = |code: &u16| self.quoted(all[usize::from(*code)].label.get(self.language));
        let list: Vec<String> = codes.iter().map(label).collect();
        if self.japanese {
            let list = list.join("または");
            let but = if negated { "以外" } else { "" };
            if is_breakdown {
                format!("{name}が{list}{but}")
            } else {
                format!("{name}で{list}{but}と回答")
            }
        } else {
            let list = list.join(" or ");
            match (is_breakdown, negated) {
                (true, false) => format!("are {list} by {name}"),
                (true, true) => format!("are not {list} by {name}"),
                (false, false) => format!("answered {list} to {name}"),
                (false, true) => format!("answered other than {list} to {name}"),
            }
        }
    }

    fn limit(&self, subject: Subject, name: &str, limit: f64, words: Limit) -> String {
        let answer = match subject {
            Subject::Item(at) => Some(&self.form.items[at].answer),
            Subject::Breakdown(_) => None,
        };
        let is_date = matches!(answer, Some(crate::AnswerType::Date { .. }));
        let value = match answer {
            Some(crate::AnswerType::Date { .. }) => Day::from_number(limit as i32).to_string(),
            Some(crate::AnswerType::Number(limits)) => {
                let unit = limits.unit.get(self.language);
                let space = if self.japanese || unit.is_empty() { "" } else { " " };
                format!("{limit}{space}{unit}")
            }
            _ => limit.to_string(),
        };
        // A quoted question is no quantity; its answer is.
        let of = if name.starts_with('「') { "の回答" } else { "" };
        let [ja, en] = if is_date { words.of_dates } else { words.of_numbers };
        if self.japanese {
            format!("{name}{of}{}", ja.replace("{}", &value))
        } else {
            format!("answered {} to {name}", en.replace("{}", &value))
        }
    }
}

/// A comparison in words, Japanese and English.
#[derive(Clone, Copy)]
struct Limit {
    of_numbers: [&'static str; 2],
    of_dates: [&'static str; 2],
}

const EQUAL: Limit = Limit { of_numbers: ["が{}", "{}"], of_dates: ["が{}", "{}"] };
const UNEQUAL: Limit =
    Limit { of_numbers: ["が{}以外", "other than {}"], of_dates: ["が{}以外", "other than {}"] };
const BELOW: Limit =
    Limit { of_numbers: ["が{}未満", "less than {}"], of_dates: ["が{}より前", "before {}"] };
const AT_MOST: Limit =
    Limit { of_numbers: ["が{}以下", "at most {}"], of_dates: ["が{}以前", "{} or earlier"] };
const ABOVE: Limit =
    Limit { of_numbers: ["が{}を超える", "more than {}"], of_dates: ["が{}より後", "after {}"] };
const AT_LEAST: Limit =
    Limit { of_numbers: ["が{}以上", "at least {}"], of_dates: ["が{}以降", "{} or later"] };
