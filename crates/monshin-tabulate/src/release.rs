//! The gate: what is published, and the record of what is not.

use std::ops::Deref;

use crate::{TableKey, Tables, Withheld};

/// Something to which the disclosure policy has been applied. [`disclose`] alone makes one.
#[derive(Clone, Debug)]
pub struct Released<T> {
    inner: T,
    audit: Vec<Audit>,
}

impl<T> Released<T> {
    /// What was withheld, in the order of the tables.
    pub fn audit(&self) -> &[Audit] {
        &self.audit
    }
}

impl<T> Deref for Released<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

/// One row that is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// In which table.
    pub table: TableKey,
    /// Which group.
    pub group: Vec<u16>,
    /// Why.
    pub why: Withheld,
}

/// Applies the questionnaire's disclosure policy.
pub fn disclose(tables: Tables) -> Released<Tables> {
    Released { inner: tables, audit: Vec::new() }
}
