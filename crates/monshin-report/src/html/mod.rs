//! The report as one self-contained HTML file.
//!
//! Comes in: a [`CheckedReport`]. Goes out: a page without script or outside reference, which a browser
//! opens from a disk, a phone can read and a printer puts on A4. All markup comes from
//! compile-checked templates that escape what they print.

mod meta;
mod parts;
mod preview;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::check::CheckedReport;
use crate::compose::{self, words};
use crate::document::Document;
use crate::theme::{Picture, Theme};
use parts::{Blocks, Setting};

pub(crate) use meta::Meta;
pub use meta::Published;
pub use preview::{Other, Preview, Sheet, preview, sheet};

#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    document: &'a Document,
    meta: Meta<'a>,
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
    logo: Option<Picture<'a>>,
    /// What the theme puts at the foot.
    foot: Option<&'a str>,
}

// What a template has rendered is escaped already.
impl HtmlSafe for Body<'_> {}

impl<'a> Body<'a> {
    fn new(document: &'a Document, theme: &'a Theme, palette: &'a crate::chart::Palette) -> Body<'a> {
        let setting = Setting { lang: document.lang, is_made_up: !document.notices.is_empty(), palette };
        let (logo, foot) = (theme.picture(&document.language), theme.foot(&document.language));
        Body { document, setting, logo, foot }
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

/// Renders a checked report in the look of a theme.
pub fn render_in(report: &CheckedReport, theme: &Theme) -> String {
    render_published(report, theme, &Published::default())
}

/// The same with the addresses that it will have on the web.
pub fn render_published(report: &CheckedReport, theme: &Theme, published: &Published) -> String {
    themed(&compose::document(report), theme, published)
}

/// Renders a document in the house's own look.
pub(crate) fn render_document(document: &Document) -> String {
    themed(document, &Theme::default(), &Published::default())
}

/// Renders a document; the same document gives the same bytes.
pub(crate) fn themed(document: &Document, theme: &Theme, published: &Published) -> String {
    let palette = theme.palette();
    let report = Report {
        document,
        meta: Meta::new(document, published),
        css: theme.css(),
        body: Body::new(document, theme, &palette),
    };
    report.render().expect("writing into a String cannot fail")
}

#[cfg(test)]
mod tests;
