//! One story, told on both databases.

#![allow(clippy::disallowed_methods)]

use std::sync::Arc;

use monshin_fielding_tests::postgres::Postgres;
use monshin_fielding_tests::rows::web_return;
use monshin_store::*;

const OPENS: i64 = 1_000;
const NOW: i64 = 2_000;
const CLOSES: i64 = 10_000;

fn survey(id: &str, privacy: Privacy) -> SurveyRow {
    SurveyRow {
        id: id.into(),
        questionnaire: "[survey]\nid = \"医\"".into(),
        hash: "h1".into(),
        privacy,
        recipients: vec!["monshin-key-1".into(), "monshin-key-2".into()],
        opens_at: OPENS,
        closes_at: CLOSES,
        grace_until: 0,
        closed_at: None,
    }
}

fn act(word: &str) -> Act {
    Act { at: NOW, actor: "test".into(), act: word.into(), detail: String::new() }
}

fn case(number: u8) -> NewCase {
    NewCase {
        unit: format!("u{number}"),
        pseudonym: format!("p{:02}", 99 - number),
        classes: CaseClasses(vec![(
            "beds".into(),
            if number.is_multiple_of(2) { "some".into() } else { "none".into() },
        )]),
        codes: vec![
            SealedCode { hash: [number; 32], locked: vec![number, 1] },
            SealedCode { hash: [number + 100; 32], locked: vec![number, 2] },
        ],
    }
}

fn submission(case: i64, draft_version: i64, content: &[u8]) -> Submission {
    web_return(case, draft_version, content, NOW)
}

async fn begun(store: &dyn Store, privacy: Privacy, cases: u8) {
    assert_eq!(store.put_survey(survey("s", privacy), act("survey")).await.expect("put"), PutSurvey::New);
    let added = store.add_cases("s", "2026", (1..=cases).map(case).collect(), act("invite")).await;
    assert_eq!(added.expect("added"), u64::from(cases));
}

async fn a_code_finds_its_case_and_no_other(store: &dyn Store) {
    begun(store, Privacy::Confidential, 3).await;
    let hit = store.case_of_code([2; 32]).await.expect("read").expect("a code");
    assert_eq!(
        (hit.case.unit.as_str(), hit.case.wave.as_str(), hit.locked.as_slice()),
        ("u2", "2026", &[2, 1][..])
    );
    assert_eq!(hit.case.classes.of("beds"), Some("some"));
    assert_eq!(store.case_of_code([102; 32]).await.expect("read").expect("its other code").case, hit.case);
    assert_eq!(store.case_of_code([9; 32]).await.expect("read"), None);
    let again = store.add_cases("s", "2026", vec![case(2), case(4)], act("invite")).await;
    assert_eq!(again.expect("added"), 1, "who is there is left alone");
    let next_wave = NewCase { codes: Vec::new(), ..case(2) };
    assert_eq!(store.add_cases("s", "2028", vec![next_wave], act("invite")).await.expect("added"), 1);
}

async fn a_draft_is_saved_on_the_version_it_was_made_from(store: &dyn Store) {
    begun(store, Privacy::Confidential, 1).await;
    assert_eq!(store.draft(1).await.expect("read"), None);
    assert_eq!(store.save_draft(1, 0, b"one".to_vec(), NOW).await.expect("saved"), Saved::Version(1));
    assert_eq!(store.save_draft(1, 0, b"other".to_vec(), NOW).await.expect("saved"), Saved::Stale);
    assert_eq!(store.save_draft(1, 1, b"two".to_vec(), NOW).await.expect("saved"), Saved::Version(2));
    assert_eq!(store.draft(1).await.expect("read"), Some(Draft { version: 2, sealed: b"two".to_vec() }));
    assert_eq!(store.save_draft(1, 2, b"x".to_vec(), OPENS - 1).await.expect("saved"), Saved::NotOpen);
    assert_eq!(store.save_draft(1, 2, b"x".to_vec(), CLOSES).await.expect("saved"), Saved::NotOpen);
    assert_eq!(store.save_draft(77, 0, b"x".to_vec(), NOW).await.expect("saved"), Saved::Refused);
    let named = store.case(1).await.expect("read").expect("a case").disposition.name();
    assert_eq!(named, "break_off");
}

async fn a_draft_submitted_twice_is_one_return(store: &dyn Store) {
    begun(store, Privacy::Identified, 2).await;
    store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved");
    let first = store.submit(submission(1, 1, b"sealed")).await.expect("submitted");
    assert_eq!(first, Submitted::Kept { revision: 1, receipt: [6; 32], at: NOW, before: false });
    let later = Submission { at: CLOSES + 5, ..submission(1, 1, b"sealed again") };
    let second = store.submit(later).await.expect("submitted");
    assert_eq!(second, Submitted::Kept { revision: 1, receipt: [6; 32], at: NOW, before: true });
    assert_eq!(store.submit(submission(1, 7, b"x")).await.expect("submitted"), Submitted::Stale);
    assert_eq!(store.submit(submission(2, 0, b"x")).await.expect("submitted"), Submitted::Stale);
    assert_eq!(store.submit(submission(77, 1, b"x")).await.expect("submitted"), Submitted::Refused);
    let answers = store.answers("s", "", 10).await.expect("read");
    assert_eq!(
        answers,
        [SealedAnswer { key: "p98".into(), sealed: b"sealed".to_vec(), receipt: Some([6; 32]) }]
    );
}

async fn many_at_once_end_in_one_return(store: &dyn Store) {
    begun(store, Privacy::Confidential, 1).await;
    store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved");
    let tries = (0..12_u8).map(|at| async move {
        store.case_with_draft(1).await.expect("read");
        store.submit(submission(1, 1, &vec![b'a' + at; usize::from(at) + 1])).await.expect("submitted")
    });
    let outcomes = all_at_once(tries).await;
    let new: Vec<&Submitted> =
        outcomes.iter().filter(|one| matches!(one, Submitted::Kept { before: false, .. })).collect();
    assert_eq!(new.len(), 1, "{outcomes:?}");
    let Submitted::Kept { receipt: kept, .. } = new[0] else { unreachable!("kept") };
    for outcome in &outcomes {
        assert!(
            matches!(outcome, Submitted::Kept { revision: 1, receipt, .. } if receipt == kept),
            "{outcome:?}"
        );
    }
    assert_eq!(store.answers("s", "", 10).await.expect("read").len(), 1);
    assert_eq!(store.case(1).await.expect("read").expect("a case").revision, 1);
}

async fn drafts_saved_at_once_are_never_mixed(store: &dyn Store) {
    begun(store, Privacy::Confidential, 1).await;
    let tries = (0..12_u8).map(|at| async move {
        store.case_with_draft(1).await.expect("read");
        store.save_draft(1, 0, vec![at], NOW).await.expect("saved")
    });
    let outcomes = all_at_once(tries).await;
    assert_eq!(outcomes.iter().filter(|one| **one == Saved::Version(1)).count(), 1);
    assert_eq!(outcomes.iter().filter(|one| **one == Saved::Stale).count(), 11);
}

async fn what_was_sent_can_be_changed_until_closing(store: &dyn Store) {
    begun(store, Privacy::Confidential, 1).await;
    store.save_draft(1, 0, b"d1".to_vec(), NOW).await.expect("saved");
    store.submit(submission(1, 1, b"first")).await.expect("submitted");
    store.save_draft(1, 1, b"d2".to_vec(), NOW).await.expect("saved");
    let second = store.submit(submission(1, 2, b"second")).await.expect("submitted");
    assert!(matches!(second, Submitted::Kept { revision: 2, before: false, .. }));
    let answers = store.answers("s", "", 10).await.expect("read");
    assert_eq!(answers.iter().map(|answer| answer.sealed.clone()).collect::<Vec<_>>(), [b"second".to_vec()]);
    assert!(matches!(store.receipt(1).await.expect("read"), Some(Submitted::Kept { revision: 2, .. })));
    store.close_survey("s", act("close")).await.expect("closed");
    store.close_survey("s", act("close")).await.expect("closed");
    assert_eq!(store.save_draft(1, 2, b"d3".to_vec(), NOW).await.expect("saved"), Saved::NotOpen);
    let log = store.audit_log().await.expect("read");
    assert_eq!(log.iter().filter(|entry| entry.act.act == "close").count(), 1);
}

async fn an_anonymous_return_is_tied_to_nobody(store: &dyn Store) {
    begun(store, Privacy::Anonymous, 3).await;
    for (number, letter) in [(1, b"z"), (2, b"a"), (3, b"m")] {
        store.save_draft(number, 0, b"d".to_vec(), NOW).await.expect("saved");
        let kept = store.submit(submission(number, 1, letter)).await.expect("submitted");
        assert!(matches!(kept, Submitted::Kept { before: false, .. }));
        assert_eq!(store.draft(number).await.expect("read"), None, "the draft has gone");
        assert_eq!(store.receipt(number).await.expect("read"), None);
    }
    let again = store.submit(submission(1, 1, b"y")).await.expect("submitted");
    assert_eq!(again, Submitted::AlreadyAnonymous);
    assert_eq!(store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved"), Saved::Refused);
    let page = store.answers("s", "", 2).await.expect("read");
    let rest = store.answers("s", &page[1].key, 2).await.expect("read");
    let sealed: Vec<&[u8]> = page.iter().chain(&rest).map(|answer| &answer.sealed[..]).collect();
    assert_eq!(sealed, [b"a", b"m", b"z"], "the order is that of random ids");
    let mut dump = Vec::new();
    store.backup(&mut dump).await.expect("backup");
    let text = String::from_utf8(dump).expect("text");
    assert!(text.lines().filter(|line| line.starts_with("[5,")).all(|line| line.matches(',').count() == 3));
}

async fn a_survey_in_use_keeps_what_was_promised(store: &dyn Store) {
    begun(store, Privacy::Confidential, 1).await;
    let longer = SurveyRow { closes_at: CLOSES * 2, ..survey("s", Privacy::Confidential) };
    let reworded = SurveyRow { hash: "h2".into(), ..longer.clone() };
    assert_eq!(store.put_survey(reworded, act("survey")).await.expect("put"), PutSurvey::Updated);
    store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved");
    for broken in [
        SurveyRow { recipients: vec!["monshin-key-9".into()], hash: "h2".into(), ..longer.clone() },
        SurveyRow { privacy: Privacy::Identified, hash: "h2".into(), ..longer.clone() },
        SurveyRow { hash: "h3".into(), ..longer.clone() },
    ] {
        assert_eq!(store.put_survey(broken, act("survey")).await.expect("put"), PutSurvey::InUse);
    }
    let later = SurveyRow { closes_at: CLOSES * 3, hash: "h2".into(), ..longer };
    assert_eq!(store.put_survey(later.clone(), act("survey")).await.expect("put"), PutSurvey::Updated);
    assert_eq!(store.survey("s").await.expect("read"), Some(later));
}

async fn counts_are_by_class_and_disposition(store: &dyn Store) {
    begun(store, Privacy::Confidential, 4).await;
    store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved");
    store.submit(submission(1, 1, b"x")).await.expect("submitted");
    let counts = store.counts("s").await.expect("read");
    let shown: Vec<String> = counts
        .iter()
        .map(|one| {
            format!("{} {} {}", one.classes.of("beds").unwrap_or("?"), one.disposition.name(), one.cases)
        })
        .collect();
    assert_eq!(shown, ["none complete 1", "none unknown_eligibility 1", "some unknown_eligibility 2"]);
}

async fn the_audit_log_is_a_chain(store: &dyn Store) {
    begun(store, Privacy::Confidential, 1).await;
    all_at_once((0..5).map(|_| async { store.audit("s", act("look")).await.expect("written") })).await;
    let log = store.audit_log().await.expect("read");
    assert_eq!(log.len(), 7);
    assert_eq!(verify_audit(&log), Ok(()));
    let mut changed = log.clone();
    changed[2].act.actor = "somebody else".into();
    assert_eq!(verify_audit(&changed), Err(AuditFault { seq: 3 }));
    let mut shorter = log.clone();
    shorter.remove(1);
    assert_eq!(verify_audit(&shorter), Err(AuditFault { seq: 3 }));
}

async fn the_number_of_an_erased_case_is_given_to_no_other(store: &dyn Store) {
    begun(store, Privacy::Confidential, 3).await;
    store.erase("s", act("erase")).await.expect("erased");
    assert_eq!(store.rest("s").await.expect("read"), 0);
    store.put_survey(survey("t", Privacy::Confidential), act("survey")).await.expect("put");
    let listed = Listed {
        unit: "u1".into(),
        pseudonym: "p".into(),
        classes: CaseClasses::default(),
        disposition: None,
        contact: b"sealed".to_vec(),
    };
    store.list_units("t", "t", vec![listed], act("frame")).await.expect("listed");
    assert_eq!(store.case(1).await.expect("read"), None, "a cookie of then opens nothing");
    assert_eq!(store.case_of_unit("t", "u1").await.expect("read").expect("there").case, 4);
}

/// Units that are new, that were there and that stand twice, in whatever order and however many.
async fn a_list_is_taken_in_whole_and_again_without_harm(store: &dyn Store) {
    begun(store, Privacy::Confidential, 3).await;
    let listed = |number: u16, class: &str| Listed {
        unit: format!("u{number}"),
        pseudonym: format!("listed {number}"),
        classes: CaseClasses(vec![("beds".into(), class.into())]),
        disposition: None,
        contact: number.to_be_bytes().to_vec(),
    };
    store.save_draft(2, 0, b"d".to_vec(), NOW).await.expect("saved");
    store.submit(submission(2, 1, b"x")).await.expect("submitted");
    let all: Vec<Listed> = (1..=1_200).rev().chain([1]).map(|number| listed(number, "all")).collect();
    let listing = store.list_units("s", "2026", all.clone(), act("frame")).await.expect("listed");
    assert_eq!(listing, Listing { added: 1_197, moved: 2, kept: 1 });
    let again = store.list_units("s", "2026", all, act("frame")).await.expect("listed");
    assert_eq!(again, Listing { added: 0, moved: 0, kept: 1 });
    let counts = store.counts("s").await.expect("read");
    let of = |class: &str| {
        counts.iter().filter(|one| one.classes.of("beds") == Some(class)).map(|one| one.cases).sum::<u64>()
    };
    assert_eq!((of("all"), of("some"), of("none")), (1_199, 1, 0));
    let first = CaseQuery { survey: "s".into(), begins: "u1".into(), limit: 1, ..CaseQuery::default() };
    let line = store.cases(&first).await.expect("read").remove(0);
    assert_eq!((line.case.case, line.contact), (1, Some(1_u16.to_be_bytes().to_vec())));
}

async fn filled(store: &dyn Store) -> Vec<u8> {
    begun(store, Privacy::Confidential, 5).await;
    for number in 1..=4 {
        store.save_draft(number, 0, vec![0, 1, 255], NOW).await.expect("saved");
    }
    store.submit(submission(1, 1, b"sealed")).await.expect("submitted");
    let mut backup = Vec::new();
    let told = store.backup(&mut backup).await.expect("backup");
    assert_eq!(told, check_backup(&mut &backup[..]).expect("verified"));
    // Over how many rows a count is spread is the database's own business; the last one says when a return came.
    let counts = backup.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"[8,")).count();
    assert_eq!(told.rows, 1 + 5 + 10 + 4 + 1 + 2 + counts as u64 + 1);
    backup
}

async fn a_backup_is_restored_whole_or_not_at_all(from: &dyn Store, to: &dyn Store) {
    let backup = filled(from).await;
    let mut flipped = backup.clone();
    let at = flipped.len() / 2;
    flipped[at] ^= 1;
    let without_a_row: Vec<u8> = backup
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate()
        .filter(|(at, _)| *at != 3)
        .flat_map(|(_, line)| line)
        .copied()
        .collect();
    let rehearsal =
        String::from_utf8(backup.clone()).expect("text").replacen("\"field\"", "\"rehearsal\"", 1);
    for damaged in [&flipped[..], &backup[..at], &without_a_row, b"", b"PK\x03\x04", rehearsal.as_bytes()] {
        assert!(to.restore(&mut &damaged[..]).await.is_err());
        assert_eq!(to.surveys().await.expect("read"), [], "nothing was left behind");
    }
    to.restore(&mut &backup[..]).await.expect("restored");
    let mut again = Vec::new();
    to.backup(&mut again).await.expect("backup");
    assert!(again == backup, "the same bytes");
    assert!(to.restore(&mut &backup[..]).await.is_err(), "never over something");
    assert!(matches!(to.submit(submission(2, 1, b"x")).await, Ok(Submitted::Kept { revision: 1, .. })));
}

/// More rows than are read or added at once, also of a table whose key has several columns.
async fn a_backup_of_many_pages_comes_back_whole(from: &dyn Store, to: &dyn Store) {
    const UNITS: i64 = 620;
    begun(from, Privacy::Identified, 0).await;
    let listed = |number: i64| Listed {
        unit: format!("u{number}"),
        pseudonym: format!("p{number}"),
        classes: CaseClasses(Vec::new()),
        disposition: None,
        contact: vec![number as u8; 9],
    };
    from.list_units("s", "2026", (1..=UNITS).map(listed).collect(), act("frame")).await.expect("listed");
    for version in 1..=2 {
        let saves = (1..=UNITS).map(|case| from.save_draft(case, version - 1, vec![version as u8], NOW));
        assert!(
            all_at_once(saves)
                .await
                .into_iter()
                .all(|saved| saved.expect("saved") == Saved::Version(version))
        );
        let submits = (1..=UNITS).map(|case| from.submit(submission(case, version, b"sealed")));
        assert!(all_at_once(submits).await.into_iter().all(|one| matches!(one, Ok(Submitted::Kept { .. }))));
    }
    let key = ApiKey {
        hash: [9; 32],
        survey: "s".into(),
        name: "board".into(),
        scope: Scope::Status,
        until: CLOSES,
    };
    assert!(from.put_api_key(key, act("api key")).await.expect("put"));
    let mut backup = Vec::new();
    from.backup(&mut backup).await.expect("backup");
    let text = String::from_utf8(backup).expect("text");
    let rows = |table: &str| text.lines().filter(|line| line.starts_with(table)).count() as i64;
    assert_eq!((rows("[1,"), rows("[4,"), rows("[7,")), (UNITS, 2 * UNITS, UNITS));
    to.restore(&mut text.as_bytes()).await.expect("restored");
    let mut again = Vec::new();
    to.backup(&mut again).await.expect("backup");
    assert!(again == text.as_bytes(), "the same bytes");
    assert!(to.api_key([9; 32]).await.expect("read").is_some_and(|key| key.name == "board"));
    for (there, instead, why) in [
        ("monshin-backup/2", "monshin-backup/9", "another version"),
        ("[15,", "[99,", "newer monshin"),
        ("monshin-backup/2", "something", "no backup"),
    ] {
        let other = text.replacen(there, instead, 1);
        let error = check_backup(&mut other.as_bytes()).expect_err("refused").to_string();
        assert!(error.contains(why), "{instead}: {error}");
    }
}

async fn a_backup_is_taken_while_others_write(store: Arc<dyn Store>) {
    begun(&*store, Privacy::Confidential, 50).await;
    let writing = Arc::clone(&store);
    let writer = tokio::spawn(async move {
        for number in 1..=50 {
            writing.save_draft(number, 0, vec![7; 2_000], NOW).await.expect("saved");
            writing.submit(submission(number, 1, b"sealed")).await.expect("submitted");
        }
    });
    while !writer.is_finished() {
        let mut backup = Vec::new();
        store.backup(&mut backup).await.expect("backup");
        let text = String::from_utf8(backup).expect("text");
        let rows = |table: &str| text.lines().filter(|line| line.starts_with(table)).count();
        let complete =
            text.lines().filter(|line| line.starts_with("[1,") && line.contains("\"complete\"")).count();
        assert_eq!(rows("[4,"), complete, "one moment: as many returns as complete cases");
        assert!(rows("[3,") >= complete && rows("[3,") <= complete + 1);
    }
    writer.await.expect("written");
}

async fn all_at_once<F: Future>(tries: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = tries.map(|one| Some(Box::pin(one))).collect();
    let mut done: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (slot, outcome) in waiting.iter_mut().zip(&mut done) {
            if let Some(future) = slot
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *outcome = Some(value);
                *slot = None;
            }
        }
        if waiting.iter().all(Option::is_none) {
            return std::task::Poll::Ready(done.drain(..).flatten().collect());
        }
        std::task::Poll::Pending
    })
    .await
}

/// Tells every chapter, each on a database of its own.
macro_rules! story {
    ($fresh:expr) => {
        story!(@ $fresh; a_code_finds_its_case_and_no_other a_draft_is_saved_on_the_version_it_was_made_from
            a_draft_submitted_twice_is_one_return many_at_once_end_in_one_return drafts_saved_at_once_are_never_mixed
            what_was_sent_can_be_changed_until_closing an_anonymous_return_is_tied_to_nobody
            a_survey_in_use_keeps_what_was_promised counts_are_by_class_and_disposition the_audit_log_is_a_chain
            the_number_of_an_erased_case_is_given_to_no_other a_list_is_taken_in_whole_and_again_without_harm);
        let (from, to) = ($fresh("backup_from").await, $fresh("backup_to").await);
        a_backup_is_restored_whole_or_not_at_all(&*from, &*to).await;
        let (from, to) = ($fresh("backup_of_many").await, $fresh("backup_of_many_to").await);
        a_backup_of_many_pages_comes_back_whole(&*from, &*to).await;
        a_backup_is_taken_while_others_write($fresh("backup_busy").await).await;
    };
    (@ $fresh:expr; $($chapter:ident)*) => { $(
        let store: Arc<dyn Store> = $fresh(stringify!($chapter)).await;
        $chapter(&*store).await;
        store.close().await;
    )* };
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_tells_the_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = async |name: &str| {
        let path = folder.path().join(format!("{name}.db"));
        open(path.to_str().expect("text"), Kind::Field).await.expect("opens")
    };
    story!(fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_tells_the_story() {
    let postgres = Postgres::start();
    let fresh = async |name: &str| open(&postgres.database(name), Kind::Field).await.expect("opens");
    story!(fresh);
    let address = postgres.database("two_servers");
    let at_once = all_at_once((0..4).map(|_| open(&address, Kind::Field))).await;
    assert!(at_once.iter().all(Result::is_ok), "servers that start at once migrate one after the other");
}

/// A write to a case that is as it was read is one statement; what is counted is what PostgreSQL says.
#[tokio::test(flavor = "multi_thread")]
async fn a_save_of_what_was_read_is_one_transaction_on_postgresql() {
    const CASES: u8 = 40;
    let postgres = Postgres::start();
    let address = postgres.database("counted");
    let transactions = || {
        // A connection counts what it did when it ends.
        let others =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'counted' AND pid <> pg_backend_pid()";
        let have_ended = (0..500).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            postgres.query("counted", others) == ["0"]
        });
        assert!(have_ended);
        let rows = postgres.query(
            "counted",
            "SELECT xact_commit, xact_rollback FROM pg_stat_database WHERE datname = 'counted'",
        );
        let (commits, rollbacks) = rows[0].split_once('|').expect("two columns");
        (commits.parse::<u64>().expect("a number"), rollbacks.parse::<u64>().expect("a number"))
    };
    let store = open(&address, Kind::Field).await.expect("opens");
    begun(&*store, Privacy::Confidential, CASES).await;
    store.close().await;
    let before = transactions();
    let store = open(&address, Kind::Field).await.expect("opens");
    for case in 1..=i64::from(CASES) {
        store.case_with_draft(case).await.expect("read");
        let saved = store.save_draft(case, 0, b"d".to_vec(), NOW).await.expect("saved");
        assert_eq!(saved, Saved::Version(1));
        store.case_with_draft(case).await.expect("read");
        let kept = store.submit(submission(case, 1, b"sealed")).await.expect("submitted");
        assert!(matches!(kept, Submitted::Kept { revision: 1, before: false, .. }), "{kept:?}");
    }
    store.close().await;
    let after = transactions();
    assert_eq!(after.1, before.1, "a statement failed");
    // Two looks and two writes for each case; a few more for opening, closing and counting.
    let made = after.0 - before.0;
    assert!(made < u64::from(CASES) * 4 + 30, "{made} transactions");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_moves_to_postgres_with_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("small.db");
    let small = open(path.to_str().expect("text"), Kind::Field).await.expect("opens");
    let backup = filled(&*small).await;
    let postgres = Postgres::start();
    let large = open(&postgres.database("large"), Kind::Field).await.expect("opens");
    large.restore(&mut &backup[..]).await.expect("restored");
    let mut moved = Vec::new();
    large.backup(&mut moved).await.expect("backup");
    let sorted = |bytes: &[u8]| {
        let mut lines: Vec<String> = String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
        lines.pop();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&moved), sorted(&backup));
}

#[tokio::test]
async fn a_rehearsal_is_never_opened_as_the_real_thing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.db");
    let path = path.to_str().expect("text");
    open(path, Kind::Rehearsal).await.expect("opens").close().await;
    let refused = open(path, Kind::Field).await.expect_err("refused").to_string();
    assert!(refused.contains("rehearsal"), "{refused}");
    open(path, Kind::Rehearsal).await.expect("and stays what it was").close().await;
}

#[tokio::test]
async fn one_file_is_left_when_it_is_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.db");
    let store = open(path.to_str().expect("text"), Kind::Field).await.expect("opens");
    begun(&*store, Privacy::Confidential, 3).await;
    store.close().await;
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).expect("read").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["one.db"]);
    let again = open(path.to_str().expect("text"), Kind::Field).await.expect("opens");
    assert_eq!(again.surveys().await.expect("read").len(), 1);
}
