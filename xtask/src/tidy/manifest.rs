//! The manifests of the members: what each crate depends on, and in which line it says so.

use super::{Finding, Tree, room};
use toml::de::{DeTable, DeValue};

/// One member of the workspace.
#[derive(Debug)]
pub struct Manifest {
    /// Path of its `Cargo.toml`.
    pub path: String,
    /// Name of the crate.
    pub name: String,
    /// Everything it depends on, for whatever purpose.
    pub dependencies: Vec<Dependency>,
}

/// One entry of a table of dependencies.
#[derive(Debug)]
pub struct Dependency {
    /// Name of the crate it stands for.
    pub name: String,
    /// Line of the manifest.
    pub line: usize,
    /// Whether the version comes from the root manifest.
    pub from_workspace: bool,
    /// Whether only tests, benches and examples see it.
    pub for_tests: bool,
}

const TABLES: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];

/// The manifest of every member that can be read, and findings for those that cannot.
pub fn read(tree: &Tree) -> (Vec<Manifest>, Vec<Finding>) {
    let (mut manifests, mut found) = (Vec::new(), Vec::new());
    for (path, text) in tree.texts() {
        if room(path).is_some() && path.ends_with("/Cargo.toml") {
            match manifest(path, text) {
                Ok(manifest) => manifests.push(manifest),
                Err(message) => found.push(Finding::error(path, 1, message)),
            }
        }
    }
    (manifests, found)
}

fn manifest(path: &str, text: &str) -> Result<Manifest, String> {
    let table = DeTable::parse(text).map_err(|error| format!("not TOML: {}", error.message()))?;
    let table = table.get_ref();
    let package = table.get("package").and_then(|package| package.get_ref().as_table());
    let name = package.and_then(|package| package.get("name")).and_then(|name| name.get_ref().as_str());
    let name = name.ok_or("a manifest without a name")?.to_owned();
    let mut dependencies = Vec::new();
    for kind in TABLES {
        let for_tests = kind == "dev-dependencies";
        listed(table, kind, text, for_tests, &mut dependencies);
        let targets = table.get("target").and_then(|target| target.get_ref().as_table());
        for target in targets.into_iter().flat_map(|targets| targets.values()) {
            if let Some(target) = target.get_ref().as_table() {
                listed(target, kind, text, for_tests, &mut dependencies);
            }
        }
    }
    Ok(Manifest { path: path.to_owned(), name, dependencies })
}

fn listed(table: &DeTable<'_>, kind: &str, text: &str, for_tests: bool, into: &mut Vec<Dependency>) {
    let entries = table.get(kind).and_then(|entries| entries.get_ref().as_table());
    for (key, value) in entries.into_iter().flatten() {
        let detail = value.get_ref().as_table();
        let from_workspace = detail.is_some_and(|detail| {
            detail.get("workspace").is_some_and(|value| matches!(value.get_ref(), DeValue::Boolean(true)))
        });
        let renamed =
            detail.and_then(|detail| detail.get("package")).and_then(|name| name.get_ref().as_str());
        let name = renamed.map_or_else(|| key.get_ref().to_string(), str::to_owned);
        into.push(Dependency { name, line: line_of(text, key.span().start), from_workspace, for_tests });
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].matches('\n').count() + 1
}
