//! Two waves of one survey: what changed among the institutions that answered both.
//!
//! Comes in: the answers of each unit of both waves, and their released tables. Goes out: a
//! [`WaveChange`], or why there is none. The answers themselves leave by no other way.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use monshin_estimate::compare::{Difference, WaveAnswer, stacked_waves};
use monshin_instrument::{Item, Response, Value};

use crate::{Released, Tables};

/// The answers of every unit of one wave, by its id.
#[derive(Clone, Default)]
pub struct UnitAnswers(BTreeMap<String, Response>);

impl fmt::Debug for UnitAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitAnswers({} units)", self.0.len())
    }
}

impl FromIterator<(String, Response)> for UnitAnswers {
    fn from_iter<I: IntoIterator<Item = (String, Response)>>(rows: I) -> UnitAnswers {
        UnitAnswers(rows.into_iter().collect())
    }
}

/// One question of one wave, and what of its answers is compared.
#[derive(Clone, Copy, Debug)]
pub struct WaveQuestion<'a> {
    /// What the wave has released.
    pub tables: &'a Released<Tables>,
    /// Its answers.
    pub answers: &'a UnitAnswers,
    /// Number of the variable.
    pub variable: usize,
    /// What is compared.
    pub measure: WaveMeasure<'a>,
}

/// What of the answers is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveMeasure<'a> {
    /// The share of these codes.
    Share(&'a [u16]),
    /// The mean of a number.
    Mean,
}

/// A change among units that may be the same in both waves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaveChange {
    /// Units that answered the question in both.
    pub both: u64,
    /// Correlation of their two answers (of shares φ); `None` where one of them does not vary, and of
    /// the entries of a block, of which a unit has several.
    pub correlation: Option<f64>,
    /// Second less first.
    pub difference: Difference,
}

/// Why two waves are not paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPaired {
    /// One of them is weighted: its weights are not those of single answers.
    Weighted,
    /// One of them has strata or clusters, which the pairing does not know.
    Designed,
    /// Fewer than two units answered it in both.
    NoOverlap,
    /// Too few changed their answer, kept it, or answered once only: it would show what they said.
    Small,
    /// Nobody changed, or one answer varies in no wave.
    Constant,
    /// It is no question with codes or numbers, or its table does not have these very answers.
    NotTabulated,
}

/// The answers of each unit that gave any: 1 or 0 for a share, the number for a mean; several in a block.
type Given<'a> = BTreeMap<&'a str, Vec<f64>>;

/// The change of a share or a mean from the first wave to the second, paired by unit.
///
/// Stacked waves with the unit as sampling unit ([`stacked_waves`]): units in both count as such, those
/// in one as independent ones, and the entries of a block go together with their unit. No figure is given
/// where the turnover table has a count from 1 to k − 1 of either wave's disclosure policy, for the
/// correlation and the figures would give it back. It counts the units that answered once only and, of the
/// others, who changed from what to what (a share of one answer each) or whose figure rose, fell or stayed
/// (means, and entries of a block).
///
/// R: `svycontrast(svyby(~y, ~wave, svydesign(ids = ~unit, weights = ~1), svymean, covmat = TRUE), c(-1, 1))`,
/// t on (units − 1) degrees of freedom; of one answer of the same units in both waves `t.test(paired = TRUE)`.
/// One unit in both: [`NotPaired::NoOverlap`]; all alike in both waves: [`NotPaired::Constant`].
///
/// # Errors
/// Why the waves are not paired; then they are compared as independent.
pub fn wave_change(first: WaveQuestion<'_>, second: WaveQuestion<'_>) -> Result<WaveChange, NotPaired> {
    let waves = [first, second];
    if waves.iter().any(|wave| wave.tables.weighted) {
        return Err(NotPaired::Weighted);
    }
    if waves.iter().any(|wave| wave.tables.design.drawn.is_some()) {
        return Err(NotPaired::Designed);
    }
    let [before, after] = [first.given()?, second.given()?];
    let both = before.keys().filter(|unit| after.contains_key(*unit)).count() as u64;
    if both < 2 {
        return Err(NotPaired::NoOverlap);
    }
    let is_one_share =
        waves.iter().all(|wave| matches!(wave.measure, WaveMeasure::Share(_)) && wave.is_single());
    let once = [before.len() as u64 - both, after.len() as u64 - both];
    let k = waves.iter().map(|wave| wave.least()).max().unwrap_or(0);
    if turnover(&before, &after, is_one_share).iter().chain(&once).any(|count| (1..k).contains(count)) {
        return Err(NotPaired::Small);
    }
    let difference = stacked_waves(&stacked(&before, &after), first.tables.level);
    let difference = difference.map_err(|_| NotPaired::Constant)?;
    let correlation =
        if waves.iter().all(WaveQuestion::is_single) { correlation(&before, &after) } else { None };
    Ok(WaveChange { both, correlation, difference })
}

impl<'a> WaveQuestion<'a> {
    /// Whether a unit has one answer, and not one per entry of a block.
    fn is_single(&self) -> bool {
        self.tables.variables[self.variable].items.len() == 1
    }

    /// The answers of each unit that gave any; only where the released table was made of these very
    /// answers.
    fn given(self) -> Result<Given<'a>, NotPaired> {
        let variable = &self.tables.variables[self.variable];
        let of_unit = |response: &Response| -> Vec<f64> {
            variable.items.iter().filter_map(|item| self.value(&response.items()[*item])).collect()
        };
        let units = self.answers.0.iter().map(|(unit, response)| (unit.as_str(), of_unit(response)));
        let given: Given<'a> = units.filter(|(_, values)| !values.is_empty()).collect();
        if self.is_of_the_table(&given) { Ok(given) } else { Err(NotPaired::NotTabulated) }
    }

    /// What an answer counts for; `None` where it is none of this kind.
    fn value(&self, item: &Item) -> Option<f64> {
        let Item::Answered(value) = item else { return None };
        match (self.measure, value) {
            (WaveMeasure::Share(codes), Value::Code(code)) => Some(f64::from(u8::from(codes.contains(code)))),
            (WaveMeasure::Share(codes), Value::Codes(bits)) => {
                Some(f64::from(u8::from(codes.iter().any(|code| bits >> code & 1 == 1))))
            }
            (WaveMeasure::Mean, Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether the released table has the base and the figure that these answers give.
    fn is_of_the_table(&self, given: &Given<'_>) -> bool {
        let row = self.tables.table(self.variable, &[]).and_then(|table| table.rows.first());
        let Some(figures) = row.and_then(|row| row.figures()) else { return false };
        let (n, sum) = (given.values().map(Vec::len).sum::<usize>(), given.values().flatten().sum::<f64>());
        let has_the_figure = match self.measure {
            WaveMeasure::Share(codes) => {
                let counted: Option<u64> =
                    codes.iter().map(|code| figures.cell(*code).map(|cell| cell.count)).sum();
                counted.is_some_and(|counted| counted as f64 == sum)
            }
            WaveMeasure::Mean => {
                let mean = figures.number.as_ref().and_then(|number| number.mean.value());
                mean.is_some_and(|mean| (mean * n as f64 - sum).abs() <= 1e-9 * (1.0 + sum.abs()))
            }
        };
        figures.n == n as u64 && has_the_figure
    }

    /// What is smaller is small; 0 without a policy.
    fn least(&self) -> u64 {
        let policy = self.tables.questionnaire.survey().disclosure;
        if policy.is_none() { 0 } else { policy.k }
    }
}

/// How many of the units in both waves took each turn: from what to what of one share, else whether
/// their figure rose, fell or stayed.
fn turnover(before: &Given<'_>, after: &Given<'_>, is_one_share: bool) -> Vec<u64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let mut turns: BTreeMap<(bool, Ordering), u64> = BTreeMap::new();
    for (unit, one) in before {
        let Some(other) = after.get(unit) else { continue };
        let turn = (is_one_share && one[0] > 0.0, mean(other).total_cmp(&mean(one)));
        *turns.entry(turn).or_default() += 1;
    }
    turns.into_values().collect()
}

/// Pearson's correlation of the first answers of the units in both waves.
fn correlation(before: &Given<'_>, after: &Given<'_>) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        before.iter().filter_map(|(unit, one)| Some((one[0], after.get(unit)?[0]))).collect();
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), (a, b)| (x + a / n, y + b / n));
    let sum = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(a, b)| of(a - x, b - y)).sum::<f64>();
    let spread = sum(&|a, _| a * a) * sum(&|_, b| b * b);
    (spread > 0.0).then(|| sum(&|a, b| a * b) / spread.sqrt())
}

fn stacked(before: &Given<'_>, after: &Given<'_>) -> Vec<WaveAnswer> {
    let units: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let names: BTreeMap<&str, u32> = units.into_iter().zip(0..).collect();
    let of = |wave: &Given<'_>, is_second: bool| {
        let answers =
            wave.iter().flat_map(|(unit, values)| values.iter().map(|value| (names[*unit], *value)));
        let answer = |(institution, value)| WaveAnswer { institution, is_second, weight: 1.0, value };
        answers.map(answer).collect::<Vec<_>>()
    };
    [of(before, false), of(after, true)].concat()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use monshin_instrument::{Answers, Given, Questionnaire};

    use super::*;
    use crate::tests::support::{question, survey};
    use crate::{Cube, Plan, Settings, disclose, tabulate};

    const SHARE: WaveMeasure<'_> = WaveMeasure::Share(&[0]);

    /// A wave of one question: `unit` answers yes or no.
    fn wave(policy: &str, answers: &[(u32, bool)]) -> (Released<Tables>, UnitAnswers) {
        let form: Arc<Questionnaire> = survey(&format!("{policy}{}", question("q: yes no")));
        let mut cube = Cube::new(&form);
        let rows = answers.iter().map(|(unit, yes)| {
            let value = Given::Value(Value::Code(u16::from(!yes)));
            let response = form.submit(&Answers { classes: Vec::new(), values: vec![value] }).expect("fits");
            cube.add(&response);
            (unit.to_string(), response)
        });
        let answers: UnitAnswers = rows.collect();
        (disclose(tabulate(&cube, &Plan::standard(&form), &Settings::of(&form))), answers)
    }

    fn change(
        first: &(Released<Tables>, UnitAnswers),
        second: &(Released<Tables>, UnitAnswers),
    ) -> Result<WaveChange, NotPaired> {
        let one = WaveQuestion { tables: &first.0, answers: &first.1, variable: 0, measure: SHARE };
        let two = WaveQuestion { tables: &second.0, answers: &second.1, variable: 0, measure: SHARE };
        wave_change(one, two)
    }

    /// Units by how they answered: first, second, how many.
    fn pairs(list: &[(bool, bool, u32)]) -> [Vec<(u32, bool)>; 2] {
        let (mut before, mut after, mut unit) = (Vec::new(), Vec::new(), 0);
        for (one, other, count) in list {
            for _ in 0..*count {
                before.push((unit, *one));
                after.push((unit, *other));
                unit += 1;
            }
        }
        [before, after]
    }

    #[test]
    fn the_same_units_are_compared_by_their_changes() {
        let [before, after] =
            pairs(&[(true, true, 30), (false, true, 20), (true, false, 10), (false, false, 40)]);
        let found = change(&wave("", &before), &wave("", &after)).expect("paired");
        assert_eq!(found.both, 100);
        // φ of 30, 10, 20, 40 by hand: (30·40 − 10·20)/√(40·60·50·50).
        let phi = 1000.0 / (40.0_f64 * 60.0 * 50.0 * 50.0).sqrt();
        assert!((found.correlation.expect("both vary") - phi).abs() < 1e-12);
        // t.test of the changes: mean 0.1, variance (30 − 100·0.01)/99, n = 100.
        let se = (29.0_f64 / 99.0 / 100.0).sqrt();
        assert!((found.difference.value - 0.1).abs() < 1e-12 && (found.difference.se - se).abs() < 1e-9);
    }

    #[test]
    fn a_change_of_one_or_two_units_is_not_shown_under_a_policy() {
        let [before, after] =
            pairs(&[(true, true, 30), (false, true, 2), (true, false, 10), (false, false, 40)]);
        assert_eq!(change(&wave("", &before), &wave("", &after)), Err(NotPaired::Small));
        let open = "[disclosure]\npreset = \"none\"\n";
        assert!(change(&wave(open, &before), &wave(open, &after)).is_ok());
        assert_eq!(
            change(&wave(open, &before), &wave("", &after)),
            Err(NotPaired::Small),
            "either has a say"
        );
    }

    #[test]
    fn units_that_answered_once_are_small_groups_too() {
        let [mut before, after] =
            pairs(&[(true, true, 30), (false, true, 20), (true, false, 10), (false, false, 40)]);
        before.push((900, true));
        assert_eq!(change(&wave("", &before), &wave("", &after)), Err(NotPaired::Small));
    }

    #[test]
    fn other_units_or_no_change_are_said_so() {
        let [before, _] = pairs(&[(true, true, 30), (false, false, 40)]);
        let others: Vec<(u32, bool)> = before.iter().map(|(unit, yes)| (unit + 500, *yes)).collect();
        assert_eq!(change(&wave("", &before), &wave("", &others)), Err(NotPaired::NoOverlap));
        assert_eq!(change(&wave("", &before), &wave("", &before)), Err(NotPaired::Constant));
    }

    #[test]
    fn answers_that_the_table_does_not_have_are_not_paired() {
        let [before, after] =
            pairs(&[(true, true, 30), (false, true, 20), (true, false, 10), (false, false, 40)]);
        let (tables, _) = wave("", &before[1..]);
        let (_, answers) = wave("", &before);
        assert_eq!(change(&(tables, answers), &wave("", &after)), Err(NotPaired::NotTabulated));
    }
}
