//! Conditions as selectors of a style sheet.
//!
//! | in the page | stands for |
//! |---|---|
//! | `#i3-0` | the input of code 0 of item 3; from an earlier page as a hidden box that is checked |
//! | `#t5`, `#f5` | test 5 holds, does not hold: what a style sheet cannot see and the server knows |
//! | `#w3` | what shows item 3 (for a grid, its first row) |
//!
//! A condition is true, false or unknown; a question is shown where it is true. So each condition
//! gives two formulas, when it is true and when it is false, and neither where it is unknown.

use std::fmt::Write;

use crate::{Answers, CodeKind, Comparison, Expr, Item, ItemDef, Questionnaire, Subject, Test, Truth, Value};

/// A formula over what is in the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Formula {
    Always,
    Never,
    /// One of these codes of an item is checked.
    Checked(usize, Vec<u16>),
    /// The server says that a test holds (or does not).
    Known(usize, bool),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Not(Box<Formula>),
}

/// What a later page has to remember of earlier ones, for its style sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Codes that are chosen: item and code.
    pub checked: Vec<(usize, u16)>,
    /// Tests that hold or do not, by number.
    pub known: Vec<(usize, bool)>,
}

/// The rules that show questions, for a browser that knows `:has()`. Everything with the class `cond`
/// is hidden by the caller's own rule before them. A selector names the form by `form`.
pub fn routing_css(form: &Questionnaire) -> String {
    let mut css = String::new();
    let tests = tests(form);
    for (at, item) in form.items().iter().enumerate().filter(|(_, item)| item.row.is_none_or(|row| row == 0))
    {
        let shown = when(form, &tests, &displayed(&item.filter), true);
        match selector(&shown) {
            Some(text) if text.is_empty() => {}
            Some(text) => {
                let _ = writeln!(css, "form{text} #w{at}{{display:block}}");
            }
            None => {}
        }
    }
    css
}

/// Whether an item is shown without any condition.
pub fn is_always_shown(item: &ItemDef) -> bool {
    displayed(&item.filter) == Expr::Always
}

/// An entry of an open-ended block is asked once something of it is given; to be given it is shown.
pub(super) fn displayed(filter: &Expr) -> Expr {
    match filter {
        Expr::Given(_) => Expr::Always,
        Expr::And(all) => {
            let kept: Vec<Expr> = all.iter().map(displayed).filter(|one| *one != Expr::Always).collect();
            match kept.len() {
                0 => Expr::Always,
                1 => kept.into_iter().next().expect("one of one"),
                _ => Expr::And(kept),
            }
        }
        other => other.clone(),
    }
}

/// Every different test of the questionnaire; the position is its number.
pub(super) fn tests(form: &Questionnaire) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    for test in form.items().iter().flat_map(ItemDef::tests) {
        if !tests.contains(test) {
            tests.push(test.clone());
        }
    }
    tests
}

/// Whether a style sheet sees what the test looks at.
pub(super) fn is_seen(form: &Questionnaire, test: &Test) -> bool {
    matches!(test.subject, Subject::Item(item) if form.items()[item].codes().is_some_and(|codes| codes.len() <= 64))
}

/// What a page that shows `on_page` has to remember, given what was answered.
pub fn memory(form: &Questionnaire, answers: &Answers, on_page: &dyn Fn(usize) -> bool) -> Memory {
    let mut memory = Memory::default();
    let items = form.settled(answers);
    for (number, test) in tests(form).iter().enumerate() {
        match test.subject {
            Subject::Item(item) if is_seen(form, test) => {
                if !on_page(item)
                    && let Item::Answered(value) = &items[item]
                {
                    for code in codes_of(value) {
                        if !memory.checked.contains(&(item, code)) {
                            memory.checked.push((item, code));
                        }
                    }
                }
            }
            _ => match Expr::Test(test.clone()).truth(&items, answers) {
                Truth::True => memory.known.push((number, true)),
                Truth::False => memory.known.push((number, false)),
                Truth::Unknown => {}
            },
        }
    }
    memory
}

fn codes_of(value: &Value) -> Vec<u16> {
    match value {
        Value::Code(code) => vec![*code],
        Value::Codes(bits) => (0..64).filter(|at| bits >> at & 1 == 1).collect(),
        _ => Vec::new(),
    }
}

/// When a condition is true, or when it is false.
pub(super) fn when(form: &Questionnaire, tests: &[Test], condition: &Expr, holds: bool) -> Formula {
    let each = |list: &[Expr]| list.iter().map(|one| when(form, tests, one, holds)).collect::<Vec<_>>();
    match (condition, holds) {
        (Expr::Always | Expr::Given(_), true) => Formula::Always,
        (Expr::Always | Expr::Given(_), false) => Formula::Never,
        (Expr::Not(one), _) => when(form, tests, one, !holds),
        (Expr::And(list), true) | (Expr::Or(list), false) => all(each(list)),
        (Expr::And(list), false) | (Expr::Or(list), true) => any(each(list)),
        (Expr::Test(test), _) => when_test(form, tests, test, holds),
    }
}

fn when_test(form: &Questionnaire, tests: &[Test], test: &Test, holds: bool) -> Formula {
    let Subject::Item(item) = test.subject else { return known(tests, test, holds) };
    if !is_seen(form, test) {
        return known(tests, test, holds);
    }
    let def = &form.items()[item];
    let (refused, given) = parted(def);
    let is_one = matches!(def.answer, crate::AnswerType::One(_));
    // With several answers, a refusal among them is a refusal.
    let refused = if is_one { Formula::Never } else { checked(item, refused) };
    let asked_and =
        |what: Formula| all(vec![when(form, tests, &def.filter, true), what, not(refused.clone())]);
    let not_asked_or = |what: Formula| any(vec![when(form, tests, &def.filter, false), what]);
    let among =
        |codes: &[u16]| checked(item, given.iter().copied().filter(|code| codes.contains(code)).collect());
    let others = |codes: &[u16]| {
        let rest = given.iter().copied().filter(|code| !codes.contains(code)).collect();
        if is_one { checked(item, rest) } else { all(vec![checked(item, rest), not(among(codes))]) }
    };
    match (&test.is, holds) {
        (Comparison::Answered, true) => asked_and(checked(item, given)),
        (Comparison::Answered, false) => not(asked_and(checked(item, given))),
        (Comparison::In(codes), true) => asked_and(among(codes)),
        (Comparison::In(codes), false) => not_asked_or(asked_and(others(codes))),
        (Comparison::NotIn(codes), true) => asked_and(others(codes)),
        (Comparison::NotIn(codes), false) => not_asked_or(asked_and(among(codes))),
        _ => known(tests, test, holds),
    }
}

/// Codes that are refusals, and the others.
fn parted(def: &ItemDef) -> (Vec<u16>, Vec<u16>) {
    let codes = def.codes().map_or(&[][..], |list| &list.codes[..]);
    (0..codes.len() as u16).partition(|code| codes[usize::from(*code)].kind == CodeKind::Refused)
}

fn known(tests: &[Test], test: &Test, holds: bool) -> Formula {
    let number =
        tests.iter().position(|have| have == test).expect("every test of the questionnaire is numbered");
    Formula::Known(number, holds)
}

fn checked(item: usize, codes: Vec<u16>) -> Formula {
    if codes.is_empty() { Formula::Never } else { Formula::Checked(item, codes) }
}

fn not(one: Formula) -> Formula {
    match one {
        Formula::Always => Formula::Never,
        Formula::Never => Formula::Always,
        Formula::Not(inner) => *inner,
        other => Formula::Not(Box::new(other)),
    }
}

fn all(list: Vec<Formula>) -> Formula {
    joined(list, &Formula::Never, &Formula::Always, Formula::All)
}

fn any(list: Vec<Formula>) -> Formula {
    joined(list, &Formula::Always, &Formula::Never, Formula::Any)
}

fn joined(
    list: Vec<Formula>,
    decides: &Formula,
    idle: &Formula,
    join: fn(Vec<Formula>) -> Formula,
) -> Formula {
    let mut kept: Vec<Formula> = Vec::new();
    for one in list {
        if one == *decides {
            return one;
        }
        if one != *idle && !kept.contains(&one) {
            kept.push(one);
        }
    }
    match kept.len() {
        0 => idle.clone(),
        1 => kept.remove(0),
        _ => join(kept),
    }
}

/// The formula as conditions behind `form`; `""` where it always holds, `None` where it never does.
fn selector(formula: &Formula) -> Option<String> {
    Some(match formula {
        Formula::Always => String::new(),
        Formula::Never => return None,
        Formula::Checked(item, codes) => {
            let ids: Vec<String> = codes.iter().map(|code| format!("#i{item}-{code}")).collect();
            match ids.len() {
                1 => format!(":has({}:checked)", ids[0]),
                _ => format!(":has(:is({}):checked)", ids.join(",")),
            }
        }
        Formula::Known(test, true) => format!(":has(#t{test})"),
        Formula::Known(test, false) => format!(":has(#f{test})"),
        Formula::All(list) => list.iter().map(selector).collect::<Option<Vec<_>>>()?.concat(),
        Formula::Any(list) => {
            let one_of: Vec<String> = list.iter().filter_map(selector).collect();
            format!(":is({})", one_of.join(","))
        }
        Formula::Not(one) => format!(":not({})", selector(one)?),
    })
}
