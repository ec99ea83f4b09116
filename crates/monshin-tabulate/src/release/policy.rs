//! Which rows of which tables are withheld, and why.

use std::collections::BTreeMap;

use monshin_instrument::Subject;

use super::lines::{Grid, Held};
use crate::{Row, Table, TableKey, Tables, Withheld};

/// Reasons by table and row.
pub(super) fn withhold(tables: &Tables, min_base: u64) -> Vec<Vec<Option<Withheld>>> {
    let mut order: Vec<usize> = (0..tables.tables.len()).collect();
    // What a table is linked to comes before it: variables that are asked earlier, fewer breakdowns.
    order.sort_by_key(|&at| (tables.tables[at].variable, tables.tables[at].by.len()));
    let mut settled = Settled { tables, reasons: BTreeMap::new() };
    for at in order {
        let table = &tables.tables[at];
        let reasons = settled.reasons_of(table, min_base);
        settled.reasons.insert(table.key(), reasons);
    }
    let of = |table: &Table| settled.reasons[&table.key()].clone();
    tables.tables.iter().map(of).collect()
}

struct Settled<'a> {
    tables: &'a Tables,
    reasons: BTreeMap<TableKey, Vec<Option<Withheld>>>,
}

impl Settled<'_> {
    fn reasons_of(&self, table: &Table, min_base: u64) -> Vec<Option<Withheld>> {
        if table.by.is_empty() {
            return vec![None; table.rows.len()];
        }
        let held = table.rows.iter().map(|row| self.held(table, row, min_base)).collect();
        let mut grid = self.grid(table, held);
        grid.settle(min_base);
        grid.cells.into_iter().map(|cell| cell.why).collect()
    }

    fn held(&self, table: &Table, row: &Row, min_base: u64) -> Held {
        let figures = row.figures().expect("nothing is withheld yet");
        let why = if (1..min_base).contains(&figures.n) {
            Some(Withheld::Primary)
        } else {
            self.is_linked(table, row).then_some(Withheld::Linked)
        };
        Held { n: figures.n, units: figures.responses, why }
    }

    /// Whether the group is withheld for a variable that this one depends on, or one of its two
    /// classes is for this one.
    fn is_linked(&self, table: &Table, row: &Row) -> bool {
        let group = || table.by.iter().copied().zip(row.group.iter().copied());
        let wider = group().filter(|_| table.by.len() > 1);
        self.depends_on(table.variable).iter().any(|&earlier| self.is_withheld(earlier, group().collect()))
            || wider.into_iter().any(|class| self.is_withheld(table.variable, vec![class]))
    }

    /// Variables that the conditions of this one look at.
    fn depends_on(&self, variable: usize) -> Vec<usize> {
        let defs = self.tables.questionnaire.items();
        let looked_at = |item: &usize| {
            let tests = defs[*item].tests().into_iter();
            tests.filter_map(|test| match test.subject {
                Subject::Item(item) => Some(item),
                Subject::Breakdown(_) => None,
            })
        };
        let variables = &self.tables.variables;
        let of_item = |item: usize| variables.iter().position(|one| one.items.contains(&item));
        let mut found: Vec<usize> =
            variables[variable].items.iter().flat_map(looked_at).filter_map(of_item).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|&earlier| earlier != variable);
        found
    }

    /// Whether the row of this variable for these classes was withheld, in whichever order its
    /// table has the breakdowns.
    fn is_withheld(&self, variable: usize, mut classes: Vec<(usize, u16)>) -> bool {
        (0..2).any(|_| {
            classes.reverse();
            let by = classes.iter().map(|(by, _)| *by).collect();
            let group: Vec<u16> = classes.iter().map(|(_, class)| *class).collect();
            let Some(reasons) = self.reasons.get(&TableKey { variable, by }) else { return false };
            let by: Vec<usize> = classes.iter().map(|(by, _)| *by).collect();
            let table = self.tables.table(variable, &by);
            let row = table.and_then(|table| table.rows.iter().position(|row| row.group == group));
            row.is_some_and(|row| reasons[row].is_some())
        })
    }

    /// The rows as a grid of lines, each with what it has without a class.
    fn grid(&self, table: &Table, cells: Vec<Held>) -> Grid {
        let classes = |by: usize| self.tables.questionnaire.breakdowns()[by].codes.len();
        let [first, rest @ ..] = &table.by[..] else { return Grid::line(cells, 0) };
        let Some(&second) = rest.first() else {
            return Grid::line(cells, table.unclassified_answered);
        };
        let (height, width) = (classes(*first), classes(second));
        // What a class has in all, less what the crossed rows show of it.
        let missing = |by: usize, class: usize, shown: u64| {
            let whole = self.tables.table(table.variable, &[by]);
            let row = whole.and_then(|whole| whole.rows.get(class)?.n());
            row.map_or(0, |n| n.saturating_sub(shown))
        };
        let down: Vec<u64> = (0..height)
            .map(|a| missing(*first, a, (0..width).map(|b| cells[a * width + b].n).sum()))
            .collect();
        let across: Vec<u64> = (0..width)
            .map(|b| missing(second, b, (0..height).map(|a| cells[a * width + b].n).sum()))
            .collect();
        Grid::crossed(cells, down, across)
    }
}
