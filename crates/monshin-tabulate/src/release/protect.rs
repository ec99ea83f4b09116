//! Every component of the routing protected for itself.

use std::collections::{BTreeMap, BTreeSet};

use monshin_estimate::disclosure::{Protected, Withheld, withhold};
use monshin_instrument::ItemDef;

use super::ProtectedLess;
use super::ledger::Ledger;
use super::retreat::{Retreat, Step};
use super::rules::{Part, Rules};
use super::scales::Scales;
use super::society::Society;
use super::task::{OneTask, task_of};
use crate::Tables;
use crate::cube::components::components;

/// What is withheld beside the primary units, and what can be worked out.
#[derive(Default)]
pub(super) struct Done {
    /// Units of the rules, each with the figure of the ledger on whose account it is withheld.
    pub secondary: Vec<(usize, usize)>,
    /// Figures of the ledger that are protected less than asked for, with the steps that are left.
    pub short: BTreeMap<usize, i64>,
    /// Those of them for which it is proven that no withholding leaves more.
    pub without_room: BTreeSet<usize>,
    /// By figure of the ledger, least and greatest value found; empty where nobody asked.
    pub ranges: BTreeMap<usize, (i64, i64)>,
}

impl Done {
    /// How many figures are protected less than asked for.
    pub fn protected_less(&self) -> ProtectedLess {
        let without_room = self.short.keys().filter(|figure| self.without_room.contains(figure)).count();
        ProtectedLess { without_room, unproven: self.short.len() - without_room }
    }
}

/// Protects what is small, component by component: no table looks at two. Where that leaves a figure less
/// room than there is, more is withheld for good: the rules say what.
pub(super) fn protect(
    ledger: &Ledger<'_>,
    rules: &mut Rules,
    scales: &Scales<'_>,
    with_ranges: bool,
) -> Done {
    let mut done = Done::default();
    let Some(joint) = &ledger.tables.joint else {
        withhold_all(ledger, rules, &mut done);
        done.secondary.sort_unstable();
        return done;
    };
    let mut society = Society::new(ledger.tables, joint, rules, scales);
    protect_jointly(ledger, rules, &society, with_ranges, &mut done);
    for step in [Step::Rows, Step::Breakdowns, Step::Families] {
        let retreat = Retreat { ledger, society: &society };
        let mut open = retreat.unsettled(rules, &mut done);
        open.retain(|figure| !rules.dealt.contains_key(figure));
        if open.is_empty() {
            break;
        }
        if retreat.withhold(rules, step, &open) {
            let without_room = std::mem::take(&mut done.without_room);
            done = Done { without_room, ..Done::default() };
            society = Society::new(ledger.tables, joint, rules, scales);
            protect_jointly(ledger, rules, &society, with_ranges, &mut done);
        }
    }
    let retreat = Retreat { ledger, society: &society };
    retreat.unsettled(rules, &mut done);
    retreat.settle_families(rules, &mut done);
    done.secondary.sort_unstable();
    done
}

fn protect_jointly(
    ledger: &Ledger<'_>,
    rules: &Rules,
    society: &Society<'_>,
    with_ranges: bool,
    done: &mut Done,
) {
    for number in 0..society.components() {
        if let Some(one) = task_of(ledger, rules, society, number) {
            add_one(one, with_ranges, done);
        }
    }
    for of in ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
        // Of classes on which several components rest nothing is proven.
        let figures = of.groups.iter().map(|(_, figure)| *figure).filter(|figure| rules.demand[*figure] > 0);
        if society.owner(of.by[0]).is_none() {
            done.short.extend(figures.map(|figure| (figure, 0)));
        }
    }
}

fn add_one(mut one: OneTask, with_ranges: bool, done: &mut Done) {
    done.short.extend(one.constant.iter().map(|&figure| (figure, 0)));
    let mut protected = withhold(&one.task);
    let withheld = protected.withheld.clone();
    let is_weighted = one.task.figures.iter().any(|figure| !figure.parts.is_empty());
    add_short(&one, &withheld.short, done);
    if withheld.short.is_empty() || !is_weighted {
        look_again(&one, &mut protected, done);
        if with_ranges {
            add_ranges(&one, protected, done);
        }
        add_withheld(&mut one, &withheld, done);
        return;
    }
    // Where weights leave no room, at least the counts do not say it; what they do leave room for stays
    // protected against them.
    add_withheld(&mut one, &withheld, done);
    let mut counts = one.task.clone();
    counts.figures.iter_mut().for_each(|figure| figure.parts.clear());
    let withheld = withhold(&counts).withheld;
    add_short(&one, &withheld.short, done);
    add_withheld(&mut one, &withheld, done);
    let mut protected = withhold(&one.task);
    look_again(&one, &mut protected, done);
    if with_ranges {
        add_ranges(&one, protected, done);
    }
}

/// What seemed short when everything was to be withheld may be wide enough as things are: the one search does not
/// go where the other does.
fn look_again(one: &OneTask, protected: &mut Protected<'_>, done: &mut Done) {
    let mut widths: BTreeMap<usize, Option<i64>> = BTreeMap::new();
    for (at, &figure) in one.figures.iter().enumerate() {
        let demand = one.task.figures[at].demand;
        if demand == 0 || !done.short.contains_key(&figure) {
            continue;
        }
        let (low, high) = protected.range(at);
        let width = widths.entry(figure).or_default();
        if high - low < demand {
            *width = Some(width.map_or(high - low, |least| least.min(high - low)));
        }
    }
    for (figure, width) in widths {
        match width {
            Some(width) => _ = done.short.insert(figure, width),
            None => _ = done.short.remove(&figure),
        }
    }
}

fn add_ranges(one: &OneTask, mut protected: Protected<'_>, done: &mut Done) {
    for (at, &figure) in one.figures.iter().enumerate() {
        if protected.is_withheld(at) {
            done.ranges.insert(figure, protected.range(at));
        }
    }
}

/// Withholds for good what was found to be withheld.
fn add_withheld(one: &mut OneTask, withheld: &Withheld, done: &mut Done) {
    for &(unit, figure) in &withheld.secondary {
        done.secondary.push((one.units[unit], one.figures[figure]));
        one.task.primary.push(unit);
    }
}

fn add_short(one: &OneTask, short: &[(usize, i64)], done: &mut Done) {
    for &(figure, width) in short {
        let least = done.short.entry(one.figures[figure]).or_insert(width);
        *least = width.min(*least);
    }
}

/// Where nobody knows what goes together, of questions that hang together nothing by classes is printed
/// as soon as something of it is small (and nothing at all, where overall figures are withheld too).
fn withhold_all(ledger: &Ledger<'_>, rules: &Rules, done: &mut Done) {
    for variables in hanging_together(ledger.tables) {
        let own = |unit: &usize| match rules.units[*unit].part {
            Part::Row(table, _) | Part::Cell(table, ..) => {
                variables.contains(&ledger.tables.tables[table].variable)
            }
            Part::Responses(..) => false,
        };
        let units: Vec<usize> = (0..rules.units.len()).filter(own).collect();
        if !units.iter().any(|&unit| rules.units[unit].primary.is_some()) {
            continue;
        }
        let rows = units.into_iter().filter(|&unit| matches!(rules.units[unit].part, Part::Row(..)));
        let open = rows.filter(|&unit| rules.units[unit].primary.is_none());
        done.secondary.extend(open.map(|unit| (unit, rules.units[unit].figures[0])));
    }
    // That this is enough is not shown.
    done.short.extend((0..rules.demand.len()).filter(|&figure| rules.demand[figure] > 0).map(|at| (at, 0)));
}

/// Variables of the same units that look at each other.
fn hanging_together(tables: &Tables) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let blocks = std::iter::once(None).chain((0..tables.questionnaire.blocks().len()).map(Some));
    for block in blocks {
        let own: Vec<usize> =
            (0..tables.variables.len()).filter(|&at| tables.variables[at].block == block).collect();
        let items: Vec<(usize, &ItemDef)> = own
            .iter()
            .map(|&at| tables.variables[at].items[0])
            .map(|item| (item, &tables.questionnaire.items()[item]))
            .collect();
        let parts = components(&items).into_iter();
        found.extend(parts.map(|part| part.into_iter().map(|(local, ..)| own[local]).collect()));
    }
    found
}
