//! Commentary, claims, charts and renderers.

pub mod chart;
pub mod check;
pub mod claims;
mod compose;
#[cfg(test)]
mod demo;
pub mod document;
pub mod html;
pub mod narrative;
pub mod phrase;
pub mod xlsx;

pub use compose::document as compose;
pub use compose::json::tables_json;
pub use phrase::phrase_for;
