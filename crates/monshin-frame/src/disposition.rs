//! What became of a case, in the terms of AAPOR's Standard Definitions.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use monshin_diag::{Words, words};

use crate::{Stratum, spelling};

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

    /// Its name for people.
    pub fn label(self) -> Words {
        match self {
            Disposition::Complete => words!("完了"; "Complete"),
            Disposition::Partial => words!("一部回答（有効）"; "Partial, usable"),
            Disposition::Refusal => words!("拒否"; "Refusal"),
            Disposition::BreakOff => words!("中断（無効）"; "Break-off, not usable"),
            Disposition::NonContact => words!("接触できず"; "Non-contact"),
            Disposition::Other => words!("その他（対象だが回答なし）"; "Other, eligible"),
            Disposition::UnknownExistence => words!("宛先不明・不達"; "Returned as undeliverable"),
            Disposition::UnknownEligibility => words!("返送なし"; "Nothing returned"),
            Disposition::NotEligible => words!("対象外（廃業・重複など）"; "Not eligible"),
        }
    }

    /// AAPOR's letter in the formulas of the rates; empty for those that are not eligible.
    pub fn letter(self) -> &'static str {
        match self {
            Disposition::Complete => "I",
            Disposition::Partial => "P",
            Disposition::Refusal | Disposition::BreakOff => "R",
            Disposition::NonContact => "NC",
            Disposition::Other => "O",
            Disposition::UnknownExistence => "UH",
            Disposition::UnknownEligibility => "UO",
            Disposition::NotEligible => "",
        }
    }

    /// Whether the case responded, in whole or in part: numerator of RR2.
    pub fn is_response(self) -> bool {
        matches!(self, Disposition::Complete | Disposition::Partial)
    }

    /// From a name, a letter or a number of AAPOR's, in English or Japanese, any width and case;
    /// `None` where it says nothing of these. Numbers may go into more detail (`2.112`, `3.31`).
    pub fn parse(text: &str) -> Option<Disposition> {
        spelling::parse(text)
    }
}

/// Cases by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DispositionCounts {
    counts: [u64; 9],
    weights: [f64; 9],
}

impl DispositionCounts {
    /// Counts a case of weight 1.
    pub fn add(&mut self, disposition: Disposition) {
        self.add_weighted(disposition, 1.0);
    }

    /// Counts a case that stands for `weight` units of the population (its base weight).
    pub fn add_weighted(&mut self, disposition: Disposition, weight: f64) {
        self.counts[disposition as usize] += 1;
        self.weights[disposition as usize] += weight;
    }

    /// Sum of the base weights of the cases that ended so.
    pub fn weight_of(&self, disposition: Disposition) -> f64 {
        self.weights[disposition as usize]
    }

    /// Complete and partial returns: 有効回答数.
    pub fn responses(&self) -> u64 {
        self.of(Disposition::Complete) + self.of(Disposition::Partial)
    }

    /// All but those known not to be eligible, K + U: what RR1 and RR2 divide by.
    pub fn not_ruled_out(&self) -> u64 {
        self.total() - self.of(Disposition::NotEligible)
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
        self.weights.iter_mut().zip(more.weights).for_each(|(weight, more)| *weight += more);
    }
}

/// Counts of dispositions by stratum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fieldwork {
    strata: BTreeMap<Stratum, DispositionCounts>,
}

impl Fieldwork {
    /// Counts a case of a stratum.
    pub fn add(&mut self, stratum: Stratum, disposition: Disposition) {
        self.strata.entry(stratum).or_default().add(disposition);
    }

    /// Counts a case of a stratum that stands for `weight` units of the population.
    pub fn add_weighted(&mut self, stratum: Stratum, disposition: Disposition, weight: f64) {
        self.strata.entry(stratum).or_default().add_weighted(disposition, weight);
    }

    /// Adds cases of a stratum that were counted before.
    pub fn add_counts(&mut self, stratum: Stratum, counts: DispositionCounts) {
        *self.strata.entry(stratum).or_default() += counts;
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
