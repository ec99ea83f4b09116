//! Two shares of the same people, where the tables do not say who gave both answers.

use super::gap::Gap;
use super::method::TestMethod;
use super::shares::Compared;
use super::sums::ShareSums;
use crate::estimate::Reason;
use crate::special::beta;

/// A difference whose spread the tables leave open: what is sure whatever they leave open, and what
/// could be sure at best.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounded {
    /// Interval and p-value in the least favourable case: what they support is supported.
    pub least: Compared,
    /// The p-value in the most favourable case: what it does not support, nothing would.
    pub best_p_value: f64,
}

/// Two answers that exclude each other, of the same base: those who gave the first only, the second
/// only. Counts: exact, binomial with ½ over those who gave one of the two (McNemar's exact test;
/// R: `binom.test(first, first + second)`); weights: linearised t.
///
/// # Errors
/// [`Reason::NoBase`], [`Reason::BadLevel`].
pub fn compare_answers(first: &ShareSums, second: &ShareSums, level: f64) -> Result<Compared, Reason> {
    let (Some(p), Some(q)) = (first.share(), second.share()) else { return Err(Reason::NoBase) };
    let (d, n) = (p - q, first.base.n as f64);
    let (a, b, all) = (first.holds.squares, second.holds.squares, first.base.squares);
    let neither = (all - a - b).max(0.0);
    let squares = a * (1.0 - d).powi(2) + b * (1.0 + d).powi(2) + neither * d * d;
    let correction = if n > 1.0 { n / (n - 1.0) } else { 1.0 };
    let se = (correction * squares).max(0.0).sqrt() / first.base.weight;
    if first.is_weighted() {
        let gap = Gap::Spread { value: d, se, df: (n - 1.0).max(1.0) };
        let p_value = if se > 0.0 { gap.two_sided() } else { 1.0 };
        return Compared::new(gap, TestMethod::LinearisedT, p_value, level);
    }
    let gap = Gap::Spread { value: d, se, df: f64::INFINITY };
    Compared::new(gap, TestMethod::Sign, sign_test(first.holds.n, second.holds.n), level)
}

/// Two shares of groups that may have people in common (the same people asked two questions, two
/// groups that overlap), both within so many people.
///
/// Var(p₁ − p₂) = V₁ + V₂ − 2C. What C can be follows from the shares alone (Fréchet's bounds of how
/// many gave both answers): the p-value for the least and for the most favourable C. Of counts on
/// one base both are exact sign tests with the most and the fewest who could have given one answer
/// only.
///
/// # Errors
/// [`Reason::NoBase`], [`Reason::BadLevel`].
pub fn compare_overlapping(
    first: &ShareSums,
    second: &ShareSums,
    population: u64,
    level: f64,
) -> Result<Bounded, Reason> {
    let (Some(p), Some(q)) = (first.share(), second.share()) else { return Err(Reason::NoBase) };
    let (n1, n2) = (first.base.n, second.base.n);
    let one_base = n1 == n2 && population == n1 && !first.is_weighted() && !second.is_weighted();
    let (least_c, most_c) = covariance_bounds(first, second, population);
    let variance = first.variance() + second.variance();
    let se = |c: f64| (variance - 2.0 * c).max(0.0).sqrt();
    let spread = |se: f64| Gap::Spread { value: p - q, se, df: f64::INFINITY };
    let worst = spread(se(least_c));
    let (worst_p, best_p) = if one_base {
        let (x1, x2) = (first.holds.n, second.holds.n);
        let apart = x1.abs_diff(x2);
        let most = (x1 + x2).min(2 * n1 - x1 - x2).max(apart);
        let test = |changed: u64| sign_test(u64::midpoint(changed, apart), (changed - apart) / 2);
        (test(most), test(apart))
    } else {
        let of = |se: f64| if p == q || se <= 0.0 { 1.0 } else { spread(se).two_sided() };
        // Without any spread left, nothing speaks against a difference.
        let best = if p != q && se(most_c) <= 0.0 { 0.0 } else { of(se(most_c)) };
        (of(se(least_c)), best)
    };
    let least = Compared::new(worst, TestMethod::LeastFavourable, worst_p, level)?;
    Ok(Bounded { least, best_p_value: best_p.min(worst_p) })
}

/// The least and the greatest covariance of two shares, over how many are in both bases and how many
/// of those gave both answers.
fn covariance_bounds(first: &ShareSums, second: &ShareSums, population: u64) -> (f64, f64) {
    let (p, q) = (first.share().unwrap_or(0.0), second.share().unwrap_or(0.0));
    let (m1, m2) = (first.effective_size().max(1.0), second.effective_size().max(1.0));
    let (n1, n2) = (first.base.n as f64, second.base.n as f64);
    let most_shared = n1.min(n2);
    let least_shared = (n1 + n2 - population as f64).clamp(0.0, most_shared);
    let product = |shared: f64, both: f64| shared / (n1 * n2) * (both - p * q);
    let (low, high) = ((p + q - 1.0).max(0.0), p.min(q));
    let all = [least_shared, most_shared].into_iter().flat_map(|s| [product(s, low), product(s, high)]);
    let scale = (n1 * n2 / (m1 * m2)).max(1.0);
    let (least, most) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), c| (a.min(c), b.max(c)));
    (least * scale, most * scale)
}

/// Two-sided binomial tail with ½: `first` against `second`.
pub(super) fn sign_test(first: u64, second: u64) -> f64 {
    let n = first + second;
    if n == 0 {
        return 1.0;
    }
    (2.0 * beta::binomial(first.min(second), n, 0.5).lower).min(1.0)
}
