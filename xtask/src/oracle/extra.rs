//! Cases that R cannot give: each carries its expected value.

use super::{Case, wording};
use monshin_estimate::disclosure::{Count, Equation, System, is_primary, protect};
use monshin_estimate::printed::{Half, PrintedPercent, percent, possible_bases};
use monshin_estimate::response::{Dispositions, Rate};
use monshin_estimate::{Route, multiple_response, routed_counts};
use serde_json::{Map, Value, json as object};

/// Lists of possible bases are printed up to this length, with their full count.
const LISTED: usize = 60;

pub fn evaluate(case: &Case) -> Result<Value, String> {
    match case.group.as_str() {
        "wording" => wording::evaluate(case),
        "rounding" => rounding(case),
        "published-check" => published(case),
        "aapor" => rates(case),
        "routing" => routing(case),
        "multiple-response" => multiple(case),
        "suppression-audit" => audit(case),
        "suppression-optimum" => optimum(case),
        other => Err(format!("unknown operation {other}")),
    }
}

fn whole(value: &Value) -> Result<u64, String> {
    value.as_u64().ok_or_else(|| format!("{value} is no count"))
}

fn rounding(case: &Case) -> Result<Value, String> {
    let (x, n) = (whole(&case.op["x"])?, whole(&case.op["n"])?);
    let mut report = Map::new();
    for decimals in 0..3 {
        for (name, half) in [("half_up", Half::Up), ("half_even", Half::Even)] {
            let text = percent(x, n, decimals, half).ok_or("no base")?;
            report.insert(format!("d{decimals}_{name}"), Value::String(text));
        }
    }
    Ok(Value::Object(report))
}

fn published(case: &Case) -> Result<Value, String> {
    let parse = |v: &Value| v.as_str().and_then(PrintedPercent::parse).ok_or("no percentage");
    if let Some(list) = case.op["percents"].as_array() {
        let percents = list.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let partition = case.op["partition"] == Value::Bool(true);
        let bases = possible_bases(&percents, whole(&case.op["n_max"])?, partition, Half::Up);
        let listed = &bases[..bases.len().min(LISTED)];
        return Ok(object!({"possible_n": listed, "count": bases.len()}));
    }
    let (printed, n) = (parse(&case.op["percent"])?, whole(&case.op["n"])?);
    let counts = |half| printed.numerators(n, half);
    Ok(object!({"half_up": counts(Half::Up), "half_even": counts(Half::Even)}))
}

fn rates(case: &Case) -> Result<Value, String> {
    let number = |key: &str| case.op[key].as_f64().ok_or_else(|| format!("{key} is no number"));
    let dispositions = Dispositions {
        complete: number("I")?,
        partial: number("P")?,
        refusal: number("R")?,
        non_contact: number("NC")?,
        other: number("O")?,
        unknown_unit: number("UH")?,
        unknown_other: number("UO")?,
        ineligible: 0.0,
    };
    let e = number("e")?;
    let rate = |r: &Rate| (r.name().to_string(), object!(dispositions.rate(*r, e)));
    Ok(Value::Object(Rate::ALL.iter().map(rate).collect()))
}

fn routing(case: &Case) -> Result<Value, String> {
    let columns: Vec<&str> =
        case.op["columns"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let position = |name: &str| columns.iter().position(|c| *c == name).ok_or("unknown question");
    let mut routes = vec![None; columns.len()];
    for (question, rule) in case.op["routes"].as_object().into_iter().flatten() {
        let rule = rule.as_str().unwrap_or_default();
        let (parent, value) = rule.split_once("==").ok_or_else(|| format!("unknown rule {rule}"))?;
        let value = value.trim().parse().map_err(|_| format!("unknown rule {rule}"))?;
        routes[position(question)?] = Some(Route { parent: position(parent.trim())?, value });
    }
    let answer = |v: &Value| v.as_u64().map(|code| code as u32);
    let rows: Vec<Vec<Option<u32>>> = case.op["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| row.as_array().into_iter().flatten().map(answer).collect())
        .collect();
    let report = columns.iter().zip(routed_counts(&rows, &routes)).map(|(name, counts)| {
        let code = |k: usize| counts.codes.get(k).copied().unwrap_or(0);
        let value = object!({
            "total": counts.total, "asked": counts.asked, "not_asked": counts.not_asked,
            "answered": counts.answered, "no_answer": counts.no_answer,
            "yes": code(1), "no": code(2), "off_route_answers": counts.off_route_answers,
        });
        (name.to_string(), value)
    });
    Ok(Value::Object(report.collect()))
}

fn multiple(case: &Case) -> Result<Value, String> {
    let row = |r: &Value| r.as_array().into_iter().flatten().map(|v| v.as_u64() == Some(1)).collect();
    let rows: Vec<Vec<bool>> = case.op["rows"].as_array().into_iter().flatten().map(row).collect();
    let weights: Vec<f64> =
        case.op["weights"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    let m = multiple_response(&rows, &weights).map_err(|e| e.to_string())?;
    Ok(object!({
        "n_respondents": m.respondents, "n_choosers": m.choosers, "n_responses": m.responses,
        "counts": m.counts, "exclusive_counts": m.exclusive_counts,
        "pct_of_respondents": m.of_respondents, "pct_of_choosers": m.of_choosers,
        "pct_of_responses": m.of_responses,
        "weighted_pct_of_respondents": m.weighted_of_respondents,
        "mean_responses": m.mean_responses,
    }))
}

fn audit(case: &Case) -> Result<Value, String> {
    let cells = case.op["cells"].as_array().ok_or("no cells")?;
    let ids: Vec<&str> = cells.iter().filter_map(|c| c["id"].as_str()).collect();
    let counts = cells.iter().map(|c| Count {
        value: c["value"].as_i64().unwrap_or(0),
        published: c["published"] == Value::Bool(true),
    });
    let equation = |e: &Value| -> Result<Equation, String> {
        let mut terms = Vec::new();
        for (id, coefficient) in e["coef"].as_object().into_iter().flatten() {
            let place = ids.iter().position(|i| i == id).ok_or_else(|| format!("no cell {id}"))?;
            terms.push((place, coefficient.as_i64().ok_or("a coefficient is no whole number")?));
        }
        Ok(Equation { terms, right: e["rhs"].as_i64().unwrap_or(0) })
    };
    let equations = case.op["equations"].as_array().into_iter().flatten();
    let system =
        System { cells: counts.collect(), equations: equations.map(equation).collect::<Result<_, _>>()? };
    let width = case.op["min_width"].as_i64().unwrap_or(1);
    let findings = system.bounds().ok_or("the cells contradict the equations")?;
    let mut report = (Map::new(), Map::new(), Vec::new());
    for f in &findings {
        let id = ids[f.cell].to_string();
        report.0.insert(id.clone(), object!([f.bounds.low, f.bounds.high]));
        report.1.insert(id.clone(), Value::Bool(f.is_safe(width)));
        if f.is_disclosed() {
            report.2.push(id);
        }
    }
    Ok(object!({"bounds": report.0, "width_ok": report.1, "disclosed_exactly": report.2}))
}

/// Ties may be broken either way: the choice is given back only where it is the one listed first.
fn optimum(case: &Case) -> Result<Value, String> {
    let row = |r: &Value| r.as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    let table: Vec<Vec<i64>> = case.op["table"].as_array().into_iter().flatten().map(row).collect();
    let columns = table.first().map_or(0, Vec::len);
    let threshold = whole(&case.op["threshold"])?;
    let width = case.op["min_width"].as_i64().unwrap_or(1);
    let system = System::two_way(&table);
    let inner = 0..table.len() * columns;
    let value = |k: usize| system.cells[k].value as u64;
    let primary: Vec<usize> = inner.clone().filter(|&k| is_primary(value(k), threshold)).collect();
    let eligible: Vec<usize> = inner.filter(|k| !primary.contains(k) && system.cells[*k].value > 0).collect();
    let protection = protect(&system, &primary, &eligible, width).ok_or("cannot be protected")?;
    let place =
        |cells: &[usize]| -> Vec<[usize; 2]> { cells.iter().map(|k| [k / columns, k % columns]).collect() };
    let sum: i64 = protection.secondary.iter().map(|k| system.cells[*k].value).sum();
    Ok(object!({
        "primary": place(&primary), "min_secondary_cells": protection.secondary.len(),
        "min_secondary_sum": sum, "one_optimum": place(&protection.secondary),
    }))
}
