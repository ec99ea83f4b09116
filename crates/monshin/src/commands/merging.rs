//! `monshin tabulate --merging`: which classes to take together so that less is withheld.

use std::time::{Duration, Instant};

use anyhow::Result;
use monshin_diag::Lang;
use monshin_instrument::{CodeKind, Questionnaire};
use monshin_report::merging::{self, Sheet};
use monshin_tabulate::{Classes, Loss, advise_merging};

use crate::args::Input;
use crate::output::{Verdict, pick, print, print_findings};
use crate::prepare::Trial;

/// So long for one breakdown.
const LONGEST: Duration = Duration::from_secs(60);

/// Every breakdown, or those of `by`; pairs in it are crossed in all the releases that are made.
pub fn run(input: &Input, by: &[Vec<usize>], lang: Lang) -> Result<Verdict> {
    let pairs: Vec<[usize; 2]> =
        by.iter().filter_map(|by| <[usize; 2]>::try_from(by.as_slice()).ok()).collect();
    let trial = Trial::new(input, &pairs)?;
    print_findings(trial.prepared.found.as_slice(), &trial.prepared.folder.sources, lang);
    let (Some(form), Some(released)) = (&trial.prepared.folder.questionnaire, &trial.prepared.released)
    else {
        return Ok(Verdict::AtFault);
    };
    if released.audit().is_empty() {
        let none = ("秘匿したものはありません。\n", "Nothing is withheld.\n");
        print(&pick(lang, none.0.to_owned(), none.1.to_owned()))?;
        return Ok(Verdict::Fine);
    }
    let is_wanted = |at: &usize| by.is_empty() || by.iter().any(|by| by.contains(at));
    for breakdown in (0..form.breakdowns().len()).filter(is_wanted) {
        print(&of_breakdown(&trial, form, Loss::of(released, breakdown), breakdown, lang)?)?;
    }
    print(&merging::not_for_publication(lang))?;
    Ok(Verdict::Fine)
}

fn of_breakdown(
    trial: &Trial<'_>,
    form: &Questionnaire,
    now: Loss,
    breakdown: usize,
    lang: Lang,
) -> Result<String> {
    let sheet = Sheet { form, breakdown, lang };
    if let Err(why) = form.can_merge(breakdown) {
        return Ok(sheet.cannot(why));
    }
    let one = &form.breakdowns()[breakdown];
    let other = one.codes.codes.iter().position(|code| code.kind == CodeKind::Other);
    let classes = Classes {
        sizes: trial.sizes[breakdown].clone(),
        ordered: one.ordered,
        other: other.map(|at| at as u16),
    };
    let started = Instant::now();
    let mut failed = None;
    let advice = advise_merging(
        &classes,
        now,
        &mut |groups| match trial.merged(breakdown, groups) {
            Ok(released) => released.map(|released| Loss::of(&released, breakdown)),
            Err(error) => {
                failed = Some(error);
                None
            }
        },
        &mut || started.elapsed() < LONGEST,
    );
    match failed {
        Some(error) => Err(error),
        None => Ok(sheet.text(&advice)),
    }
}
