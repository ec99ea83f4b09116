//! The frame: a file is checked first, row by row, and loaded only when somebody says so.

use std::ops::Range;
use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_diag::{Diagnostics, Lang, Place, Severity};
use monshin_frame::Loaded;
use monshin_store::{Listing, StoreError, Upload};

use super::{Shell, html};
use crate::app::{draw, rng};
use crate::console::chosen::{Chosen, at_rest};
use crate::console::gate::{Desk, Runs};
use crate::console::weighty::Weighty;
use crate::intake::list_frame;
use crate::invitation::{class_columns, read_frame};
use crate::pages::value::grouped;
use crate::session::{from_hex, hex};

/// Findings that are shown; their number is told in any case.
const MOST_SHOWN: usize = 200;
/// How long a frame that was checked waits.
const WAITS: i64 = 3_600 * 1_000_000;

#[derive(Template)]
#[template(path = "console/frame.html")]
struct Page {
    shell: Shell,
    columns: Vec<Column>,
    example: String,
    error: &'static str,
    checked: Option<Checked>,
    done: Option<Done>,
}

struct Column {
    name: String,
    what: String,
}

/// What a file holds, before anything is done with it.
struct Checked {
    file: String,
    units: String,
    by: Vec<(String, Vec<(String, String)>)>,
    errors: usize,
    mistakes: String,
    findings: Vec<Finding>,
    more: usize,
    /// To load it; empty where it cannot be.
    token: String,
}

struct Finding {
    is_error: bool,
    code: &'static str,
    place: String,
    message: String,
    help: String,
}

struct Done {
    added: String,
    moved: String,
    kept: String,
}

/// The page for choosing a file.
pub async fn show(desk: Desk<Runs>, Path((_, id)): Path<(String, String)>) -> Response {
    page(&desk, &id, StatusCode::OK, "", None, None)
}

fn page(
    desk: &Desk<Runs>,
    id: &str,
    status: StatusCode,
    error: &'static str,
    checked: Option<Checked>,
    done: Option<Done>,
) -> Response {
    let survey = match desk.survey(id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let say = desk.say();
    let columns: Vec<Column> = std::iter::once(Column { name: "id".into(), what: say.column_id.into() })
        .chain(class_columns(&survey.form).into_iter().map(|column| {
            let ids: Vec<&str> =
                column.spellings.iter().filter_map(|class| class.first()).map(|id| &**id).collect();
            Column { what: ids.join(", "), name: column.id }
        }))
        .chain([Column { name: "name, email, address, phone, fax".into(), what: say.column_contact.into() }])
        .chain([Column { name: "disposition".into(), what: say.column_disposition.into() }])
        .collect();
    let head: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    let example = head[..head.len() - 1].join(",").replace(", ", ",");
    let shell = desk.shell(say.frame, Some(survey));
    html(status, &Page { shell, columns, example, error, checked, done })
}

/// Checks a file and says what would happen; changes nothing.
pub async fn check(chosen: Chosen<Runs>) -> Response {
    let Chosen { desk, survey: id, file, bytes, .. } = chosen;
    if bytes.is_empty() {
        let error = desk.say().no_file;
        return page(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, error, None, None);
    }
    match checked(&desk, &id, file, bytes).await {
        Ok(Ok(checked)) => {
            let status = if checked.errors > 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            page(&desk, &id, status, "", Some(checked), None)
        }
        Ok(Err(response)) => response,
        Err(error) => desk.failed(&error),
    }
}

async fn checked(
    desk: &Desk<Runs>,
    id: &str,
    file: String,
    bytes: Vec<u8>,
) -> Result<Result<Checked, Response>, StoreError> {
    let survey = match desk.survey(id) {
        Ok(survey) => survey,
        Err(response) => return Ok(Err(response)),
    };
    let (form, name) = (Arc::clone(&survey.form), file.clone());
    let (loaded, found, bytes) = at_rest(move || {
        let (loaded, found) = read_frame(&name, &bytes, &form);
        (loaded, found, bytes)
    })
    .await;
    let mut token = String::new();
    if let Some(loaded) = loaded.as_ref().filter(|loaded| !loaded.frame.is_empty()) {
        tracing::info!(survey = id, units = loaded.frame.len(), "a frame was checked");
        let secret: [u8; 32] = draw();
        let sealed = desk.app.0.secret.key("upload").seal_exact(&secret, &bytes, &mut rng());
        let store = &desk.app.0.store;
        store.drop_uploads(&desk.name, desk.now() - WAITS).await?;
        let (survey, operator, at) = (id.to_owned(), desk.name.clone(), desk.now());
        let upload = Upload { id: desk.app.0.secret.hash("upload", &secret), survey, operator, at, sealed };
        store.put_upload(upload).await?;
        token = hex(&secret);
    }
    let errors = found.iter().filter(|one| one.severity == Severity::Error).count();
    Ok(Ok(Checked {
        mistakes: desk.say().mistakes.replace("{}", &grouped(errors as u64)),
        units: grouped(loaded.as_ref().map_or(0, |loaded| loaded.frame.len() as u64)),
        by: loaded.as_ref().map_or_else(Vec::new, |loaded| sizes(&survey.form, loaded, desk.lang)),
        errors,
        more: found.len().saturating_sub(MOST_SHOWN),
        findings: findings(&found, desk.lang),
        file,
        token,
    }))
}

fn sizes(
    form: &monshin_instrument::Questionnaire,
    loaded: &Loaded,
    lang: &str,
) -> Vec<(String, Vec<(String, String)>)> {
    let of_frame =
        form.breakdowns().iter().filter(|one| one.source == monshin_instrument::BreakdownSource::Frame);
    let one = |(at, breakdown): (usize, &monshin_instrument::Breakdown)| {
        let codes = &breakdown.codes.codes;
        let sizes = loaded.frame.sizes(at, codes.len());
        let rows =
            codes.iter().zip(sizes).map(|(code, size)| (code.label.get(lang).to_owned(), grouped(size)));
        (breakdown.label.get(lang).to_owned(), rows.collect())
    };
    of_frame.enumerate().map(one).collect()
}

fn findings(found: &Diagnostics, lang: &'static str) -> Vec<Finding> {
    let tag = Lang::from_tag(lang).unwrap_or(Lang::En);
    let say = crate::console::words::say(lang);
    let finding = |one: &monshin_diag::Diagnostic| Finding {
        is_error: one.severity == Severity::Error,
        code: one.code,
        place: match &one.place {
            Place::Cell { row, column, .. } => {
                let column = column.as_ref().map_or_else(String::new, |column| format!(" {column}"));
                say.row.replace("{}", &row.to_string()) + &column
            }
            Place::Text { .. } | Place::File { .. } => say.whole_file.to_owned(),
        },
        message: one.message.get(tag).to_owned(),
        help: one.help.as_ref().map_or("", |help| help.get(tag)).to_owned(),
    };
    found.iter().take(MOST_SHOWN).map(finding).collect()
}

/// Loads the file that was checked.
pub async fn load(Path((_, id)): Path<(String, String)>, Weighty { desk, form }: Weighty<Runs>) -> Response {
    match loaded(&desk, &id, form.text("upload")).await {
        Ok(Some(listing)) => {
            let Listing { added, moved, kept } = listing;
            let done = Done { added: grouped(added), moved: grouped(moved), kept: grouped(kept) };
            page(&desk, &id, StatusCode::OK, "", None, Some(done))
        }
        Ok(None) => {
            let error = desk.say().no_upload;
            page(&desk, &id, StatusCode::CONFLICT, error, None, None)
        }
        Err(error) => desk.failed(&error),
    }
}

async fn loaded(desk: &Desk<Runs>, id: &str, token: &str) -> Result<Option<Listing>, StoreError> {
    let Ok(survey) = desk.survey(id) else { return Ok(None) };
    let Some(token) = from_hex(token) else { return Ok(None) };
    let store = &desk.app.0.store;
    let upload = store.upload(desk.app.0.secret.hash("upload", &token)).await?;
    let is_own = |one: &Upload| one.survey == id && one.operator == desk.name && desk.now() < one.at + WAITS;
    let Some(upload) = upload.filter(is_own) else { return Ok(None) };
    let (form, secret) = (Arc::clone(&survey.form), desk.app.0.secret.clone());
    let loaded = at_rest(move || {
        let bytes = secret.key("upload").open_exact(&token, &upload.sealed).ok()?;
        let (loaded, _) = read_frame("", &bytes, &form);
        loaded
    })
    .await;
    let Some(loaded) = loaded.map(Arc::new) else { return Ok(None) };
    let all = loaded.frame.len();
    let act = |units: Range<usize>| desk.act("frame", format!("{}-{} of {all}", units.start + 1, units.end));
    let sum = list_frame(&**store, &survey.form, &loaded, &desk.app.0.secret, act).await?;
    store.drop_uploads(&desk.name, desk.now() - WAITS).await?;
    Ok(Some(sum))
}
