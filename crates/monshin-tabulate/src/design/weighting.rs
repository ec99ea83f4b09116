//! From base weights to final ones, on classes: every response of the same classes gets the same
//! factor, however many there are.

use monshin_estimate::compare::Mass;
use monshin_estimate::weights::{
    Distance, Margin, Raking, UnequalTotals, WeightingError, calibrate, poststratify, rake,
};
use monshin_instrument::{TrimSpec, WeightMethod};

use super::{Weighting, kish};

/// A margin whose classes are numbered through.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub by: Vec<usize>,
    /// Level of each cell.
    pub of_cell: Vec<u32>,
    pub totals: Vec<f64>,
}

/// How to weight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub method: WeightMethod,
    pub bounds: Option<(f64, f64)>,
    pub trim: Option<TrimSpec>,
    pub rescale: bool,
    pub has_base: bool,
}

/// Rounds of raking and cutting.
const MOST_ROUNDS: usize = 50;

/// The factor of each cell, and how it came about. `cells` are n, Σd and Σd² of each.
///
/// # Errors
/// Totals that cannot be met, with the margins that clash.
pub(super) fn weight(
    cells: &[Mass],
    levels: &[Levels],
    steps: &Steps,
) -> Result<(Vec<f64>, Weighting), WeightingError> {
    let before: Vec<f64> = cells.iter().map(|cell| cell.weight).collect();
    let mut met = meet(&before, levels, steps)?;
    let mut trimmed = None;
    if let Some(trim) = steps.trim {
        trimmed = Some(trim_cells(cells, levels, steps, trim, &mut met)?);
    }
    let scaled = |(cell, factor): (&Mass, &f64)| Mass {
        weight: cell.weight * factor,
        squares: cell.squares * factor * factor,
        ..*cell
    };
    let after: Vec<Mass> = cells.iter().zip(&met.factors).map(scaled).collect();
    let one = |(cell, factor): (&Mass, &f64)| match steps.has_base {
        true => *factor,
        false => cell.weight / cell.n as f64 * factor,
    };
    let each = || cells.iter().zip(&met.factors).filter(|(cell, _)| cell.n > 0).map(one);
    let weighting = Weighting {
        method: steps.method,
        margins: levels.iter().map(|one| one.by.clone()).collect(),
        population: after.iter().map(|cell| cell.weight).sum(),
        rounds: met.rounds,
        worst_error: met.worst_error,
        rescaled: met.rescaled,
        kish: (kish(cells.iter().copied()), kish(after.into_iter())),
        range: (each().fold(f64::INFINITY, f64::min), each().fold(0.0, f64::max)),
        has_base: steps.has_base,
        trimmed,
    };
    Ok((met.factors, weighting))
}

pub(super) struct Met {
    pub factors: Vec<f64>,
    rounds: usize,
    worst_error: f64,
    rescaled: Vec<usize>,
}

pub(super) fn meet(before: &[f64], levels: &[Levels], steps: &Steps) -> Result<Met, WeightingError> {
    match steps.method {
        WeightMethod::Linear | WeightMethod::Logit => calibrated(before, levels, steps),
        WeightMethod::Poststratify => poststratified(before, &levels[0]),
        _ => raked(before, levels, steps),
    }
}

fn poststratified(before: &[f64], level: &Levels) -> Result<Met, WeightingError> {
    let classes: Vec<usize> = level.of_cell.iter().map(|&level| level as usize).collect();
    let after = poststratify(before, &classes, &level.totals)?;
    Ok(Met { factors: ratios(&after, before), rounds: 1, worst_error: 0.0, rescaled: Vec::new() })
}

fn ratios(after: &[f64], before: &[f64]) -> Vec<f64> {
    after.iter().zip(before).map(|(new, old)| if *old > 0.0 { new / old } else { 0.0 }).collect()
}

fn raked(before: &[f64], levels: &[Levels], steps: &Steps) -> Result<Met, WeightingError> {
    let margins: Vec<Margin<'_>> =
        levels.iter().map(|one| Margin { levels: &one.of_cell, totals: &one.totals }).collect();
    let unequal = if steps.rescale { UnequalTotals::RescaleToFirst } else { UnequalTotals::Refuse };
    let raked = rake(before, &margins, &Raking { unequal, ..Raking::default() })?;
    Ok(Met {
        factors: raked.factors,
        rounds: raked.rounds,
        worst_error: raked.worst_error,
        rescaled: raked.rescaled,
    })
}

fn calibrated(before: &[f64], levels: &[Levels], steps: &Steps) -> Result<Met, WeightingError> {
    let distance = match (steps.method, steps.bounds) {
        (WeightMethod::Logit, Some((lower, upper))) => Distance::Logit { lower, upper },
        (_, bounds) => Distance::Linear { bounds },
    };
    // Factors around 1 are what bounds speak of: the weights are brought to the population first.
    let (sum, total) = (before.iter().sum::<f64>(), levels[0].totals.iter().sum::<f64>());
    let scaled: Vec<f64> = before.iter().map(|one| one * (total / sum)).collect();
    let mut variables = Vec::new();
    let mut totals = Vec::new();
    for level in levels {
        let rest = level.totals.iter().sum::<f64>();
        if (rest - total).abs() > 1e-9 * total && !steps.rescale {
            return Err(WeightingError::TotalsClash { first: (0, total), other: (variables.len(), rest) });
        }
        for (number, known) in level.totals.iter().enumerate() {
            let is_in = |at: &u32| if *at as usize == number { 1.0 } else { 0.0 };
            variables.push(level.of_cell.iter().map(is_in).collect::<Vec<f64>>());
            totals.push(known * (total / rest));
        }
    }
    let done = calibrate(&scaled, &variables, &totals, distance)?;
    if done.factors.iter().any(|factor| *factor <= 0.0) {
        return Err(WeightingError::Bounds);
    }
    let factors = done.factors.iter().map(|factor| factor * (total / sum)).collect();
    Ok(Met { factors, rounds: done.rounds, worst_error: done.worst_error, rescaled: Vec::new() })
}

/// Cuts weights and meets the totals again, in turn, until both hold or the rounds end. Responses of
/// a cell have equal weights, so a cell is cut as a whole.
fn trim_cells(
    cells: &[Mass],
    levels: &[Levels],
    steps: &Steps,
    trim: TrimSpec,
    met: &mut Met,
) -> Result<(u64, (f64, f64)), WeightingError> {
    let responses: u64 = cells.iter().map(|cell| cell.n).sum();
    let mut weights: Vec<f64> = cells.iter().zip(&met.factors).map(|(cell, g)| cell.weight * g).collect();
    let mean = weights.iter().sum::<f64>() / responses as f64;
    let (lower, upper) = match trim {
        TrimSpec::Bounds(lower, upper) => (lower * mean, upper * mean),
        TrimSpec::Effect(target) => (0.0, highest_for(cells, &weights, target)),
    };
    let one = |weight: f64, cell: &Mass| if cell.n == 0 { mean } else { weight / cell.n as f64 };
    let mut cut = vec![false; cells.len()];
    for round in 0..MOST_ROUNDS {
        let mut any = false;
        for (at, (weight, cell)) in weights.iter_mut().zip(cells).enumerate() {
            let each = one(*weight, cell);
            cut[at] = each < lower * (1.0 + 1e-12) || each > upper * (1.0 - 1e-12);
            any |= each < lower * (1.0 - 1e-9) || each > upper * (1.0 + 1e-9);
            *weight = each.clamp(lower, upper) * cell.n as f64;
        }
        if !any || round + 1 == MOST_ROUNDS {
            break;
        }
        let again = meet(&weights, levels, steps)?;
        met.rounds += again.rounds;
        weights.iter_mut().zip(&again.factors).for_each(|(weight, factor)| *weight *= factor);
    }
    met.worst_error = worst_error(&weights, levels);
    met.factors =
        cells.iter().zip(&weights).map(|(cell, w)| if cell.n == 0 { 0.0 } else { w / cell.weight }).collect();
    let clipped = cells.iter().zip(&cut).filter(|(_, cut)| **cut).map(|(cell, _)| cell.n).sum();
    Ok((clipped, (lower, upper)))
}

/// The highest weight at which cutting brings Kish's design effect to the target.
fn highest_for(cells: &[Mass], weights: &[f64], target: f64) -> f64 {
    let each: Vec<(f64, f64)> = cells
        .iter()
        .zip(weights)
        .filter(|(cell, _)| cell.n > 0)
        .map(|(cell, weight)| (cell.n as f64, weight / cell.n as f64))
        .collect();
    let effect = |top: f64| {
        let (n, sum, squares) = each.iter().fold((0.0, 0.0, 0.0), |(n, sum, squares), (count, weight)| {
            let weight = weight.min(top);
            (n + count, sum + count * weight, squares + count * weight * weight)
        });
        n * squares / (sum * sum)
    };
    let largest = each.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
    if effect(largest) <= target {
        return largest;
    }
    let (mut low, mut high) = (0.0, largest);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if effect(middle) > target { high = middle } else { low = middle }
    }
    low
}

fn worst_error(weights: &[f64], levels: &[Levels]) -> f64 {
    let mut worst: f64 = 0.0;
    for level in levels {
        let mut sums = vec![0.0; level.totals.len()];
        weights.iter().zip(&level.of_cell).for_each(|(weight, at)| sums[*at as usize] += weight);
        for (sum, total) in sums.iter().zip(&level.totals).filter(|(_, total)| **total > 0.0) {
            worst = worst.max((sum / total - 1.0).abs());
        }
    }
    worst
}
