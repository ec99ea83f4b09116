//! What a table is made of: counts by row and kind of response.

use std::collections::BTreeMap;

use monshin_estimate::compare::Mass;

use super::counts::{Counts, Tally};
use super::row_of;
use crate::cube::CubeReader;
use crate::design::SurveyDesign;
use crate::sums::{Sums, Values};
use crate::variable::VariableKind;
use crate::{Settings, TableKey};

/// Units of one row that are alike to the design, with their final weights.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// Row of the table; one more than there are for those without a class.
    pub row: usize,
    /// Kind, by the design.
    pub kind: usize,
    pub counts: Counts<Mass>,
    pub values: Numbers,
}

/// Values in ascending order, each once, with their masses.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Numbers(pub Vec<(f64, Mass)>);

impl Numbers {
    fn of(values: &Values, mass: impl Fn(&Sums) -> Mass) -> Numbers {
        Numbers(values.iter().map(|(value, sums)| (value, mass(sums))).collect())
    }

    /// Both together.
    pub fn merge(&mut self, more: &Numbers) {
        if self.0.is_empty() {
            self.0.clone_from(&more.0);
            return;
        }
        let mut merged: Vec<(f64, Mass)> = Vec::with_capacity(self.0.len() + more.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), more.0.iter().peekable());
        while let Some(next) = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if b.0 < a.0 => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        } {
            match merged.last_mut() {
                Some(last) if last.0 == next.0 => last.1.add(next.1),
                _ => merged.push(*next),
            }
        }
        self.0 = merged;
    }
}

/// The parts of a table, by row and kind.
pub(crate) fn parts(
    reader: &CubeReader<'_>,
    key: &TableKey,
    settings: &Settings,
    design: &SurveyDesign,
) -> Vec<Part> {
    let questionnaire = reader.cube.questionnaire();
    let variable = &reader.cube.variables()[key.variable];
    let codes = variable.codes.as_ref().map_or(0, |codes| codes.len());
    let last = key.by.iter().map(|&by| questionnaire.breakdowns()[by].codes.len()).product();
    let by = with_those(&key.by, &design.kinds.by);
    let place_of = |one: &usize| by.iter().position(|at| at == one).expect("it was just put there");
    let of_kind: Vec<usize> = design.kinds.by.iter().map(place_of).collect();
    let find = |classes: &[Option<u16>]| {
        let row = row_of(questionnaire, &key.by, &classes[..key.by.len()]).unwrap_or(last);
        let kind: Vec<Option<u16>> = of_kind.iter().map(|&place| classes[place]).collect();
        (row, design.kinds.find(&kind))
    };
    let mut found: BTreeMap<(usize, usize), (Counts<Sums>, Values)> = BTreeMap::new();
    let empty = || (Counts::new(codes), Values::default());
    reader.visit(key.variable, &by, |state, classes, sums| {
        found.entry(find(classes)).or_insert_with(empty).0.add(variable.kind, state, sums);
    });
    if matches!(variable.kind, VariableKind::Number | VariableKind::Date) {
        reader.visit_values(key.variable, &by, |classes, more| {
            found.entry(find(classes)).or_insert_with(empty).1.merge(more);
        });
    }
    let part = |((row, kind), (counts, values)): ((usize, usize), (Counts<Sums>, Values))| {
        let factor = design.kinds.list[kind].factor;
        let mass = |sums: &Sums| if settings.weighted { sums.scaled(factor) } else { Mass::counts(sums.n) };
        Part { row, kind, counts: counts.map(mass), values: Numbers::of(&values, mass) }
    };
    found.into_iter().map(part).collect()
}

/// The breakdowns of a table, and those that it lacks.
fn with_those(by: &[usize], more: &[usize]) -> Vec<usize> {
    by.iter().copied().chain(more.iter().copied().filter(|one| !by.contains(one))).collect()
}
