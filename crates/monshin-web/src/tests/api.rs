//! The small API, and that its description says what it does.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use monshin_instrument::Privacy;
use monshin_store::{Act, ApiKey, Scope};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{DAY, NOW, World, described};

async fn ask(world: &World, method: &str, path: &str, key: Option<&str>, body: Value) -> (StatusCode, Value) {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "survey.example");
    if let Some(key) = key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    if !body.is_null() {
        request = request.header(header::CONTENT_TYPE, "application/json; charset=utf-8");
    }
    let request = request.body(Body::from(body.to_string())).expect("a request");
    sent(world, request).await
}

/// Sends a request. Whatever comes back is held against the description.
async fn sent(world: &World, request: Request<Body>) -> (StatusCode, Value) {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = world.router.clone().oneshot(request).await.expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1_000_000).await.expect("a body");
    let said = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let faults = described::faults(&method, &path, parts.status, &parts.headers, &said);
    assert!(faults.is_empty(), "{faults:#?}");
    (parts.status, said)
}

fn answers() -> Value {
    json!({ "q1": "yes", "q2": "other", "q2.other": "丙", "q3": 4, "q5.r1": "yes", "q5.r2": "no", "q6": ["x", "y"] })
}

fn act(word: &str) -> Act {
    Act { at: NOW, actor: "test".into(), act: word.into(), detail: String::new() }
}

async fn key(world: &World, name: &str, scope: Scope, until: i64) -> String {
    let key = format!("monshin-api-{name}");
    let hash = world.secret.hash("api key", key.as_bytes());
    let kept = ApiKey { hash, survey: "s".into(), name: name.into(), scope, until };
    assert!(world.store.put_api_key(kept, act("api key")).await.expect("put"));
    key
}

#[tokio::test]
async fn answers_sent_twice_are_one_return_with_one_receipt() {
    let world = World::new(Privacy::Confidential).await;
    let body = json!({ "code": *world.short[0].to_text(), "answers": answers() });
    let (status, first) = ask(&world, "POST", "/api/v1/submit", None, body.clone()).await;
    assert_eq!((status, &first["before"]), (StatusCode::OK, &json!(false)), "{first}");
    let (status, second) = ask(&world, "POST", "/api/v1/submit", None, body).await;
    assert_eq!((status, &second["before"]), (StatusCode::OK, &json!(true)));
    assert_eq!((&first["receipt"], &first["revision"]), (&second["receipt"], &second["revision"]));
    let records = world.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].cells["q2.other"].as_str(), records[0].cells["q6"].as_str()), ("丙", "x;y"));
    // The respondent comes in with the link and finds what the program sent.
    let mut browser = world.browser();
    let page = browser.get(&format!("/r/{}", *world.links[0].to_text())).await;
    assert_eq!(page.to, "/ja/receipt?seen");
    assert!(browser.get("/ja/receipt").await.text.contains("丙"));
}

#[tokio::test]
async fn answers_that_were_saved_on_the_web_and_not_sent_are_sent_by_a_program_that_says_the_same() {
    let world = World::new(Privacy::Confidential).await;
    let code = world.short[0].to_text();
    let send = |answers: Value| {
        ask(&world, "POST", "/api/v1/submit", None, json!({ "code": *code, "answers": answers }))
    };
    let (_, first) = send(answers()).await;
    let mut browser = world.browser();
    browser.get(&format!("/r/{}", *world.links[0].to_text())).await;
    let changed = [("q5.r1", "no"), ("q5.r2", "no"), ("q6", "x"), ("q6", "y"), ("go", "next")];
    assert_eq!(browser.post("/ja/page/3", &changed).await.to, "/ja/review");
    let mut same = answers();
    same["q5.r1"] = json!("no");
    for before in [false, true] {
        let (status, said) = send(same.clone()).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        assert_eq!((&said["revision"], &said["before"]), (&json!(2), &json!(before)), "{said}");
        assert_ne!(said["receipt"], first["receipt"]);
    }
    let records = world.records().await;
    assert_eq!((records.len(), records[0].cells["q5.r1"].as_str()), (1, "no"));
    world.wait(2 * DAY);
    let (status, said) = send(same).await;
    assert_eq!((status, &said["before"]), (StatusCode::OK, &json!(true)), "what was kept is kept: {said}");
    let (status, said) = send(answers()).await;
    assert_eq!((status, &said["error"]), (StatusCode::FORBIDDEN, &json!("not_open")));
}

#[tokio::test]
async fn what_is_wrong_is_told_by_item_and_nothing_is_kept() {
    let world = World::new(Privacy::Confidential).await;
    let code = world.short[0].to_text();
    let send = |answers: Value| {
        let body = json!({ "code": *code, "language": "en", "answers": answers });
        ask(&world, "POST", "/api/v1/submit", None, body)
    };
    let (status, said) = send(json!({ "q1": "yes", "q3": 900 })).await;
    assert_eq!((status, &said["error"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("answers")), "{said}");
    let problems = said["problems"].as_array().expect("a list");
    let items: Vec<&str> = problems.iter().filter_map(|one| one["item"].as_str()).collect();
    assert!(["q2", "q3", "q5.r1", "q5.r2"].iter().all(|item| items.contains(item)), "{said}");
    let (status, said) = send(json!({ "q1": "yes", "q99": "x" })).await;
    assert_eq!((status, &said["item"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("q99")));
    let (status, _) = send(json!({ "q1": { "a": 1 } })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = json!({ "code": "AAAA", "answers": {} });
    let (status, said) = ask(&world, "POST", "/api/v1/submit", None, body).await;
    assert_eq!((status, &said["error"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("no_code")));
    assert!(world.records().await.is_empty());
}

#[tokio::test]
async fn a_key_opens_one_survey_for_one_kind_of_work_until_its_day() {
    let world = World::new(Privacy::Confidential).await;
    let status_key = key(&world, "status", Scope::Status, NOW + DAY).await;
    let import_key = key(&world, "import", Scope::Import, NOW + DAY).await;
    let old = key(&world, "old", Scope::Status, NOW).await;
    let path = "/api/v1/surveys/s/status";
    let (status, said) = ask(&world, "GET", path, Some(&status_key), Value::Null).await;
    assert_eq!((status, &said["cases"], &said["open"]), (StatusCode::OK, &json!(3), &json!(true)));
    assert_eq!(said["dispositions"], json!({ "unknown_eligibility": 3 }));
    for wrong in [None, Some(""), Some("monshin-api-other"), Some(&*old), Some(&*import_key)] {
        assert_eq!(
            ask(&world, "GET", path, wrong, Value::Null).await.0,
            StatusCode::UNAUTHORIZED,
            "{wrong:?}"
        );
    }
    let import = "/api/v1/surveys/s/import";
    let none = json!({ "mode": "paper", "returns": [] });
    assert_eq!(
        ask(&world, "POST", import, Some(&status_key), none.clone()).await.0,
        StatusCode::UNAUTHORIZED
    );
    let other = "/api/v1/surveys/other/import";
    assert_eq!(ask(&world, "POST", other, Some(&import_key), none.clone()).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&world, "POST", import, Some(&import_key), none).await.0, StatusCode::OK);
    assert!(world.store.revoke_api_key("s", "status", act("api key ended")).await.expect("ended"));
    assert_eq!(ask(&world, "GET", path, Some(&status_key), Value::Null).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn returns_on_paper_come_in_once_and_never_over_what_was_begun() {
    let world = World::new(Privacy::Identified).await;
    let key = key(&world, "import", Scope::Import, NOW + DAY).await;
    let mut browser = world.inside(1).await;
    browser.post("/ja/page/1", &[("q1", "no"), ("go", "next")]).await;
    let one = |unit: &str, answers: Value| json!({ "unit": unit, "answers": answers });
    let returns = [
        one("unit-0", answers()),
        one("unit-1", answers()),
        one("unit-2", json!({ "q1": "maybe" })),
        one("nobody", answers()),
    ];
    let body = json!({ "mode": "paper", "returns": returns });
    for expected in ["kept", "already_answered"] {
        let (status, said) = ask(&world, "POST", "/api/v1/surveys/s/import", Some(&key), body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        let results = said["results"].as_array().expect("a list");
        let outcomes: Vec<&str> = results.iter().filter_map(|one| one["outcome"].as_str()).collect();
        assert_eq!(outcomes, [expected, "begun_on_the_web", "at_fault", "unknown_unit"], "{said}");
    }
    let records = world.records().await;
    assert_eq!((records.len(), records[0].key.as_str()), (1, "unit-0"));
    let counts = world.store.counts("s").await.expect("read");
    assert_eq!(
        world.store.draft(1).await.expect("read"),
        None,
        "nothing that nobody can open is left behind"
    );
    let log = world.store.audit_log().await.expect("read");
    let imports: Vec<_> = log.iter().filter(|entry| entry.act.act == "import").collect();
    assert_eq!(imports.len(), 1, "{imports:?}");
    assert_eq!((&*imports[0].act.actor, &*imports[0].act.detail), ("api key import", "paper 1 (0 replaced)"));
    let on_paper = counts.iter().find(|count| count.mode == Some(monshin_store::Mode::Paper));
    assert_eq!(on_paper.map(|count| count.cases), Some(1), "{counts:?}");
}

#[tokio::test]
async fn a_unit_that_stands_twice_in_an_import_is_taken_in_once() {
    let world = World::new(Privacy::Anonymous).await;
    let key = key(&world, "import", Scope::Import, NOW + DAY).await;
    let one = |unit: &str| json!({ "unit": unit, "answers": answers() });
    let returns = [one("unit-0"), one("unit-0"), one("unit\u{0}-1"), one("unit-1")];
    let body = json!({ "mode": "phone", "returns": returns });
    let (status, said) = ask(&world, "POST", "/api/v1/surveys/s/import", Some(&key), body).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let results = said["results"].as_array().expect("a list");
    let outcomes: Vec<&str> = results.iter().filter_map(|one| one["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["kept", "already_answered", "unknown_unit", "kept"], "{said}");
    assert_eq!(world.records().await.len(), 2);
}

#[tokio::test]
async fn a_list_with_something_that_is_no_return_is_not_begun_with() {
    let world = World::new(Privacy::Identified).await;
    let key = key(&world, "import", Scope::Import, NOW + DAY).await;
    let good = json!({ "unit": "unit-0", "answers": answers() });
    for bad in [
        json!("unit-1"),
        json!({ "answers": {} }),
        json!({ "unit": 1, "answers": {} }),
        json!({ "unit": "unit-1" }),
        json!({ "unit": "unit-1", "answers": [] }),
        json!({ "unit": "nobody", "answers": { "q1": [{}] } }),
        json!({ "unit": "unit-1", "answers": { "q1": true } }),
    ] {
        let body = json!({ "mode": "fax", "returns": [good, bad] });
        let (status, said) = ask(&world, "POST", "/api/v1/surveys/s/import", Some(&key), body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert_eq!(said, json!({ "error": "returns_malformed", "item": "1" }), "{bad}");
    }
    assert!(world.records().await.is_empty());
}

#[tokio::test]
async fn a_form_of_another_site_is_no_request() {
    let world = World::new(Privacy::Confidential).await;
    let request =
        Request::builder().method("POST").uri("/api/v1/submit").header(header::HOST, "survey.example");
    let request =
        request.header(header::CONTENT_TYPE, "text/plain").body(Body::from("{}")).expect("a request");
    assert_eq!(sent(&world, request).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for (header, value, status, why) in [
        (header::ORIGIN, "https://other.example", StatusCode::FORBIDDEN, "foreign"),
        (header::HOST, "other.example", StatusCode::MISDIRECTED_REQUEST, "wrong_host"),
    ] {
        let mut request = Request::builder().method("POST").uri("/api/v1/submit");
        request = request.header(header::CONTENT_TYPE, "application/json");
        if header != header::HOST {
            request = request.header(header::HOST, "survey.example");
        }
        let request = request.header(header, value).body(Body::from("{}")).expect("a request");
        let (is, said) = sent(&world, request).await;
        assert_eq!((is, &said["error"]), (status, &json!(why)), "a program is told in JSON");
    }
}

#[tokio::test]
async fn what_fails_and_what_comes_too_often_is_told_as_described() {
    let world = World::new(Privacy::Confidential).await;
    let path = "/api/v1/surveys/s/status";
    for _ in 0..60 {
        assert_eq!(ask(&world, "GET", path, Some("wrong"), Value::Null).await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(ask(&world, "GET", path, Some("wrong"), Value::Null).await.0, StatusCode::TOO_MANY_REQUESTS);
    world.wait(5 * super::MINUTE);
    let body = json!({ "code": *world.short[0].to_text(), "answers": answers() });
    world.store.close().await;
    let (status, said) = ask(&world, "POST", "/api/v1/submit", None, body).await;
    assert_eq!((status, &said["error"]), (StatusCode::INTERNAL_SERVER_ERROR, &json!("failed")));
    assert!(said["reference"].as_str().is_some_and(|reference| reference.len() == 10), "{said}");
    let large = json!({ "code": "x".repeat(1_100_000) });
    assert_eq!(ask(&world, "POST", "/api/v1/submit", None, large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_scheme_of_a_key_may_be_written_in_any_case() {
    let world = World::new(Privacy::Confidential).await;
    let key = key(&world, "status", Scope::Status, NOW + DAY).await;
    for (given, status) in [
        (format!("bearer {key}"), StatusCode::OK),
        (format!("Basic {key}"), StatusCode::UNAUTHORIZED),
        (key, StatusCode::UNAUTHORIZED),
    ] {
        let request =
            Request::builder().uri("/api/v1/surveys/s/status").header(header::HOST, "survey.example");
        let request = request.header(header::AUTHORIZATION, given).body(Body::empty()).expect("a request");
        assert_eq!(sent(&world, request).await.0, status);
    }
}

/// Each path and method of the description is there, and no path of the API is left out. That each answer is as
/// announced, every test here holds ([`sent`]).
#[tokio::test]
async fn the_description_says_what_there_is() {
    let world = World::new(Privacy::Confidential).await;
    let (status, served) = ask(&world, "GET", "/openapi.json", None, Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let paths = served["paths"].as_object().expect("paths");
    for (path, methods) in paths {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let real = path.replace("{survey}", "s");
            let (status, _) = ask(&world, method, &real, None, json!({})).await;
            let is_there = methods.get(method.to_ascii_lowercase()).is_some();
            assert_eq!(status != StatusCode::METHOD_NOT_ALLOWED, is_there, "{method} {path}");
        }
    }
    let source = include_str!("../app.rs");
    let routes = source.lines().filter_map(|line| line.split_once(".route(\"")).map(|(_, rest)| rest);
    for route in routes.filter_map(|rest| rest.split('"').next()).filter(|route| route.contains("api")) {
        assert!(paths.contains_key(route), "{route} is not described");
    }
}
