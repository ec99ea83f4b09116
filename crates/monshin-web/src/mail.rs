//! Rounds of mails: whom one goes to, and what the console asks of whoever sends.
//!
//! Addresses are those of the sealed contacts, opened when a mail is written; links come from the list of
//! letters, since codes stand nowhere else.

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_instrument::Questionnaire;
use monshin_seal::ServerSecret;
use monshin_store::{MailLine, MailState, Store, StoreError};

use crate::invitation::open_contact;

/// Links by unit.
pub type Links = BTreeMap<String, String>;

/// Whom to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// The unit's id.
    pub unit: String,
    /// Its name; may be empty.
    pub name: String,
    /// Its address.
    pub email: String,
    /// The link of its letter.
    pub link: String,
}

/// What a round would do, before it does anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Units that get a mail, by their ids.
    pub send: Vec<String>,
    /// The first of them.
    pub first: Option<Addressee>,
    /// Cases that have answered, said no, cannot be reached or are not asked.
    pub finished: u64,
    /// Cases that want no mails.
    pub opted_out: u64,
    /// Cases that have their mail of this round, or whose mail came to an end otherwise.
    pub done: u64,
    /// Cases whose mail may have arrived, and may not.
    pub uncertain: u64,
    /// Units without an address.
    pub without_address: Vec<String>,
    /// Units whose address is none.
    pub malformed: Vec<String>,
    /// Units whose link is not in the list.
    pub without_link: Vec<String>,
}

/// Cases that are looked at together.
const AT_ONCE: u32 = 5_000;

/// A round as somebody wants it.
#[derive(Clone, Debug)]
pub struct Round {
    /// 0 the invitation, then reminders.
    pub number: i64,
    /// Whether mails that may have arrived are sent again.
    pub again: bool,
    /// Links by unit.
    pub links: Arc<Links>,
}

/// Goes over all cases of a survey and says what a round would do; changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn plan(
    store: &dyn Store,
    secret: &ServerSecret,
    survey: &str,
    round: &Round,
    is_address: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Plan, StoreError> {
    let (mut plan, mut after) = (Plan::default(), String::new());
    loop {
        let lines = store.mail_lines(survey, round.number, &after, AT_ONCE).await?;
        let Some(last) = lines.last() else { return Ok(plan) };
        after.clone_from(&last.case.unit);
        for line in lines {
            plan.add(line, secret, round, is_address);
        }
    }
}

impl Plan {
    fn add(
        &mut self,
        line: MailLine,
        secret: &ServerSecret,
        round: &Round,
        is_address: &(dyn Fn(&str) -> bool + Sync),
    ) {
        let unit = line.case.unit.clone();
        if !line.case.may_be_written_to() {
            self.finished += 1;
        } else if line.wants_none {
            self.opted_out += 1;
        } else if matches!(line.state, Some(MailState::Sent | MailState::Undeliverable | MailState::Dropped))
        {
            self.done += 1;
        } else if matches!(line.state, Some(MailState::Sending | MailState::Uncertain)) && !round.again {
            self.uncertain += 1;
        } else {
            let sealed = line.contact.unwrap_or_default();
            let contact = open_contact(secret, &line.case.survey, &unit, &sealed).unwrap_or_default();
            match (contact.email.filter(|email| !email.trim().is_empty()), round.links.get(&unit)) {
                (None, _) => self.without_address.push(unit),
                (Some(email), _) if !is_address(&email) => self.malformed.push(unit),
                (Some(_), None) => self.without_link.push(unit),
                (Some(email), Some(link)) => {
                    let name = contact.name.unwrap_or_default();
                    let first = || Addressee { unit: unit.clone(), name, email, link: link.clone() };
                    self.first.get_or_insert_with(first);
                    self.send.push(unit);
                }
            }
        }
    }
}

/// The last day of a survey, as a mail in a language says it.
pub fn closing_day(closes_at: i64, zone: &jiff::tz::TimeZone, language: &str) -> String {
    let form = if language == "ja" { "%Y年%-m月%-d日" } else { "%Y-%m-%d" };
    let last = jiff::Timestamp::from_microsecond(closes_at - 1);
    last.map_or_else(|_| String::new(), |at| at.to_zoned(zone.clone()).strftime(form).to_string())
}

/// A mail as it would be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Who writes.
    pub from: String,
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// What a round is sent for: a survey, in one of its languages.
#[derive(Clone, Debug)]
pub struct Cause {
    /// What is asked, and who asks.
    pub form: Arc<Questionnaire>,
    /// One of its languages.
    pub language: String,
    /// The last day, in its words.
    pub closes: String,
}

/// How sending goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Mails go out.
    On {
        /// The round.
        round: i64,
    },
    /// It was stopped before the end.
    Stopped {
        /// The round.
        round: i64,
    },
    /// It came to its end.
    Done {
        /// The round.
        round: i64,
    },
    /// The mail server or the database did not take part.
    Failed {
        /// The round.
        round: i64,
        /// What went wrong, in the words of whoever said it; no address.
        why: String,
    },
}

/// What sends mails. The console asks it; it knows the mail server, which no page does.
pub trait Mailer: Send + Sync {
    /// Whether a text is a mail address.
    fn is_address(&self, text: &str) -> bool;

    /// Mails that go out in a minute.
    fn per_minute(&self) -> u32;

    /// The mail of a round to somebody; `None` where the survey does not say who writes.
    fn sample(&self, cause: &Cause, round: i64, to: &Addressee) -> Option<Sample>;

    /// Begins to send a round to these units, for an operator; `false` where one of this survey is under way.
    fn begin(&self, cause: Cause, round: Round, units: Vec<String>, operator: &str) -> bool;

    /// Ends it after the mail that is under way.
    fn stop(&self, survey: &str);

    /// How the last round of a survey goes on; `None` where this server has sent none.
    fn sending(&self, survey: &str) -> Option<Sending>;
}
