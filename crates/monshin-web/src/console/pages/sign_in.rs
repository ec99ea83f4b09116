//! Signing in: name and password, then the second factor.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use monshin_store::{AccountChange, Act, OfAccount, OperatorRow, StoreError};

use super::{Shell, failed, html, notice};
use crate::app::App;
use crate::console::credential::{Second, normal_name, recovery_hash};
use crate::console::session;
use crate::console::words::say;
use crate::forms::Form;
use crate::guard::Address;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignIn {
    shell: Shell,
    typed: String,
    error: &'static str,
}

#[derive(Template)]
#[template(path = "console/second.html")]
struct SecondFactor {
    shell: Shell,
    error: &'static str,
}

/// To the console in the browser's language.
pub async fn home(headers: HeaderMap) -> Response {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok()).unwrap_or_default();
    let known = wanted.split(',').filter_map(|part| part.split([';', '-']).next()).map(str::trim);
    let lang = known.into_iter().find(|tag| ["ja", "en"].contains(tag)).unwrap_or("ja");
    crate::pages::go(&format!("/console/{lang}/"))
}

/// The language of an address; `None` where we have no words in it.
pub fn known(tag: &str) -> Option<&'static str> {
    ["ja", "en"].into_iter().find(|have| *have == tag)
}

/// No such page.
pub fn not_found(app: &App, lang: &'static str) -> Response {
    let what = say(lang).not_found;
    notice(Shell::new(app, lang, what.0, ""), StatusCode::NOT_FOUND, what.1)
}

/// The page for name and password.
pub async fn show(State(app): State<App>, Path(tag): Path<String>, headers: HeaderMap) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    page(&app, lang, &headers, StatusCode::OK, "", "")
}

fn page(
    app: &App,
    lang: &'static str,
    headers: &HeaderMap,
    status: StatusCode,
    typed: &str,
    error: &'static str,
) -> Response {
    let (tie, cookie) = match session::entry(headers, &app.0.config) {
        Some(tie) => (tie, None),
        None => {
            let (tie, cookie) = session::new_entry(&app.0.config);
            (tie, Some(cookie))
        }
    };
    let mut shell = Shell::new(app, lang, say(lang).sign_in, "sign-in");
    shell.token = tie.token(&app.0.secret);
    let typed = typed.chars().take(64).collect();
    let mut response = html(status, &SignIn { shell, typed, error });
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The form of somebody who is not signed in; it has to come from a page of ours.
pub async fn entering(
    app: &App,
    lang: &'static str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Form, Response> {
    let refuse = |status, what: (&'static str, &'static str)| {
        notice(Shell::new(app, lang, what.0, ""), status, what.1)
    };
    let say = say(lang);
    let form = Form::read(body).await.map_err(|_| refuse(StatusCode::PAYLOAD_TOO_LARGE, say.too_large))?;
    let tie = session::entry(headers, &app.0.config);
    let is_ours = tie.is_some_and(|tie| tie.owns(&app.0.secret, form.text("token")));
    if is_ours { Ok(form) } else { Err(refuse(StatusCode::FORBIDDEN, say.expired)) }
}

/// Whether this address and this name may try once more.
fn may_try(app: &App, address: Option<Address>, name: &str) -> bool {
    let guards = &app.0.guards;
    address.is_none_or(|address| guards.by_address.take(address.0, app.now()))
        && guards.by_name.take(name.to_owned(), app.now())
}

fn too_many(app: &App, lang: &'static str) -> Response {
    let what = say(lang).too_many;
    notice(Shell::new(app, lang, what.0, ""), StatusCode::TOO_MANY_REQUESTS, what.1)
}

/// Name and password. What was wrong is not said, and a name that nobody has takes as long.
pub async fn enter(
    State(app): State<App>,
    Path(tag): Path<String>,
    address: Option<axum::Extension<Address>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    let form = match entering(&app, lang, &headers, body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let typed = form.text("name");
    let name = normal_name(typed);
    let key: String = name.clone().unwrap_or_default();
    if !may_try(&app, address.map(|one| one.0), &key) {
        return too_many(&app, lang);
    }
    match checked(&app, name.as_deref(), form.text("password")).await {
        Ok(Some(row)) => {
            let mut response = crate::pages::go(&format!("/console/{lang}/second"));
            let cookie = session::between(&app.0.secret, &app.0.config, &row.name, app.now());
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Ok(None) => {
            tracing::warn!("a sign-in failed");
            page(&app, lang, &headers, StatusCode::UNPROCESSABLE_ENTITY, typed, say(lang).wrong_sign_in)
        }
        Err(error) => failed(Shell::new(&app, lang, say(lang).failed.0, ""), &error),
    }
}

async fn checked(app: &App, name: Option<&str>, password: &str) -> Result<Option<OperatorRow>, StoreError> {
    let row = match name {
        Some(name) => app.0.store.operator(name).await?,
        None => None,
    };
    let hash =
        row.as_ref().filter(|row| row.is_set_up()).map_or_else(String::new, |row| row.password.clone());
    let is_right = app.0.guards.is_password(hash, password.to_owned()).await;
    Ok(row.filter(|_| is_right))
}

/// The page for the second factor.
pub async fn ask_second(State(app): State<App>, Path(tag): Path<String>, headers: HeaderMap) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    second_page(&app, lang, &headers, StatusCode::OK, "")
}

fn second_page(
    app: &App,
    lang: &'static str,
    headers: &HeaderMap,
    status: StatusCode,
    error: &'static str,
) -> Response {
    let between = session::name_between(headers, &app.0.secret, &app.0.config, app.now());
    let (Some(_), Some(tie)) = (between, session::entry(headers, &app.0.config)) else {
        return crate::pages::go(&format!("/console/{lang}/sign-in"));
    };
    let mut shell = Shell::new(app, lang, say(lang).second, "second");
    shell.token = tie.token(&app.0.secret);
    html(status, &SecondFactor { shell, error })
}

/// A code of the authenticator, or a recovery code; then a session begins.
pub async fn second(
    State(app): State<App>,
    Path(tag): Path<String>,
    address: Option<axum::Extension<Address>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    let form = match entering(&app, lang, &headers, body).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let Some(name) = session::name_between(&headers, &app.0.secret, &app.0.config, app.now()) else {
        return crate::pages::go(&format!("/console/{lang}/sign-in"));
    };
    if !may_try(&app, address.map(|one| one.0), &format!("second {name}")) {
        return too_many(&app, lang);
    }
    match proven(&app, &name, form.text("code")).await {
        Ok(Some(how)) => match begin(&app, lang, &name, how).await {
            Ok(response) => response,
            Err(error) => failed(Shell::new(&app, lang, say(lang).failed.0, ""), &error),
        },
        Ok(None) => {
            second_page(&app, lang, &headers, StatusCode::UNPROCESSABLE_ENTITY, say(lang).wrong_second)
        }
        Err(error) => failed(Shell::new(&app, lang, say(lang).failed.0, ""), &error),
    }
}

/// Uses a code up; how it was proven, for the audit log.
async fn proven(app: &App, name: &str, code: &str) -> Result<Option<&'static str>, StoreError> {
    let Some(row) = app.0.store.operator(name).await?.filter(OperatorRow::is_set_up) else { return Ok(None) };
    let now = app.now();
    let step = Second::open(&app.0.secret, name, &row.second).and_then(|second| second.step(code, now));
    let (change, how) = match step {
        Some(step) => (AccountChange::Step(step), "second factor"),
        None => (AccountChange::Recovery(recovery_hash(&app.0.secret, name, code)), "recovery code"),
    };
    let of = OfAccount { name: name.to_owned(), change, at: now, act: None };
    Ok(app.0.store.change_account(of).await?.then_some(how))
}

/// A new session, whatever the browser held before.
pub async fn begin(app: &App, lang: &'static str, name: &str, how: &str) -> Result<Response, StoreError> {
    let mut response = crate::pages::go(&format!("/console/{lang}/"));
    begin_on(app, name, how, &mut response).await?;
    Ok(response)
}

/// Begins a session with this response.
pub async fn begin_on(app: &App, name: &str, how: &str, response: &mut Response) -> Result<(), StoreError> {
    let (hash, cookie) = session::begin(&app.0.secret, &app.0.config);
    let act = Act { at: app.now(), actor: name.to_owned(), act: "sign-in".into(), detail: how.to_owned() };
    let change = AccountChange::Begin(hash);
    app.0
        .store
        .change_account(OfAccount { name: name.to_owned(), change, at: app.now(), act: Some(act) })
        .await?;
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie);
    headers.append(header::SET_COOKIE, session::end(&app.0.config, "between"));
    headers.append(header::SET_COOKIE, session::end(&app.0.config, "entry"));
    Ok(())
}

/// The style sheet of the console; its name changes when it does.
pub async fn style(State(app): State<App>, Path(name): Path<String>) -> Response {
    let style = &app.0.console_style;
    if name.strip_suffix(".css") != Some(&style.name) {
        return not_found(&app, "en");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, style.css.clone()).into_response()
}
