//! The standard normal distribution.

use super::Tails;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Density φ(z). R: `dnorm`.
pub fn pdf(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt()
}

/// Φ(z) and 1 − Φ(z), both exact in their tails. R: `pnorm`.
pub fn tails(z: f64) -> Tails {
    Tails { lower: 0.5 * libm::erfc(-z * FRAC_1_SQRT_2), upper: 0.5 * libm::erfc(z * FRAC_1_SQRT_2) }
}

/// The z with Φ(z) = p. −∞ at 0, +∞ at 1, NaN outside [0, 1]. R: `qnorm`.
pub fn quantile(p: f64) -> f64 {
    quantile_of(Tails::at(p))
}

/// The z with the given tails; the smaller tail decides, so 1 − 1e-30 can be asked for.
pub fn quantile_of(tails: Tails) -> f64 {
    if tails.upper < tails.lower {
        return -quantile_of(tails.swapped());
    }
    let p = tails.lower;
    match p {
        _ if !(0.0..=1.0).contains(&p) => f64::NAN,
        0.0 => f64::NEG_INFINITY,
        _ if p > 0.25 => central(p - 0.5),
        _ => lower_tail(p),
    }
}

/// Newton on erf, for |p − ½| ≤ ¼.
fn central(offset: f64) -> f64 {
    let mut z = offset * (2.0 * PI).sqrt();
    for _ in 0..20 {
        let step = (0.5 * libm::erf(z * FRAC_1_SQRT_2) - offset) / pdf(z);
        z -= step;
        if step.abs() <= 1e-16 * z.abs() {
            break;
        }
    }
    z
}

/// Newton on ln Φ from √(−2 ln p) below, which lies left of the root.
fn lower_tail(p: f64) -> f64 {
    let target = libm::log(p);
    let mut z = -(-2.0 * target).sqrt();
    for _ in 0..60 {
        let below = tails(z).lower;
        if below <= 0.0 {
            z += 0.1;
            continue;
        }
        let step = (libm::log(below) - target) * below / pdf(z);
        z -= step;
        if step.abs() <= 1e-15 * z.abs() {
            break;
        }
    }
    z
}
