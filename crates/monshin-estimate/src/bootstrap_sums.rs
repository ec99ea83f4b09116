//! Totals by class in every bootstrap replicate: the tables of a report with their spread.

use crate::bootstrap::Bootstrap;
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
    replicates: Vec<Vec<f64>>,
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
        let full = plan.add(&adjusted(base.to_vec())?);
        let run = |range: std::ops::Range<usize>| -> Result<Vec<Vec<f64>>, Reason> {
            let (mut weights, mut counts) = (vec![1.0; base.len()], Vec::new());
            let mut sums = Vec::with_capacity(range.len());
            for replicate in range {
                weights.fill(1.0);
                self.multipliers_into(replicate, &mut weights, &mut counts);
                weights.iter_mut().zip(base).for_each(|(m, w)| *m *= w);
                sums.push(match adjust {
                    None => plan.add(&weights),
                    Some(adjust) => plan.add(&adjust(&weights)?),
                });
            }
            Ok(sums)
        };
        let share = replicates.div_ceil(threads.clamp(1, replicates));
        let ranges = (0..replicates).step_by(share).map(|from| from..(from + share).min(replicates));
        let parts: Vec<Result<Vec<Vec<f64>>, Reason>> = thread::scope(|scope| {
            let workers: Vec<_> = ranges.map(|range| scope.spawn(|| run(range))).collect();
            // A worker that panics has met a fault of ours; it is passed on.
            let wait = |w: thread::ScopedJoinHandle<'_, _>| match w.join() {
                Ok(part) => part,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            workers.into_iter().map(wait).collect()
        });
        let mut all = Vec::with_capacity(replicates);
        for part in parts {
            all.extend(part?);
        }
        Ok(ReplicateSums { columns: wanted.columns.len(), starts: plan.starts, full, replicates: all })
    }
}

/// Rows in the order of their joint class, so that each joint class is added up once.
struct Plan {
    /// Columns rounded up to whole lanes.
    lanes: usize,
    columns: usize,
    order: Vec<u32>,
    /// Values of the ordered rows, `lanes × LANE` each.
    values: Vec<f64>,
    /// End of each joint class in `order`, and the class it has in each classification.
    runs: Vec<(usize, Vec<u32>)>,
    starts: Vec<usize>,
    classes: usize,
}

const LANE: usize = 4;

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
        let lanes = columns.div_ceil(LANE);
        let mut values = vec![0.0; n * lanes * LANE];
        let mut runs: Vec<(usize, Vec<u32>)> = Vec::new();
        for (place, &row) in order.iter().enumerate() {
            let class = joint(row as usize);
            match runs.last_mut().filter(|(_, last)| *last == class) {
                Some(run) => run.0 = place + 1,
                None => runs.push((place + 1, class)),
            }
            for (k, column) in wanted.columns.iter().enumerate() {
                values[place * lanes * LANE + k] = column[row as usize];
            }
        }
        let mut starts = Vec::with_capacity(wanted.classes.len());
        let mut classes = 0;
        for of_row in wanted.classes {
            starts.push(classes);
            classes += of_row.iter().filter(|c| **c != NO_CLASS).max().map_or(0, |c| *c as usize + 1);
        }
        Ok(Self { lanes, columns, order, values, runs, starts, classes })
    }

    /// Σ weight × value by class and column.
    fn add(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.classes * self.columns];
        let mut total = vec![[0.0; LANE]; self.lanes];
        let mut from = 0;
        for (to, class) in &self.runs {
            total.fill([0.0; LANE]);
            let values = &self.values[from * self.lanes * LANE..to * self.lanes * LANE];
            let rows = values.chunks_exact(self.lanes * LANE);
            for (row, values) in self.order[from..*to].iter().zip(rows) {
                let w = weights[*row as usize];
                for (sum, v) in total.iter_mut().zip(values.chunks_exact(LANE)) {
                    sum.iter_mut().zip(v).for_each(|(s, v)| *s += w * v);
                }
            }
            for (start, class) in self.starts.iter().zip(class).filter(|(_, class)| **class != NO_CLASS) {
                let at = (start + *class as usize) * self.columns;
                let into = &mut sums[at..at + self.columns];
                into.iter_mut().zip(total.as_flattened()).for_each(|(sum, t)| *sum += t);
            }
            from = *to;
        }
        sums
    }
}

/// The place of a total: classification, class, column.
pub type Place = (usize, u32, usize);

impl ReplicateSums {
    /// The total at a place and its standard error. 0 classes away from any row is a total of 0.
    pub fn total(&self, place: Place) -> Result<(f64, f64), Reason> {
        let at = self.index(place)?;
        let values: Vec<f64> = self.replicates.iter().map(|r| r[at]).collect();
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
        let scale = 1.0 / (self.replicates.len() as f64 - 1.0);
        let product = |i: usize, j: usize| -> f64 {
            centred[i].iter().zip(&centred[j]).map(|(a, b)| a * b).sum::<f64>() * scale
        };
        let values = all.iter().map(|(value, _)| *value).collect();
        Ok((values, Matrix::from_fn(ratios.len(), ratios.len(), product)))
    }

    /// Number of replicates.
    pub fn replicates(&self) -> usize {
        self.replicates.len()
    }

    /// Degrees of freedom, R − 1.
    pub fn df(&self) -> f64 {
        self.replicates.len() as f64 - 1.0
    }

    fn ratios(&self, top: Place, bottom: Place) -> Result<(f64, Vec<f64>), Reason> {
        let (top, bottom) = (self.index(top)?, self.index(bottom)?);
        let ratio = |sums: &Vec<f64>| match sums[bottom] {
            0.0 => Err(Reason::ZeroDenominator),
            below => Ok(sums[top] / below),
        };
        let values = self.replicates.iter().map(ratio).collect::<Result<_, _>>()?;
        Ok((ratio(&self.full)?, values))
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
