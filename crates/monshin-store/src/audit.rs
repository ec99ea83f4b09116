//! The audit log: each entry carries a hash over itself and the one before.

use sha2::{Digest, Sha256};

use crate::Act;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its place, from 1.
    pub seq: i64,
    /// The survey, or `""` for the installation.
    pub survey: String,
    /// Who did what when.
    pub act: Act,
    /// SHA-256 over the previous entry's hash and this entry.
    pub hash: [u8; 32],
}

/// The first entry that does not follow from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditFault {
    /// Its place.
    pub seq: i64,
}

/// Checks that a whole log, in order, is one chain from its beginning.
///
/// # Errors
/// [`AuditFault`], at the first entry that was changed, added, left out or moved.
pub fn verify_audit(log: &[AuditEntry]) -> Result<(), AuditFault> {
    let mut before = [0_u8; 32];
    for (at, entry) in log.iter().enumerate() {
        let is_next = entry.seq == at as i64 + 1;
        if !is_next || entry.hash != chain(&before, entry.seq, &entry.survey, &entry.act) {
            return Err(AuditFault { seq: entry.seq });
        }
        before = entry.hash;
    }
    Ok(())
}

/// The hash of an entry; every part stands with its length, so that none runs into the next.
pub(crate) fn chain(before: &[u8; 32], seq: i64, survey: &str, act: &Act) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(seq.to_be_bytes());
    digest.update(act.at.to_be_bytes());
    for part in [survey, &act.actor, &act.act, &act.detail] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}
