//! Broken surveys: what is found, against what is written beside each mistake.
//!
//! The conventions stand in `tests/diagnostics/README.md`.

use std::fmt;
use std::sync::OnceLock;

use monshin_diag::{Diagnostics, Lang, Place, Source, Words};
use monshin_instrument::Questionnaire;
use monshin_instrument::records::{Decoder, Encoding, Reading, RecordReader};
use monshin_report::theme::Theme;
use monshin_report::{CheckSettings, Narrative};
use monshin_tabulate::Returns;
use monshin_tabulate::frame::{ClassColumn, Frame};

use crate::Counted;

/// One file of mistakes.
pub struct Case {
    /// What is written beside them.
    pub expected: Vec<Mark>,
    /// What the tool says.
    pub found: Vec<Found>,
}

/// A finding that the tool made.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its code.
    pub code: &'static str,
    /// Its words.
    pub message: Words,
    /// Where and how grave, as it would be written beside the mistake.
    pub mark: Mark,
}

/// A finding as it is written beside a mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Line of a text, row of a table, 0 for the file as a whole.
    pub line: usize,
    /// Code.
    pub code: String,
    /// `error`, `warning` or `advice`.
    pub severity: String,
    /// The first line of what the span covers, `^` and the column where it covers nothing, or
    /// the name of the column of a table.
    pub at: String,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.severity == "error" { String::new() } else { format!("{} ", self.severity) };
        write!(f, "{:>4}  #~ {severity}{} {}", self.line, self.code, self.at)
    }
}

impl Case {
    /// A readable list of what is missing and what nobody expected; empty where all is well.
    pub fn differences(&self) -> String {
        let mut unexpected: Vec<&Found> = self.found.iter().collect();
        let mut page = String::new();
        for mark in &self.expected {
            match unexpected.iter().position(|found| found.mark == *mark) {
                Some(at) => {
                    unexpected.remove(at);
                }
                None => page.push_str(&format!("  - missing     {mark}\n")),
            }
        }
        for found in unexpected {
            page.push_str(&format!(
                "  + unexpected  {}\n      {}\n      {}\n",
                found.mark, found.message.en, found.message.ja
            ));
        }
        page
    }
}

/// A `survey.toml` with marks in its comments.
pub fn survey(text: &str) -> Case {
    let source = Source::new("survey.toml", text);
    let found = Questionnaire::compile(&source).1;
    Case { expected: marks(text), found: in_text(&source, &found) }
}

/// A `theme.toml` in a folder without a picture, with marks in its comments.
pub fn theme(text: &str) -> Case {
    let source = Source::new("theme.toml", text);
    let (mut theme, mut found) = Theme::parse(&source);
    found.extend(theme.take_logo(&source, None));
    Case { expected: marks(text), found: in_text(&source, &found) }
}

/// A commentary on the example's answers, with marks at the ends of its lines; they are taken off
/// before it is read.
pub fn commentary(name: &str, text: &str) -> Case {
    let bare: Vec<&str> =
        text.split('\n').map(|line| line.find("#~").map_or(line, |at| line[..at].trim_end())).collect();
    let source = Source::new("report.md", &bare.join("\n"));
    let lang = if name.ends_with(".en.md") { Lang::En } else { Lang::Ja };
    let (narrative, mut found) = Narrative::parse(&source, lang);
    if !found.has_errors() {
        let tables = EXAMPLE.get_or_init(|| Counted::example(|survey| survey)).released(&narrative);
        found = match narrative.check(&tables, &CheckSettings::default()) {
            Ok(report) => report.warnings().clone(),
            Err(found) => found,
        };
    }
    Case { expected: marks(text), found: in_text(&source, &found) }
}

static EXAMPLE: OnceLock<Counted> = OnceLock::new();

/// A data file under lines that begin with `#~`: marks (`#~ D001 3 q2`), or how it is to be read.
pub fn data(form: &str, text: &str) -> Case {
    let form = Questionnaire::compile(&Source::new("form.toml", form))
        .0
        .expect("the questionnaire of the data cases compiles");
    let mut body = text;
    let mut expected = Vec::new();
    let mut bytes: fn(&str) -> Vec<u8> = |body| body.as_bytes().to_vec();
    let mut weight = None;
    let mut frame: Option<Vec<&str>> = None;
    while let Some((line, rest)) = body.split_once('\n').filter(|(line, _)| line.starts_with("#~")) {
        let words: Vec<&str> = line[2..].split_whitespace().collect();
        match words.as_slice() {
            ["encoding", "cp932"] => bytes = |body| encoding_rs::SHIFT_JIS.encode(body).0.into_owned(),
            ["escapes"] => bytes = unescaped,
            ["weight", name] => weight = Some((*name).to_owned()),
            ["frame", ids @ ..] => frame = Some(ids.to_vec()),
            _ => expected.push(data_mark(&words)),
        }
        body = rest;
    }
    let in_frame = |id: &str| {
        frame.iter().flatten().any(|have| *have == id).then(|| vec![Some(0); form.breakdowns().len()])
    };
    let reading = Reading {
        file: "responses.csv".into(),
        weight,
        classes_of: frame.is_some().then_some(&in_frame),
        ..Reading::default()
    };
    let bytes = bytes(body);
    let encoding = Encoding::detect(&*bytes).expect("in memory");
    let (reader, mut found) =
        RecordReader::new(&form, Decoder::new(&*bytes, encoding), reading).expect("in memory");
    if let Some(mut reader) = reader {
        while let Some(row) = reader.next_row().expect("in memory") {
            found.extend(row.faults.iter().map(|fault| fault.diagnostic("responses.csv")));
        }
    }
    Case {
        expected,
        found: found
            .iter()
            .map(|one| Found { code: one.code, message: one.message.clone(), mark: cell_mark(one) })
            .collect(),
    }
}

/// A `frame.csv` under lines of marks, and behind a line `#~ responses` the `responses.csv` that goes
/// with it. A mark in `responses.csv` names the file before its column.
pub fn frame(form: &str, text: &str) -> Case {
    let form = Questionnaire::compile(&Source::new("form.toml", form))
        .0
        .expect("the questionnaire of the data cases compiles");
    let mut body = text;
    let mut expected = Vec::new();
    while let Some((line, rest)) = body.split_once('\n').filter(|(line, _)| line.starts_with("#~")) {
        expected.push(data_mark(&line[2..].split_whitespace().collect::<Vec<_>>()));
        body = rest;
    }
    let (list, responses) = body.split_once("#~ responses\n").expect("responses behind the frame");
    let columns = form
        .breakdowns()
        .iter()
        .map(|one| ClassColumn::new(&one.id, one.codes.codes.iter().map(|code| vec![code.id.clone()])));
    let (loaded, mut found) =
        monshin_tabulate::frame::load("frame.csv", list.as_bytes(), &columns.collect::<Vec<_>>());
    if let Some(loaded) = loaded {
        found.extend(returned(&form, &loaded.frame, responses));
    }
    let one = |one: &monshin_diag::Diagnostic| {
        let mut mark = cell_mark(one);
        if let Place::Cell { file, .. } = &one.place
            && &**file != "frame.csv"
        {
            mark.at = format!("{file} {}", mark.at);
        }
        Found { code: one.code, message: one.message.clone(), mark }
    };
    Case { expected, found: found.iter().map(one).collect() }
}

/// What is found where responses and frame come together.
fn returned(form: &Questionnaire, frame: &Frame, responses: &str) -> Diagnostics {
    let reading = Reading { file: "responses.csv".into(), ..Reading::default() };
    let (reader, mut found) = RecordReader::new(form, responses.as_bytes(), reading).expect("in memory");
    let mut reader = reader.expect("the header is right");
    let mut returns = Returns::new(form, Some(frame), false);
    while let Some(row) = reader.next_row().expect("in memory") {
        found.extend(row.faults.iter().map(|fault| fault.diagnostic("responses.csv")));
        if let Some(record) = row.record {
            returns.take(row.row, &record.id, &record.response);
        }
    }
    found.extend(returns.finish().found);
    found
}

fn unescaped(body: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend(before.as_bytes());
        let (digits, more) = after.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits after \\x"));
        rest = more;
    }
    bytes.extend(rest.as_bytes());
    bytes
}

fn data_mark(words: &[&str]) -> Mark {
    let (severity, words) = split_severity(words);
    let [code, row, column @ ..] = words else { panic!("#~ CODE ROW COLUMN, not {words:?}") };
    let line = if *row == "file" { 0 } else { row.parse().expect("a row number") };
    Mark { line, code: (*code).to_owned(), severity, at: column.join(" ") }
}

fn cell_mark(one: &monshin_diag::Diagnostic) -> Mark {
    let (line, at) = match &one.place {
        Place::Cell { row, column, .. } => (*row as usize, column.clone().unwrap_or_default()),
        _ => (0, String::new()),
    };
    Mark { line, code: one.code.to_owned(), severity: one.severity.name().to_owned(), at }
}

fn split_severity<'w>(words: &'w [&'w str]) -> (String, &'w [&'w str]) {
    match words {
        [severity @ ("warning" | "advice"), rest @ ..] => ((*severity).to_owned(), rest),
        _ => ("error".to_owned(), words),
    }
}

/// `#~ CODE what the span covers`, several on a line; `#~^` means the line above, `#~v` the line
/// below (once per line), `#~file` the file as a whole.
fn marks(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for mark in line.split("#~").skip(1) {
            let up = mark.chars().take_while(|c| *c == '^').count();
            let down = mark.chars().take_while(|c| *c == 'v').count();
            let whole = mark.starts_with("file");
            let words = mark.trim_start_matches(['^', 'v']).trim_start_matches("file").trim();
            let (severity, words) = match words.split_once(' ') {
                Some((severity @ ("warning" | "advice"), rest)) => (severity, rest),
                _ => ("error", words),
            };
            let (code, at) = words.split_once(' ').unwrap_or((words, ""));
            let line = if whole { 0 } else { number + 1 + down - up };
            found.push(Mark {
                line,
                code: code.to_owned(),
                severity: severity.to_owned(),
                at: at.trim().to_owned(),
            });
        }
    }
    found
}

fn in_text(source: &Source, found: &Diagnostics) -> Vec<Found> {
    let one = |one: &monshin_diag::Diagnostic| {
        let (line, at) = match &one.place {
            Place::Text { span, from, .. } => {
                let covered = source.text().get(span.start..span.end).expect("the span lies in the text");
                // A mark may stand on the first line that is covered: it does not count.
                let first = covered.lines().next().unwrap_or("");
                let first = first.split("#~").next().unwrap_or("").trim();
                let at = if first.is_empty() { format!("^{}", from.column) } else { first.to_owned() };
                (from.line, at)
            }
            _ => (0, String::new()),
        };
        let mark = Mark { line, code: one.code.to_owned(), severity: one.severity.name().to_owned(), at };
        Found { code: one.code, message: one.message.clone(), mark }
    };
    found.iter().map(one).collect()
}
