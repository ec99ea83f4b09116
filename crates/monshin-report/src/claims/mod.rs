//! The grammar of claims: `share:q2=yes;founder=individual`.
//!
//! Comes in: the address of a link. Goes out: a [`Claim`], or what was expected where. Names are
//! looked up later, against the tables.

mod ast;
mod parse;
#[cfg(test)]
mod tests;

pub use ast::{Against, Claim, Name, Operand, Rate, Relation, Statistic, Tally, Term};
pub use parse::{ClaimError, KINDS, parse};
