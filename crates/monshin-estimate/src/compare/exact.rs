//! Fisher's exact test.

use crate::root::brent;
use crate::special::hypergeometric::Hypergeometric;
use std::collections::BTreeMap;

/// Relative slack within which two table probabilities count as equal.
const TIE: f64 = 1.0 + 1e-7;

/// What a 2×2 table [[a, b], [c, d]] says exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fisher2x2 {
    /// P of tables at most as probable as the one seen.
    pub two_sided: f64,
    /// P(A ≤ a): evidence for an odds ratio below 1.
    pub less: f64,
    /// P(A ≥ a): evidence for an odds ratio above 1.
    pub greater: f64,
    /// Conditional maximum-likelihood odds ratio, 0 to ∞.
    pub odds_ratio: f64,
    /// Exact conditional interval of the odds ratio.
    pub interval: (f64, f64),
}

/// Fisher's exact test of [[a, b], [c, d]], which are below 2⁶⁴ together. R: `fisher.test`.
///
/// With an empty row or column every p-value is 1 and the odds ratio could be anything: 0 to ∞, with
/// the estimate 1.
pub fn fisher_2x2(a: u64, b: u64, c: u64, d: u64, level: f64) -> Fisher2x2 {
    fisher_2x2_to(a, b, c, d, level, 0.0)
}

/// The two-sided p-value of [`fisher_2x2`] alone: P of tables at most as probable as [[a, b], [c, d]].
/// 1 with an empty row or column.
pub fn fisher_two_sided(a: u64, b: u64, c: u64, d: u64) -> f64 {
    let margin = Hypergeometric { population: a + b + c + d, marked: a + c, drawn: a + b };
    let seen = margin.pmf(a);
    let as_rare = (margin.min()..=margin.max()).map(|x| margin.pmf(x)).filter(|p| *p <= seen * TIE);
    if margin.min() == margin.max() { 1.0 } else { as_rare.sum::<f64>().min(1.0) }
}

/// Tolerance of R's `uniroot`, to which `fisher.test` finds odds ratios: about 1e-4 on the scale of the
/// odds ratio or its inverse, whichever is below 1.
pub const R_ROOT_TOLERANCE: f64 = 0.000_122_070_312_5;

/// [`fisher_2x2`] with the odds ratio and its interval found to a tolerance (0: to the last digit), by
/// Brent's method over the odds ratio where it is below 1 and over its inverse where it is above.
pub fn fisher_2x2_to(a: u64, b: u64, c: u64, d: u64, level: f64, tolerance: f64) -> Fisher2x2 {
    let margin = Hypergeometric { population: a + b + c + d, marked: a + c, drawn: a + b };
    let (min, max) = (margin.min(), margin.max());
    if min == max {
        let interval = (0.0, f64::INFINITY);
        return Fisher2x2 { two_sided: 1.0, less: 1.0, greater: 1.0, odds_ratio: 1.0, interval };
    }
    let two_sided = fisher_two_sided(a, b, c, d);
    let less = margin.tails(a).lower.min(1.0);
    let greater = margin.at_least(a).min(1.0);
    let alpha2 = 0.5 * (1.0 - level);
    let odds = Odds { tolerance, ..Odds::new(margin) };
    let lower = if a == min { 0.0 } else { odds.solve(|w| odds.at_least(a, w) - alpha2) };
    let upper = if a == max { f64::INFINITY } else { odds.solve(|w| odds.at_most(a, w) - alpha2) };
    let odds_ratio = match a {
        _ if a == min => 0.0,
        _ if a == max => f64::INFINITY,
        _ => odds.solve(|w| odds.mean(w) - a as f64),
    };
    Fisher2x2 { two_sided, less, greater, odds_ratio, interval: (lower, upper) }
}

/// The noncentral hypergeometric distribution over the odds ratio e^w.
struct Odds {
    min: u64,
    tolerance: f64,
    log_central: Vec<f64>,
}

impl Odds {
    fn new(margin: Hypergeometric) -> Self {
        Self { min: margin.min(), tolerance: 0.0, log_central: log_masses(margin) }
    }

    /// Probabilities at log odds ratio w.
    fn weights(&self, w: f64) -> Vec<f64> {
        let log = |(k, l): (usize, &f64)| l + w * k as f64;
        let top = self.log_central.iter().enumerate().map(log).fold(f64::NEG_INFINITY, f64::max);
        let raw: Vec<f64> = self.log_central.iter().enumerate().map(|e| libm::exp(log(e) - top)).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|v| v / sum).collect()
    }

    fn mean(&self, w: f64) -> f64 {
        self.min as f64 + self.weights(w).iter().enumerate().map(|(k, p)| k as f64 * p).sum::<f64>()
    }

    fn at_least(&self, x: u64, w: f64) -> f64 {
        self.weights(w)[(x - self.min) as usize..].iter().sum()
    }

    fn at_most(&self, x: u64, w: f64) -> f64 {
        self.weights(w)[..=(x - self.min) as usize].iter().sum()
    }

    /// The odds ratio at which a monotone function of its logarithm is zero.
    fn solve(&self, f: impl Fn(f64) -> f64) -> f64 {
        let at_one = f(0.0);
        if at_one == 0.0 {
            return 1.0;
        }
        // Which side of 1: compare the sign at 1 with the sign far below.
        if at_one.signum() != f(-700.0).signum() {
            brent(|t| f(libm::log(t.max(f64::MIN_POSITIVE))), 0.0, 1.0, self.tolerance)
        } else {
            1.0 / brent(|t| f(-libm::log(t)), f64::EPSILON, 1.0, self.tolerance)
        }
    }
}

/// Logarithm of the mass of each value, from the least, up to one constant. By steps: the masses
/// themselves are 0 far from the middle of a large table.
fn log_masses(margin: Hypergeometric) -> Vec<f64> {
    let (min, max) = (margin.min(), margin.max());
    let mut logs = vec![0.0; (max - min + 1) as usize];
    for (k, x) in (min..max).enumerate() {
        let up = (margin.marked - x) as f64 * (margin.drawn - x) as f64;
        let down = (x + 1) as f64 * (margin.population - margin.marked + x + 1 - margin.drawn) as f64;
        logs[k + 1] = logs[k] + libm::log(up / down);
    }
    logs
}

/// Fisher's exact p-value of a table of any size, by running through the columns and keeping what is
/// still to be placed in each row, as far as it is not yet certain on which side of the table seen every
/// way to go on ends (Mehta and Patel 1983). Empty rows and columns change nothing; without a count the
/// p-value is 1. R: `fisher.test`.
///
/// `None` when more than `max_states` partial tables would have to be kept (about 1e7 are affordable);
/// then the design-based or Pearson's test serves. Rows of another length than the first: `None`.
pub fn fisher_rxc(table: &[Vec<u64>], max_states: usize) -> Option<f64> {
    let columns = table.first()?.len();
    if table.iter().any(|row| row.len() != columns) {
        return None;
    }
    // Fewer rows keep the state small.
    let turned: Vec<Vec<u64>> = if table.len() > columns {
        (0..columns).map(|j| table.iter().map(|row| row[j]).collect()).collect()
    } else {
        table.to_vec()
    };
    let mut row_sums: Vec<u64> = turned.iter().map(|row| row.iter().sum()).collect();
    let mut column_sums: Vec<u64> =
        (0..turned.first()?.len()).map(|j| turned.iter().map(|row| row[j]).sum()).collect();
    let total: u64 = row_sums.iter().sum();
    let log_factorial: Vec<f64> = (0..=total).map(|k| libm::lgamma(k as f64 + 1.0)).collect();
    let log = |k: u64| log_factorial[k as usize];
    // ln P(table) = constant − Σ ln x!.
    let constant = row_sums.iter().chain(&column_sums).map(|s| log(*s)).sum::<f64>() - log(total);
    let seen = constant - turned.iter().flatten().map(|x| log(*x)).sum::<f64>();
    let limit = seen + 1e-7;
    // Small columns first: there is little to tell apart yet when the large ones come.
    column_sums.retain(|sum| *sum > 0);
    column_sums.sort_unstable();
    row_sums.retain(|sum| *sum > 0);
    row_sums.sort_unstable();
    Columns { column_sums, log_factorial, limit, constant, max_states }.tail(row_sums)
}

struct Columns {
    column_sums: Vec<u64>,
    log_factorial: Vec<f64>,
    limit: f64,
    constant: f64,
    max_states: usize,
}

/// Values of Σ ln x! so far, and in how many ways each came about; values equal to 1e-9 are one.
type Paths = BTreeMap<i64, (f64, f64)>;

/// What is known of every way to place what is left: bounds of its Σ ln x!, and the logarithm of Σ 1/Π x!.
struct Ahead {
    least: f64,
    most: f64,
    all: f64,
}

impl Columns {
    /// Total probability of tables with ln P at most the limit.
    ///
    /// A state is what is left of the rows, in ascending order: which row is which does not matter.
    fn tail(&self, row_sums: Vec<u64>) -> Option<f64> {
        let mut states: BTreeMap<Vec<u64>, Paths> = BTreeMap::new();
        states.insert(row_sums, BTreeMap::from([(0, (0.0, 1.0))]));
        let (mut certain, mut kept) = (0.0, 0);
        if self.column_sums.is_empty() {
            return Some(1.0);
        }
        for (j, &size) in self.column_sums.iter().enumerate() {
            let mut next: BTreeMap<Vec<u64>, Paths> = BTreeMap::new();
            for (left, paths) in &states {
                let mut fill = vec![0; left.len()];
                self.place(left, size, 0, &mut fill, &mut |fill| {
                    let cost: f64 = fill.iter().map(|x| self.log_factorial[*x as usize]).sum();
                    let mut rest: Vec<u64> = left.iter().zip(fill).map(|(l, f)| l - f).collect();
                    rest.sort_unstable();
                    let ahead = self.ahead(&rest, &self.column_sums[j + 1..]);
                    let mut open = Vec::new();
                    for (log, times) in paths.values() {
                        let log = log + cost;
                        if self.constant - log - ahead.least <= self.limit {
                            certain += times * libm::exp(self.constant - log + ahead.all);
                        } else if self.constant - log - ahead.most <= self.limit {
                            open.push((log, *times));
                        }
                    }
                    if open.is_empty() {
                        return;
                    }
                    let target = next.entry(rest).or_default();
                    for (log, times) in open {
                        let slot = target.entry((log * 1e9).round() as i64).or_insert_with(|| {
                            kept += 1;
                            (log, 0.0)
                        });
                        slot.1 += times;
                    }
                });
                if kept > self.max_states {
                    return None;
                }
            }
            states = next;
            kept = 0;
        }
        Some(certain.min(1.0))
    }

    fn ahead(&self, rest: &[u64], columns: &[u64]) -> Ahead {
        let logs = |sums: &[u64]| sums.iter().map(|s| self.log_factorial[*s as usize]).sum::<f64>();
        if columns.len() <= 1 {
            // What is left of the rows is the last column.
            let only = logs(rest);
            return Ahead { least: only, most: only, all: -only };
        }
        // ln Γ is convex: nothing is less than sums spread evenly, nothing more than each in one cell.
        let evenly = |sums: &[u64], over: usize| -> f64 {
            let over = over as f64;
            sums.iter().map(|s| over * libm::lgamma(*s as f64 / over + 1.0)).sum()
        };
        let (by_row, by_column) = (logs(rest), logs(columns));
        let total = self.log_factorial[rest.iter().sum::<u64>() as usize];
        Ahead {
            least: evenly(rest, columns.len()).max(evenly(columns, rest.len())),
            most: by_row.min(by_column),
            all: total - by_row - by_column,
        }
    }

    /// Every way to spread `size` over the rows with `left` room.
    fn place(&self, left: &[u64], size: u64, row: usize, fill: &mut Vec<u64>, then: &mut impl FnMut(&[u64])) {
        let room_after: u64 = left[row + 1..].iter().sum();
        let most = size.min(left[row]);
        let least = size.saturating_sub(room_after);
        for x in least..=most {
            fill[row] = x;
            if row + 1 == left.len() {
                if x == size {
                    then(fill);
                }
            } else {
                self.place(left, size - x, row + 1, fill, then);
            }
        }
    }
}
