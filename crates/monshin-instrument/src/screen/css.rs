//! Conditions as selectors of a style sheet.
//!
//! | in the page | stands for |
//! |---|---|
//! | `#i3-0` | the input of code 0 of item 3, which stands on the page |
//! | `#t5`, `#f5` | test 5 holds, does not hold: what the page does not show, or no style sheet sees, and the server knows |
//! | `#w3` | what shows item 3 (for a grid, its first row) |
//!
//! A condition is true, false or unknown; a question is shown where it is true. So each condition
//! gives two formulas, when it is true and when it is false, and neither where it is unknown.
//!
//! What a choice is worth depends on whether its own question is asked, and so on back to the first question of
//! the page. That grows with every step, so a formula has a largest size, and where it is reached a page ends.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use super::pages;
use crate::{Answers, CodeKind, Comparison, Expr, ItemDef, Questionnaire, Subject, Test, Truth};

/// Most parts of the formula of one question: its selector stays below some 2,000 characters.
const LARGEST: usize = 64;

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

impl Formula {
    /// How many choices and tests stand in it.
    fn size(&self) -> usize {
        match self {
            Formula::Always | Formula::Never => 0,
            Formula::Checked(_, codes) => codes.len(),
            Formula::Known(..) => 1,
            Formula::All(list) | Formula::Any(list) => list.iter().map(Formula::size).sum(),
            Formula::Not(one) => one.size(),
        }
    }
}

/// What a page has to be told for its style sheet: tests that hold or do not, by number.
pub type Known = Vec<(usize, bool)>;

/// The rules that show questions, for a browser that knows `:has()`. Everything with the class `cond`
/// is hidden by the caller's own rule before them, also where it has the class `open`, by which the server says
/// what is asked by what was saved. A selector names the form by `form`.
pub fn routing_css(form: &Questionnaire) -> String {
    let (mut css, tests) = (String::new(), tests(form));
    for page in pages(form) {
        let scope = Scope::new(form, &tests, page.items.start);
        let is_shown_alone = |at: &usize| form.items()[*at].row.is_none_or(|row| row == 0);
        for at in page.items.filter(is_shown_alone) {
            let _ = match scope.shown(at).as_ref().map(selector) {
                Some(Some(text)) if text.is_empty() => Ok(()),
                Some(Some(text)) => writeln!(css, "form{text} #w{at}{{display:block}}"),
                Some(None) => Ok(()),
                // Within one block there is no page to begin: it is shown as it was saved.
                None => writeln!(css, "form #w{at}.open{{display:block}}"),
            };
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

/// Whether the style sheet of a page that begins with item `start` sees what the test looks at.
pub(super) fn is_seen(form: &Questionnaire, test: &Test, start: usize) -> bool {
    let is_small = |item: usize| form.items()[item].codes().is_some_and(|codes| codes.len() <= 64);
    matches!(test.subject, Subject::Item(item) if item >= start && is_small(item))
}

/// What a page with these items has to be told, given what was answered.
pub fn known(form: &Questionnaire, answers: &Answers, page: Range<usize>) -> Known {
    let settled = form.settled(answers);
    let filters: Vec<Expr> = page.clone().map(|at| displayed(&form.items()[at].filter)).collect();
    let wanted: Vec<&Test> = filters.iter().flat_map(Expr::tests).collect();
    let is_told = |test: &Test| wanted.contains(&test) && !is_seen(form, test, page.start);
    let tests = tests(form).into_iter().enumerate().filter(|(_, test)| is_told(test));
    tests
        .filter_map(|(number, test)| match Expr::Test(test).truth(&settled, answers) {
            Truth::True => Some((number, true)),
            Truth::False => Some((number, false)),
            Truth::Unknown => None,
        })
        .collect()
}

/// The formulas of one page, each worked out once.
pub(super) struct Scope<'f> {
    form: &'f Questionnaire,
    /// Every different one of the questionnaire.
    tests: &'f [Test],
    /// The first item of the page.
    start: usize,
    /// Of the filters of items: when they are true, when they are false; `None` where that is too large.
    worked: RefCell<BTreeMap<(usize, bool), Option<Formula>>>,
}

impl<'f> Scope<'f> {
    /// A page that begins with this item.
    pub(super) fn new(form: &'f Questionnaire, tests: &'f [Test], start: usize) -> Scope<'f> {
        Scope { form, tests, start, worked: RefCell::default() }
    }

    /// When an item of the page is shown; `None` where that is too large to say.
    pub(super) fn shown(&self, item: usize) -> Option<Formula> {
        self.when(&displayed(&self.form.items()[item].filter), true)
    }

    /// When the filter of an item is true, or when it is false.
    fn filter(&self, item: usize, holds: bool) -> Option<Formula> {
        if let Some(worked) = self.worked.borrow().get(&(item, holds)) {
            return worked.clone();
        }
        let formula = self.when(&self.form.items()[item].filter, holds);
        self.worked.borrow_mut().insert((item, holds), formula.clone());
        formula
    }

    /// When a condition is true, or when it is false.
    fn when(&self, condition: &Expr, holds: bool) -> Option<Formula> {
        let each = |list: &[Expr]| list.iter().map(|one| self.when(one, holds)).collect::<Option<Vec<_>>>();
        let formula = match (condition, holds) {
            (Expr::Always | Expr::Given(_), true) => Formula::Always,
            (Expr::Always | Expr::Given(_), false) => Formula::Never,
            (Expr::Not(one), _) => self.when(one, !holds)?,
            (Expr::And(list), true) | (Expr::Or(list), false) => all(each(list)?),
            (Expr::And(list), false) | (Expr::Or(list), true) => any(each(list)?),
            (Expr::Test(test), _) => self.when_test(test, holds)?,
        };
        (formula.size() <= LARGEST).then_some(formula)
    }

    fn when_test(&self, test: &Test, holds: bool) -> Option<Formula> {
        let Subject::Item(item) = test.subject else { return Some(self.known(test, holds)) };
        if !is_seen(self.form, test, self.start) {
            return Some(self.known(test, holds));
        }
        let def = &self.form.items()[item];
        let (refused, given) = parted(def);
        let is_one = matches!(def.answer, crate::AnswerType::One(_));
        // With several answers, a refusal among them is a refusal.
        let refused = if is_one { Formula::Never } else { checked(item, refused) };
        let asked_and = |what: Formula| Some(all(vec![self.filter(item, true)?, what, not(refused.clone())]));
        let not_asked_or = |what: Option<Formula>| Some(any(vec![self.filter(item, false)?, what?]));
        let among = |codes: &[u16]| {
            checked(item, given.iter().copied().filter(|code| codes.contains(code)).collect())
        };
        let others = |codes: &[u16]| {
            let rest = given.iter().copied().filter(|code| !codes.contains(code)).collect();
            if is_one { checked(item, rest) } else { all(vec![checked(item, rest), not(among(codes))]) }
        };
        match (&test.is, holds) {
            (Comparison::Answered, true) => asked_and(checked(item, given)),
            (Comparison::Answered, false) => Some(not(asked_and(checked(item, given))?)),
            (Comparison::In(codes), true) => asked_and(among(codes)),
            (Comparison::In(codes), false) => not_asked_or(asked_and(others(codes))),
            (Comparison::NotIn(codes), true) => asked_and(others(codes)),
            (Comparison::NotIn(codes), false) => not_asked_or(asked_and(among(codes))),
            _ => Some(self.known(test, holds)),
        }
    }

    fn known(&self, test: &Test, holds: bool) -> Formula {
        let number = self
            .tests
            .iter()
            .position(|have| have == test)
            .expect("every test of the questionnaire is numbered");
        Formula::Known(number, holds)
    }
}

/// Codes that are refusals, and the others.
fn parted(def: &ItemDef) -> (Vec<u16>, Vec<u16>) {
    let codes = def.codes().map_or(&[][..], |list| &list.codes[..]);
    (0..codes.len() as u16).partition(|code| codes[usize::from(*code)].kind == CodeKind::Refused)
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
    let parts = list.into_iter().flat_map(|one| match one {
        Formula::All(parts) => parts,
        other => vec![other],
    });
    joined(parts, &Formula::Never, &Formula::Always, Formula::All)
}

fn any(list: Vec<Formula>) -> Formula {
    let parts = list.into_iter().flat_map(|one| match one {
        Formula::Any(parts) => parts,
        other => vec![other],
    });
    joined(parts, &Formula::Always, &Formula::Never, Formula::Any)
}

fn joined(
    list: impl Iterator<Item = Formula>,
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
