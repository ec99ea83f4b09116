//! `monshin release`: the published set, hashed and signed; nothing is written where anything is wrong.

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_report::CheckedReport;

use crate::args::Release;
use crate::output::{Verdict, pick, print, print_refusals};
use crate::prepare::{Commentary, Prepared, Which, prepare};
use crate::release::manifest::{self, DataKind, Manifest};
use crate::release::{Files, MANIFEST, SIGNATURE, SUMS, archive, contents, rows, signature, source};

pub fn run(it: Release, lang: Lang) -> Result<Verdict> {
    if !archive::may_write(&it.out) {
        let out = it.out.display();
        return refuse(
            lang,
            format!("「{out}」には公開物以外のものがあります。何も書きませんでした"),
            format!("`{out}` holds something that is no release; nothing was written"),
        );
    }
    let mut prepared = prepare(&it.input, Which::All, &[])?;
    let reports = reports(&mut prepared);
    print_refusals(&prepared.found, &prepared.folder.sources, lang);
    let Some(reports) = reports.filter(|_| !prepared.found.has_errors()) else {
        return refuse(lang, "公開物は書きませんでした".into(), "no release was written".into());
    };
    if let Some(verdict) = unpublishable(&it, &reports[0], lang)? {
        return Ok(verdict);
    }
    let tables = reports[0].tables();
    let dir = &it.input.dir;
    let mut files = contents::of_reports(&reports);
    files.extend(source::texts(dir, &tables.questionnaire)?);
    let responses = || rows::responses(dir, &tables.questionnaire);
    match source::data(dir, it.data, responses, tables)? {
        Ok(more) => files.extend(more),
        Err(why) => {
            return refuse(
                lang,
                format!("秘匿済みの個票は公開できません: {}（--data none または full）", why.ja),
                format!(
                    "the answers cannot be published with disclosure control: {} (--data none or full)",
                    why.en
                ),
            );
        }
    }
    let manifest = manifest(&it, &reports)?;
    let signed = seal(&mut files, &manifest, &it)?;
    write(&it, &files)?;
    report(&it, &files, signed, lang)
}

/// Every commentary, checked; one without words where there is none. `None` where one is refused.
fn reports(prepared: &mut Prepared) -> Option<Vec<CheckedReport>> {
    let mut commentaries = std::mem::take(&mut prepared.commentaries);
    if commentaries.is_empty() {
        let tag = prepared.folder.questionnaire.as_ref().map_or("ja", |form| form.language()).to_owned();
        commentaries.push(Commentary::none(&tag));
    }
    commentaries.iter().map(|commentary| prepared.check(commentary)).collect()
}

/// All answers are published only where they are made up, or with a written reason.
fn unpublishable(it: &Release, report: &CheckedReport, lang: Lang) -> Result<Option<Verdict>> {
    let is_made_up = report.tables().questionnaire.survey().synthetic.is_some();
    if it.data != DataKind::Full || is_made_up || it.consent.is_some() {
        return Ok(None);
    }
    refuse(
        lang,
        "実際の回答の全個票を公開するには、その根拠を --consent で書いてください".into(),
        "all answers of real respondents are published only with the reason: --consent \"…\"".into(),
    )
    .map(Some)
}

fn manifest(it: &Release, reports: &[CheckedReport]) -> Result<Manifest> {
    let form = &reports[0].tables().questionnaire;
    Ok(Manifest {
        survey: form.survey().id.clone(),
        title: form.survey().title.get(form.language()).to_owned(),
        monshin: env!("CARGO_PKG_VERSION").to_owned(),
        data: it.data,
        consent: it.consent.clone(),
        lenient: it.input.lenient,
        weights: it.input.weights.clone(),
        inputs: source::inputs(&it.input.dir)?,
        languages: reports.iter().map(|report| report.narrative().lang().tag().to_owned()).collect(),
    })
}

/// Adds manifest, sums and, with a key, the signature; whether it was signed.
fn seal(files: &mut Files, manifest: &Manifest, it: &Release) -> Result<bool> {
    let text = manifest.text(files);
    if let Some(key) = &it.key {
        let comment = format!("{} {}", manifest.survey, manifest::hash(text.as_bytes()));
        files.insert(SIGNATURE.to_owned(), signature::sign(key, text.as_bytes(), &comment)?.into_bytes());
    }
    files.insert(MANIFEST.to_owned(), text.into_bytes());
    files.insert(SUMS.to_owned(), manifest::sums(files).into_bytes());
    Ok(it.key.is_some())
}

fn write(it: &Release, files: &Files) -> Result<()> {
    if it.out.extension().is_none_or(|ending| ending != "zip") {
        return archive::write_folder(&it.out, files);
    }
    let said = || it.out.display().to_string();
    let parent = it.out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(".".as_ref());
    std::fs::create_dir_all(parent).with_context(said)?;
    let name = it.out.file_name().with_context(said)?.to_string_lossy();
    crate::output::write_all(parent, &[(&*name, archive::zipped(files)?)])
}

fn report(it: &Release, files: &Files, signed: bool, lang: Lang) -> Result<Verdict> {
    let out = it.out.display();
    let (count, size) = (files.len(), files.values().map(Vec::len).sum::<usize>().div_ceil(1000));
    print(&pick(
        lang,
        format!("{out}: {count} ファイル、{size} kB\n"),
        format!("{out}: {count} files, {size} kB\n"),
    ))?;
    print(&match signed {
        true => pick(lang, format!("署名: {SIGNATURE}\n"), format!("signature: {SIGNATURE}\n")),
        false => pick(
            lang,
            "署名はありません（--key で署名。鍵は monshin signing-key で作れます）\n".into(),
            "not signed (--key signs; `monshin signing-key` makes a key)\n".into(),
        ),
    })?;
    Ok(Verdict::Fine)
}

fn refuse(lang: Lang, ja: String, en: String) -> Result<Verdict> {
    eprintln!("{}", pick(lang, ja, en));
    Ok(Verdict::AtFault)
}
