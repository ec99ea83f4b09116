//! Which tables to make, and with which interval.

use monshin_estimate::IntervalMethod;
use monshin_instrument::{IntervalName, Questionnaire};

use crate::{Variable, variables};

/// Which tables to make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The tables, in the order in which they are printed.
    pub keys: Vec<TableKey>,
}

/// One table: a variable, overall (`by` empty), by one breakdown, or by two crossed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableKey {
    /// Number of the variable, by [`variables`].
    pub variable: usize,
    /// Numbers of the breakdowns: none, one or two.
    pub by: Vec<usize>,
}

impl Plan {
    /// Each variable overall and by each breakdown.
    pub fn standard(questionnaire: &Questionnaire) -> Plan {
        let breakdowns = questionnaire.breakdowns().len();
        let by = || std::iter::once(vec![]).chain((0..breakdowns).map(|at| vec![at]));
        let count = variables(questionnaire).len();
        let keys = (0..count).flat_map(|variable| by().map(move |by| TableKey { variable, by }));
        Plan { keys: keys.collect() }
    }

    /// The same, and every variable that `wanted` accepts by these two breakdowns crossed.
    #[must_use]
    pub fn crossed(
        mut self,
        questionnaire: &Questionnaire,
        by: [usize; 2],
        wanted: impl Fn(&Variable) -> bool,
    ) -> Plan {
        for (variable, found) in variables(questionnaire).iter().enumerate() {
            let key = TableKey { variable, by: by.to_vec() };
            if wanted(found) && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self
    }
}

/// What changes a number: stored with the tables and printed in the method note.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Nominal confidence of the intervals.
    pub level: f64,
    /// How the intervals of shares are found; `None` chooses by the situation of each share.
    pub method: Option<IntervalMethod>,
    /// Whether shares are weighted; counts and bases never are.
    pub weighted: bool,
}

impl Settings {
    /// As the questionnaire's `[design]` says, unweighted.
    pub fn of(questionnaire: &Questionnaire) -> Settings {
        let spec = questionnaire.design();
        let method = spec.interval.map(|name| match name {
            IntervalName::Wilson => IntervalMethod::Wilson,
            IntervalName::ClopperPearson => IntervalMethod::ClopperPearson,
            IntervalName::AgrestiCoull => IntervalMethod::AgrestiCoull,
            IntervalName::Logit => IntervalMethod::Logit,
            IntervalName::Arcsine => IntervalMethod::Arcsine,
            IntervalName::Likelihood => IntervalMethod::Likelihood,
            IntervalName::KornGraubard => IntervalMethod::KornGraubard,
            IntervalName::Mean => IntervalMethod::Wald,
        });
        Settings { level: spec.level, method, weighted: false }
    }
}

impl Default for Settings {
    /// 95 %, the interval by situation, unweighted.
    fn default() -> Settings {
        Settings { level: 0.95, method: None, weighted: false }
    }
}
