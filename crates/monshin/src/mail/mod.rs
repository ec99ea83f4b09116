//! Mails to the units: names and addresses of the database, links of the list of letters and the words of
//! `survey.toml` joined, one after the other, each at most once.
//!
//! Contacts are sealed in the database and opened when a mail is sent. Links stand in `letters.csv` alone. The
//! outbox knows which case has a mail in which round, and what became of it.

mod bounces;
mod message;
mod office;
mod sender;
mod smtp;
mod words;

pub use bounces::read as read_bounces;
pub use message::{Desk, is_address};
pub use office::Office;
pub use sender::{Order, send, stop_flag};
pub use smtp::Relay;
