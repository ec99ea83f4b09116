//! The report as a workbook: a sheet for each chapter, with its tables and native charts.
//!
//! Comes in: a [`CheckedReport`]. Goes out: the bytes of an `.xlsx` file; the same document gives the
//! same bytes. Whatever stands in a text is written as text: nothing becomes a formula.

mod charts;
mod names;
mod sheet;
#[cfg(test)]
mod tests;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::check::CheckedReport;
use crate::compose::{self, words};
use crate::document::Document;
use sheet::Sheet;

/// Renders a checked report.
pub fn render(report: &CheckedReport) -> Vec<u8> {
    render_document(&compose::document(report))
}

/// Renders a document.
pub(crate) fn render_document(document: &Document) -> Vec<u8> {
    workbook(document).expect("names, lengths and numbers are made to fit before they are written")
}

fn workbook(document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A file that says when it was made is another file every time.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(&document.title).set_creation_datetime(&created));
    let mut titles = vec![words::CONTENTS.get(document.lang)];
    titles.extend(document.chapters.iter().map(|chapter| &*chapter.short));
    let names = names::unique(&titles);
    cover(document, &names, book.add_worksheet())?;
    for (chapter, name) in document.chapters.iter().zip(&names[1..]) {
        let mut sheet = Sheet::new(book.add_worksheet(), name, document)?;
        sheet.top(&chapter.title, &document.notices)?;
        sheet.blocks(&chapter.blocks)?;
        for page in &chapter.pages {
            sheet.page(page)?;
        }
    }
    book.save_to_buffer()
}

/// The first sheet: what this is, and where to find what.
fn cover(
    document: &Document,
    names: &[String],
    worksheet: &mut rust_xlsxwriter::Worksheet,
) -> Result<(), XlsxError> {
    let mut sheet = Sheet::new(worksheet, &names[0], document)?;
    sheet.top(&document.title, &document.notices)?;
    if let Some(subtitle) = &document.subtitle {
        sheet.words(subtitle)?;
    }
    for (term, fact) in &document.facts {
        sheet.pair(term, fact)?;
    }
    sheet.gap();
    for (chapter, name) in document.chapters.iter().zip(&names[1..]) {
        sheet.link(&chapter.title, name)?;
    }
    sheet.gap();
    document.colophon.iter().try_for_each(|line| sheet.small(line))
}
