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
    Stands(Obstacle),
}

/// What stands in the way and whoever runs a command can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A backup goes into a new database only.
    NotEmpty,
    /// The database, or the backup, is a rehearsal's, and one for the field was asked for; or the other way round.
    OtherKind,
    /// A newer program made the database.
    Newer,
    /// Something else has it open that has to be alone.
    InUse,
    /// This build speaks to SQLite alone.
    NoPostgres,
    /// What should be a backup is none.
    NoBackup,
    /// A newer program made the backup.
    NewerBackup,
    /// A backup of another version of this program.
    OtherVersion,
    /// A backup whose hash does not fit.
    Damaged,
}

impl Obstacle {
    fn name(self) -> &'static str {
        match self {
            Obstacle::NotEmpty => "the database is not empty: a backup is restored into a new one",
            Obstacle::OtherKind => "a rehearsal stays a rehearsal: this is of the other kind",
            Obstacle::Newer => "the database was made by a newer monshin",
            Obstacle::InUse => "the database is in use: stop the server first",
            Obstacle::NoPostgres => "this build has no PostgreSQL: build it with --features postgres",
            Obstacle::NoBackup => "this is no backup of monshin",
            Obstacle::NewerBackup => "the backup was made by a newer monshin",
            Obstacle::OtherVersion => "the backup is of another version of monshin",
            Obstacle::Damaged => "the backup is damaged or cut short",
        }
    }
}

impl StoreError {
    /// Somebody else was faster every time it was tried.
    pub fn busy() -> StoreError {
        StoreError::says("another window saved faster every time it was tried")
    }

    pub(crate) fn stands(obstacle: Obstacle) -> StoreError {
        StoreError(Fault::Stands(obstacle))
    }

    /// What stands in the way, where it is something that can be done about.
    pub fn obstacle(&self) -> Option<Obstacle> {
        match self.0 {
            Fault::Stands(obstacle) => Some(obstacle),
            _ => None,
        }
    }

    /// Whether what is wrong lies in the backup, not in the database.
    pub(crate) fn is_of_backup(&self) -> bool {
        matches!(
            self.obstacle(),
            Some(Obstacle::NoBackup | Obstacle::NewerBackup | Obstacle::OtherVersion | Obstacle::Damaged)
        )
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
            Fault::Stands(obstacle) => f.write_str(obstacle.name()),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Fault::Database(error) => Some(&**error),
            Fault::Io(error) => Some(error),
            Fault::Says(_) | Fault::Stands(_) => None,
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
