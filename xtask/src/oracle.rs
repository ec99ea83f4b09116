//! `cargo xtask oracle DIR`: compares our figures with the cases of a folder of reference values.
//!
//! The layout is that of `tests/oracle`: `index.jsonl` (cases with their R call) with
//! `expected/*.json`, and `extra.jsonl` (cases with their expected values inside). What a case asks is
//! computed from its data and operation alone; the expected values are read afterwards, to compare.

mod compare;
mod data;
mod design;
mod estimates;
mod exact;
mod expression;
mod extra;
mod intervals;
mod replicates;
mod survey;
mod tables;
mod weighting;
mod wording;

use compare::{Tolerance, compare};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A case without its expected values.
pub struct Case {
    pub id: String,
    pub group: String,
    pub op: Value,
    pub design: Value,
    pub call: String,
    pub data: Vec<String>,
    pub folder: PathBuf,
}

impl Case {
    /// A text of the operation, "" where it has none.
    pub fn text(&self, key: &str) -> &str {
        self.op.get(key).and_then(Value::as_str).unwrap_or("")
    }
}

/// What came of one case.
struct Outcome {
    id: String,
    group: String,
    call: String,
    /// Largest relative difference, or what is wrong.
    result: Result<f64, String>,
}

/// Runs a folder and prints what failed, the groups, and the count as the last line.
pub fn run(args: &[String]) -> ExitCode {
    let Some(folder) = args.iter().find(|a| !a.starts_with("--")) else {
        eprintln!("usage: cargo xtask oracle DIR [--table]");
        return ExitCode::from(2);
    };
    let outcomes = match outcomes(Path::new(folder)) {
        Ok(outcomes) => outcomes,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(3);
        }
    };
    if args.iter().any(|a| a == "--table") {
        print_table(&outcomes);
    }
    for outcome in &outcomes {
        if let Err(why) = &outcome.result {
            println!("failed {}: {why}", outcome.id);
        }
    }
    print_groups(&outcomes);
    let failed = outcomes.iter().filter(|o| o.result.is_err()).count();
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    ExitCode::from(u8::from(failed > 0))
}

fn outcomes(folder: &Path) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::new();
    let mut expected: BTreeMap<String, Value> = BTreeMap::new();
    for line in lines(&folder.join("index.jsonl"))? {
        let file = line["expected_file"].as_str().unwrap_or_default().to_string();
        if !expected.contains_key(&file) {
            expected.insert(file.clone(), json(&folder.join(&file))?);
        }
        let case = case(&line, folder);
        let wanted = expected[&file].get(&case.id).cloned();
        outcomes.push(judge(case, index_case, wanted, &line));
    }
    for line in lines(&folder.join("extra.jsonl"))? {
        let wanted = line.get("expected").cloned();
        outcomes.push(judge(case(&line, folder), extra::evaluate, wanted, &line));
    }
    Ok(outcomes)
}

fn judge(
    case: Case,
    evaluate: fn(&Case) -> Result<Value, String>,
    wanted: Option<Value>,
    line: &Value,
) -> Outcome {
    let got = std::panic::catch_unwind(|| evaluate(&case)).unwrap_or_else(|_| Err("panicked".into()));
    let result = match (got, wanted) {
        (Err(why), _) => Err(why),
        (_, None) => Err("has no expected value".into()),
        (Ok(got), Some(wanted)) => compare(&picked(got, &wanted), &wanted, Tolerance::of(line)),
    };
    Outcome { id: case.id, group: case.group, call: case.call, result }
}

/// Where a case prints some rows of a table by `x`, those rows of ours.
fn picked(got: Value, wanted: &Value) -> Value {
    let (Some(mine), Some(printed)) = (got["x"].as_array(), wanted["x"].as_array()) else {
        return got;
    };
    let places: Vec<usize> = printed.iter().filter_map(|x| mine.iter().position(|m| m == x)).collect();
    let pick = |column: &Value| match column.as_array() {
        Some(list) if list.len() == mine.len() => places.iter().map(|&k| list[k].clone()).collect(),
        _ => column.clone(),
    };
    let columns = got.as_object().into_iter().flatten();
    Value::Object(columns.map(|(name, column)| (name.clone(), pick(column))).collect())
}

/// Every operation of `index.jsonl`, by its statistic, or by its group where it names none.
fn index_case(case: &Case) -> Result<Value, String> {
    let stat = case.text("stat");
    match (stat, case.group.as_str()) {
        ("", "survey" | "macro" | "chisq" | "fpc" | "vsrest") => survey::evaluate(case),
        ("", "rake" | "poststratify" | "calibrate" | "trim") => weighting::evaluate(case),
        ("", "trend" | "padjust" | "exact" | "exact-fpc" | "nchs") => exact::evaluate(case),
        ("", "ciprop") => survey::interval(case),
        (_, "replicate") => replicates::evaluate(case),
        ("proportion_ci" | "proportion_ci after rake3", _) => intervals::evaluate(case),
        ("quantile", _) => intervals::quantile(case),
        ("svychisq" | "weighted_table" | "ttest" | "ranktest" | "logistic", _) => tables::evaluate(case),
        (wave, _) if wave.starts_with("two-wave difference") => survey::waves(case),
        _ => estimates::evaluate(case),
    }
}

fn case(line: &Value, folder: &Path) -> Case {
    let text = |key: &str| line.get(key).and_then(Value::as_str).unwrap_or("").to_string();
    let files = line.get("data").and_then(Value::as_array);
    Case {
        id: text("id"),
        group: text("group"),
        op: line["op"].clone(),
        design: line.get("design").cloned().unwrap_or(Value::Null),
        call: text("call"),
        data: files.into_iter().flatten().filter_map(Value::as_str).map(String::from).collect(),
        folder: folder.to_path_buf(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the runner reads the folder it is given")]
fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn json(path: &Path) -> Result<Value, String> {
    serde_json::from_str(&read(path)?).map_err(|e| format!("{}: {e}", path.display()))
}

/// The lines of a file of JSON lines; none where there is no such file.
fn lines(path: &Path) -> Result<Vec<Value>, String> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = read(path)?;
    let parse = |l: &str| serde_json::from_str(l).map_err(|e| format!("{}: {e}", path.display()));
    text.lines().filter(|l| !l.trim().is_empty()).map(parse).collect()
}

fn print_groups(outcomes: &[Outcome]) {
    let mut groups: BTreeMap<&str, (usize, usize, f64)> = BTreeMap::new();
    for outcome in outcomes {
        let group = groups.entry(&outcome.group).or_default();
        match outcome.result {
            Ok(difference) => {
                group.0 += 1;
                group.2 = group.2.max(difference);
            }
            Err(_) => group.1 += 1,
        }
    }
    for (name, (passed, failed, worst)) in groups {
        println!("{name:>20}: {passed:>3} passed, {failed:>3} failed, largest difference {worst:.1e}");
    }
}

/// A Markdown table of R calls with the largest difference seen, cases of the same shape together.
fn print_table(outcomes: &[Outcome]) {
    let mut rows: BTreeMap<(&str, &str), (usize, Option<f64>)> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| !o.call.is_empty()) {
        let row = rows.entry((&outcome.group, &outcome.call)).or_insert((0, Some(0.0)));
        row.0 += 1;
        let difference = outcome.result.as_ref().ok();
        row.1 = row.1.zip(difference).map(|(worst, d)| worst.max(*d));
    }
    println!("| group | R call | cases | largest relative difference |\n|---|---|---|---|");
    for ((group, call), (cases, worst)) in rows {
        let worst = worst.map_or("–".to_string(), |w| format!("{w:.0e}"));
        println!("| {group} | `{}` | {cases} | {worst} |", call.replace('|', "\\|"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_the_oracle_agrees() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracle"));
        let outcomes = outcomes(folder).expect("the folder is part of the repository");
        let surprises: Vec<String> = outcomes
            .iter()
            .filter(|o| o.result.is_err())
            .map(|o| format!("{}: {:?}", o.id, o.result))
            .collect();
        assert!(outcomes.len() == 680, "only {} cases were found", outcomes.len());
        assert!(surprises.is_empty(), "of {} cases:\n{}", outcomes.len(), surprises.join("\n"));
    }

    #[test]
    fn every_further_case_agrees() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracle-extra"));
        let outcomes = outcomes(folder).expect("the folder is part of the repository");
        let failed: Vec<_> = outcomes.iter().filter(|o| o.result.is_err()).collect();
        let told: Vec<String> = failed.iter().map(|o| format!("{}: {:?}", o.id, o.result)).collect();
        assert!(outcomes.len() == 180 && told.is_empty(), "of {}:\n{}", outcomes.len(), told.join("\n"));
    }

    #[test]
    fn an_operation_nobody_knows_is_a_failure() {
        let line: Value = serde_json::json!({"id": "x", "group": "mean", "op": {"stat": "mode"}});
        assert!(index_case(&case(&line, Path::new("."))).is_err());
        let line: Value = serde_json::json!({"id": "x", "group": "horoscope", "op": {"q": 1}});
        assert!(index_case(&case(&line, Path::new("."))).is_err());
        assert!(extra::evaluate(&case(&line, Path::new("."))).is_err());
    }
}
