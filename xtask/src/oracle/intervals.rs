//! Intervals of shares and quantiles.

use super::Case;
use super::compare::json;
use super::design::declared;
use super::expression::{condition, formula, known};
use super::weighting;
use monshin_estimate::{
    Design, Estimate, Interval, IntervalMethod, Precision, QuantileInterval, QuantileRule, SharePrecision,
    Statistic, design_quantile, likelihood_by_spline,
};
use serde_json::{Value, json as object};

/// `svyciprop` of a condition, on the declared design or after raking to three margins.
pub fn evaluate(case: &Case) -> Result<Value, String> {
    let (data, mut design) = declared(case)?;
    if case.text("stat").ends_with("after rake3") {
        design = weighting::raked_three(&data, &design)?;
    }
    let (holds, there) = known(&condition(case.text("expr"), &data)?);
    let level = case.op.get("level").and_then(Value::as_f64).unwrap_or(0.95);
    let df = if case.text("df").starts_with("Inf") {
        Some(f64::INFINITY)
    } else {
        case.op.get("df").and_then(Value::as_f64)
    };
    share(&design, &holds, &there, (level, df), case.text("method"))
}

/// Share with an interval by R's name of the method; R's Korn–Graubard is not capped.
pub fn share(
    design: &Design,
    holds: &[bool],
    inside: &[bool],
    (level, stated_df): (f64, Option<f64>),
    method: &str,
) -> Result<Value, String> {
    // R counts all rows of the design, those without an answer included; a subset of a calibrated design
    // keeps its rows, of another it does not.
    let is_calibrated = design.is_calibrated();
    let own_df = design.df();
    let observations = design.sample().base(|row| is_calibrated || design.sample().is_active(row));
    // R's Korn–Graubard always takes the design's.
    let df = stated_df.filter(|_| method != "beta").unwrap_or(own_df);
    let estimates = Precision::Linearised(design.clone())
        .estimate(&[Statistic::share(holds).within(inside)])
        .map_err(|e| e.to_string())?;
    let precision = SharePrecision {
        share: estimates.values[0],
        variance: estimates.covariance[(0, 0)],
        df,
        observations,
        kish_size: observations as f64,
        size_cap: f64::INFINITY,
    };
    let interval = match method {
        "asin" => precision.arcsine_reflected(level),
        "likelihood" => likelihood_by_spline(design, holds, inside, level, df),
        _ => precision.interval(level, named(method)?),
    };
    let interval = interval.map_err(|e| e.to_string())?;
    Ok(object!({
        "estimate": precision.share, "lo": interval.lower, "hi": interval.upper, "se": estimates.se(0),
    }))
}

/// Our method for R's name.
pub fn named(method: &str) -> Result<IntervalMethod, String> {
    Ok(match method {
        "logit" | "xlogit" => IntervalMethod::Logit,
        "asin" => IntervalMethod::Arcsine,
        "mean" => IntervalMethod::Wald,
        "beta" => IntervalMethod::KornGraubard,
        "wilson" => IntervalMethod::Wilson,
        "likelihood" => IntervalMethod::Likelihood,
        other => return Err(format!("unknown interval method {other}")),
    })
}

/// `svyquantile` of one variable, which the operation or the call names.
pub fn quantile(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    let variable = match case.op["vars"][0].as_str() {
        Some(name) => name.to_string(),
        None => formula(&case.call)?.1[0].clone(),
    };
    let (y, mut inside) = data.values(&variable)?;
    if let Some(domain) = case.op.get("domain").and_then(Value::as_str) {
        let (holds, _) = known(&condition(domain, &data)?);
        inside.iter_mut().zip(holds).for_each(|(i, h)| *i &= h);
    }
    let rule = match case.op.get("qrule").and_then(Value::as_str).unwrap_or("math") {
        "math" | "hf1" => QuantileRule::Math,
        "school" | "hf2" => QuantileRule::School,
        "hf3" => QuantileRule::EvenStep,
        "hf4" => QuantileRule::Linear,
        "hf5" => QuantileRule::Midpoint,
        "hf6" => QuantileRule::Weibull,
        "hf7" => QuantileRule::Mode,
        "hf8" => QuantileRule::MedianUnbiased,
        "hf9" => QuantileRule::NormalUnbiased,
        "shahvaish" => QuantileRule::ShahVaish,
        other => return Err(format!("unknown quantile rule {other}")),
    };
    let interval = match case.op.get("interval").and_then(Value::as_str).unwrap_or("mean") {
        "score" => QuantileInterval::ScoreUnweighted,
        method => QuantileInterval::Share(named(method)?),
    };
    let alpha = case.op.get("alpha").and_then(Value::as_f64);
    let level = case.op.get("level").and_then(Value::as_f64);
    let level = level.or(alpha.map(|a| 1.0 - a)).unwrap_or(0.95);
    let precision = Precision::Linearised(design);
    let largest =
        y.iter().zip(&inside).filter(|(_, i)| **i).map(|(y, _)| *y).fold(f64::NEG_INFINITY, f64::max);
    let one = |p: f64| {
        let estimate = design_quantile(&precision, &y, &inside, p, rule, interval, level);
        let is_plain =
            matches!(interval, QuantileInterval::Share(IntervalMethod::Wald | IntervalMethod::Arcsine));
        if is_plain { at_the_largest(estimate, largest) } else { estimate }
    };
    let Some(p) = case.op["q"].as_f64() else {
        let probabilities = case.op["q"].as_array().ok_or("no probabilities")?;
        let all: Vec<_> = probabilities.iter().filter_map(Value::as_f64).map(one).collect();
        // An end that no value of the sample bounds is NaN in R, and so is the SE.
        let list = |f: &dyn Fn(usize) -> Option<f64>| -> Vec<Value> {
            (0..all.len()).map(|k| bounded(f(k))).collect()
        };
        return Ok(object!({
            "estimate": list(&|k| all[k].value()),
            "lo": list(&|k| all[k].interval().map(|i| i.lower)),
            "hi": list(&|k| all[k].interval().map(|i| i.upper)),
            "se": list(&|k| all[k].se()),
        }));
    };
    let estimate = one(p);
    let interval = estimate.interval().ok_or("not estimable")?;
    Ok(object!({
        "estimate": estimate.value(), "lo": bounded(Some(interval.lower)), "hi": bounded(Some(interval.upper)),
    }))
}

/// Of the largest value R takes the share at or below it for certain: the interval has no width.
fn at_the_largest(estimate: Estimate, largest: f64) -> Estimate {
    match estimate {
        Estimate::Point { value, interval, base, .. } if value == largest => {
            let interval = Interval { lower: value, upper: value, ..interval };
            Estimate::Point { value, se: Some(0.0), interval, base }
        }
        other => other,
    }
}

fn bounded(value: Option<f64>) -> Value {
    value.filter(|v| v.is_finite()).map_or(Value::Null, json)
}
