//! Writes the expected outputs anew.

use crate::shell;
use crate::tidy::Tree;

/// Runs the tests of every crate that keeps expected outputs, which rewrites them.
///
/// # Errors
/// When a test fails for another reason than its expected output.
pub fn run() -> Result<(), String> {
    let tree = Tree::of_workspace(&shell::root())?;
    let crates = with_goldens(&tree);
    if crates.is_empty() {
        println!("no crate keeps expected outputs");
        return Ok(());
    }
    println!("rewriting the expected outputs of {}", crates.join(", "));
    let mut cargo = shell::cargo();
    cargo.args(["test", "--quiet", "--no-fail-fast"]).env("UPDATE_EXPECT", "1");
    for name in &crates {
        cargo.args(["--package", name]);
    }
    let status = cargo.status().map_err(|error| format!("cannot start cargo: {error}"))?;
    let changed = shell::output(shell::command("git").args(["status", "--short"])).unwrap_or_default();
    println!(
        "{}",
        if changed.is_empty() { "nothing changed" } else { "read every change before you commit it:" }
    );
    print!("{changed}");
    if status.success() {
        Ok(())
    } else {
        Err("a test fails for another reason than its expected output".to_owned())
    }
}

/// Names of the crates with an expected output.
fn with_goldens(tree: &Tree) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (path, text) in tree.rust() {
        let is_golden =
            text.contains("expect![") || text.contains("expect_file![") || text.contains("expect_test::");
        let name = match path.split('/').collect::<Vec<_>>().as_slice() {
            ["crates", name, ..] => (*name).to_owned(),
            ["tests", ..] => "monshin-tests".to_owned(),
            _ => continue,
        };
        if is_golden && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::tidy::Tree;

    #[test]
    fn crates_with_expected_outputs_are_found_once() {
        let golden = "expect![\"a\"].assert_eq(a);";
        let tree = Tree::from([
            ("crates/monshin-frame/src/a.rs", golden),
            ("crates/monshin-frame/src/b.rs", golden),
            ("crates/monshin-diag/src/a.rs", "fn f() {}"),
            ("tests/stories.rs", golden),
        ]);
        assert_eq!(super::with_goldens(&tree), ["monshin-frame", "monshin-tests"]);
    }
}
