//! `theme.toml`, key by key.

use std::collections::BTreeMap;

use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, words};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{LEAST_CONTRAST, Theme};
use crate::chart::Colour;

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;
type Entry<'t> = Spanned<DeValue<'t>>;

struct Reader<'a> {
    source: &'a Source,
    found: Diagnostics,
}

/// The keys of each table.
const KEYS: [(&str, &[&str]); 4] = [
    ("colours", &["main", "text"]),
    ("fonts", &["text", "heading"]),
    ("logo", &["file", "alternative"]),
    ("footer", &["ja", "en"]),
];

pub(super) fn read(source: &Source) -> (Theme, Diagnostics) {
    let mut reader = Reader { source, found: Diagnostics::new() };
    let (root, errors) = DeTable::parse_recoverable(source.text());
    for error in &errors {
        let span = error.span().map_or(Span::default(), Span::from);
        let message = error.message().trim();
        reader.found.push(
            Diagnostic::error(
                "P001",
                Place::text(source, span),
                words!("TOML として読めません: {message}"; "this is not TOML: {message}"),
            )
            .help(words!("docs/guide/pdf.md の例を見てください"; "docs/guide/pdf.md has an example")),
        );
    }
    let mut theme = Theme::default();
    if !errors.is_empty() {
        return (theme, reader.found);
    }
    for (key, value) in root.get_ref().iter() {
        reader.table(&mut theme, key, value);
    }
    (theme, reader.found)
}

impl Reader<'_> {
    fn table(&mut self, theme: &mut Theme, key: &Key<'_>, value: &Entry<'_>) {
        let name = key.get_ref().as_ref();
        let Some((_, keys)) = KEYS.iter().find(|(table, _)| *table == name) else {
            let tables: Vec<&str> = KEYS.iter().map(|(table, _)| *table).collect();
            return self.unknown(key, &tables);
        };
        let DeValue::Table(table) = value.get_ref() else {
            return self.wrong(value, &format!("[{name}]"), &format!("[{name}]"));
        };
        for (key, value) in table.iter() {
            match (name, key.get_ref().as_ref()) {
                ("colours", "main") => theme.main = self.colour(value),
                ("colours", "text") => theme.text = self.colour(value),
                ("fonts", "text") => theme.fonts = self.families(value),
                ("fonts", "heading") => theme.heading_fonts = self.families(value),
                ("logo", "file") => theme.logo_file = self.file(value),
                ("logo", "alternative") => theme.logo_words = self.texts(value),
                ("footer", _) => {
                    theme.footer.extend(self.text(value).map(|text| (key.get_ref().to_string(), text)));
                }
                _ => self.unknown(key, keys),
            }
        }
    }

    fn colour(&mut self, value: &Entry<'_>) -> Option<Colour> {
        let text = self.text(value)?;
        let Some(colour) = Colour::parse(&text) else {
            self.found.push(
                Diagnostic::error(
                    "P003",
                    self.place(value),
                    words!("「{text}」は色ではありません"; "`{text}` is no colour"),
                )
                .help(words!("\"#0b3a75\" のように書いてください"; "write it like \"#0b3a75\"")),
            );
            return None;
        };
        let contrast = colour.contrast(Colour::WHITE);
        if contrast < LEAST_CONTRAST {
            let darker = colour.darkened_to(LEAST_CONTRAST).text();
            self.found.push(
                Diagnostic::warning(
                    "P004",
                    self.place(value),
                    words!(
                        "白との対比が {contrast:.1}：1 しかなく、読みにくい色です（WCAG AA は 4.5：1 以上）";
                        "its contrast with white is only {contrast:.1}:1 (WCAG AA asks for 4.5:1)"
                    ),
                )
                .help(words!("同じ色合いなら {darker} が使えます"; "{darker} is the same hue and passes")),
            );
        }
        Some(colour)
    }

    fn families(&mut self, value: &Entry<'_>) -> Vec<String> {
        match value.get_ref() {
            DeValue::Array(list) => list.iter().filter_map(|one| self.text(one)).collect(),
            _ => self.text(value).into_iter().collect(),
        }
    }

    /// A file inside the folder: the report carries nothing from elsewhere.
    fn file(&mut self, value: &Entry<'_>) -> Option<(String, Span)> {
        let name = self.text(value)?;
        let is_inside = !name.is_empty()
            && !name.starts_with(['/', '\\'])
            && !name.contains(':')
            && name.split(['/', '\\']).all(|part| part != "..");
        if !is_inside {
            self.found.push(
                Diagnostic::error(
                    "P005",
                    self.place(value),
                    words!("ロゴは調査のフォルダの中に置いてください"; "the logo has to lie inside the survey folder"),
                )
                .help(words!("file = \"logo.svg\" のように書きます"; "write file = \"logo.svg\"")),
            );
            return None;
        }
        Some((name, Span::from(value.span())))
    }

    fn texts(&mut self, value: &Entry<'_>) -> BTreeMap<String, String> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(value, "{ ja = \"…\", en = \"…\" }", "{ ja = \"…\", en = \"…\" }");
            return BTreeMap::new();
        };
        let one = |(key, value): (&Key<'_>, &Entry<'_>)| Some((key.get_ref().to_string(), self.text(value)?));
        table.iter().filter_map(one).collect()
    }

    fn text(&mut self, value: &Entry<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong(value, "文字列（\"…\"）", "a string (\"…\")");
                None
            }
        }
    }

    fn wrong(&mut self, value: &Entry<'_>, ja: &str, en: &str) {
        self.found.push(Diagnostic::error(
            "P002",
            self.place(value),
            words!("ここには {ja} を書きます"; "this has to be {en}"),
        ));
    }

    fn unknown(&mut self, key: &Key<'_>, known: &[&str]) {
        let (name, list) = (key.get_ref(), known.join(", "));
        self.found.push(
            Diagnostic::error(
                "P002",
                Place::text(self.source, Span::from(key.span())),
                words!("「{name}」という項目はありません"; "there is no key `{name}`"),
            )
            .help(words!("使える項目: {list}"; "the keys are: {list}")),
        );
    }

    fn place(&self, value: &Entry<'_>) -> Place {
        Place::text(self.source, Span::from(value.span()))
    }
}
