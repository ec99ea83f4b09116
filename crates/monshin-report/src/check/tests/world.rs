//! Small worlds for tests: a survey, its responses, its released tables.

use std::sync::Arc;

use monshin_diag::{Diagnostics, Lang, Source};
use monshin_tabulate::instrument::Questionnaire;
use monshin_tabulate::instrument::records::{Reading, RecordReader};
use monshin_tabulate::{Cube, Plan, Released, Settings, Tables, disclose, tabulate};

use crate::check::{CheckSettings, CheckedReport};
use crate::narrative::Narrative;

pub const EXAMPLE: &str = include_str!("../../../../../examples/hodanren-2022/survey.toml");
pub const EXAMPLE_ROWS: &str = include_str!("../../../../../examples/hodanren-2022/responses.csv");

/// A survey with its responses.
pub struct World {
    pub cube: Cube,
}

impl World {
    pub fn new(survey: &str, rows: &str) -> World {
        let (questionnaire, found) = Questionnaire::compile(&Source::new("survey.toml", survey));
        let questionnaire = Arc::new(questionnaire.unwrap_or_else(|| panic!("{found:?}")));
        let mut cube = Cube::new(&questionnaire);
        let reading = Reading { file: "responses.csv".into(), ..Reading::default() };
        let (reader, found) =
            RecordReader::new(&questionnaire, rows.as_bytes(), reading).expect("bytes are read");
        let mut reader = reader.unwrap_or_else(|| panic!("{found:?}"));
        while let Some(row) = reader.next_row().expect("bytes are read") {
            let record = row.record.unwrap_or_else(|| panic!("{:?}", row.faults));
            cube.add(&record.response);
        }
        World { cube }
    }

    pub fn example() -> World {
        World::new(EXAMPLE, EXAMPLE_ROWS)
    }

    /// The example with nothing withheld.
    pub fn undisclosed_example() -> World {
        let open = EXAMPLE.replace("[disclosure]\nmin_base = 3\nmark_all_or_none_below = 10\n", "");
        let open =
            open.replacen("id = \"hodanren-2022\"\n", "id = \"hodanren-2022\"\ndisclosure = \"none\"\n", 1);
        World::new(&open, EXAMPLE_ROWS)
    }

    pub fn tables(&self, narrative: &Narrative) -> Released<Tables> {
        let questionnaire = self.cube.questionnaire();
        let plan = narrative.tables_wanted(questionnaire, Plan::standard(questionnaire));
        disclose(tabulate(&self.cube, &plan, &Settings::default()))
    }

    pub fn check(
        &self,
        text: &str,
        lang: Lang,
        settings: &CheckSettings,
    ) -> Result<CheckedReport, Diagnostics> {
        let name = if lang == Lang::Ja { "report.ja.md" } else { "report.en.md" };
        let (narrative, found) = Narrative::parse(&Source::new(name, text), lang);
        if found.has_errors() {
            return Err(found);
        }
        let tables = self.tables(&narrative);
        narrative.check(&tables, settings)
    }
}
