//! Signing in: name and password, then the second factor.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use monshin_store::{AccountChange, Act, OfAccount, SessionChange, StoreError};

use super::{Shell, html};
use crate::app::App;
use crate::console::credential::normal_name;
use crate::console::entry::{Entering, not_found, of_password, use_second};
use crate::console::session;
use crate::console::words::say;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignIn {
    shell: Shell,
    typed: String,
    has_provider: bool,
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
    crate::pages::go(&format!("/console/{}/", preferred(&headers)))
}

/// The first language of the browser in which we have words.
pub fn preferred(headers: &HeaderMap) -> &'static str {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok()).unwrap_or_default();
    let tags = wanted.split(',').filter_map(|part| part.split([';', '-']).next()).map(str::trim);
    tags.into_iter().find_map(known).unwrap_or("ja")
}

/// The language of an address; `None` where we have no words in it.
pub fn known(tag: &str) -> Option<&'static str> {
    ["ja", "en"].into_iter().find(|have| *have == tag)
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
    let has_provider = app.has_provider();
    let mut response = html(status, &SignIn { shell, typed, has_provider, error });
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Name and password. What was wrong is not said, and a name that nobody has takes as long.
pub async fn enter(entering: Entering) -> Response {
    let Entering { app, lang, headers, form, .. } = &entering;
    let typed = form.text("name");
    let name = normal_name(typed).unwrap_or_default();
    let counted = session::counted_as(headers, &app.0.secret, &app.0.config, &name, app.now());
    if let Err(refusal) = entering.try_once_more_as(&counted) {
        return refusal;
    }
    match of_password(app, typed, form.text("password"), entering.address).await {
        Ok(Some(row)) => {
            let mut response = crate::pages::go(&format!("/console/{lang}/second"));
            let cookie = session::between(&app.0.secret, &app.0.config, &row, app.now());
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Ok(None) => {
            page(app, lang, headers, StatusCode::UNPROCESSABLE_ENTITY, typed, say(lang).wrong_sign_in)
        }
        Err(error) => entering.failed(&error),
    }
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
    let between = session::who_is_between(headers, &app.0.secret, &app.0.config, app.now());
    let (Some(_), Some(tie)) = (between, session::entry(headers, &app.0.config)) else {
        return crate::pages::go(&format!("/console/{lang}/sign-in"));
    };
    let mut shell = Shell::new(app, lang, say(lang).second, "second");
    shell.token = tie.token(&app.0.secret);
    html(status, &SecondFactor { shell, error })
}

/// A code of the authenticator, or a recovery code; then a session begins.
pub async fn second(entering: Entering) -> Response {
    let Entering { app, lang, headers, form, .. } = &entering;
    let outside = || crate::pages::go(&format!("/console/{lang}/sign-in"));
    let Some(between) = session::who_is_between(headers, &app.0.secret, &app.0.config, app.now()) else {
        return outside();
    };
    if let Err(refusal) = entering.try_once_more_as(&format!("second {}", between.name)) {
        return refusal;
    }
    let row = match app.0.store.operator(&between.name).await {
        Ok(row) => row,
        Err(error) => return entering.failed(&error),
    };
    if !row.is_some_and(|row| between.is_of(&app.0.secret, &row)) {
        // The password was changed meanwhile, or the operator is gone.
        return outside();
    }
    let begun = match use_second(app, &between.name, form.text("code"), entering.address).await {
        Ok(Some(how)) => begin(app, lang, headers, &between.name, how).await,
        Ok(None) => {
            let error = say(lang).wrong_second;
            return second_page(app, lang, headers, StatusCode::UNPROCESSABLE_ENTITY, error);
        }
        Err(error) => Err(error),
    };
    begun.unwrap_or_else(|error| entering.failed(&error))
}

/// A new session, whatever the browser held before.
pub async fn begin(
    app: &App,
    lang: &'static str,
    headers: &HeaderMap,
    name: &str,
    how: &str,
) -> Result<Response, StoreError> {
    let mut response = crate::pages::go(&format!("/console/{lang}/"));
    begin_on(app, headers, name, how, &mut response).await?;
    Ok(response)
}

/// Begins a session with this response, in place of the one that the browser held before.
pub async fn begin_on(
    app: &App,
    headers: &HeaderMap,
    name: &str,
    how: &str,
    response: &mut Response,
) -> Result<(), StoreError> {
    let (hash, cookie) = session::begin(&app.0.secret, &app.0.config);
    let act = Act { at: app.now(), actor: name.to_owned(), act: "sign-in".into(), detail: how.to_owned() };
    let instead_of = session::of(headers, &app.0.secret, &app.0.config);
    let change = AccountChange::Session(SessionChange::Begin { hash, proven: app.now(), instead_of });
    app.0
        .store
        .change_account(OfAccount { name: name.to_owned(), change, at: app.now(), act: Some(act) })
        .await?;
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie);
    headers.append(header::SET_COOKIE, session::known(&app.0.secret, &app.0.config, name, app.now()));
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
