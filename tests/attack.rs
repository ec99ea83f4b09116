//! A reader who knows the questionnaire and everything published, and works out what is withheld.
//!
//! Nothing of the protector is used: the unknowns are how many respondents of each combination of
//! classes answered in each possible way, all questions and entries of blocks together; the equations
//! (counts, and what means, their standard errors and quantiles say) are read from the text of `tables.json`;
//! another solver looks for the least and the greatest value. Where shares are weighted, the reader knows the
//! weights too (`attack/weighted.rs`).

mod blackout;
mod promises;
mod surveys;
mod twins;
mod weighted;

use std::sync::Arc;

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use monshin_instrument::{AnswerType, CodeKind, Item, Questionnaire, Truth, Value};
use serde_json::Value as Json;

pub use blackout::blackout;
pub use promises::{Attacked, attack};
pub use surveys::{Survey, counted, counted_by, random_survey, survey_of_all_kinds, weighted};
pub use twins::{Weighing, attack_by_twins};
pub use weighted::{Known, Weights};

/// One possible respondent.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Class in each breakdown.
    pub classes: Vec<Option<u16>>,
    /// State of each item.
    pub items: Vec<Item>,
    /// Items of each entry of each block.
    entries: Arc<[std::ops::Range<usize>]>,
}

/// Whether an item is in a state.
type IsState = fn(&Item) -> bool;

/// Everything that is published, as sums over the kinds of respondents.
#[derive(Debug)]
pub struct Reader<'q> {
    form: &'q Questionnaire,
    kinds: Vec<Kind>,
    sums: Vec<Sum>,
    /// What each class weighs, where shares are weighted.
    weights: Option<Weights>,
}

/// Coefficients by kind, how they compare, right side.
type Sum = (Vec<(usize, f64)>, ComparisonOp, f64);

impl<'q> Reader<'q> {
    /// Reads `tables.json`. `None` where there are too many kinds of respondents to list.
    pub fn new(form: &'q Questionnaire, published: &Json, most: usize) -> Option<Reader<'q>> {
        let kinds = kinds(form, most)?;
        let mut reader = Reader { form, kinds, sums: Vec::new(), weights: None };
        reader.read(published);
        Some(reader)
    }

    /// The same by somebody who knows what each class weighs.
    pub fn who_knows(
        form: &'q Questionnaire,
        published: &Json,
        most: usize,
        known: &Known,
    ) -> Option<Reader<'q>> {
        let kinds = kinds(form, most)?;
        let weights = Weights::read(form, published, known);
        let mut reader = Reader { form, kinds, sums: Vec::new(), weights };
        reader.read(published);
        Some(reader)
    }

    /// The least and the greatest number of units (respondents, or entries of a block) that are of
    /// these classes and in this state in one of these items.
    ///
    /// # Panics
    /// If what is published contradicts itself.
    pub fn range(
        &self,
        is_of: impl Fn(&[Option<u16>]) -> bool,
        items: &[usize],
        is_state: impl Fn(&Item) -> bool,
    ) -> (i64, i64) {
        let wanted: Vec<f64> = self
            .kinds
            .iter()
            .map(|kind| if is_of(&kind.classes) { kind.times(items, &is_state) } else { 0.0 })
            .collect();
        let end = |direction: OptimizationDirection| {
            let mut problem = Problem::new(direction);
            let variables: Vec<_> =
                wanted.iter().map(|times| problem.add_var(*times, (0.0, f64::INFINITY))).collect();
            for (kinds, sign, sum) in &self.sums {
                let terms: Vec<_> = kinds.iter().map(|&(at, k)| (variables[at], k)).collect();
                problem.add_constraint(terms, *sign, *sum);
            }
            let solution = problem.solve().expect("what is published agrees with itself");
            solution.into_solution().expect("there is no time limit").objective()
        };
        let (low, high) = (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize));
        ((low - 1e-6).ceil() as i64, (high + 1e-6).floor() as i64)
    }

    /// The items of a variable: one, or one for each entry of its block.
    pub fn items(&self, name: &str) -> Vec<usize> {
        if let Some(item) = self.form.item(name) {
            return vec![item];
        }
        let (block, rest) = name.split_once('.').expect("a question of a block");
        let is_it = |item: &monshin_instrument::ItemDef| {
            item.entry.is_some_and(|entry| item.name == format!("{block}.{entry}.{rest}"))
        };
        (0..self.form.items().len()).filter(|&at| is_it(&self.form.items()[at])).collect()
    }

    fn add(&mut self, times: impl Fn(&Kind) -> f64, sign: ComparisonOp, sum: f64) {
        let kinds: Vec<(usize, f64)> =
            (0..self.kinds.len()).map(|at| (at, times(&self.kinds[at]))).filter(|(_, k)| *k != 0.0).collect();
        assert!(
            !kinds.is_empty() || sum <= 1e-9 || matches!(sign, ComparisonOp::Le),
            "somebody is counted who cannot be"
        );
        if !kinds.is_empty() {
            self.sums.push((kinds, sign, sum));
        }
    }

    fn add_count(&mut self, is_one: impl Fn(&Kind) -> bool, sum: f64) {
        self.add(|kind| f64::from(u8::from(is_one(kind))), ComparisonOp::Eq, sum);
    }

    fn read(&mut self, published: &Json) {
        self.add_count(|_| true, published["responses"].as_f64().expect("a number"));
        for profile in published["respondents"].as_array().expect("a list") {
            let by = self.form.breakdown(profile["by"].as_str().expect("a name")).expect("a breakdown");
            let codes = self.form.breakdowns()[by].codes.clone();
            for row in profile["rows"].as_array().expect("a list") {
                let class = codes.position(row["group"].as_str().expect("a name"));
                if let Some(n) = row["n"].as_f64() {
                    self.add_count(|kind| kind.classes[by] == class, n);
                }
            }
            if let Some(n) = profile["unclassified"].as_f64() {
                self.add_count(|kind| kind.classes[by].is_none(), n);
            }
        }
        for table in published["tables"].as_array().expect("a list") {
            self.read_table(table);
        }
    }

    fn read_table(&mut self, table: &Json) {
        let items = self.items(table["question"].as_str().expect("a name"));
        let is_block = self.form.items()[items[0]].entry.is_some();
        let by = names(&table["by"]).into_iter().map(|name| self.form.breakdown(&name).expect("a breakdown"));
        let by: Vec<usize> = by.collect();
        if let Some(n) = table["unclassified"].as_f64().filter(|_| !by.is_empty()) {
            let is_out = |kind: &Kind| by.iter().any(|by| kind.classes[*by].is_none());
            match is_block {
                true => self.add(
                    |kind| if is_out(kind) { kind.times(&items, |_| true) } else { 0.0 },
                    ComparisonOp::Eq,
                    n,
                ),
                false => self.add_count(is_out, n),
            }
        }
        for row in table["rows"].as_array().expect("a list") {
            let Some(n) = row["n"].as_f64() else { continue };
            let group = group_of(self.form, &by, row);
            let is_in = |kind: &Kind| by.iter().zip(&group).all(|(by, class)| kind.classes[*by] == *class);
            let times = |kind: &Kind, is_state: &dyn Fn(&Item) -> bool| match is_in(kind) {
                true => kind.times(&items, is_state),
                false => 0.0,
            };
            let states: [(&str, IsState); 5] = [
                ("n", |item| matches!(item, Item::Answered(_))),
                ("blank", |item| matches!(item, Item::NoAnswer)),
                ("refused", |item| matches!(item, Item::Refused)),
                ("not_asked", |item| matches!(item, Item::NotAsked(_))),
                ("scope_unknown", |item| matches!(item, Item::ScopeUnknown(_))),
            ];
            for (name, is_state) in states {
                let count = row[name].as_f64().expect("a row that is shown has it");
                self.add(|kind| times(kind, &is_state), ComparisonOp::Eq, count);
            }
            for cell in row["cells"].as_array().expect("a list") {
                let code = code_of(self.form, items[0], cell);
                let Some(count) = cell["count"].as_f64() else { continue };
                if !row["weighted_n"].is_number() {
                    // The share says the same, or it would give something else away.
                    assert_eq!((cell["share"].as_f64().expect("a share") * n).round(), count);
                }
                self.add(|kind| times(kind, &|item| gave(item, code)), ComparisonOp::Eq, count);
            }
            if !is_block && row["weighted_n"].is_number() {
                self.read_weighted(row, items[0], &by, &group);
            }
            if row["number"].is_object() && is_listed(&self.form.items()[items[0]].answer) {
                self.read_number(&row["number"], n, &items, &is_in);
            }
        }
    }

    /// The mean says what all values add up to, its standard error what their squares do, and each
    /// quantile how many lie below and up to it.
    fn read_number(&mut self, number: &Json, n: f64, items: &[usize], is_in: &dyn Fn(&Kind) -> bool) {
        let sum_of = |kind: &Kind, value: &dyn Fn(f64) -> f64| match is_in(kind) {
            true => kind.sum(items, value),
            false => 0.0,
        };
        let mean = number["mean"].as_f64().expect("somebody answered");
        self.add(|kind| sum_of(kind, &|y| y), ComparisonOp::Eq, (mean * n).round());
        if let Some(se) = number["se"].as_f64() {
            let squares = se * se * n * (n - 1.0) + mean * mean * n;
            self.add(|kind| sum_of(kind, &|y| y * y), ComparisonOp::Eq, squares.round());
        }
        for (name, share) in [("q1", 0.25), ("median", 0.5), ("q3", 0.75)] {
            let Some(quantile) = number[name].as_f64() else { continue };
            let least = (share * n - 1e-9).ceil();
            let one = |holds: bool| f64::from(u8::from(holds));
            self.add(|kind| sum_of(kind, &|y| one(y <= quantile)), ComparisonOp::Ge, least);
            self.add(|kind| sum_of(kind, &|y| one(y < quantile)), ComparisonOp::Le, least - 1.0);
        }
    }
}

impl Kind {
    /// How often a respondent is in a state: once or not at all, or once for each entry that is there.
    fn times(&self, items: &[usize], is_state: impl Fn(&Item) -> bool) -> f64 {
        let is_there =
            |at: usize| items.len() == 1 || !matches!(self.items[at], Item::NotAsked(_)) || self.is_entry(at);
        items.iter().filter(|&&at| is_there(at) && is_state(&self.items[at])).count() as f64
    }

    /// Whether the entry of an item that was not asked is there all the same.
    fn is_entry(&self, at: usize) -> bool {
        self.entries.iter().any(|entry| {
            entry.contains(&at) && entry.clone().any(|other| !matches!(self.items[other], Item::NotAsked(_)))
        })
    }

    fn sum(&self, items: &[usize], value: &dyn Fn(f64) -> f64) -> f64 {
        let of = |at: &usize| match &self.items[*at] {
            Item::Answered(Value::Number(number)) => value(*number),
            _ => 0.0,
        };
        items.iter().map(of).sum()
    }
}

/// Whether an item was answered with a code.
pub fn gave(item: &Item, code: u16) -> bool {
    match item {
        Item::Answered(Value::Code(given)) => *given == code,
        Item::Answered(Value::Codes(bits)) => bits >> code & 1 == 1,
        _ => false,
    }
}

/// The classes of a row of `tables.json`.
pub fn group_of(form: &Questionnaire, by: &[usize], row: &Json) -> Vec<Option<u16>> {
    let class = |(by, name): (&usize, String)| form.breakdowns()[*by].codes.position(&name);
    by.iter().zip(names(&row["group"])).map(class).collect()
}

/// The code of a cell of `tables.json`.
pub fn code_of(form: &Questionnaire, item: usize, cell: &Json) -> u16 {
    let codes = form.items()[item].codes().expect("it has cells");
    codes.position(cell["code"].as_str().expect("a name")).expect("a code")
}

/// `null`, a name or a list of names.
pub fn names(value: &Json) -> Vec<String> {
    match value {
        Json::String(name) => vec![name.clone()],
        Json::Array(list) => list.iter().filter_map(|one| one.as_str()).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Every kind of respondent that the questionnaire allows.
fn kinds(form: &Questionnaire, most: usize) -> Option<Vec<Kind>> {
    let entries: Arc<[std::ops::Range<usize>]> = form
        .blocks()
        .iter()
        .flat_map(|block| {
            let size = block.items.len() / usize::from(block.max);
            (0..usize::from(block.max))
                .map(move |at| block.items.start + at * size..block.items.start + (at + 1) * size)
        })
        .collect();
    let mut groups: Vec<Vec<Option<u16>>> = vec![vec![]];
    for breakdown in form.breakdowns() {
        let classes = || (0..breakdown.codes.len() as u16).map(Some).chain([None]);
        let longer = |group: &Vec<Option<u16>>| {
            let group = group.clone();
            classes().map(move |class| [group.as_slice(), &[class]].concat()).collect::<Vec<_>>()
        };
        groups = groups.iter().flat_map(longer).collect();
    }
    let mut found = Vec::new();
    for classes in groups {
        let mut answers = form.no_answers();
        answers.classes.clone_from(&classes);
        let mut paths: Vec<Vec<Item>> = vec![vec![]];
        for (at, def) in form.items().iter().enumerate() {
            let mut longer = Vec::new();
            for path in &paths {
                let next = match def.filter.truth(path, &answers) {
                    Truth::True => states(&def.answer),
                    Truth::False => vec![Item::NotAsked(at)],
                    Truth::Unknown => vec![Item::ScopeUnknown(at)],
                };
                longer.extend(next.into_iter().map(|item| [path.as_slice(), &[item]].concat()));
            }
            paths = longer;
            if paths.len() + found.len() > most {
                return None;
            }
        }
        found.extend(paths.into_iter().map(|items| Kind {
            classes: classes.clone(),
            items,
            entries: entries.clone(),
        }));
    }
    Some(found)
}

/// What can come of a question that is asked.
fn states(answer: &AnswerType) -> Vec<Item> {
    let mut states = vec![Item::NoAnswer];
    let is_refusal =
        |codes: &monshin_instrument::CodeList, at: usize| codes.codes[at].kind == CodeKind::Refused;
    match answer {
        AnswerType::One(codes) => states.extend((0..codes.len()).map(|at| match is_refusal(codes, at) {
            true => Item::Refused,
            false => Item::Answered(Value::Code(at as u16)),
        })),
        AnswerType::Several { codes, .. } => {
            let sets = (1..1_u64 << codes.len())
                .filter(|bits| (0..codes.len()).all(|at| bits >> at & 1 == 0 || !is_refusal(codes, at)));
            states.extend(sets.map(|bits| Item::Answered(Value::Codes(bits))));
        }
        AnswerType::Number(limits) if is_listed(answer) => {
            let (min, max) = (limits.min.unwrap_or(0.0) as i64, limits.max.unwrap_or(0.0) as i64);
            states.extend((min..=max).map(|value| Item::Answered(Value::Number(value as f64))));
        }
        _ => states.push(Item::Answered(Value::Number(0.0))),
    }
    states
}

/// Whether a number has a few whole values.
fn is_listed(answer: &AnswerType) -> bool {
    let AnswerType::Number(limits) = answer else { return false };
    limits.decimals == 0 && limits.min.zip(limits.max).is_some_and(|(min, max)| max - min <= 6.0)
}
