//! PostgreSQL: any number of servers on one database; rows are locked where two could meet.

mod batch;
mod lanes;
mod looks;
mod quick;
mod sql;
#[path = "statements/mod.rs"]
mod statements;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow, PgSslMode};
use sqlx::{Connection as _, Postgres};

use crate::migrate::{MIGRATIONS, Migration};
use crate::write::{Done, Write};
use crate::{CaseRow, CodeHit, Draft, Kind, StoreError, Submitted};
use lanes::Lanes;
use looks::Look;

type Connection = PgConnection;
type Here = PgStore;
type Row = PgRow;

/// Connections of one server, those of its lanes apart.
const CONNECTIONS: u32 = 12;
/// Longest wait for one of them: a respondent is told sooner rather than later that nothing was saved.
const WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// A store in a PostgreSQL database.
#[derive(Debug)]
pub struct PgStore {
    pool: PgPool,
    lanes: Lanes,
}

impl PgStore {
    /// Connects and brings the tables up to date; several servers may start at once.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(address: &str, kind: Kind) -> Result<PgStore, StoreError> {
        PgStore::open_with(address, kind, MIGRATIONS).await
    }

    pub(crate) async fn open_with(
        address: &str,
        kind: Kind,
        list: &[Migration],
    ) -> Result<PgStore, StoreError> {
        let options = options(address)?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(WAIT);
        let pool = pool.connect_with(options.clone()).await?;
        let mut transaction = pool.begin().await?;
        statements::migrate(&mut transaction, list, kind).await?;
        transaction.commit().await?;
        Ok(PgStore { lanes: Lanes::open(options), pool })
    }

    /// The tables anew. The server's own log and its copies are its administrator's.
    async fn rewrite(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        for table in crate::dump::NAMES {
            // From our own list of tables.
            let statement = sql::AssertSqlSafe(format!("VACUUM FULL {table}"));
            sql::query(statement).execute(&mut *connection).await?;
        }
        Ok(())
    }

    async fn end(&self) {
        self.lanes.close().await;
        if let Err(error) = self.mix().await {
            tracing::warn!(%error, "anonymous returns lie as they came");
        }
        self.pool.close().await;
    }

    /// PostgreSQL notes with each row the transaction that wrote it: for an anonymous return the one that
    /// wrote its case. Written anew, all are of one transaction and lie in the order of their random keys.
    async fn mix(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        let any = sql::query("SELECT 1 FROM anonymous_submission LIMIT 1");
        if any.fetch_optional(&mut *connection).await?.is_none() {
            return Ok(());
        }
        let mut transaction = connection.begin().await?;
        for statement in [
            "LOCK TABLE anonymous_submission IN EXCLUSIVE MODE",
            "CREATE TEMPORARY TABLE mixed ON COMMIT DROP AS SELECT * FROM anonymous_submission",
            "DELETE FROM anonymous_submission",
            "INSERT INTO anonymous_submission SELECT * FROM mixed ORDER BY id",
        ] {
            sql::query(statement).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        // What was deleted goes too.
        sql::query("VACUUM anonymous_submission").execute(&mut *connection).await?;
        Ok(())
    }

    async fn reader(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    async fn long_reader(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        self.reader().await
    }

    async fn code_hit(&self, hash: [u8; 32]) -> Result<Option<CodeHit>, StoreError> {
        self.lanes.look(|answer| Look::Code(hash, answer)).await
    }

    async fn opened(&self, case: i64) -> Result<Option<(CaseRow, Option<Draft>)>, StoreError> {
        self.lanes.look(|answer| Look::Case(case, answer)).await
    }

    async fn kept(&self, case: i64) -> Result<Option<Submitted>, StoreError> {
        self.lanes.look(|answer| Look::Receipt(case, answer)).await
    }

    async fn write(&self, write: Write) -> Result<Done, StoreError> {
        if batch::takes(&write) {
            return self.lanes.write(write).await;
        }
        lanes::alone(&mut *self.pool.acquire().await?, &write).await
    }
}

/// A server on another machine has to show a certificate that is trusted and its own, unless the address itself says
/// otherwise. By itself the driver would go on in the clear with a server that offers nothing better.
fn never_half_encrypted(options: PgConnectOptions) -> PgConnectOptions {
    let host = options.get_host().trim_matches(['[', ']']);
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    match options.get_ssl_mode() {
        PgSslMode::Allow | PgSslMode::Prefer if !is_here => options.ssl_mode(PgSslMode::VerifyFull),
        _ => options,
    }
}

/// By what the administrator of the database knows us.
const NAME: &str = "monshin";

fn options(address: &str) -> Result<PgConnectOptions, StoreError> {
    let options = never_half_encrypted(address.parse()?);
    // That a table is there already is nothing to tell of.
    Ok(options.application_name(NAME).options([("client_min_messages", "warning")]))
}

/// Whether another of us is connected.
pub(crate) async fn is_in_use(address: &str) -> Result<bool, StoreError> {
    let mut connection = PgConnection::connect_with(&options(address)?).await?;
    let others = "SELECT 1 FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid() LIMIT 1";
    let other = sql::query(others).bind(NAME).fetch_optional(&mut connection).await?;
    connection.close().await?;
    Ok(other.is_some())
}

fn in_own_words(statement: &str) -> String {
    crate::migrate::in_postgres(statement)
}

/// Rows of one statement: they are bound as arrays, so there may be many.
const AT_ONCE: usize = 5_000;

/// A plan lasts as long as its connection, also the database's own for seeing that the case of a code is there. One
/// that was made for a few cases reads the whole table for each of a hundred thousand rows. Until the transaction
/// ends, plans are made anew, and go by indexes.
async fn plan_for_many(on: &mut Connection) -> Result<(), StoreError> {
    sqlx::raw_sql("SET LOCAL enable_seqscan = off; SET LOCAL jit = off; DISCARD PLANS").execute(on).await?;
    Ok(())
}

/// Two servers that start at once migrate one after the other.
async fn lock_for_migration(on: &mut Connection) -> Result<(), StoreError> {
    sql::query("SELECT pg_advisory_xact_lock(7765083)").execute(on).await?;
    Ok(())
}

/// On which of eight rows a case is counted, so that writers at once need not wait for each other.
fn shard(case: i64) -> i64 {
    case % 8
}

/// Whoever holds a case holds its row, and reads it as the one before left it.
const HOLDING: &str = " FOR UPDATE OF c";

const BEGIN_READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_in_the_clear_to_another_machine_unless_the_address_says_so() {
        for (address, encrypted) in [
            ("postgres://db.example.jp/s", "VerifyFull"),
            ("postgres://m@192.0.2.7:5433/s?sslmode=prefer", "VerifyFull"),
            ("postgres://m@db.example.jp/s?sslmode=allow", "VerifyFull"),
            ("postgres://m@db.example.jp/s?sslmode=require", "Require"),
            ("postgres://m@db.example.jp/s?sslmode=verify-ca", "VerifyCa"),
            ("postgres://m@db.example.jp/s?sslmode=disable", "Disable"),
            ("postgres://m@127.0.0.1/s", "Prefer"),
            ("postgres://m@[::1]/s", "Prefer"),
            ("postgres://localhost/s", "Prefer"),
            ("postgres:///s?host=/run/postgresql", "Prefer"),
        ] {
            let options = never_half_encrypted(address.parse().expect("an address"));
            assert_eq!(format!("{:?}", options.get_ssl_mode()), encrypted, "{address}");
        }
    }
}
