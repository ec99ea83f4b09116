//! Signing in, and what ends a session.

use axum::http::StatusCode;
use monshin_store::{AccountChange, Role, SetUp, verify_audit};
use totp_rs::{Builder, Secret};

use super::{PASSWORD, account, is_outside, operator, signed_in, with_session, world};
use crate::console::credential::new_link;
use crate::tests::{Browser, MINUTE, NOW, World};

/// The code that an authenticator shows for a secret as a page prints it.
fn code_of(base32: &str, now: i64) -> String {
    let secret = Secret::try_from_base32(base32).expect("a secret");
    Builder::new().with_secret(secret).build().expect("usual").generate(now as u64 / 1_000_000).to_string()
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap_or_default()
}

/// Name and password, as far as the second factor.
async fn first_step(browser: &mut Browser<'_>, name: &str, password: &str) -> crate::tests::Page {
    let fields = [("name", name), ("password", password)];
    browser.fill("/console/ja/sign-in", "/console/ja/sign-in", &fields).await
}

async fn second_step(browser: &mut Browser<'_>, code: &str) -> crate::tests::Page {
    browser.fill("/console/ja/second", "/console/ja/second", &[("code", code)]).await
}

#[tokio::test]
async fn the_link_sets_everything_up_once_and_then_the_password_and_a_code_lead_in() {
    let world = world().await;
    let link = new_link(&world.secret, NOW);
    let setup = SetUp { hash: link.setup.hash, until: NOW + 60 * MINUTE };
    account(&world, "aoki", AccountChange::Add { role: Role::Owner, setup }).await;
    let address = format!("/console/ja/set-up/{}", *link.token);
    let mut browser = world.browser();
    let page = browser.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("<svg") && page.text.contains("aoki"));
    let shown = between(&page.text, "<code class=\"hash\">", "</code>").to_owned();
    let form = |password: &'static str, code: String, page: &crate::tests::Page| {
        [
            ("token", page.hidden("token").to_owned()),
            ("secret", page.hidden("secret").to_owned()),
            ("password", password.to_owned()),
            ("again", password.to_owned()),
            ("code", code),
        ]
    };
    let post = async |browser: &mut Browser<'_>, fields: [(&'static str, String); 5]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post_raw(&address, &fields).await
    };
    let refused = post(&mut browser, form("short", "000000".into(), &page)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("短すぎます") && refused.text.contains("数字が合いません"));
    assert_eq!(between(&refused.text, "<code class=\"hash\">", "</code>"), shown, "what was scanned stays");
    let done = post(&mut browser, form(PASSWORD, code_of(&shown, NOW), &refused)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let recovery = between(&done.text, "<li><code class=\"hash\">", "</code>").to_owned();
    assert_eq!(recovery.len(), 34, "28 signs in groups of four");
    assert_eq!(browser.get("/console/ja/").await.status, StatusCode::OK, "signed in at once");
    assert_eq!(world.browser().get(&address).await.status, StatusCode::NOT_FOUND, "the link is used up");

    let mut other = world.browser();
    assert_eq!(first_step(&mut other, " AOKI ", PASSWORD).await.to, "/console/ja/second");
    assert!(is_outside(&other.get("/console/ja/").await), "a password alone opens nothing");
    let replayed = second_step(&mut other, &code_of(&shown, NOW)).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
    world.wait(MINUTE);
    let inside = second_step(&mut other, &code_of(&shown, NOW + MINUTE)).await;
    assert_eq!(inside.to, "/console/ja/");
    let cookie =
        inside.headers.get_all("set-cookie").iter().next().expect("a cookie").to_str().expect("text");
    assert!(
        cookie.starts_with("__Host-monshin-console=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure"),
        "{cookie}"
    );
    let home = other.get("/console/ja/").await;
    assert_eq!(
        (home.status, home.headers["cache-control"].to_str().expect("text")),
        (StatusCode::OK, "no-store")
    );

    let mut lost = world.browser();
    first_step(&mut lost, "aoki", PASSWORD).await;
    assert_eq!(second_step(&mut lost, &recovery.to_uppercase()).await.to, "/console/ja/");
    let mut again = world.browser();
    first_step(&mut again, "aoki", PASSWORD).await;
    assert_eq!(second_step(&mut again, &recovery).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let log = world.store.audit_log().await.expect("read");
    let acts: Vec<&str> =
        log.iter().map(|entry| entry.act.act.as_str()).filter(|act| *act != "test").collect();
    assert_eq!(acts, ["set-up", "sign-in", "sign-in", "sign-in"]);
    assert_eq!(verify_audit(&log), Ok(()));
}

/// What a page says, without what differs from one showing to the next.
fn plain(page: &crate::tests::Page, name: &str) -> String {
    page.text.replace(page.hidden("token"), "").replace(name, "NAME")
}

#[tokio::test]
async fn nobody_learns_which_names_there_are() {
    let world = world().await;
    operator(&world, "aoki", Role::Owner).await;
    let (mut known, mut unknown) = (world.browser(), world.browser());
    for _ in 0..10 {
        let (wrong, nobody) = (
            first_step(&mut known, "aoki", "wrong password").await,
            first_step(&mut unknown, "baba", "wrong password").await,
        );
        assert_eq!(
            (wrong.status, nobody.status),
            (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
        );
        assert_eq!(plain(&wrong, "aoki"), plain(&nobody, "baba"));
    }
    let (wrong, nobody) =
        (first_step(&mut known, "aoki", PASSWORD).await, first_step(&mut unknown, "baba", PASSWORD).await);
    assert_eq!((wrong.status, nobody.status), (StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(plain(&wrong, "aoki"), plain(&nobody, "baba"));
    world.wait(2 * MINUTE);
    assert_eq!(
        first_step(&mut known, "aoki", PASSWORD).await.to,
        "/console/ja/second",
        "it comes back with time"
    );
}

#[tokio::test]
async fn six_digits_cannot_be_tried_through() {
    let world = world().await;
    let known = operator(&world, "aoki", Role::Owner).await;
    let mut browser = world.browser();
    first_step(&mut browser, "aoki", PASSWORD).await;
    for _ in 0..10 {
        second_step(&mut browser, "000000").await;
    }
    let right = known.second.code(NOW);
    assert_eq!(second_step(&mut browser, &right).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(known.name, "aoki");
}

#[tokio::test]
async fn another_site_cannot_sign_somebody_in() {
    let world = world().await;
    operator(&world, "aoki", Role::Owner).await;
    let fields = [("name", "aoki"), ("password", PASSWORD)];
    assert_eq!(world.browser().post_raw("/console/ja/sign-in", &fields).await.status, StatusCode::FORBIDDEN);
    let token = world.browser().get("/console/ja/sign-in").await.hidden("token").to_owned();
    let foreign = [("token", token.as_str()), fields[0], fields[1]];
    let page = world.browser().post_raw("/console/ja/sign-in", &foreign).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "a token without its cookie");
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_alone() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Viewer).await;
    for _ in 0..3 {
        world.wait(29 * MINUTE);
        assert_eq!(browser.get("/console/en/").await.status, StatusCode::OK);
    }
    world.wait(31 * MINUTE);
    assert!(is_outside(&browser.get("/console/en/").await));
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_renews_this_one() {
    let world = world().await;
    let known = operator(&world, "keyer", Role::Keyer).await;
    let mut browser = with_session(&world, "keyer").await;
    let mut other = with_session(&world, "keyer").await;
    assert_eq!(other.get("/console/ja/").await.status, StatusCode::OK);
    let before = browser.clone();
    let code = known.second.code(NOW);
    let change = async |browser: &mut Browser<'_>, old: &str, code: &str, new: &str| {
        let fields = [("old", old), ("code", code), ("password", new), ("again", new)];
        browser.fill("/console/ja/account", "/console/ja/account/password", &fields).await
    };
    for (old, code) in [("not my password", code.as_str()), (PASSWORD, "000000"), (PASSWORD, "")] {
        let wrong = change(&mut browser, old, code, "another long phrase").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{old} {code}");
    }
    let weak = change(&mut browser, PASSWORD, &code, "keyer keyer keyer").await;
    assert!(weak.text.contains("推測されやすい"), "{}", weak.text);
    assert_eq!(other.get("/console/ja/").await.status, StatusCode::OK);
    let mut half = world.browser();
    first_step(&mut half, "keyer", PASSWORD).await;
    let changed = change(&mut browser, PASSWORD, &code, "another long phrase").await;
    assert_eq!(changed.to, "/console/ja/account?changed");
    world.wait(MINUTE);
    let second = second_step(&mut half, &known.second.code(NOW + MINUTE)).await;
    assert!(is_outside(&second), "the old password leads to no second step any longer");
    assert_eq!(browser.get("/console/ja/").await.status, StatusCode::OK);
    assert!(is_outside(&other.get("/console/ja/").await));
    let mut stolen = before;
    assert!(is_outside(&stolen.get("/console/ja/").await), "the old cookie of this browser too");
    assert_eq!(
        first_step(&mut world.browser(), "keyer", PASSWORD).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let leave = browser.fill("/console/ja/", "/console/ja/sign-out", &[]).await;
    assert!(is_outside(&leave) && is_outside(&browser.get("/console/ja/").await));
}

#[tokio::test]
async fn signing_out_ends_every_copy_of_the_cookie_and_signing_in_again_the_one_before() {
    let world = world().await;
    let known = operator(&world, "aoki", Role::Viewer).await;
    let mut browser = with_session(&world, "aoki").await;
    let mut copy = browser.clone();
    first_step(&mut browser, "aoki", PASSWORD).await;
    assert_eq!(second_step(&mut browser, &known.second.code(NOW)).await.to, "/console/ja/");
    assert!(is_outside(&copy.get("/console/ja/").await), "another session took its place");
    let mut copy = browser.clone();
    assert_eq!(copy.get("/console/ja/").await.status, StatusCode::OK);
    browser.fill("/console/ja/", "/console/ja/sign-out", &[]).await;
    assert!(is_outside(&copy.get("/console/ja/").await));
}

#[tokio::test]
async fn an_owner_signs_out_one_and_everybody() {
    let world = world().await;
    let mut owner = signed_in(&world, Role::Owner).await;
    let (mut keyer, mut viewer) =
        (signed_in(&world, Role::Keyer).await, signed_in(&world, Role::Viewer).await);
    let fields = [("name", "keyer"), ("do", "sign-out")];
    let done = owner.fill("/console/en/operators", "/console/en/operators", &fields).await;
    assert_eq!(done.to, "/console/en/operators");
    assert!(is_outside(&keyer.get("/console/en/").await));
    assert_eq!(viewer.get("/console/en/").await.status, StatusCode::OK);
    owner.fill("/console/en/operators", "/console/en/operators/sign-out", &[]).await;
    assert!(is_outside(&viewer.get("/console/en/").await));
    assert_eq!(owner.get("/console/en/").await.status, StatusCode::OK, "but for who asked for it");
}

#[tokio::test]
async fn no_password_no_secret_and_no_session_stands_in_the_files() {
    let world: World = world().await;
    let known = operator(&world, "aoki", Role::Owner).await;
    let browser = with_session(&world, "aoki").await;
    world.store.close().await;
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(world.folder.path()).expect("read").flatten() {
        bytes.extend(std::fs::read(entry.path()).expect("read"));
    }
    let held = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
    assert!(held(b"$argon2id$"), "we look in the right place");
    assert!(!held(PASSWORD.as_bytes()) && !held(b"rescue-me"));
    assert!(!held(known.second.to_base32().as_bytes()));
    let raw = crate::session::from_hex(&browser.cookies[0].1).expect("hexadecimal");
    assert!(!held(&raw) && !held(browser.cookies[0].1.as_bytes()));
}

#[tokio::test]
async fn one_session_is_ended_from_another_by_whoever_proves_themselves() {
    let world = world().await;
    let known = operator(&world, "aoki", Role::Viewer).await;
    let mut browser = with_session(&world, "aoki").await;
    let mut lost = with_session(&world, "aoki").await;
    let mut third = with_session(&world, "aoki").await;
    let mut stranger = signed_in(&world, Role::Keyer).await;
    let theirs = world.store.sessions("keyer").await.expect("read")[0].hash;
    let raw = crate::session::from_hex(&lost.cookies[0].1).expect("hexadecimal");
    let hash = crate::session::hex(&world.secret.hash("console session", &raw));
    let shown = browser.get("/console/ja/account").await;
    assert!(shown.text.contains(&format!("name=\"session\" value=\"{hash}\"")), "{}", shown.text);
    world.wait(11 * MINUTE);
    let end = async |browser: &mut Browser<'_>, hash: &str, more: &[(&str, &str)]| {
        let fields = [&[("session", hash)], more].concat();
        browser.fill("/console/ja/account", "/console/ja/account/end-one", &fields).await
    };
    assert!(end(&mut browser, &hash, &[]).await.text.contains("own_code"), "a session alone ends no other");
    assert_eq!(lost.get("/console/ja/").await.status, StatusCode::OK);
    let code = known.second.code(NOW + 11 * MINUTE);
    end(&mut browser, &hash, &[("own_password", PASSWORD), ("own_code", &code)]).await;
    assert!(is_outside(&lost.get("/console/ja/").await));
    assert_eq!(browser.get("/console/ja/").await.status, StatusCode::OK);
    end(&mut browser, &crate::session::hex(&theirs), &[]).await;
    end(&mut browser, "nonsense", &[]).await;
    assert_eq!(stranger.get("/console/ja/").await.status, StatusCode::OK, "one's own alone");
    assert_eq!(third.get("/console/ja/").await.status, StatusCode::OK);
    browser.fill("/console/ja/account", "/console/ja/account/end-others", &[]).await;
    assert!(is_outside(&third.get("/console/ja/").await));
    let left = browser.fill("/console/ja/", "/console/ja/sign-out", &[]).await;
    assert_eq!(left.headers["clear-site-data"], "\"cache\"");
}

#[tokio::test]
async fn names_that_belong_here_are_in_no_password() {
    let world = world().await;
    let names = crate::console::password::names(&world.app(), "aoki@example.jp");
    // Of the operator, the product, the host without its last part; the survey's id has one letter.
    for name in ["monshin", "aokiexamplejp", "aoki", "survey"] {
        assert!(names.iter().any(|have| have == name), "{name}: {names:?}");
    }
    let form = world.app();
    let survey = form.0.surveys["s"].form.survey();
    let title: String = survey.title.get("ja").chars().filter(|c| c.is_alphanumeric()).collect();
    assert!(names.contains(&title.to_lowercase()), "{title}: {names:?}");
    assert!(!names.iter().any(|name| name == "s" || name == "example" || name.is_empty()), "{names:?}");
}

#[tokio::test]
async fn whoever_tries_a_name_does_not_hold_up_its_owner() {
    let world = world().await;
    let known = operator(&world, "aoki", Role::Owner).await;
    operator(&world, "baba", Role::Owner).await;
    let mut own = world.browser();
    first_step(&mut own, "aoki", PASSWORD).await;
    assert_eq!(second_step(&mut own, &known.second.code(NOW)).await.to, "/console/ja/");
    own.fill("/console/ja/", "/console/ja/sign-out", &[]).await;
    let mut guesser = world.browser();
    for _ in 0..11 {
        first_step(&mut guesser, "aoki", "guess").await;
    }
    assert_eq!(first_step(&mut guesser, "aoki", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(first_step(&mut own, "aoki", PASSWORD).await.to, "/console/ja/second");
    // It is worth as many tries as a name, and nothing at another one.
    for _ in 0..9 {
        assert_eq!(first_step(&mut own, "aoki", "guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(first_step(&mut own, "aoki", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(session_counted(&world, &own, "baba"), "baba");
    world.wait(91 * 24 * 60 * MINUTE);
    assert_eq!(session_counted(&world, &own, "aoki"), "aoki", "after three months it is forgotten");
}

/// By what a browser's tries at a name are counted.
fn session_counted(world: &World, browser: &Browser<'_>, name: &str) -> String {
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("cookie", cookies.join("; ").parse().expect("text"));
    let now = world.app().now();
    crate::console::session::counted_as(&headers, &world.secret, &world.config, name, now)
}
