//! What the method note prints beside the tables: who answered, who was asked, what was kept out.

use monshin_diag::Words;
use monshin_instrument::{LocalText, Questionnaire};

/// Responses per class of one breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Number of the breakdown.
    pub breakdown: usize,
    /// Responses per class; `None` where the number is withheld.
    pub counts: Vec<Option<u64>>,
    /// Responses whose class is not known; `None` where the number is withheld.
    pub unclassified: Option<u64>,
}

/// Who was asked and how many responded.
#[derive(Clone, Debug, PartialEq)]
pub struct Fieldwork {
    /// How many were asked, where that is known.
    pub invited: Option<Invited>,
    /// How many responded.
    pub responses: u64,
    /// What one response stands for.
    pub unit: LocalText,
    /// Responses that came back and answer too little to be counted ([`crate::Returns`]).
    pub break_offs: u64,
}

/// How many were asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Invited {
    /// How many.
    pub count: u64,
    /// What was counted, where it is not what a response stands for.
    pub other_unit: Option<LocalText>,
}

impl Fieldwork {
    /// As the survey itself states it.
    pub fn of(questionnaire: &Questionnaire, responses: u64) -> Fieldwork {
        let survey = questionnaire.survey();
        let other_unit = survey.invited_unit.clone().filter(|unit| *unit != survey.unit);
        let invited = survey.invited.map(|count| Invited { count, other_unit });
        Fieldwork { invited, responses, unit: survey.unit.clone(), break_offs: 0 }
    }

    /// The same with the number of units on the frame as those asked.
    #[must_use]
    pub fn with_frame(mut self, units: u64) -> Fieldwork {
        self.invited = Some(Invited { count: units, other_unit: None });
        self
    }

    /// Responses and invited, as numerator and denominator of a response rate. `None` where it is
    /// not known how many were asked, where nobody was, and where other units were counted (then
    /// the quotient is no response rate).
    pub fn response_rate(&self) -> Option<(u64, u64)> {
        let invited = self.invited.as_ref()?;
        (invited.other_unit.is_none() && invited.count > 0).then_some((self.responses, invited.count))
    }
}

/// What lenient reading kept out, one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeNote {
    /// Code of the finding.
    pub code: String,
    /// What it is.
    pub what: Words,
    /// How often.
    pub count: u64,
}
