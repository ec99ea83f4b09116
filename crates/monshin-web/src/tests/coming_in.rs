//! The door: codes, sessions, opening and closing.

use axum::http::StatusCode;
use monshin_instrument::Privacy;
use monshin_seal::{Code, CodeKind};

use super::{DAY, World};
use crate::app::rng;

#[tokio::test]
async fn the_code_leaves_the_address_and_the_cookie_is_locked_down() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.browser();
    let page = browser.get(&format!("/r/{}", *world.links[0].to_text())).await;
    assert_eq!((page.status, page.to.as_str()), (StatusCode::SEE_OTHER, "/ja/page/1"));
    let cookie = page.headers["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Host-monshin="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=7200; Secure"), "{cookie}");
}

#[tokio::test]
async fn a_mistyped_code_is_told_without_a_look_into_the_database() {
    let world = World::new(Privacy::Confidential).await;
    let right = world.short[0].to_text();
    let wrong = if right.starts_with('2') { "3" } else { "2" };
    let mistyped = format!("{wrong}{}", &right[1..]);
    let page = world.browser().post_raw("/ja/enter", &[("code", &mistyped)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("1文字目の付近"), "{}", page.text);
    assert!(page.text.contains(&mistyped), "what was typed stays in the field");
    world.store.close().await;
    let page = world.browser().post_raw("/ja/enter", &[("code", "ABC")]).await;
    assert!(page.text.contains("いま3文字"), "without a database too: {}", page.text);
}

#[tokio::test]
async fn a_link_that_was_cut_short_is_told_as_a_link() {
    let world = World::new(Privacy::Confidential).await;
    let link = world.links[0].to_text();
    let page = world.browser().get(&format!("/r/{}", &link[..20])).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("リンクが途中で切れている"), "{}", page.text);
    assert!(!page.text.contains(&link[..20]), "nobody typed that, and nobody has to mend it");
}

#[tokio::test]
async fn codes_that_are_not_ours_all_look_the_same() {
    let world = World::new(Privacy::Confidential).await;
    let mut texts = Vec::new();
    for kind in [CodeKind::Short, CodeKind::Short, CodeKind::Link] {
        let page = world.browser().get(&format!("/r/{}", *Code::draw(kind, &mut rng()).to_text())).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        texts.push(page.text);
    }
    assert!(texts.iter().all(|text| *text == texts[0]));
}

#[tokio::test]
async fn tries_are_limited_by_code_and_by_address() {
    let world = World::new(Privacy::Confidential).await;
    let link = format!("/r/{}", *world.links[0].to_text());
    let mut last = StatusCode::OK;
    for _ in 0..31 {
        last = world.browser().get(&link).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "one code");
    let other = format!("/r/{}", *world.links[1].to_text());
    assert_eq!(world.browser().get(&other).await.status, StatusCode::SEE_OTHER, "another is not held up");
    for _ in 0..60 {
        last = world.browser().post_raw("/ja/enter", &[("code", "x")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "one address");
    world.wait(300_000_000);
    assert_eq!(world.browser().get(&link).await.status, StatusCode::SEE_OTHER, "and it passes");
}

#[tokio::test]
async fn before_and_after_each_have_their_page() {
    let world = World::new(Privacy::Confidential).await;
    let link = format!("/r/{}", *world.links[0].to_text());
    let mut inside = world.inside(0).await;
    world.wait(-2 * DAY);
    assert!(world.browser().get(&link).await.text.contains("まだ始まっていません"));
    assert!(world.browser().get("/ja/").await.text.contains("まだ始まっていません"));
    world.wait(2 * DAY);
    world.wait(DAY - 1_000_000);
    assert_eq!(inside.get("/ja/page/1").await.status, StatusCode::FORBIDDEN, "a session ends by itself");
    let mut late = world.inside(1).await;
    let form = late.get("/ja/page/1").await;
    world.wait(2_000_000);
    let sent = late.post_raw("/ja/page/1", &[("token", form.hidden("token")), ("q1", "no")]).await;
    assert!(sent.text.contains("受付は終わりました"), "{}", sent.text);
    assert_eq!(world.store.draft(2).await.expect("read"), None);
    assert!(world.browser().get("/en/").await.text.contains("Closed"));
}

#[tokio::test]
async fn a_session_that_is_lost_says_what_to_do() {
    let world = World::new(Privacy::Confidential).await;
    for path in ["/ja/page/1", "/ja/review", "/ja/receipt"] {
        let page = world.browser().get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains("保存した内容は残っています"), "{path}");
    }
    let page = world.browser().post_raw("/ja/submit", &[("version", "1")]).await;
    assert!(page.text.contains("もう一度お入りください"));
}

#[tokio::test]
async fn what_was_typed_when_the_session_ended_is_saved_with_the_code() {
    let world = World::new(Privacy::Confidential).await;
    let typed = [("token", "of a session that is over"), ("q1", "yes"), ("q3", "7 <台>"), ("go", "next")];
    let mut browser = world.browser();
    let page = browser.post_raw("/ja/page/1", &typed).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("入力中の内容はそのままです") && page.text.contains("action=\"/ja/page/1\""));
    assert!(
        page.text.contains("name=\"q3\" value=\"7 &#60;台&#62;\"") && !page.text.contains("over"),
        "{}",
        page.text
    );
    let mistyped = browser.post_raw("/ja/page/1", &[&typed[1..], &[("the code", "ABC")]].concat()).await;
    assert!(
        mistyped.text.contains("いま3文字") && mistyped.text.contains("7 &#60;台&#62;"),
        "{}",
        mistyped.text
    );
    let unknown = Code::draw(CodeKind::Short, &mut rng()).to_text();
    let unknown = browser.post_raw("/ja/page/1", &[&typed[1..], &[("the code", &unknown)]].concat()).await;
    assert!(unknown.status == StatusCode::NOT_FOUND && unknown.text.contains("7 &#60;台&#62;"));
    let code = world.short[0].to_text();
    let saved = browser.post_raw("/ja/page/1", &[&typed[1..], &[("the code", &code)]].concat()).await;
    assert_eq!(saved.to, "/ja/page/1?check", "saved, and its slips are told as ever");
    assert!(browser.get("/ja/page/1?check").await.text.contains("value=\"7 &#60;台&#62;\""));
}

#[tokio::test]
async fn every_language_and_size_of_print_is_a_link_away() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let page = browser.get("/ja/page/1").await;
    assert!(page.text.contains("href=\"/en/page/1\" lang=\"en\"") && page.text.contains("?size=large"));
    assert!(browser.get("/en/page/1?size=large").await.text.contains("<html lang=\"en\" class=\"large\">"));
    assert!(browser.get("/en/review").await.text.contains("class=\"large\""), "it is remembered");
    browser.get("/en/review?size=normal").await;
    assert!(!browser.get("/en/review").await.text.contains("class=\"large\""));
    let mut english = world.browser();
    english.extra.push(("accept-language", "fr, en-GB;q=0.8, ja;q=0.5".into()));
    assert_eq!(english.get("/").await.to, "/en/");
}

#[tokio::test]
async fn health_and_readiness_are_there_for_whoever_watches() {
    let world = World::new(Privacy::Confidential).await;
    let mut probe = world.browser();
    probe.extra.push(("host", "10.0.0.7:8088".into()));
    assert_eq!(probe.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(probe.get("/readyz").await.status, StatusCode::OK);
    world.store.close().await;
    assert_eq!(probe.get("/readyz").await.status, StatusCode::OK, "the database is asked once a second");
    world.wait(1_000_000);
    assert_eq!(probe.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(probe.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_could_not_be_saved_stays_in_the_page_that_says_so() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let token = browser.get("/ja/page/1").await.hidden("token").to_owned();
    world.store.close().await;
    let typed =
        [("token", &*token), ("q1", "yes"), ("q2", "other"), ("q2.other", "丙 <&> \"丁\""), ("go", "next")];
    let page = browser.post_raw("/ja/page/1", &typed).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text.contains("<form method=\"post\" action=\"/ja/page/1\""), "{}", page.text);
    for (name, value) in [("token", &*token), ("q1", "yes"), ("q2", "other"), ("go", "next")] {
        assert_eq!(page.hidden(name), value, "{}", page.text);
    }
    assert_eq!(page.hidden("q2.other"), "丙 &#60;&#38;&#62; &#34;丁&#34;");
    let page = browser.post_raw("/ja/submit", &[("token", &*token), ("version", "3")]).await;
    assert_eq!((page.hidden("version"), page.status), ("3", StatusCode::INTERNAL_SERVER_ERROR));
    // A code is no answer: whoever typed one types it again.
    let page =
        browser.post_raw("/ja/page/1", &[("q1", "yes"), ("the code", &world.short[0].to_text())]).await;
    assert_eq!((page.hidden("q1"), page.hidden("the code")), ("yes", ""), "{}", page.text);
}

#[tokio::test]
async fn a_path_of_the_api_that_is_not_there_is_told_in_json() {
    let world = World::new(Privacy::Confidential).await;
    let page = world.browser().get("/api/v1/none").await;
    assert_eq!((page.status, &*page.text), (StatusCode::NOT_FOUND, "{\"error\":\"not_found\"}"));
    assert!(world.browser().get("/none").await.text.starts_with("<!doctype html>"));
}

#[tokio::test]
async fn a_session_that_is_used_goes_on_until_evening_and_one_that_is_not_ends_after_two_hours() {
    const HOUR: i64 = 3_600_000_000;
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let mut copied = browser.clone();
    world.wait(60_000_000);
    let soon = browser.get("/ja/page/1").await;
    assert!(soon.headers.get("set-cookie").is_none(), "a new cookie is not given with every page");
    for _ in 0..11 {
        world.wait(HOUR);
        assert_eq!(browser.get("/ja/page/1").await.status, StatusCode::OK);
    }
    let lost = copied.get("/ja/page/1").await;
    assert_ne!(lost.status, StatusCode::OK, "a copy that lay about is dead");
    world.wait(HOUR);
    assert_ne!(browser.get("/ja/page/1").await.status, StatusCode::OK, "twelve hours are the end");
    let mut idle = world.inside(1).await;
    world.wait(2 * HOUR);
    assert_ne!(idle.get("/ja/page/1").await.status, StatusCode::OK);
    // What was typed meanwhile is not lost: the page keeps it, and the code saves it.
    let kept = idle.post_raw("/ja/page/1", &[("token", "00"), ("q1", "no"), ("go", "next")]).await;
    assert!(kept.text.contains("name=\"q1\" value=\"no\""), "{}", kept.text);
}

#[tokio::test]
async fn leaving_is_not_undone_by_a_renewal() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    world.wait(3_600_000_000);
    let left = browser.post("/ja/page/1", &[("q1", "no"), ("go", "leave")]).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text);
    assert!(browser.cookies.iter().all(|(name, _)| !name.ends_with("monshin")), "{:?}", browser.cookies);
}

#[tokio::test]
async fn the_page_that_stops_mails_speaks_the_language_that_is_chosen_on_it() {
    let world = World::new(Privacy::Confidential).await;
    let address = format!("/stop/{}", crate::stop_token(&world.secret, "s", 1));
    let mut browser = world.browser();
    let page = browser.get(&address).await;
    let other = format!("{address}?lang=en");
    assert!(
        page.text.contains("lang=\"ja\"") && page.text.contains(&format!("href=\"{other}\"")),
        "{}",
        page.text
    );
    let page = browser.get(&other).await;
    assert!(page.text.contains("<html lang=\"en\"") && page.text.contains(&format!("{address}?lang=ja")));
    assert!(page.text.contains(&format!("{address}?size=large&#38;lang=en")), "{}", page.text);
    let done = browser.post_raw(&other, &[]).await;
    assert!(done.text.contains("<html lang=\"en\"") && done.text.contains(&format!("{address}?lang=ja")));
    let (status, strange) = (StatusCode::OK, browser.get(&format!("{address}?lang=%3Cb%3E")).await);
    assert!(strange.status == status && !strange.text.contains("<b>"));
}

#[tokio::test]
async fn a_server_whose_clock_is_a_little_behind_knows_who_has_just_come_in() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    world.wait(-super::MINUTE / 2);
    assert_eq!(browser.get("/ja/page/1").await.status, StatusCode::OK);
    world.wait(-super::MINUTE);
    assert_eq!(browser.get("/ja/page/1").await.status, StatusCode::FORBIDDEN, "more than that is no clock");
}
