//! Post-stratification, raking, calibration, trimming of the declared designs.

use super::Case;
use super::compare::json;
use super::data::Data;
use super::design::declared;
use monshin_estimate::design::{MarginMeans, Projection};
use monshin_estimate::weights::{
    Distance, Margin, Raking, UnequalTotals, calibrate, kish_design_effect, kish_effective_size,
    poststratify, rake_rows, trim_once,
};
use monshin_estimate::{Design, Precision, Statistic};
use serde_json::{Map, Value, json as object};

/// Totals of the California schools, which the cases that name no totals are weighted to.
const SCHOOLS: [(&str, &[(&str, f64)]); 3] = [
    ("stype", &[("E", 4421.0), ("H", 755.0), ("M", 1018.0)]),
    ("sch.wide", &[("No", 1072.0), ("Yes", 5122.0)]),
    ("comp.imp", &[("No", 1815.0), ("Yes", 4379.0)]),
];

/// A variable with its known totals by level.
pub type Totals = (String, Vec<(String, f64)>);

pub fn schools(margins: usize) -> Vec<Totals> {
    let owned = |pairs: &[(&str, f64)]| pairs.iter().map(|(l, t)| (l.to_string(), *t)).collect();
    SCHOOLS[..margins].iter().map(|(v, pairs)| (v.to_string(), owned(pairs))).collect()
}

/// The margins an operation names.
pub fn margins(op: &Value) -> Result<Vec<Totals>, String> {
    let named = op["margins"].as_object().ok_or("no margins")?;
    let level = |(l, t): (&String, &Value)| Ok((l.clone(), t.as_f64().ok_or("a total is no number")?));
    named
        .iter()
        .map(|(variable, totals)| {
            let totals = totals.as_object().ok_or("totals are no table")?;
            Ok((variable.clone(), totals.iter().map(level).collect::<Result<_, String>>()?))
        })
        .collect()
}

pub fn evaluate(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    match case.group.as_str() {
        "poststratify" if case.op.get("margins").is_some() => {
            let weighted = poststratified(&data, &design, &margins(&case.op)?[0])?;
            full_report(&data, &weighted)
        }
        // `weights after post-stratification by beds`
        "poststratify" if case.op["partial"] != Value::Bool(true) => {
            let by = case.call.rsplit(' ').next().unwrap_or("beds");
            let totals = register(case, &data, &[by])?;
            Ok(Value::Object(weight_report(&poststratified(&data, &design, &totals[0])?)))
        }
        // Levels that the sample does not hold are left out of the population.
        "poststratify" if case.op["partial"] == Value::Bool(true) => {
            let weighted = poststratified(&data, &design, &schools(1)[0])?;
            Ok(Value::Object(weight_report(&weighted)))
        }
        "rake" if case.op.get("margins").is_some() => raked_report(&data, &design, &margins(&case.op)?),
        "rake" => {
            // `weights after raking to beds, founder`
            let named = case.call.split_once(" to ").map_or("beds, founder", |(_, names)| names);
            let variables: Vec<&str> = named.split(',').map(str::trim).collect();
            let totals = register(case, &data, &variables)?;
            Ok(Value::Object(weight_report(&raked(&data, &design, &totals, MarginMeans::Weighted)?)))
        }
        "calibrate" => calibrated(case, &data, &design),
        "trim" => trimmed(case, &data, &design),
        other => Err(format!("unknown weighting {other}")),
    }
}

/// Totals of the register beside the data.
pub fn register(case: &Case, data: &Data, variables: &[&str]) -> Result<Vec<Totals>, String> {
    let name = case.design["data"].as_str().ok_or("no data")?;
    let register = Data::read(&case.folder.join(format!("data/{name}_pop.csv")))?;
    variables
        .iter()
        .map(|variable| {
            // A level of the register nobody answered in cannot be weighted to.
            let (levels, _) = data.levels(variable)?;
            let sums = register.sums_by(variable, "N")?;
            let known = sums.into_iter().filter(|(l, _)| levels.contains(l)).collect();
            Ok((variable.to_string(), known))
        })
        .collect()
}

/// Level of each row among the totals, and the totals.
fn margin(data: &Data, totals: &Totals) -> Result<(Vec<usize>, Vec<f64>), String> {
    let (variable, pairs) = totals;
    let place = |s: &String| {
        pairs.iter().position(|(l, _)| l == s).ok_or_else(|| format!("no total for {variable} {s}"))
    };
    let levels = data.text(variable)?.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    Ok((levels, pairs.iter().map(|(_, t)| *t).collect()))
}

fn reweighted(design: &Design, new: &[f64], projection: Projection) -> Result<Design, String> {
    let factors: Vec<f64> = new.iter().zip(design.sample().weights()).map(|(n, w)| n / w).collect();
    design.reweighted(&factors, Some(projection)).map_err(|e| e.to_string())
}

pub fn poststratified(data: &Data, design: &Design, totals: &Totals) -> Result<Design, String> {
    let (levels, totals) = margin(data, totals)?;
    let before = design.sample().weights().to_vec();
    let new = poststratify(&before, &levels, &totals).map_err(|e| e.to_string())?;
    let means = MarginMeans::Weighted;
    reweighted(design, &new, Projection::Margins { levels: vec![levels], before, means })
}

pub fn raked(data: &Data, design: &Design, totals: &[Totals], means: MarginMeans) -> Result<Design, String> {
    let margins: Vec<(Vec<usize>, Vec<f64>)> =
        totals.iter().map(|t| margin(data, t)).collect::<Result<_, _>>()?;
    let before = design.sample().weights().to_vec();
    let new = raked_weights(&before, &margins)?;
    let levels = margins.into_iter().map(|(levels, _)| levels).collect();
    reweighted(design, &new, Projection::Margins { levels, before, means })
}

fn raked_weights(before: &[f64], margins: &[(Vec<usize>, Vec<f64>)]) -> Result<Vec<f64>, String> {
    let narrow: Vec<Vec<u32>> =
        margins.iter().map(|(levels, _)| levels.iter().map(|l| *l as u32).collect()).collect();
    let view: Vec<Margin<'_>> =
        narrow.iter().zip(margins).map(|(levels, (_, totals))| Margin { levels, totals }).collect();
    // A register holds levels nobody answered in; without them the margins differ.
    let options = Raking { unequal: UnequalTotals::RescaleToFirst, ..Raking::default() };
    Ok(rake_rows(before, &view, &options).map_err(|e| e.to_string())?.0)
}

/// Weights raked to totals, for replicate weights.
pub fn rake_to(data: &Data, weights: &[f64], totals: &[Totals]) -> Result<Vec<f64>, String> {
    let margins: Vec<_> = totals.iter().map(|t| margin(data, t)).collect::<Result<_, _>>()?;
    raked_weights(weights, &margins)
}

/// Weights post-stratified to totals, for replicate weights.
pub fn poststratify_to(data: &Data, weights: &[f64], totals: &Totals) -> Result<Vec<f64>, String> {
    let (levels, totals) = margin(data, totals)?;
    poststratify(weights, &levels, &totals).map_err(|e| e.to_string())
}

/// The schools raked to three margins, with R's form of the variance.
pub fn raked_three(data: &Data, design: &Design) -> Result<Design, String> {
    raked(data, design, &schools(3), MarginMeans::UnweightedTenRounds)
}

fn weight_report(design: &Design) -> Map<String, Value> {
    let weights = design.sample().weights();
    let positive = weights.iter().copied().filter(|w| *w > 0.0);
    let report = object!({
        "weights": weights,
        "sum": weights.iter().sum::<f64>(),
        "min": positive.clone().fold(f64::INFINITY, f64::min),
        "max": positive.fold(0.0, f64::max),
        "kish_deff": kish_design_effect(weights),
        "n_eff_kish": kish_effective_size(weights),
    });
    report.as_object().cloned().unwrap_or_default()
}

/// Weights with the estimates the cases ask of them.
fn full_report(data: &Data, design: &Design) -> Result<Value, String> {
    let mut report = weight_report(design);
    report.extend(estimates(data, design)?);
    Ok(Value::Object(report))
}

fn estimates(data: &Data, design: &Design) -> Result<Map<String, Value>, String> {
    let (api, enroll) = (data.values("api00")?, data.values("enroll")?);
    let both: Vec<bool> = api.1.iter().zip(&enroll.1).map(|(a, b)| *a && *b).collect();
    let (_, improved) = data.levels("comp.imp")?;
    let group = |k: usize| -> Vec<bool> { improved.iter().map(|g| *g == Some(k)).collect() };
    let awards: Vec<bool> = data.text("awards")?.iter().map(|a| a == "Yes").collect();
    let mean = Statistic::mean(api.0.clone());
    let statistics = [
        mean.clone().within(&both),
        Statistic::mean(enroll.0.clone()).within(&both),
        Statistic::total(enroll.0).within(&enroll.1),
        mean.clone().within(&group(0)),
        mean.within(&group(1)),
        Statistic::share(&awards),
    ];
    let e = Precision::Linearised(design.clone()).estimate(&statistics).map_err(|e| e.to_string())?;
    let v = |k: usize| json(e.values[k]);
    let s = |k: usize| json(e.se(k));
    let report = object!({
        "mean": {"api00": v(0), "enroll": v(1)}, "mean_se": {"api00": s(0), "enroll": s(1)},
        "total_enroll": v(2), "total_enroll_se": s(2),
        "by_comp_imp": [v(3), v(4)], "by_comp_imp_se": [s(3), s(4)],
        "p_awards": v(5), "p_awards_se": s(5),
    });
    Ok(report.as_object().cloned().unwrap_or_default())
}

/// R's standard errors under their own names, ours (weighted by the base weights) as `wp_…`.
fn raked_report(data: &Data, design: &Design, totals: &[Totals]) -> Result<Value, String> {
    let theirs = raked(data, design, totals, MarginMeans::UnweightedTenRounds)?;
    let ours = raked(data, design, totals, MarginMeans::Weighted)?;
    let mut report = weight_report(&theirs);
    report.extend(estimates(data, &theirs)?);
    let weighted = estimates(data, &ours)?.into_iter().filter(|(name, _)| name.ends_with("_se"));
    report.extend(weighted.map(|(name, value)| (format!("wp_{name}"), value)));
    Ok(Value::Object(report))
}

fn calibrated(case: &Case, data: &Data, design: &Design) -> Result<Value, String> {
    let totals = case.op["totals"].as_object().ok_or("no totals")?;
    let mut variables = Vec::new();
    let mut targets = Vec::new();
    for (name, total) in totals {
        variables.push(model_column(data, name)?);
        targets.push(total.as_f64().ok_or("a total is no number")?);
    }
    let bound = |k: usize| case.op["bounds"][k].as_f64();
    let distance = match (case.text("calfun"), bound(0), bound(1)) {
        ("linear", Some(lower), Some(upper)) => Distance::Linear { bounds: Some((lower, upper)) },
        ("linear", _, _) => Distance::Linear { bounds: None },
        ("raking", _, _) => Distance::Exponential,
        ("logit", Some(lower), Some(upper)) => Distance::Logit { lower, upper },
        (other, _, _) => return Err(format!("unknown calibration {other}")),
    };
    let before = design.sample().weights().to_vec();
    let result = calibrate(&before, &variables, &targets, distance).map_err(|e| e.to_string())?;
    let projection = Projection::Regression { variables, before };
    let weighted = design.reweighted(&result.factors, Some(projection)).map_err(|e| e.to_string())?;
    let mut report = full_report(data, &weighted)?;
    report["g"] = result.factors.into();
    Ok(report)
}

/// A column of R's model matrix: the intercept, a number, or the dummy `variable` + `level`.
fn model_column(data: &Data, name: &str) -> Result<Vec<f64>, String> {
    if name == "(Intercept)" {
        return Ok(vec![1.0; data.rows]);
    }
    if data.has(name) {
        return Ok(data.values(name)?.0);
    }
    let split = (1..name.len()).filter(|&k| name.is_char_boundary(k)).find(|&k| data.has(&name[..k]));
    let (variable, level) = name.split_at(split.ok_or_else(|| format!("no variable in {name}"))?);
    Ok(data.text(variable)?.iter().map(|v| if v == level { 1.0 } else { 0.0 }).collect())
}

/// Bounds are quantiles (R's type 7) of the raked weights.
fn trimmed(case: &Case, data: &Data, design: &Design) -> Result<Value, String> {
    let raked = raked_three(data, design)?;
    let weights = raked.sample().weights();
    let strict = case.op["strict"] == Value::Bool(true);
    // `upper=q90 (R type 7), lower=q02`: shares of the raked weights; or the bound itself.
    let bound = |name: &str| {
        let stated = case.op.get(name).and_then(Value::as_f64);
        let digits = case.call.split_once(&format!("{name}=q")).map(|(_, rest)| rest);
        let share = digits.and_then(|d| format!("0.{}", d.get(..2)?).parse::<f64>().ok());
        stated.or(share.map(|p| type_seven(weights, p)))
    };
    let upper = bound("upper").unwrap_or(f64::INFINITY);
    let lower = bound("lower").unwrap_or(f64::NEG_INFINITY);
    let trimmed = trim_once(weights, lower, upper, strict).map_err(|e| e.to_string())?;
    let factors: Vec<f64> = trimmed.weights.iter().zip(weights).map(|(n, w)| n / w).collect();
    let design = raked.reweighted(&factors, None).map_err(|e| e.to_string())?;
    let mut report = weight_report(&design);
    report.insert("upper".into(), json(upper));
    report.insert("lower".into(), json(lower));
    Ok(Value::Object(report))
}

fn type_seven(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = p * (sorted.len() - 1) as f64;
    let k = place.floor() as usize;
    let next = sorted[(k + 1).min(sorted.len() - 1)];
    sorted[k] + (place - k as f64) * (next - sorted[k])
}
