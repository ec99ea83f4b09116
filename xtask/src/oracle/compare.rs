//! Judging computed against expected values.

use serde_json::Value;

/// `|x − e| ≤ max(absolute, relative · |e|)` for every number.
#[derive(Clone, Copy)]
pub struct Tolerance {
    pub relative: f64,
    pub absolute: f64,
}

impl Tolerance {
    /// As a case states it.
    pub fn of(case: &Value) -> Self {
        let number = |key: &str| case.get(key).and_then(Value::as_f64);
        let relative = number("tol_rel").unwrap_or(0.0);
        Self { relative, absolute: number("tol_abs").unwrap_or(relative) }
    }
}

/// The largest relative difference, or the first place that differs too much. Every expected field
/// must be there; more may be.
pub fn compare(got: &Value, wanted: &Value, tolerance: Tolerance) -> Result<f64, String> {
    walk(got, wanted, tolerance, "")
}

fn walk(got: &Value, wanted: &Value, tolerance: Tolerance, path: &str) -> Result<f64, String> {
    match (wanted, got) {
        (Value::Object(fields), Value::Object(mine)) => {
            let mut worst: f64 = 0.0;
            for (name, value) in fields {
                let there = mine.get(name).ok_or_else(|| format!("{path}.{name} is missing"))?;
                worst = worst.max(walk(there, value, tolerance, &format!("{path}.{name}"))?);
            }
            Ok(worst)
        }
        (Value::Array(items), Value::Array(mine)) => {
            if items.len() != mine.len() {
                return Err(format!("{path} has {} entries, not {}", mine.len(), items.len()));
            }
            let mut worst: f64 = 0.0;
            for (k, (value, there)) in items.iter().zip(mine).enumerate() {
                worst = worst.max(walk(there, value, tolerance, &format!("{path}[{k}]"))?);
            }
            Ok(worst)
        }
        _ => scalar(got, wanted, tolerance, path),
    }
}

fn scalar(got: &Value, wanted: &Value, tolerance: Tolerance, path: &str) -> Result<f64, String> {
    if let (Some(e), Some(x)) = (number(wanted), number(got)) {
        let difference = (x - e).abs();
        let close = difference <= tolerance.absolute.max(tolerance.relative * e.abs());
        if close || x == e {
            // Next to zero there is only rounding to be relative to.
            let is_rounding = e.abs() <= tolerance.absolute;
            return Ok(if is_rounding || x == e { 0.0 } else { difference / e.abs() });
        }
    } else if got == wanted || is_missing(got) && is_missing(wanted) {
        return Ok(0.0);
    }
    Err(format!("{path} is {got}, expected {wanted}"))
}

/// R's NA and NaN: no figure.
fn is_missing(value: &Value) -> bool {
    value.is_null() || value == "NaN"
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(s) if s == "Inf" => Some(f64::INFINITY),
        Value::String(s) if s == "-Inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A number as the oracle writes it.
pub fn json(x: f64) -> Value {
    match x {
        _ if x.is_nan() => Value::String("NaN".into()),
        f64::INFINITY => Value::String("Inf".into()),
        f64::NEG_INFINITY => Value::String("-Inf".into()),
        _ => serde_json::json!(x),
    }
}
