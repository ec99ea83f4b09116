//! Respondents' sessions that have ended before their time.

use super::super::AT_ONCE;
use super::sql::{self, Get as _};
use super::{Connection, Row, exact};
use crate::{EndedSession, StoreError};

/// Notes that sessions have ended; one that had ended before is noted as of now.
pub(crate) async fn put(on: &mut Connection, ended: &[EndedSession]) -> Result<(), StoreError> {
    for some in ended.chunks(AT_ONCE) {
        let marks = some.iter().map(|one| one.mark.to_vec()).collect();
        let times = some.iter().map(|one| one.at).collect();
        let behind = "ON CONFLICT (mark) DO UPDATE SET at = excluded.at";
        sql::insert(on, "ended_session (mark, at)", vec![marks, times], behind).await?;
    }
    Ok(())
}

/// Those that have ended at an instant or later.
pub(crate) async fn since(on: &mut Connection, since: i64) -> Result<Vec<EndedSession>, StoreError> {
    let rows =
        sql::query("SELECT mark, at FROM ended_session WHERE at >= $1").bind(since).fetch_all(on).await?;
    let read = |row: &Row| {
        let mark: Vec<u8> = row.get("mark");
        Ok(EndedSession { mark: exact(&mark)?, at: row.get("at") })
    };
    rows.iter().map(read).collect()
}

/// Forgets those that ended before an instant.
pub(crate) async fn forget(on: &mut Connection, before: i64) -> Result<(), StoreError> {
    sql::query("DELETE FROM ended_session WHERE at < $1").bind(before).execute(on).await?;
    Ok(())
}
