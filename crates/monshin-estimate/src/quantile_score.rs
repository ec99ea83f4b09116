//! The score interval of a quantile as R's `svyquantile(interval.type = "score")` gives it.
//!
//! Observed, not documented: the ends are found by Brent's method over a step function, from a hundredth
//! of the interquartile range inside the smallest to the same inside the largest value, to within
//! 1/(100√n) in the unit of the values (which the result thus depends on); the share of
//! *rows* at or below such an end, weights apart, is then read back as a *weighted* quantile. Under equal
//! weights this is the step at which the test begins to reject or the value before it, whichever side the
//! root finder stops on; under unequal weights it is neither.

use crate::estimate::Reason;
use crate::root::brent;

/// Both ends; `z` is the score as it rises with the value, `values` ascend and `weights` belong to them.
///
/// [`Reason::MethodNotApplicable`] where the test rejects nowhere inside the data (R stops with an error).
pub(crate) fn as_r_ends(
    z: impl Fn(f64) -> f64,
    values: &[f64],
    weights: &[f64],
    t: f64,
) -> Result<(f64, f64), Reason> {
    let inset = (middling(values, 0.75) - middling(values, 0.25)) / 100.0;
    let (from, to) = (values[0] + inset, values[values.len() - 1] - inset);
    let tolerance = 0.01 / (values.len() as f64).sqrt();
    let end = |limit: f64| {
        let f = |x: f64| finite(z(x) - limit);
        let (first, last) = (f(from), f(to));
        let crosses = from < to && (first == 0.0 || last == 0.0 || (first > 0.0) != (last > 0.0));
        if !crosses {
            return Err(Reason::MethodNotApplicable);
        }
        let root = brent(f, from, to, tolerance);
        let rows = values.partition_point(|v| *v <= root) as f64 / values.len() as f64;
        Ok(weighted_quantile(values, weights, rows))
    };
    Ok((end(-t)?, end(t)?))
}

/// Where the share has no variance the score is infinite; the root finder needs a number.
fn finite(z: f64) -> f64 {
    if z.is_nan() { 0.0 } else { z.clamp(-f64::MAX, f64::MAX) }
}

/// Quantile of the values alone, linear between them (R: `quantile`, type 7).
fn middling(values: &[f64], p: f64) -> f64 {
    let place = p * (values.len() - 1) as f64;
    let k = place.floor() as usize;
    let next = values[(k + 1).min(values.len() - 1)];
    values[k] + (place - k as f64) * (next - values[k])
}

/// First distinct value whose cumulative share of the weight reaches p, to the bit: R adds in more digits
/// than a double holds, so a remainder is carried here.
fn weighted_quantile(values: &[f64], weights: &[f64], p: f64) -> f64 {
    let (mut row, mut sum, mut rest) = (0, 0.0_f64, 0.0);
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for group in values.chunk_by(|a, b| a == b) {
        for w in &weights[row..row + group.len()] {
            let next = sum + w;
            rest += if sum >= *w { (sum - next) + w } else { (w - next) + sum };
            sum = next;
        }
        row += group.len();
        steps.push((group[0], sum + rest));
    }
    let total = sum + rest;
    steps.iter().find(|s| s.1 / total >= p).map_or(values[values.len() - 1], |s| s.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_weights_reach_their_own_share_without_rounding_past_it() {
        // Added without a remainder, eight times 0.1 falls short of 0.8.
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        for k in 1..=10 {
            assert_eq!(weighted_quantile(&values, &[0.1; 10], f64::from(k) / 10.0), f64::from(k));
        }
    }

    #[test]
    fn a_test_that_rejects_nowhere_has_no_ends() {
        let flat = as_r_ends(|_| 0.0, &[1.0, 2.0, 3.0], &[1.0; 3], 2.0);
        assert_eq!(flat, Err(Reason::MethodNotApplicable));
        assert!(as_r_ends(|x| x, &[1.0], &[1.0], 2.0).is_err());
    }
}
