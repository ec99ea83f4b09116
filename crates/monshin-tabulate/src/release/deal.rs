//! Answers of questions that hang together, dealt anew among respondents who are alike in everything else.
//!
//! Some rows of a breakdown are withheld of all these questions. Then respondents of its classes who are of the
//! same classes elsewhere may have each other's answers, and what can come of that is counted, not searched for.

use std::collections::BTreeSet;

use super::ledger::What;
use super::retreat::Retreat;
use super::rules::{Part, Primary, Rules};
use crate::State;
use crate::cube::joint::Component;

/// What is withheld of a family, and what it leaves.
struct Deal {
    by: usize,
    /// Classes of which nothing is printed; those without a class are never.
    classes: BTreeSet<Option<u16>>,
    /// Breakdowns of which nothing is printed.
    dropped: BTreeSet<usize>,
}

/// One count with who counts, by number of their classes, and what it is to be left.
struct Count {
    given: Vec<(usize, u64)>,
    goal: i64,
}

impl Retreat<'_> {
    /// Withholds as few rows as such a deal takes that leaves a figure what was promised.
    pub(super) fn withhold_for_deal(&self, rules: &mut Rules, figure: usize) {
        let Some((place, ..)) = self.ledger.find(figure) else { return };
        let family = self.family(figure);
        let can_move = |by: &&usize| !family.reads.contains(by) && !self.society.weighs_by(**by);
        let Some(&by) = place.by.iter().find(can_move) else { return };
        let Some((deal, range)) = self.deal(rules, figure, by, &family.reads) else { return };
        rules.dealt.insert(figure, range);
        let is_withheld = |table: usize, row: usize| {
            let table = &self.ledger.tables.tables[table];
            let group = table.by.iter().zip(&table.rows[row].group);
            group.into_iter().any(|(of, class)| {
                deal.dropped.contains(of) || *of == deal.by && deal.classes.contains(&Some(*class))
            })
        };
        for unit in &mut rules.units {
            if matches!(unit.part, Part::Row(table, row)
                if family.components.contains(&self.component_of_table(table)) && is_withheld(table, row))
            {
                unit.primary.get_or_insert(Primary::Whole);
            }
        }
    }

    fn deal(
        &self,
        rules: &Rules,
        figure: usize,
        by: usize,
        reads: &BTreeSet<usize>,
    ) -> Option<(Deal, (i64, i64))> {
        let (place, group, _) = self.ledger.find(figure)?;
        let own = group.classes[place.by.iter().position(|one| *one == by)?];
        let counts = self.counts(rules, figure)?;
        let mut deal = Deal { by, classes: BTreeSet::from([None, own]), dropped: BTreeSet::new() };
        let is_enough = |deal: &Deal| {
            counts.iter().all(|count| {
                let (low, high) = self.range(count, deal, &place.by, &group.classes);
                high - low >= count.goal
            })
        };
        // Classes with few first, then all; then one breakdown after another.
        let mut others: Vec<(u64, Option<u16>)> = self
            .society
            .sums(&[by], self.society.responses())
            .into_iter()
            .map(|(classes, n)| (n, classes[0]))
            .filter(|(_, class)| !deal.classes.contains(class))
            .collect();
        others.sort_unstable();
        let breakdowns = self.ledger.tables.questionnaire.breakdowns().len();
        let can_go = |at: &usize| *at != by && !reads.contains(at) && !self.society.weighs_by(*at);
        let mut more = (0..breakdowns).filter(can_go);
        let mut others = others.into_iter();
        while !is_enough(&deal) {
            if let Some((_, class)) = others.next() {
                deal.classes.insert(class);
            } else {
                deal.dropped.insert(more.next()?);
            }
        }
        for class in deal.classes.clone().into_iter().filter(|class| class.is_some() && *class != own) {
            deal.classes.remove(&class);
            if !is_enough(&deal) {
                deal.classes.insert(class);
            }
        }
        let range = self.range(&counts[0], &deal, &place.by, &group.classes);
        Some((deal, range))
    }

    /// What is to be protected: a count, or of numbers each value that somebody of the group gave.
    fn counts(&self, rules: &Rules, figure: usize) -> Option<Vec<Count>> {
        let (place, group, what) = self.ledger.find(figure)?;
        let component = self.society.component(self.society.component_of(place.variable)?);
        if component.block.is_some() {
            return None;
        }
        let demand = rules.demand[figure];
        if what != What::Values {
            let goal = self.room(rules, figure).map_or(demand, |room| demand.min(room));
            return Some(vec![Count { given: given(component, place.variable, what)?, goal }]);
        }
        let list = component.values.get(&place.variable)?;
        let is_own = |at: usize| self.society.of(at, &place.by) == group.classes;
        let sum = |wanted: &dyn Fn(&(f64, usize, u64)) -> bool| -> i64 {
            list.iter().filter(|one| wanted(one)).map(|one| one.2 as i64).sum()
        };
        let (base, all) = (sum(&|one| is_own(one.1)), sum(&|_| true));
        let values: BTreeSet<u64> =
            list.iter().filter(|one| is_own(one.1) && one.2 > 0).map(|one| one.0.to_bits()).collect();
        let count = |value: u64| {
            let of_all = sum(&|one| one.0.to_bits() == value);
            let room = base.min(of_all) - (base + of_all - all).max(0);
            let given =
                list.iter().filter(|one| one.0.to_bits() == value).map(|one| (one.1, one.2)).collect();
            Count { given, goal: demand.min(room) }
        };
        Some(values.into_iter().map(count).collect())
    }

    /// The least and the greatest count of a group after a deal.
    fn range(&self, count: &Count, deal: &Deal, by: &[usize], group: &[Option<u16>]) -> (i64, i64) {
        let breakdowns = 0..self.ledger.tables.questionnaire.breakdowns().len();
        let alike: Vec<usize> =
            breakdowns.filter(|at| *at != deal.by && !deal.dropped.contains(at)).collect();
        let takes_part = |at: usize| deal.classes.contains(&self.society.of(at, &[deal.by])[0]);
        let responses = || self.society.responses().filter(|(at, n)| *n > 0 && takes_part(*at));
        let given = count.given.iter().copied().filter(|(at, _)| takes_part(*at));
        let (given, all) = (self.society.sums(&alike, given), self.society.sums(&alike, responses()));
        let own = responses().filter(|(at, _)| self.society.of(*at, by) == group);
        let (mut low, mut high) = (0, 0);
        for (classes, n) in self.society.sums(&alike, own) {
            let given = given.get(&classes).copied().unwrap_or(0);
            low += (n + given).saturating_sub(all[&classes]) as i64;
            high += n.min(given) as i64;
        }
        (low, high)
    }
}

/// Who counts, by number of their classes.
pub(super) fn given(component: &Component, variable: usize, what: What) -> Option<Vec<(usize, u64)>> {
    let position = component.variables.iter().position(|one| *one == variable)?;
    let state = |pattern: usize| -> State { component.patterns[pattern][position] };
    let cells = component.cells.iter().filter(|(pattern, ..)| what.counts(state(*pattern)));
    Some(cells.map(|&(_, at, n)| (at, n)).collect())
}
