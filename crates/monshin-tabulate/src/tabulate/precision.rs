//! How sure the figures of a table are, under the design of the survey.
//!
//! Rows of a table are domains: what is outside a row stays in the design, so that the number of
//! units in each stratum, and what the known totals explain, are those of the whole survey.

use monshin_estimate::compare::{Mass, TwoWay};
use monshin_estimate::design::{Population, Projection, Stage, Units};
use monshin_estimate::{
    Cell, Comparison, Design, Estimate, Estimates, IntervalMethod, Precision, QuantileInterval, QuantileRule,
    Reason, Replicates, Sample, Statistic, design_effect, design_quantile,
};
use monshin_instrument::{DesignMode, VarianceSpec};

use super::alike::{Alike, Answer};
use super::part::{Part, Said};
use crate::VariableKind;
use crate::design::{Kind, SurveyDesign};
use crate::variable::Variable;

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
    /// Whether one code of a list is given, and not several.
    pub is_one_of_list: bool,
    /// Whether classes are compared with each other: then respondents stand for others like them without
    /// end, unless the sample was drawn from so many.
    pub compares: bool,
}

/// The units of a table with their precision, for several shares.
pub(crate) struct Shares<'a> {
    under: &'a UnderDesign<'a>,
    rows: Vec<Alike>,
    precision: Precision,
}

impl<'a> UnderDesign<'a> {
    pub fn new(design: &'a SurveyDesign, variable: &Variable, parts: &'a [Part]) -> UnderDesign<'a> {
        let is_one_of_list = variable.kind == VariableKind::Single;
        UnderDesign { design, parts, is_block: variable.block.is_some(), is_one_of_list, compares: false }
    }
}

impl Shares<'_> {
    /// Shares of those who gave one of `codes`, by domain, with how they vary together, and the
    /// degrees of freedom of each.
    ///
    /// # Errors
    /// A domain without an answer, or a design that leaves no variance.
    pub fn of(&self, codes: &[u16], domains: &[Domain<'_>]) -> Result<(Estimates, Vec<Precise>), Reason> {
        let is_one = |answer: &Answer| match answer {
            Answer::Code(code) => codes.contains(code),
            Answer::Mention(given) => *given,
            Answer::Value(_) | Answer::Pair(_) => false,
        };
        let holds: Vec<bool> = self.rows.iter().map(|row| row.answer.as_ref().is_some_and(is_one)).collect();
        let statistic =
            |domain: &Domain<'_>| Statistic::share(&holds).within(&self.under.inside(&self.rows, *domain));
        let statistics: Vec<Statistic> = domains.iter().map(statistic).collect();
        self.under.estimated(&self.precision, &self.rows, &statistics, domains)
    }

    /// Whether answers and domains hang together: Rao and Scott's F of the table of domains by `codes`
    /// against all others (or, with no codes, by all codes). Domains have nobody in common.
    ///
    /// # Errors
    /// As [`TwoWay::new`].
    pub fn table(&self, codes: &[u16], domains: &[Domain<'_>]) -> Result<TwoWay, Reason> {
        let column = |answer: &Answer| match answer {
            Answer::Code(code) if codes.is_empty() => usize::from(*code),
            Answer::Code(code) => usize::from(codes.contains(code)),
            Answer::Mention(given) => usize::from(*given),
            Answer::Value(_) | Answer::Pair(_) => 0,
        };
        let columns: Vec<Option<usize>> =
            self.rows.iter().map(|row| row.answer.as_ref().map(column)).collect();
        let place = |row: &Alike| {
            let part = &self.under.parts[row.part?];
            domains.iter().position(|domain| domain(part.row))
        };
        let rows: Vec<Option<usize>> = self.rows.iter().map(place).collect();
        TwoWay::new(&self.precision, &rows, &columns)
    }

    /// Degrees of freedom of all domains together.
    pub fn df(&self, domains: &[Domain<'_>]) -> f64 {
        let inside = |row: &Alike| domains.iter().any(|domain| self.under.is_inside(row, *domain));
        let of_units = self.precision.design().df_within(|row| inside(&self.rows[row]));
        match &self.precision {
            Precision::Linearised(_) => of_units,
            Precision::Replicated(replicates) => replicates.df().min(of_units),
        }
    }
}

impl UnderDesign<'_> {
    /// The units of a question where one code can be given; of one where several can, those who gave
    /// the first of `codes`.
    ///
    /// # Errors
    /// A design that leaves no variance.
    pub fn units(&self, codes: &[u16]) -> Result<Shares<'_>, Reason> {
        let rows = if self.is_one_of_list { self.of_list() } else { self.of_mention(codes) };
        let precision = self.precision(&rows)?;
        Ok(Shares { under: self, rows, precision })
    }

    /// Two shares of two questions, each in a domain, with how they vary together, and their degrees of
    /// freedom. The parts have a row, a kind and a group each, and no counts; `said` has theirs.
    ///
    /// # Errors
    /// As [`Shares::of`].
    pub fn pair(&self, said: &[Said<Mass>], domains: [Domain<'_>; 2]) -> Result<(Estimates, f64), Reason> {
        let alike = |(part, said): (usize, &Said<Mass>)| {
            let one = |(said, mass): (&[Option<bool>; 2], &Mass)| Alike {
                part: Some(part),
                answer: Some(Answer::Pair(*said)),
                mass: *mass,
            };
            said.iter().map(one).collect::<Vec<_>>()
        };
        let rows = self.whole(said.iter().enumerate().flat_map(alike).collect());
        let precision = self.precision(&rows)?;
        let said = |row: &Alike, at: usize| match row.answer {
            Some(Answer::Pair(said)) => said[at],
            _ => None,
        };
        let inside = |row: &Alike, at: usize| said(row, at).is_some() && self.is_inside(row, domains[at]);
        let statistic = |at: usize| {
            let holds: Vec<bool> = rows.iter().map(|row| said(row, at) == Some(true)).collect();
            let within: Vec<bool> = rows.iter().map(|row| inside(row, at)).collect();
            Statistic::share(&holds).within(&within)
        };
        let estimates = precision.estimate(&[statistic(0), statistic(1)])?;
        let of_units = precision.design().df_within(|row| inside(&rows[row], 0) || inside(&rows[row], 1));
        let df = match &precision {
            Precision::Linearised(_) => of_units,
            Precision::Replicated(replicates) => replicates.df().min(of_units),
        };
        Ok((estimates, df))
    }

    /// Means (or totals) of a number, by domain.
    ///
    /// # Errors
    /// As [`UnderDesign::shares`].
    pub fn numbers(&self, total: bool, domains: &[Domain<'_>]) -> Result<(Estimates, Vec<Precise>), Reason> {
        let rows = self.of_values();
        let precision = self.precision(&rows)?;
        let values: Vec<f64> = rows.iter().map(Alike::value).collect();
        let statistic =
            || if total { Statistic::total(values.clone()) } else { Statistic::mean(values.clone()) };
        let statistics: Vec<Statistic> =
            domains.iter().map(|domain| statistic().within(&self.inside(&rows, *domain))).collect();
        self.estimated(&precision, &rows, &statistics, domains)
    }

    /// Quantiles of a number in a domain, with Woodruff's intervals.
    pub fn quantiles(&self, domain: Domain<'_>, shares: &[f64], level: f64) -> Vec<Estimate> {
        let rows = self.of_values();
        let Ok(precision) = self.precision(&rows) else { return Vec::new() };
        let values: Vec<f64> = rows.iter().map(Alike::value).collect();
        let inside = self.inside(&rows, domain);
        let method = QuantileInterval::Share(IntervalMethod::Wald);
        let one =
            |p: &f64| design_quantile(&precision, &values, &inside, *p, QuantileRule::Math, method, level);
        shares.iter().map(one).collect()
    }

    fn inside(&self, rows: &[Alike], domain: Domain<'_>) -> Vec<bool> {
        rows.iter().map(|row| self.is_inside(row, domain)).collect()
    }

    /// Whether units answered, in a row of the domain.
    fn is_inside(&self, row: &Alike, domain: Domain<'_>) -> bool {
        row.answer.is_some() && row.part.is_some_and(|part| domain(self.parts[part].row))
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
        let one = |(at, domain): (usize, &Domain<'_>)| {
            let of_units = design.df_within(|row| self.is_inside(&rows[row], *domain));
            Precise {
                variance: estimates.covariance[(at, at)],
                df: match precision {
                    Precision::Linearised(_) => of_units,
                    Precision::Replicated(replicates) => replicates.df().min(of_units),
                },
                effect: self.effect(&statistics[at], &estimates, at, design.sample()),
            }
        };
        let precise = domains.iter().enumerate().map(one).collect();
        Ok((estimates, precise))
    }

    /// Against a sample without replacement where weights add up to a population, else with.
    fn effect(
        &self,
        statistic: &Statistic,
        estimates: &Estimates,
        at: usize,
        sample: &Sample,
    ) -> Option<f64> {
        let adds_up = match self.design.mode {
            DesignMode::Quasi => self.design.weighting.is_some(),
            DesignMode::Sample => true,
            DesignMode::Superpop | DesignMode::Respondents => false,
        };
        let against = |comparison| design_effect(statistic, estimates, at, sample, comparison).ok();
        let without = against(Comparison::WithoutReplacement).filter(|_| adds_up);
        match self.design.mode {
            // Weights of mean 1 add up to nobody but the sample.
            DesignMode::Sample => without.or_else(|| against(Comparison::WithReplacement)),
            _ if adds_up => without,
            _ => against(Comparison::WithReplacement),
        }
    }

    fn kind(&self, row: &Alike) -> &Kind {
        &self.design.kinds.list[row.part.map_or(0, |part| self.parts[part].kind)]
    }

    fn precision(&self, rows: &[Alike]) -> Result<Precision, Reason> {
        // Replicates are weighted again from what the weights were before known totals were met.
        let is_linear = self.design.variance == VarianceSpec::Linear && self.design.replicates().is_none();
        let again = self.design.again.as_ref().filter(|_| !is_linear && !self.is_block);
        let before = |row: &Alike| match again {
            Some(_) => self.kind(row).raised / self.kind(row).factor,
            None => 1.0,
        };
        // A spread below nothing is what rounding left.
        let cell = |row: &Alike| {
            let factor = before(row);
            let (weight, squares) = (row.mass.weight * factor, row.mass.squares * factor * factor);
            Cell { n: row.mass.n, weight, square: squares.max(weight * (weight / row.mass.n as f64)) }
        };
        let cells: Vec<Cell> = rows.iter().map(cell).collect();
        let sample = Sample::cells(&cells).map_err(|_| Reason::NotFinite)?;
        let (stages, groups) = self.stages(rows);
        let design =
            Design::new(sample, &stages, self.design.lonely).map_err(|_| Reason::PopulationTooSmall)?;
        let levels = self.levels(rows);
        if is_linear {
            return self.linear(design, rows, levels);
        }
        let made = match (self.design.replicates(), self.design.variance) {
            (Some(_), _) => match &self.design.drawn {
                Some(drawn) => drawn.replicates(design, &groups)?,
                None => return Err(Reason::MethodNotApplicable),
            },
            (None, VarianceSpec::Bootstrap(count, seed)) => {
                Replicates::bootstrap(design, count as usize, seed)?
            }
            (None, VarianceSpec::HalfSamples(fay)) => Replicates::half_samples(design, fay)?,
            (None, _) if design.first_strata().iter().all(|stratum| *stratum == 0) => {
                Replicates::jackknife(design)?
            }
            (None, _) => Replicates::jackknife_stratified(design)?,
        };
        Ok(Precision::Replicated(match again {
            Some(again) => made.adjusted(|weights| again.weights(weights, &levels))?,
            None => made,
        }))
    }

    fn linear(&self, design: Design, rows: &[Alike], levels: Vec<Vec<usize>>) -> Result<Precision, Reason> {
        if levels.is_empty() {
            return Ok(Precision::Linearised(design));
        }
        let before: Vec<f64> = rows.iter().map(|row| row.mass.weight / self.kind(row).factor).collect();
        let projection = Projection::Margins { levels, before, means: Default::default() };
        let same = vec![1.0; rows.len()];
        let design = design.reweighted(&same, Some(projection)).map_err(|_| Reason::NotFinite)?;
        Ok(Precision::Linearised(design))
    }

    /// The levels of each row, margin by margin; none where no known totals were met.
    fn levels(&self, rows: &[Alike]) -> Vec<Vec<usize>> {
        if !self.design.kinds.has_margins() {
            return Vec::new();
        }
        let margins = self.design.kinds.list[0].levels.len();
        (0..margins).map(|at| rows.iter().map(|row| self.kind(row).levels[at]).collect()).collect()
    }

    /// How the rows were drawn, and the group of each.
    fn stages(&self, rows: &[Alike]) -> (Vec<Stage>, Vec<u32>) {
        if let Some(drawn) = self.design.drawn.as_ref().filter(|drawn| drawn.has_stages()) {
            let groups = self.groups(rows);
            let corrects =
                self.design.mode != DesignMode::Superpop && (drawn.has_clusters() || !self.is_block);
            return (drawn.stages(&groups, corrects), groups);
        }
        let strata: Vec<u32> = rows.iter().map(|row| self.kind(row).stratum).collect();
        let stage = Stage { population: self.population(&strata), strata: Some(strata), units: Units::Rows };
        (vec![stage], Vec::new())
    }

    /// As fractions, so that entries of a block, who are more than the responses, fit as well.
    fn population(&self, strata: &[u32]) -> Population {
        if self.is_block || self.compares || !self.design.corrects() {
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
