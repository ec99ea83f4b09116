//! Two queues, of what is read and of what is written while respondents answer, and for each a few connections
//! that take together whatever waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, Postgres};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::looks::{self, Look};
use super::quick::{self, Seen};
use super::statements;
use super::{Connection, batch};
use crate::StoreError;
use crate::write::{Done, Write};

/// Connections that read, and that write.
const READING: usize = 2;
const WRITING: i64 = 2;
/// Most of them at once.
const AT_ONCE: usize = 128;
/// Most that wait.
const WAITING: usize = 1_024;
/// Longest wait for a connection; who comes meanwhile waits for the next try as well.
const WAIT: Duration = Duration::from_millis(2_500);

/// How often a transaction is made again that met another one.
const AGAIN: u32 = 5;

/// A statement is planned once for all batches, however small, and goes by indexes, however few cases there are
/// when it is planned.
const PLANS: [(&str, &str); 5] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
];

type Answer = oneshot::Sender<Result<Done, StoreError>>;
type Job = (Write, Answer);
type Shared<J> = Arc<Mutex<mpsc::Receiver<J>>>;

#[derive(Debug)]
pub(super) struct Lanes {
    looks: Lock<Option<mpsc::Sender<Look>>>,
    writes: Lock<Option<mpsc::Sender<Job>>>,
    tasks: Lock<Vec<JoinHandle<()>>>,
    pool: PgPool,
}

impl Lanes {
    /// Connections are made when they are needed.
    pub fn open(options: PgConnectOptions) -> Lanes {
        let most = READING as u32 + WRITING as u32;
        let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(super::WAIT);
        let pool = pool.connect_lazy_with(options.options(PLANS));
        let seen = Arc::new(Seen::default());
        let (looks, to_look) = mpsc::channel(WAITING);
        let (writes, to_write) = mpsc::channel(WAITING);
        let (to_look, to_write) = (Arc::new(Mutex::new(to_look)), Arc::new(Mutex::new(to_write)));
        let mut tasks = Vec::new();
        for _ in 0..READING {
            tasks.push(tokio::spawn(read(pool.clone(), Arc::clone(&to_look), Arc::clone(&seen))));
        }
        for shard in 0..WRITING {
            tasks.push(tokio::spawn(write(pool.clone(), Arc::clone(&to_write), Arc::clone(&seen), shard)));
        }
        Lanes {
            looks: Lock::new(Some(looks)),
            writes: Lock::new(Some(writes)),
            tasks: Lock::new(tasks),
            pool,
        }
    }

    pub async fn look<T>(
        &self,
        look: impl FnOnce(looks::Answer<T>) -> Look,
    ) -> Result<Option<T>, StoreError> {
        let (answer, seen) = oneshot::channel();
        let queue = held(&self.looks).clone().ok_or_else(gone)?;
        queue.send(look(answer)).await.map_err(|_| gone())?;
        seen.await.map_err(|_| gone())?
    }

    /// Returns when the write is durable, or was undone.
    pub async fn write(&self, write: Write) -> Result<Done, StoreError> {
        let (answer, done) = oneshot::channel();
        let queue = held(&self.writes).clone().ok_or_else(gone)?;
        queue.send((write, answer)).await.map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }

    /// Finishes what waits.
    pub async fn close(&self) {
        held(&self.looks).take();
        held(&self.writes).take();
        let tasks = std::mem::take(&mut *held(&self.tasks));
        for task in tasks {
            let _ = task.await;
        }
        self.pool.close().await;
    }
}

fn held<T>(lock: &Lock<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn gone() -> StoreError {
    StoreError::says("the database is being closed")
}

/// The connection of a lane; it keeps it as long as it works.
struct Own {
    pool: PgPool,
    connection: Option<PoolConnection<Postgres>>,
}

impl Own {
    async fn get(&mut self) -> Result<&mut PoolConnection<Postgres>, StoreError> {
        if self.connection.is_none() {
            let got = tokio::time::timeout(WAIT, self.pool.acquire()).await;
            self.connection = Some(got.map_err(|_| StoreError::says("the database does not answer"))??);
        }
        Ok(self.connection.as_mut().expect("put there above"))
    }

    /// After a failure: the pool looks whether it still works.
    fn give_back(&mut self) {
        self.connection = None;
    }
}

async fn read(pool: PgPool, jobs: Shared<Look>, noted: Arc<Seen>) {
    let mut own = Own { pool, connection: None };
    let mut waiting = Vec::new();
    while jobs.lock().await.recv_many(&mut waiting, AT_ONCE).await > 0 {
        let mut seen = look(&mut own, &waiting, &noted).await;
        if seen.is_err() && own.connection.is_some() {
            // The database may have been away since the last time.
            own.give_back();
            seen = look(&mut own, &waiting, &noted).await;
        }
        match seen {
            Ok(seen) => waiting.drain(..).zip(seen).for_each(|(look, seen)| look.tell(Ok(seen))),
            Err(error) => {
                own.give_back();
                let said = error.to_string();
                waiting.drain(..).for_each(|look| look.tell(Err(StoreError::says(said.clone()))));
            }
        }
    }
}

async fn look(own: &mut Own, looks: &[Look], noted: &Seen) -> Result<Vec<looks::Found>, StoreError> {
    looks::see(&mut **own.get().await?, looks, noted).await
}

async fn write(pool: PgPool, jobs: Shared<Job>, noted: Arc<Seen>, shard: i64) {
    let mut own = Own { pool, connection: None };
    let mut waiting = Vec::new();
    while jobs.lock().await.recv_many(&mut waiting, AT_ONCE).await > 0 {
        let (writes, answers) = at_once(&mut own, waiting.drain(..).unzip(), &noted, shard).await;
        if writes.is_empty() {
            continue;
        }
        match together(&mut own, &writes, shard).await {
            Ok(done) => answers.into_iter().zip(done).for_each(|(answer, done)| drop(answer.send(Ok(done)))),
            Err(Failed { error, is_undone }) => {
                own.give_back();
                // Whose fault it was shows when each is made by itself.
                let mut trouble = (!is_undone).then(|| error.to_string());
                for (write, answer) in writes.iter().zip(answers) {
                    let done = match &trouble {
                        None => one(&mut own, write, &mut trouble).await,
                        Some(said) => Err(StoreError::says(said.clone())),
                    };
                    let _ = answer.send(done);
                }
            }
        }
    }
}

/// Carries out what can be done in one statement; gives back the rest. Also all of it where that fails: what was done
/// nevertheless will be found as it is.
async fn at_once(
    own: &mut Own,
    (writes, answers): (Vec<Write>, Vec<Answer>),
    noted: &Seen,
    shard: i64,
) -> (Vec<Write>, Vec<Answer>) {
    let done = match own.get().await {
        Ok(connection) => quick::apply(connection, &writes, noted, shard).await,
        Err(error) => Err(error),
    };
    let mut done = done.unwrap_or_else(|error| {
        tracing::warn!(%error, "saves and returns are written one after the other");
        own.give_back();
        BTreeMap::new()
    });
    let (mut rest, mut waiting) = (Vec::new(), Vec::new());
    for (at, (write, answer)) in writes.into_iter().zip(answers).enumerate() {
        match done.remove(&at) {
            // Who no longer waits has gone.
            Some(done) => drop(answer.send(Ok(done))),
            None => {
                rest.push(write);
                waiting.push(answer);
            }
        }
    }
    (rest, waiting)
}

/// Why a transaction failed, and whether nothing of it can have been kept.
struct Failed {
    error: StoreError,
    is_undone: bool,
}

async fn together(own: &mut Own, writes: &[Write], shard: i64) -> Result<Vec<Done>, Failed> {
    let failed = |is_undone: bool| move |error: StoreError| Failed { error, is_undone };
    // Without a connection there will be none for each by itself either.
    let connection = own.get().await.map_err(failed(false))?;
    let undone = |error: sqlx::Error| Failed { error: error.into(), is_undone: true };
    let mut transaction = connection.begin().await.map_err(undone)?;
    let done = batch::apply(&mut transaction, writes, shard).await.map_err(failed(true))?;
    transaction.commit().await.map_err(|error| Failed { error: error.into(), is_undone: false })?;
    Ok(done)
}

/// One write of those that failed together; where there is no connection, the rest need not wait for one.
async fn one(own: &mut Own, write: &Write, trouble: &mut Option<String>) -> Result<Done, StoreError> {
    let connection = match own.get().await {
        Ok(connection) => connection,
        Err(error) => {
            *trouble = Some(error.to_string());
            return Err(error);
        }
    };
    let done = alone(connection, write).await;
    if done.is_err() {
        own.give_back();
    }
    done
}

/// One write in a transaction of its own. Where it and another one each held what the other waited for, the database
/// has undone it, and it is made again.
pub(super) async fn alone(on: &mut Connection, write: &Write) -> Result<Done, StoreError> {
    let mut left = if write.is_once() { 0 } else { AGAIN };
    loop {
        match once(on, write).await {
            Err(error) if left > 0 && error.is_of_another_transaction() => {
                tracing::warn!(%error, "a transaction is made again");
                left -= 1;
            }
            done => return done,
        }
    }
}

async fn once(on: &mut Connection, write: &Write) -> Result<Done, StoreError> {
    let mut transaction = on.begin().await?;
    let done = statements::apply(&mut transaction, write).await?;
    transaction.commit().await?;
    Ok(done)
}
