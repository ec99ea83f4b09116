//! A survey folder, ready to be fielded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_diag::{Diagnostic, Diagnostics, Lang, Place, words};
use monshin_instrument::{Day, Questionnaire};
use monshin_seal::Recipient;
use monshin_store::SurveyRow;

use crate::folder::Folder;
use crate::output::print_findings;

/// A folder whose survey can be fielded.
pub struct Ready {
    /// The folder.
    pub folder: Folder,
    /// The questionnaire.
    pub form: Arc<Questionnaire>,
    /// What the database keeps of it.
    pub row: SurveyRow,
}

/// Opens a folder for fielding; `None` where something is missing, which is printed.
pub fn ready_or_told(dir: &Path, lang: Lang) -> Result<Option<Ready>> {
    Ok(match ready(dir, None)? {
        Ok(survey) => Some(survey),
        Err(folder) => {
            print_findings(folder.found.as_slice(), &folder.sources, lang);
            None
        }
    })
}

/// Opens a folder for fielding, or says what is missing. A rehearsal needs neither keys nor dates.
pub fn ready(dir: &Path, rehearsal: Option<&[Recipient]>) -> Result<Result<Ready, Folder>> {
    let mut folder = Folder::open(dir)?;
    let Some(form) = folder.questionnaire.clone() else { return Ok(Err(folder)) };
    if rehearsal.is_none() {
        let missing = missing(&form);
        folder.found.extend(missing);
    }
    if folder.found.has_errors() {
        return Ok(Err(folder));
    }
    // The very text that was compiled, whatever somebody has saved since.
    let questionnaire = folder.sources.get("survey.toml").context("it was compiled")?.text().to_owned();
    let survey = form.survey();
    let (opens_at, closes_at) = match rehearsal {
        Some(_) => (super::now(), super::now() + 24 * 3_600 * 1_000_000),
        None => (start_of(survey.opens, &survey.timezone, 0)?, start_of(survey.closes, &survey.timezone, 1)?),
    };
    let grace_until = match survey.fielding.grace_days {
        0 => 0,
        _ if rehearsal.is_some() => 0,
        days => start_of(survey.closes, &survey.timezone, 1 + days as i64)?,
    };
    let recipients = match rehearsal {
        Some(keys) => keys.iter().map(Recipient::to_text).collect(),
        None => survey.fielding.recipients.clone(),
    };
    let row = SurveyRow {
        id: survey.id.clone(),
        questionnaire,
        hash: form.asked().to_owned(),
        privacy: survey.fielding.privacy,
        recipients,
        opens_at,
        closes_at,
        grace_until,
        closed_at: None,
    };
    Ok(Ok(Ready { folder, form, row }))
}

fn missing(form: &Questionnaire) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut error = |code, message, help| {
        found.push(Diagnostic::error(code, Place::file("survey.toml"), message).help(help));
    };
    let survey = form.survey();
    let keys = &survey.fielding.recipients;
    if keys.is_empty() {
        error(
            "S010",
            words!("回答を封じる公開鍵がありません"; "there is no public key to seal answers to"),
            words!("monshin identity で鍵を作り、[fielding] の recipients に2人分の公開鍵を書いてください"; "make keys with `monshin identity` and write two people's public keys as `recipients` in [fielding]"),
        );
    }
    for key in keys.iter().filter(|key| Recipient::parse(key).is_err()) {
        let begin: String = key.chars().take(20).collect();
        error(
            "S001",
            words!("公開鍵「{begin}…」の文字が欠けているか違っています"; "a digit of the public key `{begin}…` is missing or wrong"),
            words!("monshin identity が表示した行を、そのまま書いてください"; "copy the line that `monshin identity` prints"),
        );
    }
    if survey.opens.is_none() || survey.closes.is_none() {
        error(
            "S011",
            words!("回答期間がありません"; "there is no period for answering"),
            words!("[survey] に opens と closes を書いてください"; "write `opens` and `closes` in [survey]"),
        );
    }
    found
}

/// The first instant of a day, or of one some days later, in a time zone.
fn start_of(day: Option<Day>, zone: &str, later: i64) -> Result<i64> {
    let (year, month, day) = day.context("checked before")?.civil();
    let date = jiff::civil::date(year as i16, month as i8, day as i8);
    let date = date.checked_add(jiff::Span::new().days(later))?;
    Ok(date.in_tz(zone)?.timestamp().as_microsecond())
}

/// The database that is named, or that of a folder.
pub fn database_of(dir: &Path, named: Option<&String>) -> String {
    named.cloned().unwrap_or_else(|| dir.join("fielding.db").display().to_string())
}

/// The file of the server's secret that is named, or that of a folder.
pub fn secret_file(dir: &Path, named: Option<&PathBuf>) -> PathBuf {
    named.cloned().unwrap_or_else(|| dir.join("fielding.secret"))
}
