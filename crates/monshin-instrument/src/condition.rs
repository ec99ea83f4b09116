//! Conditions: a typed expression over earlier items and breakdowns, and its three-valued truth.

mod parse;
mod sentence;

pub(crate) use parse::{Lexeme, RawExpr, RawTest, RawValue, parse};
pub(crate) use sentence::{asked_of, sentence};

use crate::{Answers, BreakdownSource, Day, Item, Questionnaire, Value};

/// Truth that may be unknown, because what it rests on was left blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Nobody can tell.
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::True } else { Truth::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Always holds.
    Always,
    /// One test.
    Test(Test),
    /// All of these.
    And(Vec<Expr>),
    /// One of these at least.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// Entry of an open-ended block: one of these items (its unconditional ones) was given.
    Given(Vec<usize>),
}

/// One test on one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What is looked at.
    pub subject: Subject,
    /// What is asked of it.
    pub is: Comparison,
}

/// What a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// An item, by number.
    Item(usize),
    /// A breakdown from the frame, by number.
    Breakdown(usize),
}

/// What a test asks. A value that is not there makes every test but [`Comparison::Answered`]
/// false (not asked) or unknown (left blank, refused, of unknown scope).
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// One of these codes (for several answers: among them).
    In(Vec<u16>),
    /// Answered, and none of these codes.
    NotIn(Vec<u16>),
    /// Equal to a number or day.
    Eq(f64),
    /// Answered, and not equal.
    Ne(f64),
    /// Less.
    Lt(f64),
    /// Less or equal.
    Le(f64),
    /// Greater.
    Gt(f64),
    /// Greater or equal.
    Ge(f64),
    /// Answered at all.
    Answered,
}

impl Expr {
    /// Truth, given the states of the earlier items and the classes.
    pub fn truth(&self, items: &[Item], answers: &Answers) -> Truth {
        let test = |test: &Test| match test.subject {
            Subject::Breakdown(at) => test.is.truth_of_class(answers.classes.get(at).copied().flatten()),
            Subject::Item(at) => test.is.truth_of(&items[at]),
        };
        let given = |entry: &[usize]| {
            let is_given = |at: &usize| matches!(answers.values.get(*at), Some(crate::Given::Value(_)));
            entry.iter().any(is_given).into()
        };
        self.eval(&test, &given)
    }

    /// Truth, given the truth of each test and of each entry being there.
    pub fn eval(&self, test: &impl Fn(&Test) -> Truth, given: &impl Fn(&[usize]) -> Truth) -> Truth {
        match self {
            Expr::Always => Truth::True,
            Expr::Test(one) => test(one),
            Expr::And(all) => fold(all.iter().map(|one| one.eval(test, given)), Truth::False, Truth::True),
            Expr::Or(any) => fold(any.iter().map(|one| one.eval(test, given)), Truth::True, Truth::False),
            Expr::Not(one) => !one.eval(test, given),
            Expr::Given(entry) => given(entry),
        }
    }

    /// Entries of open-ended blocks that it asks about, each by its items.
    pub fn entries(&self) -> Vec<&[usize]> {
        match self {
            Expr::Given(entry) => vec![entry],
            Expr::And(list) | Expr::Or(list) => list.iter().flat_map(Expr::entries).collect(),
            Expr::Not(one) => one.entries(),
            Expr::Always | Expr::Test(_) => Vec::new(),
        }
    }

    /// All tests in it, left to right.
    pub fn tests(&self) -> Vec<&Test> {
        let mut found = Vec::new();
        self.visit(&mut |test| found.push(test));
        found
    }

    fn visit<'a>(&'a self, seen: &mut impl FnMut(&'a Test)) {
        match self {
            Expr::Always | Expr::Given(_) => {}
            Expr::Test(test) => seen(test),
            Expr::And(list) | Expr::Or(list) => list.iter().for_each(|one| one.visit(seen)),
            Expr::Not(one) => one.visit(seen),
        }
    }
}

/// Kleene's conjunction or disjunction: `decides` settles it, an unknown keeps it open.
fn fold(truths: impl Iterator<Item = Truth>, decides: Truth, else_: Truth) -> Truth {
    let mut result = else_;
    for truth in truths {
        if truth == decides {
            return decides;
        }
        if truth == Truth::Unknown {
            result = Truth::Unknown;
        }
    }
    result
}

impl Comparison {
    /// Truth of the comparison for the state of one item.
    pub fn truth_of(&self, item: &Item) -> Truth {
        if *self == Comparison::Answered {
            return matches!(item, Item::Answered(_)).into();
        }
        match item {
            Item::Answered(value) => self.holds(value).into(),
            Item::NotAsked(_) => Truth::False,
            Item::NoAnswer | Item::Refused | Item::ScopeUnknown(_) => Truth::Unknown,
        }
    }

    /// Truth of the comparison for a class of a breakdown.
    pub fn truth_of_class(&self, class: Option<u16>) -> Truth {
        match class {
            Some(class) => self.holds(&Value::Code(class)).into(),
            None if *self == Comparison::Answered => Truth::False,
            None => Truth::Unknown,
        }
    }

    /// Whether it holds for a value that is there.
    pub fn holds(&self, value: &Value) -> bool {
        let number = match value {
            Value::Number(number) => *number,
            Value::Day(day) => f64::from(day.number()),
            _ => f64::NAN,
        };
        match self {
            Comparison::In(codes) => contains(codes, value),
            Comparison::NotIn(codes) => !contains(codes, value),
            Comparison::Eq(limit) => number == *limit,
            Comparison::Ne(limit) => number != *limit,
            Comparison::Lt(limit) => number < *limit,
            Comparison::Le(limit) => number <= *limit,
            Comparison::Gt(limit) => number > *limit,
            Comparison::Ge(limit) => number >= *limit,
            Comparison::Answered => true,
        }
    }
}

fn contains(codes: &[u16], value: &Value) -> bool {
    match value {
        Value::Code(code) => codes.contains(code),
        Value::Codes(bits) => codes.iter().any(|code| bits >> code & 1 == 1),
        _ => false,
    }
}

impl Questionnaire {
    /// The subject that a breakdown is read from.
    pub fn subject_of_breakdown(&self, breakdown: usize) -> Subject {
        match self.breakdowns[breakdown].source {
            BreakdownSource::Frame => Subject::Breakdown(breakdown),
            BreakdownSource::Item(item) => Subject::Item(item),
        }
    }
}

/// The number a day or a number is compared by.
pub(crate) fn day_number(day: Day) -> f64 {
    f64::from(day.number())
}
