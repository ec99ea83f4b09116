//! The operator's console: signing in, and one kind of handle for each kind of permission.
//!
//! **Invariants.** A page of the console reaches the store only through a [`gate::Desk`], and what a desk
//! can do follows from its type: one for looking has no method that yields an id, one for keying none
//! that yields a name. A form that changes something carries a token of its session. No script runs.

mod acts;
pub(crate) mod board;
mod chosen;
mod credential;
mod entry;
mod gate;
mod limits;
#[cfg(feature = "oidc")]
mod oidc;
mod outgoing;
pub(crate) mod outlook;
mod pages;
mod password;
mod routes;
mod session;
#[cfg(test)]
mod tests;
mod waiting;
mod weighty;
mod words;

pub use credential::{NewLink, new_link, normal_name};
pub(crate) use limits::Guards;
#[cfg(feature = "oidc")]
pub(crate) use oidc::Oidc;
pub(crate) use routes::router;
pub(crate) use waiting::Waiting;
