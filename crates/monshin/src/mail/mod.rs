//! Mails to the units: the list of letters joined with the words of `survey.toml`, one after the other,
//! each at most once.
//!
//! Addresses and links are read from `letters.csv` when a mail is sent. The database holds neither: it
//! knows which case has a mail in which round, and what became of it.

mod bounces;
mod list;
mod message;
mod sender;
mod smtp;
mod words;

pub use bounces::read as read_bounces;
pub use list::{Addressee, letters};
pub use message::Desk;
pub use sender::{Round, send};
pub use smtp::Relay;
