//! Secondary suppression: which further cells to withhold.

use super::{Finding, System};

/// What to withhold, and the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// Cells withheld beside the primary ones, in order of position.
    pub secondary: Vec<usize>,
    /// The attack on the result.
    pub findings: Vec<Finding>,
    /// Is it the fewest cells possible, and of those the least sum? Otherwise a good choice.
    pub optimal: bool,
}

/// Attacks afforded to the search for the optimum; beyond it the choice is greedy.
const MAX_ATTACKS: usize = 60_000;

/// Withholds the `primary` cells and as few of the `eligible` as make them safe: for each primary cell
/// the attacker must be left with at least `width` whole steps, for each other withheld cell with one.
///
/// Up to 30 eligible cells every choice is tried by number of cells, then by their sum, then by
/// position; beyond that (or beyond a fixed number of trials) the cell that widens the tightest primary
/// cell most is added until all are safe, and superfluous ones are dropped. The same input gives the
/// same choice. Never withhold zeros: leave them out of `eligible`.
///
/// `None` when even withholding every eligible cell protects too little: merge classes.
pub fn protect(system: &System, primary: &[usize], eligible: &[usize], width: i64) -> Option<Protection> {
    let mut base = system.clone();
    primary.iter().for_each(|&cell| base.cells[cell].published = false);
    let goal = Goal { system: base, primary, width };
    let free: Vec<usize> = eligible.iter().copied().filter(|c| goal.system.cells[*c].published).collect();
    if let Some(findings) = goal.safe(&[]) {
        return Some(Protection { secondary: Vec::new(), findings, optimal: true });
    }
    // Withholding more never tells the attacker more: what everything cannot protect, nothing can.
    if !goal.primary_safe(&free) {
        return None;
    }
    if free.len() <= 30 {
        let mut attacks = 0;
        for size in 1..=free.len() {
            match goal.best_of_size(&free, size, &mut attacks) {
                Search::Found(secondary, findings) => {
                    return Some(Protection { secondary, findings, optimal: true });
                }
                Search::None => {}
                Search::TooMany => break,
            }
        }
    }
    greedy(&goal, &free)
}

enum Search {
    Found(Vec<usize>, Vec<Finding>),
    None,
    TooMany,
}

struct Goal<'a> {
    system: System,
    primary: &'a [usize],
    width: i64,
}

impl Goal<'_> {
    fn attack(&self, secondary: &[usize]) -> Option<Vec<Finding>> {
        let mut system = self.system.clone();
        secondary.iter().for_each(|&cell| system.cells[cell].published = false);
        system.bounds()
    }

    fn required(&self, cell: usize) -> i64 {
        if self.primary.contains(&cell) { self.width.max(1) } else { 1 }
    }

    /// The findings, when every withheld cell is safe.
    fn safe(&self, secondary: &[usize]) -> Option<Vec<Finding>> {
        let findings = self.attack(secondary)?;
        findings.iter().all(|f| f.is_safe(self.required(f.cell))).then_some(findings)
    }

    fn primary_safe(&self, secondary: &[usize]) -> bool {
        let safe = |f: &Finding| !self.primary.contains(&f.cell) || f.is_safe(self.required(f.cell));
        self.attack(secondary).is_some_and(|findings| findings.iter().all(safe))
    }

    /// No equation may hold a single withheld cell: it would follow at once.
    fn is_plausible(&self, secondary: &[usize]) -> bool {
        self.system.equations.iter().all(|e| {
            let hidden =
                |(cell, _): &&(usize, i64)| !self.system.cells[*cell].published || secondary.contains(cell);
            e.terms.iter().filter(hidden).count() != 1
        })
    }

    /// The safe choice of `size` cells with the least sum, the earliest among equals.
    fn best_of_size(&self, free: &[usize], size: usize, attacks: &mut usize) -> Search {
        let mut candidates = Vec::new();
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            let cells: Vec<usize> = chosen.iter().map(|&k| free[k]).collect();
            if self.is_plausible(&cells) {
                let sum: i64 = cells.iter().map(|c| self.system.cells[*c].value).sum();
                candidates.push((sum, cells));
                if candidates.len() > MAX_ATTACKS {
                    return Search::TooMany;
                }
            }
            // Next combination in order of position.
            let Some(k) = (0..size).rev().find(|&k| chosen[k] + size - k < free.len()) else {
                break;
            };
            chosen[k] += 1;
            (k + 1..size).for_each(|j| chosen[j] = chosen[j - 1] + 1);
        }
        candidates.sort();
        for (_, cells) in candidates {
            *attacks += 1;
            if *attacks > MAX_ATTACKS {
                return Search::TooMany;
            }
            if let Some(findings) = self.safe(&cells) {
                return Search::Found(cells, findings);
            }
        }
        Search::None
    }

    /// How far the choice is from safe: missing steps over all withheld cells.
    fn shortfall(&self, secondary: &[usize]) -> i64 {
        let missing = |f: &Finding| match f.is_safe(self.required(f.cell)) {
            true => 0,
            false => (self.required(f.cell) - f.bounds.width()).max(1),
        };
        self.attack(secondary).map_or(i64::MAX, |findings| findings.iter().map(missing).sum())
    }
}

fn greedy(goal: &Goal<'_>, free: &[usize]) -> Option<Protection> {
    let mut secondary: Vec<usize> = Vec::new();
    while goal.safe(&secondary).is_none() {
        let rest = free.iter().filter(|c| !secondary.contains(c));
        let scored = rest.map(|&cell| {
            let mut trial = secondary.clone();
            trial.push(cell);
            (goal.shortfall(&trial), goal.system.cells[cell].value, cell)
        });
        // Where no single cell helps, the cheapest in the way of one is taken and dropped again later.
        secondary.push(scored.min()?.2);
    }
    for cell in secondary.clone() {
        let without: Vec<usize> = secondary.iter().copied().filter(|c| *c != cell).collect();
        if goal.safe(&without).is_some() {
            secondary = without;
        }
    }
    secondary.sort_unstable();
    let findings = goal.safe(&secondary)?;
    Some(Protection { secondary, findings, optimal: false })
}
