//! What was erased.

/// Rows that were erased, by what they held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Kind and number, in a fixed order.
    pub counts: Vec<(&'static str, u64)>,
    /// SHA-256 over the sealed returns that were erased, in the order of their keys.
    pub returns_sha256: [u8; 32],
}
