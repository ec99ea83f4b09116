//! One file per command.

pub mod api_key;
pub mod check;
pub mod compare;
pub mod completions;
pub mod draft;
pub mod erase;
pub mod explain;
pub mod identity;
pub mod import;
pub mod invite;
pub mod mail;
pub mod man;
pub mod merging;
pub mod new;
pub mod operate;
pub mod operator;
mod rehearsal;
pub mod release;
pub mod report;
pub mod response;
pub mod serve;
pub mod signing_key;
pub mod simulate;
mod simulate_frame;
pub mod tabulate;
pub mod verify;
pub mod watch;
