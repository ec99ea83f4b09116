//! Anchors of headings: which page of the report a section belongs to.

use monshin_diag::{Diagnostic, Place, Source, Span, words};

use super::model::Anchor;
use monshin_diag::nearest;

const SIMPLE: [&str; 6] = ["background", "respondents", "questionnaire", "overall", "by", "method"];

/// Reads an anchor; `None` where there is no such page.
pub fn read(id: &str) -> Option<Anchor> {
    let mut parts = id.split('.').map(str::to_owned);
    let first = parts.next()?;
    let rest: Vec<String> = parts.collect();
    match (first.as_str(), rest.as_slice()) {
        ("background", []) => Some(Anchor::Background),
        ("respondents", []) => Some(Anchor::Respondents),
        ("questionnaire", []) => Some(Anchor::Questionnaire),
        ("method", []) => Some(Anchor::Method),
        ("overall", questions) => Some(Anchor::Overall(questions.to_vec())),
        ("by", [breakdown, questions @ ..]) => Some(Anchor::By(breakdown.clone(), questions.to_vec())),
        _ => None,
    }
}

/// The finding for an anchor that names no page.
pub fn unknown(source: &Source, span: Span, id: &str) -> Diagnostic {
    let first = id.split('.').next().unwrap_or(id);
    let message = words!("見出しの位置「{id}」は報告書にありません"; "the report has no page \"{id}\"");
    let finding = Diagnostic::error("C007", Place::text(source, span), message);
    match nearest(first, SIMPLE) {
        Some(meant) => finding.help(words!("「{meant}」のことですか"; "did you mean \"{meant}\"?")),
        None => finding.help(words!("使えるもの: {}", SIMPLE.join(", "); "there are: {}", SIMPLE.join(", "))),
    }
}

/// The finding for a page that is written twice.
pub fn twice(source: &Source, span: Span, id: &str) -> Diagnostic {
    let message = words!("「{id}」の本文が二か所にあります"; "the text of \"{id}\" is written twice");
    Diagnostic::error("C007", Place::text(source, span), message)
        .help(words!("一つにまとめてください"; "bring the two together"))
}
