//! Two shares compared, chosen by how they hang together: independent groups, a part and the whole,
//! a class and the mean of classes, a share and a number, two answers of the same people.

use super::exact::fisher_two_sided;
use super::gap::Gap;
use super::method::TestMethod;
use super::sums::ShareSums;
use super::{TableStatistic, TwoWay};
use crate::estimate::{Interval, Reason};
use crate::share::is_level;
use crate::special::{beta, normal};

/// A difference of two shares with its interval and its test.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// First minus second, −1 to 1; × 100 in points.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
    /// How it was tested.
    pub method: TestMethod,
    /// Two-sided p-value of no difference.
    pub p_value: f64,
    gap: Gap,
}

impl Compared {
    pub(super) fn new(gap: Gap, method: TestMethod, p_value: f64, level: f64) -> Result<Self, Reason> {
        if !is_level(level) {
            return Err(Reason::BadLevel);
        }
        if !(-1.0 - 1e-9..=1.0 + 1e-9).contains(&gap.value()) {
            return Err(Reason::OutOfRange);
        }
        let (value, interval) = (gap.value(), gap.interval(level));
        let sound = [value, interval.lower, interval.upper, p_value].iter().all(|v| v.is_finite());
        if !sound {
            return Err(Reason::NotFinite);
        }
        Ok(Self { value, interval, method, p_value: p_value.clamp(0.0, 1.0), gap })
    }

    /// p-value of "they differ by `tolerance` or more": small when they are surely about the same.
    /// The larger of two one-sided tests (Schuirmann 1987); `tolerance` as a share, not in points.
    pub fn sameness(&self, tolerance: f64) -> f64 {
        self.gap.above(-tolerance.abs()).max(self.gap.below(tolerance.abs())).clamp(0.0, 1.0)
    }

    /// Two-sided p-value of "they differ by no more than `tolerance`": small when they are surely
    /// further apart.
    pub fn apart(&self, tolerance: f64) -> f64 {
        let surest = self.gap.above(tolerance.abs()).min(self.gap.below(-tolerance.abs()));
        (2.0 * surest).clamp(0.0, 1.0)
    }
}

/// Expected counts below this make the chi-square distribution a poor guide.
const LEAST_EXPECTED: f64 = 5.0;
/// Fewer answers in all than this are tested exactly.
const LEAST_TOGETHER: u64 = 40;

/// Two groups that have nobody in common.
///
/// Counts: Newcombe's interval; Fisher's test where an expected count is below 5 or fewer than 40
/// answered in all, else the Rao–Scott F of the 2×2 table. Weights: linearised difference ± t·SE on
/// n − 1 degrees of freedom and the Rao–Scott F; where the linearised variance says nothing (all
/// alike in a group) or an expected count is below 5, Fisher's test on the effective sizes rounded
/// down and Newcombe's interval on the effective sizes. R: `fisher.test`; `svychisq`, `svyttest`.
///
/// # Errors
/// [`Reason::NoBase`] where nobody answered in one of them, [`Reason::BadLevel`].
pub fn compare_groups(a: &ShareSums, b: &ShareSums, level: f64) -> Result<Compared, Reason> {
    let (Some(p), Some(q)) = (a.share(), b.share()) else { return Err(Reason::NoBase) };
    let parts = Gap::Parts { parts: vec![(1.0, *a), (-1.0, *b)], less: 0.0 };
    let weighted = a.is_weighted() || b.is_weighted();
    if is_small(a, b) || (weighted && (a.variance() <= 0.0 || b.variance() <= 0.0)) {
        let ((x1, n1), (x2, n2)) = (a.whole(), b.whole());
        let p_value = fisher_two_sided(x1, n1.saturating_sub(x1), x2, n2.saturating_sub(x2));
        let method = if weighted { TestMethod::FisherEffective } else { TestMethod::Fisher };
        return Compared::new(parts, method, p_value, level);
    }
    let cells = [a, b].map(|group| vec![group.holds, group.base.minus(group.holds)]);
    let p_value = TwoWay::of_sums(&cells)
        .and_then(|table| table.test(TableStatistic::F))
        .map(|test| test.p_value)
        // All answered alike in both: nothing differs.
        .unwrap_or(1.0);
    let gap = if weighted {
        let se = (a.variance() + b.variance()).sqrt();
        Gap::Spread { value: p - q, se, df: (a.base.n + b.base.n - 1) as f64 }
    } else {
        parts
    };
    Compared::new(gap, TestMethod::RaoScott, p_value, level)
}

fn is_small(a: &ShareSums, b: &ShareSums) -> bool {
    let (n1, n2) = (a.base.n as f64, b.base.n as f64);
    let yes = (a.holds.n + b.holds.n) as f64;
    let all = n1 + n2;
    let least = (n1.min(n2) * yes.min(all - yes)) / all;
    least < LEAST_EXPECTED || a.base.n + b.base.n < LEAST_TOGETHER
}

/// A part and the whole that contains it: the part against the rest, never against itself.
///
/// # Errors
/// [`Reason::NoBase`] where nobody is in the part or nobody in the rest.
pub fn compare_with_rest(part: &ShareSums, whole: &ShareSums, level: f64) -> Result<Compared, Reason> {
    compare_groups(part, &whole.minus(part), level)
}

/// A sum Σ c p over independent shares against 0: a class and the plain mean of classes (1 − 1/k
/// for the class, −1/k for the others), or two sets that share a part.
///
/// The interval adds up the squared distances to Wilson's limits of every share (Zou and Donner
/// 2008; for two shares Newcombe's), so classes that all answered alike keep their width. The
/// p-value is the level at which it just touches 0.
///
/// # Errors
/// [`Reason::NoBase`] where a share with c ≠ 0 has no base, [`Reason::BadLevel`].
pub fn compare_combination(parts: &[(f64, ShareSums)], level: f64) -> Result<Compared, Reason> {
    let parts: Vec<(f64, ShareSums)> = parts.iter().copied().filter(|(c, _)| *c != 0.0).collect();
    if parts.is_empty() || parts.iter().any(|(_, share)| share.share().is_none()) {
        return Err(Reason::NoBase);
    }
    let gap = Gap::Parts { parts, less: 0.0 };
    let p_value = gap.two_sided();
    Compared::new(gap, TestMethod::HybridScore, p_value, level)
}

/// A share against a number that is not itself estimated, 0 to 1.
///
/// Few answers (fewer than 40, or fewer than 5 expected): twice the smaller binomial tail, on the
/// effective size where weights count; else the score test, z = (p − p₀)/√(p₀(1−p₀)/n). The
/// interval is Wilson's less the number. Outside (0, 1) the number is met by everybody or by nobody.
/// R: `prop.test(x, n, p, correct = FALSE)`.
///
/// # Errors
/// [`Reason::NoBase`], [`Reason::NotFinite`], [`Reason::BadLevel`].
pub fn compare_with_number(share: &ShareSums, number: f64, level: f64) -> Result<Compared, Reason> {
    let p = share.share().ok_or(Reason::NoBase)?;
    if !number.is_finite() {
        return Err(Reason::NotFinite);
    }
    if !(0.0..=1.0).contains(&number) {
        return Err(Reason::OutOfRange);
    }
    let size = share.effective_size();
    let few = share.base.n < LEAST_TOGETHER || size * number.min(1.0 - number) < LEAST_EXPECTED;
    let (method, p_value) = if few {
        (TestMethod::Binomial, binomial_two_sided(share.whole(), number))
    } else {
        let z = (p - number) / (number * (1.0 - number) / size).sqrt();
        (TestMethod::Score, (2.0 * normal::tails(z.abs()).upper).min(1.0))
    };
    let parts = vec![(1.0, *share)];
    Compared::new(Gap::Parts { parts, less: number }, method, p_value, level)
}

fn binomial_two_sided((x, n): (u64, u64), p: f64) -> f64 {
    if p <= 0.0 {
        return if x == 0 && p == 0.0 { 1.0 } else { 0.0 };
    }
    if p >= 1.0 {
        return if x == n && p == 1.0 { 1.0 } else { 0.0 };
    }
    let at_most = beta::binomial(x, n, p).lower;
    let at_least = if x == 0 { 1.0 } else { beta::binomial(x - 1, n, p).upper };
    (2.0 * at_most.min(at_least)).min(1.0)
}
