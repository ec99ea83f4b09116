//! Over the classes of a breakdown: do their shares differ, do they rise.

use super::chi_square::{Statistic, TwoWay, pearson};
use super::exact::fisher_rxc;
use super::method::TestMethod;
use super::sums::{Mass, ShareSums};
use super::trend::{Direction, cochran_armitage, linear_trend};
use crate::estimate::Reason;
use crate::matrix::Matrix;
use crate::precision::Estimates;
use crate::random::Stream;

/// A test over all classes at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Association {
    /// How it was tested.
    pub method: TestMethod,
    /// X² or F; `None` for an exact test.
    pub statistic: Option<f64>,
    /// Degrees of freedom of the numerator.
    pub df: f64,
    /// Of the denominator, for an F.
    pub denominator_df: Option<f64>,
    /// Probability of classes so far apart when nothing differs.
    pub p_value: f64,
}

/// Partial tables that Fisher's test may keep before random tables take its place.
const MOST_STATES: usize = 20_000;
/// Random tables: the standard error of a p-value of 0.05 is 0.003.
const DRAWS: u32 = 4_999;
/// Fisher's test of larger tables is not tried.
const MOST_FOR_FISHER: u64 = 2_000;

/// Whether answers and classes hang together: one row per class, one column per answer. Empty rows
/// and columns are dropped.
///
/// Counts: Pearson where no expected count is below 1 and at most a fifth below 5 (Cochran's rule),
/// else Fisher's test, else 4,999 random tables with the same margins (always the same ones).
/// Weights: Rao–Scott F. R: `chisq.test(correct = FALSE)`, `fisher.test`, `svychisq`.
///
/// # Errors
/// [`Reason::MethodNotApplicable`] with fewer than two rows or columns that hold anyone.
pub fn association(table: &[Vec<Mass>], is_weighted: bool) -> Result<Association, Reason> {
    let table = without_empty(table);
    if table.len() < 2 || table[0].len() < 2 {
        return Err(Reason::MethodNotApplicable);
    }
    if is_weighted {
        let test = TwoWay::of_sums(&table)?.test(Statistic::F)?;
        return Ok(Association {
            method: TestMethod::RaoScott,
            statistic: Some(test.statistic),
            df: test.df,
            denominator_df: Some(test.denominator_df),
            p_value: test.p_value,
        });
    }
    let counts: Vec<Vec<f64>> = table.iter().map(|row| row.iter().map(|m| m.n as f64).collect()).collect();
    let found = pearson(&counts, false)?;
    let (rows, columns) = (table.len(), table[0].len());
    let expected = || (0..rows * columns).map(|k| found.expected[(k / columns, k % columns)]);
    let few = expected().filter(|e| *e < 5.0).count();
    let usable = expected().all(|e| e >= 1.0) && few * 5 <= rows * columns;
    let done = |method, p_value| Association {
        method,
        statistic: Some(found.test.statistic),
        df: found.test.df,
        denominator_df: None,
        p_value,
    };
    if usable {
        return Ok(done(TestMethod::Pearson, found.test.p_value));
    }
    let whole: Vec<Vec<u64>> = table.iter().map(|row| row.iter().map(|m| m.n).collect()).collect();
    let total: u64 = whole.iter().flatten().sum();
    let exact = (total <= MOST_FOR_FISHER).then(|| fisher_rxc(&whole, MOST_STATES)).flatten();
    Ok(match exact {
        Some(p_value) => Association { statistic: None, ..done(TestMethod::Fisher, p_value) },
        None => done(TestMethod::MonteCarlo, random_tables(&whole)),
    })
}

fn without_empty(table: &[Vec<Mass>]) -> Vec<Vec<Mass>> {
    let columns = table.first().map_or(0, Vec::len);
    let kept: Vec<usize> = (0..columns).filter(|c| table.iter().any(|row| row[*c].n > 0)).collect();
    let rows = table.iter().filter(|row| row.iter().any(|mass| mass.n > 0));
    rows.map(|row| kept.iter().map(|c| row[*c]).collect()).collect()
}

/// Share of random tables of these margins that are at least as far from independence. The answers
/// of all but the commonest column are dealt to the places of the rows.
pub(super) fn random_tables(table: &[Vec<u64>]) -> f64 {
    let rows: Vec<u64> = table.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<u64> = (0..table[0].len()).map(|c| table.iter().map(|row| row[c]).sum()).collect();
    let commonest = (0..columns.len()).max_by_key(|c| columns[*c]).unwrap_or(0);
    let total: u64 = rows.iter().sum();
    // Σ o²/(r c) orders tables as X² does.
    let score = |row: usize, column: usize, o: u64| {
        (o as f64) * (o as f64) / (rows[row] as f64 * columns[column] as f64)
    };
    let measure = |cells: &[Vec<u64>]| -> f64 {
        let one =
            |(r, row): (usize, &Vec<u64>)| row.iter().enumerate().map(|(c, o)| score(r, c, *o)).sum::<f64>();
        cells.iter().enumerate().map(one).sum()
    };
    let seen = measure(table) * (1.0 - 1e-9);
    let owner: Vec<usize> =
        rows.iter().enumerate().flat_map(|(r, n)| std::iter::repeat_n(r, *n as usize)).collect();
    let mut places: Vec<usize> = (0..owner.len()).collect();
    let mut as_far = 0_u32;
    for draw in 0..DRAWS {
        let mut random = Stream::new(0x006D_6F6E_7368_696E, u64::from(draw), 0);
        let mut cells = vec![vec![0_u64; columns.len()]; rows.len()];
        let mut at = 0_usize;
        for column in (0..columns.len()).filter(|c| *c != commonest) {
            for _ in 0..columns[column] {
                let pick = at + random.below(total - at as u64) as usize;
                places.swap(at, pick);
                cells[owner[places[at]]][column] += 1;
                at += 1;
            }
        }
        for (row, n) in cells.iter_mut().zip(&rows) {
            row[commonest] = n - row.iter().sum::<u64>();
        }
        as_far += u32::from(measure(&cells) >= seen);
    }
    f64::from(as_far + 1) / f64::from(DRAWS + 1)
}

/// A trend of shares over ordered classes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassTrend {
    /// Change of the share from one score to the next, as the test weighs the classes.
    pub slope: f64,
    /// Where it points.
    pub direction: Direction,
    /// How it was tested.
    pub method: TestMethod,
    /// Two-sided p-value of no trend.
    pub p_value: f64,
}

/// A trend over ordered classes with their scores (usually their places, 1, 2, 3 …). Classes without
/// answers take no part.
///
/// Counts: Cochran–Armitage; with fewer than 40 answers, or fewer than 5 of either kind, the exact
/// distribution given the margins, twice the smaller tail. Weights: the contrast Σ (s − s̄) p of the
/// classes, each counting the same, by t on n − k degrees of freedom; a class whose members all
/// answered alike has the variance of half an answer more of either kind.
/// R: `prop.trend.test`; `svycontrast`.
///
/// # Errors
/// [`Reason::LengthMismatch`], [`Reason::NoBase`]; [`Reason::NoDegreesOfFreedom`] with fewer than two
/// classes or when all answered alike.
pub fn class_trend(classes: &[ShareSums], scores: &[f64]) -> Result<ClassTrend, Reason> {
    if classes.len() != scores.len() {
        return Err(Reason::LengthMismatch);
    }
    let there: Vec<(ShareSums, f64)> = classes
        .iter()
        .copied()
        .zip(scores.iter().copied())
        .filter(|(class, _)| class.share().is_some())
        .collect();
    if there.is_empty() {
        return Err(Reason::NoBase);
    }
    let scores: Vec<f64> = there.iter().map(|(_, score)| *score).collect();
    if there.iter().any(|(class, _)| class.is_weighted()) {
        return weighted_trend(&there, &scores);
    }
    let x: Vec<u64> = there.iter().map(|(class, _)| class.holds.n).collect();
    let n: Vec<u64> = there.iter().map(|(class, _)| class.base.n).collect();
    let found = cochran_armitage(&x, &n, &scores)?;
    let (yes, all): (u64, u64) = (x.iter().sum(), n.iter().sum());
    let few = all < 40 || yes.min(all - yes) < 5;
    let (method, p_value) = match few {
        true => (TestMethod::ExactTrend, exact_trend(&x, &n, &scores)),
        false => (TestMethod::CochranArmitage, found.test.p_value),
    };
    Ok(ClassTrend { slope: found.slope, direction: found.direction, method, p_value })
}

fn weighted_trend(there: &[(ShareSums, f64)], scores: &[f64]) -> Result<ClassTrend, Reason> {
    let k = there.len();
    let variance = |class: &ShareSums| {
        let size = class.effective_size();
        let smoothed = (class.share().unwrap_or(0.0) * size + 0.5) / (size + 1.0);
        let least = smoothed * (1.0 - smoothed) / size.max(1.0);
        if class.variance() > 0.0 { class.variance() } else { least }
    };
    let bases: Vec<u64> = there.iter().map(|(class, _)| class.base.n).collect();
    let df = bases.iter().sum::<u64>() as f64 - k as f64;
    let diagonal: Vec<f64> = there.iter().map(|(class, _)| variance(class)).collect();
    let estimates = Estimates {
        values: there.iter().map(|(class, _)| class.share().unwrap_or(0.0)).collect(),
        covariance: Matrix::from_fn(k, k, |i, j| if i == j { diagonal[i] } else { 0.0 }),
        bases,
        df,
    };
    let found = linear_trend(&estimates, scores, df)?;
    let (slope, direction, p_value) = (found.slope, found.direction, found.test.p_value);
    Ok(ClassTrend { slope, direction, method: TestMethod::LinearTrend, p_value })
}

/// Twice the smaller tail of Σ s·x given the margins, run through class by class. With few answers
/// of one kind there are few ways to spread them.
fn exact_trend(x: &[u64], n: &[u64], scores: &[f64]) -> f64 {
    let all: u64 = n.iter().sum();
    let yes: u64 = x.iter().sum();
    // The rarer kind is spread; turning yes and no round turns the tails round.
    let turned = yes * 2 > all;
    let rare: Vec<u64> = x.iter().zip(n).map(|(x, n)| if turned { n - x } else { *x }).collect();
    let total: u64 = rare.iter().sum();
    let choose = |n: u64, k: u64| {
        let ln = |v: u64| libm::lgamma(v as f64 + 1.0);
        libm::exp(ln(n) - ln(k) - ln(n - k))
    };
    // Σ s·x is compared in millionths, or in parts of the range of scores that are far from one.
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let range = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max) - least;
    let unit = if (1e-3..1e9).contains(&range) { 1e6 } else { 1e12 / range };
    let key = |score: f64, count: u64| ((score - least) * unit).round() as i128 * i128::from(count);
    let mut ways: std::collections::BTreeMap<(u64, i128), f64> = [((0, 0), 1.0)].into();
    for (size, score) in n.iter().zip(scores) {
        let mut next = std::collections::BTreeMap::new();
        for ((used, sum), weight) in &ways {
            for more in 0..=(total - used).min(*size) {
                *next.entry((used + more, sum + key(*score, more))).or_insert(0.0) +=
                    weight * choose(*size, more);
            }
        }
        ways = next;
    }
    let seen: i128 = rare.iter().zip(scores).map(|(x, score)| key(*score, *x)).sum();
    let whole = choose(all, total);
    let tail = |inside: &dyn Fn(i128) -> bool| -> f64 {
        let found = ways.iter().filter(|((used, sum), _)| *used == total && inside(*sum));
        found.map(|(_, weight)| weight / whole).sum()
    };
    (2.0 * tail(&|sum| sum <= seen).min(tail(&|sum| sum >= seen))).min(1.0)
}
