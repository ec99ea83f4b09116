//! A share of equally weighted answers, and the intervals that need nothing but counts.

use crate::estimate::{Estimate, Interval, IntervalMethod, Reason};
use crate::special::{Tails, beta, hypergeometric::Hypergeometric, normal};

/// Share x/n of equally weighted answers, with the interval of `method`.
///
/// p = x/n in [0, 1]; SE = √(p(1−p)/(n−1)), as `svymean` gives for a simple random sample with
/// replacement. The interval, not the SE, carries the uncertainty at p = 0 and p = 1, where the SE is 0.
///
/// * n = 0: not estimable, [`Reason::NoBase`].
/// * n = 1: no SE; every interval but Wald's is defined.
/// * p = 0 or 1: the end at p is exactly 0 or 1, the other is inside; never NaN, never zero width.
///
/// Methods: Wilson, WilsonContinuity, ClopperPearson, MidP, AgrestiCoull. The others need a design
/// ([`Precision::share`](crate::Precision::share)) or a population ([`crate::proportion_of_population`]):
/// [`Reason::MethodNotApplicable`].
///
/// R: `prop.test(x, n, correct = FALSE)` (Wilson), `binom.test(x, n)` (Clopper–Pearson).
pub fn proportion(count: u64, base: u64, level: f64, method: IntervalMethod) -> Estimate {
    let not = |reason| Estimate::NotEstimable { reason, base };
    if base == 0 {
        return not(Reason::NoBase);
    }
    if count > base {
        return not(Reason::CountExceedsBase);
    }
    if !is_level(level) {
        return not(Reason::BadLevel);
    }
    let n = base as f64;
    let p = count as f64 / n;
    let se = (base > 1).then(|| (p * (1.0 - p) / (n - 1.0)).sqrt());
    match simple_interval(count, base, level, method) {
        Ok(interval) => Estimate::Point { value: p, se, interval, base },
        Err(reason) => not(reason),
    }
}

/// Nobody asked, more counted than asked, or no level: then the interval is everything.
pub(crate) fn claims_nothing(x: u64, n: u64, level: f64) -> bool {
    n == 0 || x > n || !is_level(level)
}

/// Is this a confidence level, strictly between 0 and 1?
pub(crate) fn is_level(level: f64) -> bool {
    level > 0.0 && level < 1.0
}

fn simple_interval(x: u64, n: u64, level: f64, method: IntervalMethod) -> Result<Interval, Reason> {
    let (lower, upper) = match method {
        IntervalMethod::Wilson => wilson(x, n, level),
        IntervalMethod::WilsonContinuity => wilson_continuity(x, n, level),
        IntervalMethod::ClopperPearson => clopper_pearson(x as f64, n as f64, level),
        IntervalMethod::MidP => mid_p(x, n, level),
        IntervalMethod::AgrestiCoull => agresti_coull(x, n, level),
        IntervalMethod::None => (0.0, 1.0),
        _ => return Err(Reason::MethodNotApplicable),
    };
    Ok(Interval { lower, upper, level, method, df: f64::INFINITY })
}

/// Upper normal quantile of a two-sided level: z with Φ(z) = 1 − (1 − level)/2.
pub(crate) fn z_of(level: f64) -> f64 {
    -normal::quantile(0.5 * (1.0 - level))
}

/// Wilson's score interval for a share p of size n, with any quantile and any real size.
///
/// (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n); the end at p = 0 or 1 is exact.
pub(crate) fn wilson_real(p: f64, n: f64, z: f64) -> (f64, f64) {
    let z2n = z * z / n;
    let centre = p + 0.5 * z2n;
    let half = (z2n * (p * (1.0 - p) + 0.25 * z2n)).sqrt();
    // The smaller root from the product of the roots, p²/(1+z²/n), which cannot cancel.
    let lower = if p == 0.0 { 0.0 } else { p * p / (centre + half) };
    let q = 1.0 - p;
    let upper = if q == 0.0 { 1.0 } else { 1.0 - q * q / (q + 0.5 * z2n + half) };
    (lower.min(p), upper.max(p))
}

/// Wilson's score interval for x of n; `(0, 1)` at n = 0, for x > n and for a level that is none.
///
/// Lower end 0 at x = 0, upper end 1 at x = n. R: `prop.test(x, n, conf.level, correct = FALSE)`.
pub fn wilson(x: u64, n: u64, level: f64) -> (f64, f64) {
    if claims_nothing(x, n, level) {
        return (0.0, 1.0);
    }
    wilson_real(x as f64 / n as f64, n as f64, z_of(level))
}

/// Wilson's score interval with continuity correction; `(0, 1)` at n = 0, for x > n and for a level that is none.
///
/// With c = min(½, |x − n/2|): (p ∓ c/n + z²/2n ∓ z √((p ∓ c/n)(1 − p ± c/n)/n + z²/4n²)) / (1 + z²/n).
/// R: `prop.test(x, n, correct = TRUE)`.
pub fn wilson_continuity(x: u64, n: u64, level: f64) -> (f64, f64) {
    if claims_nothing(x, n, level) {
        return (0.0, 1.0);
    }
    let (nf, z) = (n as f64, z_of(level));
    let p = x as f64 / nf;
    let shift = (x as f64 - 0.5 * nf).abs().min(0.5) / nf;
    let z2n = z * z / nf;
    let half = |p: f64| z * (p * (1.0 - p) / nf + 0.25 * z2n / nf).max(0.0).sqrt();
    let (down, up) = (p - shift, p + shift);
    let lower = (down + 0.5 * z2n - half(down)) / (1.0 + z2n);
    let upper = (up + 0.5 * z2n + half(up)) / (1.0 + z2n);
    (if x == 0 { 0.0 } else { lower.max(0.0) }, if x == n { 1.0 } else { upper.min(1.0) })
}

/// Clopper–Pearson: binomial tails inverted, for any real 0 ≤ x ≤ n; `(0, 1)` at n = 0, for x > n and for a level that is none.
///
/// Lower end Beta(α/2; x, n−x+1), upper end Beta(1−α/2; x+1, n−x). Covers at least at the level,
/// always. Real x and n serve the Korn–Graubard interval. R: `binom.test(x, n)$conf.int`.
pub fn clopper_pearson(x: f64, n: f64, level: f64) -> (f64, f64) {
    if !is_level(level) || !x.is_finite() || !n.is_finite() || n <= 0.0 || x < 0.0 || x > n {
        return (0.0, 1.0);
    }
    let alpha2 = 0.5 * (1.0 - level);
    let lower = if x <= 0.0 { 0.0 } else { beta::quantile(alpha2, x, n - x + 1.0) };
    let upper = if x >= n {
        1.0
    } else {
        beta::quantile_of(Tails { lower: 1.0 - alpha2, upper: alpha2 }, x + 1.0, n - x).x
    };
    // Sizes of which half a unit cannot be told from none leave nothing to claim.
    if lower.is_nan() || upper.is_nan() || lower > upper { (0.0, 1.0) } else { (lower, upper) }
}

/// Mid-P interval: binomial tails inverted with the observed outcome counted by half; `(0, 1)` at n = 0, for x > n and for a level that is none.
///
/// Shorter than Clopper–Pearson, and its coverage is near the level on average rather than always above.
pub fn mid_p(x: u64, n: u64, level: f64) -> (f64, f64) {
    if claims_nothing(x, n, level) {
        return (0.0, 1.0);
    }
    let alpha2 = 0.5 * (1.0 - level);
    let half = |p: f64| 0.5 * beta::binomial_pmf(x, n, p);
    // Decreasing in p: P(X < x) + ½P(X = x); increasing: P(X > x) + ½P(X = x).
    let below = |p: f64| if x == 0 { 0.0 } else { beta::binomial(x - 1, n, p).lower } + half(p);
    let above = |p: f64| beta::binomial(x, n, p).upper + half(p);
    let centre = x as f64 / n as f64;
    let lower = if x == 0 { 0.0 } else { crossing(0.0, centre, |p| above(p) < alpha2) };
    let upper = if x == n { 1.0 } else { crossing(centre, 1.0, |p| below(p) > alpha2) };
    (lower, upper)
}

/// The point in [lo, hi] where `left` turns from true to false.
fn crossing(mut lo: f64, mut hi: f64, left: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let mid = 0.5 * (lo + hi);
        if mid <= lo || mid >= hi {
            break;
        }
        if left(mid) { lo = mid } else { hi = mid }
    }
    0.5 * (lo + hi)
}

/// Agresti–Coull: Wald's interval around (x + z²/2)/(n + z²), cut to [0, 1]; `(0, 1)` at n = 0, for x > n and for a level that is none.
///
/// R: `binom::binom.agresti.coull`.
pub fn agresti_coull(x: u64, n: u64, level: f64) -> (f64, f64) {
    if claims_nothing(x, n, level) {
        return (0.0, 1.0);
    }
    let z2 = z_of(level).powi(2);
    let size = n as f64 + z2;
    let centre = (x as f64 + 0.5 * z2) / size;
    let half = (z2 * centre * (1.0 - centre) / size).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// Exact interval for the number K with the mark among N, when n were drawn without replacement
/// and x of them carry it: the hypergeometric tails inverted. `None` unless x ≤ n ≤ N and 0 < level < 1.
///
/// Lower end min{K : P(X ≥ x | K) > α/2}, upper end max{K : P(X ≤ x | K) > α/2}.
/// At n = N both ends are x; at n = 0 they are 0 and N.
pub fn hypergeometric_exact(x: u64, n: u64, population: u64, level: f64) -> Option<(u64, u64)> {
    if x > n || n > population || !is_level(level) {
        return None;
    }
    let alpha2 = 0.5 * (1.0 - level);
    let at = |marked| Hypergeometric { population, marked, drawn: n };
    // K lies between x (all marked units drawn) and N − (n − x).
    let (min, max) = (x, population - (n - x));
    let lower = first_true(min, max, |k| at(k).at_least(x) > alpha2);
    let beyond = first_true(lower, max + 1, |k| k > max || at(k).tails(x).lower <= alpha2);
    Some((lower, beyond.saturating_sub(1).max(lower)))
}

/// The smallest k in [lo, hi] for which `holds`, which turns from false to true once; `hi` at worst.
fn first_true(mut lo: u64, mut hi: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while lo < hi {
        let mid = lo + (hi - lo) / 2;
        if holds(mid) { hi = mid } else { lo = mid + 1 }
    }
    lo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_are_no_base() {
        let none = proportion(0, 0, 0.95, IntervalMethod::Wilson);
        assert_eq!(none, Estimate::NotEstimable { reason: Reason::NoBase, base: 0 });
    }

    #[test]
    fn one_answer_has_an_interval_but_no_standard_error() {
        let one = proportion(1, 1, 0.95, IntervalMethod::ClopperPearson);
        let interval = one.interval().expect("there is a base");
        assert_eq!(one.se(), None);
        assert!((interval.lower - 0.025).abs() < 1e-14 && interval.upper == 1.0);
    }

    #[test]
    fn all_or_none_is_never_an_interval_of_no_width() {
        use IntervalMethod::*;
        for method in [Wilson, WilsonContinuity, ClopperPearson, MidP, AgrestiCoull] {
            for n in [1, 2, 5, 897, 107_409] {
                for x in [0, n] {
                    let interval = proportion(x, n, 0.95, method).interval().expect("there is a base");
                    assert!(interval.width() > 0.0 && interval.contains(x as f64 / n as f64));
                }
            }
        }
    }

    #[test]
    fn a_census_pins_the_number_down() {
        assert_eq!(hypergeometric_exact(3, 8, 8, 0.95), Some((3, 3)));
        assert_eq!(hypergeometric_exact(0, 0, 8, 0.95), Some((0, 8)));
        assert_eq!(hypergeometric_exact(3, 8, 40, 0.95), Some((5, 28)));
    }
}
