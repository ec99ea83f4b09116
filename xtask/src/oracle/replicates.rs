//! Replicate designs, made here or given as multipliers.

use super::Case;
use super::compare::json;
use super::data::Data;
use super::design::declared;
use super::weighting::{margins, poststratify_to, rake_to, schools};
use monshin_estimate::{Centre, Design, Precision, Reason, Replicates, Statistic};
use serde_json::{Value, json as object};

pub fn evaluate(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    let has_file = case.data.iter().any(|f| f.contains("repw_"));
    let made = match case.text("type") {
        _ if has_file => given(case, design)?,
        "JK1" => Replicates::jackknife(design).map_err(|e| e.to_string())?,
        "JKn" => Replicates::jackknife_stratified(design).map_err(|e| e.to_string())?,
        "BRR" => Replicates::half_samples(design, 0.0).map_err(|e| e.to_string())?,
        "Fay" => {
            let stated = ["rho", "fay.rho", "fay_rho"].iter().find_map(|key| case.op.get(*key)?.as_f64());
            let rho = stated.unwrap_or(0.3);
            Replicates::half_samples(design, rho).map_err(|e| e.to_string())?
        }
        "bootstrap" | "subbootstrap" => given(case, design)?,
        other => return Err(format!("unknown replicate design {other}")),
    };
    let is_mse = case.op["mse"] == Value::Bool(true);
    let made = if is_mse { made.centred(Centre::FullSample) } else { made };
    if case.op.get("stat").is_some() {
        return ratio_of_sums(case, &data, made);
    }
    if case.op.get("margins").is_some() {
        let totals = margins(&case.op)?;
        return reweighted_mean(&data, made, |w| rake_to(&data, w, &totals));
    }
    if case.call.starts_with("postStratify(") {
        return reweighted_mean(&data, made, |w| poststratify_to(&data, w, &schools(1)[0]));
    }
    summary(&data, made)
}

/// Multipliers from the data file beside the design, one column a replicate.
fn given(case: &Case, design: Design) -> Result<Replicates, String> {
    let is_multipliers = |f: &&String| f.contains("repw_");
    let named = case.data.iter().find(is_multipliers).cloned();
    let file = match named {
        Some(file) => file,
        None => format!("data/repw_{}.csv", after(&case.id, case.text("type"))?),
    };
    let table = Data::read(&case.folder.join(file))?;
    let mut multipliers = Vec::new();
    for k in 1.. {
        let name = format!("r{k}");
        if !table.has(&name) {
            break;
        }
        multipliers.push(table.values(&name)?.0);
    }
    let count = multipliers.len() as f64;
    let stated = case.op.get("scale").and_then(Value::as_f64);
    let scale = stated.unwrap_or_else(|| default_scale(case.text("type"), &design, count));
    let df = design.df().min(count - 1.0);
    let rscales = match case.op.get("rscales") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_f64).collect(),
        stated => vec![stated.and_then(Value::as_f64).unwrap_or(1.0); multipliers.len()],
    };
    Replicates::given(design, multipliers, scale, rscales, df).map_err(|e| e.to_string())
}

/// 1/(R−1); for the bootstrap of Canty and Davison, which draws all n_h units, times n̄/(n̄−1) with n̄ the
/// harmonic mean of the units in the strata.
fn default_scale(kind: &str, design: &Design, replicates: f64) -> f64 {
    let mut units = std::collections::BTreeMap::new();
    let labels = design.first_units();
    for (row, &stratum) in design.first_strata().iter().enumerate() {
        let unit = labels.map_or(row, |l| l[row]);
        units.entry(stratum).or_insert_with(std::collections::BTreeSet::new).insert(unit);
    }
    let inverse: f64 = units.values().map(|u| 1.0 / u.len() as f64).sum();
    let mean = units.len() as f64 / inverse;
    let factor = if kind == "bootstrap" { mean / (mean - 1.0) } else { 1.0 };
    factor / (replicates - 1.0)
}

/// `withrep-median-bootstrap-strat` uses the multipliers of `bootstrap_strat`.
fn after(id: &str, kind: &str) -> Result<String, String> {
    let (_, name) = id.split_once(&format!("{kind}-")).ok_or("no multipliers are named")?;
    Ok(format!("{kind}_{name}"))
}

fn estimate(replicates: Replicates, statistics: &[Statistic]) -> Result<monshin_estimate::Estimates, String> {
    Precision::Replicated(replicates).estimate(statistics).map_err(|e| e.to_string())
}

fn summary(data: &Data, replicates: Replicates) -> Result<Value, String> {
    let (scale, count, df) = (replicates.scale(), replicates.len(), replicates.df());
    let (api, api_there) = data.values("api00")?;
    let (enroll, enroll_there) = data.values("enroll")?;
    let (students, students_there) = data.values("api.stu")?;
    let both: Vec<bool> = api_there.iter().zip(&enroll_there).map(|(a, b)| *a && *b).collect();
    let (levels, class) = data.levels("stype")?;
    let mean = Statistic::mean(api).within(&api_there);
    let mut statistics = vec![
        mean.clone().within(&both),
        Statistic::mean(enroll.clone()).within(&both),
        Statistic::total(enroll.clone()).within(&enroll_there),
        Statistic::ratio(students, enroll).within(&enroll_there).within(&students_there),
    ];
    for k in 0..levels.len() {
        let rows: Vec<bool> = class.iter().map(|c| *c == Some(k)).collect();
        statistics.push(mean.clone().within(&rows));
    }
    let e = estimate(replicates, &statistics)?;
    let by = |f: &dyn Fn(usize) -> f64| -> Vec<Value> { (4..statistics.len()).map(|k| json(f(k))).collect() };
    Ok(object!({
        "mean": {"api00": e.values[0], "enroll": e.values[1]},
        "se": {"api00": e.se(0), "enroll": e.se(1)},
        "total": e.values[2], "total_se": e.se(2),
        "by_stype": by(&|k| e.values[k]), "by_stype_se": by(&|k| e.se(k)),
        "ratio": e.values[3], "ratio_se": e.se(3),
        "scale": scale, "nrep": count, "degf": df,
    }))
}

/// `sum(w*a)/sum(w*b)` as the operation writes it.
fn ratio_of_sums(case: &Case, data: &Data, replicates: Replicates) -> Result<Value, String> {
    let sum = |part: &str| part.trim().strip_prefix("sum(w*")?.strip_suffix(')').map(String::from);
    let (top, bottom) = case.text("stat").split_once('/').ok_or("no ratio")?;
    let (top, bottom) = sum(top).zip(sum(bottom)).ok_or("no ratio of sums")?;
    let statistic = Statistic::ratio(data.values(&top)?.0, data.values(&bottom)?.0);
    let e = estimate(replicates, &[statistic])?;
    Ok(object!({"estimate": e.values[0], "se": e.se(0)}))
}

/// Mean of api00 with the weights adjusted again in every replicate.
fn reweighted_mean(
    data: &Data,
    replicates: Replicates,
    adjust: impl Fn(&[f64]) -> Result<Vec<f64>, String>,
) -> Result<Value, String> {
    let adjusted =
        replicates.adjusted(|w| adjust(w).map_err(|_| Reason::NotConverged)).map_err(|e| e.to_string())?;
    let e = estimate(adjusted, &[Statistic::mean(data.values("api00")?.0)])?;
    Ok(object!({"estimate": e.values[0], "se": e.se(0)}))
}
