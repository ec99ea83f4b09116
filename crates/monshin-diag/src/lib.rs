//! An author's mistake as a value: where it stands, what is wrong, what to do.
//!
//! Comes in: a code, a [`Place`] and words in Japanese and English. Goes out: text for a
//! terminal ([`render_text`]) or JSON for a program ([`render_json`]). Nothing here reads a
//! file; the sources that the text quotes are handed in as [`Sources`]. Files of the author's in
//! TOML are read through [`keyed`], so that all of them report alike.
//!
//! ```
//! use monshin_diag::{Diagnostic, Lang, Place, Source, Sources, Span, render_text, words};
//! let source = Source::new("survey.toml", "id = \"q1\"\nid = \"q1\"\n");
//! let found = Diagnostic::error("Q010", Place::text(&source, Span::new(10, 12)),
//!     words!("項目名 {} が重複しています", "id"; "duplicate key {}", "id"))
//!     .help(words!("どちらかを消してください"; "remove one of the two"));
//! let page = render_text(&[found], &Sources::from([source]), Lang::En, false);
//! assert!(page.contains("survey.toml:2:1"));
//! ```

mod diagnostic;
pub mod keyed;
mod nearest;
mod place;
mod render;
#[cfg(test)]
mod tests;
mod words;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use nearest::nearest;
pub use place::{Place, Position, Source, Sources, Span};
pub use render::{render_json, render_text, tally};
pub use words::{Lang, Words};
