//! The reachable answer patterns one by one, and the paths they take.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::Domains;
use crate::{Answers, Given, Item, Questionnaire, Step, Subject, Truth, Value};

/// One complete way of answering.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Class of each breakdown that conditions read; `None` for the others.
    pub classes: Vec<Option<u16>>,
    /// State of every item. Numbers, days and words are shown by one value of their class.
    pub items: Vec<Item>,
}

/// A path: which items are asked, and how many patterns take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathSummary {
    /// One step per item.
    pub steps: Vec<Step>,
    /// Patterns that take it.
    pub patterns: u64,
}

/// The walk goes one level deeper for each item, and does not go deeper than this.
const MAX_ITEMS: usize = 1_000;

/// The reachable patterns in order, at most `limit`; the flag says whether that is all of them. A
/// questionnaire of more than a thousand items gives none.
pub fn patterns(form: &Questionnaire, limit: usize) -> (Vec<Pattern>, bool) {
    let domains = Domains::new(form);
    let is_beyond = (0..form.items.len()).any(|at| domains.is_beyond(at));
    let mut walk = Walk { form, domains, limit, found: Vec::new(), is_all: true };
    if form.items.len() > MAX_ITEMS {
        return (Vec::new(), false);
    }
    let mut answers = form.no_answers();
    walk.breakdown(0, &mut answers);
    (walk.found, walk.is_all && !is_beyond)
}

/// The distinct paths of at most `limit` patterns, longest first; the flag as in [`patterns`].
pub fn paths(form: &Questionnaire, limit: usize) -> (Vec<PathSummary>, bool) {
    let (patterns, is_all) = patterns(form, limit);
    let mut counts: BTreeMap<Vec<bool>, u64> = BTreeMap::new();
    for pattern in &patterns {
        let asked = pattern.items.iter().map(|item| !matches!(item, Item::NotAsked(_))).collect();
        *counts.entry(asked).or_default() += 1;
    }
    let step = |asked: bool| if asked { Step::Open } else { Step::Shut };
    let mut paths: Vec<PathSummary> = counts
        .into_iter()
        .map(|(asked, patterns)| PathSummary { steps: asked.into_iter().map(step).collect(), patterns })
        .collect();
    paths
        .sort_by_key(|path| std::cmp::Reverse(path.steps.iter().filter(|step| **step == Step::Open).count()));
    (paths, is_all)
}

/// How many patterns there are apart from the classes that conditions read.
pub(super) fn distinct(form: &Questionnaire) -> Option<u128> {
    let (patterns, is_all) = patterns(form, 200_000);
    // Every item has few states: a pattern is the row of their numbers.
    let mut states: Vec<Vec<&Item>> = vec![Vec::new(); form.items.len()];
    let mut number = |at: usize, item| {
        let known = &mut states[at];
        known.iter().position(|state| *state == item).unwrap_or_else(|| {
            known.push(item);
            known.len() - 1
        })
    };
    is_all.then(|| {
        let rows = patterns.iter().map(|pattern| pattern.items.iter().enumerate());
        let rows: BTreeSet<Vec<usize>> =
            rows.map(|items| items.map(|(at, item)| number(at, item)).collect()).collect();
        rows.len() as u128
    })
}

struct Walk<'q> {
    form: &'q Questionnaire,
    domains: Domains<'q>,
    limit: usize,
    found: Vec<Pattern>,
    is_all: bool,
}

impl Walk<'_> {
    fn breakdown(&mut self, at: usize, answers: &mut Answers) {
        if at == self.form.breakdowns.len() {
            return self.item(&mut Vec::new(), answers);
        }
        if self.domains.comparisons(Subject::Breakdown(at)).is_empty() {
            return self.breakdown(at + 1, answers);
        }
        for class in 0..self.form.breakdowns[at].codes.len() as u16 {
            answers.classes[at] = Some(class);
            self.breakdown(at + 1, answers);
        }
        answers.classes[at] = None;
    }

    fn item(&mut self, items: &mut Vec<Item>, answers: &mut Answers) {
        let at = items.len();
        if at == self.form.items.len() {
            match self.found.len() < self.limit {
                true => self.found.push(Pattern { classes: answers.classes.clone(), items: items.clone() }),
                false => self.is_all = false,
            }
            return;
        }
        for present in self.entry_choices(at) {
            self.item_given(items, answers, present);
            if !self.is_all {
                return;
            }
        }
    }

    /// At the first item of an entry that may or may not be there: both; elsewhere as decided.
    fn entry_choices(&self, at: usize) -> Vec<Option<(usize, bool)>> {
        let entries = self.form.items[at].filter.entries();
        let Some(entry) = entries.first() else { return vec![None] };
        let first_use = !self.form.items[..at].iter().any(|item| item.filter.entries().contains(entry));
        if first_use { vec![Some((entry[0], false)), Some((entry[0], true))] } else { vec![None] }
    }

    fn item_given(&mut self, items: &mut Vec<Item>, answers: &mut Answers, entry: Option<(usize, bool)>) {
        let at = items.len();
        let mark = |present| if present { Given::Value(Value::Code(0)) } else { Given::Missing };
        let before =
            entry.map(|(item, present)| (item, std::mem::replace(&mut answers.values[item], mark(present))));
        match self.form.items[at].filter.truth(items, answers) {
            Truth::True => {
                for class in self.domains.classes(at, true).into_iter().filter(|class| class.ways > 0) {
                    self.descend(items, answers, class.stands);
                }
            }
            Truth::False | Truth::Unknown => self.descend(items, answers, Item::NotAsked(at)),
        }
        if let Some((item, before)) = before {
            answers.values[item] = before;
        }
    }

    fn descend(&mut self, items: &mut Vec<Item>, answers: &mut Answers, item: Item) {
        if self.is_all {
            items.push(item);
            self.item(items, answers);
            items.pop();
        }
    }
}
