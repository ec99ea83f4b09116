//! What is counted in one row.

use crate::Figures;
use crate::cube::State;
use crate::sums::Sums;
use crate::variable::VariableKind;

/// What is counted in one row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub answered: Sums,
    /// By code.
    pub codes: Vec<Sums>,
    pub blank: u64,
    pub refused: u64,
    pub not_asked: u64,
    pub scope_unknown: u64,
}

impl Counts {
    pub fn new(codes: usize) -> Counts {
        Counts { codes: vec![Sums::default(); codes], ..Counts::default() }
    }

    /// Adds units in a state. Of a question with several answers a single code is one mention of
    /// it, and [`State::Given`] says that they answered.
    pub fn add(&mut self, kind: VariableKind, state: State, sums: Sums) {
        match state {
            State::Code(code) => {
                self.codes[usize::from(code)] += sums;
                if kind != VariableKind::Multiple {
                    self.answered += sums;
                }
            }
            State::Codes(bits) => {
                self.answered += sums;
                let chosen = |(code, _): &(usize, &mut Sums)| bits >> code & 1 == 1;
                self.codes.iter_mut().enumerate().filter(chosen).for_each(|(_, code)| *code += sums);
            }
            State::Given => self.answered += sums,
            State::Blank => self.blank += sums.n,
            State::Refused => self.refused += sums.n,
            State::NotAsked => self.not_asked += sums.n,
            State::ScopeUnknown => self.scope_unknown += sums.n,
        }
    }

    /// Adds a row that was counted before.
    pub fn add_figures(&mut self, figures: &Figures) {
        self.answered += figures.sums;
        for cell in &figures.cells {
            self.codes[usize::from(cell.code)] += cell.sums;
        }
        self.blank += figures.blank;
        self.refused += figures.refused;
        self.not_asked += figures.not_asked;
        self.scope_unknown += figures.scope_unknown;
    }

    pub fn asked(&self) -> u64 {
        self.answered.n + self.blank + self.refused
    }

    pub fn units(&self) -> u64 {
        self.asked() + self.not_asked + self.scope_unknown
    }
}
