//! Tiny surveys in a few words, and their tables as text.

use std::fmt::Write;
use std::sync::Arc;

use monshin_diag::Source;
use monshin_instrument::{AnswerType, Answers, Day, Given, Questionnaire, Response, Value};

use crate::{Cube, Plan, Row, Settings, Table, Tables, tabulate};

/// Compiles `survey.toml`; a header is put before it.
pub fn survey(body: &str) -> Arc<Questionnaire> {
    let head = "[survey]\nid = \"tiny\"\ntitle = \"Tiny\"\nlanguages = [\"en\"]\n";
    let source = Source::new("survey.toml", &format!("{head}{body}"));
    let (form, found) = Questionnaire::compile(&source);
    Arc::new(form.unwrap_or_else(|| panic!("{found:#?}\n{}", source.text())))
}

/// One question: `a: yes no`, `m: several x y z`, `n: number`, `b: yes no if a = yes`. A code named
/// `refused` or `dk` is of that kind.
pub fn question(line: &str) -> String {
    let (id, rest) = line.split_once(':').expect("id: answer [if condition]");
    let (answer, condition) = rest.split_once(" if ").unwrap_or((rest, ""));
    let mut text = format!("\n[[question]]\nid = \"{id}\"\ntext = \"{id}?\"\n");
    let answer = answer.trim();
    match answer.split_once(' ') {
        None if matches!(answer, "number" | "date" | "text") => {
            writeln!(text, "kind = \"{answer}\"").expect("a string takes all");
        }
        Some(("several", list)) => {
            writeln!(text, "kind = \"multiple\"\ncodes = {{ {} }}", codes(list)).expect("a string takes all");
        }
        _ => writeln!(text, "codes = {{ {} }}", codes(answer)).expect("a string takes all"),
    }
    if !condition.is_empty() {
        writeln!(text, "ask_if = \"{}\"", condition.trim()).expect("a string takes all");
    }
    text
}

pub fn codes(list: &str) -> String {
    let code = |id: &str| {
        let kind = match id {
            "refused" => ", kind = \"refused\"",
            "dk" => ", kind = \"dont_know\"",
            "other" => ", kind = \"other\"",
            _ => "",
        };
        format!("{id} = {{ en = \"{id}\"{kind} }}")
    };
    list.split_whitespace().map(code).collect::<Vec<_>>().join(", ")
}

/// A breakdown from the frame.
pub fn breakdown(id: &str, classes: &str) -> String {
    let list = codes(classes);
    format!(
        "\n[codes.{id}]\n{}\n\n[[breakdown]]\nid = \"{id}\"\nlabel = \"{id}\"\ncodes = \"{id}\"\n",
        list.replace("}, ", "}\n")
    )
}

/// A response from `size=big a=yes m=x+y n=3 b=-`, `-` for a blank.
pub fn response(form: &Questionnaire, text: &str) -> Response {
    let mut answers = form.no_answers();
    for pair in text.split_whitespace() {
        let (name, value) = pair.split_once('=').expect("name=value");
        match form.breakdown(name) {
            Some(at) if form.item(name).is_none() => {
                answers.classes[at] = form.breakdowns()[at].codes.position(value);
            }
            _ => give(form, &mut answers, name, value),
        }
    }
    form.submit(&answers).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn give(form: &Questionnaire, answers: &mut Answers, name: &str, value: &str) {
    let item = form.item(name).unwrap_or_else(|| panic!("no item {name}"));
    let def = &form.items()[item];
    let position = |id: &str| def.codes().and_then(|codes| codes.position(id)).expect("a code");
    answers.values[item] = match &def.answer {
        _ if value == "-" => Given::Blank,
        AnswerType::One(_) => Given::Value(Value::Code(position(value))),
        AnswerType::Several { .. } => {
            Given::Value(Value::Codes(value.split('+').fold(0, |bits, id| bits | 1 << position(id))))
        }
        AnswerType::Number(_) => Given::Value(Value::Number(value.parse().expect("a number"))),
        AnswerType::Date { .. } => Given::Value(Value::Day(Day::parse(value).expect("a day"))),
        AnswerType::Text { .. } => Given::Value(Value::Text(value.into())),
    };
}

/// Counts responses written one a line, `3x` before one that came three times.
pub fn cube(form: &Arc<Questionnaire>, responses: &str) -> Cube {
    let mut cube = Cube::new(form);
    for line in responses.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (times, text) = match line.split_once("x ") {
            Some((times, text)) if times.parse::<u32>().is_ok() => (times.parse().expect("a number"), text),
            _ => (1, line),
        };
        (0..times).for_each(|_| cube.add(&response(form, text)));
    }
    cube
}

/// The standard tables.
pub fn tables(form: &Arc<Questionnaire>, responses: &str) -> Tables {
    tabulate(&cube(form, responses), &Plan::standard(form), &Settings::default())
}

/// A table as text, one row a line.
pub fn show(tables: &Tables, name: &str, by: &[&str]) -> String {
    let variable = tables.variable(name).unwrap_or_else(|| panic!("no variable {name}"));
    let by: Vec<usize> =
        by.iter().map(|id| tables.questionnaire.breakdown(id).expect("a breakdown")).collect();
    let table = tables.table(variable, &by).expect("a table of the plan");
    let mut text = format!("{name} | {}", table.base.condition);
    if !table.by.is_empty() {
        let unclassified = table.unclassified.map_or("x".to_owned(), |n| n.to_string());
        write!(text, " | unclassified {unclassified}").expect("a string takes all");
    }
    text.push('\n');
    for row in &table.rows {
        writeln!(text, "{}", show_row(tables, table, row)).expect("a string takes all");
    }
    for mean in &table.mean_of_groups {
        let share = mean.share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
        let flag = mean.flag.map_or(String::new(), |flag| format!(" {}", flag.name()));
        let code = code_name(tables, table, mean.code);
        writeln!(text, "mean {code} {share} of {}{flag}", mean.groups).expect("a string takes all");
    }
    text
}

fn code_name(tables: &Tables, table: &Table, code: u16) -> String {
    let codes = tables.variables[table.variable].codes.as_ref();
    codes.map_or(String::new(), |codes| codes.codes[usize::from(code)].id.clone())
}

fn show_row(tables: &Tables, table: &Table, row: &Row) -> String {
    let breakdowns = tables.questionnaire.breakdowns();
    let class = |(by, class): (&usize, &u16)| breakdowns[*by].codes.codes[usize::from(*class)].id.clone();
    let mut group: Vec<String> = table.by.iter().zip(&row.group).map(class).collect();
    if group.is_empty() {
        group.push("all".to_owned());
    }
    let mut text = group.join("/");
    let Some(figures) = row.figures() else {
        return format!("{text}: withheld {:?}", row.withheld().expect("no figures"));
    };
    let &crate::Figures { responses, asked, n, blank, refused, scope_unknown, not_asked, .. } = figures;
    write!(
        text,
        ": {responses} = {asked} + {not_asked} + {scope_unknown}, {asked} = {n} + {blank} + {refused}"
    )
    .expect("a string takes all");
    for cell in &figures.cells {
        let share = crate::percent(cell.count, n, 1).map_or("–".to_owned(), |share| share + " %");
        write!(text, "; {} {} {share}", code_name(tables, table, cell.code), cell.count)
            .expect("a string takes all");
        if let Some(share) = cell.share_of_answers {
            write!(text, " ({:.1} % of answers)", share * 100.0).expect("a string takes all");
        }
        let marks = [cell.flag.map(crate::Flag::name), cell.all_or_none.then_some("all-or-none")];
        marks.into_iter().flatten().for_each(|mark| {
            write!(text, " {mark}").expect("a string takes all");
        });
    }
    for code in &figures.withheld {
        write!(text, "; {} x", code_name(tables, table, *code)).expect("a string takes all");
    }
    for cell in &figures.omitted {
        write!(text, "; {} …", code_name(tables, table, cell.code)).expect("a string takes all");
    }
    if figures.omits_number {
        text.push_str("; number …");
    }
    if let Some(number) = &figures.number {
        let shown = |figure: Option<f64>| figure.map_or("–".to_owned(), |figure| figure.to_string());
        write!(
            text,
            "; mean {} median {} quartiles {} {} from {} to {}",
            shown(number.mean.value()),
            number.median,
            shown(number.q1),
            shown(number.q3),
            shown(number.min),
            shown(number.max)
        )
        .expect("a string takes all");
    }
    text
}

/// A stream of numbers that is the same for the same seed.
pub fn picker(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
    move |bound| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound.max(1)
    }
}
