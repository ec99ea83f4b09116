//! Replicate weights: jackknife, balanced half-samples, bootstrap.

use crate::bootstrap::Bootstrap;
use crate::design::Design;
use crate::estimate::Reason;
use crate::matrix::Matrix;
use std::collections::BTreeMap;

/// Replicates of a design: a multiplier of each row's weight per replicate, and how the spread of the
/// replicate estimates becomes a variance, V = scale · Σ_r rscale_r (θ_r − centre)².
#[derive(Debug, Clone)]
pub struct Replicates {
    design: Design,
    multipliers: Vec<Vec<f64>>,
    scale: f64,
    rscales: Vec<f64>,
    df: f64,
    centre: Centre,
}

/// What the replicate estimates are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Centre {
    /// Their own mean (R: `mse = FALSE`).
    #[default]
    Mean,
    /// The full-sample estimate (R: `mse = TRUE`).
    FullSample,
}

impl Replicates {
    /// Replicates given from outside.
    ///
    /// # Errors
    /// [`Reason::LengthMismatch`] when a replicate has another length than the sample or `rscales`
    /// than the replicates; [`Reason::NoDegreesOfFreedom`] with fewer than two replicates.
    pub fn given(
        design: Design,
        multipliers: Vec<Vec<f64>>,
        scale: f64,
        rscales: Vec<f64>,
        df: f64,
    ) -> Result<Self, Reason> {
        let n = design.sample().len();
        if multipliers.iter().any(|m| m.len() != n) || rscales.len() != multipliers.len() {
            return Err(Reason::LengthMismatch);
        }
        if multipliers.len() < 2 {
            return Err(Reason::NoDegreesOfFreedom);
        }
        Ok(Self { design, multipliers, scale, rscales, df, centre: Centre::Mean })
    }

    /// Delete-one jackknife of an unstratified design: drop unit j, multiply the others by n/(n−1).
    /// Scale (1−f)(n−1)/n; df = n − 1. R: `as.svrepdesign(design, type = "JK1")`.
    ///
    /// # Errors
    /// [`Reason::NoDegreesOfFreedom`] with fewer than two units, [`Reason::MethodNotApplicable`] for
    /// a stratified design.
    pub fn jackknife(design: Design) -> Result<Self, Reason> {
        let units = Units::of(&design)?;
        if units.strata.len() != 1 {
            return Err(Reason::MethodNotApplicable);
        }
        let n = units.strata[0].len() as f64;
        let scale = (1.0 - design.first_fractions()[0]) * (n - 1.0) / n;
        let multipliers = delete_one(&units, design.sample().len());
        let rscales = vec![1.0; multipliers.len()];
        Self::given(design, multipliers, scale, rscales, n - 1.0)
    }

    /// Stratified delete-one jackknife: drop one unit, multiply the others of its stratum by
    /// n_h/(n_h−1). rscale (1−f_h)(n_h−1)/n_h; df = units − strata. R: `type = "JKn"`.
    ///
    /// # Errors
    /// [`Reason::LonelyStratum`] when a stratum holds a single unit.
    pub fn jackknife_stratified(design: Design) -> Result<Self, Reason> {
        let units = Units::of(&design)?;
        if units.strata.iter().any(|s| s.len() < 2) {
            return Err(Reason::LonelyStratum);
        }
        let multipliers = delete_one(&units, design.sample().len());
        let mut rscales = Vec::with_capacity(multipliers.len());
        for (h, members) in units.strata.iter().enumerate() {
            let n = members.len() as f64;
            let f = design.first_fractions()[h];
            rscales.extend(members.iter().map(|_| (1.0 - f) * (n - 1.0) / n));
        }
        let df = multipliers.len() as f64 - units.strata.len() as f64;
        Self::given(design, multipliers, 1.0, rscales, df)
    }

    /// Balanced half-samples with Fay's factor ρ in [0, 1): in each replicate one unit of every pair
    /// gets 2 − ρ, the other ρ. Scale 1/(R(1−ρ)²); df = number of strata.
    /// R: `type = "BRR"` (ρ = 0), `type = "Fay", fay.rho`.
    ///
    /// R is the smallest multiple of 4 above the number of strata for which a Hadamard matrix is
    /// built here (powers of two and Paley's for primes); any of them gives full balance.
    ///
    /// # Errors
    /// [`Reason::MethodNotApplicable`] unless every stratum holds exactly two units;
    /// [`Reason::OutOfRange`] for another ρ.
    pub fn half_samples(design: Design, fay: f64) -> Result<Self, Reason> {
        if !(0.0..1.0).contains(&fay) {
            return Err(Reason::OutOfRange);
        }
        let units = Units::of(&design)?;
        if units.strata.iter().any(|s| s.len() != 2) {
            return Err(Reason::MethodNotApplicable);
        }
        let signs = hadamard(units.strata.len() + 1);
        let size = signs.len();
        let n = design.sample().len();
        let mut multipliers = vec![vec![1.0; n]; size];
        for (multiplier, sign) in multipliers.iter_mut().zip(&signs) {
            for (h, members) in units.strata.iter().enumerate() {
                let first = if sign[h + 1] { 2.0 - fay } else { fay };
                for (rows, factor) in members.iter().zip([first, 2.0 - first]) {
                    rows.iter().for_each(|&row| multiplier[row] = factor);
                }
            }
        }
        let df = units.strata.len() as f64;
        let scale = 1.0 / (size as f64 * (1.0 - fay) * (1.0 - fay));
        Self::given(design, multipliers, scale, vec![1.0; size], df)
    }

    /// Rescaled bootstrap (Rao and Wu 1988) with n_h − 1 of n_h units drawn with replacement, each
    /// draw counting n_h/(n_h−1). Scale 1/(R−1); df = R − 1. R: `type = "subbootstrap"`.
    ///
    /// The draws are those of [`Bootstrap`], which also works on cells of equal weight and adds up whole
    /// tables at once.
    ///
    /// # Errors
    /// As [`Bootstrap::new`], and [`Reason::NoDegreesOfFreedom`] for fewer than two replicates.
    pub fn bootstrap(design: Design, replicates: usize, seed: u64) -> Result<Self, Reason> {
        let bootstrap = Bootstrap::new(&design, seed)?;
        let multipliers = (0..replicates).map(|r| bootstrap.multipliers(r)).collect();
        let r = replicates as f64;
        Self::given(design, multipliers, 1.0 / (r - 1.0), vec![1.0; replicates], r - 1.0)
    }

    /// The same replicates compared with `centre`.
    pub fn centred(mut self, centre: Centre) -> Self {
        self.centre = centre;
        self
    }

    /// The same replicates with every replicate's weights adjusted again, as the full sample's were:
    /// `adjust` gets weights and returns adjusted weights.
    ///
    /// # Errors
    /// What `adjust` returns, and weights that do not fit the design.
    pub fn adjusted(self, adjust: impl Fn(&[f64]) -> Result<Vec<f64>, Reason>) -> Result<Self, Reason> {
        let old = self.design.sample().weights();
        let full = adjust(old)?;
        let ratio = |new: f64, base: f64| if base > 0.0 { new / base } else { 0.0 };
        let factors: Vec<f64> = full.iter().zip(old).map(|(new, w)| ratio(*new, *w)).collect();
        let mut multipliers = Vec::with_capacity(self.multipliers.len());
        for multiplier in &self.multipliers {
            let weights: Vec<f64> = multiplier.iter().zip(old).map(|(m, w)| m * w).collect();
            let again = adjust(&weights)?;
            multipliers.push(again.iter().zip(&full).map(|(a, f)| ratio(*a, *f)).collect());
        }
        let design = self.design.reweighted(&factors, None).map_err(|_| Reason::NotFinite)?;
        Ok(Self { design, multipliers, ..self })
    }

    /// The design the replicates are made from.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Number of replicates.
    pub fn len(&self) -> usize {
        self.multipliers.len()
    }

    /// Never true: fewer than two replicates are refused.
    pub fn is_empty(&self) -> bool {
        self.multipliers.is_empty()
    }

    /// Common factor of the variance.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Degrees of freedom.
    pub fn df(&self) -> f64 {
        self.df
    }

    /// Covariance of statistics given as functions of the weights: `value(i, weights)` is the i-th.
    /// R: `withReplicates`.
    ///
    /// # Errors
    /// The first reason for which a replicate has no estimate.
    pub fn covariance(
        &self,
        full: &[f64],
        value: impl Fn(usize, &[f64]) -> Result<f64, Reason>,
    ) -> Result<Matrix, Reason> {
        let k = full.len();
        let base = self.design.sample().weights();
        let mut estimates = Vec::with_capacity(self.multipliers.len());
        for multiplier in &self.multipliers {
            let weights: Vec<f64> = multiplier.iter().zip(base).map(|(m, w)| m * w).collect();
            estimates.push((0..k).map(|i| value(i, &weights)).collect::<Result<Vec<_>, _>>()?);
        }
        let mean = |i: usize| estimates.iter().map(|e| e[i]).sum::<f64>() / estimates.len() as f64;
        let centre: Vec<f64> = match self.centre {
            Centre::Mean => (0..k).map(mean).collect(),
            Centre::FullSample => full.to_vec(),
        };
        Ok(Matrix::from_fn(k, k, |i, j| {
            let product = |(e, s): (&Vec<f64>, &f64)| s * (e[i] - centre[i]) * (e[j] - centre[j]);
            self.scale * estimates.iter().zip(&self.rscales).map(product).sum::<f64>()
        }))
    }
}

/// Rows of each first-stage unit, by stratum.
struct Units {
    strata: Vec<Vec<Vec<usize>>>,
}

impl Units {
    fn of(design: &Design) -> Result<Self, Reason> {
        let sample = design.sample();
        let units = design.first_units();
        if units.is_none() && (0..sample.len()).any(|row| sample.count(row) != 1.0) {
            // A cell of many units cannot lose one of them by a multiplier.
            return Err(Reason::MethodNotApplicable);
        }
        let mut grouped: BTreeMap<usize, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
        for (row, &stratum) in design.first_strata().iter().enumerate() {
            let unit = units.map_or(row, |u| u[row]);
            grouped.entry(stratum).or_default().entry(unit).or_default().push(row);
        }
        Ok(Self { strata: grouped.into_values().map(|s| s.into_values().collect()).collect() })
    }
}

fn delete_one(units: &Units, rows: usize) -> Vec<Vec<f64>> {
    let mut multipliers = Vec::new();
    for members in &units.strata {
        let n = members.len() as f64;
        for dropped in 0..members.len() {
            let mut multiplier = vec![1.0; rows];
            for (unit, its_rows) in members.iter().enumerate() {
                let value = if unit == dropped { 0.0 } else { n / (n - 1.0) };
                its_rows.iter().for_each(|&row| multiplier[row] = value);
            }
            multipliers.push(multiplier);
        }
    }
    multipliers
}

/// Rows of signs of a Hadamard matrix with at least `size` columns; the first column is all true.
fn hadamard(size: usize) -> Vec<Vec<bool>> {
    let mut order = 4 * size.div_ceil(4);
    loop {
        if let Some(matrix) = hadamard_of(order) {
            return matrix;
        }
        order += 4;
    }
}

/// Sylvester's doubling of Paley's construction, where one applies.
fn hadamard_of(order: usize) -> Option<Vec<Vec<bool>>> {
    if order == 1 {
        return Some(vec![vec![true]]);
    }
    if let Some(paley) = paley(order) {
        return Some(paley);
    }
    if order % 2 == 1 {
        return None;
    }
    let half = hadamard_of(order / 2)?;
    let doubled = |flip: bool| {
        half.iter().map(move |row| {
            row.iter().copied().chain(row.iter().map(move |v| v ^ flip)).collect::<Vec<bool>>()
        })
    };
    Some(doubled(false).chain(doubled(true)).collect())
}

/// Paley's matrix of order q + 1 for a prime q ≡ 3 mod 4, first row and column all true.
fn paley(order: usize) -> Option<Vec<Vec<bool>>> {
    let q = order.checked_sub(1)?;
    let is_prime = q > 2 && (2..q).take_while(|d| d * d <= q).all(|d| q % d != 0);
    if !is_prime || q % 4 != 3 {
        return None;
    }
    let mut square = vec![false; q];
    (1..q).for_each(|x| square[x * x % q] = true);
    let entry = |i: usize, j: usize| match (i, j) {
        (0, _) | (_, 0) => true,
        _ => i != j && square[(i + q - j) % q],
    };
    Some((0..order).map(|i| (0..order).map(|j| entry(i, j)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Lonely, Sample, Stage};
    use crate::precision::Precision;
    use crate::statistic::Statistic;

    #[test]
    fn hadamard_columns_are_orthogonal() {
        for size in [2, 3, 5, 9, 12, 13, 20, 29, 33] {
            let matrix = hadamard(size);
            for a in 0..size {
                for b in 0..a {
                    let equal = matrix.iter().filter(|row| row[a] == row[b]).count();
                    assert_eq!(2 * equal, matrix.len(), "columns {a} and {b} of {}", matrix.len());
                }
            }
        }
    }

    fn pairs() -> Design {
        let sample = Sample::rows(&[1.0, 2.0, 1.5, 1.0, 3.0, 2.0]).expect("weights");
        let stage = Stage { strata: Some(vec![0, 0, 1, 1, 2, 2]), ..Stage::default() };
        Design::new(sample, &[stage], Lonely::Fail).expect("a design")
    }

    #[test]
    fn for_totals_every_replicate_method_gives_the_linear_variance() {
        let total = [Statistic::total(vec![1.0, 4.0, 2.0, 8.0, 5.0, 7.0])];
        let of = |p: Precision| p.estimate(&total).expect("a total").covariance[(0, 0)];
        let linear = of(Precision::Linearised(pairs()));
        let brr = of(Precision::Replicated(Replicates::half_samples(pairs(), 0.0).expect("pairs")));
        let fay = of(Precision::Replicated(Replicates::half_samples(pairs(), 0.3).expect("pairs")));
        let jkn = of(Precision::Replicated(Replicates::jackknife_stratified(pairs()).expect("pairs")));
        for v in [brr, fay, jkn] {
            assert!((v / linear - 1.0).abs() < 1e-12);
        }
        let boot = Replicates::bootstrap(pairs(), 20_000, 7).expect("pairs");
        assert!((of(Precision::Replicated(boot)) / linear - 1.0).abs() < 0.05);
    }

    #[test]
    fn the_bootstrap_is_the_same_for_the_same_seed() {
        let draw = |seed| Replicates::bootstrap(pairs(), 5, seed).expect("pairs").multipliers;
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
