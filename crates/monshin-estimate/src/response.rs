//! Who answered: outcome rates by AAPOR's numbers, representativeness, and how far those who did not
//! answer could move a figure.

mod frame_fit;
mod representative;
mod scenario;

pub use frame_fit::{FrameFit, FrameLine, compare_with_frame};
pub use representative::{PartialIndicator, PropensityCell, RIndicator, partial_indicator, r_indicator};
pub use scenario::{
    Poststratified, StratumShare, nonresponse_bounds, poststratified_share, response_that_settles,
    shifted_share, turning_share,
};

/// Final dispositions of the cases, counted (or weighted). AAPOR Standard Definitions, establishment or
/// household: eligible cases by outcome, and those whose eligibility is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dispositions {
    /// I: complete.
    pub complete: f64,
    /// P: partial.
    pub partial: f64,
    /// R: refusal or break-off.
    pub refusal: f64,
    /// NC: no contact.
    pub non_contact: f64,
    /// O: other, eligible.
    pub other: f64,
    /// UH: unknown whether the unit exists.
    pub unknown_unit: f64,
    /// UO: unknown for another reason; where silence carries no message, every silent case.
    pub unknown_other: f64,
    /// Known not to be eligible.
    pub ineligible: f64,
}

/// An outcome rate by its AAPOR name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are AAPOR's and their formulas stand in `Dispositions::rate`")]
pub enum Rate {
    Rr1,
    Rr2,
    Rr3,
    Rr4,
    Rr5,
    Rr6,
    Coop1,
    Coop2,
    Coop3,
    Coop4,
    Ref1,
    Ref2,
    Ref3,
    Con1,
    Con2,
    Con3,
}

impl Rate {
    /// Every rate, in AAPOR's order.
    pub const ALL: [Self; 16] = [
        Self::Rr1,
        Self::Rr2,
        Self::Rr3,
        Self::Rr4,
        Self::Rr5,
        Self::Rr6,
        Self::Coop1,
        Self::Coop2,
        Self::Coop3,
        Self::Coop4,
        Self::Ref1,
        Self::Ref2,
        Self::Ref3,
        Self::Con1,
        Self::Con2,
        Self::Con3,
    ];

    /// Whether the share eligible among the unknown, e, is part of it.
    pub fn uses_e(self) -> bool {
        matches!(self, Self::Rr3 | Self::Rr4 | Self::Ref2 | Self::Con2)
    }

    /// AAPOR's formula.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Rr1 => "I/(K+U)",
            Self::Rr2 => "(I+P)/(K+U)",
            Self::Rr3 => "I/(K+eU)",
            Self::Rr4 => "(I+P)/(K+eU)",
            Self::Rr5 => "I/K",
            Self::Rr6 => "(I+P)/K",
            Self::Coop1 => "I/(I+P+R+O)",
            Self::Coop2 => "(I+P)/(I+P+R+O)",
            Self::Coop3 => "I/(I+P+R)",
            Self::Coop4 => "(I+P)/(I+P+R)",
            Self::Ref1 => "R/(K+U)",
            Self::Ref2 => "R/(K+eU)",
            Self::Ref3 => "R/K",
            Self::Con1 => "(I+P+R+O)/(K+U)",
            Self::Con2 => "(I+P+R+O)/(K+eU)",
            Self::Con3 => "(I+P+R+O)/K",
        }
    }

    /// AAPOR's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rr1 => "RR1",
            Self::Rr2 => "RR2",
            Self::Rr3 => "RR3",
            Self::Rr4 => "RR4",
            Self::Rr5 => "RR5",
            Self::Rr6 => "RR6",
            Self::Coop1 => "COOP1",
            Self::Coop2 => "COOP2",
            Self::Coop3 => "COOP3",
            Self::Coop4 => "COOP4",
            Self::Ref1 => "REF1",
            Self::Ref2 => "REF2",
            Self::Ref3 => "REF3",
            Self::Con1 => "CON1",
            Self::Con2 => "CON2",
            Self::Con3 => "CON3",
        }
    }
}

impl Dispositions {
    /// K = I + P + R + NC + O: cases known to be eligible.
    pub fn eligible(&self) -> f64 {
        self.complete + self.partial + self.refusal + self.non_contact + self.other
    }

    /// U = UH + UO: cases of unknown eligibility.
    pub fn unknown(&self) -> f64 {
        self.unknown_unit + self.unknown_other
    }

    /// e, the share eligible among the unknown: K/(K + ineligible), the share among the known; 1 where
    /// nothing is known to be ineligible, `None` where nothing is known at all.
    pub fn eligibility(&self) -> Option<f64> {
        ratio(self.eligible(), self.eligible() + self.ineligible)
    }

    /// One rate, with `e` for the rates that use it (those numbered RR3, RR4, REF2, CON2).
    ///
    /// RR1 I/(K+U), RR2 (I+P)/(K+U), RR3 I/(K+eU), RR4 (I+P)/(K+eU), RR5 I/K, RR6 (I+P)/K;
    /// COOP1 I/(I+P+R+O), COOP2 (I+P)/(I+P+R+O), COOP3 I/(I+P+R), COOP4 (I+P)/(I+P+R);
    /// REF1 R/(K+U), REF2 R/(K+eU), REF3 R/K; CON1 (I+P+R+O)/(K+U), CON2 over K+eU, CON3 over K.
    /// `None` where the denominator is 0, or a number of cases is none.
    pub fn rate(&self, rate: Rate, e: f64) -> Option<f64> {
        let (top, bottom) = self.parts(rate, e);
        ratio(top, bottom)
    }

    /// Numerator and denominator of [`Dispositions::rate`].
    pub fn parts(&self, rate: Rate, e: f64) -> (f64, f64) {
        let (i, p, r, o) = (self.complete, self.partial, self.refusal, self.other);
        let k = self.eligible();
        let (all, likely) = (k + self.unknown(), k + e * self.unknown());
        let contacted = i + p + r + o;
        match rate {
            Rate::Rr1 => (i, all),
            Rate::Rr2 => (i + p, all),
            Rate::Rr3 => (i, likely),
            Rate::Rr4 => (i + p, likely),
            Rate::Rr5 => (i, k),
            Rate::Rr6 => (i + p, k),
            Rate::Coop1 => (i, contacted),
            Rate::Coop2 => (i + p, contacted),
            Rate::Coop3 => (i, i + p + r),
            Rate::Coop4 => (i + p, i + p + r),
            Rate::Ref1 => (r, all),
            Rate::Ref2 => (r, likely),
            Rate::Ref3 => (r, k),
            Rate::Con1 => (contacted, all),
            Rate::Con2 => (contacted, likely),
            Rate::Con3 => (contacted, k),
        }
    }
}

fn ratio(top: f64, bottom: f64) -> Option<f64> {
    let ratio = top / bottom;
    (bottom > 0.0 && ratio.is_finite()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_list_counts_against_the_response_rate() {
        let d = Dispositions { complete: 897.0, unknown_other: 106_512.0, ..Dispositions::default() };
        let rr1 = d.rate(Rate::Rr1, 1.0).expect("cases");
        assert!((rr1 - 897.0 / 107_409.0).abs() < 1e-15);
        assert_eq!((d.rate(Rate::Rr5, 1.0), d.rate(Rate::Ref3, 1.0)), (Some(1.0), Some(0.0)));
    }

    #[test]
    fn no_cases_have_no_rate() {
        assert!(Rate::ALL.iter().all(|r| Dispositions::default().rate(*r, 1.0).is_none()));
    }
}
