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
    /// The column of the sampling weights.
    pub weight: Option<String>,
    /// What was drawn, stage by stage, the outermost first: the columns that tell clusters apart.
    pub clusters: Vec<DesignLabel>,
    /// Within what the units of later stages were drawn, from the second stage on: labels that are crossed,
    /// none where a unit of the stage before is one stratum. They count anew in every such unit.
    pub later_strata: Vec<Vec<DesignLabel>>,
    /// Whether cluster labels begin anew in every stratum, so that one that stands in two strata is no
    /// mistake.
    pub nest: bool,
    /// Replicate weights that came with the data.
    pub replicates: Option<ReplicateSpec>,
    /// How variances are found where there are no replicate weights.
    pub variance: VarianceSpec,
}

impl DesignSpec {
    /// Whether columns of the data say how responses were drawn.
    pub fn has_columns(&self) -> bool {
        matches!(self.strata, StrataSource::Columns(_))
            || matches!(self.fpc, Some(FpcSource::Columns(_)))
            || !self.clusters.is_empty()
            || !self.later_strata.is_empty()
            || self.replicates.is_some()
    }

    /// The labels of the first stage's strata, where columns say how responses were drawn.
    pub fn stratum_labels(&self) -> Vec<DesignLabel> {
        match &self.strata {
            StrataSource::Columns(labels) => labels.clone(),
            StrataSource::Breakdowns(by) => by.iter().map(|at| DesignLabel::Breakdown(*at)).collect(),
            StrataSource::Unsaid | StrataSource::None => Vec::new(),
        }
    }

    /// The labels of the strata of a stage, the first being 0.
    pub fn labels_of_stage(&self, stage: usize) -> Vec<DesignLabel> {
        match stage.checked_sub(1) {
            None => self.stratum_labels(),
            Some(later) => self.later_strata.get(later).cloned().unwrap_or_default(),
        }
    }

    /// How many stages units were drawn in, the responses within the last clusters included where they
    /// have strata or populations of their own; at least 1.
    pub fn stages(&self) -> usize {
        self.clusters.len().max(self.fpc_columns().len()).max(self.later_strata.len() + 1)
    }

    /// The columns of the finite population, stage by stage.
    pub fn fpc_columns(&self) -> &[String] {
        match &self.fpc {
            Some(FpcSource::Columns(columns)) => columns,
            _ => &[],
        }
    }

    /// Every column of labels and populations once, in the order in which they are named; replicate
    /// weights are not among them.
    pub fn columns(&self) -> Vec<String> {
        let strata = self.stratum_labels().into_iter().chain(self.later_strata.iter().flatten().cloned());
        let labels = strata.chain(self.clusters.iter().cloned());
        let labels = labels.filter_map(|label| match label {
            DesignLabel::Column(name) => Some(name),
            DesignLabel::Breakdown(_) => None,
        });
        let mut names: Vec<String> = Vec::new();
        for name in labels.chain(self.fpc_columns().iter().cloned()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
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
            weight: None,
            clusters: Vec::new(),
            later_strata: Vec::new(),
            nest: false,
            replicates: None,
            variance: VarianceSpec::Linear,
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
    /// Which units were drawn: strata, clusters, populations or replicate weights come with the data.
    Sample,
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
    /// These columns, crossed; breakdowns may be among them.
    Columns(Vec<DesignLabel>),
}

/// What tells strata or clusters apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesignLabel {
    /// The classes of a breakdown.
    Breakdown(usize),
    /// A column of `responses.csv` or `frame.csv`.
    Column(String),
}

/// Where the finite population comes from, other than from frame or population.
#[derive(Clone, Debug, PartialEq)]
pub enum FpcSource {
    /// There is none.
    None,
    /// The same fraction was drawn everywhere.
    Fraction(f64),
    /// Columns of numbers of units, or of fractions drawn: one per stage.
    Columns(Vec<String>),
}

/// How variances are found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum VarianceSpec {
    /// By linearisation.
    #[default]
    Linear,
    /// By the rescaled bootstrap: so many replicates, from this seed.
    Bootstrap(u32, u64),
    /// By leaving out one unit at a time (JK1; JKn within strata).
    Jackknife,
    /// By balanced half-samples with Fay's factor (0: BRR).
    HalfSamples(f64),
}

/// `[design.replicates]`: replicate weights that came with the data.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicateSpec {
    /// Their columns.
    pub columns: ReplicateColumns,
    /// How they were made.
    pub method: ReplicateMethod,
    /// V = scale · Σ rscale (θ − centre)²; `None` takes the method's own.
    pub scale: Option<f64>,
    /// One per replicate; empty: 1 each.
    pub rscales: Vec<f64>,
    /// Whether they contain the sampling weight already.
    pub is_combined: bool,
    /// Whether replicates are compared with the estimate instead of with their mean.
    pub is_mse: bool,
    /// Degrees of freedom; `None` takes the rank of the replicate weights less one.
    pub df: Option<f64>,
}

/// Where replicate weights stand in `responses.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplicateColumns {
    /// In these columns.
    Named(Vec<String>),
    /// In every column whose name is this and a number.
    Prefix(String),
}

/// How replicate weights were made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReplicateMethod {
    /// Delete-one jackknife: scale (R−1)/R.
    Jk1,
    /// Stratified jackknife: scale 1, with `rscales`.
    Jkn,
    /// Balanced half-samples: scale 1/R.
    Brr,
    /// The same with Fay's factor ρ: scale 1/(R(1−ρ)²).
    Fay(f64),
    /// Bootstrap: scale 1/(R−1).
    Bootstrap,
    /// Another: `scale` says how.
    Other,
}

impl ReplicateMethod {
    /// The printed and stored name.
    pub fn name(self) -> &'static str {
        match self {
            ReplicateMethod::Jk1 => "jk1",
            ReplicateMethod::Jkn => "jkn",
            ReplicateMethod::Brr => "brr",
            ReplicateMethod::Fay(_) => "fay",
            ReplicateMethod::Bootstrap => "bootstrap",
            ReplicateMethod::Other => "other",
        }
    }

    /// The scale that goes with so many replicates.
    pub fn scale(self, replicates: usize) -> f64 {
        let r = replicates as f64;
        match self {
            ReplicateMethod::Jk1 => (r - 1.0) / r,
            ReplicateMethod::Brr => 1.0 / r,
            ReplicateMethod::Fay(rho) => 1.0 / (r * (1.0 - rho) * (1.0 - rho)),
            ReplicateMethod::Bootstrap => 1.0 / (r - 1.0),
            ReplicateMethod::Jkn | ReplicateMethod::Other => 1.0,
        }
    }
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
