//! Number phrases (7割弱, 過半数 …): which one a writer uses, and which a checker accepts.
//!
//! The phrases are the report crate's; this is where its two functions are called.

use super::Case;
use serde_json::Value;

/// `{x, n}` asks for the phrase of a share, `{phrase, x, n}` whether a phrase is acceptable for it.
pub fn evaluate(case: &Case) -> Result<Value, String> {
    let _share = (case.op["x"].as_u64(), case.op["n"].as_u64());
    Err("number phrases are not connected yet".into())
}
