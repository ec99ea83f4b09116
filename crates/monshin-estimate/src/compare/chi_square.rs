//! Independence in a two-way table: Pearson for counts, Rao–Scott and Wald under a design.

use super::Test;
use super::sums::Mass;
use super::weighted_sum::{saddlepoint_upper, weighted_chi_square_upper};
use crate::estimate::Reason;
use crate::matrix::Matrix;
use crate::precision::Precision;
use crate::special::{gamma, student};
use crate::statistic::Statistic as Estimand;

/// Pearson's test of a table of counts.
#[derive(Debug, Clone, PartialEq)]
pub struct PearsonTest {
    /// X² with its p-value on (r−1)(c−1) degrees of freedom.
    pub test: Test,
    /// Expected counts under independence.
    pub expected: Matrix,
    /// Standardised residuals (o − e)/√(e(1 − row share)(1 − column share)).
    pub residuals: Matrix,
    /// Cramér's V, √(X²/(n · min(r−1, c−1))).
    pub cramer_v: f64,
}

/// Pearson's X² of independence. `yates` takes up to ½ off every |o − e| (2×2 tables only).
/// R: `chisq.test(x, correct = yates)`.
///
/// Small expected counts (below 5) make it unreliable: use Fisher's test.
///
/// # Errors
/// [`Reason::MethodNotApplicable`] unless the table is rectangular with two rows and two columns at
/// least; [`Reason::NoBase`] for an empty row or column (drop it first).
pub fn pearson(table: &[Vec<f64>], yates: bool) -> Result<PearsonTest, Reason> {
    let (r, c) = (table.len(), table.first().map_or(0, Vec::len));
    if r < 2 || c < 2 || table.iter().any(|row| row.len() != c) {
        return Err(Reason::MethodNotApplicable);
    }
    let rows: Vec<f64> = table.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..c).map(|j| table.iter().map(|row| row[j]).sum()).collect();
    let n: f64 = rows.iter().sum();
    if rows.iter().chain(&columns).any(|s| s.is_nan() || *s <= 0.0) {
        return Err(Reason::NoBase);
    }
    let expected = Matrix::from_fn(r, c, |i, j| rows[i] * columns[j] / n);
    let gap = |i: usize, j: usize| (table[i][j] - expected[(i, j)]).abs();
    let correction = if yates && r == 2 && c == 2 { gap(0, 0).min(0.5) } else { 0.0 };
    let term = |i: usize, j: usize| (gap(i, j) - correction).powi(2) / expected[(i, j)];
    let statistic: f64 = (0..r * c).map(|k| term(k / c, k % c)).sum();
    let residuals = Matrix::from_fn(r, c, |i, j| {
        let e = expected[(i, j)];
        let spread = e * (1.0 - rows[i] / n) * (1.0 - columns[j] / n);
        if spread > 0.0 { (table[i][j] - e) / spread.sqrt() } else { 0.0 }
    });
    let df = ((r - 1) * (c - 1)) as f64;
    let p_value = gamma::chi_square(statistic, df).upper;
    let test = Test { statistic, df, denominator_df: f64::INFINITY, p_value };
    let cramer_v = (statistic / (n * (r.min(c) - 1) as f64)).sqrt();
    Ok(PearsonTest { test, expected, residuals, cramer_v })
}

/// Reference of the Rao–Scott statistic, or another statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Statistic {
    /// Second-order correction, F(d₀, d₀ν). The default. R: `"F"`.
    #[default]
    F,
    /// First-order correction, X²/mean(δ) on (r−1)(c−1). R: `"Chisq"`.
    ChiSquare,
    /// The exact tail of the weighted sum. R: `"lincom"`.
    WeightedSum,
    /// Its saddlepoint approximation.
    Saddlepoint,
    /// The same with d₀ν cut to a whole number, as R's `"saddlepoint"` does: for comparison.
    SaddlepointWhole,
    /// Wald of the totals N_ij − N_i N_j/N, F(k, ν). R: `"Wald"`.
    Wald,
    /// Wald with the denominator's degrees of freedom reduced, F(k, ν−k+1). R: `"adjWald"`.
    AdjustedWald,
}

/// A weighted two-way table with the covariance of its shares.
#[derive(Debug, Clone)]
pub struct TwoWay {
    rows: usize,
    columns: usize,
    shares: Vec<f64>,
    covariance: Matrix,
    /// Covariance of the cell totals, over the square of their sum.
    totals: Matrix,
    base: f64,
    df: f64,
}

/// The parts of a Rao–Scott test.
#[derive(Debug, Clone, PartialEq)]
pub struct RaoScott {
    /// Pearson's X² of the weighted table scaled to n.
    pub x2: f64,
    /// Generalised design effects δ, the eigenvalues of Δ.
    pub effects: Vec<f64>,
    /// d₀ = (Σδ)²/Σδ².
    pub d0: f64,
}

impl TwoWay {
    /// The table of `row` by `column` (numbered from 0; `None` is left out) with the design's
    /// covariance. Empty rows and columns are dropped.
    ///
    /// # Errors
    /// [`Reason::MethodNotApplicable`] with fewer than two rows or columns that hold anyone;
    /// [`Reason::NoDegreesOfFreedom`]; what the estimates give.
    pub fn new(
        precision: &Precision,
        row: &[Option<usize>],
        column: &[Option<usize>],
    ) -> Result<Self, Reason> {
        let sample = precision.design().sample();
        let n = sample.len();
        if row.len() != n || column.len() != n {
            return Err(Reason::LengthMismatch);
        }
        let inside: Vec<bool> =
            (0..n).map(|i| row[i].is_some() && column[i].is_some() && sample.is_active(i)).collect();
        let occurring = |label: &[Option<usize>]| {
            let set: std::collections::BTreeSet<usize> =
                (0..n).filter(|&i| inside[i]).filter_map(|i| label[i]).collect();
            set.into_iter().collect::<Vec<usize>>()
        };
        let (rows, columns) = (occurring(row), occurring(column));
        if rows.len() < 2 || columns.len() < 2 {
            return Err(Reason::MethodNotApplicable);
        }
        let mut statistics = Vec::with_capacity(2 * rows.len() * columns.len());
        let mut totals = Vec::with_capacity(rows.len() * columns.len());
        for r in &rows {
            for c in &columns {
                let holds: Vec<bool> = (0..n).map(|i| row[i] == Some(*r) && column[i] == Some(*c)).collect();
                totals.push(Estimand::total(holds.iter().map(|h| f64::from(u8::from(*h))).collect()));
                statistics.push(Estimand::share(&holds).within(&inside));
            }
        }
        let cells = statistics.len();
        statistics.extend(totals.into_iter().map(|t| t.within(&inside)));
        let estimates = precision.estimate(&statistics)?;
        let sum: f64 = estimates.values[cells..].iter().sum();
        let block = |offset: usize, scale: f64| {
            Matrix::from_fn(cells, cells, |i, j| estimates.covariance[(offset + i, offset + j)] / scale)
        };
        let df = match precision {
            Precision::Linearised(design) => design.df_within(|i| inside[i]),
            Precision::Replicated(replicates) => replicates.df(),
        };
        if df <= 0.0 {
            return Err(Reason::NoDegreesOfFreedom);
        }
        Ok(Self {
            rows: rows.len(),
            columns: columns.len(),
            shares: estimates.values[..cells].to_vec(),
            covariance: block(0, 1.0),
            totals: block(cells, sum * sum),
            base: sample.base(|i| inside[i]) as f64,
            df,
        })
    }

    /// A table known by n, Σw and Σw² of its cells, each answer its own sampling unit drawn with
    /// replacement: V_kl = n/(n−1) Σ w²(1_k − p_k)(1_l − p_l)/(Σw)² on n − 1 degrees of freedom. Of
    /// counts the Rao–Scott F is Pearson's X²(n−1)/n over (r−1)(c−1). R: `svychisq` with `svydesign(ids = ~1, weights = ~w)`.
    ///
    /// # Errors
    /// [`Reason::MethodNotApplicable`] unless rectangular with two rows and two columns at least;
    /// [`Reason::NoBase`] for an empty row or column (drop it first); [`Reason::NoWeight`];
    /// [`Reason::NoDegreesOfFreedom`] with one answer.
    pub fn of_sums(table: &[Vec<Mass>]) -> Result<Self, Reason> {
        let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
        if rows < 2 || columns < 2 || table.iter().any(|row| row.len() != columns) {
            return Err(Reason::MethodNotApplicable);
        }
        let cells: Vec<Mass> = table.iter().flatten().copied().collect();
        let all = cells.iter().fold(Mass::default(), |sum, cell| sum.plus(*cell));
        if all.weight.is_nan() || all.weight <= 0.0 {
            return Err(Reason::NoWeight);
        }
        if all.n < 2 {
            return Err(Reason::NoDegreesOfFreedom);
        }
        let empty = |mut line: Box<dyn Iterator<Item = &Mass> + '_>| line.all(|cell| cell.weight <= 0.0);
        if table.iter().any(|row| empty(Box::new(row.iter())))
            || (0..columns).any(|c| empty(Box::new(table.iter().map(move |row| &row[c]))))
        {
            return Err(Reason::NoBase);
        }
        let n = all.n as f64;
        let scale = n / (n - 1.0) / (all.weight * all.weight);
        let shares: Vec<f64> = cells.iter().map(|cell| cell.weight / all.weight).collect();
        let own = |i: usize, j: usize| if i == j { cells[i].squares } else { 0.0 };
        let covariance = |i: usize, j: usize| {
            let cross = shares[j] * cells[i].squares + shares[i] * cells[j].squares;
            scale * (own(i, j) - cross + shares[i] * shares[j] * all.squares)
        };
        let totals = |i: usize, j: usize| scale * (own(i, j) - cells[i].weight * cells[j].weight / n);
        Ok(Self {
            rows,
            columns,
            covariance: Matrix::from_fn(cells.len(), cells.len(), covariance),
            totals: Matrix::from_fn(cells.len(), cells.len(), totals),
            shares,
            base: n,
            df: n - 1.0,
        })
    }

    /// The same table referred to other degrees of freedom of the design.
    pub fn with_df(self, df: f64) -> Self {
        Self { df, ..self }
    }

    /// Weighted shares, row by row.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// The test by one statistic. R: `svychisq(~row + column, design, statistic)`.
    ///
    /// # Errors
    /// [`Reason::NoDegreesOfFreedom`] when the covariance leaves nothing to compare with, or for the
    /// adjusted Wald when ν < k.
    pub fn test(&self, statistic: Statistic) -> Result<Test, Reason> {
        if matches!(statistic, Statistic::Wald | Statistic::AdjustedWald) {
            return self.wald(statistic == Statistic::AdjustedWald);
        }
        let RaoScott { x2, effects, d0 } = self.rao_scott()?;
        let trace: f64 = effects.iter().sum();
        let k = effects.len() as f64;
        let denominator_df = d0 * self.df;
        let test = match statistic {
            Statistic::ChiSquare => {
                let p_value = gamma::chi_square(x2 * k / trace, k).upper;
                Test { statistic: x2, df: k, denominator_df: f64::INFINITY, p_value }
            }
            Statistic::WeightedSum => {
                let p_value = weighted_chi_square_upper(x2, &effects, denominator_df);
                Test { statistic: x2, df: k, denominator_df, p_value }
            }
            Statistic::Saddlepoint | Statistic::SaddlepointWhole => {
                let whole = statistic == Statistic::SaddlepointWhole;
                let p_value = saddlepoint_upper(x2, &effects, denominator_df, whole);
                Test { statistic: x2, df: k, denominator_df, p_value }
            }
            _ => {
                let f = x2 / trace;
                let p_value = student::f(f, d0, denominator_df).upper;
                Test { statistic: f, df: d0, denominator_df, p_value }
            }
        };
        // Weights so far apart that their squares cannot be written leave no statistic.
        if test.statistic.is_nan() || test.p_value.is_nan() { Err(Reason::NotFinite) } else { Ok(test) }
    }

    /// X², the generalised design effects and d₀.
    ///
    /// Δ = (C'D⁻¹C/n)⁻¹ C'D⁻¹VD⁻¹C with D = diag(p̂) and C the interaction contrasts.
    ///
    /// # Errors
    /// [`Reason::NoDegreesOfFreedom`] when Δ is zero or not defined.
    pub fn rao_scott(&self) -> Result<RaoScott, Reason> {
        let cells = self.shares.len();
        let inverse = |k: usize| {
            if self.shares[k] > 0.0 { 1.0 / self.shares[k] } else { 0.0 }
        };
        let contrasts = self.contrasts();
        let scaled = Matrix::from_fn(cells, contrasts.cols(), |k, a| inverse(k) * contrasts[(k, a)]);
        let simple = contrasts.transpose().times(&scaled);
        let simple = Matrix::from_fn(simple.rows(), simple.cols(), |a, b| simple[(a, b)] / self.base);
        let design = scaled.transpose().times(&self.covariance).times(&scaled);
        let delta = simple.solve(&design).ok_or(Reason::NoDegreesOfFreedom)?;
        let trace = delta.trace();
        let squares = delta.times(&delta).trace();
        if !(trace > 0.0 && squares > 0.0 && trace.is_finite() && squares.is_finite()) {
            return Err(Reason::NoDegreesOfFreedom);
        }
        let effects = generalised_eigenvalues(&simple, &design).ok_or(Reason::NoDegreesOfFreedom)?;
        Ok(RaoScott { x2: self.pearson(), effects, d0: trace * trace / squares })
    }

    fn margins(&self) -> (Vec<f64>, Vec<f64>) {
        let share = |i: usize, j: usize| self.shares[i * self.columns + j];
        let rows = (0..self.rows).map(|i| (0..self.columns).map(|j| share(i, j)).sum()).collect();
        let columns = (0..self.columns).map(|j| (0..self.rows).map(|i| share(i, j)).sum()).collect();
        (rows, columns)
    }

    fn pearson(&self) -> f64 {
        let (rows, columns) = self.margins();
        let term = |k: usize| {
            let expected = rows[k / self.columns] * columns[k % self.columns];
            (self.shares[k] - expected).powi(2) / expected
        };
        self.base * (0..self.shares.len()).map(term).sum::<f64>()
    }

    /// (e_i − e_r) ⊗ (e_j − e_c): a basis of what main effects leave.
    fn contrasts(&self) -> Matrix {
        let (r, c) = (self.rows, self.columns);
        let side = |index: usize, chosen: usize, last: usize| match index {
            _ if index == chosen => 1.0,
            _ if index == last => -1.0,
            _ => 0.0,
        };
        Matrix::from_fn(r * c, (r - 1) * (c - 1), |k, a| {
            side(k / c, a / (c - 1), r - 1) * side(k % c, a % (c - 1), c - 1)
        })
    }

    /// Wald test of N_ij − N_i N_j/N = 0 for all but the last row and column, all over N.
    fn wald(&self, adjusted: bool) -> Result<Test, Reason> {
        let (rows, columns) = self.margins();
        let k = (self.rows - 1) * (self.columns - 1);
        let place = |a: usize| (a / (self.columns - 1), a % (self.columns - 1));
        let gap = Matrix::from_fn(k, 1, |a, _| {
            let (i, j) = place(a);
            self.shares[i * self.columns + j] - rows[i] * columns[j]
        });
        let gradient = Matrix::from_fn(k, self.shares.len(), |a, cell| {
            let (i, j) = place(a);
            let (r, c) = (cell / self.columns, cell % self.columns);
            let one = |b: bool| if b { 1.0 } else { 0.0 };
            one(r == i && c == j) - one(r == i) * columns[j] - one(c == j) * rows[i] + rows[i] * columns[j]
        });
        let covariance = gradient.times(&self.totals).times(&gradient.transpose());
        let solved = covariance.solve(&gap).ok_or(Reason::NoDegreesOfFreedom)?;
        let w = gap.transpose().times(&solved)[(0, 0)];
        let size = k as f64;
        let denominator_df = if adjusted { self.df - size + 1.0 } else { self.df };
        if denominator_df <= 0.0 || !w.is_finite() {
            return Err(Reason::NoDegreesOfFreedom);
        }
        let statistic = if adjusted { w * denominator_df / (size * self.df) } else { w / size };
        let p_value = student::f(statistic, size, denominator_df).upper;
        Ok(Test { statistic, df: size, denominator_df, p_value })
    }
}

/// Eigenvalues of A⁻¹B for A positive definite and B semidefinite, through A's Cholesky factor.
fn generalised_eigenvalues(a: &Matrix, b: &Matrix) -> Option<Vec<f64>> {
    let n = a.rows();
    let mut l = Matrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| l[(i, k)] * l[(j, k)]).sum();
            let rest = a[(i, j)] - known;
            if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                l[(i, i)] = rest.sqrt();
            } else {
                l[(i, j)] = rest / l[(j, j)];
            }
        }
    }
    let half = l.solve(b)?;
    let whole = l.solve(&half.transpose())?;
    let symmetric = Matrix::from_fn(n, n, |i, j| 0.5 * (whole[(i, j)] + whole[(j, i)]));
    Some(symmetric.symmetric_eigenvalues().into_iter().map(|v| v.max(0.0)).collect())
}
