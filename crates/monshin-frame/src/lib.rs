//! Who was asked, and what became of each.
//!
//! Comes in: `frame.csv` as UTF-8 bytes (with what is known of each case) and the class lists of the breakdowns. Goes out: a
//! [`Frame`] (the units and their classes), a [`Directory`] (names and contacts, which nothing
//! after this room carries), and counts of [`Disposition`]s by [`Stratum`]. Response rates are
//! computed from these counts elsewhere.
//!
//! ```
//! use monshin_frame::{ClassColumn, load};
//! let beds = ClassColumn::new("beds", [vec!["none"], vec!["some", "1-19"]]);
//! let csv = "id,beds,name\nu1,none,Aoba\nu2,1-19,Bunkyo\n";
//! let (loaded, found) = load("frame.csv", csv.as_bytes(), &[beds]);
//! let loaded = loaded.expect("nothing is wrong with it");
//! assert!(found.is_empty());
//! assert_eq!(loaded.frame.find("u2").map(|unit| loaded.frame.classes(unit)), Some(&[1][..]));
//! assert_eq!(format!("{:?}", loaded.directory), "Directory(2 units)");
//! ```
//!
//! **Invariants.** Every unit is in exactly one class of every breakdown. No name, address or
//! number of a [`Directory`] ever stands in a `Debug` output or a diagnostic.

mod case;
mod directory;
mod disposition;
mod frame;
mod load;
mod population;
mod spelling;
#[cfg(test)]
mod tests;

pub use case::{Case, Stratum, Wave};
pub use directory::{Contact, Directory};
pub use disposition::{Disposition, DispositionCounts, Fieldwork};
pub use frame::{Frame, FrameColumn, Unit};
pub use load::{ClassColumn, Loaded, load, load_with};
pub use population::{KnownTotals, Population, load_population};
