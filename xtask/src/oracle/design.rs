//! Designs as the cases declare them.

use super::Case;
use super::data::Data;
use super::expression::{condition, known};
use monshin_estimate::design::{Population, Stage, Units};
use monshin_estimate::{Design, Lonely, Sample};
use serde_json::Value;

/// Data and design of a case.
pub fn declared(case: &Case) -> Result<(Data, Design), String> {
    let data = Data::of(case)?;
    let mut design = build(&case.design, &data)?;
    if let Some(domain) = case.design["domain"].as_str() {
        // R: subset. Strata and units are those of the whole; rows outside weigh nothing.
        let (inside, _) = known(&condition(domain, &data)?);
        let factors: Vec<f64> = inside.iter().map(|i| if *i { 1.0 } else { 0.0 }).collect();
        design = design.reweighted(&factors, None).map_err(|e| e.to_string())?;
    }
    Ok((data, design))
}

/// The design of a case over given data.
pub fn build(spec: &Value, data: &Data) -> Result<Design, String> {
    let ids = names(&spec["ids"]);
    let strata = names(&spec["strata"]);
    let fpc = names(&spec["fpc"]);
    let mut stages = Vec::new();
    for (k, id) in ids.iter().enumerate() {
        let units = if id == "1" { Units::Rows } else { Units::Labels(labels(data, id)?) };
        let strata = strata.get(k).map(|s| labels(data, s)).transpose()?;
        let population = match fpc.get(k) {
            None => Population::Unlimited,
            Some(column) => population(data, column)?,
        };
        stages.push(Stage { strata, units, population });
    }
    let lonely = match spec["extra"]["lonely_psu"].as_str().unwrap_or("fail") {
        "fail" => Lonely::Fail,
        "remove" | "certainty" => Lonely::Certainty,
        "adjust" => Lonely::Adjust,
        "average" => Lonely::Average,
        other => return Err(format!("unknown rule for lonely strata {other}")),
    };
    let weights = match spec["weights"].as_str() {
        Some(column) => data.values(column)?.0,
        None if spec["probs"].is_string() => {
            let probability = data.values(spec["probs"].as_str().unwrap_or_default())?.0;
            probability.iter().map(|p| 1.0 / p).collect()
        }
        None => from_fractions(&stages, data.rows)?,
    };
    let sample = Sample::rows(&weights).map_err(|e| e.to_string())?;
    Design::new(sample, &stages, lonely).map_err(|e| e.to_string())
}

fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(s) => vec![s.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(String::from).collect(),
        _ => Vec::new(),
    }
}

fn labels(data: &Data, column: &str) -> Result<Vec<u32>, String> {
    let (_, index) = data.levels(column)?;
    index.into_iter().map(|l| l.map(|v| v as u32).ok_or(format!("{column} has a gap"))).collect()
}

/// Counts, or fractions where no value exceeds 1.
fn population(data: &Data, column: &str) -> Result<Population, String> {
    let values = data.values(column)?.0;
    let is_fraction = values.iter().all(|v| *v <= 1.0);
    Ok(if is_fraction { Population::Fraction(values) } else { Population::Count(values) })
}

/// Without weights: Π N/n over the stages.
fn from_fractions(stages: &[Stage], rows: usize) -> Result<Vec<f64>, String> {
    let mut weights = vec![1.0; rows];
    let mut parent: Vec<Vec<u32>> = vec![Vec::new(); rows];
    for stage in stages {
        let stratum: Vec<Vec<u32>> = (0..rows)
            .map(|i| {
                let mut key = parent[i].clone();
                key.extend(stage.strata.as_ref().map(|s| s[i]));
                key
            })
            .collect();
        let unit: Vec<u32> = match &stage.units {
            Units::Rows => (0..rows as u32).collect(),
            Units::Labels(labels) => labels.clone(),
        };
        let mut drawn: std::collections::BTreeMap<&Vec<u32>, std::collections::BTreeSet<u32>> =
            std::collections::BTreeMap::new();
        for i in 0..rows {
            drawn.entry(&stratum[i]).or_default().insert(unit[i]);
        }
        for (i, weight) in weights.iter_mut().enumerate() {
            let n = drawn[&stratum[i]].len() as f64;
            *weight *= match &stage.population {
                Population::Unlimited => 1.0,
                Population::Count(total) => total[i] / n,
                Population::Fraction(f) => 1.0 / f[i],
            };
        }
        for i in 0..rows {
            let mut key = stratum[i].clone();
            key.push(unit[i]);
            parent[i] = key;
        }
    }
    Ok(weights)
}
