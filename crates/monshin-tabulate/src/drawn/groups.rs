//! Responses that were drawn alike, numbered.

use std::collections::HashMap;

use monshin_instrument::{DesignSpec, VarianceSpec};

use crate::Weight;

/// How a response was drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draw {
    pub strata: Vec<String>,
    /// From the second stage on, the labels of the stratum.
    pub later_strata: Vec<Vec<String>>,
    pub clusters: Vec<String>,
    pub populations: Vec<f64>,
}

/// Responses that were drawn alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Number of the stratum.
    pub stratum: u32,
    /// Numbers of the strata of later stages; labels may be used again in other units.
    pub later_strata: Box<[u32]>,
    /// Number of the label at each stage of clusters; labels may be used again elsewhere.
    pub clusters: Box<[u32]>,
    /// Numbers of units or fractions drawn, stage by stage.
    pub populations: Box<[f64]>,
    /// Row of the first response.
    pub row: u64,
    /// How many responses.
    pub responses: u64,
}

/// What tells groups apart beyond strata, clusters and populations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    Nothing,
    /// The weight: units that are drawn again have equal weights within a cell.
    Weight,
    /// Every response is a group of its own.
    Response,
}

/// All groups.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    beyond: Beyond,
    numbers: HashMap<Vec<u64>, u32>,
    pub list: Vec<Group>,
    strata: HashMap<Vec<String>, u32>,
    /// Labels of each stratum.
    pub stratum_names: Vec<Vec<String>>,
    clusters: Vec<HashMap<String, u32>>,
    /// By stage, the labels.
    pub cluster_names: Vec<Vec<String>>,
}

impl Groups {
    pub fn new(spec: &DesignSpec, has_weights: bool) -> Groups {
        let stages = spec.clusters.len();
        let beyond = match spec.variance {
            _ if spec.replicates.is_some() => Beyond::Response,
            VarianceSpec::Jackknife | VarianceSpec::HalfSamples(_) if stages == 0 => Beyond::Response,
            VarianceSpec::Bootstrap(..) if stages == 0 && has_weights => Beyond::Weight,
            _ => Beyond::Nothing,
        };
        Groups {
            beyond,
            numbers: HashMap::new(),
            list: Vec::new(),
            strata: HashMap::new(),
            stratum_names: Vec::new(),
            clusters: vec![HashMap::new(); stages],
            cluster_names: vec![Vec::new(); stages],
        }
    }

    /// The number of the group of response number `response`, which stands in `row`.
    pub fn find_or_add(&mut self, draw: Draw, row: u64, weight: Weight, response: u32) -> u32 {
        let stratum = self.stratum(draw.strata);
        let later_strata: Box<[u32]> =
            draw.later_strata.into_iter().map(|labels| self.stratum(labels)).collect();
        let stages = self.clusters.iter_mut().zip(&mut self.cluster_names);
        let clusters: Box<[u32]> =
            stages.zip(draw.clusters).map(|((known, names), label)| number_of(known, names, label)).collect();
        let mut key: Vec<u64> = vec![u64::from(stratum)];
        key.extend(later_strata.iter().map(|stratum| u64::from(*stratum)));
        key.extend(clusters.iter().map(|label| u64::from(*label)));
        key.extend(draw.populations.iter().map(|number| number.to_bits()));
        match self.beyond {
            Beyond::Nothing => {}
            Beyond::Weight => key.push(weight.get().to_bits()),
            Beyond::Response => key.push(u64::from(response)),
        }
        let next = self.list.len() as u32;
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            let populations = draw.populations.into();
            self.list.push(Group { stratum, later_strata, clusters, populations, row, responses: 0 });
        }
        self.list[number as usize].responses += 1;
        number
    }

    /// The number of a stratum by its labels, whatever the stage.
    fn stratum(&mut self, labels: Vec<String>) -> u32 {
        if let Some(number) = self.strata.get(&labels) {
            return *number;
        }
        let number = self.stratum_names.len() as u32;
        self.stratum_names.push(labels.clone());
        self.strata.insert(labels, number);
        number
    }
}

fn number_of(known: &mut HashMap<String, u32>, names: &mut Vec<String>, label: String) -> u32 {
    if let Some(number) = known.get(&label) {
        return *number;
    }
    let number = names.len() as u32;
    names.push(label.clone());
    known.insert(label, number);
    number
}
