//! Every count of every table as a numbered cell, also those that no table prints.

use monshin_estimate::disclosure::{Count, Equation, System};

use super::routed::What;
use crate::{Figures, Table, Tables, VariableKind};

/// The counts of all tables with the sums that bind them.
pub(super) struct Ledger<'t> {
    pub tables: &'t Tables,
    pub system: System,
    pub places: Vec<Place>,
    /// Units by what they are (responses, entries of a block), breakdowns and group.
    pub units: Vec<UnitsOf>,
}

/// The cells of one table: each of its groups, then those without a class.
pub(super) struct Place {
    pub variable: usize,
    pub by: Vec<usize>,
    /// Position of the table.
    pub table: usize,
    /// What each group has, in this order.
    pub whats: Vec<What>,
    /// By group, the number of its first cell.
    pub groups: Vec<Group>,
}

/// A group of a table.
pub(super) struct Group {
    /// Class of each breakdown; `None` for those without.
    pub classes: Vec<Option<u16>>,
    pub first: usize,
    /// Position of its row; `None` where the table has none, because a class is not known.
    pub row: Option<usize>,
}

/// How many units there are, by group.
pub(super) struct UnitsOf {
    pub block: Option<usize>,
    pub by: Vec<usize>,
    /// Classes with the number of the cell.
    pub groups: Vec<(Vec<Option<u16>>, usize)>,
}

impl UnitsOf {
    pub fn cell(&self, classes: &[Option<u16>]) -> Option<usize> {
        self.groups.iter().find(|(of, _)| of == classes).map(|(_, cell)| *cell)
    }
}

impl Place {
    /// The number of a cell.
    pub fn cell(&self, group: &Group, what: What) -> Option<usize> {
        self.whats.iter().position(|one| *one == what).map(|at| group.first + at)
    }

    pub fn group(&self, classes: &[Option<u16>]) -> Option<&Group> {
        self.groups.iter().find(|group| group.classes == classes)
    }
}

impl<'t> Ledger<'t> {
    /// Counts of all tables, and the sums that hold whatever the questionnaire.
    pub fn new(tables: &'t Tables) -> Ledger<'t> {
        let mut ledger = Ledger { tables, system: System::default(), places: Vec::new(), units: Vec::new() };
        let mut order: Vec<usize> = (0..tables.tables.len()).collect();
        // Margins before what is added up to them.
        order.sort_by_key(|&at| tables.tables[at].by.len());
        for at in order {
            ledger.add_place(at);
        }
        for at in 0..ledger.places.len() {
            ledger.add_sums_within(at);
            ledger.add_sums_to_margins(at);
        }
        ledger.add_sums_of_units();
        ledger
    }

    /// Adds a cell.
    pub fn add_cell(&mut self, value: i64, published: bool) -> usize {
        self.system.cells.push(Count { value, published });
        self.system.cells.len() - 1
    }

    /// Adds Σ terms = 0.
    pub fn add_equation(&mut self, terms: Vec<(usize, i64)>) {
        self.system.equations.push(Equation { terms, right: 0 });
    }

    /// Adds Σ terms ≥ 0.
    pub fn add_inequality(&mut self, mut terms: Vec<(usize, i64)>) {
        let slack = terms.iter().map(|(cell, k)| k * self.system.cells[*cell].value).sum();
        let slack = self.add_cell(slack, false);
        terms.push((slack, -1));
        self.add_equation(terms);
    }

    pub fn value(&self, cell: usize) -> u64 {
        self.system.cells[cell].value.max(0) as u64
    }

    pub fn place(&self, variable: usize, by: &[usize]) -> Option<&Place> {
        self.places.iter().find(|place| place.variable == variable && place.by == by)
    }

    /// The cell of all units of a group.
    pub fn units(&self, block: Option<usize>, by: &[usize], classes: &[Option<u16>]) -> Option<usize> {
        self.units.iter().find(|of| of.block == block && of.by == by)?.cell(classes)
    }

    fn add_place(&mut self, table: usize) {
        let one = &self.tables.tables[table];
        let variable = &self.tables.variables[one.variable];
        let whats = whats(one, variable.kind);
        let margins = self.margins(one);
        let mut groups = Vec::new();
        for classes in groups_of(self.tables, &one.by) {
            let row = row_of(one, &classes);
            let values = match row {
                Some(row) => {
                    let figures = one.rows[row].figures().expect("nothing is withheld yet");
                    whats.iter().map(|what| value_of(figures, *what)).collect()
                }
                None => match &margins {
                    Some(margins) => self.rest(one, margins, &classes, &whats, &groups),
                    None => continue,
                },
            };
            let first = self.system.cells.len();
            // That everybody has a class is known from the number of those without: 0.
            let published = row.is_some() || values.iter().all(|value| *value == 0);
            for value in values {
                self.add_cell(value, published);
            }
            groups.push(Group { classes, first, row });
        }
        self.add_units(one, variable.block, &whats, &groups);
        self.places.push(Place { variable: one.variable, by: one.by.clone(), table, whats, groups });
    }

    /// The tables by one breakdown fewer; `None` where one was not made.
    fn margins(&self, table: &Table) -> Option<Vec<usize>> {
        let without = |at: usize| {
            let mut by = table.by.clone();
            by.remove(at);
            self.places.iter().position(|place| place.variable == table.variable && place.by == by)
        };
        (0..table.by.len()).map(without).collect()
    }

    /// What a margin has and the groups so far do not show.
    fn rest(
        &self,
        table: &Table,
        margins: &[usize],
        classes: &[Option<u16>],
        whats: &[What],
        groups: &[Group],
    ) -> Vec<i64> {
        let gone = classes.iter().position(Option::is_none).expect("a class is not known");
        let mut rest_classes = classes.to_vec();
        rest_classes.remove(gone);
        let margin = &self.places[margins[gone]];
        let group = margin.group(&rest_classes).expect("the margin has the group");
        let is_part = |group: &&Group| {
            let others = (0..table.by.len()).filter(|&at| at != gone);
            others.into_iter().all(|at| group.classes[at] == classes[at])
        };
        let shown = |at: usize| {
            let parts = groups.iter().filter(is_part);
            parts.map(|group| self.system.cells[group.first + at].value).sum::<i64>()
        };
        (0..whats.len()).map(|at| self.system.cells[group.first + at].value - shown(at)).collect()
    }

    fn add_units(&mut self, table: &Table, block: Option<usize>, whats: &[What], groups: &[Group]) {
        if self.units.iter().any(|of| of.block == block && of.by == table.by) {
            return;
        }
        let is_state = |what: &What| {
            matches!(what, What::Base | What::Blank | What::Refused | What::NotAsked | What::ScopeUnknown)
        };
        let mut list = Vec::new();
        for group in groups {
            let states = whats.iter().enumerate().filter(|(_, what)| is_state(what));
            let value = states.map(|(at, _)| self.system.cells[group.first + at].value).sum();
            // How many entries there are follows from a question of its own; a crossed profile is
            // printed nowhere but in the rows.
            let published = block.is_some() || table.by.len() < 2;
            list.push((group.classes.clone(), self.add_cell(value, published)));
        }
        self.units.push(UnitsOf { block, by: table.by.clone(), groups: list });
    }

    /// Answers add up to the base, the states of a question to all units.
    fn add_sums_within(&mut self, at: usize) {
        let place = &self.places[at];
        let kind = self.tables.variables[place.variable].kind;
        let block = self.tables.variables[place.variable].block;
        let (mut equations, mut inequalities) = (Vec::new(), Vec::new());
        for group in &place.groups {
            let cell = |what: What| place.cell(group, what).expect("every group has it");
            let states = [What::Base, What::Blank, What::Refused, What::NotAsked, What::ScopeUnknown];
            let mut all: Vec<(usize, i64)> = states.map(|what| (cell(what), 1)).to_vec();
            if let Some(units) = self.units(block, &place.by, &group.classes) {
                all.push((units, -1));
                equations.push(all);
            }
            let codes = place.whats.iter().filter_map(|what| match what {
                What::Code(code) => Some(*code),
                _ => None,
            });
            let answers: Vec<(usize, i64)> = codes.clone().map(|code| (cell(What::Code(code)), 1)).collect();
            let base = cell(What::Base);
            match kind {
                VariableKind::Single => equations.push([answers, vec![(base, -1)]].concat()),
                VariableKind::Multiple => {
                    let parts = codes.map(|code| {
                        vec![(cell(What::Code(code)), 1), (cell(What::Other(code)), 1), (base, -1)]
                    });
                    equations.extend(parts);
                    inequalities.push([answers, vec![(base, -1)]].concat());
                }
                _ => {}
            }
        }
        equations.into_iter().for_each(|terms| self.add_equation(terms));
        inequalities.into_iter().for_each(|terms| self.add_inequality(terms));
    }

    /// The groups of a table add up to the table by one breakdown fewer.
    fn add_sums_to_margins(&mut self, at: usize) {
        let place = &self.places[at];
        let Some(margins) = self.margins(&self.tables.tables[place.table]) else { return };
        let mut equations = Vec::new();
        for (gone, margin) in margins.into_iter().enumerate() {
            let margin = &self.places[margin];
            for group in &margin.groups {
                let is_part = |part: &&Group| without(&part.classes, gone) == group.classes;
                let parts: Vec<&Group> = place.groups.iter().filter(is_part).collect();
                for what in 0..place.whats.len() {
                    let mut terms: Vec<(usize, i64)> =
                        parts.iter().map(|part| (part.first + what, 1)).collect();
                    terms.push((group.first + what, -1));
                    equations.push(terms);
                }
            }
        }
        equations.into_iter().for_each(|terms| self.add_equation(terms));
    }

    fn add_sums_of_units(&mut self) {
        let mut equations = Vec::new();
        for of in &self.units {
            for gone in 0..of.by.len() {
                let by = without(&of.by, gone);
                let Some(margin) = self.units.iter().find(|one| one.block == of.block && one.by == by) else {
                    continue;
                };
                for (classes, whole) in &margin.groups {
                    let parts = of.groups.iter().filter(|(part, _)| without(part, gone) == *classes);
                    let mut terms: Vec<(usize, i64)> = parts.map(|(_, cell)| (*cell, 1)).collect();
                    terms.push((*whole, -1));
                    equations.push(terms);
                }
            }
        }
        equations.into_iter().for_each(|terms| self.add_equation(terms));
    }
}

/// The list without one of its entries.
fn without<T: Clone>(list: &[T], at: usize) -> Vec<T> {
    let mut list = list.to_vec();
    list.remove(at);
    list
}

fn whats(table: &Table, kind: VariableKind) -> Vec<What> {
    let mut whats = vec![What::Base, What::Blank, What::Refused, What::NotAsked, What::ScopeUnknown];
    let cells = table.rows.first().and_then(|row| row.figures()).map_or(&[][..], |one| &one.cells);
    match kind {
        VariableKind::Single => whats.extend(cells.iter().map(|cell| What::Code(cell.code))),
        VariableKind::Multiple => {
            whats.extend(cells.iter().flat_map(|cell| [What::Code(cell.code), What::Other(cell.code)]));
        }
        VariableKind::Number | VariableKind::Date => whats.push(What::Mass),
        VariableKind::Text => {}
    }
    whats
}

fn value_of(figures: &Figures, what: What) -> i64 {
    let count = |code: u16| figures.cell(code).map_or(0, |cell| cell.count);
    let value = match what {
        What::Base | What::Mass => figures.n,
        What::Blank => figures.blank,
        What::Refused => figures.refused,
        What::NotAsked => figures.not_asked,
        What::ScopeUnknown => figures.scope_unknown,
        What::Code(code) => count(code),
        What::Other(code) => figures.n - count(code),
    };
    value as i64
}

/// Every group by these breakdowns with those without a class, which come after those they are the
/// rest of.
fn groups_of(tables: &Tables, by: &[usize]) -> Vec<Vec<Option<u16>>> {
    let mut groups: Vec<Vec<Option<u16>>> = vec![vec![]];
    for &breakdown in by {
        let classes = tables.questionnaire.breakdowns()[breakdown].codes.len() as u16;
        let classes = || (0..classes).map(Some).chain([None]);
        groups = groups
            .iter()
            .flat_map(|group| classes().map(move |class| [group.as_slice(), &[class]].concat()))
            .collect();
    }
    groups.sort_by_key(|group| group.iter().filter(|class| class.is_none()).count());
    groups
}

fn row_of(table: &Table, classes: &[Option<u16>]) -> Option<usize> {
    let classes: Option<Vec<u16>> = classes.iter().copied().collect();
    let classes = classes?;
    table.rows.iter().position(|row| row.group == classes)
}
