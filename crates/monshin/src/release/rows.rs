//! The answers row by row.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use monshin_instrument::records::{
    ClassesOf, Decoder, DesignColumns, Duplicates, Encoding, Reading, RecordReader,
};
use monshin_instrument::{Questionnaire, Response};

/// The responses of a file that was read without a fault before, without ids and classes.
pub fn responses(dir: &Path, form: &Questionnaire) -> Result<Vec<Response>> {
    let no_class = |_: &str| Some(vec![None; form.breakdowns().len()]);
    Ok(read(dir, form, Some(&no_class))?.into_iter().map(|(_, response)| response).collect())
}

/// The same with their ids, and with their classes where no frame has them.
pub fn by_unit(dir: &Path, form: &Questionnaire) -> Result<Vec<(String, Response)>> {
    let no_class = |_: &str| Some(vec![None; form.breakdowns().len()]);
    let has_frame = dir.join("frame.csv").is_file();
    read(dir, form, if has_frame { Some(&no_class) } else { None })
}

fn read(
    dir: &Path,
    form: &Questionnaire,
    classes_of: Option<ClassesOf<'_>>,
) -> Result<Vec<(String, Response)>> {
    let path = dir.join("responses.csv");
    let said = || path.display().to_string();
    let encoding = Encoding::detect(File::open(&path).with_context(said)?).with_context(said)?;
    let reading = Reading {
        file: "responses.csv".into(),
        weight: None,
        classes_of,
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
