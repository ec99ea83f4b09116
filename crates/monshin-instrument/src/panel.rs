//! The next wave of a panel: made-up returns of units that answered before.

use crate::{Answers, Given};
use crate::{BreakdownSource, CodeList, Item, ItemDef, Planted, Questionnaire, Response, Simulation, Value};

/// What a unit answered in an earlier wave, as far as the next questionnaire has a place for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Before {
    pub(crate) classes: Vec<Option<u16>>,
    values: Vec<Option<Value>>,
    /// How often an answer stays as it was, from 0 to 1.
    stay: f64,
}

impl Before {
    /// The answer that stays, where it does.
    pub(crate) fn value(&self, item: usize, pick: &mut impl FnMut(u64) -> u64) -> Option<Value> {
        let value = self.values[item].as_ref()?;
        ((pick(1_000_000) as f64) < self.stay * 1_000_000.0).then(|| value.clone())
    }
}

impl Questionnaire {
    /// What of a response to an earlier questionnaire has a place in this one: items, breakdowns, classes
    /// and codes of the same ids. Each answer stays with the probability `stay`.
    pub fn before(&self, earlier: &Questionnaire, response: &Response, stay: f64) -> Before {
        let class = |breakdown: &crate::Breakdown| {
            let then =
                earlier.breakdown(&breakdown.id).filter(|_| breakdown.source == BreakdownSource::Frame)?;
            let class = response.classes()[then]?;
            same_code(class, &earlier.breakdowns()[then].codes, &breakdown.codes)
        };
        let value = |item: &ItemDef| {
            let then = earlier.item(&item.name)?;
            let Item::Answered(value) = &response.items()[then] else { return None };
            let value = same_value(value, &earlier.items()[then], item)?;
            matches!(crate::route::settle_open(item, &Given::Value(value.clone())), (_, None))
                .then_some(value)
        };
        Before {
            classes: self.breakdowns().iter().map(class).collect(),
            values: self.items().iter().map(value).collect(),
            stay,
        }
    }

    /// One made-up return of a unit that answered before: it keeps its classes, each of its answers stays
    /// with the probability given to [`Questionnaire::before`], and what does not is drawn as
    /// [`Questionnaire::made_up_with`] draws it. Who said yes to `p` of 100 and draws yes with `q` of 100 thus
    /// comes to `stay · p + (1 − stay) · q`.
    pub fn made_up_after(
        &self,
        before: &Before,
        planted: &Planted,
        simulation: Simulation,
        pick: &mut impl FnMut(u64) -> u64,
    ) -> Answers {
        self.make_up(Some(planted), Some(before), simulation, pick)
    }
}

fn same_code(code: u16, then: &CodeList, now: &CodeList) -> Option<u16> {
    now.position(&then.codes.get(usize::from(code))?.id)
}

/// The same answer in the codes of another list; `None` where one of them is gone.
fn same_value(value: &Value, then: &ItemDef, now: &ItemDef) -> Option<Value> {
    match (value, then.codes(), now.codes()) {
        (Value::Code(code), Some(then), Some(now)) => same_code(*code, then, now).map(Value::Code),
        (Value::Codes(bits), Some(then), Some(now)) => {
            let chosen = (0..then.len() as u16).filter(|code| bits >> code & 1 == 1);
            let bits: Option<u64> = chosen.map(|code| Some(1_u64 << same_code(code, then, now)?)).sum();
            bits.map(Value::Codes)
        }
        (Value::Code(_) | Value::Codes(_), ..) => None,
        (other, ..) => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{picker, tiny};
    use crate::*;

    #[test]
    fn answers_stay_as_often_as_asked_and_obey_the_new_routing() {
        let first = tiny("a: yes no\nb: yes no if a = yes\ns: several x y z\nn: number");
        let second = tiny("n: number\na: no yes dk\nb: yes no if a = yes\ns: several z w y x");
        let mut pick = picker(5);
        let mut planted = Planted::new();
        planted.answers(&second, "a", None, &[("dk", 1.0)]).expect("is there");
        let mut stayed = 0;
        for _ in 0..4_000 {
            let answers = first.made_up(Simulation { blank: 0.0 }, &mut pick);
            let earlier = first.submit(&answers).expect("fits");
            let before = second.before(&first, &earlier, 0.75);
            let next = second.made_up_after(&before, &planted, Simulation { blank: 0.0 }, &mut pick);
            assert!(second.submit(&next).is_ok(), "{next:?}");
            let code = |list: &str| second.items()[1].codes().and_then(|codes| codes.position(list));
            let was = if answers.values[0] == Given::Value(Value::Code(0)) { "yes" } else { "no" };
            stayed += usize::from(
                next.values[1] == code(was).map(|code| Given::Value(Value::Code(code))).expect("a code"),
            );
        }
        // Drawn anew, it is always "don't know": 3,000 of 4,000 stay, give or take five standard errors.
        assert!((2_863..=3_137).contains(&stayed), "{stayed}");
    }

    #[test]
    fn what_has_no_place_any_more_is_drawn_anew() {
        let first = tiny("a: yes maybe\nn: number");
        let second = tiny("a: yes no\nn: number");
        let mut answers = first.no_answers();
        answers.values = vec![Given::Value(Value::Code(1)), Given::Value(Value::Number(7.0))];
        let earlier = first.submit(&answers).expect("fits");
        let before = second.before(&first, &earlier, 1.0);
        assert_eq!(before.values, [None, Some(Value::Number(7.0))]);
    }
}
