//! The charts of a variable, overall and by a breakdown.

use monshin_diag::Lang;
use monshin_tabulate::instrument::{AnswerType, Code, CodeKind};
use monshin_tabulate::{Figures, Row, Table, Variable, VariableKind};

use super::figures::{
    absent, absent_cell, base_text, interval, interval_text, is_weak, number_text, share_text,
};
use super::setting::Setting;
use super::{sentences, words};
use crate::chart;
use crate::chart::{Bar, Bars, BoxRow, Boxes, Chart, Cluster, Part, Reference, Series, Stacked, Summary};

/// More answers than that are not told apart by tones.
const MOST_TONES: usize = 6;
/// More bars than that are no picture.
const MOST_BARS: usize = 60;

/// The chart of a table; `None` where there is nothing to draw (words).
pub(super) fn of_table(setting: &Setting<'_>, table: &Table) -> Option<Chart> {
    let variable = &setting.tables.variables[table.variable];
    match variable.kind {
        VariableKind::Single if setting.codes(variable).len() <= MOST_TONES => {
            Some(Chart::Stacked(stacked(setting, table, variable)))
        }
        VariableKind::Single | VariableKind::Multiple => Some(Chart::Bars(bars(setting, table, variable))),
        VariableKind::Number => boxes(setting, table, variable).map(Chart::Boxes),
        VariableKind::Date | VariableKind::Text => None,
    }
}

/// Whether the rows of the chart are in another order than that of the classes.
pub(super) fn is_sorted(setting: &Setting<'_>, table: &Table) -> bool {
    table.by.first().is_some_and(|by| !setting.questionnaire().breakdowns()[*by].ordered)
}

fn threshold(setting: &Setting<'_>) -> u64 {
    setting.questionnaire().survey().quoting.min_base
}

/// The overall row and those of the table: in the order of the classes where they have one,
/// otherwise by the share of the first answer, weak bases below the strong and none at the end.
fn rows_in_order<'a>(setting: &Setting<'a>, table: &'a Table, code: Option<u16>) -> Vec<&'a Row> {
    let mut rows: Vec<&Row> = table.rows.iter().collect();
    if is_sorted(setting, table) {
        let rank = |row: &Row| match row.figures() {
            None => 3,
            Some(figures) if figures.n == 0 => 2,
            Some(figures) => u8::from(is_weak(figures, threshold(setting))),
        };
        let height = |row: &Row| match code {
            Some(code) => row.cell(code).and_then(|cell| cell.share()),
            None => row.figures().and_then(|figures| figures.number).map(|number| number.median),
        };
        rows.sort_by(|a, b| {
            let by_height = || height(b).unwrap_or(-1.0).total_cmp(&height(a).unwrap_or(-1.0));
            rank(a).cmp(&rank(b)).then_with(by_height)
        });
    }
    let overall = if table.by.is_empty() { None } else { setting.overall(table.variable) };
    overall.into_iter().flat_map(|overall| &overall.rows).chain(rows).collect()
}

fn label(setting: &Setting<'_>, table: &Table, row: &Row) -> String {
    match row.group.as_slice() {
        [] => setting.word(words::OVERALL).to_owned(),
        group => {
            let names =
                table.by.iter().zip(group).map(|(by, class)| setting.text(&setting.class(*by, *class).label));
            names.collect::<Vec<_>>().join(" × ")
        }
    }
}

fn part(figures: &Figures, code: u16) -> Part {
    match figures.cell(code) {
        Some(cell) => Part {
            is_shown: true,
            share: cell.share().unwrap_or(0.0),
            text: share_text(cell, figures.n),
            interval: interval(cell),
        },
        None if figures.is_withheld(code) => Part { text: "x".to_owned(), ..Part::default() },
        None if figures.is_omitted(code) => Part { text: "…".to_owned(), ..Part::default() },
        None => Part::default(),
    }
}

fn chart_row(setting: &Setting<'_>, table: &Table, row: &Row, codes: &[u16]) -> chart::Row {
    let why = || match (row.figures(), codes) {
        // A bar of one answer is all there is to see of it.
        (Some(figures), [code]) => absent_cell(setting, figures, *code),
        _ => None,
    };
    let bar = match (absent(setting, row).or_else(why), row.figures()) {
        (None, Some(figures)) => Bar::Parts {
            parts: codes.iter().map(|code| part(figures, *code)).collect(),
            weak: is_weak(figures, threshold(setting)),
        },
        (why, _) => Bar::Absent(why.unwrap_or_else(|| "–".to_owned())),
    };
    let is_total = row.group.is_empty() && !table.by.is_empty();
    let base = base_text(row, threshold(setting));
    chart::Row { label: label(setting, table, row), base, bar, is_total }
}

fn stacked(setting: &Setting<'_>, table: &Table, variable: &Variable) -> Stacked {
    let codes = setting.codes(variable);
    let positions: Vec<u16> = codes.iter().map(|(at, _)| *at).collect();
    let series = codes.iter().map(|(_, code)| Series {
        label: setting.text(&code.label).to_owned(),
        aside: matches!(code.kind, CodeKind::DontKnow | CodeKind::NotApplicable),
    });
    let rows = rows_in_order(setting, table, positions.first().copied());
    Stacked {
        series: series.collect(),
        rows: rows.into_iter().map(|row| chart_row(setting, table, row, &positions)).collect(),
        reference: positions.first().and_then(|code| reference(setting, table, *code)),
    }
}

/// The overall share of an answer, for tables by groups.
fn reference(setting: &Setting<'_>, table: &Table, code: u16) -> Option<Reference> {
    if table.by.is_empty() {
        return None;
    }
    let figures = setting.overall(table.variable)?.rows.first()?.figures()?;
    let cell = figures.cell(code)?;
    let label = format!("{} {}", setting.word(words::OVERALL), share_text(cell, figures.n));
    Some(Reference { at: cell.share()?, label })
}

/// One bar for each answer; by groups a cluster for each answer, the most frequent ones first.
fn bars(setting: &Setting<'_>, table: &Table, variable: &Variable) -> Bars {
    let codes = by_frequency(setting, variable, table.variable);
    if table.by.is_empty() {
        let row = |(at, code): &(u16, &Code)| {
            let mut one = chart_row(setting, table, &table.rows[0], &[*at]);
            one.label = setting.text(&code.label).to_owned();
            one
        };
        let rows = codes.iter().map(row).collect();
        return Bars { clusters: vec![Cluster { heading: None, rows }], reference: None };
    }
    let most = (MOST_BARS / (table.rows.len() + 1)).max(1);
    let cluster = |(at, code): &(u16, &Code)| Cluster {
        heading: Some(setting.text(&code.label).to_owned()),
        rows: rows_in_order(setting, table, Some(*at))
            .into_iter()
            .map(|row| chart_row(setting, table, row, &[*at]))
            .collect(),
    };
    Bars { clusters: codes.iter().take(most).map(cluster).collect(), reference: None }
}

/// The answers by their overall share; don't know, not applicable and the like at the end.
fn by_frequency<'a>(setting: &Setting<'a>, variable: &'a Variable, number: usize) -> Vec<(u16, &'a Code)> {
    let mut codes = setting.codes(variable);
    let overall = setting.overall(number).and_then(|table| table.rows.first());
    codes.sort_by(|(a, first), (b, second)| {
        let aside = |code: &Code| code.kind != CodeKind::Substantive;
        let share =
            |at: u16| overall.and_then(|row| row.cell(at)).and_then(|cell| cell.share()).unwrap_or(0.0);
        aside(first).cmp(&aside(second)).then(share(*b).total_cmp(&share(*a)))
    });
    codes
}

fn boxes(setting: &Setting<'_>, table: &Table, variable: &Variable) -> Option<Boxes> {
    let unit = unit(setting, variable);
    let decimals = decimals(setting, variable);
    let row = |row: &Row| {
        let summary = match (absent(setting, row), row.figures().and_then(|figures| figures.number)) {
            (None, Some(number)) => match (number.q1, number.q3) {
                (Some(q1), Some(q3)) => Ok(Summary {
                    q1,
                    median: number.median,
                    q3,
                    mean: number.mean.value().unwrap_or(number.median),
                    text: sentences::with_unit(
                        setting,
                        &number_text(setting, variable.kind, number.median, decimals),
                        &unit,
                    ),
                }),
                _ => Err(words::bracketed(setting.lang, "x", setting.word(words::WITHHELD))),
            },
            (why, _) => Err(why.unwrap_or_else(|| "–".to_owned())),
        };
        BoxRow {
            label: label(setting, table, row),
            base: base_text(row, threshold(setting)),
            summary,
            weak: row.figures().is_some_and(|figures| is_weak(figures, threshold(setting))),
        }
    };
    let rows: Vec<BoxRow> = rows_in_order(setting, table, None).into_iter().map(row).collect();
    let is_positive = rows.iter().filter_map(|row| row.summary.as_ref().ok()).all(|one| one.q1 >= 0.0);
    is_positive.then_some(Boxes { rows, unit, reach: 0.0 })
}

/// Unit of a number.
pub(super) fn unit(setting: &Setting<'_>, variable: &Variable) -> String {
    limits(setting, variable).map_or_else(String::new, |limits| setting.text(&limits.unit).to_owned())
}

/// Decimals of a number.
pub(super) fn decimals(setting: &Setting<'_>, variable: &Variable) -> u8 {
    limits(setting, variable).map_or(0, |limits| limits.decimals)
}

fn limits<'a>(
    setting: &Setting<'a>,
    variable: &Variable,
) -> Option<&'a monshin_tabulate::instrument::NumberLimits> {
    let item = variable.items.first()?;
    match &setting.questionnaire().items()[*item].answer {
        AnswerType::Number(limits) => Some(limits),
        _ => None,
    }
}

/// The chart in words: every bar with its base and figures.
pub(crate) fn alternative(chart: &Chart, lang: Lang) -> String {
    let parts = |bar: &Bar, names: &[&str]| match bar {
        Bar::Absent(why) => why.clone(),
        Bar::Parts { parts, .. } => {
            let named = parts.iter().enumerate().map(|(at, part)| {
                format!("{} {}", names.get(at).copied().unwrap_or_default(), part.text).trim().to_owned()
            });
            named.collect::<Vec<_>>().join(words::COMMA.get(lang))
        }
    };
    let line = |label: &str, base: &str, figures: &str| {
        words::with_colon(lang, &words::bracketed(lang, label, base), figures)
    };
    let lines: Vec<String> = match chart {
        Chart::Stacked(chart) => {
            let names: Vec<&str> = chart.series.iter().map(|one| &*one.label).collect();
            chart.rows.iter().map(|row| line(&row.label, &row.base, &parts(&row.bar, &names))).collect()
        }
        Chart::Dots(chart) => return alternative(&Chart::Bars(chart.as_bars()), lang),
        Chart::Bars(chart) => {
            let rows =
                chart.clusters.iter().flat_map(|one| one.rows.iter().map(move |row| (&one.heading, row)));
            let one = |(heading, row): (&Option<String>, &chart::Row)| {
                let label = match heading {
                    Some(heading) => format!("{heading} / {}", row.label),
                    None => row.label.clone(),
                };
                line(&label, &row.base, &parts(&row.bar, &[]))
            };
            rows.map(one).collect()
        }
        Chart::Boxes(chart) => {
            let one = |row: &BoxRow| match &row.summary {
                Ok(one) => {
                    let quartiles = words::bracketed(lang, &one.text, &format!("{}–{}", one.q1, one.q3));
                    line(&row.label, &row.base, &quartiles)
                }
                Err(why) => line(&row.label, &row.base, why),
            };
            chart.rows.iter().map(one).collect()
        }
        Chart::Histogram(chart) => {
            chart.bins.iter().map(|bin| words::with_colon(lang, &bin.label, &bin.text)).collect()
        }
        Chart::Ranges(chart) => {
            let one = |row: &chart::RangeRow| {
                let band = |(name, (low, high)): (&String, &(f64, f64))| {
                    words::bracketed(lang, &interval_text(*low, *high), name)
                };
                let bands: Vec<String> = chart.bands.iter().zip(&row.bands).map(band).collect();
                let figures = [vec![row.text.clone()], bands].concat().join(words::COMMA.get(lang));
                line(&row.label, &row.base, &figures)
            };
            chart.rows.iter().map(one).collect()
        }
        Chart::Routing(chart) => {
            chart.nodes.iter().map(|node| line(&node.name, &node.base, &node.condition)).collect()
        }
    };
    lines.join(words::STOP.get(lang))
}
