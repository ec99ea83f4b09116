//! Drafts: what was typed, sealed under the key of the case.

use monshin_frame::Disposition;
use sqlx::Row as _;

use super::{Connection, cases, surveys};
use crate::{CaseRow, Draft, Privacy, Saved, StoreError, SurveyRow};

/// The draft of a case.
pub(crate) async fn read(on: &mut Connection, case: i64) -> Result<Option<Draft>, StoreError> {
    let row = sqlx::query("SELECT version, sealed FROM draft WHERE case_no = $1")
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
    let Some((row, survey)) = lock(on, case).await? else { return Ok(Saved::Refused) };
    if !survey.is_open(at) {
        return Ok(Saved::NotOpen);
    }
    if survey.privacy == Privacy::Anonymous && row.revision > 0 {
        return Ok(Saved::Refused);
    }
    let version = read(on, case).await?.map_or(0, |draft| draft.version);
    if version != base {
        return Ok(Saved::Stale);
    }
    sqlx::query(
        "INSERT INTO draft (case_no, version, sealed) VALUES ($1, $2, $3) \
         ON CONFLICT (case_no) DO UPDATE SET version = $2, sealed = $3",
    )
    .bind(case)
    .bind(base + 1)
    .bind(sealed.to_vec())
    .execute(&mut *on)
    .await?;
    if row.disposition == Disposition::UnknownEligibility {
        cases::come_to(on, &row, Disposition::BreakOff, None).await?;
    }
    Ok(Saved::Version(base + 1))
}

/// The case and its survey; whoever writes to a case holds its row until the transaction ends.
pub(super) async fn lock(on: &mut Connection, case: i64) -> Result<Option<(CaseRow, SurveyRow)>, StoreError> {
    sqlx::query("UPDATE survey_case SET revision = revision WHERE case_no = $1")
        .bind(case)
        .execute(&mut *on)
        .await?;
    let Some(row) = cases::by_number(on, case).await? else { return Ok(None) };
    let survey = surveys::one(on, &row.survey).await?;
    Ok(survey.map(|survey| (row, survey)))
}
