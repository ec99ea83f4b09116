//! Sends what is queued, one after the other, at a pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, anyhow};
use getrandom::rand_core::Rng as _;
use lettre::transport::smtp::client::SmtpConnection;
use monshin_seal::ServerSecret;
use monshin_store::{MailState, NewMail, Post, Posted, Store, TakenMail};
use monshin_web::{Addressee, Round, open_contact};
use tokio::time::Instant;

use super::message::{Desk, NoAddress};
use super::smtp::{Handed, Relay, hand_over};
use crate::fielding::now;

/// A round of mails to be sent.
pub struct Order<'a> {
    /// The survey's id; its wave is of the same name.
    pub survey: &'a str,
    /// The round.
    pub round: &'a Round,
    /// Units that get a mail.
    pub units: &'a [String],
    /// Address of the pages, without a slash at the end.
    pub public_url: &'a str,
    /// Who writes, and what.
    pub desk: &'a Desk,
    /// The server's secret.
    pub secret: &'a ServerSecret,
    /// Mails in a minute.
    pub per_minute: u32,
}

/// Mails that are queued together; respondents get their turn in between.
const AT_ONCE: usize = 1_000;
/// Connections that fail in a row before the run ends.
const MOST_FAILURES: u32 = 3;

/// Queues the round where it is not, and sends what is queued, until that is done or `stop` is set; gives
/// whether it was stopped. Each mail is marked before it is handed over, durably: one whose fate is unknown
/// is never sent a second time unless that is asked for.
pub async fn send(store: &dyn Store, relay: &Relay, order: Order<'_>, stop: &AtomicBool) -> Result<bool> {
    let mut run = Run { store, relay, connection: None, failures: 0, order };
    run.queue().await?;
    let pause = Duration::from_secs(60) / run.order.per_minute.max(1);
    let is_stopped = loop {
        if stop.load(Ordering::Relaxed) {
            break true;
        }
        let (survey, round) = (run.order.survey.to_owned(), run.order.round.number);
        let Posted::Taken(Some(mail)) = store.post(Post::Take { survey, round, at: now() }).await? else {
            break false;
        };
        match run.addressee(&mail) {
            Some(to) => {
                // From one beginning to the next: what a mail itself takes is part of the pace.
                let next = Instant::now() + pause;
                if run.one(&mail, &to).await? && next > Instant::now() {
                    tokio::time::sleep_until(next).await;
                }
            }
            // Queued from another list; it waits for that.
            None => run.settle(&mail, MailState::Failed, "not in this list").await?,
        }
    };
    if let Some(mut connection) = run.connection.take() {
        let _ = tokio::task::block_in_place(|| connection.quit());
    }
    Ok(is_stopped)
}

struct Run<'a> {
    store: &'a dyn Store,
    relay: &'a Relay,
    connection: Option<SmtpConnection>,
    failures: u32,
    order: Order<'a>,
}

impl Run<'_> {
    async fn queue(&mut self) -> Result<()> {
        let (survey, round) = (self.order.survey.to_owned(), self.order.round.number);
        let (again, at) = (self.order.round.again, now());
        self.store.post(Post::Recover { survey: survey.clone(), round, again, at }).await?;
        let mut rng = crate::fielding::rng();
        for units in self.order.units.chunks(AT_ONCE) {
            let mail = |unit: &String| {
                let mut token = [0; 16];
                rng.fill_bytes(&mut token);
                NewMail { unit: unit.clone(), token }
            };
            let (wave, survey, mails) = (survey.clone(), survey.clone(), units.iter().map(mail).collect());
            self.store.post(Post::Queue { wave, survey, round, mails, at }).await?;
        }
        Ok(())
    }

    /// Where a mail goes: the contact as it is now, and the link of the list.
    fn addressee(&self, mail: &TakenMail) -> Option<Addressee> {
        let link = self.order.round.links.get(&mail.unit)?.clone();
        let sealed = mail.contact.as_deref().unwrap_or_default();
        let contact =
            open_contact(self.order.secret, self.order.survey, &mail.unit, sealed).unwrap_or_default();
        Some(Addressee {
            unit: mail.unit.clone(),
            name: contact.name.unwrap_or_default(),
            email: contact.email.unwrap_or_default(),
            link,
        })
    }

    /// Whether the mail server was spoken to.
    async fn one(&mut self, mail: &TakenMail, to: &Addressee) -> Result<bool> {
        let token = monshin_web::stop_token(self.order.secret, self.order.survey, mail.case);
        let stop = format!("{}/stop/{token}", self.order.public_url);
        let message = match self.order.desk.write(to, &mail.token, &stop) {
            Ok(Ok(message)) => message,
            Err(error) => return self.not_handed_over(mail, error).await,
            // The contact has changed since it was looked at.
            Ok(Err(why)) => {
                let detail = match why {
                    NoAddress::Missing => "no address",
                    NoAddress::Malformed => "malformed address",
                };
                self.settle(mail, MailState::Failed, detail).await?;
                return Ok(false);
            }
        };
        if let Err(error) = self.connect() {
            self.failures += 1;
            if self.failures >= MOST_FAILURES {
                return self.not_handed_over(mail, error).await;
            }
            self.settle(mail, MailState::Queued, "").await?;
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
            Handed::NotFromUs(said) => {
                let error = anyhow!("the mail server takes no mail of this sender: {said}");
                return self.not_handed_over(mail, error).await;
            }
        };
        if state != MailState::Sent {
            // After a refusal a line may be in any state.
            self.connection = None;
        }
        self.settle(mail, state, &detail).await?;
        Ok(true)
    }

    /// Ends the run: no further mail would fare better. This one waits for the next run, nothing of it is uncertain.
    async fn not_handed_over(&self, mail: &TakenMail, error: anyhow::Error) -> Result<bool> {
        self.settle(mail, MailState::Queued, "").await?;
        Err(error)
    }

    fn connect(&mut self) -> Result<()> {
        if self.connection.as_ref().is_none_or(SmtpConnection::has_broken) {
            self.connection = Some(tokio::task::block_in_place(|| self.relay.connect())?);
        }
        Ok(())
    }

    async fn settle(&self, mail: &TakenMail, state: MailState, detail: &str) -> Result<()> {
        let (case, round, detail) = (mail.case, self.order.round.number, detail.to_owned());
        self.store.post(Post::Settle { case, round, state, detail, at: now() }).await?;
        Ok(())
    }
}

/// Set by Ctrl-C, which ends a run between two mails.
pub fn stop_flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&flag);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            told.store(true, Ordering::Relaxed);
        }
    });
    flag
}
