//! Questions, the items that they are answered in, and what may be answered.

use std::ops::Range;
use std::sync::Arc;

use crate::{Base, CodeList, Day, Expr, LocalText, Test};

/// A block of questions asked once per entry (several devices).
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Name.
    pub id: String,
    /// What one entry is called.
    pub label: LocalText,
    /// The most entries.
    pub max: u8,
    /// The number item that says how many entries there are; without it, an entry is there when
    /// something in it is answered.
    pub count: Option<usize>,
    /// Numbers of the block's questions.
    pub questions: Range<usize>,
    /// Numbers of the block's items, entry by entry.
    pub items: Range<usize>,
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Name.
    pub id: String,
    /// Number of its section.
    pub section: Option<usize>,
    /// Number of its block.
    pub block: Option<usize>,
    /// Kind with its particulars.
    pub kind: QuestionKind,
    /// Wording.
    pub text: LocalText,
    /// Short name for tables; the wording where none is given.
    pub label: LocalText,
    /// Help below the wording.
    pub hint: LocalText,
    /// Who is asked, in words and as a condition.
    pub base: Base,
    /// The same for whoever is asked: questions are named by their wording where their id is no number, and the
    /// block whose entry it stands in goes without saying. Empty where nothing need be said.
    pub asked_of: LocalText,
    /// The condition itself; `None` where everyone is asked.
    pub ask_if: Option<Expr>,
    /// Whether it may not be left blank.
    pub required: bool,
    /// Whether it is enough to know what a small class answers as a whole (all yes, none yes) to
    /// harm its members: see [`crate::Disclosure::small_class`].
    pub sensitive: bool,
    /// Numbers of its items (for a block, those of the first entry).
    pub items: Range<usize>,
}

impl Question {
    /// The name people use: `Q1` for `q1`, the id as it is otherwise.
    pub fn display_name(&self) -> String {
        display_name(&self.id)
    }

    /// Whether it has a number; an id that is a word is for authors and programs alone.
    pub fn is_numbered(&self) -> bool {
        is_numbered(&self.id)
    }
}

/// `Q1` for `q1`, `Q7_2` for `q7_2`; other ids as they are.
pub(crate) fn display_name(id: &str) -> String {
    if is_numbered(id) { format!("Q{}", &id[1..]) } else { id.to_owned() }
}

/// Whether an id is a number that people use: `q1`.
pub(crate) fn is_numbered(id: &str) -> bool {
    id.strip_prefix('q').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The kinds of question.
#[derive(Clone, Debug, PartialEq)]
pub enum QuestionKind {
    /// One of a list.
    Single,
    /// Several of a list.
    Multiple,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Words on one line.
    Text,
    /// Words on several lines.
    LongText,
    /// Rows that share one list: id and label of each row.
    Grid(Vec<(String, LocalText)>),
}

/// One answerable item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemDef {
    /// Name in data files and conditions.
    pub name: String,
    /// Number of its question.
    pub question: usize,
    /// Row of a grid.
    pub row: Option<usize>,
    /// Entry of a block, from 1.
    pub entry: Option<u8>,
    /// Whether it is the "please specify" of another item.
    pub is_specify: bool,
    /// What may be answered.
    pub answer: AnswerType,
    /// When it is asked.
    pub filter: Expr,
    /// Whether it may not be left blank.
    pub required: bool,
}

impl ItemDef {
    /// The codes, where the answer is one or several of a list.
    pub fn codes(&self) -> Option<&CodeList> {
        match &self.answer {
            AnswerType::One(codes) | AnswerType::Several { codes, .. } => Some(codes),
            _ => None,
        }
    }

    /// Tests on other items and breakdowns that decide whether it is asked.
    pub fn tests(&self) -> Vec<&Test> {
        self.filter.tests()
    }
}

/// What may be answered.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerType {
    /// One code.
    One(Arc<CodeList>),
    /// Several codes.
    Several {
        /// The codes (at most 64).
        codes: Arc<CodeList>,
        /// The fewest (an exclusive code alone is always enough).
        min: u8,
        /// The most.
        max: u8,
    },
    /// A number.
    Number(NumberLimits),
    /// A day.
    Date {
        /// Earliest.
        min: Option<Day>,
        /// Latest.
        max: Option<Day>,
    },
    /// Words.
    Text {
        /// Most characters.
        max_length: usize,
    },
}

/// Limits of a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberLimits {
    /// Unit (台, devices).
    pub unit: LocalText,
    /// Least value.
    pub min: Option<f64>,
    /// Greatest value.
    pub max: Option<f64>,
    /// Digits after the decimal point.
    pub decimals: u8,
}
