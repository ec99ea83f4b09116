//! Made-up answers that obey the routing, for rehearsal.

use crate::{
    AnswerType, Answers, Before, BreakdownSource, CodeList, Day, Given, Item, ItemDef, Planted,
    Questionnaire, Truth, Value,
};

/// How made-up answers are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simulation {
    /// Share of open items that are left blank although they may be answered, from 0 to 1; items
    /// that are required are blank by statement.
    pub blank: f64,
}

impl Questionnaire {
    /// One made-up return. `pick(n)` gives a whole number from 0 to n − 1; the same picks give
    /// the same return. Codes are not equally likely: earlier codes of a list come up more often,
    /// by an amount that differs from item to item, so that tables look like tables.
    pub fn made_up(&self, simulation: Simulation, pick: &mut impl FnMut(u64) -> u64) -> Answers {
        self.make_up(None, None, simulation, pick)
    }

    pub(crate) fn make_up(
        &self,
        planted: Option<&Planted>,
        before: Option<&Before>,
        simulation: Simulation,
        pick: &mut impl FnMut(u64) -> u64,
    ) -> Answers {
        let mut answers = self.no_answers();
        for (at, breakdown) in self.breakdowns.iter().enumerate() {
            if breakdown.source == BreakdownSource::Frame && !breakdown.codes.is_empty() {
                let known = before.and_then(|before| before.classes[at]);
                let class = known.or_else(|| planted.and_then(|planted| planted.class(at, pick)));
                let tilted = |pick| tilted(breakdown.codes.len() as u64, at as u64, pick) as u16;
                answers.classes[at] = Some(class.unwrap_or_else(|| tilted(&mut *pick)));
            }
        }
        let mut items: Vec<Item> = Vec::with_capacity(self.items.len());
        for (at, def) in self.items.iter().enumerate() {
            self.decide_entry(at, &mut answers, pick);
            let item = match def.filter.truth(&items, &answers) {
                Truth::True => {
                    let is_given = matches!(answers.values[at], Given::Value(_));
                    let stayed = before.filter(|_| !is_given).and_then(|before| before.value(at, pick));
                    let value = stayed.or_else(|| {
                        let planted = planted.filter(|_| !is_given)?;
                        planted.value(self, at, (&items, &answers), pick)
                    });
                    self.open((at, def), simulation, value, &mut answers, pick)
                }
                Truth::False => {
                    answers.values[at] = Given::Missing;
                    Item::NotAsked(at)
                }
                Truth::Unknown => {
                    answers.values[at] = Given::Missing;
                    Item::ScopeUnknown(at)
                }
            };
            items.push(item);
        }
        answers
    }

    /// A further entry of an open-ended block is there in one case of three.
    fn decide_entry(&self, at: usize, answers: &mut Answers, pick: &mut impl FnMut(u64) -> u64) {
        for entry in self.items[at].filter.entries() {
            let is_first = entry.iter().all(|item| *item >= at) && answers.values[entry[0]] == Given::Missing;
            if is_first && pick(3) == 0 {
                answers.values[entry[0]] = Given::Value(value(&self.items[entry[0]], entry[0], pick));
            }
        }
    }

    fn open(
        &self,
        (at, def): (usize, &ItemDef),
        simulation: Simulation,
        planted: Option<Value>,
        answers: &mut Answers,
        pick: &mut impl FnMut(u64) -> u64,
    ) -> Item {
        let blank = (pick(1_000_000) as f64) < simulation.blank * 1_000_000.0;
        let given = match (&answers.values[at], blank) {
            (Given::Value(value), _) => Given::Value(value.clone()),
            (_, true) => Given::Blank,
            (_, false) => Given::Value(planted.unwrap_or_else(|| value(def, at, pick))),
        };
        answers.values[at] = given.clone();
        crate::route::settle_open(def, &given).0
    }
}

/// 0 to `n` − 1; the lower ones more often for most salts.
fn tilted(n: u64, salt: u64, pick: &mut impl FnMut(u64) -> u64) -> u64 {
    let tries = 1 + salt.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 3;
    (0..tries).map(|_| pick(n)).min().unwrap_or(0)
}

fn value(def: &ItemDef, at: usize, pick: &mut impl FnMut(u64) -> u64) -> Value {
    let salt = at as u64 + 1;
    match &def.answer {
        AnswerType::One(codes) => Value::Code(tilted(codes.len().max(1) as u64, salt, pick) as u16),
        AnswerType::Several { codes, min, max } => Value::Codes(choices(codes, *min, *max, pick)),
        AnswerType::Number(limits) => {
            let scale = 10_f64.powi(i32::from(limits.decimals));
            let low = limits.min.or(limits.max.map(|max| (max - 20.0).min(0.0))).unwrap_or(0.0);
            let high = limits.max.unwrap_or(low + 20.0);
            let steps = ((high - low) * scale).floor().clamp(0.0, 1e12) as u64;
            Value::Number(((low * scale).ceil() + tilted(steps + 1, salt, pick) as f64) / scale)
        }
        AnswerType::Date { min, max } => {
            let low = min.map_or(19_000, Day::number);
            let high = max.map_or(low + 365, Day::number);
            Value::Day(Day::from_number(low + pick((high - low).max(0) as u64 + 1) as i32))
        }
        AnswerType::Text { .. } => Value::Text("…".into()),
    }
}

fn choices(codes: &CodeList, min: u8, max: u8, pick: &mut impl FnMut(u64) -> u64) -> u64 {
    let is_alone = |at: usize| codes.codes[at].exclusive || codes.codes[at].kind == crate::CodeKind::Refused;
    let (alone, mut joint): (Vec<usize>, Vec<usize>) = (0..codes.len()).partition(|at| is_alone(*at));
    if !alone.is_empty() && (joint.len() < usize::from(min.max(1)) || pick(8) == 0) {
        return 1 << alone[pick(alone.len() as u64) as usize];
    }
    let most = usize::from(max).min(joint.len());
    let least = usize::from(min.max(1)).min(most);
    let wanted = least + tilted((most - least + 1) as u64, 2, pick) as usize;
    (0..wanted).fold(0, |bits, _| bits | 1 << joint.swap_remove(pick(joint.len() as u64) as usize))
}

#[cfg(test)]
mod tests {
    use crate::tests::{picker, tiny};
    use crate::*;

    #[test]
    fn what_is_made_up_can_be_submitted() {
        let form = tiny(
            "a: yes no refused\nb: yes no if a = yes\nn: number if a = no or b = yes\n\
             s: several x y z if n >= 2 and not (b = no)\nt: text if s in (x, z)\nd: date",
        );
        let mut pick = picker(7);
        for _ in 0..2_000 {
            let answers = form.made_up(Simulation { blank: 0.05 }, &mut pick);
            assert!(form.submit(&answers).is_ok(), "{answers:?} {:?}", form.submit(&answers));
        }
    }
}
