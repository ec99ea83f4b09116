//! What a table is made of: counts by row and kind of response.

use std::collections::BTreeMap;

use monshin_estimate::compare::Mass;

use monshin_instrument::Questionnaire;

use super::counts::{Counts, Tally};
use super::row_of;
use crate::cube::{CubeReader, State};
use crate::design::SurveyDesign;
use crate::sums::{Sums, Values};
use crate::variable::{Variable, VariableKind};
use crate::{Drawn, TableKey};

/// Units of one row that are alike to the design, with their final weights.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// Row of the table; one more than there are for those without a class.
    pub row: usize,
    /// Kind, by the design.
    pub kind: usize,
    /// Group of responses that were drawn alike ([`crate::Drawn`]); 0 where all were.
    pub group: u32,
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

/// Where the units of a table are read from.
#[derive(Clone, Copy)]
pub(crate) enum Units<'a> {
    /// Counted into cells.
    Cube(&'a CubeReader<'a>),
    /// One by one.
    Drawn(&'a Drawn),
}

impl Units<'_> {
    fn questionnaire(&self) -> &Questionnaire {
        match self {
            Units::Cube(reader) => reader.cube.questionnaire(),
            Units::Drawn(drawn) => drawn.questionnaire(),
        }
    }

    fn visit(&self, variable: usize, by: &[usize], mut told: impl FnMut(State, &[Option<u16>], u32, Sums)) {
        match self {
            Units::Cube(reader) => {
                reader.visit(variable, by, |state, classes, sums| told(state, classes, 0, sums));
            }
            Units::Drawn(drawn) => drawn.visit(variable, by, told),
        }
    }

    /// Tells the states of two variables; `None` where they were not counted together.
    fn visit_pairs(
        &self,
        variables: [usize; 2],
        by: &[usize],
        mut told: impl FnMut([State; 2], &[Option<u16>], u32, Sums),
    ) -> Option<()> {
        match self {
            Units::Cube(reader) => {
                reader.visit_pairs(variables, by, |states, classes, sums| told(states, classes, 0, sums))
            }
            Units::Drawn(drawn) => drawn.visit_pairs(variables, by, told),
        }
    }

    fn visit_values(
        &self,
        variable: usize,
        by: &[usize],
        mut told: impl FnMut(&[Option<u16>], u32, f64, Sums),
    ) {
        match self {
            Units::Cube(reader) => reader.visit_values(variable, by, |classes, values| {
                values.iter().for_each(|(value, sums)| told(classes, 0, value, *sums));
            }),
            Units::Drawn(drawn) => drawn.visit_values(variable, by, told),
        }
    }
}

/// The parts of a table, by row, kind and group.
pub(crate) fn parts(
    units: Units<'_>,
    variables: &[Variable],
    key: &TableKey,
    weighted: bool,
    design: &SurveyDesign,
) -> Vec<Part> {
    let questionnaire = units.questionnaire();
    let last = key.by.iter().map(|&by| questionnaire.breakdowns()[by].codes.len()).product();
    let row = |classes: &[Option<u16>]| row_of(questionnaire, &key.by, classes).unwrap_or(last);
    parts_by(units, &variables[key.variable], key, weighted, design, &row)
}

/// The same, a row being what `row` makes of the classes in the breakdowns of the key.
pub(crate) fn parts_by(
    units: Units<'_>,
    variable: &Variable,
    key: &TableKey,
    weighted: bool,
    design: &SurveyDesign,
    row: &dyn Fn(&[Option<u16>]) -> usize,
) -> Vec<Part> {
    let codes = variable.codes.as_ref().map_or(0, |codes| codes.len());
    let by = with_those(&key.by, &design.kinds.by);
    let place_of = |one: &usize| by.iter().position(|at| at == one).expect("it was just put there");
    let of_kind: Vec<usize> = design.kinds.by.iter().map(place_of).collect();
    let find = |classes: &[Option<u16>], group: u32| {
        let kind: Vec<Option<u16>> = of_kind.iter().map(|&place| classes[place]).collect();
        (row(&classes[..key.by.len()]), design.kinds.find(&kind), group)
    };
    let mut found: ByGroup<(Counts<Sums>, Values)> = BTreeMap::new();
    let empty = || (Counts::new(codes), Values::default());
    units.visit(key.variable, &by, |state, classes, group, sums| {
        found.entry(find(classes, group)).or_insert_with(empty).0.add(variable.kind, state, sums);
    });
    if matches!(variable.kind, VariableKind::Number | VariableKind::Date) {
        units.visit_values(key.variable, &by, |classes, group, value, sums| {
            found.entry(find(classes, group)).or_insert_with(empty).1.add(value, sums);
        });
    }
    let part = |((row, kind, group), (counts, values)): ((usize, usize, u32), (Counts<Sums>, Values))| {
        let factor = design.kinds.list[kind].factor;
        let mass = |sums: &Sums| if weighted { sums.scaled(factor) } else { Mass::counts(sums.n) };
        Part { row, kind, group, counts: counts.map(mass), values: Numbers::of(&values, mass) }
    };
    found.into_iter().map(part).collect()
}

/// Two answers of the same respondents: by row, kind and group, what they say to both.
pub(crate) type Pairs = ByGroup<Said<Mass>>;
/// By row, kind and group.
type ByGroup<T> = BTreeMap<(usize, usize, u32), T>;
/// By what is said to both.
pub(crate) type Said<T> = BTreeMap<[Option<bool>; 2], T>;

/// Whether those of a row gave one of the codes of each of two questions; `None` where they did not
/// answer. `None` altogether where answers were not counted across questions.
pub(crate) fn pairs(
    units: Units<'_>,
    asked: [(usize, &[u16]); 2],
    by: &[usize],
    weighted: bool,
    design: &SurveyDesign,
    row: &dyn Fn(&[Option<u16>]) -> usize,
) -> Option<Pairs> {
    let all = with_those(by, &design.kinds.by);
    let place_of = |one: &usize| all.iter().position(|at| at == one).expect("it was just put there");
    let of_kind: Vec<usize> = design.kinds.by.iter().map(place_of).collect();
    let mut found: ByGroup<Said<Sums>> = BTreeMap::new();
    units.visit_pairs([asked[0].0, asked[1].0], &all, |states, classes, group, sums| {
        let kind: Vec<Option<u16>> = of_kind.iter().map(|&place| classes[place]).collect();
        let key = (row(&classes[..by.len()]), design.kinds.find(&kind), group);
        let said = [0, 1].map(|at| has_said(states[at], asked[at].1));
        *found.entry(key).or_default().entry(said).or_default() += sums;
    })?;
    let mass = |kind: usize, sums: &Sums| match weighted {
        true => sums.scaled(design.kinds.list[kind].factor),
        false => Mass::counts(sums.n),
    };
    let whole = |(key, said): ((usize, usize, u32), Said<Sums>)| {
        (key, said.iter().map(|(said, sums)| (*said, mass(key.1, sums))).collect())
    };
    Some(found.into_iter().map(whole).collect())
}

fn has_said(state: State, codes: &[u16]) -> Option<bool> {
    match state {
        State::Code(code) => Some(codes.contains(&code)),
        State::Codes(bits) => Some(codes.iter().any(|code| bits >> code & 1 == 1)),
        _ => None,
    }
}

/// The breakdowns of a table, and those that it lacks.
fn with_those(by: &[usize], more: &[usize]) -> Vec<usize> {
    by.iter().copied().chain(more.iter().copied().filter(|one| !by.contains(one))).collect()
}
