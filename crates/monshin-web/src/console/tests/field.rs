//! Running the field: frame, codes, dates, board, audit log.

use axum::http::StatusCode;
use monshin_frame::Contact;
use monshin_store::{Act, CaseClasses, CaseQuery, Disposition, Listed, Mode, Role, Submission, verify_audit};

use super::{is_outside, signed_in, world};
use crate::seal_contact;
use crate::tests::{Browser, DAY, NOW, Page, World, answer_all};

/// Checks a frame and loads it.
pub async fn load(browser: &mut Browser<'_>, csv: &str) -> Page {
    let token = browser.get("/console/ja/s/s/frame").await.hidden("token").to_owned();
    let checked = browser.upload(&token, csv).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.text);
    let fields = [("token", checked.hidden("token")), ("upload", checked.hidden("upload"))];
    browser.post_raw("/console/ja/s/s/frame/load", &fields).await
}

#[tokio::test]
async fn a_faulty_frame_is_told_row_by_row_and_nothing_is_loaded() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Operator).await;
    let token = browser.get("/console/ja/s/s/frame").await.hidden("token").to_owned();
    let csv = "id,beds,name,<script>\nu1,none,a,\nu1,some,b,\n,none,c,\nu4,<img src=x>,d,\nu5,none\n";
    let page = browser.upload(&token, csv).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["3行目 id", "4行目 id", "5行目 beds", "6行目", "F007", "F006", "F008", "F005", "F004"]
    {
        assert!(page.text.contains(told), "{told}\n{}", page.text);
    }
    assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "what was in the file is text");
    assert!(page.hidden("upload").is_empty(), "there is nothing to load");
    assert_eq!(world.store.units("s", "s").await.expect("read").len(), 0);
    for (csv, status) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("\u{0}\u{1}\u{2}", StatusCode::UNPROCESSABLE_ENTITY),
        ("id,beds\n", StatusCode::OK),
    ] {
        let page = browser.upload(&token, csv).await;
        assert_eq!(page.status, status, "{csv:?}");
        assert!(page.hidden("upload").is_empty());
    }
}

#[tokio::test]
async fn a_frame_that_was_checked_is_loaded_by_whoever_checked_it_and_once() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Operator).await;
    let token = browser.get("/console/ja/s/s/frame").await.hidden("token").to_owned();
    let checked = browser.upload(&token, "id,beds,name\nu1,なし,青葉医院\nu2,some,若葉医院\n").await;
    assert!(checked.text.contains("誤りはありません") && checked.hidden("upload").len() == 64);
    assert_eq!(world.store.units("s", "s").await.expect("read").len(), 0, "checking changes nothing");
    let mut owner = signed_in(&world, Role::Owner).await;
    let upload = checked.hidden("upload").to_owned();
    let others =
        owner.fill("/console/ja/s/s/frame", "/console/ja/s/s/frame/load", &[("upload", &upload)]).await;
    assert_eq!(others.status, StatusCode::CONFLICT);
    let done =
        browser.fill("/console/ja/s/s/frame", "/console/ja/s/s/frame/load", &[("upload", &upload)]).await;
    assert!(done.text.contains("読み込みました"), "{}", done.text);
    assert_eq!(world.store.units("s", "s").await.expect("read").len(), 2);
    let again =
        browser.fill("/console/ja/s/s/frame", "/console/ja/s/s/frame/load", &[("upload", &upload)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let mut backup = Vec::new();
    world.store.backup(&mut backup).await.expect("backup");
    let text = String::from_utf8(backup).expect("text");
    assert!(text.contains("u1") && !text.contains("青葉"), "contacts are sealed");
}

#[tokio::test]
async fn codes_stand_in_the_letters_alone_and_work() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Operator).await;
    load(&mut browser, "id,beds,name,address\nu1,none,=cmd|calc,東京都\nu2,some,<b>若葉</b>,x\n").await;
    let issue = async |browser: &mut Browser<'_>, fields: &[(&str, &str)]| {
        browser.fill("/console/ja/s/s/letters", "/console/ja/s/s/letters", fields).await
    };
    let csv = issue(&mut browser, &[("which", "uncoded"), ("form", "csv")]).await;
    assert!(csv.headers["content-disposition"].to_str().expect("text").contains("attachment"));
    let rows: Vec<Vec<&str>> = csv.text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 2, "{}", csv.text);
    assert_eq!(rows[0][..3], ["u1", "'=cmd|calc", "東京都"]);
    let link = rows[1][6].strip_prefix("https://survey.example").expect("the public address");
    assert_eq!(world.browser().get(link).await.to, "/ja/page/1");
    let typed = world.browser().post_raw("/ja/enter", &[("code", rows[0][5])]).await;
    assert_eq!(typed.to, "/ja/page/1");
    assert!(
        issue(&mut browser, &[("which", "uncoded"), ("form", "csv")])
            .await
            .text
            .contains("何も発行していません")
    );

    // u2 begins to answer; then everybody's codes are replaced.
    let mut respondent = world.browser();
    respondent.get(link).await;
    respondent.post("/ja/page/1", &[("q1", "no"), ("go", "next")]).await;
    assert_eq!(
        issue(&mut browser, &[("which", "replace"), ("form", "csv")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let again = issue(&mut browser, &[("which", "replace"), ("form", "csv"), ("sure", "yes")]).await;
    assert!(again.text.contains("u1,") && !again.text.contains("u2,"), "{}", again.text);
    let dead = world.browser().post_raw("/ja/enter", &[("code", rows[0][5])]).await;
    assert_eq!(dead.status, StatusCode::NOT_FOUND, "the old code is dead");
    assert_eq!(world.browser().get(link).await.to, "/ja/page/1", "who has begun goes on");

    let fields = [("which", "replace"), ("form", "print"), ("sure", "yes"), ("begins", "u1")];
    let print = issue(&mut browser, &fields).await;
    assert_eq!((print.status, print.text.matches("<article").count()), (StatusCode::OK, 1));
    assert!(print.text.contains("<svg") && print.text.contains("=cmd|calc"));
    let number = world
        .store
        .cases(&CaseQuery { survey: "s".into(), begins: "u1".into(), limit: 1, ..CaseQuery::default() })
        .await
        .expect("read")[0]
        .case
        .case;
    let one =
        browser.fill("/console/ja/s/s/letters", &format!("/console/ja/s/s/names/{number}/code"), &[]).await;
    assert_eq!((one.status, one.text.matches("<article").count()), (StatusCode::OK, 1));
}

#[tokio::test]
async fn what_became_of_a_case_is_noted_unless_it_has_answered() {
    let world = world().await;
    let mut keyer = signed_in(&world, Role::Keyer).await;
    let list = keyer.get("/console/en/s/s/list").await;
    assert!(list.text.contains("unit-0") && list.text.contains("unit-2"));
    let note = async |keyer: &mut Browser<'_>, what: &str| {
        keyer.fill("/console/en/", "/console/en/s/s/list/1", &[("disposition", what)]).await
    };
    assert_eq!(note(&mut keyer, "refusal").await.to, "/console/en/s/s/list/1");
    assert_eq!(world.store.case(1).await.expect("read").expect("there").disposition, Disposition::Refusal);
    assert_eq!(note(&mut keyer, "complete").await.status, StatusCode::CONFLICT);
    assert_eq!(note(&mut keyer, "nonsense").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut respondent = world.inside(0).await;
    answer_all(&mut respondent).await;
    assert_eq!(respondent.submit().await.status, StatusCode::SEE_OTHER);
    assert_eq!(note(&mut keyer, "refusal").await.status, StatusCode::CONFLICT, "a return is a return");
    for query in [
        "?which=complete",
        "?begins=unit-0",
        "?which=%27%20OR%201%3D1--",
        "?after=unit-1",
        "?begins=%00",
        "?which=missing&begins=unit-0",
    ] {
        assert_eq!(
            keyer.get(&format!("/console/en/s/s/list{query}")).await.status,
            StatusCode::OK,
            "{query}"
        );
    }
    assert_eq!(keyer.get("/console/en/s/s/list/99").await.status, StatusCode::NOT_FOUND);
    assert_eq!(keyer.get("/console/en/s/other/list").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_board_counts_what_came() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Analyst).await;
    let before = browser.get("/console/en/s/s/board").await;
    assert!(
        before.text.contains("Nothing has come back yet") && before.text.contains("0.00 %"),
        "{}",
        before.text
    );
    for unit in [0, 1] {
        let mut respondent = world.inside(unit).await;
        answer_all(&mut respondent).await;
        respondent.submit().await;
        respondent.submit().await;
    }
    let board = browser.get("/console/en/s/s/board").await;
    assert!(board.text.contains("66.67 %"), "{}", board.text);
    assert!(board.text.contains("2026-11-24 2</title>"), "both came on this day in Tokyo");
    let csv = browser.get("/console/en/s/s/board.csv").await;
    assert_eq!(
        csv.text.lines().skip(1).collect::<Vec<_>>(),
        ["some,complete,1.1,web,2", "some,unknown_eligibility,3.19,,1"]
    );
}

#[tokio::test]
async fn closing_and_opening_again_reach_respondents_at_once() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Operator).await;
    let close = async |browser: &mut Browser<'_>, fields: &[(&str, &str)]| {
        browser.fill("/console/ja/s/s/dates", "/console/ja/s/s/close", fields).await
    };
    assert_eq!(close(&mut browser, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "not by a slip");
    assert_eq!(world.browser().get("/ja/").await.status, StatusCode::OK);
    assert_eq!(close(&mut browser, &[("sure", "yes")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.browser().get("/ja/").await.status, StatusCode::FORBIDDEN);
    let set = async |browser: &mut Browser<'_>, opens: &str, closes: &str, grace: &str| {
        let fields = [("opens", opens), ("closes", closes), ("grace", grace)];
        browser.fill("/console/ja/s/s/dates", "/console/ja/s/s/dates", &fields).await.status
    };
    for (opens, closes, grace) in [
        ("x", "2026-11-26T00:00", ""),
        ("2026-11-26T00:00", "2026-11-25T00:00", ""),
        ("2026-11-20T00:00", "2026-11-26T00:00", "2026-11-26T00:00"),
    ] {
        assert_eq!(
            set(&mut browser, opens, closes, grace).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{opens} {closes} {grace}"
        );
    }
    let saved = set(&mut browser, "2026-11-20T09:00", "2026-11-24T22:00", "2026-11-26T00:00").await;
    assert_eq!(saved, StatusCode::SEE_OTHER);
    let page = browser.get("/console/ja/s/s/dates").await;
    assert!(
        page.text.contains("value=\"2026-11-24T22:00\"") && page.text.contains("受付中"),
        "{}",
        page.text
    );
    let start = world.browser().get("/ja/").await;
    assert!(start.text.contains("2026年11月24日 21:59"), "respondents are told the closing date alone");
    // 22:00 in Tokyo has passed; late returns are taken until the day after next.
    world.wait(DAY / 2);
    let mut late = world.inside(1).await;
    answer_all(&mut late).await;
    assert_eq!(late.submit().await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what_and_is_a_chain() {
    let world = world().await;
    let mut owner = signed_in(&world, Role::Owner).await;
    load(&mut owner, "id,beds\nu1,none\n").await;
    owner.fill("/console/ja/s/s/dates", "/console/ja/s/s/close", &[("sure", "yes")]).await;
    let page = owner.get("/console/en/audit").await;
    assert!(
        page.text.contains("All entries form one chain") && page.text.contains("<td>close</td>"),
        "{}",
        page.text
    );
    let export = owner.fill("/console/en/audit", "/console/en/audit.jsonl", &[]).await;
    let log = world.store.audit_log().await.expect("read");
    assert_eq!((export.text.lines().count(), verify_audit(&log)), (log.len(), Ok(())));
    assert!(export.text.contains("\"actor\":\"owner\"") && export.text.contains("\"act\":\"frame\""));
}

#[tokio::test]
async fn every_page_is_there_in_both_languages() {
    let world = world().await;
    for path in [
        "",
        "account",
        "s/s/board",
        "s/s/names",
        "s/s/names/1",
        "s/s/frame",
        "s/s/letters",
        "s/s/dates",
        "operators",
        "audit",
    ] {
        let mut owner = signed_in(&world, Role::Owner).await;
        let (ja, en) = (
            owner.get(&format!("/console/ja/{path}")).await,
            owner.get(&format!("/console/en/{path}")).await,
        );
        assert_eq!((ja.status, en.status), (StatusCode::OK, StatusCode::OK), "{path}");
        assert!(ja.text.contains("<html lang=\"ja\">") && en.text.contains("<html lang=\"en\">"));
        assert!(ja.text.contains(&format!("/console/en/{path}\"")), "{path} leads to its other language");
        let shown = en.text.replace("日本語", "").replace("調査", "");
        let is_japanese = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c);
        assert!(!shown.chars().any(is_japanese), "{path} in English");
        for page in [&ja, &en] {
            assert!(
                !page.text.contains("<script")
                    && !page.text.contains("style=\"")
                    && !page.text.contains(" onclick")
            );
        }
    }
    assert_eq!(world.browser().get("/console/fr/").await.status, StatusCode::NOT_FOUND);
    assert!(is_outside(&world.browser().get("/console/en/").await));
}

/// A return of a case.
async fn returned(world: &World, case: i64, mode: Mode) {
    world.store.save_draft(case, 0, b"d".to_vec(), NOW).await.expect("saved");
    let sent = Submission {
        case,
        draft_version: 1,
        sealed: vec![case as u8],
        receipt: [1; 32],
        anonymous_id: [case as u8; 16],
        mode,
        at: NOW,
    };
    world.store.submit(sent).await.expect("submitted");
}

/// What `import` of the API keeps, the board shows with the way it came in.
#[tokio::test]
async fn returns_on_paper_and_as_files_stand_on_the_board_with_their_mode() {
    let world = world().await;
    for (case, mode) in [(1, Mode::Paper), (2, Mode::Paper), (3, Mode::File)] {
        returned(&world, case, mode).await;
    }
    let page = signed_in(&world, Role::Viewer).await.get("/console/ja/s/s/board").await;
    for (mode, returns) in [("ウェブ", 0), ("紙", 2), ("FAX", 0), ("電話", 0), ("ファイル", 1)] {
        let row = format!("<th scope=\"row\">{mode}</th><td class=\"num\">{returns}</td>");
        assert!(page.text.contains(&row), "{row}\n{}", page.text);
    }
    let csv = signed_in(&world, Role::Analyst).await.get("/console/ja/s/s/board.csv").await;
    assert!(csv.text.contains("paper") && csv.text.contains("file"), "{}", csv.text);
}

#[tokio::test]
async fn without_a_mail_server_the_page_says_how_to_name_one() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Operator).await;
    let page = browser.get("/console/en/s/s/mail").await;
    assert!(page.text.contains("--smtp") && !page.text.contains("id=\"file\""), "{}", page.text);
    let token = page.hidden("token").to_owned();
    let tried = browser.upload_to("/console/en/s/s/mail", &token, "id,link\nunit-0,https://a/r/1\n").await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = browser.fill("/console/en/s/s/mail", "/console/en/s/s/mail/send", &[("upload", "00")]).await;
    assert_eq!(sent.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn who_is_on_a_list_of_the_unreachable_is_noted_and_who_has_answered_is_left() {
    let world = world().await;
    returned(&world, 2, Mode::Web).await;
    let sealed = seal_contact(
        &world.secret,
        "s",
        "unit-2",
        &Contact { email: Some("Two@Example.jp".into()), ..Contact::default() },
    );
    let listed = Listed {
        unit: "unit-2".into(),
        pseudonym: "x".into(),
        classes: CaseClasses(vec![("beds".into(), "some".into())]),
        disposition: None,
        contact: sealed,
    };
    let act = Act { at: NOW, actor: "test".into(), act: "frame".into(), detail: String::new() };
    world.store.list_units("s", "2026", vec![listed], act).await.expect("listed");
    let mut browser = signed_in(&world, Role::Operator).await;
    let to = "/console/en/s/s/mail/returned";
    let token = browser.get("/console/en/s/s/mail").await.hidden("token").to_owned();
    let list = "id,email\nunit-0,\nunit-1,\nnobody,\n,two@example.jp\n";
    let page = browser.upload_to(to, &token, list).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for (label, count) in [("Noted as undeliverable", 2), ("Left as they are", 1), ("Not in the frame", 1)] {
        let row = page.text.split(label).nth(1).unwrap_or_default();
        assert!(
            row.split("<td class=\"num\">").nth(1).is_some_and(|rest| rest.starts_with(&format!("{count}<"))),
            "{label}: {}",
            page.text
        );
    }
    let mut dispositions = Vec::new();
    for case in 1..=3 {
        dispositions.push(world.store.case(case).await.expect("read").expect("there").disposition);
    }
    let gone = Disposition::UnknownExistence;
    assert_eq!(dispositions, [gone, Disposition::Complete, gone]);
    let page = browser.upload_to(to, &token, "Subject: hello\r\n\r\nI am on holiday.\r\n").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("no mail that came back"), "{}", page.text);
}
