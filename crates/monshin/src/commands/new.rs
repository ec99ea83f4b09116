//! `monshin new`: a survey folder to start from.

use anyhow::{Context, Result};
use monshin_diag::Lang;

use crate::args::New;
use crate::output::{Verdict, pick, print, write_all};

/// Small, complete, and true of its five made-up answers.
const START: [(&str, &str); 3] = [
    ("responses.csv", include_str!("../../templates/start/responses.csv")),
    ("report.ja.md", include_str!("../../templates/start/report.ja.md")),
    ("report.en.md", include_str!("../../templates/start/report.en.md")),
];

/// Its questionnaire, with notes to the author in one language.
fn questionnaire(lang: Lang) -> (&'static str, &'static str) {
    let text = match lang {
        Lang::Ja => include_str!("../../templates/start/survey.ja.toml"),
        Lang::En => include_str!("../../templates/start/survey.en.toml"),
    };
    ("survey.toml", text)
}

/// The bundled survey.
const EXAMPLE: [(&str, &str); 4] = [
    ("survey.toml", include_str!("../../../../examples/hodanren-2022/survey.toml")),
    ("responses.csv", include_str!("../../../../examples/hodanren-2022/responses.csv")),
    ("report.ja.md", include_str!("../../../../examples/hodanren-2022/report.ja.md")),
    ("report.en.md", include_str!("../../../../examples/hodanren-2022/report.en.md")),
];

pub fn run(it: New, lang: Lang) -> Result<Verdict> {
    let dir = it.dir.display();
    let is_empty =
        !it.dir.exists() || std::fs::read_dir(&it.dir).is_ok_and(|mut entries| entries.next().is_none());
    if !is_empty {
        eprintln!(
            "{}",
            pick(
                lang,
                format!("「{dir}」は空ではありません。何も書きませんでした"),
                format!("`{dir}` is not empty; nothing was written")
            )
        );
        return Ok(Verdict::AtFault);
    }
    let texts = if it.example { EXAMPLE.to_vec() } else { [&[questionnaire(lang)], &START[..]].concat() };
    let files: Vec<(&str, Vec<u8>)> =
        texts.into_iter().map(|(name, text)| (name, text.as_bytes().to_vec())).collect();
    write_all(&it.dir, &files).with_context(|| dir.to_string())?;
    print(&pick(
        lang,
        format!(
            "{dir} に調査フォルダを作りました。次は:\n  monshin check {dir}\n  monshin report {dir} --out report\n"
        ),
        format!(
            "Made a survey folder in {dir}. Next:\n  monshin check {dir}\n  monshin report {dir} --out report\n"
        ),
    ))?;
    Ok(Verdict::Fine)
}
