//! How much room there is for a figure at all, when everything is withheld that can be.

use std::collections::{BTreeMap, BTreeSet};

use monshin_estimate::disclosure::{Figure, Task, Terms};

use super::ledger::{Ledger, What};
use super::people::Routing;
use super::rules::Rules;
use super::society::Society;
use crate::State;
use crate::cube::joint::Component;

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
    bare.add_people(ledger, society, component, &routing)?;
    let position = component.variables.iter().position(|one| *one == place.variable)?;
    let own: Vec<usize> = place.by.iter().map(|by| bare.position(*by)).collect();
    let is_of = |classes: &Classes| own.iter().zip(&group.classes).all(|(at, class)| classes[*at] == *class);
    let terms = bare.terms(|classes, states| is_of(classes) && what.counts(states[position]));
    let task = Task {
        places: vec![0; bare.counts.len()],
        about: vec![0; bare.counts.len()],
        known: bare.what_stays(ledger, rules, component),
        figures: vec![Figure { terms, ..Figure::default() }],
        counts: bare.counts,
        ..Task::default()
    };
    monshin_estimate::disclosure::room(&task, 0)
}

type Classes = Vec<Option<u16>>;
type Pattern = Box<[State]>;

/// Units by their answers and the classes that matter for them.
struct Bare {
    by: Vec<usize>,
    /// Classes and pattern of each kind with its number.
    kinds: BTreeMap<(Classes, Pattern), usize>,
    counts: Vec<i64>,
}

impl Bare {
    /// Those that there are, and all that there could be; `None` where that is too many.
    fn add_people(
        &mut self,
        ledger: &Ledger<'_>,
        society: &Society<'_>,
        component: &Component,
        routing: &Routing<'_>,
    ) -> Option<()> {
        for classes in self.all_classes(ledger) {
            for pattern in routing.every(&classes, MOST_PATTERNS)? {
                self.add(pattern, &classes, 0);
            }
            if self.counts.len() > MOST_KINDS {
                return None;
            }
        }
        for &(pattern, classes, n) in &component.cells {
            self.add(component.patterns[pattern].clone(), &society.classes[classes], n as i64);
        }
        Some(())
    }

    /// The number of all, and the sums that no unit withholds.
    fn what_stays(&self, ledger: &Ledger<'_>, rules: &Rules, component: &Component) -> Vec<Terms> {
        let can_be_withheld: BTreeSet<usize> =
            rules.units.iter().flat_map(|unit| &unit.figures).copied().collect();
        let stays = |figure: usize| ledger.figures[figure].published && !can_be_withheld.contains(&figure);
        let mut known = vec![self.terms(|_, _| true)];
        for (position, &variable) in component.variables.iter().enumerate() {
            let Some(overall) = ledger.place(variable, &[]) else { continue };
            for (at, &what) in overall.whats.iter().enumerate().filter(|(_, what)| **what != What::Values) {
                if stays(overall.groups[0].first + at) {
                    known.push(self.terms(|_, states| what.counts(states[position])));
                }
            }
        }
        for (at, &by) in self.by.iter().enumerate() {
            let of = ledger.units.iter().find(|of| of.block.is_none() && of.by == [by]);
            for (classes, _) in of.iter().flat_map(|of| &of.groups).filter(|(_, figure)| stays(*figure)) {
                known.push(self.terms(|own, _| own[at] == classes[0]));
            }
        }
        known
    }

    fn position(&self, by: usize) -> usize {
        self.by.iter().position(|one| *one == by).expect("it matters")
    }

    /// Every combination of the classes that matter; nobody has a class in the others.
    fn all_classes(&self, ledger: &Ledger<'_>) -> Vec<Classes> {
        let breakdowns = ledger.tables.questionnaire.breakdowns();
        let mut found = vec![vec![None; breakdowns.len()]];
        for &by in &self.by {
            let classes = (0..breakdowns[by].codes.len() as u16).map(Some).chain([None]);
            let with = |class: Option<u16>| {
                found.iter().map(move |one: &Classes| {
                    let mut other = one.clone();
                    other[by] = class;
                    other
                })
            };
            found = classes.flat_map(with).collect();
        }
        found
    }

    fn add(&mut self, pattern: Pattern, classes: &[Option<u16>], n: i64) {
        let own = self.by.iter().map(|&by| classes[by]).collect();
        let next = self.counts.len();
        let number = *self.kinds.entry((own, pattern)).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        self.counts[number] += n;
    }

    fn terms(&self, is_one: impl Fn(&Classes, &[State]) -> bool) -> Terms {
        let kinds = self.kinds.iter().filter(|((classes, states), _)| is_one(classes, states));
        kinds.map(|(_, number)| (*number, 1)).collect()
    }
}
