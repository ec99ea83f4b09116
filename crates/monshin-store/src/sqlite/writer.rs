//! The one writer: whatever waits is carried out in one transaction and made durable by one sync.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::sql::{Connection, Get as _, query};
use super::statements;
use crate::StoreError;
use crate::write::{Done, Write};

/// Most writes in one transaction.
const AT_ONCE: usize = 256;

/// So many that came together tell that others are on their way.
const CROWD: usize = 4;

/// How long those who come in a crowd are waited for: every transaction writes the upper pages of its trees and
/// waits for the disk anew, however much is in it.
const GATHERS: Duration = Duration::from_micros(500);

type Answer = oneshot::Sender<Result<Done, StoreError>>;

#[derive(Debug)]
enum Job {
    Write(Box<Write>, Answer),
    /// Outside of any transaction.
    Rewrite(Answer),
    Settle(Answer),
}

#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// On a thread of its own: a sync to disk takes milliseconds, in which it can do nothing else.
    pub fn start(connection: rusqlite::Connection) -> Result<Writer, StoreError> {
        let (queue, jobs) = mpsc::channel(1_024);
        let (end, ended) = oneshot::channel();
        tokio::spawn(settle_at_times(queue.downgrade()));
        thread::Builder::new().name("monshin-writer".into()).spawn(move || {
            block_on(run(Connection::here(connection), jobs));
            let _ = end.send(());
        })?;
        Ok(Writer { queue: Mutex::new(Some(queue)), ended: Mutex::new(Some(ended)) })
    }

    /// Returns when the write is durable, or was undone.
    pub async fn write(&self, write: Write) -> Result<Done, StoreError> {
        self.send(|answer| Job::Write(Box::new(write), answer)).await
    }

    /// Writes the file anew without what was erased.
    pub async fn rewrite(&self) -> Result<(), StoreError> {
        self.send(Job::Rewrite).await.map(|_| ())
    }

    /// Takes over into the file what the log beside it holds, and empties it, unless somebody is reading in it.
    #[cfg(test)]
    pub async fn settle(&self) -> Result<(), StoreError> {
        self.send(Job::Settle).await.map(|_| ())
    }

    async fn send(&self, job: impl FnOnce(Answer) -> Job) -> Result<Done, StoreError> {
        let gone = || StoreError::says("the database is being closed");
        let queue = held(&self.queue).clone().ok_or_else(gone)?;
        let (answer, done) = oneshot::channel();
        queue.send(job(answer)).await.map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }

    /// Carries out what waits and ends.
    pub async fn close(&self) {
        held(&self.queue).take();
        let ended = held(&self.ended).take();
        if let Some(ended) = ended {
            let _ = ended.await;
        }
    }
}

/// The log keeps for a while what was written, in its order: a case beside its anonymous return. Not for longer
/// than this.
const SETTLES: Duration = Duration::from_secs(60);

async fn settle_at_times(queue: mpsc::WeakSender<Job>) {
    loop {
        tokio::time::sleep(SETTLES).await;
        let Some(queue) = queue.upgrade() else { return };
        let (answer, done) = oneshot::channel();
        if queue.send(Job::Settle(answer)).await.is_err() {
            return;
        }
        drop(queue);
        let _ = done.await;
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits on this thread for what comes through channels.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut work = pin!(work);
    loop {
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => return done,
            Poll::Pending => thread::park(),
        }
    }
}

async fn run(mut connection: Connection, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting = Vec::with_capacity(AT_ONCE);
    let (mut is_settled, mut is_crowd) = (true, false);
    while jobs.recv_many(&mut waiting, AT_ONCE).await > 0 {
        if is_crowd {
            thread::sleep(GATHERS);
            let room = AT_ONCE.saturating_sub(waiting.len());
            waiting.extend(std::iter::from_fn(|| jobs.try_recv().ok()).take(room));
        }
        is_crowd = waiting.len() >= CROWD;
        let (mut writes, mut answers) = (Vec::new(), Vec::new());
        let (mut rewrites, mut settles) = (Vec::new(), Vec::new());
        for job in waiting.drain(..) {
            match job {
                Job::Write(write, answer) => {
                    writes.push(*write);
                    answers.push(answer);
                }
                Job::Rewrite(answer) => rewrites.push(answer),
                Job::Settle(answer) => settles.push(answer),
            }
        }
        if !writes.is_empty() {
            commit(&mut connection, &writes, answers).await;
            is_settled = false;
        }
        for answer in settles {
            let settled = if is_settled { Ok(true) } else { settle(&mut connection).await };
            is_settled = *settled.as_ref().unwrap_or(&false);
            let _ = answer.send(settled.map(Done::Flag));
        }
        for answer in rewrites {
            let _ = answer.send(rewrite(&mut connection).await.map(|()| Done::Nothing));
        }
    }
    if let Err(error) = mix(&mut connection).await {
        tracing::warn!(%error, "anonymous returns lie as they came");
    }
    // One file is left, without a log beside it.
    let _ = query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
}

/// Rows lie in a file in the order in which they came. Written anew they lie in the order of their keys,
/// which are random where returns are anonymous.
async fn mix(connection: &mut Connection) -> Result<(), StoreError> {
    let any = query("SELECT 1 FROM anonymous_submission LIMIT 1");
    if any.fetch_optional(&mut *connection).await?.is_some() {
        query("VACUUM").execute(connection).await?;
    }
    Ok(())
}

/// Nothing is told to anybody before the commit. A write that fails is undone by itself: to find it,
/// all are made again, each within a mark of its own, which costs two statements more for each.
async fn commit(connection: &mut Connection, writes: &[Write], answers: Vec<Answer>) {
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

async fn roll_back(connection: &mut Connection) {
    let _ = query("ROLLBACK").execute(connection).await;
}

async fn together(
    connection: &mut Connection,
    writes: &[Write],
    marked: bool,
) -> Result<Vec<Result<Done, StoreError>>, StoreError> {
    let mut outcomes = Vec::with_capacity(writes.len());
    query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    for write in writes {
        if !marked {
            outcomes.push(Ok(statements::apply(connection, write).await?));
            continue;
        }
        query("SAVEPOINT one").execute(&mut *connection).await?;
        let outcome = statements::apply(connection, write).await;
        if outcome.is_err() {
            query("ROLLBACK TO one").execute(&mut *connection).await?;
        }
        query("RELEASE one").execute(&mut *connection).await?;
        outcomes.push(outcome);
    }
    query("COMMIT").execute(connection).await?;
    Ok(outcomes)
}

/// Whether the log is empty now. A backup that is reading in it is not waited for: the next time will do.
async fn settle(connection: &mut Connection) -> Result<bool, StoreError> {
    query("PRAGMA busy_timeout = 20").execute(&mut *connection).await?;
    let row = query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
    query("PRAGMA busy_timeout = 10000").execute(connection).await?;
    Ok(row?.get::<i64, _>(0) == 0)
}

async fn rewrite(connection: &mut Connection) -> Result<(), StoreError> {
    query("VACUUM").execute(&mut *connection).await?;
    let row = query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    if row.get::<i64, _>(0) != 0 {
        return Err(StoreError::stands(crate::Obstacle::InUse));
    }
    Ok(())
}
