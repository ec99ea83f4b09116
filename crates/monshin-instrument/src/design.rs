//! What `survey.toml` says about the design of the sample and about weights.

/// `[design]`: how the responses came about, and which intervals are printed.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignSpec {
    /// What is random; `None` leaves it to what is known of the population.
    pub mode: Option<DesignMode>,
    /// Nominal confidence of the intervals (default 0.95).
    pub level: f64,
    /// Name of the interval's method; `None` chooses by situation.
    pub interval: Option<IntervalName>,
    /// In which strata respondents count as a random part.
    pub strata: StrataSource,
    /// The finite population, where it is not that of frame or population.
    pub fpc: Option<FpcSource>,
    /// What to do with a stratum of a single unit.
    pub lonely: LonelyRule,
}

impl Default for DesignSpec {
    fn default() -> DesignSpec {
        DesignSpec {
            mode: None,
            level: 0.95,
            interval: None,
            strata: StrataSource::Unsaid,
            fpc: None,
            lonely: LonelyRule::Fail,
        }
    }
}

/// What is random in a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DesignMode {
    /// Who responded: a random part of each stratum of a finite population.
    Quasi,
    /// The answers of units like these, without end: no finite population correction.
    Superpop,
    /// Nothing: the respondents are described, without intervals.
    Respondents,
}

/// Methods of an interval that may be chosen for all shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntervalName {
    /// Wilson's score interval; on the effective size under a design.
    Wilson,
    /// Clopper and Pearson's exact interval; Korn and Graubard's under a design.
    ClopperPearson,
    /// Agresti and Coull's interval, for equal weights.
    AgrestiCoull,
    /// Wald on the logit scale.
    Logit,
    /// Wald on the arcsine scale.
    Arcsine,
    /// Profile likelihood.
    Likelihood,
    /// Korn and Graubard's interval.
    KornGraubard,
    /// Share ± t · SE.
    Mean,
}

/// Where strata come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrataSource {
    /// Nothing is said: those of the weighting where it has one margin, else none.
    Unsaid,
    /// There are none.
    None,
    /// Classes of these breakdowns, crossed.
    Breakdowns(Vec<usize>),
}

/// Where the finite population comes from, other than from frame or population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FpcSource {
    /// There is none.
    None,
    /// The same fraction was drawn everywhere.
    Fraction(f64),
}

/// What to do with a stratum of a single unit (R: `survey.lonely.psu`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LonelyRule {
    /// No variance, and a finding.
    Fail,
    /// It adds nothing (R: `remove`).
    Remove,
    /// It adds nothing (R: `certainty`).
    Certainty,
    /// It is centred at the mean of all.
    Adjust,
    /// It adds what the others do on average.
    Average,
}

/// `[weights]`: how responses are weighted to known totals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightSpec {
    /// The method; `None` leaves it to what `population.csv` gives.
    pub method: Option<WeightMethod>,
    /// Base weights.
    pub base: BaseWeights,
    /// Which totals are met: breakdowns, or pairs of them; `None` takes all of `population.csv`.
    pub margins: Option<Vec<Vec<usize>>>,
    /// Lowest and highest factor of calibration.
    pub bounds: Option<(f64, f64)>,
    /// How weights are trimmed.
    pub trim: Option<TrimSpec>,
    /// Classes within which the respondents carry the weight of those who did not answer.
    pub nonresponse: Vec<usize>,
    /// Whether margins that add up to different numbers are brought to the sum of the first.
    pub rescale: bool,
}

/// How weights meet known totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeightMethod {
    /// One total per class.
    Poststratify,
    /// Several margins in turn.
    Rake,
    /// Linear calibration.
    Linear,
    /// Logit calibration, within bounds.
    Logit,
    /// Not at all.
    None,
}

/// Weights before any adjustment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaseWeights {
    /// 1 each.
    #[default]
    Equal,
    /// A column of `responses.csv`.
    Column(String),
    /// N_h/r_h of the design's strata.
    Strata,
}

/// How weights are trimmed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrimSpec {
    /// Between these multiples of the mean weight.
    Bounds(f64, f64),
    /// From above, until Kish's design effect is at most this.
    Effect(f64),
}
