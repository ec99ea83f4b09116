//! Raking of rows by way of their cells: however many rounds, each row is read once and written once.

use super::compress::compress;
use super::grid::Grid;
use super::rake::{Margin, Raked, Raking, rake};
use super::{WeightingError, check_weights};
use std::thread;

/// Rows from which two threads count them.
const WORTH_TWO: usize = 1 << 17;
/// Rows whose keys are made at a time, so that they stay close at hand.
const BLOCK: usize = 1 << 11;

/// Rakes rows by way of their cells: the rows are touched twice, whatever the number of rounds.
/// Returns a weight for each row and the report on the cells.
///
/// # Errors
/// As [`rake`].
pub fn rake_rows(
    weights: &[f64],
    margins: &[Margin<'_>],
    options: &Raking,
) -> Result<(Vec<f64>, Raked), WeightingError> {
    check_weights(weights)?;
    if margins.iter().any(|m| m.levels.len() != weights.len()) {
        return Err(WeightingError::Length);
    }
    let product = margins.iter().try_fold(1_usize, |p, m| p.checked_mul(m.totals.len()));
    match product.filter(|p| (1..=weights.len().max(1 << 10) * 2).contains(p)) {
        Some(product) => by_key(weights, margins, product, options),
        None => by_number(weights, margins, options),
    }
}

/// Where the combinations are not many more than the rows, a cell is its packed key.
fn by_key(
    weights: &[f64],
    margins: &[Margin<'_>],
    product: usize,
    options: &Raking,
) -> Result<(Vec<f64>, Raked), WeightingError> {
    let rows = weights.len();
    let mut keys = vec![0_u32; rows];
    // The halves depend on the rows alone, so the sums are the same on every machine.
    let half = if rows < WORTH_TWO { rows } else { rows.div_ceil(2) };
    let (first, second) = keys.split_at_mut(half);
    let (mut sums, more) = thread::scope(|scope| {
        let other =
            (!second.is_empty()).then(|| scope.spawn(|| count(second, half, weights, margins, product)));
        let mine = count(first, 0, weights, margins, product);
        let others = other.map(|o| o.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        (mine, others)
    });
    if let (Some(sums), Some(Some(more))) = (&mut sums, &more) {
        sums.iter_mut().zip(more).for_each(|(a, b)| *a += b);
    }
    let (Some(sums), false) = (sums, matches!(more, Some(None))) else {
        return Err(WeightingError::Length);
    };
    let (factors, mut raked) = Grid::new(&sums, margins).rake(options)?;
    let mut new = vec![0.0; rows];
    let (front, back) = new.split_at_mut(half);
    let weigh = |new: &mut [f64], from: usize| {
        let known = weights[from..].iter().zip(&keys[from..]);
        new.iter_mut().zip(known).for_each(|(new, (w, key))| *new = w * factors[*key as usize]);
    };
    thread::scope(|scope| {
        if !back.is_empty() {
            scope.spawn(|| weigh(back, half));
        }
        weigh(front, 0);
    });
    raked.factors = sums.iter().zip(&factors).filter(|(sum, _)| **sum > 0.0).map(|(_, g)| *g).collect();
    Ok((new, raked))
}

/// Packs the keys of the rows from `from` on and adds up the weight of each; `None` for a level beyond
/// its margin.
fn count(
    keys: &mut [u32],
    from: usize,
    weights: &[f64],
    margins: &[Margin<'_>],
    product: usize,
) -> Option<Vec<f64>> {
    let mut sums = vec![0.0; product];
    for (block, keys) in keys.chunks_mut(BLOCK).enumerate() {
        let start = from + block * BLOCK;
        let rows = start..start + keys.len();
        let mut beyond = false;
        for margin in margins {
            let size = margin.totals.len() as u32;
            for (key, level) in keys.iter_mut().zip(&margin.levels[rows.clone()]) {
                beyond |= *level >= size;
                *key = key.wrapping_mul(size).wrapping_add(*level);
            }
        }
        if beyond {
            return None;
        }
        keys.iter().zip(&weights[rows]).for_each(|(key, w)| sums[*key as usize] += w);
    }
    Some(sums)
}

/// Where most combinations do not occur, those that do are numbered.
fn by_number(
    weights: &[f64],
    margins: &[Margin<'_>],
    options: &Raking,
) -> Result<(Vec<f64>, Raked), WeightingError> {
    let fits = |m: &Margin<'_>| m.levels.iter().all(|l| (*l as usize) < m.totals.len());
    if !margins.iter().all(fits) {
        return Err(WeightingError::Length);
    }
    let keyed: Vec<(&[u32], usize)> = margins.iter().map(|m| (m.levels, m.totals.len())).collect();
    let cells = compress(&keyed, weights.len());
    let mut sums = vec![0.0; cells.levels.first().map_or(0, Vec::len)];
    for (w, &cell) in weights.iter().zip(&cells.cell_of_row) {
        sums[cell as usize] += w;
    }
    let levels: Vec<Vec<u32>> = cells.levels.iter().map(|l| l.iter().map(|v| *v as u32).collect()).collect();
    let raked = rake(&sums, &on_cells(&levels, margins), options)?;
    let new = weights.iter().zip(&cells.cell_of_row).map(|(w, c)| w * raked.factors[*c as usize]);
    Ok((new.collect(), raked))
}

fn on_cells<'a>(levels: &'a [Vec<u32>], margins: &[Margin<'a>]) -> Vec<Margin<'a>> {
    levels.iter().zip(margins).map(|(levels, m)| Margin { levels, totals: m.totals }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn by_key_by_number_and_row_by_row_give_the_same_weights() {
        let mut stream = Stream::new(1, 2, 3);
        // Enough rows for two threads.
        let n = WORTH_TWO + 3 * BLOCK + 7;
        let (a, b): (Vec<u32>, Vec<u32>) =
            (0..n).map(|_| (stream.below(4) as u32, stream.below(3) as u32)).unzip();
        let weights: Vec<f64> = (0..n).map(|_| 0.5 + stream.unit()).collect();
        let (ta, tb) = ([3e4, 5e4, 2e4, 4e4], [6e4, 5e4, 3e4]);
        let margins = [Margin { levels: &a, totals: &ta }, Margin { levels: &b, totals: &tb }];
        let options = Raking::default();
        let keyed = by_key(&weights, &margins, 12, &options).expect("feasible").0;
        let numbered = by_number(&weights, &margins, &options).expect("feasible").0;
        let rows = rake(&weights, &margins, &options).expect("feasible");
        for i in 0..n {
            assert!((keyed[i] / numbered[i] - 1.0).abs() < 1e-8);
            assert!((keyed[i] / (weights[i] * rows.factors[i]) - 1.0).abs() < 1e-8);
        }
    }

    #[test]
    fn a_level_beyond_its_margin_is_refused_in_either_half() {
        let totals = [1.0, 1.0];
        let n = WORTH_TWO + 10;
        for place in [0, n - 1] {
            let mut levels: Vec<u32> = (0..n as u32).map(|i| i % 2).collect();
            levels[place] = 2;
            let margins = [Margin { levels: &levels, totals: &totals }];
            assert_eq!(rake_rows(&vec![1.0; n], &margins, &Raking::default()), Err(WeightingError::Length));
        }
        assert!(rake_rows(&[], &[Margin { levels: &[], totals: &[] }], &Raking::default()).is_ok());
    }
}
