//! The binary: arguments to one file per command to an exit code. The only room that reads files,
//! the environment and the clock.

// The binary alone reads files, the environment and the clock (clippy.toml keeps the others from it).
#![allow(clippy::disallowed_methods)]

mod args;
mod commands;
mod data;
mod effects;
mod fielding;
mod folder;
mod help;
mod keyed;
mod mail;
mod output;
mod pdf;
mod prepare;
mod progress;
mod release;
mod sampling;
mod theme;
mod trouble;
mod usage;
mod watch;
mod weighting;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches};

use args::{Args, Command};
use output::Verdict;

/// What was typed passes through buffers of the web and database libraries: all of them are wiped when
/// they are freed (`docs/security.md` has the cost).
#[global_allocator]
static WIPED: zeroizing_alloc::ZeroAlloc<mimalloc::MiMalloc> = zeroizing_alloc::ZeroAlloc(mimalloc::MiMalloc);

fn main() -> ExitCode {
    let lang = help::language(std::env::args_os());
    let command = help::localise(Args::command(), lang);
    let matches = match command.try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let is_help = !error.use_stderr();
            usage::print(&error, lang);
            return if is_help { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    let args = Args::from_arg_matches(&matches).expect("the definition is the same");
    match run(args, lang) {
        Ok(verdict) => verdict.into(),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("monshin: {}", trouble::told(&error, lang));
            ExitCode::from(3)
        }
    }
}

fn run(args: Args, lang: monshin_diag::Lang) -> Result<Verdict> {
    match args.command {
        Command::New(it) => commands::new::run(it, lang),
        Command::Check(it) => commands::check::run(it, lang),
        Command::Export(it) => commands::export::run(it, lang),
        Command::Tabulate(it) => commands::tabulate::run(it, lang),
        Command::Report(it) => commands::report::run(it, lang),
        Command::Watch(it) => commands::watch::run(it, lang),
        Command::Draft(it) => commands::draft::run(it, lang),
        Command::Compare(it) => commands::compare::run(it, lang),
        Command::Explain(it) => commands::explain::run(it, lang),
        Command::Identity(it) => commands::identity::run(it, lang),
        Command::Invite(it) => commands::invite::run(it, lang),
        Command::Remind(it) => commands::mail::remind(it, lang),
        Command::Import(it) => commands::import::run(it, lang),
        Command::Bounces(it) => commands::mail::bounces(it, lang),
        Command::Serve(it) => commands::serve::run(it, lang),
        Command::Operator(it) => commands::operator::run(it, lang),
        Command::Close(it) => commands::operate::close(it, lang),
        Command::ApiKey(it) => commands::api_key::run(it, lang),
        Command::Erase(it) => commands::erase::run(it, lang),
        Command::Backup(it) => commands::operate::backup(it, lang),
        Command::Restore(it) => commands::operate::restore(it, lang),
        Command::Migrate(it) => commands::operate::migrate(it, lang),
        Command::Simulate(it) => commands::simulate::run(it, lang),
        Command::Release(it) => commands::release::run(it, lang),
        Command::Verify(it) => commands::verify::run(it, lang),
        Command::SigningKey(it) => commands::signing_key::run(it, lang),
        Command::Completions(it) => commands::completions::run(it, lang),
        Command::Man(it) => commands::man::run(it, lang),
    }
}
