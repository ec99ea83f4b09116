//! Weight columns and totals as people send them, from the file to the printed table: a figure, or the words
//! why there is none; never NaN, never a crash.
#![allow(clippy::disallowed_methods, reason = "a story of files and commands")]

use std::path::Path;
use std::process::{Command, Output};

const SURVEY: &str = "\
[survey]
id = \"w\"
title = { ja = \"重み\", en = \"Weights\" }
languages = [\"ja\", \"en\"]
required = false
disclosure = \"none\"

[codes.yn]
yes = { ja = \"はい\", en = \"Yes\" }
no = { ja = \"いいえ\", en = \"No\" }

[codes.size]
small = { ja = \"小\", en = \"Small\" }
large = { ja = \"大\", en = \"Large\" }

[[breakdown]]
id = \"size\"
label = { ja = \"規模\", en = \"Size\" }
codes = \"size\"

[[question]]
id = \"q1\"
text = { ja = \"はいですか\", en = \"Yes?\" }
codes = \"yn\"

[[question]]
id = \"q2\"
text = { ja = \"続きは\", en = \"And then?\" }
codes = \"yn\"
ask_if = \"q1 = yes\"
";

/// Runs `monshin tabulate --json` on a survey with these rows and this population.
fn tabulate(rows: &[(&str, &str, &str)], population: Option<&str>, lang: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write("survey.toml", SURVEY);
    let mut responses = String::from("id,size,w,q1,q2\n");
    for (at, (size, weight, answer)) in rows.iter().enumerate() {
        let follow_up = if *answer == "yes" { ["yes", "no"][at % 2] } else { "" };
        responses += &format!("r{at},{size},{weight},{answer},{follow_up}\n");
    }
    write("responses.csv", &responses);
    population.iter().for_each(|text| write("population.csv", text));
    let dir = Path::new(folder.path()).to_str().expect("UTF-8");
    let mut command = Command::new(env!("CARGO_BIN_EXE_monshin"));
    command
        .args(["--lang", lang, "tabulate", dir, "--weights", "w", "--json"])
        .output()
        .expect("the binary starts")
}

/// The tables hold no NaN and no infinity, and are JSON; an error ends with 1 and never with a panic. (A message
/// may quote what stands in the file.)
#[track_caller]
fn sound(output: &Output, what: &str) -> (i32, String) {
    let printed = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    let told = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    let code = output.status.code().expect("no signal ended it");
    assert!(code == 0 || code == 1, "{what} ended with {code}:\n{told}");
    assert!(!told.contains("panicked"), "{what}: {told}");
    if code == 0 {
        for word in ["NaN", "nan,", "inf,", "Infinity"] {
            assert!(!printed.contains(word), "{what} printed {word}:\n{printed}");
        }
        let json: Result<serde_json::Value, _> = serde_json::from_str(&printed);
        assert!(json.is_ok(), "{what}: {json:?}\n{printed}");
    }
    (code, printed + &told)
}

fn answers<'a>(weights: &[&'a str], answer: &'a str) -> Vec<(&'a str, &'a str, &'a str)> {
    let row = |(at, weight): (usize, &&'a str)| {
        let other = if answer == "mixed" { ["yes", "no", "yes"][at % 3] } else { answer };
        (["small", "large"][at % 2], *weight, other)
    };
    weights.iter().enumerate().map(row).collect()
}

#[test]
fn a_weight_that_is_none_is_refused_by_row_in_both_languages() {
    for weight in [
        "NaN", "nan", "inf", "-inf", "Infinity", "-1", "0", "-0", "1e-19", "1e19", "1e999", "", "abc", "1,5",
        "０", "--",
    ] {
        for (lang, row) in [("ja", "3行目"), ("en", "row 3")] {
            let quoted = format!("\"{weight}\"");
            let (code, text) =
                sound(&tabulate(&answers(&["1", &quoted, "2", "1", "1", "3"], "mixed"), None, lang), weight);
            assert_eq!(code, 1, "{weight}: {text}");
            assert!(text.contains("responses.csv") && text.contains(row), "{weight}: {text}");
        }
    }
}

#[test]
fn weights_over_fifteen_and_thirty_orders_of_magnitude_are_weights() {
    for weights in [
        &["1e-15", "1", "1", "1", "1", "1e15", "3", "2"][..],
        &["1e-18", "1e18", "1", "1", "1", "1"],
        &["1e18"; 40],
        &["1e-18"; 40],
        &["0.1", "1e-7", "1e8", "12345.678", "1", "1", "1", "1e-3"],
    ] {
        for answer in ["mixed", "yes", "no"] {
            let (code, text) = sound(&tabulate(&answers(weights, answer), None, "en"), &weights.join(" "));
            assert_eq!(code, 0, "{text}");
        }
    }
}

#[test]
fn nobody_one_and_all_alike_are_tables_that_say_what_they_cannot() {
    for weights in [&[][..], &["2"], &["2", "5"], &["2"; 5], &["1", "2", "3", "4", "5", "6", "7"]] {
        for answer in ["yes", "no", "", "mixed"] {
            sound(&tabulate(&answers(weights, answer), None, "en"), &format!("{weights:?} {answer}"));
        }
    }
    // One stratum alone: nobody is large.
    let small: Vec<_> =
        answers(&["1", "2", "3", "1", "1", "4"], "mixed").into_iter().map(|r| ("small", r.1, r.2)).collect();
    let (code, text) = sound(&tabulate(&small, None, "en"), "one class");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("no-base"), "an empty class says why it has no figure: {text}");
}

#[test]
fn totals_of_nothing_and_of_everything_are_met_or_refused_in_words() {
    let head = "breakdown,class,count,status,source\n";
    let rows = answers(&["1", "2", "1e-15", "1e15", "1", "1", "5", "1"], "mixed");
    for (small, large) in [
        ("NaN", "10"),
        ("-5", "10"),
        ("", "10"),
        ("0", "10"),
        ("0", "0"),
        ("1e308", "1e308"),
        ("inf", "1"),
        ("abc", "3"),
        ("3", "1"),
        ("1000000", "7"),
        ("8", "99999999999999"),
    ] {
        let population = format!("{head}size,small,{small},seen,x\nsize,large,{large},seen,x\n");
        for lang in ["ja", "en"] {
            let (code, text) = sound(&tabulate(&rows, Some(&population), lang), &population);
            assert!(
                code == 0 || text.contains("population.csv") || text.contains("responses.csv"),
                "{population}: {text}"
            );
        }
    }
}
