//! What must hold whatever is read: one function per reader, each fed with any bytes.
//!
//! The fuzz targets call these with what libFuzzer makes up; the ordinary tests call them with
//! the corpus and with what proptest makes up, so that nothing found once comes back.

use std::io::{self, Read};
use std::sync::OnceLock;

use monshin_diag::{Diagnostics, Lang, Place, Source, Sources, render_json, render_text};
use monshin_instrument::records::{
    Decoder, Duplicates, Encoding, Reading, RecordReader, Row, duplicate_rows,
};
use monshin_instrument::{Given, Item, Questionnaire, Value, analysis};
use monshin_report::{claims, narrative::Narrative};

/// `survey.toml`: a questionnaire or errors, never both, never neither; every finding stands in
/// the text and can be shown.
pub fn survey(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = Source::new("survey.toml", text);
    let (form, found) = Questionnaire::compile(&source);
    assert_eq!(form.is_none(), found.has_errors(), "a questionnaire or errors");
    presentable(&source, &found);
    if let Some(form) = form {
        answerable(&form);
    }
}

/// A condition in a survey that has every kind of question.
pub fn condition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let quoted: String = text.chars().map(quoted).collect();
    let toml = format!(
        "{EVERY_KIND}\n[[question]]\nid = \"last\"\ntext = \"?\"\nkind = \"text\"\nask_if = \"{quoted}\"\n"
    );
    let source = Source::new("survey.toml", &toml);
    let (form, found) = Questionnaire::compile(&source);
    assert_eq!(form.is_none(), found.has_errors(), "a questionnaire or errors");
    assert!(found.iter().all(|one| one.code != "Q001"), "the frame around the condition is sound");
    presentable(&source, &found);
    if let Some(form) = form {
        let question = form.question("last").expect("it was written");
        assert!(question.ask_if.is_some());
        assert!(question.base.sentence.iter().all(|(_, words)| !words.is_empty()));
    }
}

/// A file of answers: every row gives a response or faults that say why not, and the same however
/// the bytes arrive.
pub fn records(data: &[u8]) {
    static FORM: OnceLock<Questionnaire> = OnceLock::new();
    let source = Source::new("survey.toml", EVERY_KIND);
    let form = FORM
        .get_or_init(|| Questionnaire::compile(&source).0.expect("the survey of the fuzz targets compiles"));
    let encoding = Encoding::detect(data).expect("in memory");
    assert_eq!(Encoding::detect(Trickle(data)).expect("in memory"), encoding);
    let whole = rows(form, Decoder::new(data, encoding), Duplicates::Remember);
    assert_eq!(rows(form, Decoder::new(Trickle(data), encoding), Duplicates::Remember), whole);
    let doubled = duplicate_rows(|| Ok(data), encoding).expect("in memory");
    assert_eq!(rows(form, Decoder::new(data, encoding), Duplicates::Known(doubled)), whole);
    for pair in whole.windows(2) {
        assert!(pair[0].row < pair[1].row, "rows ascend");
    }
    for row in &whole {
        assert!(row.record.is_some() || !row.faults.is_empty(), "a row left out has a reason");
        for fault in &row.faults {
            let found: Diagnostics = [fault.diagnostic("responses.csv")].into_iter().collect();
            presentable(&source, &found);
        }
    }
}

/// A commentary: read without panic, every finding in the text, every claim the same when it is
/// written down and read again.
pub fn commentary(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for lang in [Lang::Ja, Lang::En] {
        let source = Source::new("report.md", text);
        let (narrative, found) = Narrative::parse(&source, lang);
        presentable(&source, &found);
        for link in narrative.links() {
            let Ok(claim) = &link.claim else { continue };
            let written = claim.to_string();
            assert_eq!(claims::parse(&written).as_ref(), Ok(claim), "{written}");
        }
    }
    if let Err(error) = claims::parse(text) {
        assert!(text.get(error.span.start..error.span.end).is_some(), "the error stands in the claim");
    }
}

/// Two languages, a place in the text, and pages that can be drawn.
fn presentable(source: &Source, found: &Diagnostics) {
    for one in found {
        assert!(!one.message.ja.is_empty() && !one.message.en.is_empty(), "{one:?}");
        let related = one.related.iter().map(|(place, _)| place);
        for place in related.chain([&one.place]) {
            if let Place::Text { span, .. } = place {
                assert!(source.text().get(span.start..span.end).is_some(), "{one:?}");
            }
        }
    }
    let sources = Sources::from([source.clone()]);
    for lang in [Lang::Ja, Lang::En] {
        // A handful is enough: what is drawn for one is drawn for all.
        let some = &found.as_slice()[..found.len().min(8)];
        render_text(some, &sources, lang, false);
    }
    render_json(found.as_slice());
}

/// A questionnaire that compiled can be answered: blank, and by its first patterns.
fn answerable(form: &Questionnaire) {
    let nothing = form.no_answers();
    let (_, problems) = form.submit_lenient(&nothing);
    assert!(problems.iter().all(|problem| problem.item < form.items().len()));
    for pattern in analysis::patterns(form, 20).0 {
        let mut answers = form.no_answers();
        answers.classes.clone_from(&pattern.classes);
        for (at, item) in pattern.items.iter().enumerate() {
            if let Item::Answered(value) = item {
                answers.values[at] = Given::Value(value.clone());
            }
        }
        let path = form.route(&answers);
        assert_eq!(path.steps.len(), form.items().len());
        for question in form.questions() {
            assert!(question.items.end <= form.items().len());
        }
    }
    let hostile =
        [Value::Code(u16::MAX), Value::Codes(u64::MAX), Value::Number(f64::NAN), Value::Text("x".into())];
    for value in hostile {
        let mut answers = form.no_answers();
        answers.values.iter_mut().for_each(|given| *given = Given::Value(value.clone()));
        form.submit_lenient(&answers);
    }
}

fn rows(form: &Questionnaire, reader: impl Read, duplicates: Duplicates) -> Vec<Row> {
    let reading = Reading { file: "responses.csv".into(), duplicates, ..Reading::default() };
    let (reader, _) = RecordReader::new(form, reader, reading).expect("in memory");
    let Some(mut reader) = reader else { return Vec::new() };
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().expect("in memory") {
        rows.push(row);
    }
    rows
}

/// One byte at a time, as the slowest pipe gives them.
struct Trickle<'d>(&'d [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = out.len().min(1);
        self.0.read(&mut out[..count])
    }
}

fn quoted(c: char) -> String {
    match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    }
}

/// A survey with every kind of question, a block of each sort, and breakdowns of both sources.
pub const EVERY_KIND: &str = include_str!("every_kind.toml");
