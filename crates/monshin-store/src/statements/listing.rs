//! The frame: units and how they are reached, their codes, and the pages of the list.

use std::collections::{BTreeMap, BTreeSet};

use monshin_frame::Disposition;

use super::super::{AT_ONCE, plan_for_many};
use super::cases::{self, NewRow};
use super::sql::{self, Builder, Get as _};
use super::tally::{self, Place};
use super::{Connection, Row, audit, exact};
use crate::{
    Act, CaseLine, CaseQuery, CaseRow, Listed, Listing, NewCodes, SealedCode, StoreError, Upload, Which,
};

/// Takes units in; see [`crate::Store::list_units`].
pub(crate) async fn list(
    on: &mut Connection,
    (survey, wave): (&str, &str),
    units: &[Listed],
    act: &Act,
) -> Result<Listing, StoreError> {
    plan_for_many(on).await?;
    let mut number = cases::numbering(on, survey).await?;
    let mut listing = Listing::default();
    let mut there = BTreeMap::new();
    for units in units.chunks(AT_ONCE) {
        let mut known = cases::find(on, (survey, wave), units.iter().map(|unit| &*unit.unit)).await?;
        let mut seen = BTreeSet::new();
        let mut new: Vec<&Listed> = Vec::new();
        for unit in units.iter().filter(|unit| seen.insert(&unit.unit)) {
            match known.remove(&unit.unit) {
                Some(case) => drop(there.insert(case.case, (case, unit))),
                None => new.push(unit),
            }
        }
        add(on, (survey, wave), number, &new).await?;
        number += new.len() as i64;
        listing.added += new.len() as u64;
    }
    // In the order of their numbers, as everybody holds cases, so that nobody waits in a circle.
    for (case, unit) in there.values() {
        reclassify(on, case, unit, &mut listing).await?;
    }
    let contacts: Vec<(i64, &[u8])> =
        there.iter().map(|(number, (_, unit))| (*number, &*unit.contact)).collect();
    for some in contacts.chunks(AT_ONCE) {
        put_contacts(on, some).await?;
    }
    audit::append(on, survey, act).await?;
    Ok(listing)
}

/// Adds units that are new, with their contacts; `last` is the last number given to a case.
async fn add(
    on: &mut Connection,
    wave: (&str, &str),
    last: i64,
    units: &[&Listed],
) -> Result<(), StoreError> {
    let rows = units.iter().zip(last + 1..).map(|(unit, number)| NewRow {
        number,
        unit: &unit.unit,
        pseudonym: &unit.pseudonym,
        classes: &unit.classes,
        // A return comes from the respondent, not from the list.
        disposition: unit
            .disposition
            .filter(|one| !one.is_response())
            .unwrap_or(Disposition::UnknownEligibility),
    });
    cases::insert(on, wave, &rows.collect::<Vec<_>>()).await?;
    let contacts: Vec<(i64, &[u8])> =
        units.iter().zip(last + 1..).map(|(unit, number)| (number, &*unit.contact)).collect();
    put_contacts(on, &contacts).await
}

/// Other classes, as long as no return was counted in the old ones.
async fn reclassify(
    on: &mut Connection,
    case: &CaseRow,
    unit: &Listed,
    listing: &mut Listing,
) -> Result<(), StoreError> {
    if case.classes == unit.classes {
        return Ok(());
    }
    // The case may have answered since it was read.
    let Some(cases::Held { case, .. }) = cases::hold(on, case.case).await? else { return Ok(()) };
    if case.revision > 0 {
        listing.kept += 1;
        return Ok(());
    }
    sql::query("UPDATE survey_case SET classes = $2 WHERE case_no = $1")
        .bind(case.case)
        .bind(unit.classes.to_text())
        .execute(&mut *on)
        .await?;
    let (from, to) = (cases::place(&case), Place { classes: unit.classes.clone(), ..cases::place(&case) });
    listing.moved += 1;
    tally::shift(on, &case.survey, case.case, from, to).await
}

async fn put_contacts(on: &mut Connection, contacts: &[(i64, &[u8])]) -> Result<(), StoreError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let columns = vec![
        contacts.iter().map(|(case, _)| *case).collect(),
        contacts.iter().map(|(_, sealed)| sealed.to_vec()).collect(),
    ];
    let behind = "ON CONFLICT (case_no) DO UPDATE SET sealed = excluded.sealed";
    sql::insert(on, "contact (case_no, sealed)", columns, behind).await?;
    Ok(())
}

/// Gives units their codes; see [`crate::Store::issue_codes`].
pub(crate) async fn issue(
    on: &mut Connection,
    (survey, wave): (&str, &str),
    codes: &[NewCodes],
    replace: bool,
    act: &Act,
) -> Result<Vec<String>, StoreError> {
    plan_for_many(on).await?;
    // One issue of codes at a time.
    cases::hold_survey(on, survey).await?;
    let mut issued = Vec::new();
    for codes in codes.chunks(AT_ONCE) {
        let known = cases::hold_units(on, (survey, wave), codes.iter().map(|one| &*one.unit)).await?;
        let numbers: Vec<i64> = known.values().map(|case| case.case).collect();
        let begun = numbers_of(on, "SELECT case_no FROM draft WHERE case_no", &numbers).await?;
        let coded = numbers_of(on, "SELECT DISTINCT case_no FROM code WHERE case_no", &numbers).await?;
        let may = |case: &CaseRow| {
            case.revision == 0 && !begun.contains(&case.case) && (replace || !coded.contains(&case.case))
        };
        let chosen: BTreeMap<i64, &NewCodes> = codes
            .iter()
            .filter_map(|one| Some((known.get(&one.unit)?, one)))
            .filter(|(case, _)| may(case))
            .map(|(case, one)| (case.case, one))
            .collect();
        let old: Vec<i64> = chosen.keys().copied().filter(|case| coded.contains(case)).collect();
        if !old.is_empty() {
            let mut erase = Builder::new("DELETE FROM code WHERE case_no");
            sql::afresh(sql::among(&mut erase, old)).execute(&mut *on).await?;
        }
        let rows: Vec<(i64, &SealedCode)> =
            chosen.iter().flat_map(|(case, one)| one.codes.iter().map(move |code| (*case, code))).collect();
        cases::insert_codes(on, &rows).await?;
        issued.extend(chosen.values().map(|one| one.unit.clone()));
    }
    if !issued.is_empty() {
        audit::append(on, survey, act).await?;
    }
    Ok(issued)
}

async fn numbers_of(
    on: &mut Connection,
    select: &'static str,
    numbers: &[i64],
) -> Result<BTreeSet<i64>, StoreError> {
    let mut query = Builder::new(select);
    let rows = sql::afresh(sql::among(&mut query, numbers.to_vec())).fetch_all(on).await?;
    Ok(rows.iter().map(|row| row.get("case_no")).collect())
}

/// A page of cases, by the ids of their units.
pub(crate) async fn cases(on: &mut Connection, wanted: &CaseQuery) -> Result<Vec<CaseLine>, StoreError> {
    let mut query = Builder::new(
        "SELECT c.*, k.sealed AS contact, \
         CASE WHEN EXISTS (SELECT 1 FROM code WHERE code.case_no = c.case_no) THEN 1 ELSE 0 END AS coded, \
         CASE WHEN EXISTS (SELECT 1 FROM draft WHERE draft.case_no = c.case_no) THEN 1 ELSE 0 END AS drafted \
         FROM survey_case c LEFT JOIN contact k ON k.case_no = c.case_no WHERE c.survey = ",
    );
    query.push_bind(wanted.survey.clone()).push(" AND c.unit > ").push_bind(wanted.after.clone());
    if !wanted.begins.is_empty() {
        query.push(" AND SUBSTR(c.unit, 1, ").push_bind(wanted.begins.chars().count() as i32);
        query.push(") = ").push_bind(wanted.begins.clone());
    }
    match wanted.which {
        Which::All => {}
        Which::Missing => {
            query.push(" AND c.disposition NOT IN (");
            let mut list = query.separated(", ");
            let done = Disposition::ALL
                .into_iter()
                .filter(|one| one.is_response() || *one == Disposition::NotEligible);
            for one in done {
                list.push_bind(one.name());
            }
            query.push(")");
        }
        Which::Of(disposition) => {
            query.push(" AND c.disposition = ").push_bind(disposition.name());
        }
        Which::Uncoded => {
            query.push(" AND NOT EXISTS (SELECT 1 FROM code WHERE code.case_no = c.case_no)");
        }
        Which::NotBegun => {
            query.push(
                " AND c.revision = 0 AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.case_no = c.case_no)",
            );
        }
    }
    query.push(" ORDER BY c.unit LIMIT ").push_bind(i64::from(wanted.limit));
    let rows = query.build().fetch_all(on).await?;
    let line = |row: &Row| {
        Ok(CaseLine {
            case: cases::read(row)?,
            contact: row.get("contact"),
            has_code: row.get::<i32, _>("coded") == 1,
            has_draft: row.get::<i32, _>("drafted") == 1,
        })
    };
    rows.iter().map(line).collect()
}

/// Keeps a frame until it is loaded.
pub(crate) async fn put_upload(on: &mut Connection, upload: &Upload) -> Result<(), StoreError> {
    sql::query("INSERT INTO upload (id, survey, operator, at, sealed) VALUES ($1, $2, $3, $4, $5)")
        .bind(upload.id.to_vec())
        .bind(upload.survey.clone())
        .bind(upload.operator.clone())
        .bind(upload.at)
        .bind(upload.sealed.clone())
        .execute(on)
        .await?;
    Ok(())
}

/// A frame that waits to be loaded.
pub(crate) async fn upload(on: &mut Connection, id: &[u8; 32]) -> Result<Option<Upload>, StoreError> {
    let row = sql::query("SELECT * FROM upload WHERE id = $1").bind(id.to_vec()).fetch_optional(on).await?;
    let read = |row: &Row| {
        Ok(Upload {
            id: exact(&row.get::<Vec<u8>, _>("id"))?,
            survey: row.get("survey"),
            operator: row.get("operator"),
            at: row.get("at"),
            sealed: row.get("sealed"),
        })
    };
    row.as_ref().map(read).transpose()
}

/// Erases the frames of an operator that wait, and everybody's from before an instant.
pub(crate) async fn drop_uploads(on: &mut Connection, operator: &str, before: i64) -> Result<(), StoreError> {
    sql::query("DELETE FROM upload WHERE operator = $1 OR at < $2")
        .bind(operator.to_owned())
        .bind(before)
        .execute(on)
        .await?;
    Ok(())
}
