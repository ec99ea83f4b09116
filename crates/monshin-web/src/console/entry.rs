//! Who is not signed in yet, and what proves who somebody is.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use monshin_store::{AccountChange, OfAccount, OperatorRow, StoreError};

use super::credential::{Second, normal_name, recovery_hash};
use super::gate::language;
use super::pages::{Shell, failed, notice};
use super::session;
use super::words::say;
use crate::app::App;
use crate::forms::Form;
use crate::guard::Address;
use crate::told::Refused;

/// A form of somebody who is not signed in; it comes from a page of ours.
pub struct Entering {
    pub app: App,
    pub lang: &'static str,
    pub headers: HeaderMap,
    pub address: Option<Address>,
    pub form: Form,
}

impl FromRequest<App> for Entering {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Entering, Response> {
        let (parts, body) = request.into_parts();
        let Some(lang) = language(parts.uri.path()) else { return Err(not_found(app, "en")) };
        let refuse = |status, what: (&'static str, &'static str)| {
            notice(Shell::new(app, lang, what.0, ""), status, what.1)
        };
        let form = Form::read(body).await;
        let form = form.map_err(|_| refuse(StatusCode::PAYLOAD_TOO_LARGE, say(lang).too_large))?;
        let tie = session::entry(&parts.headers, &app.0.config);
        if !tie.is_some_and(|tie| tie.owns(&app.0.secret, form.text("token"))) {
            return Err(refuse(StatusCode::FORBIDDEN, say(lang).expired));
        }
        let address = parts.extensions.get::<Address>().copied();
        Ok(Entering { app: app.clone(), lang, headers: parts.headers, address, form })
    }
}

impl Entering {
    /// Refuses who has tried too often from this address.
    #[expect(clippy::result_large_err, reason = "the other case is a whole page, and goes straight out")]
    pub fn try_once_more(&self) -> Result<(), Response> {
        let guards = &self.app.0.guards;
        let may = self.address.is_none_or(|one| guards.by_address.take(one.0, self.app.now()));
        if may { Ok(()) } else { Err(too_many(&self.app, self.lang, self.address)) }
    }

    /// The same, or as this name.
    #[expect(clippy::result_large_err, reason = "the other case is a whole page, and goes straight out")]
    pub fn try_once_more_as(&self, name: &str) -> Result<(), Response> {
        self.try_once_more()?;
        let may = self.app.0.guards.by_name.take(name.to_owned(), self.app.now());
        if may { Ok(()) } else { Err(too_many(&self.app, self.lang, self.address)) }
    }

    /// Our own failure.
    pub fn failed(&self, error: &StoreError) -> Response {
        failed(Shell::new(&self.app, self.lang, say(self.lang).failed.0, ""), error)
    }
}

/// No such page.
pub fn not_found(app: &App, lang: &'static str) -> Response {
    let what = say(lang).not_found;
    notice(Shell::new(app, lang, what.0, ""), StatusCode::NOT_FOUND, what.1)
}

/// Too many tries.
pub fn too_many(app: &App, lang: &'static str, address: Option<Address>) -> Response {
    app.tell("signing in was tried too often", Refused { address, ..Refused::default() });
    let what = say(lang).too_many;
    notice(Shell::new(app, lang, what.0, ""), StatusCode::TOO_MANY_REQUESTS, what.1)
}

/// The operator whose password this is. A name that nobody has takes as long.
pub async fn of_password(
    app: &App,
    typed: &str,
    password: &str,
    address: Option<Address>,
) -> Result<Option<OperatorRow>, StoreError> {
    let row = match normal_name(typed) {
        Some(name) => app.0.store.operator(&name).await?,
        None => None,
    };
    let hash =
        row.as_ref().filter(|row| row.is_set_up()).map_or_else(String::new, |row| row.password.clone());
    let is_right = app.0.guards.is_password(hash, password.to_owned()).await;
    if !is_right {
        let operator = row.as_ref().map(|row| &*row.name);
        app.tell("a password was wrong", Refused { operator, address, ..Refused::default() });
    }
    Ok(row.filter(|_| is_right))
}

/// Uses up a code of the authenticator, or a recovery code; which it was, for the audit log.
pub async fn use_second(
    app: &App,
    name: &str,
    code: &str,
    address: Option<Address>,
) -> Result<Option<&'static str>, StoreError> {
    let Some(row) = app.0.store.operator(name).await?.filter(OperatorRow::is_set_up) else { return Ok(None) };
    let now = app.now();
    let step = Second::open(&app.0.secret, name, &row.second).and_then(|second| second.step(code, now));
    let (change, how) = match step {
        Some(step) => (AccountChange::Step(step), "second factor"),
        None => (AccountChange::Recovery(recovery_hash(&app.0.secret, name, code)), "recovery code"),
    };
    let of = OfAccount { name: name.to_owned(), change, at: now, act: None };
    let is_right = app.0.store.change_account(of).await?;
    if !is_right {
        let refused = Refused { operator: Some(name), address, ..Refused::default() };
        app.tell("a second factor was wrong", refused);
    }
    Ok(is_right.then_some(how))
}
