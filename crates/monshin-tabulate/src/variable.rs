//! Variables: what a table is about. One per item, except that the entries of a block are stacked.

use std::sync::Arc;

use monshin_instrument::{
    AnswerType, Base, CodeList, Comparison, ItemDef, LocalText, QuestionKind, Questionnaire, Subject,
};

/// What a table is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Name in claims: `q2`, `q7.row` (a row of a grid), `device.vendor` (a block's question over
    /// all entries), `q2.other` (the "please specify").
    pub name: String,
    /// Number of its question.
    pub question: usize,
    /// Row of a grid.
    pub row: Option<usize>,
    /// Number of its block; then one unit of the table is one entry, not one response.
    pub block: Option<usize>,
    /// Whether it is the "please specify" of another item.
    pub is_specify: bool,
    /// What is counted of it.
    pub kind: VariableKind,
    /// The codes, where the answer is one or several of a list.
    pub codes: Option<Arc<CodeList>>,
    /// Who was asked.
    pub base: Base,
    /// Short name for tables; of a grid row, the row's label.
    pub label: LocalText,
    /// Numbers of its items: one, or one per entry of a block.
    pub items: Vec<usize>,
}

/// What is counted of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// One of a list.
    Single,
    /// Several of a list: in percent of respondents and of answers.
    Multiple,
    /// A number: mean, median, quartiles.
    Number,
    /// A day: the same, in days since 1970-01-01.
    Date,
    /// Words: only whether there are any.
    Text,
}

/// The variables of a questionnaire, in the order in which they are asked.
pub fn variables(questionnaire: &Questionnaire) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    for (at, item) in questionnaire.items().iter().enumerate() {
        let name = name_over_entries(questionnaire, item);
        match found.iter_mut().find(|known| known.name == name) {
            Some(known) => known.items.push(at),
            None => found.push(variable(questionnaire, name, at, item)),
        }
    }
    found.sort_by_key(|variable| (variable.question, variable.items[0]));
    found
}

/// `device.3.vendor` is an answer to `device.vendor`.
fn name_over_entries(questionnaire: &Questionnaire, item: &ItemDef) -> String {
    let block = questionnaire.questions()[item.question].block;
    match (block, item.entry) {
        (Some(block), Some(entry)) => {
            let block = &questionnaire.blocks()[block].id;
            let rest = item.name.strip_prefix(&format!("{block}.{entry}."));
            format!("{block}.{}", rest.unwrap_or(&item.name))
        }
        _ => item.name.clone(),
    }
}

fn variable(questionnaire: &Questionnaire, name: String, at: usize, item: &ItemDef) -> Variable {
    let question = &questionnaire.questions()[item.question];
    let label = match (&question.kind, item.row) {
        (QuestionKind::Grid(rows), Some(row)) => rows[row].1.clone(),
        _ => question.label.clone(),
    };
    let (kind, codes) = match &item.answer {
        AnswerType::One(codes) => (VariableKind::Single, Some(codes.clone())),
        AnswerType::Several { codes, .. } => (VariableKind::Multiple, Some(codes.clone())),
        AnswerType::Number(_) => (VariableKind::Number, None),
        AnswerType::Date { .. } => (VariableKind::Date, None),
        AnswerType::Text { .. } => (VariableKind::Text, None),
    };
    Variable {
        name,
        question: item.question,
        row: item.row,
        block: question.block,
        is_specify: item.is_specify,
        kind,
        codes,
        base: if item.is_specify { base_of_specify(questionnaire, item) } else { question.base.clone() },
        label,
        items: vec![at],
    }
}

/// Those who chose the code that asks to specify.
fn base_of_specify(questionnaire: &Questionnaire, item: &ItemDef) -> Base {
    let tests = item.tests();
    let chosen = tests.iter().rev().find_map(|test| match (test.subject, &test.is) {
        (Subject::Item(of), Comparison::In(codes)) => Some((of, codes)),
        _ => None,
    });
    let Some((of, codes)) = chosen else { return Base::default() };
    let of = &questionnaire.items()[of];
    let list = of.codes().map_or(&[][..], |list| &list.codes);
    let chosen: Vec<_> = codes.iter().filter_map(|&code| list.get(usize::from(code))).collect();
    let ids: Vec<&str> = chosen.iter().map(|code| &*code.id).collect();
    let condition = match ids[..] {
        [one] => format!("{} = {one}", of.name),
        _ => format!("{} in ({})", of.name, ids.join(", ")),
    };
    let display = questionnaire.questions()[of.question].display_name();
    let sentence = questionnaire.survey().title.map(|language, _| {
        let labels: Vec<&str> = chosen.iter().map(|code| code.label.get(language)).collect();
        match language {
            "ja" => format!("{display}で「{}」と回答", labels.join("」または「")),
            _ => format!("answered “{}” to {display}", labels.join("” or “")),
        }
    });
    Base { condition, sentence }
}
