//! Responses told by group, as a cube tells them without.

use super::Drawn;
use crate::Weight;
use crate::cube::{Place, State};
use crate::sums::Sums;

impl Drawn {
    /// Tells every unit of a variable: its state, its classes in these breakdowns, its group.
    pub(crate) fn visit(
        &self,
        variable: usize,
        by: &[usize],
        mut told: impl FnMut(State, &[Option<u16>], u32, Sums),
    ) {
        let mut classes = vec![None; by.len()];
        match self.layout.places[variable] {
            Place::Main(local) => {
                for row in &self.rows {
                    let cell = row.cell as usize;
                    classes.iter_mut().zip(by).for_each(|(out, at)| *out = self.main.class(cell, *at));
                    told(self.main.state(cell, local), &classes, row.group, Sums::one(self.weight(row)));
                }
            }
            Place::Block(block, local) => {
                let space = &self.blocks[block];
                for (cell, response) in &self.entries[block] {
                    let (cell, row) = (*cell as usize, &self.rows[*response as usize]);
                    classes.iter_mut().zip(by).for_each(|(out, at)| *out = space.class(cell, *at));
                    told(space.state(cell, local), &classes, row.group, Sums::one(self.weight(row)));
                }
            }
        }
    }

    /// Tells two variables that are counted once per response; `None` for those of entries of a block.
    pub(crate) fn visit_pairs(
        &self,
        variables: [usize; 2],
        by: &[usize],
        mut told: impl FnMut([State; 2], &[Option<u16>], u32, Sums),
    ) -> Option<()> {
        let places = &self.layout.places;
        let (Place::Main(a), Place::Main(b)) = (places[variables[0]], places[variables[1]]) else {
            return None;
        };
        let mut classes = vec![None; by.len()];
        for row in &self.rows {
            let cell = row.cell as usize;
            classes.iter_mut().zip(by).for_each(|(out, at)| *out = self.main.class(cell, *at));
            let states = [self.main.state(cell, a), self.main.state(cell, b)];
            told(states, &classes, row.group, Sums::one(self.weight(row)));
        }
        Some(())
    }

    /// Tells every response by these breakdowns.
    pub(crate) fn visit_everyone(&self, by: &[usize], mut told: impl FnMut(&[Option<u16>], Sums)) {
        let mut classes = vec![None; by.len()];
        for row in &self.rows {
            let cell = row.cell as usize;
            classes.iter_mut().zip(by).for_each(|(out, at)| *out = self.main.class(cell, *at));
            told(&classes, Sums::one(self.weight(row)));
        }
    }

    /// Tells every value of a number or day.
    pub(crate) fn visit_values(
        &self,
        variable: usize,
        by: &[usize],
        mut told: impl FnMut(&[Option<u16>], u32, f64, Sums),
    ) {
        let mut classes = vec![None; by.len()];
        let measured = self.layout.measured.iter().zip(&self.values);
        for (_, values) in measured.filter(|((of, _), _)| *of == variable) {
            for (response, value) in values {
                let row = &self.rows[*response as usize];
                let cell = row.cell as usize;
                classes.iter_mut().zip(by).for_each(|(out, at)| *out = self.main.class(cell, *at));
                told(&classes, row.group, *value, Sums::one(self.weight(row)));
            }
        }
    }

    fn weight(&self, row: &super::DrawnRow) -> Weight {
        self.settled.weights.get(row.group as usize).copied().unwrap_or(row.weight)
    }
}
