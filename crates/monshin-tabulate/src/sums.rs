//! Sums of weights that come out the same in any order.

use std::collections::BTreeMap;

/// n, Σw and Σw² of some units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub n: u64,
    w: u128,
    w2: u128,
}

/// Sums by value, the values as ordered bits.
pub(crate) type Values = BTreeMap<u64, Sums>;
