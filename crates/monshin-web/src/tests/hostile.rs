//! Bad inputs, each a class that others were broken by.

use axum::http::StatusCode;
use monshin_instrument::Privacy;

use super::{World, answer_all};

#[tokio::test]
async fn every_page_is_dressed_and_has_no_script_and_no_inline_style() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let mut pages = Vec::new();
    for path in [
        "/ja/",
        "/ja/page/1",
        "/ja/page/2",
        "/ja/page/3?check",
        "/ja/review",
        "/ja/receipt",
        "/nothing",
        "/ja/page/99",
    ] {
        pages.push((path, browser.get(path).await));
    }
    answer_all(&mut browser).await;
    browser.submit().await;
    pages.push(("receipt", browser.get("/ja/receipt").await));
    for (path, page) in pages {
        let policy = page.headers["content-security-policy"].to_str().expect("text");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"),
            "{path}"
        );
        for name in
            ["x-content-type-options", "referrer-policy", "strict-transport-security", "x-frame-options"]
        {
            assert!(page.headers.contains_key(name), "{path} {name}");
        }
        assert_eq!(page.headers["cache-control"], "no-store", "{path}");
        let text = page.text.to_lowercase();
        for bad in ["<script", " style=", " onclick", "javascript:", "http://"] {
            assert!(!text.contains(bad), "{path} {bad}");
        }
    }
}

#[tokio::test]
async fn markup_in_what_is_typed_stays_text() {
    let world = World::new(Privacy::Confidential).await;
    let evil = "\"><script>alert(1)</script><svg onload=x>{{7*7}}${7*7}' OR 1=1; DROP TABLE draft;--";
    let mut browser = world.inside(0).await;
    browser
        .post(
            "/ja/page/1",
            &[("q1", "yes"), ("q2", "other"), ("q2.other", evil), ("q3", evil), ("go", "next")],
        )
        .await;
    browser.post("/ja/page/3", &[("q8", evil), ("go", "next")]).await;
    for path in
        ["/ja/page/1?check", "/ja/page/3", "/ja/review", "/ja/page/1?lang=%3Cscript%3E&size=%3Csvg%3E"]
    {
        let page = browser.get(path).await;
        assert!(!page.text.contains("<script") && !page.text.contains("<svg"), "{path}");
    }
    let page = world.browser().post_raw("/ja/enter", &[("code", evil)]).await;
    assert!(!page.text.contains("<script"), "{}", page.text);
    for path in [
        "/%3Cscript%3E/page/1",
        "/r/%27%3B%20SELECT%20SLEEP(5)--",
        "/style/..%2F..%2Fetc%2Fpasswd.css",
        "/ja/page/-1",
    ] {
        let page = world.browser().get(path).await;
        assert!(page.status.is_client_error() && !page.text.contains("<script"), "{path} {}", page.status);
    }
}

#[tokio::test]
async fn a_code_that_no_page_offers_is_no_answer() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    for wrong in ["maybe", "yes,no", "0", "refused\u{0}"] {
        let sent = browser.post("/ja/page/1", &[("q1", wrong), ("go", "next")]).await;
        assert_eq!(sent.to, "/ja/page/1?check", "{wrong}");
    }
    browser.post("/ja/page/3", &[("q5.r1", "no"), ("q5.r2", "no"), ("go", "next")]).await;
    assert_eq!(browser.submit().await.status, StatusCode::FORBIDDEN, "there is no form to send");
    assert_eq!(world.records().await, []);
}

#[tokio::test]
async fn rules_hold_without_the_page_that_states_them() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let form = browser.get("/ja/page/1").await;
    let token = form.hidden("token").to_owned();
    let sent = browser.post_raw("/ja/submit", &[("token", &token), ("version", "0")]).await;
    assert_eq!(sent.to, "/ja/review", "nothing was answered: {}", sent.text);
    answer_all(&mut browser).await;
    for version in ["", "0", "1", "-1", "99", "9999999999999999999999", "2 or 1=1"] {
        let sent = browser.post_raw("/ja/submit", &[("token", &token), ("version", version)]).await;
        assert_eq!(sent.to, "/ja/review?changed", "{version}");
    }
    assert_eq!(world.records().await, []);
}

#[tokio::test]
async fn too_much_is_refused_before_it_is_read() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let long = "x".repeat(300_000);
    assert_eq!(browser.post("/ja/page/1", &[("q1", &long)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let names: Vec<String> = (0..10_000).map(|at| format!("f{at}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(browser.post("/ja/page/1", &many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(world.browser().post_raw("/ja/enter", &many).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn forms_of_other_sites_and_other_sessions_are_refused() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    let mut other = world.inside(1).await;
    let foreign = other.get("/ja/page/1").await.hidden("token").to_owned();
    for token in [foreign.as_str(), "", "00", &"0".repeat(128), "zz"] {
        let sent = browser.post_raw("/ja/page/1", &[("token", token), ("q1", "yes")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{token}");
    }
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://survey.example"),
    ] {
        let mut browser = browser.clone();
        let token = browser.get("/ja/page/1").await.hidden("token").to_owned();
        browser.extra.push((name, value.into()));
        let sent = browser.post_raw("/ja/page/1", &[("token", &token), ("q1", "yes")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(world.store.draft(1).await.expect("read"), None);
    browser.extra.push(("sec-fetch-site", "same-origin".into()));
    assert_eq!(browser.post("/ja/page/1", &[("q1", "no")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forged_cut_and_swapped_sessions_open_nothing() {
    let world = World::new(Privacy::Confidential).await;
    let browser = world.inside(0).await;
    let (name, value) = browser.cookies[0].clone();
    let mut flipped = value.clone().into_bytes();
    flipped[60] = if flipped[60] == b'0' { b'1' } else { b'0' };
    let flipped = String::from_utf8(flipped).expect("digits");
    let elsewhere = World::new(Privacy::Confidential).await.inside(0).await.cookies[0].1.clone();
    for forged in [&flipped, &value[..80], "", "zz", &"0".repeat(200), &elsewhere] {
        let mut thief = world.browser();
        thief.cookies.push((name.clone(), forged.to_string()));
        assert_eq!(thief.get("/ja/page/1").await.status, StatusCode::FORBIDDEN, "{forged}");
    }
    let mut plain = world.browser();
    plain.cookies.push(("monshin".into(), value));
    assert_eq!(
        plain.get("/ja/page/1").await.status,
        StatusCode::FORBIDDEN,
        "without the prefix it is not ours"
    );
}

#[tokio::test]
async fn another_host_is_not_answered_whatever_the_proxy_headers_say() {
    let world = World::new(Privacy::Confidential).await;
    for host in ["evil.example", "survey.example.evil.example", "survey.example:443@evil.example", ""] {
        let mut browser = world.browser();
        browser.extra.push(("host", host.into()));
        browser.extra.push(("x-forwarded-host", "survey.example".into()));
        let page = browser.get("/ja/").await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!page.text.contains("evil"));
        let style = page.text.split("href=\"/style/").nth(1).and_then(|rest| rest.split('"').next());
        let style = browser.get(&format!("/style/{}", style.expect("a style sheet"))).await;
        assert_eq!(style.status, StatusCode::OK, "the page that says so can be read");
    }
}

#[tokio::test]
async fn an_address_that_an_unknown_proxy_claims_is_not_believed() {
    let world = World::new(Privacy::Confidential).await;
    let mut last = StatusCode::OK;
    for number in 0..61 {
        let mut browser = world.browser();
        browser.extra.push(("x-forwarded-for", format!("10.1.1.{number}")));
        last = browser.post_raw("/ja/enter", &[("code", "x")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_first_page_with_everything_is_small() {
    let world = World::new(Privacy::Confidential).await;
    let mut browser = world.inside(0).await;
    browser.extra.push(("accept-encoding", "gzip".into()));
    let page = browser.get("/ja/page/1").await;
    assert_eq!(page.headers["content-encoding"], "gzip");
    let mut plain = world.inside(0).await;
    let text = plain.get("/ja/page/1").await.text;
    let style =
        text.split("href=\"/style/").nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
    assert_eq!(
        text.matches("href=\"/style/").count() + text.matches(" src=").count(),
        1,
        "two requests in all"
    );
    let size = async |path: &str| {
        let request = axum::http::Request::builder()
            .uri(path)
            .header("host", "survey.example")
            .header("accept-encoding", "gzip")
            .header("cookie", format!("{}={}", browser.cookies[0].0, browser.cookies[0].1));
        let request = request.body(axum::body::Body::empty()).expect("a request");
        let response = tower::ServiceExt::oneshot(world.router.clone(), request).await.expect("infallible");
        axum::body::to_bytes(response.into_body(), 1_000_000).await.expect("a body").len()
    };
    let bytes = size("/ja/page/1").await + size(&format!("/style/{style}")).await;
    assert!(bytes < 15_000, "{bytes}");
}

#[tokio::test]
async fn no_other_site_leads_whoever_is_answering_into_a_case_of_its_own() {
    let world = World::new(Privacy::Confidential).await;
    let link = |unit: usize| format!("/r/{}", *world.links[unit].to_text());
    let mut browser = world.inside(0).await;
    browser.post("/ja/page/1", &[("q1", "no"), ("go", "next")]).await;
    let mut lured = browser.clone();
    lured.extra.push(("sec-fetch-site", "cross-site".into()));
    let asked = lured.get(&link(1)).await;
    assert!(asked.status == StatusCode::OK && asked.text.contains("別のコードで回答中"), "{}", asked.text);
    assert!(asked.text.contains(&format!("value=\"{}\"", *world.links[1].to_text())), "{}", asked.text);
    assert!(lured.get("/ja/review").await.text.contains("<dd>"), "the session of before goes on");
    assert_eq!(lured.get(&link(0)).await.to, "/ja/page/1", "the same case is no other");
    let mut nobody = world.browser();
    nobody.extra.push(("sec-fetch-site", "cross-site".into()));
    assert_eq!(nobody.get(&link(1)).await.to, "/ja/page/1", "a mail that is read in a browser");
    browser.extra.push(("sec-fetch-site", "none".into()));
    assert_eq!(browser.get(&link(1)).await.to, "/ja/page/1", "a mail program, or the code of a picture");
}
