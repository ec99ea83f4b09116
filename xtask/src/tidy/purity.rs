//! Pure rooms do not touch the world: files, environment, processes, network, clock.
//!
//! clippy.toml bans the functions too, but it sees only those that it lists; this sees the modules.

use super::{Finding, Tree, code_lines, is_test, room, without_comment};

/// Rooms that may touch the world.
const WORLDLY: [&str; 5] = ["monshin", "monshin-store", "monshin-web", "tests", "xtask"];

const MODULES: [(&str, &str); 4] = [
    ("fs", "the binary reads and writes files; take the text or a reader"),
    ("env", "the binary reads the environment; take the value"),
    ("net", "the web room talks to the network"),
    ("process", "the binary starts programs and ends them; return a value"),
];
const CLOCKS: [&str; 2] = ["SystemTime", "Instant"];

/// Uses of the world in rooms that do without.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let is_pure = room(path).is_some_and(|room| !WORLDLY.contains(&room));
        if is_pure && !is_test(path) {
            in_file(path, text, &mut found);
        }
    }
    found
}

fn in_file(path: &str, text: &str, found: &mut Vec<Finding>) {
    let mut in_use_of_std = false;
    for (at, line) in code_lines(text) {
        let line = without_comment(line);
        in_use_of_std |= line.contains("use std::{");
        for (module, way_out) in MODULES {
            let by_path = has_word(line, &format!("std::{module}"));
            if by_path || in_use_of_std && has_word(line, module) {
                found.push(Finding::error(path, at, format!("a pure room uses std::{module}: {way_out}")));
            }
        }
        for clock in CLOCKS.into_iter().filter(|clock| has_word(line, clock)) {
            found.push(Finding::error(
                path,
                at,
                format!("a pure room uses {clock}: the clock enters as an argument"),
            ));
        }
        in_use_of_std &= !line.contains(';');
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, shown};

    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(shown(&super::check(&Tree::from([(path, text)]))), expect);
    }

    #[test]
    fn a_pure_room_reads_no_files_in_any_spelling() {
        let message =
            "a pure room uses std::fs: the binary reads and writes files; take the text or a reader";
        let path = "crates/monshin-report/src/a.rs";
        check(path, "fn f() { std::fs::read(\"a\"); }\n", &format!("{path}:1: {message}"));
        check(path, "use std::{\n    fmt,\n    fs,\n};\n", &format!("{path}:3: {message}"));
        check(path, "use std::{fmt, fs};\nfn f(fs: u8) {}\n", &format!("{path}:1: {message}"));
    }

    #[test]
    fn a_pure_room_has_no_clock() {
        let path = "crates/monshin-tabulate/src/a.rs";
        check(
            path,
            "let t = Instant::now();\n",
            &format!("{path}:1: a pure room uses Instant: the clock enters as an argument"),
        );
    }

    #[test]
    fn tests_comments_and_the_binary_may() {
        check(
            "crates/monshin-report/src/a.rs",
            "// std::fs is for others\nfn f() {}\n#[cfg(test)]\nmod tests {\n  use std::fs;\n}\n",
            "",
        );
        check("crates/monshin-report/src/html/tests.rs", "std::fs::write(a, b);\n", "");
        check("crates/monshin/src/main.rs", "std::fs::write(a, b);\n", "");
    }
}
