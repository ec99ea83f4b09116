//! An operator's own account: password, sessions, recovery codes, leaving.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use monshin_store::{AccountChange, SessionRow, StoreError};

use super::set_up::{Recovery, of_weak};
use super::{Shell, html};
use crate::console::credential::{check_password, draw_recovery, recovery_hash};
use crate::console::gate::{Desk, Looks, Posted};
use crate::console::session;

#[derive(Template)]
#[template(path = "console/account.html")]
struct Account {
    shell: Shell,
    sessions: Vec<Line>,
    error: &'static str,
}

struct Line {
    since: String,
    seen: String,
    is_own: bool,
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
    };
    let sessions = sessions.iter().map(line).collect();
    html(status, &Account { shell: desk.shell(desk.say().account, None), sessions, error })
}

impl Desk<Looks> {
    async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        let all = self.app.0.store.sessions(&self.name).await?;
        Ok(all.into_iter().filter(|one| session::is_alive(one, self.now())).collect())
    }

    /// Whether this is the operator's own password; as often as signing in may be tried.
    async fn is_own_password(&self, password: &str) -> Result<bool, StoreError> {
        if !self.app.0.guards.by_name.take(self.name.clone(), self.now()) {
            return Ok(false);
        }
        let Some(row) = self.app.0.store.operator(&self.name).await? else { return Ok(false) };
        Ok(self.app.0.guards.is_password(row.password, password.to_owned()).await)
    }
}

/// Another password. Every other session ends, and this one is a new one.
pub async fn password(posted: Posted<Looks>) -> Response {
    match changed(&posted).await {
        Ok(response) => response,
        Err(error) => posted.desk.failed(&error),
    }
}

async fn changed(Posted { desk, form }: &Posted<Looks>) -> Result<Response, StoreError> {
    let say = desk.say();
    if !desk.is_own_password(form.text("old")).await? {
        return Ok(page(desk, StatusCode::UNPROCESSABLE_ENTITY, say.wrong_password).await);
    }
    if let Err(weak) = check_password(&desk.name, form.text("password"), form.text("again")) {
        return Ok(page(desk, StatusCode::UNPROCESSABLE_ENTITY, of_weak(say, weak)).await);
    }
    let hash = desk.app.0.guards.hash(form.text("password").to_owned()).await;
    desk.change_own(AccountChange::Password(hash), Some("password")).await?;
    let cookie = desk.renew().await?;
    let mut response = desk.go("account?changed");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Ends all other sessions.
pub async fn end_others(Posted { desk, .. }: Posted<Looks>) -> Response {
    match desk.change_own(AccountChange::EndOthers(desk.session), Some("end-sessions")).await {
        Ok(_) => desk.go("account"),
        Err(error) => desk.failed(&error),
    }
}

/// New recovery codes, shown once; the old ones no longer work.
pub async fn recovery(Posted { desk, form }: Posted<Looks>) -> Response {
    match desk.is_own_password(form.text("old")).await {
        Ok(true) => {}
        Ok(false) => {
            return page(&desk, StatusCode::UNPROCESSABLE_ENTITY, desk.say().wrong_password).await;
        }
        Err(error) => return desk.failed(&error),
    }
    let codes = draw_recovery();
    let hashes = codes.iter().map(|code| recovery_hash(&desk.app.0.secret, &desk.name, code)).collect();
    match desk.change_own(AccountChange::NewRecovery(hashes), Some("recovery-codes")).await {
        Ok(_) => html(StatusCode::OK, &Recovery { shell: desk.shell(desk.say().recovery, None), codes }),
        Err(error) => desk.failed(&error),
    }
}

/// Ends this session.
pub async fn leave(Posted { desk, .. }: Posted<Looks>) -> Response {
    if let Err(error) = desk.change_own(AccountChange::End(desk.session), Some("sign-out")).await {
        return desk.failed(&error);
    }
    let mut response = desk.go("sign-in");
    let cookie = session::end(&desk.app.0.config, "console");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
