//! What stories of fielding need: a PostgreSQL of their own.

// Tests look at the world.
#![allow(clippy::disallowed_methods)]

pub mod postgres;
