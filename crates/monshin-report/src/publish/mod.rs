//! What is published beside the report: each chart by itself with its figures, a card for social
//! media, the tables as JSON-stat, single chapters as pages.
//!
//! Comes in: a [`CheckedReport`]. Goes out: texts with the names of their files. Nothing here reads
//! a clock or leaves out what the report shows: the same report gives the same bytes.

mod card;
mod chart_data;
mod differ;
mod figures;
mod json_stat;
mod pictures;
mod reproduce;
mod site;
#[cfg(test)]
mod tests;

pub use card::card;
pub use differ::differences;
pub use figures::{PublishedFigure, figures, gallery};
pub use json_stat::json_stat;
pub use pictures::pictures;
pub use reproduce::{Difference, Reproduced, reproduce};
pub use site::Site;

use monshin_tabulate::instrument::Questionnaire;

use crate::check::CheckedReport;
use crate::compose;
use crate::html::{self, Published};
use crate::theme::Theme;

/// One chapter of the report as a page of its own: `method`, `questionnaire`. `None` where the
/// report has no such chapter.
pub fn chapter(report: &CheckedReport, id: &str, theme: &Theme, published: &Published) -> Option<String> {
    let mut document = compose::document(report);
    document.chapters.retain(|chapter| chapter.id == id);
    let title = document.chapters.first()?.title.clone();
    document.subtitle = Some(std::mem::replace(&mut document.title, title));
    Some(html::themed(&document, theme, published))
}

/// The code book as CSV: each variable of the data file with wording, codes and base.
pub fn codebook(form: &Questionnaire) -> String {
    chart_data::table(&monshin_tabulate::instrument::codebook(form))
}
