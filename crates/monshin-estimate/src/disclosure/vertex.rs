//! Walking from one possible world to another: the simplex method from a solution that is known.
//!
//! The true counts solve the equations, so no search for a first solution is needed. Every corner
//! with whole numbers is a world that agrees with all that is printed; the least and the greatest
//! value seen of each cell are therefore attained for sure.

/// Entries smaller than this are rounding.
const TINY: f64 = 1e-9;
/// Steps without progress after which the rule that cannot cycle takes over.
const PATIENCE: usize = 40;
/// Steps after which a direction is given up; what was seen until then stays true.
const MOST_STEPS: usize = 20_000;

/// Equations A x = b, x ≥ 0 in the form of a basis, at one of their solutions.
pub(super) struct Walk {
    rows: Vec<Vec<f64>>,
    /// By row, the column that it gives.
    basis: Vec<usize>,
    /// By column, its row.
    row_of: Vec<Option<usize>>,
    x: Vec<f64>,
    truth: Vec<i64>,
    /// Least and greatest whole value of each column so far, with the world in which it was seen.
    seen: Vec<[(i64, usize); 2]>,
    /// Columns in which each world is not the true one; the first world is.
    worlds: Vec<Vec<usize>>,
}

/// Which way to walk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Walk {
    /// From the solution `truth` of the equations with these left sides.
    pub fn from(truth: &[i64], equations: &[Vec<(usize, i64)>]) -> Walk {
        let columns = truth.len();
        let mut walk = Walk {
            rows: Vec::new(),
            basis: Vec::new(),
            row_of: vec![None; columns],
            x: truth.iter().map(|&value| value as f64).collect(),
            truth: truth.to_vec(),
            seen: truth.iter().map(|&value| [(value, 0); 2]).collect(),
            worlds: vec![Vec::new()],
        };
        for terms in equations {
            let mut row = vec![0.0; columns];
            terms.iter().for_each(|&(column, k)| row[column] += k as f64);
            walk.add_row(row);
        }
        walk.go_to_a_corner();
        walk
    }

    /// Least and greatest whole value of a column seen so far: both are possible.
    pub fn seen(&self, column: usize) -> (i64, i64) {
        let [low, high] = self.seen[column];
        (low.0, high.0)
    }

    /// Columns in which one of the two worlds differs from the true one.
    pub fn changed(&self, column: usize) -> Vec<usize> {
        let [low, high] = self.seen[column];
        let mut changed = [self.worlds[low.1].as_slice(), &self.worlds[high.1]].concat();
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// Walks until the column has been seen with two values `enough` apart, or cannot be.
    /// The greatest value is [`i64::MAX`] where nothing limits it.
    pub fn explore(&mut self, column: usize, enough: i64) {
        for way in [Way::Up, Way::Down] {
            let far = |walk: &Walk| walk.seen(column).1.saturating_sub(walk.seen(column).0) >= enough;
            if far(self) {
                return;
            }
            self.walk(column, way, far);
        }
    }

    fn add_row(&mut self, mut row: Vec<f64>) {
        for (at, &column) in self.basis.iter().enumerate() {
            subtract(&mut row, &self.rows[at], column);
        }
        let pivot = (0..row.len()).filter(|&j| row[j].abs() > TINY).min_by_key(|&j| {
            // An entry of ±1 keeps the numbers whole.
            (((row[j].abs() - 1.0).abs() * 1e6) as i64, j)
        });
        let Some(column) = pivot else { return };
        let scale = row[column];
        row.iter_mut().for_each(|v| *v = tidy(*v / scale));
        for other in &mut self.rows {
            subtract(other, &row, column);
        }
        self.row_of[column] = Some(self.rows.len());
        self.basis.push(column);
        self.rows.push(row);
    }

    /// Lowers what is outside the basis to 0, column by column.
    fn go_to_a_corner(&mut self) {
        for column in 0..self.x.len() {
            if self.row_of[column].is_some() || self.x[column] < TINY {
                continue;
            }
            let limit = |at: usize| {
                let k = -self.rows[at][column];
                (k > TINY).then(|| self.x[self.basis[at]] / k)
            };
            let tightest = self.tightest(limit, false);
            match tightest.filter(|(_, step)| *step < self.x[column]) {
                Some((at, step)) => {
                    self.shift(column, -step);
                    self.pivot(at, column);
                }
                None => {
                    let whole = self.x[column];
                    self.shift(column, -whole);
                    self.x[column] = 0.0;
                }
            }
        }
        self.remember();
    }

    fn walk(&mut self, target: usize, way: Way, is_enough: impl Fn(&Walk) -> bool) {
        let mut idle = 0;
        for _ in 0..MOST_STEPS {
            let careful = idle > PATIENCE;
            let Some(entering) = self.entering(target, way, careful) else { return };
            let limit = |at: usize| {
                let k = self.rows[at][entering];
                (k > TINY).then(|| self.x[self.basis[at]] / k)
            };
            let Some((at, step)) = self.tightest(limit, careful) else {
                // Nothing limits it, so nothing limits the target either.
                if way == Way::Up {
                    self.seen[target][1] = (i64::MAX, self.worlds.len());
                    // Along this direction, so what changes is all that moves with it.
                    self.worlds.push((0..self.x.len()).collect());
                }
                return;
            };
            self.shift(entering, step);
            self.pivot(at, entering);
            if step > TINY {
                idle = 0;
                self.remember();
                if is_enough(self) {
                    return;
                }
            } else {
                idle += 1;
            }
        }
    }

    /// A column outside the basis whose growth moves the target the wanted way.
    fn entering(&self, target: usize, way: Way, careful: bool) -> Option<usize> {
        let Some(at) = self.row_of[target] else {
            return (way == Way::Up).then_some(target);
        };
        let row = &self.rows[at];
        let gain = |j: usize| if way == Way::Up { -row[j] } else { row[j] };
        let mut free = (0..row.len()).filter(|&j| j != target && self.row_of[j].is_none() && gain(j) > TINY);
        if careful {
            return free.next();
        }
        free.max_by(|&a, &b| gain(a).total_cmp(&gain(b)).then(b.cmp(&a)))
    }

    /// The row that stops first, and after which step.
    fn tightest(&self, limit: impl Fn(usize) -> Option<f64>, careful: bool) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for at in 0..self.rows.len() {
            let Some(step) = limit(at) else { continue };
            let better = best.is_none_or(|(have, least)| {
                step < least - TINY || (careful && step < least + TINY && self.basis[at] < self.basis[have])
            });
            if better {
                best = Some((at, step.max(0.0)));
            }
        }
        best
    }

    /// Raises a column outside the basis; the basis follows.
    fn shift(&mut self, column: usize, step: f64) {
        if step == 0.0 {
            return;
        }
        self.x[column] += step;
        for (at, &basic) in self.basis.iter().enumerate() {
            let k = self.rows[at][column];
            if k != 0.0 {
                self.x[basic] = tidy(self.x[basic] - k * step).max(0.0);
            }
        }
    }

    fn pivot(&mut self, at: usize, column: usize) {
        let scale = self.rows[at][column];
        let mut row = std::mem::take(&mut self.rows[at]);
        if scale != 1.0 {
            row.iter_mut().for_each(|v| *v = tidy(*v / scale));
        }
        let filled: Vec<usize> = (0..row.len()).filter(|&j| row[j] != 0.0).collect();
        for other in self.rows.iter_mut().filter(|other| !other.is_empty()) {
            let k = other[column];
            if k != 0.0 {
                filled.iter().for_each(|&j| other[j] = tidy(other[j] - k * row[j]));
                other[column] = 0.0;
            }
        }
        self.rows[at] = row;
        self.row_of[self.basis[at]] = None;
        self.x[self.basis[at]] = if self.x[self.basis[at]] < 1e-7 { 0.0 } else { self.x[self.basis[at]] };
        self.basis[at] = column;
        self.row_of[column] = Some(at);
    }

    /// Notes a corner whose numbers are all whole.
    fn remember(&mut self) {
        if self.x.iter().any(|v| (v - v.round()).abs() > 1e-6) {
            return;
        }
        let world = self.worlds.len();
        let mut is_new = false;
        for (value, [low, high]) in self.x.iter().zip(&mut self.seen) {
            let value = value.round() as i64;
            if value < low.0 {
                (*low, is_new) = ((value, world), true);
            }
            if value > high.0 {
                (*high, is_new) = ((value, world), true);
            }
        }
        if is_new {
            let differs = |at: &usize| self.x[*at].round() as i64 != self.truth[*at];
            self.worlds.push((0..self.x.len()).filter(differs).collect());
        }
    }
}

fn subtract(row: &mut [f64], pivot: &[f64], column: usize) {
    let k = row[column];
    if k != 0.0 {
        row.iter_mut().zip(pivot).filter(|(_, p)| **p != 0.0).for_each(|(v, p)| *v = tidy(*v - k * p));
        row[column] = 0.0;
    }
}

/// A number next to a whole one is that number.
fn tidy(value: f64) -> f64 {
    let whole = value.round();
    if (value - whole).abs() < TINY { whole } else { value }
}
