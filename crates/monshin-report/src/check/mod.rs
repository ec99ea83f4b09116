//! The checker: every claim of a commentary against the released tables.
//!
//! Comes in: a [`Narrative`], [`Released`] tables. Goes out: a [`CheckedReport`] in which every
//! figure is traced to a cell or waived with a written reason; or the findings that stand in its
//! way. Renderers take nothing else.
//!
//! A finding has a stable code: `C001`–`C007` the text of a claim, `C010`–`C019` what it says,
//! `C020`–`C024` figures and names around it, `C030`–`C036` which base and which average, `C040`–
//! `C043` what may be quoted, `C050`–`C055` wording, `C060`–`C062` waivers, `C070`–`C072` the report
//! as a whole, `C080`–`C084` what a comparison rests on. `docs/guide/commentary.md` lists them.

mod among;
mod average;
mod base;
mod bench;
mod conclude;
mod context;
mod date;
mod direction;
pub(crate) mod evidence;
pub(crate) mod figure;
mod figures;
mod hints;
mod lexis;
pub(crate) mod lookup;
mod loose;
pub mod mutate;
mod rates;
mod report;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod trend;
mod value;
mod whole;
mod wording;

use monshin_diag::Diagnostics;
use monshin_tabulate::instrument::Questionnaire;
use monshin_tabulate::{Plan, Released, TableKey, Tables, variables};

use crate::claims::{Against, Claim, Operand, Term};
use crate::narrative::Narrative;

pub use evidence::{Evidence, EvidenceTest, Grade};
pub use report::{CellRef, CheckedClaim, CheckedReport, Note, Proof};

/// What the checker takes for granted; what is not set comes from `survey.toml`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CheckSettings {
    /// The smallest base that may be quoted.
    pub quoting_min_base: Option<u64>,
    /// Points within which two shares are about the same.
    pub similar_within: Option<f64>,
}

impl Narrative {
    /// Checks every claim, and the words around it.
    ///
    /// # Errors
    /// Every finding, when one of them is an error. On success the warnings are in the report.
    pub fn check(
        self,
        tables: &Released<Tables>,
        settings: &CheckSettings,
    ) -> Result<CheckedReport, Diagnostics> {
        let proof = self.proof(tables, settings);
        if proof.found().has_errors() {
            return Err(proof.found().clone());
        }
        Ok(proof.into_report())
    }

    /// Checks the same and keeps the commentary whatever was found, for its author alone.
    pub fn proof(self, tables: &Released<Tables>, settings: &CheckSettings) -> Proof {
        let mut bench = bench::Bench::new(&self, tables, settings);
        bench.check_links();
        bench.check_passages();
        bench.check_report();
        let (claims, mut found) = bench.finish();
        found.sort();
        Proof::new(CheckedReport::new(self, tables.clone(), claims, found))
    }

    /// The plan with the crossed tables that the claims need.
    pub fn tables_wanted(&self, questionnaire: &Questionnaire, mut plan: Plan) -> Plan {
        let names = variables(questionnaire);
        for operand in self.links.iter().filter_map(|link| link.claim.as_ref().ok()).flat_map(crossed) {
            let Some((name, filters)) = operand else { continue };
            let by: Option<Vec<usize>> =
                filters.iter().map(|term| questionnaire.breakdown(&term.name.text)).collect();
            let variable = names.iter().position(|variable| variable.name == name);
            if let (Some(variable), Some(by)) = (variable, by) {
                let key = TableKey { variable, by };
                let turned = TableKey { variable, by: key.by.iter().rev().copied().collect() };
                if !plan.keys.contains(&key) && !plan.keys.contains(&turned) {
                    plan.keys.push(key);
                }
            }
        }
        plan
    }
}

/// Variables with two filters, as a claim names them.
fn crossed(claim: &Claim) -> Vec<Option<(String, Vec<Term>)>> {
    let one = |operand: &Operand| {
        let (first, filters) = operand.terms.split_first()?;
        (filters.len() == 2).then(|| (first.name.text.clone(), filters.to_vec()))
    };
    let second = |left: &Operand, right: &Against| match right {
        Against::Operand(right) if right.terms.len() == 2 => {
            let name = left.terms.first()?.name.text.clone();
            Some((name, right.terms.clone()))
        }
        Against::Operand(right) => one(right),
        _ => None,
    };
    match claim {
        Claim::Share(operand) | Claim::Count(operand) => vec![one(operand)],
        Claim::Compare { left, right, .. } | Claim::Diff(left, right) => vec![one(left), second(left, right)],
        Claim::Tally { variable, filters, .. } | Claim::Number { variable, filters, .. }
            if filters.len() == 2 =>
        {
            vec![Some((variable.text.clone(), filters.clone()))]
        }
        _ => Vec::new(),
    }
}
