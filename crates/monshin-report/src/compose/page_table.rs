//! The small table under a chart: bases, the share that the chart is read for, its interval.

use monshin_tabulate::instrument::Code;
use monshin_tabulate::{Row, Table, VariableKind};

use super::figures::{interval_cell, no_base, not_shown, share_cell, withheld};
use super::setting::Setting;
use super::{annex, sentences, words};
use crate::document::{self, Cell, Column, Kind, Mark, RowGroup};

/// More answers than that are left to the annex.
const MOST: usize = 6;

/// The table of n and intervals; `None` where the annex says the same in less room.
pub(super) fn beside(setting: &Setting<'_>, table: &Table, id: String) -> Option<document::Table> {
    let variable = &setting.tables.variables[table.variable];
    match variable.kind {
        VariableKind::Text => return None,
        VariableKind::Single if setting.codes(variable).len() <= MOST => {}
        _ => return Some(without_addresses(annex::full(setting, table), id)),
    }
    let codes = setting.codes(variable);
    // Of two answers one share says both.
    let shown = if codes.len() == 2 { &codes[..1] } else { &codes[..] };
    let columns = columns(setting, table, shown);
    let row = |row: &Row, is_total: bool| document::Row {
        id: None,
        label: sentences::group_label(setting, table, row),
        is_total,
        cells: cells(setting, table.variable, row, shown, columns.len() - 1, |code| {
            if is_total { None } else { setting.mark(table, &row.group, code) }
        }),
    };
    let overall = if table.by.is_empty() { None } else { setting.overall(table.variable) };
    let mut rows: Vec<document::Row> =
        overall.iter().flat_map(|one| &one.rows).map(|one| row(one, true)).collect();
    rows.extend(table.rows.iter().map(|one| row(one, false)));
    let caption = sentences::table_caption(setting, table, variable);
    let mut done = document::Table {
        id,
        caption: words::with_colon(setting.lang, &caption, setting.word(words::BASES_AND_INTERVALS)),
        // The chart above it has just said it.
        base: None,
        columns,
        groups: vec![RowGroup { label: None, rows }],
        notes: Vec::new(),
    };
    done.notes = sentences::table_notes(setting, table, &done);
    Some(done)
}

/// Intervals of more answers than that are left to the annex.
const MOST_INTERVALS: usize = 3;

fn columns(setting: &Setting<'_>, table: &Table, shown: &[(u16, &Code)]) -> Vec<Column> {
    let first = table.by.first().map_or(setting.word(words::GROUP), |by| setting.breakdown_label(*by));
    let mut columns = vec![Column::new(first, Kind::Words), Column::new("n", Kind::Count)];
    for (_, code) in shown {
        let over = setting.text(&code.label);
        columns.push(Column::new(setting.word(words::COUNT), Kind::Count).under(over));
        columns.push(Column::new(setting.word(words::SHARE), Kind::Share).under(over));
        if shown.len() <= MOST_INTERVALS {
            columns.push(Column::new(sentences::interval_head(setting), Kind::Figures).under(over));
        }
    }
    columns
}

fn cells(
    setting: &Setting<'_>,
    variable: usize,
    row: &Row,
    shown: &[(u16, &Code)],
    width: usize,
    mark: impl Fn(u16) -> Option<Mark>,
) -> Vec<Cell> {
    let Some(figures) = row.figures() else { return vec![withheld(); width] };
    let mut cells = vec![Cell::count(figures.n)];
    if figures.n == 0 {
        cells.resize(width, no_base());
        return cells;
    }
    for (at, _) in shown {
        let Some(cell) = figures.cell(*at) else {
            let width = if shown.len() <= MOST_INTERVALS { 3 } else { 2 };
            cells.extend(vec![not_shown(figures, *at); width]);
            continue;
        };
        cells.extend([Cell::count(cell.count), share_cell(cell, figures.n).marked(mark(cell.code))]);
        cells.extend((shown.len() <= MOST_INTERVALS).then(|| interval_cell(setting, variable, cell)));
    }
    cells
}

/// An address belongs to one cell of the report: that of the annex.
fn without_addresses(mut table: document::Table, id: String) -> document::Table {
    table.id = id;
    for row in table.groups.iter_mut().flat_map(|group| &mut group.rows) {
        row.id = None;
        row.cells.iter_mut().for_each(|cell| cell.id = None);
    }
    table
}
