//! Respondents' sessions that ended before their time, as one server knows them: those that it ended itself, and within
//! a second those of other servers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use monshin_store::{EndedSession, StoreError};

use crate::app::App;
use crate::session::{APART, LASTS, Session};

const SECOND: i64 = 1_000_000;
/// To what a session's end is rounded: enough to forget it in time, too little to tell who left when.
const ROUNDED: i64 = 10 * SECOND;
/// How far back ends are read again, but for the rounding.
const OVERLAP: i64 = APART;
/// How often those that would be over anyway are forgotten.
const FORGOTTEN_EVERY: i64 = 3_600 * SECOND;

/// What has ended.
#[derive(Debug)]
pub struct Ended {
    known: Mutex<HashMap<[u8; 16], i64>>,
    /// Up to when ends were read.
    read_to: AtomicI64,
    forgotten_at: AtomicI64,
}

impl Default for Ended {
    fn default() -> Ended {
        Ended { known: Mutex::default(), read_to: AtomicI64::new(i64::MIN), forgotten_at: AtomicI64::new(0) }
    }
}

impl Ended {
    /// Whether a session has been left.
    pub fn has(&self, session: &Session) -> bool {
        self.at(session.mark).is_some()
    }

    fn is_empty(&self) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn at(&self, mark: [u8; 16]) -> Option<i64> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&mark).copied()
    }

    fn note(&self, ended: &[EndedSession]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(ended.iter().map(|one| (one.mark, one.at)));
    }

    fn forget(&self, before: i64) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, at| *at >= before);
    }
}

impl App {
    /// Ends a session: at once here, within a second on other servers. Here it has ended also where the database does
    /// not take it.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn end_session(&self, session: &Session) -> Result<(), StoreError> {
        self.end(vec![EndedSession { mark: session.mark, at: self.now() / ROUNDED * ROUNDED }]).await
    }

    /// Ends the sessions that were begun with codes of some units before now.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn end_sessions_of<'u>(
        &self,
        survey: &str,
        units: impl Iterator<Item = &'u str>,
    ) -> Result<(), StoreError> {
        let at = self.now();
        self.end(units.map(|unit| EndedSession { mark: self.mark_of(survey, unit), at }).collect()).await
    }

    async fn end(&self, ended: Vec<EndedSession>) -> Result<(), StoreError> {
        self.0.ended.note(&ended);
        self.0.store.end_sessions(ended).await
    }

    /// Whether a session of a unit was begun before all of the unit's ended.
    pub(crate) fn is_before_end(&self, session: &Session, survey: &str, unit: &str) -> bool {
        !self.0.ended.is_empty()
            && self.0.ended.at(self.mark_of(survey, unit)).is_some_and(|at| session.since <= at)
    }

    fn mark_of(&self, survey: &str, unit: &str) -> [u8; 16] {
        let hash = self.0.secret.hash("ended sessions", format!("{survey}\n{unit}").as_bytes());
        hash[..16].try_into().expect("16 of 32 bytes")
    }

    /// Reads what other servers have ended. Where the database does not answer, the next second tries again, from where
    /// this one began.
    pub(crate) async fn read_ended(&self) {
        let (now, ended) = (self.now(), &self.0.ended);
        let from = ended.read_to.load(Ordering::Relaxed).clamp(now - LASTS, now) - OVERLAP;
        match self.0.store.ended_sessions(from).await {
            Ok(more) => {
                ended.note(&more);
                ended.read_to.store(now, Ordering::Relaxed);
            }
            Err(error) => return tracing::warn!(%error, "the sessions that have ended were not read"),
        }
        if ended.forgotten_at.fetch_max(now, Ordering::Relaxed) + FORGOTTEN_EVERY > now {
            return;
        }
        let before = now - LASTS - OVERLAP;
        ended.forget(before);
        if let Err(error) = self.0.store.forget_sessions(before).await {
            tracing::warn!(%error, "sessions that ended long ago were not forgotten");
        }
    }
}
