//! Commentary, claims, charts and renderers.

pub mod chart;
pub mod check;
pub mod claims;
mod compose;
#[cfg(test)]
mod demo;
pub mod document;
mod html;
pub mod narrative;
pub mod phrase;
mod xlsx;

pub use phrase::phrase_for;
