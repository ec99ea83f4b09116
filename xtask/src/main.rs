//! What maintainers run: `cargo xtask COMMAND`. One file per command; this one decides nothing.

// xtask stands outside the pure rooms: reading files, the environment and the clock is its work.
#![allow(clippy::disallowed_methods)]

mod bench;
mod ci;
mod coverage;
mod goldens;
mod oracle;
mod shell;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  ci                    everything that CI runs, the fast half first; stops at the first failure
  tidy                  the rules of the house that neither rustc nor clippy can see
  goldens               writes the expected outputs anew; read the difference before you commit it
  oracle DIR [--table]  our figures against the reference values in DIR
  coverage              prints docs/coverage.md: how often each interval holds the truth
  bench NAME --json [--quick]
                        runs one bench and prints one JSON object; beside it the same work in R, where
                        there is a script for it and R is installed (--quick: only what R does soon)";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ci"] => finished(ci::run()),
        ["tidy"] => finished(tidy::run()),
        ["goldens"] => finished(goldens::run()),
        ["oracle", ..] => oracle::run(&args[1..]),
        ["coverage"] => coverage::run(),
        ["bench", name, "--json"] | ["bench", name, "--json", "--quick"] => finished(bench::run(name)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn finished(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
