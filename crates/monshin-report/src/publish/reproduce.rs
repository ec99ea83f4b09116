//! Whether the figures of a published `tables.json` are those that the data give.

use std::collections::BTreeSet;

use serde_json::Value;

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reproduced {
    /// Numbers that are the same.
    pub same: u64,
    /// Numbers that the data at hand cannot give.
    pub beyond_reach: u64,
    /// Places that differ, in the order of the file.
    pub different: Vec<Difference>,
}

/// A place where the published value is not the one that the data give.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where: `q2 by founder / individual / yes / share`.
    pub place: String,
    /// What was published; "–" where there is nothing.
    pub published: String,
    /// What the data give.
    pub computed: String,
}

/// Relative difference up to which two numbers are the same: another version may sum in another
/// order; no printed digit depends on it.
const TOLERANCE: f64 = 1e-9;

/// Compares every value of a published `tables.json` with a computed one.
///
/// `overall_only` says that the data have no classes: then only tables without a breakdown are
/// compared, and all other numbers count as beyond reach. `input_sha256` and `written_by` are not
/// compared; they name what the figures were made from.
pub fn reproduce(published: &Value, computed: &Value, overall_only: bool) -> Reproduced {
    let mut found = Reproduced::default();
    let mut walk = Walk { found: &mut found, overall_only };
    walk.pair(&mut Vec::new(), Some(published), Some(computed));
    found
}

struct Walk<'a> {
    found: &'a mut Reproduced,
    overall_only: bool,
}

/// Keys that are not compared.
const NOT_FIGURES: [&str; 2] = ["input_sha256", "written_by"];

impl Walk<'_> {
    fn pair(&mut self, path: &mut Vec<String>, published: Option<&Value>, computed: Option<&Value>) {
        if self.is_beyond_reach(path, published) {
            self.found.beyond_reach += numbers(published);
            return;
        }
        match (published, computed) {
            (Some(Value::Object(a)), Some(Value::Object(b))) => {
                let more = b.keys().filter(|key| !a.contains_key(*key));
                for key in a.keys().chain(more).filter(|key| !NOT_FIGURES.contains(&&***key)) {
                    self.under(path, key.clone(), a.get(key), b.get(key));
                }
            }
            (Some(Value::Array(a)), Some(Value::Array(b))) => self.lists(path, a, b),
            (a, b) => self.leaf(path, a, b),
        }
    }

    fn under(&mut self, path: &mut Vec<String>, name: String, a: Option<&Value>, b: Option<&Value>) {
        path.push(name);
        self.pair(path, a, b);
        path.pop();
    }

    /// Elements with a name of their own (table, group, code) are matched by it, others by their
    /// position.
    fn lists(&mut self, path: &mut Vec<String>, a: &[Value], b: &[Value]) {
        let names = |list: &[Value]| -> Option<Vec<String>> {
            let names: Vec<String> = list.iter().map(name).collect::<Option<_>>()?;
            names.iter().collect::<BTreeSet<_>>().len().eq(&names.len()).then_some(names)
        };
        let (Some(left), Some(right)) = (names(a), names(b)) else {
            for at in 0..a.len().max(b.len()) {
                self.under(path, format!("{}", at + 1), a.get(at), b.get(at));
            }
            return;
        };
        for (value, name) in a.iter().zip(&left) {
            let other = right.iter().position(|one| one == name).map(|at| &b[at]);
            self.under(path, name.clone(), Some(value), other);
        }
        for (value, name) in b.iter().zip(&right).filter(|(_, name)| !left.contains(name)) {
            self.under(path, name.clone(), None, Some(value));
        }
    }

    fn leaf(&mut self, path: &[String], published: Option<&Value>, computed: Option<&Value>) {
        let is_same = match (published.and_then(Value::as_f64), computed.and_then(Value::as_f64)) {
            (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()),
            _ => published == computed,
        };
        match is_same {
            true => self.found.same += numbers(published),
            false => self.found.different.push(Difference {
                place: shown_path(path),
                published: shown(published),
                computed: shown(computed),
            }),
        }
    }

    fn is_beyond_reach(&self, path: &[String], published: Option<&Value>) -> bool {
        if !self.overall_only {
            return false;
        }
        match path {
            [] => false,
            [top] => top != "tables" && published.is_some_and(|value| value.is_array() || value.is_object()),
            [top, table, ..] if top == "tables" => table.contains(" by "),
            _ => false,
        }
    }
}

/// `q2 by founder` for a table, the group or the code for what stands in one.
fn name(value: &Value) -> Option<String> {
    let text = |key: &str| value.get(key).filter(|value| !value.is_null()).map(joined);
    if value.get("question").is_some() {
        let by = text("by").map_or(String::new(), |by| format!(" by {by}"));
        return Some(format!("{}{by}", text("question")?));
    }
    let group = value.get("group").map(|group| match group {
        Value::Null => "all".to_owned(),
        group => joined(group),
    });
    let parts: Vec<String> = group.into_iter().chain(text("code")).collect();
    (!parts.is_empty()).then(|| parts.join(" / "))
}

fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(joined).collect::<Vec<_>>().join(" × "),
        other => other.to_string(),
    }
}

fn shown_path(path: &[String]) -> String {
    let skipped = ["tables", "rows", "cells"];
    path.iter().filter(|part| !skipped.contains(&&***part)).cloned().collect::<Vec<_>>().join(" / ")
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Array(_) | Value::Object(_))) => {
            format!("{} figures", numbers(Some(value)))
        }
        Some(other) => other.to_string(),
    }
}

fn numbers(value: Option<&Value>) -> u64 {
    match value {
        Some(Value::Number(_)) => 1,
        Some(Value::Array(list)) => list.iter().map(|one| numbers(Some(one))).sum(),
        Some(Value::Object(map)) => map.values().map(|one| numbers(Some(one))).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tables(share: f64, by: Value) -> Value {
        json!({ "responses": 8, "input_sha256": "x", "tables": [{ "question": "q1", "by": by, "rows": [
            { "group": "big", "n": 8, "cells": [{ "code": "yes", "count": 2, "share": share, "flag": null }] } ] }] })
    }

    #[test]
    fn a_changed_share_is_told_with_its_place_and_both_values() {
        let found = reproduce(&tables(0.75, json!("size")), &tables(0.25, json!("size")), false);
        let difference = Difference {
            place: "q1 by size / big / yes / share".into(),
            published: "0.75".into(),
            computed: "0.25".into(),
        };
        assert_eq!(found, Reproduced { same: 3, beyond_reach: 0, different: vec![difference] });
    }

    #[test]
    fn equal_figures_count_and_the_hash_of_the_input_does_not() {
        let mut other = tables(0.25, Value::Null);
        other["input_sha256"] = json!("y");
        let found = reproduce(&tables(0.25, Value::Null), &other, false);
        assert_eq!(found, Reproduced { same: 4, ..Reproduced::default() });
    }

    #[test]
    fn without_classes_tables_by_classes_are_beyond_reach() {
        let found = reproduce(&tables(0.25, json!("size")), &json!({ "responses": 8, "tables": [] }), true);
        assert_eq!(found, Reproduced { same: 1, beyond_reach: 3, different: vec![] });
    }

    #[test]
    fn what_only_one_side_has_is_a_difference() {
        let found = reproduce(&json!({ "tables": [] }), &tables(0.25, Value::Null), false);
        assert_eq!(found.different.len(), 2, "the responses and the table: {found:?}");
    }
}
