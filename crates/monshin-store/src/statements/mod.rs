//! The statements, in the SQL that both databases know. This folder is compiled once for each: the
//! parent module says which by its `Connection`, its `Row` and its store, `Here`.

mod apikeys;
mod audit;
pub(super) mod cases;
pub(super) mod drafts;
mod dump;
mod ended;
mod erasure;
mod import;
mod listing;
mod meta;
mod operators;
mod outbox;
pub(super) mod submissions;
mod surveys;
pub(super) mod tally;
mod through;

use super::{Connection, Row, sql};
use crate::StoreError;
use crate::write::{Done, Write};

pub(crate) use apikeys::one as api_key;
pub(crate) use audit::log;
pub(crate) use cases::{by_number, by_unit, units};
pub(crate) use drafts::read as draft;
pub(crate) use dump::dump;
pub(crate) use ended::since as ended_sessions;
pub(crate) use erasure::rest;
pub(crate) use listing::{cases as lines, upload};
pub(crate) use meta::{kind, migrate};
pub(crate) use operators::{all as operators, of_session, of_setup, one as operator, sessions};
pub(crate) use outbox::{counts as mail_counts, lines as mail_lines};
pub(crate) use submissions::answers;
pub(crate) use surveys::{all as surveys, one as survey};
pub(crate) use tally::{arrivals, counts};

/// Carries out one write; the caller has begun a transaction, and undoes it where this fails.
pub(crate) async fn apply(on: &mut Connection, write: &Write) -> Result<Done, StoreError> {
    Ok(match write {
        Write::PutSurvey(row, act) => Done::Survey(surveys::put(on, row, act).await?),
        Write::AddCases { survey, wave, cases, act } => {
            Done::Count(cases::add(on, survey, wave, cases, act).await?)
        }
        Write::SaveDraft { case, base, sealed, at } => {
            Done::Saved(drafts::save(on, *case, *base, sealed, *at).await?)
        }
        Write::Submit(submission) => Done::Submitted(submissions::submit(on, submission).await?),
        Write::Import(all) => Done::Imported(import::import(on, all).await?),
        Write::Close { survey, act } => {
            surveys::close(on, survey, act).await?;
            Done::Nothing
        }
        Write::Audit { survey, act } => {
            audit::append(on, survey, act).await?;
            Done::Nothing
        }
        Write::List { survey, wave, units, act } => {
            Done::Listing(listing::list(on, (survey, wave), units, act).await?)
        }
        Write::IssueCodes { survey, wave, codes, replace, act } => {
            Done::Units(listing::issue(on, (survey, wave), codes, *replace, act).await?)
        }
        Write::Record { case, disposition, act } => {
            Done::Flag(cases::record(on, *case, *disposition, act).await?)
        }
        Write::Schedule { survey, dates, act } => {
            Done::Flag(surveys::schedule(on, survey, dates, act).await?)
        }
        Write::Account(change) => Done::Flag(operators::change(on, change).await?),
        Write::EndSessions(ended) => {
            ended::put(on, ended).await?;
            Done::Nothing
        }
        Write::ForgetSessions { before } => {
            ended::forget(on, *before).await?;
            Done::Nothing
        }
        Write::PutUpload(upload) => {
            listing::put_upload(on, upload).await?;
            Done::Nothing
        }
        Write::DropUploads { operator, before } => {
            listing::drop_uploads(on, operator, *before).await?;
            Done::Nothing
        }
        Write::Post(post) => Done::Posted(outbox::post(on, post).await?),
        Write::PutApiKey(key, act) => Done::Flag(apikeys::put(on, key, act).await?),
        Write::RevokeApiKey { survey, name, act } => {
            Done::Flag(apikeys::revoke(on, survey, name, act).await?)
        }
        Write::Erase { survey, act } => Done::Erased(erasure::erase(on, survey, act).await?),
        Write::Ping => {
            meta::touch(on).await?;
            Done::Nothing
        }
        Write::Restore(parts) => {
            dump::restore(on, parts).await?;
            Done::Nothing
        }
    })
}

/// Bytes of a fixed length; anything else was not written by us.
fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::says("a row of the database is damaged"))
}
