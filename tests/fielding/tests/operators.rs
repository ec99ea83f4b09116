//! What operators do, told on both databases: accounts, the frame, codes, dates, counts.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_fielding_tests::postgres::Postgres;
use monshin_store::*;

const NOW: i64 = 1_795_521_600_000_000;
const HOUR: i64 = 3_600_000_000;

fn act(word: &str) -> Act {
    Act { at: NOW, actor: "test".into(), act: word.into(), detail: String::new() }
}

async fn begun(store: &dyn Store, privacy: Privacy) {
    let survey = SurveyRow {
        id: "s".into(),
        questionnaire: "[survey]".into(),
        hash: "h".into(),
        privacy,
        recipients: vec!["monshin-key-1".into()],
        opens_at: NOW - HOUR,
        closes_at: NOW + HOUR,
        grace_until: 0,
        closed_at: None,
    };
    store.put_survey(survey, act("survey")).await.expect("put");
}

fn listed(unit: &str, beds: &str) -> Listed {
    Listed {
        unit: unit.into(),
        pseudonym: format!("p-{unit}"),
        classes: CaseClasses(vec![("beds".into(), beds.into())]),
        disposition: None,
        contact: format!("sealed {unit}").into_bytes(),
    }
}

fn codes(unit: &str, number: u8) -> NewCodes {
    let code = |half: u8| SealedCode { hash: [number * 2 + half; 32], locked: vec![number, half] };
    NewCodes { unit: unit.into(), codes: vec![code(0), code(1)] }
}

async fn change(store: &dyn Store, name: &str, change: AccountChange, at: i64) -> bool {
    let of = OfAccount { name: name.into(), change, at, act: Some(act("account")) };
    store.change_account(of).await.expect("written")
}

fn setup(number: u8) -> SetUp {
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

async fn keyed_returns_are_all_taken_in_or_none(store: &dyn Store) {
    begun(store, Privacy::Confidential).await;
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
    let sent = Submission {
        case: 2,
        draft_version: 2,
        sealed: b"web".to_vec(),
        receipt: [9; 32],
        anonymous_id: [0; 16],
        mode: Mode::Web,
        at: NOW,
    };
    assert!(matches!(
        store.submit(sent).await.expect("sent"),
        Submitted::Kept { revision: 2, before: false, .. }
    ));
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

async fn all_lines(store: &dyn Store, which: Which) -> Vec<CaseLine> {
    let query = CaseQuery { survey: "s".into(), which, limit: 1_000, ..CaseQuery::default() };
    store.cases(&query).await.expect("read")
}

fn units(lines: &[CaseLine]) -> Vec<&str> {
    lines.iter().map(|line| line.case.unit.as_str()).collect()
}

/// What is counted is what is there.
async fn is_counted(store: &dyn Store) -> Vec<String> {
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

async fn a_frame_is_loaded_again_without_harm(store: &dyn Store) {
    begun(store, Privacy::Confidential).await;
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
    let sent = Submission {
        case: 1,
        draft_version: 1,
        sealed: b"x".to_vec(),
        receipt: [1; 32],
        anonymous_id: [1; 16],
        mode: Mode::Web,
        at: NOW,
    };
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
    begun(store, Privacy::Confidential).await;
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
    begun(store, Privacy::Confidential).await;
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
    begun(store, Privacy::Confidential).await;
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

async fn returns_are_counted_by_half_hour_unless_they_are_anonymous(store: &dyn Store) {
    for (privacy, expected) in [(Privacy::Confidential, vec![(0, 2), (1, 1)]), (Privacy::Anonymous, vec![])] {
        let id = privacy.name();
        begun(store, privacy).await;
        let mut survey = store.survey("s").await.expect("read").expect("there");
        (survey.id, survey.privacy) = (id.into(), privacy);
        store.put_survey(survey, act("survey")).await.expect("put");
        let frame = ["u1", "u2", "u3"].map(|unit| listed(unit, "none")).to_vec();
        store.list_units(id, id, frame, act("frame")).await.expect("listed");
        let lines = store.cases(&CaseQuery { survey: id.into(), limit: 9, ..CaseQuery::default() }).await;
        for (line, minutes) in lines.expect("read").iter().zip([0, 29, 31]) {
            let (case, at) = (line.case.case, NOW + minutes * 60_000_000);
            store.save_draft(case, 0, b"d".to_vec(), at).await.expect("saved");
            let sent = Submission {
                case,
                draft_version: 1,
                sealed: vec![case as u8],
                receipt: [1; 32],
                anonymous_id: [case as u8; 16],
                mode: Mode::Web,
                at,
            };
            store.submit(sent.clone()).await.expect("submitted");
            store.submit(sent).await.expect("submitted");
        }
        let base = NOW / 1_800_000_000;
        let arrivals = store.arrivals(id).await.expect("read");
        let shown: Vec<(i64, u64)> = arrivals.iter().map(|one| (one.half_hour - base, one.returns)).collect();
        assert_eq!(shown, expected, "{id}");
    }
}

async fn a_frame_waits_until_it_is_loaded_or_forgotten(store: &dyn Store) {
    begun(store, Privacy::Confidential).await;
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

async fn a_round_of_mails_sees_every_case(store: &dyn Store) {
    begun(store, Privacy::Confidential).await;
    let frame = ["u1", "u2", "u3", "u4"].map(|unit| listed(unit, "none")).to_vec();
    store.list_units("s", "s", frame, act("frame")).await.expect("listed");
    let mails = ["u1", "u2"]
        .iter()
        .zip(1..)
        .map(|(unit, token)| NewMail { unit: (*unit).to_owned(), token: [token; 16] });
    let (survey, wave) = ("s".to_owned(), "s".to_owned());
    let queue = Post::Queue { survey, wave, round: 1, mails: mails.collect(), at: NOW };
    assert_eq!(store.post(queue).await.expect("queued"), Posted::Changed(2));
    store.post(Post::Stop { case: 3, at: NOW }).await.expect("stopped");
    let taken = store.post(Post::Take { survey: "s".into(), round: 1, at: NOW }).await.expect("taken");
    let Posted::Taken(Some(mail)) = taken else { panic!("{taken:?}") };
    assert_eq!((mail.unit.as_str(), mail.contact.as_deref()), ("u1", Some(&b"sealed u1"[..])));
    let seen = async |round: i64, after: &str| {
        let lines = store.mail_lines("s", round, after, 3).await.expect("read");
        let line = |line: MailLine| (line.case.unit, line.state.map(MailState::name), line.wants_none);
        lines.into_iter().map(line).collect::<Vec<_>>()
    };
    let line = |unit: &str, state, wants_none| (unit.to_owned(), state, wants_none);
    let expected =
        [line("u1", Some("sending"), false), line("u2", Some("queued"), false), line("u3", None, true)];
    assert_eq!(seen(1, "").await, expected);
    assert_eq!(seen(1, "u3").await, [line("u4", None, false)]);
    assert_eq!(seen(2, "").await[0], line("u1", None, false), "another round is another mail");
}

async fn two_senders_take_no_mail_twice(store: &dyn Store) {
    begun(store, Privacy::Confidential).await;
    let units: Vec<String> = (0..40).map(|number| format!("u{number:02}")).collect();
    let frame = units.iter().map(|unit| listed(unit, "none")).collect();
    store.list_units("s", "s", frame, act("frame")).await.expect("listed");
    let mails = units.iter().zip(1..).map(|(unit, token)| NewMail { unit: unit.clone(), token: [token; 16] });
    let (survey, wave) = ("s".to_owned(), "s".to_owned());
    let queue = Post::Queue { survey, wave, round: 0, mails: mails.collect(), at: NOW };
    assert_eq!(store.post(queue).await.expect("queued"), Posted::Changed(40));
    let sender = async || {
        let mut taken = Vec::new();
        while let Posted::Taken(Some(mail)) =
            store.post(Post::Take { survey: "s".into(), round: 0, at: NOW }).await.expect("taken")
        {
            taken.push(mail.unit);
        }
        taken
    };
    let (one, other, third) = tokio::join!(sender(), sender(), sender());
    let mut all = [one, other, third].concat();
    all.sort();
    assert_eq!(all, units);
}

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
    begun(store, Privacy::Confidential).await;
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
        let sent = Submission {
            case,
            draft_version: 1,
            sealed: b"a return".to_vec(),
            receipt: [number; 32],
            anonymous_id: [number; 16],
            mode: Mode::Web,
            at: NOW,
        };
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

/// Tells every chapter, each on a database of its own.
macro_rules! story {
    ($fresh:expr; $($chapter:ident)*) => { $(
        let store: Arc<dyn Store> = $fresh(stringify!($chapter)).await;
        $chapter(&*store).await;
        store.close().await;
    )* };
    ($fresh:expr) => {
        story!($fresh; an_operator_is_set_up_once_by_the_link no_code_of_the_second_factor_works_twice
            ended_sessions_are_known_until_they_are_forgotten keyed_returns_are_all_taken_in_or_none
            sessions_end_with_what_they_were_given_for a_frame_is_loaded_again_without_harm
            codes_are_given_to_those_who_have_not_begun the_list_is_read_in_pages
            dates_of_an_operator_stay_and_late_returns_are_taken
            returns_are_counted_by_half_hour_unless_they_are_anonymous
            a_frame_waits_until_it_is_loaded_or_forgotten a_round_of_mails_sees_every_case
            two_senders_take_no_mail_twice
            what_is_erased_is_in_no_table_any_more);
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_tells_what_operators_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = async |name: &str| {
        let path = folder.path().join(format!("{name}.db"));
        open(path.to_str().expect("text"), Kind::Field).await.expect("opens")
    };
    story!(fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_tells_what_operators_do() {
    let postgres = Postgres::start();
    // Names of databases there have at most 63 signs.
    let fresh = async |name: &str| {
        open(&postgres.database(&name[..name.len().min(60)]), Kind::Field).await.expect("opens")
    };
    story!(fresh);
}
