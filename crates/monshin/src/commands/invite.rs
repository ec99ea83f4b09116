//! `monshin invite`: codes for the units of the frame, and the list for their letters.

use std::io::Write as _;
use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use monshin_diag::Lang;
use monshin_frame::Loaded;
use monshin_seal::ServerSecret;
use monshin_store::{CaseQuery, Kind, NewCodes, PutSurvey, Store, Which};
use monshin_web::{Invitation, Letter, invite, list_frame, mail_merge, open_contact, qr};

use crate::args::Invite;
use crate::data;
use crate::fielding::{
    Ready, act, block_on, create_private, database_of, in_store, ready_or_told, secret_file, secret_of,
    write_private,
};
use crate::output::{Verdict, folder_of, leave_alone, pick, print, print_findings, sync_folder};

/// Cases that are made durable together, after their letters are on disk.
const AT_ONCE: usize = 5_000;

pub fn run(it: Invite, lang: Lang) -> Result<Verdict> {
    let Some(mut survey) = ready_or_told(&it.dir, lang)? else { return Ok(Verdict::AtFault) };
    let letters = it.out.join("letters.csv");
    if it.mail.line.smtp.is_some()
        && let Some(found) = super::mail::refusal(&survey.form)
    {
        print_findings(&[found], &survey.folder.sources, lang);
        return Ok(Verdict::AtFault);
    }
    if it.mail.line.smtp.is_some() && letters.is_file() {
        // The letters are there, and perhaps not all of their mails: what is left is sent.
        return mails(&it, &survey, lang);
    }
    if it.mail.dry_run {
        eprintln!(
            "{}",
            pick(
                lang,
                "--dry-run で確かめるには、先に --smtp を付けずに実行してコードを発行してください（letters.csv がまだありません）".into(),
                "there is no letters.csv yet: run it without --smtp first, which issues the codes; then --dry-run can look".into()
            )
        );
        return Ok(Verdict::AtFault);
    }
    if it.out.exists() {
        return Ok(leave_alone(&it.out, lang));
    }
    let (loaded, found) = data::load_frame(&survey.folder, &survey.form)?;
    survey.folder.found.extend(found);
    let Some(loaded) = loaded.filter(|_| !survey.folder.found.has_errors()) else {
        print_findings(survey.folder.found.as_slice(), &survey.folder.sources, lang);
        if !it.dir.join("frame.csv").is_file() {
            eprintln!(
                "{}",
                pick(lang, "名簿（frame.csv）がありません".into(), "there is no frame.csv".into())
            );
        }
        return Ok(Verdict::AtFault);
    };
    let loaded = Arc::new(loaded);
    let secret = secret_file(&it.dir, it.at.secret.as_ref());
    let address = database_of(&it.dir, it.at.database.as_ref());
    let issued = block_on(in_store(&address, Kind::Field, async |store| {
        let secret = secret_of(store, &secret, lang).await?;
        issue(store, &survey, &loaded, &secret, &it).await
    }))?;
    let Some(issued) = issued else {
        eprintln!(
            "{}",
            pick(
                lang,
                "すでに回答が始まっており、設問か鍵が変わっています".into(),
                "answering has begun, and questions or keys have changed".into()
            )
        );
        return Ok(Verdict::AtFault);
    };
    let (all, file) = (loaded.frame.len(), it.out.join("letters.csv"));
    if issued == 0 {
        print(&pick(
            lang,
            format!(
                "名簿の {all} 組織すべてに、コードを発行済みです。新しい一覧は書いていません。一覧をなくしたときは、運用コンソールの「コードと依頼状」で発行し直せます（前のコードは使えなくなります）\n"
            ),
            format!(
                "all {all} units of the frame have their codes; no new list was written. Where the list was lost, new codes are issued in the console under “Codes and letters” (the old ones stop working)\n"
            ),
        ))?;
        return Ok(Verdict::Fine);
    }
    print(&pick(
        lang,
        format!(
            "{issued} 組織にコードを発行しました（名簿 {all} 組織。発行済みの組織はそのままです）\n  {}\n",
            file.display()
        ),
        format!(
            "codes issued to {issued} units of {all}; those that had theirs keep them\n  {}\n",
            file.display()
        ),
    ))?;
    if it.mail.line.smtp.is_some() { mails(&it, &survey, lang) } else { Ok(Verdict::Fine) }
}

fn mails(it: &Invite, survey: &Ready, lang: Lang) -> Result<Verdict> {
    let secret = secret_file(&it.dir, it.at.secret.as_ref());
    let order = super::mail::Order {
        survey,
        address: &database_of(&it.dir, it.at.database.as_ref()),
        secret: &secret,
        public_url: &it.public_url,
        round: 0,
        letters: &[it.out.join("letters.csv")],
        smtp: &it.mail,
    };
    super::mail::carry_out(&order, lang)
}

/// Takes the frame in and gives codes to those that have none. Letters are on disk before their codes
/// work: a code that works and is lost cannot be found again.
async fn issue(
    store: &dyn Store,
    survey: &Ready,
    loaded: &Arc<Loaded>,
    secret: &ServerSecret,
    it: &Invite,
) -> Result<Option<usize>> {
    let id = survey.row.id.as_str();
    if store.put_survey(survey.row.clone(), act("survey", "invite")).await? == PutSurvey::InUse {
        return Ok(None);
    }
    let of_frame = |units: Range<usize>| act("frame", &units.len().to_string());
    list_frame(store, &survey.form, loaded, secret, of_frame).await?;
    let (invitations, letters) = letters(store, id, secret, &it.public_url).await?;
    if letters.is_empty() {
        return Ok(Some(0));
    }
    write_letters(it, &letters)?;
    let mut issued = 0;
    for part in invitations.chunks(AT_ONCE) {
        let codes: Vec<NewCodes> = part.iter().map(|one| one.kept.clone()).collect();
        let detail = codes.len().to_string();
        let done = store.issue_codes(id, id, codes, false, act("codes", &detail)).await;
        // The letters are written: whoever reads them has to know which of them lead nowhere.
        issued += done.with_context(|| only(issued, letters.len()))?.len();
    }
    if issued < letters.len() {
        let file = it.out.join("letters.csv");
        bail!(
            "{}: {} of these codes do not work, since somebody else issued codes meanwhile",
            file.display(),
            letters.len() - issued
        );
    }
    Ok(Some(issued))
}

fn only(issued: usize, letters: usize) -> String {
    format!(
        "only the first {issued} of {letters} codes in letters.csv work; run it again with another --out for the rest"
    )
}

/// Codes and letters of all cases that have none, drawn and not kept yet.
async fn letters(
    store: &dyn Store,
    survey: &str,
    secret: &ServerSecret,
    public_url: &str,
) -> Result<(Vec<Invitation>, Vec<Letter>)> {
    let (mut invitations, mut letters) = (Vec::new(), Vec::new());
    let mut query = CaseQuery {
        survey: survey.into(),
        which: Which::Uncoded,
        limit: AT_ONCE as u32,
        ..CaseQuery::default()
    };
    loop {
        let lines = store.cases(&query).await?;
        let Some(last) = lines.last() else { return Ok((invitations, letters)) };
        query.after.clone_from(&last.case.unit);
        for line in lines {
            let sealed = line.contact.unwrap_or_default();
            let contact = open_contact(secret, survey, &line.case.unit, &sealed).unwrap_or_default();
            let invitation = invite(&line.case.unit, secret);
            letters.push(Letter::new(&invitation, contact, public_url.trim_end_matches('/')));
            invitations.push(invitation);
        }
    }
}

fn write_letters(it: &Invite, letters: &[Letter]) -> Result<()> {
    std::fs::create_dir_all(&it.out).with_context(|| it.out.display().to_string())?;
    sync_folder(folder_of(&it.out))?;
    for letter in letters.iter().filter(|_| it.qr) {
        write_qr(it, letter)?;
    }
    let text = String::from_utf8(mail_merge(letters)).context("written as UTF-8")?;
    write_private(&it.out.join("letters.csv"), &text)
}

fn write_qr(it: &Invite, letter: &Letter) -> Result<()> {
    let unit = &letter.unit;
    let plain = !unit.is_empty()
        && unit.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        && !unit.starts_with('.');
    if !plain {
        bail!("the id `{unit}` cannot be the name of a file");
    }
    let path = it.out.join(format!("{unit}.svg"));
    let written = create_private(&path).and_then(|mut file| {
        file.write_all(qr(&letter.link).as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| path.display().to_string())
}
