//! The answers of one item, sorted into classes that conditions can tell apart.

use std::collections::BTreeMap;

use crate::{AnswerType, CodeKind, CodeList, Comparison, Item, Questionnaire, Subject, Value};

/// A class of answers: one of them stands for all, with how many there are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Class {
    pub stands: Item,
    pub ways: u128,
}

/// What the conditions of a questionnaire compare with what.
pub(super) struct Domains<'q> {
    form: &'q Questionnaire,
    comparisons: BTreeMap<Subject, Vec<&'q Comparison>>,
}

/// Codes of one question that conditions may name before their sets are too many to follow.
const MOST_NAMED: u32 = 14;

impl<'q> Domains<'q> {
    pub fn new(form: &'q Questionnaire) -> Self {
        let mut comparisons: BTreeMap<Subject, Vec<&Comparison>> = BTreeMap::new();
        for test in form.items.iter().flat_map(|item| item.filter.tests()) {
            comparisons.entry(test.subject).or_default().push(&test.is);
        }
        Domains { form, comparisons }
    }

    /// How many classes a breakdown has.
    pub fn classes_of_breakdown(&self, breakdown: usize) -> usize {
        self.form.breakdowns[breakdown].codes.len()
    }

    /// All comparisons that conditions make with a subject.
    pub fn comparisons(&self, subject: Subject) -> &[&'q Comparison] {
        self.comparisons.get(&subject).map_or(&[], |list| list)
    }

    /// Whether conditions tell more sets of codes apart than can be followed; then [`Domains::classes`] leaves
    /// some of them out.
    pub fn is_beyond(&self, item: usize) -> bool {
        let named = named_codes(self.comparisons(Subject::Item(item)));
        matches!(self.form.items[item].answer, AnswerType::Several { .. }) && named.count_ones() > MOST_NAMED
    }

    /// The classes of an item's answers. With `fine`, every code and every set of codes (of up to
    /// twelve codes) is a class of its own; otherwise only what conditions tell apart.
    pub fn classes(&self, item: usize, fine: bool) -> Vec<Class> {
        let def = &self.form.items[item];
        let comparisons = self.comparisons(Subject::Item(item));
        let mut classes = match &def.answer {
            AnswerType::One(codes) => of_one(codes, fine || !comparisons.is_empty()),
            AnswerType::Several { codes, min, max } => {
                let named =
                    if fine && codes.len() <= 12 { all_bits(codes.len()) } else { named_codes(comparisons) };
                of_several(codes, u32::from(*min), u32::from(*max), named)
            }
            AnswerType::Number(limits) => {
                let scale = f64::from(10_u32.pow(u32::from(limits.decimals.min(9))));
                of_range(limits.min, limits.max, scale, comparisons, Value::Number)
            }
            AnswerType::Date { min, max } => {
                let day = |number: f64| Value::Day(crate::Day::from_number(number as i32));
                let limit = |day: &Option<crate::Day>| day.map(crate::condition::day_number);
                of_range(limit(min), limit(max), 1.0, comparisons, day)
            }
            AnswerType::Text { .. } => {
                vec![Class { stands: Item::Answered(Value::Text("…".into())), ways: 1 }]
            }
        };
        let asks_whether_answered = comparisons.contains(&&Comparison::Answered);
        if asks_whether_answered && !def.required {
            classes.push(Class { stands: Item::NoAnswer, ways: 0 });
        }
        classes
    }
}

fn state(codes: &CodeList, at: usize, value: Value) -> Item {
    if codes.codes[at].kind == CodeKind::Refused { Item::Refused } else { Item::Answered(value) }
}

fn of_one(codes: &CodeList, apart: bool) -> Vec<Class> {
    let one = |at: usize| state(codes, at, Value::Code(at as u16));
    if apart {
        return (0..codes.len()).map(|at| Class { stands: one(at), ways: 1 }).collect();
    }
    let first = (!codes.is_empty()).then(|| Class { stands: one(0), ways: codes.len() as u128 });
    first.into_iter().collect()
}

fn all_bits(codes: usize) -> u64 {
    if codes >= 64 { u64::MAX } else { (1 << codes) - 1 }
}

fn named_codes(comparisons: &[&Comparison]) -> u64 {
    let mut bits = 0;
    for comparison in comparisons {
        if let Comparison::In(codes) | Comparison::NotIn(codes) = comparison {
            bits |= codes.iter().fold(0_u64, |bits, code| bits | 1 << code);
        }
    }
    bits
}

fn of_several(codes: &CodeList, min: u32, max: u32, named: u64) -> Vec<Class> {
    let is_alone = |at: usize| codes.codes[at].exclusive || codes.codes[at].kind == CodeKind::Refused;
    let alone = (0..codes.len()).filter(|at| is_alone(*at)).fold(0_u64, |bits, at| bits | 1 << at);
    let joint = all_bits(codes.len()) & !alone;
    let named = lowest(joint & named, (joint & named).count_ones().min(MOST_NAMED));
    let free = (joint & !named).count_ones();
    let mut classes = Vec::new();
    for subset in subsets(joint & named) {
        let ways: u128 = (0..=free)
            .filter(|more| (min.max(1)..=max).contains(&(subset.count_ones() + more)))
            .map(|more| choose(free, more))
            .sum();
        if ways > 0 {
            let filler = lowest(joint & !named, min.max(1).saturating_sub(subset.count_ones()));
            classes.push(Class { stands: Item::Answered(Value::Codes(subset | filler)), ways });
        }
    }
    for at in (0..codes.len()).filter(|at| alone >> at & 1 == 1) {
        classes.push(Class { stands: state(codes, at, Value::Codes(1 << at)), ways: 1 });
    }
    classes
}

/// All subsets of the bits, the empty one first.
fn subsets(bits: u64) -> impl Iterator<Item = u64> {
    let mut next = Some(0_u64);
    std::iter::from_fn(move || {
        let this = next?;
        let following = this.wrapping_sub(bits) & bits;
        next = (following != 0).then_some(following);
        Some(this)
    })
}

fn lowest(mut bits: u64, count: u32) -> u64 {
    let mut taken = 0;
    for _ in 0..count {
        let bit = bits & bits.wrapping_neg();
        taken |= bit;
        bits ^= bit;
    }
    taken
}

fn choose(n: u32, k: u32) -> u128 {
    (0..u128::from(k.min(n))).fold(1, |product, i| product * (u128::from(n) - i) / (i + 1))
}

/// Stretches between the limits that conditions name, each shown by one value in it.
fn of_range(
    min: Option<f64>,
    max: Option<f64>,
    scale: f64,
    comparisons: &[&Comparison],
    value: impl Fn(f64) -> Value,
) -> Vec<Class> {
    let mut candidates: Vec<f64> = Vec::new();
    for comparison in comparisons {
        if let Comparison::Eq(at)
        | Comparison::Ne(at)
        | Comparison::Lt(at)
        | Comparison::Le(at)
        | Comparison::Gt(at)
        | Comparison::Ge(at) = comparison
        {
            // The answers next to the limit, which itself may have more decimals than they.
            let (below, above) = ((at * scale).floor(), (at * scale).ceil());
            candidates.extend([below - 1.0, below, above, above + 1.0].map(|steps| steps / scale));
        }
    }
    candidates.extend(min.map(|min| (min * scale).ceil() / scale));
    candidates.extend(max.map(|max| (max * scale).floor() / scale));
    if candidates.is_empty() {
        candidates.push(0.0);
    }
    candidates.retain(|at| min.is_none_or(|min| *at >= min) && max.is_none_or(|max| *at <= max));
    candidates.sort_by(f64::total_cmp);
    let mut classes: Vec<(Vec<bool>, Class)> = Vec::new();
    for at in candidates {
        let stands = value(at);
        let answers: Vec<bool> = comparisons.iter().map(|comparison| comparison.holds(&stands)).collect();
        if !classes.iter().any(|(have, _)| *have == answers) {
            classes.push((answers, Class { stands: Item::Answered(stands), ways: 1 }));
        }
    }
    classes.into_iter().map(|(_, class)| class).collect()
}
