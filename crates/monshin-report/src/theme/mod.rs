//! How a report looks: `theme.toml` of the survey folder.
//!
//! Comes in: the file's text, and the bytes of the logo that it names. Goes out: a [`Theme`] for
//! the HTML and the print document, and findings: what is misspelt, what is no colour, what cannot
//! be read on its ground (WCAG 2, level AA). Without the file the house's own look holds.

mod logo;
mod read;
#[cfg(test)]
mod tests;

pub use logo::{Logo, Picture};

use std::collections::BTreeMap;

use monshin_diag::{Diagnostics, Source, Span};
use serde_json::{Value, json};

use crate::chart::{Colour, Palette};

/// Least contrast of words on their ground (WCAG 2.2, 1.4.3, level AA).
pub const LEAST_CONTRAST: f64 = 4.5;

/// The look of a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// Colour of headings, rules and bars, where the theme names one.
    pub main: Option<Colour>,
    /// Colour of the text, where the theme names one.
    pub text: Option<Colour>,
    /// Font families for the text, the first that is there.
    pub fonts: Vec<String>,
    /// Font families for headings; empty where they are those of the text.
    pub heading_fonts: Vec<String>,
    /// What stands at the foot of every page, by language.
    pub footer: BTreeMap<String, String>,
    /// Name of the logo's file in the survey folder, with the place where it is named.
    pub logo_file: Option<(String, Span)>,
    /// The logo in words, by language; without them it is decoration.
    pub logo_words: BTreeMap<String, String>,
    /// The logo itself, once its file was read.
    pub logo: Option<Logo>,
}

const MAIN: Colour = Colour::of([0x0b, 0x3a, 0x75]);
const TEXT: Colour = Colour::of([0x1a; 3]);

impl Theme {
    /// Reads `theme.toml`. What is wrong is left out of the theme and stands among the findings.
    pub fn parse(source: &Source) -> (Theme, Diagnostics) {
        read::read(source)
    }

    /// Takes the bytes of the file that the theme names as its logo; `None` where there is none.
    pub fn take_logo(&mut self, source: &Source, bytes: Option<Vec<u8>>) -> Diagnostics {
        let Some((name, span)) = &self.logo_file else { return Diagnostics::new() };
        match Logo::read(source, *span, name, bytes) {
            Ok(logo) => {
                self.logo = Some(logo);
                Diagnostics::new()
            }
            Err(found) => {
                let mut all = Diagnostics::new();
                all.push(*found);
                all
            }
        }
    }

    /// The tones of the charts.
    pub fn palette(&self) -> Palette {
        self.main.map_or_else(Palette::default, Palette::of)
    }

    /// The logo as a page carries it, its words in one language.
    pub(crate) fn picture(&self, language: &str) -> Option<Picture<'_>> {
        let logo = self.logo.as_ref()?;
        Some(Picture { address: logo.address(), alternative: in_language(&self.logo_words, language) })
    }

    /// What stands at the foot, in one language or the first there is.
    pub(crate) fn foot(&self, language: &str) -> Option<&str> {
        Some(in_language(&self.footer, language)).filter(|words| !words.is_empty())
    }

    /// The colour of headings.
    pub(crate) fn main_colour(&self) -> Colour {
        self.main.unwrap_or(MAIN)
    }

    /// What a page of HTML sets in place of its own colours; empty without a theme.
    pub(crate) fn css(&self) -> String {
        let mut css = String::new();
        if let Some(main) = self.main {
            let pale = main.with_luminance(0.9).text();
            css.push_str(&format!("--navy:{};--pale:{pale};", main.text()));
        }
        if let Some(text) = self.text {
            css.push_str(&format!("--ink:{};", text.text()));
        }
        if css.is_empty() { css } else { format!(":root{{{css}}}") }
    }

    /// The same for a typesetter, the texts in one language.
    pub(crate) fn json(&self, language: &str) -> Value {
        let main = self.main_colour();
        json!({
            "main": main.text(),
            "pale": main.with_luminance(0.9).text(),
            "rule": main.with_luminance(0.6).text(),
            "text": self.text.unwrap_or(TEXT).text(),
            "fonts": self.fonts,
            "heading_fonts": self.heading_fonts,
            "footer": self.foot(language),
            "logo": self.logo.as_ref().map(|logo| logo.json(self.logo_words.get(language))),
        })
    }
}

fn in_language<'a>(texts: &'a BTreeMap<String, String>, language: &str) -> &'a str {
    texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
}
