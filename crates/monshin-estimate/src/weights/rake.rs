//! Raking: iterative proportional fitting of weights to several margins.

use super::{WeightingError, check_weights, kish_design_effect};

/// A margin with its known totals.
#[derive(Debug, Clone, Copy)]
pub struct Margin<'a> {
    /// Level of each row or cell, numbered from 0.
    pub levels: &'a [u32],
    /// Known total of each level.
    pub totals: &'a [f64],
}

/// How to rake.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Raking {
    /// Largest relative error of a margin that counts as met.
    pub tolerance: f64,
    /// Rounds over all margins before giving up.
    pub max_rounds: usize,
    /// What to do when margins do not add up to the same total.
    pub unequal: UnequalTotals,
    /// Give weight 0 to respondents of a level whose total is 0, instead of refusing.
    pub allow_zero: bool,
}

impl Default for Raking {
    /// Tolerance 1e-9, 1000 rounds, clashing totals refused, zero totals refused.
    fn default() -> Self {
        Self { tolerance: 1e-9, max_rounds: 1000, unequal: UnequalTotals::Refuse, allow_zero: false }
    }
}

/// What to do with margins that do not add up to the same total (to 1e-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnequalTotals {
    /// Refuse, naming both margins.
    #[default]
    Refuse,
    /// Rescale the others to the first, and report it.
    RescaleToFirst,
}

/// Raked weights and how they came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Raked {
    /// Weight after / weight before, per cell.
    pub factors: Vec<f64>,
    /// Rounds made.
    pub rounds: usize,
    /// Largest relative error of a margin left.
    pub worst_error: f64,
    /// Margins that were rescaled to the first.
    pub rescaled: Vec<usize>,
}

/// Rakes cells: `weights` is Σw of each cell, the margins give each cell's levels.
///
/// Each round multiplies the weights of every level of every margin by total/Σw. The result is the
/// weights nearest to the old ones in Kullback–Leibler distance. R: `rake`, or
/// `calibrate(calfun = "raking")`.
///
/// # Errors
/// See [`WeightingError`]: an empty level, a zero total, margins that do not add up alike, totals that
/// cannot be met together (structural zeros), with the margins in conflict.
pub fn rake(weights: &[f64], margins: &[Margin<'_>], options: &Raking) -> Result<Raked, WeightingError> {
    check_weights(weights)?;
    for (m, margin) in margins.iter().enumerate() {
        check_levels(weights, margin, m, options.allow_zero)?;
    }
    let (totals, rescaled) = consistent_totals(margins, options)?;
    let mut new = weights.to_vec();
    let mut worst = Worst::default();
    for round in 1..=options.max_rounds {
        worst = Worst::default();
        fit_all(&mut new, margins, &totals, 0, &mut worst);
        // Errors are those found before each margin's step; a round that finds none is the last.
        if worst.error <= options.tolerance {
            let factor = |(n, w): (&f64, &f64)| if *w > 0.0 { n / w } else { 0.0 };
            let factors: Vec<f64> = new.iter().zip(weights).map(factor).collect();
            if let Some(index) = factors.iter().position(|factor| !factor.is_finite()) {
                return Err(WeightingError::TooSmall { index });
            }
            return Ok(Raked { factors, rounds: round, worst_error: worst.error, rescaled });
        }
    }
    Err(not_converged(&new, margins, &totals, options, &worst))
}

/// One round: every margin fitted in turn. `first` is the number of the first of them.
pub(super) fn fit_all(
    new: &mut [f64],
    margins: &[Margin<'_>],
    totals: &[Vec<f64>],
    first: usize,
    worst: &mut Worst,
) {
    let mut pending = Pending { levels: &vec![0; new.len()], factors: vec![1.0] };
    for (m, (margin, totals)) in margins.iter().zip(totals).enumerate() {
        let factors = pending.apply_and_fit(new, margin.levels, totals, first + m, worst);
        pending = Pending { levels: margin.levels, factors };
    }
    pending.apply(new);
}

/// What is told when the rounds are used up.
pub(super) fn not_converged(
    new: &[f64],
    margins: &[Margin<'_>],
    totals: &[Vec<f64>],
    options: &Raking,
    worst: &Worst,
) -> WeightingError {
    WeightingError::NotConverged {
        rounds: options.max_rounds,
        margin: worst.margin,
        level: worst.level,
        error: worst.error,
        clashing: missed(new, margins, totals, options.tolerance),
    }
}

impl Raked {
    /// Kish's design effect before and after, for weights of rows.
    pub fn variance_effect(before: &[f64], after: &[f64]) -> Option<(f64, f64)> {
        Some((kish_design_effect(before)?, kish_design_effect(after)?))
    }
}

/// The level missed most so far in a round.
#[derive(Default)]
pub(super) struct Worst {
    pub margin: usize,
    pub level: usize,
    pub error: f64,
}

/// Factors found for one margin and not yet multiplied in: that is done while the next margin is added up.
struct Pending<'a> {
    levels: &'a [u32],
    factors: Vec<f64>,
}

impl Pending<'_> {
    fn apply(&self, new: &mut [f64]) {
        new.iter_mut().zip(self.levels).for_each(|(w, k)| *w *= self.factors[*k as usize]);
    }

    /// Multiplies the weights by the factors at hand and returns those of the next margin.
    fn apply_and_fit(
        &self,
        new: &mut [f64],
        levels: &[u32],
        totals: &[f64],
        margin: usize,
        worst: &mut Worst,
    ) -> Vec<f64> {
        // Two sums by turns: an addition need not wait for the one before it.
        let mut sums = [vec![0.0; totals.len()], vec![0.0; totals.len()]];
        for (i, ((w, &before), &k)) in new.iter_mut().zip(self.levels).zip(levels).enumerate() {
            *w *= self.factors[before as usize];
            sums[i & 1][k as usize] += *w;
        }
        let [even, odd] = sums;
        let sums = even.iter().zip(odd).map(|(a, b)| a + b);
        let fit = |(level, (sum, total)): (usize, (f64, &f64))| {
            if *total > 0.0 {
                let error = (sum / total - 1.0).abs();
                if error > worst.error {
                    *worst = Worst { margin, level, error };
                }
            }
            if sum > 0.0 { total / sum } else { 0.0 }
        };
        sums.zip(totals).enumerate().map(fit).collect()
    }
}

fn missed(new: &[f64], margins: &[Margin<'_>], totals: &[Vec<f64>], tolerance: f64) -> Vec<usize> {
    let is_missed = |m: usize| {
        let mut worst = Worst::default();
        let nothing = Pending { levels: &vec![0; new.len()], factors: vec![1.0] };
        nothing.apply_and_fit(&mut new.to_vec(), margins[m].levels, &totals[m], m, &mut worst);
        worst.error > tolerance
    };
    // The margin fitted last is met by construction, though it is one of those in conflict.
    let last = margins.len().saturating_sub(1);
    (0..margins.len()).filter(|&m| m == last || is_missed(m)).collect()
}

/// The totals of each margin, and the margins that were rescaled to the first.
pub(super) type Totals = (Vec<Vec<f64>>, Vec<usize>);

/// Totals that add up alike over the margins.
pub(super) fn consistent_totals(margins: &[Margin<'_>], options: &Raking) -> Result<Totals, WeightingError> {
    let mut totals = Vec::with_capacity(margins.len());
    let mut rescaled = Vec::new();
    let mut first = None;
    for (m, margin) in margins.iter().enumerate() {
        let sum: f64 = margin.totals.iter().sum();
        let reference = *first.get_or_insert(sum);
        let mut scale = 1.0;
        if (sum - reference).abs() > 1e-9 * reference.abs() {
            if options.unequal == UnequalTotals::Refuse {
                let (first, other) = ((0, reference), (m, sum));
                return Err(WeightingError::TotalsClash { first, other });
            }
            rescaled.push(m);
            scale = reference / sum;
        }
        totals.push(margin.totals.iter().map(|t| t * scale).collect());
    }
    Ok((totals, rescaled))
}

/// Whether the weights can be brought to a margin's totals, level by level.
pub(super) fn check_levels(
    weights: &[f64],
    margin: &Margin<'_>,
    m: usize,
    allow_zero: bool,
) -> Result<(), WeightingError> {
    check_weights(margin.totals)?;
    if margin.levels.len() != weights.len() {
        return Err(WeightingError::Length);
    }
    let mut sums = vec![0.0; margin.totals.len()];
    for (w, &k) in weights.iter().zip(margin.levels) {
        *sums.get_mut(k as usize).ok_or(WeightingError::Length)? += w;
    }
    for (level, (sum, total)) in sums.iter().zip(margin.totals).enumerate() {
        if *sum == 0.0 && *total > 0.0 {
            return Err(WeightingError::EmptyLevel { margin: m, level });
        }
        if *sum > 0.0 && *total == 0.0 && !allow_zero {
            return Err(WeightingError::ZeroTotal { margin: m, level });
        }
    }
    Ok(())
}
