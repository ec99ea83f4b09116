//! What became of a case, in the terms of AAPOR's Standard Definitions.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use crate::Stratum;

/// What became of a case (AAPOR Standard Definitions, mail and web surveys of named units).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Disposition {
    /// 1.1: a complete return.
    Complete,
    /// 1.2: stopped midway, and usable by the survey's stated rule.
    Partial,
    /// 2.11: said no.
    Refusal,
    /// 2.12: stopped midway, and not usable.
    BreakOff,
    /// 2.2: known to be there, and not reached.
    NonContact,
    /// 2.3: eligible, and nothing came of it for another reason.
    Other,
    /// 3.1: not known whether there is such an institution (returned as undeliverable).
    UnknownExistence,
    /// 3.19: nothing ever came back, so not known whether it is eligible.
    UnknownEligibility,
    /// 4: not eligible (closed, not of the sector, twice in the list).
    NotEligible,
}

impl Disposition {
    /// All, in AAPOR's order.
    pub const ALL: [Disposition; 9] = [
        Disposition::Complete,
        Disposition::Partial,
        Disposition::Refusal,
        Disposition::BreakOff,
        Disposition::NonContact,
        Disposition::Other,
        Disposition::UnknownExistence,
        Disposition::UnknownEligibility,
        Disposition::NotEligible,
    ];

    /// AAPOR's number.
    pub fn number(self) -> &'static str {
        match self {
            Disposition::Complete => "1.1",
            Disposition::Partial => "1.2",
            Disposition::Refusal => "2.11",
            Disposition::BreakOff => "2.12",
            Disposition::NonContact => "2.2",
            Disposition::Other => "2.3",
            Disposition::UnknownExistence => "3.1",
            Disposition::UnknownEligibility => "3.19",
            Disposition::NotEligible => "4",
        }
    }

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Disposition::Complete => "complete",
            Disposition::Partial => "partial",
            Disposition::Refusal => "refusal",
            Disposition::BreakOff => "break_off",
            Disposition::NonContact => "non_contact",
            Disposition::Other => "other",
            Disposition::UnknownExistence => "unknown_existence",
            Disposition::UnknownEligibility => "unknown_eligibility",
            Disposition::NotEligible => "not_eligible",
        }
    }

    /// From a name or an AAPOR number.
    pub fn parse(text: &str) -> Option<Disposition> {
        Disposition::ALL.into_iter().find(|one| one.name() == text || one.number() == text)
    }
}

/// Cases by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DispositionCounts {
    counts: [u64; 9],
}

impl DispositionCounts {
    /// Counts a case.
    pub fn add(&mut self, disposition: Disposition) {
        self.counts[disposition as usize] += 1;
    }

    /// How many cases ended so.
    pub fn of(&self, disposition: Disposition) -> u64 {
        self.counts[disposition as usize]
    }

    /// R of the rates: refusals and break-offs.
    pub fn refusals(&self) -> u64 {
        self.of(Disposition::Refusal) + self.of(Disposition::BreakOff)
    }

    /// All cases.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

impl AddAssign for DispositionCounts {
    fn add_assign(&mut self, more: DispositionCounts) {
        self.counts.iter_mut().zip(more.counts).for_each(|(count, more)| *count += more);
    }
}

/// Counts of dispositions by stratum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fieldwork {
    strata: BTreeMap<Stratum, DispositionCounts>,
}

impl Fieldwork {
    /// Counts a case of a stratum.
    pub fn add(&mut self, stratum: Stratum, disposition: Disposition) {
        self.strata.entry(stratum).or_default().add(disposition);
    }

    /// Strata with a case, in order.
    pub fn strata(&self) -> impl Iterator<Item = (&Stratum, &DispositionCounts)> {
        self.strata.iter()
    }

    /// All strata together.
    pub fn total(&self) -> DispositionCounts {
        let mut total = DispositionCounts::default();
        self.strata.values().for_each(|counts| total += *counts);
        total
    }
}
