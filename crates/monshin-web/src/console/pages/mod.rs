//! The pages of the console, one file each.

pub mod account;
pub mod audit;
pub mod board;
pub mod cases;
pub mod dates;
pub mod frame;
pub mod home;
pub mod letters;
pub mod mail;
#[cfg(feature = "oidc")]
pub mod oidc;
pub mod operators;
pub mod returned;
pub mod set_up;
pub mod sign_in;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use monshin_store::StoreError;

use super::words::{Say, say};
use crate::app::App;

/// What surrounds every page of the console.
pub struct Shell {
    pub say: &'static Say,
    pub lang: &'static str,
    pub title: String,
    pub style: String,
    pub rehearsal: bool,
    /// The address behind the language.
    path: String,
    /// This page in the other language.
    pub other: (&'static str, &'static str, String),
    /// The operator; empty before signing in.
    pub name: String,
    pub role: &'static str,
    pub is_owner: bool,
    pub runs: bool,
    pub keys: bool,
    pub counts: bool,
    pub token: String,
    /// The survey that the page is of, where it is of one.
    pub survey: String,
    pub survey_title: String,
}

impl Shell {
    /// `path` is the address behind the language.
    pub fn new(app: &App, lang: &'static str, title: &str, path: &str) -> Shell {
        let other = if lang == "ja" { "en" } else { "ja" };
        Shell {
            say: say(lang),
            lang,
            title: title.to_owned(),
            style: format!("/console/style/{}.css", app.0.console_style.name),
            rehearsal: app.0.config.rehearsal,
            path: path.to_owned(),
            other: (other, say(other).own_name, format!("/console/{other}/{path}")),
            name: String::new(),
            role: "",
            is_owner: false,
            runs: false,
            keys: false,
            counts: false,
            token: String::new(),
            survey: String::new(),
            survey_title: String::new(),
        }
    }

    /// Marks the link to the page on which one is.
    pub fn mark(&self, page: &str) -> &'static str {
        if self.path == page { " aria-current=\"page\"" } else { "" }
    }

    /// Marks the link to the page of a survey on which one is, or to which it belongs.
    pub fn mark_of(&self, page: &str) -> &'static str {
        let is_there = self.path.split('/').nth(2) == Some(page);
        if is_there { " aria-current=\"page\"" } else { "" }
    }

    /// The name of this operator's role.
    pub fn role_name(&self) -> &'static str {
        self.say.role(self.role)
    }
}

/// A page as a response.
pub fn html(status: StatusCode, page: &impl Template) -> Response {
    let text = page.render().expect("templates write into memory");
    let mut response = (status, Body::from(text)).into_response();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A file that the browser saves.
pub fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::try_from(disposition).expect("plain signs");
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    response
}

#[derive(Template)]
#[template(path = "console/notice.html")]
struct Notice {
    shell: Shell,
    text: &'static str,
    reference: String,
}

/// A plain page: what happened, and what to do.
pub fn notice(shell: Shell, status: StatusCode, text: &'static str) -> Response {
    html(status, &Notice { shell, text, reference: String::new() })
}

/// Our own failure: an apology, and a number by which the log tells what it was.
pub fn failed(shell: Shell, error: &StoreError) -> Response {
    let reference = crate::session::hex(&crate::app::draw::<5>());
    tracing::error!(%reference, %error, "a request of the console failed");
    let text = shell.say.failed.1;
    html(StatusCode::INTERNAL_SERVER_ERROR, &Notice { shell, text, reference })
}
