//! Names in a claim to what they name.

use monshin_diag::{Span, Words, nearest, words};
use monshin_tabulate::instrument::CodeList;

use super::figure::{Desk, Group, Target};
use crate::claims::{Name, Operand, Term};

/// A fault in the text of a claim.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub code: &'static str,
    pub span: Span,
    pub message: Words,
    pub help: Option<Box<Words>>,
}

type Found<T> = Result<T, Fault>;

impl Desk<'_> {
    pub fn find_variable(&self, name: &Name) -> Found<usize> {
        self.tables.variable(&name.text).ok_or_else(|| {
            let known = self.tables.variables.iter().map(|variable| variable.name.as_str());
            let message = words!("設問「{name}」はありません"; "there is no question \"{name}\"");
            unknown("C002", name, message, known)
        })
    }

    pub fn find_breakdown(&self, name: &Name) -> Found<usize> {
        self.questionnaire().breakdown(&name.text).ok_or_else(|| {
            let known = self.questionnaire().breakdowns().iter().map(|breakdown| breakdown.id.as_str());
            let message = words!("集計区分「{name}」はありません"; "there is no breakdown \"{name}\"");
            unknown("C004", name, message, known)
        })
    }

    pub fn find_classes(&self, by: usize, names: &[Name]) -> Found<Vec<u16>> {
        let what = |name: &Name| words!("区分「{name}」はありません"; "there is no class \"{name}\"");
        positions("C005", &self.breakdown(by).codes, names, what)
    }

    pub fn find_target(&self, term: &Term) -> Found<Target> {
        let variable = self.find_variable(&term.name)?;
        let Some(codes) = self.codes(variable) else {
            let message = words!("{} には選択肢がありません", term.name; "{} has no codes", term.name);
            return Err(Fault { code: "C003", span: term.name.span, message, help: None });
        };
        let what = |name: &Name| words!("選択肢「{name}」はありません"; "there is no code \"{name}\"");
        let found = positions("C003", codes, &term.values, what)?;
        let codes = if term.all_but {
            (0..codes.len() as u16).filter(|code| !found.contains(code)).collect()
        } else {
            found
        };
        Ok(Target { variable, codes })
    }

    pub fn find_group(&self, terms: &[Term]) -> Found<Group> {
        let mut group = Group::all();
        for term in terms {
            let by = self.find_breakdown(&term.name)?;
            if group.classes(by).is_some() {
                let message = words!("{} で二度絞っています", term.name; "filtered by {} twice", term.name);
                return Err(Fault { code: "C001", span: term.name.span, message, help: None });
            }
            let named = self.find_classes(by, &term.values)?;
            let classes = if term.all_but {
                self.classes(by).filter(|class| !named.contains(class)).collect()
            } else {
                named
            };
            group.filters.push((by, classes));
        }
        if let Some(third) = terms.get(2) {
            let message = words!("絞り込みは二つまでです"; "there can be two filters at most");
            return Err(Fault { code: "C001", span: third.name.span, message, help: None });
        }
        Ok(group)
    }

    /// A target with its filters.
    pub fn find_operand(&self, operand: &Operand) -> Found<(Target, Group)> {
        let (first, filters) = operand.terms.split_first().expect("the grammar asks for one term");
        Ok((self.find_target(first)?, self.find_group(filters)?))
    }

    /// The second of a comparison: filters alone stand for the first one's target.
    pub fn find_second(&self, operand: &Operand, first: &Target) -> Found<(Target, Group)> {
        let name = &operand.terms.first().expect("the grammar asks for one term").name;
        let filters_only = self.tables.variable(&name.text).is_none()
            && self.questionnaire().breakdown(&name.text).is_some();
        if filters_only {
            return Ok((first.clone(), self.find_group(&operand.terms)?));
        }
        self.find_operand(operand)
    }
}

fn positions(
    code: &'static str,
    list: &CodeList,
    names: &[Name],
    what: impl Fn(&Name) -> Words,
) -> Found<Vec<u16>> {
    let mut found = Vec::new();
    for name in names {
        let position = list
            .position(&name.text)
            .ok_or_else(|| unknown(code, name, what(name), list.codes.iter().map(|code| code.id.as_str())))?;
        if found.contains(&position) {
            let message = words!("「{name}」が二度あります"; "\"{name}\" stands twice");
            return Err(Fault { code: "C001", span: name.span, message, help: None });
        }
        found.push(position);
    }
    Ok(found)
}

fn unknown<'c>(
    code: &'static str,
    name: &Name,
    message: Words,
    known: impl Iterator<Item = &'c str>,
) -> Fault {
    let known: Vec<&str> = known.collect();
    let help = match nearest(&name.text, known.iter().copied()) {
        Some(meant) => words!("「{meant}」のことですか"; "did you mean \"{meant}\"?"),
        None => words!("あるもの: {}", known.join(", "); "there are: {}", known.join(", ")),
    };
    Fault { code, span: name.span, message, help: Some(Box::new(help)) }
}
