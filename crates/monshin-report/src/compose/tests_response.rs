//! The chapter on who responded, of a made-up frame.

use std::fmt::Write as _;
use std::sync::Arc;

use monshin_diag::{Diagnostics, Lang, Source};
use monshin_tabulate::frame::{ClassColumn, load};
use monshin_tabulate::instrument::Questionnaire;
use monshin_tabulate::instrument::records::{Reading, RecordReader};
use monshin_tabulate::{Cube, Plan, Released, Returns, Settings, Tables, disclose, tabulate};

use super::*;
use crate::check::CheckSettings;
use crate::document::{Flag, Inline, Row};
use crate::narrative::Narrative;
use crate::{explain, html, xlsx};

const FORM: &str = r#"
[survey]
id = "t"
title = { ja = "T", en = "T" }
languages = ["ja", "en"]
unit = { ja = "組織", en = "institutions" }
required = false

[[breakdown]]
id = "size"
label = { ja = "規模", en = "Size" }
codes = { s = { ja = "小", en = "Small" }, m = { ja = "中", en = "Middle" }, l = { ja = "大", en = "Large" } }

[[breakdown]]
id = "answer"
label = { ja = "Q1の回答", en = "Answer to Q1" }
question = "q1"

[[question]]
id = "q1"
text = { ja = "?", en = "?" }
codes = { yes = { ja = "はい", en = "Yes" }, no = { ja = "いいえ", en = "No" } }
"#;

/// Classes with so many complete, silent and closed units; the first of the complete say yes.
fn released(classes: &[(u64, u64, u64)]) -> Released<Tables> {
    let form = Questionnaire::compile(&Source::new("survey.toml", FORM));
    let form = Arc::new(form.0.unwrap_or_else(|| panic!("{:?}", form.1)));
    let (mut list, mut responses) = ("id,size,disposition\n".to_owned(), "id,size,q1\n".to_owned());
    for ((came, silent, closed), size) in classes.iter().zip(["s", "m", "l"]) {
        for at in 0..came + silent + closed {
            let end = if at >= came + silent { "廃業" } else { "" };
            let _ = writeln!(list, "{size}{at},{size},{end}");
            if at < *came {
                let _ = writeln!(responses, "{size}{at},{size},{}", if at < came / 2 { "yes" } else { "no" });
            }
        }
    }
    let columns = [ClassColumn::new("size", [["s"], ["m"], ["l"]])];
    let frame = load("frame.csv", list.as_bytes(), &columns).0.expect("nothing is wrong").frame;
    let (reader, _) = RecordReader::new(&form, responses.as_bytes(), Reading::default()).expect("in memory");
    let mut reader = reader.expect("the header is right");
    let (mut cube, mut returns) = (Cube::new(&form), Returns::new(&form, Some(&frame), false));
    while let Some(row) = reader.next_row().expect("in memory") {
        let record = row.record.expect("no faults");
        assert!(returns.take(row.row, &record.id, &record.response));
        cube.add(&record.response);
    }
    let mut tables = tabulate(&cube, &Plan::standard(&form), &Settings::default());
    tables.cases = returns.finish().cases;
    tables.fieldwork = tables.fieldwork.with_frame(frame.len() as u64);
    disclose(tables)
}

fn table<'d>(document: &'d Document, id: &str) -> &'d crate::document::Table {
    let mut found = None;
    document.each_block(&mut |block| {
        if let Block::Table(table) = block
            && table.id == id
        {
            found = Some(&**table);
        }
    });
    found.unwrap_or_else(|| panic!("there is no table {id}"))
}

fn row<'d>(document: &'d Document, id: &str, label: &str) -> &'d Row {
    let rows = table(document, id).groups.iter().flat_map(|group| &group.rows);
    rows.into_iter().find(|row| row.label == label).unwrap_or_else(|| panic!("no row {label}"))
}

fn texts(row: &Row) -> Vec<&str> {
    row.cells.iter().map(|cell| &*cell.text).collect()
}

#[test]
fn rates_stand_with_formula_numerator_and_denominator() {
    let document =
        compose(&released(&[(40, 150, 10), (30, 70, 0), (30, 20, 0)]), "ja", &Commentary::default());
    assert_eq!(texts(row(&document, "rates", "RR2")), ["(I+P)/(K+U)", "100", "340", "29.4%"]);
    assert_eq!(texts(row(&document, "rates", "RR4"))[..3], ["(I+P)/(K+eU)", "100", "318.2"]);
    assert_eq!(texts(row(&document, "dispositions", "返送なし")), ["3.19", "UO", "240", "68.6%"]);
    assert_eq!(texts(row(&document, "cases-size", "大"))[7..], ["60.0%", "60.0%"]);
    assert_eq!(texts(row(&document, "against-frame-size", "小"))[..3], ["55.9%", "40.0%", "−15.9"]);
    let Block::Definitions(facts) = &document.chapters[0].blocks[0] else { panic!("facts come first") };
    let rate = facts.iter().find(|(term, _)| term == "有効回答率").expect("it is there");
    assert!(
        Inline::plain(&rate.1).starts_with("29.4% ＝ 有効回答数 100組織 ÷（調査対象数 350 － 対象外 10）")
    );
}

#[test]
fn the_silent_move_the_figures_as_far_as_they_can() {
    let document =
        compose(&released(&[(40, 150, 10), (30, 70, 0), (30, 20, 0)]), "en", &Commentary::default());
    let line = &table(&document, "nonresponse-ranges").groups[0].rows[0];
    // p = 0.5 of 100 of 340: nothing assumed 50/340 to 290/340.
    assert_eq!(texts(line)[..3], ["100", "50.0%", "14.7–85.3"]);
    assert_eq!(texts(line)[3..], ["35.9–64.1", "42.9–57.1", "46.5–53.5"]);
    let turns = &table(&document, "nonresponse-majority").groups[0].rows[0];
    assert_eq!(texts(turns), ["50.0%", "50.0%", "–"]);
    let weighted = &table(&document, "nonresponse-weighted").groups[0].rows[0];
    assert_eq!(texts(weighted), ["50.0%", "50.0%", "0.0"]);
}

#[test]
fn a_class_of_two_responses_shows_no_disposition_anywhere() {
    let tables = released(&[(2, 150, 10), (30, 70, 0), (40, 20, 0)]);
    let document = compose(&tables, "ja", &Commentary::default());
    let held = |id: &str, label: &str| {
        let cells = &row(&document, id, label).cells;
        cells.iter().filter(|cell| cell.flag == Some(Flag::Withheld)).count()
    };
    assert_eq!([held("cases-size", "小"), held("cases-size", "中"), held("cases-size", "大")], [8, 8, 0]);
    assert_eq!([held("against-frame-size", "小"), held("respondents-size", "小")], [5, 2]);
    assert_eq!(row(&document, "cases-size", "小").cells[0].text, "162");
    assert_eq!(
        held("nonresponse-weighted", &table(&document, "nonresponse-weighted").groups[0].rows[0].label),
        2
    );
    for claim in ["rate:rr1;size=s", "n:all;size=s", "rate:response;size=m"] {
        assert_eq!(codes_of(&format!("[2](<{claim}>)"), &tables), ["C041"], "{claim}");
    }
    let mut ids = Vec::new();
    document.each_block(&mut |block| {
        if let Block::Table(table) = block {
            ids.push(table.id.clone());
        }
    });
    assert!(!ids.contains(&"r-indicator".to_owned()), "it would give the class back");
    let json: serde_json::Value = serde_json::from_str(&crate::response_json(&tables)).expect("JSON");
    let small = &json["response"]["by"][0]["rows"][0];
    assert_eq!((small["flag"].as_str(), small["rates"].is_null()), (Some("withheld"), true));
}

fn found(text: &str, tables: &Released<Tables>) -> Diagnostics {
    let (narrative, mut found) = Narrative::parse(&Source::new("report.ja.md", text), Lang::Ja);
    match narrative.check(tables, &CheckSettings::default()) {
        Ok(report) => found.extend(report.warnings().clone()),
        Err(more) => found.extend(more),
    }
    found
}

fn codes_of(text: &str, tables: &Released<Tables>) -> Vec<&'static str> {
    found(text, tables).iter().map(|one| one.code).collect()
}

#[test]
fn claims_on_rates_are_held_against_the_cases() {
    let tables = released(&[(40, 150, 10), (30, 70, 0), (30, 20, 0)]);
    for (text, expected) in [
        ("有効回答率は[29.4%](rate:rr2)であった。", &[][..]),
        ("有効回答率は[3割弱](rate:rr2)であった。", &[]),
        ("「大」の有効回答率は[6割](rate:rr2;size=l)であった。", &[]),
        ("有効回答率は[35.0%](rate:rr2)であった。", &["C010"]),
        ("対象の割合を推定した回収率は[31.4%](rate:rr4)であった。", &[]),
        ("対象の割合を推定した回収率は[29.4%](rate:rr4)であった。", &["C010"]),
        ("回収率は[28.6%](rate:response)であった。", &[]),
        ("回収率は[29.4%](rate:rr2;region=l)であった。", &["C004"]),
        ("「はい」と答えた組織の回収率は[29.4%](rate:rr2;answer=yes)であった。", &["F031"]),
    ] {
        assert_eq!(codes_of(text, &tables), expected, "{text}");
    }
    let report = {
        let source = Source::new(
            "report.ja.md",
            "有効回答率は[29.4%](rate:rr2)、「大」では[60.0%](rate:rr1;size=l)。",
        );
        let (narrative, _) = Narrative::parse(&source, Lang::Ja);
        narrative.check(&tables, &CheckSettings::default()).unwrap_or_else(|found| panic!("{found:?}"))
    };
    let page = html::render(&report);
    for id in ["rate:rr2", "rate:rr1;size=l"] {
        assert!(page.contains(&format!("href=\"#{id}\"")) && page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(!xlsx::render(&report).is_empty());
}

#[test]
fn without_a_frame_rates_are_refused_and_the_rest_stays() {
    let mut tables = released(&[(40, 150, 10), (30, 70, 0), (30, 20, 0)]);
    let mut bare = (*tables).clone();
    bare.cases = None;
    tables = disclose(bare);
    assert_eq!(codes_of("有効回答率は[29.4%](rate:rr2)であった。", &tables), ["F030"]);
    assert_eq!(codes_of("回収率は[28.6%](rate:response)であった。", &tables), Vec::<&str>::new());
}

#[test]
fn a_rate_is_explained_from_its_dispositions() {
    let tables = released(&[(40, 150, 10), (30, 70, 0), (30, 20, 0)]);
    let text = explain("rate:rr3;size=s", &tables, Lang::Ja).expect("it exists");
    for part in [
        "AAPOR RR3 = I/(K+eU)",
        "1.1 完了 I: 40",
        "4 対象外（廃業・重複など） –: 10",
        "e（不明のうち対象の割合）: 0.9091",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
