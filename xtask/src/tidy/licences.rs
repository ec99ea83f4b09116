//! Every crate that is built in may be given away under MIT OR Apache-2.0.

use serde_json::Value;

use super::{Finding, Tree};
use crate::shell;

/// Licences that ask for no more than a notice.
const ALLOWED: [&str; 12] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "Unicode-3.0",
    "CC0-1.0",
];

/// What cargo knows of every package that is built here.
///
/// # Errors
/// When cargo cannot say it.
pub fn metadata() -> Result<Value, String> {
    let version = shell::output(shell::command("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let ask = |where_from: &[&str]| {
        let mut cargo = shell::cargo();
        cargo.args(["metadata", "--format-version", "1", "--filter-platform", host]).args(where_from);
        shell::output(&mut cargo)
    };
    // Offline where everything has been fetched; else fetched, at the versions of the lock file.
    let said = ask(&["--offline"]).or_else(|_| ask(&["--locked"]))?;
    serde_json::from_str(&said).map_err(|error| format!("cargo metadata: {error}"))
}

/// Packages whose licence is not on the list.
///
/// # Errors
/// When the metadata are not what cargo writes.
pub fn check(metadata: &Value, tree: &Tree) -> Result<Vec<Finding>, String> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata without packages")?;
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_allowed(licence) {
            let entry = format!("name = \"{name}\"");
            let lock = tree.text("Cargo.lock").unwrap_or_default();
            let line = lock.lines().position(|line| line == entry).map_or(1, |at| at + 1);
            found.push(Finding::error(
                "Cargo.lock",
                line,
                format!(
                    "`{name}` is under {licence}, which is not on the list of xtask/src/tidy/licences.rs"
                ),
            ));
        }
    }
    Ok(found)
}

/// Whether an SPDX expression can be met with licences of the list. The old `/` is read as `OR`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) == Some(true) && rest.is_empty()
}

fn either(rest: &mut &[&str]) -> Option<bool> {
    let mut allowed = both(rest)?;
    while let ["OR", tail @ ..] = *rest {
        *rest = tail;
        allowed |= both(rest)?;
    }
    Some(allowed)
}

fn both(rest: &mut &[&str]) -> Option<bool> {
    let mut allowed = one(rest)?;
    while let ["AND", tail @ ..] = *rest {
        *rest = tail;
        allowed &= one(rest)?;
    }
    Some(allowed)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let allowed = either(rest)?;
            *rest = rest.strip_prefix(&[")"])?;
            Some(allowed)
        }
        [name, "WITH", exception, tail @ ..] => {
            *rest = tail;
            Some(ALLOWED.contains(&format!("{name} WITH {exception}").as_str()))
        }
        [name, tail @ ..] => {
            *rest = tail;
            Some(ALLOWED.contains(name))
        }
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, shown};
    use super::is_allowed;

    #[test]
    fn one_of_two_is_enough_and_both_of_two_are_needed() {
        assert!(is_allowed("MIT OR GPL-3.0-only"));
        assert!(is_allowed("Unlicense/MIT"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
        assert!(!is_allowed("MIT AND GPL-3.0-only"));
        assert!(!is_allowed("(MIT"));
        assert!(!is_allowed(""));
    }

    #[test]
    fn a_crate_under_another_licence_is_found_in_the_lock_file() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "ours", "source": null, "license": null },
            { "name": "good", "source": "registry", "license": "MIT" },
            { "name": "bad", "source": "registry", "license": "AGPL-3.0" },
        ]});
        let tree = Tree::from([("Cargo.lock", "[[package]]\nname = \"bad\"\n")]);
        let found = super::check(&metadata, &tree).expect("metadata");
        assert_eq!(
            shown(&found),
            "Cargo.lock:2: `bad` is under AGPL-3.0, which is not on the list of xtask/src/tidy/licences.rs"
        );
    }
}
