//! `monshin compare`: waves or sectors side by side, through a mapping file.

use std::path::{Path, PathBuf};

use anyhow::Result;
use monshin_diag::{Diagnostic, Diagnostics, Lang, Place, Source, words};
use monshin_report::compare::{self, Mapping, Member};
use monshin_tabulate::{Released, Tables, UnitAnswers};

use crate::args::{Compare, Input, Sealed};
use crate::folder::read_text;
use crate::output::{Verdict, pick, print, print_findings, write_all};
use crate::pdf::{self, Outputs, Typesetter};
use crate::prepare::{Prepared, Which, prepare};
use crate::release::rows;

/// A survey whose tables were made.
struct Survey {
    key: String,
    dir: PathBuf,
    tables: Released<Tables>,
}

pub fn run(it: Compare, lang: Lang) -> Result<Verdict> {
    let Some(surveys) = surveys(&it, lang)? else { return Ok(Verdict::AtFault) };
    let members = members(&surveys, &[]);
    let (name, text) = match &it.mapping {
        Some(path) => match read_text(path)? {
            Ok(text) => (path.display().to_string(), text),
            Err(finding) => return Ok(refused(&[finding], &Source::new("", ""), lang)),
        },
        None => ("mapping.toml".to_owned(), compare::propose(&members)),
    };
    let source = Source::new(&name, &text);
    let (mapping, found) = Mapping::read(&source, &members);
    let Some(mapping) = mapping else { return Ok(refused(found.as_slice(), &source, lang)) };
    print_findings(found.as_slice(), &[source].into(), lang);
    let units = units(&mapping, &surveys)?;
    let members = self::members(&surveys, &units);
    let comparison = compare::compare(&mapping, &members);
    if it.json {
        print(&compare::json(&comparison))?;
        return Ok(Verdict::Fine);
    }
    let tag = it.language.as_deref().unwrap_or_else(|| mapping.languages.first().map_or("ja", |tag| tag));
    if !mapping.languages.iter().any(|known| known == tag) {
        let list = mapping.languages.join(", ");
        let ja = format!("対応表に言語「{tag}」はありません（{list}）");
        eprintln!("{}", pick(lang, ja, format!("the mapping has no language `{tag}` ({list})")));
        return Ok(Verdict::AtFault);
    }
    let typesetter = Typesetter::find(&it.typesetting);
    let at_work = match &typesetter {
        None => None,
        Some(typesetter) => Some(typesetter.start(Outputs::Pages, comparison.print(tag))?),
    };
    let mut files = vec![
        ("index.html", comparison.html(tag).into_bytes()),
        ("comparison.xlsx", comparison.xlsx(tag)),
        ("comparison.json", compare::json(&comparison).into_bytes()),
    ];
    if it.mapping.is_none() {
        files.push(("mapping.toml", text.into_bytes()));
    }
    if let Some(at_work) = at_work {
        let mut set = at_work.finish(lang)?;
        set.warnings.iter().for_each(|words| eprintln!("{words}"));
        let named = pdf::FILES.into_iter().zip(PDF);
        files.extend(named.filter_map(|(made, name)| Some((name, set.files.remove(made)?))));
    }
    write_all(&it.out, &files)?;
    told(&it, &comparison, &files, lang)?;
    if typesetter.is_none() && !it.typesetting.no_pdf {
        print(&pdf::how_to_get_it(&it.out, &PDF, lang))?;
    }
    Ok(Verdict::Fine)
}

/// What the typesetter makes of a comparison.
const PDF: [&str; 2] = ["comparison.pdf", "comparison-a4.pdf"];

fn members<'a>(surveys: &'a [Survey], units: &'a [UnitAnswers]) -> Vec<Member<'a>> {
    let member =
        |(at, one): (usize, &'a Survey)| Member { key: &one.key, tables: &one.tables, units: units.get(at) };
    surveys.iter().enumerate().map(member).collect()
}

/// The answers by unit, where the mapping says that waves have units in common.
fn units(mapping: &Mapping, surveys: &[Survey]) -> Result<Vec<UnitAnswers>> {
    if !mapping.pairs_units {
        return Ok(Vec::new());
    }
    let of = |one: &Survey| Ok(rows::by_unit(&one.dir, &one.tables.questionnaire)?.into_iter().collect());
    surveys.iter().map(of).collect()
}

fn told(
    it: &Compare,
    comparison: &compare::Comparison<'_>,
    files: &[(&str, Vec<u8>)],
    lang: Lang,
) -> Result<()> {
    let (surveys, concepts) = (comparison.mapping.surveys.len(), comparison.mapping.concepts.len());
    let all = comparison.overall.iter().flat_map(|line| &line.differences);
    let (given, refused): (Vec<&compare::Difference>, Vec<&compare::Difference>) =
        all.partition(|one| one.found.is_ok());
    let supported = given.iter().filter(|one| one.found.is_ok_and(|points| points.is_supported)).count();
    let (given, refused) = (given.len(), refused.len());
    print(&pick(
        lang,
        format!(
            "調査 {surveys} 件、項目 {concepts} 件。差 {given} 件（うち差があるといえるもの {supported} 件）、示さないもの {refused} 件\n"
        ),
        format!(
            "{surveys} surveys, {concepts} concepts; {given} differences, {supported} of them supported, {refused} not given\n"
        ),
    ))?;
    for (name, bytes) in files {
        print(&format!("  {}  {} kB\n", it.out.join(name).display(), bytes.len().div_ceil(1000)))?;
    }
    Ok(())
}

fn refused(found: &[Diagnostic], source: &Source, lang: Lang) -> Verdict {
    print_findings(found, &[source.clone()].into(), lang);
    eprintln!("{}", pick(lang, "比較は書きませんでした".into(), "no comparison was written".into()));
    Verdict::AtFault
}

/// The tables of every folder; `None` where one of them has none, which has been said then.
fn surveys(it: &Compare, lang: Lang) -> Result<Option<Vec<Survey>>> {
    let mut surveys: Vec<Survey> = Vec::new();
    let mut faults = Diagnostics::new();
    let mut is_fine = true;
    for dir in &it.dirs {
        let input = Input {
            dir: dir.clone(),
            lenient: it.lenient,
            weights: it.weights.clone(),
            sealed: Sealed::default(),
        };
        let prepared = prepare(&input, Which::Nothing, &[])?;
        let Prepared { folder, found, released, .. } = prepared;
        let errors: Vec<Diagnostic> =
            found.iter().filter(|one| one.severity == monshin_diag::Severity::Error).cloned().collect();
        if !errors.is_empty() {
            eprintln!("{}:", dir.display());
            print_findings(&errors, &folder.sources, lang);
        }
        let (Some(tables), Some(form)) = (released, folder.questionnaire) else {
            is_fine = false;
            if errors.is_empty() {
                faults.push(no_data(dir));
            }
            continue;
        };
        let key = form.survey().id.clone();
        if surveys.iter().any(|one| one.key == key) {
            faults.push(twice(dir, &key));
        }
        surveys.push(Survey { key, dir: dir.clone(), tables });
    }
    if is_fine && surveys.len() < 2 {
        faults.push(too_few(&it.dirs[0]));
    }
    if is_fine && faults.as_slice().is_empty() {
        return Ok(Some(surveys));
    }
    refused(faults.as_slice(), &Source::new("", ""), lang);
    Ok(None)
}

fn no_data(dir: &Path) -> Diagnostic {
    let message = words!("responses.csv がないので比べられません"; "there is no responses.csv, so there is nothing to compare");
    Diagnostic::error("M018", Place::file(&dir.display().to_string()), message)
}

fn twice(dir: &Path, key: &str) -> Diagnostic {
    let message =
        words!("調査の id「{key}」が二つのフォルダにあります"; "two folders have the survey id `{key}`");
    let help = words!("survey.toml の id を変えてください（例: {key}-2）"; "change the id in one survey.toml, for instance to {key}-2");
    Diagnostic::error("M017", Place::file(&dir.display().to_string()), message).help(help)
}

fn too_few(dir: &Path) -> Diagnostic {
    let message = words!("比べるには調査が2つ必要です"; "it takes two surveys to compare");
    let help = words!("monshin compare フォルダ フォルダ … のように渡してください"; "give them as `monshin compare DIR DIR …`");
    Diagnostic::error("M016", Place::file(&dir.display().to_string()), message).help(help)
}
