//! What a comparison rests on: beside the truth of its figures, whether the data support it.
//!
//! Comes in: claims that compare. Goes out: for each its tests, and, with the number of comparisons
//! of the commentary taken into account, a [`Grade`].

mod relate;
mod settle;
mod significance;
mod weigh;
mod written;

pub(crate) use settle::{Weighed, evidence};
pub(crate) use weigh::Weighing;
pub(crate) use written::{evidence_words, method_words, p_text, points_text};

use monshin_diag::Words;
use monshin_tabulate::estimate::compare::TestMethod;

/// What the data say of a comparison that its figures bear out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grade {
    /// Its test supports it at the stated level.
    Supported,
    /// It is true of those who answered; its test does not support it beyond them.
    DirectionalOnly,
    /// Its test supports the opposite.
    Contradicted,
    /// The released tables do not allow a test.
    NotTestable,
}

impl Grade {
    /// The stored name.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Supported => "supported",
            Grade::DirectionalOnly => "directional-only",
            Grade::Contradicted => "contradicted",
            Grade::NotTestable => "not-testable",
        }
    }
}

/// What a comparison rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The verdict.
    pub grade: Grade,
    /// Its tests; several where several classes are named, and then all must hold.
    pub tests: Vec<EvidenceTest>,
    /// p-value of the statement: of its weakest test. `None` where there is none.
    pub p_value: Option<f64>,
    /// The same adjusted for the comparisons of the commentary.
    pub adjusted: Option<f64>,
    /// How many different comparisons the commentary makes.
    pub comparisons: usize,
    /// The level that the adjusted p-value is held against.
    pub level: f64,
    /// Why there is no test.
    pub why: Option<Words>,
}

/// One test of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceTest {
    /// What is compared with what.
    pub about: Words,
    /// The difference, as a share; of a trend the slope from class to class.
    pub value: f64,
    /// Its interval at the level of the tables; of a trend none.
    pub interval: Option<(f64, f64)>,
    /// p-value of the statement, as far as this test goes: 1 where the difference points the other way.
    pub p_value: f64,
    /// How it was found.
    pub method: TestMethod,
    /// Whether it is a trend.
    pub is_slope: bool,
}
