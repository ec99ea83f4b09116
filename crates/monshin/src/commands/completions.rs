//! `monshin completions`: what a shell needs to complete commands and arguments.

use anyhow::Result;
use clap::CommandFactory;
use monshin_diag::Lang;

use crate::args::{Args, Completions};
use crate::output::{Verdict, print};

pub fn run(it: Completions, lang: Lang) -> Result<Verdict> {
    let mut command = crate::help::localise(Args::command(), lang);
    let mut script = Vec::new();
    clap_complete::generate(it.shell, &mut command, "monshin", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Fine)
}
