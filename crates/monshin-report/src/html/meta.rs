//! What a page says of itself to search engines and to those who share it (Open Graph).

use askama::Template;
use askama::filters::HtmlSafe;
use monshin_diag::Lang;

use crate::compose::words;
use crate::document::Document;

/// Addresses that a page will have on the web, in full; none where they are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The page's own.
    pub page: Option<String>,
    /// Its picture's: a PNG of 2400 × 1260.
    pub card: Option<String>,
}

#[derive(Template)]
#[template(path = "meta.html")]
pub(crate) struct Meta<'a> {
    title: &'a str,
    description: String,
    locale: &'static str,
    published: &'a Published,
}

// What a template has rendered is escaped already.
impl HtmlSafe for Meta<'_> {}

impl<'a> Meta<'a> {
    /// Of a document: its title, and its facts in a line; that figures are made up comes first.
    pub(crate) fn new(document: &'a Document, published: &'a Published) -> Meta<'a> {
        let fact = |(term, fact): &(String, String)| words::with_colon(document.lang, term, fact);
        let facts: Vec<String> = document.facts.iter().map(fact).collect();
        let parts = document.notices.iter().cloned().chain([facts.join(words::COMMA.get(document.lang))]);
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        Meta {
            title: &document.title,
            description: parts.join(" "),
            locale: if document.lang == Lang::Ja { "ja_JP" } else { "en_US" },
            published,
        }
    }
}
