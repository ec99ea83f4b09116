//! What is unknown after publication, and the proof that it stays unknown.

use super::System;
use super::vertex::Walk;

/// A system with an index from cells to equations.
pub(super) struct Sheet {
    pub system: System,
    /// By cell, the equations that it stands in.
    pub equations_of: Vec<Vec<usize>>,
}

/// Cells that two possible worlds, wide enough apart in some cell, change: as long as none of them
/// is published, the proof stands.
pub(super) type Proof = Vec<usize>;

/// How many cells around the one in question are moved at first, and if that is not enough. What
/// cannot be proven with the last number counts as not safe.
const REACH: [usize; 3] = [40, 160, 640];

/// What was found out about one cell.
pub(super) struct Search {
    /// Least and greatest value found; both are attained.
    pub range: (i64, i64),
    /// Proofs for this and other cells.
    pub proofs: Vec<(usize, Proof)>,
}

impl Search {
    pub fn width(&self) -> i64 {
        self.range.1.saturating_sub(self.range.0)
    }
}

impl Sheet {
    pub fn new(system: System) -> Sheet {
        let mut equations_of = vec![Vec::new(); system.cells.len()];
        for (at, equation) in system.equations.iter().enumerate() {
            equation.terms.iter().for_each(|(cell, _)| equations_of[*cell].push(at));
        }
        Sheet { system, equations_of }
    }

    pub fn is_unknown(&self, cell: usize) -> bool {
        !self.system.cells[cell].published
    }

    /// Looks for worlds that agree with everything published and lie `enough` apart in this cell.
    /// Proofs for other cells with a demand come with it.
    pub fn search(&self, cell: usize, enough: i64, demand: &[i64]) -> Search {
        let truth = self.system.cells[cell].value;
        let mut search = Search { range: (truth, truth), proofs: Vec::new() };
        if self.follows_at_once(cell) {
            return search;
        }
        for reach in REACH {
            let cells = self.around(cell, reach);
            let is_all = cells.len() < reach;
            self.search_among(cells, cell, enough, demand, &mut search);
            if is_all || search.width() >= enough {
                break;
            }
        }
        search
    }

    /// The same among all cells that hang together, however many.
    pub fn range(&self, cell: usize) -> (i64, i64) {
        let truth = self.system.cells[cell].value;
        let mut search = Search { range: (truth, truth), proofs: Vec::new() };
        if self.is_unknown(cell) {
            self.search_among(self.around(cell, usize::MAX), cell, i64::MAX, &[], &mut search);
        }
        search.range
    }

    /// Whether it is the only unknown of an equation.
    fn follows_at_once(&self, cell: usize) -> bool {
        self.equations_of[cell].iter().any(|&equation| {
            let terms = &self.system.equations[equation].terms;
            terms.iter().all(|&(other, _)| other == cell || !self.is_unknown(other))
        })
    }

    /// How many unknowns an equation has.
    pub fn unknowns(&self, equation: usize) -> usize {
        let terms = &self.system.equations[equation].terms;
        terms.iter().filter(|(cell, _)| self.is_unknown(*cell)).count()
    }

    /// Unknown cells that this one is tied to by equations with two unknowns: who knows the one
    /// knows the other. The cell itself comes first.
    pub fn tied_to(&self, cell: usize) -> Vec<usize> {
        let mut found = vec![cell];
        let mut at = 0;
        while at < found.len() {
            for &equation in self.equations_of[found[at]].iter().filter(|one| self.unknowns(**one) == 2) {
                let terms = self.system.equations[equation].terms.iter().map(|(other, _)| *other);
                let more: Vec<usize> =
                    terms.filter(|other| self.is_unknown(*other) && !found.contains(other)).collect();
                found.extend(more);
            }
            at += 1;
        }
        found
    }

    /// The same cells as [`Sheet::nearest`] in ascending order.
    pub fn around(&self, cell: usize, most: usize) -> Vec<usize> {
        let mut found = self.nearest(cell, most);
        found.sort_unstable();
        found
    }

    /// Unknown cells that hang together with this one, so many at most, the nearest first.
    pub fn nearest(&self, cell: usize, most: usize) -> Vec<usize> {
        let mut found = vec![cell];
        let mut reached = std::collections::BTreeSet::from([cell]);
        let mut at = 0;
        while at < found.len() && found.len() < most {
            for &equation in &self.equations_of[found[at]] {
                for &(other, _) in &self.system.equations[equation].terms {
                    if self.is_unknown(other) && reached.insert(other) {
                        found.push(other);
                    }
                }
            }
            at += 1;
        }
        found.truncate(most);
        found
    }

    fn search_among(&self, cells: Vec<usize>, cell: usize, enough: i64, demand: &[i64], search: &mut Search) {
        let Some((members, equations)) = self.part(&cells, cell) else { return };
        let truth: Vec<i64> = members.iter().map(|&one| self.system.cells[one].value).collect();
        let mut walk = Walk::from(&truth, &equations);
        let column = members.binary_search(&cell).expect("the cell is a member of its part");
        walk.explore(column, enough);
        let seen = walk.seen(column);
        search.range = (search.range.0.min(seen.0), search.range.1.max(seen.1));
        for (column, &one) in members.iter().enumerate() {
            let wanted = if one == cell { enough } else { demand.get(one).copied().unwrap_or(0) };
            let seen = walk.seen(column);
            if wanted > 0 && seen.1.saturating_sub(seen.0) >= wanted {
                let changed = walk.changed(column);
                search.proofs.push((one, changed.into_iter().map(|at| members[at]).collect()));
            }
        }
    }

    /// The cells among these that can move together with this one while all others keep their values,
    /// and the equations that bind them. `None` where it cannot move.
    #[allow(clippy::type_complexity)]
    fn part(&self, cells: &[usize], cell: usize) -> Option<(Vec<usize>, Vec<Vec<(usize, i64)>>)> {
        let fixed = self.fixed(cells);
        let is_free = |one: usize| cells.binary_search(&one).is_ok_and(|at| !fixed[at]);
        if !is_free(cell) {
            return None;
        }
        let mut members = vec![cell];
        let mut is_member = vec![false; cells.len()];
        is_member[cells.binary_search(&cell).ok()?] = true;
        let mut used = std::collections::BTreeSet::new();
        let mut at = 0;
        while at < members.len() {
            for &equation in &self.equations_of[members[at]] {
                if !used.insert(equation) {
                    continue;
                }
                for &(other, _) in &self.system.equations[equation].terms {
                    if let Ok(place) = cells.binary_search(&other)
                        && !fixed[place]
                        && !std::mem::replace(&mut is_member[place], true)
                    {
                        members.push(other);
                    }
                }
            }
            at += 1;
        }
        members.sort_unstable();
        let column = |one: usize| members.binary_search(&one).ok();
        let terms = |equation: usize| {
            let terms = &self.system.equations[equation].terms;
            terms.iter().filter_map(|&(one, k)| Some((column(one)?, k))).collect::<Vec<_>>()
        };
        let equations = used.into_iter().map(terms).collect();
        Some((members, equations))
    }

    /// Which of the cells cannot move while all others keep their values: alone in an equation, or in
    /// a sum of counts that is 0.
    fn fixed(&self, cells: &[usize]) -> Vec<bool> {
        let mut fixed = vec![false; cells.len()];
        let mut queue: Vec<usize> =
            cells.iter().flat_map(|&cell| self.equations_of[cell].iter().copied()).collect();
        queue.sort_unstable_by(|a, b| b.cmp(a));
        queue.dedup();
        while let Some(equation) = queue.pop() {
            let terms = &self.system.equations[equation].terms;
            let place = |cell: usize| cells.binary_search(&cell).ok().filter(|&at| !fixed[at]);
            let open: Vec<(usize, usize, i64)> =
                terms.iter().filter_map(|&(cell, k)| Some((place(cell)?, cell, k))).collect();
            let sum: i64 = open.iter().map(|(_, cell, k)| k * self.system.cells[*cell].value).sum();
            let one_sign = open.iter().all(|(.., k)| *k > 0) || open.iter().all(|(.., k)| *k < 0);
            if open.is_empty() || !(open.len() == 1 || sum == 0 && one_sign) {
                continue;
            }
            for (at, cell, _) in open {
                fixed[at] = true;
                queue.extend(self.equations_of[cell].iter().copied().filter(|&other| other != equation));
            }
        }
        fixed
    }
}
