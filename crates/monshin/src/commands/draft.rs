//! `monshin draft`: the first commentary. It writes over no commentary unless told to.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use monshin_diag::{Diagnostic, Lang, Severity};

use crate::args::Draft;
use crate::output::{Verdict, pick, print, print_findings, write_all};
use crate::prepare::{Which, prepare};

pub fn run(it: Draft, lang: Lang) -> Result<Verdict> {
    let prepared = prepare(&it.input, Which::Nothing, &[])?;
    let errors: Vec<Diagnostic> =
        prepared.found.iter().filter(|one| one.severity == Severity::Error).cloned().collect();
    print_findings(&errors, &prepared.folder.sources, lang);
    let (Some(tables), Some(form)) = (&prepared.released, &prepared.folder.questionnaire) else {
        if errors.is_empty() {
            eprintln!(
                "{}",
                pick(lang, "responses.csv がありません".into(), "there is no responses.csv".into())
            );
        }
        return Ok(Verdict::AtFault);
    };
    let tag = it.language.as_deref().unwrap_or(form.language());
    if !form.survey().languages.iter().any(|known| known == tag) {
        let list = form.survey().languages.join(", ");
        let ja = format!("調査に言語「{tag}」はありません（{list}）");
        eprintln!("{}", pick(lang, ja, format!("the survey has no language `{tag}` ({list})")));
        return Ok(Verdict::AtFault);
    }
    let draft = monshin_report::draft::draft(tables, tag);
    let Some(path) = target(&it, tag) else {
        print(&draft.text)?;
        return Ok(Verdict::Fine);
    };
    if path.exists() && !it.force {
        let name = path.display();
        let ja = format!("「{name}」はすでにあります。上書きするには --force を付けてください");
        eprintln!("{}", pick(lang, ja, format!("`{name}` exists and is not overwritten without --force")));
        return Ok(Verdict::AtFault);
    }
    let parent = path.parent().filter(|one| !one.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().context("--out names no file")?.to_string_lossy().into_owned();
    write_all(parent, &[(&name, draft.text.into_bytes())])?;
    let (findings, gone, shown) = (draft.findings.len(), draft.left_out, path.display());
    print(&pick(
        lang,
        format!("{shown} を書きました。述べた差と傾向 {findings} 件、検査を通らず省いた文 {gone} 件\n"),
        format!("wrote {shown}: {findings} differences and trends stated, {gone} sentences left out\n"),
    ))?;
    Ok(Verdict::Fine)
}

/// Where it goes; `None` is standard output.
fn target(it: &Draft, tag: &str) -> Option<PathBuf> {
    if let Some(out) = &it.out {
        return Some(out.clone()).filter(|out| out.as_os_str() != "-");
    }
    let own = it.input.dir.join(format!("report.{tag}.md"));
    (it.force || !own.exists()).then_some(own)
}
