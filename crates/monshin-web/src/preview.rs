//! The author's preview: finished pages, and word of the next ones.
//!
//! Comes in: pages by language, as the binary has made them, over a channel. Goes out: a router for this
//! machine alone. It reads no file and looks nothing up by a name that a request brings, except among
//! those pages.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;

const SCRIPT: &str = include_str!("../assets/watch.js");

/// Longest time that a request waits for the next state.
const PATIENCE: Duration = Duration::from_secs(25);

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is to be seen now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Another one for every other state.
    pub revision: String,
    /// Language of the page that stands at `/`.
    pub first: String,
    /// A page for each language.
    pub pages: BTreeMap<String, String>,
}

/// What the pages are taken from; when its sender is gone, requests that wait are let go.
pub type Feed = watch::Receiver<Arc<Shown>>;

#[derive(Clone)]
struct App {
    feed: Feed,
    hosts: Arc<[String]>,
}

/// The routes: `/` and `/{language}` show a page, `/next?after=REVISION` answers once there is another
/// state than that one (204 where there was none for a while), `/watch.js` is the script of the pages.
/// Requests to another host than `hosts` are refused, so no page of the web can read the preview under a
/// name of its own.
pub fn preview_router(feed: Feed, hosts: Vec<String>) -> Router {
    let app = App { feed, hosts: hosts.into() };
    Router::new()
        .route("/", get(first))
        .route("/next", get(next))
        .route("/watch.js", get(script))
        .route("/{language}", get(page))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(middleware::from_fn_with_state(app.clone(), protect))
        .with_state(app)
}

async fn first(State(app): State<App>) -> Response {
    let shown = app.feed.borrow().clone();
    of_language(&shown, &shown.first)
}

async fn page(State(app): State<App>, Path(language): Path<String>) -> Response {
    let shown = app.feed.borrow().clone();
    of_language(&shown, &language)
}

fn of_language(shown: &Shown, language: &str) -> Response {
    match shown.pages.get(language) {
        Some(page) => Html(page.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn next(State(mut app): State<App>, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    let after = asked.get("after").map_or("", String::as_str);
    let other = app.feed.wait_for(|shown| shown.revision != after);
    match tokio::time::timeout(PATIENCE, other).await {
        Ok(Ok(shown)) => shown.revision.clone().into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = match is_our_host(&app, request.headers()) && is_from_us(request.headers()) {
        true => next.run(request).await,
        false => StatusCode::MISDIRECTED_REQUEST.into_response(),
    };
    let fixed = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn is_our_host(app: &App, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| app.hosts.iter().any(|ours| ours == host))
}

/// Browsers say so where another site asks; a link from elsewhere may still be followed.
fn is_from_us(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_visit = text("sec-fetch-mode") == Some("navigate");
    is_visit || text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
}
