//! Erasing what a survey holds of anybody.

use sha2::{Digest, Sha256};

use super::sql::{self, Get as _};
use super::{Connection, audit, cases, submissions, surveys};
use crate::{Act, Erased, StoreError};

/// Everything that is of one case, and the cases; those that refer to others first.
const OF_CASES: [(&str, &str); 7] = [
    ("drafts", "DELETE FROM draft WHERE case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)"),
    ("codes", "DELETE FROM code WHERE case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)"),
    ("contacts", "DELETE FROM contact WHERE case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)"),
    ("mails", "DELETE FROM mail WHERE case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)"),
    ("no_mail", "DELETE FROM no_mail WHERE case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)"),
    (
        "returns",
        "DELETE FROM submission WHERE case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)",
    ),
    ("cases", "DELETE FROM survey_case WHERE survey = $1"),
];

const OF_SURVEY: [(&str, &str); 3] = [
    ("api_keys", "DELETE FROM api_key WHERE survey = $1"),
    ("anonymous_returns", "DELETE FROM anonymous_submission WHERE survey = $1"),
    ("uploads", "DELETE FROM upload WHERE survey = $1"),
];

const REST_OF_SURVEY: [&str; 4] = [
    "SELECT COUNT(*) AS rest FROM survey_case WHERE survey = $1",
    "SELECT COUNT(*) AS rest FROM anonymous_submission WHERE survey = $1",
    "SELECT COUNT(*) AS rest FROM upload WHERE survey = $1",
    "SELECT COUNT(*) AS rest FROM api_key WHERE survey = $1",
];

const REST_OF_CASES: [&str; 6] = [
    "SELECT COUNT(*) AS rest FROM draft WHERE case_no NOT IN (SELECT case_no FROM survey_case)",
    "SELECT COUNT(*) AS rest FROM code WHERE case_no NOT IN (SELECT case_no FROM survey_case)",
    "SELECT COUNT(*) AS rest FROM contact WHERE case_no NOT IN (SELECT case_no FROM survey_case)",
    "SELECT COUNT(*) AS rest FROM mail WHERE case_no NOT IN (SELECT case_no FROM survey_case)",
    "SELECT COUNT(*) AS rest FROM no_mail WHERE case_no NOT IN (SELECT case_no FROM survey_case)",
    "SELECT COUNT(*) AS rest FROM submission WHERE case_no NOT IN (SELECT case_no FROM survey_case)",
];

/// Returns at once.
const AT_ONCE: i64 = 500;

/// Erases it, and closes the survey for good. Counts of cases and the audit log stay. Everything is held first: no
/// return comes in between what the hash is over and what is erased.
pub(crate) async fn erase(on: &mut Connection, survey: &str, act: &Act) -> Result<Erased, StoreError> {
    sql::query("UPDATE survey SET closed_at = COALESCE(closed_at, $2) WHERE id = $1")
        .bind(survey.to_owned())
        .bind(act.at)
        .execute(&mut *on)
        .await?;
    cases::hold_all(on, survey).await?;
    cases::note_last(on).await?;
    let mut erased = Erased { counts: Vec::new(), returns_sha256: hash(on, survey).await? };
    for (what, statement) in OF_CASES.iter().chain(&OF_SURVEY) {
        let done = sql::query(*statement).bind(survey.to_owned()).execute(&mut *on).await?;
        erased.counts.push((what, done.rows_affected()));
    }
    audit::append(on, survey, act).await?;
    Ok(erased)
}

async fn hash(on: &mut Connection, survey: &str) -> Result<[u8; 32], StoreError> {
    let mut digest = Sha256::new();
    let mut after = String::new();
    if surveys::one(on, survey).await?.is_none() {
        return Err(StoreError::says(format!("there is no survey `{survey}`")));
    }
    loop {
        let page = submissions::answers(on, survey, &after, AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(digest.finalize().into()) };
        after.clone_from(&last.key);
        for answer in &page {
            digest.update((answer.sealed.len() as u64).to_be_bytes());
            digest.update(&answer.sealed);
        }
    }
}

/// Rows of a survey that anybody could still be told from, and rows of cases that are gone.
pub(crate) async fn rest(on: &mut Connection, survey: &str) -> Result<u64, StoreError> {
    let mut rest = 0;
    for statement in REST_OF_SURVEY {
        let row = sql::query(statement).bind(survey.to_owned()).fetch_one(&mut *on).await?;
        rest += row.get::<i64, _>("rest") as u64;
    }
    for statement in REST_OF_CASES {
        rest += sql::query(statement).fetch_one(&mut *on).await?.get::<i64, _>("rest") as u64;
    }
    Ok(rest)
}
