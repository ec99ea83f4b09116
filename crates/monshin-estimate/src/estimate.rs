//! What every statistic of this crate comes back as.

use std::fmt;

/// A figure with what it rests on, or the reason why there is none.
///
/// `base` is the unweighted number of observations the figure is computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Estimate {
    /// The figure exists.
    Point {
        /// The estimate itself, never NaN.
        value: f64,
        /// Standard error; `None` where one observation or no degree of freedom leaves none.
        se: Option<f64>,
        /// What the figure could be, by the method the interval names.
        interval: Interval,
        /// Unweighted number of observations.
        base: u64,
    },
    /// There is no figure, and this is why.
    NotEstimable {
        /// Why not.
        reason: Reason,
        /// Unweighted number of observations that were there.
        base: u64,
    },
}

impl Estimate {
    /// The figure, where there is one.
    pub fn value(&self) -> Option<f64> {
        match *self {
            Self::Point { value, .. } => Some(value),
            Self::NotEstimable { .. } => None,
        }
    }

    /// The standard error, where there is one.
    pub fn se(&self) -> Option<f64> {
        match *self {
            Self::Point { se, .. } => se,
            Self::NotEstimable { .. } => None,
        }
    }

    /// The interval, where there is a figure.
    pub fn interval(&self) -> Option<Interval> {
        match *self {
            Self::Point { interval, .. } => Some(interval),
            Self::NotEstimable { .. } => None,
        }
    }

    /// Unweighted number of observations.
    pub fn base(&self) -> u64 {
        match *self {
            Self::Point { base, .. } | Self::NotEstimable { base, .. } => base,
        }
    }

    /// Coefficient of variation, SE / |value|: a fraction, not a percentage.
    /// `None` where there is no SE or the value is 0.
    pub fn cv(&self) -> Option<f64> {
        match (self.value(), self.se()) {
            (Some(value), Some(se)) if value != 0.0 => Some(se / value.abs()),
            _ => None,
        }
    }
}

/// Lower and upper end of what a figure could be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end, in the unit of the figure; may be −∞.
    pub lower: f64,
    /// Upper end, in the unit of the figure; may be +∞.
    pub upper: f64,
    /// Nominal confidence, for instance 0.95.
    pub level: f64,
    /// How the ends were found.
    pub method: IntervalMethod,
    /// Degrees of freedom of the quantile used; [`f64::INFINITY`] where it is the normal's.
    pub df: f64,
}

impl Interval {
    /// An interval that claims nothing: the whole range of the quantity, method `none`.
    pub fn unclaimed(lower: f64, upper: f64, level: f64) -> Self {
        Self { lower, upper, level, method: IntervalMethod::None, df: f64::INFINITY }
    }

    /// `upper − lower`.
    pub fn width(&self) -> f64 {
        self.upper - self.lower
    }

    /// Is `x` inside, ends included?
    pub fn contains(&self, x: f64) -> bool {
        self.lower <= x && x <= self.upper
    }
}

/// How an interval was found. The names are printed and stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IntervalMethod {
    /// Score interval (Wilson 1927); on the effective size for weighted shares.
    Wilson,
    /// Score interval with continuity correction (Newcombe 1998, method 4).
    WilsonContinuity,
    /// Inverted binomial tails.
    ClopperPearson,
    /// Inverted binomial tails, each observed outcome counted by half.
    MidP,
    /// Wald around the shrunken share (Agresti and Coull 1998).
    AgrestiCoull,
    /// Inverted hypergeometric tails: a sample without replacement from a known number.
    Hypergeometric,
    /// Wald on the logit scale.
    Logit,
    /// Wald on the arcsine–square-root scale.
    Arcsine,
    /// Profile of the (quasi-)binomial deviance.
    Likelihood,
    /// Clopper–Pearson on the effective size (Korn and Graubard 1998).
    KornGraubard,
    /// Estimate ± quantile × SE.
    Wald,
    /// A quantile's interval: the interval of its share, read back through the distribution (Woodruff 1952).
    Woodruff,
    /// Difference of two shares from their own intervals (Newcombe 1998, method 10).
    Newcombe,
    /// Every unit of the population answered: nothing is random.
    Census,
    /// No interval is claimed; the ends are the range of the quantity.
    None,
}

impl IntervalMethod {
    /// The printed and stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::WilsonContinuity => "wilson-cc",
            Self::ClopperPearson => "clopper-pearson",
            Self::MidP => "mid-p",
            Self::AgrestiCoull => "agresti-coull",
            Self::Hypergeometric => "hypergeometric",
            Self::Logit => "logit",
            Self::Arcsine => "arcsine",
            Self::Likelihood => "likelihood",
            Self::KornGraubard => "korn-graubard",
            Self::Wald => "wald",
            Self::Woodruff => "woodruff",
            Self::Newcombe => "newcombe",
            Self::Census => "census",
            Self::None => "none",
        }
    }
}

impl fmt::Display for IntervalMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a figure cannot be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Nobody is in the base.
    NoBase,
    /// More counted than there are in the base.
    CountExceedsBase,
    /// A confidence level outside (0, 1).
    BadLevel,
    /// A share or quantile asked for outside its range.
    OutOfRange,
    /// A weight or value that is NaN or infinite.
    NotFinite,
    /// A weight below zero.
    NegativeWeight,
    /// The weights of the base add up to zero.
    NoWeight,
    /// The denominator of a ratio adds up to zero.
    ZeroDenominator,
    /// A stratum has a single sampling unit and the rule is to refuse.
    LonelyStratum,
    /// No degree of freedom is left for a variance.
    NoDegreesOfFreedom,
    /// The population given is smaller than the sample.
    PopulationTooSmall,
    /// The interval method does not apply to this kind of figure.
    MethodNotApplicable,
    /// An iteration did not settle.
    NotConverged,
    /// Lists that belong together differ in length.
    LengthMismatch,
}

impl Reason {
    /// The stored name, kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoBase => "no-base",
            Self::CountExceedsBase => "count-exceeds-base",
            Self::BadLevel => "bad-level",
            Self::OutOfRange => "out-of-range",
            Self::NotFinite => "not-finite",
            Self::NegativeWeight => "negative-weight",
            Self::NoWeight => "no-weight",
            Self::ZeroDenominator => "zero-denominator",
            Self::LonelyStratum => "lonely-stratum",
            Self::NoDegreesOfFreedom => "no-degrees-of-freedom",
            Self::PopulationTooSmall => "population-too-small",
            Self::MethodNotApplicable => "method-not-applicable",
            Self::NotConverged => "not-converged",
            Self::LengthMismatch => "length-mismatch",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBase => "nobody is in the base",
            Self::CountExceedsBase => "more are counted than are in the base",
            Self::BadLevel => "the confidence level is not between 0 and 1",
            Self::OutOfRange => "an argument is outside its range",
            Self::NotFinite => "a weight or value is not a finite number",
            Self::NegativeWeight => "a weight is below zero",
            Self::NoWeight => "the weights of the base add up to zero",
            Self::ZeroDenominator => "the denominator adds up to zero",
            Self::LonelyStratum => "a stratum has a single sampling unit",
            Self::NoDegreesOfFreedom => "no degree of freedom is left",
            Self::PopulationTooSmall => "the population given is smaller than the sample",
            Self::MethodNotApplicable => "the interval method does not apply here",
            Self::NotConverged => "the iteration did not settle",
            Self::LengthMismatch => "lists that belong together differ in length",
        })
    }
}

impl std::error::Error for Reason {}
