//! The code book: every variable of the data file with its wording, codes, base and kinds of
//! missing answers (as DDI-Codebook describes a variable).

use crate::{AnswerType, CodeKind, ItemDef, QuestionKind, Questionnaire};

/// Header and one row for each variable of the data file: `id` first, then the breakdowns of the
/// frame, then every item in the order of the questionnaire. Texts are given in every language of
/// the survey, one column each.
pub fn codebook(form: &Questionnaire) -> Vec<Vec<String>> {
    let languages: Vec<&str> = form.survey().languages.iter().map(|tag| &**tag).collect();
    let mut header: Vec<String> =
        ["variable", "question", "kind", "unit", "range"].map(str::to_owned).to_vec();
    for part in ["text", "codes", "base"] {
        header.extend(languages.iter().map(|tag| format!("{part}.{tag}")));
    }
    header.extend(["condition", "missing"].map(str::to_owned));
    let breakdowns = form.breakdowns().iter().filter(|one| one.source == crate::BreakdownSource::Frame);
    let mut rows = vec![header];
    rows.extend(breakdowns.map(|breakdown| {
        let mut row =
            vec![breakdown.id.clone(), String::new(), "class".to_owned(), String::new(), String::new()];
        row.extend(languages.iter().map(|tag| breakdown.label.get(tag).to_owned()));
        row.extend(languages.iter().map(|tag| codes(&breakdown.codes.codes, tag)));
        row.extend(languages.iter().map(|_| String::new()));
        row.extend([String::new(), "empty: not known".to_owned()]);
        row
    }));
    rows.extend(form.items().iter().map(|item| of_item(form, item, &languages)));
    rows
}

fn of_item(form: &Questionnaire, item: &ItemDef, languages: &[&str]) -> Vec<String> {
    let question = &form.questions()[item.question];
    let (kind, unit, range) = kind(item, languages[0]);
    let mut row = vec![item.name.clone(), question.display_name(), kind.to_owned(), unit, range];
    let text = |tag: &&str| match (&question.kind, item.row) {
        (QuestionKind::Grid(rows), Some(at)) => {
            format!("{} / {}", question.text.get(tag), rows[at].1.get(tag))
        }
        _ => question.text.get(tag).to_owned(),
    };
    row.extend(languages.iter().map(text));
    row.extend(
        languages.iter().map(|tag| item.codes().map_or(String::new(), |list| codes(&list.codes, tag))),
    );
    row.extend(languages.iter().map(|tag| question.base.sentence.get(tag).to_owned()));
    row.push(question.base.condition.clone());
    row.push(missing(item));
    row
}

fn kind(item: &ItemDef, language: &str) -> (&'static str, String, String) {
    let range = |low: Option<String>, high: Option<String>| match (low, high) {
        (None, None) => String::new(),
        (low, high) => format!("{}..{}", low.unwrap_or_default(), high.unwrap_or_default()),
    };
    match &item.answer {
        AnswerType::One(_) => ("single", String::new(), String::new()),
        AnswerType::Several { min, max, .. } => ("multiple", String::new(), format!("{min}..{max}")),
        AnswerType::Number(of) => {
            let end = |end: Option<f64>| end.map(|end| end.to_string());
            ("number", of.unit.get(language).to_owned(), range(end(of.min), end(of.max)))
        }
        AnswerType::Date { min, max } => {
            let end = |end: &Option<crate::Day>| end.map(|end| end.to_string());
            ("date", String::new(), range(end(min), end(max)))
        }
        AnswerType::Text { max_length } => ("text", String::new(), format!("..{max_length}")),
    }
}

/// `yes = はい; no = いいえ`.
fn codes(codes: &[crate::Code], language: &str) -> String {
    let code = |code: &crate::Code| format!("{} = {}", code.id, code.label.get(language));
    codes.iter().map(code).collect::<Vec<_>>().join("; ")
}

/// What stands in the data file where there is no answer.
fn missing(item: &ItemDef) -> String {
    let mut parts =
        vec!["empty: not asked or nothing given".to_owned(), "no_answer: asked, left blank".to_owned()];
    let refused =
        item.codes().iter().flat_map(|list| &list.codes).find(|code| code.kind == CodeKind::Refused);
    parts.extend(refused.map(|code| format!("{}: rather not say", code.id)));
    parts.join("; ")
}
