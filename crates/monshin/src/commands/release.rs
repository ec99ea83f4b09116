//! `monshin release`: the published set, hashed and signed; nothing is written where anything is wrong.

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_report::CheckedReport;
use monshin_report::publish::{Site, reproduce};
use monshin_report::tables_json;

use crate::args::{Input, Release, Sealed};
use crate::output::{Verdict, pick, print, print_refusals};
use crate::pdf::{self, Typesetter};
use crate::prepare::{Which, prepare};
use crate::release::contents::Making;
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
    let Some(site) = site(&it) else {
        let url = it.url.unwrap_or_default();
        return refuse(
            lang,
            format!(
                "「{url}」は公開先のアドレスになりません。https://example.org/2026/ のように書いてください"
            ),
            format!("`{url}` is no address of the web; write it like https://example.org/2026/"),
        );
    };
    let mut prepared = prepare(&it.input, Which::All, &[])?;
    let reports = prepared.reports();
    print_refusals(&prepared.found, &prepared.folder.sources, lang);
    let Some(reports) = reports.filter(|_| !prepared.found.has_errors()) else {
        return refuse(lang, "公開物は書きませんでした".into(), "no release was written".into());
    };
    if let Some(verdict) = unpublishable(&it, &reports[0], lang)? {
        return Ok(verdict);
    }
    let tables = reports[0].tables();
    let dir = &it.input.dir;
    let typesetter = Typesetter::find(&it.typesetting);
    let site = Site { pictures: typesetter.is_some(), ..site };
    let making = Making { theme: &prepared.theme, site: &site };
    let mut files = contents::of_reports(&reports, &making);
    files.extend(source::texts(dir, &tables.questionnaire, &prepared.theme)?);
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
    if it.data == DataKind::Controlled && !gives_the_tables(&files, &it)? {
        return refuse(
            lang,
            "秘匿処理した個票からは、公表する全体の数値を再現できません（名簿や、回答とみなす条件が数値に入っているため）。--data none または full にしてください".into(),
            "answers with disclosure control do not give the overall figures that are published, since the frame or the rule of what counts as a response enters them: --data none or full".into(),
        );
    }
    if let Some(typesetter) = &typesetter {
        let (more, warnings) = contents::typeset(&reports, &making, typesetter, lang)?;
        warnings.iter().for_each(|words| eprintln!("{words}"));
        files.extend(more);
    }
    let typesetter = typesetter.map(|typesetter| typesetter.version()).transpose()?;
    let manifest = Manifest { url: site.url, typesetter, ..manifest(&it, &reports)? };
    let signed = seal(&mut files, &manifest, &it)?;
    write(&it, &files)?;
    report(&it, &files, signed, lang)?;
    if manifest.typesetter.is_none() && !it.typesetting.no_pdf {
        print(&pdf::how_to_get_pictures(lang))?;
    }
    Ok(Verdict::Fine)
}

/// Where it will stand; `None` where that is no address.
fn site(it: &Release) -> Option<Site> {
    it.url.as_deref().map_or(Some(Site::default()), Site::at)
}

/// Whether the data in the release give its overall tables, as `verify` will compute them.
fn gives_the_tables(files: &Files, it: &Release) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    source::lay_out(files, folder.path())?;
    let input = Input {
        dir: folder.path().to_owned(),
        lenient: true,
        weights: it.input.weights.clone(),
        sealed: Sealed::default(),
    };
    let Some(tables) = prepare(&input, Which::All, &[])?.released else { return Ok(false) };
    let published = serde_json::from_slice(&files["tables.json"])?;
    let computed = serde_json::from_str(&tables_json(&tables, |_| true))?;
    Ok(reproduce(&published, &computed, true).different.is_empty())
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
        url: None,
        typesetter: None,
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

fn report(it: &Release, files: &Files, signed: bool, lang: Lang) -> Result<()> {
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
    })
}

fn refuse(lang: Lang, ja: String, en: String) -> Result<Verdict> {
    eprintln!("{}", pick(lang, ja, en));
    Ok(Verdict::AtFault)
}
