//! Means, totals, ratios, variances, of all and of domains.

use super::Case;
use super::compare::json;
use super::data::Data;
use super::design::declared;
use super::expression::{condition, formula, known};
use monshin_estimate::special::student;
use monshin_estimate::{
    Comparison, Design, Estimates, Matrix, Precision, Statistic, design_effect, population_variance,
};
use serde_json::{Map, Value, json as object};

pub fn evaluate(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    match case.text("stat") {
        "mean" | "total" if case.op.get("by").is_some() => domains(case, &data, design),
        "mean" if case.op.get("domain").is_some() => subset(case, &data, design),
        "mean" | "total" => several(case, &data, design),
        "ratio" if case.op.get("by").is_some() => ratio_by(case, &data, design),
        "ratio" => ratio(case, &data, design),
        "population_variance" => variance(case, &data, design),
        "mean+total" => lonely(case, &data, design),
        s if s.starts_with("domain difference") => contrast(case, &data, design),
        s if s.starts_with("macro average") => macro_average(case, &data, design),
        other => Err(format!("unknown operation {other}")),
    }
}

pub fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(String::from).collect()
}

/// The statistics asked for, with their names: one per variable, or per level of a category.
fn asked(case: &Case, data: &Data) -> Result<Vec<(String, Statistic)>, String> {
    let is_total = case.text("stat") == "total";
    let vars = words(&case.op["vars"]);
    let mut columns: Vec<(String, Vec<f64>, Vec<bool>)> = Vec::new();
    for var in &vars {
        if case.op["categorical"] == Value::Bool(true) {
            let (levels, index) = data.levels(var)?;
            for (k, level) in levels.iter().enumerate() {
                let y = index.iter().map(|i| if *i == Some(k) { 1.0 } else { 0.0 }).collect();
                columns.push((format!("{var}{level}"), y, index.iter().map(Option::is_some).collect()));
            }
        } else {
            let (y, present) = data.values(var)?;
            columns.push((var.clone(), y, present));
        }
    }
    let complete: Vec<bool> =
        (0..data.rows).map(|i| columns.iter().all(|(_, _, present)| present[i])).collect();
    let statistic = |y: Vec<f64>| {
        if is_total { Statistic::total(y) } else { Statistic::mean(y) }
    };
    Ok(columns.into_iter().map(|(name, y, _)| (name, statistic(y).within(&complete))).collect())
}

fn several(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let (names, statistics): (Vec<String>, Vec<Statistic>) = asked(case, data)?.into_iter().unzip();
    let precision = Precision::Linearised(design);
    let estimates = precision.estimate(&statistics).map_err(|e| e.to_string())?;
    let comparison =
        if case.text("deff") == "wr" { Comparison::WithReplacement } else { Comparison::WithoutReplacement };
    let sample = precision.design().sample();
    let deff =
        |k: usize| design_effect(&statistics[k], &estimates, k, sample, comparison).map_or(Value::Null, json);
    let named = |f: &dyn Fn(usize) -> Value| -> Value {
        Value::Object(names.iter().enumerate().map(|(k, n)| (n.clone(), f(k))).collect())
    };
    let interval = |df: f64| {
        let end = |sign: f64, k: usize| {
            let half = student::t_quantile(0.975, df) * estimates.se(k);
            json(estimates.values[k] + sign * half)
        };
        object!({"lo": named(&|k| end(-1.0, k)), "hi": named(&|k| end(1.0, k))})
    };
    Ok(object!({
        "estimate": named(&|k| json(estimates.values[k])),
        "se": named(&|k| json(estimates.se(k))),
        "ci95_normal": interval(f64::INFINITY),
        "ci95_t": interval(estimates.df),
        "df": json(estimates.df),
        "deff": named(&deff),
        "vcov": {"rows": names, "cols": names, "values": values(&estimates.covariance)},
    }))
}

fn values(matrix: &Matrix) -> Value {
    (0..matrix.rows()).map(|i| Value::Array(matrix.row(i).iter().map(|v| json(*v)).collect())).collect()
}

fn ratio(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let statistic = ratio_statistic(case, data)?;
    let estimates = estimate(design, &[statistic])?;
    let half = student::t_quantile(0.975, estimates.df) * estimates.se(0);
    let value = estimates.values[0];
    Ok(object!({
        "estimate": value, "se": estimates.se(0), "df": estimates.df,
        "ci95_t": [value - half, value + half],
    }))
}

fn ratio_statistic(case: &Case, data: &Data) -> Result<Statistic, String> {
    let (y, y_there) = data.values(case.text("num"))?;
    let (x, x_there) = data.values(case.text("den"))?;
    Ok(Statistic::ratio(y, x).within(&y_there).within(&x_there))
}

fn estimate(design: Design, statistics: &[Statistic]) -> Result<Estimates, String> {
    Precision::Linearised(design).estimate(statistics).map_err(|e| e.to_string())
}

/// The labels of a group and its rows.
pub type Group = (Vec<String>, Vec<bool>);

/// Observed combinations of the classes, the first fastest, with their rows.
pub fn groups(data: &Data, by: &[String]) -> Result<Vec<Group>, String> {
    let mut groups = vec![(Vec::new(), vec![true; data.rows])];
    for name in by.iter().rev() {
        let (levels, index) = data.levels(name)?;
        let mut next = Vec::new();
        for (labels, inside) in &groups {
            for (k, level) in levels.iter().enumerate() {
                let rows: Vec<bool> = inside.iter().zip(&index).map(|(i, l)| *i && *l == Some(k)).collect();
                let mut labels = labels.clone();
                labels.insert(0, level.clone());
                next.push((labels, rows));
            }
        }
        groups = next;
    }
    Ok(groups.into_iter().filter(|(_, rows)| rows.contains(&true)).collect())
}

fn domains(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let by = words(&case.op["by"]);
    let groups = groups(data, &by)?;
    let whole: Vec<Statistic> = match case.op.get("expr").and_then(Value::as_str) {
        Some(expr) => {
            let (holds, there) = known(&condition(expr, data)?);
            vec![Statistic::share(&holds).within(&there)]
        }
        None => asked(case, data)?.into_iter().map(|(_, s)| s).collect(),
    };
    let statistics: Vec<Statistic> =
        whole.iter().flat_map(|s| groups.iter().map(|(_, rows)| s.clone().within(rows))).collect();
    let estimates = estimate(design, &statistics)?;
    let z = student::t_quantile(0.975, f64::INFINITY);
    let list =
        |f: &dyn Fn(usize) -> f64| -> Vec<Value> { (0..statistics.len()).map(|k| json(f(k))).collect() };
    let labels: Vec<Value> = groups
        .iter()
        .map(|(labels, _)| {
            let pairs = by.iter().cloned().zip(labels.iter().map(|l| Value::String(l.clone())));
            Value::Object(pairs.collect::<Map<String, Value>>())
        })
        .collect();
    Ok(object!({
        "groups": labels,
        "estimate": list(&|k| estimates.values[k]),
        "se": list(&|k| estimates.se(k)),
        "lo": list(&|k| estimates.values[k] - z * estimates.se(k)),
        "hi": list(&|k| estimates.values[k] + z * estimates.se(k)),
        "order": "column-major: statistic slowest, group fastest",
    }))
}

fn ratio_by(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let groups = groups(data, &words(&case.op["by"]))?;
    let whole = ratio_statistic(case, data)?;
    let statistics: Vec<Statistic> = groups.iter().map(|(_, rows)| whole.clone().within(rows)).collect();
    let estimates = estimate(design, &statistics)?;
    let se: Vec<f64> = (0..statistics.len()).map(|k| estimates.se(k)).collect();
    let labels: Vec<String> = groups.into_iter().map(|(labels, _)| labels.join(".")).collect();
    Ok(object!({"groups": labels, "estimate": estimates.values, "se": se}))
}

fn subset(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let (inside, _) = known(&condition(case.text("domain"), data)?);
    let (names, statistics): (Vec<String>, Vec<Statistic>) =
        asked(case, data)?.into_iter().map(|(n, s)| (n, s.within(&inside))).unzip();
    let df = design.df_within(|row| inside[row]);
    let estimates = estimate(design, &statistics)?;
    let z = student::t_quantile(0.975, f64::INFINITY);
    let named = |f: &dyn Fn(usize) -> f64| -> Value {
        Value::Object(names.iter().enumerate().map(|(k, n)| (n.clone(), json(f(k)))).collect())
    };
    Ok(object!({
        "estimate": named(&|k| estimates.values[k]),
        "se": named(&|k| estimates.se(k)),
        "ci95_normal": {
            "lo": named(&|k| estimates.values[k] - z * estimates.se(k)),
            "hi": named(&|k| estimates.values[k] + z * estimates.se(k)),
        },
        "degf_subset": df,
        "n": inside.iter().filter(|i| **i).count(),
    }))
}

/// The variance as a ratio of (y − ȳ)² n/(n−1), with the mean's own part linearised away.
fn variance(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let var = words(&case.op["vars"]).into_iter().next().ok_or("no variable")?;
    let (y, present) = data.values(&var)?;
    let mean = Statistic::mean(y.clone()).within(&present);
    let s2 = population_variance(&mean, design.sample()).ok_or("fewer than two rows")?;
    let centre = estimate(design.clone(), std::slice::from_ref(&mean))?.values[0];
    let n = mean.base(design.sample()) as f64;
    let squares = y.iter().map(|v| (v - centre).powi(2) * n / (n - 1.0)).collect();
    let estimates = estimate(design, &[Statistic::mean(squares).within(&present)])?;
    Ok(object!({"estimate": s2, "se": estimates.se(0)}))
}

/// Means of the variables, and the total of the first.
fn lonely(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let mut vars = words(&case.op["vars"]);
    if vars.is_empty() {
        // `options(…); svymean(~y+z,d); svytotal(~y,d)`
        let call = case.call.split_once("svymean").map_or(case.call.as_str(), |(_, call)| call);
        vars = formula(call)?.1;
    }
    let columns: Vec<Vec<f64>> = vars.iter().map(|v| Ok(data.values(v)?.0)).collect::<Result<_, String>>()?;
    let mut statistics: Vec<Statistic> = columns.iter().cloned().map(Statistic::mean).collect();
    statistics.push(Statistic::total(columns[0].clone()));
    let e = estimate(design, &statistics)?;
    let k = vars.len();
    let named = |f: &dyn Fn(usize) -> f64| -> Value {
        Value::Object(vars.iter().enumerate().map(|(k, n)| (n.clone(), json(f(k)))).collect())
    };
    Ok(object!({
        "estimate": named(&|k| e.values[k]), "se": named(&|k| e.se(k)),
        "total": e.values[k], "total_se": e.se(k),
    }))
}

fn contrast(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let groups = groups(data, &words(&case.op["by"]))?;
    let whole: Vec<Statistic> = words(&case.op["vars"])
        .iter()
        .map(|v| {
            let (y, present) = data.values(v)?;
            Ok(Statistic::mean(y).within(&present))
        })
        .collect::<Result<_, String>>()?;
    let statistics: Vec<Statistic> = groups.iter().map(|(_, rows)| whole[0].clone().within(rows)).collect();
    let e = estimate(design, &statistics)?;
    let (value, se) = e.contrast(&[-1.0, 1.0]);
    let labels: Vec<String> = groups.into_iter().map(|(l, _)| l.join(".")).collect();
    Ok(object!({
        "groups": labels, "estimate": value, "se": se,
        "vcov": {"rows": [1, 2], "cols": [1, 2], "values": values(&e.covariance)},
    }))
}

fn macro_average(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let (holds, there) = known(&condition(case.text("expr"), data)?);
    let pooled = Statistic::share(&holds).within(&there);
    let groups = groups(data, &words(&case.op["by"]))?;
    let mut statistics: Vec<Statistic> = groups.iter().map(|(_, rows)| pooled.clone().within(rows)).collect();
    let k = statistics.len();
    statistics.push(pooled);
    let e = estimate(design, &statistics)?;
    let mut average = vec![1.0 / k as f64; k];
    average.push(0.0);
    let (value, se) = e.contrast(&average);
    Ok(object!({
        "rates": e.values[..k], "macro": value, "macro_se": se,
        "pooled": e.values[k], "pooled_se": e.se(k),
    }))
}
