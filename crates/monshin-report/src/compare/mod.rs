//! Waves of one survey, or surveys of several sectors, side by side.
//!
//! Comes in: the released tables of each survey and a [`Mapping`], which says what corresponds to
//! what and how well. Goes out: a [`Comparison`] with every figure, every difference that may be
//! stated, and the wording and base of each question beside each other; from it a page, a workbook
//! and JSON.
//!
//! **Invariant.** A difference is computed only between figures on like bases, as the mapping grades
//! them; what is graded [`Grade::DifferentBase`] has none. Nothing but released tables comes in, and of the
//! units that answered two waves what [`monshin_tabulate::wave_change`] gives.

mod difference;
mod document;
mod figures;
mod json;
mod mapping;
mod page_words;
mod propose;
mod read;
mod resolve;
mod wording;

use monshin_tabulate::{Released, Tables, UnitAnswers};

pub use figures::{Comparison, Difference, Figure, Line, NoDifference, Pairing, Points, Side, compare};
pub use json::json;
pub use mapping::{Concept, Grade, Link, MappedBreakdown, MappedClass, MappedSurvey, Mapping, Order};
pub use propose::propose;

use crate::document::Document;
use crate::theme::Theme;

/// One survey that takes part: its name in the mapping, its released tables.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The name by which the mapping calls it: its id in `survey.toml`.
    pub key: &'a str,
    /// What it has released.
    pub tables: &'a Released<Tables>,
    /// Its answers by unit, where waves are to be paired.
    pub units: Option<&'a UnitAnswers>,
}

impl Comparison<'_> {
    /// The comparison as a document, in the language of that tag.
    pub fn document(&self, tag: &str) -> Document {
        document::document(self, tag)
    }

    /// One self-contained page.
    pub fn html(&self, tag: &str) -> String {
        crate::html::render_document(&self.document(tag))
    }

    /// What the typesetter makes slides and pages of.
    pub fn print(&self, tag: &str) -> String {
        crate::print::render_document(&self.document(tag), &Theme::default())
    }

    /// A workbook.
    pub fn xlsx(&self, tag: &str) -> Vec<u8> {
        crate::xlsx::render_document(&self.document(tag))
    }
}
