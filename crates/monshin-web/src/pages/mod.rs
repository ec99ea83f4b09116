//! The pages, one file each.

pub mod answer;
pub mod field;
pub mod notice;
pub mod problem;
pub mod receipt;
pub mod resume;
pub mod review;
pub mod start;
pub mod stop;
pub mod value;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::style;
use crate::survey::Fielded;
use crate::visit::{Visit, languages, size_cookie};
use crate::words::{Words, words};

/// What surrounds every page.
pub struct Frame {
    pub words: &'static Words,
    pub lang: String,
    pub title: String,
    /// Title of the survey, where it is known which.
    pub survey: String,
    pub style: String,
    pub large: bool,
    pub rehearsal: bool,
    /// Other languages: tag, name, address of this page.
    pub others: Vec<(String, &'static str, String)>,
    /// Address of this page, for the size of print.
    pub here: String,
    /// What that address has to say further.
    pub keep: String,
    pub contact: String,
}

impl Frame {
    /// `path` is the address behind the language: `page/2`.
    pub fn new(app: &App, visit: &Visit, survey: Option<&Fielded>, title: &str, path: &str) -> Frame {
        let survey = survey.or(app.only_survey());
        let lang = survey.map_or(visit.lang.as_str(), |survey| visit.language_of(survey)).to_owned();
        let tags = match survey {
            Some(survey) => survey.form.survey().languages.iter().map(String::as_str).collect(),
            None => languages(app),
        };
        let others = tags.into_iter().filter(|tag| **tag != *lang);
        let others = others.map(|tag| (tag.to_owned(), words(tag).name, format!("/{tag}/{path}"))).collect();
        let style = survey.or(app.0.surveys.values().next()).map_or("", |survey| &survey.css_name);
        Frame {
            words: words(&lang),
            title: title.to_owned(),
            survey: survey.map_or("", |survey| survey.form.survey().title.get(&lang)).to_owned(),
            style: format!("/style/{style}.css"),
            large: visit.large,
            rehearsal: app.0.config.rehearsal,
            others,
            here: format!("/{lang}/{path}"),
            keep: String::new(),
            contact: survey.map_or_else(String::new, |survey| contact(survey, &lang)),
            lang,
        }
    }

    /// The same at an address that does not begin with a language.
    pub fn at(mut self, address: &str) -> Frame {
        for (tag, _, to) in &mut self.others {
            *to = format!("{address}?lang={tag}");
        }
        self.here = address.to_owned();
        self.keep = format!("&lang={}", self.lang);
        self
    }
}

/// Bytes of a page that arrive in one go on any line, packed or not: well below the ten segments that a server sends
/// before it waits for a word from the browser (RFC 6928).
const AT_ONCE: usize = 4_096;

/// A page as a response.
pub fn html(app: &App, visit: &Visit, status: StatusCode, page: &impl Template) -> Response {
    html_packed(app, visit, status, page, |text| (text.len() > AT_ONCE).then(|| style::pack_page(text)))
}

/// The same, packed in a way of its own, or not at all.
pub fn html_packed(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    page: &impl Template,
    pack: impl FnOnce(&str) -> Option<Vec<u8>>,
) -> Response {
    let text = page.render().expect("templates write into memory");
    let mut response = status.into_response();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    match visit.takes_packed.then(|| pack(&text)).flatten() {
        Some(packed) => {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            *response.body_mut() = Body::from(packed);
        }
        None => *response.body_mut() = Body::from(text),
    }
    if visit.sized {
        response.headers_mut().append(header::SET_COOKIE, size_cookie(&app.0.config, visit.large));
    }
    response
}

/// Sends the browser on, by GET.
pub fn go(to: &str) -> Response {
    let to = HeaderValue::try_from(to).expect("an address of ours");
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, to);
    response
}

/// Who asks, and whom to ask.
fn contact(survey: &Fielded, lang: &str) -> String {
    let survey = survey.form.survey();
    let parts = [survey.organizer.get(lang), survey.fielding.contact.get(lang)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" – ")
}
