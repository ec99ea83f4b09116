//! What the author of a folder is shown: pages with findings, the last good report where there is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use monshin_diag::{Diagnostic, Lang, Severity, Sources};
use monshin_report::html::{self, Other, Preview, Sheet};
use monshin_report::{CheckSettings, Proof};
use monshin_web::Shown;

use super::Stamp;
use crate::args::Input;
use crate::prepare::{Commentary, Kept, Prepared, prepare_again};

/// A folder between two changes.
pub struct Author {
    input: Input,
    lang: Lang,
    /// Begins the name of every state, so that no other run has the same names.
    run: i64,
    looks: u64,
    kept: Kept,
    seen: Option<Stamp>,
    logo: Option<PathBuf>,
    /// The last report that could be made, by language.
    sheets: BTreeMap<String, Sheet>,
    /// What was found at the last look.
    pub found: Vec<Diagnostic>,
    last: BTreeMap<String, String>,
}

/// One look at the folder.
struct Look {
    found: Vec<Diagnostic>,
    sources: Sources,
    failure: Option<String>,
    lacks_data: bool,
    /// Languages with a page, in the order of the survey.
    languages: Vec<String>,
    is_old: bool,
}

impl Author {
    /// An author whose messages are in `lang`; `run` names this run.
    pub fn new(input: Input, lang: Lang, run: i64) -> Author {
        Author {
            input,
            lang,
            run,
            looks: 0,
            kept: Kept::default(),
            seen: None,
            logo: None,
            sheets: BTreeMap::new(),
            found: Vec::new(),
            last: BTreeMap::new(),
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.input.dir
    }

    /// The logo that the theme names.
    pub fn logo(&self) -> Option<&Path> {
        self.logo.as_deref()
    }

    /// The state that was looked at last.
    pub fn seen(&self) -> Option<&Stamp> {
        self.seen.as_ref()
    }

    /// Looks at the folder as it is now; `None` where it shows what it showed before.
    pub fn look(&mut self, stamp: &Stamp) -> Option<Shown> {
        let is_words = self.seen.take().is_some_and(|seen| seen.differs_in_words_only(stamp, self.logo()));
        if !is_words {
            self.kept = Kept::default();
        }
        self.seen = Some(stamp.clone());
        let look = match prepare_again(&self.input, &mut self.kept) {
            Ok(prepared) => self.proofs(prepared),
            Err(error) => self.failed(format!("{error:#}")),
        };
        let pages = self.pages(&look, "");
        self.found = look.found.clone();
        if pages == self.last {
            return None;
        }
        self.looks += 1;
        let revision = format!("{}-{}", self.run, self.looks);
        let first = look.languages.first().cloned().unwrap_or_default();
        let shown = Shown { pages: self.pages(&look, &revision), revision, first };
        self.last = pages;
        Some(shown)
    }

    /// The proof of each commentary becomes its sheet; where no tables can be made, the last ones stay.
    fn proofs(&mut self, mut prepared: Prepared) -> Look {
        self.logo = prepared.theme.logo_file.as_ref().map(|(name, _)| PathBuf::from(name));
        let languages = languages(&prepared);
        let mut commentaries = std::mem::take(&mut prepared.commentaries);
        if commentaries.is_empty() {
            commentaries.extend(languages.first().map(|tag| Commentary::none(tag)));
        }
        let mut found = prepared.found;
        let mut proofs: Vec<Proof> = Vec::new();
        if let Some(tables) = &prepared.released {
            let proof = |one: Commentary| one.narrative.proof(tables, &CheckSettings::default());
            proofs = at_once(commentaries.into_iter(), proof);
            proofs.iter().for_each(|proof| found.extend(proof.found().clone()));
        }
        let found: Vec<Diagnostic> = found.into_iter().collect();
        let sheet = |(tag, proof): (&String, &Proof)| {
            (tag.clone(), html::sheet(proof, &prepared.theme, &of_page(&found, tag), self.lang))
        };
        let sheets = at_once(languages.iter().zip(&proofs), sheet);
        self.sheets.extend(sheets);
        let is_broken = proofs.is_empty();
        let lacks_data = prepared.intake.is_none() && prepared.folder.questionnaire.is_some();
        Look {
            lacks_data: lacks_data && !found.iter().any(|one| one.severity == Severity::Error),
            found,
            sources: prepared.folder.sources,
            failure: None,
            is_old: is_broken,
            languages: if is_broken { self.known(languages) } else { languages },
        }
    }

    fn failed(&self, failure: String) -> Look {
        Look {
            found: Vec::new(),
            sources: Sources::default(),
            failure: Some(failure),
            lacks_data: false,
            languages: self.known(Vec::new()),
            is_old: true,
        }
    }

    /// The languages that have had a page, where there have been any.
    fn known(&self, languages: Vec<String>) -> Vec<String> {
        match (languages.is_empty(), self.sheets.is_empty()) {
            (false, _) => languages,
            (true, false) => self.sheets.keys().cloned().collect(),
            (true, true) => vec![self.lang.tag().to_owned()],
        }
    }

    fn pages(&self, look: &Look, revision: &str) -> BTreeMap<String, String> {
        let errors = |tag: &str| {
            let name = format!("report.{tag}.md");
            let is_there =
                |one: &&Diagnostic| one.severity == Severity::Error && one.place.file_name() == name;
            look.found.iter().filter(is_there).count()
        };
        let mut others: Vec<Other> = Vec::new();
        if look.languages.len() > 1 {
            let other = |tag: &String| Other { language: tag.clone(), errors: errors(tag) };
            others = look.languages.iter().map(other).collect();
        }
        let page = |tag: &String| {
            let page = html::preview(&Preview {
                revision,
                language: tag,
                others: &others,
                sheet: self.sheets.get(tag),
                is_old: look.is_old,
                lacks_data: look.lacks_data,
                failure: look.failure.as_deref(),
                found: &of_page(&look.found, tag),
                sources: &look.sources,
                lang: self.lang,
            });
            (tag.clone(), page)
        };
        look.languages.iter().map(page).collect()
    }
}

/// The same of each, side by side: a second language costs no time.
fn at_once<T: Send, U: Send>(of: impl Iterator<Item = T>, make: impl Fn(T) -> U + Sync) -> Vec<U> {
    std::thread::scope(|scope| {
        let make = &make;
        let started: Vec<_> = of.map(|one| scope.spawn(move || make(one))).collect();
        started.into_iter().map(|one| one.join().expect("a proof is made of anything")).collect()
    })
}

/// Languages with a commentary, or the survey's own where there is none.
fn languages(prepared: &Prepared) -> Vec<String> {
    let tag = |one: &Commentary| one.file.strip_prefix("report.")?.strip_suffix(".md").map(str::to_owned);
    let tags: Vec<String> = prepared.commentaries.iter().filter_map(tag).collect();
    match &prepared.folder.questionnaire {
        Some(form) if tags.is_empty() => vec![form.language().to_owned()],
        _ => tags,
    }
}

/// Findings of the whole folder without those of other languages' commentaries.
fn of_page(found: &[Diagnostic], tag: &str) -> Vec<Diagnostic> {
    let own = format!("report.{tag}.md");
    let is_other = |name: &str| name.starts_with("report.") && name.ends_with(".md") && name != own;
    found.iter().filter(|one| !is_other(one.place.file_name())).cloned().collect()
}
