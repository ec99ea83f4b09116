//! Links of the documentation lead somewhere, and the README says the two commands.

use super::{Finding, Tree};

/// What a newcomer types, and where it has to stand.
pub const COMMANDS: [&str; 2] = ["cargo run --release -- report examples/hodanren-2022", "cargo ci"];
const README: &str = "README.md";

/// Dead links, and commands that the README lacks.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let readme = tree.text(README).unwrap_or_default();
    for command in COMMANDS {
        if !readme.lines().any(|line| line.trim() == command) {
            found.push(Finding::error(
                README,
                1,
                format!("the command `{command}` is missing (on a line of its own)"),
            ));
        }
    }
    for (path, text) in tree.texts().filter(|(path, _)| is_page(path)) {
        for (line, target) in targets(text) {
            let file = target.split(['#', '?']).next().unwrap_or_default();
            let is_elsewhere = file.is_empty() || file.contains(':') || file.starts_with("//");
            if !is_elsewhere && !resolved(path, file).is_some_and(|file| tree.has(&file)) {
                found.push(Finding::error(path, line, format!("dead link: there is no {file}")));
            }
        }
    }
    found
}

/// Documentation, as opposed to commentaries, whose links are claims.
fn is_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_doc = !path.contains('/') || path.starts_with("docs/") || name == "README.md";
    is_doc && name.ends_with(".md")
}

/// The address of every link and picture outside code, with its line.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_fence = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
            continue;
        }
        // Every second piece between backticks is code.
        for prose in line.split('`').step_by(2).filter(|_| !in_fence) {
            for (start, _) in prose.match_indices("](") {
                let rest = &prose[start + 2..];
                let end = rest.find([')', ' ']).unwrap_or(rest.len());
                found.push((at + 1, &rest[..end]));
            }
        }
    }
    found
}

/// The path from the root to what a page links to; `None` when it leads out of the repository.
fn resolved(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { page.split('/').collect() };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, shown};

    fn check(page: &str, text: &str, expect: &str) {
        let readme = super::COMMANDS.join("\n");
        let tree = Tree::from([("README.md", readme.as_str()), ("docs/guide/a.md", ""), (page, text)]);
        assert_eq!(shown(&super::check(&tree)), expect);
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        check("docs/b.md", "\nsee [a](guide/c.md#part)\n", "docs/b.md:2: dead link: there is no guide/c.md");
        check("docs/b.md", "![a](../../x.png)\n", "docs/b.md:1: dead link: there is no ../../x.png");
    }

    #[test]
    fn links_that_hold_and_claims_pass() {
        check(
            "docs/b.md",
            "[a](guide/a.md) [b](../README.md#x) [c](https://example.org) [d](#here) [e](guide/)\n",
            "",
        );
        check("docs/b.md", "`[67%](share.md)`\n```\n[67%](x.md)\n```\n[67%](share:q1=yes)\n", "");
        check("examples/x/report.ja.md", "[67%](nothing)\n", "");
    }

    #[test]
    fn the_readme_says_both_commands() {
        let tree = Tree::from([("README.md", "```sh\ncargo ci\n```\n")]);
        assert_eq!(
            shown(&super::check(&tree)),
            "README.md:1: the command `cargo run --release -- report examples/hodanren-2022` is missing (on a line of its own)"
        );
    }
}
