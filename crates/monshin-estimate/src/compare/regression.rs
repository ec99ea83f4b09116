//! Regression under a design, and the rank test that is one.

use super::Test;
use crate::design::Design;
use crate::estimate::Reason;
use crate::matrix::Matrix;
use crate::special::student;

/// Fitted coefficients with their design-based covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// One coefficient per variable, in the order given.
    pub coefficients: Vec<f64>,
    /// Their covariance by linearisation.
    pub covariance: Matrix,
    /// Design df + 1 − number of coefficients. R: `df.residual`.
    pub df: f64,
}

impl Regression {
    /// Standard error of a coefficient.
    pub fn se(&self, index: usize) -> f64 {
        self.covariance[(index, index)].max(0.0).sqrt()
    }

    /// t test of one coefficient against 0.
    ///
    /// # Errors
    /// [`Reason::NoDegreesOfFreedom`] when df ≤ 0 or the standard error is 0.
    pub fn test(&self, index: usize) -> Result<Test, Reason> {
        let se = self.se(index);
        if self.df <= 0.0 || se <= 0.0 {
            return Err(Reason::NoDegreesOfFreedom);
        }
        let statistic = self.coefficients[index] / se;
        let p_value = student::t_two_sided(statistic, self.df);
        Ok(Test { statistic, df: self.df, denominator_df: f64::INFINITY, p_value })
    }
}

/// Weighted least squares of y on the variables (give an intercept as a variable of ones), over the
/// rows `inside`. R: `svyglm(y ~ x, design)`.
///
/// # Errors
/// [`Reason::NotConverged`] when the variables are dependent; what the covariance gives.
pub fn linear_regression(
    design: &Design,
    y: &[f64],
    variables: &[Vec<f64>],
    inside: &[bool],
) -> Result<Regression, Reason> {
    let fit = Fit::new(design, y, variables, inside)?;
    let (bread, score) = fit.normal(|_| 1.0, |i| fit.y[i]);
    let right = Matrix::from_fn(score.len(), 1, |a, _| score[a]);
    let beta = bread.solve(&right).ok_or(Reason::NotConverged)?;
    let coefficients: Vec<f64> = (0..score.len()).map(|a| beta[(a, 0)]).collect();
    let residual = |i: usize| fit.y[i] - fit.predictor(&coefficients, i);
    fit.finish(&coefficients, &bread, residual)
}

/// Logistic regression of a 0/1 (or share) y, by iteratively reweighted least squares, over the rows
/// `inside`. R: `svyglm(y ~ x, design, family = quasibinomial)`.
///
/// # Errors
/// [`Reason::NotConverged`] when the variables are dependent or separate the answers perfectly.
pub fn logistic_regression(
    design: &Design,
    y: &[f64],
    variables: &[Vec<f64>],
    inside: &[bool],
) -> Result<Regression, Reason> {
    logistic_regression_to(design, y, variables, inside, 0.0)
}

/// [`logistic_regression`] stopped when the deviance changes by less than `tolerance`, relative to
/// itself (0: when the coefficients stand still), with the covariance from the working weights of the
/// last step. R's `glm` stops at 1e-8, which leaves its standard errors right to five or six digits.
///
/// # Errors
/// As [`logistic_regression`].
pub fn logistic_regression_to(
    design: &Design,
    y: &[f64],
    variables: &[Vec<f64>],
    inside: &[bool],
    tolerance: f64,
) -> Result<Regression, Reason> {
    let fit = Fit::new(design, y, variables, inside)?;
    // Each answer drawn towards one half by one observation of average weight starts the weights.
    let average = fit.average_weight();
    let start = |i: usize| {
        let w = design.sample().weights()[i] / average;
        (w * fit.y[i] + 0.5) / (w + 1.0)
    };
    let mut linear: Vec<f64> = vec![0.0; y.len()];
    fit.rows.iter().for_each(|&i| linear[i] = libm::log(start(i) / (1.0 - start(i))));
    let mut deviance = fit.deviance(&linear);
    let mut beta = vec![0.0; variables.len()];
    for _ in 0..100 {
        let mean = |i: usize| expit(linear[i]);
        let slope = |i: usize| mean(i) * (1.0 - mean(i));
        // Weighted least squares of the working response, linear + (y − mean)/slope.
        let (bread, score) = fit.normal(slope, |i| slope(i) * linear[i] + fit.y[i] - mean(i));
        let right = Matrix::from_fn(score.len(), 1, |a, _| score[a]);
        let solved = bread.solve(&right).ok_or(Reason::NotConverged)?;
        let next: Vec<f64> = (0..score.len()).map(|a| solved[(a, 0)]).collect();
        if next.iter().any(|b| !b.is_finite()) {
            return Err(Reason::NotConverged);
        }
        let moved = next.iter().zip(&beta).map(|(n, b)| (n - b).abs()).fold(0.0, f64::max);
        let largest = next.iter().fold(1.0_f64, |m, b| m.max(b.abs()));
        beta = next;
        let worked: Vec<f64> = linear.iter().map(|u| expit(*u) * (1.0 - expit(*u))).collect();
        fit.rows.iter().for_each(|&i| linear[i] = fit.predictor(&beta, i));
        let now = fit.deviance(&linear);
        let settled = (now - deviance).abs() < tolerance * (now.abs() + 0.1);
        deviance = now;
        if settled || moved <= 1e-12 * largest {
            // Working residual times working weight; their slopes cancel when nothing moves any more.
            let residual = |i: usize| {
                let mean = expit(linear[i]);
                let slope = mean * (1.0 - mean);
                if slope > 0.0 { (fit.y[i] - mean) * worked[i] / slope } else { 0.0 }
            };
            return fit.finish(&beta, &bread, residual);
        }
    }
    Err(Reason::NotConverged)
}

fn expit(u: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-u))
}

/// The rank that tied values share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// The middle of their weight: the estimated mid-distribution function.
    #[default]
    Middle,
    /// The unweighted mean of the rows' own middles, which depends on the order of the rows when
    /// weights differ. What R does; for comparison.
    MeanOfRows,
}

/// Does y tend to be larger in one of two groups? The design-based Wilcoxon test (Lumley and Scott
/// 2013): y is replaced by its estimated mid-rank in the population, in (0, 1), and the ranks of the
/// groups are compared. Returns the difference in mean rank (group minus the rest) and its t test on
/// design df − 1. R: `svyranktest(y ~ group, design)`.
///
/// # Errors
/// As [`linear_regression`]; [`Reason::NoBase`] without rows inside.
pub fn rank_test(
    design: &Design,
    y: &[f64],
    group: &[bool],
    inside: &[bool],
    ties: Ties,
) -> Result<(f64, Test), Reason> {
    let sample = design.sample();
    if y.len() != sample.len() || group.len() != sample.len() || inside.len() != sample.len() {
        return Err(Reason::LengthMismatch);
    }
    let mut order: Vec<usize> = (0..y.len()).filter(|&i| inside[i] && sample.is_active(i)).collect();
    order.sort_by(|&a, &b| y[a].total_cmp(&y[b]));
    let total: f64 = order.iter().map(|&i| sample.weights()[i]).sum();
    if total <= 0.0 {
        return Err(Reason::NoBase);
    }
    let mut rank = vec![0.0; y.len()];
    let mut below = 0.0;
    for tied in order.chunk_by(|&a, &b| y[a] == y[b]) {
        let start = below;
        let mut middles = 0.0;
        for &i in tied {
            let w = sample.weights()[i];
            middles += below + 0.5 * w;
            below += w;
        }
        let shared = match ties {
            Ties::Middle => start + 0.5 * (below - start),
            Ties::MeanOfRows => middles / tied.len() as f64,
        };
        tied.iter().for_each(|&i| rank[i] = shared / total);
    }
    let indicator = group.iter().map(|g| if *g { 1.0 } else { 0.0 }).collect();
    let fit = linear_regression(design, &rank, &[vec![1.0; y.len()], indicator], inside)?;
    Ok((fit.coefficients[1], fit.test(1)?))
}

struct Fit<'a> {
    design: &'a Design,
    y: &'a [f64],
    variables: &'a [Vec<f64>],
    rows: Vec<usize>,
    inside: &'a [bool],
}

impl<'a> Fit<'a> {
    fn new(
        design: &'a Design,
        y: &'a [f64],
        variables: &'a [Vec<f64>],
        inside: &'a [bool],
    ) -> Result<Self, Reason> {
        let n = design.sample().len();
        if y.len() != n || inside.len() != n || variables.iter().any(|x| x.len() != n) {
            return Err(Reason::LengthMismatch);
        }
        let rows: Vec<usize> = (0..n).filter(|&i| inside[i] && design.sample().is_active(i)).collect();
        if rows.is_empty() {
            return Err(Reason::NoBase);
        }
        let finite = |i: &usize| y[*i].is_finite() && variables.iter().all(|x| x[*i].is_finite());
        if !rows.iter().all(finite) {
            return Err(Reason::NotFinite);
        }
        Ok(Self { design, y, variables, rows, inside })
    }

    fn predictor(&self, beta: &[f64], i: usize) -> f64 {
        self.variables.iter().zip(beta).map(|(x, b)| x[i] * b).sum()
    }

    fn average_weight(&self) -> f64 {
        let sum: f64 = self.rows.iter().map(|&i| self.design.sample().weights()[i]).sum();
        sum / self.rows.len() as f64
    }

    /// −2 Σ w [y ln μ + (1 − y) ln(1 − μ)], for average weight 1.
    fn deviance(&self, linear: &[f64]) -> f64 {
        let term = |&i: &usize| {
            let (up, down) = (libm::log1p(libm::exp(-linear[i])), libm::log1p(libm::exp(linear[i])));
            self.design.sample().weights()[i] * (self.y[i] * up + (1.0 - self.y[i]) * down)
        };
        2.0 * self.rows.iter().map(term).sum::<f64>() / self.average_weight()
    }

    /// Σ w slope x x' and Σ w target x.
    fn normal(&self, slope: impl Fn(usize) -> f64, target: impl Fn(usize) -> f64) -> (Matrix, Vec<f64>) {
        let p = self.variables.len();
        let (mut bread, mut score) = (Matrix::zeros(p, p), vec![0.0; p]);
        for &i in &self.rows {
            let w = self.design.sample().weights()[i];
            let (s, t) = (w * slope(i), w * target(i));
            for a in 0..p {
                score[a] += t * self.variables[a][i];
                for b in 0..p {
                    bread[(a, b)] += s * self.variables[a][i] * self.variables[b][i];
                }
            }
        }
        (bread, score)
    }

    /// Influence of row i on the coefficients: bread⁻¹ x_i residual_i.
    fn finish(
        &self,
        beta: &[f64],
        bread: &Matrix,
        residual: impl Fn(usize) -> f64,
    ) -> Result<Regression, Reason> {
        let p = beta.len();
        let identity = Matrix::from_fn(p, p, |a, b| if a == b { 1.0 } else { 0.0 });
        let inverse = bread.solve(&identity).ok_or(Reason::NotConverged)?;
        let mut influences = vec![vec![0.0; self.y.len()]; p];
        for &i in &self.rows {
            let r = residual(i);
            for a in 0..p {
                influences[a][i] = (0..p).map(|b| inverse[(a, b)] * self.variables[b][i]).sum::<f64>() * r;
            }
        }
        let covariance = self.design.covariance(&influences)?;
        let df = self.design.df_within(|i| self.inside[i]) + 1.0 - p as f64;
        Ok(Regression { coefficients: beta.to_vec(), covariance, df })
    }
}
