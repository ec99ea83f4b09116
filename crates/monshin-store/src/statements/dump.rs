//! All tables out, and back in.

use serde_json::Value;
use tokio::sync::{Mutex, mpsc};

use super::sql::{self, Get as _};
use super::{Connection, Row};
use crate::StoreError;
use crate::dump::{Cell, DumpRow, TABLES, Table, Writer, from_hex, to_hex};

/// Rows read at once.
const AT_ONCE: i64 = 1_000;

/// Writes every row of every table; the caller's transaction sees one moment.
pub(crate) async fn dump(on: &mut Connection, out: &mut Writer<'_>) -> Result<(), StoreError> {
    for (number, table) in TABLES.iter().enumerate() {
        let mut offset = 0;
        loop {
            let page = format!("{} LIMIT {AT_ONCE} OFFSET {offset}", table.select);
            // From our own table of statements; the numbers are ours.
            let rows = sql::query(sql::AssertSqlSafe(page)).fetch_all(&mut *on).await?;
            for row in &rows {
                out.row(number, cells(row, table.cells))?;
            }
            if (rows.len() as i64) < AT_ONCE {
                break;
            }
            offset += AT_ONCE;
        }
    }
    Ok(())
}

fn cells(row: &Row, kinds: &[Cell]) -> Vec<Value> {
    let cell = |(at, kind): (usize, &Cell)| match kind {
        Cell::Text => row.get::<Option<String>, _>(at).map_or(Value::Null, Value::from),
        Cell::Number => row.get::<Option<i64>, _>(at).map_or(Value::Null, Value::from),
        Cell::Bytes => row.get::<Option<Vec<u8>>, _>(at).map_or(Value::Null, |bytes| to_hex(&bytes).into()),
    };
    kinds.iter().enumerate().map(cell).collect()
}

/// Adds all rows of a backup to an empty database; the transaction fails unless all of them come.
pub(crate) async fn restore(
    on: &mut Connection,
    parts: &Mutex<mpsc::Receiver<Vec<DumpRow>>>,
) -> Result<(), StoreError> {
    let there = sql::query("SELECT (SELECT COUNT(*) FROM survey) + (SELECT COUNT(*) FROM audit) AS there");
    if there.fetch_one(&mut *on).await?.get::<i64, _>("there") > 0 {
        return Err(StoreError::says("the database is not empty: a backup is restored into a new one"));
    }
    let mut parts = parts.lock().await;
    while let Some(part) = parts.recv().await {
        if part.is_empty() {
            return Ok(());
        }
        for (table, cells) in &part {
            insert(on, &TABLES[*table], cells).await?;
        }
    }
    Err(StoreError::says("the backup ended before its end"))
}

async fn insert(on: &mut Connection, table: &Table, cells: &[Value]) -> Result<(), StoreError> {
    let damaged = || StoreError::says("the backup is damaged: a cell is of another type");
    let mut query = sql::query(table.insert);
    for (kind, cell) in table.cells.iter().zip(cells) {
        query = match (kind, cell) {
            (Cell::Text, Value::String(text)) => query.bind(text.clone()),
            (Cell::Text, Value::Null) => query.bind(None::<String>),
            (Cell::Number, Value::Number(number)) => query.bind(number.as_i64().ok_or_else(damaged)?),
            (Cell::Number, Value::Null) => query.bind(None::<i64>),
            (Cell::Bytes, Value::String(text)) => query.bind(from_hex(text).ok_or_else(damaged)?),
            _ => return Err(damaged()),
        };
    }
    query.execute(on).await?;
    Ok(())
}
