//! What sends mails for the console: one round of a survey at a time, in the server itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use monshin_seal::ServerSecret;
use monshin_store::{Act, Store};
use monshin_web::{Addressee, Cause, Mailer, Round, Sample, Sending};
use tokio::task::JoinHandle;

use super::sender::{Order, send};
use super::{Desk, Relay, is_address};
use crate::fielding::now;

/// Longest wait for the mail that is under way when the server stops.
const LAST_MAIL: Duration = Duration::from_secs(30);

/// The mail server, and what goes out to it.
#[derive(Clone)]
pub struct Office(Arc<Inside>);

struct Inside {
    relay: Relay,
    per_minute: u32,
    store: Arc<dyn Store>,
    secret: ServerSecret,
    public_url: String,
    jobs: Mutex<BTreeMap<String, Job>>,
}

/// A round that is sent, or was.
struct Job {
    stop: Arc<AtomicBool>,
    sending: Arc<Mutex<Sending>>,
    task: JoinHandle<()>,
}

impl Office {
    /// One that has sent nothing yet.
    pub fn new(
        relay: Relay,
        per_minute: u32,
        store: Arc<dyn Store>,
        secret: ServerSecret,
        public_url: String,
    ) -> Office {
        Office(Arc::new(Inside { relay, per_minute, store, secret, public_url, jobs: Mutex::default() }))
    }

    /// Ends all rounds after the mails that are under way; what is queued stays so.
    pub async fn close(&self) {
        let jobs = std::mem::take(&mut *self.0.jobs());
        for job in jobs.into_values() {
            job.stop.store(true, Ordering::Relaxed);
            let mut task = job.task;
            if tokio::time::timeout(LAST_MAIL, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

impl Inside {
    fn jobs(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(
        &self,
        cause: &Cause,
        round: &Round,
        units: &[String],
        operator: &str,
        stop: &AtomicBool,
    ) -> Result<Sending> {
        let survey = cause.form.survey().id.as_str();
        let note = |detail: String| {
            let act = Act { at: now(), actor: operator.to_owned(), act: "mail".to_owned(), detail };
            self.store.audit(survey, act)
        };
        note(format!("round {}: begins, {} units", round.number, units.len())).await?;
        let desk = Desk::new(cause, round.number > 0)?;
        let (secret, public_url, per_minute) = (&self.secret, self.public_url.as_str(), self.per_minute);
        let order = Order { survey, round, units, public_url, desk: &desk, secret, per_minute };
        let ended = send(&*self.store, &self.relay, order, stop).await;
        let counts = self.store.mail_counts(survey).await?;
        let of_round = counts.iter().filter(|one| one.round == round.number);
        let states: Vec<String> = of_round.map(|one| format!("{} {}", one.state.name(), one.mails)).collect();
        note(format!("round {}: {}", round.number, states.join(", "))).await?;
        let round = round.number;
        Ok(if ended? { Sending::Stopped { round } } else { Sending::Done { round } })
    }
}

impl Mailer for Office {
    fn is_address(&self, text: &str) -> bool {
        is_address(text)
    }

    fn per_minute(&self) -> u32 {
        self.0.per_minute
    }

    fn sample(&self, cause: &Cause, round: i64, to: &Addressee) -> Option<Sample> {
        let stop = format!("{}/stop/…", self.0.public_url);
        Desk::new(cause, round > 0).ok().map(|desk| desk.sample(to, &stop))
    }

    fn begin(&self, cause: Cause, round: Round, units: Vec<String>, operator: &str) -> bool {
        let survey = cause.form.survey().id.clone();
        let mut jobs = self.0.jobs();
        if jobs.get(&survey).is_some_and(|job| !job.task.is_finished()) {
            return false;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let sending = Arc::new(Mutex::new(Sending::On { round: round.number }));
        let (inside, told, shown) = (Arc::clone(&self.0), Arc::clone(&stop), Arc::clone(&sending));
        let operator = operator.to_owned();
        let task = tokio::spawn(async move {
            let ended = inside.run(&cause, &round, &units, &operator, &told).await;
            let ended = ended.unwrap_or_else(|error| {
                tracing::error!(error = %format!("{error:#}"), "sending mails has ended");
                Sending::Failed { round: round.number, why: format!("{error:#}") }
            });
            *shown.lock().unwrap_or_else(PoisonError::into_inner) = ended;
        });
        jobs.insert(survey, Job { stop, sending, task });
        true
    }

    fn stop(&self, survey: &str) {
        if let Some(job) = self.0.jobs().get(survey) {
            job.stop.store(true, Ordering::Relaxed);
        }
    }

    fn sending(&self, survey: &str) -> Option<Sending> {
        let jobs = self.0.jobs();
        let sending = &jobs.get(survey)?.sending;
        Some(sending.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
