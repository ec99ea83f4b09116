//! The one writer: whatever waits is carried out in one transaction and made durable by one sync.

use sqlx::{Connection as _, Row as _, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::statements;
use crate::StoreError;
use crate::write::{Done, Write};

/// Most writes in one transaction.
const AT_ONCE: usize = 256;

type Answer = oneshot::Sender<Result<Done, StoreError>>;

#[derive(Debug)]
enum Job {
    Write(Box<Write>, Answer),
    /// Outside of any transaction.
    Rewrite(Answer),
}

#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub fn start(connection: SqliteConnection) -> Writer {
        let (queue, jobs) = mpsc::channel(1_024);
        Writer { queue: Mutex::new(Some(queue)), task: Mutex::new(Some(tokio::spawn(run(connection, jobs)))) }
    }

    /// Returns when the write is durable, or was undone.
    pub async fn write(&self, write: Write) -> Result<Done, StoreError> {
        self.send(|answer| Job::Write(Box::new(write), answer)).await
    }

    /// Writes the file anew without what was erased.
    pub async fn rewrite(&self) -> Result<(), StoreError> {
        self.send(Job::Rewrite).await.map(|_| ())
    }

    async fn send(&self, job: impl FnOnce(Answer) -> Job) -> Result<Done, StoreError> {
        let gone = || StoreError::says("the database is being closed");
        let queue = self.queue.lock().await.clone().ok_or_else(gone)?;
        let (answer, done) = oneshot::channel();
        queue.send(job(answer)).await.map_err(|_| gone())?;
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

async fn run(mut connection: SqliteConnection, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting = Vec::with_capacity(AT_ONCE);
    while jobs.recv_many(&mut waiting, AT_ONCE).await > 0 {
        let (mut writes, mut answers) = (Vec::new(), Vec::new());
        let mut rewrites = Vec::new();
        for job in waiting.drain(..) {
            match job {
                Job::Write(write, answer) => {
                    writes.push(*write);
                    answers.push(answer);
                }
                Job::Rewrite(answer) => rewrites.push(answer),
            }
        }
        if !writes.is_empty() {
            commit(&mut connection, &writes, answers).await;
        }
        for answer in rewrites {
            let _ = answer.send(rewrite(&mut connection).await.map(|()| Done::Nothing));
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

/// Nothing is told to anybody before the commit. A write that fails is undone by itself: to find it,
/// all are made again, each within a mark of its own, which costs two statements more for each.
async fn commit(connection: &mut SqliteConnection, writes: &[Write], answers: Vec<Answer>) {
    let mut outcomes = together(connection, writes, writes.len() == 1).await;
    if outcomes.is_err() && !writes.iter().any(Write::is_once) {
        roll_back(connection).await;
        outcomes = together(connection, writes, true).await;
    }
    match outcomes {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                let _ = answer.send(outcome);
            }
        }
        Err(error) => {
            tracing::error!(%error, "a transaction failed");
            roll_back(connection).await;
            for answer in answers {
                let _ = answer.send(Err(StoreError::says(format!("the transaction failed: {error}"))));
            }
        }
    }
}

async fn roll_back(connection: &mut SqliteConnection) {
    let _ = sqlx::query("ROLLBACK").execute(connection).await;
}

async fn together(
    connection: &mut SqliteConnection,
    writes: &[Write],
    marked: bool,
) -> Result<Vec<Result<Done, StoreError>>, StoreError> {
    let mut outcomes = Vec::with_capacity(writes.len());
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    for write in writes {
        if !marked {
            outcomes.push(Ok(statements::apply(connection, write).await?));
            continue;
        }
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

async fn rewrite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("VACUUM").execute(&mut *connection).await?;
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    if row.get::<i64, _>(0) != 0 {
        return Err(StoreError::says("the database is in use: stop the server first"));
    }
    Ok(())
}
