//! Observations with their weights, one by one or counted into cells.

use super::DesignError;
use crate::estimate::Reason;

/// Equal observations counted together: their number, Σw and Σw².
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Number of observations.
    pub n: u64,
    /// Σw.
    pub weight: f64,
    /// Σw².
    pub square: f64,
}

/// The observations: rows of one, or cells of many.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub(super) count: Vec<f64>,
    pub(super) weight: Vec<f64>,
    pub(super) square: Vec<f64>,
}

impl Sample {
    /// Rows of one observation each.
    ///
    /// # Errors
    /// The first weight that is NaN, infinite or negative. Weight 0 is allowed: the row is in the
    /// design, and in no estimate.
    pub fn rows(weights: &[f64]) -> Result<Self, DesignError> {
        Self::not_negative(Self {
            count: vec![1.0; weights.len()],
            weight: weights.to_vec(),
            square: weights.iter().map(|w| w * w).collect(),
        })
    }

    /// Cells of equal observations.
    ///
    /// # Errors
    /// The first cell whose sums are not numbers or cannot be (Σw² below (Σw)²/n).
    pub fn cells(cells: &[Cell]) -> Result<Self, DesignError> {
        let sample = Self {
            count: cells.iter().map(|c| c.n as f64).collect(),
            weight: cells.iter().map(|c| c.weight).collect(),
            square: cells.iter().map(|c| c.square).collect(),
        };
        let impossible =
            cells.iter().position(|c| c.square * (c.n as f64) < c.weight * c.weight * (1.0 - 1e-9));
        match impossible {
            Some(row) => Err(DesignError::Weight { row, reason: Reason::OutOfRange }),
            None => Self::not_negative(sample),
        }
    }

    fn checked(self) -> Result<Self, DesignError> {
        let is_number = |row: &usize| self.weight[*row].is_finite() && self.square[*row].is_finite();
        match (0..self.len()).find(|row| !is_number(row)) {
            Some(row) => Err(DesignError::Weight { row, reason: Reason::NotFinite }),
            None => Ok(self),
        }
    }

    fn not_negative(self) -> Result<Self, DesignError> {
        let sample = self.checked()?;
        match sample.weight.iter().position(|w| *w < 0.0) {
            Some(row) => Err(DesignError::Weight { row, reason: Reason::NegativeWeight }),
            None => Ok(sample),
        }
    }

    /// Number of rows (cells).
    pub fn len(&self) -> usize {
        self.count.len()
    }

    /// Is there no row at all?
    pub fn is_empty(&self) -> bool {
        self.count.is_empty()
    }

    /// Observations in a row.
    pub fn count(&self, row: usize) -> f64 {
        self.count[row]
    }

    /// Σw of each row.
    pub fn weights(&self) -> &[f64] {
        &self.weight
    }

    /// Σw² of each row.
    pub fn squares(&self) -> &[f64] {
        &self.square
    }

    /// Does the row take part in estimates?
    pub fn is_active(&self, row: usize) -> bool {
        self.weight[row] != 0.0
    }

    /// Number of observations for which `inside` holds.
    pub fn base(&self, inside: impl Fn(usize) -> bool) -> u64 {
        (0..self.len()).filter(|&i| inside(i)).map(|i| self.count[i]).sum::<f64>() as u64
    }

    /// The sample with each row's weights multiplied by a factor.
    pub(super) fn scaled(&self, factors: &[f64], may_be_negative: bool) -> Result<Self, DesignError> {
        if factors.len() != self.len() {
            return Err(DesignError::Length { stage: 0 });
        }
        let weight = self.weight.iter().zip(factors).map(|(w, g)| w * g).collect();
        let square = self.square.iter().zip(factors).map(|(s, g)| s * g * g).collect();
        let sample = Self { count: self.count.clone(), weight, square };
        if may_be_negative { sample.checked() } else { sample.not_negative() }
    }
}
