//! Conditions of the cases: `sch.wide == "Yes"`, `api00 > 850`, `a=='x' & b=='y'`.

use super::data::Data;

/// True, false or missing for every row; `&` binds before `|`.
pub fn condition(text: &str, data: &Data) -> Result<Vec<Option<bool>>, String> {
    let text = text.trim();
    let text = text.strip_prefix("I(").and_then(|t| t.strip_suffix(')')).unwrap_or(text);
    let mut any = vec![Some(false); data.rows];
    for part in text.split('|') {
        for (a, b) in any.iter_mut().zip(conjunction(part, data)?) {
            *a = match (*a, b) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
    }
    Ok(any)
}

fn conjunction(text: &str, data: &Data) -> Result<Vec<Option<bool>>, String> {
    let mut all = vec![Some(true); data.rows];
    for part in text.split('&') {
        let holds = comparison(part.trim(), data)?;
        for (a, b) in all.iter_mut().zip(holds) {
            *a = match (*a, b) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
    }
    Ok(all)
}

fn comparison(text: &str, data: &Data) -> Result<Vec<Option<bool>>, String> {
    if let Some((left, list)) = text.split_once("%in%") {
        let list = list.trim().trim_start_matches("c(").trim_end_matches(')');
        let wanted: Vec<&str> =
            list.split(',').map(str::trim).map(|item| quoted(item).unwrap_or(item)).collect();
        let test = |s: &String| (!s.is_empty()).then(|| wanted.contains(&s.as_str()));
        return Ok(data.text(left.trim())?.iter().map(test).collect());
    }
    let operators = ["==", "!=", ">=", "<=", ">", "<"];
    let Some(operator) = operators.into_iter().find(|op| text.contains(op)) else {
        let yes = |v: Option<f64>| v.map(|v| v != 0.0);
        return Ok(data.numbers(text)?.into_iter().map(yes).collect());
    };
    let (left, right) = text.split_once(operator).ok_or("no operator")?;
    let (left, right) = (left.trim(), right.trim());
    if let Some(level) = quoted(right) {
        let test =
            |s: &String| (!s.is_empty()).then(|| if operator == "!=" { s != level } else { s == level });
        return Ok(data.text(left)?.iter().map(test).collect());
    }
    let limit: f64 = right.parse().map_err(|_| format!("{right} is no number"))?;
    let test = |v: f64| match operator {
        "==" => v == limit,
        "!=" => v != limit,
        ">=" => v >= limit,
        "<=" => v <= limit,
        ">" => v > limit,
        _ => v < limit,
    };
    Ok(data.numbers(left)?.into_iter().map(|v| v.map(test)).collect())
}

fn quoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|q| text.strip_prefix(q)?.strip_suffix(q))
}

/// Splits a condition into where it holds and where it is known.
pub fn known(condition: &[Option<bool>]) -> (Vec<bool>, Vec<bool>) {
    (condition.iter().map(|c| *c == Some(true)).collect(), condition.iter().map(Option::is_some).collect())
}

/// The variables left and right of the tilde in an R call, for instance
/// `svyglm(I(a=='x')~b+c, d, …)` → `I(a=='x')`, `[b, c]`.
pub fn formula(call: &str) -> Result<(String, Vec<String>), String> {
    let inside = call.split_once('(').ok_or("no call")?.1;
    let (left, rest) = inside.split_once('~').ok_or("no formula")?;
    let right = rest.split([',', ')']).next().unwrap_or("");
    let names = right.split('+').map(|s| s.trim().to_string()).collect();
    Ok((left.trim().to_string(), names))
}
