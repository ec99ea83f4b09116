//! For those who run the server: is it alive, is it ready, what has it done.

use std::fmt::{Display, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::Mutex;

use crate::app::{App, SECOND};

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
    pub durations: Durations,
}

/// Adds one.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// How long requests took, from their head to the head of the answer.
#[derive(Debug, Default)]
pub struct Durations {
    /// Requests of each class of [`MOST`], and of those that took longer.
    classes: [AtomicU64; MOST.len() + 1],
    micros: AtomicU64,
}

/// The longest of each class, in microseconds, and as Prometheus writes it in seconds.
const MOST: [(i64, &str); 10] = [
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (1_000_000, "1"),
    (5_000_000, "5"),
    (30_000_000, "30"),
];

impl Durations {
    /// Notes how long one took.
    pub fn note(&self, micros: i64) {
        // A clock that was set back says nothing.
        let micros = micros.max(0);
        let class = MOST.iter().position(|(most, _)| micros <= *most).unwrap_or(MOST.len());
        count(&self.classes[class]);
        self.micros.fetch_add(micros.unsigned_abs(), Ordering::Relaxed);
    }

    fn write(&self, text: &mut String) {
        let name = "monshin_request_seconds";
        head(text, name, "histogram", "Time from a request to the head of its answer.");
        let mut sum = 0;
        let most = MOST.iter().map(|(_, seconds)| *seconds).chain(["+Inf"]);
        for (class, most) in self.classes.iter().zip(most) {
            sum += class.load(Ordering::Relaxed);
            line(text, &format!("{name}_bucket{{le=\"{most}\"}}"), sum);
        }
        line(text, &format!("{name}_sum"), self.micros.load(Ordering::Relaxed) as f64 / 1e6);
        line(text, &format!("{name}_count"), sum);
    }
}

fn head(text: &mut String, name: &str, kind: &str, what: &str) {
    let _ = writeln!(text, "# HELP {name} {what}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, value: impl Display) {
    let _ = writeln!(text, "{name} {value}");
}

/// When the database was last asked whether it takes what is written, and what it said.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(i64, bool)>>);

/// Longest wait for the database to say that it is ready: who asks has little patience.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process answers.
pub async fn health() -> &'static str {
    "ok\n"
}

/// The database takes what is written. Whoever asks may be anybody, so it is looked at once a second at most.
pub async fn ready(State(app): State<App>) -> Response {
    let mut last = app.0.readiness.0.lock().await;
    let now = app.now();
    let is_fresh = |at: i64| at <= now && now < at + SECOND;
    let is_ready = match *last {
        Some((at, is_ready)) if is_fresh(at) => is_ready,
        _ => is_ready(&app).await,
    };
    *last = Some((now, is_ready));
    if is_ready {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database takes nothing\n").into_response()
    }
}

async fn is_ready(app: &App) -> bool {
    match tokio::time::timeout(PATIENCE, app.0.store.ping()).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => tracing::error!(%error, "not ready"),
        Err(_) => tracing::error!("not ready: the database does not answer"),
    }
    false
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
    head(&mut text, "monshin_build_info", "gauge", "The version that runs.");
    line(&mut text, &format!("monshin_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1);
    head(&mut text, "monshin_start_time_seconds", "gauge", "When the server was started, since 1970.");
    line(&mut text, "monshin_start_time_seconds", app.0.started as f64 / 1e6);
    head(&mut text, "monshin_survey_open", "gauge", "Whether answers are taken now.");
    for (id, survey) in &app.0.surveys {
        let is_open = survey.dates().is_open(app.now());
        line(&mut text, &format!("monshin_survey_open{{survey=\"{id}\"}}"), u8::from(is_open));
    }
    for (name, what, counter) in [
        ("requests", "Requests answered.", &counters.requests),
        ("failures", "Requests that failed on our side.", &counters.failures),
        ("entered", "Codes that opened a case.", &counters.entered),
        ("refused_codes", "Codes that opened nothing.", &counters.refused_codes),
        ("limited", "Tries refused for their number.", &counters.limited),
        ("saved_pages", "Pages saved.", &counters.saved),
        ("submitted", "Returns kept.", &counters.submitted),
    ] {
        let name = format!("monshin_{name}_total");
        head(&mut text, &name, "counter", what);
        line(&mut text, &name, counter.load(Ordering::Relaxed));
    }
    counters.durations.write(&mut text);
    ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_up_to_each_limit() {
        let durations = Durations::default();
        for micros in [-7, 2_500, 2_501, 30_000_001] {
            durations.note(micros);
        }
        let mut text = String::new();
        durations.write(&mut text);
        for expected in [
            "le=\"0.0025\"} 2",
            "le=\"0.005\"} 3",
            "le=\"30\"} 3",
            "le=\"+Inf\"} 4",
            "_count 4",
            "_sum 30.005002",
        ] {
            assert!(text.lines().any(|line| line.ends_with(expected)), "{expected} in\n{text}");
        }
    }
}
