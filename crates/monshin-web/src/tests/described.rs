//! Holds an answer of the API against its description: as much of JSON Schema as the description uses. A property
//! that is not described is a fault too.

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

const DESCRIPTION: &str = include_str!("../../openapi.json");

/// What of an answer is not as described.
pub fn faults(
    method: &Method,
    path: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &Value,
) -> Vec<String> {
    let whole: Value = serde_json::from_str(DESCRIPTION).expect("ours");
    let paths = whole["paths"].as_object().expect("paths");
    let Some((_, methods)) = paths.iter().find(|(described, _)| is_at(described, path)) else {
        return vec![format!("{path} is not described")];
    };
    let Some(operation) = methods.get(method.as_str().to_ascii_lowercase()) else {
        // What no path has needs no words.
        let is_refused = status == StatusCode::METHOD_NOT_ALLOWED;
        return if is_refused {
            Vec::new()
        } else {
            vec![format!("{method} {path} is not described: {status}")]
        };
    };
    let Some(response) = operation["responses"].get(status.as_str()) else {
        return vec![format!("{method} {path}: {status} is not described")];
    };
    let response = resolved(&whole, response);
    let mut faults = Vec::new();
    for (name, _) in response["headers"].as_object().into_iter().flatten() {
        if !headers.contains_key(name.to_ascii_lowercase()) {
            faults.push(format!("{method} {path}: {status} has no {name}"));
        }
    }
    let schema = &response["content"]["application/json"]["schema"];
    hold(&whole, schema, body, &format!("{method} {path} {status}"), &mut faults);
    faults
}

fn is_at(described: &str, path: &str) -> bool {
    let (described, path): (Vec<&str>, Vec<&str>) =
        (described.split('/').collect(), path.split('/').collect());
    let is_same = |(one, other): (&&str, &&str)| one.starts_with('{') || one == other;
    described.len() == path.len() && described.iter().zip(&path).all(is_same)
}

fn resolved<'w>(whole: &'w Value, schema: &'w Value) -> &'w Value {
    match schema["$ref"].as_str().and_then(|to| to.strip_prefix('#')) {
        Some(to) => whole.pointer(to).expect("it is there"),
        None => schema,
    }
}

fn hold(whole: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = resolved(whole, schema);
    let mut fault = |what: String| faults.push(format!("{at}: {what}"));
    if let Some(kind) = schema["type"].as_str().filter(|kind| !is_of(kind, value)) {
        return fault(format!("{value} is no {kind}"));
    }
    if let Some(all) = schema["enum"].as_array().filter(|all| !all.contains(value)) {
        fault(format!("{value} is none of {all:?}"));
    }
    if value.as_i64().zip(schema["minimum"].as_i64()).is_some_and(|(value, least)| value < least) {
        fault(format!("{value} is too small"));
    }
    let is_hash =
        |text: &str| text.len() == 64 && text.bytes().all(|digit| b"0123456789abcdef".contains(&digit));
    if let Some(pattern) = schema["pattern"].as_str() {
        assert_eq!(pattern, "^[0-9a-f]{64}$", "the only pattern that is known here");
        if !value.as_str().is_some_and(is_hash) {
            fault(format!("{value} is no hash"));
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            fault(format!("there is no `{name}`"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        let described = schema["properties"].get(name).or(schema.get("additionalProperties"));
        match described {
            Some(described) => hold(whole, described, inner, &format!("{at}.{name}"), faults),
            // Of some objects nothing is said but that they are one.
            None if schema.get("properties").is_none() => {}
            None => faults.push(format!("{at}: `{name}` is not described")),
        }
    }
    for (number, inner) in value.as_array().into_iter().flatten().enumerate() {
        hold(whole, &schema["items"], inner, &format!("{at}[{number}]"), faults);
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the kind {other} is not known here"),
    }
}

#[test]
fn what_is_not_as_described_is_found() {
    let none = HeaderMap::new();
    let found = |method: Method, path: &str, status: u16, body: &str| {
        let status = StatusCode::from_u16(status).expect("a status");
        faults(&method, path, status, &none, &serde_json::from_str(body).expect("JSON"))
    };
    let status = "/api/v1/surveys/any/status";
    let good = r#"{ "survey": "s", "open": true, "cases": 1, "dispositions": { "refusal": 1 } }"#;
    assert_eq!(found(Method::GET, status, 200, good), Vec::<String>::new());
    for (method, path, code, body) in [
        (Method::GET, status, 200, r#"{ "survey": "s", "open": true, "cases": 1 }"#),
        (Method::GET, status, 200, r#"{ "survey": 1, "open": true, "cases": 1, "dispositions": {} }"#),
        (
            Method::GET,
            status,
            200,
            r#"{ "survey": "s", "open": true, "cases": 1, "dispositions": {}, "more": 1 }"#,
        ),
        (
            Method::GET,
            status,
            200,
            r#"{ "survey": "s", "open": true, "cases": 1, "dispositions": { "refusal": "x" } }"#,
        ),
        (Method::GET, status, 401, r#"{ "error": "no_key" }"#),
        (Method::GET, status, 418, good),
        (Method::PUT, status, 200, good),
        (Method::GET, "/api/v1/none", 200, good),
        (Method::POST, "/api/v1/submit", 200, r#"{ "receipt": "x", "revision": 1, "before": false }"#),
        (Method::POST, "/api/v1/submit", 422, r#"{ "error": "answers", "problems": [{ "item": "q1" }] }"#),
    ] {
        assert_eq!(found(method.clone(), path, code, body).len(), 1, "{method} {path} {code} {body}");
    }
}
