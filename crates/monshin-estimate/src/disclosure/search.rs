//! Looking for worlds that lie apart in one figure.

use std::collections::{BTreeMap, BTreeSet};

use super::task::ABOUT_ANY;
use super::walk::{Walk, Way};
use super::worlds::Worlds;

/// How many kinds are moved at once, at first and at most.
const REACH: [usize; 2] = [400, 1200];

/// Where worlds are looked for.
pub(super) struct Ground {
    /// By table, its figures.
    tables: BTreeMap<usize, Vec<usize>>,
    /// By place, its kinds: those with somebody first.
    kinds: BTreeMap<usize, Vec<usize>>,
    /// By figure, whether no unit withholds it.
    pub is_fixed: Vec<bool>,
}

/// What a search takes for printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    /// What is.
    AsItIs,
    /// What no unit withholds.
    WhatIsFixed,
}

impl Ground {
    pub fn new(worlds: &Worlds<'_>) -> Ground {
        let task = worlds.task;
        let mut tables: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, figure) in task.figures.iter().enumerate() {
            tables.entry(figure.table).or_default().push(at);
        }
        let mut kinds: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut order: Vec<usize> = (0..task.counts.len()).collect();
        order.sort_by_key(|&kind| task.counts[kind] == 0);
        order.iter().for_each(|&kind| kinds.entry(task.places[kind]).or_default().push(kind));
        let mut is_fixed: Vec<bool> = task.figures.iter().map(|figure| figure.published).collect();
        task.units.iter().flat_map(|unit| &unit.figures).for_each(|&figure| is_fixed[figure] = false);
        Ground { tables, kinds, is_fixed }
    }

    /// Figures of a table.
    pub fn table(&self, table: usize) -> &[usize] {
        self.tables.get(&table).map_or(&[], |figures| figures)
    }

    /// Looks for worlds in which a figure is more or less, until two lie `enough` apart; what is found
    /// is added to the worlds. Gives the hunt, which can go on when more is withheld.
    pub fn search(&self, worlds: &mut Worlds<'_>, figure: usize, enough: i64, printed: Printed) -> Hunt {
        let mut hunt = Hunt::empty(figure, printed);
        for (round, reach) in REACH.into_iter().enumerate() {
            let is_printed = |at: usize| self.is_printed(worlds, at, printed);
            let places = self.places(worlds, figure, round > 0, is_printed);
            let kinds = self.kinds_at(worlds, figure, &places, reach);
            if kinds == hunt.kinds {
                break;
            }
            hunt = self.hunt(worlds, figure, kinds, printed);
            hunt.go_on(worlds, enough);
            if self.width(worlds, figure, printed) >= enough {
                break;
            }
        }
        hunt
    }

    fn is_printed(&self, worlds: &Worlds<'_>, figure: usize, printed: Printed) -> bool {
        match printed {
            Printed::AsItIs => worlds.is_printed(figure),
            Printed::WhatIsFixed => self.is_fixed[figure],
        }
    }

    /// How far apart a figure lies in the worlds found.
    pub fn width(&self, worlds: &Worlds<'_>, figure: usize, printed: Printed) -> i64 {
        let (low, high) = match printed {
            Printed::AsItIs => worlds.range(figure),
            Printed::WhatIsFixed => worlds.room(figure, &self.is_fixed),
        };
        high - low
    }

    /// Places where the figure's table says nothing, those of the figure first; then all others.
    fn places(
        &self,
        worlds: &Worlds<'_>,
        figure: usize,
        all: bool,
        is_printed: impl Fn(usize) -> bool,
    ) -> Vec<usize> {
        let task = worlds.task;
        let of = |figure: usize| task.figures[figure].terms.iter().map(|(kind, _)| task.places[*kind]);
        let mut seen = BTreeSet::new();
        let mut places: Vec<usize> = of(figure).filter(|place| seen.insert(*place)).collect();
        let open = self.table(task.figures[figure].table).iter().filter(|at| !is_printed(**at));
        places.extend(open.flat_map(|&at| of(at)).filter(|place| seen.insert(*place)));
        if all {
            places.extend(self.kinds.keys().copied().filter(|place| seen.insert(*place)));
        }
        places
    }

    /// So many kinds at these places: those with somebody, then those that differ in what the figure
    /// is about, then others.
    fn kinds_at(&self, worlds: &Worlds<'_>, figure: usize, places: &[usize], most: usize) -> Vec<usize> {
        let task = worlds.task;
        let about = task.figures[figure].about;
        let rank = |kind: usize| match task.counts[kind] {
            0 if [about, ABOUT_ANY].contains(&task.about[kind]) => 1,
            0 => 2,
            _ => 0,
        };
        let mut kinds = Vec::new();
        for wanted in 0..3 {
            for place in places {
                kinds.extend(self.kinds[place].iter().copied().filter(|&kind| rank(kind) == wanted));
                if kinds.len() >= most {
                    kinds.truncate(most);
                    kinds.sort_unstable();
                    return kinds;
                }
            }
        }
        kinds.sort_unstable();
        kinds
    }

    /// A walk that moves these kinds and nothing else.
    fn hunt(&self, worlds: &Worlds<'_>, figure: usize, kinds: Vec<usize>, printed: Printed) -> Hunt {
        let task = worlds.task;
        let column = |kind: usize| kinds.binary_search(&kind).ok().map(|at| at + 1);
        let within = |terms: &[(usize, i64)]| -> Vec<(usize, i64)> {
            terms.iter().filter_map(|&(kind, k)| Some((column(kind)?, k))).collect()
        };
        let target = within(&task.figures[figure].terms);
        if target.is_empty() {
            return Hunt { kinds, ..Hunt::empty(figure, printed) };
        }
        let known: BTreeSet<usize> = kinds.iter().flat_map(|&kind| worlds.known_of(kind)).collect();
        let touched: BTreeSet<usize> = kinds.iter().flat_map(|&kind| worlds.figures_of(kind)).collect();
        let mut equations: Vec<Vec<(usize, i64)>> = known.iter().map(|&at| within(&task.known[at])).collect();
        // What is printed, each sum once; with the figures that say it, where they could be withheld.
        let mut sums: BTreeMap<Vec<(usize, i64)>, Vec<usize>> = BTreeMap::new();
        for at in touched.into_iter().filter(|&at| self.is_printed(worlds, at, printed)) {
            let figure = &task.figures[at];
            let whole = std::slice::from_ref(&figure.terms);
            let parts = if figure.parts.is_empty() { whole } else { &figure.parts };
            for terms in parts.iter().map(|terms| within(terms)).filter(|terms| !terms.is_empty()) {
                sums.entry(terms).or_default().push(at);
            }
        }
        let locks_from = kinds.len() + 1;
        let counted = |terms: &[(usize, i64)]| -> i64 {
            terms.iter().map(|&(at, k)| k * task.counts[kinds[at - 1]]).sum()
        };
        let mut start: Vec<i64> = vec![counted(&target)];
        start.extend(kinds.iter().map(|&kind| task.counts[kind]));
        let mut locks: Vec<Vec<usize>> = Vec::new();
        for (mut terms, figures) in sums {
            if !figures.iter().any(|&at| self.is_fixed[at]) {
                start.push(counted(&terms));
                terms.push((locks_from + locks.len(), -1));
                locks.push(figures);
            }
            equations.push(terms);
        }
        equations.push(target.into_iter().chain([(0, -1)]).collect());
        let walk = Walk::from(&start, locks_from, &equations);
        Hunt { walk: Some(walk), kinds, locks, figure, printed }
    }
}

/// A search that can go on when more is withheld.
pub(super) struct Hunt {
    /// `None` where nothing can move.
    walk: Option<Walk>,
    figure: usize,
    printed: Printed,
    kinds: Vec<usize>,
    /// By lock, the figures that it stands for; none once it is open.
    locks: Vec<Vec<usize>>,
}

impl Hunt {
    fn empty(figure: usize, printed: Printed) -> Hunt {
        Hunt { walk: None, figure, printed, kinds: Vec::new(), locks: Vec::new() }
    }

    /// Looks on, until two worlds lie `enough` apart. Gives the printed figures that hold it back.
    pub fn go_on(&mut self, worlds: &mut Worlds<'_>, enough: i64) -> Vec<usize> {
        let Some(walk) = &mut self.walk else { return Vec::new() };
        let first_lock = self.kinds.len() + 1;
        for (at, figures) in self.locks.iter_mut().enumerate().filter(|(_, figures)| !figures.is_empty()) {
            if self.printed == Printed::AsItIs && !figures.iter().any(|&figure| worlds.is_printed(figure)) {
                walk.unlock(first_lock + at);
                figures.clear();
            }
        }
        let mut holding_back = walk.explore(Way::Up, enough);
        holding_back.extend(walk.explore(Way::Down, enough));
        for moves in walk.take_met() {
            worlds.add(self.figure, moves.into_iter().map(|(at, by)| (self.kinds[at - 1], by)).collect());
        }
        let mut found: Vec<usize> =
            holding_back.into_iter().flat_map(|at| self.locks[at - first_lock].iter().copied()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
