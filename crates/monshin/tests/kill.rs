//! `kill -9` of the server and of PostgreSQL at random moments, while respondents are at work. Every
//! return that was acknowledged is there once, and whole.
//!
//! `MONSHIN_KILL_SEED` is the seed (it is printed), `MONSHIN_KILL_ROUNDS` the rounds of the long story:
//! `cargo nextest run -p monshin --test kill --run-ignored only`.
#![allow(clippy::disallowed_methods, reason = "a story of processes")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::field::{Field, Unit, free_address};
use monshin_fielding_tests::journey::{Journey, Trouble};
use monshin_fielding_tests::postgres::Postgres;
use monshin_fielding_tests::world;
use monshin_store::{Privacy, verify_audit};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Respondents at work at the same time.
const AT_ONCE: usize = 8;
/// Units for each round, more than can be through in one.
const A_ROUND: usize = 120;

#[derive(Clone, Copy, PartialEq)]
enum Database {
    Sqlite,
    Postgres,
}

fn number_of(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn long_rounds() -> u64 {
    number_of("MONSHIN_KILL_ROUNDS", 200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing() {
    story(Database::Sqlite, Privacy::Confidential, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_anonymous() {
    story(Database::Sqlite, Privacy::Anonymous, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgresql_loses_nothing() {
    story(Database::Postgres, Privacy::Identified, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "200 rounds, some minutes"]
async fn long_on_sqlite() {
    story(Database::Sqlite, Privacy::Confidential, long_rounds()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "200 rounds, some minutes"]
async fn long_on_sqlite_anonymous() {
    story(Database::Sqlite, Privacy::Anonymous, long_rounds()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "200 rounds, some minutes"]
async fn long_on_postgresql() {
    story(Database::Postgres, Privacy::Confidential, long_rounds()).await;
}

/// What the respondents did.
struct Crowd {
    units: Vec<Unit>,
    next: AtomicUsize,
    done: AtomicBool,
    /// Remark of a finished unit, and its receipt; none where it learnt only that it had been kept.
    kept: Mutex<BTreeMap<String, Option<String>>>,
    /// Journeys that broke off and were made again.
    broken: AtomicUsize,
}

async fn story(database: Database, privacy: Privacy, rounds: u64) {
    let seed = number_of("MONSHIN_KILL_SEED", 20_261_128);
    println!("seed {seed}, {rounds} rounds");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut postgres = (database == Database::Postgres).then(Postgres::start_durable);
    let address = postgres.as_ref().map(|postgres| postgres.database("kill"));
    let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
    let mut field =
        Field::new(binary, &world::branching(), privacy, A_ROUND * rounds as usize, address, seed);
    for unit in &mut field.units {
        unit.script.cells.insert("q8".into(), vec![remark(&unit.id)]);
    }
    let crowd = Arc::new(Crowd {
        units: field.units.clone(),
        next: AtomicUsize::new(0),
        done: AtomicBool::new(false),
        kept: Mutex::default(),
        broken: AtomicUsize::new(0),
    });
    let at = free_address();
    let mut server = Some(field.serve(at));
    let tasks: Vec<_> =
        (0..AT_ONCE).map(|number| tokio::spawn(respondents(Arc::clone(&crowd), at, number))).collect();
    for _ in 0..rounds {
        tokio::time::sleep(Duration::from_millis(rng.random_range(30..500))).await;
        let victim = if postgres.is_some() { rng.random_range(0..3_u8) } else { 0 };
        if let Some(postgres) = postgres.as_mut().filter(|_| victim > 0) {
            postgres.kill();
            // For a while the server stands there alone.
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..200))).await;
        }
        if let Some(server) = server.take_if(|_| victim != 1) {
            server.kill();
        }
        if let Some(postgres) = postgres.as_mut().filter(|_| victim > 0) {
            postgres.restart();
        }
        server.get_or_insert_with(|| field.serve(at));
    }
    crowd.done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.expect("no respondent met what they should not");
    }
    drop(server);
    let kept = std::mem::take(&mut *crowd.kept.lock().expect("held shortly"));
    println!("{} returns, {} journeys broke off", kept.len(), crowd.broken.load(Ordering::Relaxed));
    assert!(kept.len() >= rounds as usize, "only {} returns in {rounds} rounds", kept.len());
    everything_is_there(&field, privacy, &kept).await;
}

fn remark(unit: &str) -> String {
    format!("from {unit} <&> 機密")
}

/// One after the other, each until its return is kept, whatever happens to the server meanwhile.
async fn respondents(crowd: Arc<Crowd>, server: SocketAddr, number: usize) {
    let mut tries = 0_u32;
    while !crowd.done.load(Ordering::Relaxed) {
        let at = crowd.next.fetch_add(1, Ordering::Relaxed);
        let Some(unit) = crowd.units.get(at) else { return };
        let receipt = loop {
            tries += 1;
            let from = format!("10.{number}.{}.{}", tries / 256 % 256, tries % 256);
            match Journey::new(Client::new(server, &from)).travel(&unit.link, &unit.script).await {
                Ok(receipt) => break Some(receipt),
                Err(Trouble::KeptBefore) => break None,
                Err(Trouble::Line(_) | Trouble::Failed(_)) => {
                    crowd.broken.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(Trouble::Unexpected(what)) => panic!("{}: {what}", unit.id),
            }
        };
        crowd.kept.lock().expect("held shortly").insert(remark(&unit.id), receipt);
    }
}

async fn everything_is_there(field: &Field, privacy: Privacy, kept: &BTreeMap<String, Option<String>>) {
    let store = field.store().await;
    let returns = field.returns(&*store).await;
    let mut by_remark = BTreeMap::new();
    for one in returns.values() {
        let before = by_remark.insert(one.record.cells["q8"].clone(), one);
        assert!(before.is_none(), "{:?} stands twice", one.record.cells);
    }
    let of_unit: BTreeMap<String, &Unit> = field.units.iter().map(|unit| (remark(&unit.id), unit)).collect();
    for (remark, receipt) in kept {
        let one = by_remark.get(remark).unwrap_or_else(|| panic!("{remark} was acknowledged and is lost"));
        assert!(receipt.as_ref().is_none_or(|receipt| *receipt == one.receipt), "{remark}: another receipt");
        for (name, texts) in &of_unit[remark].script.cells {
            assert_eq!(one.record.cells[name], texts.join(";"), "{remark}: {name}");
        }
    }
    assert_eq!(returns.len(), kept.len(), "a return that nobody sent, or that stands twice");
    // Earlier returns of a case count too: none was kept a second time as a change of the first.
    let mut backup = Vec::new();
    store.backup(&mut backup).await.expect("read");
    let table = if privacy == Privacy::Anonymous { "[5," } else { "[4," };
    let rows =
        String::from_utf8(backup).expect("text").lines().filter(|line| line.starts_with(table)).count();
    assert_eq!(rows, kept.len());
    verify_audit(&store.audit_log().await.expect("read")).expect("one chain");
    store.close().await;
}
