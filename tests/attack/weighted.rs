//! What weighted figures say: a reader who knows what each class weighs looks for all whole numbers of each
//! class that give the printed sum of weights, the printed share and its standard error.

use microlp::ComparisonOp;
use monshin_instrument::{Item, Questionnaire};
use serde_json::Value as Json;

use super::{Kind, Reader, code_of, gave};

/// What a reader knows of weights from elsewhere.
#[derive(Clone, Debug)]
pub enum Known {
    /// How many units there are of each class of a breakdown: `population.csv` is a public statistic.
    Totals(usize, Vec<f64>),
    /// What a response of each class of a breakdown weighs.
    Weights(usize, Vec<f64>),
}

/// Responses that weigh the same.
#[derive(Clone, Debug)]
struct Group {
    classes: Vec<u16>,
    weight: f64,
    /// How many responded; at most, where that is withheld.
    n: u64,
    /// How many there are, where that is known.
    all: Option<f64>,
}

/// What responses weigh by the classes of a breakdown.
#[derive(Clone, Debug)]
pub struct Weights {
    by: usize,
    groups: Vec<Group>,
}

/// With more ways to distribute a count over the groups than that, a row is left alone.
const MOST_WAYS: usize = 200_000;

impl Weights {
    /// `None` where weights follow from how many responded of each class, and that is withheld.
    pub fn read(form: &Questionnaire, published: &Json, known: &Known) -> Option<Weights> {
        let (Known::Totals(by, figures) | Known::Weights(by, figures)) = known;
        let id = &form.breakdowns()[*by].id;
        let profile = published["respondents"].as_array()?.iter().find(|one| one["by"] == **id)?;
        let responses: Vec<Option<u64>> =
            profile["rows"].as_array()?.iter().map(|row| row["n"].as_u64()).collect();
        if matches!(known, Known::Totals(..)) && responses.contains(&None) {
            return None;
        }
        let rest = published["responses"].as_u64()? - responses.iter().flatten().sum::<u64>();
        let responses: Vec<u64> = responses.into_iter().map(|n| n.unwrap_or(rest)).collect();
        let position = |name: &Json| form.breakdowns()[*by].codes.position(name.as_str().expect("a name"));
        let mut joined: Vec<Vec<u16>> = Vec::new();
        for merged in published["design"]["merged"].as_array()?.iter().filter(|one| one["by"][0] == **id) {
            let classes = merged["classes"].as_array()?.iter().map(|class| position(&class[0]));
            joined.push(classes.collect::<Option<Vec<u16>>>()?);
        }
        for class in 0..responses.len() as u16 {
            if !joined.iter().any(|group| group.contains(&class)) {
                joined.push(vec![class]);
            }
        }
        let group = |classes: Vec<u16>| {
            let sum = |list: &[f64]| classes.iter().map(|class| list[usize::from(*class)]).sum::<f64>();
            let n: u64 = classes.iter().map(|class| responses[usize::from(*class)]).sum();
            let (weight, all) = match known {
                Known::Totals(..) => (sum(figures) / n as f64, Some(sum(figures))),
                Known::Weights(..) => (figures[usize::from(classes[0])], None),
            };
            Group { classes, weight, n, all }
        };
        let groups = joined.into_iter().map(group).filter(|group| group.n > 0).collect();
        Some(Weights { by: *by, groups })
    }

    /// Whole numbers up to these that add up to `count`, and by weight to `sum`.
    fn ways(&self, most: &[u64], count: u64, sum: f64) -> Option<Vec<Vec<u64>>> {
        let size: usize = most.iter().rev().skip(1).map(|most| *most as usize + 1).product();
        if size > MOST_WAYS {
            return None;
        }
        let mut found = Vec::new();
        let mut way = vec![0; most.len()];
        self.extend(&mut way, 0, most, count, sum, &mut found);
        Some(found)
    }

    fn extend(
        &self,
        way: &mut Vec<u64>,
        at: usize,
        most: &[u64],
        left: u64,
        sum: f64,
        found: &mut Vec<Vec<u64>>,
    ) {
        if at + 1 == most.len() {
            way[at] = left;
            let weighed: f64 = way.iter().zip(&self.groups).map(|(n, group)| *n as f64 * group.weight).sum();
            if left <= most[at] && (weighed - sum).abs() <= 1e-7 * sum.abs().max(1.0) {
                found.push(way.clone());
            }
            return;
        }
        for n in 0..=most[at].min(left) {
            way[at] = n;
            self.extend(way, at + 1, most, left - n, sum, found);
        }
    }

    /// The standard error of a share, by how many of each group answered and how many of them said yes:
    /// linearised, respondents a random part of each group, with its finite population correction.
    fn standard_error(&self, answered: &[u64], yes: &[u64]) -> f64 {
        let weighed = |list: &[u64]| -> f64 {
            list.iter().zip(&self.groups).map(|(n, group)| *n as f64 * group.weight).sum()
        };
        let (whole, share) = (weighed(answered), weighed(yes) / weighed(answered));
        let of_group = |((group, n), yes): ((&Group, &u64), &u64)| {
            let (n, yes, all) = (*n as f64, *yes as f64, group.n as f64);
            let sum = yes * (1.0 - share) - (n - yes) * share;
            let squares = yes * (1.0 - share).powi(2) + (n - yes) * share.powi(2);
            let fraction = group.all.map_or(0.0, |units| all / units);
            group.weight.powi(2) * (1.0 - fraction) * all / (all - 1.0) * (squares - sum * sum / all)
        };
        let variance: f64 = self.groups.iter().zip(answered).zip(yes).map(of_group).sum();
        variance.max(0.0).sqrt() / whole
    }
}

impl Reader<'_> {
    /// Adds what a row says of each group that weighs the same: who answered, who gave each code.
    pub(super) fn read_weighted(&mut self, row: &Json, item: usize, by: &[usize], classes: &[Option<u16>]) {
        let Some(weights) = self.weights.clone() else { return };
        let own = by.iter().position(|one| *one == weights.by).and_then(|at| classes[at]);
        let most: Vec<u64> = weights
            .groups
            .iter()
            .map(|group| if own.is_none_or(|class| group.classes.contains(&class)) { group.n } else { 0 })
            .collect();
        let n = row["n"].as_u64().expect("a number");
        let Some(answered) = weights.ways(&most, n, row["weighted_n"].as_f64().expect("a number")) else {
            return;
        };
        assert!(!answered.is_empty(), "the printed sum of weights is one of these: {row}");
        let is_in = |kind: &Kind| by.iter().zip(classes).all(|(by, class)| kind.classes[*by] == *class);
        self.add_ends(&weights, &answered, &is_in, &|one| matches!(one, Item::Answered(_)), item);
        for cell in row["cells"].as_array().expect("a list") {
            let Some(sum) = cell["weighted_count"].as_f64() else { continue };
            let code = code_of(self.form, item, cell);
            let count = cell["count"].as_u64().expect("a number");
            let mut found = Vec::new();
            for answered in &answered {
                let Some(ways) = weights.ways(answered, count, sum) else { return };
                let agrees = |yes: &Vec<u64>| agrees(&weights, answered, yes, cell);
                found.extend(ways.into_iter().filter(agrees));
            }
            assert!(!found.is_empty(), "the printed share and its error come from one of these: {row}");
            self.add_ends(&weights, &found, &is_in, &|one| gave(one, code), item);
        }
    }

    /// The least and the greatest number of each group that is possible.
    fn add_ends(
        &mut self,
        weights: &Weights,
        ways: &[Vec<u64>],
        is_in: &dyn Fn(&Kind) -> bool,
        is_state: &dyn Fn(&Item) -> bool,
        item: usize,
    ) {
        for (at, group) in weights.groups.iter().enumerate() {
            let is_of =
                |kind: &Kind| kind.classes[weights.by].is_some_and(|class| group.classes.contains(&class));
            let times = |kind: &Kind| {
                if is_in(kind) && is_of(kind) { kind.times(&[item], is_state) } else { 0.0 }
            };
            let ends = ways.iter().map(|way| way[at]);
            let (least, most) = (ends.clone().min().unwrap_or(0), ends.max().unwrap_or(0));
            match least == most {
                true => self.add(times, ComparisonOp::Eq, least as f64),
                false => {
                    self.add(times, ComparisonOp::Ge, least as f64);
                    self.add(times, ComparisonOp::Le, most as f64);
                }
            }
        }
    }
}

/// Whether the standard error that is printed is that of these numbers.
fn agrees(weights: &Weights, answered: &[u64], yes: &[u64], cell: &Json) -> bool {
    let is_one_of_all = weights.groups.iter().all(|group| group.all.is_some() && group.n > 1);
    let Some(printed) = cell["se"].as_f64().filter(|_| is_one_of_all) else { return true };
    let own = weights.standard_error(answered, yes);
    (own - printed).abs() <= 1e-6 * printed.max(1e-3)
}
