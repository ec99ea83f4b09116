//! The attack: what everything printed says about each withheld cell.

use super::System;
use super::simplex::Feasible;

/// Smallest and largest value of a withheld cell that agree with everything printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Lowest.
    pub low: i64,
    /// Highest; [`i64::MAX`] where nothing limits it.
    pub high: i64,
    /// Are both attained by whole numbers for sure? Otherwise they may be too wide, and the cell does
    /// not count as safe.
    pub exact: bool,
}

impl Bounds {
    /// high − low.
    pub fn width(&self) -> i64 {
        self.high.saturating_sub(self.low)
    }
}

/// A withheld cell with what the attacker learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Position of the cell.
    pub cell: usize,
    /// What is learned.
    pub bounds: Bounds,
}

impl Finding {
    /// Does what is printed leave at least `width` whole steps open?
    pub fn is_safe(&self, width: i64) -> bool {
        self.bounds.exact && self.bounds.width() >= width.max(1)
    }

    /// Is the cell known exactly?
    pub fn is_disclosed(&self) -> bool {
        self.bounds.low == self.bounds.high
    }
}

/// Branches tried per bound before giving up on whole numbers.
const MAX_BRANCHES: usize = 2_000;

impl System {
    /// Bounds of every withheld cell, in order of position. Cells are whole and at least 0.
    ///
    /// `None` when the true values themselves contradict the equations.
    pub fn bounds(&self) -> Option<Vec<Finding>> {
        let unknown: Vec<usize> = (0..self.cells.len()).filter(|&i| !self.cells[i].published).collect();
        if !self.holds() {
            return None;
        }
        let equations = self.reduced(&unknown);
        let problem = Integer { equations, columns: unknown.len() };
        let mut findings = Vec::with_capacity(unknown.len());
        let start = Feasible::new(&problem.equations, problem.columns)?;
        for (column, &cell) in unknown.iter().enumerate() {
            let truth = self.cells[cell].value;
            let (low, low_exact) = problem.extreme(&start, column, -1.0, truth);
            let (high, high_exact) = problem.extreme(&start, column, 1.0, truth);
            let bounds = Bounds { low: low.max(0), high, exact: low_exact && high_exact };
            findings.push(Finding { cell, bounds });
        }
        Some(findings)
    }

    /// Do the true values satisfy every equation?
    pub fn holds(&self) -> bool {
        self.equations
            .iter()
            .all(|e| e.terms.iter().map(|(cell, k)| k * self.cells[*cell].value).sum::<i64>() == e.right)
    }

    /// The equations over the unknown cells, printed cells moved to the right side.
    fn reduced(&self, unknown: &[usize]) -> Vec<(Vec<f64>, f64)> {
        let mut column = vec![usize::MAX; self.cells.len()];
        unknown.iter().enumerate().for_each(|(k, &cell)| column[cell] = k);
        let mut equations = Vec::new();
        for e in &self.equations {
            let mut terms = vec![0.0; unknown.len()];
            let mut right = e.right as f64;
            for (cell, k) in &e.terms {
                match column[*cell] {
                    usize::MAX => right -= (*k * self.cells[*cell].value) as f64,
                    place => terms[place] += *k as f64,
                }
            }
            if terms.iter().any(|t| *t != 0.0) {
                equations.push((terms, right));
            }
        }
        equations
    }
}

struct Integer {
    equations: Vec<(Vec<f64>, f64)>,
    columns: usize,
}

impl Integer {
    /// The extreme whole value of a column in the direction of `sign`, and whether it is attained.
    /// `truth` is a value known to be possible.
    fn extreme(&self, start: &Feasible, column: usize, sign: f64, truth: i64) -> (i64, bool) {
        let mut cost = vec![0.0; self.columns];
        cost[column] = sign;
        let Some(relaxed) = start.optimum(&cost) else {
            return (if sign > 0.0 { i64::MAX } else { 0 }, sign > 0.0);
        };
        let bound = (relaxed.value + 1e-6).floor();
        if is_whole(&relaxed.point) {
            return ((sign * bound) as i64, true);
        }
        // Fractional corner: branch and bound for the best whole point.
        let mut best = sign * truth as f64;
        let mut open = vec![Vec::<(usize, f64, f64)>::new()];
        let mut tried = 0;
        while let Some(limits) = open.pop() {
            tried += 1;
            if tried > MAX_BRANCHES {
                return ((sign * bound) as i64, false);
            }
            let Some((value, point)) = self.limited(&limits, &cost) else {
                continue;
            };
            if (value + 1e-6).floor() <= best {
                continue;
            }
            match point.iter().position(|v| (v - v.round()).abs() > 1e-6) {
                None => best = value.round(),
                Some(k) => {
                    for (direction, limit) in [(1.0, point[k].floor()), (-1.0, -point[k].ceil())] {
                        let mut next = limits.clone();
                        next.push((k, direction, limit));
                        open.push(next);
                    }
                }
            }
            if best >= bound {
                break;
            }
        }
        ((sign * best) as i64, true)
    }

    /// The programme with extra limits `direction · x_k ≤ limit`, each with a slack of its own.
    fn limited(&self, limits: &[(usize, f64, f64)], cost: &[f64]) -> Option<(f64, Vec<f64>)> {
        let columns = self.columns + limits.len();
        let mut equations: Vec<(Vec<f64>, f64)> = self.equations.clone();
        equations.iter_mut().for_each(|(terms, _)| terms.resize(columns, 0.0));
        for (s, (k, direction, limit)) in limits.iter().enumerate() {
            let mut terms = vec![0.0; columns];
            terms[*k] = *direction;
            terms[self.columns + s] = 1.0;
            equations.push((terms, *limit));
        }
        let mut cost = cost.to_vec();
        cost.resize(columns, 0.0);
        let mut optimum = Feasible::new(&equations, columns)?.optimum(&cost)?;
        optimum.point.truncate(self.columns);
        Some((optimum.value, optimum.point))
    }
}

fn is_whole(point: &[f64]) -> bool {
    point.iter().all(|v| (v - v.round()).abs() <= 1e-6)
}
