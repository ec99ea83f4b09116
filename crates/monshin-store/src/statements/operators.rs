//! Operators and their sessions.

use super::sql::{self, Builder, Get as _};
use super::{Connection, Row, audit, exact};
use crate::{AccountChange as Change, OfAccount, OperatorRow, Role, SessionRow, SetUp, StoreError};

/// Changes an account; `false` where that is not possible.
pub(crate) async fn change(on: &mut Connection, of: &OfAccount) -> Result<bool, StoreError> {
    let is_made = match &of.change {
        Change::Add { role, setup } => add(on, &of.name, *role, setup).await?,
        Change::SetUp { .. } => set_up(on, of).await?,
        Change::Reset(setup) => reset(on, &of.name, setup).await?,
        Change::Password(password) => {
            let query = sql::query("UPDATE operator SET password = $2 WHERE name = $1 AND password <> ''");
            let query = query.bind(of.name.clone()).bind(password.clone());
            query.execute(&mut *on).await?.rows_affected() > 0 && end_all(on, &of.name).await?
        }
        Change::Role(role) => {
            let query = sql::query("UPDATE operator SET role = $2 WHERE name = $1");
            let query = query.bind(of.name.clone()).bind(role.name());
            query.execute(&mut *on).await?.rows_affected() > 0 && end_all(on, &of.name).await?
        }
        Change::Remove => {
            forget(on, &of.name).await?;
            let query = sql::query("DELETE FROM operator WHERE name = $1").bind(of.name.clone());
            query.execute(&mut *on).await?.rows_affected() > 0
        }
        Change::Step(step) => {
            let query = sql::query("UPDATE operator SET last_step = $2 WHERE name = $1 AND last_step < $2");
            query.bind(of.name.clone()).bind(*step).execute(&mut *on).await?.rows_affected() > 0
        }
        Change::Recovery(hash) => {
            let query = sql::query("DELETE FROM recovery_code WHERE hash = $1 AND operator = $2");
            query.bind(hash.to_vec()).bind(of.name.clone()).execute(&mut *on).await?.rows_affected() > 0
        }
        Change::NewRecovery(hashes) => put_recovery(on, &of.name, hashes).await?,
        Change::Begin(hash) => begin(on, of, hash, of.at).await?,
        Change::BeginAsOf { hash, proven } => begin(on, of, hash, *proven).await?,
        Change::Proven(hash) => {
            let query =
                sql::query("UPDATE operator_session SET proven = $3 WHERE hash = $1 AND operator = $2");
            let query = query.bind(hash.to_vec()).bind(of.name.clone()).bind(of.at);
            query.execute(&mut *on).await?.rows_affected() > 0
        }
        Change::Seen(hash) => {
            let query = sql::query("UPDATE operator_session SET seen = $2 WHERE hash = $1 AND seen < $2");
            query.bind(hash.to_vec()).bind(of.at).execute(&mut *on).await?.rows_affected() > 0
        }
        Change::End(hash) => {
            let query = sql::query("DELETE FROM operator_session WHERE hash = $1 AND operator = $2");
            query.bind(hash.to_vec()).bind(of.name.clone()).execute(&mut *on).await?.rows_affected() > 0
        }
        Change::EndOthers(hash) => {
            let query = sql::query("DELETE FROM operator_session WHERE hash <> $1 AND operator = $2");
            query.bind(hash.to_vec()).bind(of.name.clone()).execute(&mut *on).await?;
            true
        }
    };
    if let Some(act) = of.act.as_ref().filter(|_| is_made) {
        audit::append(on, "", act).await?;
    }
    Ok(is_made)
}

async fn begin(
    on: &mut Connection,
    of: &OfAccount,
    hash: &[u8; 32],
    proven: i64,
) -> Result<bool, StoreError> {
    sql::query(
        "INSERT INTO operator_session (hash, operator, since, seen, proven) VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(hash.to_vec())
    .bind(of.name.clone())
    .bind(of.at)
    .bind(proven)
    .execute(on)
    .await?;
    Ok(true)
}

async fn add(on: &mut Connection, name: &str, role: Role, setup: &SetUp) -> Result<bool, StoreError> {
    let done = sql::query(
        "INSERT INTO operator (name, role, password, second, last_step, setup, setup_until) \
         VALUES ($1, $2, '', $3, 0, $4, $5) ON CONFLICT (name) DO NOTHING",
    )
    .bind(name.to_owned())
    .bind(role.name())
    .bind(Vec::<u8>::new())
    .bind(setup.hash.to_vec())
    .bind(setup.until)
    .execute(on)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn set_up(on: &mut Connection, of: &OfAccount) -> Result<bool, StoreError> {
    let Change::SetUp { token, password, second, step, recovery } = &of.change else { return Ok(false) };
    let done = sql::query(
        "UPDATE operator SET password = $3, second = $4, last_step = $5, setup = $6, setup_until = 0 \
         WHERE name = $1 AND setup = $2 AND setup_until > $7",
    )
    .bind(of.name.clone())
    .bind(token.to_vec())
    .bind(password.clone())
    .bind(second.clone())
    .bind(*step)
    .bind(Vec::<u8>::new())
    .bind(of.at)
    .execute(&mut *on)
    .await?;
    Ok(done.rows_affected() > 0 && put_recovery(on, &of.name, recovery).await?)
}

async fn reset(on: &mut Connection, name: &str, setup: &SetUp) -> Result<bool, StoreError> {
    forget(on, name).await?;
    let done = sql::query(
        "UPDATE operator SET password = '', second = $2, last_step = 0, setup = $3, setup_until = $4 WHERE name = $1",
    )
    .bind(name.to_owned())
    .bind(Vec::<u8>::new())
    .bind(setup.hash.to_vec())
    .bind(setup.until)
    .execute(on)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Sessions and recovery codes go.
async fn forget(on: &mut Connection, name: &str) -> Result<(), StoreError> {
    end_all(on, name).await?;
    sql::query("DELETE FROM recovery_code WHERE operator = $1").bind(name.to_owned()).execute(on).await?;
    Ok(())
}

async fn end_all(on: &mut Connection, name: &str) -> Result<bool, StoreError> {
    sql::query("DELETE FROM operator_session WHERE operator = $1").bind(name.to_owned()).execute(on).await?;
    Ok(true)
}

async fn put_recovery(on: &mut Connection, name: &str, hashes: &[[u8; 32]]) -> Result<bool, StoreError> {
    sql::query("DELETE FROM recovery_code WHERE operator = $1")
        .bind(name.to_owned())
        .execute(&mut *on)
        .await?;
    if !hashes.is_empty() {
        let mut query = Builder::new("INSERT INTO recovery_code (hash, operator) ");
        query.push_values(hashes, |mut cells, hash| {
            cells.push_bind(hash.to_vec()).push_bind(name.to_owned());
        });
        query.build().execute(on).await?;
    }
    Ok(true)
}

/// All operators, by name.
pub(crate) async fn all(on: &mut Connection) -> Result<Vec<OperatorRow>, StoreError> {
    let rows = sql::query("SELECT * FROM operator ORDER BY name").fetch_all(on).await?;
    rows.iter().map(read).collect()
}

/// An operator.
pub(crate) async fn one(on: &mut Connection, name: &str) -> Result<Option<OperatorRow>, StoreError> {
    let query = sql::query("SELECT * FROM operator WHERE name = $1").bind(name.to_owned());
    query.fetch_optional(on).await?.as_ref().map(read).transpose()
}

/// The operator of a link for setting up.
pub(crate) async fn of_setup(
    on: &mut Connection,
    token: &[u8; 32],
) -> Result<Option<OperatorRow>, StoreError> {
    let query = sql::query("SELECT * FROM operator WHERE setup = $1").bind(token.to_vec());
    query.fetch_optional(on).await?.as_ref().map(read).transpose()
}

/// The operator of a session.
pub(crate) async fn of_session(
    on: &mut Connection,
    hash: &[u8; 32],
) -> Result<Option<(OperatorRow, SessionRow)>, StoreError> {
    let row = sql::query(
        "SELECT o.*, s.hash, s.since, s.seen, s.proven FROM operator_session s JOIN operator o ON o.name = s.operator \
         WHERE s.hash = $1",
    )
    .bind(hash.to_vec())
    .fetch_optional(on)
    .await?;
    row.as_ref().map(|row| Ok((read(row)?, session(row)?))).transpose()
}

/// The sessions of an operator, the newest first.
pub(crate) async fn sessions(on: &mut Connection, name: &str) -> Result<Vec<SessionRow>, StoreError> {
    let rows = sql::query("SELECT * FROM operator_session WHERE operator = $1 ORDER BY since DESC, hash")
        .bind(name.to_owned())
        .fetch_all(on)
        .await?;
    rows.iter().map(session).collect()
}

fn read(row: &Row) -> Result<OperatorRow, StoreError> {
    let role: String = row.get("role");
    Ok(OperatorRow {
        name: row.get("name"),
        role: Role::parse(&role).ok_or_else(|| StoreError::says(format!("there is no role `{role}`")))?,
        password: row.get("password"),
        second: row.get("second"),
        setup_until: row.get("setup_until"),
    })
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    let hash: Vec<u8> = row.get("hash");
    let [since, seen, proven] = ["since", "seen", "proven"].map(|column| row.get(column));
    Ok(SessionRow { hash: exact(&hash)?, since, seen, proven })
}
