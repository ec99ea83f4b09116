use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::demo;

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

#[test]
fn every_chapter_has_a_sheet_with_its_tables_and_bases() {
    let mut book = open(render_document(&demo::document()));
    assert_eq!(book.sheet_names(), ["目次", "調査項目", "開設者別"]);
    let sheet = book.worksheet_range("開設者別").expect("is there");
    let texts: Vec<String> = sheet.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for wanted in ["集計母数：Q1で「はい」と回答した組織（n=598）", "都道府県・市町村", "x", "–"]
    {
        assert!(texts.iter().any(|text| text == wanted), "{wanted}");
    }
    assert!(
        sheet
            .used_cells()
            .any(|(_, _, cell)| matches!(cell, Data::Float(x) if (x - 67.0 / 304.0).abs() < 1e-9))
    );
}

#[test]
fn nothing_becomes_a_formula() {
    let mut document = demo::document();
    document.title = "=HYPERLINK(\"http://evil\")".into();
    document.chapters[0].short = "=1+1".into();
    document.chapters[0].blocks.push(crate::document::Block::words("@SUM(A1)"));
    let mut book = open(render_document(&document));
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("readable");
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
    }
    let first = book.worksheet_range("目次").expect("is there");
    assert_eq!(first.get_value((0, 0)), Some(&Data::String("=HYPERLINK(\"http://evil\")".into())));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(render_document(&demo::document()), render_document(&demo::document()));
}

/// `cargo test -p monshin-report look_at -- --ignored`, then `target/demo.xlsx`.
#[test]
#[ignore = "for looking, not for judging"]
#[allow(clippy::disallowed_methods)]
fn look_at_the_workbook() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/demo.xlsx");
    std::fs::write(path, render_document(&demo::document())).expect("target/ can be written");
}
