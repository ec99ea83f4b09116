//! Every count of every table as a numbered figure, also those that no table prints.

use crate::{Figures, State, Table, Tables, VariableKind};

/// What a figure of a variable in a group counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The base: answered.
    Base,
    Blank,
    Refused,
    NotAsked,
    ScopeUnknown,
    /// Units that gave a code.
    Code(u16),
    /// Units that answered and did not give it, of several answers.
    Other(u16),
    /// Answers that stand behind a mean, each value for itself.
    Values,
}

impl What {
    /// Whether it counts units in a state.
    pub fn counts(self, state: State) -> bool {
        match (self, state) {
            (What::Base, State::Code(_) | State::Codes(_) | State::Given)
            | (What::Blank, State::Blank)
            | (What::Refused, State::Refused)
            | (What::NotAsked, State::NotAsked)
            | (What::ScopeUnknown, State::ScopeUnknown) => true,
            (What::Code(code), State::Code(given)) => code == given,
            (What::Code(code), State::Codes(bits)) => bits >> code & 1 == 1,
            (What::Other(code), State::Codes(bits)) => bits >> code & 1 == 0,
            _ => false,
        }
    }
}

/// The ways to have been asked or not.
pub(super) const STATES: [What; 5] =
    [What::Base, What::Blank, What::Refused, What::NotAsked, What::ScopeUnknown];

/// A figure: its true value, and whether it is printed as long as nothing is withheld.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub value: i64,
    pub published: bool,
}

/// The counts of all tables.
pub(super) struct Ledger<'t> {
    pub tables: &'t Tables,
    pub figures: Vec<Count>,
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
    /// By group, the number of its first figure.
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
    /// Classes with the number of the figure.
    pub groups: Vec<(Vec<Option<u16>>, usize)>,
}

impl UnitsOf {
    pub fn figure(&self, classes: &[Option<u16>]) -> Option<usize> {
        self.groups.iter().find(|(of, _)| of == classes).map(|(_, figure)| *figure)
    }
}

impl Place {
    /// The number of a figure.
    pub fn figure(&self, group: &Group, what: What) -> Option<usize> {
        self.whats.iter().position(|one| *one == what).map(|at| group.first + at)
    }

    pub fn group(&self, classes: &[Option<u16>]) -> Option<&Group> {
        self.groups.iter().find(|group| group.classes == classes)
    }
}

impl<'t> Ledger<'t> {
    /// Counts of all tables.
    pub fn new(tables: &'t Tables) -> Ledger<'t> {
        let mut ledger = Ledger { tables, figures: Vec::new(), places: Vec::new(), units: Vec::new() };
        let mut order: Vec<usize> = (0..tables.tables.len()).collect();
        // Margins before what is added up to them.
        order.sort_by_key(|&at| tables.tables[at].by.len());
        for at in order {
            ledger.add_place(at);
        }
        ledger
    }

    fn add_figure(&mut self, value: i64, published: bool) -> usize {
        self.figures.push(Count { value, published });
        self.figures.len() - 1
    }

    pub fn value(&self, figure: usize) -> u64 {
        self.figures[figure].value.max(0) as u64
    }

    pub fn place(&self, variable: usize, by: &[usize]) -> Option<&Place> {
        self.places.iter().find(|place| place.variable == variable && place.by == by)
    }

    /// The number of all units of a group.
    pub fn units(&self, block: Option<usize>, by: &[usize], classes: &[Option<u16>]) -> Option<usize> {
        self.units.iter().find(|of| of.block == block && of.by == by)?.figure(classes)
    }

    /// The table that a figure belongs to.
    pub fn table_of(&self, figure: usize) -> Option<usize> {
        self.find(figure).map(|(place, ..)| place.table)
    }

    /// Where a figure stands and what it counts.
    pub fn find(&self, figure: usize) -> Option<(&Place, &Group, What)> {
        self.places.iter().find_map(|place| {
            let within = |group: &&Group| (group.first..group.first + place.whats.len()).contains(&figure);
            let group = place.groups.iter().find(within)?;
            Some((place, group, place.whats[figure - group.first]))
        })
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
            let first = self.figures.len();
            // That everybody has a class is known from the number of those without: 0.
            let published = row.is_some() || values.iter().all(|value| *value == 0);
            for value in values {
                self.add_figure(value, published);
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
            parts.map(|group| self.figures[group.first + at].value).sum::<i64>()
        };
        (0..whats.len()).map(|at| self.figures[group.first + at].value - shown(at)).collect()
    }

    fn add_units(&mut self, table: &Table, block: Option<usize>, whats: &[What], groups: &[Group]) {
        if self.units.iter().any(|of| of.block == block && of.by == table.by) {
            return;
        }
        let mut list = Vec::new();
        for group in groups {
            let states = whats.iter().enumerate().filter(|(_, what)| STATES.contains(what));
            let value = states.map(|(at, _)| self.figures[group.first + at].value).sum();
            // How many entries there are follows from a question of its own; a crossed profile is
            // printed nowhere but in the rows.
            let published = block.is_some() || table.by.len() < 2;
            list.push((group.classes.clone(), self.add_figure(value, published)));
        }
        self.units.push(UnitsOf { block, by: table.by.clone(), groups: list });
    }
}

fn whats(table: &Table, kind: VariableKind) -> Vec<What> {
    let mut whats = STATES.to_vec();
    let cells = table.rows.first().and_then(|row| row.figures()).map_or(&[][..], |one| &one.cells);
    match kind {
        VariableKind::Single => whats.extend(cells.iter().map(|cell| What::Code(cell.code))),
        VariableKind::Multiple => {
            whats.extend(cells.iter().flat_map(|cell| [What::Code(cell.code), What::Other(cell.code)]));
        }
        VariableKind::Number | VariableKind::Date => whats.push(What::Values),
        VariableKind::Text => {}
    }
    whats
}

fn value_of(figures: &Figures, what: What) -> i64 {
    let count = |code: u16| figures.cell(code).map_or(0, |cell| cell.count);
    let value = match what {
        What::Base | What::Values => figures.n,
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
