//! Number phrases (7割弱, 過半数 …): which one a writer uses, and which a checker accepts.

use super::Case;
use monshin_diag::Lang;
use monshin_report::phrase::{phrase_accepts, phrase_for};
use serde_json::Value;

/// `{x, n}` asks for the phrase of a share, `{phrase, x, n}` whether a phrase is acceptable for it.
pub fn evaluate(case: &Case) -> Result<Value, String> {
    let whole = |key: &str| case.op[key].as_u64().ok_or_else(|| format!("{key} is no count"));
    let (x, n) = (whole("x")?, whole("n")?);
    match case.text("phrase") {
        "" => Ok(Value::String(phrase_for(x, n))),
        phrase => phrase_accepts(phrase, Lang::Ja, x, n)
            .map(Value::Bool)
            .ok_or_else(|| format!("{phrase} is not read as a share")),
    }
}
