//! How many independent directions replicate weights have.

/// The rank of the matrix of replicate weights, `columns` of them response after response. R:
/// `qr(weights, tol = 1e-5)$rank`.
pub(super) fn rank(weights: &[f64], columns: usize) -> usize {
    if columns == 0 || weights.is_empty() {
        return 0;
    }
    let mut gram = vec![0.0; columns * columns];
    for row in weights.chunks_exact(columns) {
        for (i, a) in row.iter().enumerate().filter(|(_, a)| **a != 0.0) {
            for (j, b) in row[..=i].iter().enumerate() {
                gram[i * columns + j] += a * b;
            }
        }
    }
    for i in 0..columns {
        for j in 0..i {
            gram[j * columns + i] = gram[i * columns + j];
        }
    }
    pivoted(&mut gram, columns)
}

/// Cholesky with the largest of what is left first. What is left of a column below 1e-10 of its square
/// (1e-5 of its length) is rounding.
fn pivoted(gram: &mut [f64], size: usize) -> usize {
    let scale: Vec<f64> = (0..size).map(|at| gram[at * size + at]).collect();
    let mut done = vec![false; size];
    for rank in 0..size {
        let left = |at: &usize| if scale[*at] > 0.0 { gram[at * size + at] / scale[*at] } else { 0.0 };
        let open = (0..size).filter(|at| !done[*at]);
        let Some(pivot) = open.max_by(|a, b| left(a).total_cmp(&left(b))) else { return rank };
        if left(&pivot) <= 1e-10 {
            return rank;
        }
        done[pivot] = true;
        let by = gram[pivot * size + pivot];
        let column: Vec<f64> = (0..size).map(|at| gram[at * size + pivot]).collect();
        for i in (0..size).filter(|at| !done[*at]) {
            for j in (0..size).filter(|at| !done[*at]) {
                gram[i * size + j] -= column[i] * column[j] / by;
            }
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicates_that_hang_together_count_once() {
        // Two columns and their sum; leaving out one of four.
        assert_eq!(rank(&[1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 2.0, 1.0, 3.0], 3), 2);
        let jackknife: Vec<f64> = (0..16).map(|at| if at / 4 == at % 4 { 0.0 } else { 4.0 / 3.0 }).collect();
        assert_eq!(rank(&jackknife, 4), 4);
        assert_eq!(rank(&[], 3), 0);
        assert_eq!(rank(&[0.0, 0.0], 2), 0);
    }
}
