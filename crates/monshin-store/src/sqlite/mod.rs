//! SQLite: readers beside one writer, which commits what has come together as one transaction.

#[path = "../statements/mod.rs"]
#[cfg_attr(
    feature = "postgres",
    allow(clippy::duplicate_mod, reason = "the same statements, once for each database")
)]
mod statements;
mod writer;

use std::path::{Path, PathBuf};

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection};

use crate::migrate::{MIGRATIONS, Migration};
use crate::write::{Done, Write};
use crate::{Kind, StoreError};
use writer::Writer;

type Connection = SqliteConnection;
type Db = Sqlite;
type Here = SqliteStore;
type Row = SqliteRow;

/// Connections that read.
const READERS: u32 = 4;

/// A store in one file.
#[derive(Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
}

impl SqliteStore {
    /// Opens or makes the file and brings its tables up to date.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(path: &Path, kind: Kind) -> Result<SqliteStore, StoreError> {
        SqliteStore::open_with(path, kind, MIGRATIONS).await
    }

    pub(crate) async fn open_with(
        path: &Path,
        kind: Kind,
        list: &[Migration],
    ) -> Result<SqliteStore, StoreError> {
        let mut connection = options(path).create_if_missing(true).connect().await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        match statements::migrate(&mut connection, list, kind).await {
            Ok(()) => sqlx::query("COMMIT").execute(&mut connection).await?,
            Err(error) => {
                sqlx::query("ROLLBACK").execute(&mut connection).await?;
                connection.close().await?;
                return Err(error);
            }
        };
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options(path).read_only(true))
            .await?;
        Ok(SqliteStore { readers, writer: Writer::start(connection) })
    }

    /// The file anew, and the log beside it emptied.
    async fn rewrite(&self) -> Result<(), StoreError> {
        self.writer.rewrite().await
    }

    async fn end(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    async fn write(&self, write: Write) -> Result<Done, StoreError> {
        self.writer.write(write).await
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(PathBuf::from(path))
        .journal_mode(SqliteJournalMode::Wal)
        // With WAL, FULL is what survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .auto_vacuum(SqliteAutoVacuum::None)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_secs(10))
        // What was deleted is overwritten with zeros.
        .pragma("secure_delete", "ON")
}

/// SQLite's own words are what the migrations are written in.
fn in_own_words(statement: &str) -> String {
    statement.to_owned()
}

/// `BEGIN IMMEDIATE` has locked the file.
async fn lock_for_migration(_on: &mut Connection) -> Result<(), StoreError> {
    Ok(())
}

/// There is one writer, and `BEGIN IMMEDIATE` holds the file.
const HOLDING: &str = "";

const BEGIN_READING: &str = "BEGIN DEFERRED";
