//! One pass that counts ways: which items can be asked, which can be passed, how many patterns.

use std::collections::BTreeMap;

use super::Variable;
use super::domain::{Class, Domains};
use crate::{BreakdownSource, Expr, Item, Questionnaire, Subject, Test, Truth};

/// What can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// For each item: some respondent is asked.
    pub can_open: Vec<bool>,
    /// For each item: some respondent is not asked.
    pub can_shut: Vec<bool>,
    /// Number of complete answer patterns (no blanks; numbers and days by the classes that
    /// conditions tell apart, words as one class). `None` where there are too many states to
    /// follow, or more than `u128` holds.
    pub patterns: Option<u128>,
    /// The same times the classes of the breakdowns that come from the frame.
    pub patterns_by_class: Option<u128>,
    /// Whether the pass looked at everything; where not, `can_open` and `can_shut` are all true.
    pub is_complete: bool,
}

/// At most so many states are followed at once.
const MAX_STATES: usize = 200_000;

/// At most so many states are looked at in all.
const MAX_WORK: usize = 5_000_000;

/// Patterns are told apart one by one only in questionnaires of at most so many items.
const MAX_ITEMS_APART: usize = 1_000;

/// Values of the variables that are still needed, in the order of `Variable`.
type State = Vec<(Variable, u32)>;

/// Follows all ways through the questionnaire.
pub fn reach(form: &Questionnaire) -> Reach {
    Pass::new(form).run()
}

struct Pass<'q> {
    form: &'q Questionnaire,
    last_use: BTreeMap<Variable, usize>,
    read: Domains<'q>,
    domains: BTreeMap<Variable, Vec<Class>>,
    states: BTreeMap<State, Option<u128>>,
    can_open: Vec<bool>,
    can_shut: Vec<bool>,
}

impl<'q> Pass<'q> {
    fn new(form: &'q Questionnaire) -> Self {
        let mut last_use = BTreeMap::new();
        for (at, item) in form.items.iter().enumerate() {
            for variable in variables(&item.filter) {
                last_use.insert(variable, at);
            }
        }
        let items = form.items.len();
        Pass {
            form,
            last_use,
            read: Domains::new(form),
            domains: BTreeMap::new(),
            states: BTreeMap::from([(State::new(), Some(1))]),
            can_open: vec![false; items],
            can_shut: vec![false; items],
        }
    }

    fn run(mut self) -> Reach {
        self.branch_on_breakdowns();
        let mut work = 0;
        for at in 0..self.form.items.len() {
            self.branch_on_entry(at);
            work += self.states.len();
            if work > MAX_WORK || self.states.len() > MAX_STATES || !self.step(at) {
                return self.incomplete();
            }
        }
        let total = self.states.values().try_fold(0_u128, |sum, ways| sum.checked_add((*ways)?));
        let (read, unread) = self.frame_classes();
        Reach {
            patterns: match read {
                1 => total,
                // Each pattern at least once for some class: where there are too many of both
                // together, they are not looked at one by one.
                _ if self.form.items.len() > MAX_ITEMS_APART => None,
                _ => super::enumerate::distinct(self.form),
            },
            patterns_by_class: total.and_then(|total| total.checked_mul(unread)),
            can_open: self.can_open,
            can_shut: self.can_shut,
            is_complete: true,
        }
    }

    fn incomplete(self) -> Reach {
        let items = self.form.items.len();
        Reach {
            can_open: vec![true; items],
            can_shut: vec![true; items],
            patterns: None,
            patterns_by_class: None,
            is_complete: false,
        }
    }

    /// Product of the classes of frame breakdowns that conditions read, and of those they do not.
    fn frame_classes(&self) -> (u128, u128) {
        let (mut read, mut unread) = (1_u128, 1_u128);
        for (at, breakdown) in self.form.breakdowns.iter().enumerate() {
            if breakdown.source == BreakdownSource::Frame {
                let classes = breakdown.codes.len().max(1) as u128;
                let used = self.last_use.contains_key(&Variable::Subject(Subject::Breakdown(at)));
                let product = if used { &mut read } else { &mut unread };
                *product = product.saturating_mul(classes);
            }
        }
        (read, unread)
    }

    fn branch_on_breakdowns(&mut self) {
        for (at, breakdown) in self.form.breakdowns.iter().enumerate() {
            let variable = Variable::Subject(Subject::Breakdown(at));
            if self.last_use.contains_key(&variable) {
                let class = |class| Class { stands: Item::Answered(crate::Value::Code(class)), ways: 1 };
                let domain = (0..breakdown.codes.len() as u16).map(class).collect();
                self.branch(variable, domain);
            }
        }
    }

    fn branch_on_entry(&mut self, at: usize) {
        for variable in variables(&self.form.items[at].filter) {
            if matches!(variable, Variable::Entry(_)) && !self.domains.contains_key(&variable) {
                let answered = Item::Answered(crate::Value::Code(0));
                let there = [Item::NotAsked(at), answered].map(|stands| Class { stands, ways: 1 });
                self.branch(variable, there.to_vec());
            }
        }
    }

    fn branch(&mut self, variable: Variable, domain: Vec<Class>) {
        let mut next = BTreeMap::new();
        for (state, ways) in std::mem::take(&mut self.states) {
            for (value, class) in domain.iter().enumerate() {
                add(&mut next, with(&state, variable, value as u32), times(ways, class.ways));
            }
        }
        self.states = next;
        self.domains.insert(variable, domain);
    }

    /// Asks item `at` in every state; false where there are too many states.
    fn step(&mut self, at: usize) -> bool {
        let variable = Variable::Subject(Subject::Item(at));
        if self.last_use.contains_key(&variable) && self.read.is_beyond(at) {
            return false;
        }
        let mut domain = self.read.classes(at, false);
        let shut = domain.len() as u32;
        domain.push(Class { stands: Item::NotAsked(at), ways: 1 });
        let is_read = self.last_use.contains_key(&variable);
        let all_ways =
            domain[..domain.len() - 1].iter().try_fold(0_u128, |sum, class| sum.checked_add(class.ways));
        let filter = &self.form.items[at].filter;
        let mut next = BTreeMap::new();
        for (state, ways) in std::mem::take(&mut self.states) {
            let open = self.truth(filter, &state) == Truth::True;
            self.can_open[at] |= open;
            self.can_shut[at] |= !open;
            let kept = self.without_expired(&state, at);
            match (open, is_read) {
                (false, false) => add(&mut next, kept, ways),
                (false, true) => add(&mut next, with(&kept, variable, shut), ways),
                (true, false) => add(&mut next, kept, ways.zip(all_ways).and_then(|(a, b)| a.checked_mul(b))),
                (true, true) => {
                    for (value, class) in domain[..domain.len() - 1].iter().enumerate() {
                        add(&mut next, with(&kept, variable, value as u32), times(ways, class.ways));
                    }
                }
            }
            if next.len() > MAX_STATES {
                return false;
            }
        }
        self.domains.insert(variable, domain);
        self.states = next;
        true
    }

    fn without_expired(&self, state: &State, at: usize) -> State {
        state.iter().filter(|(variable, _)| self.last_use[variable] > at).copied().collect()
    }

    fn truth(&self, filter: &Expr, state: &State) -> Truth {
        let stands = |variable: Variable| {
            let (_, value) = state.iter().find(|(have, _)| *have == variable)?;
            Some(&self.domains[&variable][*value as usize].stands)
        };
        let test = |test: &Test| {
            stands(Variable::Subject(test.subject)).map_or(Truth::Unknown, |item| test.is.truth_of(item))
        };
        let given = |entry: &[usize]| {
            let there = stands(Variable::Entry(entry[0]));
            there.is_some_and(|item| matches!(item, Item::Answered(_))).into()
        };
        filter.eval(&test, &given)
    }
}

/// What an expression reads.
pub(super) fn variables(expr: &Expr) -> Vec<Variable> {
    let tests = expr.tests().into_iter().map(|test| Variable::Subject(test.subject));
    tests.chain(expr.entries().into_iter().map(|entry| Variable::Entry(entry[0]))).collect()
}

fn with(state: &State, variable: Variable, value: u32) -> State {
    let mut state = state.clone();
    let at = state.partition_point(|(have, _)| *have < variable);
    state.insert(at, (variable, value));
    state
}

fn times(ways: Option<u128>, more: u128) -> Option<u128> {
    ways.and_then(|ways| ways.checked_mul(more))
}

fn add(states: &mut BTreeMap<State, Option<u128>>, state: State, ways: Option<u128>) {
    let sum = states.entry(state).or_insert(Some(0));
    *sum = sum.zip(ways).and_then(|(a, b)| a.checked_add(b));
}
