use crate::output::Verdict;
pub fn run(_it: crate::args::Report, _lang: monshin_diag::Lang) -> anyhow::Result<Verdict> { Ok(Verdict::Fine) }
