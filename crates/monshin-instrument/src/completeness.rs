//! How much of what it was asked a response answers, and what the survey makes of that.

use crate::{AnswerType, Item, Questionnaire, Response};

/// When a response is complete, when it is usable at all, and how eligible the silent are taken to be:
/// `[response]` in `survey.toml`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResponseRule {
    /// Whether the survey states it, or these are the defaults.
    pub is_stated: bool,
    /// A response is complete from this share of answered questions on (default 0.8).
    pub complete_from: f64,
    /// It is partial, and usable, from this share on; below it is a break-off (default 0.5).
    pub partial_from: f64,
    /// e of AAPOR's rates: the share eligible among cases of unknown eligibility, 0 to 1. `None`: the
    /// share among the known.
    pub eligible_share: Option<f64>,
}

impl Default for ResponseRule {
    /// AAPOR's customary bounds: 80 % and 50 %.
    fn default() -> ResponseRule {
        ResponseRule { is_stated: false, complete_from: 0.8, partial_from: 0.5, eligible_share: None }
    }
}

/// What a response amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Enough of it is answered.
    Complete,
    /// Usable by the survey's rule.
    Partial,
    /// Not usable.
    BreakOff,
}

impl Questionnaire {
    /// How many items a response was asked and how many of those it answers ("don't know" is an
    /// answer, "rather not say" and a blank are none). Free text and "please specify" do not count;
    /// neither does what nobody knows whether it was to be asked.
    pub fn answered_of_asked(&self, response: &Response) -> (usize, usize) {
        let counts = |at: usize| {
            let item = &self.items[at];
            !item.is_specify && !matches!(item.answer, AnswerType::Text { .. })
        };
        let items = response.items().iter().enumerate().filter(|(at, _)| counts(*at));
        items.fold((0, 0), |(answered, asked), (_, item)| match item {
            Item::Answered(_) => (answered + 1, asked + 1),
            Item::NoAnswer | Item::Refused => (answered, asked + 1),
            Item::NotAsked(_) | Item::ScopeUnknown(_) => (answered, asked),
        })
    }

    /// What a response amounts to by the survey's rule. One that was asked nothing is complete.
    pub fn completeness(&self, response: &Response) -> Completeness {
        let (answered, asked) = self.answered_of_asked(response);
        let rule = &self.survey.response;
        let reaches = |share: f64| answered as f64 >= share * asked as f64 - 1e-9;
        if reaches(rule.complete_from) {
            Completeness::Complete
        } else if reaches(rule.partial_from) {
            Completeness::Partial
        } else {
            Completeness::BreakOff
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{answers, tiny, tiny_text};

    fn check(given: &str, expected: Completeness) {
        let form = tiny("a: yes no\nb: yes no if a = yes\nc: yes no\nd: number\nt: text");
        let mut answers = answers(&form, given);
        for value in answers.values.iter_mut().filter(|value| **value == crate::Given::Missing) {
            *value = crate::Given::Blank;
        }
        if given.contains("a=no") {
            answers.values[1] = crate::Given::Missing;
        }
        let response = form.submit(&answers).expect("blanks are stated");
        assert_eq!(form.completeness(&response), expected, "{given}");
    }

    #[test]
    fn only_what_was_asked_counts() {
        check("a=no c=yes d=1", Completeness::Complete);
        check("a=no c=yes", Completeness::Partial);
        check("a=no", Completeness::BreakOff);
        check("a=yes b=no", Completeness::Partial);
        check("a=yes b=no c=yes d=3 t=words", Completeness::Complete);
    }

    #[test]
    fn bounds_are_read_and_checked() {
        let compile = |table: &str| {
            let text = format!("{}\n[response]\n{table}", tiny_text("a: yes no"));
            Questionnaire::compile(&monshin_diag::Source::new("survey.toml", &text))
        };
        let rule = |table: &str| compile(table).0.expect("compiles").survey().response;
        assert_eq!(
            rule("partial_from = 0.25\ne = 0.9\n"),
            ResponseRule {
                is_stated: true,
                complete_from: 0.8,
                partial_from: 0.25,
                eligible_share: Some(0.9)
            }
        );
        assert_eq!(rule("partial_from = 0.9\n").complete_from, 0.9);
        assert_eq!(rule("complete_from = 0.3\n").partial_from, 0.3);
        assert!(compile("partial_from = 0.9\ncomplete_from = 0.5\n").0.is_none());
        assert!(compile("e = 1.5\n").0.is_none());
    }
}
