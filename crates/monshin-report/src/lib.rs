//! TODO

pub mod phrase;

pub use phrase::phrase_for;
