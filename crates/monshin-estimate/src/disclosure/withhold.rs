//! Withholding by units (whole rows, single cells) over all tables of a publication at once.

use std::collections::BTreeSet;

use super::System;
use super::sheet::{Proof, Sheet};

/// What is withheld together: a cell, or a row with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its cells by position.
    pub cells: Vec<usize>,
    /// Of two units the one with the lower rank is withheld first, whatever its size: 0 for
    /// ordinary ones, more for totals.
    pub rank: u8,
    /// Of units of as many cells the one that stands nearer to what is withheld anyway goes first:
    /// how much is withheld of the same class.
    pub company: u32,
}

/// What is to be protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Everything that would be printed, and what never is (`published` is false), with all sums.
    pub system: System,
    /// What can be withheld.
    pub units: Vec<Unit>,
    /// By position in `units`: those that are withheld by the primary rule.
    pub primary: Vec<usize>,
    /// By cell: how many whole steps the attacker must be left with, if the cell is not printed;
    /// 0 where it need not be protected.
    pub demand: Vec<i64>,
}

/// What was withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Units beside the primary ones, each with the cell on whose account it was first withheld.
    pub secondary: Vec<(usize, usize)>,
    /// Cells for which withholding everything would leave fewer steps than asked for, with the
    /// steps that are left.
    pub short: Vec<(usize, i64)>,
    /// The system with what is withheld no longer published.
    pub system: System,
}

/// Withholds the primary units and as many others as it takes, so that every cell that is not
/// printed and has a demand is left with as many whole steps as that. Two worlds so far apart, both in
/// agreement with everything printed and with the sums, have then been found for each.
///
/// For a cell that is too narrow the cheapest unit (by rank, number of cells, company, sum, position) is taken
/// from the equations that bind it, those with the fewest unknowns first; then from those around it.
/// When all are wide enough, units that turn out superfluous are printed again, the dearest first, and
/// of a few units a cheaper choice is sought by trying all. Deterministic.
///
/// Cells that withholding everything within reach does not protect are named in
/// [`Withheld::short`], and protected as far as it goes.
pub fn withhold(task: Task) -> Withheld {
    let primary = task.primary.clone();
    let mut work = Work::new(task);
    primary.into_iter().for_each(|unit| work.hide(unit));
    let chosen = work.settle();
    let chosen = work.without_superfluous(chosen);
    let mut secondary = work.cheaper(chosen);
    secondary.sort_unstable();
    Withheld { secondary, short: work.short, system: work.sheet.system }
}

/// Least and greatest value of each of these cells in the worlds that agree with everything printed;
/// [`i64::MAX`] where nothing limits it. Both ends are attained. Of a printed cell both are its value.
pub fn ranges(system: &System, cells: &[usize]) -> Vec<(i64, i64)> {
    let sheet = Sheet::new(system.clone());
    cells.iter().map(|&cell| sheet.range(cell)).collect()
}

struct Work {
    sheet: Sheet,
    units: Vec<Unit>,
    demand: Vec<i64>,
    /// By cell, the units that hold it.
    units_of: Vec<Vec<usize>>,
    /// By cell, how many withheld units hold it; one more where it is never printed.
    covers: Vec<u32>,
    is_hidden: Vec<bool>,
    cost: Vec<Cost>,
    proofs: Vec<Option<Proof>>,
    short: Vec<(usize, i64)>,
}

/// Rank, number of cells, company (less is more), sum of the counts.
type Cost = (u8, usize, i64, i64);

impl Work {
    fn new(task: Task) -> Work {
        let cells = task.system.cells.len();
        let mut units_of = vec![Vec::new(); cells];
        for (at, unit) in task.units.iter().enumerate() {
            unit.cells.iter().for_each(|&cell| units_of[cell].push(at));
        }
        let value = |cell: &usize| task.system.cells[*cell].value;
        let cost = |unit: &Unit| {
            let sum: i64 = unit.cells.iter().map(value).sum();
            // Nothing is hidden by withholding zeros alone: they come last.
            (unit.rank + if sum == 0 { 100 } else { 0 }, unit.cells.len(), -i64::from(unit.company), sum)
        };
        Work {
            cost: task.units.iter().map(cost).collect(),
            covers: task.system.cells.iter().map(|cell| u32::from(!cell.published)).collect(),
            is_hidden: vec![false; task.units.len()],
            proofs: vec![None; cells],
            sheet: Sheet::new(task.system),
            units: task.units,
            demand: task.demand,
            units_of,
            short: Vec::new(),
        }
    }

    fn hide(&mut self, unit: usize) {
        if std::mem::replace(&mut self.is_hidden[unit], true) {
            return;
        }
        for &cell in &self.units[unit].cells {
            self.covers[cell] += 1;
            self.sheet.system.cells[cell].published = false;
        }
    }

    fn print(&mut self, unit: usize) {
        if !std::mem::replace(&mut self.is_hidden[unit], false) {
            return;
        }
        for &cell in &self.units[unit].cells {
            self.covers[cell] -= 1;
            self.sheet.system.cells[cell].published = self.covers[cell] == 0;
        }
    }

    fn is_due(&self, cell: usize) -> bool {
        self.demand[cell] > 0 && self.sheet.is_unknown(cell)
    }

    /// Withholds units until every cell has its proof.
    fn settle(&mut self) -> Vec<(usize, usize)> {
        let mut chosen = Vec::new();
        let mut queue: BTreeSet<usize> = (0..self.demand.len()).filter(|&cell| self.is_due(cell)).collect();
        while let Some(cell) = queue.pop_first() {
            if self.proofs[cell].is_some() || !self.is_due(cell) {
                continue;
            }
            let search = self.sheet.search(cell, self.demand[cell], &self.demand);
            let width = search.width();
            self.note(search.proofs);
            if width >= self.demand[cell] {
                continue;
            }
            match self.candidate(cell) {
                Some(unit) => {
                    self.hide(unit);
                    chosen.push((unit, cell));
                    queue.extend(self.units[unit].cells.iter().copied().filter(|&cell| self.is_due(cell)));
                    queue.insert(cell);
                }
                None => {
                    self.demand[cell] = width;
                    self.short.push((cell, width));
                    queue.insert(cell);
                }
            }
        }
        chosen
    }

    fn note(&mut self, proofs: Vec<(usize, Proof)>) {
        for (cell, proof) in proofs {
            self.proofs[cell].get_or_insert(proof);
        }
    }

    /// The unit to withhold next for a cell: from an equation with a single unknown to which it is
    /// tied (what follows at once gives what is tied to it), else from its own equations, else from
    /// those around.
    fn candidate(&self, cell: usize) -> Option<usize> {
        /// Farther away nothing is likely to help.
        const FAR: usize = 640;
        let binding = self.sheet.tied_to(cell).into_iter().find_map(|near| {
            let alone = |equation: &usize| self.sheet.unknowns(*equation) == 1;
            let equations: Vec<usize> = self.sheet.equations_of[near].iter().copied().filter(alone).collect();
            self.best_of(&equations).filter(|&unit| self.cost[unit].0 == 0)
        });
        if binding.is_some() {
            return binding;
        }
        let own = self.best_of(&self.sheet.equations_of[cell]);
        own.filter(|&unit| self.cost[unit].0 == 0).or_else(|| {
            let region = self.sheet.around(cell, FAR);
            let mut around: Vec<usize> =
                region.iter().flat_map(|&cell| self.sheet.equations_of[cell].iter().copied()).collect();
            around.sort_unstable();
            around.dedup();
            let other = self.best_of(&around);
            match (own, other) {
                (Some(own), Some(other)) if self.cost[own].0 <= self.cost[other].0 => Some(own),
                (own, other) => other.or(own),
            }
        })
    }

    fn best_of(&self, equations: &[usize]) -> Option<usize> {
        let candidates = equations.iter().flat_map(|&at| {
            let terms = &self.sheet.system.equations[at].terms;
            let unknown = self.sheet.unknowns(at);
            let shown = terms.iter().filter(|(cell, _)| !self.sheet.is_unknown(*cell));
            let units = shown.flat_map(|(cell, _)| self.units_of[*cell].iter().copied());
            units.map(move |unit| {
                let (rank, cells, company, sum) = self.cost[unit];
                ((rank, unknown.min(2), cells, company, sum), unit)
            })
        });
        candidates.min().map(|(_, unit)| unit)
    }

    /// Prints again what was withheld in vain.
    fn without_superfluous(&mut self, chosen: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
        let mut order = chosen;
        order.sort_by(|a, b| self.cost[b.0].cmp(&self.cost[a.0]).then(b.0.cmp(&a.0)));
        let mut kept = Vec::new();
        for (unit, cell) in order {
            let open = self.resting_on(&[unit]);
            self.print(unit);
            if !self.is_proven_anew(&open) {
                self.hide(unit);
                kept.push((unit, cell));
            }
        }
        kept
    }

    /// The cells whose proof moves a cell of these units.
    fn resting_on(&self, units: &[usize]) -> Vec<usize> {
        let moved = |cell: &usize| units.iter().any(|&unit| self.units[unit].cells.contains(cell));
        let rests = |at: &usize| self.proofs[*at].as_ref().is_some_and(|proof| proof.iter().any(moved));
        (0..self.proofs.len()).filter(rests).collect()
    }

    /// Whether each of these cells is still protected; if so, their proofs are the new ones.
    fn is_proven_anew(&mut self, cells: &[usize]) -> bool {
        let mut found: std::collections::BTreeMap<usize, Proof> = std::collections::BTreeMap::new();
        for &cell in cells {
            if !self.is_due(cell) || found.contains_key(&cell) {
                continue;
            }
            let search = self.sheet.search(cell, self.demand[cell], &self.demand);
            if search.width() < self.demand[cell] {
                return false;
            }
            for (cell, proof) in search.proofs {
                found.entry(cell).or_insert(proof);
            }
        }
        for &cell in cells {
            self.proofs[cell] = found.remove(&cell);
        }
        true
    }

    /// A cheaper choice for each region that has only a few secondary units, by trying all.
    fn cheaper(&mut self, chosen: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
        const MOST_CELLS: usize = 120;
        let mut done = Vec::new();
        let mut left = chosen;
        while let Some(&(first, _)) = left.first() {
            let around = self.sheet.around(self.units[first].cells[0], MOST_CELLS);
            let is_near = |(unit, _): &(usize, usize)| {
                *unit == first
                    || self.units[*unit].cells.iter().any(|cell| around.binary_search(cell).is_ok())
            };
            let (group, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(is_near);
            left = rest;
            let group = if around.len() < MOST_CELLS { self.cheaper_group(group, &around) } else { group };
            done.extend(group);
        }
        done
    }

    fn cheaper_group(&mut self, group: Vec<(usize, usize)>, around: &[usize]) -> Vec<(usize, usize)> {
        /// Larger choices, and choices from more units, stay as they were made.
        const MOST_CHOSEN: usize = 4;
        const MOST_UNITS: usize = 30;
        const MOST_TRIALS: usize = 400;
        let mut pool: BTreeSet<usize> = group.iter().map(|(unit, _)| *unit).collect();
        let beside = around.iter().flat_map(|&cell| self.sheet.equations_of[cell].iter());
        for &equation in beside.collect::<BTreeSet<_>>() {
            for (cell, _) in &self.sheet.system.equations[equation].terms {
                pool.extend(self.units_of[*cell].iter().copied().filter(|&unit| !self.is_hidden[unit]));
            }
        }
        if group.len() > MOST_CHOSEN || pool.len() > MOST_UNITS {
            return group;
        }
        let pool: Vec<usize> = pool.into_iter().collect();
        let of = |units: &[usize]| {
            let costs = units.iter().map(|&unit| self.cost[unit]);
            costs.fold((0_u32, 0, 0, 0), |sum, cost| {
                (sum.0 + u32::from(cost.0), sum.1 + cost.1, sum.2 + cost.2, sum.3 + cost.3)
            })
        };
        let own: Vec<usize> = group.iter().map(|(unit, _)| *unit).collect();
        let mut trials: Vec<_> = choices(&pool, own.len()).map(|units| (of(&units), units)).collect();
        trials.retain(|(cost, _)| *cost < of(&own));
        trials.sort();
        let open = self.resting_on(&own);
        own.iter().for_each(|&unit| self.print(unit));
        for (_, units) in trials.into_iter().take(MOST_TRIALS) {
            units.iter().for_each(|&unit| self.hide(unit));
            let mut cells = open.clone();
            cells.extend(units.iter().flat_map(|&unit| self.units[unit].cells.iter().copied()));
            cells.sort_unstable();
            cells.dedup();
            if self.is_proven_anew(&cells) {
                return units.into_iter().map(|unit| (unit, group[0].1)).collect();
            }
            units.iter().for_each(|&unit| self.print(unit));
        }
        own.iter().for_each(|&unit| self.hide(unit));
        group
    }
}

/// Every choice of at most `most` of these.
fn choices(pool: &[usize], most: usize) -> impl Iterator<Item = Vec<usize>> + '_ {
    let mut lists: Vec<Vec<usize>> = vec![vec![]];
    let mut from = 0;
    for _ in 0..most {
        let to = lists.len();
        for at in from..to {
            let start = lists[at].last().map_or(0, |last| last + 1);
            let longer: Vec<Vec<usize>> =
                (start..pool.len()).map(|next| [lists[at].as_slice(), &[next]].concat()).collect();
            lists.extend(longer);
        }
        from = to;
    }
    lists.into_iter().map(|list| list.into_iter().map(|at| pool[at]).collect())
}
