//! Whether the grades of a mapping are true: the same words, the same base, the same measure.

use monshin_diag::keyed::Desk;
use monshin_diag::{Span, Words, words};

use super::Resolver;
use crate::compare::mapping::{Grade, Link, Mapping};
use crate::compare::read::RawLink;
use crate::compare::wording::{Bases, bases, same_words, unit};

impl Resolver<'_, '_, '_> {
    pub(super) fn judge(&mut self, mapping: &Mapping, links: &[(Link, &RawLink)]) {
        let Some(((first, _), rest)) = links.split_first() else { return };
        self.one_measure(mapping, first, rest);
        let member = |link: &Link| self.members[mapping.surveys[link.survey].member];
        let mut told: Vec<(&'static str, bool, Span, Words, Words)> = Vec::new();
        for (link, raw) in rest {
            let (a, b) = (member(first), member(link));
            let grade = link.grade.max(first.grade);
            let differ = same_words(a, first.variable, b, link.variable) == Some(false);
            if grade == Grade::SameWording && differ {
                told.push(("M010", true, raw.is.span,
                    words!("設問文か選択肢が「{}」と違うので、same-wording ではありません", a.key; "the wording or the answers differ from those of `{}`: this is not same-wording", a.key),
                    words!("grade = \"same-concept\" にしてください"; "write grade = \"same-concept\"")));
            }
            if grade != Grade::DifferentBase {
                let bases = bases(a, first.variable, b, link.variable);
                let one = &a.tables.variables[first.variable].base.sentence;
                let two = &b.tables.variables[link.variable].base.sentence;
                let message = words!(
                    "母数が違います: 「{}」と「{}」", one.get("ja"), two.get("ja");
                    "the bases differ: \"{}\" and \"{}\"", one.get("en"), two.get("en"));
                let help = words!("grade = \"different-base\" にすると、差を出さずに並べます"; "with grade = \"different-base\" they stand side by side without a difference");
                match bases {
                    Bases::Same => {}
                    Bases::OtherCondition => told.push(("M011", false, raw.is.span, message, help)),
                    Bases::SomeAgainstAll => told.push(("M011", true, raw.is.span, message, help)),
                }
            }
        }
        for (code, is_error, span, message, help) in told {
            if is_error {
                self.desk.error(code, span, message, Some(help));
            } else {
                self.desk.warning(code, span, message, Some(help));
            }
        }
    }

    /// A mean stands beside means in the same unit.
    fn one_measure(&mut self, mapping: &Mapping, first: &Link, rest: &[(Link, &RawLink)]) {
        let unit = |link: &Link| unit(self.members[mapping.surveys[link.survey].member], link.variable);
        let of_first = unit(first);
        let other: Vec<(Span, bool)> = rest
            .iter()
            .filter(|(link, _)| link.is_mean() != first.is_mean() || unit(link) != of_first)
            .map(|(link, raw)| (raw.is.span, link.is_mean() == first.is_mean()))
            .collect();
        for (span, is_unit) in other {
            let message = match is_unit {
                true => words!("単位が違う数値は比べられません"; "numbers in other units cannot be compared"),
                false => words!("割合と平均は比べられません"; "a share cannot be compared with a mean"),
            };
            self.desk.error("M020", span, message, None);
        }
    }
}
