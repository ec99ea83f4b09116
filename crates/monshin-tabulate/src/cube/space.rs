//! A space of answer patterns × classes, and what was counted in it.

use std::sync::Arc;

use monshin_instrument::{Item, ItemDef};

use super::apart::Apart;
use super::faces::{Faces, class, digit};
use super::keys::Keys;
use super::patterns::Patterns;
use super::state::Numbering;
use super::tallies::Tallies;
use super::{State, components::components};
use crate::sums::{Sums, Weight};

/// A space of answer patterns × classes, and what was counted in it.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    ground: Arc<Ground>,
    patterns: Vec<Arc<Patterns>>,
    store: Store,
}

/// What all spaces of the same items share.
#[derive(Debug)]
struct Ground {
    /// Classes of each breakdown, and one for "not known".
    radices: Vec<usize>,
    faces: Arc<Faces>,
    /// By item: its component, and its place in there.
    slots: Vec<(usize, usize)>,
    mentions: Arc<[Numbering]>,
    most_kept: usize,
}

/// Classes, states, and how many.
pub(crate) type SpaceCell = (Vec<Option<u16>>, Vec<State>, Sums);

#[derive(Clone, Debug)]
enum Store {
    /// A counter for every cell. The strides are those of the components, then of the breakdowns.
    Dense { strides: Arc<[usize]>, tallies: Tallies },
    /// A counter for every cell that occurs.
    Kept { keys: Keys, tallies: Tallies },
    /// Every item for itself.
    Apart(Apart),
}

impl Space {
    /// Of these items (number and definition) by these breakdowns (classes plus one of each).
    pub fn new(
        items: &[(usize, &ItemDef)],
        radices: &[usize],
        faces: &Arc<Faces>,
        most_dense: usize,
        most_kept: usize,
    ) -> Space {
        let patterns: Vec<_> = components(items).iter().map(|part| Arc::new(Patterns::new(part))).collect();
        let mut slots = vec![(0, 0); items.len()];
        for (component, patterns) in patterns.iter().enumerate() {
            for (place, &local) in patterns.locals().iter().enumerate() {
                slots[local] = (component, place);
            }
        }
        let everyone = Numbering::everyone();
        let mentions = items.iter().map(|(_, def)| Numbering::of_mentions(def)).chain([everyone]);
        let ground = Ground {
            radices: radices.to_vec(),
            faces: faces.clone(),
            slots,
            mentions: mentions.collect(),
            most_kept,
        };
        let store = match strides(&patterns, radices, most_dense) {
            Some((strides, len)) => Store::Dense { strides, tallies: Tallies::new(len) },
            None => {
                Store::Kept { keys: Keys::new(patterns.len() + radices.len()), tallies: Tallies::default() }
            }
        };
        Space { ground: Arc::new(ground), patterns, store }
    }

    /// An empty one of the same items.
    pub fn emptied(&self) -> Space {
        let store = match &self.store {
            Store::Dense { strides, tallies } => {
                Store::Dense { strides: strides.clone(), tallies: Tallies::new(tallies.len()) }
            }
            _ => Store::Kept {
                keys: Keys::new(self.patterns.len() + self.ground.radices.len()),
                tallies: Tallies::default(),
            },
        };
        Space { ground: self.ground.clone(), patterns: self.patterns.clone(), store }
    }

    /// Whether every item is counted for itself.
    pub fn is_apart(&self) -> bool {
        matches!(self.store, Store::Apart(_))
    }

    /// How many counters there are, and of what sort.
    pub fn kind(&self) -> super::CubeKind {
        match &self.store {
            Store::Dense { tallies, .. } => super::CubeKind::Dense { cells: tallies.len() },
            Store::Kept { keys, .. } => super::CubeKind::Kept { cells: keys.len() },
            Store::Apart(_) => super::CubeKind::Apart,
        }
    }

    /// Counts one unit. `at` says which item stands at a position of this space.
    #[inline]
    pub fn add(&mut self, items: &[Item], at: &[usize], classes: &[Option<u16>], weight: Weight) {
        if let Some(address) = self.address(items, at, classes) {
            if let Store::Dense { tallies, .. } = &mut self.store {
                tallies.add(address, weight);
            }
            return;
        }
        self.add_kept(items, at, classes, weight);
    }

    fn add_kept(&mut self, items: &[Item], at: &[usize], classes: &[Option<u16>], weight: Weight) {
        if let Store::Apart(apart) = &mut self.store {
            let states = at.iter().map(|&item| State::of(&items[item]));
            apart.add(states, classes, Sums::one(weight));
            return;
        }
        let row = self.key(items, at, classes);
        self.add_row(&row, Sums::one(weight));
    }

    /// The parts of a unit's cell.
    fn key(&mut self, items: &[Item], at: &[usize], classes: &[Option<u16>]) -> Vec<u32> {
        let state = |local: usize| State::of(&items[at[local]]);
        let of_items = self.patterns.iter_mut().map(|one| Patterns::find_or_add(one, state));
        let of_classes = classes.iter().zip(&self.ground.radices);
        let of_classes = of_classes.map(|(class, radix)| digit(*class, *radix) as u32);
        of_items.chain(of_classes).collect()
    }

    /// The number of a unit's cell, a new one where it was not seen before, without counting the unit.
    ///
    /// # Panics
    /// Unless only cells that occur are kept.
    pub fn number(&mut self, items: &[Item], at: &[usize], classes: &[Option<u16>]) -> u32 {
        let row = self.key(items, at, classes);
        match &mut self.store {
            Store::Kept { keys, .. } => keys.find_or_add(&row) as u32,
            _ => panic!("a space that keeps what occurs"),
        }
    }

    fn add_row(&mut self, row: &[u32], sums: Sums) {
        let Store::Kept { keys, tallies } = &mut self.store else { return };
        let number = keys.find_or_add(row);
        if number >= tallies.len() {
            tallies.grow((number + 1).next_power_of_two());
        }
        tallies.add_sums(number, sums);
        if keys.len() > self.ground.most_kept {
            self.take_apart();
        }
    }

    /// The address of a unit's cell, where every cell has one.
    #[inline]
    pub fn address(&self, items: &[Item], at: &[usize], classes: &[Option<u16>]) -> Option<usize> {
        let Store::Dense { strides, .. } = &self.store else { return None };
        let (of_patterns, of_classes) = strides.split_at(self.patterns.len());
        let mut address = 0;
        for (patterns, stride) in self.patterns.iter().zip(of_patterns) {
            address += patterns.find(items, at)? as usize * stride;
        }
        for ((class, radix), stride) in classes.iter().zip(&self.ground.radices).zip(of_classes) {
            address += digit(*class, *radix) * stride;
        }
        Some(address)
    }

    /// The counters by address, where every cell has one.
    pub fn tallies_mut(&mut self) -> Option<&mut Tallies> {
        match &mut self.store {
            Store::Dense { tallies, .. } => Some(tallies),
            _ => None,
        }
    }

    /// Tells of an item (or of everyone), by these breakdowns, how many there are in what state;
    /// the same state and classes may be told several times.
    /// `occupied` are the cells of [`Space::occupied`], found once for many visits.
    pub fn visit(
        &self,
        occupied: &[(usize, Sums)],
        local: Option<usize>,
        by: &[usize],
        told: &mut impl FnMut(State, &[Option<u16>], Sums),
    ) {
        if let Store::Apart(apart) = &self.store {
            return apart.visit(local, by, told);
        }
        let mut classes = vec![None; by.len()];
        for &(cell, sums) in occupied {
            for (out, &at) in classes.iter_mut().zip(by) {
                *out = self.class(cell, at);
            }
            let state = local.map_or(State::Given, |local| self.state(cell, local));
            told(state, &classes, sums);
        }
    }

    /// Every cell with somebody: classes and states. `None` where items are counted apart.
    pub fn cells(&self) -> Option<Vec<SpaceCell>> {
        let whole = |(cell, sums)| {
            let classes = (0..self.ground.radices.len()).map(|at| self.class(cell, at)).collect();
            let states = (0..self.ground.slots.len()).map(|local| self.state(cell, local)).collect();
            (classes, states, sums)
        };
        match self.store {
            Store::Apart(_) => None,
            _ => Some(self.occupied().map(whole).collect()),
        }
    }

    /// Cells with somebody; none where items are counted apart.
    pub fn occupied(&self) -> impl Iterator<Item = (usize, Sums)> {
        let tallies = match &self.store {
            Store::Dense { tallies, .. } | Store::Kept { tallies, .. } => Some(tallies),
            Store::Apart(_) => None,
        };
        tallies.into_iter().flat_map(|tallies| tallies.occupied().map(|cell| (cell, tallies.get(cell))))
    }

    /// How many components there are.
    pub fn components(&self) -> usize {
        self.patterns.len()
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.ground.slots.len()
    }

    /// Positions of the items of a component.
    pub fn locals(&self, component: usize) -> &[usize] {
        self.patterns[component].locals()
    }

    /// All patterns of a component, where they are known beforehand and so many at most.
    pub fn listed(&self, component: usize, most: usize) -> Option<Vec<Box<[State]>>> {
        self.patterns[component].all(most).map(<[_]>::to_vec)
    }

    /// The classes of a cell in every breakdown.
    pub fn all_classes(&self, cell: usize) -> Vec<Option<u16>> {
        (0..self.ground.radices.len()).map(|at| self.class(cell, at)).collect()
    }

    /// The part of a cell's name: a pattern's number for a component, then a class's.
    pub fn part(&self, cell: usize, part: usize) -> usize {
        match &self.store {
            Store::Dense { strides, .. } => {
                let radix = match part.checked_sub(self.patterns.len()) {
                    None => self.patterns[part].closed_len().unwrap_or(1),
                    Some(breakdown) => self.ground.radices[breakdown],
                };
                cell / strides[part] % radix
            }
            Store::Kept { keys, .. } => keys.row(cell)[part] as usize,
            Store::Apart(_) => 0,
        }
    }

    pub fn class(&self, cell: usize, breakdown: usize) -> Option<u16> {
        class(self.part(cell, self.patterns.len() + breakdown), self.ground.radices[breakdown])
    }

    /// The state of an item in a cell.
    pub fn state(&self, cell: usize, local: usize) -> State {
        let (component, place) = self.ground.slots[local];
        self.patterns[component].states(self.part(cell, component) as u32)[place]
    }

    /// From now on every item is counted for itself.
    fn take_apart(&mut self) {
        let mut apart = Apart::new(self.ground.faces.clone(), self.ground.mentions.clone());
        for (classes, states, sums) in self.cells().unwrap_or_default() {
            apart.add(states.into_iter(), &classes, sums);
        }
        self.store = Store::Apart(apart);
    }

    /// Adds what was counted in another space of the same items.
    pub fn merge(&mut self, mut more: Space) {
        if let (Store::Dense { tallies, .. }, Store::Dense { tallies: more, .. }) =
            (&mut self.store, &more.store)
        {
            return tallies.merge(more);
        }
        if matches!(more.store, Store::Apart(_)) && !matches!(self.store, Store::Apart(_)) {
            std::mem::swap(self, &mut more);
        }
        match (&mut self.store, &more.store) {
            (Store::Apart(apart), Store::Apart(more)) => apart.merge(more),
            (Store::Apart(apart), _) => {
                for (classes, states, sums) in more.cells().unwrap_or_default() {
                    apart.add(states.into_iter(), &classes, sums);
                }
            }
            _ => self.merge_kept(&more),
        }
    }

    fn merge_kept(&mut self, more: &Space) {
        for (classes, states, sums) in more.cells().unwrap_or_default() {
            if let Store::Apart(apart) = &mut self.store {
                apart.add(states.into_iter(), &classes, sums);
                continue;
            }
            let state = |local: usize| states[local];
            let of_items = self.patterns.iter_mut().map(|one| Patterns::find_or_add(one, state));
            let of_classes = classes.iter().zip(&self.ground.radices);
            let of_classes = of_classes.map(|(class, radix)| digit(*class, *radix) as u32);
            let row: Vec<u32> = of_items.chain(of_classes).collect();
            self.add_row(&row, sums);
        }
    }
}

/// Strides of components and breakdowns and the number of all cells, if there are few enough.
fn strides(patterns: &[Arc<Patterns>], radices: &[usize], most: usize) -> Option<(Arc<[usize]>, usize)> {
    let closed: Option<Vec<usize>> = patterns.iter().map(|one| one.closed_len()).collect();
    let parts: Vec<usize> = closed?.into_iter().chain(radices.iter().copied()).collect();
    let mut strides = vec![1; parts.len()];
    let mut len = 1_usize;
    for (stride, part) in strides.iter_mut().zip(&parts).rev() {
        *stride = len;
        len = len.checked_mul(*part).filter(|len| *len <= most)?;
    }
    Some((strides.into(), len))
}
