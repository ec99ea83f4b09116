//! A page that was sent after its session had ended: what was typed stays in the page itself, until
//! the code brings it home.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use monshin_store::StoreError;

use super::start::{self, Refusal};
use super::{Frame, answer, html, notice};
use crate::app::App;
use crate::forms::Form;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "resume.html")]
struct Resume<'f> {
    frame: Frame,
    number: usize,
    /// What was typed: name and value, as it was sent.
    kept: Vec<(&'f str, &'f str)>,
    error: String,
}

/// Asks for the code, and with the right one saves the page. Nobody needs a token for it: the code is more.
pub async fn resume(app: &App, visit: &Visit, number: usize, form: &Form) -> Result<Response, StoreError> {
    let words = visit.words();
    if !form.fields.0.contains_key(CODE) {
        return Ok(ask(app, visit, number, form, StatusCode::FORBIDDEN, String::new()));
    }
    let (status, error) = match start::admit(app, visit, form.text(CODE)).await {
        Ok(session) => {
            let mut response = answer::saved_by(app, visit, &session, number, form).await?;
            // "Save and leave" ends the session that this would begin.
            if !response.headers().contains_key(header::SET_COOKIE) {
                start::begin(app, visit, &session, &mut response).await?;
            }
            return Ok(response);
        }
        Err(Refusal::Failed(error)) => return Err(error),
        Err(Refusal::Mistyped(why)) => (StatusCode::UNPROCESSABLE_ENTITY, start::mistyped(words, why)),
        Err(Refusal::Unknown) => (StatusCode::NOT_FOUND, words.unknown_code.text.to_owned()),
        Err(Refusal::TooMany) => (StatusCode::TOO_MANY_REQUESTS, words.too_many.text.to_owned()),
    };
    Ok(ask(app, visit, number, form, status, error))
}

/// Name of the field for the code. No item is called so: ids have no blank in them.
pub const CODE: &str = "the code";

fn ask(app: &App, visit: &Visit, number: usize, form: &Form, status: StatusCode, error: String) -> Response {
    if number == 0 || number > MOST_PAGES {
        return notice::lost_session(app, visit);
    }
    let kept = form.pairs().filter(|(name, _)| !matches!(*name, "token" | CODE));
    let frame = Frame::new(app, visit, None, visit.words().resume.title, "");
    html(app, visit, status, &Resume { frame, number, kept: kept.collect(), error })
}

/// More pages than any survey has.
const MOST_PAGES: usize = 10_000;
