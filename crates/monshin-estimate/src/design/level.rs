//! One stage of a design, its labels numbered through.

use super::{DesignError, Population, Sample, Stage, Units};
use std::collections::{BTreeMap, BTreeSet};

/// Strata and units of one stage, each numbered from 0 over the whole sample.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub stratum_of_row: Vec<usize>,
    /// `None`: every observation is its own unit.
    pub unit_of_row: Option<Vec<usize>>,
    pub stratum_of_unit: Vec<usize>,
    /// Units drawn, n_h.
    pub drawn: Vec<f64>,
    /// Sampling fraction f_h, 0 without correction.
    pub fraction: Vec<f64>,
    /// Product of the sampling fractions of the stages before, which multiplies the stratum's variance.
    pub multiplier: Vec<f64>,
    /// Unit of the stage before that the stratum lies in.
    pub parent: Vec<usize>,
}

impl Level {
    /// Every observation a unit, one stratum.
    pub fn rows(sample: &Sample) -> Self {
        Self {
            stratum_of_row: vec![0; sample.len()],
            unit_of_row: None,
            stratum_of_unit: Vec::new(),
            drawn: vec![sample.count.iter().sum()],
            fraction: vec![0.0],
            multiplier: vec![1.0],
            parent: vec![0],
        }
    }

    pub fn new(
        sample: &Sample,
        stage: &Stage,
        index: usize,
        before: Option<&Level>,
    ) -> Result<Self, DesignError> {
        let n = sample.len();
        let lengths = [
            stage.strata.as_ref().map(Vec::len),
            match &stage.units {
                Units::Rows => None,
                Units::Labels(labels) => Some(labels.len()),
            },
            match &stage.population {
                Population::Unlimited => None,
                Population::Count(v) | Population::Fraction(v) => Some(v.len()),
            },
        ];
        if lengths.into_iter().flatten().any(|len| len != n) {
            return Err(DesignError::Length { stage: index });
        }
        let mut level = Self::numbered(sample, stage, before);
        level.take_fractions(stage, index)?;
        level.multiplier = match before {
            None => vec![1.0; level.drawn.len()],
            Some(b) => level
                .parent
                .iter()
                .map(|&unit| {
                    // Below single observations there is nothing left to draw.
                    let stratum = b.stratum_of_unit.get(unit).copied();
                    stratum.map_or(0.0, |h| b.multiplier[h] * b.fraction[h])
                })
                .collect(),
        };
        Ok(level)
    }

    fn numbered(sample: &Sample, stage: &Stage, before: Option<&Level>) -> Self {
        let n = sample.len();
        let parent_of_row = |row: usize| match before.and_then(|b| b.unit_of_row.as_ref()) {
            Some(units) => units[row],
            None => 0,
        };
        let stratum_label = |row: usize| stage.strata.as_ref().map_or(0, |s| s[row]);
        let mut strata: BTreeMap<(usize, u32), usize> = BTreeMap::new();
        for row in 0..n {
            strata.insert((parent_of_row(row), stratum_label(row)), 0);
        }
        let mut parent = Vec::with_capacity(strata.len());
        for (number, (key, value)) in strata.iter_mut().enumerate() {
            *value = number;
            parent.push(key.0);
        }
        let stratum_of_row: Vec<usize> =
            (0..n).map(|row| strata[&(parent_of_row(row), stratum_label(row))]).collect();
        let mut drawn = vec![0.0; strata.len().max(1)];
        let (unit_of_row, stratum_of_unit) = match &stage.units {
            Units::Rows => {
                for row in 0..n {
                    drawn[stratum_of_row[row]] += sample.count[row];
                }
                (None, Vec::new())
            }
            Units::Labels(labels) => {
                let keys: BTreeSet<(usize, u32)> =
                    (0..n).map(|row| (stratum_of_row[row], labels[row])).collect();
                let number: BTreeMap<(usize, u32), usize> =
                    keys.iter().enumerate().map(|(k, key)| (*key, k)).collect();
                for (stratum, _) in &keys {
                    drawn[*stratum] += 1.0;
                }
                let unit_of_row = (0..n).map(|row| number[&(stratum_of_row[row], labels[row])]).collect();
                (Some(unit_of_row), keys.into_iter().map(|(stratum, _)| stratum).collect())
            }
        };
        if parent.is_empty() {
            parent.push(0);
        }
        let fraction = vec![0.0; drawn.len()];
        let multiplier = Vec::new();
        Self { stratum_of_row, unit_of_row, stratum_of_unit, drawn, fraction, multiplier, parent }
    }

    /// Sampling fractions from the populations of the rows, checked to agree within each stratum.
    fn take_fractions(&mut self, stage: &Stage, index: usize) -> Result<(), DesignError> {
        let (values, is_count) = match &stage.population {
            Population::Unlimited => return Ok(()),
            Population::Count(v) => (v, true),
            Population::Fraction(v) => (v, false),
        };
        let mut first: Vec<Option<f64>> = vec![None; self.drawn.len()];
        for (row, &value) in values.iter().enumerate() {
            let stratum = self.stratum_of_row[row];
            match first[stratum] {
                Some(seen) if (seen - value).abs() > 1e-9 * seen.abs() => {
                    return Err(DesignError::PopulationVaries { stage: index, row });
                }
                Some(_) => {}
                None => {
                    let fraction = if is_count { self.drawn[stratum] / value } else { value };
                    if !(fraction > 0.0 && fraction <= 1.0 + 1e-9) {
                        return Err(DesignError::Population { stage: index, row });
                    }
                    first[stratum] = Some(value);
                    self.fraction[stratum] = fraction.min(1.0);
                }
            }
        }
        Ok(())
    }

    /// Units − strata among rows of positive weight inside.
    pub fn df(&self, sample: &Sample, inside: impl Fn(usize) -> bool) -> f64 {
        let rows = || (0..sample.len()).filter(|&row| sample.is_active(row) && inside(row));
        let strata: BTreeSet<usize> = rows().map(|row| self.stratum_of_row[row]).collect();
        let units = match &self.unit_of_row {
            None => rows().map(|row| sample.count[row]).sum(),
            Some(unit) => rows().map(|row| unit[row]).collect::<BTreeSet<_>>().len() as f64,
        };
        units - strata.len() as f64
    }
}
