//! What the templates need to know of a table as a whole. It is found here: in Typst every cell would cost
//! a call or several, at each pass over the pages.

use serde_json::{Map, Value, json};

/// A cell of words with more characters than that is long.
const LONG: usize = 80;
/// A table with long words and more rows than that is set as entries.
const MOST_ROWS: usize = 8;
/// Letters stand for no more different words than that.
const MOST_CODES: usize = 4;

/// Adds to every table of a document its `rows`, whether a sentence rests on it (`claimed`), whether its
/// columns would cut long words into ribbons (`wordy`), and of each column, the names of the rows first, the
/// `widest` words, the `longest` one that no line may cut, and the `codes`: its words, where they are so few that
/// letters can stand for them.
pub fn measure(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(measure),
        Value::Object(map) if map.get("kind").is_some_and(|kind| kind == "table") => {
            let found = [
                ("rows", json!(rows(map).count())),
                ("claimed", json!(is_claimed(map))),
                ("wordy", json!(is_wordy(map))),
                ("widest", of_each_column(map, |words| words.to_owned())),
                ("longest", of_each_column(map, longest_word)),
                ("codes", codes(map)),
            ];
            map.extend(found.map(|(key, value)| (key.to_owned(), value)));
        }
        Value::Object(map) => map.values_mut().for_each(measure),
        _ => {}
    }
}

fn list<'v>(value: Option<&'v Value>) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn rows(table: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    list(table.get("groups")).flat_map(|group| list(group.get("rows")))
}

fn cells(row: &Value) -> impl Iterator<Item = &Value> {
    list(row.get("cells"))
}

/// What a cell says, whatever its form.
fn words(cell: &Value) -> String {
    let text = cell.as_str().or(cell["text"].as_str()).unwrap_or_default();
    let weak = if cell["flag"] == "weak" { "※" } else { "" };
    format!("{text}{weak}{}", cell["mark"].as_str().unwrap_or_default())
}

fn is_claimed(table: &Map<String, Value>) -> bool {
    let has_back = |value: &Value| !value["back"].is_null();
    table.get("back").is_some_and(|back| !back.is_null())
        || rows(table).any(|row| has_back(row) || cells(row).any(|cell| cell.is_object() && has_back(cell)))
}

/// Which columns after the first hold words.
fn of_words(table: &Map<String, Value>) -> Vec<bool> {
    list(table.get("words")).skip(1).map(|one| one.as_bool() == Some(true)).collect()
}

fn is_wordy(table: &Map<String, Value>) -> bool {
    let columns = of_words(table);
    let is_long = |row: &Value| {
        cells(row).zip(&columns).any(|(cell, is_words)| *is_words && words(cell).chars().count() > LONG)
    };
    rows(table).count() > MOST_ROWS && rows(table).any(is_long)
}

/// What takes most room of that which `part` takes from the words of each column, the names of the rows first;
/// digits, which are not all of one width, as 0.
fn of_each_column(table: &Map<String, Value>, part: impl Fn(&str) -> String) -> Value {
    let longest = |words: &mut dyn Iterator<Item = String>| -> Value {
        let longest = words.map(|words| part(&words)).max_by_key(|words| breadth(words)).unwrap_or_default();
        longest.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>().into()
    };
    let name = |row: &Value| row["label"].as_str().unwrap_or_default().to_owned();
    let of_column = |at: usize| longest(&mut rows(table).filter_map(|row| cells(row).nth(at)).map(words));
    let first = longest(&mut rows(table).map(name));
    std::iter::once(first).chain((0..of_words(table).len()).map(of_column)).collect()
}

/// The words of each column in which the same few come again and again, in the order in which they first stand there;
/// of any other column `null`.
fn codes(table: &Map<String, Value>) -> Value {
    let of_column = |(at, is_words): (usize, bool)| -> Value {
        let column: Vec<&Value> = rows(table).filter_map(|row| cells(row).nth(at)).collect();
        let mut different: Vec<&Value> = Vec::new();
        for cell in &column {
            if !different.contains(cell) {
                different.push(cell);
            }
        }
        let is_few = different.len() <= MOST_CODES && different.len() < column.len();
        let are_words = column.len() == rows(table).count() && column.iter().all(|cell| cell.is_string());
        if is_words && is_few && are_words { json!(different) } else { Value::Null }
    };
    let rest = of_words(table).into_iter().enumerate().map(of_column);
    std::iter::once(Value::Null).chain(rest).collect()
}

/// The longest word of words: lines break at spaces, and beside any letter that is no Latin one.
fn longest_word(words: &str) -> String {
    let all = words.split(|c: char| c.is_whitespace() || !is_narrow(c));
    all.max_by_key(|word| word.chars().count()).unwrap_or_default().to_owned()
}

/// About how wide words are, in halves of a full-width letter.
fn breadth(words: &str) -> usize {
    words.chars().map(|c| if is_narrow(c) { 1 } else { 2 }).sum()
}

/// Whether a letter takes half the room of a Japanese one.
fn is_narrow(c: char) -> bool {
    c.is_ascii() || ('\u{a0}'..='\u{24f}').contains(&c) || ('\u{2010}'..='\u{2212}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(words: Value, rows: Vec<Value>) -> Value {
        let mut whole = json!({ "blocks": [{
            "kind": "table", "back": null, "words": words, "groups": [{ "label": null, "rows": rows }],
        }] });
        measure(&mut whole);
        whole["blocks"][0].take()
    }

    fn row(cells: Value) -> Value {
        json!({ "label": "床", "back": null, "cells": cells })
    }

    #[test]
    fn the_widest_words_of_each_column_are_found() {
        let weak = json!({ "text": "12.5%", "flag": "weak", "back": null });
        let found = table(
            json!([true, false, false, true]),
            vec![row(json!(["7", weak, "なし"])), row(json!(["1,204", "9.1%", "あり"]))],
        );
        assert_eq!(found["widest"], json!(["床", "0,000", "00.0%※", "あり"]));
        assert_eq!(
            (&found["rows"], &found["claimed"], &found["wordy"]),
            (&json!(2), &json!(false), &json!(false))
        );
        let empty = table(json!([true, false]), Vec::new());
        assert_eq!(empty["widest"], json!(["", ""]));
    }

    #[test]
    fn few_full_width_letters_are_wider_than_more_narrow_ones() {
        let found =
            table(json!([true, false]), vec![row(json!(["83.2–100.0"])), row(json!(["3組織中2組織"]))]);
        assert_eq!(found["widest"][1], "0組織中0組織");
    }

    #[test]
    fn the_longest_word_of_each_column_is_found() {
        let found = table(
            json!([true, true]),
            vec![row(json!(["Fisher's exact test"])), row(json!(["重み付きのRao–Scott検定"]))],
        );
        assert_eq!(found["longest"], json!(["", "Rao–Scott"]));
    }

    #[test]
    fn letters_can_stand_for_few_words_that_come_again() {
        let rows = |tests: &[&str]| tests.iter().map(|test| row(json!(["1", *test]))).collect();
        let codes = |tests: &[&str]| table(json!([true, false, true]), rows(tests))["codes"].clone();
        assert_eq!(codes(&["F", "R", "F"]), json!([null, null, ["F", "R"]]));
        assert_eq!(codes(&["F", "R"]), json!([null, null, null]), "each stands once");
        assert_eq!(codes(&["1", "2", "3", "4", "5", "1"]), json!([null, null, null]), "too many");
        assert_eq!(codes(&[]), json!([null, null, null]));
    }

    #[test]
    fn a_cell_that_a_sentence_rests_on_claims_its_table() {
        let cell = json!({ "text": "12.5%", "flag": null, "back": "c1" });
        assert_eq!(table(json!([true, false]), vec![row(json!([cell]))])["claimed"], true);
    }

    #[test]
    fn many_rows_of_long_words_are_told_from_few() {
        let long = "長い言葉".repeat(30);
        let rows = |count: usize| vec![row(json!([long])); count];
        assert_eq!(table(json!([true, true]), rows(9))["wordy"], true);
        assert_eq!(table(json!([true, true]), rows(8))["wordy"], false);
        assert_eq!(table(json!([true, false]), rows(9))["wordy"], false, "figures are not cut");
    }
}
