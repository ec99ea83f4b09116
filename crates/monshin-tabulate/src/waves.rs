//! Two waves of one survey: what changed among the institutions that answered both.
//!
//! Comes in: the answers of each unit of both waves, and their released tables. Goes out: a
//! [`WaveChange`], or why there is none. The answers themselves leave by no other way.

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

/// One question of one wave, and which of its answers count.
#[derive(Clone, Copy, Debug)]
pub struct WaveQuestion<'a> {
    /// What the wave has released.
    pub tables: &'a Released<Tables>,
    /// Its answers.
    pub answers: &'a UnitAnswers,
    /// Number of the variable.
    pub variable: usize,
    /// The codes that count as 1.
    pub codes: &'a [u16],
}

/// A change among units that may be the same in both waves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaveChange {
    /// Units that answered the question in both.
    pub both: u64,
    /// Correlation of their two answers (φ); `None` where one of them does not vary.
    pub correlation: Option<f64>,
    /// Second less first.
    pub difference: Difference,
}

/// Why two waves are not paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPaired {
    /// One of them is weighted: its weights are not those of single answers.
    Weighted,
    /// Fewer than two units answered it in both.
    NoOverlap,
    /// Too few changed their answer, or answered once only: it would show what they said.
    Small,
    /// Nobody changed, or one answer varies in no wave.
    Constant,
    /// It is no question with codes, or its table does not have these very answers.
    NotTabulated,
}

/// How units answered both waves: `[first][second]`, 1 for the codes that count.
#[derive(Clone, Copy, Debug, Default)]
struct Turn([[u64; 2]; 2]);

/// The change of a share from the first wave to the second, paired by unit.
///
/// Stacked waves with the unit as sampling unit ([`stacked_waves`]): units in both count as such, those
/// in one as independent ones. No figure is given where the turnover table (who changed from what to what,
/// and who answered once only) has a count from 1 to k − 1 of either wave's disclosure policy, for the
/// correlation and the shares would give it back.
///
/// # Errors
/// Why the waves are not paired; then they are compared as independent.
pub fn wave_change(first: WaveQuestion<'_>, second: WaveQuestion<'_>) -> Result<WaveChange, NotPaired> {
    let waves = [first, second];
    if waves.iter().any(|wave| wave.tables.weighted) {
        return Err(NotPaired::Weighted);
    }
    let [before, after] = [first.given()?, second.given()?];
    let mut turn = Turn::default();
    for (unit, one) in &before {
        if let Some(other) = after.get(unit) {
            turn.0[usize::from(*one)][usize::from(*other)] += 1;
        }
    }
    let both: u64 = turn.0.iter().flatten().sum();
    if both < 2 {
        return Err(NotPaired::NoOverlap);
    }
    let once = [before.len() as u64 - both, after.len() as u64 - both];
    let k = waves.iter().map(|wave| wave.least()).max().unwrap_or(0);
    if turn.0.iter().flatten().chain(&once).any(|count| (1..k).contains(count)) {
        return Err(NotPaired::Small);
    }
    let difference = stacked_waves(&stacked(&before, &after), first.tables.level);
    let difference = difference.map_err(|_| NotPaired::Constant)?;
    Ok(WaveChange { both, correlation: turn.correlation(), difference })
}

impl<'a> WaveQuestion<'a> {
    /// Whether each unit that answered gave one of the codes; only where the released table was made of
    /// these very answers.
    fn given(self) -> Result<BTreeMap<&'a str, bool>, NotPaired> {
        let variable = &self.tables.variables[self.variable];
        let [item] = variable.items[..] else { return Err(NotPaired::NotTabulated) };
        let given: BTreeMap<&str, bool> = (self.answers.0.iter())
            .filter_map(|(unit, response)| Some((unit.as_str(), self.counts(&response.items()[item])?)))
            .collect();
        let row = self.tables.table(self.variable, &[]).and_then(|table| table.rows.first());
        let figures = row.and_then(|row| row.figures()).ok_or(NotPaired::NotTabulated)?;
        let counted: Option<u64> =
            self.codes.iter().map(|code| figures.cell(*code).map(|cell| cell.count)).sum();
        let holds = given.values().filter(|holds| **holds).count() as u64;
        match figures.n == given.len() as u64 && counted == Some(holds) {
            true => Ok(given),
            false => Err(NotPaired::NotTabulated),
        }
    }

    fn counts(self, item: &Item) -> Option<bool> {
        match item {
            Item::Answered(Value::Code(code)) => Some(self.codes.contains(code)),
            Item::Answered(Value::Codes(bits)) => Some(self.codes.iter().any(|code| bits >> code & 1 == 1)),
            _ => None,
        }
    }

    /// What is smaller is small; 0 without a policy.
    fn least(self) -> u64 {
        let policy = self.tables.questionnaire.survey().disclosure;
        if policy.is_none() { 0 } else { policy.k }
    }
}

impl Turn {
    fn correlation(self) -> Option<f64> {
        let Turn([[nn, ny], [yn, yy]]) = self;
        let product = |a: u64, b: u64| a as f64 * b as f64;
        let spread = product(yy + yn, nn + ny) * product(yy + ny, nn + yn);
        (spread > 0.0).then(|| (product(yy, nn) - product(yn, ny)) / spread.sqrt())
    }
}

fn stacked(before: &BTreeMap<&str, bool>, after: &BTreeMap<&str, bool>) -> Vec<WaveAnswer> {
    let units: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let names: BTreeMap<&str, u32> = units.into_iter().zip(0..).collect();
    let of = |wave: &BTreeMap<&str, bool>, is_second: bool| {
        let answer = |(unit, holds): (&&str, &bool)| WaveAnswer {
            institution: names[*unit],
            is_second,
            weight: 1.0,
            value: f64::from(u8::from(*holds)),
        };
        wave.iter().map(answer).collect::<Vec<_>>()
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
        let one = WaveQuestion { tables: &first.0, answers: &first.1, variable: 0, codes: &[0] };
        let two = WaveQuestion { tables: &second.0, answers: &second.1, variable: 0, codes: &[0] };
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
