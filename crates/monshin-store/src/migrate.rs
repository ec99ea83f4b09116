//! Migrations: each is one transaction with the note that it was made, so that one which fails leaves
//! nothing behind and is made again at the next start.

/// A migration: its number, and its statements in SQLite's words.
pub(crate) type Migration = (i64, &'static str);

pub(crate) const MIGRATIONS: &[Migration] = &[
    (1, include_str!("../migrations/0001.sql")),
    (2, include_str!("../migrations/0002.sql")),
    (3, include_str!("../migrations/0003.sql")),
    (4, include_str!("../migrations/0004.sql")),
    (5, include_str!("../migrations/0005.sql")),
    (6, include_str!("../migrations/0006.sql")),
    (7, include_str!("../migrations/0007.sql")),
];

/// Made first, and again without harm.
pub(crate) const BEFORE_ALL: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
];

/// The statements of a migration, without comments, one by one.
pub(crate) fn statements(text: &str) -> Vec<String> {
    let bare: String = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default().trim_end())
        .collect::<Vec<_>>()
        .join("\n");
    bare.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// The same in PostgreSQL's words.
#[cfg(feature = "postgres")]
pub(crate) fn in_postgres(statement: &str) -> String {
    statement.replace(" BLOB", " BYTEA").replace(" WITHOUT ROWID", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, SqliteStore, Store};

    #[test]
    fn comments_are_no_statements() {
        let text =
            "-- first; really\nCREATE TABLE a (\n    b BLOB -- bytes\n) WITHOUT ROWID;\n\nDROP TABLE a;\n";
        assert_eq!(statements(text), ["CREATE TABLE a (\n    b BLOB\n) WITHOUT ROWID", "DROP TABLE a"]);
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_nothing_and_is_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("m.db");
        let good: Vec<Migration> = MIGRATIONS.to_vec();
        let next = MIGRATIONS.len() as i64 + 1;
        let broken =
            [good.as_slice(), &[(next, "CREATE TABLE more (a BIGINT); CREATE TABLE more (b BIGINT);")]]
                .concat();
        let mended = [good.as_slice(), &[(next, "CREATE TABLE more (a BIGINT);")]].concat();
        SqliteStore::open_with(&path, Kind::Field, &good).await.expect("made").close().await;
        for _ in 0..2 {
            SqliteStore::open_with(&path, Kind::Field, &broken).await.expect_err("it fails");
        }
        SqliteStore::open_with(&path, Kind::Field, &mended).await.expect("made again").close().await;
        let older = SqliteStore::open_with(&path, Kind::Field, &good).await.expect_err("too new").to_string();
        assert!(older.contains("newer"), "{older}");
    }
}
