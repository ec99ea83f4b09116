//! Cases and their codes.

use std::collections::{BTreeMap, BTreeSet};

use monshin_frame::Disposition;

use super::super::{AT_ONCE, HOLDING, plan_for_many};
use super::sql::{self, AssertSqlSafe, Builder, Get as _};
use super::tally::{self, Place};
use super::{Connection, Row, audit};
use crate::rows::Column;
use crate::types::Dates;
use crate::{Act, CaseClasses, CaseRow, CodeHit, Draft, Mode, NewCase, Privacy, SealedCode, StoreError};

/// Adds the units that are not there yet, with their codes; gives how many they were.
pub(crate) async fn add(
    on: &mut Connection,
    survey: &str,
    wave: &str,
    cases: &[NewCase],
    act: &Act,
) -> Result<u64, StoreError> {
    plan_for_many(on).await?;
    let mut number = numbering(on, survey).await?;
    let mut added = 0;
    for cases in cases.chunks(AT_ONCE) {
        let known = find(on, (survey, wave), cases.iter().map(|case| &*case.unit)).await?;
        let mut seen = BTreeSet::new();
        let new: Vec<&NewCase> =
            cases.iter().filter(|case| !known.contains_key(&case.unit) && seen.insert(&case.unit)).collect();
        let rows = new.iter().zip(number + 1..).map(|(case, number)| NewRow {
            number,
            unit: &case.unit,
            pseudonym: &case.pseudonym,
            classes: &case.classes,
            disposition: Disposition::UnknownEligibility,
        });
        insert(on, (survey, wave), &rows.collect::<Vec<_>>()).await?;
        let codes = new
            .iter()
            .zip(number + 1..)
            .flat_map(|(case, number)| case.codes.iter().map(move |code| (number, code)));
        insert_codes(on, &codes.collect::<Vec<_>>()).await?;
        number += new.len() as i64;
        added += new.len() as u64;
    }
    if added > 0 {
        audit::append(on, survey, act).await?;
    }
    Ok(added)
}

/// The last number given to a case, be it to one that was erased: whoever still holds a cookie or a link of that one
/// finds no other in its place. Whoever numbers cases holds the survey, and what is remembered of the last number: numbers
/// are of the whole database.
pub(super) async fn numbering(on: &mut Connection, survey: &str) -> Result<i64, StoreError> {
    hold_survey(on, survey).await?;
    let held = "INSERT INTO meta (name, value) VALUES ('last_case', '0') \
                ON CONFLICT (name) DO UPDATE SET value = meta.value";
    sql::query(held).execute(&mut *on).await?;
    last(on).await
}

/// Holds a survey until the transaction ends.
pub(super) async fn hold_survey(on: &mut Connection, survey: &str) -> Result<(), StoreError> {
    sql::query("UPDATE survey SET hash = hash WHERE id = $1").bind(survey.to_owned()).execute(on).await?;
    Ok(())
}

async fn last(on: &mut Connection) -> Result<i64, StoreError> {
    let row = sql::query(
        "SELECT COALESCE(MAX(case_no), 0) AS last, \
         (SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'last_case') AS noted FROM survey_case",
    );
    let row = row.fetch_one(on).await?;
    Ok(row.get::<i64, _>("last").max(row.get::<Option<i64>, _>("noted").unwrap_or(0)))
}

/// Remembers the last number given to a case before cases are erased.
pub(super) async fn note_last(on: &mut Connection) -> Result<(), StoreError> {
    let last = last(on).await?;
    sql::query(
        "INSERT INTO meta (name, value) VALUES ('last_case', $1) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(last.to_string())
    .execute(on)
    .await?;
    Ok(())
}

/// Holds all cases of a survey until the transaction ends.
pub(super) async fn hold_all(on: &mut Connection, survey: &str) -> Result<(), StoreError> {
    let statement = format!(
        "SELECT COUNT(*) FROM (SELECT c.case_no FROM survey_case c WHERE c.survey = $1 ORDER BY c.case_no{HOLDING}) \
         AS held"
    );
    // From our own words alone.
    sql::query(AssertSqlSafe(statement)).bind(survey.to_owned()).fetch_one(on).await?;
    Ok(())
}

/// A case to be added.
pub(super) struct NewRow<'a> {
    pub number: i64,
    pub unit: &'a str,
    pub pseudonym: &'a str,
    pub classes: &'a CaseClasses,
    pub disposition: Disposition,
}

/// Adds cases that are new, and counts them.
pub(super) async fn insert(
    on: &mut Connection,
    (survey, wave): (&str, &str),
    rows: &[NewRow<'_>],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let of = |cell: fn(&NewRow<'_>) -> String| rows.iter().map(cell).collect();
    let columns = vec![
        rows.iter().map(|row| row.number).collect(),
        Column::text(survey, rows.len()),
        Column::text(wave, rows.len()),
        of(|row| row.unit.to_owned()),
        of(|row| row.pseudonym.to_owned()),
        of(|row| row.classes.to_text()),
        of(|row| row.disposition.name().to_owned()),
        Column::number(0, rows.len()),
    ];
    let into = "survey_case (case_no, survey, wave, unit, pseudonym, classes, disposition, revision)";
    sql::insert(on, into, columns, "").await?;
    let mut counted = BTreeMap::new();
    for row in rows {
        let place = Place { classes: row.classes.clone(), disposition: row.disposition, mode: None };
        *counted.entry(place).or_insert(0) += 1;
    }
    tally::begin(on, survey, counted).await
}

/// Adds codes of cases.
pub(super) async fn insert_codes(on: &mut Connection, rows: &[(i64, &SealedCode)]) -> Result<(), StoreError> {
    for rows in rows.chunks(AT_ONCE) {
        let columns = vec![
            rows.iter().map(|(_, code)| code.hash.to_vec()).collect(),
            rows.iter().map(|(number, _)| *number).collect(),
            rows.iter().map(|(_, code)| code.locked.clone()).collect(),
        ];
        sql::insert(on, "code (hash, case_no, locked)", columns, "").await?;
    }
    Ok(())
}

/// The cases of some units, by unit; few enough for one statement.
pub(super) async fn find(
    on: &mut Connection,
    wave: (&str, &str),
    units: impl Iterator<Item = &str>,
) -> Result<BTreeMap<String, CaseRow>, StoreError> {
    of_units(on, wave, units, "").await
}

/// The same, held until the transaction ends: nobody begins to answer meanwhile.
pub(super) async fn hold_units(
    on: &mut Connection,
    wave: (&str, &str),
    units: impl Iterator<Item = &str>,
) -> Result<BTreeMap<String, CaseRow>, StoreError> {
    of_units(on, wave, units, HOLDING).await
}

/// In the order of their numbers, as everybody holds them, so that nobody waits in a circle.
async fn of_units(
    on: &mut Connection,
    (survey, wave): (&str, &str),
    units: impl Iterator<Item = &str>,
    holding: &'static str,
) -> Result<BTreeMap<String, CaseRow>, StoreError> {
    let mut query = Builder::new("SELECT c.* FROM survey_case c WHERE c.survey = ");
    query.push_bind(survey.to_owned()).push(" AND c.wave = ").push_bind(wave.to_owned()).push(" AND c.unit");
    sql::among(&mut query, units.map(str::to_owned).collect()).push(" ORDER BY c.case_no").push(holding);
    let rows = sql::afresh(&mut query).fetch_all(on).await?;
    rows.iter().map(|row| read(row).map(|case| (case.unit.clone(), case))).collect()
}

/// The case of a code, from its row.
pub(crate) fn code_hit(row: &Row) -> Result<CodeHit, StoreError> {
    Ok(CodeHit { case: read(row)?, locked: row.get("locked") })
}

/// A case by its number.
pub(crate) async fn by_number(on: &mut Connection, case: i64) -> Result<Option<CaseRow>, StoreError> {
    let row =
        sql::query("SELECT * FROM survey_case WHERE case_no = $1").bind(case).fetch_optional(on).await?;
    row.as_ref().map(read).transpose()
}

/// The case of a unit, in its last wave.
pub(crate) async fn by_unit(
    on: &mut Connection,
    survey: &str,
    unit: &str,
) -> Result<Option<CaseRow>, StoreError> {
    let row =
        sql::query("SELECT * FROM survey_case WHERE survey = $1 AND unit = $2 ORDER BY case_no DESC LIMIT 1")
            .bind(survey.to_owned())
            .bind(unit.to_owned())
            .fetch_optional(on)
            .await?;
    row.as_ref().map(read).transpose()
}

/// A case with its draft, from their row.
pub(crate) fn case_and_draft(row: &Row) -> Result<(CaseRow, Option<Draft>), StoreError> {
    let version: Option<i64> = row.get("version");
    let draft = version.map(|version| Draft { version, sealed: row.get("sealed") });
    Ok((read(row)?, draft))
}

/// A case that is held until the transaction ends, and what its survey says of answering.
#[derive(Debug)]
pub(crate) struct Held {
    pub case: CaseRow,
    pub privacy: Privacy,
    pub dates: Dates,
}

/// Holds a case: whoever writes to one does, so that two never meet.
pub(super) async fn hold(on: &mut Connection, case: i64) -> Result<Option<Held>, StoreError> {
    let statement = format!(
        "SELECT c.*, s.privacy, s.opens_at, s.closes_at, s.grace_until, s.closed_at FROM survey_case c \
         JOIN survey s ON s.id = c.survey WHERE c.case_no = $1{HOLDING}"
    );
    // From our own words alone.
    let row = sql::query(AssertSqlSafe(statement)).bind(case).fetch_optional(on).await?;
    row.as_ref().map(held).transpose()
}

/// A held case, from its row and its survey's.
pub(crate) fn held(row: &Row) -> Result<Held, StoreError> {
    let privacy = Privacy::parse(&row.get::<String, _>("privacy"))
        .ok_or_else(|| StoreError::says("a row of the database is damaged"))?;
    let dates = Dates {
        opens_at: row.get("opens_at"),
        closes_at: row.get("closes_at"),
        grace_until: row.get("grace_until"),
        closed_at: row.get("closed_at"),
    };
    Ok(Held { case: read(row)?, privacy, dates })
}

/// Ids of the units that have a case in a wave.
pub(crate) async fn units(
    on: &mut Connection,
    survey: &str,
    wave: &str,
) -> Result<BTreeSet<String>, StoreError> {
    let rows = sql::query("SELECT unit FROM survey_case WHERE survey = $1 AND wave = $2")
        .bind(survey.to_owned())
        .bind(wave.to_owned())
        .fetch_all(on)
        .await?;
    Ok(rows.iter().map(|row| row.get("unit")).collect())
}

/// Notes what became of a case, and counts it there.
pub(super) async fn come_to(
    on: &mut Connection,
    case: &CaseRow,
    to: Disposition,
    mode: Option<Mode>,
) -> Result<(), StoreError> {
    sql::query("UPDATE survey_case SET disposition = $2, mode = $3 WHERE case_no = $1")
        .bind(case.case)
        .bind(to.name())
        .bind(mode.map_or("", Mode::name))
        .execute(&mut *on)
        .await?;
    let to = Place { classes: case.classes.clone(), disposition: to, mode };
    tally::shift(on, &case.survey, case.case, place(case), to).await
}

/// Notes a return of a case, and counts it there.
pub(super) async fn return_of(on: &mut Connection, case: &CaseRow, mode: Mode) -> Result<(), StoreError> {
    let complete = Disposition::Complete;
    sql::query(
        "UPDATE survey_case SET revision = revision + 1, disposition = $2, mode = $3 WHERE case_no = $1",
    )
    .bind(case.case)
    .bind(complete.name())
    .bind(mode.name())
    .execute(&mut *on)
    .await?;
    let to = Place { classes: case.classes.clone(), disposition: complete, mode: Some(mode) };
    tally::shift(on, &case.survey, case.case, place(case), to).await
}

/// Where a case is counted.
pub(crate) fn place(case: &CaseRow) -> Place {
    Place { classes: case.classes.clone(), disposition: case.disposition, mode: case.mode }
}

/// Notes what an operator learned of a case; not where a return of it is there.
pub(crate) async fn record(
    on: &mut Connection,
    case: i64,
    to: Disposition,
    act: &Act,
) -> Result<bool, StoreError> {
    let Some(Held { case: row, .. }) = hold(on, case).await? else { return Ok(false) };
    if row.revision > 0 || to.is_response() {
        return Ok(false);
    }
    come_to(on, &row, to, None).await?;
    audit::append(on, &row.survey, act).await?;
    Ok(true)
}

pub(super) fn read(row: &Row) -> Result<CaseRow, StoreError> {
    Ok(CaseRow {
        case: row.get("case_no"),
        survey: row.get("survey"),
        wave: row.get("wave"),
        unit: row.get("unit"),
        pseudonym: row.get("pseudonym"),
        classes: CaseClasses::parse(&row.get::<String, _>("classes")),
        disposition: disposition(row)?,
        revision: row.get("revision"),
        mode: Mode::parse(&row.get::<String, _>("mode")),
    })
}

pub(super) fn disposition(row: &Row) -> Result<Disposition, StoreError> {
    let name: String = row.get("disposition");
    Disposition::parse(&name).ok_or_else(|| StoreError::says(format!("there is no disposition `{name}`")))
}
