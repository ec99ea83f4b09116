//! What can be estimated: totals, means, shares, ratios, of all or of a domain.

use crate::design::Sample;
use crate::estimate::Reason;

/// A total Σwy, or a ratio Σwy/Σwx, over the rows of a domain.
///
/// A mean is the ratio with x = 1, a share the mean of 0 and 1. Rows outside the domain (another
/// group, not asked, no answer) stay in the design with influence 0; their values are never read.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistic {
    y: Vec<f64>,
    x: Option<Vec<f64>>,
    inside: Option<Vec<bool>>,
}

impl Statistic {
    /// Total Σwy. R: `svytotal`.
    pub fn total(y: Vec<f64>) -> Self {
        Self { y, x: None, inside: None }
    }

    /// Mean Σwy/Σw. R: `svymean`.
    pub fn mean(y: Vec<f64>) -> Self {
        let x = Some(vec![1.0; y.len()]);
        Self { y, x, inside: None }
    }

    /// Share of the weight for which `holds`.
    pub fn share(holds: &[bool]) -> Self {
        Self::mean(holds.iter().map(|&h| if h { 1.0 } else { 0.0 }).collect())
    }

    /// Ratio Σwy/Σwx. R: `svyratio`.
    pub fn ratio(y: Vec<f64>, x: Vec<f64>) -> Self {
        Self { y, x: Some(x), inside: None }
    }

    /// The same over the rows `inside` only (and those of an earlier restriction). R: `subset`.
    pub fn within(mut self, inside: &[bool]) -> Self {
        let both = match self.inside {
            None => inside.to_vec(),
            Some(before) => before.iter().zip(inside).map(|(a, b)| *a && *b).collect(),
        };
        self.inside = Some(both);
        self
    }

    /// Is the row in the domain?
    pub fn contains(&self, row: usize) -> bool {
        self.inside.as_ref().is_none_or(|inside| inside[row])
    }

    /// Value of the numerator in a row of the domain.
    pub fn y(&self, row: usize) -> f64 {
        self.y[row]
    }

    /// Is this a total, not a ratio?
    pub fn is_total(&self) -> bool {
        self.x.is_none()
    }

    /// Number of observations of positive weight in the domain.
    pub fn base(&self, sample: &Sample) -> u64 {
        sample.base(|row| sample.is_active(row) && self.contains(row))
    }

    pub(crate) fn check(&self, sample: &Sample) -> Result<(), Reason> {
        let n = sample.len();
        let lengths = [Some(self.y.len()), self.x.as_ref().map(Vec::len), self.inside.as_ref().map(Vec::len)];
        if lengths.into_iter().flatten().any(|len| len != n) {
            return Err(Reason::LengthMismatch);
        }
        let finite =
            |row: usize| self.y[row].is_finite() && self.x.as_ref().is_none_or(|x| x[row].is_finite());
        if (0..n).any(|row| self.contains(row) && !finite(row)) {
            return Err(Reason::NotFinite);
        }
        Ok(())
    }

    /// The estimate from the given weights.
    pub(crate) fn value(&self, weights: &[f64]) -> Result<f64, Reason> {
        let rows = || (0..weights.len()).filter(|&row| weights[row] != 0.0 && self.contains(row));
        let top: f64 = rows().map(|row| weights[row] * self.y[row]).sum();
        let value = match &self.x {
            None => top,
            Some(x) => {
                let bottom: f64 = rows().map(|row| weights[row] * x[row]).sum();
                if bottom == 0.0 {
                    return Err(Reason::ZeroDenominator);
                }
                top / bottom
            }
        };
        if value.is_finite() { Ok(value) } else { Err(Reason::NotFinite) }
    }

    /// Influence of each row per unit of weight: y for a total, (y − R x)/Σwx for a ratio, 0 outside.
    pub(crate) fn influence(&self, weights: &[f64], value: f64) -> Vec<f64> {
        let inside = |row: usize| weights[row] != 0.0 && self.contains(row);
        let rows = 0..weights.len();
        match &self.x {
            None => rows.map(|row| if self.contains(row) { self.y[row] } else { 0.0 }).collect(),
            Some(x) => {
                let bottom: f64 = rows.clone().filter(|&r| inside(r)).map(|r| weights[r] * x[r]).sum();
                let e = |row: usize| (self.y[row] - value * x[row]) / bottom;
                rows.map(|row| if self.contains(row) { e(row) } else { 0.0 }).collect()
            }
        }
    }
}
