//! A table whose keys are taken one by one.

use toml::de::{DeTable, DeValue};

use super::Desk;
use crate::{Span, nearest, words};

/// So many keys are listed where none is like the unknown one.
const FEW: usize = 12;

/// One key with its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    /// The key as it is spelled.
    pub key: &'t str,
    /// Where the key stands.
    pub key_span: Span,
    /// What it holds.
    pub value: &'t DeValue<'t>,
    /// Where the value stands.
    pub span: Span,
}

/// A string with its place.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The text between the quotation marks.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A table whose keys are taken one by one; what is left over is reported.
#[derive(Debug)]
pub struct Fields<'t> {
    entries: Vec<Entry<'t>>,
    known: Vec<&'static str>,
    /// Required keys that are missing, while a key that is spelled much the same is there.
    misspelt: Vec<String>,
    /// Where findings about the table as a whole stand.
    pub span: Span,
    what: &'static str,
}

impl<'t> Fields<'t> {
    /// The keys in the order of the file. `what` names the table in findings.
    pub fn new(table: &'t DeTable<'t>, span: Span, what: &'static str) -> Self {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref(),
                key_span: key.span().into(),
                value: value.get_ref(),
                span: value.span().into(),
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span);
        Fields { entries, ..Fields::none(span, what) }
    }

    /// A table without keys, for one that is not there.
    pub fn none(span: Span, what: &'static str) -> Self {
        Fields { entries: Vec::new(), known: Vec::new(), misspelt: Vec::new(), span, what }
    }

    /// Takes a key out, if it is there.
    pub fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.known.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    /// A key that was not taken yet, left in its place.
    pub fn peek(&self, key: &str) -> Option<Entry<'t>> {
        self.entries.iter().find(|entry| entry.key == key).copied()
    }

    /// Takes all that is left (tables with free keys).
    pub fn take_rest(&mut self) -> Vec<Entry<'t>> {
        std::mem::take(&mut self.entries)
    }

    /// Whether a key is there and was not taken yet.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Where the value of a key stands that was not taken yet.
    pub fn span_of(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.span)
    }

    /// Whether a key that was not taken yet is spelled much like this one.
    pub fn has_near(&self, key: &str) -> bool {
        nearest(key, self.entries.iter().map(|entry| entry.key)).is_some()
    }

    /// Reports a required key that is missing; where it is only misspelt, [`Fields::finish`] does.
    pub fn missing<D: Desk>(&mut self, desk: &mut D, key: &str) {
        if self.has_near(key) {
            self.misspelt.push(key.to_owned());
            return;
        }
        self.report_missing(desk, key);
    }

    fn report_missing<D: Desk>(&self, desk: &mut D, key: &str) {
        let what = self.what;
        desk.error(
            D::CODES.missing,
            self.span,
            words!("{what} に「{key}」がありません"; "{what} has no `{key}`"),
            Some(words!("「{key} = …」を加えてください"; "add `{key} = …`")),
        );
    }

    /// Reports every key that nobody asked for.
    pub fn finish<D: Desk>(self, desk: &mut D) {
        for key in &self.misspelt {
            if !self.has_near(key) {
                self.report_missing(desk, key);
            }
        }
        for entry in &self.entries {
            let (key, what) = (entry.key, self.what);
            let help = match nearest(key, self.known.iter().copied()) {
                Some(near) => Some(words!("「{near}」のことですか"; "did you mean `{near}`?")),
                None if (1..=FEW).contains(&self.known.len()) => {
                    let list = self.known.join(", ");
                    Some(words!("使えるキー: {list}"; "the keys are: {list}"))
                }
                None => None,
            };
            desk.error(
                D::CODES.unknown,
                entry.key_span,
                words!("{what} に「{key}」というキーはありません"; "{what} has no key `{key}`"),
                help,
            );
        }
    }
}
