//! What is not done on the word of a session alone: frame, codes, mails, dates and closing, operators, the audit log.
//! Whoever asks for it has given password and second factor a short while ago, or gives them now.

use askama::Template;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use monshin_store::{AccountChange, StoreError};

use super::entry::{of_password, too_many, use_second};
use super::gate::{Desk, Posted, Right};
use super::pages::{Shell, html};
use crate::app::App;
use crate::forms::Form;
use crate::guard::Address;

/// How long a proof is good for.
const GOOD_FOR: i64 = 10 * 60 * 1_000_000;
const PASSWORD: &str = "own_password";
const CODE: &str = "own_code";

/// A form that asks for something weighty, of somebody who has just proven who they are.
pub struct Weighty<R> {
    pub desk: Desk<R>,
    pub form: Form,
}

#[derive(Template)]
#[template(path = "console/prove.html")]
struct Page {
    shell: Shell,
    /// The address of the form, and what was in it: it is sent again with the proof.
    to: String,
    fields: Vec<(String, String)>,
    has_password: bool,
    has_provider: bool,
    error: &'static str,
}

impl<R: Right> FromRequest<App> for Weighty<R> {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Weighty<R>, Response> {
        let (to, address) = (request.uri().path().to_owned(), request.extensions().get::<Address>().copied());
        let Posted { desk, form } = Posted::<R>::from_request(request, app).await?;
        if desk.has_proven() {
            return Ok(Weighty { desk, form });
        }
        if form.text(CODE).is_empty() && form.text(PASSWORD).is_empty() {
            return Err(page(&desk, &form, to, StatusCode::OK, ""));
        }
        let guards = &app.0.guards;
        let may = address.is_none_or(|one| guards.by_address.take(one.0, app.now()))
            && guards.by_name.take(format!("prove {}", desk.name), app.now());
        if !may {
            return Err(too_many(app, desk.lang));
        }
        match desk.prove(&form).await {
            Ok(true) => Ok(Weighty { desk, form }),
            Ok(false) => {
                let error = desk.say().wrong_proof;
                Err(page(&desk, &form, to, StatusCode::UNPROCESSABLE_ENTITY, error))
            }
            Err(error) => Err(desk.failed(&error)),
        }
    }
}

impl<R: Right> Desk<R> {
    /// Whether password and second factor were given a short while ago. In a rehearsal nobody has any.
    fn has_proven(&self) -> bool {
        self.app.0.config.rehearsal || self.now() < self.proven + GOOD_FOR
    }

    async fn prove(&self, form: &Form) -> Result<bool, StoreError> {
        if of_password(&self.app, &self.name, form.text(PASSWORD)).await?.is_none() {
            return Ok(false);
        }
        if use_second(&self.app, &self.name, form.text(CODE)).await?.is_none() {
            return Ok(false);
        }
        self.change_own(AccountChange::Proven(self.session), Some("prove")).await
    }
}

fn page<R: Right>(
    desk: &Desk<R>,
    form: &Form,
    to: String,
    status: StatusCode,
    error: &'static str,
) -> Response {
    let ours = ["token", PASSWORD, CODE];
    let kept = form.fields.0.iter().filter(|(name, _)| !ours.contains(&name.as_str()));
    let fields = kept.flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.clone())));
    let shell = desk.shell(desk.say().prove, None);
    let (has_password, has_provider) = (desk.has_password, desk.app.has_provider());
    html(status, &Page { shell, to, fields: fields.collect(), has_password, has_provider, error })
}
