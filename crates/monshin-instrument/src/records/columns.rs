//! What each column of the header holds.

use monshin_diag::{Diagnostic, Diagnostics, Place, words};

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
    Ignored,
}

pub(super) fn is_id(name: &str) -> bool {
    normalise(name) == "id"
}

/// The columns of a header; findings name columns that are missing, doubled or unknown.
pub(super) fn columns(
    form: &Questionnaire,
    header: &csv::StringRecord,
    file: &str,
    weight: Option<&str>,
    classes_known: bool,
) -> (Vec<Column>, Diagnostics) {
    let mut found = Diagnostics::new();
    let columns: Vec<Column> = header.iter().map(|name| column(form, name, weight)).collect();
    for (at, column) in columns.iter().enumerate() {
        let name = &header[at];
        if *column == Column::Ignored {
            let place = Place::cell(file, 1, Some(name));
            found.push(Diagnostic::warning("D012", place,
                words!("「{name}」という列は調査票にありません。読み飛ばします"; "the questionnaire has nothing called `{name}`; the column is passed over")));
        } else if columns[..at].contains(column) {
            let place = Place::cell(file, 1, Some(name));
            found.push(Diagnostic::error("D013", place, words!("「{name}」の列が2つあります"; "there are two columns for `{name}`")));
        }
    }
    for name in missing(form, &columns, weight, classes_known) {
        let place = Place::cell(file, 1, Some(&name));
        found.push(Diagnostic::error("D011", place, words!("「{name}」の列がありません"; "there is no column `{name}`"))
            .help(words!("見出しの行に「{name}」を加えてください"; "add `{name}` to the header")));
    }
    (columns, found)
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

fn missing(form: &Questionnaire, columns: &[Column], weight: Option<&str>, classes_known: bool) -> Vec<String> {
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
        let is_there = columns.iter().any(|column| matches!(column, Column::Answer(n) | Column::Choice(n, _) if *n == at));
        let may_lack = item.is_specify || item.entry.is_some_and(|entry| entry > 1);
        if !is_there && !may_lack {
            names.push(item.name.clone());
        }
    }
    names
}
