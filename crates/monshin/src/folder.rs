//! The survey folder: which files there are, and what they say.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Sources, words};
use monshin_instrument::{LocalText, Questionnaire};

/// A folder whose questionnaire was read.
pub struct Folder {
    /// Where it is.
    pub dir: PathBuf,
    /// The questionnaire, where it has no errors.
    pub questionnaire: Option<Arc<Questionnaire>>,
    /// What was found in it.
    pub found: Diagnostics,
    /// Texts for quoting.
    pub sources: Sources,
    /// Classes that are taken together, where the questionnaire is not that of the file.
    pub merged: Option<MergedClasses>,
}

/// Classes of a breakdown that are taken together, to see what that would do.
pub struct MergedClasses {
    /// The questionnaire of the file.
    pub original: Arc<Questionnaire>,
    /// The breakdown.
    pub breakdown: usize,
    /// Which class each of the file's classes is.
    pub into: Vec<u16>,
}

impl Folder {
    /// Reads `survey.toml`.
    pub fn open(dir: &Path) -> Result<Folder> {
        let path = dir.join("survey.toml");
        let mut sources = Sources::default();
        let mut found = Diagnostics::new();
        let mut questionnaire = None;
        match read_text(&path)? {
            Ok(text) => {
                let source = Source::new("survey.toml", &text);
                let (compiled, told) = Questionnaire::compile(&source);
                questionnaire = compiled.map(Arc::new);
                found = told;
                sources.add(source);
            }
            Err(diagnostic) => found.push(diagnostic),
        }
        Ok(Folder { dir: dir.to_owned(), questionnaire, found, sources, merged: None })
    }

    /// The folder as it would be with classes of a breakdown taken together. `None` where that would ask otherwise.
    pub fn with_classes_merged(&self, breakdown: usize, groups: &[Vec<u16>]) -> Option<Folder> {
        let original = self.questionnaire.clone()?;
        let form = original.with_classes_merged(breakdown, groups).ok()?;
        let mut into = vec![0; original.breakdowns()[breakdown].codes.len()];
        for (at, class) in
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |one| (at, one)))
        {
            into[usize::from(*class)] = at as u16;
        }
        Some(Folder {
            dir: self.dir.clone(),
            questionnaire: Some(Arc::new(form)),
            found: Diagnostics::new(),
            sources: Sources::default(),
            merged: Some(MergedClasses { original, breakdown, into }),
        })
    }

    /// Says wherever figures are shown that they come from a rehearsal.
    pub fn mark_rehearsal(&mut self) {
        let notice = LocalText::new([
            ("ja", "予行の回答による集計です。架空の組織による試し書きであり、実際の回答ではありません。"),
            (
                "en",
                "These figures come from a rehearsal with made-up institutions. They are no real answers.",
            ),
        ]);
        let marked =
            self.questionnaire.take().map(|form| Questionnaire::clone(&form).marked_synthetic(notice));
        self.questionnaire = marked.map(Arc::new);
    }

    /// The commentaries, by language, in the order in which the survey declares the languages.
    pub fn commentaries(&mut self) -> Result<Vec<(String, Source)>> {
        let Some(form) = self.questionnaire.clone() else { return Ok(Vec::new()) };
        let mut commentaries = Vec::new();
        for tag in &form.survey().languages {
            let name = format!("report.{tag}.md");
            let path = self.dir.join(&name);
            if !path.is_file() {
                continue;
            }
            match read_text(&path)? {
                Ok(text) => {
                    let source = Source::new(&name, &text);
                    self.sources.add(source.clone());
                    commentaries.push((tag.clone(), source));
                }
                Err(diagnostic) => self.found.push(diagnostic),
            }
        }
        Ok(commentaries)
    }
}

/// A text file; a file that is no UTF-8 is the author's mistake.
pub fn read_text(path: &Path) -> Result<Result<String, Diagnostic>> {
    let bytes = match std::fs::read(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Err(Diagnostic::error(
                "Q000",
                Place::file(&path.display().to_string()),
                words!("ファイルがありません"; "there is no such file"),
            )
            .help(words!("フォルダの名前を確かめてください。新しく始めるときは monshin new"; "check the name of the folder; `monshin new` starts one"))));
        }
        read => read.with_context(|| path.display().to_string())?,
    };
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    Ok(String::from_utf8(bytes).map_err(|error| {
        let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Diagnostic::error(
            "Q000",
            Place::file(&name),
            words!("UTF-8 ではありません（{line} 行目）"; "this is not UTF-8 (line {line})"),
        )
        .help(words!("UTF-8 で保存し直してください"; "save it again as UTF-8"))
    }))
}
