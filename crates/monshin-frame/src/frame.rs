//! The list of institutions, by id and class.

use std::collections::HashMap;

use crate::{Disposition, Stratum};

/// One institution of the list, by its place in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit(pub(crate) u32);

impl Unit {
    /// Its place in the list, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The units that can be asked, each in exactly one class of each breakdown.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    ids: Vec<Box<str>>,
    by_id: HashMap<Box<str>, Unit>,
    breakdowns: usize,
    /// Unit after unit, one class per breakdown.
    classes: Vec<u16>,
    /// Unit after unit, where the list says it.
    dispositions: Vec<Option<Disposition>>,
    /// Unit after unit; empty where the list has no base weights.
    weights: Vec<f64>,
    /// Further columns by name, their cells unit after unit.
    more: Vec<(String, Vec<Box<str>>)>,
}

/// A column of the list beside ids, classes and contacts.
#[derive(Clone, Copy, Debug)]
pub struct FrameColumn<'f> {
    /// Its name.
    pub name: &'f str,
    cells: &'f [Box<str>],
}

impl FrameColumn<'_> {
    /// What stands there of a unit.
    ///
    /// # Panics
    /// If the unit is of another frame.
    pub fn cell(&self, unit: Unit) -> &str {
        &self.cells[unit.index()]
    }
}

/// What the list says of one unit besides its classes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Remark {
    pub(crate) disposition: Option<Disposition>,
    pub(crate) weight: Option<f64>,
}

impl Frame {
    pub(crate) fn new(breakdowns: usize, more: impl Iterator<Item = String>) -> Frame {
        Frame { breakdowns, more: more.map(|name| (name, Vec::new())).collect(), ..Frame::default() }
    }

    /// Adds a unit; `None` where the id is taken.
    pub(crate) fn add(&mut self, id: &str, classes: &[u16], remark: Remark) -> Option<Unit> {
        let unit = Unit(u32::try_from(self.ids.len()).ok()?);
        if self.by_id.contains_key(id) {
            return None;
        }
        self.by_id.insert(id.into(), unit);
        self.ids.push(id.into());
        self.classes.extend_from_slice(classes);
        self.dispositions.push(remark.disposition);
        self.weights.extend(remark.weight);
        Some(unit)
    }

    /// What stands in the further columns of the unit added last, in their order.
    pub(crate) fn add_more<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        self.more.iter_mut().zip(cells).for_each(|((_, column), cell)| column.push(cell.into()));
    }

    /// A further column that was asked for when the list was loaded, by its name; `None` where the list
    /// does not have it.
    pub fn column(&self, name: &str) -> Option<FrameColumn<'_>> {
        let (name, cells) = self.more.iter().find(|(known, _)| known == name)?;
        Some(FrameColumn { name, cells })
    }

    /// How many units.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All units, in the order of the list.
    pub fn units(&self) -> impl Iterator<Item = Unit> + use<> {
        (0..self.ids.len() as u32).map(Unit)
    }

    /// The unit of an id.
    pub fn find(&self, id: &str) -> Option<Unit> {
        self.by_id.get(id).copied()
    }

    /// The id of a unit.
    ///
    /// # Panics
    /// If the unit is of another frame.
    pub fn id(&self, unit: Unit) -> &str {
        &self.ids[unit.index()]
    }

    /// The class of a unit in every breakdown.
    ///
    /// # Panics
    /// If the unit is of another frame.
    pub fn classes(&self, unit: Unit) -> &[u16] {
        &self.classes[unit.index() * self.breakdowns..][..self.breakdowns]
    }

    /// What the list itself says became of a unit; `None` where its cell is empty or there is no
    /// such column.
    ///
    /// # Panics
    /// If the unit is of another frame.
    pub fn disposition(&self, unit: Unit) -> Option<Disposition> {
        self.dispositions[unit.index()]
    }

    /// Whether the list has base weights.
    pub fn is_weighted(&self) -> bool {
        !self.weights.is_empty()
    }

    /// Base weight of a unit: how many of the population it stands for; 1 where the list has none.
    ///
    /// # Panics
    /// If the unit is of another frame.
    pub fn weight(&self, unit: Unit) -> f64 {
        if self.is_weighted() { self.weights[unit.index()] } else { 1.0 }
    }

    /// The stratum of a unit: its classes in these breakdowns.
    ///
    /// # Panics
    /// If the unit is of another frame or there is no such breakdown.
    pub fn stratum(&self, unit: Unit, by: &[usize]) -> Stratum {
        let classes = self.classes(unit);
        Stratum(by.iter().map(|&breakdown| classes[breakdown]).collect())
    }

    /// How many units each of `classes` classes of a breakdown has.
    ///
    /// # Panics
    /// If there is no such breakdown, or it has more classes.
    pub fn sizes(&self, breakdown: usize, classes: usize) -> Vec<u64> {
        let mut sizes = vec![0; classes];
        for unit in self.units() {
            sizes[usize::from(self.classes(unit)[breakdown])] += 1;
        }
        sizes
    }
}
