//! `monshin erase`: everything that a survey holds of anybody, with a certificate.

use std::path::Path;

use anyhow::{Context, Result, bail};
use monshin_diag::Lang;
use monshin_store::{Erased, Kind, open};
use serde_json::{Map, Value, json};

use crate::args::Erase;
use crate::fielding::{act, block_on, database_of, now};
use crate::folder::Folder;
use crate::output::{Verdict, leave_alone, pick, print, print_findings};

pub fn run(it: Erase, lang: Lang) -> Result<Verdict> {
    let folder = Folder::open(&it.dir)?;
    let Some(form) = &folder.questionnaire else {
        print_findings(folder.found.as_slice(), &folder.sources, lang);
        return Ok(Verdict::AtFault);
    };
    if it.certificate.exists() {
        return Ok(leave_alone(&it.certificate, lang));
    }
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::get(&form.survey().timezone)?).date();
    let due = form.survey().fielding.erase_on.map(|day| day.to_string());
    let is_due = due.as_ref().is_some_and(|day| *day <= today.to_string());
    if !is_due && !it.before_due {
        let due = due.unwrap_or_else(|| "–".to_owned());
        eprintln!(
            "{}",
            pick(
                lang,
                format!(
                    "消去の日（erase_on = {due}）になっていません。それでも消去するには --before-due を付けてください。消去は取り消せません"
                ),
                format!(
                    "the day of erasure (erase_on = {due}) has not come; --before-due erases all the same. It cannot be undone"
                ),
            )
        );
        return Ok(Verdict::AtFault);
    }
    let id = form.survey().id.clone();
    let address = database_of(&it.dir, it.database.as_ref());
    super::operate::existing(&address)?;
    let at = now();
    let erased = block_on(erase(&address, &id))?;
    let certificate = certificate(&id, form.asked(), &address, at, due.as_deref(), &erased);
    write(&it.certificate, &certificate)?;
    if let Some(key) = &it.key {
        sign(key, &it.certificate)?;
    }
    print(&words(lang, &id, &erased, &it.certificate))?;
    Ok(Verdict::Fine)
}

/// Erases, looks whether anything is left, and writes the files of the database anew.
async fn erase(address: &str, id: &str) -> Result<Erased> {
    let store = open(address, Kind::Field).await.with_context(|| address.to_owned())?;
    let done = async {
        if store.survey(id).await?.is_none() {
            bail!("{address}: there is no survey `{id}`");
        }
        let erased = store.erase(id, act("erase", "")).await?;
        let rest = store.rest(id).await?;
        if rest > 0 {
            bail!("{rest} rows are still there");
        }
        store.scrub().await?;
        Ok(erased)
    };
    let done = done.await;
    store.close().await;
    done.with_context(|| address.to_owned())
}

/// What was erased, when, and what this certificate does not speak of.
fn certificate(id: &str, asked: &str, address: &str, at: i64, due: Option<&str>, erased: &Erased) -> Value {
    let counts: Map<String, Value> =
        erased.counts.iter().map(|(what, rows)| ((*what).to_owned(), json!(rows))).collect();
    let hash: String = erased.returns_sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let is_sqlite = !address.contains("://");
    let stamp = jiff::Timestamp::from_microsecond(at).map(|stamp| stamp.to_string()).unwrap_or_default();
    json!({
        "format": "monshin-erasure/1",
        "survey": id,
        "questionnaire_sha256": asked,
        "erased_at": stamp,
        "erase_on": due,
        "rows": counts,
        "sealed_returns_sha256": hash,
        "database": if is_sqlite { "sqlite: rewritten, its log emptied" } else { "postgresql: tables rewritten" },
        "kept": [
            "counts of cases by class and disposition",
            "the audit log, with the ids of units whose disposition was noted by hand",
            "the questionnaire",
            "operators of the console",
        ],
        "not_covered": if is_sqlite {
            json!(["backups", "letters.csv", "copies that analysts made", "copies of the file system"])
        } else {
            json!(["backups", "letters.csv", "copies that analysts made", "PostgreSQL's write-ahead log and its archive"])
        },
        "program": concat!("monshin ", env!("CARGO_PKG_VERSION")),
    })
}

fn write(path: &Path, certificate: &Value) -> Result<()> {
    let text = format!("{}\n", serde_json::to_string_pretty(certificate)?);
    crate::fielding::write_private(path, &text)
}

/// The signature beside it, in minisign's format.
fn sign(key: &Path, certificate: &Path) -> Result<()> {
    let text = std::fs::read(certificate).with_context(|| certificate.display().to_string())?;
    let signature = crate::release::signature::sign(key, &text, "erasure")?;
    let path = certificate.with_added_extension("minisig");
    std::fs::write(&path, signature).with_context(|| path.display().to_string())
}

fn words(lang: Lang, id: &str, erased: &Erased, certificate: &Path) -> String {
    let mut text = pick(lang, format!("「{id}」を消去しました\n"), format!("`{id}` is erased\n"));
    for (what, rows) in &erased.counts {
        let label = match *what {
            "drafts" => ("下書き", "drafts"),
            "codes" => ("回答コード", "codes"),
            "contacts" => ("連絡先", "contacts"),
            "mails" => ("メールの記録", "records of mails"),
            "no_mail" => ("メール停止の記録", "wishes for no mails"),
            "returns" => ("回答", "returns"),
            "cases" => ("調査対象", "cases"),
            "anonymous_returns" => ("匿名の回答", "anonymous returns"),
            "api_keys" => ("プログラムの鍵", "keys of programs"),
            "uploads" => ("読み込み待ちの名簿", "frames that waited to be loaded"),
            other => (other, other),
        };
        text.push_str(&pick(lang, format!("  {}: {rows}\n", label.0), format!("  {}: {rows}\n", label.1)));
    }
    let path = certificate.display();
    text + &pick(
        lang,
        format!("証明書: {path}\nバックアップ、letters.csv、分析用の写しは別に消去してください\n"),
        format!("certificate: {path}\nBackups, letters.csv and the analysts' copies are erased by you\n"),
    )
}
