//! The small API: submit, status, import. `openapi.json` describes it, and is served with it.
//!
//! A respondent's code opens its one case, as on the pages. A program's key opens one survey for one
//! kind of work ([`Scope`]): the handle that it gives has no other method.

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use monshin_instrument::Answers;
use monshin_instrument::screen::Typed;
use monshin_seal::{CaseKey, Code};
use monshin_store::{Act, ApiKey, Import, Imported, Keyed, Mode, Saved, Scope, StoreError, Submitted};
use serde_json::{Map, Value, json};

use crate::app::{App, rng};
use crate::gate::{self, Respondent};
use crate::ops::count;
use crate::pages::answer::faults;
use crate::record::Sealed;
use crate::session::{Session, hex};
use crate::survey::Fielded;
use crate::told::Refused;
use crate::visit::Visit;

const DESCRIPTION: &str = include_str!("../openapi.json");
/// Most bytes of a request; a year's returns come in parts.
const MOST_BYTES: usize = 1024 * 1024;
/// Most returns of one import.
const MOST_RETURNS: usize = 200;
/// How often an import is looked at anew where somebody has begun meanwhile.
const TRIES: usize = 3;

/// What is said instead of an answer: a status, and why.
struct No(StatusCode, Value);

type Said = Result<Value, No>;

fn no(status: StatusCode, why: &str) -> No {
    No(status, json!({ "error": why }))
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> No {
        let reference = hex(&crate::app::draw::<5>());
        tracing::error!(%reference, %error, "a request of the API failed");
        No(StatusCode::INTERNAL_SERVER_ERROR, json!({ "error": "failed", "reference": reference }))
    }
}

fn response(said: Said) -> Response {
    let (status, value) = match said {
        Ok(value) => (StatusCode::OK, value),
        Err(No(status, value)) => (status, value),
    };
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Whether a path is asked for by programs, which are told in JSON what is wrong.
pub fn is_of_api(path: &str) -> bool {
    path.starts_with("/api/") || path == "/openapi.json"
}

/// Why a request is not answered.
pub fn refusal(status: StatusCode, why: &str) -> Response {
    response(Err(no(status, why)))
}

/// The description.
pub async fn description() -> Response {
    response(Ok(serde_json::from_str(DESCRIPTION).expect("ours")))
}

/// Takes the answers of whoever has the code.
pub async fn submit(State(app): State<App>, visit: Visit, headers: HeaderMap, body: Body) -> Response {
    response(submitted(&app, &visit, &headers, body).await)
}

async fn submitted(app: &App, visit: &Visit, headers: &HeaderMap, body: Body) -> Said {
    let sent = json_of(headers, body).await?;
    let refused = Refused { address: visit.address, ..Refused::default() };
    let too_many = || {
        count(&app.0.counters.limited);
        app.tell("codes were tried too often", refused);
        no(StatusCode::TOO_MANY_REQUESTS, "too_many_tries")
    };
    if visit.address.is_some_and(|address| !app.0.by_address.take(address.0, app.now())) {
        return Err(too_many());
    }
    let code = sent["code"].as_str().and_then(|text| Code::parse(text).ok());
    let code = code.ok_or_else(|| no(StatusCode::UNPROCESSABLE_ENTITY, "no_code"))?;
    let hash = code.hash(&app.0.secret).0;
    if !app.0.by_code.take(hash, app.now()) {
        return Err(too_many());
    }
    let unknown = || {
        count(&app.0.counters.refused_codes);
        app.tell("a code opened nothing", refused);
        no(StatusCode::NOT_FOUND, "unknown_code")
    };
    let hit = app.0.store.case_of_code(hash).await?.ok_or_else(unknown)?;
    let key = code.unlock(&hit.locked).map_err(|_| unknown())?;
    let session = Session::new(hit.case.case, key, app.now());
    let respondent = gate::respondent(app, &session).await?.ok_or_else(unknown)?;
    let language = sent["language"].as_str().unwrap_or_default();
    let typed = typed_of(&respondent, &sent["answers"])?;
    keep(&respondent, &typed, respondent.survey.language(language)).await
}

/// Saves and sends all answers of a case. The same answers again are the same draft: what was kept of it stays, and its
/// receipt is given again, also after closing.
async fn keep(respondent: &Respondent<'_>, typed: &Typed, lang: &str) -> Said {
    if respondent.is_sealed_off() {
        return Err(no(StatusCode::CONFLICT, "already_answered"));
    }
    let draft = respondent.draft();
    let is_again = draft.is_readable && draft.typed == *typed;
    if !is_again && !respondent.is_open() {
        return Err(no(StatusCode::FORBIDDEN, "not_open"));
    }
    if let Some(problems) = problems(respondent, typed, lang) {
        return Err(No(StatusCode::UNPROCESSABLE_ENTITY, problems));
    }
    let form = &respondent.survey.form;
    let version = if is_again {
        draft.version
    } else {
        match respondent.save(0..form.items().len(), typed).await?.0 {
            Saved::Version(version) => version,
            Saved::NotOpen => return Err(no(StatusCode::FORBIDDEN, "not_open")),
            Saved::Stale | Saved::Refused => return Err(no(StatusCode::CONFLICT, "busy")),
        }
    };
    let answers: Answers = form.on_path(&respondent.answers(typed).0);
    match respondent.submit(version, &answers).await? {
        Submitted::Kept { revision, receipt, before, .. } => {
            Ok(json!({ "receipt": hex(&receipt), "revision": revision, "before": before }))
        }
        Submitted::AlreadyAnonymous => Err(no(StatusCode::CONFLICT, "already_answered")),
        Submitted::NotOpen => Err(no(StatusCode::FORBIDDEN, "not_open")),
        Submitted::Stale | Submitted::Refused => Err(no(StatusCode::CONFLICT, "busy")),
    }
}

/// What stands in the way of answers, by item.
fn problems(respondent: &Respondent<'_>, typed: &Typed, lang: &str) -> Option<Value> {
    let items = respondent.survey.form.items();
    let problem = |(at, text): &(usize, String)| json!({ "item": items[*at].name, "message": text });
    let problems: Vec<Value> = faults(respondent, typed, lang).iter().map(problem).collect();
    (!problems.is_empty()).then(|| json!({ "error": "answers", "problems": problems }))
}

/// Answers by the names of their items; a name that nobody asked for is a mistake of the program's.
fn typed_of(respondent: &Respondent<'_>, answers: &Value) -> Result<Typed, No> {
    let form = &respondent.survey.form;
    let malformed = || no(StatusCode::UNPROCESSABLE_ENTITY, "answers_malformed");
    let mut sent = Typed::default();
    for (name, value) in answers.as_object().ok_or_else(malformed)? {
        if form.item(name).is_none() {
            let error = json!({ "error": "unknown_item", "item": name });
            return Err(No(StatusCode::UNPROCESSABLE_ENTITY, error));
        }
        sent.0.insert(name.clone(), texts(value).ok_or_else(malformed)?);
    }
    let mut typed = Typed::default();
    typed.replace(form.items(), &sent);
    Ok(typed)
}

/// The texts of an answer; `None` where it is none.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.replace('\0', "")),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Array(list) => list.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    }
}

/// Whether it is a unit with answers, whatever they say.
fn is_return(one: &Value) -> bool {
    let are_answers = |answers: &Map<String, Value>| answers.values().all(|value| texts(value).is_some());
    one["unit"].is_string() && one["answers"].as_object().is_some_and(are_answers)
}

async fn json_of(headers: &HeaderMap, body: Body) -> Result<Value, No> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // A form of another site can send no JSON.
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return Err(no(StatusCode::UNSUPPORTED_MEDIA_TYPE, "json_expected"));
    }
    let bytes =
        to_bytes(body, MOST_BYTES).await.map_err(|_| no(StatusCode::PAYLOAD_TOO_LARGE, "too_large"))?;
    serde_json::from_slice(&bytes).map_err(|_| no(StatusCode::BAD_REQUEST, "no_json"))
}

/// The survey that a key opens for a kind of work, and the key. A key of another survey, of other work, or of the
/// past is as good as none.
async fn opened<'a>(
    app: &'a App,
    visit: &Visit,
    headers: &HeaderMap,
    survey: &str,
    scope: Scope,
) -> Result<(&'a Fielded, ApiKey), No> {
    let refused = || no(StatusCode::UNAUTHORIZED, "no_key");
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    // The name of the scheme may be written in any case (RFC 9110, 11.1).
    let is_bearer = |(scheme, _): &(&str, &str)| scheme.eq_ignore_ascii_case("bearer");
    let (_, key) = given.filter(is_bearer).ok_or_else(refused)?;
    let found = app.0.store.api_key(app.0.secret.hash("api key", key.as_bytes())).await?;
    let right = found.filter(|key| key.survey == survey && key.scope == scope && app.now() < key.until);
    if right.is_none() {
        let refused = Refused { address: visit.address, ..Refused::default() };
        app.tell("a key of a program opened nothing", refused);
    }
    // Only what fails is counted: programs that have a key may ask often.
    if right.is_none() && visit.address.is_some_and(|address| !app.0.by_address.take(address.0, app.now())) {
        return Err(no(StatusCode::TOO_MANY_REQUESTS, "too_many_tries"));
    }
    app.0.surveys.get(survey).zip(right).ok_or_else(refused)
}

/// How far a survey has come.
pub async fn status(
    State(app): State<App>,
    Path(survey): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    response(told(&app, &visit, &headers, &survey).await)
}

async fn told(app: &App, visit: &Visit, headers: &HeaderMap, survey: &str) -> Said {
    let (survey, _) = opened(app, visit, headers, survey, Scope::Status).await?;
    let mut cases: Map<String, Value> = Map::new();
    let mut all = 0;
    for count in app.0.store.counts(&survey.row.id).await? {
        all += count.cases;
        let name = count.disposition.name();
        let before = cases.get(name).and_then(Value::as_u64).unwrap_or(0);
        cases.insert(name.to_owned(), json!(before + count.cases));
    }
    let row = app.0.store.survey(&survey.row.id).await?;
    let is_open = row.is_some_and(|row| row.is_open(app.now()));
    Ok(json!({ "survey": survey.row.id, "open": is_open, "cases": all, "dispositions": cases }))
}

/// Brings in returns that came another way, all of them in one transaction. A case that has begun or answered is left
/// alone, so that the same import twice changes nothing.
pub async fn import(
    State(app): State<App>,
    Path(survey): Path<String>,
    visit: Visit,
    headers: HeaderMap,
    body: Body,
) -> Response {
    response(imported(&app, &visit, &headers, &survey, body).await)
}

async fn imported(app: &App, visit: &Visit, headers: &HeaderMap, survey: &str, body: Body) -> Said {
    let (survey, key) = opened(app, visit, headers, survey, Scope::Import).await?;
    let sent = json_of(headers, body).await?;
    let mode = sent["mode"].as_str().and_then(Mode::parse).filter(|mode| *mode != Mode::Web);
    let mode = mode.ok_or_else(|| no(StatusCode::UNPROCESSABLE_ENTITY, "mode_paper_or_file"))?;
    let returns = sent["returns"].as_array().filter(|list| list.len() <= MOST_RETURNS);
    let returns = returns.ok_or_else(|| no(StatusCode::UNPROCESSABLE_ENTITY, "returns_up_to_200"))?;
    // Before anything is kept: what is written wrongly once is so throughout.
    if let Some(at) = returns.iter().position(|one| !is_return(one)) {
        let error = json!({ "error": "returns_malformed", "item": at.to_string() });
        return Err(No(StatusCode::UNPROCESSABLE_ENTITY, error));
    }
    for _ in 0..TRIES {
        let (results, keyed) = looked_at(app, survey, returns).await?;
        let said = json!({ "results": results });
        if keyed.is_empty() {
            return Ok(said);
        }
        let detail = format!("{} {} (0 replaced)", mode.name(), keyed.len());
        let actor = format!("api key {}", key.name);
        let act = Act { at: app.now(), actor, act: "import".to_owned(), detail };
        let import =
            Import { survey: survey.row.id.clone(), mode, returns: keyed, after_closing: false, act };
        match app.0.store.import(import).await? {
            Imported::Kept => return Ok(said),
            Imported::NotOpen => return Err(no(StatusCode::FORBIDDEN, "not_open")),
            // Somebody has begun since.
            Imported::Changed => {}
        }
    }
    Err(no(StatusCode::CONFLICT, "busy"))
}

/// What becomes of each return, and those that are to be taken in.
async fn looked_at(
    app: &App,
    survey: &Fielded,
    returns: &[Value],
) -> Result<(Vec<Value>, Vec<Keyed>), StoreError> {
    let (mut results, mut keyed) = (Vec::new(), Vec::<Keyed>::new());
    for one in returns {
        let unit = one["unit"].as_str().unwrap_or_default();
        let mut result = match of_one(app, survey, unit, &one["answers"]).await? {
            Ok(new) if keyed.iter().any(|one| one.case == new.case) => outcome("already_answered"),
            Ok(new) => {
                let kept = json!({ "outcome": "kept", "receipt": hex(&new.receipt) });
                keyed.push(new);
                kept
            }
            Err(left) => left,
        };
        result["unit"] = unit.into();
        results.push(result);
    }
    Ok((results, keyed))
}

fn outcome(word: &str) -> Value {
    json!({ "outcome": word })
}

/// A return to be taken in, or why it is not.
async fn of_one(
    app: &App,
    survey: &Fielded,
    unit: &str,
    answers: &Value,
) -> Result<Result<Keyed, Value>, StoreError> {
    // No id has it, and PostgreSQL has no text with it.
    let id = Some(unit).filter(|unit| !unit.contains('\0'));
    let case = match id {
        Some(id) => app.0.store.case_of_unit(&survey.row.id, id).await?,
        None => None,
    };
    let Some(case) = case else { return Ok(Err(outcome("unknown_unit"))) };
    // What was begun by the pages is looked for, not opened: with a key that nobody has.
    let session = Session::new(case.case, CaseKey::draw(&mut rng()), app.now());
    let Some(respondent) = gate::respondent(app, &session).await? else {
        return Ok(Err(outcome("unknown_unit")));
    };
    if respondent.case.revision > 0 {
        return Ok(Err(outcome("already_answered")));
    }
    if respondent.has_draft() {
        return Ok(Err(outcome("begun_on_the_web")));
    }
    let at_fault = |why: Value| json!({ "outcome": "at_fault", "why": why });
    let typed = match typed_of(&respondent, answers) {
        Ok(typed) => typed,
        Err(No(_, why)) => return Ok(Err(at_fault(why))),
    };
    if let Some(problems) = problems(&respondent, &typed, survey.form.language()) {
        return Ok(Err(at_fault(problems)));
    }
    let answers = survey.form.on_path(&respondent.answers(&typed).0);
    let Sealed { sealed, receipt, anonymous_id, .. } = survey.seal(&respondent.case, &answers);
    Ok(Ok(Keyed { case: case.case, revision: 0, had_draft: false, sealed, receipt, anonymous_id }))
}
