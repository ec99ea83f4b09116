//! A respondent's slip, in words.

use monshin_instrument::screen::Slip;
use monshin_instrument::{AnswerType, ItemDef, Problem, ProblemKind, QuestionKind, Questionnaire};

use crate::words::Words;

/// What is wrong with an item, and what would be right.
pub fn of_problem(words: &Words, item: &ItemDef, kind: ProblemKind, lang: &str) -> String {
    let what = match kind {
        ProblemKind::Missing => words.missing,
        ProblemKind::NotAsked | ProblemKind::ScopeUnknown | ProblemKind::WrongType => words.wrong,
        ProblemKind::TooFewChoices => words.too_few,
        ProblemKind::TooManyChoices => words.too_many_choices,
        ProblemKind::ExclusiveWithOthers => words.alone,
        ProblemKind::TooSmall => words.too_small,
        ProblemKind::TooLarge => words.too_big,
        ProblemKind::TooManyDecimals => words.decimals,
        ProblemKind::TooLong => words.too_long,
    };
    let limits = limits(item, lang);
    let is_of_value = !matches!(kind, ProblemKind::Missing | ProblemKind::ExclusiveWithOthers);
    if limits.is_empty() || !is_of_value { what.to_owned() } else { format!("{what} ({limits})") }
}

/// Name of the first field of an item in its page: where a link to a mistake leads, focus included.
pub fn anchor(at: usize, item: &ItemDef) -> String {
    if item.codes().is_some() { format!("i{at}-0") } else { format!("i{at}") }
}

/// What is wrong, with the question it is wrong with: `Q5 – Backups: …`.
pub fn named(form: &Questionnaire, at: usize, what: &str, lang: &str) -> String {
    let item = &form.items()[at];
    let question = &form.questions()[item.question];
    let mut name = question.display_name().to_owned();
    if let (Some(entry), Some(block)) = (item.entry, question.block) {
        name = format!("{} {entry} {name}", form.blocks()[block].label.get(lang));
    }
    if let (Some(row), QuestionKind::Grid(rows)) = (item.row, &question.kind) {
        name = format!("{name} – {}", rows[row].1.get(lang));
    }
    format!("{name}: {what}")
}

/// What could not be read.
pub fn of_slip(words: &Words, slip: Slip) -> String {
    match slip {
        Slip::NotANumber => words.not_a_number,
        Slip::NotADay => words.not_a_day,
        Slip::NoSuchCode => words.wrong,
    }
    .to_owned()
}

/// The limits of an item: `0–10 台`, `2–3`, `≤ 200`.
pub fn limits(item: &ItemDef, lang: &str) -> String {
    let range = |low: Option<String>, high: Option<String>| match (low, high) {
        (Some(low), Some(high)) => format!("{low}–{high}"),
        (Some(low), None) => format!("≥ {low}"),
        (None, Some(high)) => format!("≤ {high}"),
        (None, None) => String::new(),
    };
    match &item.answer {
        AnswerType::One(_) => String::new(),
        AnswerType::Several { codes, min, max } => {
            let low = (*min > 1).then(|| min.to_string());
            range(low, (usize::from(*max) < codes.len()).then(|| max.to_string()))
        }
        AnswerType::Number(limits) => {
            let range = range(limits.min.map(|min| min.to_string()), limits.max.map(|max| max.to_string()));
            let unit = limits.unit.get(lang);
            if range.is_empty() { String::new() } else { format!("{range} {unit}").trim().to_owned() }
        }
        AnswerType::Date { min, max } => {
            range(min.map(|day| day.to_string()), max.map(|day| day.to_string()))
        }
        AnswerType::Text { max_length } => format!("≤ {max_length}"),
    }
}

/// Everything that stands in the way of submitting: slips first, since a value that cannot be read is
/// missing too.
pub fn all(
    slips: &[(usize, Slip)],
    problems: Vec<Problem>,
    items: &[ItemDef],
    words: &Words,
    lang: &str,
) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> =
        slips.iter().map(|(at, slip)| (*at, of_slip(words, *slip))).collect();
    for problem in problems {
        if !found.iter().any(|(at, _)| *at == problem.item) {
            let item = &items[problem.item];
            found.push((problem.item, of_problem(words, item, problem.kind, lang)));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}
