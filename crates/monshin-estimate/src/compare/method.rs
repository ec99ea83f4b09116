//! How something was tested. The names are printed and stored.

use std::fmt;

/// How something was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TestMethod {
    /// Pearson's chi-square of a table of counts.
    Pearson,
    /// Fisher's exact test.
    Fisher,
    /// Fisher's test on effective sizes, for weighted shares that are few or all alike.
    FisherEffective,
    /// Tables with the same margins drawn at random.
    MonteCarlo,
    /// Rao and Scott's second-order F.
    RaoScott,
    /// The level at which the hybrid score interval touches no difference.
    HybridScore,
    /// Binomial tails against a number.
    Binomial,
    /// Score test against a number.
    Score,
    /// Binomial tails over those who gave one of two answers and not the other (McNemar's exact test).
    Sign,
    /// t test of a linearised difference.
    LinearisedT,
    /// The least favourable of what the tables leave open about how two shares vary together.
    LeastFavourable,
    /// Cochran–Armitage trend of counts.
    CochranArmitage,
    /// Trend of few counts, exact given the margins.
    ExactTrend,
    /// Contrast over weighted classes.
    LinearTrend,
}

impl TestMethod {
    /// The printed and stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pearson => "pearson",
            Self::Fisher => "fisher",
            Self::FisherEffective => "fisher-effective",
            Self::MonteCarlo => "monte-carlo",
            Self::RaoScott => "rao-scott-f",
            Self::HybridScore => "hybrid-score",
            Self::Binomial => "binomial",
            Self::Score => "score",
            Self::Sign => "sign",
            Self::LinearisedT => "linearised-t",
            Self::LeastFavourable => "least-favourable",
            Self::CochranArmitage => "cochran-armitage",
            Self::ExactTrend => "exact-trend",
            Self::LinearTrend => "linear-trend",
        }
    }
}

impl fmt::Display for TestMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
