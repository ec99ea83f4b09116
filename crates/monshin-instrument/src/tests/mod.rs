//! Stories over the whole crate; units stand beside their code.

mod compile;
mod reach;
mod records;
mod routing;

use monshin_diag::{Diagnostics, Source};

use crate::*;

/// A survey from one-line questions: `q1: yes no`, `q2: yes no if q1 = yes`, `n: number if …`.
pub(crate) fn tiny(lines: &str) -> Questionnaire {
    let source = Source::new("survey.toml", &tiny_text(lines));
    let (form, found) = Questionnaire::compile(&source);
    form.unwrap_or_else(|| panic!("{found:#?}\n{}", source.text()))
}

pub(crate) fn tiny_text(lines: &str) -> String {
    let mut text = String::from("[survey]\nid = \"tiny\"\ntitle = \"Tiny\"\nlanguages = [\"en\"]\n");
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (id, rest) = line.split_once(':').expect("id: codes [if condition]");
        let (answer, condition) =
            rest.split_once(" if ").map_or((rest, None), |(answer, condition)| (answer, Some(condition)));
        text.push_str(&format!("\n[[question]]\nid = \"{id}\"\ntext = \"{id}?\"\n"));
        text.push_str(&answer_text(answer.trim()));
        if let Some(condition) = condition {
            text.push_str(&format!("ask_if = \"{}\"\n", condition.trim()));
        }
    }
    text
}

fn answer_text(answer: &str) -> String {
    let codes = |list: &str| {
        let code = |id: &str| {
            format!("{id} = {{ en = \"{id}\"{} }}", if id == "refused" { ", kind = \"refused\"" } else { "" })
        };
        list.split_whitespace().map(code).collect::<Vec<_>>().join(", ")
    };
    match answer.split_once(' ') {
        None if matches!(answer, "number" | "date" | "text") => format!("kind = \"{answer}\"\n"),
        Some(("several", list)) => format!("kind = \"multiple\"\ncodes = {{ {} }}\n", codes(list)),
        _ => format!("codes = {{ {} }}\n", codes(answer)),
    }
}

/// Whole numbers below a bound, the same from the same state.
pub(crate) fn picker(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |bound| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(state) * u128::from(bound)) >> 64) as u64
    }
}

pub(crate) fn found_in(text: &str) -> Diagnostics {
    Questionnaire::compile(&Source::new("survey.toml", text)).1
}

/// `a=no b=yes n=3` as answers.
pub(crate) fn answers(form: &Questionnaire, text: &str) -> Answers {
    let mut answers = form.no_answers();
    for pair in text.split_whitespace() {
        let (name, value) = pair.split_once('=').expect("name=value");
        let item = form.item(name).expect("an item of that name");
        let position =
            |id: &str| form.items()[item].codes().and_then(|codes| codes.position(id)).expect("a code");
        answers.values[item] = Given::Value(match &form.items()[item].answer {
            AnswerType::One(_) => Value::Code(position(value)),
            AnswerType::Several { .. } => {
                Value::Codes(value.split('+').fold(0, |bits, id| bits | 1 << position(id)))
            }
            AnswerType::Number(_) => Value::Number(value.parse().expect("a number")),
            AnswerType::Date { .. } => Value::Day(Day::parse(value).expect("a day")),
            AnswerType::Text { .. } => Value::Text(value.into()),
        });
    }
    answers
}
