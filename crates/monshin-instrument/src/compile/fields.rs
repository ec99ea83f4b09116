//! Reading TOML tables key by key, with the place of everything and no key overlooked.

use std::collections::BTreeMap;

use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, Words, words};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

    pub fn error(&mut self, code: &'static str, span: Span, message: Words, help: Option<Words>) {
        let place = Place::text(self.source, span);
        let mut diagnostic = Diagnostic::error(code, place, message);
        diagnostic.help = help;
        self.found.push(diagnostic);
    }

    pub fn warning(&mut self, code: &'static str, span: Span, message: Words, help: Option<Words>) {
        let place = Place::text(self.source, span);
        let mut diagnostic = Diagnostic::warning(code, place, message);
        diagnostic.help = help;
        self.found.push(diagnostic);
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

    fn wrong_type(&mut self, entry: &Entry, wanted: Words) {
        let key = entry.key;
        self.error(
            "Q004",
            entry.span,
            words!("「{key}」には{}を書いてください", wanted.ja; "`{key}` takes {}", wanted.en),
            None,
        );
    }
}

/// One key with its value.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'t> {
    pub key: &'t str,
    pub key_span: Span,
    pub value: &'t DeValue<'t>,
    pub span: Span,
}

/// A string with its place.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub text: String,
    pub span: Span,
}

/// A table whose keys are taken one by one; what is left over is reported.
pub(crate) struct Fields<'t> {
    entries: Vec<Entry<'t>>,
    known: Vec<&'static str>,
    /// Required keys that are missing, while a key that is spelled much the same is there.
    misspelt: Vec<String>,
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
        Fields { entries, known: Vec::new(), misspelt: Vec::new(), span, what }
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
    pub fn missing(&mut self, context: &mut Context, key: &str) {
        if self.has_near(key) {
            self.misspelt.push(key.to_owned());
            return;
        }
        self.report_missing(context, key);
    }

    fn report_missing(&self, context: &mut Context, key: &str) {
        let what = self.what;
        context.error(
            "Q003",
            self.span,
            words!("{what} に「{key}」がありません"; "{what} has no `{key}`"),
            Some(words!("「{key} = …」を加えてください"; "add `{key} = …`")),
        );
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, context: &mut Context) {
        for key in &self.misspelt {
            if !self.has_near(key) {
                self.report_missing(context, key);
            }
        }
        for entry in &self.entries {
            let (key, what) = (entry.key, self.what);
            let help = nearest(key, self.known.iter().copied())
                .map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
            context.error(
                "Q002",
                entry.key_span,
                words!("{what} に「{key}」というキーはありません"; "{what} has no key `{key}`"),
                help,
            );
        }
    }

    pub fn string(&mut self, context: &mut Context, key: &'static str) -> Option<Named> {
        let entry = self.take(key)?;
        match entry.value {
            DeValue::String(text) => Some(Named { text: text.to_string(), span: entry.span }),
            _ => {
                context.wrong_type(&entry, words!("文字列"; "a string"));
                None
            }
        }
    }

    /// A name: letters, digits, `_` and `-`, not beginning with `-`. One that is spelled wrong is
    /// reported, and stands: what refers to it is no second mistake.
    pub fn id(&mut self, context: &mut Context, key: &'static str) -> Option<Named> {
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

    pub fn boolean(&mut self, context: &mut Context, key: &'static str) -> Option<bool> {
        let entry = self.take(key)?;
        if let DeValue::Boolean(value) = entry.value {
            return Some(*value);
        }
        context.wrong_type(&entry, words!(" true か false"; "true or false"));
        None
    }

    pub fn integer(&mut self, context: &mut Context, key: &'static str) -> Option<(i64, Span)> {
        let entry = self.take(key)?;
        let value = match entry.value {
            DeValue::Integer(number) => {
                i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
            }
            _ => None,
        };
        if value.is_none() {
            context.wrong_type(&entry, words!("整数"; "a whole number"));
        }
        value.map(|value| (value, entry.span))
    }

    /// A whole number from `least` to `most`.
    pub fn count(&mut self, context: &mut Context, key: &'static str, least: i64, most: i64) -> Option<u64> {
        let (value, span) = self.integer(context, key)?;
        if (least..=most).contains(&value) {
            return Some(value as u64);
        }
        context.error(
            "Q005",
            span,
            words!("「{key}」は {least} から {most} までの整数です"; "`{key}` runs from {least} to {most}"),
            None,
        );
        None
    }

    pub fn number(&mut self, context: &mut Context, key: &'static str) -> Option<(f64, Span)> {
        let entry = self.take(key)?;
        let text = match entry.value {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => "",
        };
        match text.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite()) {
            Some(number) => Some((number, entry.span)),
            None => {
                context.wrong_type(&entry, words!("数値"; "a number"));
                None
            }
        }
    }

    pub fn date(&mut self, context: &mut Context, key: &'static str) -> Option<(Day, Span)> {
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

    pub fn text(&mut self, context: &mut Context, key: &'static str) -> Option<LocalText> {
        let entry = self.take(key)?;
        Some(text(context, &entry))
    }

    pub fn required_text(&mut self, context: &mut Context, key: &'static str) -> LocalText {
        self.text(context, key).unwrap_or_else(|| {
            self.missing(context, key);
            LocalText::default()
        })
    }

    /// A text that must be there, in a table that is passed over otherwise.
    pub fn pass_over(mut self, context: &mut Context, text: &'static str) {
        self.required_text(context, text);
    }

    pub fn strings(&mut self, context: &mut Context, key: &'static str) -> Vec<Named> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let DeValue::Array(list) = entry.value else {
            context.wrong_type(&entry, words!("文字列の並び（[\"…\", \"…\"]）"; "a list of strings"));
            return Vec::new();
        };
        strings_of(context, &entry, list)
    }

    /// A list of lists of strings.
    pub fn lists(&mut self, context: &mut Context, key: &'static str) -> Vec<Vec<Named>> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let DeValue::Array(lists) = entry.value else {
            context
                .wrong_type(&entry, words!("並びの並び（[[\"…\"], [\"…\"]]）"; "a list of lists of strings"));
            return Vec::new();
        };
        let mut all = Vec::new();
        for value in lists.iter() {
            match value.get_ref() {
                DeValue::Array(list) => all.push(strings_of(context, &entry, list)),
                _ => context.wrong_type(
                    &Entry { span: value.span().into(), ..entry },
                    words!("並びだけ（[[\"…\"], [\"…\"]]）"; "lists only ([[\"…\"], [\"…\"]])"),
                ),
            }
        }
        all
    }

    pub fn table(
        &mut self,
        context: &mut Context,
        key: &'static str,
        what: &'static str,
    ) -> Option<Fields<'t>> {
        let entry = self.take(key)?;
        match entry.value {
            DeValue::Table(table) => Some(Fields::new(table, entry.key_span, what)),
            _ => {
                context.wrong_type(&entry, words!("表（[{key}]）"; "a table ([{key}])"));
                None
            }
        }
    }

    /// The tables of `[[key]]`, in order.
    pub fn tables(
        &mut self,
        context: &mut Context,
        key: &'static str,
        what: &'static str,
    ) -> Vec<Fields<'t>> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let DeValue::Array(list) = entry.value else {
            context.wrong_type(
                &entry,
                words!("[[{key}]]（括弧は二重）の並び"; "a list of [[{key}]], in double brackets"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in list.iter() {
            match value.get_ref() {
                DeValue::Table(table) => tables.push(Fields::new(table, value.span().into(), what)),
                _ => context.wrong_type(
                    &Entry { span: value.span().into(), ..entry },
                    words!("表だけ"; "tables only"),
                ),
            }
        }
        tables
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

fn strings_of(context: &mut Context, entry: &Entry, list: &[Spanned<DeValue<'_>>]) -> Vec<Named> {
    let mut strings = Vec::new();
    for value in list {
        let span = value.span().into();
        match value.get_ref() {
            DeValue::String(text) => strings.push(Named { text: text.to_string(), span }),
            _ => context.wrong_type(&Entry { span, ..*entry }, words!("文字列だけ"; "strings only")),
        }
    }
    strings
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

/// The known word that is closest to a mistyped one, if any is close.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters; small and capital letters are alike.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
