//! `monshin invite --smtp`, `monshin remind`, `monshin bounces`: mails to the units.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_diag::{Diagnostic, Lang, Place, words};
use monshin_instrument::Questionnaire;
use monshin_store::{Kind, MailState, Store};
use monshin_web::{Cause, Links, Plan, Round, Sample, closing_day, plan};

use crate::args::{Bounces, Remind, Smtp};
use crate::fielding::{
    Ready, act, block_on, database_of, in_store, ready_or_told, secret_file, secret_of, shown,
};
use crate::mail::{self, Desk, is_address, read_bounces, send, stop_flag};
use crate::output::{Verdict, pick, print, print_findings};
use crate::trouble::{no_survey, trouble};

/// One round of mails, as the command line asks for it.
pub struct Order<'a> {
    pub survey: &'a Ready,
    pub address: &'a str,
    pub secret: &'a Path,
    pub public_url: &'a str,
    pub round: i64,
    pub letters: &'a [PathBuf],
    pub smtp: &'a Smtp,
}

pub fn remind(it: Remind, lang: Lang) -> Result<Verdict> {
    let Some(survey) = ready_or_told(&it.dir, lang)? else { return Ok(Verdict::AtFault) };
    let address = database_of(&it.dir, it.at.database.as_ref());
    super::operate::existing(&address)?;
    let secret = secret_file(&it.dir, it.at.secret.as_ref());
    carry_out(
        &Order {
            survey: &survey,
            address: &address,
            secret: &secret,
            public_url: &it.public_url,
            round: i64::from(it.round),
            letters: &it.letters,
            smtp: &it.smtp,
        },
        lang,
    )
}

/// Why a round cannot be sent, said before anything is.
pub fn refusal(form: &Questionnaire) -> Option<Diagnostic> {
    form.survey().mail.from.is_empty().then(|| {
        Diagnostic::error(
            "S012",
            Place::file("survey.toml"),
            words!("メールの差出人がありません"; "nobody is there to write mails"),
        )
        .help(words!("[mail] に from = \"事務局 <survey@example.jp>\" のように書いてください"; "write from = \"Name <survey@example.jp>\" in [mail]"))
    })
}

/// Sends a round, and says what came of it.
pub fn carry_out(order: &Order<'_>, lang: Lang) -> Result<Verdict> {
    if let Some(found) = refusal(&order.survey.form) {
        print_findings(&[found], &order.survey.folder.sources, lang);
        return Ok(Verdict::AtFault);
    }
    let relay = order.smtp.line.relay()?.context("--smtp")?;
    let links = Arc::new(links_of(order.letters)?);
    let round = Round { number: order.round, again: order.smtp.again, links };
    let (ended, plan) = block_on(in_store(order.address, Kind::Field, async |store| {
        through(order, store, &relay, &round, lang).await
    }))?;
    tell(order.round, &ended, &plan, lang)?;
    Ok(Verdict::Fine)
}

/// What a round came to.
enum Ended {
    /// Nothing was sent; the first mail as it would be.
    Looked(Option<Sample>),
    /// Mails by what became of them.
    Sent { stopped: bool, counts: Vec<(MailState, u64)> },
}

/// Looks whom a round goes to, and sends it unless looking is all that is asked for.
async fn through(
    order: &Order<'_>,
    store: &dyn Store,
    relay: &mail::Relay,
    round: &Round,
    lang: Lang,
) -> Result<(Ended, Plan)> {
    let cause = cause(order, store).await?;
    let survey = cause.form.survey().id.as_str();
    let desk = Desk::new(&cause, round.number > 0)?;
    let secret = secret_of(store, order.secret, lang).await?;
    let plan = plan(store, &secret, survey, round, &is_address).await?;
    let public_url = order.public_url.trim_end_matches('/');
    if order.smtp.dry_run {
        let stop = format!("{public_url}/stop/…");
        let sample = plan.first.as_ref().map(|first| desk.sample(first, &stop));
        return Ok((Ended::Looked(sample), plan));
    }
    let (units, per_minute) = (&plan.send[..], order.smtp.line.per_minute);
    let letter = mail::Order { survey, round, units, public_url, desk: &desk, secret: &secret, per_minute };
    let sent = send(store, relay, letter, &stop_flag()).await;
    let counts = count(store, survey, round.number).await?;
    let states: Vec<String> =
        counts.iter().map(|(state, mails)| format!("{} {mails}", state.name())).collect();
    store.audit(survey, act("mail", &format!("round {}: {}", round.number, states.join(", ")))).await?;
    Ok((Ended::Sent { stopped: sent?, counts }, plan))
}

/// The survey in the language of its mails, with the dates of the database.
async fn cause(order: &Order<'_>, store: &dyn Store) -> Result<Cause> {
    let form = Arc::clone(&order.survey.form);
    let survey = form.survey();
    let language = order.smtp.language.as_deref().unwrap_or(form.language()).to_owned();
    if !survey.languages.contains(&language) {
        let all = survey.languages.join(", ");
        return Err(trouble(words!(
            "この調査に言語「{language}」はありません。{all} から選んでください";
            "the survey has no language `{language}`: choose of {all}"
        )));
    }
    let row = store.survey(&survey.id).await?;
    let row = row.ok_or_else(|| no_survey(order.address, &survey.id))?;
    let closes = closing_day(row.closes_at, &jiff::tz::TimeZone::get(&survey.timezone)?, &language);
    Ok(Cause { form, language, closes })
}

/// Says what came of a round, and who could not be written to.
fn tell(round: i64, ended: &Ended, plan: &Plan, lang: Lang) -> Result<()> {
    match ended {
        Ended::Looked(sample) => print(&outlook(round, plan, sample.as_ref(), lang))?,
        Ended::Sent { counts, .. } => print(&summary(round, counts, lang))?,
    }
    for (units, ja, en) in [
        (&plan.without_address, "メールアドレスがない組織", "no address"),
        (&plan.malformed, "メールアドレスが正しくない組織", "malformed address"),
        (&plan.without_link, "letters.csv にない組織", "not in letters.csv"),
    ] {
        if !units.is_empty() {
            let units = units.join(", ");
            eprintln!("{}", pick(lang, format!("{ja}: {units}"), format!("{en}: {units}")));
        }
    }
    if matches!(ended, Ended::Sent { stopped: true, .. }) {
        eprintln!(
            "{}",
            pick(
                lang,
                "途中で止めました。同じコマンドで続きを送れます".into(),
                "stopped; the same command goes on".into()
            )
        );
    }
    Ok(())
}

/// What would be sent, and the first mail. Whoever sees it holds the links.
fn outlook(round: i64, plan: &Plan, sample: Option<&Sample>, lang: Lang) -> String {
    let mut text = title(round, lang);
    for (ja, en, cases) in [
        ("送る", "to be sent", plan.send.len() as u64),
        ("この回は済んでいる", "have had this mail, or need none", plan.done),
        (
            "送らない（回答済み・拒否・不達・対象外）",
            "answered, refused, undeliverable, not eligible",
            plan.finished,
        ),
        ("送らない（停止を希望）", "want no mails", plan.opted_out),
        ("送らない（届いたかどうか不明）", "may have arrived (--again sends them again)", plan.uncertain),
    ] {
        text.push_str(&pick(lang, format!("  {ja}: {cases}\n"), format!("  {en}: {cases}\n")));
    }
    if let Some(Sample { from, to, subject, body }) = sample {
        text.push_str(&format!("\nFrom: {from}\nTo: {to}\nSubject: {subject}\n\n{body}\n"));
    }
    text
}

/// The links of lists that `monshin invite` or the console wrote.
fn links_of(lists: &[PathBuf]) -> Result<Links> {
    let mut all = Links::new();
    for path in lists {
        let shown = path.display();
        let bytes = std::fs::read(path).with_context(|| shown.to_string())?;
        let links = monshin_web::links(&bytes);
        all.extend(links.with_context(|| {
            format!("{shown}: this is no letters.csv: it has no columns `id` and `link`")
        })?);
    }
    Ok(all)
}

async fn count(store: &dyn Store, survey: &str, round: i64) -> Result<Vec<(MailState, u64)>> {
    let counts = store.mail_counts(survey).await?;
    Ok(counts.into_iter().filter(|one| one.round == round).map(|one| (one.state, one.mails)).collect())
}

fn summary(round: i64, counts: &[(MailState, u64)], lang: Lang) -> String {
    let mut text = title(round, lang);
    for (state, mails) in counts {
        let (ja, en) = label(*state);
        text.push_str(&pick(lang, format!("  {ja}: {mails}\n"), format!("  {en}: {mails}\n")));
    }
    text
}

fn title(round: i64, lang: Lang) -> String {
    match round {
        0 => pick(lang, "依頼のメール\n".to_owned(), "Invitations\n".to_owned()),
        _ => pick(lang, format!("督促のメール（{round} 回目）\n"), format!("Reminder {round}\n")),
    }
}

fn label(state: MailState) -> (&'static str, &'static str) {
    match state {
        MailState::Queued => ("これから送る", "to be sent"),
        MailState::Sending => ("送信中", "being sent"),
        MailState::Sent => ("送信済み", "sent"),
        MailState::Uncertain => {
            ("届いたかどうか不明（--again で再送）", "sent or not, nobody knows (--again sends them again)")
        }
        MailState::Failed => {
            ("まだ送れていない（もう一度実行すると送る）", "not taken yet (the same command tries again)")
        }
        MailState::Undeliverable => ("宛先不明", "undeliverable"),
        MailState::Dropped => {
            ("不要になった（回答済み・停止希望など）", "not needed (answered, or wants no mails)")
        }
    }
}

pub fn bounces(it: Bounces, lang: Lang) -> Result<Verdict> {
    let Some(survey) = ready_or_told(&it.dir, lang)? else { return Ok(Verdict::AtFault) };
    let address = database_of(&it.dir, it.database.as_ref());
    super::operate::existing(&address)?;
    let read = read_bounces(&it.from)?;
    let marked = block_on(in_store(&address, Kind::Field, async |store| {
        let marked = read.note(store, &survey.form.survey().id, act("bounces", "")).await;
        marked.with_context(|| shown(&address))
    }))?;
    let known = read.bounces.len() as u64 - marked;
    let (late, foreign, others) = (read.late, read.foreign, read.others);
    print(&pick(
        lang,
        format!(
            "宛先不明として記録: {marked}\n  記録済み、またはこの調査のものでない: {}\n  遅延の知らせ: {late}\n  その他のメール（返信など。人が読んでください）: {others}\n",
            known + foreign
        ),
        format!(
            "noted as undeliverable: {marked}\n  noted before, or not of this survey: {}\n  late: {late}\n  other mails (answers; somebody should read them): {others}\n",
            known + foreign
        ),
    ))?;
    Ok(Verdict::Fine)
}
