//! Which classes count alike in weighted figures, as far as a reader can know it.
//!
//! Two respondents who weigh the same, in the same stratum, can change their answers without any weighted
//! figure telling. Known totals and strata are public. Weights that came with the data are taken for known
//! where they go by classes: where all of a class weigh the same, one shown row says how much.

use std::collections::BTreeMap;

use monshin_estimate::compare::Mass;

use crate::cube::CubeReader;
use crate::sums::Sums;
use crate::{Tables, Weight};

/// What responses weigh by classes.
pub(super) struct Scales<'t> {
    tables: &'t Tables,
    /// Breakdowns by which weights of the data go, with the weight of each of their classes; `None` where
    /// they are all the same, or differ within classes.
    given: Option<Given>,
}

struct Given {
    by: Vec<usize>,
    weights: BTreeMap<Vec<Option<u16>>, u64>,
}

impl<'t> Scales<'t> {
    pub fn new(tables: &'t Tables) -> Scales<'t> {
        Scales { tables, given: if tables.weighted { given(tables) } else { None } }
    }

    /// Whether counts alone give every figure, as far as a reader knows.
    pub fn is_plain(&self) -> bool {
        self.tables.design.is_plain() && self.given.is_none()
    }

    /// Whether anything rests on these classes beside the tables by them.
    pub fn is_by(&self, by: usize) -> bool {
        let given = self.given.iter().flat_map(|given| &given.by);
        self.tables.design.kinds.by.iter().chain(given).any(|one| *one == by)
    }

    /// Numbers of classes: those with the same number count alike. Classes of which nobody knows how much
    /// one would weigh, because nobody responded, have numbers of their own.
    pub fn of(&self, classes: &[Vec<Option<u16>>]) -> Vec<usize> {
        let kinds = &self.tables.design.kinds;
        let own = |of: &[usize], one: &[Option<u16>]| of.iter().map(|&by| one[by]).collect::<Vec<_>>();
        let mut numbers: BTreeMap<(usize, Option<u64>, usize), usize> = BTreeMap::new();
        let mut number = |(at, one): (usize, &Vec<Option<u16>>)| {
            let kind = match kinds.by.is_empty() {
                true => Some(0),
                false => kinds.known(&own(&kinds.by, one)).map(|kind| kinds.first_like(kind)),
            };
            let weight = match &self.given {
                None => Some(None),
                Some(given) => given.weights.get(&own(&given.by, one)).map(|weight| Some(*weight)),
            };
            let key = match (kind, weight) {
                (Some(kind), Some(weight)) => (kind, weight, usize::MAX),
                _ => (usize::MAX, None, at),
            };
            let next = numbers.len();
            *numbers.entry(key).or_insert(next)
        };
        classes.iter().enumerate().map(&mut number).collect()
    }
}

/// By which breakdowns the weights go that came with the data: by as few as can be.
fn given(tables: &Tables) -> Option<Given> {
    let breakdowns: Vec<usize> = (0..tables.questionnaire.breakdowns().len()).collect();
    let mut sums: BTreeMap<Vec<Option<u16>>, Sums> = BTreeMap::new();
    let told = |classes: &[Option<u16>], more| *sums.entry(classes.to_vec()).or_default() += more;
    match &tables.design.drawn {
        Some(drawn) => drawn.visit_everyone(&breakdowns, told),
        None => CubeReader::new(&tables.counted).visit_everyone(&breakdowns, told),
    }
    let singles = breakdowns.iter().map(|&by| vec![by]);
    let pairs = breakdowns.iter().flat_map(|&a| breakdowns[..a].iter().map(move |&b| vec![b, a]));
    let found = std::iter::once(Vec::new()).chain(singles).chain(pairs).chain([breakdowns.clone()]);
    let found = found.into_iter().find_map(|by| goes_by(by, &sums));
    found.filter(|given| !given.by.is_empty())
}

/// The weights by these breakdowns, if all of a class weigh the same and it is not because everybody is in
/// a class alone.
fn goes_by(by: Vec<usize>, sums: &BTreeMap<Vec<Option<u16>>, Sums>) -> Option<Given> {
    let mut of_classes: BTreeMap<Vec<Option<u16>>, Sums> = BTreeMap::new();
    for (classes, more) in sums {
        let own = by.iter().map(|&by| classes[by]).collect();
        *of_classes.entry(own).or_default() += *more;
    }
    let is_plain = of_classes.values().any(|sums| sums.n > 1);
    let weights = of_classes.into_iter().map(|(classes, sums)| Some((classes, same_weight(&sums)?)));
    let weights: Option<BTreeMap<_, _>> = weights.collect();
    weights.filter(|_| is_plain).map(|weights| Given { by, weights })
}

/// What each weighs, if all weigh the same, but for the last digits.
fn same_weight(sums: &Sums) -> Option<u64> {
    let Mass { n, weight, squares } = sums.scaled(1.0);
    let is_same = (squares * n as f64 / (weight * weight) - 1.0).abs() < 1e-12;
    let each = (weight / n as f64) as f32;
    (is_same && Weight::new(f64::from(each)).is_some()).then(|| u64::from(each.to_bits()))
}
