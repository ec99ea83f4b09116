//! How many respondents a server takes: open the link, answer, send, read the receipt. Client and
//! server share the machine. Prints one JSON object.
//!
//! `cargo xtask bench fielding --json [--quick]`; `-- --only sqlite` leaves PostgreSQL out.
#![allow(clippy::disallowed_methods, reason = "a measurement of processes and clocks")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::field::{Field, Unit, free_address};
use monshin_fielding_tests::journey::{Journey, Taken, Trouble};
use monshin_fielding_tests::postgres::Postgres;
use monshin_store::Privacy;
use serde_json::{Value, json};

const SURVEY: &str = include_str!("../../../examples/hodanren-2022/survey.toml");

/// Respondents at work at the same time under full load.
const AT_ONCE: usize = 96;
/// Respondents a second at the fixed rate.
const RATE: u32 = 500;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let is_quick = std::env::var_os("MONSHIN_BENCH_QUICK").is_some();
    let only = words.iter().position(|word| word == "--only").and_then(|at| words.get(at + 1));
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let seconds = if is_quick { 3 } else { 10 };
    let mut results = Vec::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if wanted("sqlite") {
        results.extend(runtime.block_on(measure("sqlite", None, seconds)));
    }
    if wanted("postgresql") {
        let postgres = Postgres::start_durable();
        results.extend(runtime.block_on(measure("postgresql", Some(&postgres), seconds)));
    }
    println!("{}", json!({ "survey": "hodanren-2022", "seconds": seconds, "results": results }));
}

/// Full load on one new field, the fixed rate on another.
async fn measure(name: &str, postgres: Option<&Postgres>, seconds: u64) -> Vec<Value> {
    let mut results = Vec::new();
    for load in ["full", "fixed"] {
        let units = if load == "full" { 3_000 * seconds as usize } else { RATE as usize * seconds as usize };
        let address = postgres.map(|postgres| postgres.database(load));
        let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
        let field = Field::new(binary, SURVEY, Privacy::Confidential, units, address, 1);
        let at = free_address();
        let server = field.serve(at);
        let before = memory(server.id());
        let client_before = processor_seconds(std::process::id());
        let of_database = || postgres.map(Postgres::processes).unwrap_or_default();
        let database_before: BTreeMap<u32, f64> =
            of_database().into_iter().map(|id| (id, processor_seconds(id))).collect();
        let run = match load {
            "full" => full(&field, at, Duration::from_secs(seconds)).await,
            _ => fixed(&field, at).await,
        };
        let mut result = run.report();
        result["database"] = json!(name);
        result["load"] = json!(load);
        result["resident_mb"] = json!({
            "before": before,
            "after": memory(server.id()),
            "highest": kilobytes(server.id(), "status", "VmHWM:") / 1024.0,
            "database_server": postgres.map(|postgres| {
                postgres.processes().iter().map(|id| kilobytes(*id, "smaps_rollup", "Pss:")).sum::<f64>() / 1024.0
            }),
        });
        // On a busy machine rates say little; this says what a respondent costs.
        let server_seconds = processor_seconds(server.id());
        let client_seconds = processor_seconds(std::process::id()) - client_before;
        let since = |id: u32| processor_seconds(id) - database_before.get(&id).copied().unwrap_or(0.0);
        let database_seconds: f64 = of_database().into_iter().map(since).sum();
        let each = |seconds: f64| seconds * 1_000.0 / run.journeys.len() as f64;
        result["processor_ms_each"] = json!({
            "server": each(server_seconds),
            "client": each(client_seconds),
            "database": each(database_seconds),
        });
        assert!(server.stop(), "{}", field.log());
        let store = field.store().await;
        let kept = field.returns(&*store).await.len();
        store.close().await;
        assert!(
            (run.journeys.len()..=run.journeys.len() + run.failed).contains(&kept),
            "what was acknowledged is what is there"
        );
        results.push(result);
    }
    results
}

/// What came of one load.
#[derive(Default)]
struct Run {
    seconds: f64,
    /// From the moment at which each should have begun.
    journeys: Vec<Duration>,
    requests: Vec<Duration>,
    bytes: usize,
    /// Who was told that it did not work.
    failed: usize,
}

impl Run {
    fn report(&self) -> Value {
        let completed = self.journeys.len();
        json!({
            "completed": completed,
            "failed": self.failed,
            "per_second": completed as f64 / self.seconds,
            "requests_per_second": self.requests.len() as f64 / self.seconds,
            "requests_each": self.requests.len() as f64 / completed as f64,
            "bytes_each": self.bytes / completed.max(1),
            "journey_ms": percentiles(&self.journeys),
            "request_ms": percentiles(&self.requests),
        })
    }

    fn add(&mut self, journey: Duration, of: Option<&Taken>) {
        let Some(of) = of else {
            self.failed += 1;
            return;
        };
        self.journeys.push(journey);
        self.requests.extend(&of.requests);
        self.bytes += of.bytes;
    }
}

fn percentiles(times: &[Duration]) -> Value {
    let mut sorted = times.to_vec();
    sorted.sort();
    let at = |share: f64| {
        let last = sorted.len().saturating_sub(1);
        sorted.get((share * last as f64).round() as usize).map(|time| time.as_secs_f64() * 1_000.0)
    };
    json!({ "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "most": at(1.0) })
}

/// The connection ends with it, as it would before long: the server lets 800 stay.
async fn one(server: SocketAddr, number: usize, unit: &Unit) -> Option<Taken> {
    let from = format!("10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255);
    let mut journey = Journey::new(Client::new(server, &from));
    journey.fetches_style = true;
    match journey.travel(&unit.link, &unit.script).await {
        Ok(_) => Some(journey.taken),
        // Told that it did not work, as where more come than the machine takes: they would try again.
        Err(Trouble::Failed(_) | Trouble::Line(_)) => None,
        Err(trouble) => panic!("{}: {trouble:?}", unit.id),
    }
}

/// As many as the machine takes.
async fn full(field: &Field, server: SocketAddr, time: Duration) -> Run {
    let next = Arc::new(AtomicUsize::new(0));
    let units = Arc::new(field.units.clone());
    let begin = Instant::now();
    let tasks = (0..AT_ONCE).map(|_| {
        let (next, units) = (Arc::clone(&next), Arc::clone(&units));
        tokio::spawn(async move {
            let mut run = Run::default();
            while begin.elapsed() < time {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(unit) = units.get(number) else { break };
                let start = Instant::now();
                let journey = one(server, number, unit).await;
                run.add(start.elapsed(), journey.as_ref());
            }
            run
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut all = Run::default();
    for task in tasks {
        let run = task.await.expect("no respondent failed");
        all.journeys.extend(run.journeys);
        all.requests.extend(run.requests);
        all.bytes += run.bytes;
        all.failed += run.failed;
    }
    all.seconds = begin.elapsed().as_secs_f64();
    all
}

/// One after the other at a fixed rate, whether those before are done or not.
async fn fixed(field: &Field, server: SocketAddr) -> Run {
    let begin = tokio::time::Instant::now();
    let mut tasks = Vec::new();
    for (number, unit) in field.units.iter().cloned().enumerate() {
        let due = begin + Duration::from_secs(1) / RATE * number as u32;
        tokio::time::sleep_until(due).await;
        tasks.push(tokio::spawn(async move {
            let journey = one(server, number, &unit).await;
            (due.elapsed(), journey)
        }));
    }
    let mut all = Run::default();
    for task in tasks {
        let (time, journey) = task.await.expect("no respondent failed");
        all.add(time, journey.as_ref());
    }
    all.seconds = begin.elapsed().as_secs_f64();
    all
}

/// Resident memory of a process, in MB.
fn memory(id: u32) -> f64 {
    kilobytes(id, "status", "VmRSS:") / 1024.0
}

fn kilobytes(id: u32, file: &str, name: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(f64::NAN)
}

/// Time on processors, user and system.
fn processor_seconds(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let behind = text.rsplit_once(") ").map_or("", |(_, behind)| behind);
    let ticks = |at: usize| behind.split(' ').nth(at).and_then(|ticks| ticks.parse::<f64>().ok());
    // Fields 14 and 15 of proc(5), in hundredths of a second.
    (ticks(11).unwrap_or(f64::NAN) + ticks(12).unwrap_or(f64::NAN)) / 100.0
}
