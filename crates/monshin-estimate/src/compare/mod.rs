//! Tests: do groups differ, is there a trend, and what is left after many looks.

mod chi_square;
mod classes;
mod dependent;
mod designed;
mod difference;
mod exact;
mod gap;
mod many;
mod method;
mod regression;
mod shares;
mod sums;
mod trend;
mod waves;
mod weighted_sum;

pub use chi_square::{PearsonTest, RaoScott, Statistic as TableStatistic, TwoWay, pearson};
pub use classes::{Association, ClassTrend, association, class_trend};
pub use dependent::{Bounded, compare_answers, compare_overlapping};
pub use designed::{
    Sized, association_designed, compare_designed, compare_paired, contrast_designed, trend_designed,
};
pub use difference::{Difference, Wald, newcombe, paired_waves, rest_contrast, two_sample, wald_difference};
pub use exact::{Fisher2x2, R_ROOT_TOLERANCE, fisher_2x2, fisher_2x2_to, fisher_rxc, fisher_two_sided};
pub use many::{Adjustment, adjust};
pub use method::TestMethod;
pub use regression::{
    Regression, Ties, linear_regression, logistic_regression, logistic_regression_to, rank_test,
};
pub use shares::{Compared, compare_combination, compare_groups, compare_with_number, compare_with_rest};
pub use sums::{Mass, ShareSums};
pub use trend::{Direction, Trend, cochran_armitage, linear_trend};
pub use waves::{WaveAnswer, independent_waves, stacked_waves};
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
mod groups_tests;
#[cfg(test)]
mod tests;
