//! What every page knows of a request before it begins.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::{App, Config};
use crate::guard::Address;
use crate::session::{CameWith, Session, cookies};
use crate::survey::Fielded;
use crate::words::{Words, words};

/// One request.
pub struct Visit {
    /// The language of the address.
    pub lang: String,
    pub session: Option<Session>,
    pub address: Option<Address>,
    /// Whether larger print is wanted.
    pub large: bool,
    /// Whether that was asked for just now, and has to be remembered.
    pub sized: bool,
    pub query: String,
    /// Whether the browser unpacks gzip.
    pub takes_packed: bool,
}

impl Visit {
    pub fn words(&self) -> &'static Words {
        words(&self.lang)
    }

    /// Whether the address asks for something (`?check`).
    pub fn asks(&self, name: &str) -> bool {
        self.query.split('&').any(|part| part.split('=').next() == Some(name))
    }

    /// The language in which this survey speaks to this respondent.
    pub fn language_of<'a>(&'a self, survey: &'a Fielded) -> &'a str {
        survey.language(&self.lang)
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visit, Infallible> {
        let lang = parts.uri.path().split('/').nth(1).unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        // Where an address does not begin with one, it may be asked for.
        let asked = query.split('&').find_map(|part| part.strip_prefix("lang="));
        let asked = asked.and_then(|tag| known_language(app, tag));
        let size = |value: &str| query.split('&').any(|part| part == format!("size={value}"));
        let kept = cookies(&parts.headers).any(|pair| pair == (size_name(&app.0.config), "large"));
        let sized = size("large") || size("normal");
        Ok(Visit {
            lang: known_language(app, lang)
                .or(asked)
                .or_else(|| preferred(app, &parts.headers))
                .unwrap_or_default(),
            session: parts
                .extensions
                .get::<CameWith>()
                .and_then(|came| came.0.clone())
                .filter(|session| !app.0.ended.has(session)),
            address: parts.extensions.get::<Address>().copied(),
            large: if sized { size("large") } else { kept },
            sized,
            query,
            takes_packed: takes_packed(&parts.headers),
        })
    }
}

/// Whether a browser says that it unpacks gzip.
pub fn takes_packed(headers: &HeaderMap) -> bool {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|list| list.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next() == Some("gzip")
            && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// The `Set-Cookie` that remembers the size of print.
pub fn size_cookie(config: &Config, large: bool) -> HeaderValue {
    let (value, seconds) = if large { ("large", 31_536_000) } else { ("", 0) };
    crate::session::set(config, size_name(config), value, seconds)
}

fn size_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-size" } else { "size" }
}

/// Languages of the surveys, each once, in their order.
pub fn languages(app: &App) -> Vec<&str> {
    let mut tags: Vec<&str> = Vec::new();
    for tag in app.0.surveys.values().flat_map(|survey| &survey.form.survey().languages) {
        if !tags.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    tags
}

fn known_language(app: &App, tag: &str) -> Option<String> {
    languages(app).into_iter().find(|have| *have == tag).map(str::to_owned)
}

/// The first language of the browser that a survey has; else the first survey's first.
pub fn preferred(app: &App, headers: &HeaderMap) -> Option<String> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok()).unwrap_or_default();
    let have = languages(app);
    let of_browser = wanted.split(',').filter_map(|part| {
        let tag = part.split([';', '-']).next()?.trim();
        have.iter().find(|have| **have == tag)
    });
    of_browser.chain(&have).next().map(|tag| (*tag).to_owned())
}
