//! Sums that this very survey brings with it: routing, breakdowns that are asked, breakdowns that
//! are a coarser form of each other.

use std::collections::BTreeMap;

use monshin_instrument::{BreakdownSource, Subject};

use super::ledger::Ledger;
use super::routed::{Known, Relation, What, relations};
use crate::Tables;
use crate::facts::ClassPairs;

impl Ledger<'_> {
    /// Adds them all.
    pub fn add_structure(&mut self) {
        for variable in 0..self.tables.variables.len() {
            self.add_routing(variable);
        }
        for breakdown in 0..self.tables.questionnaire.breakdowns().len() {
            if let BreakdownSource::Item(item) = self.tables.questionnaire.breakdowns()[breakdown].source {
                self.add_asked_breakdown(breakdown, item);
            }
        }
        for pairs in self.tables.together.clone() {
            self.add_coarser_forms(&pairs);
        }
        self.add_turned_tables();
    }

    /// The same crossed table in the other order has the same counts.
    fn add_turned_tables(&mut self) {
        let mut equations = Vec::new();
        for place in self.places.iter().filter(|place| place.by.len() == 2 && place.by[0] < place.by[1]) {
            let turned = self.place(place.variable, &[place.by[1], place.by[0]]);
            for (group, other) in place
                .groups
                .iter()
                .filter_map(|group| Some((group, turned?.group(&[group.classes[1], group.classes[0]])?)))
            {
                let same = |what: usize| vec![(group.first + what, 1), (other.first + what, -1)];
                equations.extend((0..place.whats.len()).map(same));
            }
        }
        equations.into_iter().for_each(|terms| self.add_equation(terms));
    }

    fn add_routing(&mut self, variable: usize) {
        let looked_at = classes_looked_at(self.tables, variable);
        let places: Vec<(Vec<usize>, Vec<Classes>)> = self
            .places
            .iter()
            .filter(|place| place.variable == variable)
            .map(|place| (place.by.clone(), place.groups.iter().map(|group| group.classes.clone()).collect()))
            .collect();
        let mut of_classes: BTreeMap<Known, Vec<Relation>> = BTreeMap::new();
        for (by, groups) in places {
            for classes in groups {
                let known: Known = by.iter().copied().zip(classes.iter().copied()).collect();
                let known = known.into_iter().filter(|(by, _)| looked_at.contains(by)).collect::<Known>();
                let make = |known: &Known| relations(self.tables, variable, known);
                let own = of_classes.entry(known).or_insert_with_key(make);
                for relation in own.iter() {
                    self.add_relation(relation, variable, &by, &classes);
                }
            }
        }
    }

    fn add_relation(&mut self, relation: &Relation, variable: usize, by: &[usize], classes: &[Option<u16>]) {
        let mut terms: Vec<(usize, i64)> = Vec::new();
        for &(of, what, k) in &relation.terms {
            let place = self.place(of, by);
            let cell = place.and_then(|place| place.cell(place.group(classes)?, what));
            let Some(cell) = cell else { return };
            terms.push((cell, k));
        }
        if relation.units != 0 {
            let block = self.tables.variables[variable].block;
            let Some(units) = self.units(block, by, classes) else { return };
            terms.push((units, relation.units));
        }
        let sum: i64 = terms.iter().map(|(cell, k)| k * self.system.cells[*cell].value).sum();
        match relation.is_equal {
            true if sum == 0 => self.add_equation(terms),
            false if sum >= 0 => self.add_inequality(terms),
            // Lenient reading keeps out what the routing forbids; then nothing follows from it.
            _ => {}
        }
    }

    /// The class is the answer: who is in a class gave that answer, and nobody else did.
    fn add_asked_breakdown(&mut self, breakdown: usize, item: usize) {
        let asked = self.tables.variables.iter().position(|one| one.items == [item]);
        let Some(variable) = asked else { return };
        let mut equations = Vec::new();
        if let Some(place) = self.place(variable, &[breakdown]) {
            for group in &place.groups {
                for (at, what) in place.whats.iter().enumerate() {
                    let What::Code(code) = *what else { continue };
                    let is_own = group.classes[0] == Some(code);
                    if !is_own {
                        equations.push(vec![(group.first + at, 1)]);
                    } else if let Some(units) = self.units(None, &[breakdown], &group.classes) {
                        equations.push(vec![(group.first + at, 1), (units, -1)]);
                    }
                }
            }
        }
        equations.retain(|terms| self.holds(terms));
        equations.into_iter().for_each(|terms| self.add_equation(terms));
    }

    fn holds(&self, terms: &[(usize, i64)]) -> bool {
        terms.iter().map(|(cell, k)| k * self.system.cells[*cell].value).sum::<i64>() == 0
    }

    /// Classes of two breakdowns that occur only with each other: their counts add up to the same.
    fn add_coarser_forms(&mut self, pairs: &ClassPairs) {
        let [first, second] = pairs.breakdowns;
        let groups = occurring_together(pairs);
        if groups.len() < 2 {
            return;
        }
        let mut equations = Vec::new();
        for variable in 0..self.tables.variables.len() {
            let (Some(a), Some(b)) = (self.place(variable, &[first]), self.place(variable, &[second])) else {
                continue;
            };
            for (ones, others) in &groups {
                for what in 0..a.whats.len() {
                    let of = |place: &super::ledger::Place,
                              classes: &[Option<u16>],
                              k: i64|
                     -> Vec<(usize, i64)> {
                        let found = classes.iter().filter_map(|class| place.group(&[*class]));
                        found.map(|group| (group.first + what, k)).collect()
                    };
                    equations.push([of(a, ones, 1), of(b, others, -1)].concat());
                }
            }
        }
        for (ones, others) in &groups {
            let of = |by: usize, classes: &[Option<u16>], k: i64| -> Vec<(usize, i64)> {
                classes
                    .iter()
                    .filter_map(|class| self.units(None, &[by], &[*class]))
                    .map(|cell| (cell, k))
                    .collect()
            };
            equations.push([of(first, ones, 1), of(second, others, -1)].concat());
        }
        equations.retain(|terms| !terms.is_empty() && self.holds(terms));
        equations.into_iter().for_each(|terms| self.add_equation(terms));
    }
}

/// Breakdowns that the condition of a variable, or of one that it rests on, looks at.
fn classes_looked_at(tables: &Tables, variable: usize) -> Vec<usize> {
    let items = tables.questionnaire.items();
    let mut queue = vec![tables.variables[variable].items[0]];
    let mut found = Vec::new();
    let mut seen = queue.clone();
    while let Some(item) = queue.pop() {
        for test in items[item].tests() {
            match test.subject {
                Subject::Breakdown(by) => found.push(by),
                Subject::Item(other) if !seen.contains(&other) => {
                    seen.push(other);
                    queue.push(other);
                }
                Subject::Item(_) => {}
            }
        }
    }
    found
}

type Classes = Vec<Option<u16>>;

/// The classes of the one breakdown and of the other that occur only with each other.
fn occurring_together(pairs: &ClassPairs) -> Vec<(Classes, Classes)> {
    let mut groups: Vec<(Classes, Classes)> = Vec::new();
    for &[a, b] in &pairs.pairs {
        let touched = |(ones, others): &(Classes, Classes)| ones.contains(&a) || others.contains(&b);
        let (mut merged, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(touched);
        let mut own = (vec![a], vec![b]);
        for (ones, others) in merged.drain(..) {
            own.0.extend(ones);
            own.1.extend(others);
        }
        groups = rest;
        own.0.sort_unstable();
        own.0.dedup();
        own.1.sort_unstable();
        own.1.dedup();
        groups.push(own);
    }
    groups
}
