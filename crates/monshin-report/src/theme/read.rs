//! `theme.toml`, key by key.

use std::collections::BTreeMap;

use monshin_diag::keyed::{self, Codes, Desk, Entry, Fields};
use monshin_diag::{Diagnostics, Source, Span, words};
use toml::de::DeValue;

use super::{LEAST_CONTRAST, Theme};
use crate::chart::Colour;

struct Reader<'a> {
    source: &'a Source,
    found: Diagnostics,
}

impl Desk for Reader<'_> {
    const CODES: Codes =
        Codes { syntax: "P001", unknown: "P002", missing: "P002", wrong_type: "P002", range: "P002" };

    fn source(&self) -> &Source {
        self.source
    }

    fn found(&mut self) -> &mut Diagnostics {
        &mut self.found
    }
}

pub(super) fn read(source: &Source) -> (Theme, Diagnostics) {
    let mut reader = Reader { source, found: Diagnostics::new() };
    let mut theme = Theme::default();
    if let Some(root) = keyed::parse(&mut reader, source.text()) {
        reader.theme(&mut theme, Fields::new(root.get_ref(), Span::new(0, 0), "theme.toml"));
    }
    (theme, reader.found)
}

impl Reader<'_> {
    fn theme(&mut self, theme: &mut Theme, mut root: Fields<'_>) {
        if let Some(mut colours) = root.table(self, "colours", "[colours]") {
            theme.main = self.colour(&mut colours, "main");
            theme.text = self.colour(&mut colours, "text");
            colours.finish(self);
        }
        if let Some(mut fonts) = root.table(self, "fonts", "[fonts]") {
            theme.fonts = self.families(&mut fonts, "text");
            theme.heading_fonts = self.families(&mut fonts, "heading");
            fonts.finish(self);
        }
        if let Some(mut logo) = root.table(self, "logo", "[logo]") {
            theme.logo_file = self.file(&mut logo, "file");
            theme.logo_words = self.texts(&mut logo, "alternative", "alternative");
            logo.finish(self);
        }
        theme.footer = self.texts(&mut root, "footer", "[footer]");
        root.finish(self);
    }

    fn colour(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<Colour> {
        let name = fields.string(self, key)?;
        let Some(colour) = Colour::parse(&name.text) else {
            self.error(
                "P003",
                name.span,
                words!("「{}」は色ではありません", name.text; "`{}` is no colour", name.text),
                Some(words!("\"#0b3a75\" のように書いてください"; "write it like \"#0b3a75\"")),
            );
            return None;
        };
        let contrast = colour.contrast(Colour::WHITE);
        if contrast < LEAST_CONTRAST {
            let darker = colour.darkened_to(LEAST_CONTRAST).text();
            self.warning(
                "P004",
                name.span,
                words!(
                    "白との対比が {contrast:.1}：1 しかなく、読みにくい色です（WCAG AA は 4.5：1 以上）";
                    "its contrast with white is only {contrast:.1}:1 (WCAG AA asks for 4.5:1)"
                ),
                Some(words!("同じ色合いなら {darker} が使えます"; "{darker} is the same hue and passes")),
            );
        }
        Some(colour)
    }

    /// One family, or several in the order of preference.
    fn families(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
        let names = match fields.peek(key).map(|entry| entry.value) {
            Some(DeValue::Array(_)) => fields.strings(self, key),
            _ => fields.string(self, key).into_iter().collect(),
        };
        names.into_iter().map(|name| name.text).collect()
    }

    /// A file inside the folder: the report carries nothing from elsewhere.
    fn file(&mut self, fields: &mut Fields<'_>, key: &'static str) -> Option<(String, Span)> {
        let name = fields.string(self, key)?;
        let is_inside = !name.text.is_empty()
            && !name.text.starts_with(['/', '\\'])
            && !name.text.contains(':')
            && name.text.split(['/', '\\']).all(|part| part != "..");
        if !is_inside {
            self.error(
                "P005",
                name.span,
                words!("ロゴは調査のフォルダの中に置いてください"; "the logo has to lie inside the survey folder"),
                Some(words!("file = \"logo.svg\" のように書きます"; "write file = \"logo.svg\"")),
            );
            return None;
        }
        Some((name.text, name.span))
    }

    /// A text for each language.
    fn texts(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        what: &'static str,
    ) -> BTreeMap<String, String> {
        let Some(mut table) = fields.table(self, key, what) else { return BTreeMap::new() };
        let texts = table.take_rest();
        let one = |entry: Entry<'_>| Some((entry.key.to_owned(), entry.string(self)?.text));
        texts.into_iter().filter_map(one).collect()
    }
}
