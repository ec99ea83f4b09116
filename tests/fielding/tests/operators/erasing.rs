//! Erasing: what goes, what stays.

use std::collections::BTreeMap;

use monshin_store::*;

use crate::accounts::{change, setup};
use crate::frame::is_counted;
use crate::{HOUR, NOW, act, all_lines, codes, listed, put, sent};

story!(what_is_erased_is_in_no_table_any_more);

/// Tables whose rows of a survey are erased, and those that stay: a new one has to be put on one of the lists.
const ERASED: [&str; 10] = [
    "anonymous_submission",
    "api_key",
    "code",
    "contact",
    "draft",
    "mail",
    "no_mail",
    "submission",
    "survey_case",
    "upload",
];

/// Counts, the questionnaire, what was done, operators, who are of the installation and not of a survey, and marks of
/// ended sessions, which nothing ties to a case and which are gone within a day.
const KEPT: [&str; 8] =
    ["arrival", "audit", "ended_session", "operator", "operator_session", "recovery_code", "survey", "tally"];

#[test]
fn every_table_is_erased_or_kept_on_purpose() {
    let folder = monshin_fielding_tests::world::repository("crates/monshin-store/migrations");
    let mut tables: Vec<String> = Vec::new();
    for file in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("read");
        let made = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        tables.extend(made.filter_map(|rest| rest.split(' ').next()).map(str::to_owned));
    }
    tables.sort();
    let mut known: Vec<&str> = ERASED.into_iter().chain(KEPT).collect();
    known.sort_unstable();
    assert_eq!(tables, known);
}

async fn what_is_erased_is_in_no_table_any_more(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let mut other = store.survey("s").await.expect("read").expect("there");
    other.id = "t".into();
    store.put_survey(other, act("survey")).await.expect("put");
    for survey in ["s", "t"] {
        let units = ["u1", "u2"].map(|unit| listed(unit, "none")).to_vec();
        store.list_units(survey, survey, units, act("frame")).await.expect("listed");
        let number = if survey == "s" { 1 } else { 5 };
        let drawn = vec![codes("u1", number), codes("u2", number + 1)];
        store.issue_codes(survey, survey, drawn, false, act("codes")).await.expect("issued");
        let lines = store.cases(&CaseQuery { survey: survey.into(), limit: 9, ..CaseQuery::default() }).await;
        let case = lines.expect("read")[0].case.case;
        store.save_draft(case, 0, b"a draft".to_vec(), NOW).await.expect("saved");
        let sent = sent(case, 1, b"a return");
        store.submit(sent).await.expect("submitted");
        let mails = vec![NewMail { unit: "u2".into(), token: [number; 16] }];
        let (wave, id) = (survey.to_owned(), survey.to_owned());
        store.post(Post::Queue { survey: id, wave, round: 0, mails, at: NOW }).await.expect("queued");
        store.post(Post::Stop { case: case + 1, at: NOW }).await.expect("stopped");
        let (id, operator, sealed) = ([number; 32], "aoki".to_owned(), b"a frame".to_vec());
        let upload = Upload { id, survey: survey.into(), operator, at: NOW, sealed };
        store.put_upload(upload).await.expect("kept");
        let (name, scope) = ("board".to_owned(), Scope::Status);
        let key = ApiKey { hash: [number; 32], survey: survey.into(), name, scope, until: NOW + HOUR };
        assert!(store.put_api_key(key, act("key")).await.expect("kept"));
    }
    change(store, "aoki", AccountChange::Add { role: Role::Owner, setup: setup(1) }, NOW).await;
    let counts = is_counted(store).await;
    let erased = store.erase("s", act("erase")).await.expect("erased");
    let counted: BTreeMap<&str, u64> = erased.counts.iter().copied().collect();
    let expected = [
        ("anonymous_returns", 0),
        ("api_keys", 1),
        ("cases", 2),
        ("codes", 4),
        ("contacts", 2),
        ("drafts", 1),
        ("mails", 1),
        ("no_mail", 1),
        ("returns", 1),
        ("uploads", 1),
    ];
    assert_eq!(counted, BTreeMap::from(expected));
    assert_eq!(counted.len(), ERASED.len(), "every table of the list is counted");
    assert_eq!(store.rest("s").await.expect("read"), 0);
    assert!(all_lines(store, Which::All).await.is_empty());
    assert!(store.mail_lines("s", 0, "", 9).await.expect("read").is_empty());
    assert!(store.mail_counts("s").await.expect("read").is_empty());
    assert!(store.answers("s", "", 9).await.expect("read").is_empty());
    assert_eq!(store.upload([1; 32]).await.expect("read"), None);
    assert_eq!(store.api_key([1; 32]).await.expect("read"), None);
    assert_eq!(store.case_of_code([2; 32]).await.expect("read"), None);
    assert!(store.survey("s").await.expect("read").expect("it stays").closed_at.is_some());
    let kept = store.counts("s").await.expect("read").len();
    assert!(kept > 0 && counts.len() >= kept, "counts stay, for response rates");
    assert_eq!(store.operators().await.expect("read").len(), 1);
    // The other survey is as it was.
    assert_eq!(store.rest("t").await.expect("read"), 4, "two cases, an upload, a key");
    assert!(store.upload([5; 32]).await.expect("read").is_some());
    assert_eq!(store.answers("t", "", 9).await.expect("read").len(), 1);
    assert!(store.case_of_code([10; 32]).await.expect("read").is_some());
    assert_eq!(store.mail_counts("t").await.expect("read").len(), 1);
    store.scrub().await.expect("written anew");
    assert_eq!(store.answers("t", "", 9).await.expect("read").len(), 1, "and after that");
}
