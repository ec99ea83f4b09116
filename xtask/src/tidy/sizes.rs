//! A file answers one question, and its length says whether it still does.

use super::{Finding, Tree, code_lines, is_test};

const LOOK_AGAIN: usize = 400;
const STOP: usize = 600;

/// Rust files that have grown too long, tests not counted.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| !is_test(path)) {
        let lines = code_lines(text).count();
        if lines > STOP {
            found.push(Finding::error(path, STOP + 1, format!(
                "{lines} lines without tests, {STOP} at most: a file answers one question, so find the second one")));
        } else if lines > LOOK_AGAIN {
            found.push(Finding::warning(path, LOOK_AGAIN + 1, format!("{lines} lines without tests")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, shown};

    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(shown(&super::check(&Tree::from([(path, text)]))), expect);
    }

    #[test]
    fn code_is_measured_and_tests_are_not() {
        let code = "fn f() {}\n".repeat(350);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "fn t() {}\n".repeat(900));
        check("crates/x/src/a.rs", &format!("{code}{tests}"), "");
        check("crates/x/src/a/tests.rs", &code.repeat(4), "");
        check("tests/claims.rs", &code.repeat(4), "");
    }

    #[test]
    fn four_hundred_lines_are_looked_at_and_six_hundred_stop() {
        check(
            "crates/x/src/a.rs",
            &"x\n".repeat(401),
            "crates/x/src/a.rs:401: look again: 401 lines without tests",
        );
        check(
            "crates/x/src/a.rs",
            &"x\n".repeat(601),
            "crates/x/src/a.rs:601: 601 lines without tests, 600 at most: a file answers one question, so find the second one",
        );
    }
}
