//! `monshin report`: checks, then writes the report; nothing is written where anything is wrong.

use std::collections::BTreeMap;

use anyhow::Result;
use monshin_diag::Lang;

use crate::args::Report;
use crate::output::{Verdict, pick, print, print_refusals, write_all};
use crate::pdf::{self, Outputs, Typesetter};
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
    let typesetter = Typesetter::find(&it.typesetting);
    let at_work = match &typesetter {
        None => None,
        Some(one) => {
            Some(one.start(Outputs::Pages, monshin_report::print::render(&report, &prepared.theme))?)
        }
    };
    let mut files = vec![
        ("index.html", monshin_report::html::render_in(&report, &prepared.theme).into_bytes()),
        ("tables.xlsx", monshin_report::xlsx::render(&report)),
        ("tables.json", monshin_report::tables_json(report.tables(), |_| true).into_bytes()),
    ];
    let mut set = BTreeMap::new();
    let failure = match at_work.map(|at_work| at_work.finish(lang)) {
        None => None,
        Some(Ok(typeset)) => {
            typeset.warnings.iter().for_each(|words| eprintln!("{words}"));
            set = typeset.files;
            None
        }
        // The other files are good all the same.
        Some(Err(error)) => Some(error),
    };
    files.extend(pdf::FILES.into_iter().filter_map(|name| Some((name, set.remove(name)?))));
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
    if typesetter.is_none() && !it.typesetting.no_pdf {
        print(&pdf::how_to_get_it(&it.out, &pdf::FILES, lang))?;
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(Verdict::Fine),
    }
}
