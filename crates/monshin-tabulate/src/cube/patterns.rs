//! The answer patterns of items that hang together by routing, numbered.

use std::collections::HashMap;
use std::sync::Arc;

use monshin_instrument::{Expr, Item, ItemDef, Truth};

use super::State;
use super::state::{Numbering, states_when_asked};
use super::truths::possible;

/// The most patterns of one component that are listed beforehand.
const MOST_LISTED: usize = 1 << 16;

/// The answer patterns of one component, numbered from 0.
#[derive(Clone, Debug)]
pub(crate) struct Patterns {
    /// Positions of its items in the space.
    locals: Vec<usize>,
    list: Vec<Pattern>,
    finder: Finder,
}

/// A state per item.
pub(crate) type Pattern = Box<[State]>;

#[derive(Clone, Debug)]
enum Finder {
    /// All patterns are known beforehand: one table look-up per item leads to the number.
    Tree(Vec<Level>),
    /// Too many: numbered as they come.
    Seen(HashMap<Pattern, u32>),
}

#[derive(Clone, Debug)]
struct Level {
    numbering: Numbering,
    /// By node and state, the node of the next level.
    next: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl Patterns {
    /// Of these items (position in the space, number, definition), which look back at each other
    /// only in this order.
    pub fn new(items: &[(usize, usize, &ItemDef)]) -> Patterns {
        let locals = items.iter().map(|(local, ..)| *local).collect();
        match listed(items, MOST_LISTED) {
            Some((levels, list)) => Patterns { locals, list, finder: Finder::Tree(levels) },
            None => Patterns { locals, list: vec![], finder: Finder::Seen(HashMap::new()) },
        }
    }

    /// How many patterns there are, where they are known beforehand.
    pub fn closed_len(&self) -> Option<usize> {
        matches!(self.finder, Finder::Tree(_)).then_some(self.list.len())
    }

    /// All patterns, where they are known beforehand and so many at most.
    pub fn all(&self, most: usize) -> Option<&[Pattern]> {
        self.closed_len().filter(|len| *len <= most).map(|_| &*self.list)
    }

    /// Positions of its items in the space.
    pub fn locals(&self) -> &[usize] {
        &self.locals
    }

    /// The states of a pattern.
    pub fn states(&self, number: u32) -> &[State] {
        &self.list[number as usize]
    }

    /// The number of the pattern of a response, where all are known beforehand. `at` says which
    /// item stands at a position.
    ///
    /// # Panics
    /// If the response is of another questionnaire.
    #[inline]
    pub fn find(&self, items: &[Item], at: &[usize]) -> Option<u32> {
        self.walk(|local| State::of(&items[at[local]]))
    }

    /// The number of a pattern whose states are those of `state` by position, a new one where
    /// patterns are numbered as they come and it was not seen before.
    pub fn find_or_add(this: &mut Arc<Patterns>, state: impl Fn(usize) -> State) -> u32 {
        this.walk(&state).unwrap_or_else(|| {
            let states = this.locals.iter().map(|&local| state(local)).collect();
            Arc::make_mut(this).add(states)
        })
    }

    #[inline]
    fn walk(&self, state: impl Fn(usize) -> State) -> Option<u32> {
        let Finder::Tree(levels) = &self.finder else { return None };
        let mut node = 0;
        for (level, &local) in levels.iter().zip(&self.locals) {
            let number = level.numbering.number(state(local));
            node = level.next[(node * level.numbering.radix() + number) as usize];
            assert_ne!(node, NOWHERE, "the response is of this questionnaire");
        }
        Some(node)
    }

    fn add(&mut self, states: Pattern) -> u32 {
        let Finder::Seen(seen) = &mut self.finder else { unreachable!("trees find all patterns") };
        *seen.entry(states).or_insert_with_key(|states| {
            self.list.push(states.clone());
            self.list.len() as u32 - 1
        })
    }
}

/// All patterns that the routing allows (or seems to: a condition on a number, a class or an item
/// elsewhere may go any way), or `None` where they are too many.
fn listed(items: &[(usize, usize, &ItemDef)], most: usize) -> Option<(Vec<Level>, Vec<Pattern>)> {
    let mut levels = Vec::with_capacity(items.len());
    let mut prefixes: Vec<Pattern> = vec![Pattern::default()];
    for (_, _, def) in items {
        let when_asked = states_when_asked(def)?;
        let numbering = Numbering::of_states(def);
        let radix = numbering.radix() as usize;
        let mut next = vec![NOWHERE; prefixes.len() * radix];
        let mut longer = Vec::new();
        for (node, prefix) in prefixes.iter().enumerate() {
            for state in states_after(&def.filter, items, prefix, &when_asked) {
                next[node * radix + numbering.number(state) as usize] = longer.len() as u32;
                longer.push(prefix.iter().copied().chain([state]).collect());
            }
            if longer.len() > most {
                return None;
            }
        }
        levels.push(Level { numbering, next });
        prefixes = longer;
    }
    Some((levels, prefixes))
}

fn states_after(
    filter: &Expr,
    items: &[(usize, usize, &ItemDef)],
    prefix: &[State],
    when_asked: &[State],
) -> Vec<State> {
    let known = |item: usize| {
        let position = items.iter().position(|(_, number, _)| *number == item)?;
        prefix.get(position).copied()
    };
    let truths = possible(filter, &known);
    let mut states = Vec::new();
    if truths.contains(Truth::True) {
        states.extend_from_slice(when_asked);
    }
    states.extend(truths.contains(Truth::False).then_some(State::NotAsked));
    states.extend(truths.contains(Truth::Unknown).then_some(State::ScopeUnknown));
    states
}
