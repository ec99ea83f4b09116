//! A long deck: 100 questions with a chart by size and one by founder each, so 200 charts on 120
//! slides and more. Prints one line of JSON.
//!
//! `cargo bench --manifest-path pdf/Cargo.toml --target-dir target --bench deck`

#![allow(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use std::time::Instant;

use monshin_pdf::{Document, Fonts, Form, Layout};
use serde_json::{Value, json};

const DEMO: &str = include_str!("../tests/documents/demo.json");
const QUESTIONS: usize = 100;
const CHARTS: [&str; 2] = ["fig-stacked-beds", "fig-stacked-founders"];

fn main() {
    let start = Instant::now();
    let fonts = Fonts::load::<&str>(&[]).expect("the built-in fonts");
    let document = Document::read(&long().to_string(), &fonts).unwrap_or_else(|words| panic!("{words}"));
    let layout = Layout::set(&document, Form::Deck, &fonts).unwrap_or_else(|words| panic!("{words}"));
    let pages = layout.pages();
    let laid_out = start.elapsed();
    let pdf = layout.pdf().unwrap_or_else(|words| panic!("{words}"));
    let line = json!({
        "bench": "deck",
        "pages": pages,
        "charts": QUESTIONS * CHARTS.len(),
        "layout_ms": laid_out.as_millis(),
        "all_ms": start.elapsed().as_millis(),
        "pdf_bytes": pdf.len(),
        "peak_kb": peak(),
    });
    println!("{line}");
}

/// The demo's question again and again. No two charts are the same, as in life, so that nothing is
/// drawn once for all.
fn long() -> Value {
    let mut document: Value = serde_json::from_str(DEMO).expect("JSON");
    let chapters = document["chapters"].as_array_mut().expect("chapters");
    let chapter = chapters.iter_mut().find(|one| one["pages"][0].is_object()).expect("a chapter with a page");
    let page = chapter["pages"][0].clone();
    // Its summary leads to footnotes and cells of the page as it was.
    chapter["blocks"] = json!([]);
    chapter["pages"] = (0..QUESTIONS).map(|at| question(&page, at)).collect();
    document
}

fn question(page: &Value, at: usize) -> Value {
    let is_chart = |block: &Value| CHARTS.iter().any(|id| block["id"] == **id);
    let blocks = page["blocks"].as_array().expect("blocks");
    let mut kept: Vec<Value> = vec![json!({
        "kind": "list",
        "ordered": false,
        "items": [statement(at, "許可している割合は、診療所で59.7%、病院で87.2%である。"), statement(at, "全体より低いのは個人である。")],
    })];
    kept.extend(blocks.iter().filter(|block| is_chart(block)).cloned());
    let mut one = page.clone();
    one["id"] = format!("question-{at}").into();
    one["title"] = format!("Q{at} 外部の業者による遠隔保守の許可").into();
    one["blocks"] = kept.into();
    each(&mut one, &mut |value| {
        if let Some(svg) = value["svg"].as_str() {
            let figure = 10.0 + (at as f64) * 0.7;
            value["svg"] = svg.replace("66.7%", &format!("{figure:.1}%")).into();
        }
        if value["kind"] == "figure" {
            value["id"] = format!("{}-{at}", value["id"].as_str().expect("an id")).into();
            value["caption"] = format!("Q{at} {}", value["caption"].as_str().expect("words")).into();
        }
    });
    one
}

fn statement(at: usize, words: &str) -> Value {
    json!([{ "kind": "paragraph", "runs": [format!("問{at}では、{words}")] }])
}

fn each(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    if value.is_object() {
        visit(value);
    }
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| each(one, visit)),
        Value::Object(map) => map.values_mut().for_each(|one| each(one, visit)),
        _ => {}
    }
}

/// Most memory that this process has had, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
