//! The record of a return: what is sealed, and what the analyst opens.

use std::collections::BTreeMap;
use std::fmt;

use monshin_instrument::{Answers, Privacy, Questionnaire, records};
use monshin_store::CaseRow;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::app::{draw, rng};
use crate::survey::Fielded;

const FORMAT: &str = "monshin-record/1";

/// What one return says: the cells of its row in a data file. It enters the tables by the same door
/// as a row of `responses.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id of the survey.
    pub survey: String,
    /// Hash of what was asked ([`Questionnaire::asked`]).
    pub questionnaire: String,
    /// Id of the row: the unit's, a pseudonym, or a random one.
    pub key: String,
    /// Cells by the name of their column, without the empty ones.
    pub cells: BTreeMap<String, String>,
}

/// A return as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The record, sealed to the analyst.
    pub sealed: Vec<u8>,
    /// SHA-256 of the record.
    pub receipt: [u8; 32],
    /// The record's own key where the survey is anonymous.
    pub anonymous_id: [u8; 16],
    /// What keeps the answers from being tried out against the receipt. Who keeps it can tell by the receipt whether
    /// other answers are the same.
    pub nonce: [u8; 16],
}

impl Fielded {
    /// Seals the answers of a case to the survey's analysts, whichever way they came. What the routing does not ask for is
    /// to be left out by the caller.
    pub fn seal(&self, case: &CaseRow, answers: &Answers) -> Sealed {
        let (anonymous_id, nonce): ([u8; 16], [u8; 16]) = (draw(), draw());
        let bytes = self.record(case, answers, &anonymous_id, &nonce);
        Sealed {
            sealed: monshin_seal::seal(&self.recipients, self.row.id.as_bytes(), &bytes, &mut rng()),
            receipt: Record::receipt(&bytes),
            anonymous_id,
            nonce,
        }
    }

    /// Whether a return of a case that was sealed with a nonce says the same as these answers. Of an anonymous one nobody
    /// knows.
    pub fn is_sealed(&self, case: &CaseRow, answers: &Answers, nonce: &[u8; 16], receipt: &[u8; 32]) -> bool {
        self.row.privacy != Privacy::Anonymous
            && Record::receipt(&self.record(case, answers, &[0; 16], nonce)) == *receipt
    }

    fn record(
        &self,
        case: &CaseRow,
        answers: &Answers,
        anonymous_id: &[u8; 16],
        nonce: &[u8; 16],
    ) -> zeroize::Zeroizing<Vec<u8>> {
        let key = match self.row.privacy {
            Privacy::Identified => case.unit.clone(),
            Privacy::Confidential => case.pseudonym.clone(),
            Privacy::Anonymous => crate::session::hex(anonymous_id),
        };
        Record::new(&self.form, &key, answers).to_bytes(nonce).into()
    }
}

/// An opened envelope whose content is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableRecord;

impl fmt::Display for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a record of monshin")
    }
}

impl std::error::Error for UnreadableRecord {}

impl Record {
    /// The record of answers.
    pub(crate) fn new(form: &Questionnaire, key: &str, answers: &Answers) -> Record {
        let row = records::row(form, key, answers);
        let named = records::header(form).into_iter().zip(row).skip(1);
        Record {
            survey: form.survey().id.clone(),
            questionnaire: form.asked().to_owned(),
            key: key.to_owned(),
            cells: named.filter(|(_, cell)| !cell.is_empty()).collect(),
        }
    }

    /// Its bytes. The nonce keeps the few possible answers from being tried out against the receipt.
    pub(crate) fn to_bytes(&self, nonce: &[u8; 16]) -> Vec<u8> {
        let cells: Map<String, Value> =
            self.cells.iter().map(|(name, cell)| (name.clone(), Value::from(cell.as_str()))).collect();
        let record = json!({
            "format": FORMAT,
            "survey": self.survey,
            "questionnaire": self.questionnaire,
            "key": self.key,
            "nonce": crate::session::hex(nonce),
            "cells": cells,
        });
        record.to_string().into_bytes()
    }

    /// Reads the bytes of an opened envelope.
    ///
    /// # Errors
    /// [`UnreadableRecord`].
    pub fn parse(bytes: &[u8]) -> Result<Record, UnreadableRecord> {
        let value: Value = serde_json::from_slice(bytes).map_err(|_| UnreadableRecord)?;
        let text = |name: &str| value[name].as_str().map(str::to_owned).ok_or(UnreadableRecord);
        if text("format")? != FORMAT {
            return Err(UnreadableRecord);
        }
        let cell = |(name, cell): (&String, &Value)| Some((name.clone(), cell.as_str()?.to_owned()));
        let cells = value["cells"].as_object().ok_or(UnreadableRecord)?;
        let cells: Option<BTreeMap<String, String>> = cells.iter().map(cell).collect();
        Ok(Record {
            survey: text("survey")?,
            questionnaire: text("questionnaire")?,
            key: text("key")?,
            cells: cells.ok_or(UnreadableRecord)?,
        })
    }

    /// The receipt of a record's bytes.
    pub fn receipt(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }
}
