//! The response board: cases by what became of them, in the terms of AAPOR. Counts, and nothing that was answered.

use monshin_estimate::response::{Dispositions, Rate};
use monshin_frame::Disposition;
use monshin_instrument::{Breakdown, BreakdownSource, Questionnaire};
use monshin_store::{CaseCount, Mode};

/// Cases by disposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cases([u64; Disposition::ALL.len()]);

impl Cases {
    pub fn add(&mut self, disposition: Disposition, cases: u64) {
        self.0[disposition as usize] += cases;
    }

    pub fn of(&self, disposition: Disposition) -> u64 {
        self.0[disposition as usize]
    }

    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Complete and partial returns.
    pub fn responses(&self) -> u64 {
        self.of(Disposition::Complete) + self.of(Disposition::Partial)
    }

    /// All but those known not to be eligible.
    pub fn not_ruled_out(&self) -> u64 {
        self.total() - self.of(Disposition::NotEligible)
    }

    /// A rate by AAPOR's formula; e is the share eligible among those where it is known.
    pub fn rate(&self, rate: Rate) -> Option<f64> {
        let of = |one| self.of(one) as f64;
        let all = Dispositions {
            complete: of(Disposition::Complete),
            partial: of(Disposition::Partial),
            refusal: of(Disposition::Refusal) + of(Disposition::BreakOff),
            non_contact: of(Disposition::NonContact),
            other: of(Disposition::Other),
            unknown_unit: of(Disposition::UnknownExistence),
            unknown_other: of(Disposition::UnknownEligibility),
            ineligible: of(Disposition::NotEligible),
        };
        all.rate(rate, all.eligibility().unwrap_or(1.0))
    }
}

/// The cases of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCases {
    pub label: String,
    pub cases: Cases,
}

/// The cases by the classes of one breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByClass {
    pub label: String,
    pub classes: Vec<ClassCases>,
}

/// Everything that is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    pub all: Cases,
    pub by: Vec<ByClass>,
    /// Returns by how they came in.
    pub modes: [u64; Mode::ALL.len()],
}

impl Board {
    /// Adds the counts up, by every breakdown of the frame.
    pub fn new(form: &Questionnaire, counts: &[CaseCount], lang: &str) -> Board {
        let mut board = Board::default();
        for one in counts {
            board.all.add(one.disposition, one.cases);
            if let Some(mode) = one.mode {
                board.modes[mode as usize] += one.cases;
            }
        }
        let of_frame = form.breakdowns().iter().filter(|one| one.source == BreakdownSource::Frame);
        board.by = of_frame.map(|breakdown| by_class(breakdown, counts, lang)).collect();
        board
    }
}

fn by_class(breakdown: &Breakdown, counts: &[CaseCount], lang: &str) -> ByClass {
    let codes = &breakdown.codes.codes;
    let mut classes: Vec<ClassCases> = codes
        .iter()
        .map(|code| ClassCases { label: code.label.get(lang).to_owned(), cases: Cases::default() })
        .collect();
    // A case whose class the frame does not say.
    let mut unknown = ClassCases { label: "?".into(), cases: Cases::default() };
    for one in counts {
        let at = one.classes.of(&breakdown.id).and_then(|id| breakdown.codes.position(id));
        let class = at.and_then(|at| classes.get_mut(usize::from(at))).unwrap_or(&mut unknown);
        class.cases.add(one.disposition, one.cases);
    }
    classes.extend((unknown.cases.total() > 0).then_some(unknown));
    ByClass { label: breakdown.label.get(lang).to_owned(), classes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_follow_aapor() {
        // 897 returns of 107,409 institutions that were asked, and nothing is known of the others.
        let mut cases = Cases::default();
        assert_eq!(cases.rate(Rate::Rr1), None, "nobody was asked");
        cases.add(Disposition::Complete, 897);
        cases.add(Disposition::UnknownEligibility, 107_409 - 897);
        let rate = cases.rate(Rate::Rr1).expect("somebody was asked");
        assert_eq!(format!("{:.2}", 100.0 * rate), "0.84");
        cases.add(Disposition::NotEligible, 1_000);
        assert_eq!(cases.rate(Rate::Rr1), Some(rate), "who is not eligible does not count");
        assert!(cases.rate(Rate::Rr3) > cases.rate(Rate::Rr1), "some of the silent are not eligible either");
        assert_eq!(cases.rate(Rate::Rr5), Some(1.0));
    }
}
