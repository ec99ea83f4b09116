//! Temme's expansions for shapes so large that series and fractions take too long (DLMF 8.12, 8.18).
//!
//! The normal distribution at the signed root of the deviance, with the first correction: what is left out
//! is smaller by one over the shape.

use super::{Tails, deviance, normal};
use std::f64::consts::PI;

/// From this shape on (of both, for the beta) the expansions hold to some ten digits, in the tails too.
pub(super) const LARGE: f64 = 1e9;

/// P(a, x) and Q(a, x) for a beyond [`LARGE`].
pub(super) fn gamma(a: f64, x: f64) -> Tails {
    let exponent = deviance(a, x);
    let off = x / a - 1.0;
    let eta = (2.0 * exponent / a).sqrt().copysign(off);
    let correction = if eta.abs() < 1e-7 { -1.0 / 3.0 } else { 1.0 / off - 1.0 / eta };
    corrected(exponent, off, a, -correction)
}

/// I_x(a, b) and its complement for both shapes beyond [`LARGE`].
pub(super) fn beta(a: f64, b: f64, x: f64, y: f64) -> Tails {
    let n = a + b;
    let exponent = deviance(a, n * x) + deviance(b, n * y);
    let (mean, rest) = (a / n, b / n);
    let off = if x < 0.5 { x - mean } else { rest - y };
    let spread = (mean * rest).sqrt();
    let eta = (2.0 * exponent / n).sqrt().copysign(off);
    let limit = (rest - mean) / (3.0 * spread);
    let correction = if eta.abs() < 1e-7 { limit } else { 1.0 / eta - spread / off };
    corrected(exponent, off, n, correction)
}

fn corrected(exponent: f64, side: f64, n: f64, correction: f64) -> Tails {
    let root = normal::tails((2.0 * exponent).sqrt().copysign(side));
    let moved = libm::exp(-exponent) / (2.0 * PI * n).sqrt() * correction;
    Tails { lower: (root.lower + moved).clamp(0.0, 1.0), upper: (root.upper - moved).clamp(0.0, 1.0) }
}
