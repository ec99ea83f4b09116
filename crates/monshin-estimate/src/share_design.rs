//! Intervals of a share under a design, and which one is printed when.

use crate::estimate::{Estimate, Interval, IntervalMethod, Reason};
use crate::precision::Precision;
use crate::share::{clopper_pearson, hypergeometric_exact, is_level, wilson_real};
use crate::special::{gamma, student};
use crate::statistic::Statistic;

/// What is known of an estimated share when its interval is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharePrecision {
    /// The share p, in [0, 1].
    pub share: f64,
    /// Its estimated variance V.
    pub variance: f64,
    /// Degrees of freedom of V; [`f64::INFINITY`] for the normal.
    pub df: f64,
    /// Observations n: for the Korn–Graubard t ratio, t(n−1)/t(df), and for its cap.
    pub observations: u64,
    /// Kish's effective size of the base, n/deff_Kish: stands in for n* where p is 0 or 1.
    pub kish_size: f64,
    /// Largest effective size Korn–Graubard may use: n, or ∞ for R's uncapped form.
    pub size_cap: f64,
}

impl SharePrecision {
    /// Effective size n* = p(1−p)/V; Kish's size where p is 0 or 1.
    pub fn effective_size(&self) -> f64 {
        let spread = self.share * (1.0 - self.share);
        if spread > 0.0 && self.variance > 0.0 { spread / self.variance } else { self.kish_size }
    }

    /// The interval by one method, with q = 1 − α/2, t = t(q, df) and n* = p(1−p)/V:
    ///
    /// * `Wilson`: the score interval with n* and t;
    /// * `Logit`: expit(logit p ± t √V/(p(1−p))); `Arcsine`: sin²(asin √p ± t √V/(2√(p(1−p))));
    /// * `Wald`: p ± t √V, not cut to [0, 1];
    /// * `KornGraubard`: Clopper–Pearson on n_a = n* (t(q, n−1)/t(q, df))², at most `size_cap`;
    /// * `Likelihood`: where 2n* [p ln(p/π) + (1−p) ln((1−p)/(1−π))] = t².
    ///
    /// At p = 0 or 1 the variance vanishes: Wilson and Korn–Graubard then use Kish's size without a t
    /// ratio, the others are Korn–Graubard's. V = 0 with p inside (everyone answered) gives [p, p],
    /// method `census`. R: `svyciprop(method = "wilson" | "xlogit" | "asin" | "mean" | "beta" | "likelihood")`.
    ///
    /// # Errors
    /// [`Reason::BadLevel`]; [`Reason::NoDegreesOfFreedom`] for df ≤ 0; [`Reason::OutOfRange`] for a
    /// share outside [0, 1]; [`Reason::NotFinite`] for a variance that is no number; [`Reason::MethodNotApplicable`] for methods that need counts.
    pub fn interval(&self, level: f64, method: IntervalMethod) -> Result<Interval, Reason> {
        if !is_level(level) {
            return Err(Reason::BadLevel);
        }
        if !(0.0..=1.0).contains(&self.share) {
            return Err(Reason::OutOfRange);
        }
        if !self.variance.is_finite() || self.size_cap.is_nan() {
            return Err(Reason::NotFinite);
        }
        if self.df.is_nan() || self.df <= 0.0 {
            return Err(Reason::NoDegreesOfFreedom);
        }
        let p = self.share;
        let (lower, upper, method) = if p == 0.0 || p == 1.0 {
            self.at_the_edge(level, method)?
        } else if self.variance <= 0.0 {
            (p, p, IntervalMethod::Census)
        } else {
            let (lower, upper) = self.inside(level, method)?;
            (lower, upper, method)
        };
        if lower.is_nan() || upper.is_nan() {
            return Err(Reason::NotFinite);
        }
        Ok(Interval { lower, upper, level, method, df: self.df })
    }

    fn at_the_edge(&self, level: f64, method: IntervalMethod) -> Result<(f64, f64, IntervalMethod), Reason> {
        let n = self.kish_size;
        if !n.is_finite() || n <= 0.0 {
            return Err(Reason::NoWeight);
        }
        if method == IntervalMethod::Wilson {
            let t = student::t_quantile(0.5 * (1.0 + level), self.df);
            let (lower, upper) = wilson_real(self.share, n, t);
            return Ok((lower, upper, method));
        }
        let (lower, upper) = clopper_pearson(self.share * n, n, level);
        Ok((lower, upper, IntervalMethod::KornGraubard))
    }

    fn inside(&self, level: f64, method: IntervalMethod) -> Result<(f64, f64), Reason> {
        let (p, q) = (self.share, 1.0 - self.share);
        let t = student::t_quantile(0.5 * (1.0 + level), self.df);
        let se = self.variance.sqrt();
        Ok(match method {
            IntervalMethod::Wilson => wilson_real(p, self.effective_size(), t),
            IntervalMethod::Wald => (p - t * se, p + t * se),
            IntervalMethod::Logit => {
                let (centre, half) = (libm::log(p / q), t * se / (p * q));
                let expit = |u: f64| 1.0 / (1.0 + libm::exp(-u));
                (expit(centre - half), expit(centre + half))
            }
            IntervalMethod::Arcsine => {
                let (centre, half) = (libm::asin(p.sqrt()), 0.5 * t * se / (p * q).sqrt());
                let square = |angle: f64| libm::sin(angle.clamp(0.0, std::f64::consts::FRAC_PI_2)).powi(2);
                (square(centre - half), square(centre + half))
            }
            IntervalMethod::KornGraubard => {
                let size = self.korn_graubard_size(level);
                clopper_pearson(p * size, size, level)
            }
            IntervalMethod::Likelihood => self.likelihood(t),
            _ => return Err(Reason::MethodNotApplicable),
        })
    }

    /// The arcsine interval with ends beyond 0 and 1 reflected, as R prints it: a lower end of 0.0003
    /// where the truth is 0. For comparison; [`Self::interval`] stops at 0 and 1.
    ///
    /// # Errors
    /// As [`Self::interval`].
    pub fn arcsine_reflected(&self, level: f64) -> Result<Interval, Reason> {
        let plain = self.interval(level, IntervalMethod::Arcsine)?;
        let (p, q) = (self.share, 1.0 - self.share);
        if plain.method != IntervalMethod::Arcsine {
            return Ok(plain);
        }
        let t = student::t_quantile(0.5 * (1.0 + level), self.df);
        let (centre, half) = (libm::asin(p.sqrt()), 0.5 * t * (self.variance / (p * q)).sqrt());
        let square = |angle: f64| libm::sin(angle).powi(2);
        let (lower, upper) = (square(centre - half), square(centre + half));
        if lower.is_nan() || upper.is_nan() {
            return Err(Reason::NotFinite);
        }
        Ok(Interval { lower, upper, ..plain })
    }

    /// n* (t(q, n−1)/t(q, df))², at most the cap.
    pub fn korn_graubard_size(&self, level: f64) -> f64 {
        let quantile = |df: f64| student::t_quantile(0.5 * (1.0 + level), df);
        let simple = (self.observations as f64 - 1.0).max(1.0);
        let ratio = quantile(simple) / quantile(self.df);
        (self.effective_size() * ratio * ratio).min(self.size_cap)
    }

    fn likelihood(&self, t: f64) -> (f64, f64) {
        let (p, q) = (self.share, 1.0 - self.share);
        let size = self.effective_size();
        let beyond = |u: f64| {
            let pi = 1.0 / (1.0 + libm::exp(-u));
            let co = 1.0 / (1.0 + libm::exp(u));
            2.0 * size * (p * libm::log(p / pi) + q * libm::log(q / co)) > t * t
        };
        let centre = libm::log(p / q);
        let end = |direction: f64| {
            let (mut near, mut far) = (0.0, 1.0);
            while !beyond(centre + direction * far) && far < 700.0 {
                far *= 2.0;
            }
            for _ in 0..200 {
                let middle = 0.5 * (near + far);
                if middle <= near || middle >= far {
                    break;
                }
                if beyond(centre + direction * middle) { far = middle } else { near = middle }
            }
            1.0 / (1.0 + libm::exp(-(centre + direction * near)))
        };
        (end(-1.0), end(1.0))
    }
}

/// Which interval a share gets when the author asks for none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Situation {
    /// Equal weights, no clusters: x of n answered, of N in the population where that is known.
    Counts {
        /// Answers that count.
        count: u64,
        /// Answers.
        base: u64,
        /// Units in the population, where known.
        population: Option<u64>,
    },
    /// Unequal weights or clusters.
    Design(SharePrecision),
}

/// The printed interval's method.
///
/// | situation | method |
/// |---|---|
/// | fewer than 5 answered | none: print x/n in words |
/// | equal weights, all of the population answered | census |
/// | equal weights, n < 30 or min(x, n−x) < 5 | Clopper–Pearson; hypergeometric when more than 5 % of a known N answered |
/// | equal weights otherwise | Wilson |
/// | unequal weights or clusters, min(n*p, n*(1−p)) < 10, or p = 0 or 1 | Korn–Graubard |
/// | unequal weights or clusters otherwise | Wilson on n* |
///
/// Wilson covers best on average of the intervals that stay inside [0, 1] (Franco et al. 2019); with
/// few answers the exact tails are worth their length.
pub fn default_method(situation: &Situation) -> IntervalMethod {
    match *situation {
        Situation::Counts { base, .. } if base < 5 => IntervalMethod::None,
        Situation::Counts { base, population: Some(all), .. } if base == all => IntervalMethod::Census,
        Situation::Counts { count, base, population } => {
            let few = base < 30 || count.min(base.saturating_sub(count)) < 5;
            let known = population.is_some_and(|all| base as f64 > 0.05 * all as f64);
            match (few, known) {
                (false, _) => IntervalMethod::Wilson,
                (true, false) => IntervalMethod::ClopperPearson,
                (true, true) => IntervalMethod::Hypergeometric,
            }
        }
        Situation::Design(s) if s.observations < 5 => IntervalMethod::None,
        Situation::Design(s) => {
            let size = s.effective_size();
            let smaller = size * s.share.min(1.0 - s.share);
            if smaller < 10.0 { IntervalMethod::KornGraubard } else { IntervalMethod::Wilson }
        }
    }
}

/// Share x/n of equally weighted answers from a population of N, with the exact interval of a draw
/// without replacement (method `hypergeometric`; `census` when n = N). SE with the finite population
/// correction, √((1 − n/N) p(1−p)/(n−1)).
///
/// * n = 0: [`Reason::NoBase`]; N < n: [`Reason::PopulationTooSmall`].
pub fn proportion_of_population(count: u64, base: u64, population: u64, level: f64) -> Estimate {
    let not = |reason| Estimate::NotEstimable { reason, base };
    if base == 0 {
        return not(Reason::NoBase);
    }
    if !is_level(level) {
        return not(Reason::BadLevel);
    }
    if count > base {
        return not(Reason::CountExceedsBase);
    }
    let Some((low, high)) = hypergeometric_exact(count, base, population, level) else {
        return not(Reason::PopulationTooSmall);
    };
    let (n, all) = (base as f64, population as f64);
    let p = count as f64 / n;
    let se = (base > 1).then(|| ((1.0 - n / all) * p * (1.0 - p) / (n - 1.0)).sqrt());
    let method = if base == population { IntervalMethod::Census } else { IntervalMethod::Hypergeometric };
    // The known x are x/n of a census: the same fraction, so the same bits.
    let (lower, upper) = if base == population { (p, p) } else { (low as f64 / all, high as f64 / all) };
    let interval = Interval { lower, upper, level, method, df: f64::INFINITY };
    Estimate::Point { value: p, se, interval, base }
}

impl Precision {
    /// Share of the weight in `domain` for which `holds`, with the interval of `method`, or with the
    /// one of [`default_method`] for a design.
    ///
    /// Variance: linearised or replicated as the precision says; degrees of freedom of the domain
    /// (units − strata that have a row in it). Korn–Graubard's size is capped at n.
    ///
    /// * nobody in the domain: [`Reason::NoBase`];
    /// * one observation, or all alike: Clopper–Pearson on Kish's size; never NaN, never zero width.
    ///
    /// R: `svyciprop(~x, subset(design, domain), method = …)`.
    pub fn share(
        &self,
        holds: &[bool],
        domain: &[bool],
        level: f64,
        method: Option<IntervalMethod>,
    ) -> Estimate {
        let sample = self.design().sample();
        if holds.len() != sample.len() || domain.len() != sample.len() {
            return Estimate::NotEstimable { reason: Reason::LengthMismatch, base: 0 };
        }
        let statistic = Statistic::share(holds).within(domain);
        let base = statistic.base(sample);
        let not = |reason| Estimate::NotEstimable { reason, base };
        let estimates = match self.estimate(std::slice::from_ref(&statistic)) {
            Ok(estimates) => estimates,
            Err(reason) => return not(reason),
        };
        let inside = |row: usize| domain[row];
        let df = match self {
            Self::Linearised(design) => design.df_within(inside),
            Self::Replicated(replicates) => replicates.df().min(self.design().df_within(inside)),
        };
        let rows = || (0..sample.len()).filter(|&row| domain[row]);
        let sum: f64 = rows().map(|row| sample.weights()[row]).sum();
        let squares: f64 = rows().map(|row| sample.squares()[row]).sum();
        // A share is between 0 and 1; rounding of the sums may leave it a hair outside.
        let precision = SharePrecision {
            share: estimates.values[0].clamp(0.0, 1.0),
            variance: estimates.covariance[(0, 0)],
            df: if df > 0.0 { df } else { f64::INFINITY },
            observations: base,
            kish_size: sum * sum / squares,
            size_cap: base as f64,
        };
        let edge = precision.share == 0.0 || precision.share == 1.0;
        if df <= 0.0 && !edge {
            let interval = Interval::unclaimed(0.0, 1.0, level);
            return Estimate::Point { value: precision.share, se: None, interval, base };
        }
        let method = method.unwrap_or_else(|| default_method(&Situation::Design(precision)));
        let interval = match method {
            IntervalMethod::None => Ok(Interval::unclaimed(0.0, 1.0, level)),
            _ => precision.interval(level, method),
        };
        match interval {
            Ok(interval) => {
                let se = (df > 0.0).then_some(precision.variance.max(0.0).sqrt());
                Estimate::Point { value: precision.share, se, interval, base }
            }
            Err(reason) => not(reason),
        }
    }
}

/// Interval of a mean count (events per unit of exposure) from `events` of a Poisson: Garwood's exact
/// tails, χ²(α/2; 2x)/2 and χ²(1−α/2; 2x+2)/2. At 0 events the lower end is 0. `(0, ∞)` for a level that is
/// none.
pub fn poisson_exact(events: u64, level: f64) -> (f64, f64) {
    if !is_level(level) {
        return (0.0, f64::INFINITY);
    }
    let alpha2 = 0.5 * (1.0 - level);
    let x = events as f64;
    let lower = if events == 0 { 0.0 } else { 0.5 * gamma::chi_square_quantile(alpha2, 2.0 * x) };
    (lower, 0.5 * gamma::chi_square_quantile(1.0 - alpha2, 2.0 * x + 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Sample};

    fn precision(share: f64, variance: f64) -> SharePrecision {
        SharePrecision { share, variance, df: 30.0, observations: 50, kish_size: 40.0, size_cap: 50.0 }
    }

    #[test]
    fn every_method_keeps_its_width_where_nobody_or_everybody_said_yes() {
        use IntervalMethod::*;
        for method in [Wilson, Logit, Arcsine, Wald, KornGraubard, Likelihood] {
            for share in [0.0, 1.0] {
                let i = precision(share, 0.0).interval(0.95, method).expect("an interval");
                assert!(i.width() > 0.01 && i.width() < 0.2 && i.contains(share), "{method} {i:?}");
            }
        }
    }

    #[test]
    fn a_census_leaves_no_width() {
        let i = precision(0.3, 0.0).interval(0.95, IntervalMethod::Wilson).expect("an interval");
        assert_eq!((i.lower, i.upper, i.method), (0.3, 0.3, IntervalMethod::Census));
    }

    #[test]
    fn equal_weights_give_the_share_of_the_counts() {
        let precision = Precision::Linearised(Design::simple(Sample::rows(&[2.0; 10]).expect("weights")));
        let holds: Vec<bool> = (0..10).map(|i| i < 3).collect();
        let share = precision.share(&holds, &[true; 10], 0.95, Some(IntervalMethod::Wilson));
        assert!((share.value().expect("ten answers") - 0.3).abs() < 1e-15);
        assert!((share.se().expect("ten answers") - (0.21_f64 / 9.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn one_answer_in_a_domain_is_a_share_without_an_interval_to_print() {
        let precision = Precision::Linearised(Design::simple(Sample::rows(&[1.0; 3]).expect("weights")));
        let share = precision.share(&[true; 3], &[true, false, false], 0.95, None);
        assert_eq!((share.value(), share.base()), (Some(1.0), 1));
        assert_eq!(share.interval().map(|i| i.method), Some(IntervalMethod::None));
        let nobody = precision.share(&[true; 3], &[false; 3], 0.95, None);
        assert_eq!(nobody, Estimate::NotEstimable { reason: Reason::NoBase, base: 0 });
    }

    #[test]
    fn the_default_follows_the_table() {
        let counts =
            |count, base, population| default_method(&Situation::Counts { count, base, population }).name();
        assert_eq!(counts(1, 4, None), "none");
        assert_eq!(counts(3, 8, None), "clopper-pearson");
        assert_eq!(counts(3, 8, Some(40)), "hypergeometric");
        assert_eq!(counts(140, 897, Some(107_409)), "wilson");
        assert_eq!(counts(8, 8, Some(8)), "census");
    }
}
