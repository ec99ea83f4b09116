//! `cargo xtask oracle DIR`: compares our figures with the cases of a folder of reference values.
//!
//! The layout is that of `tests/oracle`: `index.jsonl` (cases with their R call) with
//! `expected/*.json`, and `extra.jsonl` (cases with their expected values inside). What a case asks is
//! computed from its data and operation alone; the expected values are read afterwards, to compare.

mod calls;
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
pub struct Outcome {
    id: String,
    group: String,
    /// R's call, "" where R has none, and ours.
    call: String,
    ours: String,
    /// Largest relative difference, or what is wrong.
    result: Result<f64, String>,
}

/// Runs folders and prints what failed, the groups, and the count as the last line.
pub fn run(args: &[String]) -> ExitCode {
    let folders: Vec<&Path> = args.iter().filter(|a| !a.starts_with("--")).map(Path::new).collect();
    if folders.is_empty() {
        eprintln!("usage: cargo xtask oracle DIR… [--table]");
        return ExitCode::from(2);
    }
    let outcomes: Vec<Outcome> = folders.into_iter().flat_map(outcomes).collect();
    if args.iter().any(|a| a == "--table") {
        print!("{}", calls::table(&outcomes));
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

/// Everything that a folder asks. What cannot be read counts as a case that failed, so that nothing is
/// passed over.
fn outcomes(folder: &Path) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let mut expected: BTreeMap<String, Result<Value, String>> = BTreeMap::new();
    let (index, extra) = (folder.join("index.jsonl"), folder.join("extra.jsonl"));
    if !index.exists() && !extra.exists() {
        let why = "neither index.jsonl nor extra.jsonl is there";
        return vec![unread(folder.display().to_string(), why.into())];
    }
    for line in lines(&index) {
        let line = match line {
            Ok(line) => line,
            Err(outcome) => {
                outcomes.push(*outcome);
                continue;
            }
        };
        let wanted = match line["expected_file"].as_str() {
            None => Err("names no expected_file".to_string()),
            Some(file) => {
                let read = || json(&folder.join(file));
                let values = expected.entry(file.to_string()).or_insert_with(read);
                let id = line["id"].as_str().unwrap_or_default();
                values.clone().and_then(|v| v.get(id).cloned().ok_or(format!("{file} has no value for it")))
            }
        };
        outcomes.push(judge(case(&line, folder), index_case, wanted, &line));
    }
    for line in lines(&extra) {
        outcomes.push(match line {
            Ok(line) => {
                let wanted = line.get("expected").cloned().ok_or("has no expected value".to_string());
                judge(case(&line, folder), extra::evaluate, wanted, &line)
            }
            Err(outcome) => *outcome,
        });
    }
    outcomes
}

/// A case of which not even the question could be read.
fn unread(place: String, why: String) -> Outcome {
    Outcome { id: place, group: "unread".into(), call: String::new(), ours: "–".into(), result: Err(why) }
}

fn judge(
    case: Case,
    evaluate: fn(&Case) -> Result<Value, String>,
    wanted: Result<Value, String>,
    line: &Value,
) -> Outcome {
    let got = std::panic::catch_unwind(|| evaluate(&case)).unwrap_or_else(|_| Err("panicked".into()));
    let says_nothing = |v: &Value| v.is_null() || v.as_object().is_some_and(|fields| fields.is_empty());
    let result = match (got, wanted) {
        (Err(why), _) | (_, Err(why)) => Err(why),
        (_, Ok(wanted)) if says_nothing(&wanted) => Err("expects nothing".into()),
        (Ok(got), Ok(wanted)) => compare(&picked(got, &wanted), &wanted, Tolerance::of(line)),
    };
    Outcome { ours: calls::ours(&case), id: case.id, group: case.group, call: case.call, result }
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

/// The lines of a file of JSON lines; none where there is no such file. A line that is no case is an outcome
/// already.
fn lines(path: &Path) -> Vec<Result<Value, Box<Outcome>>> {
    if !path.exists() {
        return Vec::new();
    }
    let place = |number: usize| format!("{}:{}", path.display(), number + 1);
    let text = match read(path) {
        Ok(text) => text,
        Err(why) => return vec![Err(Box::new(unread(path.display().to_string(), why)))],
    };
    let parse = |(number, line): (usize, &str)| match serde_json::from_str::<Value>(line) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(Box::new(unread(place(number), "is no case".into()))),
        Err(why) => Err(Box::new(unread(place(number), format!("is no JSON: {why}")))),
    };
    text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()).map(parse).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_the_oracle_agrees() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracle"));
        let outcomes = outcomes(folder);
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
        let outcomes = outcomes(folder);
        let failed: Vec<_> = outcomes.iter().filter(|o| o.result.is_err()).collect();
        let told: Vec<String> = failed.iter().map(|o| format!("{}: {:?}", o.id, o.result)).collect();
        assert!(outcomes.len() == 506 && told.is_empty(), "of {}:\n{}", outcomes.len(), told.join("\n"));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test makes a folder of its own")]
    fn what_cannot_be_read_counts_as_failed_and_the_rest_is_run() {
        let folder = std::env::temp_dir().join(format!("monshin-oracle-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("expected")).expect("a temporary folder");
        let case = |id: &str, rest: &str| {
            format!(r#"{{"id": "{id}", "group": "padjust", "op": {{"p": [0.5]}}{rest}}}"#)
        };
        let good = r#", "expected_file": "expected/p.json""#;
        let index = [
            case("right", good),
            case("wrong", good),
            "{ broken".into(),
            "[1]".into(),
            String::new(),
            case("no-file", r#", "expected_file": "expected/gone.json""#),
            case("no-value", good),
            case("names-nothing", ""),
            r#"{"id": "no-data", "group": "mean", "op": {"stat": "mean", "vars": ["x"]}, "design": {"data": "gone"}, "expected_file": "expected/p.json"}"#.into(),
            r#"{"expected_file": "expected/p.json"}"#.into(),
        ];
        std::fs::write(folder.join("index.jsonl"), index.join("\n")).expect("written");
        let values = r#"{"right": {"holm": [0.5]}, "wrong": {"holm": [0.4]}, "no-data": {"estimate": 1}}"#;
        std::fs::write(folder.join("expected/p.json"), values).expect("written");
        let told = outcomes(&folder);
        let nothing = outcomes(&folder.join("elsewhere"));
        std::fs::remove_dir_all(&folder).expect("removed");
        let passed: Vec<&str> = told.iter().filter(|o| o.result.is_ok()).map(|o| o.id.as_str()).collect();
        assert_eq!((told.len(), passed), (9, vec!["right"]));
        assert!(told.iter().any(|o| o.id.ends_with("index.jsonl:3")));
        assert!(nothing.len() == 1 && nothing[0].result.is_err());
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
