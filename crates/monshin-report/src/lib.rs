//! Commentary to claims to a checked report; charts, pages and workbooks from it.
//!
//! Comes in: [`Released`](monshin_tabulate::Released) tables and a commentary as Markdown. Goes
//! out: a [`CheckedReport`], and from it HTML ([`html::render`]), a workbook ([`xlsx::render`])
//! and `tables.json` ([`tables_json`]).
//!
//! **Invariant.** Only the checker makes a [`CheckedReport`], and renderers take nothing less.

pub mod chart;
pub mod check;
pub mod claims;
pub mod compare;
mod compose;
#[cfg(test)]
mod demo;
pub mod document;
pub mod draft;
mod explain;
pub mod html;
pub mod merging;
pub mod narrative;
pub mod phrase;
pub mod print;
pub mod publish;
pub mod theme;
pub mod xlsx;

pub use check::{CheckSettings, CheckedReport, Proof};
pub use compare::{Comparison, Mapping, Member, compare};
pub use compose::document as compose;
pub use compose::json::tables_json;
pub use compose::json_response::response_json;
pub use explain::explain;
pub use narrative::Narrative;
pub use phrase::{phrase_accepts, phrase_for, phrase_in};
