//! The audit log.

use super::sql::{self, Get as _};
use super::{Connection, Row, exact};
use crate::audit::{AuditEntry, chain};
use crate::{Act, StoreError};

/// Adds an entry at the end of the chain.
pub(crate) async fn append(on: &mut Connection, survey: &str, act: &Act) -> Result<(), StoreError> {
    // Whoever adds to the chain holds this row.
    sql::query("UPDATE meta SET value = value WHERE name = 'kind'").execute(&mut *on).await?;
    let last =
        sql::query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetch_optional(&mut *on).await?;
    let (seq, before) = match &last {
        Some(row) => (row.get::<i64, _>("seq") + 1, exact(&row.get::<Vec<u8>, _>("hash"))?),
        None => (1, [0; 32]),
    };
    sql::query(
        "INSERT INTO audit (seq, at, survey, actor, act, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(seq)
    .bind(act.at)
    .bind(survey.to_owned())
    .bind(act.actor.clone())
    .bind(act.act.clone())
    .bind(act.detail.clone())
    .bind(chain(&before, seq, survey, act).to_vec())
    .execute(on)
    .await?;
    Ok(())
}

/// The whole log, in order.
pub(crate) async fn log(on: &mut Connection) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = sql::query("SELECT * FROM audit ORDER BY seq").fetch_all(on).await?;
    let entry = |row: &Row| {
        let act = Act {
            at: row.get("at"),
            actor: row.get("actor"),
            act: row.get("act"),
            detail: row.get("detail"),
        };
        let hash = exact(&row.get::<Vec<u8>, _>("hash"))?;
        Ok(AuditEntry { seq: row.get("seq"), survey: row.get("survey"), act, hash })
    };
    rows.iter().map(entry).collect()
}
