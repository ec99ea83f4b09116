//! From the first question to the receipt.

use axum::http::StatusCode;
use monshin_instrument::Privacy;

use super::{World, answer_all};

#[tokio::test]
async fn answers_go_from_the_first_page_to_the_analyst() {
    let world = World::new(Privacy::Identified).await;
    let mut browser = world.inside(0).await;
    let fields = [("q1", "yes"), ("q2", "other"), ("q2.other", "丙 & 丁"), ("q3", "１２"), ("go", "next")];
    assert_eq!(browser.post("/ja/page/1", &fields).await.to, "/ja/page/2");
    assert_eq!(browser.post("/ja/page/2", &[("q4", "no"), ("go", "next")]).await.to, "/ja/page/3");
    let fields = [
        ("q5.r1", "yes"),
        ("q5.r2", "no"),
        ("q6", "x"),
        ("q6", "z"),
        ("q7", "2026-02-28"),
        ("q8", "長い\r\n文"),
        ("go", "next"),
    ];
    assert_eq!(browser.post("/ja/page/3", &fields).await.to, "/ja/review");
    let review = browser.get("/ja/review").await;
    for seen in ["丙 &#38; 丁", "エ\nカ", "12", "2026年2月28日", "行二", "提出する"] {
        assert!(review.text.contains(seen), "{seen}: {}", review.text);
    }
    assert_eq!(browser.submit().await.to, "/ja/receipt");
    let records = world.records().await;
    let cells: Vec<String> = records[0].cells.iter().map(|(name, cell)| format!("{name}={cell}")).collect();
    assert_eq!(
        cells.join(" | "),
        "beds=some | q1=yes | q2=other | q2.other=丙 & 丁 | q3=12 | q4=no | q5.r1=yes | q5.r2=no | q6=x;z | q7=2026-02-28 | q8=長い\n文"
    );
    assert_eq!((records.len(), records[0].key.as_str()), (1, "unit-0"));
}

#[tokio::test]
async fn an_answer_behind_a_shut_condition_never_counts() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    browser.post("/ja/page/1", &[("q1", "yes"), ("q2", "a"), ("q3", "20"), ("go", "next")]).await;
    browser.post("/ja/page/2", &[("q4", "yes"), ("go", "next")]).await;
    browser.post("/ja/page/1", &[("q1", "no"), ("q2", "a"), ("q3", "20"), ("go", "next")]).await;
    let asked_never = [("q5.r1", "no"), ("q5.r2", "no"), ("q4", "yes"), ("zz", "1"), ("go", "next")];
    browser.post("/ja/page/3", &asked_never).await;
    assert_eq!(browser.submit().await.to, "/ja/receipt");
    let records = world.records().await;
    let names: Vec<&str> = records[0].cells.keys().map(String::as_str).collect();
    assert_eq!(names, ["beds", "q1", "q5.r1", "q5.r2"]);
    assert_eq!(records[0].key, "pseudonym-0", "no id of the frame");
}

#[tokio::test]
async fn slips_are_told_where_they_are_and_kept_as_typed() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let sent = browser.post("/ja/page/1", &[("q1", "yes"), ("q3", "many"), ("go", "next")]).await;
    assert_eq!(sent.to, "/ja/page/1?check");
    let page = browser.get("/ja/page/1?check").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("<a href=\"#i1-0\">Q2：お答えください。</a>"), "{}", page.text);
    assert!(page.text.contains("value=\"many\""), "what was typed is shown again");
    assert!(page.text.contains("aria-invalid=\"true\""));
    let review = browser.get("/ja/review").await;
    assert!(review.text.contains("/ja/page/1?check#i1-0") && !review.text.contains("/ja/submit"));
    let too_many = [("q5.r1", "no"), ("q5.r2", "no"), ("q6", "x"), ("q6", "y"), ("q6", "z"), ("go", "next")];
    assert_eq!(browser.post("/ja/page/3", &too_many).await.to, "/ja/page/3?check");
}

#[tokio::test]
async fn a_browser_without_has_is_asked_step_by_step() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let sent = browser.post("/ja/page/1", &[("q1", "yes"), ("go", "step")]).await;
    assert_eq!(sent.to, "/ja/page/1?more", "more is asked now, and that is no mistake");
    let page = browser.get("/ja/page/1?more").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("class=\"q cond open\" id=\"w1\""), "{}", page.text);
    let sent = browser.post("/ja/page/1", &[("q1", "yes"), ("q2", "a"), ("go", "step")]).await;
    assert_eq!(sent.to, "/ja/page/1?check", "now it is");
}

#[tokio::test]
async fn a_draft_goes_on_at_another_machine() {
    let world = World::new(Privacy::Confidential).await;
    let mut office = world.inside(1).await;
    let left = office.post("/ja/page/1", &[("q1", "yes"), ("q2", "b"), ("q3", "3"), ("go", "leave")]).await;
    assert!(left.text.contains("保存しました") && office.cookies.is_empty(), "{}", left.text);
    let mut home = world.browser();
    let code = world.short[1].to_text().to_lowercase();
    assert_eq!(home.post_raw("/en/enter", &[("code", &code)]).await.to, "/en/page/1");
    let page = home.get("/en/page/1").await;
    assert!(
        page.text.contains("id=\"i1-1\" value=\"b\" checked") && page.text.contains("value=\"3\""),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn two_windows_and_two_presses_are_one_return() {
    let world = World::new(Privacy::Confidential).await;
    let mut first = world.inside(0).await;
    answer_all(&mut first).await;
    let review = first.get("/ja/review").await;
    let fields = [("token", review.hidden("token")), ("version", review.hidden("version"))];
    let (mut again, mut other) = (first.clone(), first.clone());
    let pressed = tokio::join!(first.post_raw("/ja/submit", &fields), again.post_raw("/ja/submit", &fields));
    assert_eq!((pressed.0.to.as_str(), pressed.1.to.as_str()), ("/ja/receipt", "/ja/receipt"));
    assert_eq!(
        other.post_raw("/ja/submit", &fields).await.to,
        "/ja/receipt",
        "and once more, by the back button"
    );
    assert_eq!(world.store.case(1).await.expect("read").expect("a case").revision, 1);
    world.wait(2 * super::DAY);
    let mut late = world.browser();
    assert_eq!(late.get(&format!("/r/{}", *world.links[0].to_text())).await.to, "/ja/receipt?seen");
    assert_eq!(
        late.post_raw("/ja/submit", &fields).await.to,
        "/ja/receipt",
        "also when the survey has closed"
    );
    world.wait(-2 * super::DAY);
    let hash =
        |page: super::Page| page.text.split("class=\"hash\">").nth(1).map(|rest| rest[..64].to_owned());
    let (one, two) = (hash(first.get("/ja/receipt").await), hash(other.get("/ja/receipt").await));
    assert!(one.is_some() && one == two);
}

#[tokio::test]
async fn a_window_that_has_grown_old_is_told_before_it_sends() {
    let world = World::new(Privacy::Confidential).await;
    let mut first = world.inside(0).await;
    answer_all(&mut first).await;
    let old = first.get("/ja/review").await;
    let mut colleague = world.inside(0).await;
    colleague.post("/ja/page/3", &[("q5.r1", "no"), ("q5.r2", "no"), ("go", "next")]).await;
    let fields = [("token", old.hidden("token")), ("version", old.hidden("version"))];
    assert_eq!(first.post_raw("/ja/submit", &fields).await.to, "/ja/review?changed");
    assert_eq!(world.records().await, []);
}

#[tokio::test]
async fn what_was_sent_is_changed_until_closing() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    answer_all(&mut browser).await;
    browser.submit().await;
    let mut colleague = world.browser();
    let link = format!("/r/{}", *world.links[0].to_text());
    assert_eq!(colleague.get(&link).await.to, "/ja/receipt?seen");
    let seen = colleague.get("/ja/receipt?seen").await;
    assert!(
        seen.text.contains("提出済みです") && seen.text.contains("2026年11月24日 21:00"),
        "{}",
        seen.text
    );
    colleague.post("/ja/page/3", &[("q5.r1", "no"), ("q5.r2", "no"), ("go", "next")]).await;
    assert!(colleague.get("/ja/review").await.text.contains("変更しています"));
    assert_eq!(world.records().await[0].cells["q5.r1"], "yes", "the earlier return counts");
    assert_eq!(colleague.submit().await.to, "/ja/receipt");
    assert_eq!(world.records().await[0].cells["q5.r1"], "no");
    world.wait(2 * super::DAY);
    let late = world.browser().get(&link).await;
    assert_eq!(late.to, "/ja/receipt?seen", "the receipt stays");
}

#[tokio::test]
async fn an_anonymous_return_is_sent_once_and_shown_to_nobody() {
    let world = World::new(Privacy::Anonymous).await;
    let mut browser = world.inside(0).await;
    answer_all(&mut browser).await;
    assert_eq!(browser.submit().await.to, "/ja/receipt");
    let receipt = browser.get("/ja/receipt").await;
    assert!(
        receipt.text.contains("class=\"hash\"") && !receipt.text.contains("受付日時"),
        "{}",
        receipt.text
    );
    let again = world.browser().get(&format!("/r/{}", *world.links[0].to_text())).await;
    assert!(again.text.contains("提出済み") && !again.text.contains("class=\"hash\""));
    assert_eq!(browser.get("/ja/page/1").await.status, StatusCode::CONFLICT);
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].key.len(), 32, "a random key: {}", records[0].key);
}
