//! `monshin man`: the man page of the command and of each of its subcommands, one after the other.

use anyhow::Result;
use clap::CommandFactory;
use monshin_diag::Lang;

use crate::args::{Args, Man};
use crate::output::{Verdict, print};

pub fn run(_: Man, lang: Lang) -> Result<Verdict> {
    let root = crate::help::localise(Args::command(), lang);
    let mut page = Vec::new();
    clap_mangen::Man::new(root.clone()).render(&mut page)?;
    for command in root.get_subcommands() {
        let name = format!("monshin-{}", command.get_name());
        clap_mangen::Man::new(command.clone().bin_name(name)).render(&mut page)?;
    }
    print(&String::from_utf8_lossy(&page))?;
    Ok(Verdict::Fine)
}
