//! Withholding more than single rows, where those do not leave a small figure the room that there is.
//!
//! First the same rows of all questions that hang together, as few as it takes (see `deal`). Where that is not
//! enough, whole breakdowns: who is of which class is open then, beside how many responded of each. Then whole
//! families of questions: nothing of them is printed by classes (in a register nothing at all), so answers may
//! go with any respondent.

use std::collections::BTreeSet;

use monshin_instrument::{DisclosurePreset, Subject};

use super::deal::given;
use super::ledger::{Ledger, What};
use super::people::Routing;
use super::protect::Done;
use super::room::room;
use super::rules::{Part, Primary, Rules};
use super::society::Society;

/// How much is withheld at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Some rows of questions that hang together.
    Rows,
    /// Every table by some breakdowns.
    Breakdowns,
    /// Every table by classes of questions that hang together.
    Families,
}

/// Looks at figures that are protected less than asked for.
pub(super) struct Retreat<'a> {
    pub ledger: &'a Ledger<'a>,
    pub society: &'a Society<'a>,
}

/// Questions that hang together, and what they and a figure rest on.
pub(super) struct Family {
    pub components: BTreeSet<usize>,
    /// Breakdowns that they ask for or are the answer to.
    pub reads: BTreeSet<usize>,
}

impl Retreat<'_> {
    /// Figures that are protected less than asked for although nothing shows that more cannot be had.
    pub fn unsettled(&self, rules: &Rules, done: &mut Done) -> Vec<usize> {
        let mut open = Vec::new();
        for (&figure, &width) in &done.short {
            if done.without_room.contains(&figure) {
                continue;
            }
            match self.room(rules, figure) {
                Some(room) if room <= width => _ = done.without_room.insert(figure),
                _ => open.push(figure),
            }
        }
        open
    }

    /// Withholds more for the sake of these figures. Whether anything was.
    pub fn withhold(&self, rules: &mut Rules, step: Step, open: &[usize]) -> bool {
        let before = (rules.primary().count(), rules.is_bare.clone());
        for &figure in open {
            match step {
                Step::Rows => self.withhold_for_deal(rules, figure),
                Step::Breakdowns => self.to_strip(figure).into_iter().for_each(|by| self.strip(rules, by)),
                Step::Families => {
                    let family = self.family(figure);
                    if self.is_register() {
                        let own = self.by(figure);
                        family.reads.iter().chain(&own).for_each(|by| self.strip(rules, *by));
                    }
                    self.withhold_rows(rules, |table| {
                        family.components.contains(&self.component_of_table(table))
                    });
                }
            }
        }
        (rules.primary().count(), rules.is_bare.clone()) != before
    }

    /// Takes off the list what is kept after all, because families were withheld as a whole.
    pub fn settle_families(&self, rules: &Rules, done: &mut Done) {
        let is_open = |figure: &usize| !done.without_room.contains(figure);
        let open: Vec<usize> = done.short.keys().copied().filter(is_open).collect();
        for figure in open {
            let found = match self.is_register() {
                _ if rules.dealt.contains_key(&figure) => rules.dealt.get(&figure).copied(),
                true => self.range_of_anything(rules, figure),
                false => self.range_by_dealing_anew(rules, figure),
            };
            let Some((low, high)) = found else { continue };
            let range = done.ranges.entry(figure).or_insert((low, high));
            *range = (low.min(range.0), high.max(range.1));
            // Of numbers a deal leaves each value what was promised of it.
            let is_number = self.ledger.find(figure).is_some_and(|(.., what)| what == What::Values);
            let width = match is_number {
                true => rules.demand[figure],
                false => (high - low).max(done.short[&figure]),
            };
            if width >= rules.demand[figure] {
                done.short.remove(&figure);
            } else {
                done.short.insert(figure, width);
                if self.room(rules, figure).is_some_and(|room| room <= width) {
                    done.without_room.insert(figure);
                }
            }
        }
    }

    /// In a register: where nothing is printed of a family nor by what it asks for, everybody could be as any
    /// one respondent is.
    fn range_of_anything(&self, rules: &Rules, figure: usize) -> Option<(i64, i64)> {
        let family = self.family(figure);
        let is_dark = family.reads.iter().chain(&self.by(figure)).all(|by| rules.is_bare[*by]);
        let all = self.ledger.tables.responses as i64;
        let some = (1..all).contains(&self.ledger.figures[figure].value);
        (is_dark && some && self.is_withheld(rules, &family, true)).then_some((0, all))
    }

    /// Where nothing of a family is printed by classes, its answers may be dealt anew among respondents of the
    /// same classes in what it asks for: a count of a class has all values that the sums leave it.
    fn range_by_dealing_anew(&self, rules: &Rules, figure: usize) -> Option<(i64, i64)> {
        let (place, group, what) = self.ledger.find(figure)?;
        let component = self.society.component(self.society.component_of(place.variable)?);
        let family = self.family(figure);
        if component.block.is_some() || !self.is_withheld(rules, &family, false) {
            return None;
        }
        if what == What::Values {
            // Every value may be anybody's, which is all that is promised.
            return family.reads.is_empty().then_some((0, rules.demand[figure]));
        }
        let reads: Vec<usize> = family.reads.into_iter().collect();
        let given = given(component, place.variable, what)?.into_iter();
        let own = |at: &(usize, u64)| self.society.of(at.0, &place.by) == group.classes;
        let given = self.society.sums(&reads, given);
        let responses = self.society.sums(&reads, self.society.responses());
        let (mut low, mut high) = (0, 0);
        for (classes, n) in self.society.sums(&reads, self.society.responses().filter(own)) {
            let given = given.get(&classes).copied().unwrap_or(0);
            low += (n + given).saturating_sub(responses[&classes]) as i64;
            high += n.min(given) as i64;
        }
        Some((low, high))
    }

    pub(super) fn room(&self, rules: &Rules, figure: usize) -> Option<i64> {
        let (place, ..) = self.ledger.find(figure)?;
        let number = self.society.component_of(place.variable)?;
        room(self.ledger, rules, self.society, number, figure)
    }

    fn is_register(&self) -> bool {
        self.ledger.tables.questionnaire.survey().disclosure.preset == DisclosurePreset::Register
    }

    /// Breakdowns that a figure is by.
    fn by(&self, figure: usize) -> Vec<usize> {
        let of = |of: &&super::ledger::UnitsOf| of.groups.iter().any(|(_, units)| *units == figure);
        match self.ledger.find(figure) {
            Some((place, ..)) => place.by.clone(),
            None => self.ledger.units.iter().find(of).map_or_else(Vec::new, |of| of.by.clone()),
        }
    }

    fn reads(&self, component: usize) -> BTreeSet<usize> {
        Routing::new(self.ledger.tables, self.society.component(component)).breakdowns()
    }

    /// Breakdowns that give room when nothing is printed by them. Where numbers of responses are published, one
    /// of those that matter may stay: respondents keep their class in it.
    fn to_strip(&self, figure: usize) -> Vec<usize> {
        let place = self.ledger.find(figure).map(|(place, ..)| place);
        let Some(number) = place.and_then(|place| self.society.component_of(place.variable)) else {
            return Vec::new();
        };
        let own = self.by(figure);
        let by: BTreeSet<usize> = self.reads(number).into_iter().chain(own.iter().copied()).collect();
        let is_free = |by: &&usize| self.society.is_free(number, **by);
        if self.is_register() {
            return by.iter().filter(is_free).copied().collect();
        }
        let stays = by
            .iter()
            .find(|by| !is_free(by))
            .or_else(|| by.iter().find(|by| !own.contains(by)))
            .or_else(|| by.first());
        by.iter().filter(|one| Some(*one) != stays).filter(is_free).copied().collect()
    }

    /// Prints nothing by a breakdown, and in a register not how many responded of its classes.
    fn strip(&self, rules: &mut Rules, by: usize) {
        rules.is_bare[by] = true;
        self.withhold_rows(rules, |table| self.ledger.tables.tables[table].by.contains(&by));
        if self.is_register() {
            let codes = self.ledger.tables.questionnaire.breakdowns()[by].codes.len() as u16;
            rules.dark[by] = (0..codes).map(Some).chain([None]).collect();
            let of_it = |part: Part| matches!(part, Part::Responses(of, _) if of == by);
            rules.units.iter_mut().filter(|unit| of_it(unit.part)).for_each(|unit| {
                unit.primary.get_or_insert(Primary::Whole);
            });
        }
    }

    fn withhold_rows(&self, rules: &mut Rules, is_of: impl Fn(usize) -> bool) {
        for unit in &mut rules.units {
            if matches!(unit.part, Part::Row(table, _) if is_of(table)) {
                unit.primary.get_or_insert(Primary::Whole);
            }
        }
    }

    pub(super) fn component_of_table(&self, table: usize) -> usize {
        let variable = self.ledger.tables.tables[table].variable;
        self.society.component_of(variable).expect("every variable is of one")
    }

    /// Whether nothing is printed of a family by classes, or nothing at all.
    fn is_withheld(&self, rules: &Rules, family: &Family, at_all: bool) -> bool {
        let is_printed = |unit: &super::rules::Unit| {
            matches!(unit.part, Part::Row(table, _) if {
                let by_classes = !self.ledger.tables.tables[table].by.is_empty();
                (at_all || by_classes) && family.components.contains(&self.component_of_table(table))
            }) && unit.primary.is_none()
        };
        !rules.units.iter().any(is_printed)
    }

    /// What hangs together with a figure: by routing, across blocks too. In a register also what asks for the same
    /// breakdowns, and everything where weights rest on one of them.
    pub(super) fn family(&self, figure: usize) -> Family {
        let place = self.ledger.find(figure).map(|(place, ..)| place.variable);
        let own = self.by(figure);
        let all = 0..self.society.components();
        let reads: Vec<BTreeSet<usize>> = all.clone().map(|at| self.reads(at)).collect();
        let mut components: BTreeSet<usize> =
            place.and_then(|variable| self.society.component_of(variable)).into_iter().collect();
        let mut by: BTreeSet<usize> =
            if self.is_register() { own.into_iter().collect() } else { BTreeSet::new() };
        let links = self.links();
        loop {
            let size = (components.len(), by.len());
            for &(a, b) in &links {
                if components.contains(&a) || components.contains(&b) {
                    components.extend([a, b]);
                }
            }
            if self.is_register() {
                components.extend(all.clone().filter(|at| !reads[*at].is_disjoint(&by)));
                if by.iter().any(|by| self.society.weighs_by(*by)) {
                    components.extend(all.clone());
                }
            }
            by.extend(components.iter().flat_map(|at| &reads[*at]));
            if size == (components.len(), by.len()) {
                return Family { components, reads: by };
            }
        }
    }

    /// Components of which one asks for the other.
    fn links(&self) -> Vec<(usize, usize)> {
        let tables = self.ledger.tables;
        let component_of = |item: usize| {
            let variable = tables.variables.iter().position(|one| one.items.contains(&item))?;
            self.society.component_of(variable)
        };
        let mut links = Vec::new();
        for (reader, def) in tables.questionnaire.items().iter().enumerate() {
            let Some(reader) = component_of(reader) else { continue };
            let subjects = def.tests().into_iter().filter_map(|test| match test.subject {
                Subject::Item(item) => Some(item),
                Subject::Breakdown(_) => None,
            });
            let entries = def.filter.entries().into_iter().flatten().copied();
            links.extend(subjects.chain(entries).filter_map(component_of).map(|other| (reader, other)));
        }
        links
    }
}
