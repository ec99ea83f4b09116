//! The outbox.

use std::collections::BTreeMap;

use monshin_frame::Disposition;

use super::super::AT_ONCE;
use super::sql::{self, Get as _};
use super::{Connection, Row, cases, exact, surveys};
use crate::rows::Column;
use crate::{MailCount, MailLine, MailState, NewMail, Post, Posted, StoreError, TakenMail};

/// Carries out one change of the outbox.
pub(crate) async fn post(on: &mut Connection, post: &Post) -> Result<Posted, StoreError> {
    Ok(match post {
        Post::Queue { survey, wave, round, mails, at } => {
            Posted::Changed(queue(on, (survey, wave), *round, mails, *at).await?)
        }
        Post::Recover { survey, round, again, at } => {
            let to = if *again { MailState::Queued } else { MailState::Uncertain };
            Posted::Changed(recover(on, survey, *round, to, *at).await?)
        }
        Post::Take { survey, round, at } => Posted::Taken(take(on, survey, *round, *at).await?),
        Post::Settle { case, round, state, detail, at } => {
            settle(on, (*case, *round), *state, detail, *at).await?;
            if *state == MailState::Undeliverable {
                undeliverable(on, *case).await?;
            }
            Posted::Changed(1)
        }
        Post::Bounce { token, detail, at } => Posted::Changed(bounce(on, token, detail, *at).await?),
        Post::Stop { case, at } => Posted::Changed(stop(on, *case, *at).await?),
    })
}

async fn queue(
    on: &mut Connection,
    wave: (&str, &str),
    round: i64,
    mails: &[NewMail],
    at: i64,
) -> Result<u64, StoreError> {
    let mut queued = 0;
    for some in mails.chunks(AT_ONCE) {
        let known = cases::find(on, wave, some.iter().map(|mail| &*mail.unit)).await?;
        let new: BTreeMap<i64, &NewMail> =
            some.iter().filter_map(|mail| Some((known.get(&mail.unit)?.case, mail))).collect();
        let columns = vec![
            new.keys().copied().collect(),
            Column::number(round, new.len()),
            new.values().map(|mail| mail.token.to_vec()).collect(),
            Column::text(MailState::Queued.name(), new.len()),
            Column::number(0, new.len()),
            Column::number(at, new.len()),
            Column::text("", new.len()),
        ];
        let into = "mail (case_no, round, token, state, attempts, changed_at, detail)";
        let behind = "ON CONFLICT (case_no, round) DO UPDATE \
             SET state = excluded.state, changed_at = excluded.changed_at WHERE mail.state = 'failed'";
        queued += sql::insert(on, into, columns, behind).await?;
    }
    Ok(queued)
}

async fn recover(
    on: &mut Connection,
    survey: &str,
    round: i64,
    to: MailState,
    at: i64,
) -> Result<u64, StoreError> {
    let done = sql::query(
        "UPDATE mail SET state = $3, changed_at = $4 WHERE round = $2 AND state IN ('sending', 'uncertain') \
         AND state <> $3 AND case_no IN (SELECT case_no FROM survey_case WHERE survey = $1)",
    )
    .bind(survey.to_owned())
    .bind(round)
    .bind(to.name())
    .bind(at)
    .execute(on)
    .await?;
    Ok(done.rows_affected())
}

async fn take(
    on: &mut Connection,
    survey: &str,
    round: i64,
    at: i64,
) -> Result<Option<TakenMail>, StoreError> {
    let Some(terms) = surveys::one(on, survey).await? else { return Ok(None) };
    loop {
        let row = sql::query(
            "SELECT c.*, m.token, m.attempts, n.since, k.sealed AS contact FROM mail m \
             JOIN survey_case c ON c.case_no = m.case_no LEFT JOIN no_mail n ON n.case_no = m.case_no \
             LEFT JOIN contact k ON k.case_no = m.case_no \
             WHERE m.round = $2 AND m.state = 'queued' AND c.survey = $1 ORDER BY m.case_no LIMIT 1",
        )
        .bind(survey.to_owned())
        .bind(round)
        .fetch_optional(&mut *on)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let case = cases::read(&row)?;
        let wants_none = row.get::<Option<i64>, _>("since").is_some();
        if wants_none || terms.is_over(at) || !case.may_be_written_to() {
            settle(on, (case.case, round), MailState::Dropped, "", at).await?;
            continue;
        }
        if !claim(on, (case.case, round), at).await? {
            // Another sender was quicker.
            continue;
        }
        let token = exact(&row.get::<Vec<u8>, _>("token"))?;
        let (attempts, contact) = (row.get("attempts"), row.get("contact"));
        return Ok(Some(TakenMail { case: case.case, unit: case.unit, token, attempts, contact }));
    }
}

/// Marks a queued mail as being sent; `false` where it is queued no more.
async fn claim(on: &mut Connection, (case, round): (i64, i64), at: i64) -> Result<bool, StoreError> {
    let done = sql::query(
        "UPDATE mail SET state = 'sending', detail = '', changed_at = $3, attempts = attempts + 1 \
         WHERE case_no = $1 AND round = $2 AND state = 'queued'",
    )
    .bind(case)
    .bind(round)
    .bind(at)
    .execute(on)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn settle(
    on: &mut Connection,
    (case, round): (i64, i64),
    state: MailState,
    detail: &str,
    at: i64,
) -> Result<(), StoreError> {
    sql::query("UPDATE mail SET state = $3, detail = $4, changed_at = $5 WHERE case_no = $1 AND round = $2")
        .bind(case)
        .bind(round)
        .bind(state.name())
        .bind(detail.to_owned())
        .bind(at)
        .execute(on)
        .await?;
    Ok(())
}

/// AAPOR 3.1, unless it has answered all the same.
async fn undeliverable(on: &mut Connection, case: i64) -> Result<(), StoreError> {
    let Some(held) = cases::hold(on, case).await? else { return Ok(()) };
    if held.case.may_be_written_to() {
        cases::come_to(on, &held.case, Disposition::UnknownExistence, None).await?;
    }
    Ok(())
}

async fn bounce(on: &mut Connection, token: &[u8; 16], detail: &str, at: i64) -> Result<u64, StoreError> {
    let row =
        sql::query("SELECT case_no, round FROM mail WHERE token = $1 AND state IN ('sent', 'uncertain')")
            .bind(token.to_vec())
            .fetch_optional(&mut *on)
            .await?;
    let Some(row) = row else { return Ok(0) };
    let case: i64 = row.get("case_no");
    settle(on, (case, row.get("round")), MailState::Undeliverable, detail, at).await?;
    undeliverable(on, case).await?;
    Ok(1)
}

async fn stop(on: &mut Connection, case: i64, at: i64) -> Result<u64, StoreError> {
    if cases::by_number(on, case).await?.is_none() {
        return Ok(0);
    }
    let done =
        sql::query("INSERT INTO no_mail (case_no, since) VALUES ($1, $2) ON CONFLICT (case_no) DO NOTHING")
            .bind(case)
            .bind(at)
            .execute(on)
            .await?;
    Ok(done.rows_affected())
}

/// A page of cases with their mails of a round, by the ids of their units.
pub(crate) async fn lines(
    on: &mut Connection,
    survey: &str,
    round: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<MailLine>, StoreError> {
    let rows = sql::query(
        "SELECT c.*, k.sealed AS contact, n.since, m.state FROM survey_case c \
         LEFT JOIN contact k ON k.case_no = c.case_no LEFT JOIN no_mail n ON n.case_no = c.case_no \
         LEFT JOIN mail m ON m.case_no = c.case_no AND m.round = $2 \
         WHERE c.survey = $1 AND c.unit > $3 ORDER BY c.unit LIMIT $4",
    )
    .bind(survey.to_owned())
    .bind(round)
    .bind(after.to_owned())
    .bind(limit)
    .fetch_all(on)
    .await?;
    let line = |row: &Row| {
        Ok(MailLine {
            case: cases::read(row)?,
            contact: row.get("contact"),
            wants_none: row.get::<Option<i64>, _>("since").is_some(),
            state: row.get::<Option<String>, _>("state").map(|state| parsed(&state)).transpose()?,
        })
    };
    rows.iter().map(line).collect()
}

fn parsed(state: &str) -> Result<MailState, StoreError> {
    MailState::parse(state).ok_or_else(|| StoreError::says("a row of the database is damaged"))
}

/// Mails by round and state.
pub(crate) async fn counts(on: &mut Connection, survey: &str) -> Result<Vec<MailCount>, StoreError> {
    let rows = sql::query(
        "SELECT m.round, m.state, COUNT(*) AS mails FROM mail m JOIN survey_case c ON c.case_no = m.case_no \
         WHERE c.survey = $1 GROUP BY m.round, m.state ORDER BY m.round, m.state",
    )
    .bind(survey.to_owned())
    .fetch_all(on)
    .await?;
    let mut counts = Vec::new();
    for row in &rows {
        let state = parsed(&row.get::<String, _>("state"))?;
        counts.push(MailCount { round: row.get("round"), state, mails: row.get::<i64, _>("mails") as u64 });
    }
    Ok(counts)
}
