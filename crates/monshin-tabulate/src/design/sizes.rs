//! How many units there are, by class.

use std::collections::BTreeMap;

use monshin_frame::Population;

/// Units of the frame by their classes in all breakdowns of the survey; `None` where a class does not
/// come from the frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameSizes {
    cells: BTreeMap<Vec<Option<u16>>, (u64, f64)>,
}

impl FrameSizes {
    /// Adds a unit with its base weight (1 where there are none).
    pub fn add(&mut self, classes: Vec<Option<u16>>, weight: f64) {
        let cell = self.cells.entry(classes).or_default();
        cell.0 += 1;
        cell.1 += weight;
    }

    /// Units by these breakdowns. `None` where a class of one of them is not in the frame.
    pub(super) fn by(&self, by: &[usize]) -> Option<BTreeMap<Vec<u16>, f64>> {
        self.sum(by, |(units, _)| *units as f64)
    }

    /// Sums of base weights by these breakdowns.
    pub(super) fn weights_by(&self, by: &[usize]) -> Option<BTreeMap<Vec<u16>, f64>> {
        self.sum(by, |(_, weight)| *weight)
    }

    fn sum(&self, by: &[usize], of: impl Fn(&(u64, f64)) -> f64) -> Option<BTreeMap<Vec<u16>, f64>> {
        let mut sums = BTreeMap::new();
        for (classes, cell) in &self.cells {
            let key: Option<Vec<u16>> = by.iter().map(|&at| *classes.get(at)?).collect();
            *sums.entry(key?).or_insert(0.0) += of(cell);
        }
        Some(sums)
    }
}

/// What is known of the size of the population, for mode `quasi`.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownSizes {
    pub frame: Option<FrameSizes>,
    pub population: Option<Population>,
    pub total: Option<f64>,
}

impl KnownSizes {
    /// Units by these breakdowns; by none, of all.
    pub fn by(&self, by: &[usize]) -> Option<BTreeMap<Vec<u16>, f64>> {
        let population = self.population.as_ref().and_then(|known| totals(known, by));
        let frame = || self.frame.as_ref()?.by(by);
        let total = || self.total.filter(|_| by.is_empty()).map(|total| [(Vec::new(), total)].into());
        population.or_else(frame).or_else(total)
    }

    /// Units of one group, as a whole number.
    pub fn of(&self, by: &[usize], group: &[u16]) -> Option<u64> {
        let count = self.by(by)?.get(group).copied().unwrap_or(0.0);
        (count.fract() == 0.0 && count < 1e15).then_some(count as u64)
    }
}

/// Known totals by these breakdowns, in their order.
fn totals(known: &Population, by: &[usize]) -> Option<BTreeMap<Vec<u16>, f64>> {
    if by.is_empty() {
        return known.margins.first().map(|first| [(Vec::new(), first.sum())].into());
    }
    // A margin by more breakdowns adds up to one by fewer.
    let has_all = |margin: &&monshin_frame::KnownTotals| by.iter().all(|at| margin.by.contains(at));
    let margin = known.margins.iter().filter(has_all).min_by_key(|margin| margin.by.len())?;
    let places: Vec<usize> = by.iter().filter_map(|at| margin.by.iter().position(|one| one == at)).collect();
    let mut sums = BTreeMap::new();
    for (classes, count) in &margin.counts {
        let key: Vec<u16> = places.iter().map(|&place| classes[place]).collect();
        *sums.entry(key).or_insert(0.0) += count;
    }
    Some(sums)
}
