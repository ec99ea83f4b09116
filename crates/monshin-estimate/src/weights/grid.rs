//! Raking where a cell is every combination of the margins, present or not.

use super::WeightingError;
use super::rake::{
    Margin, Raked, Raking, Worst, check_levels, consistent_totals, fit_all, not_converged, rake,
};

/// Weights of all combinations, the last margin counting fastest, as a matrix: its rows are the
/// combinations of the first margins (the head), its columns those of the others (the tail).
///
/// What raking multiplies a cell by is a factor of its row times one of its column, so a round needs the
/// cells twice: added up over the columns, for the margins of the head, and over the rows, for those of the
/// tail. The margins are met in the same order as by [`rake`], and the result is the same but for rounding.
pub(super) struct Grid<'a> {
    cells: &'a [f64],
    head: Side<'a>,
    tail: Side<'a>,
    margins: &'a [Margin<'a>],
}

/// Some of the margins, and the level of each in each of their combinations.
struct Side<'a> {
    margins: &'a [Margin<'a>],
    levels: Vec<Vec<u32>>,
    size: usize,
}

impl<'a> Side<'a> {
    fn new(margins: &'a [Margin<'a>]) -> Self {
        let size = combinations(margins);
        let mut levels = Vec::with_capacity(margins.len());
        let mut inner = size;
        for margin in margins {
            let count = margin.totals.len().max(1);
            inner /= count;
            levels.push((0..size).map(|cell| (cell / inner % count) as u32).collect());
        }
        Self { margins, levels, size }
    }

    fn on_cells(&self) -> Vec<Margin<'_>> {
        let both = self.levels.iter().zip(self.margins);
        both.map(|(levels, margin)| Margin { levels, totals: margin.totals }).collect()
    }
}

fn combinations(margins: &[Margin<'_>]) -> usize {
    margins.iter().map(|m| m.totals.len().max(1)).product()
}

impl<'a> Grid<'a> {
    /// `cells` holds a weight for every combination of the levels of `margins`.
    pub(super) fn new(cells: &'a [f64], margins: &'a [Margin<'a>]) -> Self {
        // What a round costs beside reading the cells.
        let cost = |split: &usize| {
            let (head, tail) = margins.split_at(*split);
            head.len() * combinations(head) + tail.len() * combinations(tail)
        };
        let split = (0..=margins.len()).min_by_key(cost).unwrap_or(0);
        let (head, tail) = margins.split_at(split);
        Self { cells, head: Side::new(head), tail: Side::new(tail), margins }
    }

    /// A factor for every cell, 0 for those without weight, and the report, whose own factors are left empty.
    pub(super) fn rake(&self, options: &Raking) -> Result<(Vec<f64>, Raked), WeightingError> {
        let (head, tail) = (self.head.on_cells(), self.tail.on_cells());
        let mut rows = vec![1.0; self.head.size];
        let mut columns = vec![1.0; self.tail.size];
        let sums = [(self.over_columns(&columns), &head, 0), (self.over_rows(&rows), &tail, head.len())];
        for (sums, margins, first) in &sums {
            for (m, margin) in margins.iter().enumerate() {
                check_levels(sums, margin, first + m, options.allow_zero)?;
            }
        }
        let (totals, rescaled) = consistent_totals(self.margins, options)?;
        let (head_totals, tail_totals) = totals.split_at(head.len());
        let mut worst = Worst::default();
        for round in 1..=options.max_rounds {
            worst = Worst::default();
            fit(&mut rows, self.over_columns(&columns), |new| {
                fit_all(new, &head, head_totals, 0, &mut worst);
            });
            fit(&mut columns, self.over_rows(&rows), |new| {
                fit_all(new, &tail, tail_totals, head.len(), &mut worst);
            });
            if worst.error <= options.tolerance {
                let factors = self.factors(&rows, &columns);
                if factors.iter().any(|factor| !factor.is_finite()) {
                    return self.cell_by_cell(options);
                }
                let raked = Raked { factors: Vec::new(), rounds: round, worst_error: worst.error, rescaled };
                return Ok((factors, raked));
            }
            if !worst.error.is_finite() {
                return self.cell_by_cell(options);
            }
        }
        let new: Vec<f64> =
            self.factors(&rows, &columns).iter().zip(self.cells).map(|(g, w)| g * w).collect();
        let all = Side::new(self.margins);
        Err(not_converged(&new, &all.on_cells(), &totals, options, &worst))
    }

    /// For weights so far apart that a factor of a row or a column is no number though those of the cells are.
    fn cell_by_cell(&self, options: &Raking) -> Result<(Vec<f64>, Raked), WeightingError> {
        let all = Side::new(self.margins);
        let mut raked = rake(self.cells, &all.on_cells(), options)?;
        Ok((std::mem::take(&mut raked.factors), raked))
    }

    fn lines(&self) -> std::slice::ChunksExact<'_, f64> {
        self.cells.chunks_exact(self.tail.size)
    }

    /// Each row's sum of weight × factor of the column.
    fn over_columns(&self, factors: &[f64]) -> Vec<f64> {
        self.lines().map(|line| dot(line, factors)).collect()
    }

    /// Each column's sum of weight × factor of the row.
    fn over_rows(&self, factors: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.tail.size];
        for (line, factor) in self.lines().zip(factors) {
            sums.iter_mut().zip(line).for_each(|(sum, w)| *sum += w * factor);
        }
        sums
    }

    fn factors(&self, rows: &[f64], columns: &[f64]) -> Vec<f64> {
        let mut factors = Vec::with_capacity(self.cells.len());
        for (line, row) in self.lines().zip(rows) {
            let of = |(w, column): (&f64, &f64)| if *w > 0.0 { row * column } else { 0.0 };
            factors.extend(line.iter().zip(columns).map(of));
        }
        factors
    }
}

/// Fits the weights that `factors` make of `sums`, and takes what they were multiplied by into the factors.
fn fit(factors: &mut [f64], sums: Vec<f64>, fit: impl FnOnce(&mut [f64])) {
    let mut new: Vec<f64> = sums.iter().zip(&*factors).map(|(sum, factor)| sum * factor).collect();
    fit(&mut new);
    for (factor, (new, sum)) in factors.iter_mut().zip(new.iter().zip(sums)) {
        if sum > 0.0 {
            *factor = new / sum;
        }
    }
}

/// Σ ab, eight sums by turns: an addition need not wait for the one before it.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a, b) = (a.chunks(8), b.chunks(8));
    for (a, b) in a.zip(b) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    /// A grid of 3 × 4 × 2 with gaps, and totals that weights of its cells add up to.
    fn made_up() -> (Vec<f64>, [Vec<f64>; 3]) {
        let mut stream = Stream::new(4, 2, 0);
        let mut totals = [vec![0.0; 3], vec![0.0; 4], vec![0.0; 2]];
        let mut cells = Vec::new();
        for cell in 0..24 {
            let weight = if stream.below(4) == 0 { 0.0 } else { 0.5 + stream.unit() };
            let wanted = weight * (0.4 + stream.unit());
            totals[0][cell / 8] += wanted;
            totals[1][cell / 2 % 4] += wanted;
            totals[2][cell % 2] += wanted;
            cells.push(weight);
        }
        (cells, totals)
    }

    #[test]
    fn the_grid_gives_what_the_cells_give() {
        let (cells, totals) = made_up();
        let nothing = Vec::new();
        let margins: Vec<Margin<'_>> =
            totals.iter().map(|totals| Margin { levels: &nothing, totals }).collect();
        let all = Side::new(&margins);
        for (tolerance, max_rounds) in [(1e-12, 1_000), (1e-3, 1_000), (1e-12, 3)] {
            let options = Raking { tolerance, max_rounds, ..Raking::default() };
            let by_grid = Grid::new(&cells, &margins).rake(&options);
            let by_cell = rake(&cells, &all.on_cells(), &options);
            match (by_grid, by_cell) {
                (Ok((factors, report)), Ok(raked)) => {
                    assert_eq!(report.rounds, raked.rounds);
                    let off = factors.iter().zip(&raked.factors).map(|(a, b)| (a - b).abs());
                    assert!(off.fold(0.0, f64::max) < 1e-12);
                }
                (Err(WeightingError::NotConverged { rounds, .. }), Err(other)) => {
                    assert_eq!(rounds, 3);
                    assert!(matches!(other, WeightingError::NotConverged { rounds: 3, .. }), "{other}");
                }
                (a, b) => panic!("{a:?} {b:?}"),
            }
        }
    }

    #[test]
    fn a_total_that_no_cell_can_meet_is_told_as_by_the_cells() {
        let (mut cells, totals) = made_up();
        let nothing = Vec::new();
        let margins: Vec<Margin<'_>> =
            totals.iter().map(|totals| Margin { levels: &nothing, totals }).collect();
        cells[8..16].fill(0.0);
        let refused = Grid::new(&cells, &margins).rake(&Raking::default());
        assert_eq!(refused.err(), Some(WeightingError::EmptyLevel { margin: 0, level: 1 }));
    }
}
