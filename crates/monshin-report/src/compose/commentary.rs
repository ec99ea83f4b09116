//! The commentary as the composition takes it: sections by the page they belong to, in blocks of
//! the document, their claims resolved.

use crate::document::{Block, Footnote, Page};

/// What the author has written, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Commentary {
    /// Title of the report, where one is given.
    pub(crate) title: Option<String>,
    /// Sections in the order of the file.
    pub(crate) sections: Vec<Section>,
    /// The page of the annex that says what every comparison rests on.
    pub(crate) claims: Option<Page>,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Section {
    /// Where it belongs.
    pub(crate) place: Place,
    /// 2 for a chapter, more for what lies inside one.
    pub(crate) level: u8,
    /// Its heading, without mark-up.
    pub(crate) heading: String,
    /// Its text.
    pub(crate) blocks: Vec<Block>,
    /// Footnotes to it.
    pub(crate) footnotes: Vec<Footnote>,
}

/// Which page of the report a section belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// None: it stands by itself, where it is written.
    #[default]
    Own,
    Background,
    Respondents,
    Questionnaire,
    /// The overall results, or the page of some of the questions.
    Overall(Vec<String>),
    /// The results by a breakdown, or the page of some of the questions.
    By(String, Vec<String>),
    Method,
}

impl Section {
    /// Its text with its footnotes under it.
    pub(crate) fn body(&self) -> Vec<Block> {
        let mut blocks = self.blocks.clone();
        if !self.footnotes.is_empty() {
            blocks.push(Block::Footnotes(self.footnotes.clone()));
        }
        blocks
    }
}
