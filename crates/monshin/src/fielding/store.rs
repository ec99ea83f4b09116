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
                return Err(error).with_context(|| address.to_owned());
            }
            _ => {}
        }
    }
    monshin_store::open(address, kind).await.with_context(|| address.to_owned())
}
