//! What weighting to known totals takes out of the variance: the part of an influence that the
//! totals explain.

use crate::matrix::Matrix;

/// How margin effects are taken out after raking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MarginMeans {
    /// Least squares on the margin dummies, weighted by the weights before raking. The default: it
    /// agrees with calibration and with the bootstrap whatever the base weights.
    #[default]
    Weighted,
    /// Ten rounds of removing unweighted margin means, as R's `rake()` does. For comparison only:
    /// with unequal base weights it was 22 % off in the cases tried.
    UnweightedTenRounds,
}

/// Regression of the influences on what the weights were fitted to.
#[derive(Debug, Clone)]
pub enum Projection {
    /// Post-stratification (one margin) or raking (several).
    Margins {
        /// Per margin the level of each row, numbered from 0.
        levels: Vec<Vec<usize>>,
        /// Weights before the step.
        before: Vec<f64>,
        /// Which means are taken out.
        means: MarginMeans,
    },
    /// Calibration on any variables.
    Regression {
        /// Per variable its value in each row.
        variables: Vec<Vec<f64>>,
        /// Weights before the step.
        before: Vec<f64>,
    },
}

impl Projection {
    /// Replaces the influences by their residuals.
    pub(super) fn residual(&self, e: &mut [f64]) {
        match self {
            Self::Margins { levels, means: MarginMeans::UnweightedTenRounds, .. } => {
                let rounds = if levels.len() == 1 { 1 } else { 10 };
                let ones = vec![1.0; e.len()];
                for _ in 0..rounds {
                    levels.iter().for_each(|margin| remove_means(e, margin, &ones));
                }
            }
            Self::Margins { levels, before, .. } if levels.len() == 1 => {
                remove_means(e, &levels[0], before);
            }
            Self::Margins { levels, before, .. } => remove_margins(e, levels, before),
            Self::Regression { variables, before } => remove_regression(e, variables, before),
        }
    }
}

fn remove_means(e: &mut [f64], level: &[usize], weight: &[f64]) {
    let size = level.iter().max().map_or(0, |m| m + 1);
    let (mut total, mut mass) = (vec![0.0; size], vec![0.0; size]);
    for (i, &k) in level.iter().enumerate() {
        total[k] += weight[i] * e[i];
        mass[k] += weight[i];
    }
    for (value, &k) in e.iter_mut().zip(level) {
        if mass[k] > 0.0 {
            *value -= total[k] / mass[k];
        }
    }
}

/// Weighted least squares on all margin dummies at once, from the two-way sums of weights.
fn remove_margins(e: &mut [f64], levels: &[Vec<usize>], weight: &[f64]) {
    let mut offset = vec![0];
    for margin in levels {
        offset.push(offset[offset.len() - 1] + margin.iter().max().map_or(0, |m| m + 1));
    }
    let size = offset[levels.len()];
    let mut normal = Matrix::zeros(size, size);
    let mut right = vec![0.0; size];
    for i in 0..e.len() {
        for (a, margin_a) in levels.iter().enumerate() {
            let p = offset[a] + margin_a[i];
            right[p] += weight[i] * e[i];
            for (b, margin_b) in levels.iter().enumerate() {
                normal[(p, offset[b] + margin_b[i])] += weight[i];
            }
        }
    }
    let beta = normal.solve_semidefinite(&right);
    for (i, value) in e.iter_mut().enumerate() {
        *value -= levels.iter().zip(&offset).map(|(m, o)| beta[o + m[i]]).sum::<f64>();
    }
}

fn remove_regression(e: &mut [f64], variables: &[Vec<f64>], weight: &[f64]) {
    let p = variables.len();
    let dot = |a: &[f64], b: &[f64]| -> f64 {
        weight.iter().zip(a.iter().zip(b)).map(|(w, (x, y))| w * x * y).sum()
    };
    let normal = Matrix::from_fn(p, p, |i, j| dot(&variables[i], &variables[j]));
    // A second pass takes out what rounding left in the first.
    for _ in 0..2 {
        let right: Vec<f64> = variables.iter().map(|x| dot(x, e)).collect();
        let beta = normal.solve_semidefinite(&right);
        for (i, value) in e.iter_mut().enumerate() {
            *value -= variables.iter().zip(&beta).map(|(x, b)| x[i] * b).sum::<f64>();
        }
    }
}
