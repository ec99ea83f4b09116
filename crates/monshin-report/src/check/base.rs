//! Whether the words speak of the base that the figure rests on (X11).

use monshin_diag::{Diagnostic, Lang, words};

use super::bench::Bench;
use super::context::Around;
use super::figure::Share;
use super::lexis::folded;
use crate::claims::Claim;

impl Bench<'_> {
    /// 「全体の」 only on everybody; 「7割の組織は」 not on those who were asked alone.
    pub fn check_base(&mut self, at: usize, claim: &Claim, share: &Share) {
        let routed = !self.desk.variable(share.target.variable).base.is_all();
        if !routed && share.group.is_all() {
            return;
        }
        let around = self.reading(at).around(self.link(at));
        let base = |lang: Lang| self.base_words(share, lang);
        if self.says_of_all(at, &around, share) {
            let message = words!(
                "「全体の」は全回答の割合にしか使えません。この母数は{}です", base(Lang::Ja);
                "\"of all\" is for shares of all responses; this base is {}", base(Lang::En));
            let help = words!("「…のうち」と母数を書いてください"; "name the base: \"of those who …\"");
            let finding = Diagnostic::error("C030", self.words_place(at), message).help(help);
            self.waivable(at, finding.expected(base(self.narrative.lang)));
        } else if routed
            && share.group.is_all()
            && matches!(claim, Claim::Share(_))
            && self.reads_as_of_all(&around)
        {
            let message = words!(
                "全組織の割合と読めますが、母数は{}です", base(Lang::Ja);
                "it reads as a share of all, but its base is {}", base(Lang::En));
            let help = words!("「そのうち」「…している組織の」のように母数を書いてください"; "name the base: \"of those who …\"");
            let finding = Diagnostic::error("C031", self.words_place(at), message).help(help);
            self.waivable(at, finding.expected(base(self.narrative.lang)));
        }
    }

    fn base_words(&self, share: &Share, lang: Lang) -> String {
        let asked = self.desk.variable(share.target.variable).base.sentence.get(lang.tag());
        let group = self.desk.group_label(&share.group, lang);
        let parts: Vec<&str> = [asked, group.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        let joint = if lang == Lang::Ja { "、" } else { ", " };
        format!("{} (n = {})", parts.join(joint), share.base)
    }

    fn says_of_all(&self, at: usize, around: &Around, share: &Share) -> bool {
        match self.narrative.lang {
            Lang::Ja => {
                let text = folded(&format!("{}{}", around.spelled_before, self.link(at).words));
                let reach = folded(&around.spelled_before).len();
                self.lexis.all(&text, &self.lexis.whole).into_iter().any(|(from, end)| {
                    let near = end >= reach || text[end..reach].chars().count() <= 4;
                    near && !self.is_qualified(&text[..from], share)
                })
            }
            Lang::En => {
                let after = folded(around.spelled_after.trim_start());
                let whole = self.lexis.whole.iter().find(|word| after.starts_with(word.as_str()));
                whole.is_some_and(|word| {
                    self.lexis.first(&first_words(&after[word.len()..], 8), &self.lexis.base_named).is_none()
                })
            }
        }
    }

    /// 「把握している組織全体の」, 「個人全体の」: the base is named.
    fn is_qualified(&self, before: &str, share: &Share) -> bool {
        let before = before.trim_end_matches(['」', '』']);
        let named_class = share.group.filters.iter().any(|(by, classes)| {
            classes
                .iter()
                .any(|class| before.ends_with(&folded(self.desk.class_label(*by, *class, Lang::Ja))))
        });
        named_class
            || self.nouns().iter().any(|noun| before.strip_suffix(noun.as_str()).is_some_and(ends_a_clause))
    }

    /// 「[7割](…)の組織は」, "[70%](…) of institutions", and nothing names the base.
    fn reads_as_of_all(&self, around: &Around) -> bool {
        let (after, lead) = (folded(&around.spelled_after), folded(&around.lead));
        match self.narrative.lang {
            Lang::Ja => {
                let noun = after
                    .strip_prefix('の')
                    .is_some_and(|rest| self.nouns().iter().any(|noun| rest.starts_with(noun.as_str())));
                noun && !self.names_a_base(&lead)
            }
            Lang::En => {
                let rest = after
                    .trim_start()
                    .strip_prefix("of ")
                    .map(|rest| rest.strip_prefix("the ").unwrap_or(rest));
                let noun =
                    rest.is_some_and(|rest| self.nouns().iter().any(|noun| rest.starts_with(noun.as_str())));
                let named = |text: &str| self.lexis.first(text, &self.lexis.base_named).is_some();
                noun && !named(&after) && !named(&lead)
            }
        }
    }

    fn names_a_base(&self, lead: &str) -> bool {
        let by_word = self.lexis.first(lead, &self.lexis.base_named).is_some();
        let by_clause = self
            .nouns()
            .iter()
            .any(|noun| lead.match_indices(noun.as_str()).any(|(at, _)| ends_a_clause(&lead[..at])));
        let by_question = lead
            .match_indices('q')
            .any(|(at, _)| lead[at + 1..].starts_with(|char: char| char.is_ascii_digit()));
        by_word || by_clause || by_question
    }

    fn nouns(&self) -> Vec<String> {
        let unit = folded(self.desk.unit());
        let unit = Some(unit).filter(|unit| !unit.is_empty());
        self.lexis.everybody.iter().cloned().chain(unit).collect()
    }
}

/// 「…している」「…した」: a clause that qualifies the noun behind it.
fn ends_a_clause(text: &str) -> bool {
    text.ends_with(['る', 'た', 'い', 'な', 'う', 'す'])
}

fn first_words(text: &str, count: usize) -> String {
    text.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}
