//! Stories over the whole: helpers that read the repository's own surveys.

// Stories read files; the rooms they tell of do not.
#![allow(clippy::disallowed_methods)]

pub mod attack;
pub mod broken;
pub mod planted;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use monshin_diag::{Diagnostics, Source};
use monshin_instrument::Questionnaire;
use monshin_instrument::records::{Reading, RecordReader};
use monshin_report::{CheckSettings, Narrative};
use monshin_tabulate::{Cube, Plan, Released, Settings, Tables, UnitAnswers, disclose, tabulate};

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Its text.
pub fn text(path: &str) -> String {
    let path = repository(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A survey with its answers counted.
pub struct Counted {
    /// The questionnaire.
    pub form: Arc<Questionnaire>,
    cube: Cube,
}

impl Counted {
    /// Compiles and counts; `change` may alter the questionnaire's text first.
    pub fn example(change: impl Fn(String) -> String) -> Counted {
        let survey = change(text("examples/hodanren-2022/survey.toml"));
        Counted::of(&survey, &text("examples/hodanren-2022/responses.csv"))
    }

    /// A survey and its answers as texts.
    pub fn of(survey: &str, responses: &str) -> Counted {
        let (form, found) = Questionnaire::compile(&Source::new("survey.toml", survey));
        let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
        let mut cube = Cube::new(&form);
        let (reader, _) =
            RecordReader::new(&form, responses.as_bytes(), Reading::default()).expect("in memory");
        let mut reader = reader.expect("the header is right");
        while let Some(row) = reader.next_row().expect("in memory") {
            assert_eq!(row.faults, []);
            cube.add(&row.record.expect("no faults").response);
        }
        Counted { form, cube }
    }

    /// The same answers by the id of their unit.
    pub fn units(&self, responses: &str) -> UnitAnswers {
        let (reader, _) =
            RecordReader::new(&self.form, responses.as_bytes(), Reading::default()).expect("in memory");
        let mut reader = reader.expect("the header is right");
        let mut units = Vec::new();
        while let Some(row) = reader.next_row().expect("in memory") {
            units.extend(row.record.map(|record| (record.id, record.response)));
        }
        units.into_iter().collect()
    }

    /// The standard tables, released.
    pub fn standard(&self) -> Released<Tables> {
        disclose(tabulate(&self.cube, &Plan::standard(&self.form), &Settings::default()))
    }

    /// The released tables that a commentary needs.
    pub fn released(&self, narrative: &Narrative) -> Released<Tables> {
        let plan = narrative.tables_wanted(&self.form, Plan::standard(&self.form));
        disclose(tabulate(&self.cube, &plan, &Settings::default()))
    }

    /// What the checker finds in a commentary.
    pub fn findings(&self, commentary: &str, settings: &CheckSettings) -> Diagnostics {
        let source = Source::new("report.ja.md", commentary);
        let (narrative, mut found) = Narrative::parse(&source, monshin_diag::Lang::Ja);
        let tables = self.released(&narrative);
        found.extend(match narrative.check(&tables, settings) {
            Ok(report) => report.warnings().clone(),
            Err(found) => found,
        });
        found
    }
}
