//! `monshin explain`: how one figure comes about.

use anyhow::Result;
use monshin_diag::Lang;

use crate::args::Explain;
use crate::output::{Verdict, pick, print, print_findings};
use crate::prepare::{Which, prepare};

pub fn run(it: Explain, lang: Lang) -> Result<Verdict> {
    let prepared = prepare(&it.input, Which::Claim(&it.claim), &[])?;
    let Some(tables) = &prepared.released else {
        print_findings(prepared.found.as_slice(), &prepared.folder.sources, lang);
        if !prepared.found.has_errors() {
            eprintln!(
                "{}",
                pick(lang, "responses.csv がありません".into(), "there is no responses.csv".into())
            );
        }
        return Ok(Verdict::AtFault);
    };
    match monshin_report::explain(&it.claim, tables, lang) {
        Ok(text) => {
            print(&format!("{}\n", text.trim_end()))?;
            Ok(Verdict::Fine)
        }
        Err(found) => {
            print_findings(found.as_slice(), &prepared.folder.sources, lang);
            Ok(Verdict::AtFault)
        }
    }
}
