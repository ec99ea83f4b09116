//! Quantiles under a design: several definitions, and Woodruff's interval.

use crate::estimate::{Estimate, Interval, IntervalMethod, Reason};
use crate::precision::Precision;
use crate::quantile_score::as_r_ends;
use crate::share::is_level;
use crate::share_design::SharePrecision;
use crate::special::student;
use crate::statistic::Statistic;

/// Which value is the quantile when the distribution function steps over p. Names as in R's
/// `svyquantile(qrule = …)`; S_k is the sum of the weights of the k smallest values, S_n of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileRule {
    /// Smallest y with S_k/S_n ≥ p (`math`, `hf1`). The default.
    #[default]
    Math,
    /// The same, with the mean of both values where S_k/S_n = p exactly (`school`, `hf2`).
    School,
    /// Nearest: the value whose S_k/S_n is nearest to p, the one of even rank in a tie (Hyndman and
    /// Fan's third definition).
    Nearest,
    /// What R's `svyquantile` calls `hf3`: the smallest y with S_k/S_n ≥ p, and where S_k/S_n = p exactly
    /// the one of even rank. For comparison with R; [`QuantileRule::Nearest`] is the published rule.
    EvenStep,
    /// Linear between (S_k/S_n, y_k) (`hf4`).
    Linear,
    /// Linear between ((S_{k−1} + S_k)/2S_n, y_k) (`hf5`).
    Midpoint,
    /// Linear between (S_k/(S_n + w_n), y_k) (`hf6`).
    Weibull,
    /// Linear between (S_{k−1}/S_{n−1}, y_k) (`hf7`, R's default for plain data).
    Mode,
    /// Linear between ((S_{k−1} + 2S_k)/3 / (S_n + w_n/3), y_k) (`hf8`).
    MedianUnbiased,
    /// Linear between ((3S_{k−1} + 5S_k)/8 / (S_n + w_n/4), y_k) (`hf9`).
    NormalUnbiased,
    /// As R computes the rule of Shah and Vaish: largest (nS_k/S_n + ½ − w_k/2)/(n+1) ≤ p. The own
    /// weight is not rescaled there, so the result depends on the unit of the weights: for comparison
    /// with R only.
    ShahVaish,
}

/// Values of a domain in ascending order with their weights.
struct Sorted {
    values: Vec<f64>,
    weights: Vec<f64>,
    /// S_k.
    sums: Vec<f64>,
}

impl Sorted {
    fn of(y: &[f64], weights: &[f64], inside: impl Fn(usize) -> bool) -> Self {
        let mut order: Vec<usize> = (0..y.len()).filter(|&i| weights[i] > 0.0 && inside(i)).collect();
        order.sort_by(|&a, &b| y[a].total_cmp(&y[b]));
        let values = order.iter().map(|&i| y[i]).collect();
        let weights: Vec<f64> = order.iter().map(|&i| weights[i]).collect();
        let sum = |total: &mut f64, w: &f64| {
            *total += w;
            Some(*total)
        };
        let sums = weights.iter().scan(0.0, sum).collect();
        Self { values, weights, sums }
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    fn before(&self, k: usize) -> f64 {
        if k == 0 { 0.0 } else { self.sums[k - 1] }
    }

    /// The quantile; the ends of the data outside what the rule reaches.
    fn quantile(&self, p: f64, rule: QuantileRule) -> f64 {
        let (n, total) = (self.len(), self.total());
        let last = n - 1;
        let place = |k: usize| match rule {
            QuantileRule::Midpoint => 0.5 * (self.before(k) + self.sums[k]) / total,
            QuantileRule::Weibull => self.sums[k] / (total + self.weights[last]),
            QuantileRule::MedianUnbiased => {
                (self.before(k) + 2.0 * self.sums[k]) / 3.0 / (total + self.weights[last] / 3.0)
            }
            QuantileRule::NormalUnbiased => {
                (3.0 * self.before(k) + 5.0 * self.sums[k]) / 8.0 / (total + self.weights[last] / 4.0)
            }
            QuantileRule::Mode if last > 0 => self.before(k) / self.sums[last - 1],
            _ => self.sums[k] / total,
        };
        match rule {
            QuantileRule::Math => self.values[self.reaching(p)],
            QuantileRule::School => {
                let k = self.reaching(p);
                let exact = (self.sums[k] - p * total).abs() <= 1e-12 * total;
                let next = self.values[(k + 1).min(last)];
                if exact { 0.5 * (self.values[k] + next) } else { self.values[k] }
            }
            QuantileRule::Nearest => self.nearest(p),
            QuantileRule::EvenStep => {
                let k = self.reaching(p);
                let exact = (self.sums[k] - p * total).abs() <= 1e-12 * total;
                // Rank k + 1 is odd where k is even.
                self.values[if exact && k.is_multiple_of(2) { (k + 1).min(last) } else { k }]
            }
            QuantileRule::ShahVaish => self.shah_vaish(p),
            _ => self.interpolated(p, place),
        }
    }

    /// First k with S_k ≥ p S_n.
    fn reaching(&self, p: f64) -> usize {
        let target = (p - 1e-12) * self.total();
        self.sums.partition_point(|s| *s < target).min(self.len() - 1)
    }

    fn nearest(&self, p: f64) -> f64 {
        // Of the values on both sides of p − w/2 the nearer; in a tie the one of even rank.
        let k = self.reaching(p);
        let target = p * self.total();
        let (below, above) = (target - self.before(k), self.sums[k] - target);
        let take_lower = k > 0 && (below < above || (below == above && k.is_multiple_of(2)));
        self.values[if take_lower { k - 1 } else { k }]
    }

    fn shah_vaish(&self, p: f64) -> f64 {
        let n = self.len() as f64;
        let total = self.total();
        let place = |k: usize| (n * self.sums[k] / total + 0.5 - 0.5 * self.weights[k]) / (n + 1.0);
        let reached = (0..self.len()).filter(|&k| place(k) <= p);
        let best = reached.max_by(|&a, &b| place(a).total_cmp(&place(b)));
        self.values[best.unwrap_or(0)]
    }

    fn interpolated(&self, p: f64, place: impl Fn(usize) -> f64) -> f64 {
        let last = self.len() - 1;
        let k = (0..=last).find(|&k| place(k) >= p);
        match k {
            None => self.values[last],
            Some(0) => self.values[0],
            Some(k) => {
                let (low, high) = (place(k - 1), place(k));
                let t = if high > low { (p - low) / (high - low) } else { 1.0 };
                self.values[k - 1] + t * (self.values[k] - self.values[k - 1])
            }
        }
    }
}

/// How the interval of a quantile is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantileInterval {
    /// Woodruff: the interval of the share at or below the quantile, read back through the
    /// distribution. `Wald` is R's `interval.type = "mean"`, `KornGraubard` its `"beta"`, `Logit` its
    /// `"xlogit"`.
    Share(IntervalMethod),
    /// All θ for which the share at or below θ is within t·SE of p: from the last value rejected below
    /// to the first rejected above.
    Score,
    /// As R computes `"score"`: its root finder over the steps, and what it ends at read back with each
    /// row counting once, whatever its weight. Wrong under unequal weights, for comparison with R only.
    ScoreUnweighted,
}

/// A quantile with its interval, and SE = (upper − lower)/2t of Woodruff's intervals.
///
/// The share at or below the quantile is estimated with its design-based SE, its interval taken, and
/// both ends read back as quantiles by the same rule. Degrees of freedom are the design's.
///
/// * nobody in the domain: [`Reason::NoBase`]; p outside (0, 1): [`Reason::OutOfRange`];
/// * one observation: the value, no SE, an unclaimed interval;
/// * no degree of freedom: the value with an unclaimed interval;
/// * the interval of the share goes below 0 or above 1 (`Wald` alone does): that end is −∞ or ∞ and there is
///   no SE, for no value of the sample bounds it. R: NaN.
///
/// R: `svyquantile(~y, design, p, qrule, interval.type)`.
pub fn design_quantile(
    precision: &Precision,
    y: &[f64],
    inside: &[bool],
    p: f64,
    rule: QuantileRule,
    interval: QuantileInterval,
    level: f64,
) -> Estimate {
    let sample = precision.design().sample();
    if y.len() != sample.len() || inside.len() != sample.len() {
        return Estimate::NotEstimable { reason: Reason::LengthMismatch, base: 0 };
    }
    let base = sample.base(|i| inside[i] && sample.is_active(i));
    let not = |reason| Estimate::NotEstimable { reason, base };
    if !(p > 0.0 && p < 1.0) {
        return not(Reason::OutOfRange);
    }
    if !is_level(level) {
        return not(Reason::BadLevel);
    }
    if base == 0 {
        return not(Reason::NoBase);
    }
    if (0..y.len()).any(|i| inside[i] && !y[i].is_finite()) {
        return not(Reason::NotFinite);
    }
    let sorted = Sorted::of(y, sample.weights(), |i| inside[i]);
    let value = sorted.quantile(p, rule);
    let df = precision.df();
    let range = || Interval::unclaimed(f64::NEG_INFINITY, f64::INFINITY, level);
    if base == 1 || df <= 0.0 {
        return Estimate::Point { value, se: None, interval: range(), base };
    }
    let woodruff = Woodruff { precision, y, inside, base, df, level };
    let ends = match interval {
        QuantileInterval::Share(method) => woodruff.ends(value, method).map(|(low, high)| {
            // Beyond the smallest or the largest value seen the sample gives no bound.
            let lower = if low < 0.0 { f64::NEG_INFINITY } else { sorted.quantile(low, rule) };
            (lower, if high > 1.0 { f64::INFINITY } else { sorted.quantile(high, rule) })
        }),
        QuantileInterval::Score => woodruff.score(&sorted, p),
        QuantileInterval::ScoreUnweighted => {
            let t = student::t_quantile(0.5 * (1.0 + level), df);
            let z = |x: f64| woodruff.score_at(x, p).unwrap_or(f64::NAN);
            as_r_ends(z, &sorted.values, &sorted.weights, t)
        }
    };
    match ends {
        Ok((lower, upper)) => {
            let t = student::t_quantile(0.5 * (1.0 + level), df);
            let se = Some((upper - lower) / (2.0 * t)).filter(|se| se.is_finite());
            let interval = Interval { lower, upper, level, method: IntervalMethod::Woodruff, df };
            Estimate::Point { value, se, interval, base }
        }
        Err(reason) => not(reason),
    }
}

struct Woodruff<'a> {
    precision: &'a Precision,
    y: &'a [f64],
    inside: &'a [bool],
    base: u64,
    df: f64,
    level: f64,
}

impl Woodruff<'_> {
    /// Share at or below x and its variance.
    fn share_below(&self, x: f64) -> Result<(f64, f64), Reason> {
        let holds: Vec<bool> = self.y.iter().map(|v| *v <= x).collect();
        let estimates = self.precision.estimate(&[Statistic::share(&holds).within(self.inside)])?;
        Ok((estimates.values[0].clamp(0.0, 1.0), estimates.covariance[(0, 0)]))
    }

    fn ends(&self, value: f64, method: IntervalMethod) -> Result<(f64, f64), Reason> {
        let (share, variance) = self.share_below(value)?;
        let precision = SharePrecision {
            share,
            variance,
            df: self.df,
            observations: self.base,
            kish_size: self.base as f64,
            size_cap: f64::INFINITY,
        };
        let interval = precision.interval(self.level, method)?;
        Ok((interval.lower, interval.upper))
    }

    /// (F(θ) − p)/SE(F(θ)); infinite where the share has no variance.
    fn score_at(&self, x: f64, p: f64) -> Result<f64, Reason> {
        let (share, variance) = self.share_below(x)?;
        let gap = share - p;
        Ok(if variance > 0.0 { gap / variance.sqrt() } else { gap.signum() * f64::INFINITY })
    }

    /// From the last value rejected below to the first rejected above: |F(θ) − p| ≥ t SE(F(θ)).
    fn score(&self, sorted: &Sorted, p: f64) -> Result<(f64, f64), Reason> {
        let t = student::t_quantile(0.5 * (1.0 + self.level), self.df);
        let mut distinct = sorted.values.clone();
        distinct.dedup();
        // F rises with x, so the bounds are found by bisection over the distinct values.
        let first = |limit: f64| -> Result<usize, Reason> {
            let (mut low, mut high) = (0, distinct.len() - 1);
            while low < high {
                let middle = (low + high) / 2;
                if self.score_at(distinct[middle], p)? >= limit { high = middle } else { low = middle + 1 }
            }
            Ok(low)
        };
        // first(−t) is the first value not rejected below.
        let low = first(-t)?.saturating_sub(1);
        Ok((distinct[low], distinct[first(t)?]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Sample};

    fn plain(n: usize) -> Precision {
        Precision::Linearised(Design::simple(Sample::rows(&vec![1.0; n]).expect("weights")))
    }

    #[test]
    fn the_rules_differ_where_the_distribution_steps() {
        let sorted = Sorted::of(&[1.0, 2.0, 3.0, 4.0], &[1.0; 4], |_| true);
        let median = |rule| sorted.quantile(0.5, rule);
        assert_eq!(median(QuantileRule::Math), 2.0);
        assert_eq!(median(QuantileRule::School), 2.5);
        assert_eq!(median(QuantileRule::Mode), 2.5);
        assert_eq!(median(QuantileRule::Midpoint), 2.5);
    }

    #[test]
    fn one_value_is_every_quantile_without_an_interval() {
        let share = QuantileInterval::Share(IntervalMethod::Wald);
        let one = design_quantile(&plain(1), &[7.0], &[true], 0.25, QuantileRule::Mode, share, 0.95);
        assert_eq!((one.value(), one.se()), (Some(7.0), None));
        let none = design_quantile(&plain(1), &[7.0], &[false], 0.25, QuantileRule::Math, share, 0.95);
        assert_eq!(none, Estimate::NotEstimable { reason: Reason::NoBase, base: 0 });
    }

    #[test]
    fn the_interval_holds_the_quantile() {
        let y: Vec<f64> = (0..101).map(f64::from).collect();
        for interval in [QuantileInterval::Share(IntervalMethod::Wald), QuantileInterval::Score] {
            let median =
                design_quantile(&plain(101), &y, &[true; 101], 0.5, QuantileRule::Math, interval, 0.95);
            assert_eq!(median.value(), Some(50.0));
            let i = median.interval().expect("an interval");
            assert!(i.contains(50.0) && i.width() > 10.0 && i.width() < 30.0, "{i:?}");
        }
    }
}
