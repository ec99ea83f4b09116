//! Withholding by units (whole rows, single cells) until nothing that is printed gives them back.

use std::collections::BTreeSet;

use super::search::{Ground, Printed};
use super::task::{Task, Withheld};
use super::worlds::Worlds;

/// Withholds the primary units and as many others as it takes, so that every figure that is not
/// printed and has a demand is left with as many whole steps as that: two whole worlds that agree with
/// everything printed and lie so far apart have been found for each, and checked in whole numbers.
///
/// For a figure that is too narrow the simplex method says which printed figures hold it back; the
/// cheapest unit with one of them (by rank, size, company, sum, position) is withheld. When all are
/// wide enough, units that turn out superfluous are printed again, the dearest first. Deterministic.
///
/// What is not found counts as not there: where no two worlds so far apart are found even with every
/// unit withheld, the figure is named in [`Withheld::short`] and protected as far as it goes.
pub fn withhold(task: &Task) -> Protected<'_> {
    let mut work = Work::new(task);
    task.primary.iter().for_each(|&unit| work.hide(unit));
    let chosen = work.settle();
    let mut secondary = work.without_superfluous(chosen);
    secondary.sort_unstable();
    Protected {
        withheld: Withheld { secondary, short: work.short },
        worlds: work.worlds,
        ground: work.ground,
    }
}

/// What was withheld, with the worlds that prove it.
pub struct Protected<'t> {
    /// What was withheld.
    pub withheld: Withheld,
    worlds: Worlds<'t>,
    ground: Ground,
}

impl Protected<'_> {
    /// Least and greatest value of a figure in worlds that were found, each in agreement with all that
    /// is printed. A reader can certainly not narrow it further; of a printed figure both are its value.
    pub fn range(&mut self, figure: usize) -> (i64, i64) {
        let truth = self.worlds.truth(figure);
        if self.worlds.is_printed(figure) {
            return (truth, truth);
        }
        self.ground.search(&mut self.worlds, figure, i64::MAX, Printed::AsItIs);
        let (low, high) = self.worlds.range(figure);
        (truth + low, truth + high)
    }

    /// Whether a figure is not printed.
    pub fn is_withheld(&self, figure: usize) -> bool {
        !self.worlds.is_printed(figure)
    }

    /// Two worlds that lie as far apart in a figure as any that were found: by kind, how many more
    /// there are than in truth.
    pub fn witnesses(&self, figure: usize) -> [&[(usize, i64)]; 2] {
        self.worlds.farthest(figure)
    }
}

struct Work<'t> {
    task: &'t Task,
    worlds: Worlds<'t>,
    ground: Ground,
    /// By figure, the units with it.
    units_of: Vec<Vec<usize>>,
    is_hidden: Vec<bool>,
    /// By figure, what is to be reached; less than the demand where more cannot be.
    goal: Vec<i64>,
    cost: Vec<Cost>,
    short: Vec<(usize, i64)>,
}

/// Rank, size, company, sum.
type Cost = (u8, usize, i64, i64);

impl<'t> Work<'t> {
    fn new(task: &'t Task) -> Work<'t> {
        let worlds = Worlds::new(task);
        let ground = Ground::new(&worlds);
        let mut units_of = vec![Vec::new(); task.figures.len()];
        for (at, unit) in task.units.iter().enumerate() {
            unit.figures.iter().for_each(|&figure| units_of[figure].push(at));
        }
        let cost = |unit: &super::Unit| {
            let sum: i64 = unit.figures.iter().map(|&figure| worlds.truth(figure)).sum();
            // Nothing is hidden by withholding zeros alone: they come last.
            (unit.rank + if sum == 0 { 100 } else { 0 }, unit.size, -i64::from(unit.company), sum)
        };
        Work {
            cost: task.units.iter().map(cost).collect(),
            goal: task.figures.iter().map(|figure| figure.demand).collect(),
            is_hidden: vec![false; task.units.len()],
            short: Vec::new(),
            task,
            worlds,
            ground,
            units_of,
        }
    }

    fn hide(&mut self, unit: usize) {
        if !std::mem::replace(&mut self.is_hidden[unit], true) {
            self.task.units[unit].figures.iter().for_each(|&figure| self.worlds.hide(figure));
        }
    }

    fn print(&mut self, unit: usize) {
        if std::mem::replace(&mut self.is_hidden[unit], false) {
            self.task.units[unit].figures.iter().for_each(|&figure| self.worlds.print(figure));
        }
    }

    fn is_open(&self, figure: usize) -> bool {
        let due = self.goal[figure] > 0 && !self.worlds.is_printed(figure);
        due && self.width(figure) < self.goal[figure]
    }

    fn width(&self, figure: usize) -> i64 {
        let (low, high) = self.worlds.range(figure);
        high - low
    }

    /// Withholds units until every figure has its worlds.
    fn settle(&mut self) -> Vec<(usize, usize)> {
        let mut chosen = Vec::new();
        let mut queue: BTreeSet<usize> = (0..self.goal.len()).filter(|&at| self.goal[at] > 0).collect();
        while let Some(figure) = queue.pop_first() {
            if !self.is_open(figure) {
                continue;
            }
            let mut hunt = self.ground.search(&mut self.worlds, figure, self.goal[figure], Printed::AsItIs);
            if self.is_open(figure) {
                self.lower_to_what_is_there(figure);
            }
            while self.is_open(figure) {
                let back = hunt.go_on(&mut self.worlds, self.goal[figure]);
                if !self.is_open(figure) {
                    break;
                }
                let Some(unit) = self.candidate(figure, &back) else {
                    self.lower(figure, self.width(figure));
                    break;
                };
                self.hide(unit);
                chosen.push((unit, figure));
                queue.extend(self.task.units[unit].figures.iter().copied());
                if back.is_empty() {
                    // What it rests on lies beyond where this hunt looks.
                    hunt = self.ground.search(&mut self.worlds, figure, self.goal[figure], Printed::AsItIs);
                }
            }
        }
        chosen
    }

    /// With every unit withheld there may be less room than asked for.
    fn lower_to_what_is_there(&mut self, figure: usize) {
        let goal = self.goal[figure];
        self.ground.search(&mut self.worlds, figure, goal, Printed::WhatIsFixed);
        let (low, high) = self.worlds.room(figure, &self.ground.is_fixed);
        if high - low < goal {
            self.lower(figure, high - low);
        }
    }

    fn lower(&mut self, figure: usize, width: i64) {
        self.goal[figure] = width;
        self.short.retain(|(of, _)| *of != figure);
        self.short.push((figure, width));
    }

    /// The unit to withhold next for a figure: one with a figure that holds it back, else of its table,
    /// else any.
    fn candidate(&self, figure: usize, holding_back: &[usize]) -> Option<usize> {
        let table = self.ground.table(self.task.figures[figure].table);
        self.cheapest(holding_back.iter().copied())
            .or_else(|| self.cheapest(table.iter().copied()))
            .or_else(|| self.cheapest(0..self.task.figures.len()))
    }

    fn cheapest(&self, figures: impl Iterator<Item = usize>) -> Option<usize> {
        let units = figures.flat_map(|figure| self.units_of[figure].iter().copied());
        units.filter(|&unit| !self.is_hidden[unit]).min_by_key(|&unit| (self.cost[unit], unit))
    }

    /// Prints again what was withheld in vain.
    fn without_superfluous(&mut self, chosen: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
        let mut order = chosen;
        order.sort_by(|a, b| self.cost[b.0].cmp(&self.cost[a.0]).then(b.0.cmp(&a.0)));
        let mut kept = Vec::new();
        for (unit, figure) in order {
            self.print(unit);
            if !self.is_proven(figure) {
                self.hide(unit);
                kept.push((unit, figure));
            }
        }
        kept
    }

    /// Whether every figure that is due has its worlds; those that lack some are looked for, the most
    /// doubtful one first.
    fn is_proven(&mut self, doubtful: usize) -> bool {
        std::iter::once(doubtful).chain(0..self.goal.len()).all(|figure| {
            if self.is_open(figure) {
                self.ground.search(&mut self.worlds, figure, self.goal[figure], Printed::AsItIs);
            }
            !self.is_open(figure)
        })
    }
}
