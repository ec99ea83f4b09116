//! Cases and their codes.

use std::collections::BTreeSet;

use monshin_frame::Disposition;
use sqlx::Row as _;

use super::{Connection, Row, audit};
use crate::{Act, CaseClasses, CaseCount, CaseRow, CodeHit, NewCase, StoreError};

/// Adds the units that are not there yet, with their codes; gives how many they were.
pub(crate) async fn add(
    on: &mut Connection,
    survey: &str,
    wave: &str,
    cases: &[NewCase],
    act: &Act,
) -> Result<u64, StoreError> {
    // Whoever numbers cases holds this row.
    sqlx::query("UPDATE survey SET hash = hash WHERE id = $1")
        .bind(survey.to_owned())
        .execute(&mut *on)
        .await?;
    let row =
        sqlx::query("SELECT COALESCE(MAX(case_no), 0) AS last FROM survey_case").fetch_one(&mut *on).await?;
    let mut number: i64 = row.get("last");
    let before = number;
    for case in cases {
        let added = insert(on, number + 1, (survey, wave), case).await?;
        if added {
            number += 1;
            for code in &case.codes {
                sqlx::query("INSERT INTO code (hash, case_no, locked) VALUES ($1, $2, $3)")
                    .bind(code.hash.to_vec())
                    .bind(number)
                    .bind(code.locked.clone())
                    .execute(&mut *on)
                    .await?;
            }
        }
    }
    if number > before {
        audit::append(on, survey, act).await?;
    }
    Ok((number - before) as u64)
}

async fn insert(
    on: &mut Connection,
    number: i64,
    (survey, wave): (&str, &str),
    case: &NewCase,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO survey_case (case_no, survey, wave, unit, pseudonym, classes, disposition, revision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (survey, wave, unit) DO NOTHING",
    )
    .bind(number)
    .bind(survey.to_owned())
    .bind(wave.to_owned())
    .bind(case.unit.clone())
    .bind(case.pseudonym.clone())
    .bind(case.classes.to_text())
    .bind(Disposition::UnknownEligibility.name())
    .execute(on)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The case of a code.
pub(crate) async fn by_code(on: &mut Connection, hash: &[u8; 32]) -> Result<Option<CodeHit>, StoreError> {
    let row = sqlx::query(
        "SELECT c.*, code.locked FROM code JOIN survey_case c ON c.case_no = code.case_no WHERE code.hash = $1",
    )
    .bind(hash.to_vec())
    .fetch_optional(on)
    .await?;
    row.as_ref().map(|row| Ok(CodeHit { case: read(row)?, locked: row.get("locked") })).transpose()
}

/// A case by its number.
pub(crate) async fn by_number(on: &mut Connection, case: i64) -> Result<Option<CaseRow>, StoreError> {
    let row =
        sqlx::query("SELECT * FROM survey_case WHERE case_no = $1").bind(case).fetch_optional(on).await?;
    row.as_ref().map(read).transpose()
}

/// Ids of the units that have a case in a wave.
pub(crate) async fn units(
    on: &mut Connection,
    survey: &str,
    wave: &str,
) -> Result<BTreeSet<String>, StoreError> {
    let rows = sqlx::query("SELECT unit FROM survey_case WHERE survey = $1 AND wave = $2")
        .bind(survey.to_owned())
        .bind(wave.to_owned())
        .fetch_all(on)
        .await?;
    Ok(rows.iter().map(|row| row.get("unit")).collect())
}

/// Cases by classes and disposition.
pub(crate) async fn counts(on: &mut Connection, survey: &str) -> Result<Vec<CaseCount>, StoreError> {
    let rows = sqlx::query(
        "SELECT classes, disposition, COUNT(*) AS cases FROM survey_case WHERE survey = $1 \
         GROUP BY classes, disposition ORDER BY classes, disposition",
    )
    .bind(survey.to_owned())
    .fetch_all(on)
    .await?;
    let count = |row: &Row| {
        Ok(CaseCount {
            classes: CaseClasses::parse(&row.get::<String, _>("classes")),
            disposition: disposition(row)?,
            cases: row.get::<i64, _>("cases") as u64,
        })
    };
    rows.iter().map(count).collect()
}

/// Notes what became of a case.
pub(super) async fn set_disposition(
    on: &mut Connection,
    case: i64,
    to: Disposition,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE survey_case SET disposition = $2 WHERE case_no = $1")
        .bind(case)
        .bind(to.name())
        .execute(on)
        .await?;
    Ok(())
}

fn read(row: &Row) -> Result<CaseRow, StoreError> {
    Ok(CaseRow {
        case: row.get("case_no"),
        survey: row.get("survey"),
        wave: row.get("wave"),
        unit: row.get("unit"),
        pseudonym: row.get("pseudonym"),
        classes: CaseClasses::parse(&row.get::<String, _>("classes")),
        disposition: disposition(row)?,
        revision: row.get("revision"),
    })
}

fn disposition(row: &Row) -> Result<Disposition, StoreError> {
    let name: String = row.get("disposition");
    Disposition::parse(&name).ok_or_else(|| StoreError::says(format!("there is no disposition `{name}`")))
}
