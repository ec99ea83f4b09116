//! The picture that social media show beside a link (Open Graph, 1200 × 630).

use askama::Template;

use crate::chart::text::wrap;
use crate::check::CheckedReport;
use crate::compose::{self, words};
use crate::document::Document;
use crate::theme::Theme;

const WIDTH: f64 = 1200.0;
const MARGIN: f64 = 72.0;
const TITLE: f64 = 58.0;
const MOST_LINES: usize = 4;

#[derive(Template)]
#[template(path = "card.svg", escape = "xml")]
struct Card<'a> {
    document: &'a Document,
    title: Vec<(f64, String)>,
    facts: Vec<(f64, String)>,
    mark: Option<&'static str>,
    /// Colour of the title.
    main: String,
    /// Address of the logo.
    logo: Option<String>,
}

/// The card as SVG: title, who asked, when, how many answered; that the data are made up, where
/// they are. A title that does not fit in four lines ends in "…".
pub fn card(report: &CheckedReport, theme: &Theme) -> String {
    of_document(&compose::document(report), theme)
}

pub(super) fn of_document(document: &Document, theme: &Theme) -> String {
    let title = title_lines(&document.title)
        .into_iter()
        .enumerate()
        .map(|(at, line)| (150.0 + 78.0 * at as f64, line))
        .collect();
    let fact = |(at, (term, fact)): (usize, &(String, String))| {
        (
            540.0 - 44.0 * (document.facts.len().min(3) - 1 - at) as f64,
            words::with_colon(document.lang, term, fact),
        )
    };
    let card = Card {
        document,
        title,
        facts: document.facts.iter().take(3).enumerate().map(fact).collect(),
        main: theme.main_colour().text(),
        logo: theme.picture(&document.language).map(|logo| logo.address),
        mark: (!document.notices.is_empty()).then(|| words::MADE_UP.get(document.lang)),
    };
    card.render().expect("writing into a String cannot fail")
}

/// The title in lines that fit, four at most.
fn title_lines(title: &str) -> Vec<String> {
    let mut lines = wrap(title, WIDTH - 2.0 * MARGIN - TITLE, TITLE);
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines[MOST_LINES - 1].push('…');
    }
    lines
}
