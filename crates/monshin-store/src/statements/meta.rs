//! The state of the database itself.

use super::super::{in_own_words, lock_for_migration};
use super::Connection;
use super::sql::{self, AssertSqlSafe, Get as _};
use crate::migrate::{BEFORE_ALL, Migration, statements};
use crate::{Kind, StoreError};

/// Makes the migrations that have not been made, in the caller's transaction.
pub(crate) async fn migrate(on: &mut Connection, list: &[Migration], kind: Kind) -> Result<(), StoreError> {
    lock_for_migration(on).await?;
    for statement in BEFORE_ALL {
        sql::query(statement).execute(&mut *on).await?;
    }
    let newest: Option<i64> =
        sql::query("SELECT MAX(version) AS newest FROM migration").fetch_one(&mut *on).await?.get("newest");
    let newest = newest.unwrap_or(0);
    if newest > list.last().map_or(0, |last| last.0) {
        return Err(StoreError::stands(crate::Obstacle::Newer));
    }
    for (version, text) in list.iter().filter(|(version, _)| *version > newest) {
        for statement in statements(text) {
            // From our own files, never from outside.
            sql::query(AssertSqlSafe(in_own_words(&statement))).execute(&mut *on).await?;
        }
        sql::query("INSERT INTO migration (version) VALUES ($1)").bind(*version).execute(&mut *on).await?;
    }
    sql::query("INSERT INTO meta (name, value) VALUES ('kind', $1) ON CONFLICT (name) DO NOTHING")
        .bind(kind.name())
        .execute(&mut *on)
        .await?;
    Ok(())
}

/// Writes a row that nobody reads, to see that rows can be written.
pub(crate) async fn touch(on: &mut Connection) -> Result<(), StoreError> {
    let statement = "INSERT INTO meta (name, value) VALUES ('ping', '') \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sql::query(statement).execute(on).await?;
    Ok(())
}

/// What the database is for.
pub(crate) async fn kind(on: &mut Connection) -> Result<Kind, StoreError> {
    let row = sql::query("SELECT value FROM meta WHERE name = 'kind'").fetch_one(on).await?;
    let name: String = row.get("value");
    [Kind::Field, Kind::Rehearsal]
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| StoreError::says(format!("the database says it is `{name}`, which it cannot be")))
}
