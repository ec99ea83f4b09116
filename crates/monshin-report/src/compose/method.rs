//! The method note: whatever changes a number, and what was left out.

use monshin_tabulate::Audit;

use super::setting::Setting;
use super::{disclosure_words, precision, presentation_words, respondents, sentences, words};
use crate::document::{Block, Cell, Column, Inline, Kind, Row, RowGroup, Table};

/// The whole note.
pub(super) fn blocks(setting: &Setting<'_>, audit: &[Audit]) -> Vec<Block> {
    let mut terms: Vec<(words::Phrase, String)> = vec![
        (words::BASE, sentences::about_bases(setting)),
        (words::ROUNDING, sentences::about_rounding(setting)),
        (words::DESIGN, precision::about_design(setting)),
        (words::INTERVAL, precision::about_intervals(setting)),
        (words::NONRESPONSE, sentences::about_nonresponse(setting, &respondents::rate(setting))),
        (words::MISSING, sentences::about_missing(setting)),
        (words::WEIGHTING, precision::about_weighting(setting)),
        (words::AVERAGES, sentences::about_averages(setting)),
        (words::TESTS, super::differences::about_tests(setting)),
        (words::QUOTING, presentation_words::about(setting)),
        (words::DISCLOSURE, disclosure(setting, audit)),
        (words::INTAKE, intake(setting)),
        (words::PROVENANCE, sentences::about_provenance(setting)),
    ];
    if let Some(notice) = &setting.questionnaire().survey().synthetic {
        terms.insert(0, (words::MADE_UP, setting.text(notice).to_owned()));
    }
    let terms =
        terms.into_iter().map(|(term, words)| (setting.word(term).to_owned(), vec![Inline::Text(words)]));
    let mut blocks = vec![Block::Definitions(terms.collect())];
    if !setting.tables.intake.is_empty() {
        blocks.push(Block::Table(Box::new(intake_table(setting))));
    }
    if !audit.is_empty() {
        blocks.push(Block::Table(Box::new(audit_table(setting, audit))));
    }
    blocks
}

fn disclosure(setting: &Setting<'_>, audit: &[Audit]) -> String {
    let policy = setting.questionnaire().survey().disclosure;
    if policy.is_none() {
        return sentences::no_disclosure_control(setting);
    }
    let mut words = disclosure_words::about(setting, &policy);
    words.push_str(&disclosure_words::how_much(setting, audit.len()));
    words
}

fn intake(setting: &Setting<'_>) -> String {
    let total: u64 = setting.tables.intake.iter().map(|note| note.count).sum();
    sentences::about_intake(setting, total)
}

fn intake_table(setting: &Setting<'_>) -> Table {
    let rows = setting.tables.intake.iter().map(|note| Row {
        id: None,
        label: note.what.get(setting.lang).to_owned(),
        is_total: false,
        cells: vec![Cell::words(&note.code), Cell::count(note.count)],
    });
    Table {
        id: "intake".to_owned(),
        caption: setting.word(words::LEFT_OUT).to_owned(),
        base: None,
        columns: vec![
            Column::new(setting.word(words::WHAT), Kind::Words),
            Column::new(setting.word(words::CODE), Kind::Words),
            Column::new(setting.word(words::COUNT), Kind::Count),
        ],
        groups: vec![RowGroup { label: None, rows: rows.collect() }],
        notes: Vec::new(),
    }
}

/// What is withheld, table by table, without the figures and without the reason: that a count is
/// small says how large it can be at most.
fn audit_table(setting: &Setting<'_>, audit: &[Audit]) -> Table {
    let rows = audit.iter().map(|one| {
        let (title, what) = disclosure_words::place(setting, &one.place);
        Row { id: None, label: title, is_total: false, cells: vec![Cell::words(what)] }
    });
    Table {
        id: "withheld".to_owned(),
        caption: setting.word(words::WHAT_IS_WITHHELD).to_owned(),
        base: None,
        columns: vec![
            Column::new(setting.word(words::TABLE), Kind::Words),
            Column::new(setting.word(words::GROUP), Kind::Words),
        ],
        groups: vec![RowGroup { label: None, rows: rows.collect() }],
        notes: Vec::new(),
    }
}
