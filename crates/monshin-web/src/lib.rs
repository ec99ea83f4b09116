//! The respondent's pages, the operator's console, and the author's preview. The only room that knows HTTP.
//!
//! Comes in: a [`monshin_store::Store`], the surveys with their compiled questionnaires, the server's
//! secret, a clock. Goes out: a [`router`] that can be served or called without a socket.
//!
//! **Invariants.** A handler reaches a case only through a `gate::Respondent`, which a session
//! opens and which reads and writes that one case. No page of a respondent needs a script; none is allowed
//! to run there. No answer, code or key is logged. What a page shows and hides is a courtesy: the path is decided
//! again at submit. While a survey is open, nothing but counts of cases leaves the server.

mod api;
mod app;
mod bounces;
mod console;
mod ended;
mod forms;
mod gate;
mod guard;
mod intake;
mod invitation;
mod limits;
mod mail;
mod oidc;
mod ops;
mod packed;
mod pages;
mod preview;
mod record;
mod redirect;
mod serve;
mod session;
mod style;
mod survey;
#[cfg(test)]
mod tests;
mod tls;
mod told;
mod visit;
mod words;

pub use app::{App, Clock, Config, router};
pub use bounces::{Bounce, Returned};
pub use console::{NewLink, new_link, normal_name};
pub use intake::list_frame;
pub use invitation::{
    Invitation, Letter, harmless, invite, links, mail_merge, open_contact, pseudonym, qr, read_frame,
    seal_contact,
};
pub use mail::{Addressee, Cause, Links, Mailer, Plan, Round, Sample, Sending, closing_day, plan};
pub use oidc::{Claim as OidcClaim, NoOidc, Settings as OidcSettings};
pub use pages::stop::stop_token;
pub use preview::{Feed, Shown, preview_router};
pub use record::{Record, Sealed, UnreadableRecord};
pub use redirect::redirect;
pub use serve::{Bounds, listen, serve, watch};
pub use survey::{CannotField, Fielded};
pub use tls::{NoTls, Tls, is_for_host};
