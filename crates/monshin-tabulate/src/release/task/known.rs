//! What stays the same whoever answers what.

use std::collections::BTreeMap;

use monshin_estimate::disclosure::{ABOUT_ANY, Terms};

use super::super::people::Key;
use super::super::society::Alike;
use super::{Builder, Kind};
use crate::State;

impl Builder<'_> {
    /// How many units there are of the classes that could be exchanged, as far as the routing leaves it
    /// open what they answer; and as many values as there are answers.
    pub(super) fn add_known(&mut self) {
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
}
