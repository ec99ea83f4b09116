//! An operator's own account: password, sessions, recovery codes, leaving.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use monshin_store::{AccountChange, SessionChange, SessionRow, StoreError};

use super::set_up::{Recovery, of_weak};
use super::{Shell, html};
use crate::console::credential::{draw_recovery, recovery_hash};
use crate::console::gate::{Desk, Looks, Posted};
use crate::console::password::{check_password, names};
use crate::console::session;
use crate::console::weighty::Weighty;
use crate::session::{from_hex, hex};

#[derive(Template)]
#[template(path = "console/account.html")]
struct Account {
    shell: Shell,
    sessions: Vec<Line>,
    /// Whether there is a password to change.
    has_password: bool,
    error: &'static str,
}

struct Line {
    since: String,
    seen: String,
    is_own: bool,
    /// By what the form names it: the keyed hash that the database keeps.
    hash: String,
}

/// The page.
pub async fn show(desk: Desk<Looks>) -> Response {
    page(&desk, StatusCode::OK, "").await
}

async fn page(desk: &Desk<Looks>, status: StatusCode, error: &'static str) -> Response {
    let sessions = match desk.sessions().await {
        Ok(sessions) => sessions,
        Err(error) => return desk.failed(&error),
    };
    let line = |one: &SessionRow| Line {
        since: desk.time(one.since),
        seen: desk.time(one.seen),
        is_own: one.hash == desk.session,
        hash: hex(&one.hash),
    };
    let sessions = sessions.iter().map(line).collect();
    let (shell, has_password) = (desk.shell(desk.say().account, None), desk.has_password);
    html(status, &Account { shell, sessions, has_password, error })
}

impl Desk<Looks> {
    async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        let all = self.app.0.store.sessions(&self.name).await?;
        Ok(all.into_iter().filter(|one| session::is_alive(one, self.now())).collect())
    }
}

/// Another password: with the present one and the second factor, however short a time ago they were given, since from now
/// on the new one counts as proof. Every other session ends, and this one is a new one.
pub async fn password(Posted { desk, form }: Posted<Looks>) -> Response {
    let say = desk.say();
    let refused = |error| page(&desk, StatusCode::UNPROCESSABLE_ENTITY, error);
    // First what costs nothing: a code of the second factor works once.
    let names = names(&desk.app, &desk.name);
    if let Err(weak) = check_password(&names, form.text("password"), form.text("again")) {
        return refused(of_weak(say, weak)).await;
    }
    match desk.is_oneself(form.text("old"), form.text("code")).await {
        Ok(true) => {}
        Ok(false) => return refused(say.wrong_proof).await,
        Err(response) => return response,
    }
    match changed(&desk, form.text("password")).await {
        Ok(response) => response,
        Err(error) => desk.failed(&error),
    }
}

async fn changed(desk: &Desk<Looks>, password: &str) -> Result<Response, StoreError> {
    let hash = desk.app.0.guards.hash(password.to_owned()).await;
    desk.change_own(AccountChange::Password(hash), Some("password")).await?;
    let (hash, cookie) = session::begin(&desk.app.0.secret, &desk.app.0.config);
    let begin = SessionChange::Begin { hash, proven: desk.now(), instead_of: Some(desk.session) };
    desk.change_session(begin, None).await?;
    let mut response = desk.go("account?changed");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Ends one session, or all but this one. Not on the word of a session alone: who took one over would end those of whoever
/// it belongs to.
pub async fn end_one(Weighty { desk, form }: Weighty<Looks>) -> Response {
    let Some(hash) = from_hex(form.text("session")).and_then(|hash| hash.try_into().ok()) else {
        return desk.go("account");
    };
    match desk.change_session(SessionChange::End(hash), Some("end-sessions")).await {
        Ok(_) => desk.go("account"),
        Err(error) => desk.failed(&error),
    }
}

/// Ends all other sessions.
pub async fn end_others(Weighty { desk, .. }: Weighty<Looks>) -> Response {
    match desk.change_session(SessionChange::EndOthers(desk.session), Some("end-sessions")).await {
        Ok(_) => desk.go("account"),
        Err(error) => desk.failed(&error),
    }
}

/// New recovery codes, shown once; the old ones no longer work. Each stands for a second factor, so that a password alone
/// gives none.
pub async fn recovery(Weighty { desk, .. }: Weighty<Looks>) -> Response {
    let codes = draw_recovery();
    let hashes = codes.iter().map(|code| recovery_hash(&desk.app.0.secret, &desk.name, code)).collect();
    match desk.change_own(AccountChange::NewRecovery(hashes), Some("recovery-codes")).await {
        Ok(_) => html(StatusCode::OK, &Recovery { shell: desk.shell(desk.say().recovery, None), codes }),
        Err(error) => desk.failed(&error),
    }
}

/// Ends this session, and has the browser forget the pages it showed.
pub async fn leave(Posted { desk, .. }: Posted<Looks>) -> Response {
    if let Err(error) = desk.change_session(SessionChange::End(desk.session), Some("sign-out")).await {
        return desk.failed(&error);
    }
    let mut response = desk.go("sign-in");
    let cookie = session::end(&desk.app.0.config, "console");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}
