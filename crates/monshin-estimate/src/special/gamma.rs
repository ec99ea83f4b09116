//! The incomplete gamma function, and the chi-square distribution that rests on it.

use super::{Tails, deviance, rising_root, stirling_error, uniform};
use std::f64::consts::PI;

const MAX_TERMS: usize = 200_000;

/// x^a e^−x / Γ(a): the derivative of P(a, x) by ln x.
fn prefix(a: f64, x: f64) -> f64 {
    if a < 1e-300 {
        return 0.0;
    }
    (a / (2.0 * PI)).sqrt() * libm::exp(-deviance(a, x) - stirling_error(a))
}

/// Regularised incomplete gamma P(a, x) and Q(a, x) = 1 − P(a, x), for a > 0 and x ≥ 0.
///
/// NaN where an argument is out of range. R: `pgamma(x, a)`.
pub fn regularized(a: f64, x: f64) -> Tails {
    if a.is_nan() || x.is_nan() || a <= 0.0 || x < 0.0 {
        return Tails { lower: f64::NAN, upper: f64::NAN };
    }
    if x == 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if x.is_infinite() {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if a > uniform::LARGE {
        return uniform::gamma(a, x);
    }
    if x < a + 1.0 {
        let lower = series(a, x);
        Tails { lower, upper: small_upper(a, x).unwrap_or(1.0 - lower) }
    } else {
        let upper = fraction(a, x);
        Tails { lower: 1.0 - upper, upper }
    }
}

/// Q for small a and x, where P is near 1 and 1 − P would lose digits:
/// Q = 1 − x^a/Γ(a+1) + x^a/Γ(a+1) · Σ …, with the first difference by `expm1`.
fn small_upper(a: f64, x: f64) -> Option<f64> {
    if a > 0.5 || x > 1.0 {
        return None;
    }
    let log_lead = a * libm::log(x) - log_gamma_plus_one(a);
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 1..200 {
        let k = f64::from(k);
        term *= -x / k;
        let next = sum + term * a / (a + k);
        if next == sum {
            break;
        }
        sum = next;
    }
    Some(-libm::expm1(log_lead) - libm::exp(log_lead) * sum)
}

/// ln Γ(1 + a): of a small a its own digits count, which 1 + a would lose.
fn log_gamma_plus_one(a: f64) -> f64 {
    const ONE_MINUS_EULER: f64 = 0.422_784_335_098_467_1;
    /// ζ(k) − 1 for k from 2 on.
    const ZETA_LESS_ONE: [f64; 7] = [
        0.644_934_066_848_226_4,
        0.202_056_903_159_594_3,
        0.082_323_233_711_138_19,
        0.036_927_755_143_369_93,
        0.017_343_061_984_449_14,
        0.008_349_277_381_922_827,
        0.004_077_356_197_944_339,
    ];
    if a >= 0.02 {
        return libm::lgamma(a + 1.0);
    }
    let terms = ZETA_LESS_ONE.iter().zip(2..=8_u8).rev();
    let series = terms.fold(0.0, |sum, (zeta, k)| zeta / f64::from(k) - a * sum);
    a * (ONE_MINUS_EULER + a * series) - libm::log1p(a)
}

/// P by its power series, best for x < a + 1 (DLMF 8.11.4).
fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for k in 1..MAX_TERMS {
        term *= x / (a + k as f64);
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    (prefix(a, x) * sum).min(1.0)
}

/// Q by its continued fraction, best for x ≥ a + 1 (DLMF 8.9.2), after Lentz.
fn fraction(a: f64, x: f64) -> f64 {
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut h = d;
    for k in 1..MAX_TERMS {
        let k = k as f64;
        let an = -k * (k - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d.abs() < tiny { tiny } else { d };
        c = b + an / c;
        if c.abs() < tiny {
            c = tiny;
        }
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < 1e-16 {
            break;
        }
    }
    prefix(a, x) * h
}

/// The x with P(a, x) = `tails.lower`. R: `qgamma(p, a)`.
pub fn quantile_of(a: f64, tails: Tails) -> f64 {
    if tails.lower <= 0.0 {
        return 0.0;
    }
    if tails.upper <= 0.0 {
        return f64::INFINITY;
    }
    let lower_side = tails.lower <= tails.upper;
    let target = libm::log(if lower_side { tails.lower } else { tails.upper });
    // In u = ln x both tails are log-concave.
    let u = if lower_side {
        (target + libm::lgamma(a + 1.0)) / a
    } else {
        libm::log(a + 1.0 - 2.0 * target + 2.0 * (-a * target).sqrt())
    };
    // Below this x cannot be written; P(a, x) ≤ x^a/Γ(a+1) makes the start a lower bound.
    if u < -740.0 && lower_side && regularized(a, libm::exp(-740.0)).lower >= tails.lower {
        return 0.0;
    }
    libm::exp(rising_root(u, |u| {
        let x = libm::exp(u);
        let at = regularized(a, x);
        let (tail, sign) = if lower_side { (at.lower, 1.0) } else { (at.upper, -1.0) };
        (sign * (libm::log(tail) - target), prefix(a, x) / tail)
    }))
}

/// Chi-square tails with `df` degrees of freedom. R: `pchisq`.
pub fn chi_square(x: f64, df: f64) -> Tails {
    regularized(0.5 * df, 0.5 * x)
}

/// Chi-square quantile. R: `qchisq`.
pub fn chi_square_quantile(p: f64, df: f64) -> f64 {
    2.0 * quantile_of(0.5 * df, Tails::at(p))
}
