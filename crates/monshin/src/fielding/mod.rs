//! What the commands of a survey in the field have in common.

mod answers;
mod certificate;
mod secret;
mod signals;
mod store;
mod survey;

pub use answers::open_answers;
pub use certificate::Certificate;
pub use secret::{NewPrivate, create_private, read_identity, secret_of, write_private};
pub use signals::{Reload, tell_system, terminal_closed, told_to_stop};
pub use store::{in_store, open_store, shown};
pub use survey::{Ready, database_of, ready, ready_or_told, secret_file};

use anyhow::Result;

/// Microseconds since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Runs what waits for a database or the network.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// The system's random numbers.
pub fn rng() -> getrandom::rand_core::UnwrapErr<getrandom::SysRng> {
    getrandom::rand_core::UnwrapErr(getrandom::SysRng)
}

/// An act of whoever runs this command.
pub fn act(act: &str, detail: &str) -> monshin_store::Act {
    let actor = std::env::var("USER").unwrap_or_else(|_| "system".to_owned());
    monshin_store::Act { at: now(), actor, act: act.to_owned(), detail: detail.to_owned() }
}
