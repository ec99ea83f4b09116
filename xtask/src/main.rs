//! What maintainers run.

mod oracle;

use std::process::ExitCode;

#[expect(clippy::disallowed_methods, reason = "a maintainer's tool reads its own arguments")]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("oracle") => oracle::run(&args[1..]),
        _ => {
            eprintln!("usage: cargo xtask oracle DIR [--table]");
            ExitCode::from(2)
        }
    }
}
