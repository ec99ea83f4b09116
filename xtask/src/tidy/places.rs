//! Nothing in the tree says on whose machine it was written, or where its packages came from.

use super::{Finding, Tree};

/// Folders of machines; a finding where one stands at the beginning of a path.
const FOLDERS: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

/// Words of private registries and mirrors.
const HOSTS: [&str; 7] = [
    concat!("spar", "se+"),
    concat!("artif", "actory"),
    concat!("//nex", "us"),
    concat!("//regis", "try."),
    concat!("//mir", "ror"),
    concat!("//pro", "xy."),
    concat!("index-", "url"),
];

/// The source of every package in the lock file.
const LOCKED: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// Paths of machines and hosts of registries.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts() {
        let is_lock = path.ends_with("Cargo.lock");
        for (at, line) in text.lines().enumerate() {
            for folder in FOLDERS.into_iter().filter(|folder| begins_a_path(line, folder)) {
                found.push(Finding::error(path, at + 1, format!("{folder}… is a folder of one machine")));
            }
            for host in HOSTS.into_iter().filter(|host| line.contains(host)) {
                found.push(Finding::error(
                    path,
                    at + 1,
                    format!("`{host}` names a package registry or mirror"),
                ));
            }
            if is_lock && line.starts_with("source = ") && line != LOCKED {
                found.push(Finding::error(
                    path,
                    at + 1,
                    "a package that does not come from the public registry",
                ));
            }
        }
    }
    found
}

fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '>' | '~'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, shown};

    #[test]
    fn a_path_of_a_machine_is_found_wherever_it_stands() {
        let line = format!("see {}me/ann/survey and docs{}me/x\n", "/ho", "/ho");
        let tree = Tree::from([("docs/a.md", line.as_str())]);
        let folder = concat!("/ho", "me/");
        assert_eq!(shown(&super::check(&tree)), format!("docs/a.md:1: {folder}… is a folder of one machine"));
    }

    #[test]
    fn a_package_from_elsewhere_is_found() {
        let tree =
            Tree::from([("Cargo.lock", "[[package]]\nsource = \"registry+https://example.org/index\"\n")]);
        assert_eq!(
            shown(&super::check(&tree)),
            "Cargo.lock:2: a package that does not come from the public registry"
        );
        let mirror = format!("[registry]\nindex = \"{}se+https://example.org\"\n", "spar");
        let tree = Tree::from([(".cargo/config.toml", mirror.as_str())]);
        assert_eq!(shown(&super::check(&tree)).lines().count(), 1);
    }
}
