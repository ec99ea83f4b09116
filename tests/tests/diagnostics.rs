//! Every mistake of `tests/diagnostics/` gives the finding that is written beside it, and no other.
#![expect(clippy::disallowed_methods, reason = "a test reads its own files")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use monshin_tests::broken::{self, Case};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            files(&path, ends, found);
        } else if path.extension().is_some_and(|end| ends.iter().any(|wanted| end == *wanted)) {
            found.push(path);
        }
    }
    found.sort();
}

fn cases() -> Vec<(String, Case)> {
    let folder = root().join("diagnostics");
    let mut paths = Vec::new();
    files(&folder, &["toml", "csv", "md"], &mut paths);
    let form =
        std::fs::read_to_string(folder.join("data/form.toml")).expect("the questionnaire of the data cases");
    let mut cases = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&folder).expect("found below it").to_string_lossy().into_owned();
        if name == "README.md" || name == "data/form.toml" {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a case is a UTF-8 file");
        let case = match Path::new(&name).extension().and_then(|end| end.to_str()) {
            Some("toml") if name.starts_with("theme/") => broken::theme(&text),
            Some("toml") => broken::survey(&text),
            Some("csv") if name.starts_with("frame") => broken::frame(&form, &text),
            Some("csv") => broken::data(&form, &text),
            _ => broken::commentary(&name, &text),
        };
        cases.push((name, case));
    }
    cases
}

#[test]
fn every_mistake_gives_the_finding_beside_it_and_no_other() {
    let mut report = String::new();
    for (name, case) in cases() {
        let differences = case.differences();
        if !differences.is_empty() {
            report.push_str(&format!("\ntests/diagnostics/{name}\n{differences}"));
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn there_are_many_distinct_mistakes() {
    let mut distinct = BTreeSet::new();
    for (_, case) in cases() {
        distinct.extend(case.found.iter().map(|one| (one.code, one.message.en.clone())));
    }
    let codes: BTreeSet<&str> = distinct.iter().map(|(code, _)| *code).collect();
    println!("{} distinct mistakes under {} codes", distinct.len(), codes.len());
    assert!(distinct.len() >= 100, "{} distinct mistakes", distinct.len());
}

/// What looks like a code and is none: PKCE's method of OAuth (RFC 7636).
const NO_CODES: [&str; 1] = ["S256"];

/// Every code that the rooms can emit, with a source that does.
fn emitted() -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    let crates = root().join("../crates");
    files(&crates, &["rs"], &mut paths);
    let mut codes = BTreeMap::new();
    for path in paths {
        let name = path.strip_prefix(&crates).expect("found below it").to_string_lossy().into_owned();
        if name.contains("/tests/") || name.ends_with("/tests.rs") || name.starts_with("monshin-diag/") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source is a UTF-8 file");
        for (at, _) in text.match_indices('"') {
            let Some(code) = text.get(at + 1..at + 5).filter(|_| text.get(at + 5..at + 6) == Some("\""))
            else {
                continue;
            };
            if code.starts_with(['Q', 'D', 'F', 'T', 'C', 'M', 'P', 'S'])
                && code[1..].bytes().all(|b| b.is_ascii_digit())
                && !NO_CODES.contains(&code)
            {
                codes.insert(code.to_owned(), name.clone());
            }
        }
    }
    codes
}

#[test]
fn every_code_of_questionnaire_and_data_has_a_case() {
    let shown: BTreeSet<&str> =
        cases().iter().flat_map(|(_, case)| case.found.iter().map(|one| one.code)).collect();
    let codes = emitted();
    assert!(codes.len() >= 50, "the sources are searched: {codes:?}");
    let without: Vec<_> = codes
        .iter()
        .filter(|(code, file)| file.starts_with("monshin-instrument/") && !shown.contains(&***code))
        .collect();
    assert!(without.is_empty(), "no case shows {without:?}");
}

#[test]
fn every_code_is_explained_in_the_guide() {
    let guide =
        std::fs::read_to_string(root().join("../docs/guide/findings.md")).expect("the guide of findings");
    let explained: BTreeSet<&str> =
        guide.lines().filter_map(|line| line.strip_prefix("### ")?.get(..4)).collect();
    let codes = emitted();
    let without: Vec<_> = codes.iter().filter(|(code, _)| !explained.contains(&***code)).collect();
    assert!(without.is_empty(), "docs/guide/findings.md does not explain {without:?}");
    let gone: Vec<_> = explained.iter().filter(|code| !codes.contains_key(**code)).collect();
    assert!(gone.is_empty(), "docs/guide/findings.md explains what nothing emits: {gone:?}");
}
