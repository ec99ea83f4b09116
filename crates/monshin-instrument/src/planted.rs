//! Planted distributions: made-up answers of which it is known what is true.

use crate::{AnswerType, Answers, CodeList, Item, Questionnaire, Simulation, Value};

/// How the answers of a simulation are distributed: by item, and by class of a breakdown.
///
/// What is not planted is drawn as [`Questionnaire::made_up`] draws it. A breakdown that is taken
/// from an answer plants nothing by itself: plant the answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Planted {
    classes: Vec<(usize, Vec<f64>)>,
    answers: Vec<Answer>,
}

/// The distribution of one item, overall or in one class.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    item: usize,
    within: Option<(usize, u16)>,
    shares: Vec<f64>,
}

/// Why something cannot be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplantable {
    /// There is no such item, code, breakdown or class.
    Unknown,
    /// The item is no choice from a list.
    NoChoice,
    /// A share is below 0, above 100 (of several answers) or not a number, or all are 0.
    BadShare,
}

impl Planted {
    /// Nothing planted.
    pub fn new() -> Planted {
        Planted::default()
    }

    /// The classes of a breakdown in these proportions (any unit; classes not named never come up).
    ///
    /// # Errors
    /// See [`Unplantable`].
    pub fn classes(
        &mut self,
        form: &Questionnaire,
        breakdown: &str,
        shares: &[(&str, f64)],
    ) -> Result<(), Unplantable> {
        let by = form.breakdown(breakdown).ok_or(Unplantable::Unknown)?;
        let shares = by_position(&form.breakdowns()[by].codes, shares, f64::INFINITY)?;
        is_possible(&shares)?;
        self.classes.push((by, shares));
        Ok(())
    }

    /// The answers to an item in these proportions; of an item with several answers, each code's own
    /// share in percent. `within` limits it to one class of a breakdown; later ones go first.
    ///
    /// # Errors
    /// See [`Unplantable`].
    pub fn answers(
        &mut self,
        form: &Questionnaire,
        item: &str,
        within: Option<(&str, &str)>,
        shares: &[(&str, f64)],
    ) -> Result<(), Unplantable> {
        let at = form.item(item).ok_or(Unplantable::Unknown)?;
        let (codes, most) = match &form.items()[at].answer {
            AnswerType::One(codes) => (codes, f64::INFINITY),
            AnswerType::Several { codes, .. } => (codes, 100.0),
            _ => return Err(Unplantable::NoChoice),
        };
        let shares = by_position(codes, shares, most)?;
        is_possible(&shares)?;
        let within = match within {
            Some((breakdown, class)) => {
                let by = form.breakdown(breakdown).ok_or(Unplantable::Unknown)?;
                Some((by, form.breakdowns()[by].codes.position(class).ok_or(Unplantable::Unknown)?))
            }
            None => None,
        };
        self.answers.push(Answer { item: at, within, shares });
        Ok(())
    }

    /// The classes of a breakdown, where they are planted.
    pub(crate) fn class(&self, breakdown: usize, pick: &mut impl FnMut(u64) -> u64) -> Option<u16> {
        let (_, shares) = self.classes.iter().rev().find(|(by, _)| *by == breakdown)?;
        Some(one_of(shares, pick))
    }

    /// The value of an item, where it is planted.
    pub(crate) fn value(
        &self,
        form: &Questionnaire,
        item: usize,
        (settled, answers): (&[Item], &Answers),
        pick: &mut impl FnMut(u64) -> u64,
    ) -> Option<Value> {
        let is_here = |answer: &&Answer| {
            let within = |(by, class)| form.class_of(by, settled, answers) == Some(class);
            answer.item == item && answer.within.is_none_or(within)
        };
        let planted =
            |narrow: bool| self.answers.iter().rev().filter(move |one| one.within.is_some() == narrow);
        let answer = planted(true).chain(planted(false)).find(is_here)?;
        Some(match &form.items()[item].answer {
            AnswerType::Several { codes, min, max } => {
                Value::Codes(several_of(codes, &answer.shares, (*min, *max), pick))
            }
            _ => Value::Code(one_of(&answer.shares, pick)),
        })
    }
}

impl Questionnaire {
    /// One made-up return with planted distributions; see [`Questionnaire::made_up`].
    pub fn made_up_with(
        &self,
        planted: &Planted,
        simulation: Simulation,
        pick: &mut impl FnMut(u64) -> u64,
    ) -> Answers {
        self.make_up(Some(planted), None, simulation, pick)
    }

    /// The class of a return under way.
    fn class_of(&self, breakdown: usize, settled: &[Item], answers: &Answers) -> Option<u16> {
        match self.breakdowns()[breakdown].source {
            crate::BreakdownSource::Frame => answers.classes[breakdown],
            crate::BreakdownSource::Item(item) => match settled.get(item)? {
                Item::Answered(Value::Code(code)) => Some(*code),
                _ => None,
            },
        }
    }
}

fn by_position(codes: &CodeList, shares: &[(&str, f64)], most: f64) -> Result<Vec<f64>, Unplantable> {
    let mut found = vec![0.0; codes.len()];
    for (id, share) in shares {
        let at = codes.position(id).ok_or(Unplantable::Unknown)?;
        if !share.is_finite() || *share < 0.0 || *share > most {
            return Err(Unplantable::BadShare);
        }
        found[usize::from(at)] = *share;
    }
    Ok(found)
}

fn is_possible(shares: &[f64]) -> Result<(), Unplantable> {
    if shares.iter().sum::<f64>() > 0.0 { Ok(()) } else { Err(Unplantable::BadShare) }
}

const STEPS: u64 = 1 << 40;

/// A number from 0 up to 1.
fn unit(pick: &mut impl FnMut(u64) -> u64) -> f64 {
    pick(STEPS) as f64 / STEPS as f64
}

fn one_of(shares: &[f64], pick: &mut impl FnMut(u64) -> u64) -> u16 {
    let mut left = unit(pick) * shares.iter().sum::<f64>();
    for (at, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return at as u16;
        }
    }
    shares.iter().rposition(|share| *share > 0.0).unwrap_or(0) as u16
}

/// Each code by its own share, within the number that may be chosen; an exclusive one only where no
/// other was drawn.
fn several_of(
    codes: &CodeList,
    shares: &[f64],
    (min, max): (u8, u8),
    pick: &mut impl FnMut(u64) -> u64,
) -> u64 {
    let is_alone = |at: usize| codes.codes[at].exclusive || codes.codes[at].kind == crate::CodeKind::Refused;
    let mut bits = 0_u64;
    for (at, share) in shares.iter().enumerate().filter(|(at, _)| !is_alone(*at)) {
        let drawn = unit(pick) * 100.0 < *share;
        if drawn && bits.count_ones() < u32::from(max) {
            bits |= 1 << at;
        }
    }
    if bits.count_ones() >= u32::from(min.max(1)) {
        return bits;
    }
    let alone = (0..codes.len()).find(|at| is_alone(*at) && shares[*at] > 0.0);
    match alone {
        Some(at) => 1 << at,
        None => {
            let joint = (0..codes.len()).filter(|at| !is_alone(*at) && bits & (1 << *at) == 0);
            let missing = usize::from(min.max(1)) - bits.count_ones() as usize;
            joint.take(missing).fold(bits, |bits, at| bits | 1 << at)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{picker, tiny};
    use crate::*;

    #[test]
    fn answers_come_up_as_they_are_planted_and_can_be_submitted() {
        let form = tiny("a: yes no\nb: yes no if a = yes\ns: several x y z");
        let mut planted = Planted::new();
        planted.answers(&form, "a", None, &[("yes", 30.0), ("no", 70.0)]).expect("is there");
        planted.answers(&form, "b", None, &[("yes", 1.0)]).expect("is there");
        planted.answers(&form, "s", None, &[("x", 80.0), ("y", 10.0)]).expect("is there");
        let mut pick = picker(7);
        let (mut yes, mut x) = (0, 0);
        for _ in 0..4_000 {
            let answers = form.made_up_with(&planted, Simulation { blank: 0.0 }, &mut pick);
            assert!(form.submit(&answers).is_ok(), "{answers:?}");
            yes += usize::from(answers.values[0] == Given::Value(Value::Code(0)));
            x += usize::from(matches!(answers.values[2], Given::Value(Value::Codes(bits)) if bits & 1 == 1));
            assert_ne!(answers.values[1], Given::Value(Value::Code(1)));
        }
        assert!((1_080..=1_320).contains(&yes), "{yes} of 4000 at 30 %");
        // Who draws nothing chooses the first: 80 % and 18 % more.
        assert!((3_800..=4_000).contains(&x), "{x} of 4000");
    }

    #[test]
    fn what_is_not_there_cannot_be_planted() {
        let form = tiny("a: yes no\nn: number");
        let mut planted = Planted::new();
        assert_eq!(planted.answers(&form, "z", None, &[]), Err(Unplantable::Unknown));
        assert_eq!(planted.answers(&form, "a", None, &[("maybe", 1.0)]), Err(Unplantable::Unknown));
        assert_eq!(planted.answers(&form, "a", None, &[("yes", -1.0)]), Err(Unplantable::BadShare));
        assert_eq!(planted.answers(&form, "a", None, &[]), Err(Unplantable::BadShare));
        assert_eq!(planted.answers(&form, "n", None, &[("yes", 1.0)]), Err(Unplantable::NoChoice));
        assert_eq!(planted.classes(&form, "size", &[]), Err(Unplantable::Unknown));
    }
}
