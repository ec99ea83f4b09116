//! `monshin report`: checks, then writes the report; nothing is written where anything is wrong.

use anyhow::Result;
use monshin_diag::Lang;

use crate::args::Report;
use crate::output::{Verdict, pick, print, print_refusals, write_all};
use crate::pdf;
use crate::prepare::{Commentary, Which, prepare};

pub fn run(it: Report, lang: Lang) -> Result<Verdict> {
    let mut prepared = prepare(&it.input, Which::One(it.language.as_deref()), &[])?;
    if let (Some(form), Some(tag)) = (&prepared.folder.questionnaire, &it.language)
        && !form.survey().languages.contains(tag)
    {
        let list = form.survey().languages.join(", ");
        eprintln!(
            "{}",
            pick(
                lang,
                format!("調査に言語「{tag}」はありません（{list}）"),
                format!("the survey has no language `{tag}` ({list})")
            )
        );
        return Ok(Verdict::AtFault);
    }
    let commentary = match prepared.commentaries.pop() {
        Some(commentary) => commentary,
        None => {
            let form = prepared.folder.questionnaire.as_deref();
            Commentary::none(it.language.as_deref().or(form.map(|form| form.language())).unwrap_or("ja"))
        }
    };
    let report = prepared.check(&commentary);
    print_refusals(&prepared.found, &prepared.folder.sources, lang);
    let Some(report) = report.filter(|_| !prepared.found.has_errors()) else {
        if prepared.intake.is_none() && !prepared.found.has_errors() {
            eprintln!(
                "{}",
                pick(lang, "responses.csv がありません".into(), "there is no responses.csv".into())
            );
        }
        eprintln!("{}", pick(lang, "報告書は書きませんでした".into(), "no report was written".into()));
        return Ok(Verdict::AtFault);
    };
    let typesetter = match it.no_pdf {
        true => None,
        false => pdf::start(&it, monshin_report::print::render(&report, &prepared.theme))?,
    };
    let mut files = vec![
        ("index.html", monshin_report::html::render_in(&report, &prepared.theme).into_bytes()),
        ("tables.xlsx", monshin_report::xlsx::render(&report)),
        ("tables.json", monshin_report::tables_json(report.tables(), |_| true).into_bytes()),
    ];
    let has_pdf = typesetter.is_some();
    let typeset = typesetter.map(|typesetter| typesetter.finish(lang));
    let failure = match typeset {
        None => None,
        Some(Ok(typeset)) => {
            typeset.warnings.iter().for_each(|words| eprintln!("{words}"));
            files.extend(typeset.files);
            None
        }
        // The other files are good all the same.
        Some(Err(error)) => Some(error),
    };
    write_all(&it.out, &files)?;
    let (responses, claims) = (report.tables().responses, report.claims().len());
    print(&pick(
        lang,
        format!("回答 {responses} 件、照合した主張 {claims} 件\n"),
        format!("{responses} responses, {claims} claims checked\n"),
    ))?;
    for (name, bytes) in &files {
        print(&format!("  {}  {} kB\n", it.out.join(name).display(), bytes.len().div_ceil(1000)))?;
    }
    if !has_pdf && !it.no_pdf {
        print(&pdf::how_to_get_it(&it.out, lang))?;
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(Verdict::Fine),
    }
}
