//! Released tables and texts → Document.
pub(crate) mod words;
