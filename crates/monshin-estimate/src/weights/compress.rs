//! Rows counted into the distinct combinations of their margins.

use std::collections::BTreeMap;

/// Up to this many combinations a plain array is faster than a map.
const DIRECT: usize = 1 << 23;

/// The distinct combinations of levels that occur.
pub(super) struct Compressed {
    /// Per margin the level of each combination.
    pub levels: Vec<Vec<usize>>,
    /// Combination of each row.
    pub cell_of_row: Vec<u32>,
}

/// Numbers the combinations of `margins` (level per row, and number of levels) that occur.
pub(super) fn compress(margins: &[(&[u32], usize)], rows: usize) -> Compressed {
    let product = margins.iter().try_fold(1_usize, |p, (_, k)| p.checked_mul((*k).max(1)));
    match product.filter(|p| *p <= DIRECT) {
        Some(product) => direct(margins, rows, product),
        None => mapped(margins, rows),
    }
}

fn direct(margins: &[(&[u32], usize)], rows: usize, product: usize) -> Compressed {
    let mut key = vec![0_u32; rows];
    for (level, size) in margins {
        for (k, l) in key.iter_mut().zip(*level) {
            *k = *k * *size as u32 + l;
        }
    }
    let mut number = vec![u32::MAX; product];
    let mut seen: Vec<u32> = Vec::new();
    for k in &mut key {
        let slot = &mut number[*k as usize];
        if *slot == u32::MAX {
            *slot = seen.len() as u32;
            seen.push(*k);
        }
        *k = *slot;
    }
    let mut levels = vec![vec![0; seen.len()]; margins.len()];
    for (cell, mut rest) in seen.into_iter().map(|k| k as usize).enumerate() {
        for (m, (_, size)) in margins.iter().enumerate().rev() {
            levels[m][cell] = rest % size;
            rest /= size;
        }
    }
    Compressed { levels, cell_of_row: key }
}

fn mapped(margins: &[(&[u32], usize)], rows: usize) -> Compressed {
    let mut number: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let mut cell_of_row = Vec::with_capacity(rows);
    let mut levels = vec![Vec::new(); margins.len()];
    for row in 0..rows {
        let key: Vec<u32> = margins.iter().map(|(level, _)| level[row]).collect();
        let next = number.len() as u32;
        let cell = *number.entry(key).or_insert(next);
        if cell == next {
            for (m, (level, _)) in margins.iter().enumerate() {
                levels[m].push(level[row] as usize);
            }
        }
        cell_of_row.push(cell);
    }
    Compressed { levels, cell_of_row }
}
