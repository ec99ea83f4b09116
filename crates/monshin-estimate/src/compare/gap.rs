//! A difference with what is known of its spread: its interval at any level, and how surely it lies
//! beyond a number.

use super::sums::ShareSums;
use crate::estimate::{Interval, IntervalMethod};
use crate::share::z_of;
use crate::special::{normal, student};

/// A difference and its spread.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Gap {
    /// Σ c p of independent shares, less a number that has no spread.
    Parts { parts: Vec<(f64, ShareSums)>, less: f64 },
    /// A value with a standard error.
    Spread { value: f64, se: f64, df: f64 },
}

/// Beyond this many standard deviations nothing is told apart.
const FARTHEST: f64 = 38.0;

impl Gap {
    pub fn value(&self) -> f64 {
        match self {
            Gap::Parts { parts, less } => {
                let sum: f64 = parts.iter().map(|(c, share)| c * share.share().unwrap_or(0.0)).sum();
                sum - less
            }
            Gap::Spread { value, .. } => *value,
        }
    }

    pub fn interval(&self, level: f64) -> Interval {
        let (method, df) = match self {
            Gap::Parts { .. } => (IntervalMethod::Newcombe, f64::INFINITY),
            Gap::Spread { df, .. } => (IntervalMethod::Wald, *df),
        };
        let quantile = match self {
            Gap::Parts { .. } => z_of(level),
            Gap::Spread { df, .. } => -student::t_quantile(0.5 * (1.0 - level), *df),
        };
        let (lower, upper) = self.ends(quantile);
        Interval { lower, upper, level, method, df }
    }

    /// Ends at a quantile. Of parts: the limits of every share, added up in squares, so that each
    /// side takes the spread of the share on that side (Newcombe's method 10 for two of them;
    /// Zou and Donner 2008 for more).
    fn ends(&self, quantile: f64) -> (f64, f64) {
        match self {
            Gap::Parts { parts, .. } => {
                let (mut below, mut above) = (0.0, 0.0);
                for (c, share) in parts {
                    let p = share.share().unwrap_or(0.0);
                    let (low, high) = share.limits(quantile);
                    let (down, up) = if *c > 0.0 { (p - low, high - p) } else { (high - p, p - low) };
                    below += (c * down).powi(2);
                    above += (c * up).powi(2);
                }
                let value = self.value();
                ((value - below.sqrt()).max(-1.0), (value + above.sqrt()).min(1.0))
            }
            Gap::Spread { value, se, .. } => {
                ((value - quantile * se).max(-1.0), (value + quantile * se).min(1.0))
            }
        }
    }

    /// One-sided p-value of "the difference is at most `threshold`": small when it is surely above.
    pub fn above(&self, threshold: f64) -> f64 {
        match self {
            Gap::Spread { value, se, df } if *se > 0.0 => student::t((value - threshold) / se, *df).upper,
            Gap::Spread { value, .. } => {
                if *value > threshold {
                    0.0
                } else {
                    1.0
                }
            }
            Gap::Parts { .. } => {
                // The quantile at which the end just touches.
                let is_above = self.value() > threshold;
                let reaches = |z: f64| {
                    let (lower, upper) = self.ends(z);
                    if is_above { lower <= threshold } else { upper >= threshold }
                };
                let tails = normal::tails(touching(reaches));
                if is_above { tails.upper } else { tails.lower }
            }
        }
    }

    /// One-sided p-value of "the difference is at least `threshold`".
    pub fn below(&self, threshold: f64) -> f64 {
        self.turned().above(-threshold)
    }

    /// Two-sided p-value of no difference.
    pub fn two_sided(&self) -> f64 {
        if self.value() == 0.0 {
            return 1.0;
        }
        (2.0 * self.above(0.0).min(self.below(0.0))).min(1.0)
    }

    fn turned(&self) -> Gap {
        match self {
            Gap::Parts { parts, less } => {
                let parts = parts.iter().map(|(c, share)| (-c, *share)).collect();
                Gap::Parts { parts, less: -less }
            }
            Gap::Spread { value, se, df } => Gap::Spread { value: -value, se: *se, df: *df },
        }
    }
}

/// The least z from which on a condition holds, by halving.
fn touching(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, FARTHEST);
    if !holds(high) {
        return high;
    }
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if holds(middle) { high = middle } else { low = middle }
    }
    0.5 * (low + high)
}
