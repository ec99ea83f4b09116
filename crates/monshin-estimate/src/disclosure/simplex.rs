//! A small linear programme: maximise one variable over A x = b, x ≥ 0.

const EPSILON: f64 = 1e-9;

/// The dense tableau after phase one: a feasible basis of A x = b, x ≥ 0.
#[derive(Clone)]
pub(super) struct Feasible {
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
    columns: usize,
}

/// What a linear programme ends with.
pub(super) struct Optimum {
    pub value: f64,
    pub point: Vec<f64>,
}

impl Feasible {
    /// `None` when no x ≥ 0 solves the equations.
    pub fn new(equations: &[(Vec<f64>, f64)], columns: usize) -> Option<Self> {
        let m = equations.len();
        let mut rows = Vec::with_capacity(m);
        for (i, (terms, right)) in equations.iter().enumerate() {
            let sign = if *right < 0.0 { -1.0 } else { 1.0 };
            let mut row: Vec<f64> = terms.iter().map(|v| sign * v).collect();
            row.extend((0..m).map(|k| if k == i { 1.0 } else { 0.0 }));
            row.push(sign * right);
            rows.push(row);
        }
        let mut tableau = Self { rows, basis: (columns..columns + m).collect(), columns: columns + m };
        // Phase one: drive the artificial variables to zero.
        let cost: Vec<f64> = (0..columns + m).map(|j| if j < columns { 0.0 } else { -1.0 }).collect();
        let left = tableau.maximise(&cost)?;
        if left < -1e-7 {
            return None;
        }
        tableau.expel_artificials(columns);
        Some(tableau)
    }

    /// Largest value of Σ cost·x, and where. `None` when unbounded or not settled.
    pub fn optimum(&self, cost: &[f64]) -> Option<Optimum> {
        let mut tableau = self.clone();
        let value = tableau.maximise(cost)?;
        let mut point = vec![0.0; self.columns];
        for (row, &basic) in tableau.rows.iter().zip(&tableau.basis) {
            point[basic] = row[self.columns];
        }
        Some(Optimum { value, point })
    }

    /// Simplex steps with the lowest-index rule, which cannot cycle.
    fn maximise(&mut self, cost: &[f64]) -> Option<f64> {
        let last = self.columns;
        for _ in 0..100_000 {
            let price: Vec<f64> = self.basis.iter().map(|b| cost[*b]).collect();
            let gain =
                |j: usize| cost[j] - self.rows.iter().zip(&price).map(|(row, p)| p * row[j]).sum::<f64>();
            let Some(entering) = (0..self.columns).find(|&j| gain(j) > EPSILON) else {
                return Some(self.rows.iter().zip(&price).map(|(row, p)| p * row[last]).sum());
            };
            let mut leaving: Option<(usize, f64)> = None;
            for (i, row) in self.rows.iter().enumerate().filter(|(_, r)| r[entering] > EPSILON) {
                let ratio = row[last] / row[entering];
                let better = leaving.is_none_or(|(k, best)| {
                    ratio < best - EPSILON || (ratio < best + EPSILON && self.basis[i] < self.basis[k])
                });
                if better {
                    leaving = Some((i, ratio));
                }
            }
            self.pivot(leaving?.0, entering);
        }
        None
    }

    fn pivot(&mut self, pivot: usize, column: usize) {
        let scale = self.rows[pivot][column];
        self.rows[pivot].iter_mut().for_each(|v| *v /= scale);
        let chosen = self.rows[pivot].clone();
        for (i, row) in self.rows.iter_mut().enumerate() {
            let factor = row[column];
            if i != pivot && factor != 0.0 {
                row.iter_mut().zip(&chosen).for_each(|(v, c)| *v -= factor * c);
            }
        }
        self.basis[pivot] = column;
    }

    /// Removes the artificial columns, and the rows that turn out to say nothing new.
    fn expel_artificials(&mut self, columns: usize) {
        let mut i = 0;
        while i < self.rows.len() {
            if self.basis[i] >= columns {
                match (0..columns).find(|&j| self.rows[i][j].abs() > 1e-7) {
                    Some(j) => self.pivot(i, j),
                    None => {
                        self.rows.swap_remove(i);
                        self.basis.swap_remove(i);
                        continue;
                    }
                }
            }
            i += 1;
        }
        for row in &mut self.rows {
            let right = row[self.columns];
            row.truncate(columns);
            row.push(right);
        }
        self.columns = columns;
    }
}
