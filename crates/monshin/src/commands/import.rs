//! `monshin import`: returns that came on paper, by FAX, by telephone or as files. All of them, or none.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use monshin_diag::{Diagnostics, Lang, words};
use monshin_instrument::Questionnaire;
use monshin_store::{CaseLine, CaseQuery, Imported, Keyed, Kind, Mode, Store, Submitted, SurveyRow};
use monshin_web::{Fielded, Sealed};

use crate::args::Import;
use crate::fielding::{Ready, act, block_on, database_of, in_store, now, ready_or_told, shown};
use crate::keyed::{KeyedRow, Nonces, Plan, plan, read_file};
use crate::output::{Verdict, pick, print, print_findings};
use crate::trouble::{no_survey, trouble};

/// Cases read at once.
const AT_ONCE: u32 = 5_000;

pub fn run(it: Import, lang: Lang) -> Result<Verdict> {
    let Some(survey) = ready_or_told(&it.dir, lang)? else { return Ok(Verdict::AtFault) };
    let address = database_of(&it.dir, it.database.as_ref());
    super::operate::existing(&address)?;
    block_on(in_store(&address, Kind::Field, async |store| {
        imported(&it, store, &survey, lang).await.with_context(|| shown(&address))
    }))
}

async fn imported(it: &Import, store: &dyn Store, survey: &Ready, lang: Lang) -> Result<Verdict> {
    let row = fielded(store, survey).await?;
    if let Some(refusal) = not_taken(&row, it.after_closing, lang) {
        eprintln!("{refusal}");
        return Ok(Verdict::AtFault);
    }
    let cases = cases(store, &row.id).await?;
    let (rows, mut found) = read(it, &survey.form, &cases)?;
    let privacy = row.privacy;
    let (fielded, nonces) = (Fielded::new(row, survey.form.clone())?, Nonces::read(&it.dir)?);
    let corrections = match it.correct {
        true => corrections(store, &fielded, &nonces, &rows, &cases).await?,
        false => BTreeSet::new(),
    };
    let plan = plan(&rows, &cases, privacy, it.on_conflict, &corrections);
    found.extend(plan.found.iter().cloned());
    print_findings(found.as_slice(), &survey.folder.sources, lang);
    if found.has_errors() {
        eprintln!("{}", nothing(lang));
        return Ok(Verdict::AtFault);
    }
    if !it.dry_run && !plan.take.is_empty() {
        match kept(it, store, &fielded, nonces, &rows, &plan, lang).await? {
            Imported::Kept => {}
            Imported::Changed => {
                eprintln!("{}", changed(lang));
                return Ok(Verdict::AtFault);
            }
            Imported::NotOpen => {
                eprintln!("{}", closed(lang));
                return Ok(Verdict::AtFault);
            }
        }
    }
    print(&summary(it, &plan, lang))?;
    Ok(Verdict::Fine)
}

/// The survey as it is in the field; with the questionnaire that is in the folder.
async fn fielded(store: &dyn Store, survey: &Ready) -> Result<SurveyRow> {
    let id = &survey.row.id;
    let address = survey.folder.dir.display().to_string();
    let row = store.survey(id).await?.ok_or_else(|| no_survey(&address, id))?;
    if row.hash != survey.form.asked() {
        return Err(trouble(words!(
            "「{id}」は、今の survey.toml とは別の版の設問で回収しています。回収を始めたときの survey.toml に戻してください";
            "`{id}` is in the field with another questionnaire than survey.toml: bring the one back with which it began"
        )));
    }
    Ok(row)
}

/// Why answers are not taken now, if so.
fn not_taken(row: &SurveyRow, after_closing: bool, lang: Lang) -> Option<String> {
    let now = now();
    if now < row.opens_at {
        let (ja, en) = ("この調査はまだ始まっていません", "the survey has not opened yet");
        return Some(pick(lang, ja.to_owned(), en.to_owned()));
    }
    (row.is_over(now) && !after_closing).then(|| closed(lang))
}

fn closed(lang: Lang) -> String {
    pick(
        lang,
        "この調査は受付を終えています。締切までに届いていた回答であれば、--after-closing を付けて取り込んでください".into(),
        "the survey has closed. For returns that arrived in time, add --after-closing".into(),
    )
}

/// All cases by the ids of their units; of a unit in several waves the last.
async fn cases(store: &dyn Store, survey: &str) -> Result<BTreeMap<String, CaseLine>> {
    let mut all: BTreeMap<String, CaseLine> = BTreeMap::new();
    let mut query = CaseQuery { survey: survey.into(), limit: AT_ONCE, ..CaseQuery::default() };
    loop {
        let lines = store.cases(&query).await?;
        let Some(last) = lines.last() else { return Ok(all) };
        query.after.clone_from(&last.case.unit);
        for line in lines {
            match all.get(&line.case.unit) {
                Some(have) if have.case.case > line.case.case => {}
                _ => drop(all.insert(line.case.unit.clone(), line)),
            }
        }
    }
}

/// Every row of every file, and everything that is wrong.
fn read(
    it: &Import,
    form: &Questionnaire,
    cases: &BTreeMap<String, CaseLine>,
) -> Result<(Vec<KeyedRow>, Diagnostics)> {
    let classes_of = |unit: &str| {
        let classes = &cases.get(unit)?.case.classes;
        let of = |one: &monshin_instrument::Breakdown| {
            classes.of(&one.id).and_then(|class| one.codes.position(class))
        };
        Some(form.breakdowns().iter().map(of).collect())
    };
    let (mut rows, mut found) = (Vec::new(), Diagnostics::new());
    for path in &it.files {
        let (more, wrong) = read_file(path, it.sheet.as_deref(), form, &classes_of)?;
        rows.extend(more);
        found.extend(wrong);
    }
    // The frame says of which class a unit is, whatever was keyed.
    for row in &mut rows {
        let known = classes_of(&row.unit).unwrap_or_default();
        for (class, known) in row.answers.classes.iter_mut().zip(known) {
            *class = known.or(*class);
        }
    }
    Ok((rows, found))
}

/// Rows that may say something else than the return that was keyed in for their unit, by their places: all but those that
/// are known to say the same.
async fn corrections(
    store: &dyn Store,
    fielded: &Fielded,
    nonces: &Nonces,
    rows: &[KeyedRow],
    cases: &BTreeMap<String, CaseLine>,
) -> Result<BTreeSet<usize>> {
    let mut corrections: BTreeSet<usize> = (0..rows.len()).collect();
    for (at, row) in rows.iter().enumerate() {
        let Some((line, nonce)) = cases.get(&row.unit).zip(nonces.of(&row.unit)) else { continue };
        if let Some(Submitted::Kept { receipt, .. }) = store.receipt(line.case.case).await?
            && fielded.is_sealed(&line.case, &row.answers, &nonce, &receipt)
        {
            corrections.remove(&at);
        }
    }
    Ok(corrections)
}

async fn kept(
    it: &Import,
    store: &dyn Store,
    fielded: &Fielded,
    nonces: Nonces,
    rows: &[KeyedRow],
    plan: &Plan<'_>,
    lang: Lang,
) -> Result<Imported> {
    let mut drawn = Vec::new();
    let sealed = |(line, at): &(&CaseLine, usize)| {
        let Sealed { sealed, receipt, anonymous_id, nonce } = fielded.seal(&line.case, &rows[*at].answers);
        drawn.push((line.case.unit.clone(), nonce));
        let (case, revision, had_draft) = (line.case.case, line.case.revision, line.has_draft);
        Keyed { case, revision, had_draft, sealed, receipt, anonymous_id }
    };
    let returns: Vec<Keyed> = plan.take.iter().map(sealed).collect();
    let detail = format!("{} {} ({} replaced)", it.mode.name(), returns.len(), plan.replaced);
    let import = monshin_store::Import {
        survey: fielded.id().to_owned(),
        mode: it.mode,
        returns,
        after_closing: it.after_closing,
        act: act("import", &detail),
    };
    let imported = store.import(import).await?;
    if imported == Imported::Kept
        && let Err(error) = nonces.keep(drawn)
    {
        eprintln!("{}", not_noted(lang, &error));
    }
    Ok(imported)
}

fn not_noted(lang: Lang, error: &anyhow::Error) -> String {
    pick(
        lang,
        format!(
            "回答は取り込みました。控えを残せなかったため、同じ内容をもう一度 --correct で取り込むと訂正として数えます（{error:#}）"
        ),
        format!(
            "the returns are taken in. They could not be noted, so that the same ones again with --correct count as corrections ({error:#})"
        ),
    )
}

fn summary(it: &Import, plan: &Plan<'_>, lang: Lang) -> String {
    let (new, replaced) = (plan.take.len() as u64 - plan.replaced, plan.replaced);
    let (there, kept) = (plan.there, plan.kept);
    let ja = if it.dry_run { "確認のみ（何も取り込んでいません）\n" } else { "" };
    let en = if it.dry_run { "checked only: nothing was taken in\n" } else { "" };
    pick(
        lang,
        format!(
            "{ja}取り込み: {new}（{}）\n  前の回答に代えて: {replaced}\n  取り込み済み: {there}\n  ウェブの回答を残した: {kept}\n",
            of_mode(it.mode, lang)
        ),
        format!(
            "{en}taken in: {new} ({})\n  in place of another return: {replaced}\n  taken in before: {there}\n  left to the web: {kept}\n",
            of_mode(it.mode, lang)
        ),
    )
}

fn of_mode(mode: Mode, lang: Lang) -> String {
    let (ja, en) = match mode {
        Mode::Web => ("ウェブ", "web"),
        Mode::Paper => ("紙", "paper"),
        Mode::Fax => ("FAX", "FAX"),
        Mode::Phone => ("電話", "telephone"),
        Mode::File => ("ファイル", "file"),
    };
    pick(lang, ja.to_owned(), en.to_owned())
}

fn nothing(lang: Lang) -> String {
    pick(lang, "何も取り込んでいません".into(), "nothing was taken in".into())
}

fn changed(lang: Lang) -> String {
    pick(
        lang,
        "確認している間に、いずれかの組織が回答しました。何も取り込んでいません。もう一度実行してください"
            .into(),
        "one of the units answered meanwhile: nothing was taken in. Run it again".into(),
    )
}

/// What may be typed as the way a return came.
pub fn mode(text: &str) -> Result<Mode, String> {
    let text = if matches!(text, "excel" | "csv") { "file" } else { text };
    Mode::parse(text)
        .filter(|mode| *mode != Mode::Web)
        .ok_or_else(|| "paper, fax, phone, file (excel)".to_owned())
}
