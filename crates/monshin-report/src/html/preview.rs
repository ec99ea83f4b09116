//! A report while it is being written: the page, and above it what was found in its folder.

use std::collections::BTreeSet;

use askama::Template;
use monshin_diag::{Diagnostic, Lang, Place, Severity, Sources, tally};

use super::Body;
use crate::check::Proof;
use crate::compose::{self, words};
use crate::document::{Block, Document};
use crate::theme::Theme;

/// Most findings of the list above the report.
const MOST: usize = 200;

/// Longest line of a file that is quoted, in characters.
const LONGEST: usize = 160;

/// A report as a preview shows it, without what stands above it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    title: String,
    /// The theme's colours.
    css: String,
    body: String,
    /// Numbers of the findings that have their place in it.
    placed: BTreeSet<usize>,
}

/// The sheet of a proof: what [`render_in`](super::render_in) writes between `<body>` and `</body>`, and
/// each of `found` that concerns the commentary beside the words that it is about, in the author's
/// language.
pub fn sheet(proof: &Proof, theme: &Theme, found: &[Diagnostic], author: Lang) -> Sheet {
    let document = compose::proof(proof, found, author);
    let palette = theme.palette();
    let body = Body::new(&document, theme, &palette).render().expect("writing into a String cannot fail");
    Sheet { body, css: theme.css(), placed: placed(&document), title: document.title }
}

fn placed(document: &Document) -> BTreeSet<usize> {
    let mut numbers = BTreeSet::new();
    document.each_block(&mut |block| {
        if let Block::Remarks(remarks) = block {
            numbers.extend(remarks.iter().map(|one| one.number));
        }
    });
    numbers
}

/// The page of another commentary of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its language.
    pub language: String,
    /// Errors in it.
    pub errors: usize,
}

/// What a preview shows.
#[derive(Clone, Copy, Debug)]
pub struct Preview<'a> {
    /// Names this state of the folder; the page asks for another one.
    pub revision: &'a str,
    /// Language of the commentary.
    pub language: &'a str,
    /// All commentaries, this one too; empty where there is only one.
    pub others: &'a [Other],
    /// The report; `None` where none could be made yet.
    pub sheet: Option<&'a Sheet>,
    /// Whether the report is of an earlier state, since none can be made now.
    pub is_old: bool,
    /// Whether the folder has no data.
    pub lacks_data: bool,
    /// What could not be read, in the system's words.
    pub failure: Option<&'a str>,
    /// Everything that was found, numbered as for [`sheet`].
    pub found: &'a [Diagnostic],
    /// Texts for quoting.
    pub sources: &'a Sources,
    /// Language of the author.
    pub lang: Lang,
}

/// The page of a preview. It loads `/watch.js`, which `monshin-web` serves.
pub fn preview(of: &Preview<'_>) -> String {
    Page::from(*of).render().expect("writing into a String cannot fail")
}

#[derive(Template)]
#[template(path = "preview.html")]
struct Page<'a> {
    revision: &'a str,
    language: &'a str,
    others: &'a [Other],
    found: &'a [Diagnostic],
    lang: Lang,
    of: Preview<'a>,
}

impl<'a> From<Preview<'a>> for Page<'a> {
    fn from(of: Preview<'a>) -> Page<'a> {
        let Preview { revision, language, others, found, lang, .. } = of;
        Page { revision, language, others, found, lang, of }
    }
}

/// A finding of the list.
struct Listed<'a> {
    number: usize,
    is_placed: bool,
    weight: &'static str,
    place: String,
    code: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    /// The line it stands in, where the report does not show it.
    line: Option<String>,
}

impl<'a> Page<'a> {
    fn word(&self, phrase: words::Phrase) -> &'static str {
        phrase.get(self.lang)
    }

    fn language(&self) -> &str {
        if self.of.sheet.is_some() { self.language } else { self.lang.tag() }
    }

    fn errors(&self) -> usize {
        self.found.iter().filter(|one| one.severity == Severity::Error).count()
    }

    fn title(&self) -> String {
        let title = self.of.sheet.map_or(self.word(words::PREVIEW), |sheet| &sheet.title);
        match self.errors() {
            0 => title.to_owned(),
            errors => format!("✕{errors} {title}"),
        }
    }

    fn css(&self) -> &str {
        self.of.sheet.map_or("", |sheet| &sheet.css)
    }

    fn body(&self) -> &str {
        self.of.sheet.map_or("", |sheet| &sheet.body)
    }

    fn tally(&self) -> String {
        tally(self.found, self.lang)
    }

    fn weight(&self) -> &'static str {
        let is_broken = self.of.failure.is_some() || self.of.lacks_data;
        let heaviest = self.found.iter().map(|one| one.severity).max();
        if is_broken { Severity::Error.name() } else { heaviest.map_or("fine", Severity::name) }
    }

    /// Why there is no report, or which one this is.
    fn explanations(&self) -> Vec<&'a str> {
        let of = &self.of;
        let what = match (of.sheet, of.is_old) {
            (None, _) => Some(words::NO_REPORT_YET),
            (Some(_), true) => Some(words::OLD_REPORT),
            (Some(_), false) => (self.errors() > 0).then_some(words::NOT_WRITTEN),
        };
        let said = [of.lacks_data.then_some(words::NO_DATA), what];
        let said = said.into_iter().flatten().map(|phrase| phrase.get(of.lang));
        of.failure.into_iter().chain(said).collect()
    }

    /// The heaviest first.
    fn findings(&self) -> Vec<Listed<'a>> {
        let mut all: Vec<(usize, &Diagnostic)> = self.found.iter().enumerate().collect();
        all.sort_by_key(|(_, one)| std::cmp::Reverse(one.severity));
        all.into_iter().take(MOST).map(|(number, one)| self.listed(number, one)).collect()
    }

    fn listed(&self, number: usize, one: &'a Diagnostic) -> Listed<'a> {
        let is_placed = !self.of.is_old && self.of.sheet.is_some_and(|sheet| sheet.placed.contains(&number));
        Listed {
            number,
            is_placed,
            weight: one.severity.name(),
            place: one.place.label(self.lang),
            code: one.code,
            message: one.message.get(self.lang),
            help: one.help.as_ref().map(|help| help.get(self.lang)),
            line: if is_placed { None } else { self.line(&one.place) },
        }
    }

    fn line(&self, place: &Place) -> Option<String> {
        let Place::Text { file, from, .. } = place else { return None };
        let line = self.of.sources.get(file)?.text().lines().nth(from.line - 1)?.trim();
        let mut shown: String = line.chars().take(LONGEST).collect();
        if shown.len() < line.len() {
            shown.push('…');
        }
        (!shown.is_empty()).then_some(shown)
    }

    fn more(&self) -> usize {
        self.found.len().saturating_sub(MOST)
    }
}

#[cfg(test)]
mod tests;
