//! Values of a table by their kind. One of the wrong kind is reported, and is as if it were not there.

use toml::Spanned;
use toml::de::DeValue;

use super::{Desk, Entry, Fields, Named};
use crate::{Span, words};

impl<'t> Entry<'t> {
    /// The value as a string.
    pub fn string(&self, desk: &mut impl Desk) -> Option<Named> {
        match self.value {
            DeValue::String(text) => Some(Named { text: text.to_string(), span: self.span }),
            _ => {
                desk.wrong_type(self, words!("文字列"; "a string"));
                None
            }
        }
    }

    /// The value as a finite number, with its place.
    pub fn number(&self, desk: &mut impl Desk) -> Option<(f64, Span)> {
        let text = match self.value {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => "",
        };
        let number = text.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            desk.wrong_type(self, words!("数値"; "a number"));
        }
        number.map(|number| (number, self.span))
    }

    /// The value as a table; `what` names it in findings.
    pub fn table(&self, desk: &mut impl Desk, what: &'static str) -> Option<Fields<'t>> {
        let key = self.key;
        match self.value {
            DeValue::Table(table) => Some(Fields::new(table, self.span, what)),
            _ => {
                desk.wrong_type(self, words!("表（[{key}]）"; "a table ([{key}])"));
                None
            }
        }
    }
}

impl<'t> Fields<'t> {
    /// A string.
    pub fn string(&mut self, desk: &mut impl Desk, key: &'static str) -> Option<Named> {
        self.take(key)?.string(desk)
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, desk: &mut impl Desk, key: &'static str) -> Option<bool> {
        let entry = self.take(key)?;
        if let DeValue::Boolean(value) = entry.value {
            return Some(*value);
        }
        desk.wrong_type(&entry, words!(" true か false"; "true or false"));
        None
    }

    /// A whole number with its place.
    pub fn integer(&mut self, desk: &mut impl Desk, key: &'static str) -> Option<(i64, Span)> {
        let entry = self.take(key)?;
        let value = match entry.value {
            DeValue::Integer(number) => {
                i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
            }
            _ => None,
        };
        if value.is_none() {
            desk.wrong_type(&entry, words!("整数"; "a whole number"));
        }
        value.map(|value| (value, entry.span))
    }

    /// A whole number from `least` to `most`.
    pub fn count<D: Desk>(&mut self, desk: &mut D, key: &'static str, least: i64, most: i64) -> Option<u64> {
        let (value, span) = self.integer(desk, key)?;
        if (least..=most).contains(&value) {
            return Some(value as u64);
        }
        desk.error(
            D::CODES.range,
            span,
            words!("「{key}」は {least} から {most} までの整数です"; "`{key}` runs from {least} to {most}"),
            None,
        );
        None
    }

    /// A finite number with its place.
    pub fn number(&mut self, desk: &mut impl Desk, key: &'static str) -> Option<(f64, Span)> {
        self.take(key)?.number(desk)
    }

    /// A list of strings; empty where there is none.
    pub fn strings(&mut self, desk: &mut impl Desk, key: &'static str) -> Vec<Named> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let DeValue::Array(list) = entry.value else {
            desk.wrong_type(&entry, words!("文字列の並び（[\"…\", \"…\"]）"; "a list of strings"));
            return Vec::new();
        };
        strings_of(desk, &entry, list)
    }

    /// A list of lists of strings; empty where there is none.
    pub fn lists(&mut self, desk: &mut impl Desk, key: &'static str) -> Vec<Vec<Named>> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let DeValue::Array(lists) = entry.value else {
            desk.wrong_type(&entry, words!("並びの並び（[[\"…\"], [\"…\"]]）"; "a list of lists of strings"));
            return Vec::new();
        };
        let mut all = Vec::new();
        for value in lists.iter() {
            match value.get_ref() {
                DeValue::Array(list) => all.push(strings_of(desk, &entry, list)),
                _ => desk.wrong_type(
                    &Entry { span: value.span().into(), ..entry },
                    words!("並びだけ（[[\"…\"], [\"…\"]]）"; "lists only ([[\"…\"], [\"…\"]])"),
                ),
            }
        }
        all
    }

    /// The table of `[key]`; `what` names it in findings.
    pub fn table(
        &mut self,
        desk: &mut impl Desk,
        key: &'static str,
        what: &'static str,
    ) -> Option<Fields<'t>> {
        let entry = self.take(key)?;
        let mut table = entry.table(desk, what)?;
        table.span = entry.key_span;
        Some(table)
    }

    /// The tables of `[[key]]`, in order; `what` names each in findings.
    pub fn tables(&mut self, desk: &mut impl Desk, key: &'static str, what: &'static str) -> Vec<Fields<'t>> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let DeValue::Array(list) = entry.value else {
            desk.wrong_type(
                &entry,
                words!("[[{key}]]（括弧は二重）の並び"; "a list of [[{key}]], in double brackets"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in list.iter() {
            match value.get_ref() {
                DeValue::Table(table) => tables.push(Fields::new(table, value.span().into(), what)),
                _ => desk.wrong_type(
                    &Entry { span: value.span().into(), ..entry },
                    words!("表だけ"; "tables only"),
                ),
            }
        }
        tables
    }
}

fn strings_of(desk: &mut impl Desk, entry: &Entry, list: &[Spanned<DeValue<'_>>]) -> Vec<Named> {
    let mut strings = Vec::new();
    for value in list {
        let span = value.span().into();
        match value.get_ref() {
            DeValue::String(text) => strings.push(Named { text: text.to_string(), span }),
            _ => desk.wrong_type(&Entry { span, ..*entry }, words!("文字列だけ"; "strings only")),
        }
    }
    strings
}
