//! Whether somebody who holds the whole database can tell whose an anonymous return is: by time, by
//! order, by number.
#![allow(clippy::disallowed_methods, reason = "looks at the file that a thief would get")]

use std::path::Path;

use monshin_fielding_tests::http::{self, Reply};
use monshin_fielding_tests::postgres::Postgres;
use monshin_fielding_tests::world::{Fielding, NOW, World};
use monshin_instrument::Privacy;
use monshin_store::Kind;

const STEP: i64 = 61_234_567;

fn ask(world: &World, cookie: &mut String, method: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("Cookie", cookie.as_str())];
    let reply = http::send(world.port, method, path, &headers, body.as_bytes()).expect("an answer");
    if let Some(set) = reply.header("set-cookie") {
        *cookie = set.split(';').next().unwrap_or_default().to_owned();
    }
    reply
}

/// Everyone answers, one after the other, each at a time of their own, and says who they are.
fn everyone_answers(world: &World) {
    for unit in 0..world.links.len() {
        world.wait(STEP);
        let mut cookie = String::new();
        ask(world, &mut cookie, "GET", &format!("/r/{}", *world.links[unit].to_text()), &[]);
        let token = ask(world, &mut cookie, "GET", "/ja/page/1", &[]).hidden("token");
        let own = format!("this is unit {unit}");
        let first = [("token", token.as_str()), ("q1", "no"), ("go", "next")];
        ask(world, &mut cookie, "POST", "/ja/page/1", &first);
        let third =
            [("q5.backup", "done"), ("q5.mfa", "na"), ("q5.drill", "na"), ("q9", &own), ("token", &token)];
        ask(world, &mut cookie, "POST", "/ja/page/3", &third);
        let review = ask(world, &mut cookie, "GET", "/ja/review", &[]);
        let (token, version) = (review.hidden("token"), review.hidden("version"));
        let sent = ask(world, &mut cookie, "POST", "/ja/submit", &[("token", &token), ("version", &version)]);
        assert_eq!(sent.header("location"), Some("/ja/receipt"), "{}", sent.text());
    }
}

fn anonymous(database: Option<String>) -> World {
    World::of(Fielding { privacy: Privacy::Anonymous, database, ..Fielding::default() })
}

/// Where each return lies, by its id.
fn places(file: &[u8], ids: &[Vec<u8>]) -> Vec<usize> {
    let place = |id: &Vec<u8>| file.windows(id.len()).position(|window| window == id).expect("it is there");
    ids.iter().map(place).collect()
}

fn bytes_of_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("a digit")).collect()
}

#[test]
fn an_anonymous_return_is_not_told_by_its_time() {
    let world = anonymous(None);
    everyone_answers(&world);
    let mut loot = Vec::new();
    world.ask(world.store.backup(&mut loot)).expect("backup");
    let path = world.folder.path().join("fielding.db");
    world.ask(world.store.close());
    loot.extend(std::fs::read(path).expect("read"));
    for unit in 1..=world.links.len() as i64 {
        let at = NOW + unit * STEP;
        // In digits, as SQLite keeps them, and to the second.
        for spelling in [
            at.to_string().into_bytes(),
            at.to_be_bytes().to_vec(),
            (at / 1_000_000).to_string().into_bytes(),
        ] {
            assert!(!loot.windows(spelling.len()).any(|window| window == spelling), "{at}");
        }
    }
}

#[test]
fn an_anonymous_return_is_not_told_by_its_order_or_number_in_a_backup() {
    let world = anonymous(None);
    everyone_answers(&world);
    let answers = world.ask(world.store.answers(&world.survey, "", 100)).expect("read");
    let keys: Vec<&str> = answers.iter().map(|answer| answer.key.as_str()).collect();
    assert!(
        keys.is_sorted() && keys.iter().all(|key| key.len() == 32),
        "random, and in their own order: {keys:?}"
    );
    assert!(
        answers.iter().all(|answer| answer.receipt.is_none()),
        "no receipt that its respondent could be asked for"
    );
    let mut backup = Vec::new();
    world.ask(world.store.backup(&mut backup)).expect("backup");
    let text = String::from_utf8_lossy(&backup).into_owned();
    let order: Vec<usize> = keys.iter().map(|key| text.find(key).expect("it is in the backup")).collect();
    assert!(order.is_sorted(), "in the order of random numbers: {order:?}");
    let records = world.records();
    assert_eq!(records.len(), world.links.len());
    assert!(records.iter().all(|record| record.cells["q9"].starts_with("this is unit")), "and all are there");
}

/// Rows lie in a file in the order in which they came, unless somebody sees to it.
#[test]
fn an_anonymous_return_is_not_told_by_where_it_lies_in_the_file() {
    let world = anonymous(None);
    everyone_answers(&world);
    let answers = world.ask(world.store.answers(&world.survey, "", 100)).expect("read");
    let mut ids: Vec<Vec<u8>> = answers.iter().map(|answer| bytes_of_hex(&answer.key)).collect();
    ids.sort();
    world.ask(world.store.close());
    let file = std::fs::read(Path::new(world.folder.path()).join("fielding.db")).expect("read");
    let places = places(&file, &ids);
    assert!(
        places.is_sorted() || places.iter().rev().is_sorted(),
        "by random number, up or down: {places:?}"
    );
}

/// PostgreSQL notes with each row the transaction that wrote it, which is also the one that wrote the case.
#[test]
fn an_anonymous_return_is_not_told_by_its_transaction() {
    let postgres = Postgres::start();
    let database = postgres.database("anonymous");
    let world = anonymous(Some(database.clone()));
    everyone_answers(&world);
    world.ask(world.store.close());
    let rows = postgres.query("anonymous", "SELECT xmin::text FROM anonymous_submission ORDER BY ctid");
    assert_eq!(rows.len(), world.links.len());
    assert!(rows.iter().all(|row| *row == rows[0]), "one transaction wrote them all: {rows:?}");
    let ids = postgres.query("anonymous", "SELECT encode(id, 'hex') FROM anonymous_submission ORDER BY ctid");
    assert!(ids.is_sorted(), "by random number: {ids:?}");
    let again = world.ask(monshin_store::open(&database, Kind::Field)).expect("opens");
    assert_eq!(world.ask(again.answers(&world.survey, "", 100)).expect("read").len(), world.links.len());
    world.ask(again.close());
}
