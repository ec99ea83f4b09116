//! The hypergeometric distribution: drawn without replacement.

use super::{Tails, beta::binomial_density};

/// `drawn` units out of `population`, of which `marked` carry the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hypergeometric {
    /// Units in the population.
    pub population: u64,
    /// Units with the mark, at most `population`.
    pub marked: u64,
    /// Units drawn, at most `population`.
    pub drawn: u64,
}

impl Hypergeometric {
    /// Smallest number of marked units that can be drawn.
    pub fn min(self) -> u64 {
        (self.marked + self.drawn).saturating_sub(self.population)
    }

    /// Largest number of marked units that can be drawn.
    pub fn max(self) -> u64 {
        self.marked.min(self.drawn)
    }

    /// P(X = x). R: `dhyper`.
    pub fn pmf(self, x: u64) -> f64 {
        if x < self.min() || x > self.max() {
            return 0.0;
        }
        if self.drawn == 0 || self.drawn == self.population {
            return 1.0;
        }
        let (n, total) = (self.drawn as f64, self.population as f64);
        let (p, q) = (n / total, (total - n) / total);
        let unmarked = (self.population - self.marked) as f64;
        binomial_density(x as f64, self.marked as f64, p, q)
            * binomial_density((self.drawn - x) as f64, unmarked, p, q)
            / binomial_density(n, total, p, q)
    }

    /// P(X ≤ x) and P(X > x). R: `phyper`.
    pub fn tails(self, x: u64) -> Tails {
        if x < self.min() {
            return Tails { lower: 0.0, upper: 1.0 };
        }
        if x >= self.max() {
            return Tails { lower: 1.0, upper: 0.0 };
        }
        let mean = self.drawn as f64 * self.marked as f64 / self.population as f64;
        let down = || self.sum_down(x).min(1.0);
        let up = || self.sum_up(x + 1).min(1.0);
        // The side away from the mean is summed; its complement serves as the other while it keeps its digits.
        if (x as f64) < mean {
            let lower = down();
            Tails { lower, upper: if lower < 0.9 { 1.0 - lower } else { up() } }
        } else {
            let upper = up();
            Tails { lower: if upper < 0.9 { 1.0 - upper } else { down() }, upper }
        }
    }

    /// P(X ≥ x).
    pub fn at_least(self, x: u64) -> f64 {
        if x == 0 { 1.0 } else { self.tails(x - 1).upper }
    }

    /// Σ P(X = k) for k ≤ x, from x outwards.
    fn sum_down(self, x: u64) -> f64 {
        let mut term = self.pmf(x);
        let mut sum = term;
        for k in (self.min() + 1..=x).rev() {
            // P(k−1)/P(k)
            term *= k as f64 * (self.population - self.marked + k - self.drawn) as f64
                / ((self.marked - k + 1) as f64 * (self.drawn - k + 1) as f64);
            sum += term;
            if term < sum * 1e-18 {
                break;
            }
        }
        sum
    }

    /// Σ P(X = k) for k ≥ x, from x outwards.
    fn sum_up(self, x: u64) -> f64 {
        let mut term = self.pmf(x);
        let mut sum = term;
        for k in x..self.max() {
            // P(k+1)/P(k)
            term *= (self.marked - k) as f64 * (self.drawn - k) as f64
                / ((k + 1) as f64 * (self.population - self.marked + k + 1 - self.drawn) as f64);
            sum += term;
            if term < sum * 1e-18 {
                break;
            }
        }
        sum
    }
}
