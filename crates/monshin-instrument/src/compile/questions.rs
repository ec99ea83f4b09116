//! `[[question]]`: kinds and their particulars, before names in conditions are resolved.

use std::sync::Arc;

use monshin_diag::{Span, nearest, words};

use super::codes::{Lists, list_of};
use super::fields::{Context, Desk, Fields, Named, SurveyFields};
use crate::{AnswerType, CodeList, LocalText, NumberLimits, QuestionKind};

/// A question whose condition is still text.
pub(super) struct RawQuestion {
    pub id: Named,
    pub section: Option<Named>,
    pub block: Option<Named>,
    pub kind: QuestionKind,
    pub answer: AnswerType,
    pub text: LocalText,
    pub label: LocalText,
    pub hint: LocalText,
    pub ask_if: Option<Named>,
    pub required: bool,
    pub sensitive: bool,
}

/// All questions, in order.
pub(super) fn questions(
    context: &mut Context,
    root: &mut Fields,
    lists: &Lists,
    required: bool,
) -> Vec<RawQuestion> {
    let mut questions = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    let is_misspelt = !root.has("question") && root.has_near("question");
    let before = context.found.len();
    let tables = root.tables(context, "question", "[[question]]");
    if tables.is_empty() && !is_misspelt && context.found.len() == before {
        context.error(
            "Q017",
            Span::new(0, 0),
            words!("設問が1つもありません"; "there is not one question"),
            Some(words!("[[question]] を書いてください"; "write a [[question]]")),
        );
    }
    for mut fields in tables {
        match fields.id(context, "id") {
            Some(id) => {
                super::survey::unique(context, ("設問", "question"), &id, &mut seen);
                context.places.note(format!("question {}", id.text), id.span);
                questions.push(question(context, fields, lists, id, required));
            }
            None => {
                // Its other mistakes are told, too; nothing can refer to it.
                let nameless = Named { text: String::new(), span: fields.span };
                question(context, fields, lists, nameless, required);
            }
        }
    }
    questions
}

fn question(
    context: &mut Context,
    mut fields: Fields,
    lists: &Lists,
    id: Named,
    required: bool,
) -> RawQuestion {
    let section = fields.string(context, "section");
    let block = fields.string(context, "block");
    let text = fields.required_text(context, "text");
    let label = fields.text(context, "label").unwrap_or_else(|| text.clone());
    let hint = fields.text(context, "hint").unwrap_or_default();
    let ask_if = fields.string(context, "ask_if");
    if let Some(condition) = &ask_if {
        context.places.note(format!("condition {}", id.text), condition.span);
    }
    let required = fields.boolean(context, "required").unwrap_or(required);
    let sensitive = fields.boolean(context, "sensitive").unwrap_or(false);
    let (kind, answer) = kind(context, &mut fields, lists, &id);
    fields.finish(context);
    RawQuestion { id, section, block, kind, answer, text, label, hint, ask_if, required, sensitive }
}

/// Codes of a list from which one is chosen, at most: there is room for every municipality.
pub(super) const MOST_CODES: usize = 10_000;

fn kind(context: &mut Context, fields: &mut Fields, lists: &Lists, id: &Named) -> (QuestionKind, AnswerType) {
    const KINDS: [&str; 7] = ["single", "multiple", "number", "date", "text", "long_text", "grid"];
    let named = fields.string(context, "kind");
    let name = named.as_ref().map_or("single", |named| &named.text);
    match name {
        "single" => {
            let is_kind_forgotten = named.is_none() && !fields.has("codes") && !fields.has_near("codes");
            let codes = required_codes(context, fields, lists, id, MOST_CODES);
            if is_kind_forgotten {
                fields.take_rest();
            }
            (QuestionKind::Single, AnswerType::One(codes))
        }
        "multiple" => (QuestionKind::Multiple, several(context, fields, lists, id)),
        "number" => (QuestionKind::Number, number(context, fields)),
        "date" => (QuestionKind::Date, date(context, fields)),
        "text" => (QuestionKind::Text, words_of(context, fields, 200)),
        "long_text" => (QuestionKind::LongText, words_of(context, fields, 4_000)),
        "grid" => {
            let codes = required_codes(context, fields, lists, id, MOST_CODES);
            (QuestionKind::Grid(rows(context, fields, id)), AnswerType::One(codes))
        }
        other => {
            let span = named.as_ref().map_or(id.span, |named| named.span);
            let near = nearest(other, KINDS);
            let list = KINDS.join(", ");
            context.error(
                "Q005",
                span,
                words!("設問の種類「{other}」はありません"; "there is no kind of question `{other}`"),
                Some(match near {
                    Some(near) => words!("「{near}」のことですか"; "did you mean `{near}`?"),
                    None => words!("使えるもの: {list}"; "one of {list}"),
                }),
            );
            fields.take_rest();
            // What it may be answered nobody knows: an empty list keeps conditions on it quiet.
            (QuestionKind::Single, AnswerType::One(Arc::default()))
        }
    }
}

fn required_codes(
    context: &mut Context,
    fields: &mut Fields,
    lists: &Lists,
    id: &Named,
    most: usize,
) -> Arc<CodeList> {
    let is_there = fields.has("codes");
    let codes = list_of(context, fields, lists, &id.text);
    if !is_there && !fields.has_near("codes") {
        context.error("Q016", id.span, words!("設問「{}」には codes が必要です", id.text; "question `{}` needs `codes`", id.text),
            Some(words!("codes = \"…\" を加えるか、kind を変えてください"; "add codes = \"…\" or another kind")));
    }
    let codes = codes.unwrap_or_default();
    at_most(context, &codes, most, id.span);
    codes
}

/// Refuses lists that are too long to be counted by.
pub(super) fn at_most(context: &mut Context, codes: &CodeList, most: usize, span: Span) {
    let have = codes.len();
    if have > most {
        context.error("Q018", span, words!("選択肢は {most} 個までです（{have} 個あります）"; "at most {most} codes (there are {have})"), None);
    }
}

fn several(context: &mut Context, fields: &mut Fields, lists: &Lists, id: &Named) -> AnswerType {
    let codes = required_codes(context, fields, lists, id, 64);
    let most = codes.len().clamp(1, 64) as i64;
    let span = fields.span_of("max_choices").or(fields.span_of("min_choices")).unwrap_or(id.span);
    let min = fields.count(context, "min_choices", 1, most).unwrap_or(1) as u8;
    let max = fields.count(context, "max_choices", 1, most).unwrap_or(most as u64) as u8;
    if min > max {
        context.error("Q019", span, words!("min_choices が max_choices より大きくなっています"; "`min_choices` is greater than `max_choices`"), None);
    }
    AnswerType::Several { codes, min, max }
}

fn number(context: &mut Context, fields: &mut Fields) -> AnswerType {
    let unit = fields.text(context, "unit").unwrap_or_default();
    let min = fields.number(context, "min");
    let max = fields.number(context, "max");
    if let (Some((min, _)), Some((max, span))) = (min, max)
        && min > max
    {
        context.error("Q019", span, words!("max（{max}）が min（{min}）より小さくなっています"; "`max` ({max}) is less than `min` ({min})"), None);
    }
    let decimals = fields.count(context, "decimals", 0, 9).unwrap_or(0) as u8;
    AnswerType::Number(NumberLimits { unit, min: min.map(|(n, _)| n), max: max.map(|(n, _)| n), decimals })
}

fn date(context: &mut Context, fields: &mut Fields) -> AnswerType {
    let min = fields.date(context, "min");
    let max = fields.date(context, "max");
    if let (Some((min, _)), Some((max, span))) = (min, max)
        && min > max
    {
        context.error(
            "Q019",
            span,
            words!("max（{max}）が min（{min}）より前です"; "`max` ({max}) is before `min` ({min})"),
            None,
        );
    }
    AnswerType::Date { min: min.map(|(day, _)| day), max: max.map(|(day, _)| day) }
}

fn words_of(context: &mut Context, fields: &mut Fields, default: u64) -> AnswerType {
    let max_length = fields.count(context, "max_length", 1, 100_000).unwrap_or(default);
    AnswerType::Text { max_length: max_length as usize }
}

fn rows(context: &mut Context, fields: &mut Fields, id: &Named) -> Vec<(String, LocalText)> {
    if !fields.has("items") {
        fields.missing(context, "items");
    }
    let Some(mut table) = fields.table(context, "items", "items") else { return Vec::new() };
    let mut rows = Vec::new();
    for entry in table.take_rest() {
        super::fields::check_id(context, entry.key, entry.key_span);
        context.places.note(format!("row {}.{}", id.text, entry.key), entry.key_span);
        rows.push((entry.key.to_owned(), super::fields::text(context, &entry)));
    }
    if rows.is_empty() {
        context.error("Q017", table.span, words!("items に行がありません"; "`items` has no rows"), None);
    }
    rows
}
