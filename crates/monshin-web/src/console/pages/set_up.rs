//! The one-time link: an operator sets password and second factor.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use monshin_store::{AccountChange, Act, OfAccount, OperatorRow, StoreError};

use super::sign_in::{begin, begin_on, known};
use super::{Shell, failed, html, notice};
use crate::app::App;
use crate::console::credential::{Second, draw_recovery, link_hash, recovery_hash};
use crate::console::entry::{Entering, not_found};
use crate::console::password::{Weak, check_password, names};
use crate::console::session;
use crate::console::words::{Say, say};
use crate::forms::Form;
use crate::session::{from_hex, hex};

#[derive(Template)]
#[template(path = "console/set_up.html")]
struct SetUp {
    shell: Shell,
    link: String,
    operator: String,
    /// A QR code for the authenticator's camera, as SVG of our own making.
    qr: String,
    secret: String,
    /// The same, sealed, so that the form shows the same code again.
    sealed: String,
    password_error: &'static str,
    code_error: &'static str,
}

#[derive(Template)]
#[template(path = "console/recovery.html")]
pub struct Recovery {
    pub shell: Shell,
    pub codes: Vec<String>,
}

/// The page of the link.
pub async fn show(
    State(app): State<App>,
    Path((tag, link)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    match owner(&app, &link).await {
        Ok(Some(row)) => page(&app, lang, &headers, &row, &link, &Second::draw(), ("", "")),
        Ok(None) => dead(&app, lang),
        Err(error) => failed(Shell::new(&app, lang, say(lang).failed.0, ""), &error),
    }
}

async fn owner(app: &App, link: &str) -> Result<Option<OperatorRow>, StoreError> {
    let row = app.0.store.operator_of_setup(link_hash(&app.0.secret, link)).await?;
    Ok(row.filter(|row| app.now() < row.setup_until))
}

fn dead(app: &App, lang: &'static str) -> Response {
    let what = say(lang).dead_link;
    notice(Shell::new(app, lang, what.0, ""), StatusCode::NOT_FOUND, what.1)
}

fn page(
    app: &App,
    lang: &'static str,
    headers: &HeaderMap,
    row: &OperatorRow,
    link: &str,
    second: &Second,
    (password_error, code_error): (&'static str, &'static str),
) -> Response {
    let (tie, cookie) = match session::entry(headers, &app.0.config) {
        Some(tie) => (tie, None),
        None => {
            let (tie, cookie) = session::new_entry(&app.0.config);
            (tie, Some(cookie))
        }
    };
    let mut shell = Shell::new(app, lang, say(lang).set_up, &format!("set-up/{link}"));
    shell.token = tie.token(&app.0.secret);
    let page = SetUp {
        shell,
        link: link.to_owned(),
        operator: row.name.clone(),
        qr: crate::invitation::qr(&second.address(&row.name, app.0.config.host())),
        secret: second.to_base32(),
        sealed: hex(&second.seal(&app.0.secret, &format!("form {link}"))),
        password_error,
        code_error,
    };
    let has_error = !(password_error.is_empty() && code_error.is_empty());
    let status = if has_error { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = html(status, &page);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Password twice, and a code that proves the second factor; then recovery codes are shown, once.
pub async fn save(Path((_, link)): Path<(String, String)>, entering: Entering) -> Response {
    if let Err(refusal) = entering.try_once_more() {
        return refusal;
    }
    let Entering { app, lang, headers, form, .. } = &entering;
    match saved(app, lang, headers, &link, form).await {
        Ok(response) => response,
        Err(error) => entering.failed(&error),
    }
}

async fn saved(
    app: &App,
    lang: &'static str,
    headers: &HeaderMap,
    link: &str,
    form: &Form,
) -> Result<Response, StoreError> {
    let Some(row) = owner(app, link).await? else { return Ok(dead(app, lang)) };
    let words = say(lang);
    let sealed = from_hex(form.text("secret")).unwrap_or_default();
    let Some(second) = Second::open(&app.0.secret, &format!("form {link}"), &sealed) else {
        return Ok(page(app, lang, headers, &row, link, &Second::draw(), ("", words.wrong_second)));
    };
    let weak = check_password(&names(app, &row.name), form.text("password"), form.text("again")).err();
    let step = second.step(form.text("code"), app.now());
    let errors =
        (weak.map_or("", |weak| of_weak(words, weak)), if step.is_none() { words.wrong_second } else { "" });
    let (None, Some(step)) = (weak, step) else {
        return Ok(page(app, lang, headers, &row, link, &second, errors));
    };
    let codes = draw_recovery();
    let change = AccountChange::SetUp {
        token: link_hash(&app.0.secret, link),
        password: app.0.guards.hash(form.text("password").to_owned()).await,
        second: second.seal(&app.0.secret, &row.name),
        step,
        recovery: codes.iter().map(|code| recovery_hash(&app.0.secret, &row.name, code)).collect(),
    };
    let act = Act { at: app.now(), actor: row.name.clone(), act: "set-up".into(), detail: String::new() };
    let of = OfAccount { name: row.name.clone(), change, at: app.now(), act: Some(act) };
    if !app.0.store.change_account(of).await? {
        return Ok(dead(app, lang));
    }
    let shell = Shell::new(app, lang, words.recovery, "");
    let mut response = html(StatusCode::OK, &Recovery { shell, codes });
    begin_on(app, headers, &row.name, "set-up", &mut response).await?;
    Ok(response)
}

/// In a rehearsal the link alone leads in, so that anyone can try the console in a minute.
pub async fn rehearse(
    State(app): State<App>,
    Path((tag, link)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    if !app.0.config.rehearsal {
        return not_found(&app, lang);
    }
    let inside = match owner(&app, &link).await {
        Ok(Some(row)) => begin(&app, lang, &headers, &row.name, "rehearsal").await,
        Ok(None) => return dead(&app, lang),
        Err(error) => Err(error),
    };
    inside.unwrap_or_else(|error| failed(Shell::new(&app, lang, say(lang).failed.0, ""), &error))
}

/// Why a password is not taken, in words.
pub fn of_weak(say: &'static Say, weak: Weak) -> &'static str {
    match weak {
        Weak::Short => say.password_short,
        Weak::Long => say.password_long,
        Weak::Guessable => say.password_guessable,
        Weak::Differs => say.password_differs,
    }
}
