//! The receipt, and leaving.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use monshin_store::{Mode, StoreError, Submitted};

use super::review::{Line, blank, learnt, lines};
use super::{Frame, html_packed, notice};
use crate::app::App;
use crate::forms::Form;
use crate::gate;
use crate::session::{Session, hex};
use crate::survey::{Fielded, Shown};
use crate::visit::Visit;
use crate::words::fill;

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt {
    frame: Frame,
    hash: String,
    /// When it was kept; empty where the survey is anonymous.
    time: String,
    revision: i64,
    /// What was sent, as long as the respondent may change it.
    lines: Vec<Line>,
    seen: bool,
    /// Whether it came another way than by these pages: nobody can show it.
    otherwise: bool,
    changeable: bool,
    /// Until when it may be changed.
    change: String,
    token: String,
}

/// The receipt of what was sent.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    match shown(&app, &visit).await {
        Ok(response) => response,
        Err(error) => notice::failed(&app, &visit, &error),
    }
}

async fn shown(app: &App, visit: &Visit) -> Result<Response, StoreError> {
    let Some(session) = &visit.session else { return Ok(notice::lost_session(app, visit)) };
    let Some(respondent) = gate::respondent(app, session).await? else {
        return Ok(notice::lost_session(app, visit));
    };
    let survey = respondent.survey;
    let lang = visit.language_of(survey);
    let words = crate::words::words(lang);
    let kept = match (respondent.receipt().await?, session.receipt) {
        (Some(Submitted::Kept { revision, receipt, at, .. }), _) => {
            Some((hex(&receipt), survey.time(at, words), revision))
        }
        (_, Some(receipt)) => Some((hex(&receipt), String::new(), 1)),
        _ => None,
    };
    let Some((hash, time, revision)) = kept else {
        return Ok(if respondent.is_sealed_off() {
            notice::show(app, visit, Some(survey), StatusCode::OK, words.already_anonymous)
        } else {
            super::go(&format!("/{lang}/page/1"))
        });
    };
    let changeable = respondent.is_open() && !respondent.is_sealed_off();
    let otherwise = respondent.case.mode.is_some_and(|mode| mode != Mode::Web);
    let lines = if changeable && !otherwise {
        lines(&respondent, &respondent.draft().typed, lang)
    } else {
        Vec::new()
    };
    let page = Receipt {
        hash,
        time,
        revision,
        lines,
        seen: visit.asks("seen"),
        otherwise,
        changeable,
        change: fill(words.receipt_change, &survey.until(survey.dates().closes_at, words)),
        token: session.token(&app.0.secret),
        ..for_nobody(app, visit, survey)
    };
    let learn = || learnt(&Receipt { lines: blank(survey, lang), ..for_nobody(app, visit, survey) });
    let known = survey.known(lang, Shown::Receipt, visit.large, learn);
    Ok(html_packed(app, visit, StatusCode::OK, &page, |text| Some(known.pack(text))))
}

/// The page without what is the respondent's own.
fn for_nobody(app: &App, visit: &Visit, survey: &Fielded) -> Receipt {
    let title = crate::words::words(visit.language_of(survey)).receipt;
    Receipt {
        frame: Frame::new(app, visit, Some(survey), title, "receipt"),
        hash: String::new(),
        time: String::new(),
        revision: 0,
        lines: Vec::new(),
        seen: false,
        otherwise: false,
        changeable: true,
        change: String::new(),
        token: String::new(),
    }
}

/// Ends the session.
pub async fn leave(State(app): State<App>, visit: Visit, body: Body) -> Response {
    let form = Form::read(body).await.unwrap_or_default();
    let owns = visit.session.as_ref().is_some_and(|session| session.owns(&app.0.secret, form.text("token")));
    let response = super::go(&format!("/{}/", visit.lang));
    match visit.session.as_ref().filter(|_| owns) {
        Some(session) => end(&app, &visit, session, response).await,
        None => response,
    }
}

/// Ends the session, wherever its cookie was copied to, and has the browser forget the pages it showed.
async fn end(app: &App, visit: &Visit, session: &Session, response: Response) -> Response {
    let mut response = match app.end_session(session).await {
        Ok(()) => response,
        Err(error) => notice::failed(app, visit, &error),
    };
    response.headers_mut().append(header::SET_COOKIE, Session::end(&app.0.config));
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

/// Everything is saved, and the session ends: the next person at this machine sees nothing.
pub async fn left(app: &App, visit: &Visit, session: &Session, survey: &Fielded) -> Response {
    let response = notice::show(app, visit, Some(survey), StatusCode::OK, visit.words().left);
    end(app, visit, session, response).await
}
