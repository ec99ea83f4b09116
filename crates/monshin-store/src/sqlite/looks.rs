//! What every page of a respondent reads.

use super::sql::{Connection, query};
use super::statements::{cases, submissions};
use crate::{CaseRow, CodeHit, Draft, StoreError, Submitted};

/// The case of a code.
pub(super) async fn by_code(on: &mut Connection, hash: [u8; 32]) -> Result<Option<CodeHit>, StoreError> {
    let row = query(
        "SELECT c.*, code.locked FROM code JOIN survey_case c ON c.case_no = code.case_no WHERE code.hash = $1",
    );
    row.bind(hash.to_vec()).fetch_optional(on).await?.as_ref().map(cases::code_hit).transpose()
}

/// A case with its draft.
pub(super) async fn with_draft(
    on: &mut Connection,
    case: i64,
) -> Result<Option<(CaseRow, Option<Draft>)>, StoreError> {
    let row = query(
        "SELECT c.*, d.version, d.sealed FROM survey_case c LEFT JOIN draft d ON d.case_no = c.case_no \
         WHERE c.case_no = $1",
    );
    row.bind(case).fetch_optional(on).await?.as_ref().map(cases::case_and_draft).transpose()
}

/// The receipt of the return that counts.
pub(super) async fn receipt(on: &mut Connection, case: i64) -> Result<Option<Submitted>, StoreError> {
    let row = query(
        "SELECT revision, receipt, submitted_at FROM submission WHERE case_no = $1 ORDER BY revision DESC LIMIT 1",
    );
    row.bind(case).fetch_optional(on).await?.as_ref().map(submissions::kept).transpose()
}
