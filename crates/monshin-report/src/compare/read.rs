//! The mapping file as TOML, key by key, with the place of everything.

use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, Words, words};
use monshin_tabulate::instrument::LocalText;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::claims::nearest;

/// Text with its place in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub text: String,
    pub span: Span,
}

/// A link as it is written.
pub(super) struct RawLink {
    pub survey: Text,
    pub is: Text,
    pub grade: Option<Text>,
    pub note: LocalText,
}

/// A concept as it is written.
pub(super) struct RawConcept {
    pub id: Text,
    pub label: LocalText,
    pub note: LocalText,
    pub grade: Option<Text>,
    pub links: Vec<RawLink>,
    /// How many surveys it names, those that could not be read included.
    pub named: usize,
}

/// A class as it is written.
pub(super) struct RawClass {
    pub id: Text,
    pub label: LocalText,
    pub places: Vec<(Text, Text)>,
}

/// A breakdown as it is written.
pub(super) struct RawBreakdown {
    pub id: Text,
    pub label: LocalText,
    pub classes: Vec<RawClass>,
}

/// A survey as it is written.
pub(super) struct RawSurvey {
    pub id: Text,
    pub label: LocalText,
    pub color: Option<Text>,
}

/// The file as it is written.
pub(super) struct Raw {
    pub id: Text,
    pub title: LocalText,
    pub kind: Option<Text>,
    pub pair_by: Option<Text>,
    pub languages: Vec<Text>,
    pub surveys: Vec<RawSurvey>,
    pub concepts: Vec<RawConcept>,
    pub breakdowns: Vec<RawBreakdown>,
}

/// The findings so far, and the file they are about.
pub(super) struct Desk<'s> {
    pub source: &'s Source,
    pub found: Diagnostics,
}

impl Desk<'_> {
    pub fn error(&mut self, code: &'static str, span: Span, message: Words, help: Option<Words>) {
        let mut finding = Diagnostic::error(code, Place::text(self.source, span), message);
        finding.help = help;
        self.found.push(finding);
    }

    pub fn warning(&mut self, code: &'static str, span: Span, message: Words, help: Option<Words>) {
        let mut finding = Diagnostic::warning(code, Place::text(self.source, span), message);
        finding.help = help;
        self.found.push(finding);
    }

    fn wrong(&mut self, entry: &Entry<'_>, wanted: Words) {
        let key = entry.key;
        self.error(
            "M004",
            entry.span,
            words!("「{key}」には{}を書いてください", wanted.ja; "`{key}` takes {}", wanted.en),
            None,
        );
    }
}

/// Reads the file; `None` where it is not TOML.
pub(super) fn read(desk: &mut Desk<'_>) -> Option<Raw> {
    let (root, errors) = DeTable::parse_recoverable(desk.source.text());
    if !errors.is_empty() {
        for error in &errors {
            let message = error.message().trim();
            let span = error.span().map_or(Span::default(), Span::from);
            desk.error(
                "M001",
                span,
                words!("TOML として読めません: {message}"; "this is not TOML: {message}"),
                None,
            );
        }
        return None;
    }
    let mut root = Fields::new(root.get_ref(), Span::new(0, 0));
    let mut head = root.table(desk, "comparison").unwrap_or_default();
    let raw = Raw {
        id: head.text(desk, "id").unwrap_or_default(),
        title: head.local(desk, "title"),
        kind: head.text(desk, "kind"),
        pair_by: head.text(desk, "pair_by"),
        languages: head.texts(desk, "languages"),
        surveys: root.tables(desk, "survey").into_iter().map(|one| survey(desk, one)).collect(),
        concepts: root.tables(desk, "concept").into_iter().map(|one| concept(desk, one)).collect(),
        breakdowns: root.tables(desk, "breakdown").into_iter().map(|one| breakdown(desk, one)).collect(),
    };
    head.finish(desk);
    root.finish(desk);
    Some(raw)
}

fn survey(desk: &mut Desk<'_>, mut fields: Fields<'_>) -> RawSurvey {
    let raw = RawSurvey {
        id: fields.required(desk, "id"),
        label: fields.local(desk, "label"),
        color: fields.text(desk, "color"),
    };
    fields.finish(desk);
    raw
}

fn concept(desk: &mut Desk<'_>, mut fields: Fields<'_>) -> RawConcept {
    let (links, named) = links(desk, &mut fields);
    let raw = RawConcept {
        id: fields.required(desk, "id"),
        label: fields.local(desk, "label"),
        note: fields.local(desk, "note"),
        grade: fields.text(desk, "grade"),
        links,
        named,
    };
    fields.finish(desk);
    raw
}

fn links(desk: &mut Desk<'_>, fields: &mut Fields<'_>) -> (Vec<RawLink>, usize) {
    let Some(places) = fields.required_table(desk, "in") else { return (Vec::new(), usize::MAX) };
    let named = places.entries.len();
    let mut links = Vec::new();
    for entry in places.entries {
        let survey = Text { text: entry.key.to_owned(), span: entry.key_span };
        match entry.value {
            DeValue::String(is) => {
                let is = Text { text: is.to_string(), span: entry.span };
                links.push(RawLink { survey, is, grade: None, note: LocalText::default() });
            }
            DeValue::Table(table) => {
                let mut inner = Fields::new(table, entry.span);
                let is = inner.required(desk, "is");
                let (grade, note) = (inner.text(desk, "grade"), inner.local(desk, "note"));
                inner.finish(desk);
                links.push(RawLink { survey, is, grade, note });
            }
            _ => desk.wrong(
                &entry,
                words!("「q1=yes」のような文字列か表"; "a string such as \"q1=yes\", or a table"),
            ),
        }
    }
    (links, named)
}

fn breakdown(desk: &mut Desk<'_>, mut fields: Fields<'_>) -> RawBreakdown {
    let raw = RawBreakdown {
        id: fields.required(desk, "id"),
        label: fields.local(desk, "label"),
        classes: fields.tables(desk, "class").into_iter().map(|one| class(desk, one)).collect(),
    };
    fields.finish(desk);
    raw
}

fn class(desk: &mut Desk<'_>, mut fields: Fields<'_>) -> RawClass {
    let (id, label) = (fields.required(desk, "id"), fields.local(desk, "label"));
    let mut places = Vec::new();
    for entry in fields.required_table(desk, "in").map(|inner| inner.entries).unwrap_or_default() {
        match entry.value {
            DeValue::String(is) => places.push((
                Text { text: entry.key.to_owned(), span: entry.key_span },
                Text { text: is.to_string(), span: entry.span },
            )),
            _ => {
                desk.wrong(&entry, words!("「beds=small」のような文字列"; "a string such as \"beds=small\""))
            }
        }
    }
    fields.finish(desk);
    RawClass { id, label, places }
}

/// One key with its value.
struct Entry<'t> {
    key: &'t str,
    key_span: Span,
    value: &'t DeValue<'t>,
    span: Span,
}

/// A table whose keys are taken one by one; what is left over is reported.
#[derive(Default)]
struct Fields<'t> {
    entries: Vec<Entry<'t>>,
    known: Vec<&'static str>,
    span: Span,
}

impl<'t> Fields<'t> {
    fn new(table: &'t DeTable<'t>, span: Span) -> Fields<'t> {
        let mut entries: Vec<Entry<'t>> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref(),
                key_span: key.span().into(),
                value: value.get_ref(),
                span: value.span().into(),
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span);
        Fields { entries, known: Vec::new(), span }
    }

    fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.known.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    fn text(&mut self, desk: &mut Desk<'_>, key: &'static str) -> Option<Text> {
        let entry = self.take(key)?;
        match entry.value {
            DeValue::String(text) => Some(Text { text: text.to_string(), span: entry.span }),
            _ => {
                desk.wrong(&entry, words!("文字列"; "a string"));
                None
            }
        }
    }

    fn required(&mut self, desk: &mut Desk<'_>, key: &'static str) -> Text {
        if self.entries.iter().any(|entry| entry.key == key) {
            return self.text(desk, key).unwrap_or_default();
        }
        self.known.push(key);
        self.missing(desk, key);
        Text { text: String::new(), span: self.span }
    }

    fn required_table(&mut self, desk: &mut Desk<'_>, key: &'static str) -> Option<Fields<'t>> {
        if !self.entries.iter().any(|entry| entry.key == key) {
            self.known.push(key);
            self.missing(desk, key);
            return None;
        }
        self.table(desk, key)
    }

    fn missing(&self, desk: &mut Desk<'_>, key: &str) {
        desk.error(
            "M003",
            self.span,
            words!("「{key}」がありません"; "there is no `{key}`"),
            Some(words!("「{key} = …」を加えてください"; "add `{key} = …`")),
        );
    }

    fn local(&mut self, desk: &mut Desk<'_>, key: &'static str) -> LocalText {
        let Some(entry) = self.take(key) else { return LocalText::default() };
        match entry.value {
            DeValue::String(text) => LocalText::new([("ja", text.to_string()), ("en", text.to_string())]),
            DeValue::Table(table) => {
                let pair = |(tag, text): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                    let tag: &std::borrow::Cow<'_, str> = tag.get_ref();
                    Some((tag.to_string(), text.get_ref().as_str()?.to_owned()))
                };
                let pairs: Option<Vec<(String, String)>> = table.iter().map(pair).collect();
                pairs.map(LocalText::new).unwrap_or_else(|| {
                    desk.wrong(&entry, words!("言語ごとの文字列"; "a text for each language"));
                    LocalText::default()
                })
            }
            _ => {
                desk.wrong(&entry, words!("文字列か、言語ごとの文字列"; "a text, or one for each language"));
                LocalText::default()
            }
        }
    }

    fn texts(&mut self, desk: &mut Desk<'_>, key: &'static str) -> Vec<Text> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let one = |value: &Spanned<DeValue<'_>>| {
            let text = value.get_ref().as_str()?.to_owned();
            Some(Text { text, span: value.span().into() })
        };
        let list = entry.value.as_array().and_then(|list| list.iter().map(one).collect());
        list.unwrap_or_else(|| {
            desk.wrong(&entry, words!("文字列の並び"; "a list of strings"));
            Vec::new()
        })
    }

    fn table(&mut self, desk: &mut Desk<'_>, key: &'static str) -> Option<Fields<'t>> {
        let entry = self.take(key)?;
        match entry.value {
            DeValue::Table(table) => Some(Fields::new(table, entry.span)),
            _ => {
                desk.wrong(&entry, words!("表 [{key}]"; "a table, [{key}]"));
                None
            }
        }
    }

    fn tables(&mut self, desk: &mut Desk<'_>, key: &'static str) -> Vec<Fields<'t>> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let one = |value: &'t Spanned<DeValue<'t>>| {
            Some(Fields::new(value.get_ref().as_table()?, value.span().into()))
        };
        let list = entry.value.as_array().and_then(|list| list.iter().map(one).collect());
        list.unwrap_or_else(|| {
            desk.wrong(&entry, words!("表の並び [[{key}]]"; "tables, [[{key}]]"));
            Vec::new()
        })
    }

    /// Reports every key that nobody asked for.
    fn finish(self, desk: &mut Desk<'_>) {
        for entry in &self.entries {
            let key = entry.key;
            let help = nearest(key, self.known.iter().copied())
                .map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
            desk.error(
                "M002",
                entry.key_span,
                words!("「{key}」というキーはありません"; "there is no key `{key}`"),
                help,
            );
        }
    }
}
