//! What the checker hands on.

use monshin_diag::{Diagnostics, Words};
use monshin_tabulate::{Released, Tables};

use super::evidence::Evidence;
use crate::narrative::Narrative;

/// A commentary in which every figure is traced to a cell or waived with a written reason.
/// [`Narrative::check`] alone makes one.
#[derive(Clone, Debug)]
pub struct CheckedReport {
    narrative: Narrative,
    tables: Released<Tables>,
    claims: Vec<CheckedClaim>,
    warnings: Diagnostics,
}

impl CheckedReport {
    pub(crate) fn new(
        narrative: Narrative,
        tables: Released<Tables>,
        claims: Vec<CheckedClaim>,
        warnings: Diagnostics,
    ) -> CheckedReport {
        CheckedReport { narrative, tables, claims, warnings }
    }

    /// The commentary.
    pub fn narrative(&self) -> &Narrative {
        &self.narrative
    }

    /// The tables it was checked against.
    pub fn tables(&self) -> &Released<Tables> {
        &self.tables
    }

    /// What each link rests on, in the order of [`Narrative::links`].
    pub fn claims(&self) -> &[CheckedClaim] {
        &self.claims
    }

    /// Warnings and advice.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }
}

/// A commentary with everything that was found in it, errors too: what its author looks at while
/// writing. No renderer of reports takes one; [`html::sheet`](crate::html::sheet) alone shows it, each
/// finding in its place.
#[derive(Clone, Debug)]
pub struct Proof(CheckedReport);

impl Proof {
    pub(crate) fn new(report: CheckedReport) -> Proof {
        Proof(report)
    }

    /// Everything that was found, in the order of the text.
    pub fn found(&self) -> &Diagnostics {
        &self.0.warnings
    }

    /// The report that it would be; not for renderers of reports.
    pub(crate) fn as_report(&self) -> &CheckedReport {
        &self.0
    }

    /// The report that it is, once nothing in it is wrong.
    pub(crate) fn into_report(self) -> CheckedReport {
        self.0
    }
}

/// What a link rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckedClaim {
    /// The exact figure in words with its base: 「66.7%（598/897）」, "66.7% (598 of 897)"; of a
    /// comparison both sides.
    pub value: Words,
    /// The cell it is read from, where it is one.
    pub cell: Option<CellRef>,
    /// What the report prints as a footnote.
    pub notes: Vec<Note>,
    /// What the data say of it, where it compares.
    pub evidence: Option<Evidence>,
}

/// A cell of a table. Without `group` the overall table; without `code` the row's base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellRef {
    /// Number of the variable.
    pub variable: usize,
    /// Breakdowns of the table.
    pub by: Vec<usize>,
    /// Class per breakdown; several groups where classes are pooled; empty where all rows are meant.
    pub groups: Vec<Vec<u16>>,
    /// The codes.
    pub codes: Vec<u16>,
}

/// What the report prints as a footnote of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A finding is known and accepted; the author's reason.
    Waived(String),
    /// Where a fact that is no figure of the survey comes from.
    Source(String),
    /// The figure is the plain mean of so many groups.
    MeanOfGroups(Words),
    /// The classes for which a trend does not hold.
    Except(Words),
}
