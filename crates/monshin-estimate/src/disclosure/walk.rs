//! Walking from one possible world to another: the simplex method from a solution that is known.
//!
//! The true counts solve the equations, so no search for a first solution is needed, and they need not
//! be a corner: what is outside the basis may have any value, and moves up or down. Only what moves the
//! target moves, so the worlds that are met differ little from the true one. What is met with whole
//! numbers is a proposal; [`super::worlds`] checks it in whole numbers.

use super::worlds::MOST;

/// Entries smaller than this are rounding.
const TINY: f64 = 1e-9;
/// Steps without progress after which the rule that cannot cycle takes over.
const PATIENCE: usize = 40;
/// Steps after which a direction is given up; what was met until then stays true.
const MOST_STEPS: usize = 2_000;

/// Equations A x = b, x ≥ 0 in the form of a basis, at one of their solutions.
///
/// Column 0 is the target. Columns from `locks_from` on are printed figures: as long as they are locked
/// they keep their value, and are there to say which of them hold the target back.
pub(super) struct Walk {
    rows: Vec<Vec<f64>>,
    /// By row, the column that it gives.
    basis: Vec<usize>,
    /// By column, its row.
    row_of: Vec<Option<usize>>,
    x: Vec<f64>,
    start: Vec<i64>,
    locks_from: usize,
    is_locked: Vec<bool>,
    /// Worlds met, as what differs from the start, without the target and the locks.
    met: Vec<Vec<(usize, i64)>>,
    /// Least and greatest whole value of the target so far.
    seen: (i64, i64),
    /// Rounding has grown so large that this is no solution any more. What was met before stays true.
    is_lost: bool,
    /// The last way was gone to its end, where the target is as far as it can be, whole or not.
    has_arrived: bool,
}

/// Which way to walk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

const TARGET: usize = 0;

/// What stops a step.
enum Stop {
    /// The target has gone far enough.
    Enough,
    /// The column that moves is 0.
    Itself,
    /// A row of the basis is 0.
    Row(usize),
}

impl Walk {
    /// From the solution `start` of the equations with these left sides.
    pub fn from(start: &[i64], locks_from: usize, equations: &[Vec<(usize, i64)>]) -> Walk {
        let columns = start.len();
        let mut walk = Walk {
            rows: Vec::new(),
            basis: Vec::new(),
            row_of: vec![None; columns],
            x: start.iter().map(|&value| value as f64).collect(),
            start: start.to_vec(),
            locks_from,
            is_locked: (0..columns).map(|at| at >= locks_from).collect(),
            met: Vec::new(),
            seen: (start[TARGET], start[TARGET]),
            is_lost: false,
            has_arrived: false,
        };
        for terms in equations {
            let mut row = vec![0.0; columns];
            terms.iter().for_each(|&(column, k)| row[column] += k as f64);
            walk.add_row(row);
        }
        walk
    }

    /// What was met since this was asked last.
    pub fn take_met(&mut self) -> Vec<Vec<(usize, i64)>> {
        std::mem::take(&mut self.met)
    }

    /// The target at the end of the last way; `None` where it was not reached, or there is none.
    pub fn end(&self) -> Option<f64> {
        self.has_arrived.then(|| self.x[TARGET])
    }

    /// From now on a lock moves like everything else.
    pub fn unlock(&mut self, column: usize) {
        self.is_locked[column] = false;
    }

    /// Walks until values `enough` apart were seen of the target, or it goes no farther this way.
    /// Gives the locked columns that hold it back; none once it has lost its way, and then a new walk helps.
    pub fn explore(&mut self, way: Way, enough: i64) -> Vec<usize> {
        let mut idle = 0;
        self.has_arrived = false;
        for _ in 0..MOST_STEPS {
            if self.is_lost {
                return Vec::new();
            }
            if self.seen.1.saturating_sub(self.seen.0) >= enough {
                return Vec::new();
            }
            let careful = idle > PATIENCE;
            let Some((entering, sign)) = self.entering(way, careful) else {
                self.has_arrived = true;
                break;
            };
            let (stop, step) = self.first_stop(entering, sign, careful, self.needed(way, enough, entering));
            let Some(stop) = stop else { break };
            if step > step.floor() + 1e-7 && step >= 1.0 {
                // Between the corners there may be whole numbers where the corner has none.
                self.shift(entering, sign * step.floor());
                self.remember();
                self.shift(entering, sign * (step - step.floor()));
            } else {
                self.shift(entering, sign * step);
            }
            match stop {
                Stop::Enough => {}
                Stop::Itself => self.x[entering] = 0.0,
                Stop::Row(at) => self.pivot(at, entering),
            }
            if step > TINY {
                idle = 0;
                self.remember();
            } else {
                idle += 1;
            }
        }
        self.holding_back()
    }

    fn holding_back(&self) -> Vec<usize> {
        let Some(at) = self.row_of[TARGET] else { return Vec::new() };
        let holds = |column: &usize| self.is_locked[*column] && self.rows[at][*column].abs() > TINY;
        (self.locks_from..self.x.len()).filter(holds).collect()
    }

    fn add_row(&mut self, mut row: Vec<f64>) {
        for (at, &column) in self.basis.iter().enumerate() {
            subtract(&mut row, &self.rows[at], column);
        }
        let pivot = (0..self.locks_from).filter(|&j| row[j].abs() > TINY).min_by_key(|&j| {
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

    /// A column outside the basis that moves the target the wanted way, and which way it has to go.
    fn entering(&self, way: Way, careful: bool) -> Option<(usize, f64)> {
        let wanted = if way == Way::Up { 1.0 } else { -1.0 };
        let Some(at) = self.row_of[TARGET] else {
            return (way == Way::Up || self.x[TARGET] > TINY).then_some((TARGET, wanted));
        };
        let row = &self.rows[at];
        let moves = |j: usize| {
            let gain = -row[j] * wanted;
            let can = gain > TINY || gain < -TINY && self.x[j] > TINY;
            (can && self.row_of[j].is_none() && !self.is_locked[j]).then_some((j, gain))
        };
        let mut free = (1..self.x.len()).filter_map(moves);
        let best = if careful {
            free.next()
        } else {
            free.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)))
        };
        best.map(|(j, gain)| (j, gain.signum()))
    }

    /// How far this column has to go for the target to be far enough.
    fn needed(&self, way: Way, enough: i64, entering: usize) -> f64 {
        let goal = match way {
            Way::Up => self.seen.0.saturating_add(enough),
            Way::Down => self.seen.1.saturating_sub(enough),
        };
        let distance = (goal as f64 - self.x[TARGET]).abs();
        let rate = self.row_of[TARGET].map_or(1.0, |at| self.rows[at][entering].abs());
        // Whole steps, so that the numbers stay whole.
        (distance / rate - 1e-7).ceil()
    }

    /// What stops a column first that goes this way, and after which step.
    fn first_stop(&self, entering: usize, sign: f64, careful: bool, needed: f64) -> (Option<Stop>, f64) {
        let mut best: Option<(usize, f64)> = None;
        for (at, row) in self.rows.iter().enumerate() {
            let k = row[entering] * sign;
            if k <= TINY {
                continue;
            }
            let step = (self.x[self.basis[at]] / k).max(0.0);
            let better = best.is_none_or(|(have, least)| {
                step < least - TINY || (careful && step < least + TINY && self.basis[at] < self.basis[have])
            });
            if better {
                best = Some((at, step));
            }
        }
        let own = if sign < 0.0 { self.x[entering] } else { f64::INFINITY };
        let (mut stop, mut step) = (Some(Stop::Itself), own);
        if let Some((at, least)) = best.filter(|(_, least)| *least < own - TINY) {
            (stop, step) = (Some(Stop::Row(at)), least);
        }
        if needed <= step {
            (stop, step) = (Some(Stop::Enough), needed);
        }
        if step.is_finite() { (stop, step) } else { (None, 0.0) }
    }

    /// Moves a column outside the basis; the basis follows.
    fn shift(&mut self, column: usize, step: f64) {
        if step == 0.0 {
            return;
        }
        self.x[column] = tidy(self.x[column] + step).max(0.0);
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
        let gone = self.basis[at];
        self.row_of[gone] = None;
        self.x[gone] = if self.x[gone] < 1e-7 { 0.0 } else { self.x[gone] };
        self.basis[at] = column;
        self.row_of[column] = Some(at);
    }

    /// Notes a point whose numbers are all whole.
    fn remember(&mut self) {
        if self.x.iter().any(|v| v.is_nan() || v.abs() > MOST as f64) {
            self.is_lost = true;
            return;
        }
        let moving = || self.x[..self.locks_from].iter().zip(&self.start);
        if moving().any(|(v, _)| (v - nearest(*v)).abs() > 1e-6) {
            return;
        }
        let target = nearest(self.x[TARGET]) as i64;
        self.seen = (self.seen.0.min(target), self.seen.1.max(target));
        let differs = |(at, (v, start)): (usize, (&f64, &i64))| {
            let by = nearest(*v) as i64 - start;
            (at != TARGET && by != 0).then_some((at, by))
        };
        let met: Vec<(usize, i64)> = moving().enumerate().filter_map(differs).collect();
        if !met.is_empty() && self.met.last() != Some(&met) {
            self.met.push(met);
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

/// The whole number next to one of less than 2⁵¹.
fn nearest(value: f64) -> f64 {
    /// 1.5 · 2⁵²: beside it nothing after the point is left.
    const COARSE: f64 = 6_755_399_441_055_744.0;
    (value + COARSE) - COARSE
}

/// A number next to a whole one is that number.
fn tidy(value: f64) -> f64 {
    let whole = nearest(value);
    if (value - whole).abs() < TINY { whole } else { value }
}
