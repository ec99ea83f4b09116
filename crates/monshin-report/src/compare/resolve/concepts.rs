//! Concepts: what each survey's question is, in the grammar of claims.

use monshin_diag::keyed::{Desk, Named};
use monshin_diag::{Lang, Span, words};
use monshin_tabulate::VariableKind;
use monshin_tabulate::instrument::LocalText;

use super::Resolver;
use crate::check::figure::{Desk as Figures, Group, Target};
use crate::claims::{self, Claim, Statistic};
use crate::compare::mapping::{Concept, Grade, Link, Mapping};
use crate::compare::read::{RawConcept, RawLink};

/// How the mean of a number is named.
const AVERAGE: &str = "average:";

impl Resolver<'_, '_, '_> {
    pub(super) fn concept(&mut self, mapping: &Mapping, raw: &RawConcept) -> Concept {
        let grade = raw.grade.as_ref().and_then(|grade| self.grade(grade)).unwrap_or(Grade::SameWording);
        let mut links: Vec<(Link, &RawLink)> = Vec::new();
        for link in &raw.links {
            links.extend(self.link(mapping, link, grade).map(|found| (found, link)));
        }
        links.sort_by_key(|(link, _)| link.survey);
        self.judge(mapping, &links);
        if raw.named < 2 {
            let message = words!("調査が2つないと比べられません"; "it takes two surveys to compare");
            self.desk.warning("M012", raw.id.span, message, None);
        }
        let label =
            if raw.label.is_empty() { self.label_of(mapping, &links, &raw.id) } else { raw.label.clone() };
        self.languages_of(mapping, &label, &raw.id);
        Concept {
            id: raw.id.text.clone(),
            label,
            note: raw.note.clone(),
            links: links.into_iter().map(|(link, _)| link).collect(),
        }
    }

    /// Without a label, that of the first survey's question.
    fn label_of(&self, mapping: &Mapping, links: &[(Link, &RawLink)], id: &Named) -> LocalText {
        let first = links.first().map(|(link, _)| {
            let tables = self.members[mapping.surveys[link.survey].member].tables;
            tables.variables[link.variable].label.clone()
        });
        first.unwrap_or_else(|| LocalText::new([("ja", id.text.clone()), ("en", id.text.clone())]))
    }

    fn languages_of(&mut self, mapping: &Mapping, label: &LocalText, id: &Named) {
        for tag in &mapping.languages {
            if label.exact(tag).is_none() {
                let name = &id.text;
                let message =
                    words!("「{name}」に {tag} の label がありません"; "`{name}` has no label in {tag}");
                self.desk.warning("M015", id.span, message, None);
            }
        }
    }

    fn grade(&mut self, grade: &Named) -> Option<Grade> {
        let known = Grade::ALL.into_iter().find(|one| one.name() == grade.text);
        if known.is_none() {
            let text = &grade.text;
            let names = Grade::ALL.map(Grade::name).join(", ");
            let message = words!("「{text}」という比較可能性はありません"; "there is no grade `{text}`");
            self.desk.error(
                "M009",
                grade.span,
                message,
                Some(words!("あるもの: {names}"; "there are: {names}")),
            );
        }
        known
    }

    fn link(&mut self, mapping: &Mapping, raw: &RawLink, of_concept: Grade) -> Option<Link> {
        let Some(survey) = self.survey(mapping, &raw.survey) else {
            // A survey that is known and not listed was reported when the list was read.
            if !self.members.iter().any(|member| member.key == raw.survey.text) {
                self.unknown_survey(&raw.survey);
            }
            return None;
        };
        let grade = raw.grade.as_ref().and_then(|grade| self.grade(grade)).unwrap_or(of_concept);
        let member = mapping.surveys[survey].member;
        if raw.is.text.starts_with(AVERAGE) {
            let variable = self.number(member, &raw.is)?;
            let note = raw.note.clone();
            return Some(Link { survey, variable, codes: Vec::new(), only: None, grade, note });
        }
        let (target, group) = self.operand(member, &raw.is)?;
        let only = match group.filters.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => {
                let message = words!("絞り込みは一つまでです"; "there can be one filter at most");
                self.desk.error("M004", raw.is.span, message, None);
                return None;
            }
        };
        let Target { variable, codes } = target;
        Some(Link { survey, variable, codes, only, grade, note: raw.note.clone() })
    }

    /// `average:q9`: the mean of a number.
    fn number(&mut self, member: usize, text: &Named) -> Option<usize> {
        let tables = self.members[member].tables;
        let variable = match claims::parse(&text.text) {
            Ok(Claim::Number { what: Statistic::Average, variable, filters }) if filters.is_empty() => {
                (Figures { tables, lang: Lang::Ja }).find_variable(&variable).ok()
            }
            _ => None,
        };
        let number = variable.filter(|at| tables.variables[*at].kind == VariableKind::Number);
        if number.is_none() {
            let known: Vec<&str> = tables
                .variables
                .iter()
                .filter(|one| one.kind == VariableKind::Number)
                .map(|one| one.name.as_str())
                .collect();
            let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
            let message = words!("数値の設問ではありません"; "this is no question for a number");
            let help = words!(
                "「average:設問」の形で書きます（数値の設問: {known}）";
                "write it as average:question (questions for a number: {known})");
            self.desk.error("M006", text.span, message, Some(help));
        }
        number
    }

    /// `q1=yes`, `q1=yes;beds=small`, in the grammar of claims.
    fn operand(&mut self, member: usize, text: &Named) -> Option<(Target, Group)> {
        const KIND: &str = "share:";
        // One byte for the quotation mark, less the kind that is put in front.
        let place = |span: Span| {
            let from = text.span.start + 1 + span.start.saturating_sub(KIND.len());
            Span::new(from, (from + span.end - span.start).min(text.span.end))
        };
        let operand = match claims::parse(&format!("{KIND}{}", text.text)) {
            Ok(Claim::Share(operand)) => operand,
            Ok(_) => return None,
            Err(error) => {
                let help = words!("「設問=選択肢」の形で書きます（例: q1=yes）"; "write it as question=code, such as q1=yes");
                self.desk.error("M004", place(error.span), error.message, Some(help));
                return None;
            }
        };
        let tables = self.members[member].tables;
        let figures = Figures { tables, lang: Lang::Ja };
        match figures.find_operand(&operand) {
            Ok((target, group)) => self.can_be_compared(member, &target, text).then_some((target, group)),
            Err(fault) => {
                let code = if matches!(fault.code, "C004" | "C005") { "M007" } else { "M006" };
                self.desk.error(code, place(fault.span), fault.message, fault.help.map(|help| *help));
                None
            }
        }
    }

    fn can_be_compared(&mut self, member: usize, target: &Target, text: &Named) -> bool {
        let variable = &self.members[member].tables.variables[target.variable];
        if variable.kind == VariableKind::Multiple && target.codes.len() > 1 {
            let message = words!(
                "複数回答では選択肢を一つだけ指定できます（割合を足せないため）";
                "in a question with several answers one code can be named, since shares do not add up");
            self.desk.error("M013", text.span, message, None);
            return false;
        }
        true
    }
}
