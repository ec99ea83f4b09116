//! The one direction of dependency.

use super::Finding;
use super::manifest::Manifest;

/// Which rooms may lean on which. `tests` and `xtask` lean on what they like, and nothing leans on
/// them or on the binary.
const MAY: [(&str, &[&str]); 10] = [
    ("monshin-diag", &[]),
    ("monshin-estimate", &[]),
    ("monshin-instrument", &["monshin-diag"]),
    ("monshin-frame", &["monshin-diag"]),
    ("monshin-tabulate", &["monshin-instrument", "monshin-frame", "monshin-estimate", "monshin-diag"]),
    ("monshin-report", &["monshin-tabulate", "monshin-diag"]),
    ("monshin-seal", &[]),
    ("monshin-store", &["monshin-instrument", "monshin-frame"]),
    (
        "monshin-web",
        &[
            "monshin-seal",
            "monshin-store",
            "monshin-instrument",
            "monshin-frame",
            "monshin-estimate",
            "monshin-diag",
        ],
    ),
    (
        "monshin",
        &[
            "monshin-diag",
            "monshin-instrument",
            "monshin-frame",
            "monshin-estimate",
            "monshin-tabulate",
            "monshin-report",
            "monshin-seal",
            "monshin-store",
            "monshin-web",
        ],
    ),
];

/// Crates that may lean on all others.
pub const FREE: [&str; 3] = ["monshin-tests", "monshin-fielding-tests", "xtask"];

/// Edges that the rooms do not allow, and crates without a rule.
pub fn check(manifests: &[Manifest]) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in manifests.iter().filter(|manifest| !FREE.contains(&manifest.name.as_str())) {
        let Some((_, may)) = MAY.iter().find(|(name, _)| *name == manifest.name) else {
            found.push(Finding::error(&manifest.path, 1, format!(
                "no rule says what `{}` may lean on: add it to xtask/src/tidy/edges.rs and to ARCHITECTURE.md", manifest.name)));
            continue;
        };
        // Tests of any crate may use the stories' tools, which is no edge between rooms.
        let is_edge =
            |name: &str, for_tests| is_ours(name, manifests) && !(for_tests && FREE.contains(&name));
        for dependency in manifest.dependencies.iter().filter(|one| is_edge(&one.name, one.for_tests)) {
            if !may.contains(&dependency.name.as_str()) {
                let others = if may.is_empty() { "nothing of ours".to_owned() } else { may.join(", ") };
                found.push(Finding::error(
                    &manifest.path,
                    dependency.line,
                    format!(
                        "`{}` may not lean on `{}`: it may lean on {others}",
                        manifest.name, dependency.name
                    ),
                ));
            }
        }
    }
    found
}

/// Whether a crate is one of this workspace.
pub fn is_ours(name: &str, manifests: &[Manifest]) -> bool {
    manifests.iter().any(|manifest| manifest.name == name) || MAY.iter().any(|(ours, _)| *ours == name)
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, manifest, shown};

    fn check(manifest_text: &str, expect: &str) {
        let tree = Tree::from([("crates/x/Cargo.toml", manifest_text)]);
        assert_eq!(shown(&super::check(&manifest::read(&tree).0)), expect);
    }

    #[test]
    fn a_wall_has_no_hole() {
        check(
            "[package]\nname = \"monshin-report\"\n[dependencies]\nmonshin-diag.workspace = true\nmonshin-instrument.workspace = true\n",
            "crates/x/Cargo.toml:5: `monshin-report` may not lean on `monshin-instrument`: it may lean on monshin-tabulate, monshin-diag",
        );
    }

    #[test]
    fn tests_of_a_pure_crate_keep_the_direction_too() {
        check(
            "[package]\nname = \"monshin-diag\"\n[dev-dependencies]\nmonshin-frame = { workspace = true }\n",
            "crates/x/Cargo.toml:4: `monshin-diag` may not lean on `monshin-frame`: it may lean on nothing of ours",
        );
    }

    #[test]
    fn a_dependency_of_one_platform_or_under_another_name_is_seen() {
        check(
            "[package]\nname = \"monshin-diag\"\n[target.'cfg(unix)'.dependencies]\nother = { package = \"monshin\", path = \"..\" }\n",
            "crates/x/Cargo.toml:4: `monshin-diag` may not lean on `monshin`: it may lean on nothing of ours",
        );
    }

    #[test]
    fn a_new_room_needs_a_rule() {
        check(
            "[package]\nname = \"monshin-utils\"\n",
            "crates/x/Cargo.toml:1: no rule says what `monshin-utils` may lean on: add it to xtask/src/tidy/edges.rs and to ARCHITECTURE.md",
        );
    }

    #[test]
    fn allowed_edges_and_crates_of_others_pass() {
        check(
            "[package]\nname = \"monshin-frame\"\n[dependencies]\nmonshin-diag.workspace = true\ncsv.workspace = true\n",
            "",
        );
        check("[package]\nname = \"xtask\"\n[dependencies]\nmonshin-report.workspace = true\n", "");
    }
}
