//! From `http://` to `https://`, where the server encrypts by itself: whoever types the address without its beginning is
//! sent on, to our own address and nowhere else.

use std::io;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tokio::net::TcpListener;

use crate::app::Config;
use crate::serve::{Bounds, Door, answer};

/// It says one line and closes: few places are enough, and none is taken from those of the pages.
const CONNECTIONS: usize = 100;
const PER_ADDRESS: usize = 20;

/// Answers at a port without encryption until `stop`: with the same path at the public address, for whoever asks for our
/// host and sends nothing.
///
/// # Errors
/// Where the listener is no listener.
pub async fn redirect(
    listener: TcpListener,
    config: &Config,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let bounds = Bounds { connections: CONNECTIONS, per_address: PER_ADDRESS, ..config.bounds };
    let door = Door { bounds, near: Vec::new() };
    answer(listener, pages(config.public_url.clone()), door, None, stop).await
}

fn pages(public_url: String) -> Router {
    Router::new().fallback(move |request: Request| {
        let response = said(&public_url, &request);
        async { response }
    })
}

fn said(public_url: &str, request: &Request) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let ours = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let (status, to) = if !name(host).eq_ignore_ascii_case(name(ours)) {
        (StatusCode::MISDIRECTED_REQUEST, None)
    } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
        // What was sent has been read by whoever listens. Sending it on would hide that.
        (StatusCode::FORBIDDEN, None)
    } else {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path } else { "/" };
        // 301, not 308: browsers of old machines do not know that one.
        (StatusCode::MOVED_PERMANENTLY, HeaderValue::try_from(format!("{public_url}{path}")).ok())
    };
    let text = format!(
        "https:// で始まるアドレスをお使いください。\nPlease use the address that begins with https://\n\n{public_url}/\n"
    );
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    dress(response.headers_mut());
    if let Some(to) = to {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

/// The name of a host, without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn dress(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, crate::guard::POLICY),
        // The code of a letter may stand in the address.
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONNECTION, "close"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt as _;

    use super::*;

    async fn asked(method: &str, uri: &str, host: Option<&str>) -> (u16, String) {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response =
            pages("https://survey.example:8443".into()).oneshot(request).await.expect("infallible");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        let to = response.headers().get(header::LOCATION);
        (response.status().as_u16(), to.map_or("", |to| to.to_str().expect("text")).to_owned())
    }

    #[tokio::test]
    async fn our_host_is_led_to_the_public_address_and_nobody_anywhere_else() {
        let ours = Some("survey.example");
        for (method, uri, host, status, to) in [
            ("GET", "/", ours, 301, "https://survey.example:8443/"),
            ("HEAD", "/ja/?size=large", ours, 301, "https://survey.example:8443/ja/?size=large"),
            ("GET", "/r/abc", Some("SURVEY.example:80"), 301, "https://survey.example:8443/r/abc"),
            (
                "GET",
                "//evil.example/%0d%0ax:y",
                ours,
                301,
                "https://survey.example:8443//evil.example/%0d%0ax:y",
            ),
            ("GET", "http://evil.example/x", ours, 301, "https://survey.example:8443/x"),
            ("POST", "/ja/enter", ours, 403, ""),
            ("OPTIONS", "*", ours, 403, ""),
            ("GET", "/", Some("evil.example"), 421, ""),
            ("GET", "/", Some("survey.example.evil.example"), 421, ""),
            ("GET", "/", Some("survey.example@evil.example"), 421, ""),
            ("GET", "/", Some(""), 421, ""),
            ("GET", "/", None, 421, ""),
        ] {
            assert_eq!(asked(method, uri, host).await, (status, to.to_owned()), "{method} {uri} {host:?}");
        }
    }

    #[test]
    fn the_name_of_a_host_has_no_port() {
        for (host, expected) in [
            ("a.example", "a.example"),
            ("a.example:8443", "a.example"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("", ""),
        ] {
            assert_eq!(name(host), expected, "{host}");
        }
    }
}
