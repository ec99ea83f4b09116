//! What is not done on the word of a session alone: frame, codes, mails, dates and closing, operators, the audit log.
//! Whoever asks for it has given password and second factor a short while ago, or gives them now.

use askama::Template;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use monshin_store::{SessionChange, StoreError};

use super::entry::{of_password, too_many, use_second};
use super::gate::{Desk, Posted, Right};
use super::outgoing::Outgoing;
use super::pages::{Shell, html};
use super::session;
use crate::app::App;
use crate::forms::Form;

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
        let to = request.uri().path().to_owned();
        let outgoing = request.extensions().get::<Outgoing>().cloned().unwrap_or_default();
        let Posted { mut desk, form } = Posted::<R>::from_request(request, app).await?;
        if desk.has_proven() {
            return Ok(Weighty { desk, form });
        }
        let (password, code) = (form.text(PASSWORD), form.text(CODE));
        if code.is_empty() && password.is_empty() {
            return Err(page(&desk, &form, to, StatusCode::OK, ""));
        }
        if !desk.is_oneself(password, code).await? {
            let error = desk.say().wrong_proof;
            return Err(page(&desk, &form, to, StatusCode::UNPROCESSABLE_ENTITY, error));
        }
        match desk.renew().await {
            Ok(Some(cookie)) => {
                outgoing.send(cookie);
                Ok(Weighty { desk, form })
            }
            // It has ended meanwhile.
            Ok(None) => Err(desk.go("sign-in")),
            Err(error) => Err(desk.failed(&error)),
        }
    }
}

impl<R: Right> Desk<R> {
    /// Whether password and second factor were given a short while ago. In a rehearsal nobody has any.
    fn has_proven(&self) -> bool {
        self.app.0.config.rehearsal || self.now() < self.proven + GOOD_FOR
    }

    /// Whether these are this operator's password and second factor; as often as signing in may be tried.
    ///
    /// # Errors
    /// The page that says why nobody knows.
    pub(super) async fn is_oneself(&self, password: &str, code: &str) -> Result<bool, Response> {
        let address = self.address;
        let guards = &self.app.0.guards;
        let may = address.is_none_or(|one| guards.by_address.take(one.0, self.now()))
            && guards.by_name.take(format!("prove {}", self.name), self.now());
        if !may {
            return Err(too_many(&self.app, self.lang, address));
        }
        let both = async {
            let is_password = of_password(&self.app, &self.name, password, address).await?.is_some();
            Ok(is_password && use_second(&self.app, &self.name, code, address).await?.is_some())
        };
        both.await.map_err(|error: StoreError| self.failed(&error))
    }

    /// Proven just now, with another session in place of the one that the browser held: whoever copied that one before
    /// gains nothing by the proof. `None` where it has ended.
    async fn renew(&mut self) -> Result<Option<HeaderValue>, StoreError> {
        let (to, cookie) = session::begin(&self.app.0.secret, &self.app.0.config);
        let change = SessionChange::Proven { from: self.session, to };
        let is_there = self.change_session(change, Some("prove")).await?;
        if is_there {
            (self.session, self.proven) = (to, self.now());
        }
        Ok(is_there.then_some(cookie))
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
