//! What all requests share, and the routes.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use getrandom::SysRng;
use getrandom::rand_core::Rng as _;
use monshin_seal::ServerSecret;
use monshin_store::Store;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::console::{self, Guards, Waiting};
use crate::ended::Ended;
use crate::limits::Limit;
use crate::mail::Mailer;
use crate::oidc::{NoOidc, Settings};
use crate::ops::{self, Counters, Readiness};
use crate::serve::Bounds;
use crate::style::{self, Sheet};
use crate::survey::Fielded;
use crate::told::TOLD;
use crate::{api, guard, pages};

/// Gives the time, in microseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How the server is reached.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme and host, as respondents type it, without a slash at the end: `https://survey.example.jp`.
    pub public_url: String,
    /// Further hosts that are answered, such as the address it listens on.
    pub hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed: its last address is the respondent's.
    pub trusted_proxies: Vec<IpAddr>,
    /// What a client may take up.
    pub bounds: Bounds,
    /// Whether everything is made up, and every page says so.
    pub rehearsal: bool,
}

impl Config {
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The host of the public address.
    pub(crate) fn host(&self) -> &str {
        self.public_url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default()
    }
}

/// Everything a request needs.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
    pub store: Arc<dyn Store>,
    pub secret: ServerSecret,
    pub surveys: BTreeMap<String, Fielded>,
    pub config: Config,
    pub clock: Clock,
    pub by_address: Limit<IpAddr>,
    pub by_code: Limit<[u8; 32]>,
    /// How often the log is told of refusals, by kind.
    pub told: Limit<&'static str>,
    pub counters: Counters,
    pub readiness: Readiness,
    /// When it was made.
    pub started: i64,
    /// What slows down who guesses passwords.
    pub guards: Guards,
    pub console_style: Sheet,
    /// What sends mails for the console, where a mail server is known.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// The provider by which operators may sign in.
    #[cfg(feature = "oidc")]
    pub oidc: Option<console::Oidc>,
    /// Rounds of mails that operators have looked at and not sent yet.
    pub rounds: Waiting,
    /// Respondents' sessions that ended before their time.
    pub ended: Ended,
    /// When the dates of the surveys were last read.
    dates_read: AtomicI64,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({} surveys)", self.0.surveys.len())
    }
}

pub(crate) const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// Whoever waits for a page is told soon where the database does not answer.
const LONGEST_CATCHING_UP: Duration = Duration::from_secs(2);

impl App {
    /// Brings everything together.
    pub fn new(
        store: Arc<dyn Store>,
        secret: ServerSecret,
        surveys: Vec<Fielded>,
        config: Config,
        clock: Clock,
    ) -> App {
        let surveys = surveys.into_iter().map(|survey| (survey.row.id.clone(), survey)).collect();
        App(Arc::new(Shared {
            store,
            secret,
            surveys,
            config,
            // A whole office may stand behind one address; a guesser needs 2^80 tries.
            by_address: Limit::new(60, 5 * MINUTE),
            by_code: Limit::new(30, 5 * MINUTE),
            told: Limit::new(TOLD, MINUTE),
            counters: Counters::default(),
            readiness: Readiness::default(),
            started: clock(),
            guards: Guards::new(),
            console_style: style::console(),
            mailer: None,
            #[cfg(feature = "oidc")]
            oidc: None,
            rounds: Waiting::default(),
            ended: Ended::default(),
            dates_read: AtomicI64::new(i64::MIN),
            clock,
        }))
    }

    /// With what sends mails for the console. To be said before the first request.
    pub fn with_mailer(mut self, mailer: Option<Arc<dyn Mailer>>) -> App {
        Arc::get_mut(&mut self.0).expect("nobody else has it yet").mailer = mailer;
        self
    }

    /// With a provider of OpenID Connect by which operators may sign in. To be said before the first request.
    ///
    /// # Errors
    /// [`NoOidc`] where the crate was built without its feature `oidc`.
    #[cfg(feature = "oidc")]
    pub fn with_oidc(mut self, settings: Settings) -> Result<App, NoOidc> {
        let shared = Arc::get_mut(&mut self.0).expect("nobody else has it yet");
        shared.oidc = Some(console::Oidc::new(settings));
        Ok(self)
    }

    /// With a provider of OpenID Connect by which operators may sign in. To be said before the first request.
    ///
    /// # Errors
    /// [`NoOidc`]: the crate was built without its feature `oidc`.
    #[cfg(not(feature = "oidc"))]
    pub fn with_oidc(self, _settings: Settings) -> Result<App, NoOidc> {
        Err(NoOidc)
    }

    /// Whether operators may sign in by a provider.
    #[cfg(feature = "oidc")]
    pub(crate) fn has_provider(&self) -> bool {
        self.0.oidc.is_some()
    }

    /// Whether operators may sign in by a provider.
    #[cfg(not(feature = "oidc"))]
    pub(crate) fn has_provider(&self) -> bool {
        false
    }

    pub(crate) fn now(&self) -> i64 {
        (self.0.clock)()
    }

    /// Reads, at most once a second, what another server or a command may have changed: dates of surveys, and which
    /// sessions have ended. Where the database does not answer, what was read last stands; what is sent is held to
    /// the dates of the database in any case.
    pub(crate) async fn catch_up(&self) {
        let (now, last) = (self.now(), self.0.dates_read.load(Ordering::Relaxed));
        if last <= now && now < last.saturating_add(SECOND) {
            return;
        }
        self.0.dates_read.store(now, Ordering::Relaxed);
        let read = async { tokio::join!(self.read_dates(), self.read_ended()) };
        if tokio::time::timeout(LONGEST_CATCHING_UP, read).await.is_err() {
            tracing::warn!("the database does not say what has changed");
        }
    }

    async fn read_dates(&self) {
        match self.0.store.surveys().await {
            Ok(rows) => {
                for row in rows {
                    if let Some(survey) = self.0.surveys.get(&row.id) {
                        survey.set_dates(row.dates());
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the dates of the surveys were not read"),
        }
    }

    /// Has the dates read again by the next request.
    pub(crate) fn forget_dates(&self) {
        self.0.dates_read.store(i64::MIN, Ordering::Relaxed);
    }

    /// The survey where there is one only.
    pub(crate) fn only_survey(&self) -> Option<&Fielded> {
        let mut all = self.0.surveys.values();
        all.next().filter(|_| all.next().is_none())
    }
}

/// The system's random numbers.
pub(crate) fn rng() -> getrandom::rand_core::UnwrapErr<SysRng> {
    getrandom::rand_core::UnwrapErr(SysRng)
}

/// All routes with everything around them; needs no socket.
pub fn router(app: App) -> Router {
    let respondent = Router::new()
        .route("/", get(pages::start::home))
        .route("/r/{code}", get(pages::start::link))
        .route("/{lang}/", get(pages::start::show))
        .route("/{lang}/enter", post(pages::start::enter))
        .route("/{lang}/page/{number}", get(pages::answer::show).post(pages::answer::save))
        .route("/{lang}/review", get(pages::review::show))
        .route("/{lang}/submit", post(pages::review::submit))
        .route("/{lang}/receipt", get(pages::receipt::show))
        .route("/{lang}/leave", post(pages::receipt::leave))
        .route("/openapi.json", get(api::description))
        .route("/api/v1/submit", post(api::submit))
        .route("/api/v1/surveys/{survey}/status", get(api::status))
        .route("/api/v1/surveys/{survey}/import", post(api::import))
        .route("/stop/{token}", get(pages::stop::show).post(pages::stop::stop))
        .route("/style/{name}", get(pages::start::style))
        // Lists and boards of operators are long; respondents' pages are packed where they are drawn.
        .merge(
            console::router().layer(CompressionLayer::new().gzip(true).quality(CompressionLevel::Precise(2))),
        )
        .fallback(pages::notice::not_found)
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::protect));
    // Not for respondents: no host is asked for, since what calls them uses an address of its own.
    let ops = Router::new()
        .route("/healthz", get(ops::health))
        .route("/readyz", get(ops::ready))
        .route("/metrics", get(ops::metrics_here))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::clothe));
    ops.merge(respondent).with_state(app)
}

/// Counts for Prometheus, health and readiness, for an address of their own; needs no socket.
pub(crate) fn watched(app: App) -> Router {
    Router::new()
        .route("/healthz", get(ops::health))
        .route("/readyz", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::clothe))
        .with_state(app)
}

/// Random bytes.
pub(crate) fn draw<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rng().fill_bytes(&mut bytes);
    bytes
}
