//! Trimming: no respondent speaks for too many.

use super::{Margin, Raking, WeightingError, check_weights, kish_design_effect, rake};

/// Weights cut once to bounds, with the excess spread evenly.
#[derive(Debug, Clone, PartialEq)]
pub struct TrimOnce {
    /// The new weights, with the old sum.
    pub weights: Vec<f64>,
    /// Rows cut.
    pub clipped: usize,
    /// Rounds made.
    pub rounds: usize,
}

/// Cuts weights to `[lower, upper]` and adds the weight cut off, in equal amounts, to the rows that
/// were inside; the sum stays. Not `strict`: once, so that some may end slightly above `upper`;
/// `strict`: again until none does. R: `trimWeights(design, upper, lower, strict)`.
///
/// # Errors
/// [`WeightingError::Bounds`] when no row is inside, or the bounds cannot hold the sum.
pub fn trim_once(weights: &[f64], lower: f64, upper: f64, strict: bool) -> Result<TrimOnce, WeightingError> {
    check_weights(weights)?;
    let mut new = weights.to_vec();
    let mut touched = vec![false; weights.len()];
    let mut rounds = 0;
    loop {
        let cut: Vec<f64> = new.iter().map(|w| w.clamp(lower, upper)).collect();
        let excess: f64 = new.iter().zip(&cut).map(|(w, c)| w - c).sum();
        let outside: Vec<bool> = new.iter().zip(&cut).map(|(w, c)| w != c).collect();
        if rounds > 0 && !outside.iter().any(|o| *o) {
            break;
        }
        touched.iter_mut().zip(&outside).for_each(|(t, o)| *t |= o);
        let inside = touched.iter().filter(|t| !**t).count();
        if inside == 0 && excess != 0.0 {
            return Err(WeightingError::Bounds);
        }
        let share = if inside == 0 { 0.0 } else { excess / inside as f64 };
        new = cut.iter().zip(&touched).map(|(c, t)| if *t { *c } else { c + share }).collect();
        rounds += 1;
        if !strict || rounds > weights.len() {
            break;
        }
    }
    let clipped = touched.iter().filter(|t| **t).count();
    Ok(TrimOnce { weights: new, clipped, rounds })
}

/// Bounds for [`rake_and_trim`], as multiples of the mean weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trimming {
    /// Lowest weight, in means.
    pub lower: f64,
    /// Highest weight, in means.
    pub upper: f64,
    /// Rounds of raking and cutting.
    pub max_rounds: usize,
}

impl Default for Trimming {
    /// 0.2 to 5 times the mean, 50 rounds.
    fn default() -> Self {
        Self { lower: 0.2, upper: 5.0, max_rounds: 50 }
    }
}

/// Raked and trimmed weights with what could not be had together.
#[derive(Debug, Clone, PartialEq)]
pub struct Trimmed {
    /// The new weights, inside the bounds.
    pub weights: Vec<f64>,
    /// Rows at a bound.
    pub clipped: usize,
    /// Lowest and highest weight allowed.
    pub bounds: (f64, f64),
    /// Largest relative error of a margin that the cutting left.
    pub margin_error: f64,
    /// Rounds made.
    pub rounds: usize,
}

/// Rakes rows and cuts weights in turn until the margins hold inside the bounds, or the rounds end.
///
/// Each round rakes to convergence, cuts, and hands the excess to the uncut rows of the same
/// combination of levels in proportion to their weights.
///
/// # Errors
/// As [`rake`]; [`WeightingError::Bounds`] for bounds that do not hold the mean between them.
pub fn rake_and_trim(
    weights: &[f64],
    margins: &[Margin<'_>],
    raking: &Raking,
    trimming: &Trimming,
) -> Result<Trimmed, WeightingError> {
    if !(trimming.lower < 1.0 && trimming.upper > 1.0) {
        return Err(WeightingError::Bounds);
    }
    let mut new = weights.to_vec();
    let mut outcome = None;
    for round in 1..=trimming.max_rounds {
        let raked = rake(&new, margins, raking)?;
        new.iter_mut().zip(&raked.factors).for_each(|(w, g)| *w *= g);
        let positive = new.iter().filter(|w| **w > 0.0).count().max(1);
        let mean = new.iter().sum::<f64>() / positive as f64;
        let bounds = (trimming.lower * mean, trimming.upper * mean);
        let is_out = |w: f64| w > 0.0 && !(bounds.0 * (1.0 - 1e-12)..=bounds.1 * (1.0 + 1e-12)).contains(&w);
        let out = new.iter().filter(|w| is_out(**w)).count();
        if out > 0 {
            hand_on(&mut new, margins, bounds);
        }
        let margin_error = if out == 0 { raked.worst_error } else { worst_margin(&new, margins) };
        let at_bound =
            |w: &&f64| (**w - bounds.0).abs() <= 1e-9 * mean || (**w - bounds.1).abs() <= 1e-9 * mean;
        let clipped = new.iter().filter(at_bound).count();
        outcome = Some(Trimmed { weights: new.clone(), clipped, bounds, margin_error, rounds: round });
        if out == 0 {
            break;
        }
    }
    outcome.ok_or(WeightingError::Bounds)
}

/// Cuts to the bounds; the excess goes to the uncut rows of the same combination, proportionally.
fn hand_on(weights: &mut [f64], margins: &[Margin<'_>], bounds: (f64, f64)) {
    let keyed: Vec<(&[u32], usize)> = margins.iter().map(|m| (m.levels, m.totals.len())).collect();
    let cells = super::compress::compress(&keyed, weights.len());
    let size = cells.cell_of_row.iter().max().map_or(0, |m| *m as usize + 1);
    let (mut excess, mut free) = (vec![0.0; size], vec![0.0; size]);
    let is_out = |w: f64| w > 0.0 && (w < bounds.0 || w > bounds.1);
    for (w, &c) in weights.iter().zip(&cells.cell_of_row) {
        if is_out(*w) {
            excess[c as usize] += w - w.clamp(bounds.0, bounds.1);
        } else {
            free[c as usize] += w;
        }
    }
    for (w, &c) in weights.iter_mut().zip(&cells.cell_of_row) {
        let c = c as usize;
        if is_out(*w) {
            *w = w.clamp(bounds.0, bounds.1);
        } else if free[c] > 0.0 {
            *w = (*w * (1.0 + excess[c] / free[c])).clamp(bounds.0, bounds.1);
        }
    }
}

fn worst_margin(weights: &[f64], margins: &[Margin<'_>]) -> f64 {
    let mut worst: f64 = 0.0;
    for margin in margins {
        let mut sums = vec![0.0; margin.totals.len()];
        weights.iter().zip(margin.levels).for_each(|(w, &k)| sums[k as usize] += w);
        for (sum, total) in sums.iter().zip(margin.totals).filter(|(_, t)| **t > 0.0) {
            worst = worst.max((sum / total - 1.0).abs());
        }
    }
    worst
}

/// The upper bound, in means, at which cutting brings Kish's design effect down to `target`; `None`
/// when the weights are already there or the target is below 1.
pub fn kish_bound(weights: &[f64], target: f64) -> Option<f64> {
    let deff = kish_design_effect(weights)?;
    if target < 1.0 || deff <= target {
        return None;
    }
    let positive: Vec<f64> = weights.iter().copied().filter(|w| *w > 0.0).collect();
    let mean = positive.iter().sum::<f64>() / positive.len() as f64;
    let (mut low, mut high) = (0.0, positive.iter().copied().fold(0.0, f64::max) / mean);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        let cut: Vec<f64> = positive.iter().map(|w| w.min(middle * mean)).collect();
        if kish_design_effect(&cut)? > target { high = middle } else { low = middle }
    }
    Some(low)
}
