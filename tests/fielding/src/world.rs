//! A survey in the field on a port of this machine, with a clock that a story sets.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use monshin_diag::Source;
use monshin_instrument::{Privacy, Questionnaire};
use monshin_seal::{CaseKey, Code, CodeKind, Identity, ServerSecret};
use monshin_store::{Act, CaseClasses, Kind, NewCase, SealedCode, Store, SurveyRow};
use monshin_web::{App, Bounds, Config, Fielded, OidcSettings, Record, Tls};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// Institutions that are invited.
const INVITED: usize = 6;
/// 2026-11-24T12:00Z.
pub const NOW: i64 = 1_795_521_600_000_000;
/// A day.
pub const DAY: i64 = 86_400_000_000;

/// How a survey is fielded.
pub struct Fielding {
    /// The questionnaire.
    pub survey: String,
    /// How the answers stand to whom they are of.
    pub privacy: Privacy,
    /// What a client may take up.
    pub bounds: Bounds,
    /// Where answers are kept, if not in a file.
    pub database: Option<String>,
    /// Whether it is a rehearsal.
    pub rehearsal: bool,
    /// Further hosts that are answered.
    pub hosts: Vec<String>,
    /// What encrypts the line; its address then begins with `https://`.
    pub tls: Option<Tls>,
    /// By which operators may sign in.
    pub provider: Option<OidcSettings>,
}

impl Default for Fielding {
    fn default() -> Fielding {
        Fielding {
            survey: every_kind(),
            privacy: Privacy::Confidential,
            bounds: Bounds::default(),
            database: None,
            rehearsal: false,
            hosts: Vec::new(),
            tls: None,
            provider: None,
        }
    }
}

/// A server with invited institutions.
pub struct World {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Where it lies.
    pub folder: TempDir,
    /// The port it listens on.
    pub port: u16,
    /// Codes to be typed, one an institution.
    pub short: Vec<Code>,
    /// Codes of the links.
    pub links: Vec<Code>,
    /// `http`, or `https` where the line is encrypted.
    scheme: &'static str,
    /// The survey's id.
    pub survey: String,
    /// The server's secret, for what operators are given.
    pub secret: ServerSecret,
    analyst: Identity,
    clock: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
}

/// The questionnaire with every kind of question.
pub fn every_kind() -> String {
    file("tests/fielding/assets/every-kind.toml")
}

/// Questions that open others, in two sections; classes come from the frame.
pub fn branching() -> String {
    file("tests/fielding/assets/branching.toml")
}

/// One question, one remark, and somebody who writes mails.
pub fn small() -> String {
    file("tests/fielding/assets/small.toml")
}

/// A file of the repository.
pub fn file(path: &str) -> String {
    let path = repository(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A path of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The system's random numbers.
pub fn rng() -> getrandom::rand_core::UnwrapErr<getrandom::SysRng> {
    getrandom::rand_core::UnwrapErr(getrandom::SysRng)
}

impl World {
    /// The survey with every kind of question, confidential.
    pub fn start() -> World {
        World::of(Fielding::default())
    }

    /// A survey in the field.
    ///
    /// # Panics
    /// Where the questionnaire does not compile or this machine has no port left.
    pub fn of(fielding: Fielding) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let (form, found) = Questionnaire::compile(&Source::new("survey.toml", &fielding.survey));
        let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
        let (analyst, secret) = (Identity::draw(&mut rng()), ServerSecret::draw(&mut rng()));
        let (cases, short, links) = invited(&form, &secret);
        let row = SurveyRow {
            id: form.survey().id.clone(),
            questionnaire: fielding.survey,
            hash: form.asked().into(),
            privacy: fielding.privacy,
            recipients: vec![analyst.recipient().to_text()],
            opens_at: NOW - DAY,
            closes_at: NOW + DAY,
            grace_until: NOW + DAY,
            closed_at: None,
        };
        let runtime = Runtime::new().expect("a runtime");
        let file = folder.path().join("fielding.db");
        let address = fielding.database.unwrap_or_else(|| file.display().to_string());
        let kind = if fielding.rehearsal { Kind::Rehearsal } else { Kind::Field };
        let (store, listener) = runtime.block_on(async {
            let store = monshin_store::open(&address, kind).await.expect("opens");
            store.put_survey(row.clone(), act()).await.expect("put");
            store.add_cases(&row.id, "2026", cases, act()).await.expect("added");
            (store, TcpListener::bind("127.0.0.1:0").await.expect("a port"))
        });
        let port = listener.local_addr().expect("its address").port();
        let scheme = if fielding.tls.is_some() { "https" } else { "http" };
        let config = Config {
            public_url: format!("{scheme}://127.0.0.1:{port}"),
            hosts: fielding.hosts,
            trusted_proxies: Vec::new(),
            bounds: fielding.bounds,
            rehearsal: fielding.rehearsal,
        };
        let clock = Arc::new(AtomicI64::new(NOW));
        let time = Arc::clone(&clock);
        let survey = row.id.clone();
        let mut app = App::new(
            Arc::clone(&store),
            secret.clone(),
            vec![Fielded::new(row, form).expect("fielded")],
            config,
            Arc::new(move || time.load(Ordering::Relaxed)),
        );
        if let Some(provider) = fielding.provider {
            app = app.with_oidc(provider).expect("this build speaks it");
        }
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(monshin_web::serve(listener, app, fielding.tls, async {
            let _ = stopped.await;
        }));
        World {
            store,
            folder,
            port,
            scheme,
            short,
            links,
            survey,
            secret,
            analyst,
            clock,
            stop: Some(stop),
            runtime: Some(runtime),
        }
    }

    /// Moves the clock.
    pub fn wait(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::Relaxed);
    }

    /// An address of the server.
    pub fn at(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", self.scheme, self.port)
    }

    /// The link in the letter to an institution.
    pub fn link(&self, unit: usize) -> String {
        self.at(&format!("/r/{}", *self.links[unit].to_text()))
    }

    /// The code in the letter to an institution.
    pub fn code(&self, unit: usize) -> String {
        self.short[unit].to_text().to_string()
    }

    /// Waits for what a story asks of the database.
    ///
    /// # Panics
    /// Where the server has ended.
    pub fn ask<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.as_ref().expect("it runs").block_on(work)
    }

    /// The records that the analyst opens.
    ///
    /// # Panics
    /// Where one does not open, or is not what its receipt says.
    pub fn records(&self) -> Vec<Record> {
        let answers = self.ask(self.store.answers(&self.survey, "", 100)).expect("read");
        let opened = answers.iter().map(|answer| {
            let bytes = monshin_seal::open(&self.analyst, self.survey.as_bytes(), &answer.sealed)
                .expect("sealed to the analyst");
            assert!(answer.receipt.is_none_or(|receipt| receipt == Record::receipt(&bytes)));
            Record::parse(&bytes).expect("a record")
        });
        opened.collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(self.store.close());
            runtime.shutdown_background();
        }
    }
}

fn act() -> Act {
    Act { at: NOW, actor: "test".into(), act: "test".into(), detail: String::new() }
}

fn invited(form: &Questionnaire, secret: &ServerSecret) -> (Vec<NewCase>, Vec<Code>, Vec<Code>) {
    let (mut cases, mut short, mut links) = (Vec::new(), Vec::new(), Vec::new());
    let class = |breakdown: &monshin_instrument::Breakdown| {
        (breakdown.id.clone(), breakdown.codes.codes[0].id.clone())
    };
    let classes: Vec<(String, String)> = form.breakdowns().iter().map(class).collect();
    for number in 0..INVITED {
        let codes = [CodeKind::Short, CodeKind::Link].map(|kind| Code::draw(kind, &mut rng()));
        let key = CaseKey::draw(&mut rng());
        let seal =
            |code: &Code| SealedCode { hash: code.hash(secret).0, locked: code.lock(&key, &mut rng()) };
        cases.push(NewCase {
            unit: format!("unit-{number}"),
            pseudonym: format!("pseudonym-{number}"),
            classes: CaseClasses(classes.clone()),
            codes: codes.iter().map(seal).collect(),
        });
        let [typed, link] = codes;
        short.push(typed);
        links.push(link);
    }
    (cases, short, links)
}
