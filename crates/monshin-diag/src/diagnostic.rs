//! One finding, and a list of them.

use crate::{Lang, Place, Words};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// A question worth thinking about; nothing is refused.
    Advice,
    /// Likely wrong; nothing is refused.
    Warning,
    /// Wrong; the command refuses to go on.
    Error,
}

impl Severity {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The word that people read.
    pub fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Severity::Error, Lang::Ja) => "誤り",
            (Severity::Error, Lang::En) => "error",
            (Severity::Warning, Lang::Ja) => "注意",
            (Severity::Warning, Lang::En) => "warning",
            (Severity::Advice, Lang::Ja) => "助言",
            (Severity::Advice, Lang::En) => "advice",
        }
    }
}

/// One finding: a stable code, where it stands, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable, prefixed by room: `Q` questionnaire, `D` data, `F` frame, `T` tables, `C` claims.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
    pub message: Words,
    /// What to do.
    pub help: Option<Words>,
    /// Other places that belong to it, each with its words.
    pub related: Vec<(Place, Words)>,
    /// The value that would be right, where there is one (for programs).
    pub expected: Option<String>,
}

impl Diagnostic {
    /// A finding of any weight.
    pub fn new(code: &'static str, severity: Severity, place: Place, message: Words) -> Self {
        Diagnostic { code, severity, place, message, help: None, related: Vec::new(), expected: None }
    }

    /// An error.
    pub fn error(code: &'static str, place: Place, message: Words) -> Self {
        Diagnostic::new(code, Severity::Error, place, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, place: Place, message: Words) -> Self {
        Diagnostic::new(code, Severity::Warning, place, message)
    }

    /// Advice.
    pub fn advice(code: &'static str, place: Place, message: Words) -> Self {
        Diagnostic::new(code, Severity::Advice, place, message)
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: Words) -> Self {
        self.help = Some(help);
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn related(mut self, place: Place, words: Words) -> Self {
        self.related.push((place, words));
        self
    }

    /// Adds the value that would be right.
    #[must_use]
    pub fn expected(mut self, value: impl Into<String>) -> Self {
        self.expected = Some(value.into());
        self
    }
}

/// Findings in the order they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Diagnostics::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds many.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(more);
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|found| found.severity == Severity::Error)
    }

    /// All of them.
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.0
    }

    /// One by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order of the files: by file, then by where they stand in it.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    }
}

fn sort_key(found: &Diagnostic) -> (&str, u64, u64, &'static str) {
    match &found.place {
        Place::File { file } => (file, 0, 0, found.code),
        Place::Text { file, from, .. } => (file, from.line as u64, from.column as u64, found.code),
        Place::Cell { file, row, .. } => (file, *row, 0, found.code),
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Diagnostics(iter.into_iter().collect())
    }
}
