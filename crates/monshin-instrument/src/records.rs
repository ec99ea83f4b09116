//! Data files: rows of a table to responses, through the same door as any other mode.
//!
//! Comes in: bytes of a CSV file (comma, tab or semicolon; UTF-8 with or without BOM, UTF-16 with BOM,
//! CP932). Goes out: one [`Row`] after the other, each a [`Record`] or its faults, in memory that
//! does not grow with the file. Nothing here opens a file: the caller hands in readers.
//!
//! | column | holds |
//! |---|---|
//! | `id` | name of the case, once each |
//! | a breakdown's id | its class |
//! | an item's name (`q2`, `q7.row`, `device.1.vendor`) | the answer; several codes joined by `;` |
//! | `q5.a` | one code of several: 1 or 0 |
//! | `weight`, or a column named by the caller | weight of the response, from 1e-18 to 1e18 |
//! | a column of [`DesignColumns`] | how the response was drawn, as it stands |
//!
//! Codes are written by id, label or alias, in any width of letters. An empty cell is "nothing
//! given"; `無回答` or `no_answer` says that a question was asked and left blank, unless a code is
//! called so. Where the codes of a question have columns of their own, each has one.

mod cell;
mod columns;
mod drawn;
mod encoding;
mod fault;
mod identity;
mod reader;
mod spelling;
mod table;
mod weight;
mod write;

pub(crate) use cell::{read_day, read_number};
pub use drawn::DesignColumns;
pub use encoding::{Decoder, Encoding};
pub use fault::{Fault, FaultKind, Intake};
pub use identity::duplicate_rows;
pub use reader::{ClassesOf, Duplicates, Reading, Record, RecordReader, Row};
pub use spelling::normalise;
pub use write::{cell as shown, header, row};
