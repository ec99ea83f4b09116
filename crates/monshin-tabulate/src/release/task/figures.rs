//! What is printed of the people of a task, and what of that can be withheld.

use std::collections::BTreeMap;

use monshin_estimate::disclosure::{Figure, Terms, Unit};

use super::super::ledger::{Place, What};
use super::super::people::ABOUT_ALL;
use super::{About, Builder, Kind, OneTask};
use crate::VariableKind;

impl Builder<'_> {
    pub(super) fn with_figures(mut self, places: &[&Place], units: Vec<usize>) -> OneTask {
        let mut figures: Vec<usize> = Vec::new();
        let mut of_ledger: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for place in places {
            self.add_place(place, &mut figures);
        }
        self.add_responses(&mut figures);
        figures.iter().enumerate().for_each(|(at, &figure)| of_ledger.entry(figure).or_default().push(at));
        for &unit in &units {
            let rule = &self.rules.units[unit];
            let own = rule.figures.iter().filter_map(|figure| of_ledger.get(figure)).flatten().copied();
            if rule.primary.is_some() {
                self.task.primary.push(self.task.units.len());
            }
            self.task.units.push(Unit {
                figures: own.collect(),
                size: rule.figures.len(),
                rank: rule.rank,
                company: rule.company,
            });
        }
        OneTask { task: self.task, units, figures, constant: Vec::new() }
    }

    fn add_place(&mut self, place: &Place, figures: &mut Vec<usize>) {
        let position = self.component.variables.iter().position(|&one| one == place.variable);
        let position = position.expect("a place of this component");
        let group_of: Vec<Option<usize>> = (0..self.society.classes.len())
            .map(|at| {
                let classes = self.society.of(at, &place.by);
                place.groups.iter().position(|group| group.classes == classes)
            })
            .collect();
        let mut terms: BTreeMap<(usize, usize), Terms> = BTreeMap::new();
        let mut of_values: BTreeMap<(usize, u64), Terms> = BTreeMap::new();
        for (at, &(kind, classes)) in self.kinds.iter().enumerate() {
            let Some(group) = group_of[classes] else { continue };
            match kind {
                Kind::Pattern(pattern) => {
                    let state = self.patterns[pattern][position];
                    for (what, _) in place.whats.iter().enumerate().filter(|(_, one)| one.counts(state)) {
                        terms.entry((group, what)).or_default().push((at, 1));
                    }
                }
                Kind::Value(of, value) if of == position => {
                    of_values.entry((group, value)).or_default().push((at, 1));
                }
                Kind::Value(..) | Kind::Exchange => {}
            }
        }
        let is_multiple = self.ledger.tables.variables[place.variable].kind == VariableKind::Multiple;
        for ((group, what), terms) in terms {
            let code = match place.whats[what] {
                What::Code(code) | What::Other(code) if is_multiple => code,
                _ => ABOUT_ALL,
            };
            let about = self.about(About::Code(place.variable, code));
            let figure = place.groups[group].first + what;
            let demand = self.rules.demand[figure];
            self.add_figure(figure, terms, place.table, about, demand, figures);
        }
        let of_all = |wanted: u64| -> i64 {
            let list = self.component.values.get(&place.variable);
            let of_it = list.into_iter().flatten().filter(|(value, ..)| value.to_bits() == wanted);
            of_it.map(|(.., n)| *n as i64).sum()
        };
        let all: i64 =
            self.component.values.get(&place.variable).into_iter().flatten().map(|(.., n)| *n as i64).sum();
        let rooms: BTreeMap<(usize, u64), i64> = of_values
            .iter()
            .map(|(&(group, value), terms)| {
                let held: i64 = terms.iter().map(|(at, _)| self.task.counts[*at]).sum();
                let base = place.figure(&place.groups[group], What::Base);
                let base = base.map_or(0, |figure| self.ledger.value(figure) as i64);
                let given = of_all(value);
                let room = base.min(given) - (base + given - all).max(0);
                ((group, value), if held > 0 { room } else { 0 })
            })
            .collect();
        for ((group, value), terms) in of_values {
            let Some(figure) = place.figure(&place.groups[group], What::Values) else { continue };
            let about = self.about(About::Value(position, value));
            let demand = self.rules.demand[figure].min(rooms[&(group, value)]);
            self.add_figure(figure, terms, place.table, about, demand, figures);
        }
    }

    /// How many responded of the classes that this component tells.
    fn add_responses(&mut self, figures: &mut Vec<usize>) {
        for of in self.ledger.units.iter().filter(|of| of.block.is_none() && of.by.len() == 1) {
            if !self.society.tells_responses(self.number, of.by[0]) {
                continue;
            }
            for (classes, figure) in &of.groups {
                let is_in = |(_, (kind, at)): &(usize, &(Kind, usize))| {
                    matches!(kind, Kind::Pattern(_)) && self.society.of(*at, &of.by) == *classes
                };
                let terms: Terms =
                    self.kinds.iter().enumerate().filter(is_in).map(|(at, _)| (at, 1)).collect();
                let demand = self.rules.demand[*figure];
                self.add_figure(*figure, terms, usize::MAX - of.by[0], 0, demand, figures);
            }
        }
    }

    fn add_figure(
        &mut self,
        figure: usize,
        terms: Terms,
        table: usize,
        about: usize,
        demand: i64,
        figures: &mut Vec<usize>,
    ) {
        let mut parts: BTreeMap<usize, Terms> = BTreeMap::new();
        for &(at, k) in &terms {
            parts.entry(self.society.scale_of(self.kinds[at].1)).or_default().push((at, k));
        }
        let parts = if parts.len() > 1 { parts.into_values().collect() } else { Vec::new() };
        let published = self.ledger.figures[figure].published;
        self.task.figures.push(Figure { terms, parts, table, about, published, demand });
        figures.push(figure);
    }
}
