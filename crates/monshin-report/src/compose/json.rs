//! `tables.json`: the release for other programs, format `monshin-tables/1`.
//!
//! The fields of the contract are never removed; others may be added. A withheld or omitted cell has no
//! figures, a cell without base has none either.

use monshin_tabulate::{Cell, Figures, Flag, Released, Row, Table, Tables, Variable, table_tests};
use serde_json::{Map, Value, json};

/// The release as JSON text, with the tables that `wanted` names.
pub fn tables_json(tables: &Released<Tables>, wanted: impl Fn(&Table) -> bool) -> String {
    let tests = table_tests(tables);
    let list: Vec<Value> = tables
        .tables
        .iter()
        .filter(|one| wanted(one))
        .map(|one| {
            let mut value = table(tables, one);
            if let Some(found) = tests.iter().find(|test| test.is_of(one)) {
                value["tests"] = super::json_tests::tests(tables, found);
            }
            value
        })
        .collect();
    let whole = json!({
        "format": "monshin-tables/1",
        "survey": tables.questionnaire.survey().id,
        "responses": tables.responses,
        "input_sha256": tables.input_sha256,
        "questionnaire_sha256": tables.questionnaire.hash(),
        "synthetic": tables.questionnaire.survey().synthetic.is_some(),
        "response": super::json_response::response(tables),
        "nonresponse": super::json_response::nonresponse(tables),
        "design": super::json_precision::design(tables),
        "disclosure": policy(tables),
        "presentation": presentation(tables),
        "respondents": respondents(tables),
        "tables": list,
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("a value of our own making has no odd keys");
    text.push('\n');
    text
}

fn table(tables: &Tables, table: &Table) -> Value {
    let variable = &tables.variables[table.variable];
    let by: Vec<&str> = table.by.iter().map(|by| &*tables.questionnaire.breakdowns()[*by].id).collect();
    let overall = tables.table(table.variable, &[]).and_then(|overall| overall.rows.first());
    let sentence = &table.base.sentence;
    let mut base = Map::new();
    base.insert("condition".into(), json!(table.base.condition));
    sentence.iter().for_each(|(tag, words)| {
        base.insert(tag.into(), json!(words));
    });
    base.insert("n".into(), json!(overall.and_then(Row::n)));
    let means = table.mean_of_groups.iter().map(|mean| {
        let mut value =
            json!({ "code": code(variable, mean.code), "share": mean.share, "groups": mean.groups });
        if let Some(flag) = mean.flag {
            value["flag"] = json!(flag.name());
        }
        value
    });
    json!({
        "question": variable.name,
        "by": one_or_several(&by),
        "weighted": tables.weighted,
        "base": base,
        "unclassified": table.unclassified,
        "rows": table.rows.iter().map(|one| row(tables, table, variable, one)).collect::<Vec<_>>(),
        "mean_of_groups": means.collect::<Vec<_>>(),
    })
}

/// `null` for none, a name for one, a list for several.
fn one_or_several(names: &[&str]) -> Value {
    match names {
        [] => Value::Null,
        [one] => json!(one),
        several => json!(several),
    }
}

pub(super) fn code(variable: &Variable, at: u16) -> Value {
    json!(variable.codes.as_ref().map(|codes| &*codes.codes[usize::from(at)].id))
}

fn row(tables: &Tables, table: &Table, variable: &Variable, row: &Row) -> Value {
    let breakdowns = tables.questionnaire.breakdowns();
    let class = |(by, class): (&usize, &u16)| &*breakdowns[*by].codes.codes[usize::from(*class)].id;
    let group: Vec<&str> = table.by.iter().zip(&row.group).map(class).collect();
    let group = one_or_several(&group);
    let Some(figures) = row.figures() else {
        let codes = variable.codes.iter().flat_map(|codes| 0..codes.len());
        let cells: Vec<Value> = codes
            .filter(|at| !is_refusal(variable, *at))
            .map(|at| json!({ "code": code(variable, at as u16), "share": null, "flag": "withheld" }))
            .collect();
        return json!({ "group": group, "n": null, "flag": "withheld", "cells": cells });
    };
    let mut value = json!({
        "group": group,
        "n": figures.n,
        "blank": figures.blank,
        "asked": figures.asked,
        "refused": figures.refused,
        "not_asked": figures.not_asked,
        "scope_unknown": figures.scope_unknown,
        "cells": cells(variable, figures),
    });
    if tables.weighted {
        value["weighted_n"] = json!(figures.weighted_n());
    }
    if let Some(total) = figures.answers_total {
        value["answers"] = json!(total);
    }
    if let Some(number) = figures.number {
        value["number"] = super::json_precision::number(&number);
    } else if figures.omits_number() {
        value["number"] = json!({ "mean": null, "median": null, "flag": Flag::Omitted.name() });
    }
    value
}

/// In the order of the paper, those that are withheld or omitted in their places.
fn cells(variable: &Variable, figures: &Figures) -> Vec<Value> {
    let codes = variable.codes.iter().flat_map(|codes| 0..codes.len() as u16);
    let without =
        |at: u16, flag: Flag| json!({ "code": code(variable, at), "share": null, "flag": flag.name() });
    let one = |at: u16| match figures.cell(at) {
        Some(shown) => Some(cell(variable, figures, shown)),
        None if figures.is_withheld(at) => Some(without(at, Flag::Withheld)),
        None => figures.is_omitted(at).then(|| without(at, Flag::Omitted)),
    };
    codes.filter_map(one).collect()
}

/// The policy with its thresholds.
fn policy(tables: &Tables) -> Value {
    let policy = tables.questionnaire.survey().disclosure;
    match policy.is_none() {
        true => json!({ "preset": policy.preset.name() }),
        false => json!({
            "preset": policy.preset.name(),
            "k": policy.k,
            "protection": policy.protection,
            "small_class": policy.small_class,
        }),
    }
}

/// Which figures are unreliable, and what becomes of them.
fn presentation(tables: &Tables) -> Value {
    let quoting = tables.questionnaire.survey().quoting;
    json!({
        "rule": quoting.rule.name(),
        "min_base": quoting.min_base,
        "unreliable": quoting.unreliable.name(),
    })
}

/// How many responses each class has.
fn respondents(tables: &Tables) -> Vec<Value> {
    let profiles = tables.profile.iter().map(|profile| {
        let breakdown = &tables.questionnaire.breakdowns()[profile.breakdown];
        let is_hidden = |at: usize| super::respondents::is_withheld(tables, profile.breakdown, at);
        let row =
            |(at, (class, count)): (usize, (&monshin_tabulate::instrument::Code, &Option<u64>))| match count
                .filter(|_| !is_hidden(at))
            {
                Some(n) => json!({ "group": class.id, "n": n }),
                None => json!({ "group": class.id, "n": null, "flag": "withheld" }),
            };
        let rows = breakdown.codes.codes.iter().zip(&profile.counts).enumerate().map(row);
        json!({ "by": breakdown.id, "rows": rows.collect::<Vec<_>>(), "unclassified": profile.unclassified })
    });
    profiles.collect()
}

fn is_refusal(variable: &Variable, at: usize) -> bool {
    use monshin_tabulate::instrument::CodeKind;
    variable.codes.as_ref().is_some_and(|codes| codes.codes[at].kind == CodeKind::Refused)
}

fn cell(variable: &Variable, figures: &Figures, cell: &Cell) -> Value {
    let flag = cell.flag.map(|flag| flag.name());
    let (Some(share), true) = (cell.share(), figures.n > 0) else {
        return json!({ "code": code(variable, cell.code), "share": null, "flag": flag.unwrap_or("no-base") });
    };
    let interval = cell.estimate.interval();
    let mut value = json!({
        "code": code(variable, cell.code),
        "count": cell.count,
        "share": share,
        "low": interval.map(|one| one.lower),
        "high": interval.map(|one| one.upper),
        "level": interval.map(|one| one.level),
        "method": interval.map(|one| one.method.name()),
        "flag": flag,
    });
    super::json_precision::of_cell(&mut value, cell);
    if let Some(nchs) = cell.nchs {
        value["nchs"] = json!({
            "present": nchs.present,
            "effective_size": nchs.effective_size,
            "width": nchs.width,
            "relative_width": nchs.relative_width.is_finite().then_some(nchs.relative_width),
            "review_df": nchs.review_df,
            "review_edge": nchs.review_edge,
            "footnote_complement": nchs.footnote_complement,
        });
    }
    if cell.all_or_none {
        value["all_or_none"] = json!(true);
    }
    if let Some(weighted) = cell.weighted_count {
        value["weighted_count"] = json!(weighted);
    }
    if let Some(share) = cell.share_of_answers {
        value["share_of_answers"] = json!(share);
    }
    value
}
