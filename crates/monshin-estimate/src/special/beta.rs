//! The incomplete beta function, its inverse, and the binomial distribution that rests on it.

use super::{Tails, deviance, rising_root, stirling_error, uniform};
use std::f64::consts::PI;

const MAX_TERMS: usize = 200_000;
/// Logit of about the smallest number whose inverse can be written.
const SMALLEST: f64 = -709.0;

/// x^a y^b / B(a, b) with y = 1 − x: the derivative of I_x(a, b) by logit x.
fn prefix(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let correction = stirling_error(n) - stirling_error(a) - stirling_error(b);
    (a / (2.0 * PI) * (b / n)).sqrt() * libm::exp(correction - deviance(a, n * x) - deviance(b, n * y))
}

/// Regularised incomplete beta I_x(a, b) and 1 − I_x(a, b), for a, b > 0 and 0 ≤ x ≤ 1.
///
/// NaN where an argument is out of range. R: `pbeta(x, a, b)`.
pub fn regularized(a: f64, b: f64, x: f64) -> Tails {
    regularized_xy(a, b, x, 1.0 - x)
}

/// The same with y = 1 − x given by itself, so that x near 1 keeps its digits.
pub fn regularized_xy(a: f64, b: f64, x: f64, y: f64) -> Tails {
    let in_range = a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
    if !in_range || !a.is_finite() || !b.is_finite() {
        return Tails { lower: f64::NAN, upper: f64::NAN };
    }
    if x == 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if y == 0.0 {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if a.min(b) > uniform::LARGE {
        return uniform::beta(a, b, x, y);
    }
    let low = || lower_fraction(a, b, x, y).map(|lower| Tails { lower, upper: 1.0 - lower });
    let high = || lower_fraction(b, a, y, x).map(|upper| Tails { lower: 1.0 - upper, upper });
    // The other fraction converges too, more slowly: it serves where a difference from 1 loses digits.
    let turn = a + b + 2.0;
    let is_beyond = if x < 0.5 { x > (a + 1.0) / turn } else { y < (b + 1.0) / turn };
    let (tails, other) = if is_beyond {
        let tails = high();
        (tails, tails.filter(|t| t.lower < 0.1).and_then(|_| low()))
    } else {
        let tails = low();
        (tails, tails.filter(|t| t.upper < 0.1).and_then(|_| high()))
    };
    other.or(tails).unwrap_or(Tails { lower: f64::NAN, upper: f64::NAN })
}

/// I_x by the continued fraction of DiDonato and Morris (1992, eq. 9.1), after Lentz; best for x at or
/// below the mean, `None` where it has not settled. It reads x through λ = a − (a+b)x = (a+b)y − b, so that nothing cancels when a is huge and x near 1.
fn lower_fraction(a: f64, b: f64, x: f64, y: f64) -> Option<f64> {
    let tiny = 1e-300;
    let guard = |v: f64| if v.abs() < tiny { tiny } else { v };
    let lambda = if x < 0.5 { a - (a + b) * x } else { (a + b) * y - b };
    let beta = |m: f64| {
        m + m * (b - m) * x / (a + 2.0 * m - 1.0)
            + (a + m) / (a + 2.0 * m + 1.0) * (lambda + 1.0 + m * (1.0 + y))
    };
    let mut c = guard(a / (a + 1.0) * (lambda + 1.0));
    let mut h = c;
    let mut d = 0.0;
    for m in 1..MAX_TERMS {
        let m = m as f64;
        let alpha = (a + m - 1.0) / (a + 2.0 * m - 1.0)
            * ((a + b + m - 1.0) / (a + 2.0 * m - 1.0))
            * m
            * (b - m)
            * x
            * x;
        let beta_m = beta(m);
        d = 1.0 / guard(beta_m + alpha * d);
        c = guard(beta_m + alpha / c);
        let delta = c * d;
        h *= delta;
        if (delta - 1.0).abs() < 2e-16 {
            return Some((prefix(a, b, x, y) / h).clamp(0.0, 1.0));
        }
    }
    None
}

/// A point of the beta distribution with its complement, each exact to its own last digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// x.
    pub x: f64,
    /// 1 − x.
    pub y: f64,
}

/// The x with I_x(a, b) = p, for a, b > 0. R: `qbeta(p, a, b)`.
pub fn quantile(p: f64, a: f64, b: f64) -> f64 {
    quantile_of(Tails::at(p), a, b).x
}

/// The x with the given tails, and 1 − x; the smaller tail decides.
pub fn quantile_of(tails: Tails, a: f64, b: f64) -> Point {
    if !(a > 0.0 && b > 0.0 && tails.lower >= 0.0 && tails.upper >= 0.0) {
        return Point { x: f64::NAN, y: f64::NAN };
    }
    if tails.lower == 0.0 {
        return Point { x: 0.0, y: 1.0 };
    }
    if tails.upper == 0.0 {
        return Point { x: 1.0, y: 0.0 };
    }
    if tails.upper < tails.lower {
        let mirrored = quantile_of(tails.swapped(), b, a);
        return Point { x: mirrored.y, y: mirrored.x };
    }
    lower_quantile(tails.lower, a, b)
}

/// Newton on ln I over u = logit x, where I is log-concave.
fn lower_quantile(p: f64, a: f64, b: f64) -> Point {
    let target = libm::log(p);
    let from = start(target, a, b);
    let lowest = point(SMALLEST);
    if from <= SMALLEST && regularized_xy(a, b, lowest.x, lowest.y).lower >= p {
        return Point { x: 0.0, y: 1.0 };
    }
    point(rising_root(from, |u| {
        let at = point(u);
        let lower = regularized_xy(a, b, at.x, at.y).lower;
        (libm::log(lower) - target, prefix(a, b, at.x, at.y) / lower)
    }))
}

/// A start left of the root where the tail is thin, the mean elsewhere.
fn start(target: f64, a: f64, b: f64) -> f64 {
    let tail = (target + libm::log(a) + log_beta(a, b)) / a;
    let mean = libm::log(a / b);
    // Where x^a/(a B) = p, ignoring (1−x)^(b−1): below the root when b > 1.
    tail.min(mean).max(SMALLEST)
}

/// ln B(a, b) from its value at the mean: differences of ln Γ lose every digit where a shape is huge.
fn log_beta(a: f64, b: f64) -> f64 {
    let n = a + b;
    let powers = a.min(b) * libm::log(a.min(b) / n) + a.max(b) * libm::log1p(-a.min(b) / n);
    powers - libm::log(prefix(a, b, a / n, b / n))
}

fn point(u: f64) -> Point {
    Point { x: 1.0 / (1.0 + libm::exp(-u)), y: 1.0 / (1.0 + libm::exp(u)) }
}

/// P(X ≤ k) and P(X > k) of the binomial with `n` trials of probability `p`. R: `pbinom`.
pub fn binomial(k: u64, n: u64, p: f64) -> Tails {
    if k >= n {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    regularized((k + 1) as f64, (n - k) as f64, p).swapped()
}

/// P(X = k) of the binomial. R: `dbinom`.
pub fn binomial_pmf(k: u64, n: u64, p: f64) -> f64 {
    if k > n || !(0.0..=1.0).contains(&p) {
        return 0.0;
    }
    binomial_density(k as f64, n as f64, p, 1.0 - p)
}

/// Loader's saddle-point form of the binomial probability, q = 1 − p.
pub(super) fn binomial_density(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if p == 0.0 {
        return if k == 0.0 { 1.0 } else { 0.0 };
    }
    if q == 0.0 {
        return if k == n { 1.0 } else { 0.0 };
    }
    if k == 0.0 {
        return libm::exp(n * if p < 0.5 { libm::log1p(-p) } else { libm::log(q) });
    }
    if k == n {
        return libm::exp(n * if q < 0.5 { libm::log1p(-q) } else { libm::log(p) });
    }
    let correction = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let exponent = correction - deviance(k, n * p) - deviance(n - k, n * q);
    (n / (2.0 * PI * k * (n - k))).sqrt() * libm::exp(exponent)
}
