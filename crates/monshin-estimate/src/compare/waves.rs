//! Two rounds of a survey: other institutions in each, or the same ones in both.

use std::collections::BTreeMap;

use super::difference::{Difference, wald_difference};
use crate::design::{Design, Lonely, Sample, Stage, Units};
use crate::estimate::{Estimate, Interval, IntervalMethod, Reason};
use crate::precision::Precision;
use crate::share::{is_level, z_of};
use crate::special::normal;
use crate::statistic::Statistic;

/// The change between two waves that have no institution in common: second minus first,
/// z = (p₂ − p₁)/√(V₁ + V₂), value ± z·SE. Estimates of any kind: shares, means, totals.
///
/// R: `svycontrast` over two independent designs; by hand.
///
/// # Errors
/// [`Reason::NoBase`] where one of them is not estimable, [`Reason::NoDegreesOfFreedom`] where one
/// has no standard error or both are 0 (of counts use [`super::compare_groups`], which keeps its
/// width), [`Reason::BadLevel`].
pub fn independent_waves(first: &Estimate, second: &Estimate, level: f64) -> Result<Difference, Reason> {
    if !is_level(level) {
        return Err(Reason::BadLevel);
    }
    let (Some(a), Some(b)) = (first.value(), second.value()) else { return Err(Reason::NoBase) };
    let (Some(sa), Some(sb)) = (first.se(), second.se()) else { return Err(Reason::NoDegreesOfFreedom) };
    let (value, se) = (b - a, libm::hypot(sa, sb));
    if !value.is_finite() || !se.is_finite() {
        return Err(Reason::NotFinite);
    }
    if se <= 0.0 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let (z, half) = (value / se, z_of(level) * se);
    let df = f64::INFINITY;
    let method = IntervalMethod::Wald;
    let interval = Interval { lower: value - half, upper: value + half, level, method, df };
    let p_value = (2.0 * normal::tails(z.abs()).upper).min(1.0);
    let test = super::Test { statistic: z, df, denominator_df: df, p_value };
    Ok(Difference { value, se, interval, test })
}

/// One answer of one institution in one wave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveAnswer {
    /// The institution: the same number in both waves where it answered both.
    pub institution: u32,
    /// Whether it is of the second wave.
    pub is_second: bool,
    /// Its weight in that wave.
    pub weight: f64,
    /// 0 or 1 for a share, any number for a mean.
    pub value: f64,
}

/// The change between two waves that some or all institutions answered both: second minus first.
///
/// The waves are stacked, the institution is the sampling unit, each wave keeps its weights; the two
/// means come with their covariance, so that institutions in both are counted as such, and those in
/// one only add to the spread as independent ones. t test on (institutions − 1) degrees of freedom.
/// R: `svycontrast(svyby(~y, ~wave, svydesign(ids = ~institution, weights = ~w), svymean,
/// covmat = TRUE), c(-1, 1))`.
///
/// # Errors
/// [`Reason::NoBase`] without an answer in one of them; [`Reason::NotFinite`],
/// [`Reason::NegativeWeight`], [`Reason::BadLevel`]; [`Reason::NoDegreesOfFreedom`] for a single
/// institution, or where nothing varies.
pub fn stacked_waves(answers: &[WaveAnswer], level: f64) -> Result<Difference, Reason> {
    let in_wave = |second: bool| -> Vec<bool> { answers.iter().map(|a| a.is_second == second).collect() };
    let (first, second) = (in_wave(false), in_wave(true));
    if !first.contains(&true) || !second.contains(&true) {
        return Err(Reason::NoBase);
    }
    if answers.iter().any(|a| !a.value.is_finite()) {
        return Err(Reason::NotFinite);
    }
    let weights: Vec<f64> = answers.iter().map(|a| a.weight).collect();
    let mut number: BTreeMap<u32, u32> = BTreeMap::new();
    for one in answers {
        let next = number.len() as u32;
        number.entry(one.institution).or_insert(next);
    }
    let units = answers.iter().map(|a| number[&a.institution]).collect();
    let stage = Stage { units: Units::Labels(units), ..Stage::default() };
    if let Some(bad) = weights.iter().find(|w| !w.is_finite() || **w < 0.0) {
        return Err(if *bad < 0.0 { Reason::NegativeWeight } else { Reason::NotFinite });
    }
    let design = Sample::rows(&weights).and_then(|sample| Design::new(sample, &[stage], Lonely::Fail));
    let design = design.map_err(|_| Reason::NoDegreesOfFreedom)?;
    let values: Vec<f64> = answers.iter().map(|a| a.value).collect();
    let mean = Statistic::mean(values);
    let statistics = [mean.clone().within(&second), mean.within(&first)];
    let df = number.len() as f64 - 1.0;
    let estimates = Precision::Linearised(design).estimate(&statistics)?;
    wald_difference(&estimates, &[1.0, -1.0], df, level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IntervalMethod as Method;
    use crate::proportion;

    fn answer(institution: u32, is_second: bool, value: f64) -> WaveAnswer {
        WaveAnswer { institution, is_second, weight: 1.0, value }
    }

    #[test]
    fn independent_waves_add_their_variances() {
        let [a, b] = [(30, 100), (45, 90)].map(|(x, n)| proportion(x, n, 0.95, Method::Wilson));
        let found = independent_waves(&a, &b, 0.95).expect("both estimable");
        let se = (0.21_f64 / 99.0 + 0.25 / 89.0).sqrt();
        assert!((found.value - 0.2).abs() < 1e-12 && (found.se - se).abs() < 1e-12);
        assert!((found.test.statistic - 0.2 / se).abs() < 1e-9 && found.test.p_value < 0.01);
        let nobody = proportion(0, 0, 0.95, Method::Wilson);
        assert_eq!(independent_waves(&a, &nobody, 0.95), Err(Reason::NoBase));
        let one = proportion(1, 1, 0.95, Method::Wilson);
        assert_eq!(independent_waves(&a, &one, 0.95), Err(Reason::NoDegreesOfFreedom));
    }

    /// The same institutions in both, equal weights: the t test of the changes, one per institution.
    /// R: `t.test(second - first)`, whose variance has n − 1 for n.
    #[test]
    fn the_same_institutions_are_tested_by_their_changes() {
        let first = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        let second = [1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0];
        let mut answers = Vec::new();
        for (at, (a, b)) in first.iter().zip(second).enumerate() {
            answers.push(answer(at as u32 * 7, false, *a));
            answers.push(answer(at as u32 * 7, true, b));
        }
        let found = stacked_waves(&answers, 0.95).expect("ten institutions");
        let changes: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
        let mean = changes.iter().sum::<f64>() / 10.0;
        let variance = changes.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 9.0;
        assert!((found.value - mean).abs() < 1e-12);
        assert!((found.se - (variance / 10.0).sqrt()).abs() < 1e-12, "{found:?}");
        assert_eq!(found.test.df, 9.0);
    }

    #[test]
    fn other_institutions_in_each_wave_are_independent() {
        let answers: Vec<WaveAnswer> = (0..40_u32)
            .map(|at| answer(at, at >= 20, f64::from(u8::from(at % 4 == 0 || at % 7 == 0))))
            .collect();
        let found = stacked_waves(&answers, 0.95).expect("forty institutions");
        let share = |second: bool| {
            let x = answers.iter().filter(|a| a.is_second == second && a.value > 0.0).count();
            x as f64 / 20.0
        };
        let (p, q) = (share(false), share(true));
        // One sample of 40 units, so 40/39 for both.
        let variance = 40.0 / 39.0 * (p * (1.0 - p) + q * (1.0 - q)) / 20.0;
        assert!((found.value - (q - p)).abs() < 1e-12);
        assert!((found.se - variance.sqrt()).abs() < 1e-12, "{found:?} {variance}");
    }

    #[test]
    fn too_little_is_said_so() {
        assert_eq!(stacked_waves(&[], 0.95), Err(Reason::NoBase));
        let one = [answer(1, false, 0.0), answer(1, true, 1.0)];
        assert!(stacked_waves(&one, 0.95).is_err());
        let alike: Vec<WaveAnswer> = (0..9).map(|at| answer(at / 2, at % 2 == 1, 1.0)).collect();
        assert_eq!(stacked_waves(&alike, 0.95), Err(Reason::NoDegreesOfFreedom));
        let bad = [answer(1, false, f64::NAN), answer(2, true, 1.0), answer(3, true, 1.0)];
        assert_eq!(stacked_waves(&bad, 0.95), Err(Reason::NotFinite));
    }
}
