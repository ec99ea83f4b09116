//! Each chart of the report by itself: picture, figures, and the lines that put it into a web page.

use askama::Template;

use super::chart_data;
use super::site::Site;
use crate::chart::{self, Palette, Size};
use crate::check::CheckedReport;
use crate::compose::{self, words};
use crate::document::{Block, Document, Figure};
use crate::html::Meta;
use crate::theme::Theme;

/// One chart with everything that goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedFigure {
    /// Name of its files, without the ending: letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// What it shows.
    pub caption: String,
    /// On which base, in words.
    pub base: Option<String>,
    /// The same in words, for those who do not see it.
    pub alternative: String,
    /// The picture: one SVG for paper and screens.
    pub svg: String,
    /// Its figures as CSV.
    pub csv: String,
    /// HTML that shows the picture in another page, with its words, its base and its source.
    pub snippet: String,
}

/// Every chart of a report, in its order. A survey without questions that are drawn has none.
pub fn figures(report: &CheckedReport, theme: &Theme, site: &Site) -> Vec<PublishedFigure> {
    of_document(&compose::document(report), theme, site)
}

pub(super) fn of_document(document: &Document, theme: &Theme, site: &Site) -> Vec<PublishedFigure> {
    let palette = theme.palette();
    let mut found = Vec::new();
    document.each_block(&mut |block| {
        if let Block::Figure(figure) = block {
            found.push(published(document, figure, &palette, site));
        }
    });
    found
}

fn published(document: &Document, figure: &Figure, palette: &Palette, site: &Site) -> PublishedFigure {
    let name = file_name(&figure.id);
    let mark = (!document.notices.is_empty()).then(|| words::MADE_UP.get(document.lang));
    let said = chart::Words { title: &figure.caption, description: &figure.alternative, mark };
    PublishedFigure {
        svg: chart::render_in(&figure.chart, &name, Size::Wide, said, palette),
        csv: chart_data::csv(&figure.chart),
        snippet: snippet(document, figure, &name, site),
        caption: figure.caption.clone(),
        base: figure.base.clone(),
        alternative: figure.alternative.clone(),
        name,
    }
}

/// Whatever else stands in an id becomes `-`, so that it names a file on every system.
fn file_name(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' }).collect()
}

#[derive(Template)]
#[template(path = "snippet.html")]
struct Snippet<'a> {
    /// Address of its files, without the ending.
    at: String,
    figure: &'a Figure,
    document: &'a Document,
}

impl Snippet<'_> {
    fn data(&self) -> &'static str {
        words::DATA_OF_FIGURE.get(self.document.lang)
    }
}

fn snippet(document: &Document, figure: &Figure, name: &str, site: &Site) -> String {
    let at = site.beside(&format!("figures.{}/", document.language), name);
    Snippet { at, figure, document }.render().expect("writing into a String cannot fail")
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery<'a> {
    document: &'a Document,
    figures: &'a [PublishedFigure],
    pictures: bool,
    css: String,
    meta: Meta<'a>,
}

impl Gallery<'_> {
    fn word(&self, phrase: words::Phrase) -> &'static str {
        phrase.get(self.document.lang)
    }
}

/// A page that shows all figures with links to their files and the lines to embed each; the files
/// stand beside it.
pub fn gallery(report: &CheckedReport, figures: &[PublishedFigure], theme: &Theme, site: &Site) -> String {
    let document = &compose::document(report);
    let published = site.page(&format!("figures.{}/index.html", document.language), &document.language);
    let (css, meta) = (theme.css(), Meta::new(document, &published));
    let gallery = Gallery { document, figures, pictures: site.pictures, css, meta };
    gallery.render().expect("writing into a String cannot fail")
}
