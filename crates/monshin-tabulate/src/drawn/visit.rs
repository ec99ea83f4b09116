//! Responses told by group, as a cube tells them without.

use std::collections::HashMap;

use super::{Drawn, DrawnRow, Joined};
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
            Place::Main(local) => self.visit_rows(by, |cell, classes, group, sums| {
                told(self.main.state(cell, local), classes, group, sums);
            }),
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
        self.visit_rows(by, |cell, classes, group, sums| {
            told([self.main.state(cell, a), self.main.state(cell, b)], classes, group, sums);
        });
        Some(())
    }

    /// Tells every response by these breakdowns.
    pub(crate) fn visit_everyone(&self, by: &[usize], mut told: impl FnMut(&[Option<u16>], Sums)) {
        self.visit_rows(by, |_, classes, _, sums| told(classes, sums));
    }

    /// Tells cell, classes and group of all responses, those that are alike in one go where they were
    /// joined.
    fn visit_rows(&self, by: &[usize], mut told: impl FnMut(usize, &[Option<u16>], u32, Sums)) {
        let mut classes = vec![None; by.len()];
        let mut tell = |cell: u32, group: u32, sums: Sums| {
            let cell = cell as usize;
            classes.iter_mut().zip(by).for_each(|(out, at)| *out = self.main.class(cell, *at));
            told(cell, &classes, group, sums);
        };
        match self.joined.is_empty() {
            false => self.joined.iter().for_each(|one| tell(one.cell, one.group, one.sums)),
            true => self.rows.iter().for_each(|row| tell(row.cell, row.group, Sums::one(self.weight(row)))),
        }
    }

    /// Adds up rows of one cell and group, to be told together: every table visits them all.
    pub(super) fn join(&mut self) {
        let most = self.rows.len() * size_of::<DrawnRow>() / size_of::<Joined>();
        let mut sums: HashMap<(u32, u32), Sums> = HashMap::new();
        for row in &self.rows {
            *sums.entry((row.cell, row.group)).or_default() += Sums::one(self.weight(row));
            if sums.len() > most {
                return;
            }
        }
        self.joined = sums.into_iter().map(|((cell, group), sums)| Joined { cell, group, sums }).collect();
        self.joined.sort_unstable_by_key(|one| (one.cell, one.group));
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

    fn weight(&self, row: &DrawnRow) -> Weight {
        self.settled.weights.get(row.group as usize).copied().unwrap_or(row.weight)
    }
}
