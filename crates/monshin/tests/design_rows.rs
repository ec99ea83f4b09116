//! Survey folders whose columns say how responses were drawn, from `survey.toml` to `tables.json`,
//! against R's `survey` (tests/oracle-rows/make.R).
#![allow(clippy::disallowed_methods, reason = "a story of files and commands")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const CODES: &str = r#"
[codes.yn]
yes = { en = "Yes", aliases = ["1"] }
no = { en = "No", aliases = ["0"] }
[codes.class]
c2 = { en = "Class 2", aliases = ["2"] }
c10 = { en = "Class 10", aliases = ["10"] }
c30 = { en = "Class 30", aliases = ["30"] }
[codes.kind]
b = { en = "B" }
ac = { en = "A C" }
de = { en = "D-E" }
"#;
const QUESTIONS: &str = r#"
[[breakdown]]
id = "class"
label = "class"
codes = "class"
ordered = true
[[question]]
id = "backup"
text = "?"
codes = "yn"
[[question]]
id = "test"
text = "?"
codes = "yn"
[[question]]
id = "staff"
kind = "number"
text = "?"
"#;
const KIND: &str = "[[breakdown]]\nid = \"kind\"\nlabel = \"kind\"\ncodes = \"kind\"\n";
const SURVEY: &str =
    "[survey]\nid = \"r\"\ntitle = \"R\"\nlanguages = [\"en\"]\nrequired = false\ndisclosure = \"none\"\n";

fn oracle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle-rows")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A folder with this design; the pairs have no second breakdown.
fn folder(more: &str, data: &str, responses: &str, population: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("is written");
    let (kind, codes) = match data {
        "pairs" => ("", CODES.split("[codes.kind]").next().unwrap_or(CODES)),
        _ => (KIND, CODES),
    };
    put("survey.toml", &format!("{SURVEY}{more}{codes}{kind}{QUESTIONS}"));
    put("responses.csv", responses);
    if !population.is_empty() {
        put("population.csv", population);
    }
    dir
}

fn tabulate(dir: &Path, more: &[&str]) -> (String, String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monshin"));
    command.args(["--lang", "en", "tabulate"]).arg(dir).args(more);
    let output = command.output().expect("the binary starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.success())
}

fn tables(dir: &Path) -> Value {
    let (json, said, fine) = tabulate(dir, &["--json"]);
    assert!(fine, "{said}");
    serde_json::from_str(&json).expect("JSON")
}

/// The row of a question: of everybody, or of a class.
fn row<'t>(tables: &'t Value, question: &str, class: Option<&str>) -> &'t Value {
    let by = class.map_or(Value::Null, |_| Value::from("class"));
    let list = tables["tables"].as_array().expect("a list");
    let table = list.iter().find(|one| one["question"] == question && one["by"] == by);
    let rows = table.expect("a table")["rows"].as_array().expect("a list");
    match class {
        None => &rows[0],
        Some(class) => rows.iter().find(|row| row["group"] == class).expect("a row"),
    }
}

fn near(what: &str, ours: &Value, theirs: &Value, tolerance: f64) {
    let (Some(theirs), ours) = (theirs.as_f64(), ours.as_f64()) else { return };
    let ours = ours.unwrap_or_else(|| panic!("{what}: nothing, R {theirs}"));
    assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1e-3), "{what}: {ours}, R {theirs}");
}

#[test]
fn every_way_to_draw_a_sample_gives_the_figures_of_r() {
    let expected: Value = serde_json::from_str(&read(&oracle().join("expected/rows.json"))).expect("JSON");
    let cases = expected.as_object().expect("cases by name");
    assert!(cases.len() >= 25);
    let mut compared = 0;
    for (name, case) in cases {
        let of = |key: &str| case[key].as_str().expect("a text").to_owned();
        let responses = read(&oracle().join("data").join(of("data") + ".csv"));
        let dir = folder(&of("toml"), &of("data"), &responses, &of("population"));
        let tables = tables(dir.path());
        for (group, figures) in case["figures"].as_object().expect("figures by group") {
            let class = format!("c{group}");
            let class = (group != "all").then_some(&*class);
            for (question, theirs) in figures.as_object().expect("figures by question") {
                let row = row(&tables, question, class);
                let what = |key: &str| format!("{name}: {question} {group} {key}");
                if question == "staff" {
                    near(&what("mean"), &row["number"]["mean"], &theirs["mean"], 1e-9);
                    near(&what("se"), &row["number"]["se"], &theirs["se"], 1e-8);
                    continue;
                }
                assert_eq!(row["n"], theirs["n"], "{}", what("n"));
                let cell = &row["cells"][0];
                near(&what("share"), &cell["share"], &theirs["share"], 1e-9);
                for key in ["se", "df", "deff", "low", "high"] {
                    near(&what(key), &cell[key], &theirs[key], 1e-8);
                }
            }
        }
        compared += check_tests(name, &tables, &case["tests"]);
    }
    assert!(compared >= 6 * 2, "{compared}");
}

#[test]
fn a_rehearsal_has_the_columns_that_any_design_asks_for() {
    let cases: Value = serde_json::from_str(&read(&oracle().join("expected/rows.json"))).expect("JSON");
    let of = |case: &Value, key: &str| case[key].as_str().expect("a text").to_owned();
    let mut designs: Vec<(String, String)> = cases
        .as_object()
        .expect("cases by name")
        .values()
        .map(|case| (of(case, "toml"), of(case, "data")))
        .collect();
    let more = [
        "cluster = \"psu\"\nstrata = [\"region\", \"kind\"]\nvariance = \"brr\"\n",
        "strata = \"pair\"\nvariance = \"fay\"\nrho = 0.3\n",
        "strata = [\"region\", \"kind\"]\nfpc = \"firms\"\nvariance = \"bootstrap\"\n",
        "cluster = [\"psu\", \"line\"]\nstrata = [[\"region\"], [\"floor\", \"side\"], [\"class\"]]\nfpc = [\"a\", \"b\", \"c\"]\nlonely = \"average\"\n",
    ];
    designs.extend(more.map(|one| (format!("[design]\n{one}"), "firms".to_owned())));
    for (design, data) in designs {
        let dir = folder(&design, &data, "", "");
        let file = dir.path().join("responses.csv");
        std::fs::remove_file(&file).expect("there it was");
        let mut command = Command::new(env!("CARGO_BIN_EXE_monshin"));
        command.args(["simulate", "-n", "300", "--out"]).arg(&file).arg(dir.path());
        assert!(command.status().expect("the binary starts").success());
        let tables = tables(dir.path());
        assert!(tables["tables"][0]["rows"][0]["cells"][0]["se"].as_f64() > Some(0.0), "{design}");
    }
}

/// Rao and Scott's F, a class against the rest, a trend; how many questions were compared.
fn check_tests(name: &str, tables: &Value, theirs: &Value) -> usize {
    let questions = theirs.as_object().expect("questions");
    for (question, theirs) in questions {
        let list = tables["tables"].as_array().expect("a list");
        let table = list.iter().find(|one| one["question"] == *question && one["by"] == "class");
        let tests = &table.expect("a table")["tests"];
        for key in ["statistic", "df", "denominator_df", "p"] {
            near(
                &format!("{name}: {question} {key}"),
                &tests["association"][key],
                &theirs["association"][key],
                1e-7,
            );
        }
        for (group, theirs) in theirs["rest"].as_object().expect("classes") {
            let against = tests["against_rest"].as_array().expect("a list");
            let is_of = |one: &&Value| one["group"] == format!("c{group}") && one["code"] == "yes";
            let one = against.iter().find(is_of).expect("the class");
            assert_eq!(one["method"], "rao-scott-f");
            for key in ["difference", "low", "high", "p"] {
                near(
                    &format!("{name}: {question} {group} against the rest {key}"),
                    &one[key],
                    &theirs[key],
                    1e-7,
                );
            }
        }
        let trend = tests["trends"].as_array().expect("a list").iter().find(|one| one["code"] == "yes");
        let trend = trend.expect("an ordered breakdown");
        near(&format!("{name}: {question} slope"), &trend["slope"], &theirs["slope"], 1e-8);
        near(&format!("{name}: {question} trend"), &trend["p"], &theirs["trend_p"], 1e-7);
    }
    questions.len()
}

/// Columns of a file one by one, to spoil them.
fn firms(change: impl Fn(usize, &str, &str) -> Option<String>) -> String {
    let text = read(&oracle().join("data/firms.csv"));
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut out = header.join(",") + "\n";
    for (at, line) in lines.enumerate() {
        let cells = line.split(',').zip(&header);
        let cells: Vec<String> =
            cells.map(|(cell, name)| change(at + 2, name, cell).unwrap_or_else(|| cell.to_owned())).collect();
        out += &(cells.join(",") + "\n");
    }
    out
}

#[track_caller]
fn check_findings(design: &str, responses: &str, expected: &[&str]) {
    let dir = folder(design, "firms", responses, "");
    let (_, said, fine) = tabulate(dir.path(), &[]);
    for part in expected {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    assert_eq!(fine, expected.iter().all(|part| part.starts_with("warning")), "{said}");
}

const CLUSTERS: &str = "[design]\nweight = \"w\"\nstrata = \"region\"\ncluster = \"psu\"\nfpc = \"plants\"\n";

#[test]
fn cells_that_say_nothing_of_the_sample_are_found_all_at_once() {
    let spoilt = firms(|row, name, _| match (row, name) {
        (3, "region") | (4, "psu") => Some(String::new()),
        (5, "plants") => Some("many".into()),
        (6, "plants") => Some("-3".into()),
        (7, "plants") => Some("NaN".into()),
        (8, "plants") => Some(String::new()),
        _ => None,
    });
    let places = [
        "row 3 column region",
        "row 4 column psu",
        "row 5 column plants",
        "`-3` in `plants`",
        "`NaN` in `plants`",
    ];
    check_findings(CLUSTERS, &spoilt, &[&["T021", "T022", "`plants` is empty"], &places[..]].concat());
}

#[test]
fn columns_that_are_not_there_are_found_all_at_once() {
    let design = "[design]\nstrata = \"regoin\"\ncluster = [\"psu\", \"room\"]\n";
    check_findings(design, &firms(|_, _, _| None), &["T020", "`regoin`", "`room`"]);
    let design = "[design]\n[design.replicates]\nprefix = \"zz\"\nmethod = \"jk1\"\n";
    check_findings(design, &firms(|_, _, _| None), &["T020", "`zz1`"]);
    let design = "[design]\n[design.replicates]\nprefix = \"ja\"\nmethod = \"jk1\"\n";
    check_findings(design, &firms(|_, _, _| None), &["T027", "write combined = false"]);
    let design = "[design]\nweight = \"w\"\n[design.replicates]\ncolumns = \"jn1..jn20\"\nmethod = \"jkn\"\nrscales = [0.5, 0.5]\n";
    check_findings(design, &firms(|_, _, _| None), &["T027", "2 `rscales` for 20"]);
}

#[test]
fn populations_that_cannot_be_are_found_where_they_stand() {
    let few = firms(|_, name, cell| (name == "plants" && cell == "20").then(|| "5".into()));
    check_findings(CLUSTERS, &few, &["T024", "6 units were drawn from stratum `1`"]);
    let varies = firms(|row, name, _| (name == "plants" && row == 30).then(|| "21".into()));
    check_findings(CLUSTERS, &varies, &["T023", "is 21 here, and 20 in row 2"]);
    let mixed = firms(|_, name, cell| (name == "plants" && cell == "11").then(|| "0.5".into()));
    check_findings(CLUSTERS, &mixed, &["T023", "mixes numbers of units"]);
    let floors = "[design]\ncluster = \"psu\"\nstrata = [[\"region\"], [\"floor\"]]\nfpc = [\"plants\", \"floor_lines\"]\n";
    let few = firms(|_, name, cell| (name == "floor_lines" && cell == "9").then(|| "3".into()));
    check_findings(floors, &few, &["T024", "4 units were drawn from stratum `upper` of cluster `101`"]);
}

#[test]
fn a_stratum_of_one_cluster_wants_a_rule() {
    let design = "[design]\nstrata = \"lone\"\ncluster = \"psu\"\n";
    let data = firms(|_, _, _| None);
    check_findings(design, &data, &["T025", "stratum `4` has a single unit"]);
    let resampled = format!("{design}lonely = \"certainty\"\nvariance = \"bootstrap\"\n");
    check_findings(&resampled, &data, &["T025"]);
    let (again, halves) = (
        "[design]\nstrata = \"region\"\ncluster = \"plant\"\n",
        "[design]\ncluster = \"psu\"\nvariance = \"brr\"\n",
    );
    check_findings(again, &data, &["warning[T028]"]);
    check_findings(halves, &data, &["T029", "has 20"]);
}

#[test]
fn replicate_weights_that_are_none_are_found() {
    let design = "[design]\nweight = \"w\"\n[design.replicates]\nprefix = \"ja\"\nmethod = \"jk1\"\n";
    let spoilt = firms(|row, name, _| match (row, name) {
        (2, "ja1") => Some("-1".into()),
        (3, "ja2") => Some(String::new()),
        (4, "ja3") => Some("x".into()),
        _ => None,
    });
    check_findings(design, &spoilt, &["T026", "`-1`", "`ja2` is empty", "`x`"]);
}

#[test]
fn the_bootstrap_comes_near_the_linear_variance_and_is_the_same_twice() {
    let data = firms(|_, _, _| None);
    let population = "breakdown,class,count\nclass,c2,700\nclass,c10,500\nclass,c30,600\nkind,b,500\nkind,ac,800\nkind,de,500\n";
    for design in [CLUSTERS, "[design]\n", "[design]\nweight = \"w\"\n"] {
        let linear = tables(folder(design, "firms", &data, population).path());
        let drawn = format!("{design}variance = \"bootstrap\"\nreplicates = 800\nseed = 7\n");
        let drawn = folder(&drawn, "firms", &data, population);
        let (once, twice) = (tables(drawn.path()), tables(drawn.path()));
        assert_eq!(once, twice);
        assert_eq!(once["design"]["variance"]["method"], "bootstrap");
        for (question, class) in
            [("backup", None), ("test", None), ("backup", Some("c10")), ("test", Some("c30"))]
        {
            let se = |tables: &Value| row(tables, question, class)["cells"][0]["se"].as_f64().expect("an SE");
            let share = |tables: &Value| row(tables, question, class)["cells"][0]["share"].as_f64();
            assert!((share(&once).expect("a share") - share(&linear).expect("a share")).abs() < 1e-9);
            let ratio = se(&once) / se(&linear);
            assert!((0.8..1.3).contains(&ratio), "{design} {question} {class:?}: {ratio}");
        }
    }
}

/// The design's columns of the firms, taken out of the responses and put into a frame.
fn put_into_frame(dir: &Path, change: impl Fn(usize, &str) -> Option<String>) {
    let text = read(&oracle().join("data/firms.csv"));
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let place = |name: &str| rows[0].iter().position(|one| *one == name).expect("a column");
    let columns = |names: &[&str]| -> String {
        let places: Vec<usize> = names.iter().map(|name| place(name)).collect();
        let line = |(at, row): (usize, &Vec<&str>)| {
            let cells = names.iter().zip(&places);
            let cells: Vec<String> = cells
                .map(|(name, place)| {
                    change(at + 1, name).filter(|_| at > 0).unwrap_or_else(|| row[*place].to_owned())
                })
                .collect();
            cells.join(",") + "\n"
        };
        rows.iter().enumerate().map(line).collect()
    };
    let frame = columns(&["id", "class", "kind", "region", "psu", "plants"]);
    std::fs::write(dir.join("frame.csv"), frame).expect("is written");
    std::fs::write(dir.join("responses.csv"), columns(&["id", "w", "backup", "test", "staff"]))
        .expect("is written");
}

#[test]
fn the_frame_may_say_how_responses_were_drawn() {
    // With a frame a response that answers little is a break-off; here all count, as without.
    let design = format!("{CLUSTERS}[response]\npartial_from = 0.1\n");
    let dir = folder(&design, "firms", "", "");
    std::fs::write(dir.path().join("responses.csv"), firms(|_, _, _| None)).expect("is written");
    let of_responses = tables(dir.path());
    put_into_frame(dir.path(), |_, _| None);
    let of_frame = tables(dir.path());
    assert_eq!(of_responses["tables"], of_frame["tables"]);
    assert_eq!(of_responses["design"]["sample"], of_frame["design"]["sample"]);
    assert!(of_frame["design"]["sample"]["stages"][0]["units"] == 20);
    put_into_frame(dir.path(), |row, name| match (row, name) {
        (4, "psu") => Some(String::new()),
        (9, "plants") => Some("several".into()),
        _ => None,
    });
    let (_, said, fine) = tabulate(dir.path(), &[]);
    assert!(!fine);
    for part in ["T021", "frame.csv row 4 column psu", "T022", "frame.csv row 9 column plants"] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
}
