//! What is small, what can be withheld, and how well it is to be protected.

use std::collections::BTreeMap;

use monshin_estimate::disclosure::{discloses_class, is_primary};
use monshin_instrument::{Disclosure, DisclosurePreset};

use super::ledger::{Group, Ledger, Place, STATES, What};
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

/// What can be withheld together.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// What it is in the tables.
    pub part: Part,
    /// Its figures in the ledger.
    pub figures: Vec<usize>,
    pub rank: u8,
    pub company: u32,
    /// Why it is withheld from the outset, if it is.
    pub primary: Option<Primary>,
}

/// Why a unit is withheld from the outset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Primary {
    /// Something in it is small.
    Small,
    /// It would leave together with small ones what subtraction gives of a small group.
    Line,
    /// It is of a class of which nothing is printed, not even how many responded.
    Class,
    /// Nothing less than all of its kind leaves a small figure as much room as it was promised.
    Whole,
}

/// What is withheld from the outset, what can be, and how well it is to be protected.
pub(super) struct Rules {
    pub units: Vec<Unit>,
    /// By figure of the ledger: how many whole steps a reader must be left with.
    pub demand: Vec<i64>,
    /// By breakdown, the classes of which nothing is printed.
    pub dark: Vec<Vec<Option<u16>>>,
    /// By breakdown, whether no table by it is printed.
    pub is_bare: Vec<bool>,
    /// By figure, the least and greatest value that remain because rows are withheld for its sake.
    pub dealt: BTreeMap<usize, (i64, i64)>,
}

impl Rules {
    /// Why a unit is withheld from the outset: position and reason.
    pub fn primary(&self) -> impl Iterator<Item = (usize, Primary)> {
        self.units.iter().enumerate().filter_map(|(at, unit)| Some((at, unit.primary?)))
    }
}

/// Ranks of units that are withheld only where no other helps.
const ORDINARY: u8 = 0;
const TOTAL: u8 = 1;
const RESPONSES: u8 = 2;

/// Applies the policy to the counts.
pub(super) fn rules(ledger: &Ledger<'_>, policy: &Disclosure, is_plain: bool) -> Rules {
    let breakdowns = ledger.tables.questionnaire.breakdowns().len();
    let mut maker = Maker {
        ledger,
        policy,
        is_plain,
        units: Vec::new(),
        demand: vec![0; ledger.figures.len()],
        dark: vec![Vec::new(); breakdowns],
    };
    for place in &ledger.places {
        for group in &place.groups {
            maker.add_group(place, group);
        }
    }
    if policy.preset == DisclosurePreset::Register {
        maker.add_responses();
        maker.darken_classes();
    }
    maker.find_company();
    if policy.preset == DisclosurePreset::Voluntary {
        ledger.places.iter().for_each(|place| maker.force(place));
    }
    Rules {
        units: maker.units,
        demand: maker.demand,
        dark: maker.dark,
        is_bare: vec![false; breakdowns],
        dealt: BTreeMap::new(),
    }
}

struct Maker<'a> {
    ledger: &'a Ledger<'a>,
    policy: &'a Disclosure,
    /// Whether counts alone give every figure.
    is_plain: bool,
    units: Vec<Unit>,
    demand: Vec<i64>,
    dark: Vec<Vec<Option<u16>>>,
}

impl Maker<'_> {
    fn add_unit(&mut self, part: Part, figures: Vec<usize>, rank: u8, is_small: bool) {
        let primary = is_small.then_some(Primary::Small);
        self.units.push(Unit { part, figures, rank, company: 0, primary });
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
        let primary = self.units.iter().filter(|unit| unit.primary.is_some());
        for class in primary.filter_map(|unit| class(&unit.part)) {
            *counts.entry(class).or_default() += 1;
        }
        let company = |part: &Part| class(part).and_then(|class| counts.get(&class).copied());
        let found: Vec<u32> = self.units.iter().map(|unit| company(&unit.part).unwrap_or(0)).collect();
        for (unit, count) in self.units.iter_mut().zip(found) {
            unit.company = if count > 1 { count } else { 0 };
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
            return self.add_overall(place, group);
        }
        let cell = |what: What| place.figure(group, what).expect("every group has it");
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

    /// Overall figures stay, unless they are weighted or rest on strata: of two classes with unlike
    /// weights the overall share says how many answers each has. Then they go last.
    fn add_overall(&mut self, place: &Place, group: &Group) {
        let Some(row) = group.row.filter(|_| !self.is_plain) else { return };
        let figures = (0..place.whats.len()).map(|at| group.first + at).collect();
        self.add_unit(Part::Row(place.table, row), figures, TOTAL, false);
        self.add_cells(place, group, row, TOTAL, |_| false);
    }

    fn add_cells(
        &mut self,
        place: &Place,
        group: &Group,
        row: usize,
        rank: u8,
        is_primary: impl Fn(&[What; 2]) -> bool,
    ) {
        for what in &place.whats {
            let What::Code(code) = *what else { continue };
            let own = [What::Code(code), What::Other(code)];
            let figures = own.iter().filter_map(|what| place.figure(group, *what)).collect();
            self.add_unit(Part::Cell(place.table, row, code), figures, rank, is_primary(&own));
        }
    }

    /// What tells of an answer, not only that there was one.
    fn is_answer(&self, place: &Place, what: What) -> bool {
        match what {
            What::Code(_) | What::Values => true,
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
            Some(value(overall.figure(&overall.groups[0], what)?))
        };
        let what = place.whats[at];
        let count = of_all(what).unwrap_or(i64::MAX);
        if matches!(what, What::Values | What::Base) {
            return count;
        }
        let base = place.figure(group, What::Base).map_or(0, value);
        let least = of_all(What::Base).map_or(0, |all| (base + count - all).max(0));
        base.min(count) - least
    }

    /// Everybody (or nobody) of a small class gave an answer to a sensitive question.
    fn is_of_one_mind(&self, place: &Place, group: &Group) -> bool {
        let question = self.ledger.tables.variables[place.variable].question;
        let base = place.figure(group, What::Base).map_or(0, |cell| self.ledger.value(cell));
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
        let unit_of: BTreeMap<usize, usize> = self
            .units
            .iter()
            .enumerate()
            .filter_map(|(at, unit)| match unit.part {
                Part::Row(table, row) if table == place.table => Some((row, at)),
                _ => None,
            })
            .collect();
        for line in lines(place) {
            loop {
                let base =
                    |group: &&Group| place.figure(group, What::Base).map_or(0, |at| self.ledger.value(at));
                let unit = |group: &Group| group.row.and_then(|row| unit_of.get(&row).copied());
                let is_hidden =
                    |group: &&&Group| unit(group).is_none_or(|unit| self.units[unit].primary.is_some());
                let hidden: u64 = line.iter().filter(is_hidden).map(&base).sum();
                if !is_primary(hidden, self.policy.k) {
                    break;
                }
                let shown = line.iter().filter(|group| !is_hidden(group) && base(group) > 0);
                let next = shown.min_by_key(|group| (base(group), group.first)).and_then(|group| unit(group));
                let Some(next) = next else { break };
                self.units[next].primary = Some(Primary::Line);
            }
        }
    }

    /// Every small count is withheld and protected, wherever it stands.
    fn add_register(&mut self, place: &Place, group: &Group) {
        let one_mind = self.is_of_one_mind(place, group);
        let figures: Vec<usize> = (0..place.whats.len()).map(|at| group.first + at).collect();
        let is_code = |what: What| matches!(what, What::Code(_) | What::Other(_));
        let room = self.ledger.tables.responses as i64;
        for (&cell, &what) in figures.iter().zip(&place.whats) {
            let hurts = self.is_small(cell) || (one_mind && is_code(what));
            // Of a mean that rests on many nothing follows for one.
            if hurts && (what != What::Values || self.is_small(cell)) {
                self.demand[cell] = room.min(self.policy.protection as i64);
            }
        }
        let Some(row) = group.row else { return };
        let rank = if place.by.is_empty() { TOTAL } else { ORDINARY };
        let (ledger, k) = (self.ledger, self.policy.k);
        let small =
            |what: What| place.figure(group, what).is_some_and(|cell| is_primary(ledger.value(cell), k));
        let asked: u64 = [What::Base, What::Blank, What::Refused]
            .iter()
            .filter_map(|what| place.figure(group, *what))
            .map(|cell| self.ledger.value(cell))
            .sum();
        let whole = STATES.into_iter().any(small) || is_primary(asked, self.policy.k);
        self.add_unit(Part::Row(place.table, row), figures, rank, whole);
        self.add_cells(place, group, row, rank, |own| !whole && (one_mind || own.iter().copied().any(small)));
    }

    fn add_responses(&mut self) {
        for of in self.ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
            for (classes, figure) in &of.groups {
                let small = self.is_small(*figure);
                if small {
                    self.demand[*figure] = self.policy.protection.min(self.ledger.tables.responses) as i64;
                    self.dark[of.by[0]].push(classes[0]);
                }
                self.add_unit(Part::Responses(of.by[0], classes[0]), vec![*figure], RESPONSES, small);
            }
        }
    }

    /// How many responded of a small class would follow from any row of it, so none is printed; and as
    /// many further classes go with it as keep it from following by subtraction, the smallest first.
    fn darken_classes(&mut self) {
        let ledger = self.ledger;
        for of in ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
            let dark = &mut self.dark[of.by[0]];
            if dark.is_empty() {
                continue;
            }
            let mut others: Vec<(u64, Option<u16>)> = of
                .groups
                .iter()
                .map(|(classes, figure)| (ledger.value(*figure), classes[0]))
                .filter(|(n, class)| *n > 0 && !dark.contains(class))
                .collect();
            others.sort_unstable();
            let hidden = of.groups.iter().filter(|(classes, _)| dark.contains(&classes[0]));
            let mut hidden: u64 = hidden.map(|(_, figure)| ledger.value(*figure)).sum();
            let mut others = others.into_iter();
            while dark.len() < 2 || hidden < self.policy.protection.max(self.policy.k) {
                let Some((n, class)) = others.next() else { break };
                dark.push(class);
                hidden += n;
            }
        }
        let is_dark = |dark: &[Vec<Option<u16>>], by: &[usize], classes: &[Option<u16>]| {
            by.iter().zip(classes).any(|(by, class)| dark[*by].contains(class))
        };
        for unit in self.units.iter_mut().filter(|unit| unit.primary.is_none()) {
            let dark = match unit.part {
                Part::Row(table, row) => {
                    let table = &ledger.tables.tables[table];
                    let group: Vec<_> = table.rows[row].group.iter().copied().map(Some).collect();
                    is_dark(&self.dark, &table.by, &group)
                }
                Part::Cell(..) => false,
                Part::Responses(by, class) => is_dark(&self.dark, &[by], &[class]),
            };
            if dark {
                unit.primary = Some(Primary::Class);
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
