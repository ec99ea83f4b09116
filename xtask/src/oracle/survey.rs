//! The two routed surveys: shares by question and class, weighted and not.

use super::Case;
use super::compare::json;
use super::data::Data;
use super::design::{build, declared};
use super::expression::formula;
use super::intervals;
use super::tables::named;
use super::weighting::{poststratified, raked, register};
use monshin_estimate::compare::{
    Adjustment, R_ROOT_TOLERANCE, TableStatistic, TwoWay, adjust, fisher_2x2_to, independent_waves,
};
use monshin_estimate::design::MarginMeans;
use monshin_estimate::{Comparison, Design, Estimates, Precision, Reason, Statistic, design_effect};
use serde_json::{Map, Value, json as object};

pub fn evaluate(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    match case.group.as_str() {
        "chisq" => chi_squares(case, &data, design),
        "fpc" => stratified(case, &data, design),
        "vsrest" => against_the_rest(case, &data),
        "macro" => pooled_and_macro(case, &data, design),
        _ if case.op.get("q").is_none() => Err("the operation names no question".into()),
        _ => {
            let design = weighted(case, &data, &design)?;
            match case.op.get("by").and_then(Value::as_str) {
                Some(by) => by_class(case, &data, design, by),
                None => overall(case, &data, design),
            }
        }
    }
}

/// The design with the weights the operation names.
fn weighted(case: &Case, data: &Data, design: &Design) -> Result<Design, String> {
    let Some(rule) = case.op.get("weights").and_then(Value::as_str) else {
        return Ok(design.clone());
    };
    let (verb, variables) = rule.split_once(' ').ok_or_else(|| format!("unknown weights {rule}"))?;
    let variables: Vec<&str> = variables.split(',').map(str::trim).collect();
    let totals = register(case, data, &variables)?;
    match verb {
        "postStratify" => poststratified(data, design, &totals[0]),
        "rake" => raked(data, design, &totals, MarginMeans::Weighted),
        _ => Err(format!("unknown weights {rule}")),
    }
}

/// Counts and share of a question over the rows `inside`.
struct Question {
    asked: Vec<bool>,
    yes: Vec<bool>,
    answered: Vec<bool>,
    blank: Vec<bool>,
}

impl Question {
    fn of(data: &Data, q: &str) -> Result<Self, String> {
        let codes = data.text(q)?;
        let is = |wanted: &[&str]| codes.iter().map(|c| wanted.contains(&c.as_str())).collect();
        Ok(Self {
            asked: codes.iter().map(|c| c != "8").collect(),
            yes: is(&["1"]),
            answered: is(&["1", "2"]),
            blank: is(&["9"]),
        })
    }

    fn share(&self) -> Statistic {
        Statistic::share(&self.yes).within(&self.answered)
    }
}

fn estimate(design: Design, statistics: &[Statistic]) -> Result<Estimates, String> {
    Precision::Linearised(design).estimate(statistics).map_err(|e| e.to_string())
}

fn count(flags: &[bool]) -> usize {
    flags.iter().filter(|f| **f).count()
}

fn overall(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let question = Question::of(data, case.text("q"))?;
    let share = question.share();
    let e = estimate(design.clone(), std::slice::from_ref(&share))?;
    let deff = design_effect(&share, &e, 0, design.sample(), Comparison::WithoutReplacement);
    Ok(object!({
        "asked": count(&question.asked), "answered": count(&question.answered),
        "yes": count(&question.yes), "no_answer": count(&question.blank),
        "share": e.values[0], "se": e.se(0), "deff": deff.map_or(Value::Null, json),
    }))
}

fn by_class(case: &Case, data: &Data, design: Design, by: &str) -> Result<Value, String> {
    let question = Question::of(data, case.text("q"))?;
    let (levels, class) = alphabetical(data, by)?;
    let rows = |k: usize| -> Vec<bool> { class.iter().map(|c| *c == Some(k)).collect() };
    let precision = Precision::Linearised(design);
    let mut shares: Vec<(f64, f64)> = Vec::new();
    for k in 0..levels.len() {
        shares.push(match precision.estimate(&[question.share().within(&rows(k))]) {
            Ok(e) => (e.values[0], e.se(0)),
            // R gives 0 with SE 0 where we say that nobody is in the base.
            Err(Reason::NoBase) => (0.0, 0.0),
            Err(other) => return Err(other.to_string()),
        });
    }
    let table = |f: &dyn Fn(usize) -> Value| -> Value {
        let pairs = levels.iter().enumerate().map(|(k, level)| (level.clone(), f(k)));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    let counted = |flags: &[bool]| table(&|k| object!(count(&both(&rows(k), flags))));
    Ok(object!({
        "levels": levels,
        "asked": counted(&question.asked), "answered": counted(&question.answered),
        "yes": counted(&question.yes),
        "share": table(&|k| json(shares[k].0)), "se": table(&|k| json(shares[k].1)),
    }))
}

fn both(a: &[bool], b: &[bool]) -> Vec<bool> {
    a.iter().zip(b).map(|(a, b)| *a && *b).collect()
}

/// Levels in alphabetical order, whatever they look like.
fn alphabetical(data: &Data, by: &str) -> Result<(Vec<String>, Vec<Option<usize>>), String> {
    let text = data.text(by)?;
    let mut levels: Vec<String> = text.iter().filter(|s| !s.is_empty()).cloned().collect();
    levels.sort();
    levels.dedup();
    let class = text.iter().map(|s| levels.iter().position(|l| l == s)).collect();
    Ok((levels, class))
}

/// `svyciprop` of a question after raking to beds and founder.
pub fn interval(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    let design = raked_to_register(case, &data, &design)?;
    let question = Question::of(&data, case.text("q"))?;
    let level = case.op.get("level").and_then(Value::as_f64).unwrap_or(0.95);
    intervals::share(&design, &question.yes, &question.answered, (level, None), case.text("method"))
}

fn raked_to_register(case: &Case, data: &Data, design: &Design) -> Result<Design, String> {
    let totals = register(case, data, &["beds", "founder"])?;
    raked(data, design, &totals, MarginMeans::Weighted)
}

fn pooled_and_macro(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let question = Question::of(data, case.text("q"))?;
    let by = case.op.get("by").and_then(Value::as_str).unwrap_or("beds");
    let (levels, class) = alphabetical(data, by)?;
    let mut statistics: Vec<Statistic> = (0..levels.len())
        .map(|k| {
            let rows: Vec<bool> = class.iter().map(|c| *c == Some(k)).collect();
            question.share().within(&rows)
        })
        .collect();
    let k = statistics.len();
    statistics.push(question.share());
    let e = estimate(design, &statistics)?;
    let mut average = vec![1.0 / k as f64; k];
    average.push(0.0);
    let (value, se) = e.contrast(&average);
    Ok(object!({"pooled": e.values[k], "macro": value, "macro_se": se}))
}

fn chi_squares(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    // `svychisq(~q1y+beds, d) …`
    let variables = formula(&case.call)?.1;
    let [question, class] = variables.as_slice() else { return Err("no two variables".into()) };
    let question = Question::of(data, question.trim_end_matches('y'))?;
    let (_, beds) = alphabetical(data, class)?;
    let answer: Vec<Option<usize>> = question
        .answered
        .iter()
        .zip(&question.yes)
        .map(|(answered, yes)| answered.then_some(usize::from(*yes)))
        .collect();
    let test = |design: Design, statistic: TableStatistic| {
        // R counts the degrees of freedom of the whole design.
        let df = design.df();
        TwoWay::new(&Precision::Linearised(design), &answer, &beds)?.with_df(df).test(statistic)
    };
    let raked = raked_to_register(case, data, &design)?;
    let text = |e: Reason| e.to_string();
    let f = test(design.clone(), named("F")?).map_err(text)?;
    let chi = test(design, named("Chisq")?).map_err(text)?;
    let weighted = test(raked, named("F")?).map_err(text)?;
    // R scales X² to all rows of the design, those without an answer included.
    let all_rows = data.rows as f64 / count(&question.answered) as f64;
    Ok(object!({
        "F": f.statistic, "ndf": f.df, "ddf": f.denominator_df, "p_F": f.p_value,
        "X2": chi.statistic * all_rows, "p_Chisq": chi.p_value,
        "F_raked": weighted.statistic, "p_F_raked": weighted.p_value,
    }))
}

/// The share of every question in the declared design.
fn stratified(_case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let mut report = Map::new();
    for q in data.questions() {
        let e = estimate(design.clone(), &[Question::of(data, &q)?.share()])?;
        report.insert(q, object!({"share": e.values[0], "se": e.se(0)}));
    }
    report.insert("degf".into(), json(design.df()));
    Ok(Value::Object(report))
}

/// Fisher's test of each class against all others.
fn against_the_rest(case: &Case, data: &Data) -> Result<Value, String> {
    let question = Question::of(data, case.text("q"))?;
    let (levels, class) = alphabetical(data, case.text("by"))?;
    let all = (count(&question.yes) as u64, count(&question.answered) as u64);
    let mut names = Vec::new();
    let (mut p, mut odds) = (Vec::new(), Vec::new());
    for (k, level) in levels.iter().enumerate() {
        let rows: Vec<bool> = class.iter().map(|c| *c == Some(k)).collect();
        let yes = count(&both(&rows, &question.yes)) as u64;
        let n = count(&both(&rows, &question.answered)) as u64;
        if n == 0 {
            continue;
        }
        let test =
            fisher_2x2_to(yes, n - yes, all.0 - yes, all.1 - n - (all.0 - yes), 0.95, R_ROOT_TOLERANCE);
        names.push(level.clone());
        p.push(test.two_sided);
        odds.push(json(test.odds_ratio));
    }
    Ok(object!({
        "levels": names, "p": p, "odds_ratio_cmle": odds,
        "holm": adjust(&p, Adjustment::Holm), "BH": adjust(&p, Adjustment::BenjaminiHochberg),
    }))
}

/// Difference of a question's share between two independent waves.
pub fn waves(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    let second = case.text("stat").rsplit('/').next().and_then(|f| f.strip_suffix(".csv"));
    let later = Data::named(&case.folder, second.ok_or("no second file")?)?;
    let later_design = build(&case.design, &later)?;
    // `difference of q1 share between …`
    let named = case.call.split_whitespace().find(|word| data.has(word));
    let q = case.op.get("q").and_then(Value::as_str).or(named).unwrap_or("q1");
    let first = estimate(design, &[Question::of(&data, q)?.share()])?;
    let last = estimate(later_design, &[Question::of(&later, q)?.share()])?;
    let waves = [&first, &last].map(|wave| wave.wald(0, 0.95, f64::INFINITY));
    let change = independent_waves(&waves[0], &waves[1], 0.95).map_err(|reason| reason.to_string())?;
    Ok(object!({
        "p1": first.values[0], "p2": last.values[0], "diff": change.value, "se": change.se,
        "z": change.test.statistic, "p_value": change.test.p_value,
    }))
}
