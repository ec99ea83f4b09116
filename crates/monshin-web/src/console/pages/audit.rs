//! The audit log: shown, checked, taken away.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_store::{AuditEntry, verify_audit};
use serde_json::json;

use super::{Shell, file, html};
use crate::console::gate::{Desk, Owns};
use crate::console::weighty::Weighty;
use crate::session::hex;

/// Entries on a page.
const ON_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Page {
    shell: Shell,
    entries: Vec<Line>,
    all: usize,
    /// The first entry that does not follow from the one before; 0 where all do.
    fault: i64,
    /// The hash of the last entry: whoever keeps it can tell later whether something was changed before it.
    last: String,
    older: String,
}

struct Line {
    seq: i64,
    time: String,
    survey: String,
    actor: String,
    act: String,
    detail: String,
}

/// The page, newest first.
pub async fn show(desk: Desk<Owns>, RawQuery(query): RawQuery) -> Response {
    let log = match desk.app.0.store.audit_log().await {
        Ok(log) => log,
        Err(error) => return desk.failed(&error),
    };
    let before =
        query.as_deref().and_then(|query| query.strip_prefix("before=")).and_then(|text| text.parse().ok());
    let before: i64 = before.unwrap_or(i64::MAX);
    let entries: Vec<&AuditEntry> =
        log.iter().rev().filter(|entry| entry.seq < before).take(ON_A_PAGE).collect();
    let older =
        entries.last().filter(|entry| entry.seq > 1).map_or_else(String::new, |entry| entry.seq.to_string());
    let line = |entry: &&AuditEntry| Line {
        seq: entry.seq,
        time: desk.time(entry.act.at),
        survey: entry.survey.clone(),
        actor: entry.act.actor.clone(),
        act: desk.say().act(&entry.act.act).to_owned(),
        detail: entry.act.detail.clone(),
    };
    let page = Page {
        shell: desk.shell(desk.say().audit, None),
        entries: entries.iter().map(line).collect(),
        all: log.len(),
        fault: verify_audit(&log).err().map_or(0, |fault| fault.seq),
        last: log.last().map_or_else(String::new, |entry| hex(&entry.hash)),
        older,
    };
    html(StatusCode::OK, &page)
}

/// The whole log, a JSON object a line.
pub async fn export(Weighty { desk, .. }: Weighty<Owns>) -> Response {
    let log = match desk.app.0.store.audit_log().await {
        Ok(log) => log,
        Err(error) => return desk.failed(&error),
    };
    let mut text = String::new();
    for entry in &log {
        let line = json!({
            "seq": entry.seq,
            "at": entry.act.at,
            "survey": entry.survey,
            "actor": entry.act.actor,
            "act": entry.act.act,
            "detail": entry.act.detail,
            "hash": hex(&entry.hash),
        });
        text.push_str(&format!("{line}\n"));
    }
    file("audit.jsonl", "application/x-ndjson", text.into_bytes())
}
