//! SQLite: readers beside one writer, which commits what has come together as one transaction.

mod looks;
mod readers;
mod sql;
#[path = "../statements/mod.rs"]
#[cfg_attr(
    feature = "postgres",
    allow(clippy::duplicate_mod, reason = "the same statements, once for each database")
)]
mod statements;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::OpenFlags;

use crate::migrate::{MIGRATIONS, Migration};
use crate::write::{Done, Write};
use crate::{CaseRow, CodeHit, Draft, Kind, StoreError, Submitted};
use readers::{Reader, Readers};
use sql::{Connection, Row};
use writer::Writer;

type Here = SqliteStore;

/// Statements that a connection keeps prepared.
const PREPARED: usize = 64;

/// Pages in the log beside the file before they are taken over: 16 MB.
const LOGGED: u32 = 4_000;

/// A store in one file.
#[derive(Debug)]
pub struct SqliteStore {
    readers: Readers,
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
        let path = PathBuf::from(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut connection = Connection::apart(connect(&path, flags)?);
        sql::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        // Where it fails, the connection is dropped, and what was begun with it.
        statements::migrate(&mut connection, list, kind).await?;
        sql::query("COMMIT").execute(&mut connection).await?;
        let connection = connection.into_idle().ok_or_else(|| StoreError::says("it was not committed"))?;
        Ok(SqliteStore { readers: Readers::new(path), writer: Writer::start(connection)? })
    }

    /// The file anew, and the log beside it emptied.
    async fn rewrite(&self) -> Result<(), StoreError> {
        self.writer.rewrite().await
    }

    async fn end(&self) {
        self.readers.close();
        self.writer.close().await;
    }

    async fn reader(&self) -> Result<Reader, StoreError> {
        self.readers.quick()
    }

    async fn long_reader(&self) -> Result<Reader, StoreError> {
        self.readers.long().await
    }

    async fn code_hit(&self, hash: [u8; 32]) -> Result<Option<CodeHit>, StoreError> {
        looks::by_code(&mut *self.reader().await?, hash).await
    }

    async fn opened(&self, case: i64) -> Result<Option<(CaseRow, Option<Draft>)>, StoreError> {
        looks::with_draft(&mut *self.reader().await?, case).await
    }

    async fn kept(&self, case: i64) -> Result<Option<Submitted>, StoreError> {
        looks::receipt(&mut *self.reader().await?, case).await
    }

    async fn write(&self, write: Write) -> Result<Done, StoreError> {
        self.writer.write(write).await
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<rusqlite::Connection, rusqlite::Error> {
    let connection = rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // With WAL, FULL is what survives a power cut.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // Pages of the log that are taken over into the file at once: those that are written again and again
        // are taken over once.
        connection.pragma_update(None, "wal_autocheckpoint", LOGGED)?;
        // What was deleted is overwritten with zeros.
        connection.pragma_update(None, "secure_delete", "ON")?;
    }
    Ok(connection)
}

/// Whoever has the file open holds a lock on it that lets nobody have it alone.
pub(crate) fn is_in_use(path: &Path) -> Result<bool, StoreError> {
    let connection = rusqlite::Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    match connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(())) {
        Ok(()) => Ok(false),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// SQLite's own words are what the migrations are written in.
fn in_own_words(statement: &str) -> String {
    statement.to_owned()
}

/// Rows of one statement: below what it may bind.
const AT_ONCE: usize = 500;

/// Plans go by indexes here in any case.
async fn plan_for_many(_on: &mut Connection) -> Result<(), StoreError> {
    Ok(())
}

/// `BEGIN IMMEDIATE` has locked the file.
async fn lock_for_migration(_on: &mut Connection) -> Result<(), StoreError> {
    Ok(())
}

/// On which row a case is counted: one writer needs one.
fn shard(_case: i64) -> i64 {
    0
}

/// There is one writer, and `BEGIN IMMEDIATE` holds the file.
const HOLDING: &str = "";

const BEGIN_READING: &str = "BEGIN DEFERRED";

#[cfg(test)]
mod tests {
    // A look at the files that a thief would take.
    #![allow(clippy::disallowed_methods)]

    use super::*;
    use crate::Store as _;

    #[tokio::test]
    async fn the_log_does_not_keep_what_was_written_and_waits_for_no_reader() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.db");
        let logged = || std::fs::metadata(folder.path().join("s.db-wal")).map_or(0, |file| file.len());
        let store = SqliteStore::open(&path, Kind::Field).await.expect("opens");
        let act =
            |word: &str| crate::Act { at: 1, actor: "test".into(), act: word.into(), detail: String::new() };
        store.audit("s", act("one")).await.expect("written");
        assert!(logged() > 0);
        store.writer.settle().await.expect("settled");
        assert_eq!(logged(), 0);
        let mut reader = store.long_reader().await.expect("a reader");
        sql::query(BEGIN_READING).execute(&mut reader).await.expect("begun");
        sql::query("SELECT COUNT(*) FROM audit").fetch_one(&mut reader).await.expect("read");
        store.audit("s", act("two")).await.expect("written");
        store.writer.settle().await.expect("told that it is not settled");
        assert!(logged() > 0);
        drop(reader);
        store.writer.settle().await.expect("settled");
        assert_eq!(logged(), 0);
        assert_eq!(store.audit_log().await.expect("read").len(), 2);
        store.close().await;
    }
}
