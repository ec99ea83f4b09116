//! What stories of fielding need: a PostgreSQL of their own, a survey in the field, respondents.

// Tests look at the world.
#![allow(clippy::disallowed_methods)]

pub mod client;
pub mod field;
pub mod journey;
pub mod postgres;
