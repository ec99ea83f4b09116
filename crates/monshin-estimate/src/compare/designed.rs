//! Comparisons under a design: strata, clusters, what weighting to known totals explains.

use super::chi_square::{Statistic, TwoWay};
use super::gap::Gap;
use super::method::TestMethod;
use super::shares::Compared;
use super::trend::{Direction, linear_trend};
use super::{Association, ClassTrend, compare_groups};
use crate::compare::ShareSums;
use crate::estimate::Reason;
use crate::matrix::Matrix;
use crate::precision::Estimates;
use crate::special::student;

/// A share as a comparison under a design falls back on it: yes and answered by number, Kish's size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sized {
    /// How many gave the answer.
    pub holds: u64,
    /// How many answered.
    pub base: u64,
    /// Kish's effective size of the base.
    pub kish_size: f64,
}

impl Sized {
    /// The share as a count of so many equal answers as say as much under the design: p(1−p)/V, never
    /// more than answered; Kish's size where all answered alike.
    fn effective(&self, share: f64, variance: f64) -> ShareSums {
        let by_variance = share * (1.0 - share) / variance;
        let size = if variance > 0.0 && by_variance.is_finite() && by_variance > 0.0 {
            by_variance
        } else {
            self.kish_size
        };
        let n = size.min(self.base as f64).floor().max(0.0);
        ShareSums::counts((share * n).round() as u64, n as u64)
    }

    /// Too few for the distributions of the design: as [`compare_groups`] judges counts.
    fn is_few(a: &Sized, b: &Sized) -> bool {
        let (n1, n2) = (a.base as f64, b.base as f64);
        let yes = a.holds as f64 + b.holds as f64;
        n1 + n2 < 40.0 || n1.min(n2) * yes.min(n1 + n2 - yes) < 5.0 * (n1 + n2)
    }
}

/// Two groups that have nobody in common, their shares being `estimates` (two, with their covariance).
///
/// Interval: difference ± t · SE. p-value: Rao and Scott's F of the 2×2 table (`table`). With few
/// answers, or where one group is of one mind, Fisher's test and Newcombe's interval on the effective
/// sizes p(1−p)/V, rounded down. R: `svycontrast`, `svychisq`.
///
/// # Errors
/// [`Reason::NoBase`], [`Reason::BadLevel`], [`Reason::NoDegreesOfFreedom`] for df ≤ 0.
pub fn compare_designed(
    estimates: &Estimates,
    sizes: [Sized; 2],
    table: Result<TwoWay, Reason>,
    df: f64,
    level: f64,
) -> Result<Compared, Reason> {
    if estimates.values.len() != 2 {
        return Err(Reason::LengthMismatch);
    }
    let variance = |at: usize| estimates.covariance[(at, at)];
    let spreads = [variance(0), variance(1)].into_iter().all(|own| own > 0.0 && own.is_finite());
    if Sized::is_few(&sizes[0], &sizes[1]) || !spreads {
        let [a, b] = [0, 1].map(|at| sizes[at].effective(estimates.values[at], variance(at)));
        let mut compared = compare_groups(&a, &b, level)?;
        compared.method = TestMethod::FisherEffective;
        return Ok(compared);
    }
    let (value, se) = estimates.contrast(&[1.0, -1.0]);
    let p_value = table.and_then(|table| table.test(Statistic::F)).map(|test| test.p_value);
    match p_value {
        Ok(p_value) => spread(value, se, df, TestMethod::RaoScott, Some(p_value), level),
        Err(_) => spread(value, se, df, TestMethod::LinearisedT, None, level),
    }
}

/// A contrast Σ c θ of shares that vary together (a class and the mean of classes, two answers of the
/// same people): ± t · SE. R: `svycontrast`.
///
/// # Errors
/// [`Reason::LengthMismatch`], [`Reason::BadLevel`]; [`Reason::NoDegreesOfFreedom`] for df ≤ 0 or where
/// the contrast has no spread.
pub fn contrast_designed(
    estimates: &Estimates,
    contrast: &[f64],
    df: f64,
    level: f64,
) -> Result<Compared, Reason> {
    if contrast.len() != estimates.values.len() {
        return Err(Reason::LengthMismatch);
    }
    let (value, se) = estimates.contrast(contrast);
    spread(value, se, df, TestMethod::LinearisedT, None, level)
}

fn spread(
    value: f64,
    se: f64,
    df: f64,
    method: TestMethod,
    p_value: Option<f64>,
    level: f64,
) -> Result<Compared, Reason> {
    if df.is_nan() || df <= 0.0 || se <= 0.0 || !se.is_finite() {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let p_value = p_value.unwrap_or_else(|| student::t_two_sided(value / se, df));
    Compared::new(Gap::Spread { value, se, df }, method, p_value, level)
}

/// A trend of shares over classes with their scores: the contrast Σ (s − s̄) θ by t. A class whose members
/// all answered alike has no variance of its own; it gets that of half an answer more of either kind on
/// its Kish's size. R: `svycontrast`.
///
/// # Errors
/// As [`linear_trend`].
pub fn trend_designed(
    estimates: &Estimates,
    kish_sizes: &[f64],
    scores: &[f64],
    df: f64,
) -> Result<ClassTrend, Reason> {
    if kish_sizes.len() != estimates.values.len() {
        return Err(Reason::LengthMismatch);
    }
    let least = |at: usize| {
        let size = kish_sizes[at].max(1.0);
        let smoothed = (estimates.values[at] * size + 0.5) / (size + 1.0);
        smoothed * (1.0 - smoothed) / size
    };
    let k = estimates.values.len();
    let entry = |i: usize, j: usize| match estimates.covariance[(i, j)] {
        own if i == j && own <= 0.0 => least(i),
        own => own,
    };
    let smoothed = Estimates { covariance: Matrix::from_fn(k, k, entry), ..estimates.clone() };
    let found = linear_trend(&smoothed, scores, df)?;
    let (slope, direction, p_value) = (found.slope, found.direction, found.test.p_value);
    debug_assert!(slope == 0.0 || direction != Direction::Flat);
    Ok(ClassTrend { slope, direction, method: TestMethod::LinearTrend, p_value })
}

/// Whether answers and classes hang together: Rao and Scott's F. R: `svychisq`.
///
/// # Errors
/// As [`TwoWay::test`].
pub fn association_designed(table: &TwoWay) -> Result<Association, Reason> {
    let test = table.test(Statistic::F)?;
    Ok(Association {
        method: TestMethod::RaoScott,
        statistic: Some(test.statistic),
        df: test.df,
        denominator_df: Some(test.denominator_df),
        p_value: test.p_value,
    })
}

/// Two answers of the same people, all of whom gave both: how many gave the first only, the second only.
/// Exact: binomial with ½ over those who gave one of the two (McNemar's exact test). The interval is Wald's
/// with half an answer more in each of the four cells (Agresti and Min 2005), so that pairs who all agree
/// leave some width. R: `binom.test(first, first + second)`.
///
/// # Errors
/// [`Reason::NoBase`], [`Reason::CountExceedsBase`], [`Reason::BadLevel`].
pub fn compare_paired(first: u64, second: u64, base: u64, level: f64) -> Result<Compared, Reason> {
    if base == 0 {
        return Err(Reason::NoBase);
    }
    if first.checked_add(second).is_none_or(|apart| apart > base) {
        return Err(Reason::CountExceedsBase);
    }
    let (b, c, n) = (first as f64, second as f64, base as f64);
    let value = (b - c) / n;
    let more = n + 2.0;
    let se = ((b + c + 1.0 - (b - c) * (b - c) / more).max(0.0)).sqrt() / more;
    let gap = Gap::Spread { value, se, df: f64::INFINITY };
    Compared::new(gap, TestMethod::Sign, super::dependent::sign_test(first, second), level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(values: [f64; 2], variances: [f64; 2], covariance: f64) -> Estimates {
        let entry = |i: usize, j: usize| if i == j { variances[i] } else { covariance };
        let bases = vec![100, 100];
        Estimates { values: values.to_vec(), covariance: Matrix::from_fn(2, 2, entry), bases, df: 20.0 }
    }

    fn sized(holds: u64, base: u64) -> Sized {
        Sized { holds, base, kish_size: base as f64 }
    }

    #[test]
    fn what_varies_together_is_told_apart_more_surely() {
        let sizes = [sized(60, 100), sized(50, 100)];
        let no_table = || Err(Reason::MethodNotApplicable);
        let p = |covariance: f64| {
            let estimates = two([0.6, 0.5], [0.0024, 0.0025], covariance);
            compare_designed(&estimates, sizes, no_table(), 20.0, 0.95).expect("a difference").p_value
        };
        assert!(p(0.001) < p(0.0) && p(0.0) < p(-0.001));
        let flat = contrast_designed(&two([0.6, 0.5], [0.0024; 2], 0.0024), &[1.0, -1.0], 20.0, 0.95);
        assert_eq!(flat, Err(Reason::NoDegreesOfFreedom));
    }

    #[test]
    fn a_group_of_one_mind_is_compared_on_its_effective_size() {
        let estimates = two([0.0, 0.4], [0.0, 0.004], 0.0);
        let sizes = [sized(0, 60), sized(24, 60)];
        let found =
            compare_designed(&estimates, sizes, Err(Reason::NoBase), 20.0, 0.95).expect("a difference");
        assert_eq!(found.method, TestMethod::FisherEffective);
        assert!(found.p_value < 0.001 && found.interval.lower > -0.6 && found.interval.upper < -0.2);
    }

    #[test]
    fn pairs_are_mcnemars() {
        // R: binom.test(10, 12)$p.value
        let found = compare_paired(10, 2, 40, 0.95).expect("pairs");
        assert!((found.p_value - 0.038574218750).abs() < 1e-9, "{}", found.p_value);
        assert!((found.value - 0.2).abs() < 1e-15);
        let alike = compare_paired(0, 0, 10, 0.95).expect("pairs");
        assert_eq!((alike.p_value, alike.value), (1.0, 0.0));
        // Ten who agree do not show that all do, to three points.
        assert!(alike.interval.width() > 0.2 && alike.sameness(0.03) > 0.05);
        assert_eq!(compare_paired(3, 2, 4, 0.95), Err(Reason::CountExceedsBase));
        assert_eq!(compare_paired(0, 0, 0, 0.95), Err(Reason::NoBase));
    }
}
