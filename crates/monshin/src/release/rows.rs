//! The answers row by row, without classes.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use monshin_instrument::records::{Decoder, DesignColumns, Duplicates, Encoding, Reading, RecordReader};
use monshin_instrument::{Questionnaire, Response};

/// The responses of a file that was read without a fault before, without their ids.
pub fn responses(dir: &Path, form: &Questionnaire) -> Result<Vec<Response>> {
    Ok(by_unit(dir, form)?.into_iter().map(|(_, response)| response).collect())
}

/// The same with their ids.
pub fn by_unit(dir: &Path, form: &Questionnaire) -> Result<Vec<(String, Response)>> {
    let path = dir.join("responses.csv");
    let said = || path.display().to_string();
    let encoding = Encoding::detect(File::open(&path).with_context(said)?).with_context(said)?;
    let no_class = |_: &str| Some(vec![None; form.breakdowns().len()]);
    let reading = Reading {
        file: "responses.csv".into(),
        weight: None,
        classes_of: Some(&no_class),
        duplicates: Duplicates::Remember,
        design: DesignColumns::of(form.design()),
    };
    let decoder = Decoder::new(File::open(&path).with_context(said)?, encoding);
    let (reader, _) = RecordReader::new(form, decoder, reading).with_context(said)?;
    let mut reader = reader.with_context(said)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().with_context(said)? {
        rows.extend(row.record.map(|record| (record.id, record.response)));
    }
    Ok(rows)
}
