//! Totals by class in every bootstrap replicate: the tables of a report with their spread.

use crate::bootstrap::{Bootstrap, Room};
use crate::design::Design;
use crate::estimate::Reason;
use crate::matrix::Matrix;
use std::thread;

/// What to add up in every replicate.
#[derive(Debug, Clone, Copy)]
pub struct Sums<'a> {
    /// Columns to add up, a value per row of the sample: for a share one that is 1 for those who said yes
    /// and one that is 1 for those who answered.
    pub columns: &'a [Vec<f64>],
    /// Classifications, a class per row of the sample: each column is added up by each of them. Rows of
    /// class [`NO_CLASS`] count nowhere. The whole sample is a classification with one class.
    pub classes: &'a [Vec<u32>],
}

/// The class of a row that belongs to none.
pub const NO_CLASS: u32 = u32::MAX;

/// Totals Σwy by classification, class and column, of the sample and of every replicate.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicateSums {
    columns: usize,
    /// Where each classification begins, in classes.
    starts: Vec<usize>,
    full: Vec<f64>,
    /// Totals of one replicate after another.
    replicates: Vec<f64>,
    count: usize,
}

/// New weights from weights, as [`Replicates::adjusted`](crate::Replicates::adjusted) takes them.
pub type Adjust<'a> = &'a (dyn Fn(&[f64]) -> Result<Vec<f64>, Reason> + Sync);

impl Bootstrap {
    /// Adds up in `replicates` replicates on so many `threads`; the result does not depend on their
    /// number. With `adjust` the weights of the sample and of every replicate are adjusted first, for
    /// instance raked again: then the variance holds what raking does to it.
    ///
    /// # Errors
    /// [`Reason::LengthMismatch`] for columns or classes of another length than the sample,
    /// [`Reason::NotFinite`] for values that are no numbers, [`Reason::NoDegreesOfFreedom`] for fewer
    /// than two replicates, and what `adjust` returns.
    pub fn sums(
        &self,
        design: &Design,
        wanted: Sums<'_>,
        replicates: usize,
        adjust: Option<Adjust<'_>>,
        threads: usize,
    ) -> Result<ReplicateSums, Reason> {
        let plan = Plan::new(design, wanted)?;
        if replicates < 2 {
            return Err(Reason::NoDegreesOfFreedom);
        }
        let base = design.sample().weights();
        let adjusted = |w: Vec<f64>| adjust.map_or(Ok(w.clone()), |adjust| adjust(&w));
        let full = plan.add_one(&adjusted(base.to_vec())?);
        let run = |range: std::ops::Range<usize>| -> Result<Vec<f64>, Reason> {
            let (mut weights, mut room) = (vec![1.0; base.len()], Room::default());
            let mut block = vec![[0.0; BLOCK]; base.len()];
            let mut added = plan.empty();
            let mut sums = Vec::with_capacity(range.len() * plan.width());
            for first in range.clone().step_by(BLOCK) {
                let replicates = first..(first + BLOCK).min(range.end);
                for (lane, replicate) in replicates.clone().enumerate() {
                    weights.fill(1.0);
                    self.multipliers_into(replicate, &mut weights, &mut room);
                    weights.iter_mut().zip(base).for_each(|(m, w)| *m *= w);
                    match adjust {
                        None => plan.place(&weights, lane, &mut block),
                        Some(adjust) => plan.place(&adjust(&weights)?, lane, &mut block),
                    }
                }
                plan.add(&block, &mut added);
                (0..replicates.len()).for_each(|lane| sums.extend(added.sums.iter().map(|sum| sum[lane])));
            }
            Ok(sums)
        };
        // Whole blocks to a thread.
        let share = replicates.div_ceil(threads.clamp(1, replicates)).next_multiple_of(BLOCK);
        let mut ranges = (0..replicates).step_by(share).map(|from| from..(from + share).min(replicates));
        let own = ranges.next().unwrap_or(0..0);
        let parts: Vec<Result<Vec<f64>, Reason>> = thread::scope(|scope| {
            let workers: Vec<_> = ranges.map(|range| scope.spawn(|| run(range))).collect();
            // A worker that panics has met a fault of ours; it is passed on.
            let wait = |w: thread::ScopedJoinHandle<'_, _>| match w.join() {
                Ok(part) => part,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            // This thread takes the first part, for a new one costs as much as a small table.
            std::iter::once(run(own)).chain(workers.into_iter().map(wait)).collect()
        });
        let mut all = Vec::with_capacity(replicates * plan.width());
        for part in parts {
            all.extend(part?);
        }
        let columns = wanted.columns.len();
        Ok(ReplicateSums { columns, starts: plan.starts, full, replicates: all, count: replicates })
    }
}

/// Replicates that are added up together, so that what is added up is read once for all of them.
const BLOCK: usize = 4;

/// Rows in the order of their joint class, so that each joint class is added up once.
struct Plan {
    columns: usize,
    order: Vec<u32>,
    /// Values of the ordered rows, one after another.
    values: Vec<f64>,
    runs: Vec<Run>,
    starts: Vec<usize>,
    classes: usize,
}

/// Totals of a block by class and column, and those of one joint class.
struct Added {
    sums: Vec<[f64; BLOCK]>,
    totals: Vec<[f64; BLOCK]>,
}

/// Rows of one joint class.
struct Run {
    /// Where they end in `order`.
    end: usize,
    /// Where the totals of its class in each classification begin.
    into: Vec<usize>,
}

impl Plan {
    fn new(design: &Design, wanted: Sums<'_>) -> Result<Self, Reason> {
        let n = design.sample().len();
        if wanted.columns.iter().any(|c| c.len() != n) || wanted.classes.iter().any(|c| c.len() != n) {
            return Err(Reason::LengthMismatch);
        }
        if wanted.columns.iter().flatten().any(|v| !v.is_finite()) {
            return Err(Reason::NotFinite);
        }
        let joint = |row: usize| -> Vec<u32> { wanted.classes.iter().map(|c| c[row]).collect() };
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_by(|&a, &b| {
            let by = |c: &Vec<u32>| c[a as usize].cmp(&c[b as usize]);
            wanted.classes.iter().map(by).find(|o| o.is_ne()).unwrap_or(a.cmp(&b))
        });
        let columns = wanted.columns.len();
        let mut values = Vec::with_capacity(n * columns);
        let mut joined: Vec<(usize, Vec<u32>)> = Vec::new();
        for (place, &row) in order.iter().enumerate() {
            let class = joint(row as usize);
            match joined.last_mut().filter(|(_, last)| *last == class) {
                Some(run) => run.0 = place + 1,
                None => joined.push((place + 1, class)),
            }
            values.extend(wanted.columns.iter().map(|column| column[row as usize]));
        }
        let mut starts = Vec::with_capacity(wanted.classes.len());
        let mut classes = 0;
        for of_row in wanted.classes {
            starts.push(classes);
            classes += of_row.iter().filter(|c| **c != NO_CLASS).max().map_or(0, |c| *c as usize + 1);
        }
        let runs = joined
            .into_iter()
            .map(|(end, class)| {
                let known = starts.iter().zip(class).filter(|(_, class)| *class != NO_CLASS);
                Run { end, into: known.map(|(start, class)| (start + class as usize) * columns).collect() }
            })
            .collect();
        Ok(Self { columns, order, values, runs, starts, classes })
    }

    /// Puts the weights of a replicate into its lane of a block, in the order of the joint classes.
    fn place(&self, weights: &[f64], lane: usize, block: &mut [[f64; BLOCK]]) {
        block.iter_mut().zip(&self.order).for_each(|(w, row)| w[lane] = weights[*row as usize]);
    }

    /// Totals of a replicate.
    fn width(&self) -> usize {
        self.classes * self.columns
    }

    fn empty(&self) -> Added {
        Added { sums: vec![[0.0; BLOCK]; self.width()], totals: vec![[0.0; BLOCK]; self.columns] }
    }

    fn add_one(&self, weights: &[f64]) -> Vec<f64> {
        let mut block = vec![[0.0; BLOCK]; weights.len()];
        self.place(weights, 0, &mut block);
        let mut added = self.empty();
        self.add(&block, &mut added);
        added.sums.iter().map(|[first, ..]| *first).collect()
    }

    /// Σ weight × value by class and column, of each replicate of a block.
    fn add(&self, block: &[[f64; BLOCK]], Added { sums, totals }: &mut Added) {
        sums.fill([0.0; BLOCK]);
        let mut from = 0;
        for run in &self.runs {
            let values = &self.values[from * self.columns..run.end * self.columns];
            self.total(&block[from..run.end], values, totals);
            for at in &run.into {
                let into = sums[*at..*at + self.columns].iter_mut().zip(totals.iter());
                into.for_each(|(sum, total)| sum.iter_mut().zip(total).for_each(|(s, t)| *s += t));
            }
            from = run.end;
        }
    }

    /// Totals of the columns over the rows of one joint class, some columns at a time.
    fn total(&self, weights: &[[f64; BLOCK]], values: &[f64], totals: &mut [[f64; BLOCK]]) {
        for (part, totals) in totals.chunks_mut(AT_ONCE).enumerate() {
            let columns = (part * AT_ONCE, self.columns);
            match totals {
                [a, b, c, d] => [*a, *b, *c, *d] = together(weights, values, columns),
                [a, b, c] => [*a, *b, *c] = together(weights, values, columns),
                [a, b] => [*a, *b] = together(weights, values, columns),
                [a] => [*a] = together(weights, values, columns),
                _ => {}
            }
        }
    }
}

/// Columns whose sums stay in registers together.
const AT_ONCE: usize = 4;

/// Σ weight × value of the `N` columns from `first` on.
fn together<const N: usize>(
    weights: &[[f64; BLOCK]],
    values: &[f64],
    (first, columns): (usize, usize),
) -> [[f64; BLOCK]; N] {
    let mut totals = [[0.0; BLOCK]; N];
    for (weight, row) in weights.iter().zip(values.chunks_exact(columns)) {
        let Some(values) = row[first..].first_chunk::<N>() else { continue };
        for (total, value) in totals.iter_mut().zip(values) {
            total.iter_mut().zip(weight).for_each(|(t, w)| *t += w * value);
        }
    }
    totals
}

/// The place of a total: classification, class, column.
pub type Place = (usize, u32, usize);

impl ReplicateSums {
    /// The total at a place and its standard error. 0 classes away from any row is a total of 0.
    pub fn total(&self, place: Place) -> Result<(f64, f64), Reason> {
        let at = self.index(place)?;
        let values: Vec<f64> = self.each().map(|r| r[at]).collect();
        Ok((self.full[at], variance(&values).sqrt()))
    }

    /// Total over total, for instance a share, and its standard error.
    ///
    /// # Errors
    /// [`Reason::OutOfRange`] for a place that is not there; [`Reason::ZeroDenominator`] when the
    /// denominator is 0 in the sample or in any replicate, which happens in classes of a few units: there
    /// the bootstrap has no variance to give.
    pub fn ratio(&self, top: Place, bottom: Place) -> Result<(f64, f64), Reason> {
        let (value, values) = self.ratios(top, bottom)?;
        Ok((value, variance(&values).sqrt()))
    }

    /// Several ratios with their covariance, for contrasts between classes and between questions.
    ///
    /// # Errors
    /// As [`ReplicateSums::ratio`].
    pub fn covariance(&self, ratios: &[(Place, Place)]) -> Result<(Vec<f64>, Matrix), Reason> {
        let all = ratios.iter().map(|(t, b)| self.ratios(*t, *b)).collect::<Result<Vec<_>, _>>()?;
        let centred: Vec<Vec<f64>> = all.iter().map(|(_, values)| deviations(values)).collect();
        let scale = 1.0 / (self.count as f64 - 1.0);
        let product = |i: usize, j: usize| -> f64 {
            centred[i].iter().zip(&centred[j]).map(|(a, b)| a * b).sum::<f64>() * scale
        };
        let values = all.iter().map(|(value, _)| *value).collect();
        Ok((values, Matrix::from_fn(ratios.len(), ratios.len(), product)))
    }

    /// Number of replicates.
    pub fn replicates(&self) -> usize {
        self.count
    }

    /// Degrees of freedom, R − 1.
    pub fn df(&self) -> f64 {
        self.count as f64 - 1.0
    }

    fn ratios(&self, top: Place, bottom: Place) -> Result<(f64, Vec<f64>), Reason> {
        let (top, bottom) = (self.index(top)?, self.index(bottom)?);
        let ratio = |sums: &[f64]| match sums[bottom] {
            0.0 => Err(Reason::ZeroDenominator),
            below => Ok(sums[top] / below),
        };
        let values = self.each().map(ratio).collect::<Result<_, _>>()?;
        Ok((ratio(&self.full)?, values))
    }

    /// The totals of each replicate; where there are none to make, there are no replicates of them.
    fn each(&self) -> impl Iterator<Item = &[f64]> {
        self.replicates.chunks_exact(self.full.len().max(1))
    }

    fn index(&self, (classification, class, column): Place) -> Result<usize, Reason> {
        let start = *self.starts.get(classification).ok_or(Reason::OutOfRange)?;
        let last = self.full.len() / self.columns.max(1);
        let end = self.starts.get(classification + 1).copied().unwrap_or(last);
        let at = start.saturating_add(class as usize);
        if at < end && column < self.columns {
            Ok(at * self.columns + column)
        } else {
            Err(Reason::OutOfRange)
        }
    }
}

fn deviations(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|v| v - mean).collect()
}

/// With divisor R − 1.
fn variance(values: &[f64]) -> f64 {
    deviations(values).iter().map(|d| d * d).sum::<f64>() / (values.len() as f64 - 1.0)
}

#[cfg(test)]
#[path = "bootstrap_tests.rs"]
mod tests;
