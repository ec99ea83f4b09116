//! ARCHITECTURE.md names every crate, and its graph has exactly the edges that there are.

use super::edges::{FREE, is_ours};
use super::manifest::Manifest;
use super::{Finding, Tree};

const FILE: &str = "ARCHITECTURE.md";

/// Crates and edges that the page lacks, and edges that it invents.
pub fn check(tree: &Tree, manifests: &[Manifest]) -> Vec<Finding> {
    let Some(page) = tree.text(FILE) else {
        return vec![Finding::error(FILE, 1, "the page is missing")];
    };
    let drawn = graph(page);
    let mut found = Vec::new();
    for manifest in manifests {
        if !page.contains(&format!("`{}`", manifest.name)) {
            found.push(Finding::error(
                FILE,
                1,
                format!("`{}` ({}) is not on the map", manifest.name, manifest.path),
            ));
        }
    }
    let real: Vec<(&str, &str, &Manifest, usize)> = manifests
        .iter()
        .filter(|manifest| !FREE.contains(&manifest.name.as_str()))
        .flat_map(|from| from.dependencies.iter().filter(|to| !to.for_tests).map(move |to| (from, to)))
        .filter(|(_, to)| is_ours(&to.name, manifests))
        .map(|(from, to)| (from.name.as_str(), to.name.as_str(), from, to.line))
        .collect();
    for (from, to, manifest, line) in &real {
        if !drawn.iter().any(|(_, a, b)| a == from && b == to) {
            found.push(Finding::error(
                &manifest.path,
                *line,
                format!("the graph in {FILE} has no `{from} --> {to}`"),
            ));
        }
    }
    for (line, from, to) in drawn {
        if !real.iter().any(|(a, b, ..)| *a == from && *b == to) {
            found.push(Finding::error(
                FILE,
                line,
                format!("the graph says `{from} --> {to}`, and no manifest does"),
            ));
        }
    }
    found
}

/// The edges of the mermaid graph: line, from, to.
fn graph(page: &str) -> Vec<(usize, &str, &str)> {
    let mut inside = false;
    let mut edges = Vec::new();
    for (at, line) in page.lines().enumerate() {
        match line.trim() {
            "```mermaid" => inside = true,
            "```" => inside = false,
            line if inside => {
                let Some((from, to)) = line.split_once("-->") else { continue };
                for from in from.split('&') {
                    edges.extend(to.split('&').map(|to| (at + 1, from.trim(), to.trim())));
                }
            }
            _ => {}
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, manifest, shown};

    const REPORT: (&str, &str) = (
        "crates/monshin-report/Cargo.toml",
        "[package]\nname = \"monshin-report\"\n[dependencies]\nmonshin-diag.workspace = true\n",
    );

    fn check(page: &str, expect: &str) {
        let tree = Tree::from([REPORT, ("ARCHITECTURE.md", page)]);
        assert_eq!(shown(&super::check(&tree, &manifest::read(&tree).0)), expect);
    }

    #[test]
    fn the_page_that_agrees_passes() {
        check("`monshin-report`\n```mermaid\nflowchart TD\n  monshin-report --> monshin-diag\n```\n", "");
    }

    #[test]
    fn a_crate_off_the_map_is_found() {
        check(
            "```mermaid\nmonshin-report --> monshin-diag\n```\n",
            "ARCHITECTURE.md:1: `monshin-report` (crates/monshin-report/Cargo.toml) is not on the map",
        );
    }

    #[test]
    fn an_edge_missing_and_an_edge_invented_are_found() {
        check(
            "`monshin-report`\n```mermaid\nmonshin-report --> monshin-frame & monshin-tabulate\n```\n",
            "crates/monshin-report/Cargo.toml:4: the graph in ARCHITECTURE.md has no `monshin-report --> monshin-diag`\n\
             ARCHITECTURE.md:3: the graph says `monshin-report --> monshin-frame`, and no manifest does\n\
             ARCHITECTURE.md:3: the graph says `monshin-report --> monshin-tabulate`, and no manifest does",
        );
    }
}
