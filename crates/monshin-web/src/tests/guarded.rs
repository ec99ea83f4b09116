//! What every answer wears, and what is for this machine alone.

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use monshin_instrument::Privacy;
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

use super::World;
use crate::app::watched;

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let world = World::new(Privacy::Confidential).await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/ja/"),
        ("GET", "/ja/page/1"),
        ("GET", "/nowhere"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
        ("GET", "/openapi.json"),
        ("GET", "/api/v1/surveys/s/status"),
        ("POST", "/api/v1/submit"),
        ("POST", "/ja/enter"),
        ("GET", "/console"),
        ("GET", "/console/ja/sign-in"),
        ("GET", "/console/ja/audit"),
        ("GET", "/console/nowhere"),
        ("TRACE", "/ja/"),
        ("OPTIONS", "/ja/"),
        ("DELETE", "/healthz"),
    ] {
        let page = world.browser().send(method, path, String::new()).await;
        let says = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().expect("text"));
        let policy = says("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]
        {
            assert!(policy.contains(part), "{method} {path}: {policy}");
        }
        assert_eq!(says("x-content-type-options"), "nosniff", "{method} {path}");
        assert_eq!(
            says("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{method} {path}"
        );
        assert_eq!(says("cache-control"), "no-store", "{method} {path}");
        assert_eq!(says("access-control-allow-origin"), "", "{method} {path}");
        assert_eq!(says("cross-origin-opener-policy"), "same-origin", "{method} {path}");
        let kind = says("content-type");
        let is_told = kind == "application/json" || kind.ends_with("charset=utf-8");
        assert!(is_told || page.text.is_empty(), "{method} {path}: {kind}");
        for cookie in page.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            assert!(cookie.starts_with("__Host-") && cookie.ends_with("; Secure"), "{cookie}");
            assert!(cookie.contains("; HttpOnly; SameSite="), "{cookie}");
        }
    }
}

#[tokio::test]
async fn trace_is_answered_with_nothing_that_was_sent() {
    let world = World::new(Privacy::Confidential).await;
    for path in ["/ja/", "/console/ja/sign-in", "/healthz", "/api/v1/submit"] {
        let mut browser = world.browser();
        browser.extra.push(("x-secret", "echo me".into()));
        let page = browser.send("TRACE", path, "echo me".into()).await;
        assert_eq!((page.status, page.text.as_str()), (StatusCode::METHOD_NOT_ALLOWED, ""), "{path}");
    }
}

/// Asks for counts from an address, with these headers.
async fn counts(world: &World, from: [u8; 4], headers: &[(&str, &str)]) -> (StatusCode, String) {
    let mut request = Request::builder().uri("/metrics");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    let peer = SocketAddr::new(IpAddr::from(from), 50_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = world.router.clone().oneshot(request).await.expect("infallible");
    let (status, body) = (response.status(), response.into_body());
    let text = to_bytes(body, 100_000).await.expect("a body");
    (status, String::from_utf8(text.to_vec()).expect("text"))
}

#[tokio::test]
async fn counts_are_for_this_machine_and_for_an_address_of_their_own() {
    let world = World::new(Privacy::Confidential).await;
    world.inside(0).await;
    let (here, elsewhere) = ([127, 0, 0, 1], [192, 0, 2, 7]);
    let (status, text) = counts(&world, here, &[("host", "127.0.0.1:8088")]).await;
    assert!(status == StatusCode::OK && text.contains("\nmonshin_entered_total 1\n"), "{status} {text}");
    for (from, headers) in [
        (elsewhere, &[("host", "survey.example")][..]),
        (elsewhere, &[("host", "127.0.0.1:8088")]),
        // A proxy on this machine.
        (here, &[("host", "survey.example")]),
        (here, &[("host", "127.0.0.1:8088"), ("x-forwarded-for", "192.0.2.7")]),
        (here, &[("host", "127.0.0.1:8088"), ("forwarded", "for=192.0.2.7")]),
        (here, &[("host", "127.0.0.1:8088"), ("via", "1.1 proxy")]),
    ] {
        assert_eq!(
            counts(&world, from, headers).await,
            (StatusCode::NOT_FOUND, String::new()),
            "{headers:?}"
        );
    }
    let own = watched(world.app());
    let request = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    for (path, status) in [("/metrics", StatusCode::OK), ("/ja/", StatusCode::NOT_FOUND)] {
        assert_eq!(own.clone().oneshot(request(path)).await.expect("infallible").status(), status, "{path}");
    }
}
