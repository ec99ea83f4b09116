//! For those who run the server: is it alive, is it ready, what has it done.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;

/// What has happened since the start. Numbers only.
#[derive(Debug, Default)]
pub struct Counters {
    pub requests: AtomicU64,
    pub failures: AtomicU64,
    pub entered: AtomicU64,
    pub refused_codes: AtomicU64,
    pub limited: AtomicU64,
    pub saved: AtomicU64,
    pub submitted: AtomicU64,
}

/// Adds one.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The process answers.
pub async fn health() -> &'static str {
    "ok\n"
}

/// The database answers too.
pub async fn ready(State(app): State<App>) -> Response {
    match app.0.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// Counts for whoever asks on this machine itself; for everybody else there is no such page. A proxy on this machine says
/// for whom it asks, or for which host.
pub async fn metrics_here(State(app): State<App>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let is_forwarded = ["x-forwarded-for", "x-forwarded-host", "forwarded", "via"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    let (config, host) = (&app.0.config, request.headers().get(header::HOST));
    let host = host.and_then(|host| host.to_str().ok());
    let is_for_public = config.is_https() && host == Some(config.host());
    if peer.is_some_and(|peer| peer.is_loopback()) && !is_forwarded && !is_for_public {
        return metrics(State(app)).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

/// Prometheus' text format.
pub async fn metrics(State(app): State<App>) -> Response {
    let counters = &app.0.counters;
    let mut text = String::new();
    for (name, what, counter) in [
        ("requests", "Requests answered.", &counters.requests),
        ("failures", "Requests that failed on our side.", &counters.failures),
        ("entered", "Codes that opened a case.", &counters.entered),
        ("refused_codes", "Codes that opened nothing.", &counters.refused_codes),
        ("limited", "Tries refused for their number.", &counters.limited),
        ("saved_pages", "Pages saved.", &counters.saved),
        ("submitted", "Returns kept.", &counters.submitted),
    ] {
        let value = counter.load(Ordering::Relaxed);
        let _ = writeln!(
            text,
            "# HELP monshin_{name}_total {what}\n# TYPE monshin_{name}_total counter\nmonshin_{name}_total {value}"
        );
    }
    ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
