//! A browser that does not know `:has()`, and one that shows no style at all.

use monshin_fielding_tests::driver::{Browser, Setting, key};
use monshin_fielding_tests::http::Reply;
use monshin_fielding_tests::proxy::{Change, between};
use monshin_fielding_tests::world::{Fielding, World};
use serde_json::json;

/// Takes `:has()` out of style sheets: what is left is what a browser of before 2023 makes of them.
fn as_an_old_browser_sees_it(reply: Reply) -> Reply {
    let is_style = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/css"));
    let body = if is_style { reply.text().replace(":has(", ":old(").into_bytes() } else { reply.body };
    Reply { body, ..reply }
}

#[test]
fn a_browser_without_has_is_asked_step_by_step() {
    let change = Change { body: |body| body, reply: as_an_old_browser_sees_it };
    let (world, at) = between(Fielding::default(), change);
    let browser = Browser::start(Setting::default());
    browser.open(&format!("{at}/r/{}", *world.links[0].to_text()));
    assert!(
        !browser.shows("button[value=next]") && browser.shows("button[value=step]"),
        "one button of the two"
    );
    browser.click("#i0-0");
    assert!(!browser.shows("#w1"), "it cannot show what is asked then");
    browser.follow("button[value=step]");
    assert_eq!(browser.path(), "/ja/page/1?more");
    assert!(
        browser.shows("#w1") && browser.shows("#w3") && !browser.shows(".errors"),
        "so the server does, and it is no mistake"
    );
    browser.click("#i1-2");
    browser.fill("input[name=q3]", "12");
    browser.follow("button[value=step]");
    assert!(browser.shows("#w2"), "step by step");
    browser.fill("input[name='q2.other']", "東西社");
    browser.follow("button[value=step]");
    assert_eq!(browser.path(), "/ja/page/2");
    browser.click("#i4-1");
    browser.follow("button[value=step]");
    for item in 5..8 {
        browser.click(&format!("#i{item}-0"));
    }
    browser.follow("button[value=step]");
    browser.follow("button[value=step]");
    assert_eq!(browser.path(), "/ja/review");
    browser.follow("main form button");
    let records = world.records();
    assert_eq!((records[0].cells["q2.other"].as_str(), records[0].cells["q4"].as_str()), ("東西社", "no"));
}

/// The key presses the first button of the form, whether it is shown or not.
#[test]
fn enter_in_a_field_asks_what_it_has_opened_and_then_goes_on() {
    let old = Change { body: |body| body, reply: as_an_old_browser_sees_it };
    let new = Change { body: |body| body, reply: |reply| reply };
    for change in [old, new] {
        let (world, at) = between(Fielding::default(), change);
        let browser = Browser::start(Setting::default());
        browser.open(&format!("{at}/r/{}", *world.links[0].to_text()));
        browser.click("#i0-0");
        browser.through(|| browser.keys(&[key::ENTER]));
        assert_eq!(browser.path(), "/ja/page/1?more", "nothing is passed over unasked");
        assert!(browser.shows("#w1") && browser.shows("#w3") && !browser.shows(".errors"));
        browser.click("#i1-1");
        browser.fill("input[name=q3]", "12");
        browser.through(|| browser.keys(&[key::ENTER]));
        assert_eq!(browser.path(), "/ja/page/2", "and what is answered goes on");
    }
}

#[test]
fn without_any_style_every_question_can_be_read_and_answered() {
    let world = World::start();
    let browser = Browser::start(Setting::default());
    browser.devtools("Network.enable", &json!({}));
    browser.devtools("Network.setBlockedURLs", &json!({ "urls": ["*/style/*"] }));
    browser.open(&world.link(0));
    assert!(
        browser.shows("#w1") && browser.text_of("#w1").contains("対象："),
        "who is asked stands beside what is asked"
    );
    browser.click("#i0-1");
    browser.through(|| browser.press(&browser.all("button[name=go]")[0]));
    assert!(browser.text_of("main").contains("次の対策はできていますか"), "{}", browser.text_of("main"));
}
