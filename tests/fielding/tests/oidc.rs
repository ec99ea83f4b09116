//! Operators who sign in by a provider of OpenID Connect.

use monshin_fielding_tests::axe;
use monshin_fielding_tests::driver::{Browser, Setting};
use monshin_fielding_tests::http::{self, Reply};
use monshin_fielding_tests::provider::{CLIENT, Provider};
use monshin_fielding_tests::world::{Fielding, NOW, World};
use monshin_store::{AccountChange, OfAccount, Role, SetUp};
use monshin_web::{OidcClaim, OidcSettings};
use serde_json::json;

const AOKI: &str = "aoki@example.jp";

fn world(provider: &Provider, claim: OidcClaim) -> World {
    world_that_asks(provider, claim, None)
}

fn world_that_asks(provider: &Provider, claim: OidcClaim, strength: Option<&str>) -> World {
    let settings = OidcSettings {
        issuer: provider.issuer(),
        client: CLIENT.0.into(),
        secret: CLIENT.1.to_owned().into(),
        claim,
        strength: strength.map(str::to_owned),
        roots: Vec::new(),
    };
    let world = World::of(Fielding { provider: Some(settings), ..Fielding::default() });
    let setup = SetUp { hash: [1; 32], until: NOW };
    let change = AccountChange::Add { role: Role::Owner, setup };
    let of = OfAccount { name: AOKI.into(), change, at: NOW, act: None };
    assert!(world.ask(world.store.change_account(of)).expect("written"));
    world
}

fn verified() -> serde_json::Value {
    json!({ "email": "Aoki@example.jp", "email_verified": true })
}

/// The page that the provider leads back to goes on by itself.
fn wait_to_be_inside(browser: &Browser) {
    for _ in 0..200 {
        if browser.path() == "/console/ja/" {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{} {}", browser.path(), browser.text_of("main"));
}

#[test]
fn an_operator_signs_in_with_the_account_of_the_organisation_and_needs_no_password() {
    let provider = Provider::start();
    provider.says(verified());
    let world = world(&provider, OidcClaim::Email);
    let browser = Browser::start(Setting { scripts: true, ..Setting::default() });
    browser.open(&world.at("/console/ja/sign-in"));
    axe::check(&browser, "sign-in with a provider");
    browser.keep_pictures("console-sign-in-provider");
    browser.follow("a[href$='/oidc']");
    wait_to_be_inside(&browser);
    assert!(browser.text_of("header").contains(AOKI));
    let asked = provider.last_asked();
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    assert_eq!((of("response_type"), of("code_challenge_method")), ("code", "S256"));
    assert_eq!(of("redirect_uri"), world.at("/console/oidc/callback"));
    let log = world.ask(world.store.audit_log()).expect("read");
    let last = &log.last().expect("an entry").act;
    assert_eq!(
        (last.act.as_str(), last.actor.as_str(), last.detail.as_str()),
        ("sign-in", AOKI, "OpenID Connect")
    );

    // Nobody knows when the provider last asked for a proof: a weighty step asks for it anew.
    browser.open(&world.at("/console/ja/operators"));
    let add = |browser: &Browser| {
        browser.open(&world.at("/console/ja/operators"));
        browser.fill("#name", "baba");
        browser.follow("button[value=add]");
    };
    add(&browser);
    assert!(!browser.shows("#own_password"), "there is no password to ask for");
    axe::check(&browser, "proof by the provider");
    browser.keep_pictures("console-proof-provider");
    provider.says(json!({ "email": AOKI, "email_verified": true, "auth_time": NOW / 1_000_000 }));
    browser.follow("a[href$='/oidc?again']");
    wait_to_be_inside(&browser);
    assert_eq!(provider.last_asked().get("prompt").map(String::as_str), Some("login"));
    add(&browser);
    assert!(browser.text_of(".note").contains("/console/ja/set-up/"), "{}", browser.text_of("main"));
}

/// One browser as bytes: the way to the provider, and what it was told to come back with.
struct Way {
    cookie: String,
    back: String,
}

fn get(world: &World, path: &str, cookie: &str) -> Reply {
    http::send(world.port, "GET", path, &[("Cookie", cookie)], b"").expect("a page")
}

fn go(world: &World, path: &str) -> Way {
    let sent = get(world, path, "");
    assert_eq!(sent.status, 303, "{}", sent.text());
    let cookie = sent.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("SameSite=Lax") && cookie.contains("HttpOnly"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let to = sent.header("location").expect("an address").to_owned();
    let (host, path) = to.trim_start_matches("http://").split_once('/').expect("a path");
    let port = host.rsplit_once(':').expect("a port").1.parse().expect("a number");
    let at = http::send(port, "GET", &format!("/{path}"), &[], b"").expect("the provider answers");
    let back = at.header("location").expect("back").to_owned();
    Way {
        cookie,
        back: back.split_once("/console/").map(|(_, rest)| format!("/console/{rest}")).expect("ours"),
    }
}

fn comes_in(reply: &Reply) -> bool {
    let begins = |line: &str| line.to_lowercase().starts_with("set-cookie: monshin-console=");
    reply.status == 200 && reply.head.lines().any(begins)
}

#[test]
fn only_who_is_on_the_list_and_whom_the_provider_vouches_for_comes_in() {
    let provider = Provider::start();
    let world = world(&provider, OidcClaim::Email);
    let tries = |claims: serde_json::Value| {
        provider.says(claims);
        let way = go(&world, "/console/ja/oidc");
        get(&world, &way.back, &way.cookie)
    };
    assert!(comes_in(&tries(verified())));
    for (claims, status, word) in [
        (json!({ "email": "baba@example.jp", "email_verified": true }), 403, "登録されていません"),
        (json!({ "email": AOKI, "email_verified": false }), 403, "確認済み"),
        (json!({ "email": AOKI }), 403, "確認済み"),
        (json!({ "email": AOKI, "email_verified": "true" }), 403, "確認済み"),
        (json!({}), 403, "確認済み"),
        (json!({ "email": AOKI, "email_verified": true, "aud": "other" }), 502, "つながりません"),
        (
            json!({ "email": AOKI, "email_verified": true, "iss": "https://evil.example" }),
            502,
            "つながりません",
        ),
        (json!({ "email": AOKI, "email_verified": true, "nonce": "other" }), 502, "つながりません"),
        (
            json!({ "email": AOKI, "email_verified": true, "exp": NOW / 1_000_000 - 100 }),
            502,
            "つながりません",
        ),
    ] {
        let reply = tries(claims.clone());
        assert!(!comes_in(&reply) && reply.status == status, "{claims}: {}", reply.status);
        assert!(reply.text().contains(word), "{claims}: {}", reply.text());
    }
    provider.refuses(true);
    let refused = tries(verified());
    assert!(!comes_in(&refused) && refused.text().contains("取り消されたか"), "{}", refused.text());
}

#[test]
fn a_way_back_is_one_browsers_and_works_once() {
    let provider = Provider::start();
    provider.says(verified());
    let world = world(&provider, OidcClaim::Email);
    let (own, other) = (go(&world, "/console/en/oidc"), go(&world, "/console/en/oidc"));
    for (back, cookie) in [
        (&own.back, ""),
        (&own.back, other.cookie.as_str()),
        (&"/console/oidc/callback".to_owned(), &own.cookie),
    ] {
        let reply = get(&world, back, cookie);
        assert!(!comes_in(&reply) && reply.status == 403, "{}", reply.status);
    }
    assert!(comes_in(&get(&world, &own.back, &own.cookie)));
    assert!(!comes_in(&get(&world, &own.back, &own.cookie)), "a code works once");
    let late = go(&world, "/console/en/oidc");
    world.wait(11 * 60_000_000);
    assert_eq!(get(&world, &late.back, &late.cookie).status, 403);
}

#[test]
fn who_has_to_prove_themselves_anew_is_not_let_in_on_an_old_proof() {
    let provider = Provider::start();
    let world = world(&provider, OidcClaim::Email);
    for (auth_time, comes) in
        [(json!(null), false), (json!(NOW / 1_000_000 - 3_600), false), (json!(NOW / 1_000_000), true)]
    {
        provider.says(json!({ "email": AOKI, "email_verified": true, "auth_time": auth_time }));
        let way = go(&world, "/console/ja/oidc?again");
        assert_eq!(comes_in(&get(&world, &way.back, &way.cookie)), comes, "{auth_time}");
    }
}

#[test]
fn the_strength_of_a_proof_is_asked_for_and_checked() {
    let provider = Provider::start();
    let world = world_that_asks(&provider, OidcClaim::Email, Some("mfa"));
    for (acr, comes) in [(json!("mfa"), true), (json!("pwd"), false), (json!(null), false)] {
        provider.says(json!({ "email": AOKI, "email_verified": true, "acr": acr }));
        let way = go(&world, "/console/ja/oidc");
        assert_eq!(comes_in(&get(&world, &way.back, &way.cookie)), comes, "{acr}");
    }
    assert_eq!(provider.last_asked().get("acr_values").map(String::as_str), Some("mfa"));
}

#[test]
fn no_other_site_begins_a_sign_in() {
    let provider = Provider::start();
    provider.says(verified());
    let world = world(&provider, OidcClaim::Email);
    for (site, goes) in [("cross-site", false), ("same-site", false), ("same-origin", true), ("none", true)] {
        let headers = [("Sec-Fetch-Site", site)];
        let reply = http::send(world.port, "GET", "/console/ja/oidc", &headers, b"").expect("a page");
        let to = reply.header("location").expect("an address");
        assert_eq!(to.starts_with(&provider.issuer()), goes, "{site}: {to}");
        assert_eq!(reply.header("set-cookie").is_some(), goes, "{site}");
    }
}

#[test]
fn a_provider_that_has_exchanged_its_key_is_asked_for_the_new_one() {
    let provider = Provider::start();
    provider.says(json!({ "sub": AOKI }));
    let world = world(&provider, OidcClaim::Subject);
    let comes = || {
        let way = go(&world, "/console/ja/oidc");
        comes_in(&get(&world, &way.back, &way.cookie))
    };
    assert!(comes() && comes());
    assert_eq!(provider.keys_fetched(), 1, "what it said is kept");
    provider.changes_its_key();
    world.wait(61_000_000);
    assert!(comes());
    assert_eq!(provider.keys_fetched(), 2);
}

#[test]
fn without_a_provider_there_is_no_such_page() {
    let world = World::start();
    assert_eq!(get(&world, "/console/ja/oidc", "").status, 404);
    assert_eq!(get(&world, "/console/oidc/callback", "").status, 404);
    assert!(!get(&world, "/console/ja/sign-in", "").text().contains("/oidc"));
}
