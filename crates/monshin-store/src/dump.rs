//! A backup: one text file for both databases, verified by its own hash.
//!
//! The first line says format and kind, then comes one JSON array per row (number of the table, then
//! its cells; bytes in hexadecimal), and last `["sha256", …]` over all lines before it.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::{Kind, StoreError};

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Text,
    Number,
    Bytes,
}

/// A table: its columns, of which the first so many are its key.
pub(crate) struct Table {
    pub name: &'static str,
    pub key: usize,
    pub columns: &'static [(&'static str, Cell)],
}

use Cell::{Bytes, Number, Text};

const fn table(name: &'static str, key: usize, columns: &'static [(&'static str, Cell)]) -> Table {
    Table { name, key, columns }
}

/// Every table, those that others refer to first.
pub(crate) const TABLES: &[Table] = &[
    table(
        "survey",
        1,
        &[
            ("id", Text),
            ("questionnaire", Text),
            ("hash", Text),
            ("privacy", Text),
            ("recipients", Text),
            ("opens_at", Number),
            ("closes_at", Number),
            ("closed_at", Number),
            ("grace_until", Number),
            ("scheduled", Number),
        ],
    ),
    table(
        "survey_case",
        1,
        &[
            ("case_no", Number),
            ("survey", Text),
            ("wave", Text),
            ("unit", Text),
            ("pseudonym", Text),
            ("classes", Text),
            ("disposition", Text),
            ("revision", Number),
            ("mode", Text),
        ],
    ),
    table("code", 1, &[("hash", Bytes), ("case_no", Number), ("locked", Bytes)]),
    table("draft", 1, &[("case_no", Number), ("version", Number), ("sealed", Bytes)]),
    table(
        "submission",
        2,
        &[
            ("case_no", Number),
            ("revision", Number),
            ("draft_version", Number),
            ("sealed", Bytes),
            ("receipt", Bytes),
            ("submitted_at", Number),
            ("mode", Text),
        ],
    ),
    table("anonymous_submission", 1, &[("id", Bytes), ("survey", Text), ("sealed", Bytes)]),
    table(
        "audit",
        1,
        &[
            ("seq", Number),
            ("at", Number),
            ("survey", Text),
            ("actor", Text),
            ("act", Text),
            ("detail", Text),
            ("hash", Bytes),
        ],
    ),
    table("contact", 1, &[("case_no", Number), ("sealed", Bytes)]),
    table(
        "tally",
        5,
        &[
            ("survey", Text),
            ("classes", Text),
            ("disposition", Text),
            ("mode", Text),
            ("shard", Number),
            ("cases", Number),
        ],
    ),
    table(
        "arrival",
        4,
        &[("survey", Text), ("half_hour", Number), ("mode", Text), ("shard", Number), ("returns", Number)],
    ),
    table(
        "operator",
        1,
        &[
            ("name", Text),
            ("role", Text),
            ("password", Text),
            ("second", Bytes),
            ("last_step", Number),
            ("setup", Bytes),
            ("setup_until", Number),
        ],
    ),
    table("recovery_code", 1, &[("hash", Bytes), ("operator", Text)]),
    table(
        "mail",
        2,
        &[
            ("case_no", Number),
            ("round", Number),
            ("token", Bytes),
            ("state", Text),
            ("attempts", Number),
            ("changed_at", Number),
            ("detail", Text),
        ],
    ),
    table("no_mail", 1, &[("case_no", Number), ("since", Number)]),
    // A copied cookie does not come to life again with the database.
    table("ended_session", 1, &[("mark", Bytes), ("at", Number)]),
    // Programs go on where a database is moved. A key that was ended after a backup has to be ended again.
    table(
        "api_key",
        1,
        &[("hash", Bytes), ("survey", Text), ("name", Text), ("scope", Text), ("until", Number)],
    ),
];

impl Table {
    /// The columns of the key, or of all.
    fn names(&self, most: usize) -> String {
        let names: Vec<&str> = self.columns.iter().take(most).map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Table and columns, as rows are added.
    pub fn into(&self) -> String {
        format!("{} ({})", self.name, self.names(usize::MAX))
    }

    /// A page of rows in the order of their keys; those behind a key, whose cells are the first values.
    pub fn page(&self, is_first: bool, rows: usize) -> String {
        let (all, key) = (self.names(usize::MAX), self.names(self.key));
        let values: Vec<String> = (1..=self.key).map(|number| format!("${number}")).collect();
        let behind = format!("WHERE ({key}) > ({})", values.join(", "));
        let behind = if is_first { "" } else { &behind };
        format!("SELECT {all} FROM {} {behind} ORDER BY {key} LIMIT {rows}", self.name)
    }
}

/// Every table that holds something of a survey.
#[cfg(feature = "postgres")]
pub(crate) const NAMES: [&str; 11] = [
    "draft",
    "code",
    "contact",
    "mail",
    "no_mail",
    "submission",
    "anonymous_submission",
    "upload",
    "api_key",
    "survey_case",
    "survey",
];

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// What the database was for.
    pub kind: Kind,
    /// Rows of all tables.
    pub rows: u64,
    /// SHA-256 over all lines but the last.
    pub sha256: [u8; 32],
}

/// Writes lines and hashes them.
pub(crate) struct Writer<'w> {
    out: &'w mut (dyn Write + Send),
    digest: Sha256,
    rows: u64,
}

impl<'w> Writer<'w> {
    pub fn new(out: &'w mut (dyn Write + Send), kind: Kind) -> io::Result<Writer<'w>> {
        let mut writer = Writer { out, digest: Sha256::new(), rows: 0 };
        writer.line(&json!(["monshin-backup/2", kind.name()]))?;
        Ok(writer)
    }

    fn line(&mut self, line: &Value) -> io::Result<()> {
        let text = format!("{line}\n");
        self.digest.update(&text);
        self.out.write_all(text.as_bytes())
    }

    pub fn row(&mut self, table: usize, cells: Vec<Value>) -> io::Result<()> {
        self.rows += 1;
        let line: Vec<Value> = [json!(table)].into_iter().chain(cells).collect();
        self.line(&Value::Array(line))
    }

    pub fn finish(self, kind: Kind) -> io::Result<Backup> {
        let sha256: [u8; 32] = self.digest.finalize().into();
        writeln!(self.out, "{}", json!(["sha256", to_hex(&sha256)]))?;
        self.out.flush()?;
        Ok(Backup { kind, rows: self.rows, sha256 })
    }
}

/// Reads a whole backup and checks it against its hash, changing nothing.
///
/// # Errors
/// [`StoreError`] where it is cut short, damaged, or no backup at all.
pub fn check_backup(from: &mut (dyn BufRead + Send)) -> Result<Backup, StoreError> {
    let mut reader = Reader::new(from)?;
    while reader.next_row()?.is_some() {}
    reader.finish()
}

/// A row of a backup: the number of its table, and its cells.
pub(crate) type DumpRow = (usize, Vec<Value>);

/// Reads row after row; whether the hash is right is known at the end.
pub(crate) struct Reader<'r> {
    from: &'r mut (dyn BufRead + Send),
    digest: Sha256,
    kind: Kind,
    rows: u64,
    sha256: Option<[u8; 32]>,
    line: String,
}

impl<'r> Reader<'r> {
    pub fn new(from: &'r mut (dyn BufRead + Send)) -> Result<Reader<'r>, StoreError> {
        let mut reader = Reader {
            from,
            digest: Sha256::new(),
            kind: Kind::Field,
            rows: 0,
            sha256: None,
            line: String::new(),
        };
        let cells = reader.cells()?;
        match cells.first().and_then(Value::as_str) {
            Some("monshin-backup/2") => {}
            Some(other) if other.starts_with("monshin-backup/") => {
                return Err(StoreError::stands(crate::Obstacle::OtherVersion));
            }
            _ => return Err(StoreError::stands(crate::Obstacle::NoBackup)),
        }
        let named = |kind: &Kind| cells.get(1) == Some(&json!(kind.name()));
        reader.kind = [Kind::Field, Kind::Rehearsal].into_iter().find(named).ok_or_else(damaged)?;
        reader.digest.update(&reader.line);
        Ok(reader)
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn next_row(&mut self) -> Result<Option<DumpRow>, StoreError> {
        let mut cells = self.cells()?;
        if cells.is_empty() {
            return Err(damaged());
        }
        let first = cells.remove(0);
        if first == json!("sha256") {
            let sha256: [u8; 32] = self.digest.clone().finalize().into();
            let is_right = cells.first() == Some(&json!(to_hex(&sha256))) && self.line.ends_with('\n');
            self.sha256 = is_right.then_some(sha256);
            return if is_right { Ok(None) } else { Err(damaged()) };
        }
        let table = first.as_u64().ok_or_else(damaged)? as usize;
        if table >= TABLES.len() {
            return Err(StoreError::stands(crate::Obstacle::NewerBackup));
        }
        if cells.len() != TABLES[table].columns.len() {
            return Err(damaged());
        }
        self.rows += 1;
        self.digest.update(&self.line);
        Ok(Some((table, cells)))
    }

    pub fn finish(self) -> Result<Backup, StoreError> {
        let sha256 = self.sha256.ok_or_else(damaged)?;
        Ok(Backup { kind: self.kind, rows: self.rows, sha256 })
    }

    fn cells(&mut self) -> Result<Vec<Value>, StoreError> {
        self.line.clear();
        self.from.read_line(&mut self.line).map_err(|_| damaged())?;
        match serde_json::from_str(&self.line) {
            Ok(Value::Array(cells)) => Ok(cells),
            _ => Err(damaged()),
        }
    }
}

fn damaged() -> StoreError {
    StoreError::stands(crate::Obstacle::Damaged)
}

/// Hands rows over in parts; the empty part at the end only after the hash was found right.
pub(crate) async fn feed(
    reader: &mut Reader<'_>,
    parts: mpsc::Sender<Vec<DumpRow>>,
) -> Result<(), StoreError> {
    let gone = || StoreError::says("the database takes no more rows");
    let mut part = Vec::new();
    while let Some(row) = reader.next_row()? {
        part.push(row);
        if part.len() == 1_000 {
            parts.send(std::mem::take(&mut part)).await.map_err(|_| gone())?;
        }
    }
    if !part.is_empty() {
        parts.send(part).await.map_err(|_| gone())?;
    }
    parts.send(Vec::new()).await.map_err(|_| gone())
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.len().is_multiple_of(2).then(|| text.as_bytes().chunks(2).map(pair).collect())?
}
