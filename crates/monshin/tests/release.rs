//! A release is made, read back elsewhere, and tampered with.
#![allow(clippy::disallowed_methods, reason = "a story of files and commands")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn monshin(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monshin"));
    command.args(["--lang", "en"]).args(arguments).output().expect("the binary starts")
}

/// What a command printed, which has to end with this exit code.
fn said(arguments: &[&str], code: i32) -> String {
    let output = monshin(arguments);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}");
    text
}

/// A folder with a small survey, and the path of a release beside it.
fn survey() -> (TempDir, String, PathBuf) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let dir = place.path().join("survey");
    said(&["new", dir.to_str().expect("UTF-8"), "--example"], 0);
    let out = place.path().join("release");
    (place, dir.to_str().expect("UTF-8").to_owned(), out)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn a_release_with_its_data_is_reproduced_and_signed() {
    let (place, dir, out) = survey();
    let key = place.path().join("key");
    said(&["signing-key", text(&key), "--no-password"], 0);
    let (secret, public) = (key.with_extension("key"), key.with_extension("pub"));
    said(&["release", &dir, "--out", text(&out), "--data", "full", "--key", text(&secret)], 0);
    let told = said(&["verify", text(&out), "--public-key", text(&public)], 0);
    for line in [
        "the signature is of this key",
        "figures reproduced",
        "claims of the commentary hold",
        "are the same too",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let sums = std::fs::read_to_string(out.join("SHA256SUMS")).expect("is there");
    assert!(sums.contains("  release.json\n") && sums.contains("  source/responses.csv\n"));
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let (place, dir, _) = survey();
    let [one, two] = ["one.zip", "two.zip"].map(|name| place.path().join(name));
    for out in [&one, &two] {
        said(&["release", &dir, "--out", text(out), "--data", "full"], 0);
    }
    let read = |path: &Path| std::fs::read(path).expect("was written");
    assert!(read(&one) == read(&two));
}

#[test]
fn a_changed_figure_a_changed_file_and_a_foreign_key_are_told() {
    let (place, dir, out) = survey();
    let keys = ["mine", "theirs"].map(|name| place.path().join(name));
    keys.iter().for_each(|key| drop(said(&["signing-key", text(key), "--no-password"], 0)));
    let secret = keys[0].with_extension("key");
    said(&["release", &dir, "--out", text(&out), "--data", "full", "--key", text(&secret)], 0);
    let tables = out.join("tables.json");
    let published = std::fs::read_to_string(&tables).expect("is there");
    std::fs::write(&tables, published.replacen("\"count\": 598", "\"count\": 600", 1))
        .expect("can be written");
    let told = said(&["verify", text(&out), "--public-key", text(&keys[1].with_extension("pub"))], 1);
    assert!(told.contains("tables.json: has been changed"), "{told}");
    assert!(told.contains("/ count: published 600, the data give 598"), "{told}");
    assert!(told.contains("the signature is not of this key"), "{told}");
}

#[test]
fn without_data_the_holder_verifies_and_with_other_data_it_fails() {
    let (_place, dir, out) = survey();
    said(&["release", &dir, "--out", text(&out)], 0);
    assert!(!out.join("source/responses.csv").exists());
    assert!(said(&["verify", text(&out)], 0).contains("holds no data"));
    assert!(said(&["verify", text(&out), "--data", &dir], 0).contains("figures reproduced"));
    let data = Path::new(&dir).join("responses.csv");
    let rows = std::fs::read_to_string(&data).expect("is there");
    let fewer: Vec<&str> = rows.lines().take(500).collect();
    std::fs::write(&data, fewer.join("\n")).expect("can be written");
    let told = said(&["verify", text(&out), "--data", &dir], 1);
    assert!(told.contains("responses.csv: not the data that the release was made from"), "{told}");
}

#[test]
fn controlled_answers_give_every_overall_figure_and_no_class() {
    let (_place, dir, out) = survey();
    said(&["release", &dir, "--out", text(&out), "--data", "controlled"], 0);
    let rows = std::fs::read_to_string(out.join("source/responses.csv")).expect("is there");
    assert!(
        rows.lines().skip(1).all(|row| row.split(',').skip(1).take(2).all(str::is_empty)),
        "classes are left out"
    );
    let told = said(&["verify", text(&out)], 0);
    assert!(
        told.contains("figures reproduced") && told.contains("cannot be reproduced from answers"),
        "{told}"
    );
}

#[test]
fn nothing_is_written_over_a_folder_that_is_no_release_nor_from_a_false_commentary() {
    let (place, dir, out) = survey();
    let other = place.path().join("other");
    std::fs::create_dir(&other).expect("can be made");
    std::fs::write(other.join("mine.txt"), "mine").expect("can be written");
    said(&["release", &dir, "--out", text(&other)], 1);
    assert_eq!(std::fs::read_to_string(other.join("mine.txt")).expect("is there"), "mine");
    let commentary = Path::new(&dir).join("report.ja.md");
    let words = std::fs::read_to_string(&commentary).expect("is there");
    let lie = words.replacen("[7割弱](share:q1=yes)", "[8割](share:q1=yes)", 1);
    assert_ne!(words, lie);
    std::fs::write(&commentary, lie).expect("can be written");
    said(&["release", &dir, "--out", text(&out)], 1);
    assert!(!out.exists());
}

#[test]
fn all_answers_of_real_respondents_need_a_reason() {
    let (_place, dir, out) = survey();
    let form = Path::new(&dir).join("survey.toml");
    let words = std::fs::read_to_string(&form).expect("is there");
    let (before, rest) = words.split_once("[survey.synthetic]").expect("the example says that it is made up");
    let (_, after) = rest.split_once("\n[").expect("other tables follow");
    let real = format!("{before}[{after}");
    std::fs::write(&form, real).expect("can be written");
    said(&["release", &dir, "--out", text(&out), "--data", "full"], 1);
    said(&["release", &dir, "--out", text(&out), "--data", "full", "--consent", "all agreed in writing"], 0);
}
