//! What every command after the questionnaire needs: data read, tables made and released.

use anyhow::Result;
use monshin_diag::{Diagnostics, Source};
use monshin_instrument::records::Intake;
use monshin_tabulate::{Fieldwork, Plan, Released, Settings, Tables, disclose, tabulate};

use crate::args::Input;
use crate::data;
use crate::folder::Folder;

/// A folder with its tables.
pub struct Prepared {
    /// The folder.
    pub folder: Folder,
    /// All findings so far.
    pub found: Diagnostics,
    /// The tables, where questionnaire and data have no errors.
    pub released: Option<Released<Tables>>,
    /// What reading the data came to.
    pub intake: Option<Intake>,
    /// The commentaries, by language.
    pub commentaries: Vec<(String, Source)>,
    /// Claims checked, by file.
    pub claims: Vec<(String, usize)>,
}

/// Reads, counts, tabulates, releases; `crossed` names pairs of breakdowns that are wanted too.
pub fn prepare(input: &Input, crossed: &[[usize; 2]]) -> Result<Prepared> {
    let mut folder = Folder::open(&input.dir)?;
    let commentaries = folder.commentaries()?;
    let mut found = std::mem::take(&mut folder.found);
    let mut prepared = Prepared { folder, found: Diagnostics::new(), released: None, intake: None, commentaries, claims: Vec::new() };
    if let Some(form) = prepared.folder.questionnaire.clone()
        && let Some(data) = data::read(&prepared.folder, &form, input)?
    {
        if !data.found.has_errors() {
            let mut plan = Plan::standard(&form);
            for pair in crossed {
                plan = plan.crossed(&form, *pair, |_| true);
            }
            let settings = Settings { weighted: input.weights.is_some(), ..Settings::default() };
            let mut tables = tabulate(&data.cube, &plan, &settings);
            tables.intake = if input.lenient { data.notes() } else { Vec::new() };
            tables.input_sha256.clone_from(&data.sha256);
            tables.fieldwork = Fieldwork::of(&form, tables.responses);
            prepared.released = Some(disclose(tables));
        }
        found.extend(data.found);
        prepared.intake = Some(data.intake);
    }
    prepared.found = found;
    Ok(prepared)
}
