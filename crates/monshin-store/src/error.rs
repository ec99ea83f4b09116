//! The one way in which the world fails here.

use std::fmt;

/// A database that cannot be reached, is of another kind, or says no. What a caller can do about it
/// is wait or tell somebody; outcomes that a caller decides on are values of the methods.
#[derive(Debug)]
pub struct StoreError(Fault);

#[derive(Debug)]
enum Fault {
    Database(Box<dyn std::error::Error + Send + Sync>),
    Io(std::io::Error),
    Says(String),
    Backup(&'static str),
}

impl StoreError {
    /// Somebody else was faster every time it was tried.
    pub fn busy() -> StoreError {
        StoreError::says("another window saved faster every time it was tried")
    }

    /// What is wrong lies in the backup, not in the database.
    pub(crate) fn of_backup(message: &'static str) -> StoreError {
        StoreError(Fault::Backup(message))
    }

    pub(crate) fn is_of_backup(&self) -> bool {
        matches!(self.0, Fault::Backup(_))
    }

    /// Whether the database undid the transaction because it met another one: made again, it may well go through.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_of_another_transaction(&self) -> bool {
        let Fault::Database(error) = &self.0 else { return false };
        let error = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
        // Serialization failure, and deadlock.
        error.and_then(|error| error.code()).is_some_and(|code| matches!(&*code, "40001" | "40P01"))
    }

    pub(crate) fn says(message: impl Into<String>) -> StoreError {
        StoreError(Fault::Says(message.into()))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Fault::Database(error) => write!(f, "database: {error}"),
            Fault::Io(error) => write!(f, "{error}"),
            Fault::Says(message) => f.write_str(message),
            Fault::Backup(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Fault::Database(error) => Some(&**error),
            Fault::Io(error) => Some(error),
            Fault::Says(_) | Fault::Backup(_) => None,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError(Fault::Database(Box::new(error)))
    }
}

#[cfg(feature = "postgres")]
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        StoreError(Fault::Database(Box::new(error)))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> StoreError {
        StoreError(Fault::Io(error))
    }
}
