//! Differences of shares and means: two groups, a group and the rest, two waves.

use super::Test;
use crate::estimate::{Interval, IntervalMethod, Reason};
use crate::precision::Estimates;
use crate::share::{claims_nothing, is_level, wilson, z_of};
use crate::special::{gamma, student};
use crate::statistic::Statistic;

/// A difference with its precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// First minus second; for shares × 100 in points.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Its interval.
    pub interval: Interval,
    /// Test of no difference.
    pub test: Test,
}

/// Newcombe's hybrid interval of x₁/n₁ − x₂/n₂ from the Wilson intervals of both (method 10);
/// `(−1, 1)` when a base is 0. Never outside [−1, 1], never of zero width.
pub fn newcombe(x1: u64, n1: u64, x2: u64, n2: u64, level: f64) -> (f64, f64) {
    if claims_nothing(x1, n1, level) || claims_nothing(x2, n2, level) {
        return (-1.0, 1.0);
    }
    let (p1, p2) = (x1 as f64 / n1 as f64, x2 as f64 / n2 as f64);
    let ((l1, u1), (l2, u2)) = (wilson(x1, n1, level), wilson(x2, n2, level));
    let d = p1 - p2;
    let away = |a: f64, b: f64| (a * a + b * b).sqrt();
    ((d - away(p1 - l1, u2 - p2)).max(-1.0), (d + away(u1 - p1, p2 - l2)).min(1.0))
}

/// Two shares of counts compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wald {
    /// Wald interval of the difference, cut to [−1, 1].
    pub interval: (f64, f64),
    /// Pearson's X² of no difference.
    pub test: Test,
    /// The same with Yates' correction.
    pub corrected: Test,
}

/// Pearson's test of x₁/n₁ = x₂/n₂ with the Wald interval of the difference.
/// R: `prop.test(c(x1, x2), c(n1, n2), correct)`.
///
/// # Errors
/// [`Reason::NoBase`] when a base is 0, [`Reason::CountExceedsBase`], [`Reason::BadLevel`],
/// [`Reason::NoDegreesOfFreedom`] when nobody or everybody said yes in both.
pub fn two_sample(x1: u64, n1: u64, x2: u64, n2: u64, level: f64) -> Result<Wald, Reason> {
    if n1 == 0 || n2 == 0 {
        return Err(Reason::NoBase);
    }
    if x1 > n1 || x2 > n2 {
        return Err(Reason::CountExceedsBase);
    }
    if !is_level(level) {
        return Err(Reason::BadLevel);
    }
    let [x1, n1, x2, n2] = [x1, n1, x2, n2].map(|v| v as f64);
    let (p1, p2) = (x1 / n1, x2 / n2);
    let pooled = (x1 + x2) / (n1 + n2);
    if pooled == 0.0 || pooled == 1.0 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let inverse = 1.0 / n1 + 1.0 / n2;
    let d = p1 - p2;
    let test = |correction: f64| {
        let statistic = (d.abs() - correction * inverse).powi(2) / (pooled * (1.0 - pooled) * inverse);
        let p_value = gamma::chi_square(statistic, 1.0).upper;
        Test { statistic, df: 1.0, denominator_df: f64::INFINITY, p_value }
    };
    let half = z_of(level) * (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
    Ok(Wald {
        interval: ((d - half).max(-1.0), (d + half).min(1.0)),
        test: test(0.0),
        corrected: test((d.abs() / inverse).min(0.5)),
    })
}

/// A contrast Σ c θ of estimates with its t test and interval at `df` degrees of freedom.
/// R: `svycontrast`, `svyttest` (with df = design df − 1).
///
/// # Errors
/// [`Reason::LengthMismatch`], [`Reason::BadLevel`], [`Reason::NoDegreesOfFreedom`] for df ≤ 0 or a
/// standard error of 0.
pub fn wald_difference(
    estimates: &Estimates,
    contrast: &[f64],
    df: f64,
    level: f64,
) -> Result<Difference, Reason> {
    if contrast.len() != estimates.values.len() {
        return Err(Reason::LengthMismatch);
    }
    if !is_level(level) {
        return Err(Reason::BadLevel);
    }
    let (value, se) = estimates.contrast(contrast);
    if df.is_nan() || df <= 0.0 || se <= 0.0 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let t = value / se;
    let half = student::t_quantile(0.5 * (1.0 + level), df) * se;
    let interval =
        Interval { lower: value - half, upper: value + half, level, method: IntervalMethod::Wald, df };
    let p_value = student::t_two_sided(t, df);
    let test = Test { statistic: t, df, denominator_df: f64::INFINITY, p_value };
    Ok(Difference { value, se, interval, test })
}

/// The statistics whose difference compares a group with the rest of the domain, never with a total
/// that contains it: the share in the group, the share outside it. Use with the contrast [1, −1].
pub fn rest_contrast(holds: &[bool], group: &[bool], domain: &[bool]) -> [Statistic; 2] {
    let rest: Vec<bool> = group.iter().map(|g| !g).collect();
    let share = Statistic::share(holds).within(domain);
    [share.clone().within(group), share.within(&rest)]
}

/// Two waves answered by the same units, as counts: `both` said yes twice, `first` only at first,
/// `second` only at second, `neither` never. Second minus first, with McNemar's test (continuity
/// corrected) and the Wald interval of a paired difference.
///
/// # Errors
/// [`Reason::NoBase`] without a pair, [`Reason::BadLevel`], [`Reason::NoDegreesOfFreedom`] when nobody changed.
pub fn paired_waves(
    both: u64,
    first: u64,
    second: u64,
    neither: u64,
    level: f64,
) -> Result<Difference, Reason> {
    let n = (both + first + second + neither) as f64;
    if n == 0.0 {
        return Err(Reason::NoBase);
    }
    if !is_level(level) {
        return Err(Reason::BadLevel);
    }
    let changed = (first + second) as f64;
    if changed == 0.0 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let gap = second as f64 - first as f64;
    let value = gap / n;
    let se = ((changed - gap * gap / n).max(0.0)).sqrt() / n;
    let half = z_of(level) * se;
    let statistic = (gap.abs() - 1.0).max(0.0).powi(2) / changed;
    let p_value = gamma::chi_square(statistic, 1.0).upper;
    let infinity = f64::INFINITY;
    let interval = Interval {
        lower: (value - half).max(-1.0),
        upper: (value + half).min(1.0),
        level,
        method: IntervalMethod::Wald,
        df: infinity,
    };
    let test = Test { statistic, df: 1.0, denominator_df: infinity, p_value };
    Ok(Difference { value, se, interval, test })
}
