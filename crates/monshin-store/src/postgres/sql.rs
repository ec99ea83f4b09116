//! Statements on PostgreSQL.

pub(super) use sqlx::{AssertSqlSafe, Row as Get, query};

use super::Connection;
use crate::StoreError;
use crate::rows::Column;

pub(super) type Builder = sqlx::QueryBuilder<sqlx::Postgres>;
type Query<'q> = query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Adds rows: `into` names the table and its columns, `behind` says what becomes of rows that are there. Gives how many
/// rows were added or changed. Each column is one array, so the statement is the same for any number of rows.
pub(super) async fn insert(
    on: &mut Connection,
    into: &str,
    columns: Vec<Column>,
    behind: &'static str,
) -> Result<u64, StoreError> {
    let arrays: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    let statement = format!("INSERT INTO {into} SELECT * FROM UNNEST({}) {behind}", arrays.join(", "));
    // From our own words alone.
    let mut query = query(AssertSqlSafe(statement));
    for column in columns {
        query = match column {
            Column::Numbers(cells) => query.bind(cells),
            Column::Texts(cells) => query.bind(cells),
            Column::Bytes(cells) => query.bind(cells),
        };
    }
    Ok(query.execute(on).await?.rows_affected())
}

/// That what stands before it is one of some values: one array, however many they are. A list of parameters is
/// compared one by one with every row.
pub(super) fn among<T>(builder: &mut Builder, values: Vec<T>) -> &mut Builder
where
    Vec<T>: for<'q> sqlx::Encode<'q, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    builder.push(" = ANY(").push_bind(values).push(")")
}

/// The statement, its plan made for the values at hand and the table as it is: one for any array takes it to be short.
pub(super) fn afresh(builder: &mut Builder) -> Query<'_> {
    builder.build().persistent(false)
}
