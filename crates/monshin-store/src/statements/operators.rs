//! Operators and their sessions.

use super::sql::{self, Get as _};
use super::{Connection, Row, audit, exact};
use crate::rows::Column;
use crate::{
    AccountChange as Change, OfAccount, OperatorRow, Role, SessionChange, SessionRow, SetUp, StoreError,
};

/// Whether a statement, with its values, changes any row.
macro_rules! changes {
    ($on:expr, $statement:expr $(, $value:expr)* $(,)?) => {
        sql::query($statement)$(.bind($value))*.execute(&mut *$on).await?.rows_affected() > 0
    };
}

/// Changes an account; `false` where that is not possible.
pub(crate) async fn change(on: &mut Connection, of: &OfAccount) -> Result<bool, StoreError> {
    let name = of.name.clone();
    let is_made = match &of.change {
        Change::Add { role, setup } => add(on, &name, *role, setup).await?,
        Change::SetUp { .. } => set_up(on, of).await?,
        Change::Reset(setup) => reset(on, &name, setup).await?,
        Change::Password(password) => {
            end_all(on, &name).await?;
            let statement = "UPDATE operator SET password = $2 WHERE name = $1 AND password <> ''";
            changes!(on, statement, name, password.clone())
        }
        Change::Role(role) => {
            end_all(on, &name).await?;
            changes!(on, "UPDATE operator SET role = $2 WHERE name = $1", name, role.name())
        }
        Change::Remove => {
            forget(on, &name).await?;
            changes!(on, "DELETE FROM operator WHERE name = $1", name)
        }
        Change::Step(step) => {
            let statement = "UPDATE operator SET last_step = $2 WHERE name = $1 AND last_step < $2";
            changes!(on, statement, name, *step)
        }
        Change::Recovery(hash) => {
            changes!(on, "DELETE FROM recovery_code WHERE hash = $1 AND operator = $2", hash.to_vec(), name)
        }
        Change::NewRecovery(hashes) => put_recovery(on, &name, hashes).await?,
        Change::Session(change) => change_session(on, &name, of.at, change).await?,
    };
    if let Some(act) = of.act.as_ref().filter(|_| is_made) {
        audit::append(on, "", act).await?;
    }
    Ok(is_made)
}

async fn change_session(
    on: &mut Connection,
    name: &str,
    at: i64,
    change: &SessionChange,
) -> Result<bool, StoreError> {
    let name = name.to_owned();
    Ok(match change {
        SessionChange::Begin { hash, proven, instead_of } => {
            if let Some(before) = instead_of {
                let end = sql::query("DELETE FROM operator_session WHERE hash = $1");
                end.bind(before.to_vec()).execute(&mut *on).await?;
            }
            let statement = "INSERT INTO operator_session (hash, operator, since, seen, proven) \
                             SELECT $1, name, $3, $3, $4 FROM operator WHERE name = $2";
            changes!(on, statement, hash.to_vec(), name, at, *proven)
        }
        SessionChange::Proven { from, to } => {
            let statement = "UPDATE operator_session SET hash = $2, proven = $4, seen = $4 \
                             WHERE hash = $1 AND operator = $3";
            changes!(on, statement, from.to_vec(), to.to_vec(), name, at)
        }
        SessionChange::Seen(hash) => {
            let statement = "UPDATE operator_session SET seen = $2 WHERE hash = $1 AND seen < $2";
            changes!(on, statement, hash.to_vec(), at)
        }
        SessionChange::End(hash) => {
            let statement = "DELETE FROM operator_session WHERE hash = $1 AND operator = $2";
            changes!(on, statement, hash.to_vec(), name)
        }
        SessionChange::EndOthers(hash) => {
            let statement = "DELETE FROM operator_session WHERE hash <> $1 AND operator = $2";
            changes!(on, statement, hash.to_vec(), name)
        }
        SessionChange::EndAll => {
            end_all(on, &name).await?;
            one(on, &name).await?.is_some()
        }
        SessionChange::EndEverybody(but) => {
            let but = but.map_or_else(Vec::new, |hash| hash.to_vec());
            changes!(on, "DELETE FROM operator_session WHERE hash <> $1", but)
        }
    })
}

async fn add(on: &mut Connection, name: &str, role: Role, setup: &SetUp) -> Result<bool, StoreError> {
    Ok(changes!(
        on,
        "INSERT INTO operator (name, role, password, second, last_step, setup, setup_until) \
         VALUES ($1, $2, '', $3, 0, $4, $5) ON CONFLICT (name) DO NOTHING",
        name.to_owned(),
        role.name(),
        Vec::<u8>::new(),
        setup.hash.to_vec(),
        setup.until,
    ))
}

async fn set_up(on: &mut Connection, of: &OfAccount) -> Result<bool, StoreError> {
    let Change::SetUp { token, password, second, step, recovery } = &of.change else { return Ok(false) };
    let is_set = changes!(
        on,
        "UPDATE operator SET password = $3, second = $4, last_step = $5, setup = $6, setup_until = 0 \
         WHERE name = $1 AND setup = $2 AND setup_until > $7",
        of.name.clone(),
        token.to_vec(),
        password.clone(),
        second.clone(),
        *step,
        Vec::<u8>::new(),
        of.at,
    );
    Ok(is_set && put_recovery(on, &of.name, recovery).await?)
}

async fn reset(on: &mut Connection, name: &str, setup: &SetUp) -> Result<bool, StoreError> {
    forget(on, name).await?;
    Ok(changes!(
        on,
        "UPDATE operator SET password = '', second = $2, last_step = 0, setup = $3, setup_until = $4 \
         WHERE name = $1",
        name.to_owned(),
        Vec::<u8>::new(),
        setup.hash.to_vec(),
        setup.until,
    ))
}

/// Sessions and recovery codes go.
async fn forget(on: &mut Connection, name: &str) -> Result<(), StoreError> {
    end_all(on, name).await?;
    sql::query("DELETE FROM recovery_code WHERE operator = $1").bind(name.to_owned()).execute(on).await?;
    Ok(())
}

async fn end_all(on: &mut Connection, name: &str) -> Result<(), StoreError> {
    sql::query("DELETE FROM operator_session WHERE operator = $1").bind(name.to_owned()).execute(on).await?;
    Ok(())
}

async fn put_recovery(on: &mut Connection, name: &str, hashes: &[[u8; 32]]) -> Result<bool, StoreError> {
    sql::query("DELETE FROM recovery_code WHERE operator = $1")
        .bind(name.to_owned())
        .execute(&mut *on)
        .await?;
    if !hashes.is_empty() {
        let names = Column::text(name, hashes.len());
        let hashes = hashes.iter().map(|hash| hash.to_vec()).collect();
        sql::insert(on, "recovery_code (hash, operator)", vec![hashes, names], "").await?;
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
    found(query.fetch_optional(on).await?)
}

/// The operator of a link for setting up.
pub(crate) async fn of_setup(
    on: &mut Connection,
    token: &[u8; 32],
) -> Result<Option<OperatorRow>, StoreError> {
    let query = sql::query("SELECT * FROM operator WHERE setup = $1").bind(token.to_vec());
    found(query.fetch_optional(on).await?)
}

fn found(row: Option<Row>) -> Result<Option<OperatorRow>, StoreError> {
    row.as_ref().map(read).transpose()
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
