//! Connections that read: made when they are needed, a few kept.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::OpenFlags;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sql::Connection;
use crate::StoreError;

/// Connections that are kept for the next one.
const KEPT: usize = 4;
/// Most readings of many rows at once.
const LONG: usize = 4;

#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    /// `None` once it is closed.
    idle: Arc<Mutex<Option<Vec<rusqlite::Connection>>>>,
    long: Arc<Semaphore>,
}

/// A connection that is given back when it is dropped.
pub(super) struct Reader {
    connection: Option<Connection>,
    idle: Arc<Mutex<Option<Vec<rusqlite::Connection>>>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Readers {
    pub fn new(path: PathBuf) -> Readers {
        Readers { path, idle: Arc::new(Mutex::new(Some(Vec::new()))), long: Arc::new(Semaphore::new(LONG)) }
    }

    /// For a look at few rows.
    pub fn quick(&self) -> Result<Reader, StoreError> {
        Ok(self.reader(Connection::here(self.take()?), None))
    }

    /// For going over many rows.
    pub async fn long(&self) -> Result<Reader, StoreError> {
        let place = Arc::clone(&self.long).acquire_owned().await.map_err(|_| closed())?;
        Ok(self.reader(Connection::apart(self.take()?), Some(place)))
    }

    fn reader(&self, connection: Connection, place: Option<OwnedSemaphorePermit>) -> Reader {
        Reader { connection: Some(connection), idle: Arc::clone(&self.idle), _place: place }
    }

    fn take(&self) -> Result<rusqlite::Connection, StoreError> {
        let idle =
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).as_mut().ok_or_else(closed)?.pop();
        match idle {
            Some(idle) => Ok(idle),
            None => Ok(super::connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?),
        }
    }

    /// No more are given out, and those that come back are closed.
    pub fn close(&self) {
        self.long.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn closed() -> StoreError {
    StoreError::says("the database is being closed")
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("it is here until it is dropped")
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("it is here until it is dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().and_then(Connection::into_idle) else { return };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(idle) = idle.as_mut().filter(|idle| idle.len() < KEPT) {
            idle.push(connection);
        }
    }
}
