//! What a cube keeps of one item.

use monshin_instrument::{AnswerType, CodeKind, CodeList, Item, ItemDef, Value};

/// What a cube keeps of one item of a response: all of it where the answer is a code, else whether
/// there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// One code.
    Code(u16),
    /// Several codes, as bits.
    Codes(u64),
    /// A number, a day or words.
    Given,
    /// Asked and left blank.
    Blank,
    /// Asked, "rather not say".
    Refused,
    /// Routed past.
    NotAsked,
    /// Nobody can tell whether it was to be asked.
    ScopeUnknown,
}

impl State {
    /// Of an item of a response.
    pub fn of(item: &Item) -> State {
        match item {
            Item::Answered(Value::Code(code)) => State::Code(*code),
            Item::Answered(Value::Codes(bits)) => State::Codes(*bits),
            Item::Answered(_) => State::Given,
            Item::NoAnswer => State::Blank,
            Item::Refused => State::Refused,
            Item::NotAsked(_) => State::NotAsked,
            Item::ScopeUnknown(_) => State::ScopeUnknown,
        }
    }
}

/// The most codes of a question with several answers whose sets are listed beforehand.
const MOST_LISTED_CODES: usize = 8;

/// All states an item can be in once it is asked, or `None` where they are too many to list.
pub(crate) fn states_when_asked(def: &ItemDef) -> Option<Vec<State>> {
    let mut states: Vec<State> = match &def.answer {
        AnswerType::One(codes) => {
            (0..codes.len()).filter(|&at| !is_refusal(codes, at)).map(|at| State::Code(at as u16)).collect()
        }
        AnswerType::Several { codes, .. } if codes.len() > MOST_LISTED_CODES => return None,
        AnswerType::Several { codes, min, max } => {
            let chosen = min.max(&1)..=max;
            let valid = |bits: &u64| {
                let alone = (0..codes.len()).any(|at| bits >> at & 1 == 1 && codes.codes[at].exclusive);
                let refused = (0..codes.len()).any(|at| bits >> at & 1 == 1 && is_refusal(codes, at));
                let count = bits.count_ones() as u8;
                !refused && if alone { count == 1 } else { chosen.contains(&&count) }
            };
            (1..1_u64 << codes.len()).filter(valid).map(State::Codes).collect()
        }
        AnswerType::Number(_) | AnswerType::Date { .. } | AnswerType::Text { .. } => {
            vec![State::Given]
        }
    };
    states.push(State::Blank);
    if def.codes().is_some_and(|codes| (0..codes.len()).any(|at| is_refusal(codes, at))) {
        states.push(State::Refused);
    }
    Some(states)
}

pub(crate) fn is_refusal(codes: &CodeList, at: usize) -> bool {
    codes.codes[at].kind == CodeKind::Refused
}

/// Numbers the states of one item from 0: the answers, then the four ways to have none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbering {
    answers: u32,
}

impl Numbering {
    /// Of the states as they are; a set of codes is numbered by its bits, so only for items that
    /// [`states_when_asked`] lists.
    pub fn of_states(def: &ItemDef) -> Numbering {
        let answers = match &def.answer {
            AnswerType::One(codes) => codes.len() as u32,
            AnswerType::Several { codes, .. } => 1 << codes.len().min(MOST_LISTED_CODES),
            _ => 1,
        };
        Numbering { answers }
    }

    /// Of mentions: one number per code and one more for "answered".
    pub fn of_mentions(def: &ItemDef) -> Numbering {
        Numbering { answers: def.codes().map_or(0, |codes| codes.len() as u32) + 1 }
    }

    /// Of everyone: [`State::Given`].
    pub fn everyone() -> Numbering {
        Numbering { answers: 1 }
    }

    /// How many numbers there are.
    pub fn radix(self) -> u32 {
        self.answers + 4
    }

    /// The number of "answered" in a numbering of mentions.
    pub fn answered(self) -> u32 {
        self.answers - 1
    }

    /// The number of a state.
    #[inline]
    pub fn number(self, state: State) -> u32 {
        match state {
            State::Code(code) => u32::from(code),
            State::Codes(bits) => bits as u32,
            State::Given => 0,
            State::Blank => self.answers,
            State::Refused => self.answers + 1,
            State::NotAsked => self.answers + 2,
            State::ScopeUnknown => self.answers + 3,
        }
    }

    /// What a number stands for in a numbering of mentions; a code is one mention of it.
    pub fn mention(self, number: u32) -> State {
        match number.checked_sub(self.answered()) {
            None => State::Code(number as u16),
            Some(0) => State::Given,
            Some(1) => State::Blank,
            Some(2) => State::Refused,
            Some(3) => State::NotAsked,
            _ => State::ScopeUnknown,
        }
    }
}
