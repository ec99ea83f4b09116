//! What the routing says of counts: the base of a follow-up counts answers to what it follows.

use std::sync::Arc;

use monshin_instrument::{AnswerType, Comparison, Expr, ItemDef, Subject, Test, Truth};

use crate::cube::{State, patterns_of};
use crate::{Tables, VariableKind};

/// Cells of one variable in one group, by what they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The base: answered.
    Base,
    Blank,
    Refused,
    NotAsked,
    ScopeUnknown,
    /// Units that gave a code.
    Code(u16),
    /// Units that answered and did not give it, of several answers.
    Other(u16),
    /// Answers that stand behind a mean, as far as subtraction goes.
    Mass,
}

/// Σ terms (of two or three variables, and of all units of the group) ≥ 0, or = 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// Variable, cell, coefficient.
    pub terms: Vec<(usize, What, i64)>,
    /// Coefficient of all units of the group.
    pub units: i64,
    /// Whether it is an equation.
    pub is_equal: bool,
}

/// What can become of a question, for the units of a group.
const OUTCOMES: [&[What]; 3] =
    [&[What::Base, What::Blank, What::Refused], &[What::NotAsked], &[What::ScopeUnknown]];

/// Breakdowns with the class of a group in them; `None` is a class that is not known.
pub(super) type Known = Vec<(usize, Option<u16>)>;

/// The relations of a variable with those that its condition rests on, in a group with these classes.
pub(super) fn relations(tables: &Tables, variable: usize, classes: &Known) -> Vec<Relation> {
    let before = rests_on(tables, variable);
    let filters = |of: usize| filter_with(&item(tables, of).filter, classes);
    let mut members = before.clone();
    members.push(variable);
    let mut list = patterns(tables, &members, &filters);
    if list.is_none() {
        // Too many to list: only what the condition itself looks at.
        members = looked_at(tables, variable);
        members.push(variable);
        list = patterns(tables, &members, &filters);
    }
    let Some(list) = list else { return Vec::new() };
    let scan = Scan { tables, members: &members, list: &list };
    let mut found = Vec::new();
    for outcome in 0..OUTCOMES.len() {
        if let Some(constant) = scan.constant(outcome) {
            found.push(scan.of_all(outcome, constant));
            continue;
        }
        let single: Vec<Vec<Relation>> = (0..members.len() - 1).map(|at| scan.of_one(at, outcome)).collect();
        let settled = single.iter().flatten().any(|relation| relation.is_equal);
        found.extend(single.into_iter().flatten());
        if !settled {
            for a in 0..members.len() - 1 {
                found.extend((a + 1..members.len() - 1).filter_map(|b| scan.of_two(a, b, outcome)));
            }
        }
    }
    found
}

fn item(tables: &Tables, variable: usize) -> &ItemDef {
    &tables.questionnaire.items()[tables.variables[variable].items[0]]
}

/// Variables of the same units that the condition of this one looks at, in order.
fn looked_at(tables: &Tables, variable: usize) -> Vec<usize> {
    let own = &tables.variables[variable];
    let of_item = |item: usize| {
        tables.variables.iter().position(|one| one.block == own.block && one.items.first() == Some(&item))
    };
    let tests = item(tables, variable).tests();
    let mut found: Vec<usize> = tests
        .into_iter()
        .filter_map(|test| match test.subject {
            Subject::Item(item) => of_item(item),
            Subject::Breakdown(_) => None,
        })
        .filter(|&other| other != variable)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The same with what those rest on, in the order in which they are asked.
fn rests_on(tables: &Tables, variable: usize) -> Vec<usize> {
    let mut found = looked_at(tables, variable);
    let mut at = 0;
    while at < found.len() {
        let more: Vec<usize> =
            looked_at(tables, found[at]).into_iter().filter(|one| !found.contains(one)).collect();
        found.extend(more);
        at += 1;
    }
    found.sort_by_key(|&one| tables.variables[one].items[0]);
    found
}

/// The number of an item that is nobody's and always left blank: what rests on it is unknown.
const NOBODYS: usize = usize::MAX;

/// The condition where these classes are known; of a unit without a class nobody can tell.
fn filter_with(filter: &Expr, classes: &Known) -> Expr {
    let all = |list: &[Expr]| list.iter().map(|one| filter_with(one, classes)).collect();
    match filter {
        Expr::Test(test) => {
            let class = classes.iter().find(|(by, _)| test.subject == Subject::Breakdown(*by));
            match class.map(|(_, class)| test.is.truth_of_class(*class)) {
                Some(Truth::True) => Expr::Always,
                Some(Truth::False) => Expr::Not(Box::new(Expr::Always)),
                Some(Truth::Unknown) => {
                    Expr::Test(Test { subject: Subject::Item(NOBODYS), is: Comparison::In(Vec::new()) })
                }
                None => filter.clone(),
            }
        }
        Expr::And(list) => Expr::And(all(list)),
        Expr::Or(list) => Expr::Or(all(list)),
        Expr::Not(one) => Expr::Not(Box::new(filter_with(one, classes))),
        _ => filter.clone(),
    }
}

fn patterns(
    tables: &Tables,
    members: &[usize],
    filter: &impl Fn(usize) -> Expr,
) -> Option<Vec<Box<[State]>>> {
    /// More are not worth the while: what the condition itself looks at says nearly as much.
    const MOST: usize = 4096;
    let own = |&one: &usize| {
        let def = ItemDef { filter: filter(one), ..item(tables, one).clone() };
        (tables.variables[one].items[0], def)
    };
    let first = item(tables, *members.first()?).clone();
    let nobodys = ItemDef { filter: Expr::Always, answer: AnswerType::One(Arc::default()), ..first };
    let defs: Vec<(usize, ItemDef)> =
        std::iter::once((NOBODYS, nobodys)).chain(members.iter().map(own)).collect();
    let list = patterns_of(&defs, MOST)?;
    Some(list.into_iter().map(|pattern| pattern[1..].into()).collect())
}

/// The patterns of a variable (the last member) and of those that it rests on.
struct Scan<'a> {
    tables: &'a Tables,
    members: &'a [usize],
    list: &'a [Box<[State]>],
}

impl Scan<'_> {
    fn variable(&self) -> usize {
        self.members[self.members.len() - 1]
    }

    fn outcome(pattern: &[State]) -> usize {
        match pattern[pattern.len() - 1] {
            State::NotAsked => 1,
            State::ScopeUnknown => 2,
            _ => 0,
        }
    }

    /// Whether the outcome is the same in all patterns, and then whether it is this one.
    fn constant(&self, outcome: usize) -> Option<bool> {
        let mut all = self.list.iter().map(|pattern| Scan::outcome(pattern) == outcome);
        let first = all.next()?;
        all.all(|one| one == first).then_some(first)
    }

    fn of_all(&self, outcome: usize, is_it: bool) -> Relation {
        let terms = OUTCOMES[outcome].iter().map(|&what| (self.variable(), what, -1)).collect();
        Relation { terms, units: i64::from(is_it), is_equal: true }
    }

    /// States of a member with which the outcome comes about always, and with which it may.
    fn must_and_may(&self, at: usize, outcome: usize) -> (Vec<State>, Vec<State>, Vec<State>) {
        let mut seen: std::collections::BTreeMap<State, (bool, bool)> = std::collections::BTreeMap::new();
        for pattern in self.list {
            let is_it = Scan::outcome(pattern) == outcome;
            let entry = seen.entry(pattern[at]).or_insert((true, false));
            *entry = (entry.0 && is_it, entry.1 || is_it);
        }
        let pick = |wanted: &dyn Fn(&(bool, bool)) -> bool| {
            seen.iter().filter(|(_, one)| wanted(one)).map(|(state, _)| *state).collect()
        };
        (pick(&|one| one.0), pick(&|one| one.1), pick(&|_| true))
    }

    /// Σ must ≤ outcome ≤ Σ may; an equation where they are the same.
    fn of_one(&self, at: usize, outcome: usize) -> Vec<Relation> {
        let (must, may, all) = self.must_and_may(at, outcome);
        let own = OUTCOMES[outcome].iter().map(|&what| (self.variable(), what, -1));
        let relation = |cells: Vec<What>, sign: i64, is_equal: bool| {
            let other = cells.into_iter().map(|what| (self.members[at], what, 1));
            let terms = other.chain(own.clone()).map(|(of, what, k)| (of, what, sign * k)).collect();
            Relation { terms, units: 0, is_equal }
        };
        let (from_below, from_above) = (self.inside(at, &must, &all), self.around(at, &may, &all));
        if must == may
            && let [below] = &from_below[..]
            && from_above.as_ref() == Some(below)
        {
            return vec![relation(below.clone(), 1, true)];
        }
        let mut found: Vec<Relation> = from_below
            .into_iter()
            .filter(|cells| !cells.is_empty())
            .map(|cells| relation(cells, -1, false))
            .collect();
        if may.len() < all.len() {
            found.extend(from_above.map(|cells| relation(cells, 1, false)));
        }
        found
    }

    /// outcome ≥ Σ may of the one + Σ may of the other − all, where both together are enough.
    fn of_two(&self, a: usize, b: usize, outcome: usize) -> Option<Relation> {
        let ((_, may_a, all_a), (_, may_b, all_b)) =
            (self.must_and_may(a, outcome), self.must_and_may(b, outcome));
        let together = |pattern: &[State]| may_a.contains(&pattern[a]) && may_b.contains(&pattern[b]);
        let enough = self.list.iter().all(|pattern| !together(pattern) || Scan::outcome(pattern) == outcome);
        let exact = |at: usize, may: &[State], all: &[State]| {
            let (inside, around) = (self.inside(at, may, all), self.around(at, may, all)?);
            inside.into_iter().find(|cells| *cells == around)
        };
        let (first, second) = (exact(a, &may_a, &all_a)?, exact(b, &may_b, &all_b)?);
        if !enough {
            return None;
        }
        let own = OUTCOMES[outcome].iter().map(|&what| (self.variable(), what, 1));
        let first = first.into_iter().map(|what| (self.members[a], what, -1));
        let second = second.into_iter().map(|what| (self.members[b], what, -1));
        Some(Relation { terms: own.chain(first).chain(second).collect(), units: 1, is_equal: false })
    }

    /// Cells that hold nothing but units in these states: one list of cells that do not overlap, or
    /// (of several answers) a list for each code.
    fn inside(&self, at: usize, states: &[State], all: &[State]) -> Vec<Vec<What>> {
        let (plain, sets) = cells_of(states);
        let every: Vec<u64> = cells_of(all).1;
        if self.tables.variables[self.members[at]].kind != VariableKind::Multiple || sets.is_empty() {
            return vec![plain];
        }
        if sets.len() == every.len() {
            return vec![[plain, vec![What::Base]].concat()];
        }
        let within =
            |holds: &dyn Fn(u64) -> bool| every.iter().all(|&set| !holds(set) || sets.contains(&set));
        let mut lists = Vec::new();
        for code in 0..64_u16 {
            let has = |set: u64| set >> code & 1 == 1;
            if every.iter().any(|&set| has(set)) {
                lists.extend(within(&has).then(|| [plain.clone(), vec![What::Code(code)]].concat()));
                lists.extend(
                    within(&|set| !has(set)).then(|| [plain.clone(), vec![What::Other(code)]].concat()),
                );
            }
        }
        if lists.is_empty() { vec![plain] } else { lists }
    }

    /// Cells that together hold all units in these states, as few as are found.
    fn around(&self, at: usize, states: &[State], all: &[State]) -> Option<Vec<What>> {
        let (plain, sets) = cells_of(states);
        let every: Vec<u64> = cells_of(all).1;
        if self.tables.variables[self.members[at]].kind != VariableKind::Multiple || sets.is_empty() {
            return Some(plain);
        }
        let inside = self.inside(at, states, all);
        let covers = |cells: &[What]| {
            sets.iter().all(|&set| {
                cells.iter().any(|what| match what {
                    What::Code(code) => set >> code & 1 == 1,
                    What::Other(code) => set >> code & 1 == 0,
                    What::Base => true,
                    _ => false,
                })
            })
        };
        if let Some(one) = inside.iter().find(|cells| covers(cells)) {
            return Some(one.clone());
        }
        let mut union: Vec<What> = inside.concat();
        union.sort_unstable();
        union.dedup();
        let union_covers = covers(&union);
        let smaller = sets.len() < every.len();
        Some(if union_covers && smaller { union } else { [plain, vec![What::Base]].concat() })
    }
}

/// The cells of states that are one each, and the sets of codes among them.
fn cells_of(states: &[State]) -> (Vec<What>, Vec<u64>) {
    let mut cells = Vec::new();
    let mut sets = Vec::new();
    for state in states {
        match *state {
            State::Code(code) => cells.push(What::Code(code)),
            State::Codes(bits) => sets.push(bits),
            State::Given => cells.push(What::Base),
            State::Blank => cells.push(What::Blank),
            State::Refused => cells.push(What::Refused),
            State::NotAsked => cells.push(What::NotAsked),
            State::ScopeUnknown => cells.push(What::ScopeUnknown),
        }
    }
    (cells, sets)
}
