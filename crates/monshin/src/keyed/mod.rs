//! Returns that were keyed in or came as files: from cells to what may be taken in.

mod nonces;
mod plan;
mod sheet;
mod workbook;

pub use nonces::Nonces;
pub use plan::{OnConflict, Plan, plan};
pub use sheet::{KeyedRow, read_file};
