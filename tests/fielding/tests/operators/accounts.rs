//! Operators, and sessions that have ended.

use monshin_store::*;

use crate::{HOUR, NOW, act};

story!(an_operator_is_set_up_once_by_the_link no_code_of_the_second_factor_works_twice sessions_end_with_what_they_were_given_for ended_sessions_are_known_until_they_are_forgotten);

pub async fn change(store: &dyn Store, name: &str, change: AccountChange, at: i64) -> bool {
    let of = OfAccount { name: name.into(), change, at, act: Some(act("account")) };
    store.change_account(of).await.expect("written")
}

pub fn setup(number: u8) -> SetUp {
    SetUp { hash: [number; 32], until: NOW + HOUR }
}

fn set_up(token: u8) -> AccountChange {
    AccountChange::SetUp {
        token: [token; 32],
        password: "$argon2id$1".into(),
        second: vec![1, 2, 3],
        step: 10,
        recovery: vec![[token + 70; 32], [token + 170; 32]],
    }
}

async fn an_operator_is_set_up_once_by_the_link(store: &dyn Store) {
    assert!(change(store, "aoki", AccountChange::Add { role: Role::Owner, setup: setup(1) }, NOW).await);
    assert!(!change(store, "aoki", AccountChange::Add { role: Role::Viewer, setup: setup(2) }, NOW).await);
    let row = store.operator_of_setup([1; 32]).await.expect("read").expect("it is there");
    assert_eq!((row.name.as_str(), row.role, row.is_set_up()), ("aoki", Role::Owner, false));
    assert!(!change(store, "aoki", set_up(9), NOW).await, "another link");
    assert!(!change(store, "aoki", set_up(1), NOW + 2 * HOUR).await, "too late");
    assert!(change(store, "aoki", set_up(1), NOW).await);
    assert!(!change(store, "aoki", set_up(1), NOW).await, "only once");
    assert_eq!(store.operator_of_setup([1; 32]).await.expect("read"), None);
    assert!(store.operator("aoki").await.expect("read").expect("it is there").is_set_up());
    let log = store.audit_log().await.expect("read");
    assert_eq!((log.len(), verify_audit(&log)), (2, Ok(())), "what was refused is not noted");
}

async fn no_code_of_the_second_factor_works_twice(store: &dyn Store) {
    change(store, "aoki", AccountChange::Add { role: Role::Owner, setup: setup(1) }, NOW).await;
    change(store, "aoki", set_up(1), NOW).await;
    for (step, expected) in [(10, false), (11, true), (11, false), (9, false), (12, true)] {
        assert_eq!(change(store, "aoki", AccountChange::Step(step), NOW).await, expected, "{step}");
    }
    for (code, expected) in [(71, true), (71, false), (99, false), (171, true)] {
        assert_eq!(change(store, "aoki", AccountChange::Recovery([code; 32]), NOW).await, expected, "{code}");
    }
}

async fn sessions_end_with_what_they_were_given_for(store: &dyn Store) {
    for (name, token) in [("aoki", 1), ("baba", 2)] {
        change(store, name, AccountChange::Add { role: Role::Operator, setup: setup(token) }, NOW).await;
        assert!(change(store, name, set_up(token), NOW).await);
    }
    let of =
        async |name: &str, one: SessionChange, at| change(store, name, AccountChange::Session(one), at).await;
    let begin = async |name: &str, hash: u8, before: Option<u8>| {
        let instead_of = before.map(|hash| [hash; 32]);
        of(name, SessionChange::Begin { hash: [hash; 32], proven: NOW, instead_of }, NOW).await
    };
    let count = async |name: &str| store.sessions(name).await.expect("read").len();
    for hash in [11, 12, 13] {
        assert!(begin("aoki", hash, None).await);
    }
    begin("baba", 20, None).await;
    assert!(begin("baba", 21, Some(20)).await && !begin("nobody", 22, None).await);
    assert_eq!(store.operator_of_session([20; 32]).await.expect("read"), None, "a new one takes its place");
    let (row, session) = store.operator_of_session([11; 32]).await.expect("read").expect("signed in");
    assert_eq!((row.name.as_str(), session.since, session.seen), ("aoki", NOW, NOW));
    assert!(of("aoki", SessionChange::Seen([11; 32]), NOW + HOUR).await);
    assert_eq!(session.proven, NOW, "signing in is a proof");
    let proven = SessionChange::Proven { from: [11; 32], to: [10; 32] };
    assert!(!of("baba", proven, NOW + HOUR).await, "not somebody else's");
    assert!(of("aoki", proven, NOW + HOUR).await && !of("aoki", proven, NOW + HOUR).await);
    assert_eq!(
        store.operator_of_session([11; 32]).await.expect("read"),
        None,
        "a copy gains nothing by a proof"
    );
    let (_, session) = store.operator_of_session([10; 32]).await.expect("read").expect("signed in");
    assert_eq!((session.since, session.proven), (NOW, NOW + HOUR));
    assert!(!of("baba", SessionChange::End([10; 32]), NOW).await, "not somebody else's");
    assert!(of("aoki", SessionChange::End([12; 32]), NOW).await);
    assert!(of("aoki", SessionChange::EndOthers([13; 32]), NOW).await);
    assert!(!of("aoki", SessionChange::EndOthers([13; 32]), NOW).await, "there is no other");
    assert_eq!((count("aoki").await, count("baba").await), (1, 1));
    assert!(change(store, "aoki", AccountChange::Password("$argon2id$2".into()), NOW).await);
    assert_eq!((count("aoki").await, count("baba").await), (0, 1));
    begin("aoki", 14, None).await;
    assert!(of("aoki", SessionChange::EndAll, NOW).await && !of("nobody", SessionChange::EndAll, NOW).await);
    assert_eq!((count("aoki").await, count("baba").await), (0, 1));
    begin("aoki", 16, None).await;
    assert!(of("aoki", SessionChange::EndEverybody(Some([16; 32])), NOW).await);
    assert_eq!((count("aoki").await, count("baba").await), (1, 0));
    assert!(of("aoki", SessionChange::EndEverybody(None), NOW).await);
    begin("baba", 21, None).await;
    begin("aoki", 14, None).await;
    assert!(change(store, "aoki", AccountChange::Role(Role::Viewer), NOW).await);
    assert_eq!(count("aoki").await, 0);
    begin("aoki", 15, None).await;
    assert!(change(store, "aoki", AccountChange::Reset(setup(5)), NOW).await);
    assert_eq!(store.operator_of_session([15; 32]).await.expect("read"), None);
    assert!(!store.operator("aoki").await.expect("read").expect("there").is_set_up());
    assert!(change(store, "baba", AccountChange::Remove, NOW).await);
    assert_eq!(store.operator_of_session([21; 32]).await.expect("read"), None);
    assert!(!change(store, "baba", AccountChange::Remove, NOW).await);
    let names: Vec<String> = store.operators().await.expect("read").into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["aoki"]);
}

async fn ended_sessions_are_known_until_they_are_forgotten(store: &dyn Store) {
    let ended = |mark: u8, at| EndedSession { mark: [mark; 16], at };
    let read = async |since| {
        let mut all = store.ended_sessions(since).await.expect("read");
        all.sort_by_key(|one| one.mark);
        all
    };
    store.end_sessions(vec![ended(1, NOW), ended(2, NOW + 1)]).await.expect("written");
    store.end_sessions(Vec::new()).await.expect("nothing is nothing");
    assert_eq!(read(NOW + 1).await, [ended(2, NOW + 1)]);
    store.end_sessions((0..=200).map(|mark| ended(mark, NOW + 2)).collect()).await.expect("written");
    assert_eq!(read(0).await.len(), 201, "once each, as of the last time");
    store.end_sessions(vec![ended(255, NOW)]).await.expect("written");
    store.forget_sessions(NOW + 1).await.expect("written");
    assert_eq!(read(0).await.len(), 201);
    store.forget_sessions(NOW + 3).await.expect("written");
    assert_eq!(read(0).await, []);
}
