//! Commentary, claims, charts and renderers.

pub mod chart;
pub mod check;
pub mod claims;
mod compose;
#[cfg(test)]
mod demo;
pub mod document;
mod explain;
mod html;
pub mod narrative;
pub mod phrase;
mod xlsx;

pub use check::{CheckSettings, CheckedReport};
pub use explain::explain;
pub use narrative::Narrative;
pub use phrase::{phrase_accepts, phrase_for, phrase_in};
