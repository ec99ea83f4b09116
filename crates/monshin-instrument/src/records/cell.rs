//! One cell to what was given.

use std::collections::HashMap;

use monshin_diag::{Words, words};

use super::{FaultKind, normalise};
use crate::{AnswerType, CodeList, Day, Given, ItemDef, Value};

/// A cell that cannot be read: what kind of fault, and what would be right.
pub(super) type Unreadable = (FaultKind, Words);

/// How the codes of one list may be spelled.
#[derive(Clone, Debug)]
pub(super) struct Speller {
    ids: Vec<String>,
    spellings: HashMap<String, u16>,
}

impl Speller {
    pub fn new(codes: &CodeList) -> Speller {
        let mut spellings = HashMap::new();
        for (at, code) in codes.codes.iter().enumerate() {
            let labels = code.label.iter().map(|(_, label)| label);
            for word in labels.chain(code.aliases.iter().map(String::as_str)).chain([&*code.id]) {
                spellings.insert(normalise(word), at as u16);
            }
        }
        Speller { ids: codes.codes.iter().map(|code| code.id.clone()).collect(), spellings }
    }

    /// The code that a cell spells.
    pub fn read(&self, cell: &str) -> Option<u16> {
        match self.ids.iter().position(|id| id == cell) {
            Some(at) => Some(at as u16),
            None => self.spellings.get(&normalise(cell)).copied(),
        }
    }

    pub fn list(&self) -> Words {
        let list = self.ids.join(", ");
        words!("使える値: {list}"; "one of {list}")
    }
}

/// Reads a cell as an answer to an item.
pub(super) fn read(item: &ItemDef, speller: Option<&Speller>, cell: &str) -> Result<Given, Unreadable> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(Given::Missing);
    }
    // What a code is called comes first: 「非該当」 may well be one.
    if let Some(code) = speller.and_then(|speller| speller.read(cell)) {
        let several = matches!(item.answer, AnswerType::Several { .. });
        return Ok(Given::Value(if several { Value::Codes(1 << code) } else { Value::Code(code) }));
    }
    if is_not_asked(cell) {
        return Ok(Given::Missing);
    }
    if is_blank(cell) {
        return Ok(Given::Blank);
    }
    if cell.contains('\u{fffd}') {
        return Err((FaultKind::Encoding, save_again()));
    }
    let value = match (&item.answer, speller) {
        (AnswerType::One(_), Some(speller)) => one(speller, cell).map(Value::Code)?,
        (AnswerType::Several { .. }, Some(speller)) => several(speller, cell)?,
        (AnswerType::Number(_), _) => number(cell)?,
        (AnswerType::Date { .. }, _) => day(cell)?,
        _ => Value::Text(cell.into()),
    };
    Ok(Given::Value(value))
}

/// What to do about bytes that mean nothing.
pub(super) fn save_again() -> Words {
    words!("UTF-8 か CP932 で保存し直してください"; "save the file again as UTF-8 or CP932")
}

fn one(speller: &Speller, cell: &str) -> Result<u16, Unreadable> {
    speller.read(cell).ok_or_else(|| (FaultKind::UnknownCode, speller.list()))
}

fn several(speller: &Speller, cell: &str) -> Result<Value, Unreadable> {
    let mut bits = 0_u64;
    for part in cell.split([';', '；', '|', '｜']).map(str::trim).filter(|part| !part.is_empty()) {
        bits |= 1 << one(speller, part)?;
    }
    Ok(Value::Codes(bits))
}

fn number(cell: &str) -> Result<Value, Unreadable> {
    let plain = normalise(cell);
    // Commas part thousands; 1,5 is not fifteen.
    let whole = plain.split('.').next().unwrap_or("");
    let groups = whole.split(',').skip(1).all(|group| group.len() == 3);
    let plain = if groups { plain.replace(',', "") } else { plain };
    let is_numeric = plain.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e'));
    match plain.parse::<f64>() {
        Ok(number) if is_numeric && number.is_finite() => Ok(Value::Number(number)),
        _ => Err((FaultKind::Unreadable, words!("数値を書いてください"; "write a number"))),
    }
}

fn day(cell: &str) -> Result<Value, Unreadable> {
    Day::parse(&normalise(cell)).map(Value::Day).ok_or_else(|| {
        (FaultKind::Unreadable, words!("2022-11-15 の形で書いてください"; "write it as 2022-11-15"))
    })
}

/// A number as people write it; full width, and commas between thousands.
pub(crate) fn read_number(text: &str) -> Option<f64> {
    match number(text) {
        Ok(Value::Number(number)) => Some(number),
        _ => None,
    }
}

/// A day as people write it.
pub(crate) fn read_day(text: &str) -> Option<Day> {
    match day(text) {
        Ok(Value::Day(day)) => Some(day),
        _ => None,
    }
}

/// A cell of a `q5.a` column: chosen, not chosen, or nothing.
pub(super) fn choice(cell: &str) -> Result<Option<bool>, Unreadable> {
    match &*normalise(cell) {
        "" => Ok(None),
        plain if is_not_asked(plain) => Ok(None),
        "1" | "○" | "yes" | "true" | "はい" | "x" | "✓" | "レ" => Ok(Some(true)),
        "0" | "×" | "no" | "false" | "いいえ" => Ok(Some(false)),
        _ => Err((FaultKind::UnknownCode, words!("1 か 0 を書いてください"; "write 1 or 0"))),
    }
}

fn is_blank(cell: &str) -> bool {
    matches!(cell, "無回答" | "no_answer" | "no answer" | "No answer")
}

fn is_not_asked(cell: &str) -> bool {
    matches!(cell, "非該当" | "not_asked" | "not asked" | "Not asked")
}
