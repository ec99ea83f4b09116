//! To the provider and back.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use monshin_store::{AccountChange, Act, OfAccount, SessionChange, StoreError};

use super::sign_in::known;
use super::{Shell, failed, html, notice};
use crate::app::App;
use crate::console::entry::{not_found, too_many};
use crate::console::oidc::{Back, NotIn, forget};
use crate::console::session;
use crate::console::words::say;
use crate::guard::{Address, is_from_elsewhere};

/// It leads on by itself: a cookie that was set on the way from another site is sent only from a page of ours.
#[derive(Template)]
#[template(path = "console/back.html")]
struct Inside {
    shell: Shell,
}

/// Sends the browser to the provider.
pub async fn go(
    State(app): State<App>,
    Path(tag): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(lang) = known(&tag) else { return not_found(&app, "en") };
    let Some(oidc) = &app.0.oidc else { return not_found(&app, lang) };
    // A provider that knows somebody asks nothing: without a look at where this comes from, a link of any other site
    // would sign an operator in unasked.
    if is_from_elsewhere(&headers) {
        return crate::pages::go(&format!("/console/{lang}/sign-in"));
    }
    match oidc.begin(&app, &headers, lang, query.as_deref() == Some("again")).await {
        Ok((address, cookie)) => {
            let Ok(address) = HeaderValue::try_from(address) else { return not_found(&app, lang) };
            let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response();
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Err(error) => away(&app, lang, NotIn::Failed(error)),
    }
}

/// The browser comes back from the provider.
pub async fn back(
    State(app): State<App>,
    address: Option<axum::Extension<Address>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(oidc) = &app.0.oidc else { return not_found(&app, "en") };
    let address = address.map(|one| one.0);
    if address.is_some_and(|one| !app.0.guards.by_address.take(one.0, app.now())) {
        return too_many(&app, "en", address);
    }
    let mut response = match oidc.end(&app, &headers, query.as_deref().unwrap_or_default()).await {
        Ok(back) => match inside(&app, &back).await {
            Ok(response) => response,
            Err(error) => failed(Shell::new(&app, back.lang, say(back.lang).failed.0, ""), &error),
        },
        Err(why) => away(&app, super::sign_in::preferred(&headers), why),
    };
    response.headers_mut().append(header::SET_COOKIE, forget(&app));
    response
}

/// A new session for whoever is on the list of operators.
async fn inside(app: &App, back: &Back) -> Result<Response, StoreError> {
    let say = say(back.lang);
    if app.0.store.operator(&back.name).await?.is_none() {
        tracing::warn!("somebody whom the provider knows is no operator");
        let shell = Shell::new(app, back.lang, say.no_operator.0, "");
        return Ok(notice(shell, StatusCode::FORBIDDEN, say.no_operator.1));
    }
    let (hash, cookie) = session::begin(&app.0.secret, &app.0.config);
    let detail = "OpenID Connect".to_owned();
    let act = Act { at: app.now(), actor: back.name.clone(), act: "sign-in".into(), detail };
    let begin = SessionChange::Begin { hash, proven: back.proven, instead_of: back.held };
    let change = AccountChange::Session(begin);
    let of = OfAccount { name: back.name.clone(), change, at: app.now(), act: Some(act) };
    app.0.store.change_account(of).await?;
    let page = Inside { shell: Shell::new(app, back.lang, say.signed_in, "") };
    let mut response = html(StatusCode::OK, &page);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn away(app: &App, lang: &'static str, why: NotIn) -> Response {
    let say = say(lang);
    let (status, what) = match why {
        NotIn::Lost => (StatusCode::FORBIDDEN, say.expired),
        NotIn::Refused(word) => {
            tracing::warn!(word, "the provider refused a sign-in");
            (StatusCode::FORBIDDEN, say.provider_refused)
        }
        NotIn::Nameless => (StatusCode::FORBIDDEN, say.provider_nameless),
        NotIn::Failed(error) => {
            tracing::error!(%error, "signing in by the provider failed");
            (StatusCode::BAD_GATEWAY, say.provider_failed)
        }
    };
    notice(Shell::new(app, lang, what.0, ""), status, what.1)
}
