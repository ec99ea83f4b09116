//! The example with a frame, end to end: what its commentary and README say is what comes out.

use std::sync::Arc;

use monshin_diag::{Lang, Source};
use monshin_instrument::Questionnaire;
use monshin_instrument::records::{Reading, RecordReader};
use monshin_report::{CheckSettings, Narrative, html, response_json};
use monshin_tabulate::estimate::response::Rate;
use monshin_tabulate::frame::{ClassColumn, load};
use monshin_tabulate::{Cube, Plan, Released, Returns, Settings, Tables, disclose, outlook, tabulate};
use monshin_tests::text;

fn released() -> Released<Tables> {
    let survey = text("examples/home-nursing/survey.toml");
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", &survey));
    let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
    let columns = form
        .breakdowns()
        .iter()
        .map(|one| ClassColumn::new(&one.id, one.codes.codes.iter().map(|code| vec![code.id.clone()])));
    let list = text("examples/home-nursing/frame.csv");
    let (loaded, found) = load("frame.csv", list.as_bytes(), &columns.collect::<Vec<_>>());
    let frame = loaded.unwrap_or_else(|| panic!("{found:#?}")).frame;
    let responses = text("examples/home-nursing/responses.csv");
    let (reader, _) = RecordReader::new(&form, responses.as_bytes(), Reading::default()).expect("in memory");
    let mut reader = reader.expect("the header is right");
    let (mut cube, mut returns) = (Cube::new(&form), Returns::new(&form, Some(&frame), false));
    while let Some(row) = reader.next_row().expect("in memory") {
        assert_eq!(row.faults, []);
        let record = row.record.expect("no faults");
        if returns.take(row.row, &record.id, &record.response) {
            cube.add(&record.response);
        }
    }
    let settled = returns.finish();
    assert!(!settled.found.has_errors(), "{:#?}", settled.found);
    let mut tables = tabulate(&cube, &Plan::standard(&form), &Settings::default());
    tables.cases = settled.cases;
    tables.fieldwork = tables.fieldwork.with_frame(frame.len() as u64);
    tables.fieldwork.break_offs = settled.break_offs;
    disclose(tables)
}

#[test]
fn its_cases_add_up_and_its_commentary_is_true() {
    let tables = released();
    let cases = tables.cases.as_ref().expect("a frame");
    assert_eq!((cases.total.total(), cases.total.responses(), tables.responses), (1_200, 251, 251));
    for by in &cases.by {
        let sum: u64 = by.rows.iter().map(|row| row.counts().expect("large classes").total()).sum();
        assert_eq!(sum, 1_200);
    }
    let rr2 = cases.rate(Rate::Rr2);
    assert_eq!((rr2.numerator, rr2.denominator), (251.0, 1_172.0));
    for (file, lang) in [("report.ja.md", Lang::Ja), ("report.en.md", Lang::En)] {
        let source = Source::new(file, &text(&format!("examples/home-nursing/{file}")));
        let (narrative, found) = Narrative::parse(&source, lang);
        assert!(!found.has_errors(), "{found:#?}");
        let report = narrative.check(&tables, &CheckSettings::default()).unwrap_or_else(|f| panic!("{f:#?}"));
        let page = html::render(&report);
        for id in ["rates", "dispositions", "against-frame-staff", "r-indicator", "nonresponse-ranges"] {
            assert!(page.contains(&format!("id=\"{id}\"")), "{file}: {id}");
        }
    }
}

#[test]
fn what_programs_read_is_what_people_read() {
    let tables = released();
    let json: serde_json::Value = serde_json::from_str(&response_json(&tables)).expect("JSON");
    let rr2 = json["response"]["rates"]["rr2"].as_f64().expect("a rate");
    assert!((rr2 - 251.0 / 1_172.0).abs() < 1e-15);
    let found = outlook(&tables);
    assert_eq!((found.population, json["nonresponse"]["population"].as_u64()), (Some(1_172), Some(1_172)));
    for line in &found.lines {
        let (low, high) = line.bounds.expect("a population");
        assert!(low <= line.share && line.share <= high && (0.0..=1.0).contains(&low) && high <= 1.0);
        let mut last = low;
        for share in line.shifted.iter().copied() {
            assert!(share >= last - 1e-12, "a larger difference moves it further");
            last = share;
        }
        assert!(last <= high + 1e-12);
    }
}
