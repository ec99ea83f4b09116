//! Which truths a condition can have, when only some of what it looks at is known.

use monshin_instrument::{Expr, Item, Subject, Test, Truth, Value};

use super::State;

/// A set of truths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truths(u8);

impl Truths {
    const ANY: Truths = Truths(0b111);

    pub fn contains(self, truth: Truth) -> bool {
        self.0 & bit(truth) != 0
    }

    fn of(truths: &[Truth]) -> Truths {
        Truths(truths.iter().fold(0, |set, &truth| set | bit(truth)))
    }

    /// Every truth that `combine` makes of one of these and one of those.
    fn combined(self, other: Truths, combine: impl Fn(Truth, Truth) -> Truth) -> Truths {
        let mut set = 0;
        for a in ALL.into_iter().filter(|&a| self.contains(a)) {
            for b in ALL.into_iter().filter(|&b| other.contains(b)) {
                set |= bit(combine(a, b));
            }
        }
        Truths(set)
    }
}

const ALL: [Truth; 3] = [Truth::True, Truth::False, Truth::Unknown];

fn bit(truth: Truth) -> u8 {
    1 << truth as u8
}

/// The truths that `expr` can have; `state` gives what is known of an item.
pub(crate) fn possible(expr: &Expr, state: &impl Fn(usize) -> Option<State>) -> Truths {
    match expr {
        Expr::Always => Truths::of(&[Truth::True]),
        Expr::Test(test) => possible_of_test(test, state),
        Expr::And(all) => {
            all.iter().fold(Truths::of(&[Truth::True]), |set, one| set.combined(possible(one, state), and))
        }
        Expr::Or(any) => any.iter().fold(Truths::of(&[Truth::False]), |set, one| {
            set.combined(possible(one, state), |a, b| !and(!a, !b))
        }),
        Expr::Not(one) => possible(one, state).combined(Truths::ANY, |a, _| !a),
        Expr::Given(_) => Truths::of(&[Truth::True, Truth::False]),
    }
}

fn and(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Truth::False, _) | (_, Truth::False) => Truth::False,
        (Truth::True, Truth::True) => Truth::True,
        _ => Truth::Unknown,
    }
}

fn possible_of_test(test: &Test, state: &impl Fn(usize) -> Option<State>) -> Truths {
    let Subject::Item(item) = test.subject else { return Truths::ANY };
    let item = match state(item) {
        Some(State::Code(code)) => Item::Answered(Value::Code(code)),
        Some(State::Codes(bits)) => Item::Answered(Value::Codes(bits)),
        Some(State::Blank) => Item::NoAnswer,
        Some(State::Refused) => Item::Refused,
        Some(State::NotAsked) => Item::NotAsked(item),
        Some(State::ScopeUnknown) => Item::ScopeUnknown(item),
        Some(State::Given) => return Truths::of(&[Truth::True, Truth::False]),
        None => return Truths::ANY,
    };
    Truths::of(&[test.is.truth_of(&item)])
}
