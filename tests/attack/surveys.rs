//! Made-up surveys to be attacked: small, with much that hangs together.

use std::sync::Arc;

use monshin_diag::Source;
use monshin_instrument::{Answers, Questionnaire, Response, Simulation};
use monshin_tabulate::frame::{ClassColumn, load_population};
use monshin_tabulate::{
    Cube, DesignInputs, Plan, Settings, Tables, Weight, plan_design, tabulate, tabulate_under,
};

use super::Known;

pub(super) fn picker(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
    move |bound| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound.max(1)
    }
}

fn codes(list: &str) -> String {
    let code = |id: &str| {
        let kind = if id == "refused" { ", kind = \"refused\"" } else { "" };
        format!("{id} = {{ en = \"{id}\"{kind} }}")
    };
    list.split_whitespace().map(code).collect::<Vec<_>>().join(", ")
}

fn question(id: &str, kind: &str, condition: &str) -> String {
    let mut text = format!("\n[[question]]\nid = \"{id}\"\ntext = \"{id}?\"\n");
    match kind.strip_prefix("several ") {
        Some(list) => text += &format!("kind = \"multiple\"\ncodes = {{ {} }}\n", codes(list)),
        None => text += &format!("codes = {{ {} }}\n", codes(kind)),
    }
    if !condition.is_empty() {
        text += &format!("ask_if = \"{condition}\"\n");
    }
    text
}

/// A survey with so many breakdowns and questions that hang together.
///
/// # Panics
/// If the random text does not compile.
pub fn random_survey(seed: u64, policy: &str, breakdowns: u64) -> Arc<Questionnaire> {
    let mut pick = picker(seed);
    let mut text =
        format!("[survey]\nid = \"t\"\ntitle = \"T\"\nlanguages = [\"en\"]\n[disclosure]\n{policy}\n");
    for at in 0..breakdowns {
        let list = ["a b", "a b c"][pick(2) as usize];
        let lines = codes(list).replace("}, ", "}\n");
        text += &format!(
            "\n[codes.by{at}]\n{lines}\n[[breakdown]]\nid = \"by{at}\"\nlabel = \"by{at}\"\ncodes = \"by{at}\"\n"
        );
    }
    let mut conditions: Vec<String> = vec![String::new(), "by0 = a".to_owned()];
    for at in 0..2 + pick(2) {
        let kind = ["yes no", "yes no refused", "several x y", "yes no"][pick(4) as usize];
        let one = conditions[pick(conditions.len() as u64) as usize].clone();
        let two = conditions[pick(conditions.len() as u64) as usize].clone();
        let condition = match (one.is_empty() || two.is_empty() || one == two, pick(3)) {
            (false, 0) => format!("{one} and {two}"),
            (false, 1) => format!("{one} or not ({two})"),
            _ => one,
        };
        text += &question(&format!("q{at}"), kind, &condition);
        conditions.push(format!("q{at} = {}", if kind.starts_with("several") { "x" } else { "yes" }));
    }
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", &text));
    Arc::new(form.unwrap_or_else(|| panic!("{found:#?}\n{text}")))
}

/// A survey with a number of few values, and a block of as many entries as another number says.
///
/// # Panics
/// If the random text does not compile.
pub fn survey_of_all_kinds(seed: u64, policy: &str) -> Arc<Questionnaire> {
    let mut pick = picker(seed);
    let mut text =
        format!("[survey]\nid = \"t\"\ntitle = \"T\"\nlanguages = [\"en\"]\n[disclosure]\n{policy}\n");
    let lines = codes(["a b", "a b c"][pick(2) as usize]).replace("}, ", "}\n");
    text +=
        &format!("\n[codes.by0]\n{lines}\n[[breakdown]]\nid = \"by0\"\nlabel = \"by0\"\ncodes = \"by0\"\n");
    text += &question("q0", ["yes no", "several x y"][pick(2) as usize], "");
    let number = |id: &str, least: u64, most: u64, condition: &str| {
        let head = format!(
            "\n[[question]]\nid = \"{id}\"\ntext = \"{id}?\"\nkind = \"number\"\nmin = {least}\nmax = {most}\n"
        );
        if condition.is_empty() { head } else { format!("{head}ask_if = \"{condition}\"\n") }
    };
    let first = if text.contains("multiple") { "q0 = x" } else { "q0 = yes" };
    text += &number("q1", 1, 3, ["", first, "by0 = a"][pick(3) as usize]);
    match pick(3) {
        0 => text += &question("q2", "yes no", "q1 >= 2"),
        1 => {
            text += &number("q2", 0, 2, "");
            text += "\n[[block]]\nid = \"device\"\nlabel = \"Device\"\nmax = 2\ncount = \"q2\"\n";
            text += &question("vendor", "f g", "").replace("text =", "block = \"device\"\ntext =");
        }
        _ => {}
    }
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", &text));
    Arc::new(form.unwrap_or_else(|| panic!("{found:#?}\n{text}")))
}

/// Made-up responses, and their tables.
#[derive(Debug)]
pub struct Survey {
    /// What each answered.
    pub responses: Vec<Response>,
    /// Their tables before release.
    pub tables: Tables,
    /// What readers know of its weights.
    pub known: Option<Known>,
}

/// Random responses, counted by the plan that `plan` makes.
pub fn counted(form: &Arc<Questionnaire>, seed: u64, size: usize) -> Survey {
    counted_by(form, seed, size, &plan(form))
}

/// Random responses, counted by a plan.
pub fn counted_by(form: &Arc<Questionnaire>, seed: u64, size: usize, plan: &Plan) -> Survey {
    let responses = submitted(form, &made_up(form, seed, size, 0));
    let tables = count(form, &responses, plan);
    Survey { responses, tables, known: None }
}

/// The standard tables; with two breakdowns the first question by both.
pub fn plan(form: &Questionnaire) -> Plan {
    let plan = Plan::standard(form);
    match form.breakdowns().len() {
        2 => plan.crossed(form, [0, 1], |variable| variable.name == "q0"),
        _ => plan,
    }
}

/// Their tables.
pub fn count(form: &Arc<Questionnaire>, responses: &[Response], plan: &Plan) -> Tables {
    let mut cube = Cube::new(form);
    responses.iter().for_each(|response| cube.add(response));
    tabulate(&cube, plan, &Settings::default())
}

/// Random answers; the first so many breakdowns have a class of everybody.
pub fn made_up(form: &Questionnaire, seed: u64, size: usize, known: usize) -> Vec<Answers> {
    let mut pick = picker(seed.wrapping_add(17));
    let mut one = || {
        let mut answers = form.made_up(Simulation { blank: 0.1 }, &mut pick);
        for (at, class) in answers.classes.iter_mut().enumerate() {
            *class = class.filter(|_| pick(12) > 0 || at < known);
        }
        answers
    };
    (0..size).map(|_| one()).collect()
}

/// What comes of them along their paths.
pub fn submitted(form: &Questionnaire, answers: &[Answers]) -> Vec<Response> {
    answers.iter().map(|one| form.submit_lenient(one).0).collect()
}

/// Shares post-stratified to known totals of the first breakdown, or with a weight given for each of its
/// classes.
pub fn weighted(form: &Arc<Questionnaire>, seed: u64, size: usize, to_totals: bool) -> Survey {
    let responses = submitted(form, &made_up(form, seed, size, 1));
    let known = weights(form, seed, &responses, to_totals);
    let tables = weigh(form, &responses, &known);
    Survey { responses, tables, known: Some(known) }
}

fn class_of(response: &Response) -> usize {
    usize::from(response.classes()[0].expect("everybody has one"))
}

/// Weights for the classes of the first breakdown, or totals in proportion to how many responded.
pub fn weights(form: &Questionnaire, seed: u64, responses: &[Response], to_totals: bool) -> Known {
    let mut pick = picker(seed.wrapping_add(29));
    let classes = form.breakdowns()[0].codes.len();
    let weights: Vec<f64> = (0..classes).map(|_| 1.0 + pick(4) as f64 / 2.0).collect();
    if !to_totals {
        return Known::Weights(0, weights);
    }
    let responding = |class: usize| responses.iter().filter(|one| class_of(one) == class).count() as u64;
    // Often the same part of each class responded.
    let part = pick(2) * (2 + pick(3));
    let total = |class| responding(class) * part.max(1) + u64::from(part == 0) * (1 + pick(60));
    Known::Totals(0, (0..classes).map(total).map(|n| n as f64).collect())
}

/// Weighted tables.
///
/// # Panics
/// If the totals are refused.
pub fn weigh(form: &Arc<Questionnaire>, responses: &[Response], known: &Known) -> Tables {
    let mut cube = Cube::new(form);
    for response in responses {
        let weight = match known {
            Known::Totals(..) => 1.0,
            Known::Weights(_, weights) => weights[class_of(response)],
        };
        cube.add_weighted(response, Weight::new(weight).expect("in range"));
    }
    let plan = Plan::standard(form);
    let Known::Totals(_, totals) = known else {
        return tabulate(&cube, &plan, &Settings { weighted: true, ..Settings::default() });
    };
    let codes = &form.breakdowns()[0].codes.codes;
    let rows = codes.iter().zip(totals).map(|(code, n)| format!("by0,{},{n},seen,x\n", code.id));
    let text = format!("breakdown,class,count,status,source\n{}", rows.collect::<String>());
    let column = ClassColumn::new("by0", codes.iter().map(|code| vec![code.id.clone()]));
    let (population, found) = load_population("population.csv", text.as_bytes(), &[column]);
    let population = Some(population.unwrap_or_else(|| panic!("{found:#?}")));
    let inputs = DesignInputs {
        cube: &cube,
        has_base: false,
        weighted: true,
        frame: None,
        population,
        invited: None,
        drawn: None,
    };
    let (design, found) = plan_design(inputs);
    let design = Arc::new(design.unwrap_or_else(|| panic!("{found:#?}")));
    tabulate_under(&cube, &plan, &Settings::default(), &design)
}
