//! Counts without a design: exact intervals and tests, adjusted p-values, trends, the NCHS rule.

use super::Case;
use super::compare::json;
use super::design::declared;
use super::expression::{condition, known};
use monshin_estimate::compare::{
    Adjustment, R_ROOT_TOLERANCE, adjust, cochran_armitage, fisher_2x2_to, fisher_rxc, newcombe, pearson,
    two_sample,
};
use monshin_estimate::{
    IntervalMethod, Matrix, Precision, SharePrecision, ShareReliability, Statistic, clopper_pearson,
    hypergeometric_exact, mid_p, wilson, wilson_continuity,
};
use serde_json::{Map, Value, json as object};

pub fn evaluate(case: &Case) -> Result<Value, String> {
    let has = |key: &str| case.op.get(key).is_some();
    match case.group.as_str() {
        "trend" if has("x") && has("n") => trend(case),
        "padjust" if has("p") => Ok(adjusted(case)),
        "exact-fpc" => hypergeometric(case),
        "nchs" if has("expr") => nchs_design(case),
        "nchs" if has("x") => nchs_counts(case),
        "exact" if has("table") => fisher(case),
        "exact" if has("x1") => two_shares(case),
        "exact" if has("level") => by_count(case, &[("cp", 0.0), ("wilson", 0.0), ("wilson_cc", 0.0)]),
        "exact" if has("n") => {
            by_count(case, &[("cp", 0.90), ("cp", 0.99), ("wilson", 0.90), ("wilson", 0.99), ("midp", 0.95)])
        }
        other => Err(format!("unknown operation of {other}")),
    }
}

fn whole(case: &Case, key: &str) -> Result<u64, String> {
    case.op[key].as_u64().ok_or_else(|| format!("{key} is no count"))
}

fn wholes(value: &Value) -> Vec<u64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

fn trend(case: &Case) -> Result<Value, String> {
    let (x, n) = (wholes(&case.op["x"]), wholes(&case.op["n"]));
    let stated = ["score", "scores"].iter().find_map(|key| case.op.get(*key)?.as_array());
    let scores: Vec<f64> = match stated {
        Some(list) => list.iter().filter_map(Value::as_f64).collect(),
        None => (1..=x.len()).map(|k| k as f64).collect(),
    };
    let test = cochran_armitage(&x, &n, &scores).map_err(|e| e.to_string())?.test;
    Ok(object!({"statistic": test.statistic, "parameter": test.df, "p_value": test.p_value}))
}

fn adjusted(case: &Case) -> Value {
    let p: Vec<f64> = case.op["p"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    object!({
        "holm": adjust(&p, Adjustment::Holm),
        "BH": adjust(&p, Adjustment::BenjaminiHochberg),
        "bonferroni": adjust(&p, Adjustment::Bonferroni),
        "hochberg": adjust(&p, Adjustment::Hochberg),
        "BY": adjust(&p, Adjustment::BenjaminiYekutieli),
    })
}

/// Intervals of x of n for every x; of large n the cases print some, which are picked by their x.
fn by_count(case: &Case, wanted: &[(&str, f64)]) -> Result<Value, String> {
    let n = whole(case, "n")?;
    let stated = case.op.get("level").and_then(Value::as_f64);
    let counts: Vec<u64> = case.op.get("x").map_or_else(|| (0..=n).collect(), wholes);
    let mut report = Map::new();
    report.insert("x".into(), object!(counts));
    for (name, level) in wanted {
        let used = stated.unwrap_or(*level);
        let both: Vec<(f64, f64)> = counts
            .iter()
            .map(|&x| match *name {
                "cp" => clopper_pearson(x as f64, n as f64, used),
                "wilson" => wilson(x, n, used),
                "wilson_cc" => wilson_continuity(x, n, used),
                _ => mid_p(x, n, used),
            })
            .collect();
        let percent = if stated.is_some() { String::new() } else { format!("{:.0}", 100.0 * level) };
        let lower: Vec<f64> = both.iter().map(|b| b.0).collect();
        let upper: Vec<f64> = both.iter().map(|b| b.1).collect();
        report.insert(format!("{name}{percent}_lo"), object!(lower));
        report.insert(format!("{name}{percent}_hi"), object!(upper));
    }
    Ok(Value::Object(report))
}

fn hypergeometric(case: &Case) -> Result<Value, String> {
    let (x, n, all) = (whole(case, "x")?, whole(case, "n")?, whole(case, "N")?);
    let level = case.op.get("level").and_then(Value::as_f64).unwrap_or(0.95);
    let (low, high) = hypergeometric_exact(x, n, all, level).ok_or("impossible counts")?;
    let share = |k: u64| k as f64 / all as f64;
    Ok(object!({"K_lo": low, "K_hi": high, "p_lo": share(low), "p_hi": share(high)}))
}

fn fisher(case: &Case) -> Result<Value, String> {
    let table: Vec<Vec<u64>> = case.op["table"].as_array().into_iter().flatten().map(wholes).collect();
    let counts: Vec<Vec<f64>> = table.iter().map(|row| row.iter().map(|v| *v as f64).collect()).collect();
    let level = case.op.get("level").and_then(Value::as_f64).unwrap_or(0.95);
    // Without a count in a row or a column there is an exact test, but no X².
    let plain = pearson(&counts, false);
    if table.len() == 2 && table[0].len() == 2 {
        let f = fisher_2x2_to(table[0][0], table[0][1], table[1][0], table[1][1], level, R_ROOT_TOLERANCE);
        let mut report = object!({
            "p_two": f.two_sided, "or_cmle": json(f.odds_ratio),
            "or_lo": json(f.interval.0), "or_hi": json(f.interval.1),
            "p_less": f.less, "p_greater": f.greater,
        });
        if let (Ok(plain), Ok(yates)) = (plain, pearson(&counts, true)) {
            report["chisq"] = json(plain.test.statistic);
            report["chisq_p"] = json(plain.test.p_value);
            report["yates"] = json(yates.test.statistic);
            report["yates_p"] = json(yates.test.p_value);
        }
        return Ok(report);
    }
    let p = fisher_rxc(&table, 5_000_000).ok_or("the table is too large")?;
    let Ok(plain) = plain else { return Ok(object!({"p": p})) };
    Ok(object!({
        "p": p, "chisq": plain.test.statistic, "df": plain.test.df, "chisq_p": plain.test.p_value,
        "expected": numbered(&plain.expected), "cramer_v": plain.cramer_v,
        "std_resid": numbered(&plain.residuals),
    }))
}

fn numbered(matrix: &Matrix) -> Value {
    let rows: Vec<usize> = (1..=matrix.rows()).collect();
    let columns: Vec<usize> = (1..=matrix.cols()).collect();
    let values: Vec<&[f64]> = (0..matrix.rows()).map(|i| matrix.row(i)).collect();
    object!({"rows": rows, "cols": columns, "values": values})
}

fn two_shares(case: &Case) -> Result<Value, String> {
    let (x1, n1) = (whole(case, "x1")?, whole(case, "n1")?);
    let (x2, n2) = (whole(case, "x2")?, whole(case, "n2")?);
    let level = case.op.get("level").and_then(Value::as_f64).unwrap_or(0.95);
    let test = two_sample(x1, n1, x2, n2, level).map_err(|e| e.to_string())?;
    let (low, high) = newcombe(x1, n1, x2, n2, level);
    Ok(object!({
        "X2": test.test.statistic, "p": test.test.p_value,
        "wald_lo": test.interval.0, "wald_hi": test.interval.1,
        "X2_cc": test.corrected.statistic, "p_cc": test.corrected.p_value,
        "newcombe_lo": low, "newcombe_hi": high,
    }))
}

fn verdict(reliability: &ShareReliability) -> Map<String, Value> {
    let rule = reliability.nchs();
    let report = object!({
        "lo": reliability.lower, "hi": reliability.upper, "n_eff": rule.effective_size,
        "width": rule.width, "rel_width": json(rule.relative_width), "present": rule.present,
        "review_df": rule.review_df, "review_0_100": rule.review_edge,
        "footnote_complement": rule.footnote_complement,
    });
    report.as_object().cloned().unwrap_or_default()
}

fn nchs_counts(case: &Case) -> Result<Value, String> {
    let (x, n) = (whole(case, "x")?, whole(case, "n")?);
    let size = n as f64;
    let (lower, upper) = clopper_pearson(x as f64, size, 0.95);
    let share = x as f64 / size;
    let reliability =
        ShareReliability { share, observations: n, effective_size: size, lower, upper, df: size - 1.0 };
    Ok(Value::Object(verdict(&reliability)))
}

fn nchs_design(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    let (holds, there) = known(&condition(case.text("expr"), &data)?);
    let statistic = Statistic::share(&holds).within(&there);
    let n = statistic.base(design.sample());
    let df = design.df_within(|row| there[row]);
    let e = Precision::Linearised(design).estimate(&[statistic]).map_err(|e| e.to_string())?;
    let precision = SharePrecision {
        share: e.values[0],
        variance: e.covariance[(0, 0)],
        df,
        observations: n,
        kish_size: n as f64,
        size_cap: n as f64,
    };
    let interval = precision.interval(0.95, IntervalMethod::KornGraubard).map_err(|e| e.to_string())?;
    let reliability = ShareReliability {
        share: precision.share,
        observations: n,
        effective_size: precision.effective_size(),
        lower: interval.lower,
        upper: interval.upper,
        df,
    };
    let mut report = verdict(&reliability);
    report.insert("p".into(), json(precision.share));
    report.insert("n".into(), json(n as f64));
    report.insert("df".into(), json(df));
    report.insert("n_eff_unadj".into(), json(precision.effective_size()));
    report.insert("n_eff_adj_capped".into(), json(precision.korn_graubard_size(0.95)));
    Ok(Value::Object(report))
}
