//! Mails from the console: a list of links is looked at first, with a count and an example; then a round goes
//! out beside the pages, and this one shows how it goes on.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_store::{MailCount, MailState, StoreError};

use super::{Shell, html};
use crate::console::chosen::{Chosen, at_rest};
use crate::console::gate::{Desk, Posted, Runs};
use crate::console::waiting::One;
use crate::console::weighty::Weighty;
use crate::console::words::Say;
use crate::invitation::links;
use crate::mail::{Addressee, Cause, Mailer, Plan, Round, Sample, Sending, closing_day, plan};
use crate::pages::value::grouped;
use crate::survey::Fielded;

/// The last reminder.
const MOST_ROUNDS: i64 = 9;
/// Ids that are named where some cannot be written to.
const MOST_NAMED: usize = 5;

#[derive(Template)]
#[template(path = "console/mail.html")]
struct Page {
    shell: Shell,
    /// What a mailbox or a list of the unreachable came to.
    returned: Option<Rows>,
    error: &'static str,
    /// Why no mail can be sent at all; empty where they can.
    hindrance: &'static str,
    checked: Option<Checked>,
    rounds: Vec<Line>,
    /// What the last sending came to, and whether it goes on.
    sending: Option<(String, &'static str, String, bool)>,
    choices: Vec<(i64, String, bool)>,
    languages: Vec<(String, &'static str, bool)>,
}

/// Counts with what they are of, and a few ids where that helps.
pub type Rows = Vec<(&'static str, String, String)>;

/// What became of the mails of a round.
struct Line {
    round: String,
    states: [String; 6],
}

/// What a round would do.
struct Checked {
    round: String,
    rows: Rows,
    sample: Option<Sample>,
    takes: String,
    send: String,
    /// To send it; empty where there is nobody.
    token: String,
}

/// The page.
pub async fn show(desk: Desk<Runs>, Path((_, id)): Path<(String, String)>) -> Response {
    page(&desk, &id, StatusCode::OK, "", None).await
}

/// The page, with what a mailbox or a list of the unreachable came to.
pub async fn show_returned(desk: &Desk<Runs>, id: &str, returned: Result<Rows, &'static str>) -> Response {
    match returned {
        Ok(rows) => whole(desk, id, StatusCode::OK, "", (None, Some(rows))).await,
        Err(error) => whole(desk, id, StatusCode::UNPROCESSABLE_ENTITY, error, (None, None)).await,
    }
}

async fn page(
    desk: &Desk<Runs>,
    id: &str,
    status: StatusCode,
    error: &'static str,
    checked: Option<Checked>,
) -> Response {
    whole(desk, id, status, error, (checked, None)).await
}

async fn whole(
    desk: &Desk<Runs>,
    id: &str,
    status: StatusCode,
    error: &'static str,
    (checked, returned): (Option<Checked>, Option<Rows>),
) -> Response {
    let survey = match desk.survey(id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let counts = match desk.app.0.store.mail_counts(id).await {
        Ok(counts) => counts,
        Err(error) => return desk.failed(&error),
    };
    let say = desk.say();
    let last = counts.iter().map(|one| one.round).max();
    let next = last.map_or(0, |last| (last + 1).min(MOST_ROUNDS));
    // A round that was stopped goes on before the next one begins.
    let is_left = |one: &&MailCount| one.state == MailState::Queued && Some(one.round) == last;
    let likely = counts.iter().find(is_left).map_or(next, |one| one.round);
    let choices = (0..=next.max(1)).map(|round| (round, name_of(say, round), round == likely));
    let form = survey.form.survey();
    let language = survey.language(desk.lang);
    let languages =
        form.languages.iter().map(|tag| (tag.clone(), crate::words::words(tag).name, tag == language));
    let page = Page {
        shell: desk.shell(say.mails, Some(survey)),
        returned,
        error,
        hindrance: hindrance(desk, survey).unwrap_or_default(),
        checked,
        rounds: lines(say, &counts),
        sending: desk.mailer().and_then(|mailer| mailer.sending(id)).map(|sending| told(say, sending)),
        choices: choices.collect(),
        languages: languages.collect(),
    };
    html(status, &page)
}

/// Why no mail can be sent.
fn hindrance(desk: &Desk<Runs>, survey: &Fielded) -> Option<&'static str> {
    let say = desk.say();
    if desk.app.0.config.rehearsal {
        Some(say.mail_rehearsal)
    } else if desk.mailer().is_none() {
        Some(say.no_mailer)
    } else if survey.form.survey().mail.from.is_empty() {
        Some(say.no_sender)
    } else {
        survey.dates().is_over(desk.now()).then_some(say.mail_over)
    }
}

fn name_of(say: &Say, round: i64) -> String {
    match round {
        0 => say.invitation.to_owned(),
        _ => say.reminder.replace("{}", &round.to_string()),
    }
}

fn lines(say: &Say, counts: &[MailCount]) -> Vec<Line> {
    let rounds: std::collections::BTreeSet<i64> = counts.iter().map(|one| one.round).collect();
    let line = |round: i64| {
        let of = |states: &[MailState]| {
            let some = counts.iter().filter(|one| one.round == round && states.contains(&one.state));
            grouped(some.map(|one| one.mails).sum())
        };
        let states = [
            of(&[MailState::Sent]),
            of(&[MailState::Queued, MailState::Sending]),
            of(&[MailState::Failed]),
            of(&[MailState::Uncertain]),
            of(&[MailState::Undeliverable]),
            of(&[MailState::Dropped]),
        ];
        Line { round: name_of(say, round), states }
    };
    rounds.into_iter().map(line).collect()
}

fn told(say: &Say, sending: Sending) -> (String, &'static str, String, bool) {
    let (round, words, why, goes_on) = match sending {
        Sending::On { round } => (round, say.sending_on, String::new(), true),
        Sending::Stopped { round } => (round, say.sending_stopped, String::new(), false),
        Sending::Done { round } => (round, say.sending_done, String::new(), false),
        Sending::Failed { round, why } => (round, say.sending_failed, why, false),
    };
    (name_of(say, round), words, why, goes_on)
}

impl Desk<Runs> {
    fn mailer(&self) -> Option<&Arc<dyn Mailer>> {
        self.app.0.mailer.as_ref()
    }

    async fn plan(&self, id: &str, round: &Round, mailer: &Arc<dyn Mailer>) -> Result<Plan, StoreError> {
        let is_address = |text: &str| mailer.is_address(text);
        plan(&*self.app.0.store, &self.app.0.secret, id, round, &is_address).await
    }
}

fn cause(survey: &Fielded, language: &str) -> Cause {
    Cause {
        form: Arc::clone(&survey.form),
        language: language.to_owned(),
        closes: closing_day(survey.dates().closes_at, &survey.zone, language),
    }
}

/// Looks at a list and says what would be sent; sends nothing.
pub async fn check(chosen: Chosen<Runs>) -> Response {
    let Chosen { desk, survey: id, form, bytes, .. } = chosen;
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let refuse = async |error| page(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, error, None).await;
    let Some(mailer) = desk.mailer().filter(|_| hindrance(&desk, survey).is_none()) else {
        return refuse("").await;
    };
    let Some(links) = at_rest(move || links(&bytes)).await else { return refuse(desk.say().no_links).await };
    let number = form.text("round").parse().ok().filter(|round| (0..=MOST_ROUNDS).contains(round));
    let language = survey.form.survey().languages.iter().find(|tag| *tag == form.text("language"));
    let (Some(number), Some(language)) = (number, language) else {
        return refuse(desk.say().not_possible.1).await;
    };
    let round = Round { number, again: form.text("again") == "yes", links: Arc::new(links) };
    let planned = match desk.plan(&id, &round, mailer).await {
        Ok(planned) => planned,
        Err(error) => return desk.failed(&error),
    };
    let sample = planned.first.clone().and_then(|first| {
        let link = format!("{}/r/●●●●", desk.app.0.config.public_url);
        mailer.sample(&cause(survey, language), number, &Addressee { link, ..first })
    });
    let mut checked = told_of(desk.say(), number, &planned, mailer.per_minute(), sample);
    if planned.send.is_empty() {
        return page(&desk, &id, StatusCode::OK, desk.say().nothing_to_send, Some(checked)).await;
    }
    let one = One { survey: id.clone(), language: language.clone(), round };
    checked.token = desk.app.0.rounds.put(&desk.name, one, desk.now());
    page(&desk, &id, StatusCode::OK, "", Some(checked)).await
}

/// A few of those that are meant.
pub fn named(say: &Say, units: &[String]) -> String {
    if units.is_empty() {
        return String::new();
    }
    let some = units.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    format!("{} {some}", say.such_as)
}

fn told_of(say: &Say, round: i64, plan: &Plan, per_minute: u32, sample: Option<Sample>) -> Checked {
    let named = |units: &[String]| named(say, units);
    let all = [
        (say.would_send, plan.send.len() as u64, String::new()),
        (say.was_done, plan.done, String::new()),
        (say.was_finished, plan.finished, String::new()),
        (say.opted_out, plan.opted_out, String::new()),
        (say.maybe_sent, plan.uncertain, String::new()),
        (say.without_address, plan.without_address.len() as u64, named(&plan.without_address)),
        (say.malformed, plan.malformed.len() as u64, named(&plan.malformed)),
        (say.without_link, plan.without_link.len() as u64, named(&plan.without_link)),
    ];
    let minutes = (plan.send.len() as u64).div_ceil(u64::from(per_minute.max(1)));
    let time = match minutes {
        0..=180 => say.minutes.replace("{}", &minutes.to_string()),
        _ => say.hours.replace("{}", &grouped(minutes.div_ceil(60))),
    };
    Checked {
        round: name_of(say, round),
        rows: all.into_iter().map(|(label, count, named)| (label, grouped(count), named)).collect(),
        sample,
        takes: format!("{}{}{time}", say.takes.replace("{}", &per_minute.to_string()), say.colon),
        send: say.send_now.replace("{}", &grouped(plan.send.len() as u64)),
        token: String::new(),
    }
}

/// Begins to send what was looked at.
pub async fn send(Path((_, id)): Path<(String, String)>, Weighty { desk, form }: Weighty<Runs>) -> Response {
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let refuse = async |error| page(&desk, &id, StatusCode::CONFLICT, error, None).await;
    let Some(mailer) = desk.mailer().filter(|_| hindrance(&desk, survey).is_none()) else {
        return refuse("").await;
    };
    let one = desk.app.0.rounds.take(&desk.name, form.text("upload"), &id, desk.now());
    let Some(one) = one else { return refuse(desk.say().no_waiting).await };
    // Some may have answered since it was looked at.
    let planned = match desk.plan(&id, &one.round, mailer).await {
        Ok(planned) => planned,
        Err(error) => return desk.failed(&error),
    };
    if !mailer.begin(cause(survey, &one.language), one.round, planned.send, &desk.name) {
        return refuse(desk.say().is_sending).await;
    }
    desk.go(&format!("s/{id}/mail"))
}

/// Stops after the mail that is under way.
pub async fn stop(Path((_, id)): Path<(String, String)>, Posted { desk, .. }: Posted<Runs>) -> Response {
    if let Err(response) = desk.survey(&id) {
        return response;
    }
    if let Some(mailer) = desk.mailer() {
        mailer.stop(&id);
    }
    desk.go(&format!("s/{id}/mail"))
}
