//! What is not presented stands nowhere: page, print, workbook, tables, chart data, draft.

use std::collections::BTreeSet;

use super::tests::{DATA, FORM, released_of};
use super::*;
use crate::check::CheckSettings;
use crate::document::Flag;
use crate::narrative::Narrative;
use crate::publish::json_stat;
use crate::theme::Theme;
use crate::{html, print, publish};
use monshin_diag::Source;
use monshin_tabulate::{Cell, outlook, percent};

fn released(unreliable: &str) -> Released<Tables> {
    let quoting = format!("[quoting]\nunreliable = \"{unreliable}\"\n");
    released_of(&FORM.replace("[quoting]\n", &quoting), DATA)
}

fn cells(tables: &Tables) -> impl Iterator<Item = (&Cell, u64)> {
    let figures =
        tables.tables.iter().flat_map(|table| &table.rows).filter_map(monshin_tabulate::Row::figures);
    figures.flat_map(|figures| figures.cells.iter().map(|cell| (cell, figures.n)))
}

/// Shares that only unreliable figures of the release with marks have, as they are printed.
fn gone() -> BTreeSet<String> {
    let marked = released("mark");
    let text = |(cell, n): (&Cell, u64)| format!("{}%", percent(cell.count, n, 1).expect("has a base"));
    let is_weak = |(cell, _): &(&Cell, u64)| cell.flag == Some(monshin_tabulate::Flag::Unreliable);
    let others: BTreeSet<String> =
        cells(&marked).filter(|one| one.1 > 0 && !is_weak(one)).map(text).collect();
    // All and none are in words of all sorts; response rates are no shares of answers.
    let rates: Vec<String> = outlook(&marked)
        .lines
        .iter()
        .filter_map(|line| line.settled_from)
        .map(figures::percent_text)
        .chain(["0.0%".to_owned(), "100.0%".to_owned()])
        .collect();
    let is_of_its_own = |text: &String| !others.contains(text) && !rates.contains(text);
    cells(&marked).filter(is_weak).map(text).filter(is_of_its_own).collect()
}

fn report(lang: Lang) -> CheckedReport {
    let (narrative, _) = Narrative::parse(&Source::new("report.md", ""), lang);
    narrative.check(&released("omit"), &CheckSettings::default()).expect("says nothing")
}

#[test]
fn an_omitted_share_is_in_no_rendering() {
    let gone = gone();
    assert!(gone.len() > 10, "{gone:?}");
    let (report, theme) = (report(Lang::Ja), Theme::default());
    let figures = publish::figures(&report, &theme, &publish::Site::default());
    let mut texts = vec![html::render(&report), print::render(&report, &theme)];
    texts.extend(figures.into_iter().flat_map(|one| [one.svg, one.csv, one.alternative, one.snippet]));
    let draft = crate::draft::draft(&released("omit"), "ja");
    texts.push(draft.text);
    for (text, share) in texts.iter().flat_map(|text| gone.iter().map(move |share| (text, share))) {
        // As the end of a longer number, or as the level of an interval, it is something else.
        let stands = text
            .match_indices(share.as_str())
            .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_digit()));
        assert!(!stands, "{share} in {}", &text[..80.min(text.len())]);
    }
}

#[test]
fn an_omitted_cell_of_the_report_has_a_sign_of_its_own_and_no_value() {
    for (lang, legend) in [(Lang::Ja, "…："), (Lang::En, "…: ")] {
        let document = document(&report(lang));
        let mut seen = 0;
        document.each_block(&mut |block| {
            let Block::Table(table) = block else { return };
            let of_table: Vec<&crate::document::Cell> = table
                .groups
                .iter()
                .flat_map(|group| &group.rows)
                .flat_map(|row| &row.cells)
                .filter(|cell| cell.flag == Some(Flag::Omitted))
                .collect();
            seen += of_table.len();
            assert!(of_table.iter().all(|cell| cell.text == "…" && cell.value.is_none()), "{}", table.id);
            let explains = table.notes.iter().any(|note| note.starts_with(legend));
            assert_eq!(explains, !of_table.is_empty(), "{}: {:?}", table.id, table.notes);
            assert!(
                table
                    .groups
                    .iter()
                    .flat_map(|group| &group.rows)
                    .flat_map(|row| &row.cells)
                    .all(|cell| cell.flag != Some(Flag::Unreliable)),
                "{}",
                table.id
            );
        });
        assert!(seen > 50, "{seen}");
    }
}

#[test]
fn machines_read_that_it_is_omitted_and_no_figure() {
    let tables = released("omit");
    let whole: serde_json::Value = serde_json::from_str(&json::tables_json(&tables, |_| true)).expect("JSON");
    assert_eq!(whole["presentation"]["unreliable"], "omit");
    let rows = whole["tables"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|one| one["rows"].as_array().expect("a list"));
    let cells = rows.flat_map(|row| row["cells"].as_array().expect("a list"));
    let omitted: Vec<&serde_json::Value> = cells.filter(|cell| cell["flag"] == "omitted").collect();
    assert!(omitted.len() > 20);
    for cell in omitted {
        let keys: Vec<&String> = cell.as_object().expect("an object").keys().collect();
        assert_eq!((keys.len(), cell["share"].is_null()), (3, true), "{cell}");
    }
    let stat: serde_json::Value = serde_json::from_str(&json_stat(&tables, "ja")).expect("JSON");
    let items = stat["link"]["item"].as_array().expect("a list");
    let mut seen = 0;
    for item in items {
        for (at, _) in item["status"].as_object().expect("an object").iter().filter(|(_, sign)| **sign == "…")
        {
            let at: usize = at.parse().expect("a number");
            // The base, which stands first of five, is no estimate.
            assert!(at.is_multiple_of(5) || item["value"][at].is_null());
            seen += 1;
        }
    }
    assert!(seen > 100);
}

/// What the draft says of the release is checked against it: a claim on what is omitted would be an error.
#[test]
fn a_draft_speaks_of_what_is_presented() {
    let tables = released("omit");
    for (tag, lang) in [("ja", Lang::Ja), ("en", Lang::En)] {
        let text = crate::draft::draft(&tables, tag).text;
        let (narrative, _) = Narrative::parse(&Source::new("report.md", &text), lang);
        let found = narrative.check(&tables, &CheckSettings::default()).err();
        let codes: Vec<&str> =
            found.iter().flat_map(|found| found.as_slice().iter().map(|one| one.code)).collect();
        assert!(!codes.contains(&"C044"), "{codes:?}");
        let says = if lang == Lang::Ja {
            "信頼性の基準を満たさない"
        } else {
            "unreliable by the survey's rule"
        };
        assert!(text.contains(says));
    }
}
