//! The mapping file as TOML, key by key, with the place of everything.

use monshin_diag::keyed::{self, Codes, Desk, Entry, Fields, Named};
use monshin_diag::{Diagnostics, Source, Span, words};
use monshin_tabulate::instrument::LocalText;
use toml::de::DeValue;

/// A link as it is written.
pub(super) struct RawLink {
    pub survey: Named,
    pub is: Named,
    pub grade: Option<Named>,
    pub note: LocalText,
}

/// A concept as it is written.
pub(super) struct RawConcept {
    pub id: Named,
    pub label: LocalText,
    pub note: LocalText,
    pub grade: Option<Named>,
    pub links: Vec<RawLink>,
    /// How many surveys it names, those that could not be read included.
    pub named: usize,
}

/// A class as it is written.
pub(super) struct RawClass {
    pub id: Named,
    pub label: LocalText,
    pub places: Vec<(Named, Named)>,
}

/// A breakdown as it is written.
pub(super) struct RawBreakdown {
    pub id: Named,
    pub label: LocalText,
    pub classes: Vec<RawClass>,
}

/// A survey as it is written.
pub(super) struct RawSurvey {
    pub id: Named,
    pub label: LocalText,
    pub color: Option<Named>,
}

/// The file as it is written.
pub(super) struct Raw {
    pub id: Named,
    pub title: LocalText,
    pub kind: Option<Named>,
    pub pair_by: Option<Named>,
    pub languages: Vec<Named>,
    pub surveys: Vec<RawSurvey>,
    pub concepts: Vec<RawConcept>,
    pub breakdowns: Vec<RawBreakdown>,
}

/// The findings so far, and the file they are about.
pub(super) struct MappingFile<'s> {
    pub source: &'s Source,
    pub found: Diagnostics,
}

impl Desk for MappingFile<'_> {
    const CODES: Codes =
        Codes { syntax: "M001", unknown: "M002", missing: "M003", wrong_type: "M004", range: "M004" };

    fn source(&self) -> &Source {
        self.source
    }

    fn found(&mut self) -> &mut Diagnostics {
        &mut self.found
    }
}

/// Reads the file; `None` where it is not TOML.
pub(super) fn read(desk: &mut MappingFile<'_>) -> Option<Raw> {
    let root = keyed::parse(desk, desk.source.text())?;
    let mut root = Fields::new(root.get_ref(), Span::new(0, 0), "mapping");
    let nothing = Fields::none(Span::new(0, 0), "[comparison]");
    let mut head = root.table(desk, "comparison", "[comparison]").unwrap_or(nothing);
    let raw = Raw {
        id: head.string(desk, "id").unwrap_or_default(),
        title: local(desk, &mut head, "title"),
        kind: head.string(desk, "kind"),
        pair_by: head.string(desk, "pair_by"),
        languages: head.strings(desk, "languages"),
        surveys: root.tables(desk, "survey", "[[survey]]").into_iter().map(|one| survey(desk, one)).collect(),
        concepts: root
            .tables(desk, "concept", "[[concept]]")
            .into_iter()
            .map(|one| concept(desk, one))
            .collect(),
        breakdowns: root
            .tables(desk, "breakdown", "[[breakdown]]")
            .into_iter()
            .map(|one| breakdown(desk, one))
            .collect(),
    };
    head.finish(desk);
    root.finish(desk);
    Some(raw)
}

fn survey(desk: &mut MappingFile<'_>, mut fields: Fields<'_>) -> RawSurvey {
    let raw = RawSurvey {
        id: required(desk, &mut fields, "id"),
        label: local(desk, &mut fields, "label"),
        color: fields.string(desk, "color"),
    };
    fields.finish(desk);
    raw
}

fn concept(desk: &mut MappingFile<'_>, mut fields: Fields<'_>) -> RawConcept {
    let (links, named) = links(desk, &mut fields);
    let raw = RawConcept {
        id: required(desk, &mut fields, "id"),
        label: local(desk, &mut fields, "label"),
        note: local(desk, &mut fields, "note"),
        grade: fields.string(desk, "grade"),
        links,
        named,
    };
    fields.finish(desk);
    raw
}

fn links(desk: &mut MappingFile<'_>, fields: &mut Fields<'_>) -> (Vec<RawLink>, usize) {
    let Some(places) = places(desk, fields) else { return (Vec::new(), usize::MAX) };
    let named = places.len();
    let mut links = Vec::new();
    for entry in places {
        let survey = Named { text: entry.key.to_owned(), span: entry.key_span };
        match entry.value {
            DeValue::String(is) => {
                let is = Named { text: is.to_string(), span: entry.span };
                links.push(RawLink { survey, is, grade: None, note: LocalText::default() });
            }
            DeValue::Table(table) => {
                let mut inner = Fields::new(table, entry.span, "in");
                let is = required(desk, &mut inner, "is");
                let (grade, note) = (inner.string(desk, "grade"), local(desk, &mut inner, "note"));
                inner.finish(desk);
                links.push(RawLink { survey, is, grade, note });
            }
            _ => desk.wrong_type(
                &entry,
                words!("「q1=yes」のような文字列か表"; "a string such as \"q1=yes\", or a table"),
            ),
        }
    }
    (links, named)
}

fn breakdown(desk: &mut MappingFile<'_>, mut fields: Fields<'_>) -> RawBreakdown {
    let raw = RawBreakdown {
        id: required(desk, &mut fields, "id"),
        label: local(desk, &mut fields, "label"),
        classes: fields
            .tables(desk, "class", "[[breakdown.class]]")
            .into_iter()
            .map(|one| class(desk, one))
            .collect(),
    };
    fields.finish(desk);
    raw
}

fn class(desk: &mut MappingFile<'_>, mut fields: Fields<'_>) -> RawClass {
    let (id, label) = (required(desk, &mut fields, "id"), local(desk, &mut fields, "label"));
    let mut places = Vec::new();
    for entry in self::places(desk, &mut fields).unwrap_or_default() {
        match entry.value {
            DeValue::String(is) => places.push((
                Named { text: entry.key.to_owned(), span: entry.key_span },
                Named { text: is.to_string(), span: entry.span },
            )),
            _ => desk.wrong_type(
                &entry,
                words!("「beds=small」のような文字列"; "a string such as \"beds=small\""),
            ),
        }
    }
    fields.finish(desk);
    RawClass { id, label, places }
}

/// What `in` holds, survey by survey.
fn places<'t>(desk: &mut MappingFile<'_>, fields: &mut Fields<'t>) -> Option<Vec<Entry<'t>>> {
    if !fields.has("in") {
        fields.missing(desk, "in");
        return None;
    }
    fields.table(desk, "in", "in").map(|mut inner| inner.take_rest())
}

/// Text that has to be there; where it is not, what else is said of it stands at the table.
fn required(desk: &mut MappingFile<'_>, fields: &mut Fields<'_>, key: &'static str) -> Named {
    let nothing = Named { text: String::new(), span: fields.span };
    if fields.has(key) {
        return fields.string(desk, key).unwrap_or_default();
    }
    fields.missing(desk, key);
    nothing
}

/// A text that holds for every language, or one for each.
fn local(desk: &mut MappingFile<'_>, fields: &mut Fields<'_>, key: &'static str) -> LocalText {
    let Some(entry) = fields.take(key) else { return LocalText::default() };
    let texts = match entry.value {
        DeValue::String(text) => Some(vec![("ja", text.to_string()), ("en", text.to_string())]),
        DeValue::Table(table) => table
            .iter()
            .map(|(tag, text)| Some((tag.get_ref().as_ref(), text.get_ref().as_str()?.to_owned())))
            .collect(),
        _ => None,
    };
    texts.map(LocalText::new).unwrap_or_else(|| {
        desk.wrong_type(&entry, words!("文字列か、言語ごとの文字列"; "a text, or one for each language"));
        LocalText::default()
    })
}
