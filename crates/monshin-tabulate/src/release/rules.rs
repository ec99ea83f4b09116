//! What is small, what can be withheld, and how well it is to be protected.

use std::collections::BTreeMap;

use monshin_estimate::disclosure::{Task, Unit, discloses_class, is_primary};
use monshin_instrument::{Disclosure, DisclosurePreset};

use super::ledger::{Group, Ledger, Place};
use super::routed::What;
use crate::VariableKind;

/// What a unit is in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A row: table, row.
    Row(usize, usize),
    /// A cell of a row: table, row, code.
    Cell(usize, usize, u16),
    /// A number of responses: breakdown, class (`None`: those without).
    Responses(usize, Option<u16>),
}

/// The task of the protector, and what its units are.
pub(super) struct Rules {
    pub task: Task,
    pub parts: Vec<Part>,
    /// How many units at the end of the primary ones are not small themselves, but would leave
    /// together with those that are what subtraction gives of a small group.
    pub forced: usize,
}

/// Ranks of units that are withheld only where no other helps.
const ORDINARY: u8 = 0;
const TOTAL: u8 = 1;
const RESPONSES: u8 = 2;

/// Applies the policy to the counts.
pub(super) fn rules(ledger: &Ledger<'_>, policy: &Disclosure) -> Rules {
    let mut maker = Maker {
        ledger,
        policy,
        parts: Vec::new(),
        units: Vec::new(),
        primary: Vec::new(),
        demand: vec![0; ledger.system.cells.len()],
    };
    for place in &ledger.places {
        for group in &place.groups {
            maker.add_group(place, group);
        }
    }
    if policy.preset == DisclosurePreset::Register {
        maker.add_responses();
    }
    maker.find_company();
    let small = maker.primary.len();
    if policy.preset == DisclosurePreset::Voluntary {
        ledger.places.iter().for_each(|place| maker.force(place));
    }
    let Maker { parts, units, primary, demand, .. } = maker;
    let forced = primary.len() - small;
    Rules { task: Task { system: ledger.system.clone(), units, primary, demand }, parts, forced }
}

struct Maker<'a> {
    ledger: &'a Ledger<'a>,
    policy: &'a Disclosure,
    parts: Vec<Part>,
    units: Vec<Unit>,
    primary: Vec<usize>,
    demand: Vec<i64>,
}

impl Maker<'_> {
    fn add_unit(&mut self, part: Part, cells: Vec<usize>, rank: u8, is_primary: bool) {
        if is_primary {
            self.primary.push(self.units.len());
        }
        self.parts.push(part);
        self.units.push(Unit { cells, rank, company: 0 });
    }

    /// How much is small of the class that a unit is about, where that is more than one thing: what
    /// is withheld is gathered in classes that have gaps anyway, so that others stay whole.
    fn find_company(&mut self) {
        let class = |part: &Part| {
            let (Part::Row(table, row) | Part::Cell(table, row, _)) = *part else { return None };
            let table = &self.ledger.tables.tables[table];
            (!table.by.is_empty()).then(|| (table.by.clone(), table.rows[row].group.clone()))
        };
        let mut counts: BTreeMap<(Vec<usize>, Vec<u16>), u32> = BTreeMap::new();
        for class in self.primary.iter().filter_map(|&unit| class(&self.parts[unit])) {
            *counts.entry(class).or_default() += 1;
        }
        for (unit, part) in self.units.iter_mut().zip(&self.parts) {
            unit.company = class(part)
                .and_then(|class| counts.get(&class).copied())
                .filter(|count| *count > 1)
                .unwrap_or(0);
        }
    }

    fn is_small(&self, cell: usize) -> bool {
        is_primary(self.ledger.value(cell), self.policy.k)
    }

    fn add_group(&mut self, place: &Place, group: &Group) {
        match self.policy.preset {
            DisclosurePreset::None => {}
            DisclosurePreset::Voluntary => self.add_voluntary(place, group),
            DisclosurePreset::Register => self.add_register(place, group),
        }
    }

    /// Rows are withheld; what people answered is protected.
    fn add_voluntary(&mut self, place: &Place, group: &Group) {
        if place.by.is_empty() {
            return;
        }
        let cell = |what: What| place.cell(group, what).expect("every group has it");
        let is_small = self.is_small(cell(What::Base));
        let one_mind = self.is_of_one_mind(place, group);
        if let Some(row) = group.row {
            let cells = (0..place.whats.len()).map(|at| group.first + at).collect();
            self.add_unit(Part::Row(place.table, row), cells, ORDINARY, is_small || one_mind);
        }
        for (at, what) in place.whats.iter().enumerate() {
            if !self.is_answer(place, *what) {
                continue;
            }
            let room = self.room(place, group, at);
            // What is withheld only to protect others tells of no small group.
            if is_small || one_mind {
                self.demand[group.first + at] = room.min(self.policy.protection as i64);
            }
        }
    }

    /// What tells of an answer, not only that there was one.
    fn is_answer(&self, place: &Place, what: What) -> bool {
        match what {
            What::Code(_) | What::Mass => true,
            What::Base => self.ledger.tables.variables[place.variable].kind == VariableKind::Text,
            _ => false,
        }
    }

    /// How much room there is at all where the bases and the overall figures are known: an answer of
    /// a group of two has three possible counts, whatever is withheld.
    fn room(&self, place: &Place, group: &Group, at: usize) -> i64 {
        let value = |cell: usize| self.ledger.value(cell) as i64;
        let of_all = |what: What| {
            let overall = self.ledger.place(place.variable, &[])?;
            Some(value(overall.cell(&overall.groups[0], what)?))
        };
        let what = place.whats[at];
        let count = of_all(what).unwrap_or(i64::MAX);
        if matches!(what, What::Mass | What::Base) {
            return count;
        }
        let base = place.cell(group, What::Base).map_or(0, value);
        let least = of_all(What::Base).map_or(0, |all| (base + count - all).max(0));
        base.min(count) - least
    }

    /// Everybody (or nobody) of a small class gave an answer to a sensitive question.
    fn is_of_one_mind(&self, place: &Place, group: &Group) -> bool {
        let question = self.ledger.tables.variables[place.variable].question;
        let base = place.cell(group, What::Base).map_or(0, |cell| self.ledger.value(cell));
        let of_one = |(at, what): (usize, &What)| {
            matches!(what, What::Code(_))
                && discloses_class(self.ledger.value(group.first + at), base, self.policy.small_class)
        };
        self.ledger.tables.questionnaire.questions()[question].sensitive
            && !place.by.is_empty()
            && place.whats.iter().enumerate().any(of_one)
    }

    /// What is withheld in a line is a group too, whose figures follow by subtraction: it has to be k
    /// answers at least. The next smallest rows are withheld until it is.
    fn force(&mut self, place: &Place) {
        for line in lines(place) {
            loop {
                let base =
                    |group: &&Group| place.cell(group, What::Base).map_or(0, |cell| self.ledger.value(cell));
                let unit = |group: &Group| {
                    let row = Part::Row(place.table, group.row?);
                    self.parts.iter().position(|part| *part == row)
                };
                let is_hidden = |group: &&&Group| unit(group).is_none_or(|unit| self.primary.contains(&unit));
                let hidden: u64 = line.iter().filter(is_hidden).map(&base).sum();
                if !is_primary(hidden, self.policy.k) {
                    break;
                }
                let shown = line.iter().filter(|group| !is_hidden(group) && base(group) > 0);
                let next = shown.min_by_key(|group| (base(group), group.first)).and_then(|group| unit(group));
                let Some(next) = next else { break };
                self.primary.push(next);
            }
        }
    }

    /// Every small count is withheld and protected, wherever it stands.
    fn add_register(&mut self, place: &Place, group: &Group) {
        let one_mind = self.is_of_one_mind(place, group);
        let cells: Vec<usize> = (0..place.whats.len()).map(|at| group.first + at).collect();
        let is_code = |what: What| matches!(what, What::Code(_) | What::Other(_));
        let room = self.ledger.tables.responses as i64;
        for (&cell, &what) in cells.iter().zip(&place.whats) {
            let hurts = self.is_small(cell) || (one_mind && is_code(what));
            if hurts {
                self.demand[cell] = room.min(self.policy.protection as i64);
            }
        }
        let Some(row) = group.row else { return };
        let rank = if place.by.is_empty() { TOTAL } else { ORDINARY };
        let (ledger, k) = (self.ledger, self.policy.k);
        let small =
            |what: What| place.cell(group, what).is_some_and(|cell| is_primary(ledger.value(cell), k));
        let asked: u64 = [What::Base, What::Blank, What::Refused]
            .iter()
            .filter_map(|what| place.cell(group, *what))
            .map(|cell| self.ledger.value(cell))
            .sum();
        let states = [What::Base, What::Blank, What::Refused, What::NotAsked, What::ScopeUnknown];
        let whole = states.into_iter().any(small) || is_primary(asked, self.policy.k);
        self.add_unit(Part::Row(place.table, row), cells, rank, whole);
        for what in &place.whats {
            let What::Code(code) = *what else { continue };
            let own = [What::Code(code), What::Other(code)];
            let primary = own.into_iter().any(small) || one_mind;
            let cells = own.into_iter().filter_map(|what| place.cell(group, what)).collect();
            self.add_unit(Part::Cell(place.table, row, code), cells, rank, primary && !whole);
        }
    }

    fn add_responses(&mut self) {
        for of in self.ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
            for (classes, cell) in &of.groups {
                let small = self.is_small(*cell);
                if small {
                    self.demand[*cell] = self.policy.protection.min(self.ledger.tables.responses) as i64;
                }
                self.add_unit(Part::Responses(of.by[0], classes[0]), vec![*cell], RESPONSES, small);
            }
        }
    }
}

/// Groups whose sum is published: all of a table by one breakdown; of a crossed one those of a class.
fn lines(place: &Place) -> Vec<Vec<&Group>> {
    match place.by.len() {
        0 => vec![],
        1 => vec![place.groups.iter().collect()],
        _ => {
            let classes =
                |at: usize| place.groups.iter().filter_map(move |group| Some((at, group.classes[at]?)));
            let mut lines: Vec<(usize, u16)> = (0..place.by.len()).flat_map(classes).collect();
            lines.sort_unstable();
            lines.dedup();
            let of = |(at, class): (usize, u16)| {
                place.groups.iter().filter(|group| group.classes[at] == Some(class)).collect()
            };
            lines.into_iter().map(of).collect()
        }
    }
}
