//! Which classes to take together so that less is withheld.
//!
//! Comes in: how a release turns out with classes taken together, asked for one way after another. Goes out:
//! the ways that lose least. Every figure is that of a whole release made so; nothing is estimated. For the
//! author alone: that a way helps says which classes are small.

use std::cmp::Reverse;

use crate::{Released, Table, Tables};

/// Classes taken together: each group is one class then. Every class stands in one of them.
pub type Groups = Vec<Vec<u16>>;

/// How much a release keeps back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Rows, cells and numbers of responses that are withheld, in all tables.
    pub withheld: usize,
    /// Rows of the tables by the breakdown that are shown whole.
    pub shown: usize,
    /// Of how many.
    pub rows: usize,
}

impl Loss {
    /// What a release keeps back, its rows by a breakdown (alone or crossed) counted.
    pub fn of(released: &Released<Tables>, breakdown: usize) -> Loss {
        let is_by = |table: &&Table| table.by.contains(&breakdown);
        let rows = || released.tables.iter().filter(is_by).flat_map(|table| &table.rows);
        let is_whole = |row: &&crate::Row| row.figures().is_some_and(|figures| figures.withheld.is_empty());
        Loss {
            withheld: released.audit().len(),
            shown: rows().filter(is_whole).count(),
            rows: rows().count(),
        }
    }

    /// The less is lost, the smaller.
    fn order(&self) -> (usize, Reverse<usize>) {
        (self.withheld, Reverse(self.shown))
    }
}

/// The classes of a breakdown, as far as merging goes by them.
#[derive(Clone, Debug)]
pub struct Classes {
    /// Responses of each.
    pub sizes: Vec<u64>,
    /// They have an order: neighbours are taken together. Otherwise the smallest.
    pub ordered: bool,
    /// The one that stands for all others ("other"), where there is one: what is small goes there first.
    pub other: Option<u16>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeAdvice {
    /// As it is.
    pub now: Loss,
    /// Ways in which less is withheld, each less than the one before, the most classes first.
    pub ways: Vec<(Groups, Loss)>,
    /// How many were tried.
    pub tried: usize,
    /// Of those, how many could not be made.
    pub impossible: usize,
    /// How far the search went.
    pub reach: Reach,
}

/// How far a search went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// For every number of classes named, all ways to take neighbours together were tried.
    Exhaustive,
    /// Step by step, the best pair of neighbours each time: other ways may be better.
    StepByStep,
    /// Only the smallest classes together: other ways may be better.
    SmallestOnly,
    /// It was stopped.
    Stopped,
}

/// With more ordered classes not all ways are tried: 2ⁿ⁻¹ of them.
const MOST_EXHAUSTIVE: usize = 9;

/// Looks for classes to take together. `release` makes the release in one way; `None` where that cannot be.
/// `may_go_on` is asked before each.
///
/// Ordered classes up to nine: every way to take neighbours together, the most classes first, until nothing
/// is withheld. More: pairs of neighbours, step by step. Without an order: the smallest two together, the
/// smallest three, and so on ("other" being the smallest). At least two classes stay. One or two classes, or nothing
/// withheld: no way.
pub fn advise_merging(
    classes: &Classes,
    now: Loss,
    release: &mut dyn FnMut(&Groups) -> Option<Loss>,
    may_go_on: &mut dyn FnMut() -> bool,
) -> MergeAdvice {
    let mut search = Search { release, may_go_on, tried: Vec::new(), impossible: 0, is_stopped: false };
    let count = classes.sizes.len();
    let mut reach = Reach::Exhaustive;
    if now.withheld > 0 && count > 2 {
        reach = match classes.ordered {
            true if count <= MOST_EXHAUSTIVE => search.all_runs(count),
            true => search.pairs(&classes.sizes),
            false => search.smallest(classes),
        };
    }
    if search.is_stopped {
        reach = Reach::Stopped;
    }
    let (tried, impossible) = (search.tried.len() + search.impossible, search.impossible);
    MergeAdvice { now, ways: best(search.tried, now, count), tried, impossible, reach }
}

/// The best way for each number of classes, as far as it is better than with more classes.
fn best(tried: Vec<(Groups, Loss)>, now: Loss, count: usize) -> Vec<(Groups, Loss)> {
    let mut ways: Vec<(Groups, Loss)> = Vec::new();
    for left in (2..count).rev() {
        let least = ways.last().map_or(now.withheld, |(_, loss)| loss.withheld);
        let of_as_many = tried.iter().filter(|(groups, _)| groups.len() == left);
        let found = of_as_many.min_by_key(|(_, loss)| loss.order());
        ways.extend(found.filter(|(_, loss)| loss.withheld < least).cloned());
    }
    ways
}

struct Search<'a> {
    release: &'a mut dyn FnMut(&Groups) -> Option<Loss>,
    may_go_on: &'a mut dyn FnMut() -> bool,
    tried: Vec<(Groups, Loss)>,
    impossible: usize,
    is_stopped: bool,
}

impl Search<'_> {
    fn try_out(&mut self, groups: Groups) -> Option<Loss> {
        self.is_stopped |= !(self.may_go_on)();
        if self.is_stopped {
            return None;
        }
        let loss = (self.release)(&groups);
        match loss {
            Some(loss) => self.tried.push((groups, loss)),
            None => self.impossible += 1,
        }
        loss
    }

    /// Whether nothing is withheld in a way with so many classes: fewer cannot be better then.
    fn is_done(&self, left: usize) -> bool {
        self.tried.iter().any(|(groups, loss)| groups.len() == left && loss.withheld == 0)
    }

    fn all_runs(&mut self, count: usize) -> Reach {
        for left in (2..count).rev() {
            runs(count, left).into_iter().for_each(|groups| {
                self.try_out(groups);
            });
            if self.is_done(left) {
                break;
            }
        }
        Reach::Exhaustive
    }

    fn pairs(&mut self, sizes: &[u64]) -> Reach {
        let mut groups: Groups = (0..sizes.len() as u16).map(|class| vec![class]).collect();
        while groups.len() > 2 && !self.is_stopped {
            let mut found: Vec<(Loss, u64, Groups)> = Vec::new();
            for at in 0..groups.len() - 1 {
                let mut merged = groups.clone();
                let second = merged.remove(at + 1);
                merged[at].extend(second);
                let size = merged[at].iter().map(|class| sizes[usize::from(*class)]).sum();
                let Some(loss) = self.try_out(merged.clone()) else { continue };
                found.push((loss, size, merged));
            }
            let best = found.into_iter().min_by_key(|(loss, size, _)| (loss.order(), *size));
            let Some((_, _, next)) = best else { break };
            groups = next;
            if self.is_done(groups.len()) {
                break;
            }
        }
        Reach::StepByStep
    }

    fn smallest(&mut self, classes: &Classes) -> Reach {
        let mut order: Vec<u16> = (0..classes.sizes.len() as u16).collect();
        order.sort_by_key(|class| (Some(*class) != classes.other, classes.sizes[usize::from(*class)]));
        for several in 2..order.len() {
            let mut small = order[..several].to_vec();
            small.sort_unstable();
            let apart = order[several..].iter().map(|class| vec![*class]);
            let mut groups: Groups = apart.chain([small]).collect();
            groups.sort();
            self.try_out(groups);
            if self.is_done(order.len() - several + 1) {
                break;
            }
        }
        Reach::SmallestOnly
    }
}

/// Every way to cut so many classes in their order into so many runs.
fn runs(count: usize, left: usize) -> Vec<Groups> {
    let of_cuts = |cuts: u32| -> Groups {
        let mut groups: Groups = vec![vec![0]];
        for class in 1..count as u16 {
            if cuts >> (class - 1) & 1 == 1 {
                groups.push(Vec::new());
            }
            groups.last_mut().expect("has one").push(class);
        }
        groups
    };
    let all = 0..1_u32 << (count - 1);
    all.filter(|cuts| cuts.count_ones() as usize == left - 1).map(of_cuts).collect()
}
