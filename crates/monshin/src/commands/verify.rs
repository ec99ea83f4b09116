//! `monshin verify`: whether a release is whole, whose it is, and whether its figures follow from
//! the data.

use std::path::Path;

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_report::publish::{Reproduced, reproduce};
use monshin_report::tables_json;

use crate::args::{Input, Sealed, Verify};
use crate::output::{Verdict, pick, print, print_refusals};
use crate::prepare::{Which, prepare};
use crate::release::manifest::{self, DataKind, Manifest};
use crate::release::{Files, MANIFEST, SIGNATURE, SOURCE, archive, contents, signature};

/// Most differences that are printed one by one.
const MOST: usize = 40;

pub fn run(it: Verify, lang: Lang) -> Result<Verdict> {
    let files = archive::read(&it.release)?;
    let said = || it.release.display().to_string();
    let text = files.get(MANIFEST).with_context(|| format!("{MANIFEST}: missing")).with_context(said)?;
    let (manifest, listed) = Manifest::read(text).with_context(said)?;
    let mut told = Told { lang, faults: 0 };
    told.line(
        format!("{}（{}）", manifest.title, manifest.survey),
        format!("{} ({})", manifest.title, manifest.survey),
    )?;
    hashes(&files, &listed, &mut told)?;
    signed(&it, &files, &mut told)?;
    figures(&it, &files, &manifest, &mut told)?;
    Ok(if told.faults == 0 { Verdict::Fine } else { Verdict::AtFault })
}

/// Prints lines and counts what is wrong.
struct Told {
    lang: Lang,
    faults: usize,
}

impl Told {
    fn line(&self, ja: String, en: String) -> Result<()> {
        print(&(pick(self.lang, ja, en) + "\n"))
    }

    fn fault(&mut self, ja: String, en: String) -> Result<()> {
        self.faults += 1;
        self.line(format!("× {ja}"), format!("× {en}"))
    }
}

fn hashes(files: &Files, listed: &[(String, String)], told: &mut Told) -> Result<()> {
    let before = told.faults;
    for (name, hash) in listed {
        match files.get(name) {
            None => told.fault(format!("{name}: ありません"), format!("{name}: missing"))?,
            Some(bytes) if manifest::hash(bytes) != *hash => {
                told.fault(format!("{name}: 内容が変わっています"), format!("{name}: has been changed"))?;
            }
            Some(_) => {}
        }
    }
    let is_listed = |name: &str| listed.iter().any(|(one, _)| one == name);
    for name in files.keys().filter(|name| manifest::is_listed(name) && !is_listed(name)) {
        told.fault(format!("{name}: {MANIFEST} にないファイルです"), format!("{name}: not in {MANIFEST}"))?;
    }
    if told.faults == before {
        let count = listed.len();
        told.line(
            format!("○ {count} ファイルのハッシュが一致"),
            format!("○ the hashes of {count} files match"),
        )?;
    }
    Ok(())
}

fn signed(it: &Verify, files: &Files, told: &mut Told) -> Result<()> {
    match (&it.public_key, files.get(SIGNATURE)) {
        (None, None) => told.line("－ 署名はありません".into(), "– there is no signature".into()),
        (None, Some(_)) => told.line(
            "－ 署名は確かめていません（--public-key で公開鍵を指定）".into(),
            "– the signature was not checked (--public-key names the key)".into(),
        ),
        (Some(_), None) => told.fault("署名がありません".into(), "there is no signature".into()),
        (Some(key), Some(signature)) => match signature::verify(key, signature, &files[MANIFEST])? {
            Ok(()) => told.line("○ 署名はこの鍵のもの".into(), "○ the signature is of this key".into()),
            Err(why) => told.fault(
                format!("署名がこの鍵のものではありません: {why}"),
                format!("the signature is not of this key: {why}"),
            ),
        },
    }
}

/// Computes everything again from the data, in a folder of its own.
fn figures(it: &Verify, files: &Files, manifest: &Manifest, told: &mut Told) -> Result<()> {
    let has_data = files.contains_key(&format!("{SOURCE}responses.csv"));
    if it.data.is_none() && !has_data {
        return told.line(
            "－ データが含まれていないため、数値は再計算していません（--data でデータのあるフォルダを指定）".into(),
            "– the release holds no data, so the figures were not computed (--data names the folder that has them)".into(),
        );
    }
    let folder = tempfile::tempdir()?;
    lay_out(files, it.data.as_deref(), folder.path(), manifest, told)?;
    let overall_only = it.data.is_none() && manifest.data == DataKind::Controlled;
    // Answers without classes are read with the classes left open.
    let lenient = manifest.lenient || overall_only;
    let input = Input {
        dir: folder.path().to_owned(),
        lenient,
        weights: manifest.weights.clone(),
        sealed: Sealed::default(),
    };
    let mut prepared = prepare(&input, Which::All, &[])?;
    let Some(tables) = prepared.released.clone() else {
        print_refusals(&prepared.found, &prepared.folder.sources, told.lang);
        return told
            .fault("データから集計表を作れません".into(), "no tables can be made from the data".into());
    };
    let published = files.get("tables.json").context("tables.json")?;
    let published = serde_json::from_slice(published).context("tables.json")?;
    let computed = serde_json::from_str(&tables_json(&tables, |_| true)).expect("our own JSON");
    tell(&reproduce(&published, &computed, overall_only), told)?;
    if overall_only {
        return Ok(());
    }
    let commentaries = std::mem::take(&mut prepared.commentaries);
    let reports: Vec<_> = commentaries.iter().filter_map(|one| prepared.check(one)).collect();
    if prepared.found.has_errors() {
        print_refusals(&prepared.found, &prepared.folder.sources, told.lang);
        return told.fault(
            "解説文がデータと合いません".into(),
            "the commentary does not agree with the data".into(),
        );
    }
    let claims: usize = reports.iter().map(|report| report.claims().len()).sum();
    told.line(
        format!("○ 解説文の主張 {claims} 件が成り立つ"),
        format!("○ {claims} claims of the commentary hold"),
    )?;
    pages(it, files, manifest, &contents::of_reports(&reports), told)
}

/// The published source, with the holder's data where they are given.
fn lay_out(
    files: &Files,
    data: Option<&Path>,
    to: &Path,
    manifest: &Manifest,
    told: &mut Told,
) -> Result<()> {
    for (name, bytes) in files {
        let Some(name) = name.strip_prefix(SOURCE).filter(|name| !name.contains('/')) else { continue };
        std::fs::write(to.join(name), bytes)?;
    }
    let Some(data) = data else { return Ok(()) };
    for name in ["responses.csv", "frame.csv"] {
        let path = data.join(name);
        if path.is_file() {
            std::fs::copy(&path, to.join(name)).with_context(|| path.display().to_string())?;
        }
    }
    for (name, hash) in &manifest.inputs {
        let bytes = std::fs::read(to.join(name)).unwrap_or_default();
        if manifest::hash(&bytes) != *hash {
            told.fault(
                format!("{name}: 公開時のデータではありません"),
                format!("{name}: not the data that the release was made from"),
            )?;
        }
    }
    Ok(())
}

fn tell(found: &Reproduced, told: &mut Told) -> Result<()> {
    for one in found.different.iter().take(MOST) {
        let (place, published, computed) = (&one.place, &one.published, &one.computed);
        told.fault(
            format!("{place}: 公開 {published}、データからは {computed}"),
            format!("{place}: published {published}, the data give {computed}"),
        )?;
    }
    if found.different.len() > MOST {
        let more = found.different.len() - MOST;
        told.fault(format!("ほかに {more} か所"), format!("and {more} more places"))?;
    }
    let (same, beyond) = (found.same, found.beyond_reach);
    told.line(
        format!("{} 数値 {same} 個を再現", if found.different.is_empty() { "○" } else { "－" }),
        format!("{} {same} figures reproduced", if found.different.is_empty() { "○" } else { "–" }),
    )?;
    if beyond > 0 {
        told.line(
            format!("－ 数値 {beyond} 個は、区分のない秘匿済みの個票からは再現できません"),
            format!("– {beyond} figures cannot be reproduced from answers without classes"),
        )?;
    }
    Ok(())
}

/// Whether the pages and workbooks are those that these tables give; only the same version writes
/// the same bytes.
fn pages(it: &Verify, files: &Files, manifest: &Manifest, computed: &Files, told: &mut Told) -> Result<()> {
    if manifest.monshin != env!("CARGO_PKG_VERSION") {
        let (theirs, ours) = (&manifest.monshin, env!("CARGO_PKG_VERSION"));
        return told.line(
            format!("－ 版が異なるため（{theirs}、こちらは {ours}）、ページの内容は比べていません"),
            format!("– pages were not compared: made by version {theirs}, this is {ours}"),
        );
    }
    if it.data.is_none() && lacks_contacts(files, manifest) {
        return told.line(
            "－ 名簿の連絡先を除いて公開されているため、ページの内容は比べていません".into(),
            "– pages were not compared: the frame was published without its contacts".into(),
        );
    }
    let before = told.faults;
    for (name, bytes) in computed.iter().filter(|(name, _)| *name != "tables.json") {
        if files.get(name).is_some_and(|published| published != bytes) {
            told.fault(
                format!("{name}: 集計表から作られるものと異なります"),
                format!("{name}: not what these tables give"),
            )?;
        }
    }
    if told.faults == before {
        told.line(
            "○ 報告書と表計算ファイルも同じ内容".into(),
            "○ reports and workbooks are the same too".into(),
        )?;
    }
    Ok(())
}

/// Whether the frame was published without its contacts: then the hash of the input, which the
/// method note prints, is another one.
fn lacks_contacts(files: &Files, manifest: &Manifest) -> bool {
    let published = files.get(&format!("{SOURCE}frame.csv")).map(|bytes| manifest::hash(bytes));
    let held = manifest.inputs.iter().find(|(name, _)| name == "frame.csv").map(|(_, hash)| hash);
    published.is_some() && published.as_ref() != held
}
