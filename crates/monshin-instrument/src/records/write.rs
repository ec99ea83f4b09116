//! A response as a row of a data file: what the reader reads back to the same response.

use crate::{Answers, BreakdownSource, Given, Questionnaire, Value};

/// The header: `id`, the breakdowns of the frame, every item.
pub fn header(form: &Questionnaire) -> Vec<String> {
    let of_frame = form.breakdowns.iter().filter(|breakdown| breakdown.source == BreakdownSource::Frame);
    let classes = of_frame.map(|breakdown| breakdown.id.clone());
    let items = form.items.iter().map(|item| item.name.clone());
    ["id".to_owned()].into_iter().chain(classes).chain(items).collect()
}

/// The row of one return, in the order of [`header`].
pub fn row(form: &Questionnaire, id: &str, answers: &Answers) -> Vec<String> {
    let mut cells = vec![id.to_owned()];
    for (at, breakdown) in form.breakdowns.iter().enumerate() {
        if breakdown.source == BreakdownSource::Frame {
            let class = answers.classes[at].and_then(|class| breakdown.codes.codes.get(usize::from(class)));
            cells.push(class.map_or(String::new(), |code| code.id.clone()));
        }
    }
    cells.extend(answers.values.iter().zip(&form.items).map(|(given, item)| match given {
        Given::Missing => String::new(),
        Given::Blank => "no_answer".to_owned(),
        Given::Value(value) => cell(item, value),
    }));
    cells
}

/// A value as it stands in a data file.
pub fn cell(item: &crate::ItemDef, value: &Value) -> String {
    let id = |at: usize| {
        item.codes().and_then(|codes| codes.codes.get(at)).map_or(String::new(), |code| code.id.clone())
    };
    match value {
        Value::Code(code) => id(usize::from(*code)),
        Value::Codes(bits) => (0..64).filter(|at| bits >> at & 1 == 1).map(id).collect::<Vec<_>>().join(";"),
        Value::Number(number) => number.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Text(text) => text.to_string(),
    }
}
