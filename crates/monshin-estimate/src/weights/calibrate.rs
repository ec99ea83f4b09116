//! Calibration: the weights nearest to the old ones that meet totals of any variables
//! (Deville and Särndal 1992).

use super::{WeightingError, check_weights};
use crate::matrix::Matrix;

/// What "nearest" means: the factor g as a function of the linear predictor u = x'λ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distance {
    /// g = 1 + u, cut to `bounds` where given; may be negative without bounds.
    Linear {
        /// Lowest and highest factor.
        bounds: Option<(f64, f64)>,
    },
    /// g = exp(u): raking.
    Exponential,
    /// g between L and U: L(U−1) + U(1−L)e^{Au} over (U−1) + (1−L)e^{Au}, A = (U−L)/((1−L)(U−1)).
    Logit {
        /// L < 1.
        lower: f64,
        /// U > 1.
        upper: f64,
    },
}

impl Distance {
    /// g and its derivative at u.
    fn factor(self, u: f64) -> (f64, f64) {
        match self {
            Self::Linear { bounds: None } => (1.0 + u, 1.0),
            Self::Linear { bounds: Some((lower, upper)) } => {
                let g = 1.0 + u;
                if g < lower {
                    (lower, 0.0)
                } else if g > upper {
                    (upper, 0.0)
                } else {
                    (g, 1.0)
                }
            }
            Self::Exponential => {
                let g = libm::exp(u);
                (g, g)
            }
            Self::Logit { lower, upper } => {
                let a = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
                // Divided through by e^{Au} where that is large.
                let e = libm::exp(-(a * u).abs());
                let (one, ex) = if u > 0.0 { (e, 1.0) } else { (1.0, e) };
                let bottom = (upper - 1.0) * one + (1.0 - lower) * ex;
                let g = (lower * (upper - 1.0) * one + upper * (1.0 - lower) * ex) / bottom;
                (g, (g - lower) * (upper - g) / ((1.0 - lower) * (upper - 1.0)))
            }
        }
    }

    fn is_possible(self) -> bool {
        match self {
            Self::Linear { bounds: Some((lower, upper)) } | Self::Logit { lower, upper } => {
                lower < 1.0 && upper > 1.0 && lower.is_finite() && upper.is_finite()
            }
            _ => true,
        }
    }
}

/// Calibrated weights and how they came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// g: weight after / weight before.
    pub factors: Vec<f64>,
    /// Newton steps made.
    pub rounds: usize,
    /// Largest error of a total left, relative to 1 + |total|.
    pub worst_error: f64,
}

/// Factors g with Σ d g x = T for every variable x, nearest to 1 in the given distance.
///
/// Newton on λ with halved steps where a step does not help. Totals count as met when off by at most
/// 1e-9 · (1 + |T|). Dependent variables (dummies of two margins and an intercept) are no harm as long
/// as their totals agree. R: `calibrate(design, formula, totals, calfun, bounds)`.
///
/// # Errors
/// [`WeightingError::NotConverged`] naming the variable missed most and all those missed,
/// [`WeightingError::Bounds`] for bounds that do not hold 1 between them.
pub fn calibrate(
    weights: &[f64],
    variables: &[Vec<f64>],
    totals: &[f64],
    distance: Distance,
) -> Result<Calibrated, WeightingError> {
    check_weights(weights)?;
    let fits = variables.iter().all(|x| x.len() == weights.len());
    if !fits || variables.len() != totals.len() {
        return Err(WeightingError::Length);
    }
    if let Some(index) = totals.iter().position(|t| !t.is_finite()) {
        return Err(WeightingError::NotUsable { index });
    }
    if !distance.is_possible() {
        return Err(WeightingError::Bounds);
    }
    let problem = Problem::new(weights, variables, totals, distance);
    let mut lambda = vec![0.0; totals.len()];
    let mut current = problem.residuals(&lambda);
    const MAX_ROUNDS: usize = 100;
    for round in 0..MAX_ROUNDS {
        let worst = problem.worst(&current);
        if worst.1 <= 1e-10 {
            let factors = problem.factors(&lambda);
            return Ok(Calibrated { factors, rounds: round, worst_error: worst.1 });
        }
        let step = problem.newton_step(&lambda, &current);
        let before = norm(&current);
        let mut scale = 1.0;
        loop {
            let next: Vec<f64> = lambda.iter().zip(&step).map(|(l, s)| l + scale * s).collect();
            let residuals = problem.residuals(&next);
            if norm(&residuals) < before {
                (lambda, current) = (next, residuals);
                break;
            }
            scale *= 0.5;
            if scale < 1e-10 {
                return problem.finish(&lambda, &current, round);
            }
        }
    }
    problem.finish(&lambda, &current, MAX_ROUNDS)
}

/// The equations, every variable scaled to its total so that the residuals are comparable.
struct Problem<'a> {
    weights: &'a [f64],
    variables: &'a [Vec<f64>],
    totals: &'a [f64],
    scale: Vec<f64>,
    distance: Distance,
}

impl<'a> Problem<'a> {
    fn new(weights: &'a [f64], variables: &'a [Vec<f64>], totals: &'a [f64], distance: Distance) -> Self {
        let scale = totals.iter().map(|t| 1.0 / (1.0 + t.abs())).collect();
        Self { weights, variables, totals, scale, distance }
    }

    fn predictor(&self, lambda: &[f64], i: usize) -> f64 {
        self.variables.iter().zip(lambda).zip(&self.scale).map(|((x, l), s)| x[i] * l * s).sum()
    }

    fn factors(&self, lambda: &[f64]) -> Vec<f64> {
        (0..self.weights.len()).map(|i| self.distance.factor(self.predictor(lambda, i)).0).collect()
    }

    /// (T − Σ d g x), scaled.
    fn residuals(&self, lambda: &[f64]) -> Vec<f64> {
        let g = self.factors(lambda);
        let reached =
            |x: &[f64]| -> f64 { self.weights.iter().zip(&g).zip(x).map(|((d, g), x)| d * g * x).sum() };
        let zipped = self.variables.iter().zip(self.totals).zip(&self.scale);
        zipped.map(|((x, t), s)| (t - reached(x)) * s).collect()
    }

    fn newton_step(&self, lambda: &[f64], residuals: &[f64]) -> Vec<f64> {
        let p = self.totals.len();
        let mut normal = Matrix::zeros(p, p);
        for i in 0..self.weights.len() {
            let slope = self.weights[i] * self.distance.factor(self.predictor(lambda, i)).1;
            if slope == 0.0 {
                continue;
            }
            for a in 0..p {
                let left = slope * self.variables[a][i] * self.scale[a];
                for b in 0..p {
                    normal[(a, b)] += left * self.variables[b][i] * self.scale[b];
                }
            }
        }
        normal.solve_semidefinite(residuals)
    }

    fn worst(&self, residuals: &[f64]) -> (usize, f64) {
        let start = (0, 0.0);
        let larger = |best: (usize, f64), (k, r): (usize, &f64)| {
            if r.abs() > best.1 || r.is_nan() { (k, r.abs()) } else { best }
        };
        residuals.iter().enumerate().fold(start, larger)
    }

    fn finish(&self, lambda: &[f64], residuals: &[f64], rounds: usize) -> Result<Calibrated, WeightingError> {
        let (margin, error) = self.worst(residuals);
        if error <= 1e-9 {
            return Ok(Calibrated { factors: self.factors(lambda), rounds, worst_error: error });
        }
        let clashing = (0..residuals.len()).filter(|&k| residuals[k].abs() > 1e-9).collect();
        Err(WeightingError::NotConverged { rounds, margin, level: 0, error, clashing })
    }
}

/// Largest residual; infinite where one is no number, so that the step is halved.
fn norm(residuals: &[f64]) -> f64 {
    let sum: f64 = residuals.iter().map(|r| r * r).sum();
    if sum.is_nan() { f64::INFINITY } else { sum }
}
