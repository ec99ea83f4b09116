//! What is not done on the word of a session alone.

use axum::http::StatusCode;
use monshin_store::Role;

use super::{Known, PASSWORD, is_outside, operator, with_session, world};
use crate::tests::{Browser, NOW, Page, World};

const MINUTE: i64 = 60_000_000;

async fn owner(world: &World) -> (Known, Browser<'_>) {
    let known = operator(world, "aoki", Role::Owner).await;
    let browser = with_session(world, "aoki").await;
    (known, browser)
}

async fn close(browser: &mut Browser<'_>, more: &[(&str, &str)]) -> Page {
    let fields = [&[("sure", "yes")], more].concat();
    browser.fill("/console/en/s/s/dates", "/console/en/s/s/close", &fields).await
}

async fn is_closed(world: &World) -> bool {
    world.store.survey("s").await.expect("read").expect("there").closed_at.is_some()
}

#[tokio::test]
async fn closing_long_after_signing_in_asks_for_password_and_second_factor_and_then_goes_on() {
    let world = world().await;
    let (known, mut browser) = owner(&world).await;
    world.wait(11 * MINUTE);
    let asked = close(&mut browser, &[]).await;
    assert!(asked.text.contains("name=\"own_password\""), "{}", asked.text);
    assert_eq!(asked.hidden("sure"), "yes", "what was asked for goes on by itself");
    let code = known.second.code(NOW + 11 * MINUTE);
    for (password, code) in
        [("wrong", code.as_str()), (PASSWORD, "000000"), ("", code.as_str()), (PASSWORD, "")]
    {
        let refused = close(&mut browser, &[("own_password", password), ("own_code", code)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{password} {code}");
        assert!(!is_closed(&world).await);
    }
    let mut copy = browser.clone();
    let done = close(&mut browser, &[("own_password", PASSWORD), ("own_code", &code)]).await;
    assert!(is_outside(&copy.get("/console/en/").await), "a copied cookie gains nothing by it");
    assert_eq!(browser.get("/console/en/").await.status, StatusCode::OK);
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(is_closed(&world).await);
    let log = world.store.audit_log().await.expect("read");
    let acts: Vec<&str> = log.iter().rev().take(2).map(|entry| entry.act.act.as_str()).collect();
    assert_eq!(acts, ["close", "prove"]);
}

#[tokio::test]
async fn a_proof_is_good_for_ten_minutes_and_for_its_session_alone() {
    let world = world().await;
    let (known, mut browser) = owner(&world).await;
    let mut other = with_session(&world, "aoki").await;
    world.wait(10 * MINUTE);
    let code = known.second.code(NOW + 10 * MINUTE);
    let proof = [("own_password", PASSWORD), ("own_code", code.as_str())];
    assert_eq!(close(&mut browser, &proof).await.status, StatusCode::SEE_OTHER);
    world.wait(9 * MINUTE);
    assert_eq!(close(&mut browser, &[]).await.status, StatusCode::SEE_OTHER, "still good");
    assert!(close(&mut other, &[]).await.text.contains("own_password"), "another session has none");
    let again = close(&mut other, &proof).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
    world.wait(2 * MINUTE);
    assert!(close(&mut browser, &[]).await.text.contains("own_password"));
}

#[tokio::test]
async fn everything_weighty_asks() {
    let world = world().await;
    let (_, mut browser) = owner(&world).await;
    world.wait(11 * MINUTE);
    for (page, to) in [
        ("/s/s/dates", "/s/s/close"),
        ("/s/s/dates", "/s/s/dates"),
        ("/s/s/frame", "/s/s/frame/load"),
        ("/s/s/names/1", "/s/s/names/1/code"),
        ("/s/s/letters", "/s/s/letters"),
        ("/s/s/mail", "/s/s/mail/send"),
        ("/operators", "/operators"),
        ("/operators", "/operators/sign-out"),
        ("/account", "/account/end-one"),
        ("/account", "/account/end-others"),
        ("/account", "/account/recovery"),
        ("/audit", "/audit.jsonl"),
    ] {
        let [page, to] = [page, to].map(|path| format!("/console/ja{path}"));
        let asked = browser.fill(&page, &to, &[("name", "<b>"), ("do", "add"), ("role", "owner")]).await;
        assert!(asked.text.contains("name=\"own_code\""), "{to}: {}", asked.text);
        assert!(asked.text.contains(&format!("action=\"{to}\"")) && !asked.text.contains("<b>"));
    }
}

#[tokio::test]
async fn who_tries_too_often_has_to_wait() {
    let world = world().await;
    let (_, mut browser) = owner(&world).await;
    world.wait(11 * MINUTE);
    let mut last = StatusCode::OK;
    for _ in 0..11 {
        last = close(&mut browser, &[("own_password", "guess"), ("own_code", "1")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert!(!is_closed(&world).await);
}
