//! The print document: what a typesetter needs, as JSON.
//!
//! Comes in: a [`CheckedReport`] and a [`Theme`]. Goes out: the same chapters, pages, tables and
//! charts as in the HTML, in the form `monshin-print/1` that `monshin-pdf` sets as a deck and as an
//! A4 report. Charts are finished pictures; each stands there as wide as the places need it, in
//! parts that fit a page. A figure of the commentary and the cell it rests on know each other.

mod blocks;
mod figures;
mod inline;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::check::CheckedReport;
use crate::compose::{self, words};
use crate::document::{Block, Chapter, Document, Inline, Page};
use crate::theme::Theme;

/// The form of the JSON; a typesetter refuses any other.
pub const FORMAT: &str = "monshin-print/1";

/// The print document of a checked report.
pub fn render(report: &CheckedReport, theme: &Theme) -> String {
    render_document(&compose::document(report), theme)
}

/// The print document; the same document gives the same bytes.
pub(crate) fn render_document(document: &Document, theme: &Theme) -> String {
    let word = |phrase: words::Phrase| phrase.get(document.lang);
    let writer = Writer::new(document, theme);
    let chapters: Vec<Value> = document.chapters.iter().map(|chapter| writer.chapter(chapter)).collect();
    json!({
        "format": FORMAT,
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "facts": document.facts,
        "notices": document.notices,
        "colophon": document.colophon,
        "words": {
            "contents": word(words::CONTENTS),
            "continued": word(words::CONTINUED),
            "made_up": word(words::MADE_UP),
            "weak": word(words::WEAK_BASE),
            "footnote": word(words::FOOTNOTE),
            "back": word(words::BACK),
            "elsewhere": word(words::ELSEWHERE),
        },
        "theme": theme.json(&document.language),
        "chapters": chapters,
    })
    .to_string()
}

/// What every part needs to know of the whole.
struct Writer<'a> {
    document: &'a Document,
    theme: &'a Theme,
    /// For each address that a claim leads to, the first claim that does.
    sources: BTreeMap<&'a str, usize>,
    /// Claims so far, in the order of reading.
    claims: Cell<usize>,
    /// Footnotes that a mark has led to so far.
    marks: RefCell<BTreeSet<String>>,
}

impl<'a> Writer<'a> {
    fn new(document: &'a Document, theme: &'a Theme) -> Writer<'a> {
        let known = addresses(document);
        let mut sources = BTreeMap::new();
        let mut number = 0;
        each_run(document, &mut |run| {
            if let Inline::Claim { target, .. } = run {
                number += 1;
                if let Some(target) = target.as_ref().filter(|target| known.contains(target.as_str())) {
                    sources.entry(target.as_str()).or_insert(number);
                }
            }
        });
        Writer { document, theme, sources, claims: Cell::new(0), marks: RefCell::default() }
    }

    fn chapter(&self, chapter: &Chapter) -> Value {
        let is_annex = matches!(&*chapter.id, "annex" | "tests");
        json!({
            "id": chapter.id,
            "title": chapter.title,
            "annex": is_annex,
            "blocks": self.blocks(&chapter.blocks),
            "pages": chapter.pages.iter().map(|page| self.page(page)).collect::<Vec<_>>(),
        })
    }

    fn page(&self, page: &Page) -> Value {
        json!({
            "id": page.id,
            "kicker": page.kicker,
            "title": page.title,
            "bases": bases(&page.blocks),
            "blocks": self.blocks(&page.blocks),
        })
    }

    /// Whether this mark is the first that leads to its footnote.
    fn is_first_mark(&self, id: &str) -> bool {
        self.marks.borrow_mut().insert(id.to_owned())
    }

    /// The next claim's number.
    fn next_claim(&self) -> usize {
        let number = self.claims.get() + 1;
        self.claims.set(number);
        number
    }
}

/// Every address that the document has.
fn addresses(document: &Document) -> BTreeSet<&str> {
    let mut known = BTreeSet::new();
    for chapter in &document.chapters {
        known.insert(chapter.id.as_str());
        known.extend(chapter.pages.iter().map(|page| page.id.as_str()));
    }
    document.each_block(&mut |block| match block {
        Block::Table(table) => {
            known.insert(table.id.as_str());
            for row in table.groups.iter().flat_map(|group| &group.rows) {
                known.extend(row.id.as_deref());
                known.extend(row.cells.iter().filter_map(|cell| cell.id.as_deref()));
            }
        }
        Block::Figure(figure) => {
            known.insert(figure.id.as_str());
        }
        _ => {}
    });
    known
}

/// The bases of a page's charts and tables, each once: every slide of the page prints them.
fn bases(blocks: &[Block]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for block in blocks {
        let base = match block {
            Block::Figure(figure) => figure.base.as_deref(),
            Block::Table(table) => table.base.as_deref(),
            _ => None,
        };
        found.extend(base.filter(|base| !found.contains(base)));
    }
    found
}

/// Every run of the document in the order in which it is written out.
fn each_run<'a>(document: &'a Document, visit: &mut dyn FnMut(&'a Inline)) {
    document.each_block(&mut |block| match block {
        Block::Paragraph(runs) | Block::Note(runs) | Block::Notice(runs) => inner(runs, visit),
        Block::Definitions(terms) => terms.iter().for_each(|(_, runs)| inner(runs, visit)),
        Block::Footnotes(notes) => notes.iter().for_each(|note| inner(&note.runs, visit)),
        _ => {}
    });
}

fn inner<'a>(runs: &'a [Inline], visit: &mut dyn FnMut(&'a Inline)) {
    for run in runs {
        visit(run);
        match run {
            Inline::Strong(runs) | Inline::Emphasis(runs) => inner(runs, visit),
            Inline::Link { runs, .. } | Inline::Claim { runs, .. } => inner(runs, visit),
            _ => {}
        }
    }
}
