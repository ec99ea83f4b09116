//! All responses are in: how many units were drawn where, from how many, and what cannot be.

use std::collections::{BTreeMap, BTreeSet};

use monshin_diag::Diagnostics;
use monshin_instrument::{LonelyRule, VarianceSpec};

use super::groups::Group;
use super::{Drawn, problems, replicates};
use crate::Weight;

/// What the responses together say of the sample.
#[derive(Clone, Debug, Default)]
pub(super) struct Settled {
    /// By stage and group: the fraction drawn of what the unit's stratum (or parent) has, 0 where nothing is known.
    pub fractions: Vec<Vec<f64>>,
    /// By group, where weights follow from the numbers of units; else empty.
    pub weights: Vec<Weight>,
    pub weights_from_fpc: bool,
    /// Stage by stage.
    pub stages: Vec<StageSummary>,
    /// Degrees of freedom of replicate weights.
    pub df: f64,
}

/// One stage, for the method note.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageSummary {
    /// How many strata (at later stages: units of the stage before, by their strata).
    pub strata: usize,
    /// How many units were drawn.
    pub units: u64,
    /// Smallest and largest fraction drawn; `None` without correction.
    pub fractions: Option<(f64, f64)>,
}

/// One stage while it is counted.
pub(super) struct Stage {
    /// By group, the stratum (or the unit of the stage before) it lies in.
    pub parent: Vec<u32>,
    /// By group, its unit; as [`Stage::parent`] at a stage of single responses.
    pub unit: Vec<u32>,
    /// By parent, how many units.
    pub drawn: Vec<u64>,
    pub units: u64,
}

impl Drawn {
    /// Counts what was drawn and finds what cannot be; `weighted` says whether weights may follow from
    /// the numbers of units, where no column holds any.
    pub fn settle(&mut self, weighted: bool) -> Diagnostics {
        let mut found = std::mem::take(&mut self.found);
        let form = self.layout.questionnaire.clone();
        let spec = form.design();
        if found.has_errors() || self.rows.is_empty() {
            return found;
        }
        let stages = spec.stages();
        let mut parent: Vec<u32> = self.groups.list.iter().map(|group| group.stratum).collect();
        let mut settled = Settled::default();
        // Product of the fractions of the stages before: where it is 0, later stages do not matter.
        let mut matters = true;
        for at in 0..stages {
            let stage = Stage::new(&self.groups.list, parent, at, spec.clusters.len());
            let fractions = self.fractions(at, &stage, &mut found);
            let lonely: BTreeSet<u32> = (0..self.groups.list.len())
                .filter(|group| stage.drawn[stage.parent[*group] as usize] == 1 && fractions[*group] < 1.0)
                .map(|group| stage.parent[group])
                .collect();
            let resampled = spec.variance != VarianceSpec::Linear && at == 0;
            let refused = spec.lonely == LonelyRule::Fail || resampled;
            if refused && matters && !lonely.is_empty() && spec.replicates.is_none() && spec.has_columns() {
                for parent in lonely {
                    found.push(problems::lonely(self, at, &stage, parent, resampled));
                }
            }
            matters &= fractions.iter().any(|fraction| *fraction > 0.0);
            settled.stages.push(stage.summary(&fractions, at < spec.fpc_columns().len()));
            if at == 0 {
                problems::of_first_stage(self, &stage, &mut found);
            }
            settled.fractions.push(fractions);
            parent = self.strata_within(stage.unit, at);
        }
        if !self.has_weights && weighted && !spec.fpc_columns().is_empty() && !found.has_errors() {
            settled.weights_from_fpc = true;
            settled.weights = self.weights(&settled.fractions, &mut found);
        }
        if let Some(given) = &spec.replicates {
            let rank = || replicates::rank(&self.replicates, self.replicate_names.len());
            settled.df = given.df.unwrap_or_else(|| rank().saturating_sub(1) as f64);
        }
        self.settled = settled;
        self.join();
        found
    }

    /// By group, within what units of the next stage are drawn: a unit of stage `at`, or a stratum of it.
    fn strata_within(&self, unit: Vec<u32>, at: usize) -> Vec<u32> {
        let mut numbers: BTreeMap<(u32, Option<u32>), u32> = BTreeMap::new();
        let stratum = |group: &Group| group.later_strata.get(at).copied();
        let keys = unit.into_iter().zip(&self.groups.list).map(|(unit, group)| (unit, stratum(group)));
        keys.map(|key| {
            let next = numbers.len() as u32;
            *numbers.entry(key).or_insert(next)
        })
        .collect()
    }

    /// The fraction drawn at a stage, by group.
    fn fractions(&self, at: usize, stage: &Stage, found: &mut Diagnostics) -> Vec<f64> {
        let form = &self.layout.questionnaire;
        let list = &self.groups.list;
        let Some(column) = form.design().fpc_columns().get(at) else { return vec![0.0; list.len()] };
        let value = |group: usize| list[group].populations[at];
        let above = (0..list.len()).find(|group| value(*group) > 1.0);
        let below = (0..list.len()).find(|group| value(*group) < 1.0);
        if let (Some(count), Some(fraction)) = (above, below) {
            found.push(problems::mixed(self, column, (count, value(count)), (fraction, value(fraction))));
            return vec![0.0; list.len()];
        }
        let mut first: BTreeMap<u32, usize> = BTreeMap::new();
        for group in 0..list.len() {
            let before = *first.entry(stage.parent[group]).or_insert(group);
            if (value(before) - value(group)).abs() > 1e-9 * value(before) {
                found.push(problems::varies(self, at, column, group, before));
            }
        }
        let mut fractions = vec![0.0; list.len()];
        let mut told = BTreeSet::new();
        for (group, fraction) in fractions.iter_mut().enumerate() {
            let drawn = stage.drawn[stage.parent[group] as usize] as f64;
            *fraction = if above.is_none() { value(group) } else { (drawn / value(group)).min(1.0) };
            if above.is_some() && drawn > value(group) * (1.0 + 1e-9) && told.insert(stage.parent[group]) {
                found.push(problems::too_few(self, at, column, group, drawn));
            }
        }
        fractions
    }

    /// The inverse of what was drawn at every stage, by group.
    fn weights(&self, fractions: &[Vec<f64>], found: &mut Diagnostics) -> Vec<Weight> {
        let one = |group: usize| {
            let known = fractions.iter().map(|stage| stage[group]).filter(|fraction| *fraction > 0.0);
            Weight::new(known.map(|fraction| 1.0 / fraction).product())
        };
        let weights: Option<Vec<Weight>> = (0..self.groups.list.len()).map(one).collect();
        weights.unwrap_or_else(|| {
            found.push(problems::weights_out_of_range());
            Vec::new()
        })
    }
}

impl Stage {
    fn new(groups: &[Group], parent: Vec<u32>, at: usize, clusters: usize) -> Stage {
        let parents = parent.iter().max().map_or(0, |most| *most as usize + 1);
        let mut drawn = vec![0; parents];
        if at >= clusters {
            parent.iter().zip(groups).for_each(|(parent, group)| drawn[*parent as usize] += group.responses);
            let units = drawn.iter().sum();
            return Stage { unit: parent.clone(), parent, drawn, units };
        }
        let mut numbers: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut unit = Vec::with_capacity(groups.len());
        for (parent, group) in parent.iter().zip(groups) {
            let next = numbers.len() as u32;
            let number = *numbers.entry((*parent, group.clusters[at])).or_insert(next);
            if number == next {
                drawn[*parent as usize] += 1;
            }
            unit.push(number);
        }
        Stage { unit, parent, drawn, units: numbers.len() as u64 }
    }

    fn summary(&self, fractions: &[f64], is_known: bool) -> StageSummary {
        let ends = fractions.iter().fold((1.0, 0.0), |(a, b), one| (f64::min(a, *one), f64::max(b, *one)));
        StageSummary {
            strata: self.drawn.iter().filter(|drawn| **drawn > 0).count(),
            units: self.units,
            fractions: is_known.then_some(ends),
        }
    }
}
