//! All tables of a survey, with what the method note needs.

use std::sync::Arc;

use monshin_estimate::{Estimate, IntervalMethod, Situation, default_method, proportion};
use monshin_instrument::Questionnaire;

use crate::cube::joint::Joint;
use crate::{Cases, Cube, Fieldwork, IntakeNote, Profile, SurveyDesign, Table, Variable};

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
    /// How the intervals of shares are found; `None`: by the situation of each share.
    pub method: Option<IntervalMethod>,
    /// The design that the figures are estimated under.
    pub design: Arc<SurveyDesign>,
    /// Responses per class of each breakdown.
    pub profile: Vec<Profile>,
    /// Who was asked and how many responded.
    pub fieldwork: Fieldwork,
    /// What became of every case, where there is a frame. The caller sets it.
    pub cases: Option<Cases>,
    /// What was counted, for comparisons that the tables do not hold.
    pub(crate) counted: Arc<Cube>,
    /// Who gave which answers together, for disclosure control; `None` where that is not known, or not
    /// needed.
    pub(crate) joint: Option<Arc<Joint>>,
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

    /// The share of so many of so many who count one each, with the interval that the tables print
    /// for such counts: the method asked for where it is one for counts, else by situation.
    pub fn share_of_counts(&self, count: u64, base: u64) -> Estimate {
        let of_counts =
            [IntervalMethod::Wilson, IntervalMethod::ClopperPearson, IntervalMethod::AgrestiCoull];
        let asked = self.method.filter(|method| of_counts.contains(method));
        let situation = Situation::Counts { count, base, population: None };
        proportion(count, base, self.level, asked.unwrap_or_else(|| default_method(&situation)))
    }
}
