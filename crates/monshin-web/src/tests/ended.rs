//! What ends a respondent's session, for every copy of its cookie and on every server.

use axum::http::StatusCode;
use monshin_instrument::Privacy;

use super::{Browser, MINUTE, World, answer_all};

const SECOND: i64 = 1_000_000;

async fn is_inside(browser: &mut Browser<'_>) -> bool {
    browser.get("/ja/page/1").await.status == StatusCode::OK
}

async fn leave(browser: &mut Browser<'_>) {
    let page = browser.get("/ja/page/1").await;
    let left = browser.post_raw("/ja/page/1", &[("token", page.hidden("token")), ("go", "leave")]).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text);
}

#[tokio::test]
async fn leaving_ends_every_copy_of_the_cookie_here_and_on_other_servers_and_no_colleagues_session() {
    let world = World::new(Privacy::Confidential).await;
    let other = world.second_server().await;
    let (mut browser, mut colleague) = (world.inside(0).await, world.inside(0).await);
    let (mut copy, mut elsewhere) = (browser.clone(), browser.clone());
    elsewhere.at = other.clone();
    assert!(is_inside(&mut copy).await && is_inside(&mut elsewhere).await);
    leave(&mut browser).await;
    assert!(!is_inside(&mut copy).await, "at once on the server that was left");
    world.wait(2 * SECOND);
    assert!(!is_inside(&mut elsewhere).await, "and within a second on another");
    assert!(is_inside(&mut colleague).await);
    colleague.at = other;
    assert!(is_inside(&mut colleague).await);
}

#[tokio::test]
async fn leaving_the_receipt_ends_the_session_and_a_server_that_starts_later_knows_it() {
    for privacy in [Privacy::Confidential, Privacy::Anonymous] {
        let world = World::new(privacy).await;
        let mut browser = world.inside(0).await;
        answer_all(&mut browser).await;
        assert!(browser.submit().await.to.starts_with("/ja/receipt"));
        let receipt = browser.get("/ja/receipt").await;
        let mut copy = browser.clone();
        assert_eq!(copy.get("/ja/receipt").await.status, StatusCode::OK);
        browser.post_raw("/ja/leave", &[("token", receipt.hidden("token"))]).await;
        assert_eq!(copy.get("/ja/receipt").await.status, StatusCode::FORBIDDEN);
        copy.at = world.second_server().await;
        assert_eq!(copy.get("/ja/receipt").await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_form_of_an_ended_session_is_kept_until_the_code_brings_it_home() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let page = browser.get("/ja/page/1").await;
    let mut copy = browser.clone();
    leave(&mut browser).await;
    let fields = [("token", page.hidden("token")), ("q1", "yes"), ("go", "next")];
    let kept = copy.post_raw("/ja/page/1", &fields).await;
    assert_eq!(kept.status, StatusCode::FORBIDDEN);
    assert!(kept.text.contains("name=\"q1\" value=\"yes\""), "{}", kept.text);
    let code = world.short[0].to_text();
    let home = [("the code", code.as_str()), ("q1", "yes"), ("go", "next")];
    assert_eq!(copy.post_raw("/ja/page/1", &home).await.status, StatusCode::SEE_OTHER);
    assert!(is_inside(&mut copy).await);
}

#[tokio::test]
async fn coming_in_again_ends_the_session_before() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let mut copy = browser.clone();
    browser.get(&format!("/r/{}", *world.links[1].to_text())).await;
    assert!(is_inside(&mut browser).await && !is_inside(&mut copy).await);
}

#[tokio::test]
async fn a_session_that_goes_on_keeps_its_mark() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let mut copy = browser.clone();
    world.wait(6 * MINUTE);
    let before = browser.cookies.clone();
    assert!(is_inside(&mut browser).await);
    assert_ne!(browser.cookies, before, "it was given anew");
    leave(&mut browser).await;
    assert!(!is_inside(&mut copy).await);
    let mut late = copy.clone();
    world.wait(60 * MINUTE);
    assert!(!is_inside(&mut late).await, "it is not forgotten while a copy could live");
}

#[tokio::test]
async fn ends_are_forgotten_when_no_cookie_can_live_any_longer() {
    let world = World::new(Privacy::Confidential).await;
    leave(&mut world.inside(0).await).await;
    assert_eq!(world.store.ended_sessions(0).await.expect("read").len(), 1);
    world.wait(14 * 60 * MINUTE);
    world.browser().get("/ja/").await;
    assert_eq!(world.store.ended_sessions(0).await.expect("read"), []);
}
