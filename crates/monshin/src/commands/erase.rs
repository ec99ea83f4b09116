//! `monshin erase`: everything that a survey holds of anybody, with a certificate.

use std::path::Path;

use anyhow::{Context, Result, bail};
use monshin_diag::Lang;
use monshin_store::{Erased, Kind};
use serde_json::{Map, Value, json};

use crate::args::Erase;
use crate::fielding::{NewPrivate, act, block_on, database_of, in_store, now, shown};
use crate::folder::Folder;
use crate::output::{Verdict, leave_alone, pick, print, print_findings};
use crate::trouble::no_survey;

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
    // What was erased can be told only once: first there is a place to tell it.
    let place = NewPrivate::in_place_of(&it.certificate)?;
    if let Some(key) = &it.key {
        crate::release::signature::sign(key, b"", "erasure")?;
    }
    let (erased, rewritten) = block_on(erase(&address, &id))?;
    let trouble = rewritten.as_ref().err().map(|error| format!("{error:#}"));
    let of = Certified { id: &id, asked: form.asked(), address: &address, at, due: due.as_deref() };
    let certificate = certificate(&of, trouble.as_deref(), &erased);
    place.write(format!("{}\n", serde_json::to_string_pretty(&certificate)?))?;
    if let Some(key) = &it.key {
        sign(key, &it.certificate)?;
    }
    print(&words(lang, &id, &erased, &it.certificate))?;
    if let Err(error) = rewritten {
        eprintln!("{}", not_rewritten(lang));
        return Err(error);
    }
    Ok(Verdict::Fine)
}

/// Erases, looks whether anything is left, and writes the files of the database anew: whether that went well is told
/// apart, since what was erased is gone in any case.
async fn erase(address: &str, id: &str) -> Result<(Erased, Result<()>)> {
    in_store(address, Kind::Field, async |store| {
        if store.survey(id).await.with_context(|| shown(address))?.is_none() {
            return Err(no_survey(address, id));
        }
        let erased = store.erase(id, act("erase", "")).await.with_context(|| shown(address))?;
        let rewrite = async {
            let rest = store.rest(id).await?;
            if rest > 0 {
                bail!("{rest} rows are still there");
            }
            Ok(store.scrub().await?)
        };
        Ok((erased, rewrite.await.with_context(|| shown(address))))
    })
    .await
}

/// What a certificate is of.
struct Certified<'a> {
    id: &'a str,
    asked: &'a str,
    address: &'a str,
    at: i64,
    due: Option<&'a str>,
}

/// What was erased, when, and what this certificate does not speak of; `trouble` is why the files of the database still
/// hold what was erased, if so.
fn certificate(of: &Certified<'_>, trouble: Option<&str>, erased: &Erased) -> Value {
    let Certified { id, asked, address, at, due } = *of;
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
        "database": match (trouble, is_sqlite) {
            (Some(trouble), _) => format!("rows are erased, files not rewritten: {trouble}"),
            (None, true) => "sqlite: rewritten, its log emptied".to_owned(),
            (None, false) => "postgresql: tables rewritten".to_owned(),
        },
        "kept": [
            "counts of cases by class and disposition",
            "the audit log, with the ids of units whose disposition was noted by hand",
            "the questionnaire",
            "operators of the console",
        ],
        "not_covered": if is_sqlite {
            json!(["backups", "letters.csv", "fielding.keyed", "copies that analysts made", "copies of the file system"])
        } else {
            json!(["backups", "letters.csv", "fielding.keyed", "copies that analysts made", "PostgreSQL's write-ahead log and its archive"])
        },
        "program": concat!("monshin ", env!("CARGO_PKG_VERSION")),
    })
}

/// The signature beside it, in minisign's format.
fn sign(key: &Path, certificate: &Path) -> Result<()> {
    let text = std::fs::read(certificate).with_context(|| certificate.display().to_string())?;
    let signature = crate::release::signature::sign(key, &text, "erasure")?;
    let path = certificate.with_added_extension("minisig");
    std::fs::write(&path, signature).with_context(|| path.display().to_string())
}

fn not_rewritten(lang: Lang) -> String {
    pick(
        lang,
        "行は消去しましたが、データベースのファイルを書き直せませんでした。下の原因を取り除き、別の --certificate で同じコマンドをもう一度実行してください。2通の証明書を合わせて保管してください".into(),
        "the rows are erased, but the files of the database were not rewritten. Mend what is told below and run the same command again with another --certificate; keep both certificates together".into(),
    )
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
        format!(
            "証明書: {path}\nバックアップ、letters.csv、fielding.keyed、分析用の写しは別に消去してください\n"
        ),
        format!(
            "certificate: {path}\nBackups, letters.csv, fielding.keyed and the analysts' copies are erased by you\n"
        ),
    )
}
