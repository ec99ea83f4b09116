//! What every step of the compiler needs, and the kinds of values that only `survey.toml` has.

use std::collections::BTreeMap;

use monshin_diag::keyed::Codes;
pub(crate) use monshin_diag::keyed::{Desk, Entry, Fields, Named};
use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, Words, nearest, words};
use toml::de::DeValue;

use crate::{Day, LocalText};

/// What every step of the compiler needs: the source, the languages, the findings so far.
pub(crate) struct Context<'s> {
    pub source: &'s Source,
    pub languages: Vec<String>,
    pub found: Diagnostics,
    pub places: Places,
}

/// Where things were declared, for findings that come later.
#[derive(Default)]
pub(crate) struct Places {
    /// `question q1`, `code yes_no.yes`, `condition q2`, …
    spans: BTreeMap<String, Span>,
}

impl Places {
    pub fn note(&mut self, what: String, span: Span) {
        self.spans.entry(what).or_insert(span);
    }

    pub fn get(&self, what: &str) -> Span {
        self.spans.get(what).copied().unwrap_or_default()
    }
}

impl<'s> Context<'s> {
    pub fn new(source: &'s Source) -> Self {
        Context { source, languages: Vec::new(), found: Diagnostics::new(), places: Places::default() }
    }

    /// Refuses a second use of a name, pointing at the first.
    pub fn duplicate(&mut self, what: Words, id: &str, span: Span, first: Span) {
        let diagnostic = Diagnostic::error(
            "Q010",
            Place::text(self.source, span),
            words!("{}「{id}」が2回定義されています", what.ja; "{} `{id}` is defined twice", what.en),
        )
        .related(Place::text(self.source, first), words!("最初の定義"; "first defined here"))
        .help(words!("どちらかの id を変えてください"; "give one of them another id"));
        self.found.push(diagnostic);
    }
}

impl Desk for Context<'_> {
    const CODES: Codes =
        Codes { syntax: "Q001", unknown: "Q002", missing: "Q003", wrong_type: "Q004", range: "Q005" };

    fn source(&self) -> &Source {
        self.source
    }

    fn found(&mut self) -> &mut Diagnostics {
        &mut self.found
    }
}

/// Values of `survey.toml` that other files do not have.
pub(crate) trait SurveyFields {
    /// A name: letters, digits, `_` and `-`, not beginning with `-`. One that is spelled wrong is
    /// reported, and stands: what refers to it is no second mistake.
    fn id(&mut self, context: &mut Context, key: &'static str) -> Option<Named>;

    fn date(&mut self, context: &mut Context, key: &'static str) -> Option<(Day, Span)>;

    /// A text in all declared languages.
    fn text(&mut self, context: &mut Context, key: &'static str) -> Option<LocalText>;

    fn required_text(&mut self, context: &mut Context, key: &'static str) -> LocalText;

    /// A text that must be there, in a table that is passed over otherwise.
    fn pass_over(self, context: &mut Context, text: &'static str);
}

impl SurveyFields for Fields<'_> {
    fn id(&mut self, context: &mut Context, key: &'static str) -> Option<Named> {
        let had = self.has(key);
        let named = self.string(context, key);
        if !had {
            self.missing(context, key);
        }
        if let Some(named) = &named {
            check_id(context, &named.text, named.span);
        }
        named
    }

    fn date(&mut self, context: &mut Context, key: &'static str) -> Option<(Day, Span)> {
        let entry = self.take(key)?;
        let day = match entry.value {
            DeValue::Datetime(datetime) if datetime.time.is_none() => {
                datetime.date.and_then(|date| Day::new(i32::from(date.year), date.month, date.day))
            }
            DeValue::String(text) => Day::parse(text),
            _ => None,
        };
        if day.is_none() {
            context.wrong_type(&entry, words!("日付（2022-11-15 の形）"; "a date such as 2022-11-15"));
        }
        day.map(|day| (day, entry.span))
    }

    fn text(&mut self, context: &mut Context, key: &'static str) -> Option<LocalText> {
        let entry = self.take(key)?;
        Some(text(context, &entry))
    }

    fn required_text(&mut self, context: &mut Context, key: &'static str) -> LocalText {
        self.text(context, key).unwrap_or_else(|| {
            self.missing(context, key);
            LocalText::default()
        })
    }

    fn pass_over(mut self, context: &mut Context, text: &'static str) {
        self.required_text(context, text);
    }
}

/// A text in all declared languages.
pub(crate) fn text(context: &mut Context, entry: &Entry) -> LocalText {
    match entry.value {
        DeValue::String(one) if one.trim().is_empty() => {
            let key = entry.key;
            context.error("Q006", entry.span, words!("「{key}」が空です"; "`{key}` is empty"), None);
            LocalText::default()
        }
        DeValue::String(one) if context.languages.len() <= 1 => {
            LocalText::new(context.languages.first().map(|tag| (tag.clone(), one.to_string())))
        }
        DeValue::String(_) => {
            let list = context.languages.join("、");
            let languages = context.languages.join(", ");
            context.error(
                "Q006",
                entry.span,
                words!("「{}」は言語ごとに書いてください（{list}）", entry.key;
                       "`{}` needs one text per language ({languages})", entry.key),
                None,
            );
            LocalText::default()
        }
        DeValue::Table(table) => {
            let mut fields = Fields::new(table, entry.span, "");
            let pairs = fields.take_rest();
            translations(context, entry, &pairs, &[])
        }
        _ => {
            context.wrong_type(entry, words!("文"; "a text"));
            LocalText::default()
        }
    }
}

/// Texts by language; reports languages that are missing or were never declared. `known` are the
/// keys that may stand beside them.
pub(crate) fn translations(
    context: &mut Context,
    whole: &Entry,
    pairs: &[Entry],
    known: &[&'static str],
) -> LocalText {
    let mut texts: Vec<(String, String)> = Vec::new();
    if context.languages.is_empty() {
        // That there are none is reported already; any key may be one of them.
        return LocalText::default();
    }
    for pair in pairs {
        if !context.languages.iter().any(|tag| tag == pair.key) {
            undeclared(context, pair, known);
            continue;
        }
        match pair.value {
            DeValue::String(text) => texts.push((pair.key.to_owned(), text.to_string())),
            _ => {
                context.wrong_type(pair, words!("文字列"; "a string"));
                texts.push((pair.key.to_owned(), "?".to_owned()));
            }
        }
    }
    for tag in context.languages.clone() {
        if !texts.iter().any(|(have, text)| *have == tag && !text.trim().is_empty()) {
            let key = whole.key;
            context.error(
                "Q006",
                whole.span,
                words!("「{key}」に {tag} の文がありません"; "`{key}` has no text in {tag}"),
                Some(words!("{tag} = \"…\" を加えてください"; "add {tag} = \"…\"")),
            );
        }
    }
    let order = |tag: &str| context.languages.iter().position(|have| have == tag);
    texts.sort_by_key(|(tag, _)| order(tag));
    LocalText::new(texts)
}

fn undeclared(context: &mut Context, pair: &Entry, known: &[&'static str]) {
    let (key, list) = (pair.key, context.languages.join(", "));
    let near = nearest(key, known.iter().copied());
    context.error(
        "Q007",
        pair.key_span,
        words!("「{key}」は languages にない言語か、知らないキーです"; "`{key}` is neither a declared language nor a known key"),
        Some(match near {
            Some(near) => words!("「{near}」のことですか"; "did you mean `{near}`?"),
            None => words!("宣言されている言語: {list}"; "declared languages: {list}"),
        }),
    );
}

pub(crate) fn check_id(context: &mut Context, id: &str, span: Span) -> bool {
    let ok = !id.is_empty()
        && !id.starts_with('-')
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !matches!(id, "and" | "or" | "not" | "in" | "answered" | "all" | "mean");
    if !ok {
        context.error(
            "Q005",
            span,
            words!("id「{id}」は使えません"; "`{id}` cannot be an id"),
            Some(words!("半角英数字、_、- だけを使い、and / or / not / in / answered / all / mean は避けてください";
                        "use ASCII letters, digits, _ and -, and none of and / or / not / in / answered / all / mean")),
        );
    }
    ok
}
