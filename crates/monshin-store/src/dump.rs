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

/// A table: how to read it whole, how to add a row, its cells.
pub(crate) struct Table {
    pub select: &'static str,
    pub insert: &'static str,
    pub cells: &'static [Cell],
}

use Cell::{Bytes, Number, Text};

/// Every table, those that others refer to first.
pub(crate) const TABLES: &[Table] = &[
    Table {
        select: "SELECT id, questionnaire, hash, privacy, recipients, opens_at, closes_at, closed_at, grace_until, scheduled FROM survey ORDER BY id",
        insert: "INSERT INTO survey (id, questionnaire, hash, privacy, recipients, opens_at, closes_at, closed_at, grace_until, scheduled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        cells: &[Text, Text, Text, Text, Text, Number, Number, Number, Number, Number],
    },
    Table {
        select: "SELECT case_no, survey, wave, unit, pseudonym, classes, disposition, revision, mode FROM survey_case ORDER BY case_no",
        insert: "INSERT INTO survey_case (case_no, survey, wave, unit, pseudonym, classes, disposition, revision, mode) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        cells: &[Number, Text, Text, Text, Text, Text, Text, Number, Text],
    },
    Table {
        select: "SELECT hash, case_no, locked FROM code ORDER BY hash",
        insert: "INSERT INTO code (hash, case_no, locked) VALUES ($1, $2, $3)",
        cells: &[Bytes, Number, Bytes],
    },
    Table {
        select: "SELECT case_no, version, sealed FROM draft ORDER BY case_no",
        insert: "INSERT INTO draft (case_no, version, sealed) VALUES ($1, $2, $3)",
        cells: &[Number, Number, Bytes],
    },
    Table {
        select: "SELECT case_no, revision, draft_version, sealed, receipt, submitted_at, mode FROM submission ORDER BY case_no, revision",
        insert: "INSERT INTO submission (case_no, revision, draft_version, sealed, receipt, submitted_at, mode) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        cells: &[Number, Number, Number, Bytes, Bytes, Number, Text],
    },
    Table {
        select: "SELECT id, survey, sealed FROM anonymous_submission ORDER BY id",
        insert: "INSERT INTO anonymous_submission (id, survey, sealed) VALUES ($1, $2, $3)",
        cells: &[Bytes, Text, Bytes],
    },
    Table {
        select: "SELECT seq, at, survey, actor, act, detail, hash FROM audit ORDER BY seq",
        insert: "INSERT INTO audit (seq, at, survey, actor, act, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        cells: &[Number, Number, Text, Text, Text, Text, Bytes],
    },
    Table {
        select: "SELECT case_no, sealed FROM contact ORDER BY case_no",
        insert: "INSERT INTO contact (case_no, sealed) VALUES ($1, $2)",
        cells: &[Number, Bytes],
    },
    Table {
        select: "SELECT survey, classes, disposition, mode, shard, cases FROM tally ORDER BY survey, classes, disposition, mode, shard",
        insert: "INSERT INTO tally (survey, classes, disposition, mode, shard, cases) VALUES ($1, $2, $3, $4, $5, $6)",
        cells: &[Text, Text, Text, Text, Number, Number],
    },
    Table {
        select: "SELECT survey, half_hour, mode, shard, returns FROM arrival ORDER BY survey, half_hour, mode, shard",
        insert: "INSERT INTO arrival (survey, half_hour, mode, shard, returns) VALUES ($1, $2, $3, $4, $5)",
        cells: &[Text, Number, Text, Number, Number],
    },
    Table {
        select: "SELECT name, role, password, second, last_step, setup, setup_until FROM operator ORDER BY name",
        insert: "INSERT INTO operator (name, role, password, second, last_step, setup, setup_until) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        cells: &[Text, Text, Text, Bytes, Number, Bytes, Number],
    },
    Table {
        select: "SELECT hash, operator FROM recovery_code ORDER BY hash",
        insert: "INSERT INTO recovery_code (hash, operator) VALUES ($1, $2)",
        cells: &[Bytes, Text],
    },
    Table {
        select: "SELECT case_no, round, token, state, attempts, changed_at, detail FROM mail ORDER BY case_no, round",
        insert: "INSERT INTO mail (case_no, round, token, state, attempts, changed_at, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        cells: &[Number, Number, Bytes, Text, Number, Number, Text],
    },
    Table {
        select: "SELECT case_no, since FROM no_mail ORDER BY case_no",
        insert: "INSERT INTO no_mail (case_no, since) VALUES ($1, $2)",
        cells: &[Number, Number],
    },
    // A copied cookie does not come to life again with the database.
    Table {
        select: "SELECT mark, at FROM ended_session ORDER BY mark",
        insert: "INSERT INTO ended_session (mark, at) VALUES ($1, $2)",
        cells: &[Bytes, Number],
    },
];

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
        if cells.first() != Some(&json!("monshin-backup/2")) {
            return Err(StoreError::of_backup("this is no backup of monshin"));
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
        let table = first.as_u64().filter(|at| *at < TABLES.len() as u64).ok_or_else(damaged)? as usize;
        if cells.len() != TABLES[table].cells.len() {
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
    StoreError::of_backup("the backup is damaged or cut short")
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
