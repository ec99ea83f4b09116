//! Data files: rows of a table to responses, through the same door as any other mode.

mod spelling;

pub use spelling::normalise;
