//! How many cases came to what. Kept with every change of a case, so that nothing is counted to show it.

use std::collections::BTreeMap;

use monshin_frame::Disposition;

use super::super::shard;
use super::sql::{self, Get as _};
use super::{Connection, Row};
use crate::rows::Column;
use crate::{Arrival, CaseClasses, CaseCount, Mode, StoreError};

const HALF_HOUR: i64 = 1_800_000_000;

/// Where a case is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub classes: CaseClasses,
    pub disposition: Disposition,
    pub mode: Option<Mode>,
}

/// Counts a case elsewhere.
pub(super) async fn shift(
    on: &mut Connection,
    survey: &str,
    case: i64,
    from: Place,
    to: Place,
) -> Result<(), StoreError> {
    if from != to {
        // Whoever needs two rows takes them in the same order as everybody else.
        add(on, survey, shard(case), BTreeMap::from([(from, -1), (to, 1)])).await?;
    }
    Ok(())
}

/// Counts new cases.
pub(super) async fn begin(
    on: &mut Connection,
    survey: &str,
    cases: BTreeMap<Place, i64>,
) -> Result<(), StoreError> {
    add(on, survey, 0, cases).await
}

/// Adds to counts, in the order of the bytes of their keys, as everybody does.
pub(crate) async fn add(
    on: &mut Connection,
    survey: &str,
    shard: i64,
    changes: BTreeMap<Place, i64>,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let key =
        |place: Place| (place.classes.to_text(), place.disposition.name(), place.mode.map_or("", Mode::name));
    let changes: BTreeMap<_, i64> = changes.into_iter().map(|(place, change)| (key(place), change)).collect();
    let rows = changes.len();
    let columns = vec![
        Column::text(survey, rows),
        changes.keys().map(|(classes, ..)| classes.clone()).collect(),
        changes.keys().map(|(_, disposition, _)| *disposition).collect(),
        changes.keys().map(|(.., mode)| *mode).collect(),
        Column::number(shard, rows),
        changes.values().copied().collect(),
    ];
    let behind = "ON CONFLICT (survey, classes, disposition, mode, shard) \
         DO UPDATE SET cases = tally.cases + excluded.cases";
    let into = "tally (survey, classes, disposition, mode, shard, cases)";
    sql::insert(on, into, columns, behind).await?;
    Ok(())
}

/// Notes a first return.
pub(super) async fn arrived(
    on: &mut Connection,
    survey: &str,
    case: i64,
    mode: Mode,
    at: i64,
) -> Result<(), StoreError> {
    arrive(on, survey, half_hour(at), mode, shard(case), 1).await
}

/// Half hours since 1970.
pub(crate) fn half_hour(at: i64) -> i64 {
    at.div_euclid(HALF_HOUR)
}

/// Adds first returns to a half hour.
pub(crate) async fn arrive(
    on: &mut Connection,
    survey: &str,
    half_hour: i64,
    mode: Mode,
    shard: i64,
    returns: i64,
) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO arrival (survey, half_hour, mode, shard, returns) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (survey, half_hour, mode, shard) DO UPDATE SET returns = arrival.returns + excluded.returns",
    )
    .bind(survey.to_owned())
    .bind(half_hour)
    .bind(mode.name())
    .bind(shard)
    .bind(returns)
    .execute(on)
    .await?;
    Ok(())
}

/// Cases by classes, disposition and mode.
pub(crate) async fn counts(on: &mut Connection, survey: &str) -> Result<Vec<CaseCount>, StoreError> {
    let rows = sql::query(
        "SELECT classes, disposition, mode, CAST(SUM(cases) AS BIGINT) AS cases FROM tally WHERE survey = $1 \
         GROUP BY classes, disposition, mode HAVING SUM(cases) <> 0 ORDER BY classes, disposition, mode",
    )
    .bind(survey.to_owned())
    .fetch_all(on)
    .await?;
    let count = |row: &Row| {
        Ok(CaseCount {
            classes: CaseClasses::parse(&row.get::<String, _>("classes")),
            disposition: super::cases::disposition(row)?,
            mode: Mode::parse(&row.get::<String, _>("mode")),
            cases: u64::try_from(row.get::<i64, _>("cases"))
                .map_err(|_| StoreError::says("more cases were counted out than in"))?,
        })
    };
    rows.iter().map(count).collect()
}

/// First returns by half hour.
pub(crate) async fn arrivals(on: &mut Connection, survey: &str) -> Result<Vec<Arrival>, StoreError> {
    let rows = sql::query(
        "SELECT half_hour, mode, CAST(SUM(returns) AS BIGINT) AS returns FROM arrival WHERE survey = $1 \
         GROUP BY half_hour, mode ORDER BY half_hour, mode",
    )
    .bind(survey.to_owned())
    .fetch_all(on)
    .await?;
    let arrival = |row: &Row| {
        Ok(Arrival {
            half_hour: row.get("half_hour"),
            mode: Mode::parse(&row.get::<String, _>("mode"))
                .ok_or_else(|| StoreError::says("a row of the database is damaged"))?,
            returns: row.get::<i64, _>("returns") as u64,
        })
    };
    rows.iter().map(arrival).collect()
}
