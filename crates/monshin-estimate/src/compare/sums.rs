//! What comparing shares needs of a group: n, Σw and Σw², no rows.

use crate::share::wilson_real;

/// n, Σw and Σw² of some answers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mass {
    /// How many.
    pub n: u64,
    /// Σw.
    pub weight: f64,
    /// Σw².
    pub squares: f64,
}

impl Mass {
    /// Answers that count one each.
    pub fn counts(n: u64) -> Mass {
        Mass { n, weight: n as f64, squares: n as f64 }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, more: Mass) -> Mass {
        Mass { n: self.n + more.n, weight: self.weight + more.weight, squares: self.squares + more.squares }
    }

    /// What is left when a part is taken away; never below nothing.
    #[must_use]
    pub fn minus(self, part: Mass) -> Mass {
        let n = self.n.saturating_sub(part.n);
        if n == 0 {
            return Mass::default();
        }
        let rest = |whole: f64, part: f64| (whole - part).max(0.0);
        Mass { n, weight: rest(self.weight, part.weight), squares: rest(self.squares, part.squares) }
    }

    /// Kish's effective size (Σw)²/Σw²; 0 where there is no weight.
    pub fn effective_size(self) -> f64 {
        if self.squares > 0.0 { self.weight * (self.weight / self.squares) } else { 0.0 }
    }
}

/// A share as comparing needs it: those who gave the answer, of those who answered. Each answer is
/// its own sampling unit; groups that share nobody are independent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareSums {
    /// Gave the answer.
    pub holds: Mass,
    /// Answered: the base.
    pub base: Mass,
    is_weighted: bool,
}

impl ShareSums {
    /// x of n that count one each. More than n count as n.
    pub fn counts(x: u64, n: u64) -> ShareSums {
        ShareSums { holds: Mass::counts(x.min(n)), base: Mass::counts(n), is_weighted: false }
    }

    /// A share by weight.
    pub fn weighted(holds: Mass, base: Mass) -> ShareSums {
        ShareSums { holds, base, is_weighted: true }
    }

    /// Whether weights count.
    pub fn is_weighted(&self) -> bool {
        self.is_weighted
    }

    /// The share, 0 to 1; `None` on an empty base or one without weight.
    pub fn share(&self) -> Option<f64> {
        let share = self.holds.weight / self.base.weight;
        let there = self.base.n > 0 && self.base.weight > 0.0 && share.is_finite();
        there.then(|| match self.holds.n {
            0 => 0.0,
            n if n == self.base.n => 1.0,
            _ => share.clamp(0.0, 1.0),
        })
    }

    /// The share among those of the base who are not in the part.
    #[must_use]
    pub fn minus(&self, part: &ShareSums) -> ShareSums {
        ShareSums { holds: self.holds.minus(part.holds), base: self.base.minus(part.base), ..*self }
    }

    /// The share in two groups together that have nobody in common.
    #[must_use]
    pub fn plus(&self, more: &ShareSums) -> ShareSums {
        ShareSums { holds: self.holds.plus(more.holds), base: self.base.plus(more.base), ..*self }
    }

    /// Linearised variance n/(n−1) · Σw²(y−p)²/(Σw)²: of counts p(1−p)/(n−1). 0 where n < 2, and
    /// where all answered alike (then it says nothing).
    pub fn variance(&self) -> f64 {
        let (Some(p), true) = (self.share(), self.base.n > 1) else { return 0.0 };
        let n = self.base.n as f64;
        let squares = self.holds.squares * (1.0 - 2.0 * p) + self.base.squares * p * p;
        let variance = n / (n - 1.0) * squares.max(0.0) / (self.base.weight * self.base.weight);
        // Weights whose squares cannot be written say nothing of how sure they are.
        if variance.is_nan() { f64::INFINITY } else { variance }
    }

    /// The number of equally weighted answers that would say as much: n for counts; for weights
    /// p(1−p)/V, and Kish's size where all answered alike.
    pub fn effective_size(&self) -> f64 {
        if !self.is_weighted {
            return self.base.n as f64;
        }
        let (p, variance) = (self.share().unwrap_or(0.0), self.variance());
        let by_variance = p * (1.0 - p) / variance;
        if variance > 0.0 && by_variance > 0.0 && by_variance.is_finite() {
            by_variance
        } else {
            self.base.effective_size()
        }
    }

    /// Wilson's limits on the effective size at a normal quantile; the whole range without a base.
    pub(super) fn limits(&self, z: f64) -> (f64, f64) {
        let size = self.effective_size();
        match self.share() {
            Some(p) if size > 0.0 => wilson_real(p, size, z),
            _ => (0.0, 1.0),
        }
    }

    /// x of n in whole numbers: counts, or the effective size rounded down with the share of it.
    pub(super) fn whole(&self) -> (u64, u64) {
        if !self.is_weighted {
            return (self.holds.n, self.base.n);
        }
        let n = self.effective_size().floor().min(self.base.n as f64).max(0.0);
        let x = (self.share().unwrap_or(0.0) * n).round();
        (x as u64, n as u64)
    }
}
