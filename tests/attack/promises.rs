//! What the policy promises of each withheld figure, and whether a reader leaves it standing.

use std::sync::Arc;

use monshin_instrument::{Disclosure, DisclosurePreset, Item, Questionnaire, Response, Value};
use monshin_tabulate::{Tables, disclose_with_audit};
use serde_json::Value as Json;

use super::{Known, Reader, Survey, blackout, code_of, gave, group_of, names};

/// The most kinds of respondents that an attack lists.
const MOST_KINDS: usize = 3_000;

/// What was attacked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attacked {
    /// Withheld answers of which the policy promises something.
    pub promises: usize,
    /// Those that have less room than that, whatever is withheld; the audit file says so.
    pub without_room: usize,
    /// Those of which the audit file says that nothing was proven, though the attack fails.
    pub unproven: usize,
}

impl std::ops::AddAssign for Attacked {
    fn add_assign(&mut self, more: Attacked) {
        self.promises += more.promises;
        self.without_room += more.without_room;
        self.unproven += more.unproven;
    }
}

/// Attacks every withheld answer. A promise must be kept in full, or as far as it could be if everything
/// that the policy lets withhold were withheld; the audit file says which, and never more than is so.
///
/// # Panics
/// If a promise is broken.
pub fn attack(form: &Arc<Questionnaire>, survey: &Survey) -> Attacked {
    let (released, audit) = disclose_with_audit(survey.tables.clone());
    let published: Json =
        serde_json::from_str(&monshin_report::tables_json(&released, |_| true)).expect("JSON");
    let audit: Json = serde_json::from_str(&audit.to_json("")).expect("JSON");
    let Some(reader) = reader(form, survey, &published) else { return Attacked::default() };
    let attack = Attack { form, survey, policy: form.survey().disclosure, published, audit, reader };
    let mut sum = Attacked::default();
    for table in attack.published["tables"].as_array().expect("a list") {
        sum += attack.table(table);
    }
    if attack.policy.preset == DisclosurePreset::Register {
        for profile in attack.published["respondents"].as_array().expect("a list") {
            sum += attack.responses(profile);
        }
    }
    sum
}

fn reader<'f>(form: &'f Questionnaire, survey: &Survey, published: &Json) -> Option<Reader<'f>> {
    match &survey.known {
        Some(known) => Reader::who_knows(form, published, MOST_KINDS, known),
        None => Reader::new(form, published, MOST_KINDS),
    }
}

struct Attack<'a> {
    form: &'a Questionnaire,
    survey: &'a Survey,
    policy: Disclosure,
    published: Json,
    audit: Json,
    reader: Reader<'a>,
}

/// A row of a table.
struct Place<'a> {
    name: &'a str,
    variable: usize,
    items: &'a [usize],
    by: &'a [usize],
    group: &'a [Option<u16>],
}

impl Place<'_> {
    fn is_of(&self, classes: &[Option<u16>]) -> bool {
        self.by.iter().zip(self.group).all(|(by, class)| classes[*by] == *class)
    }
}

/// A withheld answer with what is promised of it.
struct Secret {
    /// Its name in the audit file.
    name: String,
    count: i64,
    /// How many whole steps a reader must be left with.
    wanted: i64,
}

impl Attack<'_> {
    fn table(&self, table: &Json) -> Attacked {
        let name = table["question"].as_str().expect("a name");
        let items = self.reader.items(name);
        let by: Vec<usize> = names(&table["by"]).iter().filter_map(|by| self.form.breakdown(by)).collect();
        let mut sum = Attacked::default();
        for row in table["rows"].as_array().expect("a list") {
            let group = group_of(self.form, &by, row);
            let variable = self.survey.tables.variable(name).expect("a variable");
            let place = Place { name, variable, items: &items, by: &by, group: &group };
            if row["flag"] == "withheld" && self.policy.preset == DisclosurePreset::Voluntary {
                sum += self.numbers(&place);
            }
            sum += self.cells(&place, row);
        }
        sum
    }

    fn cells(&self, place: &Place<'_>, row: &Json) -> Attacked {
        let tables = &self.survey.tables;
        let classes: Vec<u16> = place.group.iter().flatten().copied().collect();
        let table = tables.table(place.variable, place.by);
        let truth = table.and_then(|table| table.row(&classes)).expect("a row");
        let mut sum = Attacked::default();
        for cell in row["cells"].as_array().expect("a list").iter().filter(|one| one["flag"] == "withheld") {
            assert!(cell["count"].is_null() && cell["share"].is_null() && cell["low"].is_null());
            let code = code_of(self.form, place.items[0], cell);
            let count = truth.cell(code).expect("before release").count;
            let n = truth.n().expect("before release");
            let wanted = promised(
                tables,
                &self.policy,
                &Cell { variable: place.variable, by: place.by, code, n, count },
            );
            let name = format!(
                "{}{}.{}",
                place.name,
                self.group_name(place),
                cell["code"].as_str().expect("a name")
            );
            let secret = Secret { name, count: count as i64, wanted };
            sum += self.attack(place, &secret, |item| gave(item, code));
        }
        sum
    }

    /// Each number that somebody of a small row gave.
    fn numbers(&self, place: &Place<'_>) -> Attacked {
        let numbers = |of: &Response| -> Vec<i64> {
            let number = |item: &usize| match &of.items()[*item] {
                Item::Answered(Value::Number(number)) => Some(*number as i64),
                _ => None,
            };
            place.items.iter().filter_map(number).collect()
        };
        let responses = &self.survey.responses;
        let all: Vec<i64> = responses.iter().flat_map(numbers).collect();
        let own = responses.iter().filter(|one| place.is_of(one.classes()));
        let mut own: Vec<i64> = own.flat_map(numbers).collect();
        own.sort_unstable();
        let mut sum = Attacked::default();
        if !(1..self.policy.k).contains(&(own.len() as u64)) {
            return sum;
        }
        let mut values = own.clone();
        values.dedup();
        for value in values {
            let count = |list: &[i64]| list.iter().filter(|one| **one == value).count() as i64;
            let (n, given, everyone) = (own.len() as i64, count(&all), all.len() as i64);
            let room = n.min(given) - (n + given - everyone).max(0);
            let secret = Secret {
                name: format!("{}{}.values", place.name, self.group_name(place)),
                count: count(&own),
                wanted: room.min(self.policy.protection as i64),
            };
            sum += self.attack(place, &secret, |item| *item == Item::Answered(Value::Number(value as f64)));
        }
        sum
    }

    /// How many responded of each small class.
    fn responses(&self, profile: &Json) -> Attacked {
        let id = profile["by"].as_str().expect("a name");
        let by = [self.form.breakdown(id).expect("a breakdown")];
        let mut sum = Attacked::default();
        for row in profile["rows"].as_array().expect("a list").iter().filter(|row| row["n"].is_null()) {
            let class = row["group"].as_str().expect("a name");
            let group = [self.form.breakdowns()[by[0]].codes.position(class)];
            let place = Place { name: "responses", variable: 0, items: &[0], by: &by, group: &group };
            let count = self.survey.responses.iter().filter(|one| place.is_of(one.classes())).count() as u64;
            if (1..self.policy.k).contains(&count) {
                let wanted = self.policy.protection.min(self.survey.tables.responses) as i64;
                let name = format!("responses[{id}={class}]");
                sum += self.attack(&place, &Secret { name, count: count as i64, wanted }, |_| true);
            }
        }
        sum
    }

    fn attack(&self, place: &Place<'_>, secret: &Secret, is_it: impl Fn(&Item) -> bool) -> Attacked {
        let Secret { name, count, wanted } = secret;
        if *wanted == 0 {
            return Attacked::default();
        }
        let range = |reader: &Reader<'_>| reader.range(|classes| place.is_of(classes), place.items, &is_it);
        let (low, high) = range(&self.reader);
        let text = || {
            let (audit, published) = (&self.audit, &self.published);
            format!("{name}: {count} is in {low}..={high}, promised {wanted}\n{audit:#}\n{published:#}")
        };
        assert!(low <= *count && *count <= high, "{}", text());
        let of_audit = self.of_audit(name);
        let said = of_audit["protection"].as_i64().expect("a number");
        assert!(high - low >= said.min(*wanted), "the audit file says {said}: {}", text());
        let is_unproven = of_audit["because"] == "not_found";
        let mut found = Attacked { promises: 1, unproven: usize::from(is_unproven), ..Attacked::default() };
        if high - low < *wanted {
            let bare = blackout(&self.published, self.policy.preset, self.is_plain());
            let bare = reader(self.form, self.survey, &bare).expect("as few kinds as before");
            let (least, most) = range(&bare);
            assert!(high - low >= most - least, "{least}..={most} can be had: {}", text());
            assert!(of_audit["as_far_as_it_goes"] == true, "{}", text());
            found.without_room = 1;
        }
        found
    }

    /// Whether counts alone give every figure: everybody who responded weighs the same.
    fn is_plain(&self) -> bool {
        let Some(known) = &self.survey.known else { return true };
        let Known::Weights(by, weights) = known else { return false };
        let classes = self.survey.responses.iter().filter_map(|one| one.classes()[*by]);
        let mut weights = classes.map(|class| weights[usize::from(class)]);
        let first = weights.next();
        weights.all(|weight| Some(weight) == first)
    }

    /// What the audit file says of a figure.
    fn of_audit(&self, name: &str) -> &Json {
        let figures = self.audit["withheld"].as_array().expect("a list").iter();
        let mut figures = figures.flat_map(|one| one["figures"].as_array().expect("a list"));
        figures
            .find(|one| one["cell"] == *name)
            .unwrap_or_else(|| panic!("{name} is not in {:#}", self.audit))
    }

    fn group_name(&self, place: &Place<'_>) -> String {
        let one = |(by, class): (&usize, &Option<u16>)| {
            let breakdown = &self.form.breakdowns()[*by];
            let class = class.map_or("?", |class| &breakdown.codes.codes[usize::from(class)].id);
            format!("{}={class}", breakdown.id)
        };
        let list: Vec<String> = place.by.iter().zip(place.group).map(one).collect();
        if list.is_empty() { String::new() } else { format!("[{}]", list.join(";")) }
    }
}

struct Cell<'a> {
    variable: usize,
    by: &'a [usize],
    code: u16,
    n: u64,
    count: u64,
}

/// How far apart the values of this cell must be that remain possible, by what the policy states.
fn promised(tables: &Tables, policy: &Disclosure, cell: &Cell<'_>) -> i64 {
    let (n, count) = (cell.n, cell.count);
    match policy.preset {
        // The number of all responses stays, so no count has more room than that.
        DisclosurePreset::Register if (1..policy.k).contains(&count) => {
            policy.protection.min(tables.responses) as i64
        }
        DisclosurePreset::Voluntary if (1..policy.k).contains(&n) && !cell.by.is_empty() => {
            let overall = tables.table(cell.variable, &[]).expect("a table").rows[0].clone();
            let all = overall.n().expect("before release") as i64;
            let given = overall.cell(cell.code).expect("before release").count as i64;
            let (n, least) = (n as i64, (n as i64 + given - all).max(0));
            (n.min(given) - least).min(policy.protection as i64)
        }
        _ => 0,
    }
}
