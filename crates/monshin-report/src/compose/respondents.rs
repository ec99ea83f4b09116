//! Who was asked and who answered: the rate with its two units, the respondents by each breakdown.

use monshin_tabulate::{Profile, Tables, percent};

use super::figures::withheld;
use super::setting::Setting;
use super::{anchor, responding, sentences, words};
use crate::document::{Block, Cell, Column, Inline, Kind, Row, RowGroup, Table, grouped};

/// The facts and tables of the chapter.
pub(super) fn blocks(setting: &Setting<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Definitions(facts(setting))];
    blocks
        .extend(setting.tables.profile.iter().map(|profile| Block::Table(Box::new(table(setting, profile)))));
    blocks.extend(responding::blocks(setting));
    blocks
}

fn facts(setting: &Setting<'_>) -> Vec<(String, Vec<Inline>)> {
    let fact =
        |term: words::Phrase, words: String| (setting.word(term).to_owned(), vec![Inline::Text(words)]);
    let mut facts = Vec::new();
    facts.extend(period(setting).map(|period| fact(words::PERIOD, period)));
    if let Some(cases) = &setting.tables.cases {
        let stated = responding::facts(setting, cases).into_iter();
        facts.extend(stated.map(|(term, words)| (term, vec![Inline::Text(words)])));
        return facts;
    }
    let work = &setting.tables.fieldwork;
    if let Some(invited) = &work.invited {
        let unit = invited.other_unit.as_ref().map_or(setting.unit(), |unit| setting.text(unit));
        facts.push(fact(words::INVITED, sentences::how_many(setting, invited.count, unit)));
    }
    facts.push(fact(words::RESPONSES, sentences::how_many(setting, work.responses, setting.unit())));
    facts.push(fact(words::RESPONSE_RATE, rate(setting)));
    facts
}

/// When it was asked.
pub(super) fn period(setting: &Setting<'_>) -> Option<String> {
    let survey = setting.questionnaire().survey();
    let (from, to) = (survey.opens?, survey.closes?);
    Some(sentences::from_to(setting, &setting.day(from), &setting.day(to)))
}

/// The response rate with numerator and denominator, or why there is none.
pub(super) fn rate(setting: &Setting<'_>) -> String {
    if let Some(cases) = &setting.tables.cases {
        return responding::rate(setting, cases).get(setting.lang).to_owned();
    }
    let work = &setting.tables.fieldwork;
    match (work.response_rate(), &work.invited) {
        (Some((responses, invited)), _) => {
            let decimals = if responses * 100 < invited { 2 } else { 1 };
            let percent = percent(responses, invited, decimals).unwrap_or_default();
            sentences::rate(setting, &percent, responses, invited)
        }
        (None, Some(invited)) if invited.other_unit.is_some() => {
            let unit = invited.other_unit.as_ref().map_or("", |unit| setting.text(unit));
            sentences::no_rate_across_units(setting, unit)
        }
        _ => match setting.tables.population().filter(|all| *all >= work.responses) {
            Some(all) => {
                let decimals = if work.responses * 100 < all { 2 } else { 1 };
                let percent = percent(work.responses, all, decimals).unwrap_or_default();
                sentences::rate_of_population(setting, &percent, work.responses, all)
            }
            None => sentences::no_rate(setting),
        },
    }
}

/// Whether it is withheld how many of a class responded.
pub(super) fn is_withheld(tables: &Tables, breakdown: usize, class: usize) -> bool {
    let cases = tables.cases.iter().flat_map(|cases| &cases.by);
    let rows = cases.filter(|by| by.breakdown == breakdown).flat_map(|by| &by.rows);
    rows.into_iter().any(|row| usize::from(row.class) == class && row.counts().is_none())
}

fn table(setting: &Setting<'_>, profile: &Profile) -> Table {
    let breakdown = &setting.questionnaire().breakdowns()[profile.breakdown];
    let total = setting.tables.responses;
    let row = |id: Option<String>, label: &str, count: u64, is_total: bool| {
        let share = match percent(count, total, 1) {
            Some(text) => Cell::value(count as f64 / total as f64, format!("{text}%")),
            None => Cell::words("–"),
        };
        let count = Cell { id, ..Cell::count(count) };
        Row { id: None, label: label.to_owned(), is_total, cells: vec![count, share] }
    };
    let mut rows: Vec<Row> = breakdown
        .codes
        .codes
        .iter()
        .zip(&profile.counts)
        .enumerate()
        .map(|(class, (code, count))| {
            let id = anchor::responses(&[(&breakdown.id, &code.id)]);
            let shown = row(Some(id), setting.text(&code.label), count.unwrap_or(0), false);
            match count.is_none() || is_withheld(setting.tables, profile.breakdown, class) {
                true => Row { cells: vec![withheld(); 2], ..shown },
                false => shown,
            }
        })
        .collect();
    let unclassified = setting.word(words::UNCLASSIFIED);
    match profile.unclassified {
        Some(0) => {}
        Some(count) => rows.push(row(None, unclassified, count, false)),
        None => {
            let hidden = row(None, unclassified, 0, false);
            rows.push(Row { cells: vec![withheld(); 2], ..hidden });
        }
    }
    rows.push(row(None, setting.word(words::TOTAL), total, true));
    let label = setting.text(&breakdown.label);
    let none: Vec<&str> = breakdown
        .codes
        .codes
        .iter()
        .zip(&profile.counts)
        .filter(|(_, count)| **count == Some(0))
        .map(|(code, _)| setting.text(&code.label))
        .collect();
    Table {
        id: format!("respondents-{}", breakdown.id),
        caption: sentences::respondents_by(setting, label),
        base: Some(sentences::all_responses(setting, &grouped(total))),
        columns: vec![
            Column::new(label, Kind::Words),
            Column::new(sentences::number_of(setting), Kind::Count),
            Column::new(setting.word(words::SHARE), Kind::Share),
        ],
        groups: vec![RowGroup { label: None, rows }],
        notes: if none.is_empty() { Vec::new() } else { vec![sentences::nobody_of(setting, &none)] },
    }
}
