//! Design effects and the variance in the population.

use crate::design::Sample;
use crate::estimate::Reason;
use crate::precision::Estimates;
use crate::statistic::Statistic;

/// Sampling scheme a design effect compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comparison {
    /// A simple random sample without replacement of the same size: (1 − n/N̂) s²/n.
    #[default]
    WithoutReplacement,
    /// With replacement: s²/n.
    WithReplacement,
}

/// The weighted variance in the population, s² = n/(n−1) · Σw(y − ȳ)²/Σw, over the domain of a
/// statistic (its numerator y). `None` with fewer than two observations.
pub fn population_variance(statistic: &Statistic, sample: &Sample) -> Option<f64> {
    let rows = || (0..sample.len()).filter(|&r| sample.is_active(r) && statistic.contains(r));
    let n: f64 = rows().map(|r| sample.count(r)).sum();
    let total: f64 = rows().map(|r| sample.weights()[r]).sum();
    if n < 2.0 {
        return None;
    }
    let mean = rows().map(|r| sample.weights()[r] * statistic.y(r)).sum::<f64>() / total;
    let squares: f64 = rows().map(|r| sample.weights()[r] * (statistic.y(r) - mean).powi(2)).sum::<f64>();
    Some(n / (n - 1.0) * squares / total)
}

/// Design effect V/V_srs of a mean, share or total: the factor by which the design changes the
/// variance against a simple random sample of the same n. n_eff = n/deff.
///
/// For a total V_srs is N̂² times that of the mean. n and N̂ = Σw over the domain's observations.
/// R: `svymean(…, deff = TRUE)` ([`Comparison::WithoutReplacement`]), `deff = "replace"`.
///
/// # Errors
/// [`Reason::NoDegreesOfFreedom`] with fewer than two observations,
/// [`Reason::PopulationTooSmall`] when N̂ < n (without replacement; weights that do not add up to a
/// population), [`Reason::ZeroDenominator`] when y does not vary.
pub fn design_effect(
    statistic: &Statistic,
    estimates: &Estimates,
    index: usize,
    sample: &Sample,
    comparison: Comparison,
) -> Result<f64, Reason> {
    let s2 = population_variance(statistic, sample).ok_or(Reason::NoDegreesOfFreedom)?;
    let rows = || (0..sample.len()).filter(|&r| sample.is_active(r) && statistic.contains(r));
    let n: f64 = rows().map(|r| sample.count(r)).sum();
    let total: f64 = rows().map(|r| sample.weights()[r]).sum();
    let correction = match comparison {
        Comparison::WithReplacement => 1.0,
        Comparison::WithoutReplacement if total < n * (1.0 - 1e-9) => {
            return Err(Reason::PopulationTooSmall);
        }
        Comparison::WithoutReplacement => 1.0 - n / total,
    };
    let scale = if statistic.is_total() { total * total } else { 1.0 };
    let simple = scale * correction * s2 / n;
    let effect = estimates.covariance[(index, index)] / simple;
    if effect.is_finite() { Ok(effect) } else { Err(Reason::ZeroDenominator) }
}
