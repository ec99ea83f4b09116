//! Coming in: the link of the letter, or the code typed.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use monshin_seal::{Code, Mistyped};
use monshin_store::{Privacy, StoreError};

use super::{Frame, go, html, notice, value};
use crate::app::App;
use crate::forms::{Form, TooLarge};
use crate::gate;
use crate::guard::is_from_elsewhere;
use crate::ops::count;
use crate::session::Session;
use crate::survey::Fielded;
use crate::told::Refused;
use crate::visit::Visit;
use crate::words::{Words, fill};

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    frame: Frame,
    typed: String,
    error: String,
    privacy: &'static str,
    until: String,
    purpose: String,
    erased: String,
}

/// To the start page in the browser's language.
pub async fn home(visit: Visit) -> Response {
    go(&format!("/{}/", visit.lang))
}

/// The start page.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    match app.only_survey() {
        Some(survey) if !survey.dates().is_open(app.now()) => notice::not_open(&app, &visit, survey),
        _ => start(&app, &visit, StatusCode::OK, "", String::new()),
    }
}

fn start(app: &App, visit: &Visit, status: StatusCode, typed: &str, error: String) -> Response {
    let words = visit.words();
    let frame = Frame::new(app, visit, None, words.start, "");
    let only = app.only_survey();
    let page = Start {
        privacy: only.map_or("", |survey| of_privacy(words, survey)),
        until: only.map_or_else(String::new, |survey| survey.until(survey.dates().closes_at, words)),
        purpose: only.map_or("", |survey| survey.form.survey().fielding.purpose.get(&frame.lang)).to_owned(),
        erased: only
            .and_then(|survey| survey.form.survey().fielding.erase_on)
            .map_or_else(String::new, |day| fill(words.erased, &value::day(words, day))),
        frame,
        typed: typed.chars().take(60).collect(),
        error,
    };
    html(app, visit, status, &page)
}

/// What the survey promises.
pub fn of_privacy(words: &'static Words, survey: &Fielded) -> &'static str {
    match survey.row.privacy {
        Privacy::Identified => words.identified,
        Privacy::Confidential => words.confidential,
        Privacy::Anonymous => words.anonymous,
    }
}

/// The code typed on the start page.
pub async fn enter(State(app): State<App>, visit: Visit, body: Body) -> Response {
    let form = match Form::read(body).await {
        Ok(form) => form,
        Err(TooLarge) => {
            return notice::show(&app, &visit, None, StatusCode::PAYLOAD_TOO_LARGE, visit.words().too_large);
        }
    };
    come_in(&app, &visit, form.text("code")).await
}

/// The link of the letter. The code leaves the address at once.
pub async fn link(
    State(app): State<App>,
    Path(code): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let admitted = admit(&app, &visit, &code).await;
    // A page of another site could lead whoever is answering into a case of its own, and read there what they type.
    let before = visit.session.as_ref().filter(|_| is_from_elsewhere(&headers));
    match (&admitted, before) {
        (Ok(session), Some(before)) if before.case != session.case => {
            start(&app, &visit, StatusCode::OK, &code, visit.words().other_case.to_owned())
        }
        _ => go_on(&app, &visit, &code, Way::Link, admitted).await,
    }
}

/// How a code came.
#[derive(Clone, Copy)]
enum Way {
    Typed,
    Link,
}

async fn come_in(app: &App, visit: &Visit, typed: &str) -> Response {
    let admitted = admit(app, visit, typed).await;
    go_on(app, visit, typed, Way::Typed, admitted).await
}

async fn go_on(
    app: &App,
    visit: &Visit,
    typed: &str,
    way: Way,
    admitted: Result<Session, Refusal>,
) -> Response {
    let words = visit.words();
    match admitted {
        Ok(session) => match greet(app, visit, &session).await {
            Ok(response) => response,
            Err(error) => notice::failed(app, visit, &error),
        },
        Err(Refusal::Mistyped(why)) => {
            let (typed, what) = match way {
                Way::Typed => (typed, mistyped(words, why)),
                // Nobody typed it, and nobody counts its signs.
                Way::Link => ("", words.broken_link.to_owned()),
            };
            start(app, visit, StatusCode::UNPROCESSABLE_ENTITY, typed, what)
        }
        Err(Refusal::TooMany) => {
            notice::show(app, visit, None, StatusCode::TOO_MANY_REQUESTS, words.too_many)
        }
        Err(Refusal::Unknown) => notice::show(app, visit, None, StatusCode::NOT_FOUND, words.unknown_code),
        Err(Refusal::Failed(error)) => notice::failed(app, visit, &error),
    }
}

/// Why a code opens nothing.
pub enum Refusal {
    TooMany,
    Mistyped(Mistyped),
    Unknown,
    Failed(StoreError),
}

/// The session that a code opens, of a survey that is served here. Tries are counted by address and by code.
pub async fn admit(app: &App, visit: &Visit, typed: &str) -> Result<Session, Refusal> {
    let refused = Refused { address: visit.address, ..Refused::default() };
    let too_many = || {
        count(&app.0.counters.limited);
        app.tell("codes were tried too often", refused);
        Refusal::TooMany
    };
    if visit.address.is_some_and(|address| !app.0.by_address.take(address.0, app.now())) {
        return Err(too_many());
    }
    let code = Code::parse(typed).map_err(Refusal::Mistyped)?;
    if !app.0.by_code.take(code.hash(&app.0.secret).0, app.now()) {
        return Err(too_many());
    }
    let session = open(app, &code).await.map_err(Refusal::Failed)?;
    let Some(session) = session else {
        count(&app.0.counters.refused_codes);
        app.tell("a code opened nothing", refused);
        return Err(Refusal::Unknown);
    };
    count(&app.0.counters.entered);
    Ok(session)
}

async fn open(app: &App, code: &Code) -> Result<Option<Session>, StoreError> {
    let Some(hit) = app.0.store.case_of_code(code.hash(&app.0.secret).0).await? else { return Ok(None) };
    let Ok(key) = code.unlock(&hit.locked) else { return Ok(None) };
    let is_ours = app.0.surveys.contains_key(&hit.case.survey);
    Ok(is_ours.then(|| Session::new(hit.case.case, key, app.now())))
}

/// Where a respondent who has come in goes on.
async fn greet(app: &App, visit: &Visit, session: &Session) -> Result<Response, StoreError> {
    let Some(respondent) = gate::respondent(app, session).await? else {
        return Ok(notice::lost_session(app, visit));
    };
    let lang = visit.language_of(respondent.survey);
    let mut response = if respondent.is_sealed_off() {
        let already = visit.words().already_anonymous;
        return Ok(notice::show(app, visit, Some(respondent.survey), StatusCode::OK, already));
    } else if respondent.case.revision > 0 {
        go(&format!("/{lang}/receipt?seen"))
    } else if !respondent.is_open() {
        return Ok(notice::not_open(app, visit, respondent.survey));
    } else {
        go(&format!("/{lang}/page/1"))
    };
    begin(app, visit, session, &mut response).await?;
    Ok(response)
}

/// Begins a session with this response, in place of the one that the browser held before.
pub async fn begin(
    app: &App,
    visit: &Visit,
    session: &Session,
    response: &mut Response,
) -> Result<(), StoreError> {
    if let Some(before) = &visit.session {
        app.end_session(before).await?;
    }
    response.headers_mut().append(header::SET_COOKIE, session.cookie(&app.0.secret, &app.0.config));
    Ok(())
}

/// What is wrong with a code as it was typed.
pub fn mistyped(words: &Words, why: Mistyped) -> String {
    match why {
        Mistyped::Empty => words.mistyped_empty.to_owned(),
        Mistyped::Sign(sign) => fill(words.mistyped_sign, &sign.to_string()),
        Mistyped::Length(length) => fill(words.mistyped_length, &length.to_string()),
        Mistyped::Checks { likely: Some(place) } => fill(words.mistyped_place, &place.to_string()),
        Mistyped::Checks { likely: None } => words.mistyped_checks.to_owned(),
    }
}

/// The style sheet; its name changes when it does, so it may be kept for good.
pub async fn style(State(app): State<App>, Path(name): Path<String>, visit: Visit) -> Response {
    let wanted = name.strip_suffix(".css").unwrap_or_default();
    let Some(survey) = app.0.surveys.values().find(|survey| survey.css_name == wanted) else {
        return notice::show(&app, &visit, None, StatusCode::NOT_FOUND, visit.words().not_found);
    };
    let mut response = if visit.takes_packed {
        let mut response = survey.css_packed.clone().into_response();
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        survey.css.clone().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}
