//! Surveys.

use super::sql::{self, Get as _};
use super::{Connection, Row, audit};
use crate::{Act, Privacy, PutSurvey, Schedule, StoreError, SurveyRow};

pub(crate) async fn all(on: &mut Connection) -> Result<Vec<SurveyRow>, StoreError> {
    let rows = sql::query("SELECT * FROM survey ORDER BY id").fetch_all(on).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn one(on: &mut Connection, id: &str) -> Result<Option<SurveyRow>, StoreError> {
    let row = sql::query("SELECT * FROM survey WHERE id = $1").bind(id.to_owned()).fetch_optional(on).await?;
    row.as_ref().map(read).transpose()
}

/// Adds a survey or brings it up to date. Once somebody has begun to answer, what was asked, to whom
/// it is sealed and what ties it to them stays.
pub(crate) async fn put(on: &mut Connection, new: &SurveyRow, act: &Act) -> Result<PutSurvey, StoreError> {
    let old = one(on, &new.id).await?;
    let outcome = match &old {
        None => PutSurvey::New,
        Some(old) if is_same_for_respondents(old, new) => PutSurvey::Updated,
        Some(_) if has_begun(on, &new.id).await? => return Ok(PutSurvey::InUse),
        Some(_) => PutSurvey::Updated,
    };
    // Dates set by an operator stay.
    let new = match &old {
        Some(old) if is_scheduled(on, &new.id).await? => &SurveyRow {
            opens_at: old.opens_at,
            closes_at: old.closes_at,
            grace_until: old.grace_until,
            ..new.clone()
        },
        _ => new,
    };
    let is_unchanged = old.as_ref().is_some_and(|old| SurveyRow { closed_at: None, ..old.clone() } == *new);
    if is_unchanged {
        return Ok(outcome);
    }
    sql::query(
        "INSERT INTO survey (id, questionnaire, hash, privacy, recipients, opens_at, closes_at, grace_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET questionnaire = $2, hash = $3, \
         privacy = $4, recipients = $5, opens_at = $6, closes_at = $7, grace_until = $8",
    )
    .bind(new.id.clone())
    .bind(new.questionnaire.clone())
    .bind(new.hash.clone())
    .bind(new.privacy.name())
    .bind(new.recipients.join("\n"))
    .bind(new.opens_at)
    .bind(new.closes_at)
    .bind(new.grace_until)
    .execute(&mut *on)
    .await?;
    audit::append(on, &new.id, act).await?;
    Ok(outcome)
}

/// Sets the dates, and opens again what was closed by hand; `false` where there is no such survey.
pub(crate) async fn schedule(
    on: &mut Connection,
    survey: &str,
    dates: &Schedule,
    act: &Act,
) -> Result<bool, StoreError> {
    let done = sql::query(
        "UPDATE survey SET opens_at = $2, closes_at = $3, grace_until = $4, scheduled = 1, closed_at = NULL \
         WHERE id = $1",
    )
    .bind(survey.to_owned())
    .bind(dates.opens_at)
    .bind(dates.closes_at)
    .bind(dates.grace_until)
    .execute(&mut *on)
    .await?;
    let is_there = done.rows_affected() > 0;
    if is_there {
        audit::append(on, survey, act).await?;
    }
    Ok(is_there)
}

async fn is_scheduled(on: &mut Connection, survey: &str) -> Result<bool, StoreError> {
    let row = sql::query("SELECT scheduled FROM survey WHERE id = $1").bind(survey.to_owned());
    Ok(row.fetch_optional(on).await?.is_some_and(|row| row.get::<i64, _>("scheduled") > 0))
}

fn is_same_for_respondents(old: &SurveyRow, new: &SurveyRow) -> bool {
    (&old.hash, old.privacy, &old.recipients) == (&new.hash, new.privacy, &new.recipients)
}

async fn has_begun(on: &mut Connection, survey: &str) -> Result<bool, StoreError> {
    let row = sql::query(
        "SELECT COUNT(*) AS begun FROM survey_case c WHERE c.survey = $1 \
         AND (c.revision > 0 OR EXISTS (SELECT 1 FROM draft d WHERE d.case_no = c.case_no))",
    )
    .bind(survey.to_owned())
    .fetch_one(on)
    .await?;
    Ok(row.get::<i64, _>("begun") > 0)
}

/// Closes a survey by hand. Drafts of those who have not submitted stay until they are erased.
pub(crate) async fn close(on: &mut Connection, survey: &str, act: &Act) -> Result<(), StoreError> {
    let closed = sql::query("UPDATE survey SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL")
        .bind(survey.to_owned())
        .bind(act.at)
        .execute(&mut *on)
        .await?;
    if closed.rows_affected() > 0 {
        audit::append(on, survey, act).await?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<SurveyRow, StoreError> {
    let privacy: String = row.get("privacy");
    let recipients: String = row.get("recipients");
    Ok(SurveyRow {
        id: row.get("id"),
        questionnaire: row.get("questionnaire"),
        hash: row.get("hash"),
        privacy: Privacy::parse(&privacy)
            .ok_or_else(|| StoreError::says("a row of the database is damaged"))?,
        recipients: recipients.lines().map(str::to_owned).collect(),
        opens_at: row.get("opens_at"),
        closes_at: row.get("closes_at"),
        grace_until: row.get("grace_until"),
        closed_at: row.get("closed_at"),
    })
}
