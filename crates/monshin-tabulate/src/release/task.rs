//! One component as a task for the protector: who there is, who there could be, what is printed.

mod figures;
mod known;
mod values;
mod who;

use std::collections::{BTreeSet, HashMap};

use monshin_estimate::disclosure::Task;

use super::ledger::{Ledger, Place};
use super::people::Routing;
use super::rules::{Part, Rules};
use super::society::{Exchange, Society};
use crate::State;
use crate::cube::joint::Component;

/// A task with what its figures and units are.
pub(super) struct OneTask {
    pub task: Task,
    /// By unit of the task, the unit of the rules.
    pub units: Vec<usize>,
    /// By figure of the task, the figure of the ledger.
    pub figures: Vec<usize>,
    /// Figures of the ledger that are to be protected and are the same whoever answers what.
    pub constant: Vec<usize>,
}

/// The task of a component; `None` where nothing of it is small.
pub(super) fn task_of(
    ledger: &Ledger<'_>,
    rules: &Rules,
    society: &Society<'_>,
    number: usize,
) -> Option<OneTask> {
    let component = society.component(number);
    let places: Vec<&Place> =
        ledger.places.iter().filter(|place| component.variables.contains(&place.variable)).collect();
    let mut figures: BTreeSet<usize> = places
        .iter()
        .flat_map(|place| place.groups.iter().flat_map(|group| group.first..group.first + place.whats.len()))
        .collect();
    for of in ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
        if society.tells_responses(number, of.by[0]) {
            figures.extend(of.groups.iter().map(|(_, figure)| *figure));
        }
    }
    let is_own = |unit: &usize| {
        let unit = &rules.units[*unit];
        let is_class = matches!(unit.part, Part::Responses(..)) && unit.primary.is_none();
        !is_class && unit.figures.first().is_some_and(|figure| figures.contains(figure))
    };
    let units: Vec<usize> = (0..rules.units.len()).filter(is_own).collect();
    let is_small = units.iter().any(|&unit| rules.units[unit].primary.is_some())
        || figures.iter().any(|&figure| rules.demand[figure] > 0);
    if !is_small {
        return None;
    }
    let mut builder = Builder {
        ledger,
        rules,
        society,
        number,
        component,
        routing: Routing::new(ledger.tables, component),
        patterns: component.patterns.clone(),
        kinds: Vec::new(),
        is_thought_of: HashMap::new(),
        abouts: HashMap::new(),
        exchanges: Vec::new(),
        task: Task::default(),
    };
    builder.find_exchanges(&places);
    builder.add_people(&places);
    builder.add_values(&places);
    builder.add_known();
    let mut one = builder.with_figures(&places, units);
    let is_constant = |figure: &usize| rules.demand[*figure] > 0 && !one.figures.contains(figure);
    one.constant = figures.into_iter().filter(is_constant).collect();
    Some(one)
}

/// What a kind of the task is.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Units with this pattern.
    Pattern(usize),
    /// Answers of a value (as bits) to the variable at this position.
    Value(usize, u64),
    /// Pairs that have changed places, or respondents who still could.
    Exchange,
}

/// What figures and kinds are about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum About {
    Code(usize, u16),
    Value(usize, u64),
}

struct Builder<'a> {
    ledger: &'a Ledger<'a>,
    rules: &'a Rules,
    society: &'a Society<'a>,
    number: usize,
    component: &'a Component,
    routing: Routing<'a>,
    /// Those of the component, then what is next to them.
    patterns: Vec<Box<[State]>>,
    /// By kind of the task: what it is, and its classes.
    kinds: Vec<(Kind, usize)>,
    is_thought_of: HashMap<(usize, usize), usize>,
    abouts: HashMap<About, usize>,
    exchanges: Vec<Exchange>,
    task: Task,
}

impl Builder<'_> {
    fn add_kind(&mut self, kind: Kind, classes: usize, count: u64, about: usize) {
        self.kinds.push((kind, classes));
        self.task.counts.push(count as i64);
        self.task.places.push(classes);
        self.task.about.push(about);
    }

    fn about(&mut self, about: About) -> usize {
        let next = self.abouts.len() + 1;
        *self.abouts.entry(about).or_insert(next)
    }

    fn is_protected(&self, places: &[&Place], variable: usize) -> bool {
        places.iter().filter(|place| place.variable == variable).any(|place| {
            let mut figures =
                place.groups.iter().flat_map(|group| group.first..group.first + place.whats.len());
            figures.any(|figure| self.rules.demand[figure] > 0)
        })
    }
}
