//! Tails of Σ λ_j χ²_1 over an independent χ²_ν/ν: the reference distribution of Rao–Scott statistics.

use crate::special::normal;
use std::f64::consts::PI;

/// A statistic whose square cannot be written is beyond every chance.
const BEYOND: f64 = 1e150;

/// What needs no sum: nothing is below 0, nor below what is next to it; nothing is beyond every chance.
fn without_doubt(x: f64) -> Option<f64> {
    if x < 1.0 / BEYOND {
        Some(1.0)
    } else if x > BEYOND {
        Some(0.0)
    } else {
        None
    }
}

/// P(Σ λ_j χ²_{1,j} > x · χ²_ν/ν), exactly, by inverting the characteristic function (Imhof 1961).
///
/// ν = ∞ gives the plain weighted sum of chi-squares. Absolute error about 1e-9; results below that
/// are 0 within it (the saddlepoint keeps its relative digits there). x ≤ 0 gives 1.
pub fn weighted_chi_square_upper(x: f64, lambda: &[f64], denominator_df: f64) -> f64 {
    if let Some(upper) = without_doubt(x) {
        return upper;
    }
    let terms = Terms::new(x, lambda, denominator_df);
    // P(Q > c) = ½ + 1/π ∫ sin θ(u) / (u ρ(u)) du over (0, ∞); u = s/(1−s) twice over brings it to (0, 1).
    let integrand = |u: f64| {
        let (mut theta, mut log_rho) = (-0.5 * terms.constant * u, 0.0);
        for (weight, df) in &terms.parts {
            theta += 0.5 * df * libm::atan(weight * u);
            log_rho += 0.25 * df * libm::log1p(weight * weight * u * u);
        }
        libm::sin(theta) / (u * libm::exp(log_rho))
    };
    let total = oscillating_integral(integrand, &terms);
    (0.5 + total / PI).clamp(0.0, 1.0)
}

/// The same by the saddlepoint approximation (Kuonen 1999), good to about three digits anywhere in
/// the tail. With `whole_df` the denominator is −(x/ν)χ² with ν cut to a whole number, as in R's
/// `svychisq(statistic = "saddlepoint")`: for comparison.
pub fn saddlepoint_upper(x: f64, lambda: &[f64], denominator_df: f64, whole_df: bool) -> f64 {
    if let Some(upper) = without_doubt(x) {
        return upper;
    }
    let mut terms = Terms::new(x, lambda, denominator_df);
    if let Some(denominator) = terms.parts.last_mut().filter(|p| whole_df && p.0 < 0.0) {
        denominator.1 = denominator.1.floor().max(1.0);
    }
    let parts = &terms.parts;
    let largest = parts.iter().map(|p| p.0).fold(0.0, f64::max);
    let smallest = parts.iter().map(|p| p.0).fold(0.0, f64::min);
    let cumulant =
        |z: f64| -> f64 { -0.5 * parts.iter().map(|(w, df)| df * libm::log1p(-2.0 * z * w)).sum::<f64>() };
    let first = |z: f64| -> f64 { parts.iter().map(|(w, df)| df * w / (1.0 - 2.0 * z * w)).sum() };
    let second =
        |z: f64| -> f64 { parts.iter().map(|(w, df)| 2.0 * df * w * w / (1.0 - 2.0 * z * w).powi(2)).sum() };
    // K' increases from −∞ (or 0) to ∞ between the poles.
    let mut low = if smallest < 0.0 { 0.5 / smallest } else { -1e8 / largest };
    let mut high = 0.5 / largest;
    for _ in 0..300 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if first(middle) < terms.constant { low = middle } else { high = middle }
    }
    let z = 0.5 * (low + high);
    if z.abs() < 1e-8 / largest {
        // At the mean: the limit of the formula.
        let third: f64 = parts.iter().map(|(w, df)| 8.0 * df * w.powi(3)).sum();
        return 0.5 - third / (6.0 * (2.0 * PI).sqrt() * libm::pow(second(0.0), 1.5));
    }
    let w = z.signum() * (2.0 * (z * terms.constant - cumulant(z))).max(0.0).sqrt();
    let v = z * second(z).sqrt();
    normal::tails(w + libm::log(v / w) / w).upper
}

/// Σ weight_j χ²_{df_j} compared with a constant.
struct Terms {
    parts: Vec<(f64, f64)>,
    constant: f64,
}

impl Terms {
    /// With a denominator the constant moves to the left: Σ λχ² − (x/ν)χ²_ν > 0.
    fn new(x: f64, lambda: &[f64], denominator_df: f64) -> Self {
        let mut parts: Vec<(f64, f64)> = lambda.iter().map(|l| (*l, 1.0)).collect();
        if denominator_df.is_finite() {
            parts.push((-x / denominator_df, denominator_df));
            return Self { parts, constant: 0.0 };
        }
        Self { parts, constant: x }
    }
}

/// ∫₀^∞ of an integrand that oscillates and decays: Gauss–Legendre over panels that grow with u.
fn oscillating_integral(f: impl Fn(f64) -> f64, terms: &Terms) -> f64 {
    let largest = terms.parts.iter().map(|p| p.0.abs() * p.1.max(1.0)).fold(0.0, f64::max);
    let frequency = (0.5 * terms.constant).max(0.5 * largest);
    let mut step = 0.5 / frequency;
    let slowest = if terms.constant > 0.0 { 2.0 / terms.constant } else { f64::INFINITY };
    let (mut u, mut sum, mut quiet) = (0.0, 0.0, 0);
    for _ in 0..2_000_000 {
        let panel = gauss(&f, u, u + step);
        sum += panel;
        u += step;
        step = (step * 1.05).min(slowest.max(0.5 / frequency)).max(1e-12);
        quiet = if panel.abs() < 1e-13 { quiet + 1 } else { 0 };
        if quiet > 200 {
            break;
        }
    }
    sum
}

/// Eight-point Gauss–Legendre.
fn gauss(f: &impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    const NODES: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
        (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
    ];
    let (centre, half) = (0.5 * (a + b), 0.5 * (b - a));
    NODES.iter().map(|(x, w)| w * (f(centre - half * x) + f(centre + half * x))).sum::<f64>() * half
}
