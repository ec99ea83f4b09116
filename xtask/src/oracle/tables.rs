//! Two-way tables and the tests on them, t and rank tests, logistic regression.

use super::Case;
use super::compare::json;
use super::data::Data;
use super::design::declared;
use super::estimates::words;
use super::expression::{condition, formula, known};
use monshin_estimate::compare::{
    TableStatistic, Ties, TwoWay, linear_regression, logistic_regression_to, rank_test,
};
use monshin_estimate::special::student;
use monshin_estimate::{Design, Precision};
use serde_json::{Map, Value, json as object};

pub fn evaluate(case: &Case) -> Result<Value, String> {
    let (data, design) = declared(case)?;
    match case.text("stat") {
        "svychisq" => chi_square(case, &data, design),
        "weighted_table" => table(case, &data, &design),
        "ttest" => t_test(case, &data, &design),
        "ranktest" => ranks(case, &data, &design),
        "logistic" => logistic(case, &data, &design),
        other => Err(format!("unknown operation {other}")),
    }
}

/// The statistic for R's name.
pub fn named(statistic: &str) -> Result<TableStatistic, String> {
    Ok(match statistic {
        "F" => TableStatistic::F,
        "Chisq" => TableStatistic::ChiSquare,
        "lincom" => TableStatistic::WeightedSum,
        "saddlepoint" => TableStatistic::SaddlepointWhole,
        "Wald" => TableStatistic::Wald,
        "adjWald" => TableStatistic::AdjustedWald,
        other => return Err(format!("unknown statistic {other}")),
    })
}

fn chi_square(case: &Case, data: &Data, design: Design) -> Result<Value, String> {
    let vars = words(&case.op["vars"]);
    let statistic = named(case.text("statistic"))?;
    let (_, row) = data.levels(&vars[0])?;
    let (_, column) = data.levels(&vars[1])?;
    // R counts the degrees of freedom of the whole design, rows without an answer included.
    let df = design.df();
    let precision = Precision::Linearised(design);
    let table = TwoWay::new(&precision, &row, &column).map_err(|e| e.to_string())?.with_df(df);
    let test = table.test(statistic).map_err(|e| e.to_string())?;
    // R scales X² to all rows of the design, those without an answer included; the p-value is the same.
    let answered = row.iter().zip(&column).filter(|(r, c)| r.is_some() && c.is_some()).count();
    let scale = match statistic {
        TableStatistic::ChiSquare | TableStatistic::WeightedSum | TableStatistic::SaddlepointWhole => {
            data.rows as f64 / answered as f64
        }
        _ => 1.0,
    };
    let parameter =
        if test.denominator_df.is_finite() { object!([test.df, test.denominator_df]) } else { json(test.df) };
    Ok(object!({"statistic": scale * test.statistic, "parameter": parameter, "p_value": test.p_value}))
}

fn table(case: &Case, data: &Data, design: &Design) -> Result<Value, String> {
    let vars = words(&case.op["vars"]);
    let (rows, row) = data.levels(&vars[0])?;
    let (columns, column) = data.levels(&vars[1])?;
    let mut values = vec![vec![0.0; columns.len()]; rows.len()];
    let mut sum = 0.0;
    for (k, w) in design.sample().weights().iter().enumerate() {
        if let (Some(i), Some(j)) = (row[k], column[k]) {
            values[i][j] += w;
            sum += w;
        }
    }
    Ok(object!({"table": {"rows": rows, "cols": columns, "values": values}, "sum": sum}))
}

/// Second group minus first, in alphabetical order, on design df − 1.
fn t_test(case: &Case, data: &Data, design: &Design) -> Result<Value, String> {
    let (y, present) = data.values(case.text("y"))?;
    let (_, group) = data.levels(case.text("g"))?;
    let inside: Vec<bool> = (0..data.rows).map(|i| present[i] && group[i].is_some()).collect();
    let second = group.iter().map(|g| if *g == Some(1) { 1.0 } else { 0.0 }).collect();
    let fit =
        linear_regression(design, &y, &[vec![1.0; data.rows], second], &inside).map_err(|e| e.to_string())?;
    let test = fit.test(1).map_err(|e| e.to_string())?;
    let half = student::t_quantile(0.975, fit.df) * fit.se(1);
    let value = fit.coefficients[1];
    Ok(object!({
        "statistic": test.statistic, "parameter": fit.df, "p_value": test.p_value,
        "ci": [value - half, value + half], "estimate": value,
    }))
}

fn ranks(case: &Case, data: &Data, design: &Design) -> Result<Value, String> {
    let (variable, by) = formula(&case.call)?;
    let (y, present) = data.values(&variable)?;
    let (_, group) = data.levels(&by[0])?;
    let inside: Vec<bool> = (0..data.rows).map(|i| present[i] && group[i].is_some()).collect();
    let second: Vec<bool> = group.iter().map(|g| *g == Some(1)).collect();
    let (value, test) =
        rank_test(design, &y, &second, &inside, Ties::MeanOfRows).map_err(|e| e.to_string())?;
    Ok(object!({
        "statistic": test.statistic, "parameter": test.df, "p_value": test.p_value, "estimate": value,
    }))
}

/// Label, values and where they are known.
type Term = (String, Vec<f64>, Vec<bool>);

/// A number by itself; of a category every level but the first as 0 and 1, as R names them.
fn terms(data: &Data, name: &str) -> Result<Vec<Term>, String> {
    if let Ok((x, present)) = data.values(name) {
        return Ok(vec![(name.to_string(), x, present)]);
    }
    let (levels, index) = data.levels(name)?;
    let present: Vec<bool> = index.iter().map(Option::is_some).collect();
    let dummy = |k: usize| index.iter().map(|i| if *i == Some(k) { 1.0 } else { 0.0 }).collect();
    Ok((1..levels.len()).map(|k| (format!("{name}{}", levels[k]), dummy(k), present.clone())).collect())
}

fn logistic(case: &Case, data: &Data, design: &Design) -> Result<Value, String> {
    let (response, names) = formula(&case.call)?;
    let (holds, mut inside) = known(&condition(&response, data)?);
    let y: Vec<f64> = holds.iter().map(|h| if *h { 1.0 } else { 0.0 }).collect();
    let mut variables = vec![vec![1.0; data.rows]];
    let mut labels = vec!["(Intercept)".to_string()];
    for name in &names {
        for (label, x, present) in terms(data, name)? {
            inside.iter_mut().zip(present).for_each(|(i, p)| *i &= p);
            labels.push(label);
            variables.push(x);
        }
    }
    let fit = logistic_regression_to(design, &y, &variables, &inside, 1e-8).map_err(|e| e.to_string())?;
    let by_name = |f: &dyn Fn(usize) -> f64| -> Value {
        let pairs = labels.iter().enumerate().map(|(k, n)| (n.clone(), json(f(k))));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    Ok(object!({
        "coef": by_name(&|k| fit.coefficients[k]), "se": by_name(&|k| fit.se(k)), "df_residual": fit.df,
    }))
}
