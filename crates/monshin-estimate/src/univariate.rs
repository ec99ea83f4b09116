//! Means and quantiles of weighted values, where every row is a sampling unit of its own.

use crate::estimate::{Estimate, Interval, IntervalMethod, Reason};
use crate::share::is_level;
use crate::special::student;

/// Weighted mean Σwy/Σw of `(value, weight)` pairs, with the linearised SE and a t interval.
///
/// V = n/(n−1) · Σ (w(y − ȳ)/Σw)², df = n − 1: a sample with replacement without strata or clusters.
/// Rows of weight 0 count neither for the mean nor for n.
///
/// * no row of positive weight: not estimable, [`Reason::NoBase`];
/// * one row: the value, no SE, and an unclaimed interval from −∞ to ∞;
/// * a NaN, an infinite or a negative weight: not estimable, with the reason.
///
/// R: `svymean(~y, svydesign(~1, weights = ~w))`.
pub fn mean(pairs: &[(f64, f64)], level: f64) -> Estimate {
    let base = pairs.iter().filter(|(_, w)| *w > 0.0).count() as u64;
    let not = |reason| Estimate::NotEstimable { reason, base };
    if let Err(reason) = check(pairs) {
        return not(reason);
    }
    if !is_level(level) {
        return not(Reason::BadLevel);
    }
    if base == 0 {
        return not(Reason::NoBase);
    }
    // Weights relative to the largest, so that neither their sum nor their squares overflow.
    let largest = pairs.iter().fold(0.0_f64, |max, (_, w)| max.max(*w));
    let total: f64 = pairs.iter().map(|(_, w)| w / largest).sum();
    let value = pairs.iter().map(|(y, w)| w / largest / total * y).sum::<f64>();
    if !value.is_finite() {
        return not(Reason::NotFinite);
    }
    if base == 1 {
        let interval = Interval::unclaimed(f64::NEG_INFINITY, f64::INFINITY, level);
        return Estimate::Point { value, se: None, interval, base };
    }
    let squares: f64 = pairs.iter().map(|(y, w)| (w / largest / total * (y - value)).powi(2)).sum();
    let df = (base - 1) as f64;
    let se = (squares * base as f64 / df).sqrt();
    if !se.is_finite() {
        return not(Reason::NotFinite);
    }
    let half = -student::t_quantile(0.5 * (1.0 - level), df) * se;
    let (lower, upper) = (value - half, value + half);
    let interval = Interval { lower, upper, level, method: IntervalMethod::Wald, df };
    Estimate::Point { value, se: Some(se), interval, base }
}

/// The smallest value y whose weighted distribution function F(y) reaches `p` (R's rule "math").
///
/// `sorted` holds `(value, weight)` pairs in ascending order of value; rows of weight 0 are passed over.
/// p = 0 gives the smallest value, p = 1 the largest. F is compared with a tolerance of 1e-12 of the
/// total weight, so that 0.3 of ten equal weights is the third value whatever the rounding.
///
/// R: `svyquantile(~y, design, p, qrule = "math")`.
///
/// # Errors
/// [`Reason::NoBase`] without a positive weight, [`Reason::OutOfRange`] for p outside [0, 1] or values
/// out of order, [`Reason::NotFinite`] and [`Reason::NegativeWeight`] for such rows.
pub fn quantile(sorted: &[(f64, f64)], p: f64) -> Result<f64, Reason> {
    check(sorted)?;
    if !(0.0..=1.0).contains(&p) || !sorted.is_sorted_by(|a, b| a.0 <= b.0) {
        return Err(Reason::OutOfRange);
    }
    let total: f64 = sorted.iter().map(|(_, w)| w).sum();
    let target = (p - 1e-12) * total;
    let mut reached = 0.0;
    let mut last = None;
    for (y, w) in sorted.iter().filter(|(_, w)| *w > 0.0) {
        reached += w;
        last = Some(*y);
        if reached >= target {
            break;
        }
    }
    last.ok_or(Reason::NoBase)
}

fn check(pairs: &[(f64, f64)]) -> Result<(), Reason> {
    if pairs.iter().any(|(y, w)| !y.is_finite() || !w.is_finite()) {
        return Err(Reason::NotFinite);
    }
    if pairs.iter().any(|(_, w)| *w < 0.0) {
        return Err(Reason::NegativeWeight);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().map(|&y| (y, 1.0)).collect()
    }

    #[test]
    fn the_median_of_an_even_number_is_the_lower_middle() {
        assert_eq!(quantile(&equal(&[1.0, 2.0, 3.0, 4.0]), 0.5), Ok(2.0));
    }

    #[test]
    fn the_ends_are_the_smallest_and_the_largest_value() {
        let values = equal(&[1.0, 2.0, 9.0]);
        assert_eq!((quantile(&values, 0.0), quantile(&values, 1.0)), (Ok(1.0), Ok(9.0)));
    }

    #[test]
    fn rounding_of_p_does_not_skip_a_value() {
        let values = equal(&(1..=10).map(f64::from).collect::<Vec<_>>());
        for k in 1..=10 {
            assert_eq!(quantile(&values, 0.1 * f64::from(k)), Ok(f64::from(k)));
        }
    }

    #[test]
    fn nothing_and_nonsense_have_reasons() {
        assert_eq!(quantile(&[], 0.5), Err(Reason::NoBase));
        assert_eq!(quantile(&[(1.0, 0.0)], 0.5), Err(Reason::NoBase));
        assert_eq!(quantile(&[(1.0, f64::NAN)], 0.5), Err(Reason::NotFinite));
        assert_eq!(mean(&[], 0.95), Estimate::NotEstimable { reason: Reason::NoBase, base: 0 });
        assert_eq!(mean(&[(1.0, -1.0)], 0.95).value(), None);
    }

    #[test]
    fn one_row_is_a_mean_without_a_standard_error() {
        let one = mean(&[(4.0, 2.0)], 0.95);
        assert_eq!((one.value(), one.se()), (Some(4.0), None));
    }

    #[test]
    fn weights_over_thirty_orders_of_magnitude_do_no_harm() {
        let wide = mean(&[(1.0, 1e-15), (2.0, 1e15), (3.0, 1.0), (5.0, 1e300)], 0.95);
        assert!((wide.value().expect("finite") - 5.0).abs() < 1e-12);
    }
}
