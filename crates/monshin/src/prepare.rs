//! What every command after the questionnaire needs: data read, tables made and released,
//! commentaries parsed.

use std::sync::Arc;

use anyhow::Result;
use monshin_diag::{Diagnostics, Lang, Source};
use monshin_instrument::Questionnaire;
use monshin_instrument::records::Intake;
use monshin_report::theme::Theme;
use monshin_report::{CheckSettings, CheckedReport, Narrative};
use monshin_tabulate::{
    AuditFile, Plan, Released, Settings, SurveyDesign, Tables, disclose, disclose_with_audit, tabulate_under,
};

use crate::args::Input;
use crate::data::{self, Data};
use crate::folder::Folder;
use crate::weighting;

/// A folder with its tables and commentaries.
pub struct Prepared {
    /// The folder.
    pub folder: Folder,
    /// All findings so far.
    pub found: Diagnostics,
    /// The tables, where questionnaire and data have no errors.
    pub released: Option<Released<Tables>>,
    /// What reading the data came to.
    pub intake: Option<Intake>,
    /// The commentaries that could be read.
    pub commentaries: Vec<Commentary>,
    /// How the report looks.
    pub theme: Theme,
}

/// One commentary.
pub struct Commentary {
    /// File name.
    pub file: String,
    /// What it says.
    pub narrative: Narrative,
}

impl Commentary {
    fn parse(tag: &str, source: &Source) -> (Commentary, Diagnostics) {
        let (narrative, found) = Narrative::parse(source, Lang::from_tag(tag).unwrap_or(Lang::En));
        (Commentary { file: source.name().to_owned(), narrative }, found)
    }

    /// The commentary of a survey that has none: every page, no words.
    pub fn none(tag: &str) -> Commentary {
        Commentary::parse(tag, &Source::new(&format!("report.{tag}.md"), "")).0
    }
}

/// Which commentaries a command looks at.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// Every language's.
    All,
    /// This language's, or the first declared one's.
    One(Option<&'a str>),
    /// None, but a claim of its own.
    Claim(&'a str),
    /// None.
    Nothing,
}

/// The same for every commentary of the folder, with the audit of what is withheld: what a reader of
/// all that a report publishes can work out.
pub fn prepare_audit(input: &Input, pairs: &[[usize; 2]]) -> Result<(Prepared, Option<AuditFile>)> {
    let mut prepared = open(input, Which::All)?;
    let mut file = None;
    prepared.count(input, pairs, |tables| {
        let (released, audit) = disclose_with_audit(tables);
        file = Some(audit);
        released
    })?;
    Ok((prepared, file))
}

/// Reads, counts, tabulates, releases. `pairs` names pairs of breakdowns that are wanted crossed.
pub fn prepare(input: &Input, which: Which<'_>, pairs: &[[usize; 2]]) -> Result<Prepared> {
    let mut prepared = open(input, which)?;
    prepared.count(input, pairs, disclose)?;
    Ok(prepared)
}

/// A folder with its release, and how many responses each class has, to release it again with classes taken
/// together. All that a report publishes counts, so every commentary is looked at.
pub struct Trial<'i> {
    /// The folder as it is.
    pub prepared: Prepared,
    /// Responses by breakdown and class, those that are withheld too.
    pub sizes: Vec<Vec<u64>>,
    input: &'i Input,
    pairs: Vec<[usize; 2]>,
}

impl Trial<'_> {
    /// Reads and releases the folder.
    pub fn new<'i>(input: &'i Input, pairs: &[[usize; 2]]) -> Result<Trial<'i>> {
        let mut prepared = open(input, Which::All)?;
        let mut sizes = Vec::new();
        prepared.count(input, pairs, |tables| {
            sizes = vec![Vec::new(); tables.questionnaire.breakdowns().len()];
            for profile in &tables.profile {
                sizes[profile.breakdown] = profile.counts.iter().map(|count| count.unwrap_or(0)).collect();
            }
            disclose(tables)
        })?;
        Ok(Trial { prepared, sizes, input, pairs: pairs.to_vec() })
    }

    /// The release with classes of a breakdown taken together; `None` where it cannot be made.
    pub fn merged(&self, breakdown: usize, groups: &[Vec<u16>]) -> Result<Option<Released<Tables>>> {
        let Some(original) = self.prepared.folder.questionnaire.as_deref() else { return Ok(None) };
        let Some(folder) = self.prepared.folder.with_classes_merged(breakdown, groups) else {
            return Ok(None);
        };
        let Some(form) = folder.questionnaire.clone() else { return Ok(None) };
        let Some(data) = data::read(&folder, &form, self.input)? else { return Ok(None) };
        // Tables are named by numbers of questions and breakdowns, which are the same.
        let plan = plan(original, &self.prepared.commentaries, &self.pairs);
        let is_sound = !data.found.has_errors();
        Ok(is_sound.then(|| disclose(tables(&data, &plan, self.input))))
    }
}

/// Data that were read and the tables that were made of them, kept from one look at a folder to the next.
/// They hold while nothing has changed but commentaries and the theme.
#[derive(Default)]
pub struct Kept {
    data: Option<Data>,
    tables: Option<(Plan, Released<Tables>)>,
}

/// Every commentary with the tables that it needs; what `kept` has is not made again.
pub fn prepare_again(input: &Input, kept: &mut Kept) -> Result<Prepared> {
    let mut prepared = open(input, Which::All)?;
    prepared.count_with(input, kept)?;
    Ok(prepared)
}

/// Every commentary, with tables that state this hash of their input in place of their own.
pub fn prepare_stated(input: &Input, sha256: &str) -> Result<Prepared> {
    let mut prepared = open(input, Which::All)?;
    prepared.count(input, &[], |mut tables| {
        sha256.clone_into(&mut tables.input_sha256);
        disclose(tables)
    })?;
    Ok(prepared)
}

fn open(input: &Input, which: Which<'_>) -> Result<Prepared> {
    let mut folder = Folder::open(&input.dir)?;
    if input.sealed.rehearsal {
        folder.mark_rehearsal();
    }
    let commentaries = commentaries(&mut folder, which)?;
    let mut found = std::mem::take(&mut folder.found);
    let (theme, told) = crate::theme::read(&mut folder)?;
    found.extend(told);
    Ok(Prepared { folder, found, released: None, intake: None, commentaries, theme })
}

fn commentaries(folder: &mut Folder, which: Which<'_>) -> Result<Vec<Commentary>> {
    let wanted = match (which, folder.questionnaire.as_deref()) {
        (Which::Claim(claim), _) => {
            let text = format!("[…](<{}>)", claim.replace(['<', '>'], "~"));
            return Ok(vec![Commentary::parse("ja", &Source::new("", &text)).0]);
        }
        (Which::Nothing, _) => return Ok(Vec::new()),
        (Which::All, _) => None,
        (Which::One(tag), form) => Some(tag.or(form.map(Questionnaire::language)).unwrap_or("ja").to_owned()),
    };
    let mut list = Vec::new();
    for (tag, source) in folder.commentaries()? {
        if wanted.as_ref().is_none_or(|wanted| *wanted == tag) {
            let (commentary, found) = Commentary::parse(&tag, &source);
            folder.found.extend(found);
            list.push(commentary);
        }
    }
    Ok(list)
}

fn plan(form: &Questionnaire, commentaries: &[Commentary], pairs: &[[usize; 2]]) -> Plan {
    let mut plan = Plan::standard(form);
    for pair in pairs {
        plan = plan.crossed(form, *pair, |_| true);
    }
    commentaries.iter().fold(plan, |plan, commentary| commentary.narrative.tables_wanted(form, plan))
}

fn tables(data: &Data, plan: &Plan, input: &Input) -> Tables {
    let design = data.design.clone().unwrap_or_else(|| Arc::new(SurveyDesign::plain()));
    let form = data.cube.questionnaire();
    let weighted = weighting::base_column(form, input).is_some();
    let settings = Settings { weighted, ..Settings::of(form) };
    let mut tables = tabulate_under(&data.cube, plan, &settings, &design);
    if input.lenient {
        tables.intake = data.notes();
    }
    tables.input_sha256.clone_from(&data.sha256);
    tables.cases.clone_from(&data.cases);
    tables.fieldwork.break_offs = data.break_offs;
    if let Some(units) = data.units {
        tables.fieldwork = tables.fieldwork.with_frame(units);
    }
    tables
}

impl Prepared {
    /// Reads the data, where the questionnaire has no errors, and releases the tables.
    fn count(
        &mut self,
        input: &Input,
        pairs: &[[usize; 2]],
        release: impl FnOnce(Tables) -> Released<Tables>,
    ) -> Result<()> {
        let Some(form) = self.folder.questionnaire.clone() else { return Ok(()) };
        if let Some(data) = data::read(&self.folder, &form, input)? {
            if !data.found.has_errors() {
                let plan = plan(&form, &self.commentaries, pairs);
                self.released = Some(release(tables(&data, &plan, input)));
            }
            self.found.extend(data.found);
            self.intake = Some(data.intake);
        }
        Ok(())
    }

    /// The same with what was read and released before, as far as it is kept.
    fn count_with(&mut self, input: &Input, kept: &mut Kept) -> Result<()> {
        let Some(form) = self.folder.questionnaire.clone() else { return Ok(()) };
        if kept.data.is_none() {
            kept.data = data::read(&self.folder, &form, input)?;
        }
        let Some(data) = &kept.data else { return Ok(()) };
        self.found.extend(data.found.clone());
        self.intake = Some(data.intake.clone());
        if !data.found.has_errors() {
            let plan = plan(&form, &self.commentaries, &[]);
            let (_, released) = match kept.tables.take() {
                Some(tables) if tables.0 == plan => kept.tables.insert(tables),
                _ => {
                    let released = disclose(tables(data, &plan, input));
                    kept.tables.insert((plan, released))
                }
            };
            self.released = Some(released.clone());
        }
        Ok(())
    }

    /// Every commentary, checked; where there is none, one without words in each of the survey's
    /// languages. `None` where one is refused.
    pub fn reports(&mut self) -> Option<Vec<CheckedReport>> {
        let mut commentaries = std::mem::take(&mut self.commentaries);
        if commentaries.is_empty() {
            let form = self.folder.questionnaire.as_ref()?;
            commentaries.extend(form.survey().languages.iter().map(|tag| Commentary::none(tag)));
        }
        commentaries.iter().map(|commentary| self.check(commentary)).collect()
    }

    /// Checks a commentary against the tables; findings join the others. `None` where there are
    /// no tables, or where something is wrong.
    pub fn check(&mut self, commentary: &Commentary) -> Option<CheckedReport> {
        let tables = self.released.as_ref()?;
        match commentary.narrative.clone().check(tables, &CheckSettings::default()) {
            Ok(report) => {
                self.found.extend(report.warnings().clone());
                Some(report)
            }
            Err(found) => {
                self.found.extend(found);
                None
            }
        }
    }
}
