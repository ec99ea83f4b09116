//! How the responses came about: mode, strata, weights, and what is known of the population.
//!
//! Comes in: what `[design]` and `[weights]` say, the frame, known totals, and the counted
//! responses. Goes out: a [`SurveyDesign`], under which [`crate::tabulate_under`] estimates, or what
//! is wrong, each at its place.

mod again;
mod merge;
mod plan;
mod problems;
mod sizes;
mod weighting;

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_estimate::Lonely;
use monshin_estimate::compare::Mass;
use monshin_instrument::{DesignMode, VarianceSpec, WeightMethod};

use crate::{Drawn, StageSummary};

pub(crate) use again::Again;
pub(crate) use plan::of_survey;
pub use plan::{DesignInputs, plan_design};
pub use sizes::FrameSizes;
pub(crate) use sizes::KnownSizes;

/// The design under which tables are estimated.
#[derive(Clone, Debug)]
pub struct SurveyDesign {
    /// What is random.
    pub mode: DesignMode,
    /// Strata within which respondents count as a random part; a single one where there are none.
    pub strata: Strata,
    /// What happens to a stratum of a single unit.
    pub lonely: Lonely,
    /// How the weights came about; `None` where nothing was weighted to known totals.
    pub weighting: Option<Weighting>,
    /// Classes that were joined because fewer than two responded in one of them.
    pub merged: Vec<Merged>,
    /// How variances are found.
    pub variance: VarianceSpec,
    /// Units in the population, by known totals.
    pub population: Option<f64>,
    /// How many responded of a class that it rests on is withheld. Then nothing is printed that would tell:
    /// which classes were joined for having few, the range of the weights, Kish's effect, the largest part
    /// that responded.
    pub hides_sizes: bool,
    /// The responses one by one, where they were not drawn alike.
    pub(crate) drawn: Option<Arc<Drawn>>,
    /// How to weight again in a replicate.
    pub(crate) again: Option<Again>,
    pub(crate) kinds: Kinds,
    pub(crate) sizes: KnownSizes,
}

/// The strata of a design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strata {
    /// Breakdowns whose classes are the strata; empty where there is one stratum.
    pub by: Vec<usize>,
    /// One by one.
    pub list: Vec<Stratum>,
}

/// One stratum.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// Its classes (several where some were joined).
    pub classes: Vec<Vec<u16>>,
    /// How many responded.
    pub responses: u64,
    /// Units in the population, where that is known and counts (mode `quasi`).
    pub population: Option<f64>,
}

/// Classes that count as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Their breakdowns.
    pub by: Vec<usize>,
    /// The classes.
    pub classes: Vec<Vec<u16>>,
}

/// How weights came about, for the method note and `tables.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighting {
    /// How the known totals were met.
    pub method: WeightMethod,
    /// The breakdowns of each margin.
    pub margins: Vec<Vec<usize>>,
    /// Units in the population: what the weights add up to.
    pub population: f64,
    /// Rounds of the iteration; 1 for post-stratification.
    pub rounds: usize,
    /// Largest relative error of a total that is left.
    pub worst_error: f64,
    /// Margins whose totals were rescaled to the sum of the first.
    pub rescaled: Vec<usize>,
    /// Kish's design effect of the weights before and after.
    pub kish: (f64, f64),
    /// Lowest and highest final weight; where there are base weights, of the factor that they were
    /// multiplied by.
    pub range: (f64, f64),
    /// Whether responses had base weights of their own.
    pub has_base: bool,
    /// Responses whose weight was cut, and the bounds, where weights were trimmed.
    pub trimmed: Option<(u64, (f64, f64))>,
}

/// Responses that are alike to the design: same stratum, same margins, same factor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kind {
    pub stratum: u32,
    /// Level in each margin that variances are to be cleared of.
    pub levels: Vec<usize>,
    /// Final weight / base weight.
    pub factor: f64,
    /// The part of it that does not come from meeting known totals.
    pub raised: f64,
}

/// Kinds by classes.
#[derive(Clone, Debug)]
pub(crate) struct Kinds {
    /// Breakdowns that tell kinds apart.
    pub by: Vec<usize>,
    of: BTreeMap<Vec<Option<u16>>, usize>,
    pub list: Vec<Kind>,
}

impl Kinds {
    /// All responses alike.
    fn one() -> Kinds {
        let kind = Kind { stratum: 0, levels: Vec::new(), factor: 1.0, raised: 1.0 };
        Kinds { by: Vec::new(), of: [(Vec::new(), 0)].into(), list: vec![kind] }
    }

    /// The number of the kind of these classes, in the order of [`Kinds::by`].
    pub fn find(&self, classes: &[Option<u16>]) -> usize {
        self.known(classes).unwrap_or(0)
    }

    /// The same; `None` where nobody of these classes responded.
    pub fn known(&self, classes: &[Option<u16>]) -> Option<usize> {
        self.of.get(classes).copied()
    }

    /// The first kind that is like this one: classes that were joined are told apart nowhere.
    pub fn first_like(&self, kind: usize) -> usize {
        self.list.iter().position(|one| *one == self.list[kind]).unwrap_or(kind)
    }

    pub fn has_margins(&self) -> bool {
        self.list.iter().any(|kind| !kind.levels.is_empty())
    }
}

impl SurveyDesign {
    /// Every response counts the same and stands for itself; nothing is known of a population.
    pub fn plain() -> SurveyDesign {
        SurveyDesign {
            mode: DesignMode::Superpop,
            strata: Strata::default(),
            lonely: Lonely::Fail,
            weighting: None,
            merged: Vec::new(),
            variance: VarianceSpec::Linear,
            population: None,
            hides_sizes: false,
            drawn: None,
            again: None,
            kinds: Kinds::one(),
            sizes: KnownSizes::default(),
        }
    }

    /// Whether counts alone give every figure.
    pub(crate) fn is_plain(&self) -> bool {
        self.kinds.list.len() == 1 && self.weighting.is_none() && !self.corrects() && !self.decides()
    }

    /// Whether its variances are those of the intervals, whatever the weights: clusters, columns of
    /// strata, and variances from replicates are in no count.
    pub fn decides(&self) -> bool {
        self.variance != VarianceSpec::Linear || self.drawn.as_ref().is_some_and(|drawn| drawn.has_stages())
    }

    /// How units were drawn, stage by stage, where columns of the data say it.
    pub fn stages(&self) -> &[StageSummary] {
        self.drawn.as_ref().filter(|drawn| drawn.has_stages()).map_or(&[], |drawn| drawn.summary())
    }

    /// Whether weights follow from the numbers of units drawn and there.
    pub fn has_derived_weights(&self) -> bool {
        self.drawn.as_ref().is_some_and(|drawn| drawn.has_derived_weights())
    }

    /// How many replicate weights came with the data, and their degrees of freedom.
    pub fn replicates(&self) -> Option<(usize, f64)> {
        self.drawn.as_ref().map(|drawn| drawn.replicate_count()).filter(|(count, _)| *count > 0)
    }

    /// Whether variances are corrected for the part of the population that responded.
    pub fn corrects(&self) -> bool {
        self.strata.list.iter().any(|stratum| stratum.population.is_some())
    }

    /// The largest share of a stratum that responded; 0 where no population counts.
    pub fn largest_fraction(&self) -> f64 {
        let fraction = |one: &Stratum| one.population.map_or(0.0, |all| one.responses as f64 / all);
        let of_strata = self.strata.list.iter().map(fraction).fold(0.0, f64::max);
        match self.stages() {
            // Of clusters a fraction says nothing of responses.
            [one] if self.mode != DesignMode::Superpop => one.fractions.map_or(of_strata, |ends| ends.1),
            _ => of_strata,
        }
    }
}

/// Kish's design effect of weights that come in groups of equal ones.
fn kish(groups: impl Iterator<Item = Mass>) -> f64 {
    let sum = groups.fold(Mass::default(), |sum, one| sum.plus(one));
    if sum.n == 0 { 1.0 } else { sum.n as f64 / sum.effective_size() }
}
