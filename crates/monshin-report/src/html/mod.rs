//! The report as one self-contained HTML file.
//!
//! Comes in: a [`CheckedReport`]. Goes out: a page without script or outside reference, which a browser
//! opens from a disk, a phone can read and a printer puts on A4. All markup comes from
//! compile-checked templates that escape what they print.

mod parts;
mod preview;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::check::CheckedReport;
use crate::compose::{self, words};
use crate::document::Document;
use crate::theme::Theme;
use parts::{Blocks, Setting};

pub use preview::{Other, Preview, Sheet, preview, sheet};

#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    document: &'a Document,
    /// The theme's colours.
    css: String,
    body: Body<'a>,
}

/// Everything that is seen of a report.
#[derive(Template)]
#[template(path = "body.html")]
struct Body<'a> {
    document: &'a Document,
    setting: Setting<'a>,
}

// What a template has rendered is escaped already.
impl HtmlSafe for Body<'_> {}

impl<'a> Body<'a> {
    fn new(document: &'a Document, palette: &'a crate::chart::Palette) -> Body<'a> {
        let setting = Setting { lang: document.lang, is_made_up: !document.notices.is_empty(), palette };
        Body { document, setting }
    }

    fn word(&self, phrase: words::Phrase) -> &'static str {
        phrase.get(self.setting.lang)
    }

    fn blocks<'b>(&self, blocks: &'b [crate::document::Block]) -> Blocks<'b>
    where
        'a: 'b,
    {
        Blocks { blocks, setting: self.setting }
    }
}

/// Renders a checked report.
pub fn render(report: &CheckedReport) -> String {
    render_in(report, &Theme::default())
}

/// Renders a checked report in the colours of a theme.
pub fn render_in(report: &CheckedReport, theme: &Theme) -> String {
    themed(&compose::document(report), theme)
}

/// Renders a document in the house's own colours.
pub(crate) fn render_document(document: &Document) -> String {
    themed(document, &Theme::default())
}

/// Renders a document; the same document gives the same bytes.
fn themed(document: &Document, theme: &Theme) -> String {
    let palette = theme.palette();
    let report = Report { document, css: theme.css(), body: Body::new(document, &palette) };
    report.render().expect("writing into a String cannot fail")
}

#[cfg(test)]
mod tests;
