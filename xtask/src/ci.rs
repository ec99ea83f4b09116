//! Everything that CI runs, the fast half first. One line a step; the first failure stops it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use crate::{shell, tidy};

/// What a step came to.
enum Outcome {
    /// It passed; lines to show below it.
    Passed(String),
    /// It could not be run here, and why. A failure where `CI` is set.
    Skipped(String),
}

type Step = fn(&Place) -> Result<Outcome, String>;

/// The steps in their order. A step goes where its failure is told soonest.
const STEPS: [(&str, Step); 9] = [
    ("format", format),
    ("tidy", |_| tidy::run().map(|()| Outcome::Passed(String::new()))),
    ("clippy", clippy),
    ("tests", tests),
    ("doc examples", doc_examples),
    ("docs", docs),
    ("goldens unchanged", goldens_unchanged),
    ("pdf", pdf),
    ("example", example),
];

/// Where the run takes place.
struct Place {
    /// One log file a step.
    logs: PathBuf,
    /// What version control said before the first step; `None` where there is none.
    before: Option<String>,
}

/// Runs all steps.
///
/// # Errors
/// With the first step that fails.
pub fn run() -> Result<(), String> {
    let logs = shell::root().join("target/ci");
    std::fs::create_dir_all(&logs).map_err(|error| format!("cannot make {}: {error}", logs.display()))?;
    let place = Place { logs, before: state_of_the_tree() };
    let is_ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    let begin = Instant::now();
    for (name, step) in STEPS {
        print!("{name:<18}");
        let _ = std::io::stdout().flush();
        let start = Instant::now();
        let outcome = step(&place);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(Outcome::Passed(lines)) => {
                println!(" ok       {seconds:7.1} s");
                lines.lines().for_each(|line| println!("    {line}"));
            }
            Ok(Outcome::Skipped(why)) if !is_ci => println!(" skipped  {seconds:7.1} s  {why}"),
            Ok(Outcome::Skipped(why)) => {
                println!(" FAILED   {seconds:7.1} s");
                return Err(format!("{name} could not be run, and CI skips nothing: {why}"));
            }
            Err(message) => {
                println!(" FAILED   {seconds:7.1} s\n{message}");
                return Err(format!("stopped at: {name}"));
            }
        }
    }
    println!("{:<18} ok       {:7.1} s", "all", begin.elapsed().as_secs_f64());
    Ok(())
}

impl Place {
    fn run(&self, name: &str, command: &mut Command) -> Result<String, String> {
        shell::logged(command, &self.logs.join(format!("{name}.log")))
    }

    fn cargo(&self, name: &str, arguments: &[&str]) -> Result<Outcome, String> {
        self.run(name, shell::cargo().args(arguments)).map(|_| Outcome::Passed(String::new()))
    }
}

fn format(place: &Place) -> Result<Outcome, String> {
    if !shell::has("rustfmt", "--version") {
        return Ok(Outcome::Skipped("rustup component add rustfmt".to_owned()));
    }
    place.cargo("format", &["fmt", "--all", "--check"])
}

fn clippy(place: &Place) -> Result<Outcome, String> {
    if !shell::has("cargo-clippy", "--version") {
        return Ok(Outcome::Skipped("rustup component add clippy".to_owned()));
    }
    place.cargo(
        "clippy",
        &["clippy", "--workspace", "--all-targets", "--features", "monshin/oidc", "--", "-D", "warnings"],
    )
}

/// cargo-nextest where it is installed, for it is faster; what passes is the same.
fn tests(place: &Place) -> Result<Outcome, String> {
    let mut cargo = shell::cargo();
    if shell::has("cargo-nextest", "--version") {
        cargo.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    } else {
        cargo.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    }
    place.run("tests", &mut cargo).map(|said| Outcome::Passed(closing_lines(&said)))
}

fn doc_examples(place: &Place) -> Result<Outcome, String> {
    let said = place.run("doc-examples", shell::cargo().args(["test", "--workspace", "--doc"]))?;
    Ok(Outcome::Passed(closing_lines(&said)))
}

fn docs(place: &Place) -> Result<Outcome, String> {
    let mut cargo = shell::cargo();
    cargo.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    place.run("docs", &mut cargo).map(|_| Outcome::Passed(String::new()))
}

/// Tests compare expected outputs and fail where they differ; here it is seen that none was
/// rewritten, nor anything else under version control.
fn goldens_unchanged(place: &Place) -> Result<Outcome, String> {
    let (Some(before), Some(after)) = (&place.before, state_of_the_tree()) else {
        return Ok(Outcome::Skipped("there is no version control here (apt-get install git)".to_owned()));
    };
    if *before == after {
        return Ok(Outcome::Passed(String::new()));
    }
    Err(format!("the tests changed files under version control; before:\n{before}\nafter:\n{after}"))
}

/// The typesetter, a workspace of its own: its tests, and the program beside ours, where `report` of
/// the next step finds it. Typst takes most of the time, and only the first time.
fn pdf(place: &Place) -> Result<Outcome, String> {
    let own = ["--release", "--locked", "--manifest-path", "pdf/Cargo.toml", "--target-dir", "target"];
    place.cargo("pdf-format", &["fmt", "--manifest-path", "pdf/Cargo.toml", "--check"])?;
    place.run("pdf-build", shell::cargo().arg("build").args(own))?;
    let said = place.run("pdf-tests", linted(shell::cargo().arg("test").args(own)))?;
    place.run("pdf-bench", linted(shell::cargo().args(["bench", "--no-run"]).args(&own[1..])))?;
    Ok(Outcome::Passed(closing_lines(&said)))
}

/// The same command with clippy as the compiler of our own crate, warnings refused. `cargo clippy` would
/// go over all of Typst once more; so it costs some seconds.
fn linted(command: &mut Command) -> &mut Command {
    if shell::has("clippy-driver", "--version") {
        command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-Dwarnings");
    }
    command
}

/// The README's own command, and what it says that it writes.
fn example(place: &Place) -> Result<Outcome, String> {
    let start = SystemTime::now();
    let mut words = tidy::COMMANDS[0].split(' ').skip(1);
    let mut cargo = shell::cargo();
    cargo.args(words.by_ref());
    let said = place.run("example", &mut cargo)?;
    for name in ["index.html", "report.pdf", "report-a4.pdf", "tables.xlsx", "tables.json"] {
        let file = shell::root().join("report").join(name);
        if !is_fresh(&file, start) {
            return Err(format!("{said}\nthe command went well and did not write report/{name}"));
        }
    }
    draft(place)?;
    for comparison in COMPARISONS {
        compare(place, &comparison)?;
    }
    let figures = releases(place)?;
    Ok(Outcome::Passed(figures))
}

/// Each example with its data as a release, twice: the same bytes, PDF and PNG too, and every figure of it
/// computed again from what was unpacked.
fn releases(place: &Place) -> Result<String, String> {
    let folder = place.logs.join("releases");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let path = |name: &str| folder.join(name).display().to_string();
    let monshin = |step: &str, arguments: &[&str]| {
        let mut cargo = shell::cargo();
        cargo.args(["run", "--release", "--", "--lang", "en"]).args(arguments);
        place.run(step, &mut cargo)
    };
    let key = path("key");
    monshin("signing-key", &["signing-key", &key, "--no-password"])?;
    let (secret, public) = (format!("{key}.key"), format!("{key}.pub"));
    let mut told = String::new();
    for name in ["hodanren-2022", "home-nursing", "series-hospitals"] {
        let dir = format!("examples/{name}");
        let [one, two, signed] = ["one", "two", "signed"].map(|time| path(&format!("{name}-{time}.zip")));
        let step = format!("release-{name}");
        for out in [&one, &two] {
            monshin(&step, &["release", &dir, "--out", out, "--data", "full"])?;
        }
        // A signature has random bits in it: two of the same set differ.
        monshin(&step, &["release", &dir, "--out", &signed, "--data", "full", "--key", &secret])?;
        let read = |path: &str| std::fs::read(path).map_err(|error| format!("{path}: {error}"));
        if read(&one)? != read(&two)? {
            return Err(format!("{name}: two releases of the same inputs differ"));
        }
        let said = monshin(&format!("verify-{name}"), &["verify", &signed, "--public-key", &public])?;
        let line = said.lines().find(|line| line.contains("figures reproduced")).unwrap_or_default();
        told.push_str(&format!("{name}: {}\n", line.trim()));
    }
    Ok(told)
}

/// Surveys side by side: the name of the step, the folders, the mapping.
struct Comparison {
    name: &'static str,
    surveys: &'static [&'static str],
    mapping: &'static str,
}

/// The four surveys of the series, and two waves of one of them.
const COMPARISONS: [Comparison; 2] = [
    Comparison {
        name: "series",
        surveys: &["series-clinics", "series-hospitals", "series-care-homes", "series-pharmacies"],
        mapping: "series-mapping.toml",
    },
    Comparison {
        name: "waves",
        surveys: &["series-hospitals", "series-hospitals-2027"],
        mapping: "waves-mapping.toml",
    },
];

/// A first commentary on one of the surveys.
fn draft(place: &Place) -> Result<(), String> {
    let start = SystemTime::now();
    let draft = "target/ci/draft.ja.md";
    let mut cargo = shell::cargo();
    cargo.args(["run", "--release", "--", "draft", "examples/series-hospitals", "--force", "--out", draft]);
    let said = place.run("draft", &mut cargo)?;
    if !is_fresh(&shell::root().join(draft), start) {
        return Err(format!("{said}\nthe command went well and did not write {draft}"));
    }
    Ok(())
}

fn compare(place: &Place, comparison: &Comparison) -> Result<(), String> {
    let start = SystemTime::now();
    let out = format!("target/ci/comparison-{}", comparison.name);
    let mut cargo = shell::cargo();
    cargo.args(["run", "--release", "--", "compare"]);
    cargo.args(comparison.surveys.iter().map(|name| format!("examples/{name}")));
    cargo.args(["--mapping", &format!("examples/{}", comparison.mapping), "--out", &out]);
    let said = place.run(comparison.name, &mut cargo)?;
    for name in ["index.html", "comparison.xlsx", "comparison.json", "comparison.pdf", "comparison-a4.pdf"] {
        if !is_fresh(&shell::root().join(&out).join(name), start) {
            return Err(format!("{said}\nthe command went well and did not write {out}/{name}"));
        }
    }
    Ok(())
}

fn is_fresh(file: &Path, start: SystemTime) -> bool {
    let written = std::fs::metadata(file).and_then(|about| about.modified());
    written.is_ok_and(|written| written >= start)
}

fn state_of_the_tree() -> Option<String> {
    let status = shell::output(shell::command("git").args(["status", "--short"])).ok()?;
    let changes = shell::output(shell::command("git").args(["diff", "HEAD", "--stat"])).ok()?;
    Some(status + &changes)
}

/// What the test runner says at its end: the summary of nextest, or the sum of cargo's.
fn closing_lines(said: &str) -> String {
    if let Some(summary) = said.lines().rev().find(|line| line.trim_start().starts_with("Summary [")) {
        return summary.trim().to_owned();
    }
    let results = said.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    let (mut passed, mut ignored) = (0, 0);
    for result in results {
        let count = |what: &str| {
            let part = result.split("; ").find_map(|part| part.strip_suffix(what));
            part.and_then(|number| number.trim().parse::<u32>().ok()).unwrap_or(0)
        };
        passed += count("passed");
        ignored += count("ignored");
    }
    format!("test result: ok. {passed} passed; {ignored} ignored")
}

#[cfg(test)]
mod tests {
    use super::closing_lines;

    #[test]
    fn the_summary_of_either_runner_is_shown() {
        let nextest = "   PASS a\n────────────\n     Summary [   1.2s] 3 tests run: 3 passed, 0 skipped\n";
        assert_eq!(closing_lines(nextest), "Summary [   1.2s] 3 tests run: 3 passed, 0 skipped");
        let cargo = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                     test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(closing_lines(cargo), "test result: ok. 5 passed; 1 ignored");
    }
}
