//! What is counted in one row.

use monshin_estimate::compare::Mass;

use crate::Figures;
use crate::cube::State;
use crate::sums::Sums;
use crate::variable::VariableKind;

/// Something with a number of units that adds up: exact sums, or sums as numbers.
pub(crate) trait Tally: Copy + Default {
    fn n(&self) -> u64;
    fn add(&mut self, more: Self);
}

impl Tally for Sums {
    fn n(&self) -> u64 {
        self.n
    }

    fn add(&mut self, more: Sums) {
        *self += more;
    }
}

impl Tally for Mass {
    fn n(&self) -> u64 {
        self.n
    }

    fn add(&mut self, more: Mass) {
        *self = self.plus(more);
    }
}

/// What is counted in one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counts<T> {
    pub answered: T,
    /// By code.
    pub codes: Vec<T>,
    /// All who did not answer, for whatever reason.
    pub silent: T,
    pub blank: u64,
    pub refused: u64,
    pub not_asked: u64,
    pub scope_unknown: u64,
}

impl<T: Tally> Counts<T> {
    pub fn new(codes: usize) -> Counts<T> {
        Counts { codes: vec![T::default(); codes], ..Counts::default() }
    }

    /// Adds units in a state. Of a question with several answers a single code is one mention of
    /// it, and [`State::Given`] says that they answered.
    pub fn add(&mut self, kind: VariableKind, state: State, sums: T) {
        match state {
            State::Code(code) => {
                self.codes[usize::from(code)].add(sums);
                if kind != VariableKind::Multiple {
                    self.answered.add(sums);
                }
            }
            State::Codes(bits) => {
                self.answered.add(sums);
                let chosen = |(code, _): &(usize, &mut T)| bits >> code & 1 == 1;
                self.codes.iter_mut().enumerate().filter(chosen).for_each(|(_, code)| code.add(sums));
            }
            State::Given => self.answered.add(sums),
            State::Blank => self.blank += sums.n(),
            State::Refused => self.refused += sums.n(),
            State::NotAsked => self.not_asked += sums.n(),
            State::ScopeUnknown => self.scope_unknown += sums.n(),
        }
        if !matches!(state, State::Code(_) | State::Codes(_) | State::Given) {
            self.silent.add(sums);
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, more: &Counts<T>) {
        self.answered.add(more.answered);
        self.codes.iter_mut().zip(&more.codes).for_each(|(code, more)| code.add(*more));
        self.silent.add(more.silent);
        self.blank += more.blank;
        self.refused += more.refused;
        self.not_asked += more.not_asked;
        self.scope_unknown += more.scope_unknown;
    }

    pub fn asked(&self) -> u64 {
        self.answered.n() + self.blank + self.refused
    }

    pub fn units(&self) -> u64 {
        self.asked() + self.not_asked + self.scope_unknown
    }
}

impl Counts<Sums> {
    /// The same as numbers.
    pub fn map(&self, mass: impl Fn(&Sums) -> Mass) -> Counts<Mass> {
        Counts {
            answered: mass(&self.answered),
            codes: self.codes.iter().map(&mass).collect(),
            silent: mass(&self.silent),
            blank: self.blank,
            refused: self.refused,
            not_asked: self.not_asked,
            scope_unknown: self.scope_unknown,
        }
    }
}

impl Counts<Mass> {
    /// Adds a row that was counted before; who was silent is not told by weight there.
    pub fn add_figures(&mut self, figures: &Figures) {
        self.answered.add(figures.sums);
        for cell in figures.cells.iter().chain(&figures.omitted) {
            self.codes[usize::from(cell.code)].add(cell.sums);
        }
        self.blank += figures.blank;
        self.refused += figures.refused;
        self.not_asked += figures.not_asked;
        self.scope_unknown += figures.scope_unknown;
    }
}
