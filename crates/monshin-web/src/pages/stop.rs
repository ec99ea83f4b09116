//! No more mails: a page that asks, and the button that does it. Mail programs press it themselves
//! (RFC 8058). Nobody signs in: the address is the permission, and it can do nothing else.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use monshin_seal::ServerSecret;
use monshin_store::{Post, StoreError};

use super::{Frame, html, notice};
use crate::app::{App, rng};
use crate::session::{from_hex, hex};
use crate::survey::Fielded;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "stop.html")]
struct Stop {
    frame: Frame,
}

const PURPOSE: &str = "stop";

/// The last part of the address at which a case can say that it wants no more mails.
pub fn stop_token(secret: &ServerSecret, survey: &str, case: i64) -> String {
    let text = [&case.to_be_bytes()[..], survey.as_bytes()].concat();
    hex(&secret.key(PURPOSE).seal_exact(PURPOSE.as_bytes(), &text, &mut rng()))
}

/// The case of a token, and its survey.
fn of_token<'a>(app: &'a App, token: &str) -> Option<(i64, &'a Fielded)> {
    let bytes = app.0.secret.key(PURPOSE).open_exact(PURPOSE.as_bytes(), &from_hex(token)?).ok()?;
    let (case, survey) = bytes.split_first_chunk::<8>()?;
    let survey = app.0.surveys.get(std::str::from_utf8(survey).ok()?)?;
    Some((i64::from_be_bytes(*case), survey))
}

/// Asks; a link that a program follows by itself changes nothing.
pub async fn show(State(app): State<App>, Path(token): Path<String>, visit: Visit) -> Response {
    match of_token(&app, &token) {
        Some((_, survey)) => {
            let words = crate::words::words(visit.language_of(survey));
            let frame = Frame::new(&app, &visit, Some(survey), words.stop, "").at(&format!("/stop/{token}"));
            html(&app, &visit, StatusCode::OK, &Stop { frame })
        }
        None => notice::show(&app, &visit, None, StatusCode::NOT_FOUND, visit.words().not_found),
    }
}

/// Does it. A second time changes nothing.
pub async fn stop(State(app): State<App>, Path(token): Path<String>, visit: Visit, _: Body) -> Response {
    match stopped(&app, &visit, &token).await {
        Ok(response) => response,
        Err(error) => notice::failed(&app, &visit, &error),
    }
}

async fn stopped(app: &App, visit: &Visit, token: &str) -> Result<Response, StoreError> {
    let Some((case, survey)) = of_token(app, token) else {
        return Ok(notice::show(app, visit, None, StatusCode::NOT_FOUND, visit.words().not_found));
    };
    // The number of a case that was erased may stand for another one today.
    let is_there = app.0.store.case(case).await?.is_some_and(|row| row.survey == survey.row.id);
    if is_there {
        app.0.store.post(Post::Stop { case, at: app.now() }).await?;
        tracing::info!(case, "wants no more mails");
    }
    let words = crate::words::words(visit.language_of(survey));
    let frame = Frame::new(app, visit, Some(survey), words.stopped.title, "").at(&format!("/stop/{token}"));
    Ok(notice::framed(app, visit, StatusCode::OK, frame, words.stopped))
}
