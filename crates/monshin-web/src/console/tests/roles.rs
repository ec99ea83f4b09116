//! Every address of the console with every role.

use axum::http::StatusCode;
use monshin_store::Role;

use super::{account, is_outside, signed_in, world};
use crate::console::routes::routes;

const ALL: [Role; 5] = Role::ALL;
const RUN: [Role; 2] = [Role::Owner, Role::Operator];
const KEY: [Role; 3] = [Role::Owner, Role::Operator, Role::Keyer];
const COUNT: [Role; 3] = [Role::Owner, Role::Operator, Role::Analyst];

/// Who may do what, written down apart from the code: a new address has to be added here.
const MAY: &[(&str, &str, &[Role])] = &[
    ("GET", "/", &ALL),
    ("GET", "/account", &ALL),
    ("POST", "/account/password", &ALL),
    ("POST", "/account/end-one", &ALL),
    ("POST", "/account/end-others", &ALL),
    ("POST", "/account/recovery", &ALL),
    ("POST", "/sign-out", &ALL),
    ("GET", "/s/{survey}/board", &ALL),
    ("GET", "/s/{survey}/board.csv", &COUNT),
    ("GET", "/s/{survey}/list", &KEY),
    ("GET", "/s/{survey}/list/{case}", &KEY),
    ("POST", "/s/{survey}/list/{case}", &KEY),
    ("GET", "/s/{survey}/names", &RUN),
    ("GET", "/s/{survey}/names/{case}", &RUN),
    ("POST", "/s/{survey}/names/{case}/code", &RUN),
    ("GET", "/s/{survey}/frame", &RUN),
    ("POST", "/s/{survey}/frame", &RUN),
    ("POST", "/s/{survey}/frame/load", &RUN),
    ("GET", "/s/{survey}/letters", &RUN),
    ("POST", "/s/{survey}/letters", &RUN),
    ("GET", "/s/{survey}/mail", &RUN),
    ("POST", "/s/{survey}/mail", &RUN),
    ("POST", "/s/{survey}/mail/returned", &RUN),
    ("POST", "/s/{survey}/mail/send", &RUN),
    ("POST", "/s/{survey}/mail/stop", &RUN),
    ("GET", "/s/{survey}/dates", &RUN),
    ("POST", "/s/{survey}/dates", &RUN),
    ("POST", "/s/{survey}/close", &RUN),
    ("GET", "/operators", &[Role::Owner]),
    ("POST", "/operators", &[Role::Owner]),
    ("POST", "/operators/sign-out", &[Role::Owner]),
    ("GET", "/audit", &[Role::Owner]),
    ("POST", "/audit.jsonl", &[Role::Owner]),
];

fn filled(path: &str) -> String {
    path.replace("{lang}", "en")
        .replace("{survey}", "s")
        .replace("{case}", "1")
        .replace("{link}", "0")
        .replace("{name}", "x")
}

#[tokio::test]
async fn every_address_with_every_role() {
    let world = world().await;
    let closed: Vec<_> = routes().into_iter().filter(|route| route.roles.is_some()).collect();
    assert_eq!(closed.len(), MAY.len(), "every address is in the list of this test");
    for (method, path, may) in MAY {
        let full = format!("/console/{{lang}}{path}");
        let route = closed.iter().find(|route| route.path == full && route.method == *method);
        let route = route.unwrap_or_else(|| panic!("{method} {full} is not served"));
        assert_eq!(route.roles, Some(*may), "{method} {path}");
        let address = filled(&full);
        for role in Role::ALL {
            // Each with a session of its own: some of these end it.
            let mut browser = signed_in(&world, role).await;
            let page = match *method {
                "GET" => browser.get(&address).await,
                _ if path.ends_with("/frame") || path.ends_with("/mail") || path.ends_with("/returned") => {
                    let token = browser.get("/console/en/").await.hidden("token").to_owned();
                    browser.upload_to(&address, &token, "").await
                }
                _ => browser.fill("/console/en/", &address, &[]).await,
            };
            let refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(!refused, may.contains(&role), "{method} {path} as {}: {}", role.name(), page.status);
            assert!(!page.status.is_server_error(), "{method} {path} as {}", role.name());
        }
        let nobody = match *method {
            "GET" => world.browser().get(&address).await,
            _ => world.browser().post_raw(&address, &[]).await,
        };
        assert!(is_outside(&nobody), "{method} {path} without a session: {}", nobody.status);
    }
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let world = world().await;
    let mut browser = signed_in(&world, Role::Owner).await;
    let other = signed_in(&world, Role::Owner).await.get("/console/en/").await.hidden("token").to_owned();
    let before = world.store.audit_log().await.expect("read").len();
    for route in routes().into_iter().filter(|route| route.method == "POST" && route.roles.is_some()) {
        let address = filled(route.path);
        for token in ["", "00", &other] {
            let page = if ["/frame", "/mail", "/returned"].iter().any(|end| address.ends_with(end)) {
                browser.upload_to(&address, token, "id,beds\nu1,none\n").await
            } else {
                let fields = [
                    ("token", token),
                    ("sure", "yes"),
                    ("disposition", "refusal"),
                    ("name", "x"),
                    ("do", "add"),
                    ("role", "owner"),
                ];
                browser.post_raw(&address, &fields).await
            };
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{address}");
        }
    }
    assert_eq!(world.store.audit_log().await.expect("read").len(), before);
}

#[tokio::test]
async fn who_sees_no_names_finds_none() {
    let world = world().await;
    let mut operator = signed_in(&world, Role::Operator).await;
    super::field::load(&mut operator, "id,beds,name,email\nu1,none,青葉医院,a@example.jp\n").await;
    for role in Role::ALL {
        let mut browser = signed_in(&world, role).await;
        for (method, path, _) in MAY.iter().filter(|(method, ..)| *method == "GET") {
            let page = browser.get(&filled(&format!("/console/{{lang}}{path}"))).await;
            let may_see = RUN.contains(&role) && path.contains("/names");
            let sees = page.text.contains("青葉") || page.text.contains("a@example.jp");
            assert!(may_see || !sees, "{method} {path} as {}", role.name());
            let sees_ids = page.text.contains("unit-0") || page.text.contains(">u1<");
            assert!(KEY.contains(&role) || !sees_ids, "{method} {path} as {}", role.name());
        }
    }
    let names =
        signed_in(&world, Role::Operator).await.get("/console/en/s/s/names?named=%E9%9D%92%E8%91%89").await;
    assert!(names.text.contains("青葉医院") && !names.text.contains("unit-0"), "{}", names.text);
}

#[tokio::test]
async fn an_owner_adds_resets_and_removes_operators_but_not_oneself() {
    let world = world().await;
    let mut owner = signed_in(&world, Role::Owner).await;
    let mut act = async |fields: &[(&str, &str)]| {
        owner.fill("/console/en/operators", "/console/en/operators", fields).await
    };
    let added = act(&[("do", "add"), ("name", " Baba "), ("role", "keyer")]).await;
    assert!(added.text.contains("https://survey.example/console/en/set-up/"), "{}", added.text);
    assert_eq!(act(&[("do", "add"), ("name", "baba"), ("role", "owner")]).await.status, StatusCode::CONFLICT);
    assert_eq!(
        act(&[("do", "add"), ("name", "<b>"), ("role", "owner")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        act(&[("do", "add"), ("name", "c"), ("role", "root")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    for itself in ["remove", "role", "reset"] {
        let fields = [("do", itself), ("name", "owner"), ("role", "viewer"), ("sure", "yes")];
        assert_eq!(act(&fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut viewer = signed_in(&world, Role::Viewer).await;
    assert_eq!(
        act(&[("do", "role"), ("name", "viewer"), ("role", "analyst")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(is_outside(&viewer.get("/console/en/").await), "another role begins with another session");
    assert_eq!(act(&[("do", "remove"), ("name", "baba")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        act(&[("do", "remove"), ("name", "baba"), ("sure", "yes")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(world.store.operator("baba").await.expect("read").is_none());
    let reset = act(&[("do", "reset"), ("name", "viewer")]).await;
    assert!(reset.text.contains("/set-up/"));
    assert!(!world.store.operator("viewer").await.expect("read").expect("there").is_set_up());
    assert!(!account(&world, "nobody", monshin_store::AccountChange::Remove).await);
}
