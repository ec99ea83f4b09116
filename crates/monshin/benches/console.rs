//! What operators wait for: a frame of 107,409 institutions checked, loaded and given codes through the
//! console, and the board of a million cases. Prints one JSON object.
//!
//! `cargo xtask bench console --json [--quick]`; `-- --only sqlite` leaves PostgreSQL out.
#![allow(clippy::disallowed_methods, reason = "a measurement of processes and clocks")]

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Instant;

use monshin_fielding_tests::field::{Field, free_address};
use monshin_fielding_tests::postgres::Postgres;
use monshin_instrument::{BreakdownSource, Questionnaire};
use monshin_seal::ServerSecret;
use monshin_store::{
    AccountChange, Act, CaseClasses, CaseQuery, Disposition, Listed, OfAccount, Privacy, Role, SessionChange,
    SetUp, Store, Which,
};
use serde_json::{Value, json};

const SURVEY: &str = include_str!("../../../examples/hodanren-2022/survey.toml");
/// Institutions that the example's survey asked.
const FRAME: usize = 107_409;
const MILLION: usize = 1_000_000;
/// Times that the board is asked for; the middle one counts.
const TIMES: usize = 9;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let is_quick = std::env::var_os("MONSHIN_BENCH_QUICK").is_some();
    let only = words.iter().position(|word| word == "--only").and_then(|at| words.get(at + 1));
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let cases = if is_quick { MILLION / 10 } else { MILLION };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut results = Vec::new();
    if wanted("sqlite") {
        results.push(runtime.block_on(measure("sqlite", None, cases)));
    }
    if wanted("postgresql") {
        let postgres = Postgres::start_durable();
        let address = postgres.database("console");
        results.push(runtime.block_on(measure("postgresql", Some(address), cases)));
    }
    println!("{}", json!({ "survey": "hodanren-2022", "results": results }));
}

async fn measure(name: &str, address: Option<String>, cases: usize) -> Value {
    let field =
        Field::new(Path::new(env!("CARGO_BIN_EXE_monshin")), SURVEY, Privacy::Confidential, 5, address, 1);
    let store = field.store().await;
    let desk = Desk {
        at: free_address(),
        cookie: sign_in(&field, &*store).await,
        survey: field.form.survey().id.clone(),
    };
    let server = field.serve(desk.at);
    let csv = frame(&field.form, FRAME);
    let form = desk.page("frame").hidden("token");
    let (checked, check) = timed(|| desk.upload(&form, &csv));
    let upload = checked.hidden("upload");
    assert!(!upload.is_empty(), "{}", checked.0);
    let (loaded, load) = timed(|| desk.post("frame/load", &[("token", &form), ("upload", &upload)]));
    assert!(loaded.0.starts_with("HTTP/1.1 200"), "{}", loaded.0);
    let (letters, issue) =
        timed(|| desk.post("letters", &[("token", &form), ("which", "uncoded"), ("form", "csv")]));
    assert_eq!(letters.0.lines().filter(|line| line.contains("/r/")).count(), FRAME);
    fill(&*store, &field.form, cases).await;
    let mut boards: Vec<f64> = (0..TIMES).map(|_| timed(|| desk.page("board")).1).collect();
    boards.sort_by(f64::total_cmp);
    let (_, list) = timed(|| desk.page("names?which=missing&after=m0400000"));
    assert!(server.stop(), "{}", field.log());
    let uncoded = CaseQuery {
        survey: desk.survey.clone(),
        which: Which::Uncoded,
        begins: "u".into(),
        limit: 1,
        ..CaseQuery::default()
    };
    assert!(store.cases(&uncoded).await.expect("read").is_empty(), "everybody has a code");
    store.close().await;
    json!({
        "database": name,
        "frame": FRAME,
        "seconds": { "check": check, "load": load, "codes_and_letters": issue, "all": check + load + issue },
        "cases": cases,
        "milliseconds": { "board": 1e3 * boards[TIMES / 2], "board_slowest": 1e3 * boards[TIMES - 1], "list": 1e3 * list },
    })
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed().as_secs_f64())
}

/// An owner with a session, as the store keeps it.
async fn sign_in(field: &Field, store: &dyn Store) -> String {
    let text = std::fs::read_to_string(field.dir().join("fielding.secret")).expect("made by invite");
    let secret = ServerSecret::from_text(&text).expect("a secret");
    let (now, held) = (jiff::Timestamp::now().as_microsecond(), [7_u8; 32]);
    let setup = SetUp { hash: [1; 32], until: now };
    for change in [
        AccountChange::Add { role: Role::Owner, setup },
        AccountChange::Session(SessionChange::Begin {
            hash: secret.hash("console session", &held),
            proven: now,
            instead_of: None,
        }),
    ] {
        let of = OfAccount { name: "bench".into(), change, at: now, act: None };
        assert!(store.change_account(of).await.expect("written"));
    }
    let digits: String = held.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("monshin-console={digits}")
}

/// A frame with names, addresses and mail, as a sector's list has them.
fn frame(form: &Questionnaire, units: usize) -> String {
    let breakdowns: Vec<_> =
        form.breakdowns().iter().filter(|one| one.source == BreakdownSource::Frame).collect();
    let mut csv = String::from("id");
    breakdowns.iter().for_each(|one| csv.push_str(&format!(",{}", one.id)));
    csv.push_str(",name,address,email,phone\n");
    for unit in 0..units {
        let _ = write!(csv, "u{unit:06}");
        for one in &breakdowns {
            let codes = &one.codes.codes;
            let _ = write!(csv, ",{}", codes[unit * 7 % codes.len()].id);
        }
        let _ = writeln!(
            csv,
            ",青葉医院{unit},東京都千代田区一番町{unit}番地,office{unit}@clinic.example.jp,03-0000-{:04}",
            unit % 10_000
        );
    }
    csv
}

/// Further cases up to a million, every fiftieth with something noted.
async fn fill(store: &dyn Store, form: &Questionnaire, cases: usize) {
    let id = &form.survey().id;
    let act = |word: &str| Act { at: 0, actor: "bench".into(), act: word.into(), detail: String::new() };
    let breakdowns: Vec<_> =
        form.breakdowns().iter().filter(|one| one.source == BreakdownSource::Frame).collect();
    let listed = |unit: usize| Listed {
        unit: format!("m{unit:07}"),
        pseudonym: format!("p{unit:07}"),
        classes: CaseClasses(
            breakdowns
                .iter()
                .enumerate()
                .map(|(at, one)| {
                    let codes = &one.codes.codes;
                    (one.id.clone(), codes[(unit / (at * 13 + 1)) % codes.len()].id.clone())
                })
                .collect(),
        ),
        disposition: unit.is_multiple_of(50).then_some(Disposition::Refusal),
        contact: vec![7; 232],
    };
    let first = FRAME + 5;
    for from in (first..cases).step_by(10_000) {
        let units = (from..(from + 10_000).min(cases)).map(listed).collect();
        store.list_units(id, id, units, act("frame")).await.expect("listed");
    }
    for case in (1..=2_000).map(|at| at * (cases as i64 / 2_001)) {
        store.record(case, Disposition::UnknownExistence, act("disposition")).await.expect("noted");
    }
    let counted: u64 = store.counts(id).await.expect("read").iter().map(|one| one.cases).sum();
    assert_eq!(counted as usize, cases.max(first));
}

/// An operator's browser, as far as a bench needs one.
struct Desk {
    at: SocketAddr,
    cookie: String,
    survey: String,
}

/// What came back, with its head.
struct Answer(String);

impl Answer {
    fn hidden(&self, name: &str) -> String {
        let begin = format!("name=\"{name}\" value=\"");
        self.0.split(&begin).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
}

impl Desk {
    fn page(&self, path: &str) -> Answer {
        let answer = self.send("GET", path, "", &[]);
        assert!(answer.0.starts_with("HTTP/1.1 200"), "{}", answer.0);
        answer
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.send("POST", path, "application/x-www-form-urlencoded", body.join("&").as_bytes())
    }

    fn upload(&self, token: &str, csv: &str) -> Answer {
        let part = |name: &str, rest: &str, value: &str| {
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n{value}\r\n")
        };
        let body = part("token", "", token) + &part("file", "; filename=\"frame.csv\"", csv) + "--edge--\r\n";
        self.send("POST", "frame", "multipart/form-data; boundary=edge", body.as_bytes())
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let (at, cookie, survey) = (self.at, &self.cookie, &self.survey);
        let mut stream = TcpStream::connect(at).expect("connected");
        let head = format!(
            "{method} /console/en/s/{survey}/{path} HTTP/1.1\r\nHost: {at}\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("read");
        Answer(String::from_utf8_lossy(&bytes).into_owned())
    }
}
