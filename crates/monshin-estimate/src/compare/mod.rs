//! Tests: do groups differ, is there a trend, and what is left after many looks.

mod chi_square;
mod difference;
mod exact;
mod many;
mod regression;
mod trend;
mod weighted_sum;

pub use chi_square::{PearsonTest, RaoScott, Statistic as TableStatistic, TwoWay, pearson};
pub use difference::{Difference, Wald, newcombe, paired_waves, rest_contrast, two_sample, wald_difference};
pub use exact::{Fisher2x2, R_ROOT_TOLERANCE, fisher_2x2, fisher_2x2_to, fisher_rxc};
pub use many::{Adjustment, adjust};
pub use regression::{
    Regression, Ties, linear_regression, logistic_regression, logistic_regression_to, rank_test,
};
pub use trend::{Direction, Trend, cochran_armitage, linear_trend};
pub use weighted_sum::{saddlepoint_upper, weighted_chi_square_upper};

/// A test statistic with its reference distribution and p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom; of the numerator for an F.
    pub df: f64,
    /// Degrees of freedom of the denominator; ∞ for chi-square and normal.
    pub denominator_df: f64,
    /// Probability of a statistic at least as extreme when there is nothing.
    pub p_value: f64,
}

#[cfg(test)]
mod tests;
