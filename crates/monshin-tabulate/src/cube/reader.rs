//! Reading a cube: variable by variable, by classes.

use super::{Cube, Place, State};
use crate::sums::{Sums, Values};

/// A cube whose occupied cells have been found, for many tables at once.
pub(crate) struct CubeReader<'c> {
    pub cube: &'c Cube,
    main: Vec<(usize, Sums)>,
    /// By block.
    blocks: Vec<Vec<(usize, Sums)>>,
}

impl<'c> CubeReader<'c> {
    pub fn new(cube: &'c Cube) -> CubeReader<'c> {
        let main = cube.main.occupied().collect();
        let blocks = cube.blocks.iter().map(|block| block.occupied().collect()).collect();
        CubeReader { cube, main, blocks }
    }

    /// Whether these breakdowns and so many more can be told crossed: what is counted apart, and
    /// numbers, know few of them at once.
    pub fn can_cross(&self, by: &[usize], more: usize) -> bool {
        let layout = &self.cube.layout;
        let apart = std::iter::once(&self.cube.main).chain(&self.cube.blocks);
        let is_counted_whole = layout.measured.is_empty() && apart.into_iter().all(|one| !one.is_apart());
        is_counted_whole || layout.faces.is_whole() || by.is_empty() && more <= 2
    }

    /// Tells of a variable how many units there are in what state by these breakdowns.
    pub fn visit(&self, variable: usize, by: &[usize], mut told: impl FnMut(State, &[Option<u16>], Sums)) {
        match self.cube.layout.places[variable] {
            Place::Main(local) => self.cube.main.visit(&self.main, Some(local), by, &mut told),
            Place::Block(block, local) => {
                let space = &self.cube.blocks[block];
                space.visit(&self.blocks[block], Some(local), by, &mut told);
            }
        }
    }

    /// Tells of two variables that are counted once per response how many there are in what states, by
    /// these breakdowns. `None` where they are counted apart, or per entry of a block.
    pub fn visit_pairs(
        &self,
        variables: [usize; 2],
        by: &[usize],
        mut told: impl FnMut([State; 2], &[Option<u16>], Sums),
    ) -> Option<()> {
        let places = &self.cube.layout.places;
        let (Place::Main(a), Place::Main(b)) = (places[variables[0]], places[variables[1]]) else {
            return None;
        };
        if self.cube.main.is_apart() {
            return None;
        }
        let mut classes = vec![None; by.len()];
        for &(cell, sums) in &self.main {
            classes.iter_mut().zip(by).for_each(|(out, at)| *out = self.cube.main.class(cell, *at));
            told([self.cube.main.state(cell, a), self.cube.main.state(cell, b)], &classes, sums);
        }
        Some(())
    }

    /// Tells how many responses there are by these breakdowns.
    pub fn visit_everyone(&self, by: &[usize], mut told: impl FnMut(&[Option<u16>], Sums)) {
        let mut told = |_, classes: &[Option<u16>], sums| told(classes, sums);
        self.cube.main.visit(&self.main, None, by, &mut told);
    }

    /// Tells the values of a number or day by these breakdowns.
    pub fn visit_values(&self, variable: usize, by: &[usize], mut told: impl FnMut(&[Option<u16>], &Values)) {
        let (at, face) = self.cube.layout.faces.with(by);
        let mut classes = vec![None; by.len()];
        for ((.., cell), values) in self.cube.values.range((variable, at, 0)..(variable, at + 1, 0)) {
            face.classes(*cell, by, &mut classes);
            told(&classes, values);
        }
    }
}
