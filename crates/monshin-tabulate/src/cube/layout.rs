//! Where a cube keeps what: fixed by the questionnaire.

use std::sync::Arc;

use monshin_instrument::{ItemDef, Questionnaire};

use super::faces::Faces;
use super::space::Space;
use crate::variable::{Variable, VariableKind, variables};

/// Where a cube keeps what.
#[derive(Debug)]
pub(crate) struct Layout {
    pub questionnaire: Arc<Questionnaire>,
    pub variables: Vec<Variable>,
    /// Where each variable is counted.
    pub places: Vec<Place>,
    /// Items that are counted once per response.
    pub main: Vec<usize>,
    /// By block and entry, its items.
    pub blocks: Vec<Vec<Vec<usize>>>,
    /// Variable and item of each number and day.
    pub measured: Vec<(usize, usize)>,
    pub faces: Arc<Faces>,
    radices: Vec<usize>,
}

/// Where a variable is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Once per response, at this position.
    Main(usize),
    /// Once per entry of this block, at this position.
    Block(usize, usize),
}

impl Layout {
    pub fn new(questionnaire: &Arc<Questionnaire>) -> Layout {
        let variables = variables(questionnaire);
        let mut main = Vec::new();
        let mut blocks = vec![Vec::<Vec<usize>>::new(); questionnaire.blocks().len()];
        let mut places = Vec::with_capacity(variables.len());
        let mut measured = Vec::new();
        for (number, variable) in variables.iter().enumerate() {
            if matches!(variable.kind, VariableKind::Number | VariableKind::Date) {
                measured.extend(variable.items.iter().map(|&item| (number, item)));
            }
            places.push(match variable.block {
                None => {
                    main.push(variable.items[0]);
                    Place::Main(main.len() - 1)
                }
                Some(block) => {
                    let entries = &mut blocks[block];
                    entries.resize(variable.items.len().max(entries.len()), Vec::new());
                    entries.iter_mut().zip(&variable.items).for_each(|(at, &item)| at.push(item));
                    Place::Block(block, entries[0].len() - 1)
                }
            });
        }
        let radices: Vec<usize> = questionnaire.breakdowns().iter().map(|one| one.codes.len() + 1).collect();
        let faces = Arc::new(Faces::new(&radices));
        let questionnaire = questionnaire.clone();
        Layout { questionnaire, variables, places, main, blocks, measured, faces, radices }
    }

    pub fn main_space(&self, most_dense: usize, most_kept: usize) -> Space {
        self.space(&self.main, most_dense, most_kept)
    }

    pub fn block_spaces(&self, most_dense: usize, most_kept: usize) -> Vec<Space> {
        let first = |entries: &Vec<Vec<usize>>| entries.first().cloned().unwrap_or_default();
        let space = |entries| self.space(&first(entries), most_dense, most_kept);
        self.blocks.iter().map(space).collect()
    }

    fn space(&self, items: &[usize], most_dense: usize, most_kept: usize) -> Space {
        let defs = self.questionnaire.items();
        let items: Vec<(usize, &ItemDef)> = items.iter().map(|&item| (item, &defs[item])).collect();
        Space::new(&items, &self.radices, &self.faces, most_dense, most_kept)
    }
}
