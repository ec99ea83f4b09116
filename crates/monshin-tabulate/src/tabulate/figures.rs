//! From counts to figures: shares with intervals, means, quantiles.

use monshin_estimate::special::{normal, student};
use monshin_estimate::{Estimate, Interval, IntervalMethod, Reason, proportion};
use monshin_instrument::{Disclosure, Questionnaire};

use super::counts::Counts;
use super::weighted_share;
use crate::cube::is_refusal;
use crate::sums::{Sums, Values};
use crate::variable::{Variable, VariableKind};
use crate::{Cell, Figures, Flag, NumberSummary, Settings};

/// Makes the figures of one table's rows.
pub(crate) struct FigureMaker<'a> {
    variable: &'a Variable,
    settings: &'a Settings,
    quoting_base: u64,
    /// Groups with a smaller base are small: 0 % and 100 % are marked, quartiles withheld. `None`
    /// where there is no disclosure policy.
    small_below: Option<u64>,
}

impl<'a> FigureMaker<'a> {
    pub fn new(
        questionnaire: &Questionnaire,
        variable: &'a Variable,
        settings: &'a Settings,
    ) -> FigureMaker<'a> {
        let survey = questionnaire.survey();
        let small_below = match survey.disclosure {
            Disclosure::None => None,
            Disclosure::SmallGroups { mark_all_or_none_below, .. } => Some(mark_all_or_none_below),
        };
        FigureMaker { variable, settings, quoting_base: survey.quoting.min_base, small_below }
    }

    pub fn figures(&self, counts: Counts, values: Values) -> Figures {
        let n = counts.answered.n;
        let several = self.variable.kind == VariableKind::Multiple;
        let answers_total = several.then(|| counts.codes.iter().map(|code| code.n).sum());
        let codes = self.variable.codes.as_deref();
        let shown = |at: &usize| codes.is_some_and(|codes| !is_refusal(codes, *at));
        let cell = |at: usize| self.cell(at as u16, counts.codes[at], counts.answered, answers_total);
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
            answers_total,
            number: self.number(&values),
            sums: counts.answered,
            values,
        }
    }

    fn cell(&self, code: u16, sums: Sums, base: Sums, answers: Option<u64>) -> Cell {
        let n = base.n;
        let share_of_answers = answers.filter(|total| *total > 0).map(|total| sums.n as f64 / total as f64);
        Cell {
            code,
            count: sums.n,
            weighted_count: self.settings.weighted.then(|| sums.weight()),
            estimate: self.share(sums, base),
            share_of_answers,
            flag: match n {
                0 => Some(Flag::NoBase),
                n => (n < self.quoting_base).then_some(Flag::Unreliable),
            },
            all_or_none: self.is_small(n) && (sums.n == 0 || sums.n == n),
            sums,
        }
    }

    fn is_small(&self, n: u64) -> bool {
        self.small_below.is_some_and(|below| (1..below).contains(&n))
    }

    fn share(&self, part: Sums, whole: Sums) -> Estimate {
        if self.settings.weighted {
            weighted_proportion(part, whole, self.settings.level)
        } else {
            proportion(part.n, whole.n, self.settings.level, self.settings.method)
        }
    }

    fn number(&self, values: &Values) -> Option<NumberSummary> {
        let one_each = |(value, sums): (f64, &Sums)| (value, Moments::of(sums, self.settings.weighted));
        let list: Vec<(f64, Moments)> = values.iter().map(one_each).collect();
        let (first, last) = (list.first()?.0, list.last()?.0);
        let n = list.iter().map(|(_, moments)| moments.n).sum();
        let quartile = |p: f64| (!self.is_small(n)).then(|| quantile(&list, p));
        // An extreme is one unit's own answer, however large the group.
        let extreme = |value: f64| self.small_below.is_none().then_some(value);
        Some(NumberSummary {
            mean: mean(&list, self.settings.level),
            median: quantile(&list, 0.5),
            q1: quartile(0.25),
            q3: quartile(0.75),
            min: extreme(first),
            max: extreme(last),
        })
    }
}

/// Share by weight, Wilson's interval on Kish's effective size, linearised SE
/// √(n/(n−1) Σw²(y−p)²)/Σw. At p = 0 or 1 the interval keeps its width; n = 0: not estimable;
/// n = 1: no SE. Equal weights give the unweighted figures.
fn weighted_proportion(part: Sums, whole: Sums, level: f64) -> Estimate {
    let base = whole.n;
    let Some(value) = weighted_share(&part, &whole) else {
        return Estimate::NotEstimable { reason: Reason::NoBase, base };
    };
    if !(level > 0.0 && level < 1.0) {
        return Estimate::NotEstimable { reason: Reason::BadLevel, base };
    }
    let z = -normal::quantile(0.5 * (1.0 - level));
    let size = whole.effective_size();
    let spread = z * z / size;
    let centre = value + 0.5 * spread;
    let half = (spread * (value * (1.0 - value) + 0.25 * spread)).sqrt();
    let lower = if part.n == 0 { 0.0 } else { value * value / (centre + half) };
    let rest = 1.0 - value;
    let upper = match part.n == base {
        true => 1.0,
        false => 1.0 - rest * rest / (rest + 0.5 * spread + half),
    };
    let squares = part.squares() * (rest * rest - value * value) + whole.squares() * value * value;
    let se = |n: u64| (n as f64 / (n - 1) as f64 * squares.max(0.0)).sqrt() / whole.weight();
    let method = IntervalMethod::Wilson;
    let interval =
        Interval { lower: lower.min(value), upper: upper.max(value), level, method, df: f64::INFINITY };
    Estimate::Point { value, se: (base > 1).then(|| se(base)), interval, base }
}

/// n, Σw and Σw² as numbers.
#[derive(Clone, Copy)]
struct Moments {
    n: u64,
    w: f64,
    w2: f64,
}

impl Moments {
    fn of(sums: &Sums, weighted: bool) -> Moments {
        let n = sums.n as f64;
        let (w, w2) = if weighted { (sums.weight(), sums.squares()) } else { (n, n) };
        Moments { n: sums.n, w, w2 }
    }
}

/// Mean with linearised SE and a t interval on n − 1 degrees of freedom; of one answer only the
/// mean.
fn mean(list: &[(f64, Moments)], level: f64) -> Estimate {
    let base: u64 = list.iter().map(|(_, moments)| moments.n).sum();
    let weight: f64 = list.iter().map(|(_, moments)| moments.w).sum();
    let value = list.iter().map(|(value, moments)| value * (moments.w / weight)).sum::<f64>();
    let squares: f64 = list.iter().map(|(y, moments)| moments.w2 * ((y - value) / weight).powi(2)).sum();
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
fn quantile(list: &[(f64, Moments)], p: f64) -> f64 {
    let total: f64 = list.iter().map(|(_, moments)| moments.w).sum();
    // As much below p·total as rounding of a sum may have lost.
    let wanted = p * total * (1.0 - 1e-12);
    let mut below = 0.0;
    for (value, moments) in list {
        below += moments.w;
        if below >= wanted {
            return *value;
        }
    }
    list.last().map_or(f64::NAN, |(value, _)| *value)
}
