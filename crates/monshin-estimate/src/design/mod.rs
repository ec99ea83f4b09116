//! How the units came into the sample: weights, strata, clusters, stages, finite populations.
//!
//! A [`Design`] is declared once; every estimate asks it for variances. Rows may stand for themselves
//! or for cells of equal observations (their number, Σw and Σw²): where every row is a sampling unit
//! of its own, both give the same figures.

mod level;
mod projection;
mod sample;
mod variance;

pub use projection::{MarginMeans, Projection};
pub use sample::{Cell, Sample};

use crate::estimate::Reason;
use level::Level;
use std::fmt;

/// One stage of selection, first the outermost. Labels are per row of the sample.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// Stratum of each row within the unit of the stage before; `None`: one stratum.
    pub strata: Option<Vec<u32>>,
    /// What was drawn at this stage. Labels may be used again in another stratum.
    pub units: Units,
    /// What it was drawn from.
    pub population: Population,
}

/// The sampling units of a stage.
#[derive(Debug, Clone, Default)]
pub enum Units {
    /// Every observation is its own unit.
    #[default]
    Rows,
    /// Rows with the same label (within stratum and parent) are one unit.
    Labels(Vec<u32>),
}

/// The finite population a stage draws from, per row, constant within a stratum.
#[derive(Debug, Clone, Default)]
pub enum Population {
    /// So large that it does not matter, or drawn with replacement: no correction.
    #[default]
    Unlimited,
    /// Number of units N in the stratum; at least the number drawn.
    Count(Vec<f64>),
    /// Sampling fraction n/N in (0, 1].
    Fraction(Vec<f64>),
}

/// What to do with a stratum that holds a single sampling unit and was not taken whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lonely {
    /// Refuse: the variance is [`Reason::LonelyStratum`].
    #[default]
    Fail,
    /// It adds nothing to the variance (R: `remove`, `certainty`); too small if it is no certainty.
    Certainty,
    /// Centre it at the mean of all units, instead of its own (R: `adjust`); usually too large.
    Adjust,
    /// It adds what the other strata add on average (R: `average`).
    Average,
}

impl Lonely {
    /// The printed and stored name, as in R's `survey.lonely.psu`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Certainty => "certainty",
            Self::Adjust => "adjust",
            Self::Average => "average",
        }
    }
}

/// A sample with how it was drawn. R: `svydesign`.
#[derive(Debug, Clone)]
pub struct Design {
    sample: Sample,
    levels: Vec<Level>,
    lonely: Lonely,
    projections: Vec<Projection>,
}

/// Why a design cannot be.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DesignError {
    /// A weight or cell of this row is not usable.
    Weight {
        /// The row.
        row: usize,
        /// What is wrong with it.
        reason: Reason,
    },
    /// A list of this stage (counted from 0) has another length than the sample.
    Length {
        /// The stage.
        stage: usize,
    },
    /// The population of this row's stratum is smaller than what was drawn, or no number.
    Population {
        /// The stage.
        stage: usize,
        /// The row.
        row: usize,
    },
    /// Rows of one stratum give different populations.
    PopulationVaries {
        /// The stage.
        stage: usize,
        /// The row that differs.
        row: usize,
    },
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weight { row, reason } => write!(f, "row {row}: {reason}"),
            Self::Length { stage } => {
                write!(f, "stage {stage}: a list is not as long as the sample")
            }
            Self::Population { stage, row } => {
                write!(f, "stage {stage}, row {row}: the population is smaller than what was drawn")
            }
            Self::PopulationVaries { stage, row } => {
                write!(f, "stage {stage}, row {row}: the population differs within the stratum")
            }
        }
    }
}

impl std::error::Error for DesignError {}

impl Design {
    /// A simple random sample with replacement: every observation a unit, no strata, no correction.
    pub fn simple(sample: Sample) -> Self {
        let level = Level::rows(&sample);
        Self { sample, levels: vec![level], lonely: Lonely::Fail, projections: Vec::new() }
    }

    /// A sample drawn in `stages`, outermost first; none is the same as [`Design::simple`].
    ///
    /// # Errors
    /// Lists of the wrong length, populations smaller than what was drawn from them.
    pub fn new(sample: Sample, stages: &[Stage], lonely: Lonely) -> Result<Self, DesignError> {
        if stages.is_empty() {
            return Ok(Self { lonely, ..Self::simple(sample) });
        }
        let mut levels: Vec<Level> = Vec::with_capacity(stages.len());
        for (index, stage) in stages.iter().enumerate() {
            let level = Level::new(&sample, stage, index, levels.last())?;
            levels.push(level);
        }
        Ok(Self { sample, levels, lonely, projections: Vec::new() })
    }

    /// The same design with final weights, and the projection that the weighting step adds to variances.
    /// Weights below zero come of calibration without bounds and are kept with its projection, as R keeps
    /// them; otherwise they are refused.
    ///
    /// # Errors
    /// [`DesignError::Length`] and [`DesignError::Weight`] when the factors do not fit.
    pub fn reweighted(&self, factors: &[f64], projection: Option<Projection>) -> Result<Self, DesignError> {
        let mut design = self.clone();
        design.sample =
            self.sample.scaled(factors, matches!(projection, Some(Projection::Regression { .. })))?;
        design.projections.extend(projection);
        Ok(design)
    }

    /// Have the weights been fitted to known totals?
    pub fn is_calibrated(&self) -> bool {
        !self.projections.is_empty()
    }

    /// The observations and their weights.
    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    /// The rule for single-unit strata.
    pub fn lonely(&self) -> Lonely {
        self.lonely
    }

    /// Degrees of freedom: first-stage units − strata, over rows of positive weight. R: `degf`.
    pub fn df(&self) -> f64 {
        self.df_within(|_| true)
    }

    /// Degrees of freedom counting only units and strata with a row of positive weight `inside`.
    /// R: `degf(subset(design, inside))`.
    pub fn df_within(&self, inside: impl Fn(usize) -> bool) -> f64 {
        self.levels[0].df(&self.sample, inside)
    }

    /// First-stage unit of each row, numbered from 0; `None` where every observation is its own.
    pub fn first_units(&self) -> Option<&[usize]> {
        self.levels[0].unit_of_row.as_deref()
    }

    /// First-stage stratum of each row, numbered from 0.
    pub fn first_strata(&self) -> &[usize] {
        &self.levels[0].stratum_of_row
    }

    /// First-stage sampling fraction of each stratum, 0 where there is no correction.
    pub fn first_fractions(&self) -> &[f64] {
        &self.levels[0].fraction
    }
}

#[cfg(test)]
mod tests;
