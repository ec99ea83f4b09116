//! Final weights step by step: base, nonresponse, known totals, trimming.
//!
//! Each step takes weights and returns weights with a report of what it did; none returns weights
//! that miss what was asked of it.

mod calibrate;
mod compress;
mod grid;
mod poststratify;
mod rake;
mod rake_rows;
mod trim;

pub use calibrate::{Calibrated, Distance, calibrate};
pub use poststratify::{nonresponse_adjusted, poststratify};
pub use rake::{Margin, Raked, Raking, UnequalTotals, rake};
pub use rake_rows::rake_rows;
pub use trim::{TrimOnce, Trimmed, Trimming, kish_bound, rake_and_trim, trim_once};

use std::fmt;

/// Why weights cannot be made. Margins and levels are given by their position.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WeightingError {
    /// Lists that belong together differ in length.
    Length,
    /// A weight or total is NaN, infinite or negative.
    NotUsable {
        /// Its position.
        index: usize,
    },
    /// A weight is so small beside the total it counts towards that no number raises it that far.
    TooSmall {
        /// Its position.
        index: usize,
    },
    /// A total above zero for a level without a respondent: merge it with another.
    EmptyLevel {
        /// The margin.
        margin: usize,
        /// Its level.
        level: usize,
    },
    /// A total of zero for a level with respondents: their weight would be zero.
    ZeroTotal {
        /// The margin.
        margin: usize,
        /// Its level.
        level: usize,
    },
    /// Two margins do not add up to the same total.
    TotalsClash {
        /// The first margin and its sum.
        first: (usize, f64),
        /// The margin that differs and its sum.
        other: (usize, f64),
    },
    /// The totals cannot be met, or not in the rounds allowed.
    NotConverged {
        /// Rounds made.
        rounds: usize,
        /// The margin (or variable) missed most.
        margin: usize,
        /// Its level.
        level: usize,
        /// Relative error left there.
        error: f64,
        /// Every margin still missed: those that clash.
        clashing: Vec<usize>,
    },
    /// The bounds leave no room: no weight inside them meets the totals.
    Bounds,
}

impl fmt::Display for WeightingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("lists that belong together differ in length"),
            Self::NotUsable { index } => {
                write!(f, "the weight or total at {index} is not a finite number of at least 0")
            }
            Self::TooSmall { index } => write!(
                f,
                "the weight at {index} is too small: no number raises it to the total it counts towards; \
                 weights of like size, or their unit changed, can be raised"
            ),
            Self::EmptyLevel { margin, level } => {
                write!(f, "margin {margin} has a total for level {level}, where nobody answered")
            }
            Self::ZeroTotal { margin, level } => {
                write!(f, "margin {margin} has a total of zero for level {level}, where some answered")
            }
            Self::TotalsClash { first, other } => {
                write!(f, "margin {} adds up to {}, margin {} to {}", first.0, first.1, other.0, other.1)
            }
            Self::NotConverged { rounds, margin, level, error, clashing } => write!(
                f,
                "after {rounds} rounds margin {margin} is off by {error:.1e} at level {level}; \
                 margins in conflict: {clashing:?}"
            ),
            Self::Bounds => f.write_str("no weights inside the bounds meet the totals"),
        }
    }
}

impl std::error::Error for WeightingError {}

/// Kish's design effect of weights, nΣw²/(Σw)², over rows of positive weight; 1 for equal weights,
/// `None` without any. The factor by which unequal weights alone inflate the variance of a mean that
/// has nothing to do with them.
pub fn kish_design_effect(weights: &[f64]) -> Option<f64> {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest.is_nan() || largest <= 0.0 || !largest.is_finite() {
        return None;
    }
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for w in weights.iter().filter(|w| **w > 0.0).map(|w| w / largest) {
        n += 1.0;
        sum += w;
        squares += w * w;
    }
    Some(n * squares / (sum * sum))
}

/// Effective sample size of weights, (Σw)²/Σw². `None` without a positive weight.
pub fn kish_effective_size(weights: &[f64]) -> Option<f64> {
    let n = weights.iter().filter(|w| **w > 0.0).count() as f64;
    kish_design_effect(weights).map(|deff| n / deff)
}

/// Base weights of a sample drawn with equal probability within strata: N_h/n_h for each row.
///
/// # Errors
/// [`WeightingError::EmptyLevel`] for a stratum with population and no row,
/// [`WeightingError::Length`] for a stratum number beyond `population`.
pub fn base_weights(stratum: &[usize], population: &[f64]) -> Result<Vec<f64>, WeightingError> {
    poststratify(&vec![1.0; stratum.len()], stratum, population)
}

pub(crate) fn check_weights(weights: &[f64]) -> Result<(), WeightingError> {
    match weights.iter().position(|w| !w.is_finite() || *w < 0.0) {
        Some(index) => Err(WeightingError::NotUsable { index }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
