//! The likelihood interval as it comes out of a fitted model: for comparison with R.
//!
//! [`crate::SharePrecision::interval`] solves for the exact ends. R fits a logistic regression with an
//! intercept alone, stops when the deviance hardly changes, computes the deviance at about ten points on
//! both sides, lays a spline through its signed root and reads the ends off the spline. The difference is
//! up to 1 % of a small lower end, and this module is where it comes from.

use crate::design::Design;
use crate::estimate::{Interval, IntervalMethod, Reason};
use crate::matrix::Matrix;
use crate::precision::Precision;
use crate::share::is_level;
use crate::special::{Tails, normal, student};
use crate::statistic::Statistic;

/// Likelihood interval of the share of `holds` among `inside`, with the numerical steps of R's
/// `svyciprop(method = "likelihood")`. For comparison only.
///
/// # Errors
/// What the share's variance gives; [`Reason::OutOfRange`] for a share of 0 or 1; [`Reason::BadLevel`].
pub fn likelihood_by_spline(
    design: &Design,
    holds: &[bool],
    inside: &[bool],
    level: f64,
    df: f64,
) -> Result<Interval, Reason> {
    if !is_level(level) {
        return Err(Reason::BadLevel);
    }
    if df.is_nan() || df <= 0.0 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let statistic = Statistic::share(holds).within(inside);
    let estimates = Precision::Linearised(design.clone()).estimate(&[statistic])?;
    let share = estimates.values[0];
    if !(share > 0.0 && share < 1.0) {
        return Err(Reason::OutOfRange);
    }
    let fit = Intercept::fitted(design, holds, inside, share);
    let se = estimates.se(0) * fit.working_slope / fit.slope() * fit.weight / fit.information;
    let effect = se * se * fit.information;
    let t = student::t_quantile(0.5 * (1.0 + level), df);
    let cut = t * effect.sqrt();
    let (x, z) = fit.profile(se, cut);
    let spline = Spline::new(&x, &z).ok_or(Reason::NotConverged)?;
    let (from, to) = (x[0], x[x.len() - 1]);
    let points = 3 * x.len();
    let grid: Vec<f64> = (0..points).map(|k| from + (to - from) * k as f64 / (points - 1) as f64).collect();
    let heights: Vec<f64> = grid.iter().map(|u| spline.at(*u)).collect();
    let read = |z: f64| 1.0 / (1.0 + libm::exp(-linear(&heights, &grid, z)));
    let (lower, upper) = (read(-cut), read(cut));
    if lower.is_nan() || upper.is_nan() {
        return Err(Reason::NotConverged);
    }
    Ok(Interval { lower, upper, level, method: IntervalMethod::Likelihood, df })
}

/// A logistic regression with an intercept alone, as far as its iterations went.
struct Intercept {
    share: f64,
    /// Logit reached.
    logit: f64,
    /// Observations and the sum of their weights, in units of the mean weight of all rows.
    n: f64,
    weight: f64,
    /// Σ of the working weights of the last step, and μ(1−μ) then.
    information: f64,
    working_slope: f64,
    deviance: f64,
    dispersion: f64,
}

impl Intercept {
    fn fitted(design: &Design, holds: &[bool], inside: &[bool], share: f64) -> Self {
        let sample = design.sample();
        let active = |i: &usize| sample.is_active(*i);
        let all: Vec<usize> = (0..sample.len()).filter(active).collect();
        let mean = all.iter().map(|&i| sample.weights()[i]).sum::<f64>() / all.len() as f64;
        let rows: Vec<(f64, f64)> = all
            .iter()
            .filter(|&&i| inside[i])
            .map(|&i| (sample.weights()[i] / mean, if holds[i] { 1.0 } else { 0.0 }))
            .collect();
        let weight: f64 = rows.iter().map(|r| r.0).sum();
        let mut fit = Self {
            share,
            logit: 0.0,
            n: rows.len() as f64,
            weight,
            information: 0.0,
            working_slope: 0.0,
            deviance: 0.0,
            dispersion: 0.0,
        };
        fit.first_step(&rows);
        fit.iterate();
        let slope = fit.slope();
        // Pearson residuals carry the weight in units of the mean of all rows.
        fit.dispersion = share * (1.0 - share) / slope * fit.n / (fit.n - 1.0) * weight / fit.n;
        fit
    }

    /// From answers drawn towards one half by one observation of average weight.
    fn first_step(&mut self, rows: &[(f64, f64)]) {
        let (mut top, mut bottom) = (0.0, 0.0);
        for (w, y) in rows {
            let mu = (w * y + 0.5) / (w + 1.0);
            let slope = mu * (1.0 - mu);
            let working = libm::log(mu / (1.0 - mu)) + (y - mu) / slope;
            top += w * slope * working;
            bottom += w * slope;
        }
        self.logit = top / bottom;
        self.information = bottom;
        self.working_slope = bottom / self.weight;
        self.deviance = self.deviance_at(self.logit);
    }

    fn iterate(&mut self) {
        for _ in 0..50 {
            let slope = self.slope();
            self.working_slope = slope;
            self.information = self.weight * slope;
            self.logit += (self.share - self.mean()) / slope;
            let now = self.deviance_at(self.logit);
            let change = (now - self.deviance).abs() / (now.abs() + 0.1);
            self.deviance = now;
            if change < 1e-8 {
                break;
            }
        }
    }

    fn mean(&self) -> f64 {
        1.0 / (1.0 + libm::exp(-self.logit))
    }

    fn slope(&self) -> f64 {
        self.mean() * (1.0 - self.mean())
    }

    fn deviance_at(&self, logit: f64) -> f64 {
        let mu = 1.0 / (1.0 + libm::exp(-logit));
        let (p, q) = (self.share, 1.0 - self.share);
        -2.0 * self.weight * (p * libm::log(mu) + q * libm::log(1.0 - mu))
    }

    /// Logits with the signed root of the deviance over the dispersion, in steps of a fifth of the
    /// quantile that bounds them, at most nine to a side.
    fn profile(&self, se: f64, cut: f64) -> (Vec<f64>, Vec<f64>) {
        let beyond = normal::tails(cut).upper;
        let alpha = 0.5 * beyond;
        let limit = {
            let t = Tails { lower: 1.0 - 0.5 * alpha, upper: 0.5 * alpha };
            student::t_quantile_of(t, self.n - 1.0)
        };
        let step = limit / 5.0 * se;
        let mut points = vec![(self.logit, 0.0)];
        for sign in [-1.0, 1.0] {
            let mut z: f64 = 0.0;
            for k in 1..10 {
                if z.abs() >= limit {
                    break;
                }
                let logit = self.logit + sign * f64::from(k) * step;
                let gain = (self.deviance_at(logit) - self.deviance) / self.dispersion;
                z = sign * gain.max(0.0).sqrt();
                points.push((logit, z));
            }
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.into_iter().unzip()
    }
}

/// A cubic spline whose end pieces have the third derivative of the cubic through the four end points
/// (Forsythe, Malcolm and Moler 1977).
struct Spline<'a> {
    x: &'a [f64],
    y: &'a [f64],
    /// Second derivative over 6 at each point.
    s: Vec<f64>,
}

impl<'a> Spline<'a> {
    fn new(x: &'a [f64], y: &'a [f64]) -> Option<Self> {
        let n = x.len();
        if n < 4 {
            return None;
        }
        let h = |i: usize| x[i + 1] - x[i];
        let mut a = Matrix::zeros(n, n);
        let mut b = Matrix::zeros(n, 1);
        for (row, piece, at) in [(0, 0, 0), (n - 1, n - 2, n - 4)] {
            a[(row, piece)] = -1.0 / h(piece);
            a[(row, piece + 1)] = 1.0 / h(piece);
            b[(row, 0)] = third_difference(&x[at..at + 4], &y[at..at + 4]);
        }
        for i in 1..n - 1 {
            a[(i, i - 1)] = h(i - 1);
            a[(i, i)] = 2.0 * (h(i - 1) + h(i));
            a[(i, i + 1)] = h(i);
            b[(i, 0)] = (y[i + 1] - y[i]) / h(i) - (y[i] - y[i - 1]) / h(i - 1);
        }
        let s = a.solve(&b)?;
        Some(Self { x, y, s: (0..n).map(|i| s[(i, 0)]).collect() })
    }

    fn at(&self, u: f64) -> f64 {
        let last = self.x.len() - 2;
        let k = self.x.partition_point(|v| *v < u).saturating_sub(1).min(last);
        let (h, d) = (self.x[k + 1] - self.x[k], u - self.x[k]);
        let slope = (self.y[k + 1] - self.y[k]) / h - h * (self.s[k + 1] + 2.0 * self.s[k]);
        let cubic = (self.s[k + 1] - self.s[k]) / h;
        self.y[k] + d * (slope + d * (3.0 * self.s[k] + d * cubic))
    }
}

/// Third divided difference of four points.
fn third_difference(x: &[f64], y: &[f64]) -> f64 {
    let mut d = y.to_vec();
    for order in 1..4 {
        for i in 0..4 - order {
            d[i] = (d[i + 1] - d[i]) / (x[i + order] - x[i]);
        }
    }
    d[0]
}

/// Value at `at` on the straight lines through (from, to), `from` ascending; the ends beyond.
fn linear(from: &[f64], to: &[f64], at: f64) -> f64 {
    let k = from.partition_point(|v| *v < at).clamp(1, from.len() - 1);
    let t = ((at - from[k - 1]) / (from[k] - from[k - 1])).clamp(0.0, 1.0);
    to[k - 1] + t * (to[k] - to[k - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Sample;
    use crate::share_design::SharePrecision;

    #[test]
    fn the_spline_comes_near_the_exact_ends() {
        let n = 200;
        let design = Design::simple(Sample::rows(&vec![3.0; n]).expect("weights"));
        let holds: Vec<bool> = (0..n).map(|i| i % 8 == 0).collect();
        let inside = vec![true; n];
        let spline = likelihood_by_spline(&design, &holds, &inside, 0.95, 199.0).expect("a share");
        let (p, size) = (0.125, 199.0);
        let exact = SharePrecision {
            share: p,
            variance: p * (1.0 - p) / size,
            df: 199.0,
            observations: 200,
            kish_size: 200.0,
            size_cap: f64::INFINITY,
        };
        let exact = exact.interval(0.95, IntervalMethod::Likelihood).expect("a share");
        assert!((spline.lower / exact.lower - 1.0).abs() < 0.01);
        assert!((spline.upper / exact.upper - 1.0).abs() < 0.01);
    }

    #[test]
    fn nobody_and_everybody_have_no_profile() {
        let design = Design::simple(Sample::rows(&[1.0; 9]).expect("weights"));
        let none = likelihood_by_spline(&design, &[false; 9], &[true; 9], 0.95, 8.0);
        assert_eq!(none.err(), Some(Reason::OutOfRange));
    }
}
