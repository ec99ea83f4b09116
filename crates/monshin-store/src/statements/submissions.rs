//! Returns.

use super::cases::{self, Held};
use super::sql::{self, Get as _};
use super::{Connection, Row, exact, surveys, tally};
use crate::{Privacy, SealedAnswer, StoreError, Submission, Submitted};

/// Keeps a return. The same draft again gives the first receipt.
pub(crate) async fn submit(on: &mut Connection, new: &Submission) -> Result<Submitted, StoreError> {
    let Some(held) = cases::hold(on, new.case).await? else { return Ok(Submitted::Refused) };
    let (draft, kept) = of_draft(on, new.case, new.draft_version).await?;
    if let Some(outcome) = refusal(&held, draft, kept, new) {
        return Ok(outcome);
    }
    let case = held.case;
    match held.privacy {
        Privacy::Anonymous => keep_anonymous(on, new, &case.survey).await?,
        Privacy::Identified | Privacy::Confidential => keep(on, new, case.revision + 1).await?,
    }
    cases::return_of(on, &case, new.mode).await?;
    if case.revision == 0 && held.privacy != Privacy::Anonymous {
        tally::arrived(on, &case.survey, new.case, new.mode, new.at).await?;
    }
    Ok(kept_now(new, case.revision + 1))
}

/// Why a return is not kept, if so; `draft` is the version of the case's draft, `kept` what was kept of this
/// one before.
pub(crate) fn refusal(
    held: &Held,
    draft: Option<i64>,
    kept: Option<Submitted>,
    new: &Submission,
) -> Option<Submitted> {
    if kept.is_some() {
        return kept;
    }
    if held.privacy == Privacy::Anonymous && held.case.revision > 0 {
        return Some(Submitted::AlreadyAnonymous);
    }
    if !held.dates.is_open(new.at) {
        return Some(Submitted::NotOpen);
    }
    (draft != Some(new.draft_version)).then_some(Submitted::Stale)
}

/// What is said of a return that was kept just now.
pub(crate) fn kept_now(new: &Submission, revision: i64) -> Submitted {
    Submitted::Kept { revision, receipt: new.receipt, at: new.at, before: false }
}

pub(super) async fn keep(on: &mut Connection, new: &Submission, revision: i64) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO submission (case_no, revision, draft_version, sealed, receipt, submitted_at, mode) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.case)
    .bind(revision)
    .bind(new.draft_version)
    .bind(new.sealed.clone())
    .bind(new.receipt.to_vec())
    .bind(new.at)
    .bind(new.mode.name())
    .execute(on)
    .await?;
    Ok(())
}

/// Without the case, without a time; and the draft goes, since nothing may tie the two.
pub(super) async fn keep_anonymous(
    on: &mut Connection,
    new: &Submission,
    survey: &str,
) -> Result<(), StoreError> {
    sql::query("INSERT INTO anonymous_submission (id, survey, sealed) VALUES ($1, $2, $3)")
        .bind(new.anonymous_id.to_vec())
        .bind(survey.to_owned())
        .bind(new.sealed.clone())
        .execute(&mut *on)
        .await?;
    sql::query("DELETE FROM draft WHERE case_no = $1").bind(new.case).execute(on).await?;
    Ok(())
}

/// The version of the draft, and what was kept of this one before. Read after the case is held: what
/// another server wrote meanwhile is seen.
async fn of_draft(
    on: &mut Connection,
    case: i64,
    draft: i64,
) -> Result<(Option<i64>, Option<Submitted>), StoreError> {
    let row = sql::query(
        "SELECT (SELECT version FROM draft WHERE case_no = $1) AS version, s.revision, s.receipt, s.submitted_at \
         FROM survey_case c LEFT JOIN submission s ON s.case_no = c.case_no AND s.draft_version = $2 \
         WHERE c.case_no = $1",
    )
    .bind(case)
    .bind(draft)
    .fetch_one(on)
    .await?;
    before(&row)
}

/// The version of a draft and what was kept of it, from their row.
pub(crate) fn before(row: &Row) -> Result<(Option<i64>, Option<Submitted>), StoreError> {
    let is_kept = row.get::<Option<i64>, _>("revision").is_some();
    Ok((row.get("version"), if is_kept { Some(kept(row)?) } else { None }))
}

/// The receipt of a return, from its row.
pub(crate) fn kept(row: &Row) -> Result<Submitted, StoreError> {
    let receipt: Vec<u8> = row.get("receipt");
    Ok(Submitted::Kept {
        revision: row.get("revision"),
        receipt: exact(&receipt)?,
        at: row.get("submitted_at"),
        before: true,
    })
}

/// Returns that count, after a key, in the order of their keys.
pub(crate) async fn answers(
    on: &mut Connection,
    survey: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<SealedAnswer>, StoreError> {
    let Some(row) = surveys::one(on, survey).await? else { return Ok(Vec::new()) };
    if row.privacy == Privacy::Anonymous {
        return anonymous(on, survey, after, limit).await;
    }
    let rows = sql::query(
        "SELECT c.pseudonym, s.sealed, s.receipt FROM survey_case c \
         JOIN submission s ON s.case_no = c.case_no AND s.revision = c.revision \
         WHERE c.survey = $1 AND c.pseudonym > $2 ORDER BY c.pseudonym LIMIT $3",
    )
    .bind(survey.to_owned())
    .bind(after.to_owned())
    .bind(limit)
    .fetch_all(on)
    .await?;
    let answer = |row: &Row| {
        let receipt: Vec<u8> = row.get("receipt");
        Ok(SealedAnswer {
            key: row.get("pseudonym"),
            sealed: row.get("sealed"),
            receipt: Some(exact(&receipt)?),
        })
    };
    rows.iter().map(answer).collect()
}

async fn anonymous(
    on: &mut Connection,
    survey: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<SealedAnswer>, StoreError> {
    let after =
        crate::dump::from_hex(after).ok_or_else(|| StoreError::says("no key of an anonymous return"))?;
    let rows = sql::query(
        "SELECT id, sealed FROM anonymous_submission WHERE survey = $1 AND id > $2 ORDER BY id LIMIT $3",
    )
    .bind(survey.to_owned())
    .bind(after)
    .bind(limit)
    .fetch_all(on)
    .await?;
    let answer = |row: &Row| {
        let id: Vec<u8> = row.get("id");
        SealedAnswer { key: crate::dump::to_hex(&id), sealed: row.get("sealed"), receipt: None }
    };
    Ok(rows.iter().map(answer).collect())
}
