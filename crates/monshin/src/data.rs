//! `responses.csv` to a cube: streamed, each row through the same door.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_diag::Diagnostics;
use monshin_diag::words;
use monshin_frame::{ClassColumn, Frame, Loaded};
use monshin_instrument::records::{
    Decoder, DesignColumns, Duplicates, Encoding, Intake, Reading, RecordReader, Row, duplicate_rows,
};
use monshin_instrument::{Breakdown, BreakdownSource, Questionnaire};
use monshin_tabulate::{Cases, Cube, Drawn, IntakeNote, Returns, SurveyDesign, Weight};
use sha2::{Digest, Sha256};

use crate::args::Input;
use crate::fielding::open_answers;
use crate::folder::Folder;
use crate::progress;
use crate::sampling::Sampling;
use crate::weighting;

/// Files above this size have their doubled ids found in bounded memory, in passes of their own.
const LARGE: u64 = 200_000_000;

/// What reading the data came to.
pub struct Data {
    /// Counted responses.
    pub cube: Cube,
    /// What was read and kept out.
    pub intake: Intake,
    /// Findings; with lenient reading, faults are not among them.
    pub found: Diagnostics,
    /// SHA-256 over the input files.
    pub sha256: String,
    /// Units of the frame, where there is one.
    pub units: Option<u64>,
    /// What became of every case, where there is a frame.
    pub cases: Option<Cases>,
    /// Under which design the tables are estimated; `None` where it is at fault.
    pub design: Option<Arc<SurveyDesign>>,
    /// Responses that answer too little to be counted.
    pub break_offs: u64,
    /// Responses left out because the frame contradicts them.
    contradictions: u64,
    /// The responses one by one, where the design needs that, until it takes them.
    drawn: Option<Drawn>,
}

impl Data {
    /// What was kept out, for the method note.
    pub fn notes(&self) -> Vec<IntakeNote> {
        let note = |(kind, count): (&monshin_instrument::records::FaultKind, &u64)| IntakeNote {
            code: kind.code().to_owned(),
            what: kind.label(),
            count: *count,
        };
        let mut notes: Vec<IntakeNote> = self.intake.faults.iter().map(note).collect();
        if self.contradictions > 0 {
            let what = words!("名簿と食い違う回答（行ごと除外）"; "responses that the frame contradicts (row left out)");
            notes.push(IntakeNote { code: "F021".to_owned(), what, count: self.contradictions });
        }
        notes
    }
}

/// Most faults that are kept for printing.
const MOST_FAULTS: usize = 1_000;

/// Reads the folder's data, or the sealed answers of a database; `None` where there is neither.
pub fn read(folder: &Folder, form: &Arc<Questionnaire>, input: &Input) -> Result<Option<Data>> {
    let path = folder.dir.join("responses.csv");
    let opened = open_answers(folder, form, &input.sealed)?;
    if opened.is_none() && !path.is_file() {
        return Ok(None);
    }
    let (encoding, duplicates) = match &opened {
        Some(_) => (Encoding::Utf8, Duplicates::Remember),
        None => {
            let encoding = Encoding::detect(open(&path)?).with_context(|| path.display().to_string())?;
            (encoding, duplicates(&path, encoding)?)
        }
    };
    let (frame, found) = frame(folder, form)?;
    let units = frame.as_ref().map(|frame| frame.len() as u64);
    // Where answers carry no id of the frame, the frame says nothing of single answers.
    let known = frame.as_ref().filter(|_| opened.as_ref().is_none_or(|opened| opened.identified));
    let mut data = Data {
        cube: Cube::new(form),
        intake: Intake::default(),
        found,
        sha256: input_hash(folder, opened.as_ref().map(|opened| &opened.csv[..]))?,
        units,
        cases: None,
        design: None,
        break_offs: 0,
        contradictions: 0,
        drawn: None,
    };
    let mut returns = Returns::new(form, known, input.lenient);
    let base = weighting::base_column(form, input);
    let classes_of = known.map(|frame| move |id: &str| classes(form, frame, id));
    let size = opened
        .as_ref()
        .map_or_else(|| path.metadata().map_or(0, |meta| meta.len()), |opened| opened.csv.len() as u64);
    let bar = progress::bytes(size);
    let rows: Box<dyn Read + '_> = match &opened {
        Some(opened) => Box::new(&opened.csv[..]),
        None => Box::new(open(&path)?),
    };
    let reading = Reading {
        file: "responses.csv".into(),
        weight: base.clone(),
        classes_of: classes_of.as_ref().map(|of| of as _),
        duplicates,
        design: DesignColumns::of(form.design()),
    };
    let decoder = Decoder::new(bar.wrap_read(rows), encoding);
    let (reader, found) =
        RecordReader::new(form, decoder, reading).with_context(|| path.display().to_string())?;
    data.found.extend(found);
    if let Some(mut reader) = reader {
        let (mut sampling, found) = Sampling::new(form, base.is_some(), &reader.design_columns(), known);
        data.found.extend(found);
        while let Some(row) = reader.next_row().with_context(|| path.display().to_string())? {
            data.take(row, input, base.is_some(), &mut returns, &mut sampling);
        }
        data.drawn = sampling.settle(weighting::is_weighted(input), &mut data.found);
    }
    bar.finish_and_clear();
    data.settle(returns);
    if !data.found.has_errors() {
        let drawn = data.drawn.take();
        let (design, found) = weighting::design(folder, form, input, frame.as_ref(), &data.cube, drawn)?;
        data.design = design;
        data.found.extend(found);
    }
    Ok(Some(data))
}

impl Data {
    fn take(
        &mut self,
        row: Row,
        input: &Input,
        is_weighted: bool,
        returns: &mut Returns<'_>,
        sampling: &mut Sampling<'_>,
    ) {
        self.intake.rows += 1;
        for fault in &row.faults {
            *self.intake.faults.entry(fault.kind).or_default() += 1;
            if !input.lenient && self.found.len() < MOST_FAULTS {
                self.found.push(fault.diagnostic("responses.csv"));
            }
        }
        if let Some(record) = row.record {
            if !returns.take(row.row, &record.id, &record.response) {
                return;
            }
            self.intake.kept += 1;
            let weight = match is_weighted {
                true => Weight::new(record.weight).expect("the reader keeps to its range"),
                false => Weight::ONE,
            };
            self.cube.add_weighted(&record.response, weight);
            sampling.add(row.row, &record, weight);
        }
    }
}

impl Data {
    /// What frame and responses say together. While rows are at fault no response is called missing,
    /// since one that cannot be read is not one that never came.
    fn settle(&mut self, returns: Returns<'_>) {
        let is_whole = !self.found.has_errors();
        let settled = returns.finish();
        self.break_offs = settled.break_offs;
        self.contradictions = settled.contradictions;
        self.cases = settled.cases.filter(|_| is_whole);
        self.found.extend(settled.found.into_iter().filter(|one| is_whole || one.code != "F023"));
    }
}

/// `frame.csv`, where there is one.
fn frame(folder: &Folder, form: &Questionnaire) -> Result<(Option<Frame>, Diagnostics)> {
    let (loaded, found) = load_frame(folder, form)?;
    Ok((loaded.map(|loaded| loaded.frame), found))
}

/// `frame.csv` with names and contacts, where there is one.
pub fn load_frame(folder: &Folder, form: &Questionnaire) -> Result<(Option<Loaded>, Diagnostics)> {
    let path = folder.dir.join("frame.csv");
    if !path.is_file() {
        return Ok((None, Diagnostics::new()));
    }
    let shown = || path.display().to_string();
    let encoding = Encoding::detect(open(&path).with_context(shown)?).with_context(shown)?;
    let mut bytes = Vec::new();
    Decoder::new(open(&path)?, encoding).read_to_end(&mut bytes).with_context(shown)?;
    let columns: Vec<ClassColumn> = of_frame(form).map(|(_, breakdown)| column(breakdown)).collect();
    Ok(monshin_frame::load_with("frame.csv", &bytes, &columns, &form.design().columns()))
}

fn of_frame(form: &Questionnaire) -> impl Iterator<Item = (usize, &Breakdown)> {
    form.breakdowns().iter().enumerate().filter(|(_, breakdown)| breakdown.source == BreakdownSource::Frame)
}

/// How a breakdown's classes may be written.
pub fn column(breakdown: &Breakdown) -> ClassColumn {
    ClassColumn::new(&breakdown.id, breakdown.codes.spellings())
}

/// A unit's class in every breakdown of the questionnaire.
fn classes(form: &Questionnaire, frame: &Frame, id: &str) -> Option<Vec<Option<u16>>> {
    let unit = frame.find(id)?;
    let mut classes = vec![None; form.breakdowns().len()];
    for ((at, _), class) in of_frame(form).zip(frame.classes(unit)) {
        classes[at] = Some(*class);
    }
    Some(classes)
}

fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

fn duplicates(path: &Path, encoding: Encoding) -> Result<Duplicates> {
    let size = path.metadata().map_or(0, |meta| meta.len());
    if size < LARGE {
        return Ok(Duplicates::Remember);
    }
    let rows = duplicate_rows(|| open(path), encoding).with_context(|| path.display().to_string())?;
    Ok(Duplicates::Known(rows))
}

/// SHA-256 of the lines that `sha256sum survey.toml frame.csv population.csv responses.csv` prints for those of
/// the files that are there: `sha256sum … | sha256sum` gives the same. Opened answers stand in the place
/// of `responses.csv`.
fn input_hash(folder: &Folder, opened: Option<&[u8]>) -> Result<String> {
    let mut lines = String::new();
    let files = ["survey.toml", "frame.csv", "population.csv", "responses.csv"];
    for name in files.into_iter().filter(|name| opened.is_none() || *name != "responses.csv") {
        let path: PathBuf = folder.dir.join(name);
        if path.is_file() {
            lines.push_str(&format!(
                "{}  {name}\n",
                file_hash(&path).with_context(|| path.display().to_string())?
            ));
        }
    }
    if let Some(opened) = opened {
        lines.push_str(&format!("{}  answers\n", hex(&Sha256::digest(opened))));
    }
    Ok(hex(&Sha256::digest(lines.as_bytes())))
}

fn file_hash(path: &Path) -> io::Result<String> {
    let mut file = open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
