//! The commentary as it stands on the page: sections, blocks, runs of text, links that claim.

use monshin_diag::{Lang, Source, Span};

use crate::claims::{Claim, ClaimError};

/// A commentary, read but not yet checked. [`Narrative::parse`] alone makes one.
#[derive(Clone, Debug)]
pub struct Narrative {
    pub(crate) source: Source,
    pub(crate) lang: Lang,
    pub(crate) title: Vec<Inline>,
    pub(crate) sections: Vec<Section>,
    pub(crate) passages: Vec<Passage>,
    pub(crate) links: Vec<ClaimLink>,
}

impl Narrative {
    /// The text it was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The language it is written in.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The title of the report; empty where there is none.
    pub fn title(&self) -> &[Inline] {
        &self.title
    }

    /// Its sections, in order. What stands before the first heading is a section without one.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every link that claims something, in order; [`Inline::Claim`] names them by position.
    pub fn links(&self) -> &[ClaimLink] {
        &self.links
    }
}

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// 2 for `##`; 1 for what stands right under the title.
    pub level: u8,
    /// The heading, without its anchor.
    pub heading: Vec<Inline>,
    /// Where the heading stands.
    pub span: Span,
    /// Which page of the report it belongs to.
    pub anchor: Anchor,
    /// Its text.
    pub blocks: Vec<Block>,
}

/// Which page of the report a section belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// None: a chapter (or page) of its own, in its place.
    Own,
    /// `background`
    Background,
    /// `respondents`
    Respondents,
    /// `questionnaire`
    Questionnaire,
    /// `overall`, or `overall.q1.q2` for the page of some questions.
    Overall(Vec<String>),
    /// `by.beds`, or `by.beds.q1` for the page of some questions.
    By(String, Vec<String>),
    /// `method`
    Method,
}

/// A block of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Line),
    /// A list; numbered from `first` where it is.
    List {
        /// The first number of a numbered list.
        first: Option<u64>,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// Something quoted.
    Quote(Vec<Block>),
    /// A small table; its first row is the head.
    Table(Vec<Vec<Line>>),
    /// Program text.
    Code(String),
    /// A rule across the page.
    Rule,
}

/// One stretch of running text: a paragraph, the words of an item, a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Its runs.
    pub runs: Vec<Inline>,
    /// Number of the passage that has the same text laid flat.
    pub(crate) passage: usize,
}

/// A run of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Program text.
    Code(String),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// A link that claims something.
    Claim {
        /// Its position in [`Narrative::links`].
        link: usize,
        /// What is read.
        content: Vec<Inline>,
    },
    /// An ordinary link.
    Link {
        /// Its address.
        href: String,
        /// What is read.
        content: Vec<Inline>,
    },
    /// A line break: a hard one is kept, a soft one is a space. Between Japanese characters a soft
    /// one is nothing, and left out.
    Break {
        /// Whether it is kept.
        hard: bool,
    },
}

/// A link that claims something.
#[derive(Clone, Debug)]
pub struct ClaimLink {
    /// The words that are read.
    pub words: String,
    /// Where they stand.
    pub words_span: Span,
    /// The claim as written.
    pub text: String,
    /// Where it stands.
    pub claim_span: Span,
    /// The claim, or why it is none.
    pub claim: Result<Claim, ClaimError>,
    /// The waiver in its title: `"waive: reason"` (for `fact:` the source).
    pub title: Option<Title>,
    /// Number of the passage it stands in.
    pub(crate) passage: usize,
    /// Its bytes in the passage's text.
    pub(crate) within: Span,
}

/// The title of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// As written.
    pub text: String,
    /// The whole link, since Markdown does not say where its title stands.
    pub span: Span,
}

impl Title {
    /// The reason of a waiver; `None` where it is none.
    pub fn waiver(&self) -> Option<&str> {
        self.text.strip_prefix("waive:").or_else(|| self.text.strip_prefix("waive：")).map(str::trim)
    }
}

/// One stretch of running text (a paragraph, an item, a cell, a heading) with its links laid flat.
#[derive(Clone, Debug, Default)]
pub(crate) struct Passage {
    /// The text; code stands as U+FFFC.
    pub text: String,
    /// Where its parts come from: bytes here, first byte in the source.
    pub pieces: Vec<(Span, usize)>,
    /// Its links: number and bytes here.
    pub links: Vec<(usize, Span)>,
    /// Number of its section.
    pub section: usize,
    /// Whether it is a heading.
    pub heading: bool,
}

impl Passage {
    /// Bytes of the passage as bytes of the source.
    pub fn in_source(&self, span: Span) -> Span {
        let at = |offset: usize, end: bool| {
            let piece = self.pieces.iter().find(|(piece, _)| {
                offset >= piece.start && if end { offset <= piece.end } else { offset < piece.end }
            });
            piece.map(|(piece, start)| start + offset - piece.start)
        };
        let start = at(span.start, false).or_else(|| at(span.start, true)).unwrap_or(0);
        Span::new(start, at(span.end, true).unwrap_or(start))
    }
}
