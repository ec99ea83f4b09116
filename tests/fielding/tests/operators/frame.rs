//! The frame: units, codes, the list, dates.

use std::collections::BTreeMap;

use monshin_store::*;

use crate::{HOUR, NOW, act, all_lines, codes, listed, put, sent};

story!(a_frame_is_loaded_again_without_harm codes_are_given_to_those_who_have_not_begun the_list_is_read_in_pages dates_of_an_operator_stay_and_late_returns_are_taken a_frame_waits_until_it_is_loaded_or_forgotten);

fn units(lines: &[CaseLine]) -> Vec<&str> {
    lines.iter().map(|line| line.case.unit.as_str()).collect()
}

async fn a_frame_is_loaded_again_without_harm(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let gone = Listed { disposition: Some(Disposition::NotEligible), ..listed("u4", "none") };
    let claims = Listed { disposition: Some(Disposition::Complete), ..listed("u5", "none") };
    let frame = vec![listed("u1", "none"), listed("u2", "some"), listed("u3", "some"), gone, claims];
    let first = store.list_units("s", "s", frame, act("frame")).await.expect("listed");
    assert_eq!(first, Listing { added: 5, moved: 0, kept: 0 });
    assert_eq!(
        is_counted(store).await,
        ["none not_eligible - 1", "none unknown_eligibility - 2", "some unknown_eligibility - 2"],
        "a list cannot say that somebody answered"
    );
    store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved");
    let sent = sent(1, 1, b"x");
    store.submit(sent).await.expect("submitted");
    let again = vec![
        listed("u1", "some"),
        Listed { contact: b"moved".to_vec(), ..listed("u2", "none") },
        listed("u6", "some"),
        listed("u6", "none"),
    ];
    let second = store.list_units("s", "s", again, act("frame")).await.expect("listed");
    assert_eq!(second, Listing { added: 1, moved: 1, kept: 1 });
    let lines = all_lines(store, Which::All).await;
    assert_eq!(units(&lines), ["u1", "u2", "u3", "u4", "u5", "u6"]);
    assert_eq!(lines[1].contact.as_deref(), Some(&b"moved"[..]));
    assert_eq!(lines[2].contact.as_deref(), Some(&b"sealed u3"[..]));
    assert_eq!(
        is_counted(store).await,
        [
            "none complete web 1",
            "none not_eligible - 1",
            "none unknown_eligibility - 2",
            "some unknown_eligibility - 2"
        ]
    );
}

async fn codes_are_given_to_those_who_have_not_begun(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let frame = ["u1", "u2", "u3"].map(|unit| listed(unit, "none")).to_vec();
    store.list_units("s", "s", frame, act("frame")).await.expect("listed");
    assert_eq!(units(&all_lines(store, Which::Uncoded).await), ["u1", "u2", "u3"]);
    let issue = async |codes: Vec<NewCodes>, replace: bool| {
        store.issue_codes("s", "s", codes, replace, act("codes")).await.expect("issued")
    };
    assert_eq!(issue(vec![codes("u1", 1), codes("u2", 2), codes("nobody", 9)], false).await, ["u1", "u2"]);
    assert_eq!(issue(vec![codes("u1", 11), codes("u3", 3)], false).await, ["u3"], "u1 keeps its codes");
    assert_eq!(store.case_of_code([3; 32]).await.expect("read").expect("a code").case.unit, "u1");
    store.save_draft(1, 0, b"d".to_vec(), NOW).await.expect("saved");
    let again = issue(vec![codes("u1", 21), codes("u2", 22)], true).await;
    assert_eq!(again, ["u2"], "only the first code of u1 opens its draft");
    assert_eq!(store.case_of_code([4; 32]).await.expect("read"), None, "the old code of u2 is dead");
    assert_eq!(store.case_of_code([44; 32]).await.expect("read").expect("a code").case.unit, "u2");
    assert_eq!(units(&all_lines(store, Which::NotBegun).await), ["u2", "u3"]);
    assert!(all_lines(store, Which::Uncoded).await.is_empty());
}

async fn the_list_is_read_in_pages(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let frame = (0..30).map(|number| listed(&format!("a{number:02}"), "none")).chain([listed("b%_", "none")]);
    store.list_units("s", "s", frame.collect(), act("frame")).await.expect("listed");
    let page = async |begins: &str, after: &str, which: Which| {
        let (begins, after) = (begins.to_owned(), after.to_owned());
        let query = CaseQuery { survey: "s".into(), which, begins, after, limit: 12 };
        store.cases(&query).await.expect("read")
    };
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let lines = page("", &after, Which::All).await;
        let Some(last) = lines.last() else { break };
        after.clone_from(&last.case.unit);
        all.extend(lines);
    }
    assert_eq!(all.len(), 31);
    assert_eq!(units(&page("a1", "a17", Which::All).await), ["a18", "a19"]);
    assert_eq!(units(&page("b%", "", Which::All).await), ["b%_"], "signs of patterns are signs");
    assert!(page("%", "", Which::All).await.is_empty());
    assert!(page("' OR 1=1 --", "", Which::All).await.is_empty());
    assert!(store.record(1, Disposition::Refusal, act("disposition")).await.expect("noted"));
    assert!(!store.record(2, Disposition::Complete, act("disposition")).await.expect("not noted"));
    assert!(store.record(3, Disposition::NotEligible, act("disposition")).await.expect("noted"));
    assert_eq!(units(&page("", "", Which::Of(Disposition::Refusal)).await), ["a00"]);
    assert_eq!(units(&page("a0", "", Which::Missing).await)[..3], ["a00", "a01", "a03"]);
    is_counted(store).await;
}

async fn dates_of_an_operator_stay_and_late_returns_are_taken(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    store.list_units("s", "s", vec![listed("u1", "none")], act("frame")).await.expect("listed");
    store.close_survey("s", act("close")).await.expect("closed");
    let dates = Schedule { opens_at: NOW - 2 * HOUR, closes_at: NOW, grace_until: NOW + 2 * HOUR };
    assert!(store.schedule("s", dates, act("schedule")).await.expect("set"));
    assert!(!store.schedule("t", dates, act("schedule")).await.expect("no such survey"));
    let row = store.survey("s").await.expect("read").expect("there");
    assert_eq!((row.opens_at, row.closes_at, row.grace_until), (NOW - 2 * HOUR, NOW, NOW + 2 * HOUR));
    assert!(
        row.is_open(NOW + HOUR) && !row.is_open(NOW + 2 * HOUR),
        "it is open again, and late ones come in"
    );
    assert_eq!(store.save_draft(1, 0, b"d".to_vec(), NOW + HOUR).await.expect("saved"), Saved::Version(1));
    let of_file = SurveyRow { opens_at: NOW, closes_at: NOW + 9 * HOUR, grace_until: 0, ..row.clone() };
    assert_eq!(store.put_survey(of_file, act("survey")).await.expect("put"), PutSurvey::Updated);
    assert_eq!(store.survey("s").await.expect("read"), Some(row));
}

async fn a_frame_waits_until_it_is_loaded_or_forgotten(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let upload = |id: u8, operator: &str, at: i64| Upload {
        id: [id; 32],
        survey: "s".into(),
        operator: operator.into(),
        at,
        sealed: vec![7; 300_000],
    };
    for (id, operator, at) in [(1, "aoki", NOW), (2, "baba", NOW), (3, "chiba", NOW - HOUR)] {
        store.put_upload(upload(id, operator, at)).await.expect("kept");
    }
    assert_eq!(store.upload([1; 32]).await.expect("read"), Some(upload(1, "aoki", NOW)));
    store.drop_uploads("aoki", NOW - 1).await.expect("erased");
    let there = async |id: u8| store.upload([id; 32]).await.expect("read").is_some();
    assert_eq!((there(1).await, there(2).await, there(3).await), (false, true, false));
    let mut backup = Vec::new();
    store.backup(&mut backup).await.expect("backup");
    assert!(backup.len() < 100_000, "it is in no backup");
}

/// What is counted is what is there.
pub async fn is_counted(store: &dyn Store) -> Vec<String> {
    let mut there: BTreeMap<String, u64> = BTreeMap::new();
    let shown = |classes: &CaseClasses, disposition: Disposition, mode: Option<Mode>| {
        let beds = classes.of("beds").unwrap_or("?");
        format!("{beds} {} {}", disposition.name(), mode.map_or("-", Mode::name))
    };
    for line in all_lines(store, Which::All).await {
        *there.entry(shown(&line.case.classes, line.case.disposition, line.case.mode)).or_default() += 1;
    }
    let counts = store.counts("s").await.expect("read");
    let counted: BTreeMap<String, u64> =
        counts.iter().map(|one| (shown(&one.classes, one.disposition, one.mode), one.cases)).collect();
    assert_eq!(counted, there);
    counted.iter().map(|(place, cases)| format!("{place} {cases}")).collect()
}
