//! How much room there is for a figure at all, when everything is withheld that can be.

use std::collections::{BTreeMap, BTreeSet};

use monshin_estimate::disclosure::{Figure, Task, Terms};

use super::ledger::{Ledger, What};
use super::people::Routing;
use super::rules::Rules;
use super::society::Society;
use crate::State;

/// With more kinds of units it takes longer than it helps.
const MOST_KINDS: usize = 4_000;
/// With more patterns of a component it is not even tried.
const MOST_PATTERNS: usize = 600;

/// The greatest number of whole steps that any withholding can leave a figure. It follows from the routing, the
/// overall figures and the numbers of responses that the policy lets stand. `None` where it was not worked out:
/// for numbers, entries of blocks, and where units can answer in too many ways.
pub(super) fn room(
    ledger: &Ledger<'_>,
    rules: &Rules,
    society: &Society<'_>,
    number: usize,
    figure: usize,
) -> Option<i64> {
    let (place, group, what) = ledger.find(figure)?;
    let component = society.component(number);
    if component.block.is_some() || what == What::Values {
        return None;
    }
    let routing = Routing::new(ledger.tables, component);
    let by: BTreeSet<usize> = routing.breakdowns().into_iter().chain(place.by.iter().copied()).collect();
    let mut bare = Bare { by: by.into_iter().collect(), kinds: BTreeMap::new(), counts: Vec::new() };
    for classes in bare.all_classes(ledger) {
        for pattern in routing.every(&classes, MOST_PATTERNS)? {
            bare.add(pattern, &classes, 0);
        }
        if bare.counts.len() > MOST_KINDS {
            return None;
        }
    }
    for &(pattern, classes, n) in &component.cells {
        bare.add(component.patterns[pattern].clone(), &society.classes[classes], n as i64);
    }
    let can_be_withheld: BTreeSet<usize> =
        rules.units.iter().flat_map(|unit| &unit.figures).copied().collect();
    let stays = |figure: &usize| ledger.figures[*figure].published && !can_be_withheld.contains(figure);
    let mut task = Task {
        places: vec![0; bare.counts.len()],
        about: vec![0; bare.counts.len()],
        known: vec![(0..bare.counts.len()).map(|kind| (kind, 1)).collect()],
        ..Task::default()
    };
    for (position, &variable) in component.variables.iter().enumerate() {
        let Some(overall) = ledger.place(variable, &[]) else { continue };
        for (at, &what) in overall.whats.iter().enumerate().filter(|(_, what)| **what != What::Values) {
            if stays(&(overall.groups[0].first + at)) {
                task.known.push(bare.terms(|_, states| what.counts(states[position])));
            }
        }
    }
    for &by in &bare.by {
        let of = ledger.units.iter().find(|of| of.block.is_none() && of.by == [by]);
        for (classes, _) in of.iter().flat_map(|of| &of.groups).filter(|(_, figure)| stays(figure)) {
            task.known.push(bare.terms(|own, _| own[bare.position(by)] == classes[0]));
        }
    }
    let position = component.variables.iter().position(|one| *one == place.variable)?;
    let own: Vec<usize> = place.by.iter().map(|by| bare.position(*by)).collect();
    let is_of =
        |classes: &[Option<u16>]| own.iter().zip(&group.classes).all(|(at, class)| classes[*at] == *class);
    let terms = bare.terms(|classes, states| is_of(classes) && what.counts(states[position]));
    task.figures.push(Figure { terms, ..Figure::default() });
    task.counts = bare.counts;
    monshin_estimate::disclosure::room(&task, 0)
}

/// Units by their answers and the classes that matter for them.
struct Bare {
    by: Vec<usize>,
    /// Classes and pattern of each kind with its number.
    kinds: BTreeMap<(Vec<Option<u16>>, Box<[State]>), usize>,
    counts: Vec<i64>,
}

impl Bare {
    fn position(&self, by: usize) -> usize {
        self.by.iter().position(|one| *one == by).expect("it matters")
    }

    /// Every combination of the classes that matter; nobody has a class in the others.
    fn all_classes(&self, ledger: &Ledger<'_>) -> Vec<Vec<Option<u16>>> {
        let breakdowns = ledger.tables.questionnaire.breakdowns();
        let mut found = vec![vec![None; breakdowns.len()]];
        for &by in &self.by {
            let classes = (0..breakdowns[by].codes.len() as u16).map(Some).chain([None]);
            let with = |class: Option<u16>| {
                found.iter().map(move |one: &Vec<Option<u16>>| {
                    let mut other = one.clone();
                    other[by] = class;
                    other
                })
            };
            found = classes.flat_map(with).collect();
        }
        found
    }

    fn add(&mut self, pattern: Box<[State]>, classes: &[Option<u16>], n: i64) {
        let own = self.by.iter().map(|&by| classes[by]).collect();
        let next = self.counts.len();
        let number = *self.kinds.entry((own, pattern)).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        self.counts[number] += n;
    }

    fn terms(&self, is_one: impl Fn(&[Option<u16>], &[State]) -> bool) -> Terms {
        let kinds = self.kinds.iter().filter(|((classes, states), _)| is_one(classes, states));
        kinds.map(|(_, number)| (*number, 1)).collect()
    }
}
