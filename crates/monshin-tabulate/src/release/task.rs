//! One component as a task for the protector: who there is, who there could be, what is printed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use monshin_estimate::disclosure::{ABOUT_ANY, Figure, Task, Terms, Unit};

use super::ledger::{Ledger, Place, What};
use super::people::{ABOUT_ALL, Key, Routing};
use super::rules::{Part, Rules};
use super::society::{Alike, Exchange, Society};
use crate::cube::joint::Component;
use crate::{State, VariableKind};

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

/// The most patterns that are thought of at some classes beside those that were seen there and what is
/// next to them.
const MOST_ELSEWHERE: usize = 24;
/// Up to so many pairs of a value and classes any value is thought of at any classes.
const MOST_VALUES: usize = 4_000;

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
        if society.owner(of.by[0]) == Some(number) {
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

    /// Exchanges that bring others to where those of a small group are.
    fn find_exchanges(&mut self, places: &[&Place]) {
        let mut small: BTreeMap<usize, (BTreeSet<u16>, BTreeSet<u16>)> = BTreeMap::new();
        for place in places {
            let [by] = place.by[..] else { continue };
            let (own, others) = small.entry(by).or_default();
            for group in &place.groups {
                let Some(class) = group.classes[0] else { continue };
                let mut figures = group.first..group.first + place.whats.len();
                if figures.any(|figure| self.rules.demand[figure] > 0) {
                    own.insert(class);
                }
                let row = group.row.map(|row| Part::Row(place.table, row));
                let is_it = |(unit, _): (usize, _)| Some(self.rules.units[unit].part) == row;
                if self.rules.primary().any(is_it) {
                    others.insert(class);
                }
            }
        }
        // What is pinned tells units of the same classes apart.
        let is_plain = self.component.patterns.iter().all(|pattern| self.routing.key(pattern).is_empty());
        for (by, (own, others)) in small.into_iter().filter(|_| is_plain) {
            let (own, others): (Vec<u16>, Vec<u16>) =
                (own.into_iter().collect(), others.into_iter().collect());
            for one in self.society.exchanges(self.number, by, &own, &others) {
                let is_it =
                    |other: &Exchange| [other.from, [other.from[1], other.from[0]]].contains(&one.from);
                if !self.exchanges.iter().any(|other| is_it(other) && other.to.contains(&one.to[0])) {
                    self.exchanges.push(one);
                }
            }
        }
    }

    /// Units that there are, and that there could be: next to one that is there, or as others are.
    fn add_people(&mut self, places: &[&Place]) {
        let wanted: Vec<usize> = (0..self.component.variables.len())
            .filter(|&at| self.is_protected(places, self.component.variables[at]))
            .collect();
        let mut of_all: Vec<u64> = vec![0; self.patterns.len()];
        let mut seen: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
        for &(pattern, classes, n) in &self.component.cells {
            of_all[pattern] += n;
            *seen.entry(classes).or_default().entry(pattern).or_default() += n;
        }
        let mut common: Vec<usize> = (0..self.patterns.len()).collect();
        common.sort_by_key(|&pattern| std::cmp::Reverse(of_all[pattern]));
        if !self.component.is_complete {
            common.truncate(MOST_ELSEWHERE);
        }
        let mut numbers: HashMap<Box<[State]>, usize> =
            self.patterns.iter().enumerate().map(|(at, pattern)| (pattern.clone(), at)).collect();
        let none = BTreeMap::new();
        for group in self.society.exchangeable(self.number) {
            let together: BTreeSet<usize> =
                group.iter().flat_map(|at| seen.get(at).unwrap_or(&none).keys().copied()).collect();
            let is_goal = |at: &usize| self.exchanges.iter().any(|one| one.to.contains(at));
            if together.is_empty() && !group.iter().any(is_goal) {
                continue;
            }
            let shown = if together.is_empty() { common.iter().copied().collect() } else { together.clone() };
            let keys: BTreeSet<Key> =
                shown.iter().map(|&pattern| self.routing.key(&self.patterns[pattern])).collect();
            for &classes in &group {
                let there = seen.get(&classes).unwrap_or(&none);
                for (&pattern, &n) in there {
                    self.think_of(pattern, classes, n, 0);
                }
                let own = self.society.classes[classes].clone();
                for &pattern in &together {
                    if self.routing.allows(&self.patterns[pattern], &own) {
                        self.think_of(pattern, classes, 0, 0);
                    }
                    for &position in &wanted {
                        let near = self.routing.neighbours(&self.patterns[pattern], &own, position);
                        for (states, code) in near {
                            if !keys.contains(&self.routing.key(&states)) {
                                continue;
                            }
                            let next = numbers.len();
                            let number = *numbers.entry(states.clone()).or_insert(next);
                            if number == self.patterns.len() {
                                self.patterns.push(states);
                            }
                            let about = self.about(About::Code(self.component.variables[position], code));
                            self.think_of(number, classes, 0, about);
                        }
                    }
                }
                for &pattern in &common {
                    let states = &self.patterns[pattern];
                    if self.routing.allows(states, &own) && keys.contains(&self.routing.key(states)) {
                        self.think_of(pattern, classes, 0, 0);
                    }
                }
            }
        }
    }

    fn think_of(&mut self, pattern: usize, classes: usize, n: u64, about: usize) {
        if let std::collections::hash_map::Entry::Vacant(free) = self.is_thought_of.entry((pattern, classes))
        {
            free.insert(self.kinds.len());
            self.add_kind(Kind::Pattern(pattern), classes, n, about);
        }
    }

    /// Numbers and days: which value goes with which pattern of the same classes can be told by nobody.
    fn add_values(&mut self, places: &[&Place]) {
        for (position, &variable) in self.component.variables.iter().enumerate() {
            let Some(list) = self.component.values.get(&variable) else { continue };
            let mut held: BTreeMap<(u64, usize), u64> = BTreeMap::new();
            for &(value, classes, n) in list {
                *held.entry((value.to_bits(), classes)).or_default() += n;
            }
            let values: BTreeSet<u64> = held.keys().map(|(value, _)| *value).collect();
            let classes: BTreeSet<usize> = self.kinds.iter().map(|(_, classes)| *classes).collect();
            let small = self.small_classes(places, variable);
            let of_small: BTreeSet<u64> =
                held.keys().filter(|(_, at)| small.contains(at)).map(|(value, _)| *value).collect();
            let all = values.len() * classes.len() <= MOST_VALUES;
            for &at in &classes {
                for &value in &values {
                    let n = held.get(&(value, at)).copied().unwrap_or(0);
                    if n > 0 || all || small.contains(&at) || of_small.contains(&value) {
                        let about = self.about(About::Value(position, value));
                        self.add_kind(Kind::Value(position, value), at, n, about);
                    }
                }
            }
        }
    }

    /// Classes of units in the groups of which a mean is to be protected.
    fn small_classes(&self, places: &[&Place], variable: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for place in places.iter().filter(|place| place.variable == variable) {
            for group in &place.groups {
                let values = place.figure(group, What::Values);
                if values.is_some_and(|figure| self.rules.demand[figure] > 0) {
                    let is_in = |at: &usize| self.society.of(*at, &place.by) == group.classes;
                    found.extend((0..self.society.classes.len()).filter(is_in));
                }
            }
        }
        found
    }

    /// How many units there are of the classes that could be exchanged, as far as the routing leaves it
    /// open what they answer; and as many values as there are answers.
    fn add_known(&mut self) {
        let mut of_group = vec![0; self.society.classes.len()];
        for (number, group) in self.society.exchangeable(self.number).iter().enumerate() {
            group.iter().for_each(|&at| of_group[at] = number);
        }
        let mut people: BTreeMap<(usize, Key), Terms> = BTreeMap::new();
        let mut answers: BTreeMap<(usize, usize), Terms> = BTreeMap::new();
        let mut tested: BTreeMap<(usize, usize, Vec<bool>), Terms> = BTreeMap::new();
        for (at, &(kind, classes)) in self.kinds.iter().enumerate() {
            match kind {
                Kind::Pattern(pattern) => {
                    let states = &self.patterns[pattern];
                    people.entry((of_group[classes], self.routing.key(states))).or_default().push((at, 1));
                    for (position, _) in states.iter().enumerate().filter(|(_, one)| **one == State::Given) {
                        if self.component.values.contains_key(&self.component.variables[position]) {
                            answers.entry((position, classes)).or_default().push((at, -1));
                        }
                    }
                }
                Kind::Value(position, value) => {
                    answers.entry((position, classes)).or_default().push((at, 1));
                    let tests = self.routing.tests_of(position, f64::from_bits(value));
                    if !tests.is_empty() {
                        tested.entry((position, classes, tests)).or_default().push((at, 1));
                    }
                }
                Kind::Exchange => unreachable!("exchanges come last"),
            }
        }
        let mut alike: BTreeMap<Alike, Terms> = BTreeMap::new();
        for exchange in std::mem::take(&mut self.exchanges) {
            let number = self.kinds.len();
            self.add_kind(Kind::Exchange, exchange.from[0], 0, ABOUT_ANY);
            exchange.uses.into_iter().for_each(|one| alike.entry(one).or_default().push((number, 1)));
            let from = exchange.from.map(|at| (at, 1));
            for (classes, k) in from.into_iter().chain(exchange.to.map(|at| (at, -1))) {
                people.entry((of_group[classes], Key::new())).or_default().push((number, k));
            }
        }
        for (one, mut terms) in alike {
            terms.push((self.kinds.len(), 1));
            self.add_kind(Kind::Exchange, one.classes, one.n, ABOUT_ANY);
            self.task.known.push(terms);
        }
        let known = people.into_values().chain(answers.into_values()).chain(tested.into_values());
        self.task.known.extend(known);
    }

    fn with_figures(mut self, places: &[&Place], units: Vec<usize>) -> OneTask {
        let mut figures: Vec<usize> = Vec::new();
        let mut of_ledger: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for place in places {
            self.add_place(place, &mut figures);
        }
        self.add_responses(&mut figures);
        figures.iter().enumerate().for_each(|(at, &figure)| of_ledger.entry(figure).or_default().push(at));
        for &unit in &units {
            let rule = &self.rules.units[unit];
            let own = rule.figures.iter().filter_map(|figure| of_ledger.get(figure)).flatten().copied();
            if rule.primary.is_some() {
                self.task.primary.push(self.task.units.len());
            }
            self.task.units.push(Unit {
                figures: own.collect(),
                size: rule.figures.len(),
                rank: rule.rank,
                company: rule.company,
            });
        }
        OneTask { task: self.task, units, figures, constant: Vec::new() }
    }

    fn add_place(&mut self, place: &Place, figures: &mut Vec<usize>) {
        let position = self.component.variables.iter().position(|&one| one == place.variable);
        let position = position.expect("a place of this component");
        let group_of: Vec<Option<usize>> = (0..self.society.classes.len())
            .map(|at| {
                let classes = self.society.of(at, &place.by);
                place.groups.iter().position(|group| group.classes == classes)
            })
            .collect();
        let mut terms: BTreeMap<(usize, usize), Terms> = BTreeMap::new();
        let mut of_values: BTreeMap<(usize, u64), Terms> = BTreeMap::new();
        for (at, &(kind, classes)) in self.kinds.iter().enumerate() {
            let Some(group) = group_of[classes] else { continue };
            match kind {
                Kind::Pattern(pattern) => {
                    let state = self.patterns[pattern][position];
                    for (what, _) in place.whats.iter().enumerate().filter(|(_, one)| counts(**one, state)) {
                        terms.entry((group, what)).or_default().push((at, 1));
                    }
                }
                Kind::Value(of, value) if of == position => {
                    of_values.entry((group, value)).or_default().push((at, 1));
                }
                Kind::Value(..) | Kind::Exchange => {}
            }
        }
        let is_multiple = self.ledger.tables.variables[place.variable].kind == VariableKind::Multiple;
        for ((group, what), terms) in terms {
            let code = match place.whats[what] {
                What::Code(code) | What::Other(code) if is_multiple => code,
                _ => ABOUT_ALL,
            };
            let about = self.about(About::Code(place.variable, code));
            let figure = place.groups[group].first + what;
            let demand = self.rules.demand[figure];
            self.add_figure(figure, terms, place.table, about, demand, figures);
        }
        let of_all = |wanted: u64| -> i64 {
            let list = self.component.values.get(&place.variable);
            let of_it = list.into_iter().flatten().filter(|(value, ..)| value.to_bits() == wanted);
            of_it.map(|(.., n)| *n as i64).sum()
        };
        let all: i64 =
            self.component.values.get(&place.variable).into_iter().flatten().map(|(.., n)| *n as i64).sum();
        let rooms: BTreeMap<(usize, u64), i64> = of_values
            .iter()
            .map(|(&(group, value), terms)| {
                let held: i64 = terms.iter().map(|(at, _)| self.task.counts[*at]).sum();
                let base = place.figure(&place.groups[group], What::Base);
                let base = base.map_or(0, |figure| self.ledger.value(figure) as i64);
                let given = of_all(value);
                let room = base.min(given) - (base + given - all).max(0);
                ((group, value), if held > 0 { room } else { 0 })
            })
            .collect();
        for ((group, value), terms) in of_values {
            let Some(figure) = place.figure(&place.groups[group], What::Values) else { continue };
            let about = self.about(About::Value(position, value));
            let demand = self.rules.demand[figure].min(rooms[&(group, value)]);
            self.add_figure(figure, terms, place.table, about, demand, figures);
        }
    }

    /// How many responded of the classes that this component tells.
    fn add_responses(&mut self, figures: &mut Vec<usize>) {
        for of in self.ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
            if self.society.owner(of.by[0]) != Some(self.number) {
                continue;
            }
            for (classes, figure) in &of.groups {
                let is_in = |(_, (kind, at)): &(usize, &(Kind, usize))| {
                    matches!(kind, Kind::Pattern(_)) && self.society.of(*at, &of.by) == *classes
                };
                let terms: Terms =
                    self.kinds.iter().enumerate().filter(is_in).map(|(at, _)| (at, 1)).collect();
                let demand = self.rules.demand[*figure];
                self.add_figure(*figure, terms, usize::MAX - of.by[0], 0, demand, figures);
            }
        }
    }

    fn add_figure(
        &mut self,
        figure: usize,
        terms: Terms,
        table: usize,
        about: usize,
        demand: i64,
        figures: &mut Vec<usize>,
    ) {
        let mut parts: BTreeMap<usize, Terms> = BTreeMap::new();
        for &(at, k) in &terms {
            parts.entry(self.society.scale_of(self.kinds[at].1)).or_default().push((at, k));
        }
        let parts = if parts.len() > 1 { parts.into_values().collect() } else { Vec::new() };
        let published = self.ledger.figures[figure].published;
        self.task.figures.push(Figure { terms, parts, table, about, published, demand });
        figures.push(figure);
    }
}

/// Whether a figure counts units in a state.
fn counts(what: What, state: State) -> bool {
    match (what, state) {
        (What::Base, State::Code(_) | State::Codes(_) | State::Given)
        | (What::Blank, State::Blank)
        | (What::Refused, State::Refused)
        | (What::NotAsked, State::NotAsked)
        | (What::ScopeUnknown, State::ScopeUnknown) => true,
        (What::Code(code), State::Code(given)) => code == given,
        (What::Code(code), State::Codes(bits)) => bits >> code & 1 == 1,
        (What::Other(code), State::Codes(bits)) => bits >> code & 1 == 0,
        _ => false,
    }
}
