//! Keys of programs.

use super::sql::{self, Get as _};
use super::{Connection, Row, audit, exact};
use crate::{Act, ApiKey, Scope, StoreError};

/// Adds a key; `false` where the survey has one of that name.
pub(crate) async fn put(on: &mut Connection, key: &ApiKey, act: &Act) -> Result<bool, StoreError> {
    let done = sql::query(
        "INSERT INTO api_key (hash, survey, name, scope, until) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (survey, name) DO NOTHING",
    )
    .bind(key.hash.to_vec())
    .bind(key.survey.clone())
    .bind(key.name.clone())
    .bind(key.scope.name())
    .bind(key.until)
    .execute(&mut *on)
    .await?;
    let is_new = done.rows_affected() > 0;
    if is_new {
        audit::append(on, &key.survey, act).await?;
    }
    Ok(is_new)
}

/// Ends a key at once; `false` where there is none of that name.
pub(crate) async fn revoke(
    on: &mut Connection,
    survey: &str,
    name: &str,
    act: &Act,
) -> Result<bool, StoreError> {
    let done = sql::query("DELETE FROM api_key WHERE survey = $1 AND name = $2")
        .bind(survey.to_owned())
        .bind(name.to_owned())
        .execute(&mut *on)
        .await?;
    let was_there = done.rows_affected() > 0;
    if was_there {
        audit::append(on, survey, act).await?;
    }
    Ok(was_there)
}

/// A key by its keyed hash.
pub(crate) async fn one(on: &mut Connection, hash: &[u8; 32]) -> Result<Option<ApiKey>, StoreError> {
    let row =
        sql::query("SELECT * FROM api_key WHERE hash = $1").bind(hash.to_vec()).fetch_optional(on).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        hash: exact(&row.get::<Vec<u8>, _>("hash"))?,
        survey: row.get("survey"),
        name: row.get("name"),
        scope: Scope::parse(&row.get::<String, _>("scope"))
            .ok_or_else(|| StoreError::says("a row of the database is damaged"))?,
        until: row.get("until"),
    })
}
