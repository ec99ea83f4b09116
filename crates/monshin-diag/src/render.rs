//! Findings as text for a terminal and as JSON for a program.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::{Diagnostic, Lang, Place, Severity, Source, Sources, Words};

/// Findings as people read them, one after the other, each with the line it stands in.
pub fn render_text(found: &[Diagnostic], sources: &Sources, lang: Lang, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut page = String::new();
    for one in found {
        page.push_str(&renderer.render(&groups(one, sources, lang)));
        page.push_str("\n\n");
    }
    page
}

fn groups<'a>(one: &'a Diagnostic, sources: &'a Sources, lang: Lang) -> Vec<Group<'a>> {
    let level = match one.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::INFO,
    };
    let level = level.with_name(one.severity.word(lang));
    let title = level.primary_title(one.message.get(lang)).id(one.code);
    let mut group = place(Group::with_title(title), &one.place, None, sources, lang);
    for (at, words) in &one.related {
        group = place(group, at, Some(words), sources, lang);
    }
    if let Some(help) = &one.help {
        let help_level = Level::HELP.with_name(pick(lang, "対処", "help"));
        group = group.element(help_level.message(help.get(lang)));
    }
    vec![group]
}

fn pick(lang: Lang, ja: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

fn place<'a>(
    group: Group<'a>,
    at: &'a Place,
    words: Option<&'a Words>,
    sources: &'a Sources,
    lang: Lang,
) -> Group<'a> {
    match at {
        Place::Text { file, span, .. } => match sources.get(file) {
            Some(source) => group.element(snippet(source, span.start..span.end, words, lang)),
            None => group.element(Origin::path(at.label(lang))),
        },
        Place::Cell { .. } | Place::File { .. } => group.element(Origin::path(at.label(lang))),
    }
}

fn snippet<'a>(
    source: &'a Source,
    span: std::ops::Range<usize>,
    words: Option<&'a Words>,
    lang: Lang,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let end = span.end.min(source.text().len());
    let range = span.start.min(end)..end;
    let mark = match words {
        Some(words) => AnnotationKind::Context.span(range).label(words.get(lang)),
        None => AnnotationKind::Primary.span(range),
    };
    Snippet::source(source.text()).path(source.name()).annotation(mark)
}

/// How many of each weight, in a line: 「誤り 1 件、注意 2 件、助言 0 件」.
pub fn tally(found: &[Diagnostic], lang: Lang) -> String {
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings, advice) =
        (count(Severity::Error), count(Severity::Warning), count(Severity::Advice));
    match lang {
        Lang::Ja => format!("誤り {errors} 件、注意 {warnings} 件、助言 {advice} 件"),
        Lang::En => format!("{errors} errors, {warnings} warnings, {advice} pieces of advice"),
    }
}

/// Findings as a JSON array; every finding has `code`, `severity`, `file` and both languages,
/// and where it applies `line`, `column`, `end_line`, `end_column`, `sheet`, `row`, `help`,
/// `related` and `expected`. Lines and columns count from 1, columns in characters.
pub fn render_json(found: &[Diagnostic]) -> Value {
    Value::Array(found.iter().map(one_json).collect())
}

fn one_json(one: &Diagnostic) -> Value {
    let mut object = json!({ "code": one.code, "severity": one.severity.name() });
    let fields = object.as_object_mut().expect("made as an object");
    fields.extend(place_json(&one.place));
    fields.insert("message".into(), words_json(&one.message));
    if let Some(help) = &one.help {
        fields.insert("help".into(), words_json(help));
    }
    if let Some(expected) = &one.expected {
        fields.insert("expected".into(), json!(expected));
    }
    if !one.related.is_empty() {
        let related = one.related.iter().map(|(at, words)| {
            let mut fields = place_json(at);
            fields.insert("message".into(), words_json(words));
            Value::Object(fields)
        });
        fields.insert("related".into(), related.collect());
    }
    object
}

fn words_json(words: &Words) -> Value {
    json!({ "ja": words.ja, "en": words.en })
}

fn place_json(place: &Place) -> serde_json::Map<String, Value> {
    let value = match place {
        Place::Text { file, from, to, .. } => json!({
            "file": &**file, "line": from.line, "column": from.column,
            "end_line": to.line, "end_column": to.column,
        }),
        Place::Cell { file, sheet, row, column } => {
            let mut value = json!({ "file": &**file, "row": row });
            let fields = value.as_object_mut().expect("made as an object");
            if let Some(column) = column {
                fields.insert("column".into(), json!(column));
            }
            if let Some(sheet) = sheet {
                fields.insert("sheet".into(), json!(sheet));
            }
            value
        }
        Place::File { file } => json!({ "file": &**file }),
    };
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("every branch makes an object"),
    }
}
