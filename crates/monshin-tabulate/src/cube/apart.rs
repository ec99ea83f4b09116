//! The last resort: every item counted for itself, in memory that is fixed beforehand.

use std::sync::Arc;

use super::State;
use super::faces::Faces;
use super::state::Numbering;
use super::tallies::Tallies;
use crate::sums::Sums;

/// Every item by classes, not by other items.
#[derive(Clone, Debug)]
pub(crate) struct Apart {
    faces: Arc<Faces>,
    /// By item, and last of "everyone".
    numberings: Arc<[Numbering]>,
    tallies: Tallies,
}

impl Apart {
    /// `numberings` are those of mentions, the last one that of "everyone".
    pub fn new(faces: Arc<Faces>, numberings: Arc<[Numbering]>) -> Apart {
        let width: usize = numberings.iter().map(|one| one.radix() as usize).sum();
        let cells: usize = faces.iter().map(super::faces::Face::cells).sum();
        Apart { faces, numberings, tallies: Tallies::new(width * cells) }
    }

    /// Adds units that are alike: a state per item, a class per breakdown.
    pub fn add(&mut self, states: impl Iterator<Item = State>, classes: &[Option<u16>], sums: Sums) {
        let Apart { faces, numberings, tallies } = self;
        let states: Vec<State> = states.chain([State::Given]).collect();
        let mut base = 0;
        for face in faces.iter() {
            let (cell, cells) = (face.cell(classes), face.cells());
            for (&state, numbering) in states.iter().zip(numberings.iter()) {
                let radix = numbering.radix() as usize;
                let at = base + cell * radix;
                let mut add = |number: u32| tallies.add_sums(at + number as usize, sums);
                if let State::Codes(bits) = state {
                    (0..numbering.answered()).filter(|code| bits >> code & 1 == 1).for_each(&mut add);
                    add(numbering.answered());
                } else {
                    add(numbering.number(state));
                }
                base += cells * radix;
            }
        }
    }

    /// Tells of an item (or of everyone), by these breakdowns, how many there are in what state. Of
    /// several codes each is told by itself, and [`State::Given`] says how many answered.
    pub fn visit(
        &self,
        local: Option<usize>,
        by: &[usize],
        told: &mut impl FnMut(State, &[Option<u16>], Sums),
    ) {
        let local = local.unwrap_or(self.numberings.len() - 1);
        let (wanted, face) = self.faces.with(by);
        let width =
            |upto: usize| -> usize { self.numberings[..upto].iter().map(|one| one.radix() as usize).sum() };
        let before: usize = self.faces.iter().take(wanted).map(super::faces::Face::cells).sum();
        let base = before * width(self.numberings.len()) + face.cells() * width(local);
        let radix = self.numberings[local].radix() as usize;
        let mut classes = vec![None; by.len()];
        for cell in 0..face.cells() {
            for number in 0..radix {
                let sums = self.tallies.get(base + cell * radix + number);
                if sums.n > 0 {
                    face.classes(cell, by, &mut classes);
                    told(self.numberings[local].mention(number as u32), &classes, sums);
                }
            }
        }
    }

    pub fn merge(&mut self, more: &Apart) {
        self.tallies.merge(&more.tallies);
    }
}
