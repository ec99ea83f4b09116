//! How sure the figures of a table are, under the design of the survey.
//!
//! Rows of a table are domains: what is outside a row stays in the design, so that the number of
//! units in each stratum, and what the known totals explain, are those of the whole survey.

use monshin_estimate::compare::Mass;
use monshin_estimate::design::{Population, Projection, Stage, Units};
use monshin_estimate::{
    Cell, Comparison, Design, Estimate, Estimates, IntervalMethod, Precision, QuantileInterval, QuantileRule,
    Reason, Sample, Statistic, design_effect, design_quantile,
};
use monshin_instrument::DesignMode;

use super::part::Part;
use crate::design::SurveyDesign;

/// Which rows of a table belong to a domain.
pub(crate) type Domain<'a> = &'a dyn Fn(usize) -> bool;

/// A share under the design.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Precise {
    pub variance: f64,
    pub df: f64,
    pub effect: Option<f64>,
}

/// A table with the design it is estimated under.
#[derive(Clone, Copy)]
pub(crate) struct UnderDesign<'a> {
    pub design: &'a SurveyDesign,
    pub parts: &'a [Part],
    /// Whether units are entries of a block: then strata are larger than the number of responses,
    /// and no population is known.
    pub is_block: bool,
}

/// Units that are alike: of which part, whether they answered, and what.
struct Alike {
    part: usize,
    answer: Option<f64>,
    mass: Mass,
}

impl UnderDesign<'_> {
    /// Shares of those who gave one of `codes`, by domain, with how they vary together, and the
    /// degrees of freedom of each.
    ///
    /// # Errors
    /// A domain without an answer, or a design that leaves no variance.
    pub fn shares(&self, codes: &[u16], domains: &[Domain<'_>]) -> Result<(Estimates, Vec<Precise>), Reason> {
        let rows = self.of_codes(codes);
        let precision = self.precision(&rows)?;
        let statistics: Vec<Statistic> = domains
            .iter()
            .map(|domain| {
                let holds: Vec<bool> = rows.iter().map(|row| row.answer == Some(1.0)).collect();
                Statistic::share(&holds).within(&self.inside(&rows, domain))
            })
            .collect();
        self.estimated(&precision, &rows, &statistics, domains)
    }

    /// Means (or totals) of a number, by domain.
    ///
    /// # Errors
    /// As [`UnderDesign::shares`].
    pub fn numbers(&self, total: bool, domains: &[Domain<'_>]) -> Result<(Estimates, Vec<Precise>), Reason> {
        let rows = self.of_values();
        let precision = self.precision(&rows)?;
        let values: Vec<f64> = rows.iter().map(|row| row.answer.unwrap_or(0.0)).collect();
        let statistic =
            || if total { Statistic::total(values.clone()) } else { Statistic::mean(values.clone()) };
        let statistics: Vec<Statistic> =
            domains.iter().map(|domain| statistic().within(&self.inside(&rows, domain))).collect();
        self.estimated(&precision, &rows, &statistics, domains)
    }

    /// Quantiles of a number in a domain, with Woodruff's intervals.
    pub fn quantiles(&self, domain: Domain<'_>, shares: &[f64], level: f64) -> Vec<Estimate> {
        let rows = self.of_values();
        let Ok(precision) = self.precision(&rows) else { return Vec::new() };
        let values: Vec<f64> = rows.iter().map(|row| row.answer.unwrap_or(0.0)).collect();
        let inside = self.inside(&rows, domain);
        let method = QuantileInterval::Share(IntervalMethod::Wald);
        let one =
            |p: &f64| design_quantile(&precision, &values, &inside, *p, QuantileRule::Math, method, level);
        shares.iter().map(one).collect()
    }

    fn inside(&self, rows: &[Alike], domain: Domain<'_>) -> Vec<bool> {
        rows.iter().map(|row| row.answer.is_some() && domain(self.parts[row.part].row)).collect()
    }

    fn estimated(
        &self,
        precision: &Precision,
        rows: &[Alike],
        statistics: &[Statistic],
        domains: &[Domain<'_>],
    ) -> Result<(Estimates, Vec<Precise>), Reason> {
        let estimates = precision.estimate(statistics)?;
        let design = precision.design();
        let adds_up = self.design.weighting.is_some() && self.design.mode == DesignMode::Quasi;
        let comparison = if adds_up { Comparison::WithoutReplacement } else { Comparison::WithReplacement };
        let one = |(at, domain): (usize, &Domain<'_>)| Precise {
            variance: estimates.covariance[(at, at)],
            df: design.df_within(|row| rows[row].answer.is_some() && domain(self.parts[rows[row].part].row)),
            effect: design_effect(&statistics[at], &estimates, at, design.sample(), comparison).ok(),
        };
        let precise = domains.iter().enumerate().map(one).collect();
        Ok((estimates, precise))
    }

    /// Those who gave one of the codes, those who answered otherwise, those who did not.
    fn of_codes(&self, codes: &[u16]) -> Vec<Alike> {
        let mut rows = Vec::with_capacity(3 * self.parts.len());
        for (part, one) in self.parts.iter().enumerate() {
            let given = |code: &u16| one.counts.codes[usize::from(*code)];
            let holds = codes.iter().map(given).fold(Mass::default(), Mass::plus);
            let rest = one.counts.answered.minus(holds);
            let three = [(Some(1.0), holds), (Some(0.0), rest), (None, one.counts.silent)];
            rows.extend(three.into_iter().map(|(answer, mass)| Alike { part, answer, mass }));
        }
        rows.retain(|row| row.mass.n > 0);
        rows
    }

    fn of_values(&self) -> Vec<Alike> {
        let mut rows = Vec::new();
        for (part, one) in self.parts.iter().enumerate() {
            let unit = |(value, mass): &(f64, Mass)| Alike { part, answer: Some(*value), mass: *mass };
            rows.extend(one.values.0.iter().map(unit));
            rows.push(Alike { part, answer: None, mass: one.counts.silent });
        }
        rows.retain(|row| row.mass.n > 0);
        rows
    }

    fn precision(&self, rows: &[Alike]) -> Result<Precision, Reason> {
        let kind = |row: &Alike| &self.design.kinds.list[self.parts[row.part].kind];
        // A spread below nothing is what rounding left.
        let cell = |row: &Alike| Cell {
            n: row.mass.n,
            weight: row.mass.weight,
            square: row.mass.squares.max(row.mass.weight * (row.mass.weight / row.mass.n as f64)),
        };
        let cells: Vec<Cell> = rows.iter().map(cell).collect();
        let sample = Sample::cells(&cells).map_err(|_| Reason::NotFinite)?;
        let strata: Vec<u32> = rows.iter().map(|row| kind(row).stratum).collect();
        let stage = Stage { population: self.population(&strata), strata: Some(strata), units: Units::Rows };
        let design =
            Design::new(sample, &[stage], self.design.lonely).map_err(|_| Reason::PopulationTooSmall)?;
        if !self.design.kinds.has_margins() {
            return Ok(Precision::Linearised(design));
        }
        let margins = self.design.kinds.list[0].levels.len();
        let levels = (0..margins).map(|at| rows.iter().map(|row| kind(row).levels[at]).collect()).collect();
        let before: Vec<f64> = rows.iter().map(|row| row.mass.weight / kind(row).factor).collect();
        let projection = Projection::Margins { levels, before, means: Default::default() };
        let same = vec![1.0; rows.len()];
        let design = design.reweighted(&same, Some(projection)).map_err(|_| Reason::NotFinite)?;
        Ok(Precision::Linearised(design))
    }

    /// As fractions, so that entries of a block, who are more than the responses, fit as well.
    fn population(&self, strata: &[u32]) -> Population {
        if self.is_block || !self.design.corrects() {
            return Population::Unlimited;
        }
        let fraction = |stratum: &u32| {
            let one = &self.design.strata.list[*stratum as usize];
            one.population.map(|all| one.responses as f64 / all)
        };
        let all: Option<Vec<f64>> = strata.iter().map(fraction).collect();
        all.map_or(Population::Unlimited, Population::Fraction)
    }
}
