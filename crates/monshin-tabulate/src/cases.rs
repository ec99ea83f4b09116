//! What became of every case: dispositions by class of the frame, and the rates they give.

use monshin_estimate::response::{Dispositions, PropensityCell, RIndicator, Rate};
use monshin_frame::{Disposition, DispositionCounts};
use monshin_instrument::ResponseRule;

use crate::Withheld;

/// What became of the cases of a frame, in all and by class.
#[derive(Clone, Debug, PartialEq)]
pub struct Cases {
    /// All cases.
    pub total: DispositionCounts,
    /// By each breakdown of the frame.
    pub by: Vec<CasesBy>,
    pub(crate) evenness: Vec<Evenness>,
    /// Whether the frame has base weights.
    pub is_weighted: bool,
    /// What counts as a response.
    pub rule: ResponseRule,
}

/// Cases by the classes of one breakdown.
#[derive(Clone, Debug, PartialEq)]
pub struct CasesBy {
    /// Number of the breakdown.
    pub breakdown: usize,
    /// One row per class, in the order of the classes.
    pub rows: Vec<CasesRow>,
}

/// Cases of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct CasesRow {
    /// Position of the class.
    pub class: u16,
    /// Units of the frame: a fact of the list, never withheld.
    pub units: u64,
    /// What became of them, unless that is withheld.
    pub(crate) content: Result<DispositionCounts, Withheld>,
}

impl CasesRow {
    /// What became of them, unless that is withheld.
    pub fn counts(&self) -> Option<&DispositionCounts> {
        self.content.as_ref().ok()
    }
}

/// How evenly classes responded.
#[derive(Clone, Debug, PartialEq)]
pub struct Evenness {
    /// The breakdowns whose classes are told apart.
    pub breakdowns: Vec<usize>,
    /// R-indicator and coefficient of variation over those classes, units known not to be eligible
    /// left out.
    pub indicator: RIndicator,
    /// For each of the breakdowns its unconditional and conditional partial indicator.
    pub(crate) partial: Vec<(f64, Option<f64>)>,
}

/// A rate with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateFigure {
    /// Cases (or weights) above the line.
    pub numerator: f64,
    /// Cases (or weights) below the line.
    pub denominator: f64,
}

impl RateFigure {
    /// The rate, 0 to 1; `None` where nothing stands below the line.
    pub fn value(self) -> Option<f64> {
        (self.denominator > 0.0).then(|| self.numerator / self.denominator)
    }
}

impl Cases {
    /// e, the share eligible among cases of unknown eligibility: as the survey states it, else the
    /// share among the known, else 1.
    pub fn e(&self) -> f64 {
        let estimated = dispositions(&self.total, false).eligibility();
        self.rule.eligible_share.or(estimated).unwrap_or(1.0)
    }

    /// Whether what became of a class of a breakdown is withheld.
    pub fn has_withheld(&self, breakdown: usize) -> bool {
        let by = self.by.iter().filter(|by| by.breakdown == breakdown);
        by.flat_map(|by| &by.rows).any(|row| row.content.is_err())
    }

    /// How evenly the classes responded: by each breakdown alone, then by all of them crossed where
    /// cells are large enough. A breakdown with a withheld class is left out, since with the total its
    /// indicator could give the class back.
    pub fn evenness(&self) -> impl Iterator<Item = &Evenness> {
        self.evenness.iter().filter(|one| match one.breakdowns.as_slice() {
            [own] => !self.has_withheld(*own),
            _ => true,
        })
    }

    /// Unconditional and conditional partial R-indicator of a breakdown; `None` as in
    /// [`Cases::evenness`], the conditional one also where breakdowns are not crossed.
    pub fn partial(&self, breakdown: usize) -> Option<(f64, Option<f64>)> {
        let alone = self.evenness().find(|one| one.breakdowns == [breakdown])?;
        let crossed = self.evenness().find(|one| one.breakdowns.len() > 1);
        let conditional = crossed.and_then(|crossed| {
            let at = crossed.breakdowns.iter().position(|one| *one == breakdown)?;
            crossed.partial.get(at)?.1
        });
        Some((alone.partial.first()?.0, conditional))
    }

    /// A rate over all cases.
    pub fn rate(&self, rate: Rate) -> RateFigure {
        self.rate_of(&self.total, rate, false)
    }

    /// A rate over all cases, each with its base weight.
    pub fn weighted_rate(&self, rate: Rate) -> RateFigure {
        self.rate_of(&self.total, rate, true)
    }

    /// A rate over some cases; e is that of all.
    pub fn rate_of(&self, counts: &DispositionCounts, rate: Rate, weighted: bool) -> RateFigure {
        let (numerator, denominator) = dispositions(counts, weighted).parts(rate, self.e());
        RateFigure { numerator, denominator }
    }

    /// Cases of several classes of a breakdown together; a class that is named twice counts once.
    ///
    /// # Errors
    /// `None` where the frame has no such breakdown or class, and why where one is withheld.
    pub fn of_classes(
        &self,
        breakdown: usize,
        classes: &[u16],
    ) -> Result<DispositionCounts, Option<Withheld>> {
        let by = self.by.iter().find(|by| by.breakdown == breakdown).ok_or(None)?;
        let mut wanted = classes.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut sum = DispositionCounts::default();
        for class in wanted {
            let row = by.rows.iter().find(|row| row.class == class).ok_or(None)?;
            sum += row.content.map_err(Some)?;
        }
        Ok(sum)
    }
}

/// The counts as the rates take them.
pub(crate) fn dispositions(counts: &DispositionCounts, weighted: bool) -> Dispositions {
    let of = |one: Disposition| if weighted { counts.weight_of(one) } else { counts.of(one) as f64 };
    Dispositions {
        complete: of(Disposition::Complete),
        partial: of(Disposition::Partial),
        refusal: of(Disposition::Refusal) + of(Disposition::BreakOff),
        non_contact: of(Disposition::NonContact),
        other: of(Disposition::Other),
        unknown_unit: of(Disposition::UnknownExistence),
        unknown_other: of(Disposition::UnknownEligibility),
        ineligible: of(Disposition::NotEligible),
    }
}

/// The cell of a group of cases.
pub(crate) fn propensity(classes: Vec<u16>, counts: &DispositionCounts) -> PropensityCell {
    PropensityCell { classes, units: counts.not_ruled_out(), respondents: counts.responses() }
}
