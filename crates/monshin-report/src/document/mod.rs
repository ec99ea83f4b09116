//! The report as a value, before it is a page, a sheet or a PDF.
//!
//! Comes in: what `compose` puts together. Goes out: the same chapters, figures and tables to
//! every renderer, so that none of them decides anything about the survey. Texts are finished
//! words in the report's language; numbers stand beside their printed form, so that a spreadsheet
//! can compute with what a page only shows.

mod table;

pub use table::{Cell, Column, Flag, HeadCell, Kind, Mark, Row, RowGroup, Table, grouped};

use crate::chart::Chart;
use monshin_diag::{Lang, Severity};

/// A whole report in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Title.
    pub title: String,
    /// A line under the title.
    pub subtitle: Option<String>,
    /// Language tag of the texts: `ja`, `en`, `fr`.
    pub language: String,
    /// Language of the renderers' own words.
    pub lang: Lang,
    /// Facts for the cover: who asks, when, how many answered.
    pub facts: Vec<(String, String)>,
    /// What a reader must know before any figure: that the data are made up.
    pub notices: Vec<String>,
    /// Small print at the very end.
    pub colophon: Vec<String>,
    /// Chapters in order.
    pub chapters: Vec<Chapter>,
}

/// A chapter: on paper it begins a new page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chapter {
    /// Unique in the document; becomes an anchor.
    pub id: String,
    /// With its number.
    pub title: String,
    /// A short name (a sheet of a workbook carries it).
    pub short: String,
    /// What stands before the first page.
    pub blocks: Vec<Block>,
    /// Pages in order.
    pub pages: Vec<Page>,
}

/// A page: a heading and what belongs under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Unique in the document; becomes an anchor.
    pub id: String,
    /// The section of the questionnaire it belongs to.
    pub kicker: Option<String>,
    /// Heading.
    pub title: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// A stretch of a chapter or page.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading below that of the page.
    Heading(String),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Items, each with its runs.
    List(List),
    /// A boxed summary (総評) with a heading.
    Summary {
        /// Its heading.
        title: String,
        /// What it says.
        blocks: Vec<Block>,
    },
    /// A chart with its caption and base.
    Figure(Box<Figure>),
    /// A table.
    Table(Box<Table>),
    /// A remark in small print.
    Note(Vec<Inline>),
    /// A warning that must not be overlooked.
    Notice(Vec<Inline>),
    /// Terms and what they mean.
    Definitions(Vec<(String, Vec<Inline>)>),
    /// The questions as they were asked.
    Questionnaire(Vec<AskedSection>),
    /// Footnotes of the page or chapter.
    Footnotes(Vec<Footnote>),
    /// Findings on what stands just before; only a proof has any.
    Remarks(Vec<Remark>),
}

/// A finding, for the author of the words before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Its number among the findings of the proof, from 0.
    pub number: usize,
    /// How much it weighs.
    pub weight: Severity,
    /// Where it stands: `report.ja.md:12:5`.
    pub place: String,
    /// Its code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Items, numbered or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// Numbered from 1.
    pub ordered: bool,
    /// Each item with its blocks.
    pub items: Vec<Vec<Block>>,
}

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Strong words.
    Strong(Vec<Inline>),
    /// Stressed words.
    Emphasis(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link to an address outside the report.
    Link {
        /// Address: `https:`, `http:` or `mailto:`; any other is shown as words alone.
        address: String,
        /// What is shown.
        runs: Vec<Inline>,
    },
    /// A checked figure or comparison.
    Claim {
        /// The author's words.
        runs: Vec<Inline>,
        /// Id of the cell, row or table of the annex it rests on.
        target: Option<String>,
        /// The figure in full, shown on demand: `66.7% (598/897)`.
        detail: Option<String>,
    },
    /// Words that findings are about; only a proof has any.
    Remarked {
        /// The weight of the heaviest.
        weight: Severity,
        /// The words.
        runs: Vec<Inline>,
    },
    /// A mark that leads to a footnote.
    FootnoteMark(Footmark),
    /// A forced line break.
    Break,
}

/// Which footnote is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footmark {
    /// Unique in the document.
    pub id: String,
    /// As printed.
    pub number: u32,
}

/// A footnote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footnote {
    /// Which.
    pub mark: Footmark,
    /// What it says.
    pub runs: Vec<Inline>,
}

/// A chart with all its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Unique in the document.
    pub id: String,
    /// The chart.
    pub chart: Chart,
    /// What it shows.
    pub caption: String,
    /// On which base.
    pub base: Option<String>,
    /// The same in words, for those who do not see it.
    pub alternative: String,
    /// How to read it: signs, stripes.
    pub notes: Vec<String>,
}

/// A section of the questionnaire as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedSection {
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Its questions.
    pub questions: Vec<Asked>,
}

/// A question as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// `Q2`.
    pub name: String,
    /// Its wording.
    pub text: String,
    /// What was said besides.
    pub hint: Option<String>,
    /// What kind of answer, in words.
    pub kind: String,
    /// The answers offered (or the rows and answers of a grid).
    pub answers: Vec<String>,
    /// Who was asked, in words.
    pub base: String,
}

impl Block {
    /// A paragraph of plain words.
    pub fn words(text: impl Into<String>) -> Block {
        Block::Paragraph(vec![Inline::Text(text.into())])
    }

    /// A remark of plain words.
    pub fn note(text: impl Into<String>) -> Block {
        Block::Note(vec![Inline::Text(text.into())])
    }
}

impl Inline {
    /// Words.
    pub fn text(text: impl Into<String>) -> Inline {
        Inline::Text(text.into())
    }

    /// The words alone, without what they link to.
    pub fn plain(runs: &[Inline]) -> String {
        runs.iter().map(Inline::plain_one).collect()
    }

    fn plain_one(&self) -> String {
        match self {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Strong(runs) | Inline::Emphasis(runs) => Inline::plain(runs),
            Inline::Link { runs, .. } | Inline::Claim { runs, .. } | Inline::Remarked { runs, .. } => {
                Inline::plain(runs)
            }
            Inline::FootnoteMark(mark) => format!("[{}]", mark.number),
            Inline::Break => "\n".to_owned(),
        }
    }
}

impl Document {
    /// Every block of the document, those inside boxes and lists included.
    pub fn each_block<'a>(&'a self, visit: &mut dyn FnMut(&'a Block)) {
        for chapter in &self.chapters {
            each(&chapter.blocks, visit);
            chapter.pages.iter().for_each(|page| each(&page.blocks, visit));
        }
    }
}

fn each<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Block)) {
    for block in blocks {
        visit(block);
        match block {
            Block::Summary { blocks, .. } => each(blocks, visit),
            Block::List(list) => list.items.iter().for_each(|item| each(item, visit)),
            _ => {}
        }
    }
}
