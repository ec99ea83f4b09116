//! Numbers and days, each value for itself.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ledger::{Place, What};
use super::{About, Builder, Kind};

/// Up to so many pairs of a value and classes any value is thought of at any classes.
const MOST_VALUES: usize = 4_000;

impl Builder<'_> {
    /// Numbers and days: which value goes with which pattern of the same classes can be told by nobody.
    pub(super) fn add_values(&mut self, places: &[&Place]) {
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
}
