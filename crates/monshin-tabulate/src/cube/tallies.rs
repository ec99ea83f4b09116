//! Counters side by side, with weights only where there are weights.

use crate::sums::{Masses, Sums, Weight};

/// n, and once there is a weight other than 1 also Σw and Σw², by address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tallies {
    n: Vec<u64>,
    /// Empty while all weights are 1.
    weights: Vec<Masses>,
}

impl Tallies {
    pub fn new(len: usize) -> Tallies {
        Tallies { n: vec![0; len], weights: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.n.len()
    }

    /// Makes room up to `len`.
    pub fn grow(&mut self, len: usize) {
        self.n.resize(len.max(self.n.len()), 0);
        if self.is_weighted() {
            self.weights.resize(self.n.len(), Masses::default());
        }
    }

    fn is_weighted(&self) -> bool {
        !self.weights.is_empty()
    }

    /// From now on with weights; what is there has weight 1.
    fn weigh(&mut self) {
        if !self.is_weighted() {
            self.weights = self.n.iter().map(|&n| Masses::of_ones(n)).collect();
        }
    }

    #[inline]
    pub fn add(&mut self, at: usize, weight: Weight) {
        if weight != Weight::ONE {
            self.weigh();
        }
        self.n[at] += 1;
        if self.is_weighted() {
            self.weights[at].add(weight);
        }
    }

    /// One more at each of these addresses.
    pub fn add_ones(&mut self, at: impl Iterator<Item = usize>) {
        if self.is_weighted() {
            at.for_each(|at| self.add(at, Weight::ONE));
        } else {
            at.for_each(|at| self.n[at] += 1);
        }
    }

    /// One more at each of these addresses, with its weight.
    pub fn add_weighted(&mut self, at: impl Iterator<Item = (usize, Weight)>) {
        self.weigh();
        for (at, weight) in at {
            self.n[at] += 1;
            self.weights[at].add(weight);
        }
    }

    pub fn add_sums(&mut self, at: usize, sums: Sums) {
        let more = sums.raw();
        if more != Masses::of_ones(sums.n) {
            self.weigh();
        }
        self.n[at] += sums.n;
        if self.is_weighted() {
            self.weights[at] += more;
        }
    }

    pub fn get(&self, at: usize) -> Sums {
        let n = self.n[at];
        Sums::new(n, if self.is_weighted() { self.weights[at] } else { Masses::of_ones(n) })
    }

    /// Addresses with somebody, in order.
    pub fn occupied(&self) -> impl Iterator<Item = usize> {
        self.n.iter().enumerate().filter(|(_, n)| **n > 0).map(|(at, _)| at)
    }

    /// Adds counters of the same addresses.
    pub fn merge(&mut self, more: &Tallies) {
        if more.is_weighted() {
            self.weigh();
        }
        for at in more.occupied() {
            self.add_sums(at, more.get(at));
        }
    }
}
