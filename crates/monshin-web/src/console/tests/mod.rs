//! The console through `router(state)`, without a socket.

// Tests look at the files that a thief would get.
#![allow(clippy::disallowed_methods)]

mod field;
mod roles;
mod signing_in;
mod weighty;

use axum::http::StatusCode;
use monshin_instrument::Privacy;
use monshin_store::{AccountChange, OfAccount, Role, SessionChange, SetUp};

use super::credential::{Second, hash_password, link_hash, recovery_hash};
use super::session;
use crate::tests::{Browser, NOW, Page, World};

const PASSWORD: &str = "correct horse battery";

/// An operator as a test knows one.
struct Known {
    name: &'static str,
    second: Second,
}

/// An operator who is set up.
async fn operator(world: &World, name: &'static str, role: Role) -> Known {
    let (second, setup) = (Second::draw(), SetUp { hash: link_hash(&world.secret, name), until: NOW + 1 });
    let changes = [
        AccountChange::Add { role, setup },
        AccountChange::SetUp {
            token: setup.hash,
            password: hash_password(PASSWORD),
            second: second.seal(&world.secret, name),
            step: 0,
            recovery: vec![recovery_hash(&world.secret, name, "rescue-me")],
        },
    ];
    for change in changes {
        assert!(account(world, name, change).await);
    }
    Known { name, second }
}

async fn account(world: &World, name: &str, change: AccountChange) -> bool {
    world
        .store
        .change_account(OfAccount { name: name.into(), change, at: NOW, act: None })
        .await
        .expect("written")
}

/// A browser in which an operator of a role is signed in.
async fn signed_in(world: &World, role: Role) -> Browser<'_> {
    if world.store.operator(role.name()).await.expect("read").is_none() {
        operator(world, role.name(), role).await;
    }
    with_session(world, role.name()).await
}

async fn with_session<'w>(world: &'w World, name: &str) -> Browser<'w> {
    let (hash, cookie) = session::begin(&world.secret, &world.config);
    let begin = SessionChange::Begin { hash, proven: NOW, instead_of: None };
    assert!(account(world, name, AccountChange::Session(begin)).await);
    let mut browser = world.browser();
    let pair = cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let (name, value) = pair.split_once('=').expect("a pair");
    browser.cookies.push((name.into(), value.into()));
    browser
}

impl Browser<'_> {
    /// Posts a form of the console with the token of a page.
    async fn fill(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.get(page).await.hidden("token").to_owned();
        let all: Vec<(&str, &str)> =
            [("token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_raw(to, &all).await
    }

    /// Chooses a file on the page of the frame.
    async fn upload(&mut self, token: &str, csv: &str) -> Page {
        self.upload_to("/console/ja/s/s/frame", token, csv).await
    }

    /// Chooses a file on a page.
    async fn upload_to(&mut self, to: &str, token: &str, csv: &str) -> Page {
        let part = |name: &str, rest: &str, value: &str| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n{value}\r\n")
        };
        let body = part("token", "", token) + &part("file", "; filename=\"名簿.csv\"", csv) + "--edge--\r\n";
        self.extra.push(("content-type", "multipart/form-data; boundary=edge".into()));
        let page = self.send("POST", to, body).await;
        self.extra.clear();
        page
    }
}

async fn world() -> World {
    World::new(Privacy::Confidential).await
}

fn is_outside(page: &Page) -> bool {
    page.status == StatusCode::SEE_OTHER && page.to.ends_with("/sign-in")
}
