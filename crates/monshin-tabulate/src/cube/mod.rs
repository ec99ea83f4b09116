//! The cube: one pass over the responses, then everything is arithmetic.
//!
//! Items that hang together by routing form a component; its possible answer patterns are few and
//! are numbered beforehand. A cell of the cube is one pattern of each component and one class of
//! each breakdown, and has n, Σw and Σw². What is finite is counted jointly:
//!
//! * up to 1 M possible cells: a counter for each ([`CubeKind::Dense`]), 8 bytes, 88 with weights;
//! * more: a counter for each cell that occurs ([`CubeKind::Kept`]), up to 1 M of them;
//! * more than that: every item by classes for itself ([`CubeKind::Apart`]), in memory that is
//!   fixed beforehand. Tables are the same; [`Cube::cells`] says that there are none.
//!
//! Numbers and days keep every distinct value by classes, so quantiles are exact; their memory
//! grows with the number of distinct values. The entries of a block are counted in a cube of their
//! own, one unit each. Words are not kept, only whether there were any.

mod apart;
mod cells;
pub(crate) mod components;
mod faces;
pub(crate) mod joint;
mod keys;
mod layout;
mod patterns;
mod reader;
mod space;
mod state;
mod tallies;
mod truths;

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_instrument::{Item, Questionnaire, Response, Value};

pub use cells::{CubeCell, NotJoint};
pub(crate) use layout::{Layout, Place};
pub(crate) use reader::CubeReader;
pub(crate) use space::Space;
pub use state::State;
pub(crate) use state::is_refusal;

use crate::Variable;
use crate::sums::{Sums, Values, Weight};

/// The most cells that get a counter each before anybody is counted.
const MOST_DENSE: usize = 1 << 20;
/// The most distinct cells that are kept; with more, items are counted apart.
const MOST_KEPT: usize = 1 << 20;

/// Counts and weights of every answer pattern by classes.
#[derive(Clone, Debug)]
pub struct Cube {
    layout: Arc<Layout>,
    responses: u64,
    main: Space,
    /// One per block.
    blocks: Vec<Space>,
    /// Values of numbers and days by variable, face and cell.
    values: BTreeMap<(usize, usize, usize), Values>,
}

/// How a cube is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CubeKind {
    /// A counter for every possible cell.
    Dense {
        /// How many.
        cells: usize,
    },
    /// A counter for every cell that occurred.
    Kept {
        /// How many.
        cells: usize,
    },
    /// Every item for itself.
    Apart,
}

/// A response as the number of its cell, the same in every cube of the questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Packed(u32);

/// Two cubes that do not add up, because they are of different questionnaires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherQuestionnaire;

impl std::fmt::Display for OtherQuestionnaire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the cubes are of different questionnaires")
    }
}

impl std::error::Error for OtherQuestionnaire {}

impl Cube {
    /// An empty one. The work is in listing the patterns; for further cubes of the same
    /// questionnaire take [`Cube::emptied`].
    pub fn new(questionnaire: &Arc<Questionnaire>) -> Cube {
        Cube::with_limits(questionnaire, MOST_DENSE, MOST_KEPT)
    }

    /// The same with other limits than [`MOST_DENSE`] and [`MOST_KEPT`].
    pub(crate) fn with_limits(
        questionnaire: &Arc<Questionnaire>,
        most_dense: usize,
        most_kept: usize,
    ) -> Cube {
        let layout = Layout::new(questionnaire);
        let main = layout.main_space(most_dense, most_kept);
        let blocks = layout.block_spaces(most_dense, most_kept);
        Cube { layout: Arc::new(layout), responses: 0, main, blocks, values: BTreeMap::new() }
    }

    /// An empty one of the same questionnaire, for another thread or file.
    #[must_use]
    pub fn emptied(&self) -> Cube {
        Cube {
            layout: self.layout.clone(),
            responses: 0,
            main: self.main.emptied(),
            blocks: self.blocks.iter().map(Space::emptied).collect(),
            values: BTreeMap::new(),
        }
    }

    /// Counts a response.
    ///
    /// # Panics
    /// If the response is of another questionnaire.
    pub fn add(&mut self, response: &Response) {
        self.add_weighted(response, Weight::ONE);
    }

    /// Counts a response with its weight.
    ///
    /// # Panics
    /// If the response is of another questionnaire.
    #[inline]
    pub fn add_weighted(&mut self, response: &Response, weight: Weight) {
        let (items, classes) = (response.items(), response.classes());
        self.responses += 1;
        self.main.add(items, &self.layout.main, classes, weight);
        for (space, entries) in self.blocks.iter_mut().zip(&self.layout.blocks) {
            let is_there =
                |at: &&Vec<usize>| at.iter().any(|&item| !matches!(items[item], Item::NotAsked(_)));
            for at in entries.iter().filter(is_there) {
                space.add(items, at, classes, weight);
            }
        }
        if !self.layout.measured.is_empty() {
            self.add_values(items, classes, weight);
        }
    }

    fn add_values(&mut self, items: &[Item], classes: &[Option<u16>], weight: Weight) {
        for &(variable, item) in &self.layout.measured {
            let value = match &items[item] {
                Item::Answered(Value::Number(number)) => *number,
                Item::Answered(Value::Day(day)) => f64::from(day.number()),
                _ => continue,
            };
            for (at, face) in self.layout.faces.iter().enumerate() {
                let key = (variable, at, face.cell(classes));
                self.values.entry(key).or_default().add(value, Sums::one(weight));
            }
        }
    }

    /// The response as the number of its cell. `None` where a cell does not hold all that is
    /// counted: numbers, days, blocks, or too many possible cells for a number each.
    pub fn pack(&self, response: &Response) -> Option<Packed> {
        let whole = self.blocks.is_empty() && self.layout.measured.is_empty();
        let pack = || self.main.address(response.items(), &self.layout.main, response.classes());
        whole.then(pack).flatten().map(|address| Packed(address as u32))
    }

    /// Counts packed responses: one addition each.
    ///
    /// # Panics
    /// If they were packed by the cube of another questionnaire.
    pub fn add_packed(&mut self, responses: &[Packed]) {
        let tallies = self.main.tallies_mut().expect("only this sort of cube packs");
        tallies.add_ones(responses.iter().map(|packed| packed.0 as usize));
        self.responses += responses.len() as u64;
    }

    /// Counts packed responses with their weights, as far as both lists go.
    ///
    /// # Panics
    /// If they were packed by the cube of another questionnaire.
    pub fn add_packed_weighted(&mut self, responses: &[Packed], weights: &[Weight]) {
        let tallies = self.main.tallies_mut().expect("only this sort of cube packs");
        let addresses = responses.iter().map(|packed| packed.0 as usize);
        tallies.add_weighted(addresses.zip(weights.iter().copied()));
        self.responses += responses.len().min(weights.len()) as u64;
    }

    /// The sum of two cubes.
    ///
    /// # Errors
    /// If they are of different questionnaires (by their hash).
    pub fn merge(mut self, more: Cube) -> Result<Cube, OtherQuestionnaire> {
        if self.questionnaire().hash() != more.questionnaire().hash() {
            return Err(OtherQuestionnaire);
        }
        self.responses += more.responses;
        self.main.merge(more.main);
        for (space, more) in self.blocks.iter_mut().zip(more.blocks) {
            space.merge(more);
        }
        for (key, values) in &more.values {
            self.values.entry(*key).or_default().merge(values);
        }
        Ok(self)
    }

    /// How many responses were counted.
    pub fn responses(&self) -> u64 {
        self.responses
    }

    /// The questionnaire.
    pub fn questionnaire(&self) -> &Arc<Questionnaire> {
        &self.layout.questionnaire
    }

    /// How it is kept.
    pub fn kind(&self) -> CubeKind {
        self.main.kind()
    }

    /// What its tables are about, by [`crate::variables`].
    pub fn variables(&self) -> &[Variable] {
        &self.layout.variables
    }
}
