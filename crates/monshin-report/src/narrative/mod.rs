//! The commentary: Markdown whose figures are links to cells.
//!
//! Comes in: a source. Goes out: a [`Narrative`] (sections by anchor, blocks, runs of text, every
//! claim with its words, its address and its waiver), and findings for what cannot be read.

mod anchor;
mod model;
mod parse;
mod sentence;
#[cfg(test)]
mod tests;

pub(crate) use model::Passage;
pub use model::{Anchor, Block, ClaimLink, Inline, Line, Narrative, Section, Title};
