//! What can be reached: finite domains, one pass, no respondent needed.
//!
//! Every item has finitely many *classes of answers* that the conditions can tell apart: codes,
//! sets of codes, stretches of numbers between the limits that conditions name. A pass over the
//! items in order keeps, for the answers that later conditions still read, how many ways lead
//! there; an item that no way opens is out of everybody's reach.

mod domain;
mod enumerate;
mod findings;
mod reach;

pub use enumerate::{PathSummary, Pattern, paths, patterns};
pub(crate) use findings::findings;
pub use reach::{Reach, reach};

use crate::Subject;

/// What a pass branches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Variable {
    /// An item or a breakdown of the frame.
    Subject(Subject),
    /// Whether an entry of an open-ended block is there; by its first unconditional item.
    Entry(usize),
}
