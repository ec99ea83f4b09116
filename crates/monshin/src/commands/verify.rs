//! `monshin verify`: whether a release is whole, whose it is, and whether its figures follow from
//! the data.

mod pages;
mod told;

use std::path::Path;

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_report::publish::reproduce;
use monshin_report::tables_json;
use serde_json::Value;

use crate::args::{Input, Sealed, Verify};
use crate::output::{Verdict, print_refusals};
use crate::prepare::{Which, prepare, prepare_stated};
use crate::release::manifest::{self, DataKind, Manifest};
use crate::release::{Files, MANIFEST, SIGNATURE, SOURCE, SUMS, archive, signature, source};
use pages::Pages;
use told::Told;

pub fn run(it: Verify, lang: Lang) -> Result<Verdict> {
    let files = archive::read(&it.release)?;
    let said = || it.release.display().to_string();
    let text = files.get(MANIFEST).with_context(|| format!("{MANIFEST}: missing")).with_context(said)?;
    let (manifest, listed) = Manifest::read(text).with_context(said)?;
    let mut told = Told::new(lang);
    told.line(
        format!("{}（{}）", manifest.title, manifest.survey),
        format!("{} ({})", manifest.title, manifest.survey),
    )?;
    hashes(&files, &listed, &mut told)?;
    signed(&it, &files, &mut told)?;
    figures(&it, &files, &manifest, &mut told)?;
    Ok(if told.faults == 0 { Verdict::Fine } else { Verdict::AtFault })
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
    if files.get(SUMS).is_some_and(|sums| *sums != manifest::sums(files).into_bytes()) {
        told.fault(
            format!("{SUMS}: ファイルのハッシュと合いません"),
            format!("{SUMS}: not the hashes of these files"),
        )?;
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
    let published: Value =
        serde_json::from_slice(files.get("tables.json").context("tables.json")?).context("tables.json")?;
    // A frame that was published without its contacts has another hash than the one that was counted.
    let stated =
        published["input_sha256"].as_str().filter(|_| it.data.is_none() && lacks_contacts(files, manifest));
    let mut prepared = match stated {
        Some(sha256) => prepare_stated(&input, sha256)?,
        None => prepare(&input, Which::All, &[])?,
    };
    let Some(tables) = prepared.released.clone() else {
        print_refusals(&prepared.found, &prepared.folder.sources, told.lang);
        return told
            .fault("データから集計表を作れません".into(), "no tables can be made from the data".into());
    };
    let computed = serde_json::from_str(&tables_json(&tables, |_| true)).expect("our own JSON");
    told.reproduced(&reproduce(&published, &computed, overall_only))?;
    if overall_only {
        return Ok(());
    }
    let reports = prepared.reports().unwrap_or_default();
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
    Pages { it, files, manifest }.compare(&reports, &prepared.theme, told)
}

/// The published source, with the holder's data where they are given.
fn lay_out(
    files: &Files,
    data: Option<&Path>,
    to: &Path,
    manifest: &Manifest,
    told: &mut Told,
) -> Result<()> {
    source::lay_out(files, to)?;
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

/// Whether the frame was published without its contacts.
fn lacks_contacts(files: &Files, manifest: &Manifest) -> bool {
    let published = files.get(&format!("{SOURCE}frame.csv")).map(|bytes| manifest::hash(bytes));
    let held = manifest.inputs.iter().find(|(name, _)| name == "frame.csv").map(|(_, hash)| hash);
    published.is_some() && published.as_ref() != held
}
