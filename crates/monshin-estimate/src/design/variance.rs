//! Variances and covariances of linearised estimates, stage by stage.

use super::{Design, Lonely, Sample, level::Level};
use crate::estimate::Reason;
use crate::matrix::Matrix;

/// Influences of several statistics: per statistic one value per row, per unit of weight. An
/// observation of weight w adds w·e to its statistic.
pub(crate) type Influences = [Vec<f64>];

impl Design {
    /// Covariance matrix of statistics with the given influences.
    ///
    /// V = Σ_stages Σ_h (Π f before)(1 − f_h) n_h/(n_h − 1) Σ_c (u_hc − ū_h)(u_hc − ū_h)',
    /// after the projections of the weighting steps. Influences outside a domain are 0; the rows stay.
    ///
    /// # Errors
    /// [`Reason::LonelyStratum`] under [`Lonely::Fail`], and [`Reason::NoDegreesOfFreedom`] when the
    /// whole sample is one unit or, under [`Lonely::Average`], when every stratum is a single unit.
    pub fn covariance(&self, influences: &Influences) -> Result<Matrix, Reason> {
        let mut projected;
        let influences = if self.projections.is_empty() {
            influences
        } else {
            projected = influences.to_vec();
            for e in &mut projected {
                for projection in &self.projections {
                    projection.residual(e);
                }
            }
            &projected
        };
        let k = influences.len();
        let mut sum = Matrix::zeros(k, k);
        for level in &self.levels {
            if level.multiplier.iter().any(|m| *m > 0.0) {
                level_covariance(level, &self.sample, influences, self.lonely, &mut sum)?;
            }
        }
        Ok(sum)
    }
}

/// Sums of squares about the stratum means, times n/(n−1)(1−f), for one stage.
fn level_covariance(
    level: &Level,
    sample: &Sample,
    influences: &Influences,
    lonely: Lonely,
    sum: &mut Matrix,
) -> Result<(), Reason> {
    let k = influences.len();
    let strata = level.drawn.len();
    let is_lonely = |h: usize| {
        level.drawn[h] <= 1.0 && level.drawn[h] > 0.0 && level.fraction[h] < 1.0 && level.multiplier[h] > 0.0
    };
    let alone = (0..strata).filter(|&h| is_lonely(h)).count();
    if alone > 0 && strata == 1 {
        return Err(Reason::NoDegreesOfFreedom);
    }
    if alone > 0 && lonely == Lonely::Fail {
        return Err(Reason::LonelyStratum);
    }
    if alone == strata && strata > 0 && lonely == Lonely::Average {
        return Err(Reason::NoDegreesOfFreedom);
    }
    let totals = totals_by_stratum(level, sample, influences);
    let units: f64 = level.drawn.iter().sum();
    let grand: Vec<f64> = (0..k).map(|j| totals.iter().map(|t| t[j]).sum::<f64>() / units).collect();
    let centre = |h: usize, j: usize| {
        if is_lonely(h) && lonely == Lonely::Adjust { grand[j] } else { totals[h][j] / level.drawn[h] }
    };
    let scale = |h: usize| {
        let n = level.drawn[h];
        let spread = match (n > 1.0, is_lonely(h) && lonely == Lonely::Adjust) {
            (true, _) => n / (n - 1.0),
            (false, true) => 1.0,
            (false, false) => 0.0,
        };
        level.multiplier[h] * (1.0 - level.fraction[h]) * spread
    };
    let share = if lonely == Lonely::Average { strata as f64 / (strata - alone) as f64 } else { 1.0 };
    let scales: Vec<f64> = (0..strata).map(|h| share * scale(h)).collect();
    let centres: Vec<Vec<f64>> = (0..strata).map(|h| (0..k).map(|j| centre(h, j)).collect()).collect();
    match &level.unit_of_row {
        None => add_rows(level, sample, influences, &scales, &centres, sum),
        Some(unit) => add_units(level, unit, sample, influences, &scales, &centres, sum),
    }
    Ok(())
}

fn totals_by_stratum(level: &Level, sample: &Sample, influences: &Influences) -> Vec<Vec<f64>> {
    let mut totals = vec![vec![0.0; influences.len()]; level.drawn.len()];
    for (j, e) in influences.iter().enumerate() {
        for row in 0..sample.len() {
            totals[level.stratum_of_row[row]][j] += sample.weight[row] * e[row];
        }
    }
    totals
}

/// Every observation a unit: Σ_i (w_i e − ū)(w_i e' − ū') from the cell's n, Σw and Σw².
fn add_rows(
    level: &Level,
    sample: &Sample,
    influences: &Influences,
    scales: &[f64],
    centres: &[Vec<f64>],
    sum: &mut Matrix,
) {
    let k = influences.len();
    let mut d = vec![0.0; k];
    for row in 0..sample.len() {
        let h = level.stratum_of_row[row];
        let (n, scale) = (sample.count[row], scales[h]);
        if n == 0.0 || scale == 0.0 {
            continue;
        }
        let mean = sample.weight[row] / n;
        // Spread of the weights inside the cell; exactly 0 for a single observation.
        let within = if n == 1.0 { 0.0 } else { (sample.square[row] - n * mean * mean).max(0.0) };
        for (value, (e, centre)) in d.iter_mut().zip(influences.iter().zip(&centres[h])) {
            *value = mean * e[row] - centre;
        }
        for i in 0..k {
            for j in 0..=i {
                let between = n * d[i] * d[j];
                let spread = within * influences[i][row] * influences[j][row];
                sum[(i, j)] += scale * (between + spread);
            }
        }
    }
    mirror(sum);
}

fn add_units(
    level: &Level,
    unit: &[usize],
    sample: &Sample,
    influences: &Influences,
    scales: &[f64],
    centres: &[Vec<f64>],
    sum: &mut Matrix,
) {
    let k = influences.len();
    let mut totals = vec![0.0; level.stratum_of_unit.len() * k];
    for (j, e) in influences.iter().enumerate() {
        for row in 0..sample.len() {
            totals[unit[row] * k + j] += sample.weight[row] * e[row];
        }
    }
    for (c, total) in totals.chunks_mut(k.max(1)).enumerate() {
        let h = level.stratum_of_unit[c];
        for (t, centre) in total.iter_mut().zip(&centres[h]) {
            *t -= centre;
        }
        for i in 0..k {
            for j in 0..=i {
                sum[(i, j)] += scales[h] * total[i] * total[j];
            }
        }
    }
    mirror(sum);
}

fn mirror(sum: &mut Matrix) {
    for i in 0..sum.rows() {
        for j in 0..i {
            sum[(j, i)] = sum[(i, j)];
        }
    }
}
