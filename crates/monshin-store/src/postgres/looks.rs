//! What every page of a respondent reads. Whatever is asked for at the same time is read in one statement.

use tokio::sync::oneshot;

use super::quick::{Seen, VERSIONS};
use super::sql::{AssertSqlSafe, Get as _, query};
use super::statements::{cases, submissions};
use super::{Connection, Row};
use crate::{CaseRow, CodeHit, Draft, StoreError, Submitted};

pub(super) type Answer<T> = oneshot::Sender<Result<Option<T>, StoreError>>;

/// One thing to be read, and who waits for it.
pub(super) enum Look {
    Code([u8; 32], Answer<CodeHit>),
    Case(i64, Answer<(CaseRow, Option<Draft>)>),
    Receipt(i64, Answer<Submitted>),
}

/// What was read for a [`Look`].
pub(super) enum Found {
    Code(Option<CodeHit>),
    Case(Option<(CaseRow, Option<Draft>)>),
    Receipt(Option<Submitted>),
}

impl Look {
    /// Tells whoever waits.
    pub fn tell(self, seen: Result<Found, StoreError>) {
        // Who no longer waits has gone.
        match (self, seen) {
            (Look::Code(_, answer), Ok(Found::Code(hit))) => drop(answer.send(Ok(hit))),
            (Look::Case(_, answer), Ok(Found::Case(case))) => drop(answer.send(Ok(case))),
            (Look::Receipt(_, answer), Ok(Found::Receipt(kept))) => drop(answer.send(Ok(kept))),
            (Look::Code(_, answer), Err(error)) => drop(answer.send(Err(error))),
            (Look::Case(_, answer), Err(error)) => drop(answer.send(Err(error))),
            (Look::Receipt(_, answer), Err(error)) => drop(answer.send(Err(error))),
            _ => unreachable!("what is seen is what was looked for"),
        }
    }
}

/// Reads what is asked for, each once.
/// Cases are noted for what will be written to them.
pub(super) async fn see(on: &mut Connection, looks: &[Look], noted: &Seen) -> Result<Vec<Found>, StoreError> {
    let (mut codes, mut numbers, mut receipts) = (Vec::new(), Vec::new(), Vec::new());
    for look in looks {
        match look {
            Look::Code(hash, _) => codes.push(hash.to_vec()),
            Look::Case(case, _) => numbers.push(*case),
            Look::Receipt(case, _) => receipts.push(*case),
        }
    }
    let codes = by_codes(on, codes).await?;
    let numbers = with_drafts(on, numbers).await?;
    numbers.iter().try_for_each(|row| noted.note(row))?;
    let receipts = receipts_of(on, receipts).await?;
    looks
        .iter()
        .map(|look| {
            Ok(match look {
                Look::Code(hash, _) => Found::Code(read(&codes, "hash", &hash.to_vec(), cases::code_hit)?),
                Look::Case(case, _) => Found::Case(read(&numbers, "case_no", case, cases::case_and_draft)?),
                Look::Receipt(case, _) => {
                    Found::Receipt(read(&receipts, "case_no", case, submissions::kept)?)
                }
            })
        })
        .collect()
}

/// The row of a key; there are no more rows than pages asked at the same time.
fn read<K, T>(
    rows: &[Row],
    column: &'static str,
    key: &K,
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError>
where
    K: PartialEq + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    rows.iter().find(|row| row.get::<K, _>(column) == *key).map(read).transpose()
}

async fn by_codes(on: &mut Connection, hashes: Vec<Vec<u8>>) -> Result<Vec<Row>, StoreError> {
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = query(
        "SELECT c.*, code.locked, code.hash FROM code JOIN survey_case c ON c.case_no = code.case_no \
         WHERE code.hash = ANY($1)",
    );
    Ok(rows.bind(hashes).fetch_all(on).await?)
}

async fn with_drafts(on: &mut Connection, numbers: Vec<i64>) -> Result<Vec<Row>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let statement = format!(
        "SELECT c.*, d.version, d.sealed, {VERSIONS} FROM survey_case c JOIN survey s ON s.id = c.survey \
         LEFT JOIN draft d ON d.case_no = c.case_no WHERE c.case_no = ANY($1)"
    );
    // From our own words alone.
    Ok(query(AssertSqlSafe(statement)).bind(numbers).fetch_all(on).await?)
}

async fn receipts_of(on: &mut Connection, numbers: Vec<i64>) -> Result<Vec<Row>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let rows = query(
        "SELECT DISTINCT ON (case_no) case_no, revision, receipt, submitted_at FROM submission \
         WHERE case_no = ANY($1) ORDER BY case_no, revision DESC",
    );
    Ok(rows.bind(numbers).fetch_all(on).await?)
}
