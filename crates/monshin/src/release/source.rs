//! The survey folder as it is published: questionnaire, commentaries, totals, and the data that may
//! go along.

use std::path::Path;

use anyhow::{Context, Result};
use monshin_diag::Words;
use monshin_instrument::records::{self, Decoder, Encoding};
use monshin_instrument::{Questionnaire, Response};
use monshin_report::theme::Theme;
use monshin_tabulate::{Released, Tables, microdata};

use super::manifest::{DataKind, hash};
use super::{Files, SOURCE};

/// What is published as it stands, where it is there.
const AS_THEY_ARE: [&str; 3] = ["survey.toml", "population.csv", "theme.toml"];
/// What the figures are made from, in the order of `input_sha256`.
const INPUTS: [&str; 4] = ["survey.toml", "frame.csv", "population.csv", "responses.csv"];
/// Columns of `frame.csv` that name or reach an institution.
const CONTACTS: [&str; 6] = ["name", "email", "address", "phone", "fax", "contact"];

/// The name and the SHA-256 of each input that is there.
pub fn inputs(dir: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for name in INPUTS {
        if let Some(bytes) = read(dir, name)? {
            found.push((name.to_owned(), hash(&bytes)));
        }
    }
    Ok(found)
}

/// The texts that every release holds, and the logo.
pub fn texts(dir: &Path, form: &Questionnaire, theme: &Theme) -> Result<Files> {
    let reports = form.survey().languages.iter().map(|tag| format!("report.{tag}.md"));
    let mut files = Files::new();
    let logo = theme.logo_file.iter().map(|(name, _)| name.replace('\\', "/"));
    for name in AS_THEY_ARE.iter().map(|name| (*name).to_owned()).chain(reports).chain(logo) {
        if let Some(bytes) = read(dir, &name)? {
            files.insert(format!("{SOURCE}{name}"), bytes);
        }
    }
    Ok(files)
}

/// Writes the survey folder of a release where it can be read.
pub fn lay_out(files: &Files, to: &Path) -> Result<()> {
    for (name, bytes) in files {
        let Some(name) = name.strip_prefix(SOURCE) else { continue };
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(to))?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// The data that go along; the inner error says why they may not.
pub fn data(
    dir: &Path,
    kind: DataKind,
    responses: impl FnOnce() -> Result<Vec<Response>>,
    released: &Released<Tables>,
) -> Result<Result<Files, Words>> {
    let mut files = Files::new();
    match kind {
        DataKind::None => {}
        DataKind::Full => {
            let bytes = read(dir, "responses.csv")?.unwrap_or_default();
            files.insert(format!("{SOURCE}responses.csv"), bytes);
            if let Some(bytes) = read(dir, "frame.csv")? {
                files.insert(format!("{SOURCE}frame.csv"), without_contacts(&bytes)?);
            }
        }
        DataKind::Controlled => match microdata::controlled(&responses()?, released) {
            Err(why) => return Ok(Err(why)),
            Ok(rows) => {
                let form = &released.questionnaire;
                let mut out = csv::Writer::from_writer(Vec::new());
                out.write_record(records::header(form))?;
                for (at, row) in rows.iter().enumerate() {
                    out.write_record(records::row(form, &format!("row-{:06}", at + 1), row))?;
                }
                files.insert(format!("{SOURCE}responses.csv"), out.into_inner()?);
            }
        },
    }
    Ok(Ok(files))
}

/// The frame without the columns that name or reach an institution, as UTF-8.
fn without_contacts(bytes: &[u8]) -> Result<Vec<u8>> {
    let encoding = Encoding::detect(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(Decoder::new(bytes, encoding));
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut kept: Option<Vec<usize>> = None;
    for record in reader.records() {
        let record = record?;
        let kept = kept.get_or_insert_with(|| {
            let is_contact = |name: &str| CONTACTS.contains(&&*records::normalise(name));
            (0..record.len()).filter(|at| !is_contact(&record[*at])).collect()
        });
        out.write_record(kept.iter().map(|at| record.get(*at).unwrap_or_default()))?;
    }
    Ok(out.into_inner()?)
}

fn read(dir: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let path = dir.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    std::fs::read(&path).map(Some).with_context(|| path.display().to_string())
}
