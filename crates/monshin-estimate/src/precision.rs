//! Estimates with their covariance, linearised or from replicates, behind one type.

use crate::design::Design;
use crate::estimate::{Estimate, Interval, IntervalMethod, Reason};
use crate::matrix::Matrix;
use crate::replicate::Replicates;
use crate::share::is_level;
use crate::special::student;
use crate::statistic::Statistic;

/// How variances are found.
#[derive(Debug, Clone)]
pub enum Precision {
    /// By Taylor linearisation over the design.
    Linearised(Design),
    /// By the spread of replicate estimates.
    Replicated(Replicates),
}

/// Several estimates and how they vary together.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// The estimates, in the order asked.
    pub values: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// Unweighted observations behind each.
    pub bases: Vec<u64>,
    /// Degrees of freedom of the whole design.
    pub df: f64,
}

impl Estimates {
    /// Standard error of one estimate.
    pub fn se(&self, index: usize) -> f64 {
        self.covariance[(index, index)].max(0.0).sqrt()
    }

    /// Value and standard error of Σ cᵢ θᵢ. R: `svycontrast`.
    pub fn contrast(&self, c: &[f64]) -> (f64, f64) {
        let value = c.iter().zip(&self.values).map(|(a, v)| a * v).sum();
        (value, self.covariance.quadratic(c).max(0.0).sqrt())
    }

    /// One estimate with its Wald interval, value ± t(df) · SE, at `df` degrees of freedom.
    ///
    /// df ≤ 0 leaves the interval unclaimed. R: `confint(svymean(…), df = degf(design))`.
    pub fn wald(&self, index: usize, level: f64, df: f64) -> Estimate {
        let (value, se, base) = (self.values[index], self.se(index), self.bases[index]);
        if !is_level(level) {
            return Estimate::NotEstimable { reason: Reason::BadLevel, base };
        }
        if df.is_nan() || df <= 0.0 {
            let interval = Interval::unclaimed(f64::NEG_INFINITY, f64::INFINITY, level);
            return Estimate::Point { value, se: None, interval, base };
        }
        // Without spread there is no length, however long the quantile of a tiny df is.
        let half = if se == 0.0 { 0.0 } else { -student::t_quantile(0.5 * (1.0 - level), df) * se };
        let (lower, upper) = (value - half, value + half);
        let interval = Interval { lower, upper, level, method: IntervalMethod::Wald, df };
        Estimate::Point { value, se: Some(se), interval, base }
    }
}

impl Precision {
    /// The statistics with their covariance.
    ///
    /// # Errors
    /// A domain without an observation ([`Reason::NoBase`]), a denominator of zero, values that are
    /// no numbers, or a design that leaves no variance; the first that occurs.
    pub fn estimate(&self, statistics: &[Statistic]) -> Result<Estimates, Reason> {
        let sample = match self {
            Self::Linearised(design) => design.sample(),
            Self::Replicated(replicates) => replicates.design().sample(),
        };
        let weights = sample.weights();
        for statistic in statistics {
            statistic.check(sample)?;
        }
        let bases: Vec<u64> = statistics.iter().map(|s| s.base(sample)).collect();
        if bases.contains(&0) {
            return Err(Reason::NoBase);
        }
        let values = statistics.iter().map(|s| s.value(weights)).collect::<Result<Vec<_>, _>>()?;
        let (covariance, df) = match self {
            Self::Linearised(design) => {
                let influences: Vec<Vec<f64>> =
                    statistics.iter().zip(&values).map(|(s, v)| s.influence(weights, *v)).collect();
                (design.covariance(&influences)?, design.df())
            }
            Self::Replicated(replicates) => {
                (replicates.covariance(&values, |i, w| statistics[i].value(w))?, replicates.df())
            }
        };
        Ok(Estimates { values, covariance, bases, df })
    }

    /// Degrees of freedom of the whole design.
    pub fn df(&self) -> f64 {
        match self {
            Self::Linearised(design) => design.df(),
            Self::Replicated(replicates) => replicates.df(),
        }
    }

    /// The design behind the estimates.
    pub fn design(&self) -> &Design {
        match self {
            Self::Linearised(design) => design,
            Self::Replicated(replicates) => replicates.design(),
        }
    }
}
