//! Other programs, run from the root of the workspace.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the root of the workspace").to_owned()
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
}

/// A program, in the root.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    // What rewrites expected outputs must not leak into a check of them.
    command.current_dir(root()).env_remove("UPDATE_EXPECT");
    command
}

/// Whether a program can be started at all.
pub fn has(program: &str, argument: &str) -> bool {
    let mut probe = Command::new(program);
    probe.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// What the command prints on stdout.
///
/// # Errors
/// In words, with what it said on stderr, when it cannot be started or fails.
pub fn output(command: &mut Command) -> Result<String, String> {
    let done = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if !done.status.success() {
        return Err(format!("{} failed: {}", words(command), String::from_utf8_lossy(&done.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Runs the command, both its outputs into one file; returns what stands in the file.
///
/// # Errors
/// In words, with the end of the output, when it cannot be started or fails.
pub fn logged(command: &mut Command, log: &Path) -> Result<String, String> {
    let writing = |error| format!("cannot write {}: {error}", log.display());
    let out = File::create(log).map_err(writing)?;
    let err = out.try_clone().map_err(writing)?;
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    let said = String::from_utf8_lossy(&std::fs::read(log).map_err(writing)?).into_owned();
    if status.success() {
        return Ok(said);
    }
    Err(format!(
        "{}\n{} failed ({status}); all of its output: {}",
        last_lines(&said, 80),
        words(command),
        log.display()
    ))
}

/// The last lines of a text.
pub fn last_lines(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(most)..].join("\n")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start {}: {error}", words(command))
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
