//! Which respondents there could be instead: patterns of answers that the routing allows at some classes.

use std::collections::{BTreeMap, BTreeSet};

use monshin_instrument::{
    AnswerType, BreakdownSource, CodeList, Comparison, Item, ItemDef, Questionnaire, Subject, Test, Truth,
    Value,
};

use crate::cube::is_refusal;
use crate::cube::joint::Component;
use crate::{State, Tables};

/// What the routing says of the patterns of a component.
pub(super) struct Routing<'t> {
    form: &'t Questionnaire,
    /// By position, its item (of a block, that of the first entry).
    items: Vec<usize>,
    /// Positions of which something elsewhere says whether they are asked: a question of another
    /// component, an entry being there, or what a number is.
    pinned: Vec<bool>,
    /// Positions whose answer something elsewhere, or a pinned one, looks at.
    frozen: Vec<bool>,
    /// Whether units have to have answered something in it.
    is_given: bool,
    /// Positions whose answer is the class in a breakdown.
    asked: Vec<(usize, usize)>,
}

/// What has to stay as it is at some classes: how many units there are of each.
pub(super) type Key = Vec<State>;

impl<'t> Routing<'t> {
    pub fn new(tables: &'t Tables, component: &Component) -> Routing<'t> {
        let form = &*tables.questionnaire;
        let of_variable = |&variable: &usize| &tables.variables[variable].items[..];
        let items: Vec<usize> = component.variables.iter().map(|one| of_variable(one)[0]).collect();
        // By item of any entry: its position, and its entry.
        let mut own: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (position, variable) in component.variables.iter().enumerate() {
            own.extend(
                of_variable(variable).iter().enumerate().map(|(entry, &item)| (item, (position, entry))),
            );
        }
        let mut routing = Routing {
            form,
            pinned: vec![false; items.len()],
            frozen: vec![false; items.len()],
            is_given: false,
            asked: Vec::new(),
            items,
        };
        for (reader, def) in form.items().iter().enumerate() {
            routing.look_at(def, own.get(&reader).copied(), &own);
        }
        for (by, breakdown) in form.breakdowns().iter().enumerate() {
            if let BreakdownSource::Item(item) = breakdown.source
                && let Some(&(position, _)) = own.get(&item)
            {
                routing.asked.push((position, by));
            }
        }
        routing
    }

    fn look_at(
        &mut self,
        def: &ItemDef,
        reader: Option<(usize, usize)>,
        own: &BTreeMap<usize, (usize, usize)>,
    ) {
        let mut inside = Vec::new();
        let mut is_told_here = true;
        for test in def.tests() {
            let Subject::Item(subject) = test.subject else { continue };
            let read = own.get(&subject).copied();
            match (reader, read) {
                (Some((_, entry)), Some((position, other))) if entry == other => {
                    inside.push(position);
                    is_told_here &= self.tells(position, test);
                }
                (None, None) => {}
                (_, read) => {
                    is_told_here = false;
                    if let Some((position, _)) = read {
                        self.frozen[position] = true;
                    }
                }
            }
        }
        for entry in def.filter.entries() {
            is_told_here = false;
            let here = entry.iter().filter_map(|item| own.get(item));
            for &(position, of) in here {
                if reader.is_some_and(|(_, entry)| entry == of) {
                    self.is_given = true;
                } else {
                    self.frozen[position] = true;
                }
            }
        }
        if let Some((position, _)) = reader.filter(|_| !is_told_here) {
            self.pinned[position] = true;
            inside.into_iter().for_each(|at| self.frozen[at] = true);
        }
    }

    /// Whether the state of an item is enough to tell whether a test holds.
    fn tells(&self, position: usize, test: &Test) -> bool {
        self.def(position).codes().is_some() || test.is == Comparison::Answered
    }

    fn def(&self, position: usize) -> &'t ItemDef {
        &self.form.items()[self.items[position]]
    }

    /// What has to stay: whether the pinned are asked, what the frozen say.
    pub fn key(&self, pattern: &[State]) -> Key {
        let kept = |(position, state): (usize, &State)| match *state {
            _ if !self.pinned[position] && !self.frozen[position] => None,
            state if self.frozen[position] => Some(state),
            State::NotAsked | State::ScopeUnknown => Some(*state),
            _ => Some(State::Blank),
        };
        pattern.iter().enumerate().filter_map(kept).collect()
    }

    /// Whether a number may be exchanged for another without anybody being asked anything else.
    pub fn tests_of(&self, position: usize, value: f64) -> Vec<bool> {
        let items = self.form.items().iter().flat_map(ItemDef::tests);
        let own = items.filter(|test| test.subject == Subject::Item(self.items[position]));
        own.map(|test| test.is.holds(&Value::Number(value))).collect()
    }

    /// Whether a unit of these classes could have given these answers, as far as nothing is pinned.
    pub fn allows(&self, pattern: &[State], classes: &[Option<u16>]) -> bool {
        let routed = (0..pattern.len()).all(|position| {
            self.pinned[position] || {
                let truth = self.truth(position, pattern, classes);
                truth == was_asked(pattern[position])
            }
        });
        // What must not be left blank is not, unless it was.
        let is_left_out =
            |(position, state): (usize, &State)| *state == State::Blank && self.def(position).required;
        let said = |state: &State| !matches!(state, State::Blank | State::NotAsked | State::ScopeUnknown);
        let class = |&(position, by): &(usize, usize)| match pattern[position] {
            State::Code(code) => classes[by] == Some(code),
            _ => classes[by].is_none(),
        };
        let is_whole = !pattern.iter().enumerate().any(is_left_out);
        routed && is_whole && (!self.is_given || pattern.iter().any(said)) && self.asked.iter().all(class)
    }

    /// Breakdowns that something in it asks for, or is the answer to.
    pub fn breakdowns(&self) -> BTreeSet<usize> {
        let subject = |test: &Test| match test.subject {
            Subject::Breakdown(by) => Some(by),
            Subject::Item(_) => None,
        };
        let asked_for = |position: usize| self.def(position).tests().into_iter().filter_map(subject);
        let asked_for = (0..self.items.len()).flat_map(asked_for);
        asked_for.chain(self.asked.iter().map(|(_, by)| *by)).collect()
    }

    /// Every pattern that a unit of these classes can have, and more where something is pinned; `None`
    /// where there are more than so many.
    pub fn every(&self, classes: &[Option<u16>], most: usize) -> Option<Vec<Box<[State]>>> {
        let mut found: Vec<Vec<State>> = vec![Vec::new()];
        for position in 0..self.items.len() {
            let states = all_states(self.def(position), most)?;
            let mut longer = Vec::new();
            for pattern in found {
                let mut open = pattern.clone();
                open.resize(self.items.len(), State::Blank);
                let is_pinned = self.pinned[position];
                let truth = if is_pinned { Truth::Unknown } else { self.truth(position, &open, classes) };
                let shut = [(Truth::False, State::NotAsked), (Truth::Unknown, State::ScopeUnknown)];
                let shut = shut.into_iter().filter(|(one, _)| is_pinned || truth == *one);
                let open = states.iter().copied().filter(|_| is_pinned || truth == Truth::True);
                longer.extend(open.chain(shut.map(|(_, state)| state)).map(|state| {
                    let mut next = pattern.clone();
                    next.push(state);
                    next
                }));
                if longer.len() > most {
                    return None;
                }
            }
            found = longer;
        }
        let class = |pattern: &[State]| {
            self.asked.iter().all(|&(position, by)| match pattern[position] {
                State::Code(code) => classes[by] == Some(code),
                _ => classes[by].is_none(),
            })
        };
        Some(found.into_iter().filter(|one| class(one)).map(Vec::into_boxed_slice).collect())
    }

    fn truth(&self, position: usize, pattern: &[State], classes: &[Option<u16>]) -> Truth {
        let test = |test: &Test| match test.subject {
            Subject::Breakdown(by) => test.is.truth_of_class(classes[by]),
            Subject::Item(item) => {
                let at = self.items.iter().position(|one| *one == item).expect("it is told here");
                test.is.truth_of(&item_of(pattern[at], item))
            }
        };
        self.def(position).filter.eval(&test, &|_| Truth::Unknown)
    }

    /// Patterns that differ from one in the answer to one question, and in what follows from that.
    pub fn neighbours(
        &self,
        pattern: &[State],
        classes: &[Option<u16>],
        position: usize,
    ) -> Vec<(Box<[State]>, u16)> {
        if was_asked(pattern[position]) != Truth::True || self.frozen[position] {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (state, about) in other_states(self.def(position), pattern[position]) {
            let mut changed: Box<[State]> = pattern.into();
            changed[position] = state;
            found.extend(self.rerouted(changed, position, classes).into_iter().map(|one| (one, about)));
        }
        found.retain(|(one, _)| self.allows(one, classes));
        found
    }

    /// The same with questions after this one asked or not as they have to be. A single one that is newly
    /// asked is answered in every way, of several each is left blank.
    fn rerouted(
        &self,
        mut pattern: Box<[State]>,
        after: usize,
        classes: &[Option<u16>],
    ) -> Vec<Box<[State]>> {
        let mut newly_asked = Vec::new();
        for position in after + 1..pattern.len() {
            if self.pinned[position] {
                continue;
            }
            let truth = self.truth(position, &pattern, classes);
            if truth == was_asked(pattern[position]) {
                continue;
            }
            pattern[position] = match truth {
                Truth::True => State::Blank,
                Truth::False => State::NotAsked,
                Truth::Unknown => State::ScopeUnknown,
            };
            if truth == Truth::True {
                newly_asked.push(position);
            }
        }
        let mut found = vec![pattern.clone()];
        if let [only] = newly_asked[..] {
            for (state, _) in other_states(self.def(only), State::Blank) {
                let mut answered = pattern.clone();
                answered[only] = state;
                found.push(answered);
            }
        }
        found
    }
}

fn was_asked(state: State) -> Truth {
    match state {
        State::NotAsked => Truth::False,
        State::ScopeUnknown => Truth::Unknown,
        _ => Truth::True,
    }
}

fn item_of(state: State, item: usize) -> Item {
    match state {
        State::Code(code) => Item::Answered(Value::Code(code)),
        State::Codes(bits) => Item::Answered(Value::Codes(bits)),
        State::Given => Item::Answered(Value::Number(0.0)),
        State::Blank => Item::NoAnswer,
        State::Refused => Item::Refused,
        State::NotAsked => Item::NotAsked(item),
        State::ScopeUnknown => Item::ScopeUnknown(item),
    }
}

/// What one answers instead, with the code that it is about: of several answers one more or one fewer.
fn other_states(def: &ItemDef, state: State) -> Vec<(State, u16)> {
    let mut found: Vec<(State, u16)> = Vec::new();
    let whole = |state: State| (state, ABOUT_ALL);
    match &def.answer {
        AnswerType::One(codes) => {
            let answers = (0..codes.len()).filter(|&at| !is_refusal(codes, at));
            found.extend(answers.map(|at| whole(State::Code(at as u16))));
        }
        AnswerType::Several { codes, min, max } => {
            let bits = if let State::Codes(bits) = state { bits } else { 0 };
            let flipped = (0..codes.len()).map(|at| (bits ^ 1 << at, at));
            let alone = (0..codes.len()).filter(|&at| codes.codes[at].exclusive).map(|at| (1 << at, at));
            let mut sets: BTreeSet<(u64, usize)> = flipped.chain(alone).collect();
            sets.retain(|&(bits, _)| bits != 0 && is_valid(codes, bits, *min, *max));
            found.extend(sets.into_iter().map(|(bits, at)| (State::Codes(bits), at as u16)));
        }
        AnswerType::Number(_) | AnswerType::Date { .. } | AnswerType::Text { .. } => {
            found.push(whole(State::Given));
        }
    }
    found.push(whole(State::Blank));
    if def.codes().is_some_and(|codes| (0..codes.len()).any(|at| is_refusal(codes, at))) {
        found.push(whole(State::Refused));
    }
    found.retain(|(other, _)| *other != state);
    found
}

/// Everything that can come of a question that is asked; `None` where that is more than so much.
fn all_states(def: &ItemDef, most: usize) -> Option<Vec<State>> {
    let mut found = vec![State::Blank, State::Refused];
    match &def.answer {
        AnswerType::One(codes) => {
            let answers = (0..codes.len()).filter(|&at| !is_refusal(codes, at));
            found.extend(answers.map(|at| State::Code(at as u16)));
        }
        AnswerType::Several { codes, .. } => {
            let sets = u32::try_from(codes.len()).ok().and_then(|len| 1_u64.checked_shl(len))?;
            if sets > most as u64 {
                return None;
            }
            found.extend((1..sets).map(State::Codes));
        }
        AnswerType::Number(_) | AnswerType::Date { .. } | AnswerType::Text { .. } => {
            found.push(State::Given);
        }
    }
    Some(found)
}

/// Where it is not about one of several codes.
pub(super) const ABOUT_ALL: u16 = 64;

fn is_valid(codes: &CodeList, bits: u64, min: u8, max: u8) -> bool {
    let has = |at: usize| bits >> at & 1 == 1;
    let alone = (0..codes.len()).any(|at| has(at) && codes.codes[at].exclusive);
    let refused = (0..codes.len()).any(|at| has(at) && is_refusal(codes, at));
    let count = bits.count_ones();
    !refused && if alone { count == 1 } else { (u32::from(min.max(1))..=u32::from(max)).contains(&count) }
}
