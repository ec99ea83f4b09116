//! The commands of whoever runs a survey, through the binary: keys, codes, closing, copies, erasing.
#![allow(clippy::disallowed_methods, reason = "a story of processes and files")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::field::{Field, free_address, text};
use monshin_fielding_tests::http;
use monshin_fielding_tests::journey::{Journey, Trouble};
use monshin_fielding_tests::postgres::Postgres;
use monshin_fielding_tests::world;
use monshin_store::{Kind, Privacy, verify_audit};

fn monshin(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_monshin"))
        .args(["--lang", "en"])
        .args(words)
        .output()
        .expect("it starts")
}

/// What a command said, which has to end with this exit code.
fn said(words: &[&str], code: i32) -> String {
    let output = monshin(words);
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{text}");
    text
}

fn field(privacy: Privacy, units: usize) -> Field {
    Field::new(Path::new(env!("CARGO_BIN_EXE_monshin")), &world::small(), privacy, units, None, 3)
}

/// Lets units answer; gives their receipts.
async fn answered(field: &Field, units: usize) -> Vec<String> {
    let at = free_address();
    let server = field.serve(at);
    let mut receipts = Vec::new();
    for unit in &field.units[..units] {
        let mut journey = Journey::new(Client::new(at, "10.0.0.1"));
        receipts.push(journey.travel(&unit.link, &unit.script).await.expect("a receipt"));
    }
    assert!(server.stop(), "it ends well when it is told to");
    receipts
}

async fn receipts_in(field: &Field, database: &str) -> Vec<String> {
    let store = monshin_store::open(database, Kind::Field).await.expect("opens");
    let mut receipts: Vec<String> =
        field.returns(&*store).await.into_values().map(|one| one.receipt).collect();
    verify_audit(&store.audit_log().await.expect("read")).expect("one chain");
    store.close().await;
    receipts.sort();
    receipts
}

#[test]
fn an_identity_is_written_once_and_to_its_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    let told = said(&["identity", text(&file)], 0);
    assert!(told.starts_with("monshin-key-"), "{told}");
    let kept = std::fs::read_to_string(&file).expect("written");
    assert!(
        kept.contains("MONSHIN-IDENTITY-") && !told.contains("MONSHIN-IDENTITY-"),
        "the private half stays"
    );
    said(&["identity", text(&file)], 1);
    assert_eq!(std::fs::read_to_string(&file).expect("there"), kept, "the first one stands");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_database_is_its_owners_and_goes_with_its_secret() {
    let field = field(Privacy::Confidential, 1);
    let (dir, secret) = (field.dir(), field.dir().join("fielding.secret"));
    #[cfg(unix)]
    for file in [Path::new(&field.database), &secret] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    let kept = std::fs::read(&secret).expect("made with the codes");
    std::fs::remove_file(&secret).expect("it goes");
    let at = ["--database", &field.database];
    let more = field.dir().join("more");
    let invite = ["invite", text(&dir), "--public-url", "http://127.0.0.1", "--out", text(&more)];
    for words in [&["operator", "add", text(&dir), "aoki"][..], &["serve", text(&dir)], &invite] {
        let told = said(&[words, &at].concat(), 3);
        assert!(told.contains("fielding.secret") && told.contains("Put the file back"), "{told}");
        assert!(!secret.exists(), "{words:?} made another secret: no code would work any more");
    }
    std::fs::write(&secret, kept).expect("put back");
    said(&[&["operator", "add", text(&dir), "aoki"][..], &at].concat(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn invited_again_only_the_new_get_codes_and_old_codes_go_on_working() {
    let field = field(Privacy::Confidential, 3);
    let frame = field.dir().join("frame.csv");
    let mut list = std::fs::read_to_string(&frame).expect("written");
    list.push_str("unit-new,=cmd|'/c calc'!A1,new@example.jp\n");
    std::fs::write(&frame, list).expect("written");
    let out = field.dir().join("more");
    let dir = field.dir();
    let words = ["invite", text(&dir), "--database", &field.database, "--public-url", "http://127.0.0.1"];
    let told = said(&[&words[..], &["--out", text(&out), "--qr"]].concat(), 0);
    assert!(told.contains("codes issued to 1 units of 4"), "{told}");
    let letters = std::fs::read_to_string(out.join("letters.csv")).expect("written");
    assert_eq!(letters.lines().count(), 2, "{letters}");
    assert!(letters.starts_with('\u{feff}') && letters.contains(",'=cmd|"), "no formula: {letters}");
    let qr = std::fs::read_to_string(out.join("unit-new.svg")).expect("written");
    assert!(qr.starts_with("<svg"), "{qr}");
    said(&[&words[..], &["--out", text(&out)]].concat(), 1);
    let again = field.dir().join("again");
    let told = said(&[&words[..], &["--out", text(&again)]].concat(), 0);
    assert!(told.contains("all 4 units of the frame have their codes") && !again.exists(), "{told}");
    assert_eq!(answered(&field, 3).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_survey_takes_nothing_and_another_date_does_not_lose_answers() {
    let field = field(Privacy::Identified, 3);
    answered(&field, 1).await;
    // Another closing day is no other survey: those who have begun lose nothing.
    let file = field.dir().join("survey.toml");
    let toml = std::fs::read_to_string(&file).expect("there").replace("2199-12-31", "2198-12-31");
    std::fs::write(&file, toml).expect("written");
    let at = free_address();
    let server = field.serve(at);
    let unit = &field.units[1];
    Journey::new(Client::new(at, "10.0.0.1")).travel(&unit.link, &unit.script).await.expect("a receipt");
    let closed = said(&["close", text(&field.dir()), "--database", &field.database], 0);
    assert!(closed.contains("closed"), "{closed}");
    // The server that runs takes nothing from that moment.
    let unit = &field.units[2];
    let refused = Journey::new(Client::new(at, "10.0.0.1")).travel(&unit.link, &unit.script).await;
    assert!(matches!(refused, Err(Trouble::Unexpected(ref what)) if what.starts_with("403")), "{refused:?}");
    assert!(server.stop());
    let other = field.dir().join("none.db");
    said(&["close", text(&field.dir()), "--database", text(&other)], 3);
    assert!(!other.exists(), "a misspelt path is not a new database");
    assert_eq!(receipts_in(&field, &field.database).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_while_it_is_served_comes_back_whole_or_not_at_all() {
    let field = field(Privacy::Confidential, 4);
    let at = free_address();
    let server = field.serve(at);
    let mut kept = Vec::new();
    for unit in &field.units {
        let mut journey = Journey::new(Client::new(at, "10.0.0.1"));
        kept.push(journey.travel(&unit.link, &unit.script).await.expect("a receipt"));
    }
    kept.sort();
    let copy = field.dir().join("copy.monshin");
    let told = said(&["backup", "--database", &field.database, "--out", text(&copy)], 0);
    assert!(told.contains("SHA-256"), "{told}");
    said(&["backup", "--database", &field.database, "--out", text(&copy)], 1);
    assert!(server.stop());
    let other = field.dir().join("other.db");
    assert_eq!(said(&["restore", text(&copy), "--database", text(&other)], 0), told, "the same hash");
    assert_eq!(receipts_in(&field, text(&other)).await, kept);
    said(&["restore", text(&copy), "--database", text(&other)], 3);
    assert_eq!(receipts_in(&field, text(&other)).await, kept, "and not a second time into the same");

    let mut damaged = std::fs::read(&copy).expect("there");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for (name, bytes) in [("damaged", &damaged[..]), ("short", &damaged[..middle])] {
        let (file, into) = (field.dir().join(name), field.dir().join(format!("{name}.db")));
        std::fs::write(&file, bytes).expect("written");
        let told = said(&["restore", text(&file), "--database", text(&into)], 3);
        assert!(told.contains("damaged"), "{told}");
        assert!(!into.exists(), "{name} made a database");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sqlite_to_postgresql_and_back_nothing_changes() {
    let field = field(Privacy::Anonymous, 3);
    let mut kept = answered(&field, 3).await;
    kept.sort();
    let dir = field.dir();
    let key = ["api-key", text(&dir), "--database", &field.database, "--name", "board", "--scope", "status"];
    let key = format!("Bearer {}", said(&key, 0).trim());
    let postgres = Postgres::start();
    let there = postgres.database("moved");
    let at = free_address();
    let server = field.serve(at);
    let told = said(&["migrate", "--from", &field.database, "--to", &there], 1);
    assert!(told.contains("in use"), "what is answered meanwhile would be left behind: {told}");
    assert!(server.stop());
    said(&["migrate", "--from", &field.database, "--to", &there], 0);
    assert_eq!(receipts_in(&field, &there).await, kept);
    let server = field.serve_from(&there, at);
    let status =
        http::send(at.port(), "GET", "/api/v1/surveys/small/status", &[("Authorization", &key)], b"");
    let status = status.expect("an answer");
    assert_eq!(status.status, 200, "the key of a program goes on: {}", String::from_utf8_lossy(&status.body));
    let back = field.dir().join("back.db");
    let told = said(&["migrate", "--from", &there, "--to", text(&back)], 1);
    assert!(told.contains("in use"), "{told}");
    assert!(server.stop());
    said(&["migrate", "--from", &there, "--to", text(&back)], 0);
    assert_eq!(receipts_in(&field, text(&back)).await, kept);
    said(&["migrate", "--from", &field.database, "--to", &there], 3);
    assert_eq!(receipts_in(&field, &there).await, kept, "a database that is in use is not filled again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_killed_is_made_again() {
    let field = field(Privacy::Identified, 1_500);
    let mut kept = answered(&field, 2).await;
    kept.sort();
    let postgres = Postgres::start();
    let there = postgres.database("killed");
    let back = field.dir().join("killed.db");
    for (from, to) in [(&*field.database, &*there), (&*there, text(&back))] {
        let words = ["migrate", "--from", from, "--to", to];
        for wait in [5, 20, 40, 60] {
            let mut move_ = Command::new(env!("CARGO_BIN_EXE_monshin"))
                .args(words)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts");
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            let _ = move_.kill();
            if move_.wait().expect("it ends").success() {
                // It was faster: there is nothing left to be made again.
                break;
            }
        }
        // A connection of the one that was killed may outlive it for a moment.
        while monshin_store::is_in_use(from).await.expect("told") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        // Where the last one was killed between its end and its word, the database is there and whole.
        let code = monshin(&words).status.code();
        assert!(code == Some(0) || code == Some(3), "{code:?}");
        assert_eq!(receipts_in(&field, to).await, kept);
    }
}

/// Every file of the database.
fn files(database: &str) -> Vec<PathBuf> {
    ["", "-wal", "-shm"]
        .iter()
        .map(|end| PathBuf::from(format!("{database}{end}")))
        .filter(|path| path.exists())
        .collect()
}

fn holds(database: &str, known: &[u8]) -> bool {
    files(database).iter().any(|file| {
        let bytes = std::fs::read(file).expect("read");
        bytes.windows(known.len()).any(|window| window == known)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_in_no_file_any_more() {
    for privacy in [Privacy::Confidential, Privacy::Anonymous] {
        let field = field(privacy, 5);
        answered(&field, 3).await;
        let store = field.store().await;
        let sealed: Vec<Vec<u8>> =
            store.answers("small", "", 9).await.expect("read").into_iter().map(|one| one.sealed).collect();
        let pseudonym = store.case(1).await.expect("read").expect("a case").pseudonym;
        store.close().await;
        // Long rows run over several pages: their beginning is looked for.
        let known: Vec<&[u8]> =
            sealed.iter().map(|one| &one[..48]).chain([pseudonym.as_bytes(), b"unit-000004"]).collect();
        for known in &known {
            assert!(holds(&field.database, known), "the search finds what is there");
        }
        let certificate = field.dir().join("erased.json");
        let dir = field.dir();
        let words = ["erase", text(&dir), "--database", &field.database, "--certificate", text(&certificate)];
        let told = said(&words, 1);
        assert!(told.contains("--before-due"), "{told}");
        let key = field.dir().join("desk");
        said(&["signing-key", text(&key), "--no-password"], 0);
        let key = key.with_extension("key");
        let nowhere = field.dir().join("none/erased.json");
        let into_nowhere =
            ["erase", text(&dir), "--database", &field.database, "--certificate", text(&nowhere)];
        said(&[&into_nowhere[..], &["--before-due"]].concat(), 3);
        let no_key = field.dir().join("none.key");
        said(&[&words[..], &["--before-due", "--key", text(&no_key)]].concat(), 3);
        assert!(!certificate.exists() && holds(&field.database, known[0]), "nothing was erased");
        let told = said(&[&words[..], &["--before-due", "--key", text(&key)]].concat(), 0);
        assert!(told.contains("cases: 5"), "what cannot be told of is not erased: {told}");
        for known in &known {
            assert!(!holds(&field.database, known), "{:?}", String::from_utf8_lossy(known));
        }
        let kept = std::fs::read(&certificate).expect("written");
        let read: serde_json::Value = serde_json::from_slice(&kept).expect("JSON");
        let returns = if privacy == Privacy::Anonymous { "anonymous_returns" } else { "returns" };
        assert_eq!((&read["rows"][returns], &read["rows"]["codes"]), (&3.into(), &10.into()));
        assert_eq!(read["sealed_returns_sha256"].as_str().map(str::len), Some(64));
        assert!(certificate.with_added_extension("minisig").exists());
        let store = field.store().await;
        assert_eq!(store.rest("small").await.expect("read"), 0);
        assert!(store.survey("small").await.expect("read").expect("kept").closed_at.is_some());
        verify_audit(&store.audit_log().await.expect("read")).expect("one chain");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_in_postgresql_is_told_by_its_certificate() {
    let postgres = Postgres::start();
    let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
    let database = Some(postgres.database("erased"));
    let field = Field::new(binary, &world::small(), Privacy::Confidential, 4, database, 3);
    answered(&field, 2).await;
    let (dir, certificate) = (field.dir(), field.dir().join("erased.json"));
    let words = ["erase", text(&dir), "--database", &field.database, "--certificate", text(&certificate)];
    let told = said(&[&words[..], &["--before-due"]].concat(), 0);
    assert!(told.contains("contacts: 4") && told.contains("returns: 2"), "{told}");
    let read = std::fs::read(&certificate).expect("written");
    let read: serde_json::Value = serde_json::from_slice(&read).expect("JSON");
    let rows = &read["rows"];
    for (what, expected) in [
        ("cases", 4),
        ("contacts", 4),
        ("codes", 8),
        ("returns", 2),
        ("drafts", 2),
        ("mails", 0),
        ("uploads", 0),
    ] {
        assert_eq!(rows[what], expected, "{what}: {rows}");
    }
    assert_eq!(read["database"], "postgresql: tables rewritten");
    assert!(read["not_covered"].to_string().contains("write-ahead log"), "{read}");
    let store = field.store().await;
    assert_eq!(store.rest("small").await.expect("read"), 0);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_finishes_what_it_began_and_logs_no_secret() {
    let field = field(Privacy::Confidential, 20);
    let at = free_address();
    let server = field.serve(at);
    let mut open = Vec::new();
    for unit in field.units.iter().cloned() {
        open.push(tokio::spawn(async move {
            Journey::new(Client::new(at, "10.0.0.1")).travel(&unit.link, &unit.script).await
        }));
    }
    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    assert!(tokio::task::spawn_blocking(move || server.stop()).await.expect("no panic"), "{}", field.log());
    let mut kept = 0;
    for journey in open {
        match journey.await.expect("no panic") {
            Ok(_) => kept += 1,
            Err(Trouble::Line(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(!Path::new(&format!("{}-wal", field.database)).exists(), "one file is left");
    assert!(receipts_in(&field, &field.database).await.len() >= kept);
    let log = field.log();
    for unit in &field.units {
        let code = unit.link.rsplit('/').next().expect("a code");
        assert!(!log.contains(code) && !log.contains(&code.replace('-', "")), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn a_hangup_ends_no_server() {
    let field = field(Privacy::Confidential, 1);
    let at = free_address();
    let server = field.serve(at);
    for _ in 0..2 {
        let told = Command::new("kill").args(["-HUP", &server.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
    }
    let mut journey = Journey::new(Client::new(at, "10.0.0.1"));
    journey.travel(&field.units[0].link, &field.units[0].script).await.expect("a receipt");
    assert!(server.stop(), "it ends well when it is told to");
    assert!(field.log().contains("told to read anew"), "{}", field.log());
}

#[test]
fn health_and_counts_have_an_address_of_their_own_where_that_is_asked() {
    let field = field(Privacy::Confidential, 1);
    let (at, apart) = (free_address(), free_address());
    let server = field.serve_with(at, &["--metrics", &apart.to_string()]);
    let ask = |at: std::net::SocketAddr, path: &str| {
        http::send(at.port(), "GET", path, &[], b"").expect("an answer")
    };
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(ask(apart, path).status, 200, "{path}");
    }
    assert_eq!((ask(apart, "/ja/").status, ask(at, "/ja/").status), (404, 200));
    let counts = ask(apart, "/metrics").text();
    assert!(counts.contains("monshin_survey_open{survey=\"small\"} 1"), "{counts}");
    assert!(counts.contains("monshin_request_seconds_bucket{le=\"+Inf\"} 1"), "{counts}");
    assert!(server.stop());
    let log = field.log();
    assert!(log.contains("serving") && log.trim_end().ends_with("ended"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_and_everybody_are_signed_out_by_command() {
    use monshin_store::{AccountChange, OfAccount, SessionChange};
    let field = field(Privacy::Confidential, 1);
    let (dir, at) = (field.dir(), ["--database", &field.database]);
    let operator = |words: &[&str], code| said(&[&["operator"], words, &at].concat(), code);
    for name in ["aoki", "baba"] {
        operator(&["add", text(&dir), name], 0);
    }
    let store = monshin_store::open(&field.database, Kind::Field).await.expect("opens");
    let begin = async |name: &str, hash: u8| {
        let change = SessionChange::Begin { hash: [hash; 32], proven: 0, instead_of: None };
        let of = OfAccount { name: name.into(), change: AccountChange::Session(change), at: 1, act: None };
        assert!(store.change_account(of).await.expect("written"));
    };
    let are_in = async || {
        let mut in_there = Vec::new();
        for name in ["aoki", "baba"] {
            in_there.push(store.sessions(name).await.expect("read").len());
        }
        in_there
    };
    begin("aoki", 1).await;
    begin("aoki", 2).await;
    begin("baba", 3).await;
    operator(&["sign-out", text(&dir), "nobody"], 1);
    operator(&["sign-out", text(&dir)], 1);
    operator(&["remove", text(&dir), "--all"], 1);
    assert_eq!(are_in().await, [2, 1]);
    operator(&["sign-out", text(&dir), "aoki"], 0);
    assert_eq!(are_in().await, [0, 1]);
    begin("aoki", 4).await;
    operator(&["sign-out", text(&dir), "--all"], 0);
    assert_eq!(are_in().await, [0, 0]);
    let log = store.audit_log().await.expect("read");
    let acts: Vec<&str> = log.iter().rev().take(2).map(|entry| entry.act.act.as_str()).collect();
    assert_eq!(acts, ["end-all-sessions", "end-sessions"]);
    assert_eq!(verify_audit(&log), Ok(()));
    store.close().await;
}
