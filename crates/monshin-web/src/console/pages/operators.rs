//! Who may sign in, as what.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_store::{AccountChange, OfAccount, OperatorRow, Role, SessionChange, StoreError};

use super::{Shell, html};
use crate::console::credential::{new_link, normal_name};
use crate::console::gate::{Desk, Owns};
use crate::console::weighty::Weighty;

#[derive(Template)]
#[template(path = "console/operators.html")]
struct Page {
    shell: Shell,
    operators: Vec<Line>,
    roles: Vec<(&'static str, &'static str, &'static str)>,
    error: &'static str,
    /// A link that was just made, for whom.
    link: Option<(String, String)>,
}

struct Line {
    name: String,
    role: &'static str,
    is_self: bool,
    is_set_up: bool,
    is_waiting: bool,
}

/// The page.
pub async fn show(desk: Desk<Owns>) -> Response {
    page(&desk, StatusCode::OK, "", None).await
}

async fn page(
    desk: &Desk<Owns>,
    status: StatusCode,
    error: &'static str,
    link: Option<(String, String)>,
) -> Response {
    let operators = match desk.app.0.store.operators().await {
        Ok(operators) => operators,
        Err(error) => return desk.failed(&error),
    };
    let say = desk.say();
    let line = |row: &OperatorRow| Line {
        is_self: row.name == desk.name,
        name: row.name.clone(),
        role: row.role.name(),
        is_set_up: row.is_set_up(),
        is_waiting: !row.is_set_up() && desk.now() < row.setup_until,
    };
    let page = Page {
        shell: desk.shell(say.operators, None),
        operators: operators.iter().map(line).collect(),
        roles: Role::ALL
            .into_iter()
            .map(|role| (role.name(), say.role(role.name()), say.of_role(role)))
            .collect(),
        error,
        link,
    };
    html(status, &page)
}

impl Desk<Owns> {
    async fn change(&self, name: &str, change: AccountChange, act: &str) -> Result<bool, StoreError> {
        let of = OfAccount { name: name.to_owned(), change, at: self.now(), act: Some(self.act(act, name)) };
        self.app.0.store.change_account(of).await
    }

    fn link(&self, token: &str) -> String {
        format!("{}/console/{}/set-up/{token}", self.app.0.config.public_url, self.lang)
    }
}

/// Signs everybody out but the browser in which this was asked for.
pub async fn sign_out_all(Weighty { desk, .. }: Weighty<Owns>) -> Response {
    let all = SessionChange::EndEverybody(Some(desk.session));
    match desk.change_session(all, Some("end-all-sessions")).await {
        Ok(_) => desk.go("operators"),
        Err(error) => desk.failed(&error),
    }
}

/// Adds, resets, signs out, changes or removes an operator. Never oneself: the last owner would lock everybody out.
pub async fn change(Weighty { desk, form }: Weighty<Owns>) -> Response {
    let say = desk.say();
    let Some(name) = normal_name(form.text("name")) else {
        return page(&desk, StatusCode::UNPROCESSABLE_ENTITY, say.bad_name, None).await;
    };
    if name == desk.name {
        return page(&desk, StatusCode::UNPROCESSABLE_ENTITY, say.not_oneself, None).await;
    }
    let link = new_link(&desk.app.0.secret, desk.now());
    let role = Role::parse(form.text("role"));
    let (change, act, error) = match (form.text("do"), role) {
        ("add", Some(role)) => {
            (AccountChange::Add { role, setup: link.setup }, "add-operator", say.name_taken)
        }
        ("reset", _) => (AccountChange::Reset(link.setup), "reset-operator", say.not_found.0),
        ("role", Some(role)) => (AccountChange::Role(role), "change-role", say.not_found.0),
        ("sign-out", _) => (AccountChange::Session(SessionChange::EndAll), "end-sessions", say.not_found.0),
        ("remove", _) if form.text("sure") == "yes" => {
            (AccountChange::Remove, "remove-operator", say.not_found.0)
        }
        ("remove", _) => return page(&desk, StatusCode::UNPROCESSABLE_ENTITY, say.not_sure, None).await,
        _ => return page(&desk, StatusCode::UNPROCESSABLE_ENTITY, say.not_possible.0, None).await,
    };
    let has_link = matches!(change, AccountChange::Add { .. } | AccountChange::Reset(_));
    match desk.change(&name, change, act).await {
        Ok(true) if has_link => {
            let address = desk.link(&link.token);
            page(&desk, StatusCode::OK, "", Some((name, address))).await
        }
        Ok(true) => desk.go("operators"),
        Ok(false) => page(&desk, StatusCode::CONFLICT, error, None).await,
        Err(error) => desk.failed(&error),
    }
}
