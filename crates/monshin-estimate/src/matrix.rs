//! Small dense matrices: covariances, contrasts, normal equations.

/// A dense matrix in row order.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { rows, cols, data: vec![0.0; rows * cols] }
    }

    /// A matrix from a function of row and column.
    pub fn from_fn(rows: usize, cols: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let data = (0..rows * cols).map(|k| f(k / cols, k % cols)).collect();
        Self { rows, cols, data }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// One row.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.cols..(i + 1) * self.cols]
    }

    /// Matrix product.
    ///
    /// # Panics
    /// When the inner dimensions differ.
    pub fn times(&self, other: &Self) -> Self {
        assert_eq!(self.cols, other.rows, "inner dimensions must agree");
        let mut out = Self::zeros(self.rows, other.cols);
        for i in 0..self.rows {
            for k in 0..self.cols {
                let left = self[(i, k)];
                for j in 0..other.cols {
                    out[(i, j)] += left * other[(k, j)];
                }
            }
        }
        out
    }

    /// The transpose.
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.cols, self.rows, |i, j| self[(j, i)])
    }

    /// c'Mc, the variance of a contrast when M is a covariance.
    ///
    /// # Panics
    /// When `c` and the matrix differ in size.
    pub fn quadratic(&self, c: &[f64]) -> f64 {
        assert_eq!((self.rows, self.cols), (c.len(), c.len()), "the contrast must fit");
        let row = |i: usize| c.iter().zip(self.row(i)).map(|(a, b)| a * b).sum::<f64>();
        c.iter().enumerate().map(|(i, a)| a * row(i)).sum()
    }

    /// Sum of the diagonal.
    pub fn trace(&self) -> f64 {
        (0..self.rows.min(self.cols)).map(|i| self[(i, i)]).sum()
    }

    /// The solution B of self · B = `right`, by elimination with row pivoting.
    /// `None` when the matrix is singular to working precision.
    pub fn solve(&self, right: &Self) -> Option<Self> {
        let n = self.rows;
        if n != self.cols || right.rows != n {
            return None;
        }
        let (mut a, mut b) = (self.clone(), right.clone());
        let scale = a.data.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        for k in 0..n {
            let pivot = (k..n).max_by(|&i, &j| a[(i, k)].abs().total_cmp(&a[(j, k)].abs()))?;
            if a[(pivot, k)].abs().is_nan() || a[(pivot, k)].abs() <= 1e-14 * scale {
                return None;
            }
            a.swap_rows(k, pivot);
            b.swap_rows(k, pivot);
            for i in k + 1..n {
                let factor = a[(i, k)] / a[(k, k)];
                if factor != 0.0 {
                    a.subtract_row(i, k, factor, k);
                    b.subtract_row(i, k, factor, 0);
                }
            }
        }
        for j in 0..b.cols {
            for i in (0..n).rev() {
                let known: f64 = (i + 1..n).map(|k| a[(i, k)] * b[(k, j)]).sum();
                b[(i, j)] = (b[(i, j)] - known) / a[(i, i)];
            }
        }
        Some(b)
    }

    fn swap_rows(&mut self, i: usize, j: usize) {
        for c in 0..self.cols {
            self.data.swap(i * self.cols + c, j * self.cols + c);
        }
    }

    fn subtract_row(&mut self, i: usize, k: usize, factor: f64, from: usize) {
        for c in from..self.cols {
            let v = self[(k, c)];
            self[(i, c)] -= factor * v;
        }
    }

    /// A solution β of the symmetric positive semidefinite self · β = `right`, with the
    /// coefficients of dependent columns set to 0 (pivoted Cholesky).
    pub fn solve_semidefinite(&self, right: &[f64]) -> Vec<f64> {
        let n = self.rows;
        let mut a = self.clone();
        let mut order: Vec<usize> = (0..n).collect();
        let diagonal: Vec<f64> = (0..n).map(|i| self[(i, i)]).collect();
        let mut l = Self::zeros(n, n);
        let mut rank = 0;
        for k in 0..n {
            // Largest remaining diagonal relative to where it started.
            let relative = |i: usize| {
                if diagonal[i] > 0.0 { a[(i, i)] / diagonal[i] } else { 0.0 }
            };
            let best = (k..n).max_by(|&i, &j| relative(order[i]).total_cmp(&relative(order[j])));
            let Some(best) = best.filter(|&i| relative(order[i]) > 1e-11) else {
                break;
            };
            order.swap(k, best);
            for c in 0..k {
                l.data.swap(k * n + c, best * n + c);
            }
            let p = order[k];
            let root = a[(p, p)].sqrt();
            l[(k, k)] = root;
            for i in k + 1..n {
                l[(i, k)] = a[(order[i], p)] / root;
            }
            for i in k + 1..n {
                for j in k + 1..n {
                    let product = l[(i, k)] * l[(j, k)];
                    a[(order[i], order[j])] -= product;
                }
            }
            rank = k + 1;
        }
        triangular_solve(&l, &order, rank, right)
    }

    /// Eigenvalues of a symmetric matrix in descending order, by Jacobi rotations.
    pub fn symmetric_eigenvalues(&self) -> Vec<f64> {
        let n = self.rows;
        let mut a = self.clone();
        for _ in 0..100 {
            let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|k| a[k] * a[k]).sum();
            let all: f64 = a.data.iter().map(|v| v * v).sum();
            if off <= 1e-30 * all {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    a.rotate(p, q);
                }
            }
        }
        let mut values: Vec<f64> = (0..n).map(|i| a[(i, i)]).collect();
        values.sort_by(|x, y| y.total_cmp(x));
        values
    }

    fn rotate(&mut self, p: usize, q: usize) {
        let apq = self[(p, q)];
        if apq == 0.0 {
            return;
        }
        let theta = (self[(q, q)] - self[(p, p)]) / (2.0 * apq);
        let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
        let t = if theta == 0.0 { 1.0 } else { t };
        let c = 1.0 / (t * t + 1.0).sqrt();
        let s = t * c;
        for k in 0..self.rows {
            let (kp, kq) = (self[(k, p)], self[(k, q)]);
            self[(k, p)] = c * kp - s * kq;
            self[(k, q)] = s * kp + c * kq;
        }
        for k in 0..self.rows {
            let (pk, qk) = (self[(p, k)], self[(q, k)]);
            self[(p, k)] = c * pk - s * qk;
            self[(q, k)] = s * pk + c * qk;
        }
    }
}

fn triangular_solve(l: &Matrix, order: &[usize], rank: usize, right: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; rank];
    for i in 0..rank {
        let known: f64 = (0..i).map(|k| l[(i, k)] * y[k]).sum();
        y[i] = (right[order[i]] - known) / l[(i, i)];
    }
    for i in (0..rank).rev() {
        let known: f64 = (i + 1..rank).map(|k| l[(k, i)] * y[k]).sum();
        y[i] = (y[i] - known) / l[(i, i)];
    }
    let mut beta = vec![0.0; right.len()];
    for (value, &column) in y.into_iter().zip(order) {
        beta[column] = value;
    }
    beta
}

impl std::ops::Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.cols + j]
    }
}

impl std::ops::IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.cols + j]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solving_undoes_the_product() {
        let a = Matrix::from_fn(3, 3, |i, j| [[0.0, 2.0, 1.0], [4.0, 1.0, 0.0], [1.0, 1.0, 5.0]][i][j]);
        let b = Matrix::from_fn(3, 2, |i, j| (i * 2 + j) as f64);
        let back = a.solve(&a.times(&b)).expect("regular");
        assert!((0..6).all(|k| (back[(k / 2, k % 2)] - b[(k / 2, k % 2)]).abs() < 1e-12));
    }

    #[test]
    fn a_singular_matrix_has_no_solution_but_a_least_squares_one() {
        let a = Matrix::from_fn(2, 2, |_, _| 1.0);
        assert!(a.solve(&a).is_none());
        let beta = a.solve_semidefinite(&[2.0, 2.0]);
        assert!((beta[0] + beta[1] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn eigenvalues_of_a_rotation_of_a_diagonal() {
        let a = Matrix::from_fn(2, 2, |i, j| if i == j { 2.0 } else { 1.0 });
        let values = a.symmetric_eigenvalues();
        assert!((values[0] - 3.0).abs() < 1e-14 && (values[1] - 1.0).abs() < 1e-14);
    }
}
