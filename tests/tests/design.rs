//! Survey folders made from public data, from `survey.toml` and `population.csv` to the tables,
//! against R's own figures (`tests/oracle`).

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::{Diagnostics, Source};
use monshin_instrument::records::{Reading, RecordReader};
use monshin_instrument::{Breakdown, Questionnaire};
use monshin_tabulate::frame::{ClassColumn, load_population};
use monshin_tabulate::{
    Among, Cell, Cube, DesignInputs, Plan, Settings, SurveyDesign, Tables, plan_design, tabulate_under,
};
use monshin_tests::text;
use serde_json::Value;

const BEDS: [&str; 8] = ["0", "1-19", "20-99", "100-199", "200-299", "300-399", "400-499", "500+"];
const FOUNDERS: [&str; 12] = [
    "national",
    "prefecture",
    "municipal",
    "red_cross",
    "saiseikai",
    "welfare_coop",
    "public_int",
    "med_corp",
    "private_univ",
    "social_welf",
    "company",
    "individual",
];

/// Nobody of the social insurance bodies is in the first wave.
fn founders(wave: &str) -> Vec<&'static str> {
    let more = if wave == "monshin3" { &["social_ins"][..] } else { &[] };
    FOUNDERS.iter().chain(more).copied().collect()
}

/// The survey behind `monshin1.csv` and `monshin3.csv`: eight questions, four of them routed.
fn survey(more: &str, founders: &[&str]) -> String {
    let list = |id: &str, classes: &[&str]| {
        let class = |(at, class): (usize, &&str)| {
            format!("{id}{at} = {{ en = \"{id} {class}\", aliases = [\"{class}\"] }}\n")
        };
        format!("[codes.{id}]\n{}", classes.iter().enumerate().map(class).collect::<String>())
    };
    let breakdown = |id: &str| format!("[[breakdown]]\nid = \"{id}\"\nlabel = \"{id}\"\ncodes = \"{id}\"\n");
    let mut text = "[survey]\nid = \"m\"\ntitle = \"M\"\nlanguages = [\"en\"]\nrequired = false\ndisclosure = \"none\"\n".to_owned();
    text += more;
    text +=
        "\n[codes.yn]\nyes = { en = \"Yes\", aliases = [\"1\"] }\nno = { en = \"No\", aliases = [\"2\"] }\n";
    text += &(list("beds", &BEDS) + &list("founder", founders) + &breakdown("beds") + &breakdown("founder"));
    for at in 1..=8 {
        let condition = match at {
            2 => "ask_if = \"q1 = yes\"\n",
            4 => "ask_if = \"q3 = no\"\n",
            5 => "ask_if = \"q4 = yes\"\n",
            7 => "ask_if = \"q6 = yes\"\n",
            _ => "",
        };
        text += &format!("[[question]]\nid = \"q{at}\"\ntext = \"?\"\ncodes = \"yn\"\n{condition}");
    }
    text
}

fn rows(file: &str) -> Vec<csv::StringRecord> {
    let text = text(file);
    csv::Reader::from_reader(text.as_bytes()).records().map(|row| row.expect("our own file")).collect()
}

/// The answers as a survey's own data file has them.
fn responses(file: &str) -> String {
    let mut out = "id,beds,founder,q1,q2,q3,q4,q5,q6,q7,q8\n".to_owned();
    for row in rows(file) {
        let cell = |cell: &str| match cell {
            "8" => String::new(),
            "9" => "no_answer".to_owned(),
            other => other.to_owned(),
        };
        let first = row.iter().take(3).map(str::to_owned);
        let cells: Vec<String> = first.chain(row.iter().skip(3).map(cell)).collect();
        out += &format!("{}\n", cells.join(","));
    }
    out
}

/// Known totals of breakdowns, as a practitioner writes them down.
fn population(file: &str, breakdowns: &[&str], founders: &[&str]) -> String {
    let mut out = "breakdown,class,count,status,source\n".to_owned();
    for (at, id) in ["beds", "founder"].iter().enumerate().filter(|(_, id)| breakdowns.contains(id)) {
        let mut totals: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows(file) {
            *totals.entry(row[at].to_owned()).or_default() += row[2].parse::<u64>().expect("a count");
        }
        totals.retain(|class, _| *id == "beds" || founders.contains(&class.as_str()));
        totals.iter().for_each(|(class, count)| out += &format!("{id},{class},{count},seen,register\n"));
    }
    out
}

struct World {
    form: Arc<Questionnaire>,
    cube: Cube,
    population: String,
}

impl World {
    fn new(wave: &str, more: &str, breakdowns: &[&str]) -> World {
        let founders = founders(wave);
        let source = Source::new("survey.toml", &survey(more, &founders));
        let (form, found) = Questionnaire::compile(&source);
        let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
        let text = responses(&format!("tests/oracle/data/{wave}.csv"));
        let (reader, found) =
            RecordReader::new(&form, text.as_bytes(), Reading::default()).expect("in memory");
        let mut reader = reader.unwrap_or_else(|| panic!("{found:#?}"));
        let mut cube = Cube::new(&form);
        while let Some(row) = reader.next_row().expect("in memory") {
            assert!(row.faults.is_empty(), "{:?}", row.faults);
            cube.add(&row.record.expect("no faults").response);
        }
        let population = population(&format!("tests/oracle/data/{wave}_pop.csv"), breakdowns, &founders);
        World { form, cube, population }
    }

    fn design(&self, weighted: bool) -> Result<Arc<SurveyDesign>, Diagnostics> {
        let column = |one: &Breakdown| {
            ClassColumn::new(
                &one.id,
                one.codes.codes.iter().map(|code| {
                    [code.id.clone()].into_iter().chain(code.aliases.clone()).collect::<Vec<_>>()
                }),
            )
        };
        let columns: Vec<ClassColumn> = self.form.breakdowns().iter().map(column).collect();
        let (population, found) = load_population("population.csv", self.population.as_bytes(), &columns);
        let population = population.ok_or(found)?;
        let inputs = DesignInputs {
            cube: &self.cube,
            has_base: false,
            weighted,
            frame: None,
            population: Some(population),
            invited: None,
            drawn: None,
        };
        let (design, found) = plan_design(inputs);
        design.map(Arc::new).ok_or(found)
    }

    fn tables(&self, weighted: bool) -> Tables {
        let design = self.design(weighted).unwrap_or_else(|found| panic!("{found:#?}"));
        tabulate_under(&self.cube, &Plan::standard(&self.form), &Settings::of(&self.form), &design)
    }
}

fn expected(file: &str, case: &str) -> Value {
    let all: Value =
        serde_json::from_str(&text(&format!("tests/oracle/expected/{file}.json"))).expect("our own file");
    all[case].clone()
}

fn yes<'t>(tables: &'t Tables, question: &str, by: &[usize], group: &[u16]) -> &'t Cell {
    let variable = tables.variable(question).expect("a question");
    let row = tables.table(variable, by).and_then(|table| table.row(group)).expect("a row");
    row.cell(0).expect("nothing is withheld")
}

fn near(what: &str, ours: f64, theirs: &Value, tolerance: f64) {
    let theirs = theirs.as_f64().unwrap_or_else(|| panic!("{what}: {theirs}"));
    assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1e-3), "{what}: {ours}, R {theirs}");
}

fn check_cell(what: &str, cell: &Cell, theirs: &Value, tolerance: f64) {
    near(&format!("{what} share"), cell.share().expect("a share"), &theirs["share"], tolerance);
    near(&format!("{what} se"), cell.estimate.se().expect("an SE"), &theirs["se"], tolerance);
    assert_eq!(Value::from(cell.count), theirs["yes"], "{what} count");
}

#[test]
fn post_stratified_shares_errors_and_design_effects_are_those_of_r() {
    let world = World::new("monshin1", "[design]\nstrata = \"none\"\n", &["beds"]);
    let tables = world.tables(true);
    for question in ["q1", "q2", "q8"] {
        let theirs = expected("survey", &format!("survey-mon1-{question}-poststrat"));
        let cell = yes(&tables, question, &[], &[]);
        check_cell(question, cell, &theirs, 1e-8);
        near(question, cell.design_effect.expect("a design effect"), &theirs["deff"], 1e-8);
    }
    let weighting = tables.design.weighting.clone().expect("weights");
    let theirs = expected("poststratify", "survey-mon1-psweights");
    near("sum", weighting.population, &theirs["sum"], 1e-12);
    near("least", weighting.range.0, &theirs["min"], 1e-12);
    near("greatest", weighting.range.1, &theirs["max"], 1e-12);
    near("Kish", weighting.kish.1, &theirs["kish_deff"], 1e-12);
}

#[test]
fn a_census_with_nonresponse_is_a_stratified_sample_of_the_register() {
    let world = World::new("monshin1", "", &["beds"]);
    let tables = world.tables(true);
    let theirs = expected("fpc", "survey-mon1b-stratified");
    for question in ["q1", "q3", "q8"] {
        let cell = yes(&tables, question, &[], &[]);
        near(question, cell.share().expect("a share"), &theirs[question]["share"], 1e-8);
        near(question, cell.estimate.se().expect("an SE"), &theirs[question]["se"], 1e-8);
    }
}

#[test]
fn raked_shares_and_errors_by_class_are_those_of_r() {
    for (wave, case, questions) in
        [("monshin1", "survey-mon1", ["q1", "q2", "q5"]), ("monshin3", "survey-mon3", ["q1", "q2", "q5"])]
    {
        let world = World::new(wave, "[weights]\nrescale = true\n", &["beds", "founder"]);
        let tables = world.tables(true);
        let mut compared = 0;
        for question in questions {
            let theirs = expected("survey", &format!("{case}-{question}-raked-beds"));
            let Some(levels) = theirs["levels"].as_array() else { continue };
            let several = |level: &&str| theirs["answered"][*level].as_u64().is_some_and(|n| n > 1);
            for level in levels.iter().filter_map(Value::as_str).filter(several) {
                let class = BEDS.iter().position(|bed| *bed == level).expect("a class") as u16;
                let cell = yes(&tables, question, &[0], &[class]);
                let what = format!("{wave} {question} {level}");
                near(&what, cell.share().expect("a share"), &theirs["share"][level], 1e-6);
                near(&what, cell.estimate.se().expect("an SE"), &theirs["se"][level], 1e-6);
                compared += 1;
            }
        }
        assert!(compared >= 8, "{wave}: {compared}");
    }
}

#[test]
fn raked_intervals_are_those_of_r_at_its_degrees_of_freedom() {
    // R counts all rows of a calibrated design; here a domain has the units in it, so the quantile
    // of t differs in the third digit and the interval in the fourth.
    for (name, method) in [("wilson", "wilson"), ("korn-graubard", "beta")] {
        let more = format!("[design]\ninterval = \"{name}\"\n[weights]\nrescale = true\n");
        let world = World::new("monshin1", &more, &["beds", "founder"]);
        let tables = world.tables(true);
        for question in ["q1", "q2", "q8"] {
            let theirs = expected("ciprop", &format!("survey-mon1-{question}-raked-ci-{method}"));
            let cell = yes(&tables, question, &[], &[]);
            let interval = cell.estimate.interval().expect("an interval");
            assert_eq!(interval.method.name(), name);
            near(question, cell.share().expect("a share"), &theirs["estimate"], 1e-6);
            near(question, cell.estimate.se().expect("an SE"), &theirs["se"], 1e-6);
            near(question, interval.lower, &theirs["lo"], 2e-3);
            near(question, interval.upper, &theirs["hi"], 2e-3);
        }
    }
}

#[test]
fn unweighted_domains_keep_the_whole_sample_in_their_errors() {
    let world = World::new("monshin1", "", &["beds"]);
    let tables = world.tables(false);
    assert!(!tables.weighted);
    for question in ["q1", "q3", "q4", "q7", "q8"] {
        let theirs = expected("survey", &format!("survey-mon1-{question}-all"));
        check_cell(question, yes(&tables, question, &[], &[]), &theirs, 1e-8);
    }
    for question in ["q1", "q2", "q5"] {
        let theirs = expected("survey", &format!("survey-mon1-{question}-founder"));
        for (class, name) in FOUNDERS.iter().enumerate() {
            if theirs["answered"][name].as_u64().is_none_or(|n| n < 2) {
                continue;
            }
            let cell = yes(&tables, question, &[1], &[class as u16]);
            near(name, cell.share().expect("a share"), &theirs["share"][name], 1e-8);
            near(name, cell.estimate.se().expect("an SE"), &theirs["se"][name], 1e-8);
        }
    }
}

#[test]
fn totals_that_do_not_agree_are_refused_with_both_sums() {
    let world = World::new("monshin1", "", &["beds", "founder"]);
    let found = world.design(true).expect_err("the margins differ by the founders left out");
    let one = &found.as_slice()[0];
    assert_eq!(one.code, "T011");
    assert!(one.message.en.contains("107409") && one.message.en.contains("107317"), "{}", one.message.en);
}

/// The code of what is found when a population of 897 or so is weighted to.
fn fault(more: &str, breakdowns: &[&str], change: impl Fn(String) -> String) -> &'static str {
    let mut world = World::new("monshin1", more, breakdowns);
    world.population = change(world.population);
    world.design(true).expect_err("something is wrong").as_slice()[0].code
}

#[test]
fn what_cannot_be_weighted_is_refused_by_its_kind() {
    let same = |text: String| text;
    assert_eq!(fault("", &["beds"], |text| text.replace("beds,500+,1004", "beds,500+,40")), "T016");
    assert_eq!(
        fault("[design]\nmode = \"superpop\"\n", &["beds"], |text| text
            .replace("beds,500+,1004", "beds,500+,0")),
        "T010"
    );
    assert_eq!(fault("[weights]\nmargins = [\"founder\"]\n", &["beds"], same), "T015");
    let two = "[weights]\nmethod = \"poststratify\"\nrescale = true\n";
    assert_eq!(fault(two, &["beds", "founder"], same), "T018");
    assert_eq!(fault("", &["beds"], |text| text.replace("500+,1004,seen", "500+,1004,recalled")), "T006");
    let narrow = "[weights]\nmethod = \"logit\"\nbounds = [0.99, 1.01]\n";
    assert!(matches!(fault(narrow, &["beds"], same), "T012" | "T017"));
}

#[test]
fn where_everybody_answered_there_is_no_interval() {
    let mut world = World::new("monshin1", "", &["beds"]);
    let mut counts = [0_u64; 8];
    for row in rows("tests/oracle/data/monshin1.csv") {
        counts[BEDS.iter().position(|bed| *bed == &row[1]).expect("a class")] += 1;
    }
    world.population = "breakdown,class,count\n".to_owned();
    BEDS.iter().zip(counts).for_each(|(bed, count)| world.population += &format!("beds,{bed},{count}\n"));
    let tables = world.tables(true);
    let q3 = tables.variable("q3").expect("a question");
    let row = &tables.table(q3, &[]).expect("a table").rows[0];
    let cell = row.cell(0).expect("nothing is withheld");
    assert!(cell.estimate.se().expect("an SE").abs() < 1e-12);
    let gaps = row.figures().map(|one| one.blank);
    assert_eq!(cell.certainty() == monshin_tabulate::Certainty::Everybody, gaps == Some(0));
}

#[test]
fn a_difference_of_groups_is_that_of_the_tables_with_the_spread_of_the_design() {
    let world = World::new("monshin1", "[weights]\nrescale = true\n", &["beds", "founder"]);
    let tables = world.tables(true);
    let q1 = tables.variable("q1").expect("a question");
    let table = tables.table(q1, &[0]).expect("a table");
    let (one, two) = ([(0, vec![0])], [(0, vec![1, 2])]);
    let compared = tables
        .compare_designed(q1, &[0], Among::classes(&one), Among::classes(&two))
        .expect("both have answers");
    let share = |row: &monshin_tabulate::Row| row.cell(0).and_then(Cell::share).expect("a share");
    let pooled = tables.pool(table, &[&[1], &[2]]).expect("nothing is withheld");
    let first = table.row(&[0]).expect("a class");
    assert!((compared.value - (share(first) - share(&pooled))).abs() < 1e-12);
    let se = |row: &monshin_tabulate::Row| row.cell(0).and_then(|cell| cell.estimate.se()).expect("an SE");
    let half = compared.interval.width() / 2.0;
    assert!(half > 1.9 * (se(first) - se(&pooled)).abs() && half < 2.1 * (se(first) + se(&pooled)), "{half}");
    let rest = tables.compare_designed(q1, &[0], Among::classes(&one), Among::rest(&[], &one));
    let all = yes(&tables, "q1", &[], &[]).share().expect("a share");
    // All is a mixture of the class and the rest.
    assert!((rest.expect("both have answers").value > 0.0) == (share(first) > all));
}
