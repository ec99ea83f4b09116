//! Drafts: what was typed, sealed under the key of the case.

use monshin_frame::Disposition;

use super::Connection;
use super::cases::{self, Held};
use super::sql::{self, Get as _};
use crate::{CaseRow, Draft, Privacy, Saved, StoreError};

/// The draft of a case.
pub(crate) async fn read(on: &mut Connection, case: i64) -> Result<Option<Draft>, StoreError> {
    let row = sql::query("SELECT version, sealed FROM draft WHERE case_no = $1")
        .bind(case)
        .fetch_optional(on)
        .await?;
    Ok(row.map(|row| Draft { version: row.get("version"), sealed: row.get("sealed") }))
}

/// Saves a draft that was made from version `base` (0: from none).
pub(crate) async fn save(
    on: &mut Connection,
    case: i64,
    base: i64,
    sealed: &[u8],
    at: i64,
) -> Result<Saved, StoreError> {
    let Some(held) = cases::hold(on, case).await? else { return Ok(Saved::Refused) };
    if let Some(refusal) = refusal(&held, at) {
        return Ok(refusal);
    }
    let is_first = base == 0;
    let statement = if is_first {
        "INSERT INTO draft (case_no, version, sealed) VALUES ($1, $2 + 1, $3) ON CONFLICT (case_no) DO NOTHING"
    } else {
        "UPDATE draft SET version = $2 + 1, sealed = $3 WHERE case_no = $1 AND version = $2"
    };
    let done = sql::query(statement).bind(case).bind(base).bind(sealed.to_vec()).execute(&mut *on).await?;
    if done.rows_affected() == 0 {
        return Ok(Saved::Stale);
    }
    if begins(&held.case) {
        cases::come_to(on, &held.case, Disposition::BreakOff, None).await?;
    }
    Ok(Saved::Version(base + 1))
}

/// Why a draft of this case is not saved at that instant, if so.
pub(crate) fn refusal(held: &Held, at: i64) -> Option<Saved> {
    if !held.dates.is_open(at) {
        return Some(Saved::NotOpen);
    }
    (held.privacy == Privacy::Anonymous && held.case.revision > 0).then_some(Saved::Refused)
}

/// Whether a case of which nothing was known has begun with its draft.
pub(crate) fn begins(case: &CaseRow) -> bool {
    case.disposition == Disposition::UnknownEligibility
}
