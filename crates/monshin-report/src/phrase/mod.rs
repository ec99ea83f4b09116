//! Words of quantity: 「7割弱」, "just under half", 66.7 %, 「598組織」, "183 of 598".
//!
//! Comes in: running text. Goes out: the quantities in it ([`read`]), each with the exact shares
//! for which it is true; and the other way round the phrase for a share ([`phrase_for`]). The
//! words and their intervals are data (`data/phrases.toml`); values are exact fractions.

mod interval;
mod lexicon;
mod names;
pub(crate) use names::MONTHS;
mod normal;
mod number;
mod quantity;
mod ratio;
mod read;
mod stem;
#[cfg(test)]
mod tests;
mod write;

pub use interval::Interval;
pub use normal::pattern;
pub use quantity::{Accepts, Meaning, Quantity, Verdict};
pub use ratio::Ratio;
pub use read::{read, read_counting};
pub use write::{SMALLEST_BASE_FOR_A_PHRASE, phrase_accepts, phrase_for, phrase_in, phrase_of};
