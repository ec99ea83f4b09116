use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::Source;
use monshin_tabulate::instrument::Questionnaire;
use monshin_tabulate::instrument::records::{Reading, RecordReader};
use monshin_tabulate::{Cube, Plan, Settings, disclose, tabulate};

use super::*;
use crate::document::{Flag, Inline};
use crate::{html, xlsx};

pub(super) const FORM: &str = include_str!("../../../../examples/hodanren-2022/survey.toml");
pub(super) const DATA: &str = include_str!("../../../../examples/hodanren-2022/responses.csv");
const TEXT: &str = include_str!("../../../../examples/hodanren-2022/report.ja.md");

pub(super) fn released_of(form: &str, data: &str) -> Released<Tables> {
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", form));
    let form = Arc::new(form.unwrap_or_else(|| panic!("{found:?}")));
    let mut cube = Cube::new(&form);
    let (reader, found) = RecordReader::new(&form, data.as_bytes(), Reading::default()).expect("in memory");
    let mut reader = reader.unwrap_or_else(|| panic!("{found:?}"));
    while let Some(row) = reader.next_row().expect("in memory") {
        assert!(row.faults.is_empty(), "{:?}", row.faults);
        cube.add(&row.record.expect("without faults").response);
    }
    disclose(tabulate(&cube, &Plan::standard(&form), &Settings::default()))
}

fn seed() -> Released<Tables> {
    released_of(FORM, DATA)
}

fn commentary() -> Commentary {
    let (narrative, _) = crate::narrative::Narrative::parse(&Source::new("report.ja.md", TEXT), Lang::Ja);
    narrate::narrate(&narrative, &[], &Remarks::default())
}

fn checked(text: &str, lang: Lang) -> CheckedReport {
    // A quotient of unlike units needs a reason in writing.
    let text =
        text.replace("(rate:response)", r#"(rate:response "waive: 単位の異なることを本文に記した。")"#);
    let (narrative, _) = crate::narrative::Narrative::parse(&Source::new("report.md", &text), lang);
    let settings = crate::check::CheckSettings::default();
    narrative.check(&seed(), &settings).unwrap_or_else(|found| panic!("{found:?}"))
}

#[test]
fn every_claim_of_the_example_leads_to_a_place_of_the_report() {
    let report = checked(TEXT, Lang::Ja);
    let page = html::render(&report);
    assert!(page.contains(r##"<a class="claim" href="#share:q2=yes;founder=individual""##));
    assert!(page.contains(r##"<a class="claim" href="#mean:q6=no;by=founder""##));
    assert!(page.contains(r##"<a class="claim" href="#n:all;beds=med_none""##));
    assert!(!page.contains(r#"<span class="claim""#));
    assert!(page.contains("出典：Fortinet社 PSIRT Advisory FG-IR-22-377") && page.contains("掲載の理由："));
    let ids: BTreeSet<&str> = attribute_values(&page, " id=\"").collect();
    assert!(attribute_values(&page, "href=\"#").all(|target| ids.contains(target)));
    assert!(page.len() < 1_000_000);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = checked(TEXT, Lang::Ja);
    assert_eq!(html::render(&report), html::render(&report));
    assert_eq!(xlsx::render(&report), xlsx::render(&report));
}

fn tables_of(document: &Document) -> Vec<&crate::document::Table> {
    let mut found = Vec::new();
    document.each_block(&mut |block| {
        if let Block::Table(table) = block {
            found.push(&**table);
        }
    });
    found
}

#[test]
fn without_commentary_no_chapter_and_no_table_is_missing() {
    let tables = seed();
    let document = compose(&tables, "ja", &Commentary::default());
    let ids: Vec<&str> = document.chapters.iter().map(|chapter| &*chapter.id).collect();
    assert_eq!(
        ids,
        ["respondents", "questionnaire", "overall", "by.beds", "by.founder", "method", "tests", "annex"]
    );
    for table in &tables.tables {
        let name = &tables.variables[table.variable].name;
        let by: Vec<&str> = table.by.iter().map(|by| &*tables.questionnaire.breakdowns()[*by].id).collect();
        let id = anchor::table(name, &by);
        assert!(tables_of(&document).iter().any(|table| table.id == id), "{id}");
    }
}

#[test]
fn every_cell_of_the_seed_that_a_claim_can_name_has_its_address() {
    let document = compose(&seed(), "ja", &Commentary::default());
    let mut cells = BTreeMap::new();
    for cell in tables_of(&document)
        .iter()
        .flat_map(|table| &table.groups)
        .flat_map(|group| &group.rows)
        .flat_map(|row| &row.cells)
    {
        if let Some(id) = &cell.id {
            assert!(cells.insert(id.clone(), cell.text.clone()).is_none(), "{id} twice");
        }
    }
    let text = |id: &str| cells.get(id).unwrap_or_else(|| panic!("{id}")).as_str();
    assert_eq!(text("share:q1=yes"), "66.7%");
    assert_eq!(text("share:q2=yes;founder=individual"), "22.0%");
    assert_eq!(text("count:q2=yes;founder=individual"), "67");
    assert_eq!(text("n:q2;founder=individual"), "304");
    assert_eq!(text("mean:q6=no;by=founder"), "78.5%");
    assert_eq!(text("n:all;founder=social_insurance"), "0");
    assert_eq!(text("share:q2=yes;founder=other"), "–");
}

#[test]
fn a_withheld_row_shows_no_figure_anywhere() {
    let tables = seed();
    let document = compose(&tables, "ja", &Commentary::default());
    assert!(!tables.audit().is_empty());
    let table =
        tables_of(&document).into_iter().find(|table| table.id == "table:q8;by=founder").expect("is there");
    let row = table.groups[0].rows.iter().find(|row| row.label == "国").expect("is there");
    assert!(
        row.cells.iter().all(|cell| cell.flag == Some(Flag::Withheld) && cell.value.is_none()),
        "{row:?}"
    );
    assert!(table.notes.iter().any(|note| note.starts_with("x：")));
}

#[test]
fn unlike_units_make_no_response_rate() {
    let document = compose(&seed(), "ja", &Commentary::default());
    let Block::Definitions(facts) = &document.chapters[0].blocks[0] else { panic!("facts come first") };
    let rate = facts.iter().find(|(term, _)| term == "回答率").expect("is there");
    assert!(Inline::plain(&rate.1).contains("単位が異なる"), "{rate:?}");
    assert!(facts.iter().any(|(_, runs)| Inline::plain(runs) == "107,409人"));
}

#[test]
fn the_commentary_takes_its_places() {
    let document = compose(&seed(), "ja", &commentary());
    let ids: Vec<&str> = document.chapters.iter().map(|chapter| &*chapter.id).collect();
    assert_eq!(
        ids,
        [
            "background",
            "respondents",
            "questionnaire",
            "overall",
            "by.beds",
            "by.founder",
            "method",
            "tests",
            "annex"
        ]
    );
    let overall: Vec<&str> = document.chapters[3].pages.iter().map(|page| &*page.id).collect();
    assert_eq!(overall, ["overall.q1.q2", "overall.q3.q4", "overall.q5", "overall.q6", "overall.q7.q8"]);
    assert!(matches!(document.chapters[3].blocks[0], Block::Summary { .. }));
}

#[test]
fn in_english_no_japanese_word_of_ours_remains() {
    let document = compose(&seed(), "en", &Commentary::default());
    let page = html::render_document(&document);
    let body = page.split("</style>").nth(1).expect("has one");
    let body = body.replace("BIZ UDPGothic", "");
    let odd: Vec<char> = body
        .chars()
        .filter(|c| matches!(*c, 'ぁ'..='ヿ' | '一'..='龥' | '（' | '）' | '：' | '、' | '。'))
        .collect();
    assert!(odd.is_empty(), "{}", odd.iter().collect::<String>());
}

#[test]
fn every_link_of_the_page_leads_somewhere_and_no_id_stands_twice() {
    let document = compose(&seed(), "ja", &commentary());
    let page = html::render_document(&document);
    let ids: Vec<&str> = attribute_values(&page, " id=\"").collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len());
    for target in attribute_values(&page, "href=\"#") {
        assert!(distinct.contains(target), "{target}");
    }
    for labelled in attribute_values(&page, "aria-labelledby=\"") {
        assert!(labelled.split(' ').all(|id| distinct.contains(id)), "{labelled}");
    }
}

fn attribute_values<'a>(page: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    page.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

#[test]
fn the_whole_report_is_one_small_file_without_script() {
    let page = html::render_document(&compose(&seed(), "ja", &commentary()));
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    for bad in ["<script", "javascript:", " onclick", " onload", "src=", "@import", "style=\""] {
        assert!(!page.contains(bad), "{bad}");
    }
}

#[test]
fn tables_json_keeps_its_contract() {
    let text = json::tables_json(&seed(), |_| true);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["format"], "monshin-tables/1");
    assert_eq!(json["survey"], "hodanren-2022");
    assert_eq!(json["responses"], 897);
    let tables = json["tables"].as_array().expect("a list");
    assert_eq!(tables.len(), 24);
    let table =
        tables.iter().find(|one| one["question"] == "q2" && one["by"] == "founder").expect("is there");
    assert_eq!(table["weighted"], false);
    assert_eq!(table["base"]["condition"], "q1 = yes");
    assert_eq!(table["base"]["n"], 598);
    let row = |group: &str| {
        table["rows"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|row| row["group"] == group)
            .expect("is there")
            .clone()
    };
    let cell = &row("individual")["cells"][0];
    assert_eq!(row("individual")["n"], 304);
    assert_eq!((cell["code"].as_str(), cell["count"].as_u64()), (Some("yes"), Some(67)));
    assert!((cell["share"].as_f64().expect("a number") - 0.220_394_736_842_105_25).abs() < 1e-15);
    assert!((cell["low"].as_f64().expect("a number") - 0.177_448_147_768_177_74).abs() < 1e-9);
    assert_eq!((cell["method"].as_str(), cell["level"].as_f64()), (Some("wilson"), Some(0.95)));
    assert!(cell["flag"].is_null());
    assert_eq!(
        row("other")["cells"][0],
        serde_json::json!({ "code": "yes", "share": null, "flag": "no-base" })
    );
    let overall = tables.iter().find(|one| one["question"] == "q2" && one["by"].is_null()).expect("is there");
    assert!(overall["mean_of_groups"].as_array().expect("a list").is_empty());
    let withheld = tables
        .iter()
        .flat_map(|one| one["rows"].as_array().expect("a list"))
        .find(|row| row["flag"] == "withheld")
        .expect("is there");
    assert!(
        withheld["n"].is_null()
            && withheld["cells"][0]["share"].is_null()
            && withheld["cells"][0].get("count").is_none()
    );
}

/// Every kind of question, don't know, refused, blanks, an unknown class, a class of nobody.
const KINDS: &str = r#"
[survey]
id = "kinds"
title = "Kinds & <signs>"
languages = ["en"]
unit = "clinics"
invited = 200
required = false

[codes.often]
weekly = { en = "Every week" }
monthly = { en = "Every month or every other month, depending on the season" }
never = { en = "Never" }
dk = { en = "Don't know", kind = "dont_know" }
rf = { en = "Rather not say", kind = "refused" }

[codes.size]
small = { en = "Small" }
large = { en = "Large" }
huge = { en = "Huge" }

[[breakdown]]
id = "size"
label = "Size"
codes = "size"
ordered = true

[[question]]
id = "backup"
text = "How often do you make backups?"
codes = "often"

[[question]]
id = "tools"
text = "Which tools do you use?"
kind = "multiple"
codes = { vpn = { en = "VPN" }, edr = { en = "EDR" }, none = { en = "None", exclusive = true } }

[[question]]
id = "servers"
text = "How many servers?"
kind = "number"
unit = "servers"
min = 0

[[question]]
id = "since"
text = "Since when?"
kind = "date"
ask_if = "servers > 0"

[[question]]
id = "duties"
text = "Who does what?"
kind = "grid"
codes = "often"
items = { patch = { en = "Patching" }, log = { en = "Reading logs" } }

[[question]]
id = "remarks"
text = "Anything else?"
kind = "long_text"
"#;

fn kinds() -> Released<Tables> {
    let mut data =
        "id,size,backup,tools.vpn,tools.edr,tools.none,servers,since,duties.patch,duties.log,remarks\n"
            .to_owned();
    for at in 0..60 {
        let size = ["small", "large"][at % 2];
        let backup = ["weekly", "monthly", "never", "dk", "rf", ""][at % 6];
        let servers = at % 7;
        let since = if servers > 0 { "2020-04-01" } else { "" };
        data.push_str(&format!("c{at},{size},{backup},1,{},0,{servers},{since},weekly,never,=1+1\n", at % 2));
    }
    released_of(KINDS, &data)
}

#[test]
fn every_kind_of_question_has_its_page_and_its_table() {
    let tables = kinds();
    let document = compose(&tables, "en", &Commentary::default());
    let page = html::render_document(&document);
    for wanted in [
        "table:backup;by=size",
        "share:tools=edr;size=large",
        "average:servers;size=small",
        "median:servers",
        "share:duties.patch=weekly",
    ] {
        assert!(page.contains(&format!("id=\"{wanted}\"")), "{wanted}");
    }
    assert!(page.contains("Kinds &#38; &#60;signs&#62;") && !page.contains("<signs>"));
    assert!(page.contains("30.0% (60 of 200 clinics)"));
    xlsx::render_document(&document);
    json::tables_json(&tables, |_| true);
}

#[test]
fn no_chart_of_a_report_has_text_outside_its_view_box() {
    let documents = [
        compose(&seed(), "ja", &commentary()),
        compose(&seed(), "en", &Commentary::default()),
        compose(&kinds(), "en", &Commentary::default()),
    ];
    for document in documents {
        let page = html::render_document(&document);
        for svg in page.split("<svg").skip(1).filter_map(|rest| rest.split_once("</svg>")) {
            let outside = crate::chart::tests::outside(&format!("<svg{}</svg>", svg.0));
            assert!(outside.is_empty(), "{outside:?}");
        }
    }
}

/// `cargo test -p monshin-report look_at -- --ignored`, then `target/report/`.
#[test]
#[ignore = "for looking, not for judging"]
#[allow(clippy::disallowed_methods)]
fn look_at_the_report() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/report");
    std::fs::create_dir_all(directory).expect("target/ can be written");
    let tables = seed();
    let document = document(&checked(TEXT, Lang::Ja));
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(format!("{directory}/{name}"), bytes).expect("can be written")
    };
    write("index.html", html::render_document(&document).as_bytes());
    write("en.html", html::render_document(&compose(&tables, "en", &Commentary::default())).as_bytes());
    write("kinds.html", html::render_document(&compose(&kinds(), "en", &Commentary::default())).as_bytes());
    write("tables.xlsx", &xlsx::render_document(&document));
    write("tables.json", json::tables_json(&tables, |_| true).as_bytes());
}
