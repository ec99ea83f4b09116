//! From counts to figures: shares with intervals, means, quantiles.

use monshin_estimate::compare::Mass;
use monshin_estimate::special::student;
use monshin_estimate::{Estimate, Interval, IntervalMethod, Reason};
use monshin_instrument::{Disclosure, PresentationRule, Questionnaire, Quoting};

use super::counts::Counts;
use super::part::Numbers;
use super::precision::Precise;
use super::situation::Shared;
use crate::cube::is_refusal;
use crate::design::SurveyDesign;
use crate::variable::{Variable, VariableKind};
use crate::{Cell, Figures, Flag, NumberSummary, Settings};

/// Makes the figures of one table's rows.
pub(crate) struct FigureMaker<'a> {
    variable: &'a Variable,
    settings: &'a Settings,
    design: &'a SurveyDesign,
    quoting: Quoting,
    policy: Disclosure,
}

/// What the design says of one row.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowPrecision {
    /// By code; empty where counts say it all.
    pub shares: Vec<Result<Precise, Reason>>,
    /// Of the mean of numbers.
    pub mean: Option<Estimate>,
    /// Σwy of numbers, where weights add up to a population.
    pub total: Option<Estimate>,
    /// First quartile, median, third quartile.
    pub quantiles: Vec<Estimate>,
    /// Units of the population that the row is a part of, where they are known and all are asked.
    pub population: Option<u64>,
    /// Everybody answered.
    pub is_census: bool,
}

impl<'a> FigureMaker<'a> {
    pub fn new(
        questionnaire: &Questionnaire,
        variable: &'a Variable,
        settings: &'a Settings,
        design: &'a SurveyDesign,
    ) -> FigureMaker<'a> {
        let survey = questionnaire.survey();
        FigureMaker { variable, settings, design, quoting: survey.quoting, policy: survey.disclosure }
    }

    pub fn figures(&self, counts: Counts<Mass>, values: Numbers, precision: &RowPrecision) -> Figures {
        let n = counts.answered.n;
        let several = self.variable.kind == VariableKind::Multiple;
        let answers_total = several.then(|| counts.codes.iter().map(|code| code.n).sum());
        let codes = self.variable.codes.as_deref();
        let shown = |at: &usize| codes.is_some_and(|codes| !is_refusal(codes, *at));
        let cell =
            |at: usize| self.cell(at as u16, counts.codes[at], counts.answered, answers_total, precision);
        let cells = (0..counts.codes.len()).filter(shown).map(cell).collect();
        Figures {
            responses: counts.units(),
            asked: counts.asked(),
            n,
            blank: counts.blank,
            refused: counts.refused,
            scope_unknown: counts.scope_unknown,
            not_asked: counts.not_asked,
            cells,
            withheld: Vec::new(),
            omitted: Vec::new(),
            omits_number: false,
            answers_total,
            number: self.number(&values, precision),
            sums: counts.answered,
            values,
        }
    }

    /// All that is known of a share in a row.
    pub fn shared(
        &self,
        holds: Mass,
        base: Mass,
        precise: Option<Result<Precise, Reason>>,
        row: &RowPrecision,
    ) -> Shared {
        Shared {
            holds,
            base,
            level: self.settings.level,
            method: self.settings.method,
            mode: self.design.mode,
            precise,
            decides: self.design.decides(),
            population: row.population,
            is_census: row.is_census,
            fraction: if self.variable.block.is_some() { 0.0 } else { self.design.largest_fraction() },
        }
    }

    fn cell(&self, code: u16, holds: Mass, base: Mass, answers: Option<u64>, row: &RowPrecision) -> Cell {
        let n = base.n;
        let precise = row.shares.get(usize::from(code)).copied();
        let shared = self.shared(holds, base, precise, row);
        let share_of_answers = answers.filter(|total| *total > 0).map(|total| holds.n as f64 / total as f64);
        let precise = precise.and_then(Result::ok).filter(|precise| n > 1 && precise.df > 0.0);
        let effect = precise.and_then(|precise| precise.effect);
        let follows_nchs = self.quoting.rule == PresentationRule::Nchs;
        let nchs = follows_nchs.then(|| shared.reliability()).flatten().map(|one| one.nchs());
        Cell {
            code,
            count: holds.n,
            weighted_count: self.settings.weighted.then_some(holds.weight),
            estimate: shared.estimate(),
            df: precise.map(|precise| precise.df),
            design_effect: effect,
            effective_size: effect.filter(|effect| *effect > 0.0).map(|effect| n as f64 / effect),
            share_of_answers,
            flag: match n {
                0 => Some(Flag::NoBase),
                n => (n < self.quoting.min_base || nchs.is_some_and(|one| !one.present))
                    .then_some(Flag::Unreliable),
            },
            nchs,
            all_or_none: self.policy.is_small_class(n) && (holds.n == 0 || holds.n == n),
            sums: holds,
        }
    }

    fn number(&self, values: &Numbers, row: &RowPrecision) -> Option<NumberSummary> {
        let list = &values.0;
        let (first, last) = (list.first()?.0, list.last()?.0);
        let n = list.iter().map(|(_, mass)| mass.n).sum();
        let quartile = |p: f64| (!self.policy.is_small_class(n)).then(|| quantile(list, p));
        // An extreme is one unit's own answer, however large the group.
        let extreme = |value: f64| self.policy.is_none().then_some(value);
        let is_open = self.design.mode != monshin_instrument::DesignMode::Respondents;
        let interval = |at: usize| {
            row.quantiles
                .get(at)
                .and_then(Estimate::interval)
                .filter(|one| is_open && one.width().is_finite())
        };
        let mean = row.mean.unwrap_or_else(|| mean(list, self.settings.level));
        Some(NumberSummary {
            mean: if is_open { mean } else { without_interval(mean) },
            total: row.total,
            median: quantile(list, 0.5),
            median_interval: interval(1),
            q1: quartile(0.25),
            q1_interval: quartile(0.25).and_then(|_| interval(0)),
            q3: quartile(0.75),
            q3_interval: quartile(0.75).and_then(|_| interval(2)),
            min: extreme(first),
            max: extreme(last),
        })
    }
}

fn without_interval(estimate: Estimate) -> Estimate {
    match estimate {
        Estimate::Point { value, se, interval, base } => {
            let interval = Interval::unclaimed(f64::NEG_INFINITY, f64::INFINITY, interval.level);
            Estimate::Point { value, se, interval, base }
        }
        other => other,
    }
}

/// Mean with linearised SE and a t interval on n − 1 degrees of freedom; of one answer only the
/// mean.
fn mean(list: &[(f64, Mass)], level: f64) -> Estimate {
    let base: u64 = list.iter().map(|(_, mass)| mass.n).sum();
    let weight: f64 = list.iter().map(|(_, mass)| mass.weight).sum();
    let value = list.iter().map(|(value, mass)| value * (mass.weight / weight)).sum::<f64>();
    let squares: f64 = list.iter().map(|(y, mass)| mass.squares * ((y - value) / weight).powi(2)).sum();
    let se = (base > 1).then(|| (base as f64 / (base - 1) as f64 * squares).sqrt());
    if !value.is_finite() || se.is_some_and(|se| !se.is_finite()) {
        return Estimate::NotEstimable { reason: Reason::NotFinite, base };
    }
    let Some(error) = se else {
        let interval = Interval::unclaimed(f64::NEG_INFINITY, f64::INFINITY, level);
        return Estimate::Point { value, se, interval, base };
    };
    let df = (base - 1) as f64;
    let half = -student::t_quantile(0.5 * (1.0 - level), df) * error;
    let method = IntervalMethod::Wald;
    let interval = Interval { lower: value - half, upper: value + half, level, method, df };
    Estimate::Point { value, se, interval, base }
}

/// The smallest value with at least this share of the weight at or below it.
fn quantile(list: &[(f64, Mass)], p: f64) -> f64 {
    let total: f64 = list.iter().map(|(_, mass)| mass.weight).sum();
    // As much below p·total as rounding of a sum may have lost.
    let wanted = p * total * (1.0 - 1e-12);
    let mut below = 0.0;
    for (value, mass) in list {
        below += mass.weight;
        if below >= wanted {
            return *value;
        }
    }
    list.last().map_or(f64::NAN, |(value, _)| *value)
}
