//! The small table under a chart: bases, the share that the chart is read for, its interval.

use monshin_tabulate::{Row, Table, VariableKind};

use super::figures::{interval_cell, no_base, share_cell, withheld};
use super::setting::Setting;
use super::{annex, sentences, words};
use crate::document::{self, Cell, Column, Kind, RowGroup};

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
    let with_intervals = shown.len() <= 3;
    let first = table.by.first().map_or(setting.word(words::GROUP), |by| setting.breakdown_label(*by));
    let mut columns = vec![Column::new(first, Kind::Words), Column::new("n", Kind::Count)];
    for (_, code) in shown {
        let over = setting.text(&code.label);
        columns.push(Column::new(setting.word(words::COUNT), Kind::Count).under(over));
        columns.push(Column::new(setting.word(words::SHARE), Kind::Share).under(over));
        if with_intervals {
            columns.push(Column::new(sentences::interval_head(setting), Kind::Figures).under(over));
        }
    }
    let width = columns.len() - 1;
    let cells = |row: &Row| match row.figures() {
        None => vec![withheld(); width],
        Some(figures) => {
            let mut cells = vec![Cell::count(figures.n)];
            for (at, _) in shown {
                match figures.cell(*at).filter(|_| figures.n > 0) {
                    Some(cell) => {
                        cells.extend([Cell::count(cell.count), share_cell(cell, figures.n)]);
                        cells.extend(with_intervals.then(|| interval_cell(cell)));
                    }
                    None => cells.extend(vec![no_base(); 2 + usize::from(with_intervals)]),
                }
            }
            cells
        }
    };
    let row = |row: &Row, is_total: bool| document::Row {
        id: None,
        label: sentences::group_label(setting, table, row),
        is_total,
        cells: cells(row),
    };
    let overall = if table.by.is_empty() { None } else { setting.overall(table.variable) };
    let mut rows: Vec<document::Row> = overall.iter().flat_map(|one| &one.rows).map(|one| row(one, true)).collect();
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

/// An address belongs to one cell of the report: that of the annex.
fn without_addresses(mut table: document::Table, id: String) -> document::Table {
    table.id = id;
    for row in table.groups.iter_mut().flat_map(|group| &mut group.rows) {
        row.id = None;
        row.cells.iter_mut().for_each(|cell| cell.id = None);
    }
    table
}
