//! What stands before every page: the host, where a form came from, time, size, headers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::api;
use crate::app::{App, Config};
use crate::limits::of_one_guest;
use crate::ops::count;
use crate::pages::notice;
use crate::session::{self, CameWith, Session};
use crate::told::Refused;

/// Where a request comes from, as far as it can be known and as limits count it.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

/// Longest time for a request that brings a frame, loads it, or draws its codes.
const TIME_OF_FIELD: Duration = Duration::from_secs(600);

/// Seconds until a try has come back, of an address or of a code.
const UNTIL_THE_NEXT_TRY: &str = "10";

pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Refuses what should not come in, and dresses what goes out.
pub async fn protect(State(app): State<App>, mut request: Request, next: Next) -> Response {
    count(&app.0.counters.requests);
    let (config, begun) = (&app.0.config, app.now());
    let lang = notice::language(&app, request.headers(), request.uri().path());
    let address = address(config, &request);
    request.extensions_mut().insert(address);
    // A page that says that the address is wrong has a style too.
    let is_style = ["/style/", "/console/style/"].iter().any(|begin| request.uri().path().starts_with(begin));
    let refused = if !is_style && !is_our_host(config, request.headers()) {
        Some((StatusCode::MISDIRECTED_REQUEST, lang.wrong_host, "wrong_host"))
    } else if request.method() == Method::POST && !is_from_us(config, request.headers()) {
        app.tell(
            "a form of another site was refused",
            Refused { address: Some(address), ..Refused::default() },
        );
        Some((StatusCode::FORBIDDEN, lang.foreign, "foreign"))
    } else {
        None
    };
    // A program is told in its own way.
    let of_api = api::is_of_api(request.uri().path());
    let refusal = |(status, what, why)| match of_api {
        true => api::refusal(status, why),
        false => notice::page(&app, lang, status, what),
    };
    let session = Session::of(request.headers(), &app.0.secret, config, begun);
    request.extensions_mut().insert(CameWith(session.clone()));
    let renewed = session.and_then(|session| session.renewed(begun)).filter(|_| refused.is_none());
    let mut response = match refused {
        Some(refused) => refusal(refused),
        None => match in_time(&app, request, next).await {
            Ok(response) => response,
            Err(_) => refusal((StatusCode::REQUEST_TIMEOUT, lang.slow, "too_slow")),
        },
    };
    count_answer(&app, response.status(), begun);
    let may_go_on =
        |session: &Session| !app.0.ended.has(session) && !session::is_set_by(response.headers(), config);
    if let Some(session) = renewed.filter(may_go_on) {
        response.headers_mut().append(header::SET_COOKIE, session.cookie(&app.0.secret, config));
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(UNTIL_THE_NEXT_TRY));
    }
    dress(config, response.headers_mut());
    response
}

fn count_answer(app: &App, status: StatusCode, begun: i64) {
    if status.is_server_error() {
        count(&app.0.counters.failures);
    }
    app.0.counters.durations.note(app.now() - begun);
}

async fn in_time(app: &App, request: Request, next: Next) -> Result<Response, tokio::time::error::Elapsed> {
    app.catch_up().await;
    // A frame is a large file on a slow line, and codes for all of it are many; nobody but an operator
    // gets as far as sending one.
    let path = request.uri().path();
    let is_of_field = path.starts_with("/console/")
        && ["/frame", "/letters", "/mail"].iter().any(|part| path.contains(part));
    let time = if is_of_field { TIME_OF_FIELD } else { app.0.config.bounds.request };
    tokio::time::timeout(time, next.run(request)).await
}

fn is_our_host(config: &Config, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| host == config.host() || config.hosts.iter().any(|ours| ours == host))
}

/// Browsers say where a form comes from; one that says neither is held to the token in the form.
fn is_from_us(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    match text("origin") {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            origin == config.public_url || config.hosts.iter().any(|ours| ours == host)
        }
    }
}

/// Whether a page of another site led here. Whoever types an address, or follows a link of a mail program, comes from none.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_some_and(|site| !["same-origin", "none"].contains(&site))
}

/// Dresses what goes out and refuses nothing.
pub async fn clothe(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    dress(&app.0.config, response.headers_mut());
    response
}

/// The peer's address; behind a proxy that is trusted, the last one it forwards for.
fn address(config: &Config, request: &Request) -> Address {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    // A server that listens for both kinds of addresses sees one of IPv4 inside of one of IPv6.
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
    if !config.trusted_proxies.contains(&peer) {
        return Address(of_one_guest(peer));
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|list| list.to_str().ok()).and_then(|list| list.rsplit(',').next());
    Address(of_one_guest(last.and_then(|text| text.trim().parse().ok()).unwrap_or(peer)))
}

fn dress(config: &Config, headers: &mut HeaderMap) {
    let fixed = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        // Not `no-referrer`: browsers then hide the origin of our own forms.
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex, nofollow"),
    ];
    headers.reserve(fixed.len() + 2);
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if config.is_https() {
        let hsts = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
}
