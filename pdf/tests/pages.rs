//! Both forms of a document with every kind of block, as monshin writes it: nothing leaves its page,
//! nothing is lost, and a few pages look as they did.

#![allow(clippy::disallowed_methods, reason = "golden pages are files")]

use monshin_pdf::{Document, Fonts, Form, Layout};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::LazyLock;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::load::<&str>(&[]).expect("the built-in fonts"));

const DEMO: &str = include_str!("documents/demo.json");

fn demo() -> Value {
    serde_json::from_str(DEMO).expect("JSON")
}

fn set(document: &Value, form: Form) -> Layout {
    let document = Document::read(&document.to_string(), &FONTS).unwrap_or_else(|words| panic!("{words}"));
    Layout::set(&document, form, &FONTS).unwrap_or_else(|words| panic!("{words}"))
}

fn each(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| each(one, visit)),
        Value::Object(map) => map.values_mut().for_each(|one| each(one, visit)),
        _ => {}
    }
}

/// The demo with a change to each of its parts.
fn changed(mut change: impl FnMut(&mut Value)) -> Value {
    let mut document = demo();
    each(&mut document, &mut change);
    document
}

const FORMS: [Form; 2] = [Form::Deck, Form::A4];

#[test]
fn nothing_leaves_its_page_and_the_standard_for_accessible_pdf_is_met() {
    for form in FORMS {
        let layout = set(&demo(), form);
        assert_eq!(layout.outside(), Vec::<String>::new(), "{form:?}");
        let pdf = layout.pdf().unwrap_or_else(|words| panic!("{form:?}: {words}"));
        assert!(pdf.starts_with(b"%PDF-1.7"), "{form:?}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for form in FORMS {
        let once = set(&demo(), form).pdf().expect("a PDF");
        monshin_pdf::forget();
        assert_eq!(once, set(&demo(), form).pdf().expect("a PDF"), "{form:?}");
    }
}

#[test]
fn made_up_data_are_said_to_be_made_up_on_every_page() {
    let document = demo();
    let notice: String = document["notices"][0].as_str().expect("a notice").chars().take(8).collect();
    for form in FORMS {
        for (at, words) in set(&document, form).words().iter().enumerate() {
            assert!(words.contains(&notice), "{form:?}, page {}: {words}", at + 1);
        }
    }
}

#[test]
fn a_question_prints_its_base_on_each_of_its_slides() {
    let document = changed(|one| {
        if one["kind"] == "list" {
            let items = one["items"].as_array().expect("items").clone();
            let more: Vec<Value> = items.iter().cycle().take(items.len() * 11).cloned().collect();
            let Value::Array(more) = strip(more.into()) else { unreachable!("an array stays one") };
            one["items"] = items.into_iter().chain(more).collect();
        }
    });
    let layout = set(&document, Form::Deck);
    assert!(layout.pages() > set(&demo(), Form::Deck).pages(), "many statements need further slides");
    assert_eq!(layout.outside(), Vec::<String>::new());
    let continued = layout.words().into_iter().filter(|words| words.contains("（続き）")).collect::<Vec<_>>();
    assert!(!continued.is_empty());
    let title = demo()["chapters"]
        .as_array()
        .expect("chapters")
        .iter()
        .flat_map(|one| one["pages"].as_array().cloned().unwrap_or_default())
        .find(|page| page["bases"].as_array().is_some_and(|bases| !bases.is_empty()));
    let title = title.expect("a page with a base");
    let base = title["bases"][0].as_str().expect("words").to_owned();
    let of_page = |words: &&String| words.contains(title["title"].as_str().expect("words"));
    for words in layout.words().iter().filter(of_page).filter(|words| !words.contains("目次")) {
        assert!(words.contains(&base), "{words}");
    }
}

/// Labels stand once in a document.
fn strip(mut value: Value) -> Value {
    each(&mut value, &mut |one| {
        if one["kind"] == "claim" || one["kind"] == "mark" {
            *one = json!({ "kind": "strong", "runs": ["数値"] });
        }
    });
    value
}

#[test]
fn very_long_words_stay_on_the_page() {
    let long = "国立大学法人附属病院および独立行政法人国立病院機構ならびに国立高度専門医療研究センター等の国が開設する医療機関".repeat(3);
    let document = changed(|one| {
        let Some(map) = one.as_object_mut() else { return };
        for key in ["title", "caption", "label", "base", "term", "kicker"] {
            if map.get(key).is_some_and(Value::is_string) {
                map.insert(key.to_owned(), long.clone().into());
            }
        }
    });
    for form in FORMS {
        let layout = set(&document, form);
        assert_eq!(layout.outside(), Vec::<String>::new(), "{form:?}");
        assert!(layout.pdf().is_ok());
    }
}

#[test]
fn a_table_of_many_columns_becomes_several() {
    let document = changed(|one| {
        if one["kind"] == "table" {
            let columns = one["words"].as_array().map_or(0, Vec::len);
            let wide = 30;
            one["words"] = (0..wide).map(|at| Value::from(at == 0)).collect();
            one["head"] = json!([(0..wide)
                .map(|at| json!({ "text": format!("列{at}"), "columns": 1, "rows": 1, "at": at }))
                .collect::<Vec<_>>()]);
            for group in one["groups"].as_array_mut().expect("groups") {
                for row in group["rows"].as_array_mut().expect("rows") {
                    let cells = row["cells"].as_array_mut().expect("cells");
                    cells.extend((columns..wide).map(|at| Value::from(format!("{at}.5–{at}.9"))));
                }
            }
        }
    });
    for form in FORMS {
        let layout = set(&document, form);
        assert_eq!(layout.outside(), Vec::<String>::new(), "{form:?}");
        let words = layout.words().concat();
        assert!(words.contains("列29") && words.contains("29.5"), "{form:?}: the last column is there");
    }
}

/// A table of tests as the report in English has them: many columns, the last of the same few long words.
fn wide_table() -> Value {
    let heads = [
        "Bed size",
        "n",
        "Share",
        "Share of the rest",
        "n of the rest",
        "Difference (points)",
        "95% interval",
        "p-value",
        "Adjusted p-value",
        "Exploratory p-value",
        "Test",
    ];
    let row = |at: usize| {
        let test = if at.is_multiple_of(3) { "Fisher's exact test" } else { "Rao–Scott F" };
        let cells =
            ["430", "100.0%", "71.9%", "467", "−11.0", "−17.1 to +36.8", "<0.001", "0.003", "0.004", test];
        json!({ "id": null, "back": null, "label": "Medical clinic without beds", "total": false, "cells": cells })
    };
    let head = |(at, text): (usize, &&str)| json!({ "text": text, "columns": 1, "rows": 1, "at": at });
    json!({
        "kind": "table", "id": "wide", "caption": "Each group against the rest", "base": null,
        "beside_chart": false, "back": null, "notes": [],
        "words": (0..heads.len()).map(|at| at == 0 || at == 10).collect::<Vec<_>>(),
        "head": [heads.iter().enumerate().map(head).collect::<Vec<_>>()],
        "groups": [{ "label": null, "rows": (0..9).map(row).collect::<Vec<_>>() }],
    })
}

#[test]
fn long_words_do_not_cut_the_last_column_off_a_wide_table() {
    let mut document = demo();
    document["language"] = "en".into();
    document["chapters"] = json!([chapter("only", json!([wide_table()]))]);
    let layout = set(&document, Form::A4);
    assert_eq!(layout.outside(), Vec::<String>::new());
    let words = layout.words().concat();
    assert_eq!(words.matches("Bed size").count(), 1, "one table: {words}");
    assert!(words.contains("F Fisher's exact test; R Rao–Scott F"), "the letters are explained: {words}");
}

fn chapter(id: &str, blocks: Value) -> Value {
    json!({ "id": id, "title": id, "annex": false, "blocks": blocks, "pages": [] })
}

#[test]
fn a_short_chapter_does_not_have_a_page_for_itself() {
    let words = |lines: usize| json!([{ "kind": "paragraph", "runs": ["言葉。".repeat(lines * 15)] }]);
    let pages = |lines: [usize; 2]| {
        let mut document = demo();
        document["chapters"] = json!([chapter("one", words(lines[0])), chapter("two", words(lines[1]))]);
        set(&document, Form::A4).pages()
    };
    assert_eq!(pages([5, 5]), pages([5, 1]), "cover, contents, and one for both");
    assert_eq!(pages([35, 5]), pages([5, 5]) + 1, "little room is no room");
}

#[test]
fn a_figure_that_stands_out_is_marked_in_its_table() {
    for form in FORMS {
        assert!(set(&demo(), form).words().concat().contains("22.0%▼"), "{form:?}");
    }
}

/// Charts that are a little too tall for what is left of a page are drawn smaller, not on a page of their own.
#[test]
fn a_chart_and_its_table_share_a_page_where_one_can_hold_them() {
    let document = demo();
    let mut blocks = Vec::new();
    each(&mut demo()["chapters"], &mut |one| {
        if one["id"] == "fig-stacked-founders" || one["kind"] == "table" {
            blocks.push(one.take());
        }
    });
    let [figure, table] = &blocks[..] else { panic!("a chart and a table: {}", blocks.len()) };
    let pair = |at: usize| {
        let (mut figure, mut table) = (figure.clone(), table.clone());
        each(&mut table, &mut |one| {
            if one.get("back").is_some() {
                (one["back"], one["id"]) = (Value::Null, Value::Null);
            }
        });
        (figure["id"], table["id"]) = (format!("f{at}").into(), format!("t{at}").into());
        table["beside_chart"] = true.into();
        [figure, table]
    };
    let many: Vec<Value> = (0..6).flat_map(pair).collect();
    let mut long = document;
    long["chapters"] = json!([chapter("only", many.into())]);
    let layout = set(&long, Form::A4);
    assert_eq!(layout.outside(), Vec::<String>::new());
    assert!(layout.pages() <= 2 + 6, "a page for each pair: {}", layout.pages());
}

#[test]
fn a_character_that_no_font_has_is_told_and_printed_as_geta() {
    let document = changed(|one| {
        if one.get("title").is_some_and(Value::is_string) {
            one["title"] = "𠮷野".into();
        }
    });
    let read = Document::read(&document.to_string(), &FONTS).expect("a document");
    assert_eq!(read.missing.iter().collect::<String>(), "𠮷");
    let layout = set(&document, Form::A4);
    assert!(layout.words().concat().contains("〓野"));
    assert!(layout.pdf().is_ok(), "no letter without a glyph is left");
}

#[test]
fn another_form_or_a_broken_document_is_refused_in_words() {
    let refuse = |text: &str| Document::read(text, &FONTS).err().expect("refused");
    assert!(refuse("{").contains("no JSON"));
    assert!(refuse(r#"{"format":"monshin-print/9"}"#).contains("monshin-print/9"));
    let document = Document::read(r#"{"format":"monshin-print/1"}"#, &FONTS).expect("read");
    assert!(Layout::set(&document, Form::A4, &FONTS).is_err_and(|words| words.contains("typ:")));
}

#[test]
fn without_chapters_or_words_there_is_still_a_report() {
    let mut document = demo();
    document["chapters"] = json!([]);
    document["notices"] = json!([]);
    document["subtitle"] = Value::Null;
    for form in FORMS {
        assert!(set(&document, form).pdf().is_ok(), "{form:?}");
    }
}

/// Side of the picture in which pages are compared, in pixels a point.
const SCALE: f64 = 0.4;
/// Share of clearly different pixels that a page may have: another version of the rasteriser moves
/// edges, and no more.
const TOLERANCE: f64 = 0.004;

fn picture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(name)
}

/// Share of pixels that differ by more than a fifth of the range.
fn difference(one: &[u8], two: &[u8]) -> f64 {
    let decode = |bytes: &[u8]| tiny_skia::Pixmap::decode_png(bytes).expect("a PNG");
    let (one, two) = (decode(one), decode(two));
    if (one.width(), one.height()) != (two.width(), two.height()) {
        return 1.0;
    }
    let far = |(a, b): (&[u8], &[u8])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 51);
    let pixels = one.data().chunks(4).zip(two.data().chunks(4));
    pixels.filter(|pair| far(*pair)).count() as f64 / f64::from(one.width() * one.height())
}

/// `UPDATE_EXPECT=1` writes the pictures anew; look at them before you commit them.
#[test]
fn some_pages_look_as_they_did() {
    let mut report = String::new();
    for (form, name, pages) in [(Form::Deck, "deck", &[0, 3, 4, 6][..]), (Form::A4, "a4", &[0, 2, 3, 4, 7])] {
        let layout = set(&demo(), form);
        for page in pages.iter().copied() {
            let png = layout.png(page, SCALE).expect("a page");
            let path = picture(&format!("{name}-{}.png", page + 1));
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                std::fs::write(&path, &png).expect("the folder is there");
                continue;
            }
            let golden = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let share = difference(&png, &golden);
            if share > TOLERANCE {
                report.push_str(&format!(
                    "{}: {:.2} % of the pixels differ\n",
                    path.display(),
                    share * 100.0
                ));
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn the_comparison_of_pages_sees_another_colour_and_another_word() {
    let before = set(&demo(), Form::Deck).png(0, SCALE).expect("a page");
    let mut document = demo();
    document["theme"]["main"] = "#8a1c12".into();
    let coloured = set(&document, Form::Deck).png(0, SCALE).expect("a page");
    assert!(difference(&before, &coloured) > TOLERANCE);
    let mut document = demo();
    document["title"] = "まったく別の題名をもつ調査の報告書".into();
    let renamed = set(&document, Form::Deck).png(0, SCALE).expect("a page");
    assert!(difference(&before, &renamed) > TOLERANCE);
    assert_eq!(difference(&before, &before), 0.0);
}
