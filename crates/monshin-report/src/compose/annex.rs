//! The tables in full: every figure of the release, each with an address.

use monshin_tabulate::instrument::Code;
use monshin_tabulate::{Figures, MeanOfGroups, Row, Table, Variable, VariableKind};

use super::charts::{decimals, unit};
use super::figures::{
    flag, interval_cell, no_base, not_shown, number_text, omitted, percent_text, share_cell, withheld,
};
use super::setting::Setting;
use super::{anchor, sentences, words};
use crate::document::{self, Cell, Column, Kind, RowGroup};

/// More answers than that stand below each other instead of side by side.
const MOST_BESIDE: usize = 3;

/// A table of the release in full.
pub(super) fn full(setting: &Setting<'_>, table: &Table) -> document::Table {
    let variable = &setting.tables.variables[table.variable];
    let by: Vec<&str> = table.by.iter().map(|by| setting.breakdown_id(*by)).collect();
    let shape = Shape::of(setting, table, variable);
    let mut done = document::Table {
        id: anchor::table(&variable.name, &by),
        caption: sentences::table_caption(setting, table, variable),
        base: Some(sentences::base(setting, table.variable)),
        columns: shape.columns(setting, table, variable),
        groups: shape.groups(setting, table, variable),
        notes: Vec::new(),
    };
    done.notes = sentences::table_notes(setting, table, &done);
    done
}

/// How the figures of a variable are laid out.
struct Shape<'a> {
    codes: Vec<(u16, &'a Code)>,
    /// Answers below each other, not side by side.
    is_long: bool,
    /// Columns of what is not an answer, where there is any.
    gaps: Vec<Gap>,
}

/// What is outside the base.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Blank,
    Refused,
    ScopeUnknown,
}

impl Gap {
    fn of(self, figures: &Figures) -> u64 {
        match self {
            Gap::Blank => figures.blank,
            Gap::Refused => figures.refused,
            Gap::ScopeUnknown => figures.scope_unknown,
        }
    }

    fn word(self) -> words::Phrase {
        match self {
            Gap::Blank => words::BLANK,
            Gap::Refused => words::REFUSED,
            Gap::ScopeUnknown => words::SCOPE_UNKNOWN,
        }
    }
}

impl<'a> Shape<'a> {
    fn of(setting: &Setting<'a>, table: &Table, variable: &'a Variable) -> Shape<'a> {
        let codes = setting.codes(variable);
        let is_long = codes.len() > MOST_BESIDE || variable.kind == VariableKind::Multiple;
        let some = |gap: &Gap| table.rows.iter().filter_map(Row::figures).any(|figures| gap.of(figures) > 0);
        let gaps = [Gap::Blank, Gap::Refused, Gap::ScopeUnknown].into_iter().filter(some).collect();
        Shape { codes, is_long, gaps }
    }

    fn columns(&self, setting: &Setting<'_>, table: &Table, variable: &Variable) -> Vec<Column> {
        let column = |word: words::Phrase, kind: Kind| Column::new(setting.word(word), kind);
        let first = match (self.is_long, table.by.as_slice()) {
            (true, _) => setting.word(words::ANSWER).to_owned(),
            (false, []) => setting.word(words::GROUP).to_owned(),
            (false, by) => setting.breakdown_label(*by.last().expect("just seen not to be empty")).to_owned(),
        };
        let mut columns = vec![Column::new(first, Kind::Words)];
        if self.is_long {
            columns.extend([column(words::COUNT, Kind::Count), column(words::SHARE, Kind::Share)]);
            columns.push(Column::new(sentences::interval_head(setting), Kind::Figures));
            if variable.kind == VariableKind::Multiple {
                columns.push(column(words::SHARE_OF_ANSWERS, Kind::Share));
            }
            return columns;
        }
        columns.push(Column::new("n", Kind::Count));
        columns.extend(self.gaps.iter().map(|gap| column(gap.word(), Kind::Count)));
        match variable.kind {
            VariableKind::Number | VariableKind::Date => columns.extend(number_columns(setting, variable)),
            _ => {
                for (_, code) in &self.codes {
                    let over = setting.text(&code.label);
                    columns.push(column(words::COUNT, Kind::Count).under(over));
                    columns.push(column(words::SHARE, Kind::Share).under(over));
                    columns.push(Column::new(sentences::interval_head(setting), Kind::Figures).under(over));
                }
            }
        }
        columns
    }

    fn groups(&self, setting: &Setting<'_>, table: &Table, variable: &Variable) -> Vec<RowGroup> {
        let mut groups = match (self.is_long, table.by.len()) {
            (true, _) => {
                table.rows.iter().map(|row| self.long_group(setting, table, variable, row)).collect()
            }
            (false, 2) => self.crossed(setting, table, variable),
            (false, _) => {
                let rows = table.rows.iter().map(|row| self.row(setting, table, variable, row));
                vec![RowGroup { label: None, rows: rows.collect() }]
            }
        };
        if let (false, [_], false) = (self.is_long, table.by.as_slice(), table.mean_of_groups.is_empty()) {
            groups.push(self.means(setting, table, variable));
        }
        if let (true, [_], false) = (self.is_long, table.by.as_slice(), table.mean_of_groups.is_empty()) {
            groups.push(self.long_means(setting, table, variable));
        }
        groups
    }

    /// Rows of two crossed breakdowns, the classes of the first as headings.
    fn crossed(&self, setting: &Setting<'_>, table: &Table, variable: &Variable) -> Vec<RowGroup> {
        let mut groups: Vec<RowGroup> = Vec::new();
        for row in &table.rows {
            let first = setting.text(&setting.class(table.by[0], row.group[0]).label);
            let done = self.row(setting, table, variable, row);
            match groups.last_mut() {
                Some(last) if last.label.as_deref() == Some(first) => last.rows.push(done),
                _ => groups.push(RowGroup { label: Some(first.to_owned()), rows: vec![done] }),
            }
        }
        groups
    }

    /// One row for a group, answers side by side.
    fn row(&self, setting: &Setting<'_>, table: &Table, variable: &Variable, row: &Row) -> document::Row {
        let group = setting.group_ids(table, &row.group);
        let mark = |code| setting.mark(table, &row.group, code);
        let cells = match row.figures() {
            None => vec![withheld(); self.columns(setting, table, variable).len() - 1],
            Some(figures) => self.cells(setting, table.variable, figures, &group, mark),
        };
        document::Row { id: None, label: sentences::group_label(setting, table, row), is_total: false, cells }
    }

    fn cells(
        &self,
        setting: &Setting<'_>,
        number: usize,
        figures: &Figures,
        group: anchor::Group<'_>,
        mark: impl Fn(u16) -> Option<document::Mark>,
    ) -> Vec<Cell> {
        let variable = &setting.tables.variables[number];
        let name = &variable.name;
        let mut cells = vec![Cell::count(figures.n).anchored(anchor::of_variable("n", name, group))];
        for gap in &self.gaps {
            let cell = Cell::count(gap.of(figures));
            cells.push(match gap {
                Gap::Blank => cell.anchored(anchor::of_variable("blank", name, group)),
                _ => cell,
            });
        }
        if matches!(variable.kind, VariableKind::Number | VariableKind::Date) {
            cells.extend(number_cells(setting, variable, figures, group));
            return cells;
        }
        for (at, code) in &self.codes {
            cells.extend(match figures.cell(*at) {
                Some(cell) if figures.n > 0 => [
                    Cell::count(cell.count).anchored(anchor::count(name, &code.id, group)),
                    share_cell(cell, figures.n)
                        .marked(mark(*at))
                        .anchored(anchor::share(name, &code.id, group)),
                    interval_cell(setting, number, cell),
                ],
                _ => {
                    let cell = not_shown(figures, *at);
                    let is_none = cell.flag == Some(document::Flag::NoBase);
                    let share = anchor::share(name, &code.id, group);
                    let middle = if is_none { cell.clone().anchored(share) } else { cell.clone() };
                    [cell.clone(), middle, cell]
                }
            });
        }
        cells
    }

    /// A group with its answers below each other.
    fn long_group(&self, setting: &Setting<'_>, table: &Table, variable: &Variable, row: &Row) -> RowGroup {
        let group = setting.group_ids(table, &row.group);
        let width = if variable.kind == VariableKind::Multiple { 4 } else { 3 };
        let base = match row.figures() {
            None => "n=x".to_owned(),
            Some(figures) => {
                let gaps = self.gaps.iter().map(|gap| {
                    format!("{}{} {}", setting.word(words::COMMA), setting.word(gap.word()), gap.of(figures))
                });
                format!("n={}{}", document::grouped(figures.n), gaps.collect::<String>())
            }
        };
        let rows = self.codes.iter().map(|(at, code)| {
            let cells = match (row.figures(), row.cell(*at)) {
                (None, _) => vec![withheld(); width],
                (Some(figures), Some(cell)) if figures.n > 0 => {
                    let mut cells = vec![
                        Cell::count(cell.count).anchored(anchor::count(&variable.name, &code.id, &group)),
                        share_cell(cell, figures.n)
                            .marked(setting.mark(table, &row.group, *at))
                            .anchored(anchor::share(&variable.name, &code.id, &group)),
                        interval_cell(setting, table.variable, cell),
                    ];
                    cells.extend((width == 4).then(|| match cell.share_of_answers {
                        Some(share) => Cell::value(share, percent_text(share)),
                        None if !figures.withheld.is_empty() => withheld(),
                        None => no_base(),
                    }));
                    cells
                }
                (Some(figures), _) => vec![not_shown(figures, *at); width],
            };
            document::Row { id: None, label: setting.text(&code.label).to_owned(), is_total: false, cells }
        });
        let label = words::bracketed(setting.lang, &sentences::group_label(setting, table, row), &base);
        RowGroup { label: Some(label), rows: rows.collect() }
    }

    /// The plain mean of the groups, apart from them and by its name.
    fn means(&self, setting: &Setting<'_>, table: &Table, variable: &Variable) -> RowGroup {
        let groups = table.mean_of_groups.iter().map(|mean| mean.groups).max().unwrap_or(0);
        let mut cells = vec![Cell::words("")];
        cells.extend(self.gaps.iter().map(|_| Cell::words("")));
        for (at, code) in &self.codes {
            let id = anchor::mean(&variable.name, &code.id, setting.breakdown_id(table.by[0]));
            cells.extend([Cell::words(""), mean_cell(table.mean(*at)).anchored(id), Cell::words("")]);
        }
        let label = sentences::mean_label(setting, groups);
        RowGroup { label: None, rows: vec![document::Row { id: None, label, is_total: true, cells }] }
    }

    fn long_means(&self, setting: &Setting<'_>, table: &Table, variable: &Variable) -> RowGroup {
        let groups = table.mean_of_groups.iter().map(|mean| mean.groups).max().unwrap_or(0);
        let rows = self.codes.iter().map(|(at, code)| {
            let id = anchor::mean(&variable.name, &code.id, setting.breakdown_id(table.by[0]));
            let mut cells = vec![Cell::words(""), mean_cell(table.mean(*at)).anchored(id), Cell::words("")];
            if variable.kind == VariableKind::Multiple {
                cells.push(Cell::words(""));
            }
            document::Row { id: None, label: setting.text(&code.label).to_owned(), is_total: false, cells }
        });
        RowGroup { label: Some(sentences::mean_label(setting, groups)), rows: rows.collect() }
    }
}

fn mean_cell(mean: Option<&MeanOfGroups>) -> Cell {
    match mean {
        Some(MeanOfGroups { share: Some(share), flag: mark, .. }) => {
            Cell::value(*share, percent_text(*share)).flagged(flag(*mark))
        }
        Some(MeanOfGroups { flag: Some(monshin_tabulate::Flag::Withheld), .. }) => withheld(),
        Some(MeanOfGroups { flag: Some(monshin_tabulate::Flag::Omitted), .. }) => omitted(),
        _ => no_base(),
    }
}

fn number_columns(setting: &Setting<'_>, variable: &Variable) -> Vec<Column> {
    let kind = match variable.kind {
        VariableKind::Number => Kind::Number(decimals(setting, variable)),
        _ => Kind::Figures,
    };
    let mean_kind = match variable.kind {
        VariableKind::Number => Kind::Number(decimals(setting, variable) + 1),
        _ => Kind::Figures,
    };
    let unit = unit(setting, variable);
    let named = |word: words::Phrase| match &*unit {
        "" => setting.word(word).to_owned(),
        unit => words::bracketed(setting.lang, setting.word(word), unit),
    };
    let mut columns = vec![Column::new(named(words::MEAN), mean_kind)];
    columns.push(Column::new(sentences::interval_head(setting), Kind::Figures));
    let rest = [words::FIRST_QUARTILE, words::MEDIAN, words::THIRD_QUARTILE, words::LEAST, words::GREATEST];
    columns.extend(rest.into_iter().map(|word| Column::new(named(word), kind)));
    columns
}

fn number_cells(
    setting: &Setting<'_>,
    variable: &Variable,
    figures: &Figures,
    group: anchor::Group<'_>,
) -> Vec<Cell> {
    let Some(number) = figures.number else {
        return vec![if figures.omits_number() { omitted() } else { no_base() }; 7];
    };
    let decimals = decimals(setting, variable);
    let text = |value: f64, decimals: u8| number_text(setting, variable.kind, value, decimals);
    let is_day = variable.kind == VariableKind::Date;
    let cell = |value: f64, decimals: u8| match is_day {
        true => Cell::words(text(value, decimals)),
        false => Cell::value(value, text(value, decimals)),
    };
    let weak = figures.n < setting.questionnaire().survey().quoting.min_base;
    let mark = weak.then_some(document::Flag::Unreliable);
    let optional = |value: Option<f64>| value.map_or_else(withheld, |value| cell(value, decimals));
    let address = |what: &str| anchor::of_variable(what, &variable.name, group);
    let mean = number.mean.value().map_or_else(no_base, |mean| cell(mean, decimals + 1).flagged(mark));
    let interval = match number.mean.interval().filter(|one| one.width().is_finite()) {
        Some(one) => {
            Cell::words(format!("{}–{}", text(one.lower, decimals + 1), text(one.upper, decimals + 1)))
        }
        None => no_base(),
    };
    vec![
        mean.anchored(address("average")),
        interval,
        optional(number.q1).anchored(address("q1")),
        cell(number.median, decimals).flagged(mark).anchored(address("median")),
        optional(number.q3).anchored(address("q3")),
        optional(number.min),
        optional(number.max),
    ]
}
