//! From monshin's print document to PDF and PNG.
//!
//! Comes in: the JSON that `monshin` writes (`monshin-print/1`): finished words, finished charts.
//! Goes out: the 16:9 deck and the A4 report, tagged (PDF/UA-1), with bookmarks, links from every
//! checked figure to its cell and back, and embedded subsets of the fonts; and the charts as PNG.
//! Nothing about the survey is decided here.
//!
//! Invariants: the same document and fonts give the same bytes; no text leaves its page
//! ([`Layout::outside`]); a character without a glyph is told and printed as 〓.

mod document;
mod fonts;
mod layout;
mod tables;
mod world;

pub use document::{Document, FORMAT};
pub use fonts::{FAMILY, Fonts, MISSING};
pub use layout::{Form, Layout, forget, picture};
