//! All tables out, and back in.

use serde_json::Value;
use tokio::sync::{Mutex, mpsc};

use super::sql::{self, Get as _};
use super::{Connection, Row};
use crate::StoreError;
use crate::dump::{Cell, DumpRow, TABLES, Table, Writer, from_hex, to_hex};
use crate::rows::Column;

/// Rows read at once.
const AT_ONCE: usize = 1_000;

/// Writes every row of every table; the caller's transaction sees one moment.
pub(crate) async fn dump(on: &mut Connection, out: &mut Writer<'_>) -> Result<(), StoreError> {
    for (number, table) in TABLES.iter().enumerate() {
        let mut last = None;
        loop {
            let rows = page(on, table, last.as_ref()).await?;
            for row in &rows {
                out.row(number, cells(row, table))?;
            }
            if rows.len() < AT_ONCE {
                break;
            }
            last = rows.into_iter().next_back();
        }
    }
    Ok(())
}

/// The rows behind one, which is found by its key, however many there were before.
async fn page(on: &mut Connection, table: &Table, last: Option<&Row>) -> Result<Vec<Row>, StoreError> {
    // From our own table of names; the numbers are ours.
    let mut query = sql::query(sql::AssertSqlSafe(table.page(last.is_none(), AT_ONCE)));
    for (row, at) in last.into_iter().flat_map(|row| (0..table.key).map(move |at| (row, at))) {
        query = match table.columns[at].1 {
            Cell::Text => query.bind(row.get::<String, _>(at)),
            Cell::Number => query.bind(row.get::<i64, _>(at)),
            Cell::Bytes => query.bind(row.get::<Vec<u8>, _>(at)),
        };
    }
    let rows = query.fetch_all(on).await?;
    Ok(rows)
}

fn cells(row: &Row, table: &Table) -> Vec<Value> {
    let cell = |(at, (_, kind)): (usize, &(&str, Cell))| match kind {
        Cell::Text => row.get::<Option<String>, _>(at).map_or(Value::Null, Value::from),
        Cell::Number => row.get::<Option<i64>, _>(at).map_or(Value::Null, Value::from),
        Cell::Bytes => row.get::<Option<Vec<u8>>, _>(at).map_or(Value::Null, |bytes| to_hex(&bytes).into()),
    };
    table.columns.iter().enumerate().map(cell).collect()
}

/// Adds all rows of a backup to an empty database; the transaction fails unless all of them come.
pub(crate) async fn restore(
    on: &mut Connection,
    parts: &Mutex<mpsc::Receiver<Vec<DumpRow>>>,
) -> Result<(), StoreError> {
    let there = sql::query("SELECT (SELECT COUNT(*) FROM survey) + (SELECT COUNT(*) FROM audit) AS there");
    if there.fetch_one(&mut *on).await?.get::<i64, _>("there") > 0 {
        return Err(StoreError::stands(crate::Obstacle::NotEmpty));
    }
    let mut parts = parts.lock().await;
    while let Some(part) = parts.recv().await {
        if part.is_empty() {
            return Ok(());
        }
        for rows in part.chunk_by(|one, next| one.0 == next.0) {
            insert(on, &TABLES[rows[0].0], rows).await?;
        }
    }
    Err(StoreError::says("the backup ended before its end"))
}

async fn insert(on: &mut Connection, table: &Table, rows: &[DumpRow]) -> Result<(), StoreError> {
    let columns = table.columns.iter().enumerate();
    let columns = columns.map(|(at, (_, kind))| column(*kind, rows.iter().map(|(_, cells)| &cells[at])));
    let columns: Option<Vec<Column>> = columns.collect();
    let damaged = || StoreError::says("the backup is damaged: a cell is of another type");
    sql::insert(on, &table.into(), columns.ok_or_else(damaged)?, "").await?;
    Ok(())
}

/// The cells of a column; `None` where one is of another type.
fn column<'c>(kind: Cell, cells: impl Iterator<Item = &'c Value>) -> Option<Column> {
    Some(match kind {
        Cell::Text => {
            Column::Texts(cells.map(|cell| cell.as_str().map(str::to_owned)).collect::<Option<_>>()?)
        }
        Cell::Number => Column::Numbers(
            cells
                .map(|cell| if cell.is_null() { Some(None) } else { cell.as_i64().map(Some) })
                .collect::<Option<_>>()?,
        ),
        Cell::Bytes => Column::Bytes(cells.map(|cell| from_hex(cell.as_str()?)).collect::<Option<_>>()?),
    })
}
