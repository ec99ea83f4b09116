//! The cube as a list of cells, for programs that weight, resample or count elsewhere.

use super::space::SpaceCell;
use super::{Cube, State};

/// All responses that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct CubeCell {
    /// Class in every breakdown; `None` where it is not known.
    pub classes: Vec<Option<u16>>,
    /// State of every variable that is counted once per response, by [`Cube::joint_variables`].
    pub states: Vec<State>,
    /// How many.
    pub n: u64,
    /// Sum of their weights.
    pub weight: f64,
    /// Sum of the squares of their weights.
    pub weight_squares: f64,
}

/// The answer patterns were too many to be kept: there are tables, and nothing across questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJoint;

impl std::fmt::Display for NotJoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too many answer patterns: questions were counted apart, not against each other")
    }
}

impl std::error::Error for NotJoint {}

impl Cube {
    /// Every cell with somebody in it, in the order of classes and states.
    ///
    /// # Errors
    /// Where the answer patterns were too many to be kept ([`super::CubeKind::Apart`]).
    pub fn cells(&self) -> Result<Vec<CubeCell>, NotJoint> {
        let mut cells = self.main.cells().ok_or(NotJoint)?;
        cells.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let cell = |(classes, states, sums): SpaceCell| CubeCell {
            classes,
            states,
            n: sums.n,
            weight: sums.weight(),
            weight_squares: sums.squares(),
        };
        Ok(cells.into_iter().map(cell).collect())
    }

    /// Numbers of the variables that [`CubeCell::states`] lists, in that order.
    pub fn joint_variables(&self) -> Vec<usize> {
        let is_main = |variable: &usize| matches!(self.layout.places[*variable], super::Place::Main(_));
        (0..self.layout.places.len()).filter(is_main).collect()
    }
}
