//! Who there is and who there could be instead.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::ledger::Place;
use super::super::people::Key;
use super::super::rules::Part;
use super::super::society::Exchange;
use super::{About, Builder, Kind};
use crate::State;

/// The most patterns that are thought of at some classes beside those that were seen there and what is
/// next to them.
const MOST_ELSEWHERE: usize = 24;

impl Builder<'_> {
    /// Exchanges that bring others to where those of a small group are.
    pub(super) fn find_exchanges(&mut self, places: &[&Place]) {
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
    pub(super) fn add_people(&mut self, places: &[&Place]) {
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
}
