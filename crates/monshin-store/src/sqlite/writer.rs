//! The one writer: whatever waits is carried out in one transaction and made durable by one sync.

use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::statements;
use crate::StoreError;
use crate::write::{Done, Write};

/// Most writes in one transaction.
const AT_ONCE: usize = 256;

type Answer = oneshot::Sender<Result<Done, StoreError>>;

#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<(Write, Answer)>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub fn start(connection: SqliteConnection) -> Writer {
        let (queue, jobs) = mpsc::channel(1_024);
        Writer { queue: Mutex::new(Some(queue)), task: Mutex::new(Some(tokio::spawn(run(connection, jobs)))) }
    }

    /// Returns when the write is durable, or was undone.
    pub async fn write(&self, write: Write) -> Result<Done, StoreError> {
        let gone = || StoreError::says("the database is being closed");
        let queue = self.queue.lock().await.clone().ok_or_else(gone)?;
        let (answer, done) = oneshot::channel();
        queue.send((write, answer)).await.map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }

    /// Carries out what waits and ends.
    pub async fn close(&self) {
        self.queue.lock().await.take();
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

async fn run(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<(Write, Answer)>) {
    let mut waiting = Vec::with_capacity(AT_ONCE);
    while jobs.recv_many(&mut waiting, AT_ONCE).await > 0 {
        let (writes, answers): (Vec<Write>, Vec<Answer>) = waiting.drain(..).unzip();
        match together(&mut connection, &writes).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    let _ = answer.send(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a transaction failed");
                let _ = sqlx::query("ROLLBACK").execute(&mut connection).await;
                for answer in answers {
                    let _ = answer.send(Err(StoreError::says(format!("the transaction failed: {error}"))));
                }
            }
        }
    }
    if let Err(error) = mix(&mut connection).await {
        tracing::warn!(%error, "anonymous returns lie as they came");
    }
    // One file is left, without a log beside it.
    let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
    let _ = connection.close().await;
}

/// Rows lie in a file in the order in which they came. Written anew they lie in the order of their keys,
/// which are random where returns are anonymous.
async fn mix(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let any = sqlx::query("SELECT 1 FROM anonymous_submission LIMIT 1");
    if any.fetch_optional(&mut *connection).await?.is_some() {
        sqlx::query("VACUUM").execute(connection).await?;
    }
    Ok(())
}

/// Each write is undone by itself where it fails; nothing is told to anybody before the commit.
async fn together(
    connection: &mut SqliteConnection,
    writes: &[Write],
) -> Result<Vec<Result<Done, StoreError>>, StoreError> {
    let mut outcomes = Vec::with_capacity(writes.len());
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    for write in writes {
        sqlx::query("SAVEPOINT one").execute(&mut *connection).await?;
        let outcome = statements::apply(connection, write).await;
        if outcome.is_err() {
            sqlx::query("ROLLBACK TO one").execute(&mut *connection).await?;
        }
        sqlx::query("RELEASE one").execute(&mut *connection).await?;
        outcomes.push(outcome);
    }
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(outcomes)
}
