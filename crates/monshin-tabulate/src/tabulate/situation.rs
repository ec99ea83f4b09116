//! Which interval a share is printed with.

use monshin_estimate::ShareReliability;
use monshin_estimate::compare::Mass;
use monshin_estimate::{
    Estimate, Interval, IntervalMethod, Reason, SharePrecision, Situation, default_method, proportion,
    proportion_of_population,
};
use monshin_instrument::DesignMode;

use super::precision::Precise;

/// All that is known of a share before its interval is chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared {
    pub holds: Mass,
    pub base: Mass,
    pub level: f64,
    /// The method asked for; `None` leaves it to the situation.
    pub method: Option<IntervalMethod>,
    pub mode: DesignMode,
    /// Under a design, its variance (or why there is none).
    pub precise: Option<Result<Precise, Reason>>,
    /// Clusters, or a variance from replicates: no count says how sure the share is, whatever the weights.
    pub decides: bool,
    /// Units of the population that the base is a part of, where that is known.
    pub population: Option<u64>,
    /// Everybody of the population answered.
    pub is_census: bool,
    /// The largest part of a stratum that responded, in a design that corrects for it.
    pub fraction: f64,
}

/// More of the population than that in the sample is worth an exact interval without replacement.
const LARGE_FRACTION: f64 = 0.05;

impl Shared {
    /// The share with its standard error and interval.
    ///
    /// n = 0: not estimable. n = 1: no standard error. A share of 0 or 1 keeps an interval with
    /// width, unless everybody answered.
    pub fn estimate(&self) -> Estimate {
        let (x, base) = (self.holds.n, self.base.n);
        let Some(value) = self.value() else {
            return Estimate::NotEstimable { reason: Reason::NoBase, base };
        };
        let se = match self.precise {
            Some(Ok(precise)) if precise.df > 0.0 => Some(precise.variance.max(0.0).sqrt()),
            Some(_) => None,
            None => proportion(x, base, self.level, IntervalMethod::None).se(),
        };
        match self.interval(value) {
            Ok(interval) => Estimate::Point { value, se: se.filter(|_| base > 1), interval, base },
            Err(Reason::BadLevel) => Estimate::NotEstimable { reason: Reason::BadLevel, base },
            Err(_) => {
                let interval = Interval::unclaimed(0.0, 1.0, self.level);
                Estimate::Point { value, se: se.filter(|_| base > 1), interval, base }
            }
        }
    }

    /// What the NCHS standard reads of it: the share with Korn and Graubard's interval at 95 %, which is
    /// Clopper and Pearson's where every answer weighs the same and no design says otherwise. `None`
    /// without a base; where everybody answered, since there is no chance in it; and where nothing is
    /// claimed beyond those who responded.
    pub fn reliability(&self) -> Option<ShareReliability> {
        /// That of the standard, whatever the level of the tables.
        const LEVEL: f64 = 0.95;
        let share = self.value().filter(|_| !self.is_census && self.mode != DesignMode::Respondents)?;
        let observations = self.base.n;
        let n = observations as f64;
        let plain = || {
            let exact = proportion(self.holds.n, observations, LEVEL, IntervalMethod::ClopperPearson);
            exact.interval().map(|one| (one.lower, one.upper, n, n - 1.0))
        };
        let by_design = |precise: Precise| {
            let precision = self.precision(share).ok()?;
            let interval = precision.interval(LEVEL, IntervalMethod::KornGraubard).ok()?;
            let spread = share * (1.0 - share);
            let effective = if precise.variance > 0.0 { spread / precise.variance } else { n };
            Some((interval.lower, interval.upper, effective, precise.df))
        };
        let (lower, upper, effective_size, df) = match self.precise {
            Some(Ok(precise)) => by_design(precise)?,
            // A design without a variance: nothing is known of how sure it is.
            Some(Err(_)) => (0.0, 1.0, 0.0, 0.0),
            None => plain()?,
        };
        Some(ShareReliability { share, observations, effective_size, lower, upper, df })
    }

    fn value(&self) -> Option<f64> {
        let share = self.holds.weight / self.base.weight;
        (self.base.n > 0 && self.base.weight > 0.0 && share.is_finite()).then(|| match self.holds.n {
            0 => 0.0,
            n if n == self.base.n => 1.0,
            _ => share.clamp(0.0, 1.0),
        })
    }

    /// Whether every answer of the base weighs the same.
    fn is_equal(&self) -> bool {
        self.base.n as f64 <= self.base.effective_size() * (1.0 + 1e-9)
    }

    fn interval(&self, value: f64) -> Result<Interval, Reason> {
        if self.mode == DesignMode::Respondents {
            return Ok(Interval::unclaimed(0.0, 1.0, self.level));
        }
        if self.is_census {
            let (level, method) = (self.level, IntervalMethod::Census);
            return Ok(Interval { lower: value, upper: value, level, method, df: f64::INFINITY });
        }
        if let Some(method) = self.method {
            return self.asked_for(value, method);
        }
        if self.base.n < 5 {
            return Ok(Interval::unclaimed(0.0, 1.0, self.level));
        }
        let by_design =
            self.precise.is_some() && (self.decides || !self.is_equal() || self.corrects_without_size());
        if by_design {
            let precision = self.precision(value)?;
            return precision.interval(self.level, default_method(&Situation::Design(precision)));
        }
        let (count, base) = (self.holds.n, self.base.n);
        if let Some(all) = self.population.filter(|all| *all >= base)
            && base as f64 > LARGE_FRACTION * all as f64
        {
            return of(proportion_of_population(count, base, all, self.level));
        }
        let method = default_method(&Situation::Counts { count, base, population: None });
        of(proportion(count, base, self.level, method))
    }

    /// A correction that matters, for a base whose size in the population nobody knows.
    fn corrects_without_size(&self) -> bool {
        self.population.is_none() && self.fraction > LARGE_FRACTION
    }

    /// The method that was asked for; where it needs equal weights and there are none, what it is
    /// called under a design, or Wilson's.
    fn asked_for(&self, value: f64, method: IntervalMethod) -> Result<Interval, Reason> {
        let of_counts = matches!(
            method,
            IntervalMethod::Wilson | IntervalMethod::ClopperPearson | IntervalMethod::AgrestiCoull
        );
        let by_design =
            self.precise.is_some() && (self.decides || !self.is_equal() || self.fraction > LARGE_FRACTION);
        if of_counts && !by_design {
            return of(proportion(self.holds.n, self.base.n, self.level, method));
        }
        let method = match method {
            IntervalMethod::ClopperPearson => IntervalMethod::KornGraubard,
            IntervalMethod::AgrestiCoull => IntervalMethod::Wilson,
            other => other,
        };
        self.precision(value)?.interval(self.level, method)
    }

    fn precision(&self, share: f64) -> Result<SharePrecision, Reason> {
        let n = self.base.n as f64;
        let (variance, df) = match self.precise {
            Some(precise) => precise.map(|precise| (precise.variance, precise.df))?,
            None => (share * (1.0 - share) / (n - 1.0).max(1.0), n - 1.0),
        };
        let is_finite = matches!(self.mode, DesignMode::Quasi | DesignMode::Sample);
        let uncapped = is_finite && self.fraction > 0.0;
        Ok(SharePrecision {
            share,
            variance,
            df,
            observations: self.base.n,
            kish_size: self.base.effective_size(),
            size_cap: if uncapped { f64::INFINITY } else { n },
        })
    }
}

fn of(estimate: Estimate) -> Result<Interval, Reason> {
    match estimate {
        Estimate::Point { interval, .. } => Ok(interval),
        Estimate::NotEstimable { reason, .. } => Err(reason),
    }
}
