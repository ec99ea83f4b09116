//! Returns that did not come by the pages, and when returns came.

use monshin_store::*;

use crate::{HOUR, NOW, act, listed, put, sent};

story!(keyed_returns_are_all_taken_in_or_none returns_are_counted_by_half_hour_unless_they_are_anonymous);

async fn keyed_returns_are_all_taken_in_or_none(store: &dyn Store) {
    put(store, Privacy::Confidential).await;
    let units = ["u1", "u2", "u3"].map(|unit| listed(unit, "none")).to_vec();
    store.list_units("s", "s", units, act("frame")).await.expect("listed");
    let keyed = |case: i64, revision, had_draft| Keyed {
        case,
        revision,
        had_draft,
        sealed: format!("{case} {revision}").into_bytes(),
        receipt: [case as u8; 32],
        anonymous_id: [case as u8; 16],
    };
    let import = async |returns: Vec<Keyed>, after_closing, at| {
        let act = Act { at, ..act("import") };
        let import = Import { survey: "s".into(), mode: Mode::Fax, returns, after_closing, act };
        store.import(import).await.expect("written")
    };
    let answers = async || store.answers("s", "", 9).await.expect("read").len();
    store.save_draft(2, 0, b"begun".to_vec(), NOW).await.expect("saved");
    let stale = import(vec![keyed(3, 0, false), keyed(1, 0, false), keyed(2, 0, false)], false, NOW).await;
    assert_eq!(
        (stale, answers().await),
        (Imported::Changed, 0),
        "the second began meanwhile: nothing is kept"
    );
    for (late, at, expected) in [
        (false, NOW - 2 * HOUR, Imported::NotOpen),
        (true, NOW - 2 * HOUR, Imported::NotOpen),
        (false, NOW + 2 * HOUR, Imported::NotOpen),
    ] {
        assert_eq!(import(vec![keyed(1, 0, false)], late, at).await, expected);
    }
    let all = vec![keyed(3, 0, false), keyed(1, 0, false), keyed(2, 0, true)];
    assert_eq!((import(all.clone(), false, NOW).await, answers().await), (Imported::Kept, 3));
    assert_eq!(import(all, false, NOW).await, Imported::Changed, "the same again");
    assert_eq!(import(vec![keyed(1, 1, false)], true, NOW + 2 * HOUR).await, Imported::Kept, "a correction");
    let case = store.case(1).await.expect("read").expect("there");
    assert_eq!((case.revision, case.mode, case.disposition), (2, Some(Mode::Fax), Disposition::Complete));
    let kept = store.receipt(1).await.expect("read");
    assert!(
        matches!(kept, Some(Submitted::Kept { revision: 2, at, .. }) if at == NOW + 2 * HOUR),
        "{kept:?}"
    );
    let arrivals: u64 = store.arrivals("s").await.expect("read").iter().map(|one| one.returns).sum();
    let counted: u64 = store
        .counts("s")
        .await
        .expect("read")
        .iter()
        .filter(|one| one.mode == Some(Mode::Fax))
        .map(|one| one.cases)
        .sum();
    assert_eq!((arrivals, counted), (3, 3), "each case once");
    // The respondent goes on by the pages, and that counts.
    store.save_draft(2, 1, b"more".to_vec(), NOW).await.expect("saved");
    let sent = sent(2, 2, b"web");
    assert!(matches!(
        store.submit(sent).await.expect("sent"),
        Submitted::Kept { revision: 2, before: false, .. }
    ));
}

async fn returns_are_counted_by_half_hour_unless_they_are_anonymous(store: &dyn Store) {
    for (privacy, expected) in [(Privacy::Confidential, vec![(0, 2), (1, 1)]), (Privacy::Anonymous, vec![])] {
        let id = privacy.name();
        put(store, privacy).await;
        let mut survey = store.survey("s").await.expect("read").expect("there");
        (survey.id, survey.privacy) = (id.into(), privacy);
        store.put_survey(survey, act("survey")).await.expect("put");
        let frame = ["u1", "u2", "u3"].map(|unit| listed(unit, "none")).to_vec();
        store.list_units(id, id, frame, act("frame")).await.expect("listed");
        let lines = store.cases(&CaseQuery { survey: id.into(), limit: 9, ..CaseQuery::default() }).await;
        for (line, minutes) in lines.expect("read").iter().zip([0, 29, 31]) {
            let (case, at) = (line.case.case, NOW + minutes * 60_000_000);
            store.save_draft(case, 0, b"d".to_vec(), at).await.expect("saved");
            let sent = Submission { at, ..sent(case, 1, &[case as u8]) };
            store.submit(sent.clone()).await.expect("submitted");
            store.submit(sent).await.expect("submitted");
        }
        let base = NOW / 1_800_000_000;
        let arrivals = store.arrivals(id).await.expect("read");
        let shown: Vec<(i64, u64)> = arrivals.iter().map(|one| (one.half_hour - base, one.returns)).collect();
        assert_eq!(shown, expected, "{id}");
    }
}
