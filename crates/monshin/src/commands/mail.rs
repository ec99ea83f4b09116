//! `monshin invite --smtp`, `monshin remind`, `monshin bounces`: mails to the units.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use monshin_diag::{Diagnostic, Lang, Place, words};
use monshin_instrument::Questionnaire;
use monshin_store::{Kind, MailState, Post, Posted, Store};
use monshin_web::{Cause, Links, Round, closing_day, plan};

use crate::args::{Bounces, Remind, Smtp};
use crate::fielding::{Ready, act, block_on, database_of, now, ready, server_secret};
use crate::mail::{self, Desk, is_address, read_bounces, send, stop_flag};
use crate::output::{Verdict, pick, print, print_findings};

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
    let survey = match ready(&it.dir, None)? {
        Ok(survey) => survey,
        Err(folder) => {
            print_findings(folder.found.as_slice(), &folder.sources, lang);
            return Ok(Verdict::AtFault);
        }
    };
    let address = database_of(&it.dir, it.at.database.as_ref());
    super::operate::existing(&address)?;
    let secret = it.at.secret.clone().unwrap_or_else(|| it.dir.join("fielding.secret"));
    if !secret.is_file() {
        bail!("{}: there is no such file", secret.display());
    }
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
    let form = &order.survey.form;
    if let Some(found) = refusal(form) {
        print_findings(&[found], &order.survey.folder.sources, lang);
        return Ok(Verdict::AtFault);
    }
    let relay = order.smtp.line.relay()?.context("--smtp")?;
    let language = order.smtp.language.as_deref().unwrap_or(form.language());
    if !form.survey().languages.iter().any(|tag| tag == language) {
        bail!("the survey has no language `{language}`");
    }
    let mut all = Links::new();
    for path in order.letters {
        all.extend(links_of(path)?);
    }
    let secret = server_secret(order.secret)?;
    let survey = form.survey().id.as_str();
    let round = Round { number: order.round, again: order.smtp.again, links: Arc::new(all) };
    let public_url = order.public_url.trim_end_matches('/');
    let address = order.address;
    let (stopped, counts, plan) = block_on(async {
        let store = monshin_store::open(address, Kind::Field).await.with_context(|| address.to_owned())?;
        let row = store.survey(survey).await?;
        let row = row.with_context(|| format!("{address}: there is no survey `{survey}`"))?;
        let zone = jiff::tz::TimeZone::get(&form.survey().timezone)?;
        let closes = closing_day(row.closes_at, &zone, language);
        let cause = Cause { form: Arc::clone(form), language: language.to_owned(), closes };
        let desk = Desk::new(&cause, order.round > 0)?;
        let plan = plan(&*store, &secret, survey, &round, &is_address).await?;
        let per_minute = order.smtp.line.per_minute;
        let letter = mail::Order {
            survey,
            round: &round,
            units: &plan.send,
            public_url,
            desk: &desk,
            secret: &secret,
            per_minute,
        };
        let sent = send(&*store, &relay, letter, &stop_flag()).await;
        let counts = count(&*store, survey, order.round).await?;
        let detail = counts.iter().map(|(state, mails)| format!("{} {mails}", state.name()));
        let detail = format!("round {}: {}", order.round, detail.collect::<Vec<_>>().join(", "));
        store.audit(survey, act("mail", &detail)).await?;
        store.close().await;
        Ok((sent?, counts, plan))
    })?;
    print(&summary(order.round, &counts, lang))?;
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
    if stopped {
        eprintln!(
            "{}",
            pick(
                lang,
                "途中で止めました。同じコマンドで続きを送れます".into(),
                "stopped; the same command goes on".into()
            )
        );
    }
    Ok(Verdict::Fine)
}

/// The links of a list that `monshin invite` or the console wrote.
fn links_of(path: &Path) -> Result<Links> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let links = monshin_web::links(&bytes);
    links.with_context(|| {
        format!("{}: this is no letters.csv: it has no columns `id` and `link`", path.display())
    })
}

async fn count(store: &dyn Store, survey: &str, round: i64) -> Result<Vec<(MailState, u64)>> {
    let counts = store.mail_counts(survey).await?;
    Ok(counts.into_iter().filter(|one| one.round == round).map(|one| (one.state, one.mails)).collect())
}

fn summary(round: i64, counts: &[(MailState, u64)], lang: Lang) -> String {
    let mut text = match round {
        0 => pick(lang, "依頼のメール\n".to_owned(), "Invitations\n".to_owned()),
        _ => pick(lang, format!("督促のメール（{round} 回目）\n"), format!("Reminder {round}\n")),
    };
    for (state, mails) in counts {
        let (ja, en) = label(*state);
        text.push_str(&pick(lang, format!("  {ja}: {mails}\n"), format!("  {en}: {mails}\n")));
    }
    text
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
    let survey = match ready(&it.dir, None)? {
        Ok(survey) => survey,
        Err(folder) => {
            print_findings(folder.found.as_slice(), &folder.sources, lang);
            return Ok(Verdict::AtFault);
        }
    };
    let address = database_of(&it.dir, it.database.as_ref());
    super::operate::existing(&address)?;
    let read = read_bounces(&it.from)?;
    let marked = block_on(async {
        let store = monshin_store::open(&address, Kind::Field).await.with_context(|| address.clone())?;
        let mut marked = 0;
        for bounce in &read.bounces {
            let post = Post::Bounce { token: bounce.token, detail: bounce.status.clone(), at: now() };
            if let Posted::Changed(changed) = store.post(post).await? {
                marked += changed;
            }
        }
        if marked > 0 {
            store.audit(&survey.form.survey().id, act("bounces", &marked.to_string())).await?;
        }
        store.close().await;
        Ok(marked)
    })?;
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
