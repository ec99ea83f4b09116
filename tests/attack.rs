//! A reader who knows the questionnaire and everything published, and works out what is withheld.
//!
//! Nothing of the protector is used: the unknowns are how many respondents of each combination of
//! classes answered in each possible way, all questions together; the equations are read from the text
//! of `tables.json`; another solver looks for the least and the greatest value.

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use monshin_instrument::{AnswerType, CodeKind, Item, Questionnaire, Truth, Value};
use serde_json::Value as Json;

/// One possible respondent.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Class in each breakdown.
    pub classes: Vec<Option<u16>>,
    /// State of each item.
    pub items: Vec<Item>,
}

/// Whether an item is in a state.
type IsState = fn(&Item) -> bool;

/// Everything that is published, as sums over the kinds of respondents.
#[derive(Debug)]
pub struct Reader<'q> {
    form: &'q Questionnaire,
    kinds: Vec<Kind>,
    sums: Vec<(Vec<usize>, f64)>,
}

impl<'q> Reader<'q> {
    /// Reads `tables.json`. `None` where there are too many kinds of respondents to list, or blocks.
    pub fn new(form: &'q Questionnaire, published: &Json, most: usize) -> Option<Reader<'q>> {
        let kinds = kinds(form, most)?;
        let mut reader = Reader { form, kinds, sums: Vec::new() };
        reader.read(published);
        Some(reader)
    }

    /// The least and the greatest number of respondents of these kinds.
    ///
    /// # Panics
    /// If what is published contradicts itself.
    pub fn range(&self, wanted: impl Fn(&Kind) -> bool) -> (i64, i64) {
        let end = |direction: OptimizationDirection| {
            let mut problem = Problem::new(direction);
            let variables: Vec<_> = self
                .kinds
                .iter()
                .map(|kind| problem.add_var(f64::from(u8::from(wanted(kind))), (0.0, f64::INFINITY)))
                .collect();
            for (kinds, sum) in &self.sums {
                let terms: Vec<_> = kinds.iter().map(|&at| (variables[at], 1.0)).collect();
                problem.add_constraint(terms, ComparisonOp::Eq, *sum);
            }
            let solution = problem.solve().expect("what is published agrees with itself");
            solution.into_solution().expect("there is no time limit").objective()
        };
        let (low, high) = (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize));
        ((low - 1e-6).ceil() as i64, (high + 1e-6).floor() as i64)
    }

    fn add(&mut self, wanted: impl Fn(&Kind) -> bool, sum: f64) {
        let kinds: Vec<usize> = (0..self.kinds.len()).filter(|&at| wanted(&self.kinds[at])).collect();
        assert!(!kinds.is_empty() || sum == 0.0, "somebody is counted who cannot be");
        if !kinds.is_empty() {
            self.sums.push((kinds, sum));
        }
    }

    fn read(&mut self, published: &Json) {
        self.add(|_| true, published["responses"].as_f64().expect("a number"));
        for profile in published["respondents"].as_array().expect("a list") {
            let by = self.form.breakdown(profile["by"].as_str().expect("a name")).expect("a breakdown");
            let codes = self.form.breakdowns()[by].codes.clone();
            for row in profile["rows"].as_array().expect("a list") {
                let class = codes.position(row["group"].as_str().expect("a name"));
                if let Some(n) = row["n"].as_f64() {
                    self.add(|kind| kind.classes[by] == class, n);
                }
            }
            if let Some(n) = profile["unclassified"].as_f64() {
                self.add(|kind| kind.classes[by].is_none(), n);
            }
        }
        for table in published["tables"].as_array().expect("a list") {
            self.read_table(table);
        }
    }

    fn read_table(&mut self, table: &Json) {
        let item = self.form.item(table["question"].as_str().expect("a name")).expect("an item");
        let by = names(&table["by"]).into_iter().map(|name| self.form.breakdown(&name).expect("a breakdown"));
        let by: Vec<usize> = by.collect();
        if let Some(n) = table["unclassified"].as_f64().filter(|_| !by.is_empty()) {
            self.add(|kind| by.iter().any(|by| kind.classes[*by].is_none()), n);
        }
        for row in table["rows"].as_array().expect("a list") {
            let Some(n) = row["n"].as_f64() else { continue };
            let group = group_of(self.form, &by, row);
            let is_in = |kind: &Kind| by.iter().zip(&group).all(|(by, class)| kind.classes[*by] == *class);
            let states: [(&str, IsState); 5] = [
                ("n", |item| matches!(item, Item::Answered(_))),
                ("blank", |item| matches!(item, Item::NoAnswer)),
                ("refused", |item| matches!(item, Item::Refused)),
                ("not_asked", |item| matches!(item, Item::NotAsked(_))),
                ("scope_unknown", |item| matches!(item, Item::ScopeUnknown(_))),
            ];
            for (name, is_state) in states {
                let count = row[name].as_f64().expect("a row that is shown has it");
                self.add(|kind| is_in(kind) && is_state(&kind.items[item]), count);
            }
            for cell in row["cells"].as_array().expect("a list") {
                let code = code_of(self.form, item, cell);
                let Some(count) = cell["count"].as_f64() else { continue };
                // The share says the same, or it would give something else away.
                assert_eq!((cell["share"].as_f64().expect("a share") * n).round(), count);
                self.add(|kind| is_in(kind) && gave(&kind.items[item], code), count);
            }
        }
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
    if !form.blocks().is_empty() {
        return None;
    }
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
        found.extend(paths.into_iter().map(|items| Kind { classes: classes.clone(), items }));
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
        _ => states.push(Item::Answered(Value::Number(0.0))),
    }
    states
}
