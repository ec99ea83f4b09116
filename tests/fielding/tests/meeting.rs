//! Two transactions that meet in PostgreSQL, each holding what the other waits for.

#![allow(clippy::disallowed_methods, reason = "waits for another process, and not for ever")]

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use monshin_fielding_tests::postgres::Postgres;
use monshin_store::*;
use sha2::{Digest, Sha256};

const NOW: i64 = 2_000;

fn act(word: &str) -> Act {
    Act { at: NOW, actor: "test".into(), act: word.into(), detail: String::new() }
}

fn survey() -> SurveyRow {
    SurveyRow {
        id: "s".into(),
        questionnaire: String::new(),
        hash: "h".into(),
        privacy: Privacy::Confidential,
        recipients: vec!["monshin-key-1".into()],
        opens_at: 1_000,
        closes_at: 10_000,
        grace_until: 0,
        closed_at: None,
    }
}

fn case(number: i64) -> NewCase {
    let (unit, pseudonym) = (format!("u{number}"), format!("p{number}"));
    NewCase { unit, pseudonym, classes: CaseClasses::default(), codes: Vec::new() }
}

/// A store with cases 1 and 2.
async fn begun(postgres: &Postgres) -> Arc<dyn Store> {
    let store = open(&postgres.database("field"), Kind::Field).await.expect("opens");
    store.put_survey(survey(), act("survey")).await.expect("put");
    store.add_cases("s", "s", vec![case(1), case(2)], act("invite")).await.expect("added");
    store
}

/// Somebody else, who holds something, waits until another transaction waits for it, and then does something more.
fn rival(postgres: &Arc<Postgres>, holds: &str, then: &str) -> JoinHandle<()> {
    let statement = format!(
        "BEGIN; SET LOCAL deadlock_timeout = '60s'; {holds}; \
         DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock') LOOP \
         PERFORM pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$; {then}; COMMIT"
    );
    let other = Arc::clone(postgres);
    let rival = std::thread::spawn(move || drop(other.query("field", &statement)));
    let begin = Instant::now();
    let holds = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while postgres.query("field", holds).is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it holds nothing");
        std::thread::sleep(Duration::from_millis(10));
    }
    rival
}

fn held(case: i64) -> String {
    format!("SELECT 1 FROM survey_case WHERE case_no = {case} FOR UPDATE")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_waited_in_a_circle_is_made_again() {
    let postgres = Arc::new(Postgres::start());
    let store = begun(&postgres).await;
    let rival = rival(&postgres, &held(2), &held(1));
    let returns = [1, 2].map(|case| Keyed {
        case,
        revision: 0,
        had_draft: false,
        sealed: b"sealed".to_vec(),
        receipt: [7; 32],
        anonymous_id: [0; 16],
    });
    let import = Import {
        survey: "s".into(),
        mode: Mode::Paper,
        returns: returns.into(),
        after_closing: false,
        act: act("import"),
    };
    assert_eq!(store.import(import).await.expect("made again"), Imported::Kept);
    rival.join().expect("the other went through");
    let log = store.audit_log().await.expect("read");
    assert_eq!(log.iter().filter(|entry| entry.act.act == "import").count(), 1, "and is noted once");
    store.close().await;
    let begin = Instant::now();
    let counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'field'";
    // On a busy machine they may meet once more before the other one goes on.
    while postgres.query("field", counted) == ["0"] {
        assert!(begin.elapsed() < Duration::from_secs(60), "they did not meet");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_that_comes_while_all_is_erased_is_in_what_was_erased() {
    let postgres = Arc::new(Postgres::start());
    let store = begun(&postgres).await;
    let kept = "INSERT INTO submission VALUES (1, 1, 1, 'late'::bytea, 'r'::bytea, 2000, 'web'); \
                UPDATE survey_case SET revision = 1 WHERE case_no = 1";
    let kept = kept.replace("'r'::bytea", "decode(repeat('00', 32), 'hex')");
    let rival = rival(&postgres, &held(1), &kept);
    let erased = store.erase("s", act("erase")).await.expect("erased");
    rival.join().expect("the other went through");
    let returns = erased.counts.iter().find(|(what, _)| *what == "returns");
    assert_eq!(returns, Some(&("returns", 1)));
    let mut all = Sha256::new();
    all.update(4_u64.to_be_bytes());
    all.update(b"late");
    assert_eq!(erased.returns_sha256, <[u8; 32]>::from(all.finalize()));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_two_surveys_that_are_loaded_at_once_get_numbers_of_their_own() {
    let postgres = Arc::new(Postgres::start());
    let store = begun(&postgres).await;
    let other = SurveyRow { id: "t".into(), ..survey() };
    store.put_survey(other, act("survey")).await.expect("put");
    // As another server numbers its cases.
    let other = "INSERT INTO meta (name, value) VALUES ('last_case', '0') \
                 ON CONFLICT (name) DO UPDATE SET value = meta.value; \
                 INSERT INTO survey_case VALUES (3, 't', 't', 'v1', 'p3', '', 'unknown_eligibility', 0)";
    let rival = rival(&postgres, other, "SELECT 1");
    let unit = Listed {
        unit: "u3".into(),
        pseudonym: "p".into(),
        classes: CaseClasses::default(),
        disposition: None,
        contact: b"sealed".to_vec(),
    };
    let listing = store.list_units("s", "s", vec![unit], act("frame")).await.expect("listed");
    rival.join().expect("the other went through");
    assert_eq!(listing, Listing { added: 1, moved: 0, kept: 0 });
    assert_eq!(store.case_of_unit("s", "u3").await.expect("read").expect("there").case, 4);
    store.close().await;
}
