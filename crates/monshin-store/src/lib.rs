//! What is kept while a survey is in the field, in SQLite or PostgreSQL. The only room that knows SQL.
//!
//! Comes in: a survey, its cases, keyed hashes of codes, sealed drafts and sealed answers. Goes out:
//! the same, and counts of cases. Everything that was answered is a sealed byte string here; this
//! room has no key to any of it, and knows no name and no contact.
//!
//! **Invariants.** A [`Store::submit`] that has answered is durable. The same draft submitted twice,
//! at once or years apart, is one submission. Submissions and the audit log are only ever added to.
//! A database of a rehearsal is never mistaken for a real one ([`Kind`]).
//!
//! The statements stand once, in `statements/`, in the SQL that both databases know, and are compiled
//! once for each; `sqlite/` and `postgres.rs` hold what differs: how a transaction comes about.

mod accounts;
mod apikeys;
mod audit;
mod dump;
mod erased;
mod error;
mod fieldwork;
mod migrate;
mod outbox;
#[cfg(feature = "postgres")]
mod postgres;
mod rows;
mod sqlite;
mod store;
mod types;
mod write;

pub use accounts::{
    AccountChange, EndedSession, OfAccount, OperatorRow, Role, SessionChange, SessionRow, SetUp,
};
pub use apikeys::{ApiKey, Scope};
pub use audit::{AuditEntry, AuditFault, verify_audit};
pub use dump::{Backup, check_backup};
pub use erased::Erased;
pub use error::{Obstacle, StoreError};
pub use fieldwork::{
    Arrival, CaseLine, CaseQuery, Import, Imported, Keyed, Listed, Listing, Mode, NewCodes, Schedule, Upload,
    Which,
};
pub use monshin_frame::Disposition;
pub use monshin_instrument::Privacy;
pub use outbox::{MailCount, MailLine, MailState, NewMail, Post, Posted, TakenMail};
#[cfg(feature = "postgres")]
pub use postgres::PgStore;
pub use sqlite::SqliteStore;
pub use store::{Store, is_in_use, open};
pub use types::{
    Act, CaseClasses, CaseCount, CaseRow, CodeHit, Dates, Draft, Kind, NewCase, PutSurvey, Saved,
    SealedAnswer, SealedCode, Submission, Submitted, SurveyRow,
};
