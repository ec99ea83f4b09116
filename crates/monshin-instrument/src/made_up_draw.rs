//! Made-up columns of `[design]`, so that a rehearsal has the sample that the survey will have.

use std::collections::HashMap;

use crate::{
    Answers, BaseWeights, DesignLabel, DesignSpec, Questionnaire, ReplicateColumns, ReplicateMethod,
    VarianceSpec,
};

/// Clusters that are drawn in every stratum, at the first stage and later.
const CLUSTERS: [u64; 2] = [6, 3];
/// Classes of a column that strata are crossed of; of one that stands alone.
const STRATA: [u64; 2] = [2, 4];
/// Replicate weights where `[design.replicates]` gives no number of them.
const REPLICATES: usize = 20;

/// Columns of strata, clusters, numbers of units, weights and replicate weights, response by response:
/// a sample that [`Questionnaire::design`] describes. Every stratum and every cluster has two units or
/// more as long as there are enough responses; strata that are classes are as large as they happen to be.
pub struct MadeUpDraw<'q> {
    spec: &'q DesignSpec,
    breakdowns: Vec<Vec<String>>,
    weight: Option<String>,
    replicates: Vec<String>,
    columns: Vec<String>,
    responses: u64,
    done: u64,
    /// By stratum, how many responses it has so far, and its number.
    strata: HashMap<Vec<String>, (u64, u64)>,
}

impl<'q> MadeUpDraw<'q> {
    /// For a file of so many responses.
    pub fn new(form: &'q Questionnaire, responses: u64) -> MadeUpDraw<'q> {
        let spec = form.design();
        let ids = |codes: &crate::CodeList| codes.codes.iter().map(|code| code.id.clone()).collect();
        let replicates = match spec.replicates.as_ref().map(|given| &given.columns) {
            Some(ReplicateColumns::Named(names)) => names.clone(),
            Some(ReplicateColumns::Prefix(prefix)) => {
                (1..=REPLICATES).map(|number| format!("{prefix}{number}")).collect()
            }
            None => Vec::new(),
        };
        let weight = match &form.weights().base {
            BaseWeights::Column(name) => Some(name.clone()),
            BaseWeights::Equal | BaseWeights::Strata => None,
        };
        MadeUpDraw {
            breakdowns: form.breakdowns().iter().map(|one| ids(&one.codes)).collect(),
            columns: spec.columns(),
            spec,
            weight,
            replicates,
            responses,
            done: 0,
            strata: HashMap::new(),
        }
    }

    /// The names of the columns; none where the survey's design has none.
    pub fn header(&self) -> impl Iterator<Item = &String> {
        self.columns.iter().chain(&self.weight).chain(&self.replicates)
    }

    /// The cells of the next response, in the order of [`MadeUpDraw::header`]. `pick(n)` gives a whole
    /// number from 0 to n − 1.
    pub fn row(&mut self, answers: &Answers, pick: &mut impl FnMut(u64) -> u64) -> Vec<String> {
        let number = self.done;
        self.done += 1;
        let mut cells: HashMap<String, String> = HashMap::new();
        let first = self.labels(&self.spec.stratum_labels(), number, answers, &mut cells);
        let next = self.strata.len() as u64;
        let (count, stratum) = self.strata.entry(first).or_insert((0, next));
        let (place, stratum) = (*count, *stratum);
        *count += 1;
        self.stages(place, stratum, answers, &mut cells);
        let mut row: Vec<String> =
            self.columns.iter().map(|name| cells.remove(name).unwrap_or_default()).collect();
        // Weights differ by stratum, and a little within it.
        let weight = match &self.weight {
            Some(_) => (200 + stratum * 137 % 900 + pick(40)) as f64 / 100.0,
            None => 1.0,
        };
        row.extend(self.weight.iter().map(|_| weight.to_string()));
        row.extend((0..self.replicates.len()).map(|at| self.replicate(at, number, weight, pick)));
        row
    }

    /// Labels of strata that are crossed: classes as they are, columns by turns.
    fn labels(
        &self,
        labels: &[DesignLabel],
        mut number: u64,
        answers: &Answers,
        cells: &mut HashMap<String, String>,
    ) -> Vec<String> {
        let classes = classes(columns(labels));
        let label = |label: &DesignLabel| match label {
            DesignLabel::Breakdown(at) => self.class(*at, answers),
            DesignLabel::Column(name) => {
                let at = if self.has_pairs() { number / 2 } else { number % classes };
                number = if self.has_pairs() { 0 } else { number / classes };
                let text = cells.entry(name.clone()).or_insert_with(|| format!("s{}", at + 1));
                text.clone()
            }
        };
        labels.iter().map(label).collect()
    }

    /// Whether strata are pairs of responses, for half-samples of them.
    fn has_pairs(&self) -> bool {
        self.is_halved() && self.spec.clusters.is_empty()
    }

    fn is_halved(&self) -> bool {
        matches!(self.spec.variance, VarianceSpec::HalfSamples(_))
    }

    fn class(&self, breakdown: usize, answers: &Answers) -> String {
        let class = answers.classes[breakdown].map(usize::from);
        class.and_then(|class| self.breakdowns[breakdown].get(class)).cloned().unwrap_or_default()
    }

    /// How many clusters are drawn in a stratum of this stage.
    fn clusters(&self, stage: usize) -> u64 {
        match (stage, self.is_halved()) {
            (0, true) => 2,
            (0, false) => CLUSTERS[0],
            _ => CLUSTERS[1],
        }
    }

    /// Clusters and numbers of units of the response that comes at `place` in its stratum.
    fn stages(&self, place: u64, stratum: u64, answers: &Answers, cells: &mut HashMap<String, String>) {
        let mut rest = place;
        let mut path = (stratum + 1).to_string();
        // At most so many responses are in one stratum or unit of the stage at hand.
        let mut most = self.responses;
        let labels = self.spec.stratum_labels();
        if columns(&labels) == labels.len() {
            most = most.div_ceil(self.strata_of_columns(labels.len()));
        }
        for stage in 0..self.spec.stages() {
            if stage > 0 {
                let labels = self.spec.labels_of_stage(stage);
                let names = self.labels(&labels, rest, answers, cells);
                rest /= crossed(columns(&labels));
                path.extend(names.iter().map(|name| format!("-{name}")));
            }
            let drawn = match self.spec.clusters.get(stage) {
                None => most,
                Some(label) => {
                    let drawn = self.clusters(stage);
                    path += &format!("-{}", rest % drawn + 1);
                    rest /= drawn;
                    most = most.div_ceil(drawn);
                    if let DesignLabel::Column(name) = label {
                        cells.entry(name.clone()).or_insert_with(|| path.clone());
                    }
                    drawn
                }
            };
            if let Some(name) = self.spec.fpc_columns().get(stage) {
                cells.entry(name.clone()).or_insert_with(|| (drawn * (3 + stratum % 4)).to_string());
            }
        }
    }

    /// How many strata so many columns of the first stage make; at least 1.
    fn strata_of_columns(&self, columns: usize) -> u64 {
        match columns {
            1.. if self.has_pairs() => self.responses.div_ceil(2).max(1),
            _ => crossed(columns),
        }
    }

    /// A replicate weight: units left out by turns, half-samples, or units drawn again.
    fn replicate(&self, at: usize, number: u64, weight: f64, pick: &mut impl FnMut(u64) -> u64) -> String {
        let Some(given) = &self.spec.replicates else { return String::new() };
        let replicates = self.replicates.len() as f64;
        let left_out = number % self.replicates.len() as u64 == at as u64;
        let factor = match given.method {
            ReplicateMethod::Brr => 2.0 * pick(2) as f64,
            ReplicateMethod::Fay(rho) => [rho, 2.0 - rho][pick(2) as usize],
            ReplicateMethod::Bootstrap => (0..4).filter(|_| pick(4) == 0).count() as f64,
            _ if left_out => 0.0,
            _ => replicates / (replicates - 1.0).max(1.0),
        };
        let is_combined = given.is_combined && self.weight.is_some();
        (if is_combined { factor * weight } else { factor }).to_string()
    }
}

/// How many of the labels are columns, which are made up; classes are as they are.
fn columns(labels: &[DesignLabel]) -> usize {
    labels.iter().filter(|one| matches!(one, DesignLabel::Column(_))).count()
}

/// Into how many classes each of so many columns is divided.
fn classes(columns: usize) -> u64 {
    STRATA[usize::from(columns == 1)]
}

/// How many strata so many columns make; 1 where there are none.
fn crossed(columns: usize) -> u64 {
    classes(columns).saturating_pow(columns as u32)
}
