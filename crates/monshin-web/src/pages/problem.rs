//! A respondent's slip, in words.

use monshin_instrument::screen::Slip;
use monshin_instrument::{AnswerType, ItemDef, Problem, ProblemKind, Question, QuestionKind, Questionnaire};

use super::field::is_long;
use super::value;

use crate::words::{Words, fill};

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
    let limits = limits(words, item, lang);
    let is_of_value = !matches!(kind, ProblemKind::Missing | ProblemKind::ExclusiveWithOthers);
    if limits.is_empty() || !is_of_value { what.to_owned() } else { in_brackets(words, what, &limits) }
}

/// A sentence with its limits in brackets, before the full stop where it has one.
pub fn in_brackets(words: &Words, what: &str, limits: &str) -> String {
    let [open, close] = words.with_limits;
    match what.strip_suffix(words.full_stop) {
        Some(what) => format!("{what}{open}{limits}{close}{}", words.full_stop),
        None => format!("{what}{open}{limits}{close}"),
    }
}

/// Name of the first field of an item in its page: where a link to a mistake leads, focus included.
pub fn anchor(at: usize, item: &ItemDef) -> String {
    if item.codes().is_some() && !is_long(item) { format!("i{at}-0") } else { format!("i{at}") }
}

/// What is wrong, with the question it is wrong with: `Q5 – Backups: …`, `How many? …`.
pub fn named(words: &Words, form: &Questionnaire, at: usize, what: &str, lang: &str) -> String {
    let item = &form.items()[at];
    let question = &form.questions()[item.question];
    let mut name = number(question);
    if name.is_empty() {
        without_stop(words, question.text.get(lang)).clone_into(&mut name);
    }
    if let (Some(entry), Some(block)) = (item.entry, question.block) {
        name = format!("{} {entry} {name}", form.blocks()[block].label.get(lang));
    }
    if let (Some(row), QuestionKind::Grid(rows)) = (item.row, &question.kind) {
        name = format!("{name} – {}", rows[row].1.get(lang));
    }
    if name.ends_with(['?', '？']) {
        format!("{name} {what}")
    } else {
        format!("{name}{}{what}", words.colon)
    }
}

/// A wording that something follows.
pub fn without_stop<'w>(words: &Words, wording: &'w str) -> &'w str {
    wording.strip_suffix(words.full_stop).unwrap_or(wording)
}

/// `Q5` of `q5`; nothing where the id is a word, which respondents have no use for.
pub fn number(question: &Question) -> String {
    if question.is_numbered() { question.display_name() } else { String::new() }
}

/// A question as it is asked, with its number where it has one.
pub fn wording(question: &Question, lang: &str) -> String {
    format!("{} {}", number(question), question.text.get(lang)).trim().to_owned()
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

/// The limits of an item in words: `1～500台`, `2つまで選べます`, `400文字まで`.
pub fn limits(words: &Words, item: &ItemDef, lang: &str) -> String {
    match &item.answer {
        AnswerType::One(_) => String::new(),
        AnswerType::Several { codes, min, max } => {
            let (min, max) = (usize::from(*min), usize::from(*max));
            let capped = max < codes.len();
            match (min > 1, capped) {
                (true, true) if min == max => fill(words.choices_exactly, &max.to_string()),
                (true, true) => fill(words.choices_exactly, &format!("{min}{}{max}", words.between)),
                (true, false) => fill(words.choices_at_least, &min.to_string()),
                (false, true) => fill(words.choices_at_most, &max.to_string()),
                (false, false) => String::new(),
            }
        }
        AnswerType::Number(limits) => {
            let unit = limits.unit.get(lang);
            let with_unit = |number: String| value::with_unit(&number, unit);
            range(words, limits.min.map(value::number), limits.max.map(value::number), with_unit)
        }
        AnswerType::Date { min, max } => {
            let day = |day| value::day(words, day);
            range(words, min.map(day), max.map(day), |day| day)
        }
        AnswerType::Text { max_length } => fill(words.characters_at_most, &max_length.to_string()),
    }
}

fn range(
    words: &Words,
    low: Option<String>,
    high: Option<String>,
    dress: impl Fn(String) -> String,
) -> String {
    match (low, high) {
        (Some(low), Some(high)) => dress(format!("{low}{}{high}", words.between)),
        (Some(low), None) => fill(words.at_least, &dress(low)),
        (None, Some(high)) => fill(words.at_most, &dress(high)),
        (None, None) => String::new(),
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
