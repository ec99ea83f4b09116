//! The preview's routes, without a socket.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::preview::{Shown, preview_router};

const HOST: &str = "127.0.0.1:8080";

fn shown(revision: &str) -> Arc<Shown> {
    let pages = [("ja", "日本語"), ("en", "English")].map(|(tag, page)| (tag.into(), page.into()));
    Arc::new(Shown { revision: revision.into(), first: "ja".into(), pages: BTreeMap::from(pages) })
}

fn served() -> (watch::Sender<Arc<Shown>>, Router) {
    let (sender, feed) = watch::channel(shown("1"));
    (sender, preview_router(feed, vec![HOST.to_owned()]))
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let answer = router.clone().oneshot(request).await.expect("answers");
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

#[tokio::test]
async fn each_language_has_its_page_and_the_first_stands_at_the_root() {
    let (_sender, router) = served();
    for (path, expect) in [("/", "日本語"), ("/ja", "日本語"), ("/en", "English")] {
        let (status, headers, page) = ask(&router, path, &[("host", HOST)]).await;
        assert_eq!((status, page.as_str()), (StatusCode::OK, expect));
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("script-src 'self'"));
    }
    assert!(ask(&router, "/watch.js", &[("host", HOST)]).await.2.contains("/next?after="));
}

#[tokio::test]
async fn nothing_else_is_found_whatever_the_path() {
    let (_sender, router) = served();
    for path in ["/fr", "/ja/", "/../ja", "/..%2f..%2fetc%2fpasswd", "/survey.toml", "/next/ja", "/%2e%2e/x"]
    {
        assert_eq!(ask(&router, path, &[("host", HOST)]).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn another_host_and_another_site_are_refused() {
    let (_sender, router) = served();
    let cases: [&[(&str, &str)]; 4] = [
        &[("host", "evil.example:8080")],
        &[("host", "127.0.0.1")],
        &[],
        &[("host", HOST), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
    ];
    for headers in cases {
        let (status, _, body) = ask(&router, "/ja", headers).await;
        assert_eq!((status, body.as_str()), (StatusCode::MISDIRECTED_REQUEST, ""), "{headers:?}");
    }
    let visit = [("host", HOST), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    assert_eq!(ask(&router, "/ja", &visit).await.0, StatusCode::OK, "a link is followed");
}

#[tokio::test]
async fn a_request_waits_for_another_state_and_is_let_go_at_the_end() {
    let (sender, router) = served();
    assert_eq!(ask(&router, "/next?after=0", &[("host", HOST)]).await.2, "1", "it has missed one");
    let waiting = |after: &'static str| {
        let router = router.clone();
        tokio::spawn(async move { ask(&router, after, &[("host", HOST)]).await })
    };
    let one = waiting("/next?after=1");
    tokio::task::yield_now().await;
    sender.send(shown("2")).expect("somebody listens");
    assert_eq!(one.await.expect("ends").2, "2");
    let last = waiting("/next?after=2");
    tokio::task::yield_now().await;
    drop(sender);
    assert_eq!(last.await.expect("ends").0, StatusCode::NO_CONTENT);
}
