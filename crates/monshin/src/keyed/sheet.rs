//! One file of keyed returns, row by row through the door of every data file.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result};
use monshin_diag::{Diagnostics, Place};
use monshin_instrument::records::{Decoder, Encoding, Reading, RecordReader};
use monshin_instrument::{Answers, Questionnaire};

use super::workbook;

/// A return of one row.
pub struct KeyedRow {
    /// Id of the unit.
    pub unit: String,
    /// What was answered.
    pub answers: Answers,
    /// Where its id stands.
    pub place: Place,
}

/// Where the cells of a file are: those of a sheet have an address of their own.
struct Places {
    file: String,
    sheet: Option<(String, u32)>,
    columns: Vec<String>,
}

impl Places {
    fn cell(&self, row: u64, column: Option<&str>) -> Place {
        let Some((sheet, left)) = &self.sheet else { return Place::cell(&self.file, row, column) };
        let column = column.map(|name| {
            let at = self.columns.iter().position(|have| have == name);
            at.map_or_else(
                || name.to_owned(),
                |at| format!("{name} {}", workbook::address(left + at as u32, row)),
            )
        });
        Place::Cell { file: (*self.file).into(), sheet: Some(sheet.clone()), row, column }
    }

    /// The same place in the sheet.
    fn mend(&self, place: Place) -> Place {
        match place {
            Place::Cell { row, column, .. } => self.cell(row, column.as_deref()),
            other => other,
        }
    }
}

/// Every row of a file, with everything that is wrong with it.
pub fn read_file(
    path: &Path,
    sheet: Option<&str>,
    form: &Questionnaire,
    classes_of: &dyn Fn(&str) -> Option<Vec<Option<u16>>>,
) -> Result<(Vec<KeyedRow>, Diagnostics)> {
    let shown = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(shown)?;
    let file = shown();
    let (csv, encoding, sheet) = if workbook::is_workbook(&bytes) {
        match workbook::read(&file, bytes, sheet) {
            Ok(sheet) => (sheet.csv, Encoding::Utf8, Some((sheet.name, sheet.left))),
            Err(found) => return Ok((Vec::new(), found)),
        }
    } else {
        let encoding = Encoding::detect(&bytes[..])?;
        (bytes, encoding, None)
    };
    let reading = Reading { file: file.clone(), classes_of: Some(classes_of), ..Reading::default() };
    let (reader, found) = RecordReader::new(form, Decoder::new(Cursor::new(csv), encoding), reading)?;
    let mut places = Places { file, sheet, columns: Vec::new() };
    let Some(mut reader) = reader else { return Ok((Vec::new(), mended(found, &places))) };
    places.columns = reader.column_names().to_vec();
    let (mut found, mut rows) = (mended(found, &places), Vec::new());
    while let Some(row) = reader.next_row().with_context(|| path.display().to_string())? {
        for fault in &row.faults {
            let mut one = fault.diagnostic(&places.file);
            one.place = places.cell(fault.row, fault.column.as_deref());
            found.push(one);
        }
        let Some(record) = row.record.filter(|_| row.faults.is_empty()) else { continue };
        let place = places.cell(row.row, Some("id"));
        rows.push(KeyedRow { unit: record.id, answers: form.on_path(reader.given()), place });
    }
    Ok((rows, found))
}

fn mended(found: Diagnostics, places: &Places) -> Diagnostics {
    let mend = |mut one: monshin_diag::Diagnostic| {
        one.place = places.mend(one.place);
        one
    };
    found.into_iter().map(mend).collect()
}
