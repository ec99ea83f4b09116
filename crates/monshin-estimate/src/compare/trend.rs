//! Trends over ordered classes.

use super::Test;
use crate::estimate::Reason;
use crate::precision::Estimates;
use crate::special::{gamma, student};

/// Where a trend points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Higher in later classes.
    Up,
    /// Lower in later classes.
    Down,
    /// Neither.
    Flat,
}

/// A trend with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Change of the share per unit of score.
    pub slope: f64,
    /// Its sign.
    pub direction: Direction,
    /// Test of no trend.
    pub test: Test,
}

impl Trend {
    fn new(slope: f64, test: Test) -> Self {
        let direction = match slope {
            _ if slope > 0.0 => Direction::Up,
            _ if slope < 0.0 => Direction::Down,
            _ => Direction::Flat,
        };
        Self { slope, direction, test }
    }
}

/// Cochran–Armitage test of a trend in the shares x_i/n_i over scores (1, 2, 3 … for ordered classes).
///
/// X² = [Σ (x_i − n_i p)(s_i − s̄)]² / (p(1−p) Σ n_i (s_i − s̄)²) on one degree of freedom, s̄ the mean
/// of the scores weighted by n. Classes without answers take no part. R: `prop.trend.test(x, n, score)`.
///
/// # Errors
/// [`Reason::LengthMismatch`], [`Reason::CountExceedsBase`], [`Reason::NoBase`], [`Reason::NotFinite`] for
/// scores that are no numbers or too large to square, and
/// [`Reason::NoDegreesOfFreedom`] with fewer than two classes or when all answered alike.
pub fn cochran_armitage(x: &[u64], n: &[u64], scores: &[f64]) -> Result<Trend, Reason> {
    if x.len() != n.len() || x.len() != scores.len() {
        return Err(Reason::LengthMismatch);
    }
    if x.iter().zip(n).any(|(x, n)| x > n) {
        return Err(Reason::CountExceedsBase);
    }
    let total: f64 = n.iter().map(|v| *v as f64).sum();
    if total == 0.0 {
        return Err(Reason::NoBase);
    }
    let p = x.iter().map(|v| *v as f64).sum::<f64>() / total;
    let centre = n.iter().zip(scores).map(|(n, s)| *n as f64 * s).sum::<f64>() / total;
    let terms = || x.iter().zip(n).zip(scores).map(|((x, n), s)| (*x as f64, *n as f64, s - centre));
    let cross: f64 = terms().map(|(x, n, s)| (x - n * p) * s).sum();
    let spread: f64 = terms().map(|(_, n, s)| n * s * s).sum();
    let variance = p * (1.0 - p) * spread;
    if !variance.is_finite() || !(cross * cross).is_finite() {
        return Err(Reason::NotFinite);
    }
    if variance <= 0.0 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let statistic = cross * cross / variance;
    let p_value = gamma::chi_square(statistic, 1.0).upper;
    let test = Test { statistic, df: 1.0, denominator_df: f64::INFINITY, p_value };
    Ok(Trend::new(cross / spread, test))
}

/// Design-based trend: the contrast Σ (s_i − s̄) θ_i of estimates (one per class), with a t test.
///
/// The slope is the contrast divided by Σ (s_i − s̄)²: that of the straight line through the classes,
/// each counting the same.
///
/// # Errors
/// [`Reason::LengthMismatch`]; [`Reason::NotFinite`] for scores that are no numbers or too large to square;
/// [`Reason::NoDegreesOfFreedom`] with equal scores, df ≤ 0 or SE 0.
pub fn linear_trend(estimates: &Estimates, scores: &[f64], df: f64) -> Result<Trend, Reason> {
    if scores.len() != estimates.values.len() {
        return Err(Reason::LengthMismatch);
    }
    let centre = scores.iter().sum::<f64>() / scores.len() as f64;
    let contrast: Vec<f64> = scores.iter().map(|s| s - centre).collect();
    let spread: f64 = contrast.iter().map(|c| c * c).sum();
    let (value, se) = estimates.contrast(&contrast);
    if !spread.is_finite() || !value.is_finite() || !se.is_finite() {
        return Err(Reason::NotFinite);
    }
    if !(df > 0.0 && spread > 0.0 && se > 0.0) {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let statistic = value / se;
    let p_value = student::t_two_sided(statistic, df);
    let test = Test { statistic, df, denominator_df: f64::INFINITY, p_value };
    Ok(Trend::new(value / spread, test))
}
