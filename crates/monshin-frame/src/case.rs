//! Rounds, and a unit in a round.

use crate::Unit;

/// One round of a survey, by its name (`2022`, `2024-spring`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wave(pub String);

/// One unit in one round: what a questionnaire is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Case {
    /// The unit.
    pub unit: Unit,
    /// The round.
    pub wave: Wave,
}

/// A group of the design: one class of each breakdown that strata are made of; none where all
/// units are one stratum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stratum(pub Vec<u16>);
