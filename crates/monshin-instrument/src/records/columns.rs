//! What each column of the header holds.

use monshin_diag::{Diagnostic, Diagnostics, Place, words};

use super::reader::Reading;
use super::spelling::normalise;
use crate::{AnswerType, BreakdownSource, Questionnaire};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Weight,
    Class(usize),
    Answer(usize),
    Choice(usize, u16),
    /// Of the design, by its place in [`super::DesignColumns`].
    Design(usize),
    Ignored,
}

pub(super) fn is_id(name: &str) -> bool {
    normalise(name) == "id"
}

/// The columns of a header; findings name columns that are missing, doubled or unknown.
pub(super) fn columns(
    form: &Questionnaire,
    header: &csv::StringRecord,
    reading: &Reading,
    row: u64,
    weight: Option<&str>,
) -> (Vec<Column>, Diagnostics) {
    let (file, classes_known) = (&*reading.file, reading.classes_of.is_some());
    let mut found = Diagnostics::new();
    let of_design = reading.design.places(header);
    let columns: Vec<Column> = header
        .iter()
        .zip(of_design)
        .map(|(name, place)| match (column(form, name, weight), place) {
            (Column::Ignored, Some(place)) => Column::Design(place),
            (column, _) => column,
        })
        .collect();
    if columns.iter().all(|column| *column == Column::Ignored) {
        found.push(Diagnostic::error("D019", Place::cell(file, row, None),
            words!("この行は見出しではありません。調査票にある名前が1つもありません"; "this is no header: it has no name that the questionnaire knows"))
            .help(words!("1行目に id と設問の id を書いてください（例: id,q1,q2）"; "write id and the ids of the questions in the first row, as in id,q1,q2")));
        return (columns, found);
    }
    for (at, column) in columns.iter().enumerate() {
        let name = &header[at];
        if *column == Column::Ignored {
            let place = Place::cell(file, row, Some(name));
            found.push(Diagnostic::warning("D012", place,
                words!("「{name}」という列は調査票にありません。読み飛ばします"; "the questionnaire has nothing called `{name}`; the column is passed over")));
        } else if columns[..at].iter().any(|before| is_twice(*before, *column)) {
            let place = Place::cell(file, row, Some(name));
            found.push(Diagnostic::error(
                "D013",
                place,
                words!("「{name}」の列が2つあります"; "there are two columns for `{name}`"),
            ));
        }
    }
    for name in missing(form, &columns, weight, classes_known) {
        let place = Place::cell(file, row, Some(&name));
        found.push(
            Diagnostic::error(
                "D011",
                place,
                words!("「{name}」の列がありません"; "there is no column `{name}`"),
            )
            .help(words!("見出しの行に「{name}」を加えてください"; "add `{name}` to the header")),
        );
    }
    (columns, found)
}

/// Whether two columns hold the same: the same answer, or a code and the answer as a whole.
fn is_twice(one: Column, other: Column) -> bool {
    match (one, other) {
        (Column::Answer(a), Column::Choice(b, _)) | (Column::Choice(a, _), Column::Answer(b)) => a == b,
        _ => one == other,
    }
}

fn column(form: &Questionnaire, name: &str, weight: Option<&str>) -> Column {
    let plain = normalise(name);
    if plain == "id" {
        return Column::Id;
    }
    if weight.map_or(plain == "weight", |weight| normalise(weight) == plain) {
        return Column::Weight;
    }
    let breakdown = form.breakdowns.iter().position(|have| normalise(&have.id) == plain);
    if let Some(at) = breakdown.filter(|at| form.breakdowns[*at].source == BreakdownSource::Frame) {
        return Column::Class(at);
    }
    if let Some(at) = form.items.iter().position(|item| normalise(&item.name) == plain) {
        return Column::Answer(at);
    }
    choice(form, &plain).unwrap_or(Column::Ignored)
}

fn choice(form: &Questionnaire, plain: &str) -> Option<Column> {
    let (name, code) = plain.rsplit_once('.')?;
    let at = form.items.iter().position(|item| {
        matches!(item.answer, AnswerType::Several { .. }) && normalise(&item.name) == name
    })?;
    let codes = &form.items[at].codes()?.codes;
    let code = codes.iter().position(|have| normalise(&have.id) == code)?;
    Some(Column::Choice(at, code as u16))
}

fn missing(
    form: &Questionnaire,
    columns: &[Column],
    weight: Option<&str>,
    classes_known: bool,
) -> Vec<String> {
    let mut names = Vec::new();
    if !columns.contains(&Column::Id) {
        names.push("id".to_owned());
    }
    if let Some(weight) = weight.filter(|_| !columns.contains(&Column::Weight)) {
        names.push(weight.to_owned());
    }
    for (at, breakdown) in form.breakdowns.iter().enumerate() {
        let needed = breakdown.source == BreakdownSource::Frame && !classes_known;
        if needed && !columns.contains(&Column::Class(at)) {
            names.push(breakdown.id.clone());
        }
    }
    for (at, item) in form.items.iter().enumerate() {
        let is_there = columns
            .iter()
            .any(|column| matches!(column, Column::Answer(n) | Column::Choice(n, _) if *n == at));
        let may_lack = item.is_specify || item.entry.is_some_and(|entry| entry > 1);
        if !is_there && !may_lack {
            names.push(item.name.clone());
        }
        let by_code = columns.iter().any(|column| matches!(column, Column::Choice(n, _) if *n == at));
        if by_code && !columns.contains(&Column::Answer(at)) {
            let codes = item.codes().map_or(&[][..], |list| &list.codes);
            let lacks = |code: &usize| !columns.contains(&Column::Choice(at, *code as u16));
            names.extend(
                (0..codes.len()).filter(lacks).map(|code| format!("{}.{}", item.name, codes[code].id)),
            );
        }
    }
    names
}
