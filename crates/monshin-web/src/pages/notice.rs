//! Plain pages: what happened, and what to do.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use monshin_store::StoreError;

use super::{Frame, html};
use crate::api;
use crate::app::App;
use crate::forms::Form;
use crate::survey::Fielded;
use crate::visit::{Visit, languages, preferred};
use crate::words::{Notice, Words, words};

#[derive(Template)]
#[template(path = "notice.html")]
struct Page<'f> {
    frame: Frame,
    text: &'static str,
    /// What goes with it: a name and a value.
    detail: Option<(&'static str, String)>,
    /// Where the same is sent again, and what.
    again: Option<(&'f str, Vec<(&'f str, &'f str)>)>,
    /// Whether the start page would help.
    leads_home: bool,
}

/// The words for an address, before anything else is known of the request.
pub fn language(app: &App, headers: &HeaderMap, path: &str) -> &'static Words {
    let tag = path.split('/').nth(1).unwrap_or_default();
    match languages(app).into_iter().find(|have| *have == tag) {
        Some(tag) => words(tag),
        None => words(&preferred(app, headers).unwrap_or_default()),
    }
}

/// A plain page where there is no visit yet.
pub fn page(app: &App, words: &'static Words, status: StatusCode, what: Notice) -> Response {
    let visit = Visit {
        lang: words.tag.to_owned(),
        session: None,
        address: None,
        large: false,
        sized: false,
        query: String::new(),
        takes_packed: false,
    };
    show(app, &visit, None, status, what)
}

/// A plain page.
pub fn show(
    app: &App,
    visit: &Visit,
    survey: Option<&Fielded>,
    status: StatusCode,
    what: Notice,
) -> Response {
    framed(app, visit, status, Frame::new(app, visit, survey, what.title, ""), what)
}

/// A plain page at an address of its own.
pub fn framed(app: &App, visit: &Visit, status: StatusCode, frame: Frame, what: Notice) -> Response {
    html(app, visit, status, &Page { frame, text: what.text, detail: None, again: None, leads_home: true })
}

/// The session is over, or never was.
pub fn lost_session(app: &App, visit: &Visit) -> Response {
    show(app, visit, None, StatusCode::FORBIDDEN, visit.words().lost_session)
}

/// Answers are not taken: not yet, or no more.
pub fn not_open(app: &App, visit: &Visit, survey: &Fielded) -> Response {
    let words = visit.words();
    let what = if survey.dates().is_over(app.now()) { words.closed } else { words.not_yet };
    let frame = Frame::new(app, visit, Some(survey), what.title, "");
    let row = survey.dates();
    let closed = row.closed_at.map_or(row.closes_at, |by_hand| by_hand.min(row.closes_at));
    let (opens, closes) = (survey.time(row.opens_at, words), survey.until(closed, words));
    let detail = Some((words.period, format!("{opens} {} {closes}", words.between)));
    html(
        app,
        visit,
        StatusCode::FORBIDDEN,
        &Page { frame, text: what.text, detail, again: None, leads_home: false },
    )
}

/// Our own failure: an apology, and a number by which the log tells what it was.
pub fn failed(app: &App, visit: &Visit, error: &StoreError) -> Response {
    apology(app, visit, error, visit.words().failed, None)
}

/// The same where a form was sent: what was typed stays in the page, and a button sends it once more.
pub fn failed_with(app: &App, visit: &Visit, error: &StoreError, path: &str, form: &Form) -> Response {
    let fields = form.pairs().filter(|(name, _)| *name != super::resume::CODE).collect();
    apology(app, visit, error, visit.words().failed_with, Some((path, fields)))
}

fn apology(
    app: &App,
    visit: &Visit,
    error: &StoreError,
    what: Notice,
    again: Option<(&str, Vec<(&str, &str)>)>,
) -> Response {
    let reference = crate::session::hex(&crate::app::draw::<5>());
    tracing::error!(%reference, %error, "a request failed");
    let frame = Frame::new(app, visit, None, what.title, "");
    let detail = Some((visit.words().reference, reference));
    let page = Page { frame, text: what.text, detail, leads_home: again.is_none(), again };
    html(app, visit, StatusCode::INTERNAL_SERVER_ERROR, &page)
}

/// No such page.
pub async fn not_found(State(app): State<App>, visit: Visit, uri: Uri) -> Response {
    if api::is_of_api(uri.path()) {
        return api::refusal(StatusCode::NOT_FOUND, "not_found");
    }
    show(&app, &visit, None, StatusCode::NOT_FOUND, visit.words().not_found)
}
