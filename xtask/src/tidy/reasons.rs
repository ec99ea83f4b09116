//! Every crate of others stands once in the root manifest, with the reason why it is there.

use super::edges::is_ours;
use super::manifest::Manifest;
use super::{Finding, Tree};

const ROOT: &str = "Cargo.toml";

/// Dependencies without a reason, and those that go round the root manifest.
pub fn check(tree: &Tree, manifests: &[Manifest]) -> Vec<Finding> {
    let entries = entries(tree.text(ROOT).unwrap_or_default());
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.has_reason && !is_ours(entry.name, manifests)) {
        found.push(Finding::error(
            ROOT,
            entry.line,
            format!("`{}` has no reason: say in a comment above it what it is for", entry.name),
        ));
    }
    for manifest in manifests {
        for dependency in manifest.dependencies.iter().filter(|dependency| !dependency.from_workspace) {
            found.push(Finding::error(&manifest.path, dependency.line, format!(
                "`{0}` goes round the root manifest: put it there with its reason, and `{0}.workspace = true` here", dependency.name)));
        }
    }
    for entry in entries {
        let is_used =
            manifests.iter().any(|manifest| manifest.dependencies.iter().any(|have| have.name == entry.name));
        if !is_used && !is_ours(entry.name, manifests) {
            found.push(Finding::warning(ROOT, entry.line, format!("nobody uses `{}`", entry.name)));
        }
    }
    found
}

struct Entry<'a> {
    name: &'a str,
    line: usize,
    has_reason: bool,
}

/// The entries of `[workspace.dependencies]`. A reason is a comment in the line above or behind.
fn entries(root: &str) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let (mut inside, mut after_comment) = (false, false);
    for (at, line) in root.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if inside
            && !line.starts_with('#')
            && let Some((name, rest)) = line.split_once('=')
        {
            let name = name.trim().trim_end_matches(".workspace");
            found.push(Entry { name, line: at + 1, has_reason: after_comment || rest.contains(" # ") });
        }
        after_comment = line.starts_with('#');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, manifest, shown};

    fn check(root: &str, member: &str, expect: &str) {
        let tree = Tree::from([("Cargo.toml", root), ("crates/x/Cargo.toml", member)]);
        assert_eq!(shown(&super::check(&tree, &manifest::read(&tree).0)), expect);
    }

    const MEMBER: &str =
        "[package]\nname = \"monshin-diag\"\n[dependencies]\ncsv.workspace = true\nserde.workspace = true\n";

    #[test]
    fn a_reason_stands_above_or_behind() {
        check(
            "[workspace.dependencies]\nmonshin-diag = { path = \"\" }\n# Reads CSV.\ncsv = \"1\"\nserde = \"1\" # Writes it.\n",
            MEMBER,
            "",
        );
    }

    #[test]
    fn one_reason_is_for_one_crate() {
        check(
            "[workspace.dependencies]\n# Reads CSV.\ncsv = \"1\"\nserde = \"1\"\n",
            MEMBER,
            "Cargo.toml:4: `serde` has no reason: say in a comment above it what it is for",
        );
    }

    #[test]
    fn nobody_goes_round_the_root() {
        check(
            "",
            "[package]\nname = \"monshin-diag\"\n[dependencies]\n# for numbers\nlibm = \"0.2\"\n",
            "crates/x/Cargo.toml:5: `libm` goes round the root manifest: put it there with its reason, and `libm.workspace = true` here",
        );
    }

    #[test]
    fn what_nobody_uses_is_pointed_out() {
        check(
            "[workspace.dependencies]\n# Reads CSV.\ncsv = \"1\"\n# Old.\nregex = \"1\"\n",
            "[package]\nname = \"monshin-diag\"\n[dependencies]\ncsv.workspace = true\n",
            "Cargo.toml:5: look again: nobody uses `regex`",
        );
    }
}
