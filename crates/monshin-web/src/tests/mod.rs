//! The pages through `router(state)`, without a socket. A small browser keeps the cookies.

// Tests look at the files that a thief would get.
#![allow(clippy::disallowed_methods)]

mod api;
mod coming_in;
mod described;
mod ended;
mod guarded;
mod hostile;
mod journey;
mod preview;
mod refused;
mod sealed;

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use monshin_diag::Source;
use monshin_instrument::{Privacy, Questionnaire};
use monshin_seal::{CaseKey, Code, CodeKind, Identity, ServerSecret};
use monshin_store::{Act, CaseClasses, Kind, NewCase, SealedCode, Store, SurveyRow, open};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::app::rng;
use crate::{App, Bounds, Config, Fielded, Record, router};

const SURVEY: &str = include_str!("../../../../tests/fielding/assets/branching.toml");

/// A server with three invited institutions.
pub struct World {
    pub router: Router,
    pub store: Arc<dyn Store>,
    pub folder: TempDir,
    pub analyst: Identity,
    pub short: Vec<Code>,
    pub links: Vec<Code>,
    pub secret: ServerSecret,
    pub config: Config,
    clock: Arc<AtomicI64>,
    app: App,
}

/// 2026-11-24T12:00Z.
pub const NOW: i64 = 1_795_521_600_000_000;
pub const DAY: i64 = 86_400_000_000;
pub const MINUTE: i64 = 60_000_000;

impl World {
    pub async fn new(privacy: Privacy) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let (form, found) = Questionnaire::compile(&Source::new("survey.toml", SURVEY));
        let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
        let path = folder.path().join("fielding.db");
        let store = open(path.to_str().expect("text"), Kind::Field).await.expect("opens");
        let (analyst, secret) = (Identity::draw(&mut rng()), ServerSecret::draw(&mut rng()));
        let row = SurveyRow {
            id: "s".into(),
            questionnaire: SURVEY.into(),
            hash: form.asked().into(),
            privacy,
            recipients: vec![analyst.recipient().to_text(), Identity::draw(&mut rng()).recipient().to_text()],
            opens_at: NOW - DAY,
            closes_at: NOW + DAY,
            grace_until: 0,
            closed_at: None,
        };
        let act = || Act { at: NOW, actor: "test".into(), act: "test".into(), detail: String::new() };
        store.put_survey(row.clone(), act()).await.expect("put");
        let (mut short, mut links, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..3 {
            let codes = [CodeKind::Short, CodeKind::Link].map(|kind| Code::draw(kind, &mut rng()));
            let key = CaseKey::draw(&mut rng());
            let sealed = codes
                .iter()
                .map(|code| SealedCode { hash: code.hash(&secret).0, locked: code.lock(&key, &mut rng()) });
            cases.push(NewCase {
                unit: format!("unit-{number}"),
                pseudonym: format!("pseudonym-{number}"),
                classes: CaseClasses(vec![("beds".into(), "some".into())]),
                codes: sealed.collect(),
            });
            let [typed, link] = codes;
            short.push(typed);
            links.push(link);
        }
        store.add_cases("s", "2026", cases, act()).await.expect("added");
        let clock = Arc::new(AtomicI64::new(NOW));
        let config = Config {
            public_url: "https://survey.example".into(),
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            bounds: Bounds::default(),
            rehearsal: false,
        };
        let app = served(&store, &secret, (row, form), &config, &clock);
        World {
            router: router(app.clone()),
            app,
            store,
            folder,
            analyst,
            short,
            links,
            secret,
            config,
            clock,
        }
    }

    /// Another server on the same database, as a respondent reaches it behind a balancer.
    pub async fn second_server(&self) -> Router {
        let row = self.store.survey("s").await.expect("read").expect("there");
        let (form, _) = Questionnaire::compile(&Source::new("survey.toml", SURVEY));
        let form = Arc::new(form.expect("compiled before"));
        router(served(&self.store, &self.secret, (row, form), &self.config, &self.clock))
    }

    /// What the router asks.
    pub fn app(&self) -> App {
        self.app.clone()
    }

    pub fn wait(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::Relaxed);
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { of: PhantomData, at: self.router.clone(), cookies: Vec::new(), extra: Vec::new() }
    }

    /// A browser that came in by the link of a letter.
    pub async fn inside(&self, unit: usize) -> Browser<'_> {
        let mut browser = self.browser();
        let page = browser.get(&format!("/r/{}", *self.links[unit].to_text())).await;
        assert_eq!((page.status, page.to.as_str()), (StatusCode::SEE_OTHER, "/ja/page/1"), "{}", page.text);
        browser
    }

    /// The records that the analyst opens.
    pub async fn records(&self) -> Vec<Record> {
        let answers = self.store.answers("s", "", 100).await.expect("read");
        let opened = answers.iter().map(|answer| {
            let bytes =
                monshin_seal::open(&self.analyst, b"s", &answer.sealed).expect("sealed to the analyst");
            if let Some(receipt) = answer.receipt {
                assert_eq!(receipt, Record::receipt(&bytes));
            }
            Record::parse(&bytes).expect("a record")
        });
        opened.collect()
    }
}

fn served(
    store: &Arc<dyn Store>,
    secret: &ServerSecret,
    (row, form): (SurveyRow, Arc<Questionnaire>),
    config: &Config,
    clock: &Arc<AtomicI64>,
) -> App {
    let surveys = vec![Fielded::new(row, form).expect("fielded")];
    let time = Arc::clone(clock);
    let clock = Arc::new(move || time.load(Ordering::Relaxed));
    App::new(Arc::clone(store), secret.clone(), surveys, config.clone(), clock)
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub to: String,
    pub text: String,
}

impl Page {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> &str {
        let start = format!("name=\"{name}\" value=\"");
        self.text.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
    }
}

/// Keeps cookies and nothing else.
#[derive(Clone)]
pub struct Browser<'w> {
    /// It goes no longer than its world does.
    of: PhantomData<&'w World>,
    /// The server that it asks.
    pub at: Router,
    pub cookies: Vec<(String, String)>,
    /// Further headers.
    pub extra: Vec<(&'static str, String)>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, String::new()).await
    }

    /// Posts fields as they are, with the token of the page they belong to.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = if path.ends_with("submit") { "/ja/review" } else { "/ja/page/1" };
        let form = self.get(page).await;
        let token = form.hidden("token").to_owned();
        let mut all = vec![("token", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all).await
    }

    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, body).await
    }

    pub async fn submit(&mut self) -> Page {
        let review = self.get("/ja/review").await;
        let fields = [("token", review.hidden("token")), ("version", review.hidden("version"))];
        self.post_raw("/ja/submit", &fields).await
    }

    pub async fn send(&mut self, method: &str, path: &str, body: String) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        if !self.extra.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, "survey.example");
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request.header(header::COOKIE, cookies.join("; "));
        for (name, value) in &self.extra {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.at.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().expect("text").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.retain(|(have, _)| have != name);
            if !value.is_empty() {
                self.cookies.push((name.into(), value.into()));
            }
        }
        let to = parts.headers.get(header::LOCATION).map_or("", |to| to.to_str().expect("text")).to_owned();
        let bytes = to_bytes(body, 1_000_000).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, headers: parts.headers, to, text }
    }
}

/// Answers a small return to the end, without sending it.
pub async fn answer_all(browser: &mut Browser<'_>) {
    assert_eq!(browser.post("/ja/page/1", &[("q1", "no"), ("go", "next")]).await.to, "/ja/page/3");
    let last = [("q5.r1", "yes"), ("q5.r2", "no"), ("go", "next")];
    assert_eq!(browser.post("/ja/page/3", &last).await.to, "/ja/review");
}
