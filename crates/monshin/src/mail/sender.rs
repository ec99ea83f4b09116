//! Sends what is queued, one after the other, at a pace.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use getrandom::rand_core::Rng as _;
use lettre::transport::smtp::client::SmtpConnection;
use monshin_seal::ServerSecret;
use monshin_store::{MailState, NewMail, Post, Posted, Store, TakenMail};

use super::Addressee;
use super::message::{Desk, NoAddress};
use super::smtp::{Handed, Relay, hand_over};
use crate::fielding::now;

/// One round of mails.
pub struct Round<'a> {
    /// The survey's id; its wave is of the same name.
    pub survey: &'a str,
    /// 0 the invitation, then reminders.
    pub number: i64,
    /// Address of the pages, without a slash at the end.
    pub public_url: &'a str,
    /// Who writes, and what.
    pub desk: &'a Desk,
    /// Whom to write to.
    pub list: Vec<Addressee>,
    /// The server's secret.
    pub secret: &'a ServerSecret,
    /// Mails in a minute.
    pub per_minute: u32,
    /// Whether mails that may have arrived are sent again.
    pub again: bool,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Sent {
    /// Units whose address is missing.
    pub without_address: Vec<String>,
    /// Units whose address is none.
    pub malformed: Vec<String>,
    /// Whether it was told to stop before the end.
    pub stopped: bool,
}

/// Connections that fail in a row before the run ends.
const MOST_FAILURES: u32 = 3;

/// Queues the round where it is not, and sends what is queued. Each mail is marked before it is handed
/// over, durably: one whose fate is unknown is never sent a second time unless that is asked for.
pub async fn send(store: &dyn Store, relay: &Relay, round: Round<'_>) -> Result<Sent> {
    let mut run = Run { store, relay, sent: Sent::default(), connection: None, failures: 0, round };
    let stop = stop_flag();
    run.queue().await?;
    let pause = Duration::from_secs(60) / run.round.per_minute.max(1);
    let list: BTreeMap<String, Addressee> =
        std::mem::take(&mut run.round.list).into_iter().map(|one| (one.unit.clone(), one)).collect();
    loop {
        if stop.load(Ordering::Relaxed) {
            run.sent.stopped = true;
            break;
        }
        let take = Post::Take { survey: run.round.survey.to_owned(), round: run.round.number, at: now() };
        let Posted::Taken(Some(mail)) = store.post(take).await? else { break };
        match list.get(&mail.unit) {
            Some(to) => {
                if run.one(&mail, to).await? {
                    tokio::time::sleep(pause).await;
                }
            }
            // Queued from another list; it waits for that.
            None => {
                run.settle(&mail, MailState::Failed, "not in this list").await?;
            }
        }
    }
    if let Some(mut connection) = run.connection.take() {
        let _ = tokio::task::block_in_place(|| connection.quit());
    }
    Ok(run.sent)
}

struct Run<'a> {
    store: &'a dyn Store,
    relay: &'a Relay,
    sent: Sent,
    connection: Option<SmtpConnection>,
    failures: u32,
    round: Round<'a>,
}

impl Run<'_> {
    async fn queue(&mut self) -> Result<()> {
        let (survey, round) = (self.round.survey.to_owned(), self.round.number);
        let (again, at) = (self.round.again, now());
        self.store.post(Post::Recover { survey: survey.clone(), round, again, at }).await?;
        let mut rng = crate::fielding::rng();
        let mut mails = Vec::new();
        for to in &self.round.list {
            let mut token = [0; 16];
            rng.fill_bytes(&mut token);
            mails.push(NewMail { unit: to.unit.clone(), token });
        }
        self.store.post(Post::Queue { wave: survey.clone(), survey, round, mails, at }).await?;
        Ok(())
    }

    /// Whether the mail server was spoken to.
    async fn one(&mut self, mail: &TakenMail, to: &Addressee) -> Result<bool> {
        let token = monshin_web::stop_token(self.round.secret, self.round.survey, mail.case);
        let stop = format!("{}/stop/{token}", self.round.public_url);
        let message = match self.round.desk.write(to, &mail.token, &stop)? {
            Ok(message) => message,
            Err(why) => {
                let (list, detail) = match why {
                    NoAddress::Missing => (&mut self.sent.without_address, "no address"),
                    NoAddress::Malformed => (&mut self.sent.malformed, "malformed address"),
                };
                list.push(mail.unit.clone());
                self.settle(mail, MailState::Failed, detail).await?;
                return Ok(false);
            }
        };
        if let Err(error) = self.connect() {
            // It was not handed over: nothing is uncertain.
            self.settle(mail, MailState::Queued, "").await?;
            self.failures += 1;
            if self.failures >= MOST_FAILURES {
                bail!(error);
            }
            tokio::time::sleep(Duration::from_secs(u64::from(self.failures))).await;
            return Ok(false);
        }
        self.failures = 0;
        let connection = self.connection.as_mut().expect("connected above");
        let (state, detail) = match tokio::task::block_in_place(|| hand_over(connection, &message)) {
            Handed::Taken => (MailState::Sent, String::new()),
            Handed::Never(said) => (MailState::Undeliverable, said),
            Handed::Later(said) => (MailState::Failed, said),
            Handed::Unknown(said) => (MailState::Uncertain, said),
        };
        if state != MailState::Sent {
            // After a refusal a line may be in any state.
            self.connection = None;
        }
        self.settle(mail, state, &detail).await?;
        Ok(true)
    }

    fn connect(&mut self) -> Result<()> {
        if self.connection.as_ref().is_none_or(SmtpConnection::has_broken) {
            self.connection = Some(tokio::task::block_in_place(|| self.relay.connect())?);
        }
        Ok(())
    }

    async fn settle(&self, mail: &TakenMail, state: MailState, detail: &str) -> Result<()> {
        let (case, round, detail) = (mail.case, self.round.number, detail.to_owned());
        self.store.post(Post::Settle { case, round, state, detail, at: now() }).await?;
        Ok(())
    }
}

/// Ctrl-C ends the run between two mails.
fn stop_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&flag);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            told.store(true, Ordering::Relaxed);
        }
    });
    flag
}
