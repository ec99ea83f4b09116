//! Pure numbers for surveys: estimates that carry what they rest on.
//!
//! Plain numbers come in (counts, weights, cells, rows); an [`Estimate`] goes out, with its
//! standard error, its interval and its base, or with the [`Reason`] why there is none.
//! Nothing here reads a file, a clock or the environment, and nothing knows what a questionnaire is.
//!
//! ```
//! use monshin_estimate::{proportion, Estimate, IntervalMethod};
//!
//! // 67 of 304 said yes.
//! let Estimate::Point { value, interval, base, .. } = proportion(67, 304, 0.95, IntervalMethod::Wilson)
//! else { panic!("304 answers are a base") };
//! assert_eq!(base, 304);
//! assert!((value - 0.220).abs() < 0.001);
//! assert!((interval.lower - 0.177).abs() < 0.001 && (interval.upper - 0.270).abs() < 0.001);
//! ```
//!
//! **Invariants.** No public function returns NaN. Missing is a value with a reason, never 0 or NaN.
//! Whatever changes a number (interval, level, degrees of freedom, the rule for single-unit strata)
//! is an argument and is stored with the result.

mod binomial;
mod bootstrap;
mod bootstrap_sums;
pub mod compare;
pub mod design;
pub mod disclosure;
mod effect;
mod estimate;
mod matrix;
mod multinomial;
mod multiple;
mod precision;
pub mod printed;
mod quantile_design;
mod quantile_score;
mod random;
mod reliability;
mod replicate;
pub mod response;
mod root;
mod routed;
mod share;
mod share_design;
mod share_profile;
pub mod special;
mod statistic;
mod univariate;
pub mod weights;

pub use bootstrap::Bootstrap;
pub use bootstrap_sums::{Adjust, NO_CLASS, Place, ReplicateSums, Sums};
pub use design::{Cell, Design, DesignError, Lonely, Sample};
pub use effect::{Comparison, design_effect, population_variance};
pub use estimate::{Estimate, Interval, IntervalMethod, Reason};
pub use matrix::Matrix;
pub use multiple::{MultipleResponse, multiple_response};
pub use precision::{Estimates, Precision};
pub use quantile_design::{QuantileInterval, QuantileRule, design_quantile};
pub use random::Stream;
pub use reliability::{Nchs, ReliabilityRule, ShareReliability, count_is_reliable};
pub use replicate::{Centre, Replicates};
pub use routed::{Route, RoutedCounts, routed_counts};
pub use share::{
    agresti_coull, clopper_pearson, hypergeometric_exact, mid_p, proportion, wilson, wilson_continuity,
};
pub use share_design::{SharePrecision, Situation, default_method, poisson_exact, proportion_of_population};
pub use share_profile::likelihood_by_spline;
pub use statistic::Statistic;
pub use univariate::{mean, quantile};
