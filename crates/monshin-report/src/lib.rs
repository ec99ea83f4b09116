//! TODO

pub mod claims;
pub mod narrative;
pub mod phrase;

pub use phrase::phrase_for;
