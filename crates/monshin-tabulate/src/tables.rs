//! All tables of a survey, with what the method note needs.

use std::sync::Arc;

use monshin_estimate::IntervalMethod;
use monshin_instrument::Questionnaire;

use crate::{Cases, Fieldwork, IntakeNote, Profile, Table, Variable};

/// All tables of a survey, with what the method note needs.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The questionnaire.
    pub questionnaire: Arc<Questionnaire>,
    /// How many responses.
    pub responses: u64,
    /// Whether shares are weighted.
    pub weighted: bool,
    /// Nominal confidence of the intervals.
    pub level: f64,
    /// How the intervals of shares are found.
    pub method: IntervalMethod,
    /// Responses per class of each breakdown.
    pub profile: Vec<Profile>,
    /// Who was asked and how many responded.
    pub fieldwork: Fieldwork,
    /// What became of every case, where there is a frame. The caller sets it.
    pub cases: Option<Cases>,
    /// What lenient reading kept out; empty where nothing was. The caller sets it.
    pub intake: Vec<IntakeNote>,
    /// SHA-256 of what was counted, in hexadecimal; empty until the caller sets it.
    pub input_sha256: String,
    /// What the tables are about.
    pub variables: Vec<Variable>,
    /// The tables, in the order of the plan.
    pub tables: Vec<Table>,
}

impl Tables {
    /// Number of a variable by its name.
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }

    /// The table of a variable by these breakdowns, in this order.
    pub fn table(&self, variable: usize, by: &[usize]) -> Option<&Table> {
        self.tables.iter().find(|table| table.variable == variable && table.by == by)
    }
}
