//! A release is made, read back elsewhere, and tampered with.
#![allow(clippy::disallowed_methods, reason = "a story of files and commands")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};
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
fn without_a_commentary_a_release_holds_every_language_of_the_survey() {
    let (_place, dir, out) = survey();
    for tag in ["ja", "en"] {
        std::fs::remove_file(Path::new(&dir).join(format!("report.{tag}.md"))).expect("the example has both");
    }
    said(&["release", &dir, "--out", text(&out), "--data", "full"], 0);
    for tag in ["ja", "en"] {
        let page = std::fs::read_to_string(out.join(format!("report.{tag}.html"))).expect("was written");
        assert!(page.contains(&format!("<html lang=\"{tag}\"")), "{}", &page[..200]);
        for name in [
            format!("tables.{tag}.xlsx"),
            format!("questionnaire.{tag}.html"),
            format!("figures.{tag}/card.svg"),
        ] {
            assert!(out.join(&name).is_file(), "{name}");
        }
    }
    let manifest = std::fs::read_to_string(out.join("release.json")).expect("was written");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["languages"], serde_json::json!(["ja", "en"]));
    let told = said(&["verify", text(&out)], 0);
    assert!(told.contains("figures reproduced") && told.contains("are the same too"), "{told}");
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

/// Changes files of a release as somebody would who knows how: all hashes are made anew.
fn forge(out: &Path, change: impl Fn(&Path)) {
    change(out);
    let manifest = out.join("release.json");
    let text = std::fs::read_to_string(&manifest).expect("is there");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let files = value["files"].as_array_mut().expect("a list");
    files.retain(|one| out.join(one["file"].as_str().expect("a name")).exists());
    if out.join("figures.ja/new.csv").exists() {
        files.push(serde_json::json!({ "file": "figures.ja/new.csv", "sha256": "" }));
    }
    for one in files {
        let bytes = std::fs::read(out.join(one["file"].as_str().expect("a name"))).expect("is there");
        let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        one["sha256"] = hash.into();
    }
    std::fs::write(&manifest, serde_json::to_string_pretty(&value).expect("JSON")).expect("written");
    std::fs::remove_file(out.join("SHA256SUMS")).expect("was there");
}

/// Replaces the first of some words in a file.
fn replace(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("is there");
    assert!(text.contains(from), "{}: {from}", path.display());
    std::fs::write(path, text.replacen(from, to, 1)).expect("written");
}

#[test]
fn figures_that_were_forged_with_their_hashes_are_told_one_by_one() {
    let (_place, dir, out) = survey();
    said(&["release", &dir, "--out", text(&out), "--data", "full", "--no-pdf"], 0);
    forge(&out, |out| {
        replace(&out.join("figures.ja/figure-q1.csv"), ",66.7%", ",76.7%");
        replace(&out.join("report.ja.html"), ">66.7%<", ">76.7%<");
        replace(&out.join("tables.ja.jsonstat.json"), "598", "698");
        std::fs::remove_file(out.join("method.ja.html")).expect("was there");
        std::fs::write(out.join("figures.ja/new.csv"), "x").expect("written");
    });
    let told = said(&["verify", text(&out)], 1);
    for line in [
        "figures reproduced",
        "figures.ja/figure-q1.csv 2: published",
        "report.ja.html #",
        "published 76.7%, the data give 66.7%",
        "tables.ja.jsonstat.json ",
        "published 698",
        "method.ja.html: the data give this file, and it is not there",
        "figures.ja/new.csv: no file that these data give",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[test]
fn data_that_were_forged_with_their_hashes_change_every_figure() {
    let (_place, dir, out) = survey();
    said(&["release", &dir, "--out", text(&out), "--data", "full", "--no-pdf"], 0);
    forge(&out, |out| {
        let data = out.join("source/responses.csv");
        let rows = std::fs::read_to_string(&data).expect("is there");
        let fewer: Vec<&str> = rows.lines().take(700).collect();
        std::fs::write(&data, fewer.join("\n")).expect("written");
    });
    let told = said(&["verify", text(&out)], 1);
    assert!(told.contains("responses: published 897, the data give 699"), "{told}");
}

#[test]
fn an_archive_unpacked_elsewhere_is_reproduced_in_its_look() {
    let (place, dir, _) = survey();
    let theme = "[colours]\nmain = \"#7a1f2b\"\n[logo]\nfile = \"art/logo.svg\"\n";
    std::fs::create_dir(Path::new(&dir).join("art")).expect("made");
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>";
    std::fs::write(Path::new(&dir).join("theme.toml"), theme).expect("written");
    std::fs::write(Path::new(&dir).join("art/logo.svg"), logo).expect("written");
    let packed = place.path().join("release.zip");
    let url = ["--url", "https://example.org/2022", "--no-pdf"];
    said(&[&["release", &dir, "--out", text(&packed), "--data", "full"], &url[..]].concat(), 0);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = std::fs::File::open(&packed).expect("was written");
    zip::ZipArchive::new(file).expect("an archive").extract(elsewhere.path()).expect("unpacks");
    let told = said(&["verify", text(elsewhere.path())], 0);
    assert!(told.contains("reports, figures and workbooks are the same too"), "{told}");
    let read = |name: &str| std::fs::read_to_string(elsewhere.path().join(name)).expect("is there");
    let report = read("report.ja.html");
    assert!(report.contains("#7a1f2b") && report.contains("class=\"logo\""));
    assert!(report.contains("content=\"https://example.org/2022/report.ja.html\""));
    assert!(read("figures.ja/card.svg").contains("#7a1f2b"));
    assert!(read("figures.ja/index.html").contains("https://example.org/2022/figures.ja/figure-q1.svg"));
}

#[test]
fn an_address_that_is_none_is_refused() {
    let (_place, dir, out) = survey();
    let told = said(&["release", &dir, "--out", text(&out), "--url", "example.org"], 1);
    assert!(told.contains("is no address of the web") && !out.exists());
}

/// A program in the typesetter's place, which writes what it was given.
#[cfg(unix)]
const STAND_IN: &str = r#"#!/bin/sh
[ "$1" = --version ] && echo "stand-in 1" && exit
given=$(mktemp)
cat > "$given"
while [ $# -gt 1 ]; do
  case "$1" in
    --figures) cp "$given" "$2/card.png" ;;
    *) cp "$given" "$2" ;;
  esac
  shift 2
done
rm "$given"
"#;

#[test]
#[cfg(unix)]
fn what_the_typesetter_makes_is_released_and_made_again() {
    use std::os::unix::fs::PermissionsExt;
    let (place, dir, out) = survey();
    let program = place.path().join("typesetter");
    std::fs::write(&program, STAND_IN).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("set");
    let by = ["--pdf-renderer", text(&program)];
    let url = ["--url", "https://example.org/"];
    said(&[&["release", &dir, "--out", text(&out), "--data", "full"], &by[..], &url[..]].concat(), 0);
    for name in ["report.ja.pdf", "report-a4.en.pdf", "figures.en/card.png"] {
        assert!(out.join(name).exists(), "{name}");
    }
    let report = std::fs::read_to_string(out.join("report.ja.html")).expect("is there");
    assert!(report.contains("content=\"https://example.org/figures.ja/card.png\""));
    let again = said(&[&["verify", text(&out)], &by[..]].concat(), 0);
    assert!(!again.contains("were not set again"), "{again}");
    assert!(said(&["verify", text(&out), "--no-pdf"], 0).contains("PDF and PNG were not set again"));
    forge(&out, |out| std::fs::write(out.join("report.ja.pdf"), "other").expect("written"));
    let told = said(&[&["verify", text(&out)], &by[..]].concat(), 1);
    assert!(told.contains("report.ja.pdf: not what these tables give"), "{told}");
}

#[test]
fn answers_that_do_not_give_the_published_figures_are_not_published() {
    let place = tempfile::tempdir().expect("a folder");
    let out = place.path().join("release");
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/home-nursing");
    let told = said(&["release", dir, "--out", text(&out), "--data", "controlled", "--no-pdf"], 1);
    assert!(told.contains("do not give the overall figures") && !out.exists(), "{told}");
}

#[test]
fn a_frame_without_its_contacts_gives_every_page_again() {
    let place = tempfile::tempdir().expect("a folder");
    let out = place.path().join("release.zip");
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/home-nursing");
    said(&["release", dir, "--out", text(&out), "--data", "full", "--no-pdf"], 0);
    let told = said(&["verify", text(&out)], 0);
    assert!(told.contains("reports, figures and workbooks are the same too"), "{told}");
}
