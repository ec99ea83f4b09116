//! What stands in the fields of a page, as a browser sends it.

use std::collections::BTreeMap;

use crate::records::{read_day, read_number};
use crate::{AnswerType, Answers, Given, ItemDef, Questionnaire, Value};

/// What was typed or chosen, by the name of the item. It is kept as it was typed, so that a slip is
/// shown again as it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(pub BTreeMap<String, Vec<String>>);

/// Something typed that is no answer of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// No number.
    NotANumber,
    /// No day.
    NotADay,
    /// A code that the list does not have; a page does not offer it.
    NoSuchCode,
}

impl Typed {
    /// What stands for an item; nothing where it is all blank.
    pub fn of(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], |texts| &texts[..])
    }

    /// The first or only text of an item.
    pub fn text(&self, name: &str) -> &str {
        self.of(name).first().map_or("", |text| &**text)
    }

    /// Takes what a page with these items sent: an item of the page that was not sent is blank.
    pub fn replace(&mut self, items: &[ItemDef], sent: &Typed) {
        for item in items {
            let texts: Vec<String> = sent
                .of(&item.name)
                .iter()
                .map(|text| text.trim().replace("\r\n", "\n"))
                .filter(|text| !text.is_empty())
                .collect();
            if texts.is_empty() {
                self.0.remove(&item.name);
            } else {
                self.0.insert(item.name.clone(), texts);
            }
        }
    }
}

impl Questionnaire {
    /// What was typed as answers; what cannot be read is kept out and told, by item number.
    pub fn read_typed(&self, typed: &Typed) -> (Answers, Vec<(usize, Slip)>) {
        let mut answers = self.no_answers();
        let mut slips = Vec::new();
        for (at, item) in self.items().iter().enumerate() {
            match read(item, typed.of(&item.name)) {
                Ok(given) => answers.values[at] = given,
                Err(slip) => slips.push((at, slip)),
            }
        }
        (answers, slips)
    }

    /// The answers without those that the routing does not ask for: they never count.
    pub fn on_path(&self, answers: &Answers) -> Answers {
        let mut kept = answers.clone();
        for (at, step) in self.route(answers).steps.iter().enumerate() {
            if *step != crate::Step::Open {
                kept.values[at] = Given::Missing;
            }
        }
        kept
    }
}

fn read(item: &ItemDef, texts: &[String]) -> Result<Given, Slip> {
    let Some(first) = texts.first().filter(|text| !text.trim().is_empty()) else { return Ok(Given::Missing) };
    let value = match &item.answer {
        AnswerType::One(codes) => Value::Code(codes.position(first).ok_or(Slip::NoSuchCode)?),
        AnswerType::Several { codes, .. } => {
            let mut bits = 0;
            for text in texts {
                bits |= 1_u64 << codes.position(text).ok_or(Slip::NoSuchCode)?;
            }
            Value::Codes(bits)
        }
        AnswerType::Number(_) => Value::Number(read_number(first).ok_or(Slip::NotANumber)?),
        AnswerType::Date { .. } => Value::Day(read_day(first).ok_or(Slip::NotADay)?),
        AnswerType::Text { .. } => Value::Text(first.as_str().into()),
    };
    Ok(Given::Value(value))
}
