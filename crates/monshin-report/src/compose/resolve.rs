//! From a checked claim to its place in the report: the address of its cell, or of the table it
//! looks over, its exact figure, its footnotes.

use std::collections::BTreeSet;

use crate::check::{CellRef, CheckedClaim, CheckedReport, Note};
use crate::claims::{Claim, Statistic, Tally, Term};

use super::narrate::Resolved;
use super::setting::Setting;
use super::{anchor, sentences};

/// What each link of the commentary leads to; `known` are the addresses that the report has.
pub(super) fn resolve(
    setting: &Setting<'_>,
    report: &CheckedReport,
    known: &BTreeSet<String>,
) -> Vec<Resolved> {
    let links = report.narrative().links();
    let one = |(link, checked): (&crate::narrative::ClaimLink, &CheckedClaim)| {
        let claim = link.claim.as_ref().ok();
        let value = checked.value.get(setting.lang);
        let detail = match &checked.evidence {
            Some(evidence) => sentences::graded(setting, value, evidence.grade.words().get(setting.lang)),
            None => value.to_owned(),
        };
        Resolved {
            target: addresses(setting, claim, checked.cell.as_ref())
                .into_iter()
                .find(|id| known.contains(id)),
            detail: (!detail.is_empty()).then_some(detail),
            notes: checked.notes.iter().map(|note| words(setting, note)).collect(),
        }
    };
    links.iter().zip(report.claims()).map(one).collect()
}

fn words(setting: &Setting<'_>, note: &Note) -> String {
    match note {
        Note::Waived(reason) => sentences::waived(setting, reason),
        Note::Source(source) => sentences::source(setting, source),
        Note::MeanOfGroups(words) | Note::Except(words) => words.get(setting.lang).to_owned(),
    }
}

/// Where a claim may lead, the nearest first.
fn addresses(setting: &Setting<'_>, claim: Option<&Claim>, cell: Option<&CellRef>) -> Vec<String> {
    let mut found = Vec::new();
    match claim {
        Some(Claim::Fact) | None => return found,
        Some(Claim::Responses(filters)) => found.extend(responses(filters)),
        Some(claim @ Claim::Rate(..)) => found.push(claim.to_string()),
        Some(Claim::Mean { target, by, without }) if without.is_empty() => {
            if let [code] = target.values.as_slice() {
                found.push(anchor::mean(&target.name.text, &code.text, &by.text));
            }
        }
        Some(_) => {}
    }
    if let Some(cell) = cell {
        let variable = &setting.tables.variables[cell.variable].name;
        found.extend(cell_address(setting, claim, cell, variable));
        let by: Vec<&str> = cell.by.iter().map(|by| setting.breakdown_id(*by)).collect();
        found.push(anchor::table(variable, &by));
        found.push(anchor::table(variable, &[]));
    }
    found.push("respondents".to_owned());
    found
}

/// The row of a class in the breakdown of respondents.
fn responses(filters: &[Term]) -> Option<String> {
    match filters {
        [one] if !one.all_but && one.values.len() == 1 => {
            Some(anchor::responses(&[(&one.name.text, &one.values[0].text)]))
        }
        [one] => Some(format!("respondents-{}", one.name.text)),
        _ => None,
    }
}

fn cell_address(
    setting: &Setting<'_>,
    claim: Option<&Claim>,
    cell: &CellRef,
    variable: &str,
) -> Option<String> {
    let classes: &[u16] = match cell.groups.as_slice() {
        [] if cell.by.is_empty() => &[],
        [one] => one,
        _ => return None,
    };
    let pair = |(by, class): (&usize, &u16)| (setting.breakdown_id(*by), &*setting.class(*by, *class).id);
    let group: Vec<(&str, &str)> = cell.by.iter().zip(classes).map(pair).collect();
    let what = match claim {
        Some(Claim::Tally { what: Tally::Blank, .. }) => "blank",
        Some(Claim::Number { what: Statistic::Average, .. }) => "average",
        Some(Claim::Number { what: Statistic::Median, .. }) => "median",
        Some(Claim::Number { what: Statistic::Q1, .. }) => "q1",
        Some(Claim::Number { what: Statistic::Q3, .. }) => "q3",
        _ => "n",
    };
    match cell.codes.as_slice() {
        [] => Some(anchor::of_variable(what, variable, &group)),
        [code] => {
            let codes = setting.tables.variables[cell.variable].codes.as_ref()?;
            let code = &codes.codes.get(usize::from(*code))?.id;
            Some(match claim {
                Some(Claim::Count(_)) => anchor::count(variable, code, &group),
                _ => anchor::share(variable, code, &group),
            })
        }
        _ => None,
    }
}
