//! The database of a command: opened, and closed whatever comes of the work.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_store::{Kind, Store};

use super::create_private;

/// Opens a database, works on it and closes it, also where the work fails.
pub async fn in_store<T>(
    address: &str,
    kind: Kind,
    work: impl AsyncFnOnce(&dyn Store) -> Result<T>,
) -> Result<T> {
    let store = open_store(address, kind).await?;
    let done = work(&*store).await;
    store.close().await;
    done
}

/// Opens a database. A file that is made by this its owner alone can read, and so the files that SQLite makes beside it.
pub async fn open_store(address: &str, kind: Kind) -> Result<Arc<dyn Store>> {
    if !address.contains("://") {
        match create_private(Path::new(address)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| shown(address));
            }
            _ => {}
        }
    }
    monshin_store::open(address, kind).await.with_context(|| shown(address))
}

/// A database as messages name it: whoever reads them need not read its password, nor what else the address says behind a `?`.
pub fn shown(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let rest = rest.split('?').next().unwrap_or_default();
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    format!("{scheme}://{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_a_database_without_its_password() {
        for (address, expected) in [
            ("surveys/a@b.db", "surveys/a@b.db"),
            ("postgres://db.example.jp/s", "postgres://db.example.jp/s"),
            ("postgres://desk:geheim@db.example.jp:5433/s", "postgres://db.example.jp:5433/s"),
            ("postgres://desk:ge@heim@127.0.0.1/s?sslmode=disable", "postgres://127.0.0.1/s"),
            ("postgres:///s?host=/run/postgresql&password=geheim", "postgres:///s"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }
}
