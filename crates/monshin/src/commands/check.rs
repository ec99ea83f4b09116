//! `monshin check`: questionnaire, data and commentary, all findings at once.

use anyhow::Result;
use monshin_diag::{Lang, render_json};
use monshin_instrument::{Item, Questionnaire, Step, analysis};
use monshin_tabulate::Cases;
use monshin_tabulate::estimate::response::Rate;
use serde_json::{Value, json};

use crate::args::Check;
use crate::output::{Verdict, pick, print, print_findings};
use crate::prepare::{Which, prepare};

pub fn run(it: Check, lang: Lang) -> Result<Verdict> {
    let mut prepared = prepare(&it.input, Which::All, &[])?;
    let mut claims = Vec::new();
    for commentary in std::mem::take(&mut prepared.commentaries) {
        if let Some(report) = prepared.check(&commentary) {
            claims.push((commentary.file, report.claims().len()));
        }
    }
    let found = prepared.found.as_slice();
    let verdict = if prepared.found.has_errors() { Verdict::AtFault } else { Verdict::Fine };
    if it.json {
        let form = prepared.folder.questionnaire.as_deref();
        let json = json!({
            "format": "monshin-check/1",
            "ok": verdict == Verdict::Fine,
            "questionnaire": form.map(questionnaire_json),
            "responses": prepared.released.as_ref().map(|tables| tables.responses),
            "findings": render_json(found),
        });
        print(&format!("{}\n", serde_json::to_string_pretty(&json)?))?;
        return Ok(verdict);
    }
    print_findings(found, &prepared.folder.sources, lang);
    if let Some(form) = prepared.folder.questionnaire.as_deref() {
        print(&if it.patterns { patterns(form) } else { summary(form, lang) })?;
    }
    if let Some(intake) = &prepared.intake {
        let (rows, kept) = (intake.rows, intake.kept);
        print(&pick(
            lang,
            format!("データ: {rows} 行のうち {kept} 行が回答\n"),
            format!("Data: {kept} responses of {rows} rows\n"),
        ))?;
    }
    if let Some(cases) = prepared.released.as_ref().and_then(|tables| tables.cases.as_ref()) {
        print(&frame_line(cases, lang))?;
    }
    if let Some(withheld @ 1..) = prepared.released.as_ref().map(|tables| tables.audit().len()) {
        print(&pick(
            lang,
            format!("秘匿: {withheld} か所（どの区分をまとめれば減るかは tabulate --merging）\n"),
            format!("Withheld: {withheld} rows and cells (tabulate --merging says which classes to merge)\n"),
        ))?;
    }
    for (name, claims) in &claims {
        print(&pick(
            lang,
            format!("{name}: {claims} 件の主張を照合\n"),
            format!("{name}: {claims} claims checked\n"),
        ))?;
    }
    Ok(verdict)
}

/// The frame and the response rate in a line.
fn frame_line(cases: &Cases, lang: Lang) -> String {
    let (units, usable) = (cases.total.total(), cases.total.responses());
    let rate = cases.rate(Rate::Rr2).value().map_or("–".to_owned(), |rate| format!("{:.2}%", rate * 100.0));
    pick(
        lang,
        format!(
            "名簿: {units} 件、有効回答 {usable} 件、有効回答率 {rate}（RR2。詳しくは tabulate --response）\n"
        ),
        format!(
            "Frame: {units} units, {usable} usable responses, RR2 {rate} (tabulate --response says more)\n"
        ),
    )
}

/// Patterns and paths, then every question with its base.
fn summary(form: &Questionnaire, lang: Lang) -> String {
    let reach = analysis::reach(form);
    let count = |n: Option<u128>| n.map_or("?".to_owned(), |n| n.to_string());
    let (patterns, by_class) = (count(reach.patterns), count(reach.patterns_by_class));
    let mut text = pick(
        lang,
        format!("到達しうる回答の組合せ: {patterns}（区分を含めると {by_class}）\n"),
        format!("Reachable answer patterns: {patterns} ({by_class} with breakdowns)\n"),
    );
    let (paths, is_all) = analysis::paths(form, 100_000);
    if is_all && paths.len() <= 40 {
        text.push_str(&pick(
            lang,
            format!("道筋: {} 通り\n", paths.len()),
            format!("Paths: {}\n", paths.len()),
        ));
        for path in &paths {
            let asked = form.items().iter().zip(&path.steps).filter(|(_, step)| **step == Step::Open);
            let names: Vec<&str> = asked.map(|(item, _)| &*item.name).collect();
            text.push_str(&format!("  {:>6}  {}\n", path.patterns, names.join(" → ")));
        }
    }
    text.push_str(&pick(lang, "設問と母数:\n".into(), "Questions and their bases:\n".into()));
    for question in form.questions() {
        let sentence = question.base.sentence.get(lang.tag());
        let condition =
            if question.base.is_all() { String::new() } else { format!("  [{}]", question.base.condition) };
        text.push_str(&format!("  {}  {sentence}{condition}\n", question.display_name()));
    }
    text
}

/// One pattern a line: `q1=yes q2=no q3=- …`.
fn patterns(form: &Questionnaire) -> String {
    let (patterns, is_all) = analysis::patterns(form, 100_000);
    let mut text = String::new();
    for pattern in &patterns {
        let words = form
            .items()
            .iter()
            .zip(&pattern.items)
            .map(|(def, item)| format!("{}={}", def.name, shown(def, item)));
        text.push_str(&words.collect::<Vec<_>>().join(" "));
        text.push('\n');
    }
    if !is_all {
        text.push_str("…\n");
    }
    text
}

fn shown(def: &monshin_instrument::ItemDef, item: &Item) -> String {
    match item {
        Item::Answered(value) => monshin_instrument::records::shown(def, value),
        Item::Refused => "refused".to_owned(),
        Item::NoAnswer => "no_answer".to_owned(),
        Item::NotAsked(_) | Item::ScopeUnknown(_) => "-".to_owned(),
    }
}

fn questionnaire_json(form: &Questionnaire) -> Value {
    let reach = analysis::reach(form);
    let question = |question: &monshin_instrument::Question| {
        let sentences: serde_json::Map<String, Value> =
            question.base.sentence.iter().map(|(tag, text)| (tag.to_owned(), json!(text))).collect();
        let mut base = json!({ "condition": question.base.condition });
        base.as_object_mut().expect("made as an object").extend(sentences);
        json!({ "id": question.id, "base": base, "reachable": reach.can_open[question.items.start] })
    };
    json!({
        "survey": form.survey().id,
        "hash": form.hash(),
        "patterns": reach.patterns.map(|n| n.to_string()),
        "patterns_with_breakdowns": reach.patterns_by_class.map(|n| n.to_string()),
        "questions": form.questions().iter().map(question).collect::<Vec<_>>(),
    })
}
