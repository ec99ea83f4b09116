//! The questionnaire on a screen: pages, which questions a style sheet can show and hide by itself,
//! and what was typed.
//!
//! Comes in: a [`Questionnaire`](crate::Questionnaire). Goes out: [`pages`], so that within a page every condition rests
//! on choices that a style sheet sees; [`routing_css`], the conditions as selectors
//! (`form:has(#i0-1:checked) #w3`), so that no script is needed; [`Typed`] to [`crate::Answers`].
//! What the style sheet shows is a courtesy: the path is decided again by [`submit`](crate::Questionnaire::submit).

mod css;
mod pages;
#[cfg(test)]
mod tests;
mod typed;

pub use css::{Known, is_always_shown, known, routing_css};
pub use pages::{Element, Page, pages};
pub use typed::{Slip, Typed};
