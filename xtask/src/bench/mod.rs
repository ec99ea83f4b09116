//! Runs one bench by name and says in JSON how fast it was, and how fast the same is in R.

mod data;

use serde_json::{Value, json};

use crate::shell;
use crate::tidy::Tree;

/// Runs the bench `NAME` of whichever crate has `benches/NAME.rs`; prints one JSON object.
///
/// # Errors
/// When there is no such bench, it fails, or its output cannot be read.
pub fn run(name: &str) -> Result<(), String> {
    let tree = Tree::of_workspace(&shell::root())?;
    let package = package_of(&tree, name)?;
    let mut cargo = shell::cargo();
    cargo.args(["bench", "--quiet", "--profile", "dist", "--package", &package, "--bench", name]);
    if std::env::args().any(|word| word == "--quick") {
        cargo.env("MONSHIN_BENCH_QUICK", "1");
    }
    let said = shell::output(&mut cargo)?;
    // A bench that measures more than times says it in JSON itself.
    let own = said.lines().rev().find_map(|line| serde_json::from_str::<Value>(line).ok());
    if let Some(report) = own.filter(|own| own["results"].is_array()) {
        println!("{}", json!({ "bench": name, "package": package, "load": load(), "measured": report }));
        return Ok(());
    }
    let measured = read(&said);
    if measured.is_empty() {
        return Err(format!("the bench {name} printed nothing that can be read:\n{said}"));
    }
    let mut report = json!({ "bench": name, "package": package, "load": load(), "results": measured });
    let script = format!("crates/{package}/benches/{name}.R");
    if shell::root().join(&script).exists() {
        report["r"] = beside(&script)?;
        report["compared"] = compared(&report["results"], &report["r"]["results"]);
    }
    println!("{report}");
    Ok(())
}

/// The same work in R, in the same run, where R with its survey package is installed; else why not.
fn beside(script: &str) -> Result<Value, String> {
    let version = "cat(R.version.string, 'survey', as.character(packageVersion('survey')))";
    let mut probe = shell::command("Rscript");
    let Ok(version) = shell::output(probe.args(["-e", version])) else {
        return Ok(json!({ "missing": "Rscript with the package survey" }));
    };
    let folder = shell::root().join("target/bench");
    data::write(&folder)?;
    let mut rscript = shell::command("Rscript");
    rscript.arg(script).arg(&folder);
    if std::env::args().any(|a| a == "--quick") {
        rscript.arg("quick");
    }
    let said = shell::output(&mut rscript)?;
    let lines = said.lines().filter(|line| line.starts_with('{'));
    let results: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
    let results = results.map_err(|error| format!("{script} printed what is no JSON: {error}"))?;
    Ok(json!({ "version": version.trim(), "results": results }))
}

/// What both have measured, side by side.
fn compared(ours: &Value, theirs: &Value) -> Value {
    let of = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let pairs = of(ours).into_iter().filter_map(|mine| {
        let name = mine["name"].as_str()?.to_owned();
        let other = of(theirs).into_iter().find(|other| other["name"] == mine["name"])?;
        let (monshin, r) = (mine["median_ns"].as_f64()? / 1e6, other["median_s"].as_f64()? * 1e3);
        let rounded = |x: f64| (x * 100.0).round() / 100.0;
        Some(json!({
            "name": name, "monshin_ms": rounded(monshin), "r_ms": rounded(r), "times": (r / monshin).round(),
        }))
    });
    Value::Array(pairs.collect())
}

/// Programs that wanted a processor in the last minute, where the system tells: a time on a busy machine
/// is an upper bound.
fn load() -> Value {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    json!({ "one_minute": first, "processors": std::thread::available_parallelism().ok().map(|n| n.get()) })
}

fn package_of(tree: &Tree, name: &str) -> Result<String, String> {
    let benches =
        || tree.rust().filter_map(|(path, _)| path.strip_prefix("crates/")?.split_once("/benches/"));
    let file = format!("{name}.rs");
    match benches().find(|(_, bench)| *bench == file) {
        Some((package, _)) => Ok(package.to_owned()),
        None => {
            let is_bench = |bench: &str| !bench.contains('/');
            let names = benches().filter(|(_, bench)| is_bench(bench));
            let names: Vec<&str> = names.filter_map(|(_, bench)| bench.strip_suffix(".rs")).collect();
            Err(format!(
                "there is no bench {name}; there is {}",
                if names.is_empty() { "none yet".to_owned() } else { names.join(", ") }
            ))
        }
    }
}

/// The results in a table as divan draws it: a tree of names in front, five columns behind.
fn read(table: &str) -> Vec<Value> {
    let mut path: Vec<&str> = Vec::new();
    let mut results: Vec<Value> = Vec::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.rsplitn(6, '│').collect();
        let [_, _, _, median, _, head] = columns.as_slice() else { continue };
        match head.find("─ ") {
            Some(at) => {
                let depth = head[..at].chars().count() / 3;
                let name = &head[at + "─ ".len()..];
                path.truncate(depth);
                path.push(name.split("  ").next().unwrap_or(name).trim());
                if let Some(nanoseconds) = nanoseconds(median) {
                    results.push(
                        json!({ "name": path.join("/"), "median_ns": nanoseconds, "throughput": null }),
                    );
                }
            }
            None => {
                if let (Some(last), Some(throughput)) = (results.last_mut(), throughput(median))
                    && last["throughput"].is_null()
                {
                    last["throughput"] = throughput;
                }
            }
        }
    }
    results
}

fn nanoseconds(text: &str) -> Option<f64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let factor = match unit {
        "ps" => 1e-3,
        "ns" => 1.0,
        "µs" | "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

/// `71.5 Mitem/s`: items (or bytes, or characters) in a second.
fn throughput(text: &str) -> Option<Value> {
    let (number, unit) = text.trim().strip_suffix("/s")?.split_once(' ')?;
    let plain = ["item", "char", "B"].into_iter().find(|plain| unit.ends_with(plain))?;
    let factor = match &unit[..unit.len() - plain.len()] {
        "" => 1.0,
        "K" | "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        _ => return None,
    };
    Some(json!({ "per_second": number.parse::<f64>().ok()? * factor, "unit": plain }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_table_of_divan_is_read() {
        let table = "\
Timer precision: 20 ns
cube                  fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ count                            │               │               │               │         │
│  ├─ 897             12.1 µs       │ 20.1 µs       │ 12.5 µs       │ 12.9 µs       │ 100     │ 100
│  │                  73.9 Mitem/s  │ 44.5 Mitem/s  │ 71.5 Mitem/s  │ 69.4 Mitem/s  │         │
│  ╰─ 107409          1.1 ms        │ 2.1 ms        │ 1.5 ms        │ 1.6 ms        │ 100     │ 100
╰─ tables             12 ns         │ 20 ns         │ 13 ns         │ 14 ns         │ 100     │ 100
";
        assert_eq!(
            super::read(table),
            [
                json!({ "name": "count/897", "median_ns": 12500.0, "throughput": { "per_second": 71.5e6, "unit": "item" } }),
                json!({ "name": "count/107409", "median_ns": 1.5e6, "throughput": null }),
                json!({ "name": "tables", "median_ns": 13.0, "throughput": null }),
            ]
        );
    }
}
