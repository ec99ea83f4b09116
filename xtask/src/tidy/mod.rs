//! The rules of the house that neither rustc nor clippy can see.
//!
//! Every check is a function from a [`Tree`] (paths and texts) to findings, so its test is a small
//! bad tree. Adding a rule: one file here, one line in [`check`], one bad tree.

mod architecture;
mod edges;
mod finding;
mod licences;
mod links;
mod manifest;
mod places;
mod purity;
mod reasons;
mod security;
mod sizes;
mod tree;

pub use finding::Finding;
pub use links::COMMANDS;
pub use tree::Tree;

use crate::shell;

/// Checks the workspace and prints what it finds.
///
/// # Errors
/// When there is a finding that is not only a warning, or the tree cannot be read.
pub fn run() -> Result<(), String> {
    let tree = Tree::of_workspace(&shell::root())?;
    let mut found = check(&tree);
    found.extend(licences::check(&licences::metadata()?, &tree)?);
    found.sort();
    for finding in &found {
        println!("{finding}");
    }
    let errors = found.iter().filter(|finding| finding.is_error()).count();
    println!("tidy: {errors} to mend, {} to look at", found.len() - errors);
    if errors == 0 { Ok(()) } else { Err("the house is not tidy".to_owned()) }
}

/// Every check that needs the tree alone.
fn check(tree: &Tree) -> Vec<Finding> {
    let (manifests, mut found) = manifest::read(tree);
    found.extend(edges::check(&manifests));
    found.extend(architecture::check(tree, &manifests));
    found.extend(reasons::check(tree, &manifests));
    found.extend(sizes::check(tree));
    found.extend(purity::check(tree));
    found.extend(places::check(tree));
    found.extend(links::check(tree));
    found.extend(security::check(tree));
    found
}

/// The room that a file belongs to: the name of its crate's folder.
fn room(path: &str) -> Option<&str> {
    let mut parts = path.split('/');
    match (parts.next()?, parts.next()?) {
        ("crates", room) => Some(room),
        (room @ ("tests" | "xtask"), _) => Some(room),
        _ => None,
    }
}

/// Whether a Rust file holds tests, benches or runnable examples and nothing else.
fn is_test(path: &str) -> bool {
    let inside = |folder: &str| path.starts_with(&folder[1..]) || path.contains(folder);
    inside("/tests/") || inside("/benches/") || inside("/fuzz/") || path.ends_with("/tests.rs")
}

/// The lines of a Rust file before its inline test module, with their numbers.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        let module = pair[1].trim_start();
        pair[0].trim() == "#[cfg(test)]" && module.starts_with("mod ") && module.trim_end().ends_with('{')
    });
    let end = tests.unwrap_or(lines.len());
    lines.into_iter().take(end).enumerate().map(|(at, line)| (at + 1, line))
}

/// A line without the comment at its end (a `//` in a string counts as one too: good enough here).
fn without_comment(line: &str) -> &str {
    line.find("//").map_or(line, |at| &line[..at])
}

#[cfg(test)]
/// One finding a line, as printed.
fn shown(found: &[Finding]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
