//! The path through the questionnaire, and the response at its end.

use crate::{AnswerType, Answers, CodeKind, Given, ItemDef, Questionnaire, Truth, Value};

/// The state of one item in a finished response.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Asked and answered.
    Answered(Value),
    /// Asked and left blank: item nonresponse.
    NoAnswer,
    /// Asked, and the respondent rather did not say: item nonresponse.
    Refused,
    /// Routed past; the number is the item whose filter was shut (the item's own).
    NotAsked(usize),
    /// What its filter rests on is unknown: in the base or not, nobody can tell.
    ScopeUnknown(usize),
}

/// A finished return. Only [`Questionnaire::submit`] and [`Questionnaire::submit_lenient`] make one.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    items: Vec<Item>,
    classes: Vec<Option<u16>>,
}

impl Response {
    /// The state of every item, by [`Questionnaire::items`].
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The class in every breakdown, by [`Questionnaire::breakdowns`]; a breakdown that is asked
    /// takes its class from the answer. `None` where it is not known.
    pub fn classes(&self) -> &[Option<u16>] {
        &self.classes
    }
}

/// What is done with one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Asked.
    Open,
    /// Not asked: its filter does not hold.
    Shut,
    /// Not decided: its filter rests on something that is blank.
    Held,
}

/// Which items this respondent is asked, by [`Questionnaire::items`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// One step per item.
    pub steps: Vec<Step>,
}

/// What is wrong with what was given for one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Number of the item.
    pub item: usize,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// The kinds of problem that an item can have at submit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Asked, required, and nothing given.
    Missing,
    /// An answer where the routing never asked.
    NotAsked,
    /// An answer where it is unknown whether the routing asked.
    ScopeUnknown,
    /// A value of another type than the item's, or a code outside the list.
    WrongType,
    /// Fewer codes than required.
    TooFewChoices,
    /// More codes than allowed.
    TooManyChoices,
    /// A code that stands alone, together with others.
    ExclusiveWithOthers,
    /// Below the least value or before the earliest day.
    TooSmall,
    /// Above the greatest value or after the latest day.
    TooLarge,
    /// More digits after the point than asked for.
    TooManyDecimals,
    /// More characters than allowed.
    TooLong,
}

impl Questionnaire {
    /// No answers yet.
    pub fn no_answers(&self) -> Answers {
        Answers { classes: vec![None; self.breakdowns.len()], values: vec![Given::Missing; self.items.len()] }
    }

    /// Which items are asked, given the answers so far.
    pub fn route(&self, answers: &Answers) -> Path {
        let items = self.settle(answers).0;
        let step = |item: &Item| match item {
            Item::NotAsked(_) => Step::Shut,
            Item::ScopeUnknown(_) => Step::Held,
            _ => Step::Open,
        };
        Path { steps: items.iter().map(step).collect() }
    }

    /// A response, or everything that stands in its way; never both, never neither.
    ///
    /// # Errors
    /// The problems, each naming its item, in the order of the questionnaire.
    pub fn submit(&self, answers: &Answers) -> Result<Response, Vec<Problem>> {
        let (response, problems) = self.submit_lenient(answers);
        if problems.is_empty() { Ok(response) } else { Err(problems) }
    }

    /// A response in which what is at fault is kept out (as left blank, or as not asked), and the
    /// list of what was kept out.
    pub fn submit_lenient(&self, answers: &Answers) -> (Response, Vec<Problem>) {
        let (items, problems) = self.settle(answers);
        let classes = (0..self.breakdowns.len()).map(|at| self.class(at, answers, &items)).collect();
        (Response { items, classes }, problems)
    }

    fn class(&self, breakdown: usize, answers: &Answers, items: &[Item]) -> Option<u16> {
        let codes = &self.breakdowns[breakdown].codes;
        let class = match self.subject_of_breakdown(breakdown) {
            crate::Subject::Breakdown(at) => answers.classes.get(at).copied().flatten(),
            crate::Subject::Item(at) => match items[at] {
                Item::Answered(Value::Code(code)) => Some(code),
                _ => None,
            },
        };
        class.filter(|class| usize::from(*class) < codes.len())
    }

    /// The state of every item, given the answers so far; faults and all.
    pub(crate) fn settled(&self, answers: &Answers) -> Vec<Item> {
        self.settle(answers).0
    }

    /// One forward pass: an item's filter sees only what was settled before it.
    fn settle(&self, answers: &Answers) -> (Vec<Item>, Vec<Problem>) {
        let mut items = Vec::with_capacity(self.items.len());
        let mut problems = Vec::new();
        let nothing = Given::Missing;
        for (at, def) in self.items.iter().enumerate() {
            let given = answers.values.get(at).unwrap_or(&nothing);
            let is_given = matches!(given, Given::Value(_));
            let (item, problem) = match def.filter.truth(&items, answers) {
                Truth::True => settle_open(def, given),
                Truth::False => (Item::NotAsked(at), is_given.then_some(ProblemKind::NotAsked)),
                Truth::Unknown => (Item::ScopeUnknown(at), is_given.then_some(ProblemKind::ScopeUnknown)),
            };
            problems.extend(problem.map(|kind| Problem { item: at, kind }));
            items.push(item);
        }
        (items, problems)
    }
}

pub(crate) fn settle_open(def: &ItemDef, given: &Given) -> (Item, Option<ProblemKind>) {
    match given {
        Given::Missing => (Item::NoAnswer, def.required.then_some(ProblemKind::Missing)),
        Given::Blank => (Item::NoAnswer, None),
        Given::Value(value) => match fault(&def.answer, value) {
            Some(kind) => (Item::NoAnswer, Some(kind)),
            None if is_refusal(def, value) => (Item::Refused, None),
            None => (Item::Answered(value.clone()), None),
        },
    }
}

fn is_refusal(def: &ItemDef, value: &Value) -> bool {
    let Some(codes) = def.codes() else { return false };
    let refused = |at: usize| codes.codes[at].kind == CodeKind::Refused;
    match value {
        Value::Code(code) => refused(usize::from(*code)),
        Value::Codes(bits) => (0..codes.len()).any(|at| bits >> at & 1 == 1 && refused(at)),
        _ => false,
    }
}

/// What is wrong with a value, if anything.
fn fault(answer: &AnswerType, value: &Value) -> Option<ProblemKind> {
    match (answer, value) {
        (AnswerType::One(codes), Value::Code(code)) => {
            (usize::from(*code) >= codes.len()).then_some(ProblemKind::WrongType)
        }
        (AnswerType::Several { codes, min, max }, Value::Codes(bits)) => {
            fault_of_choices(codes, *min, *max, *bits)
        }
        (AnswerType::Number(limits), Value::Number(number)) => fault_of_number(limits, *number),
        (AnswerType::Date { min, max }, Value::Day(day)) => {
            outside(min.is_some_and(|min| *day < min), max.is_some_and(|max| *day > max))
        }
        (AnswerType::Text { max_length }, Value::Text(text)) => {
            (text.chars().count() > *max_length).then_some(ProblemKind::TooLong)
        }
        _ => Some(ProblemKind::WrongType),
    }
}

fn outside(below: bool, above: bool) -> Option<ProblemKind> {
    match (below, above) {
        (true, _) => Some(ProblemKind::TooSmall),
        (_, true) => Some(ProblemKind::TooLarge),
        _ => None,
    }
}

fn fault_of_choices(codes: &crate::CodeList, min: u8, max: u8, bits: u64) -> Option<ProblemKind> {
    let within = if codes.len() >= 64 { u64::MAX } else { (1 << codes.len()) - 1 };
    if bits & !within != 0 {
        return Some(ProblemKind::WrongType);
    }
    let chosen = bits.count_ones();
    let alone = (0..codes.len()).any(|at| {
        bits >> at & 1 == 1 && (codes.codes[at].exclusive || codes.codes[at].kind == CodeKind::Refused)
    });
    match () {
        () if alone && chosen > 1 => Some(ProblemKind::ExclusiveWithOthers),
        () if alone => None,
        () if chosen < u32::from(min.max(1)) => Some(ProblemKind::TooFewChoices),
        () if chosen > u32::from(max) => Some(ProblemKind::TooManyChoices),
        () => None,
    }
}

fn fault_of_number(limits: &crate::NumberLimits, number: f64) -> Option<ProblemKind> {
    if !number.is_finite() {
        return Some(ProblemKind::WrongType);
    }
    let below = limits.min.is_some_and(|min| number < min);
    let above = limits.max.is_some_and(|max| number > max);
    let scaled = number * f64::from(10_u32.pow(u32::from(limits.decimals.min(9))));
    let uneven = (scaled - scaled.round()).abs() > 1e-6 * scaled.abs().max(1.0);
    outside(below, above).or(uneven.then_some(ProblemKind::TooManyDecimals))
}
