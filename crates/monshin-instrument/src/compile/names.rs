//! Names that a data file cannot tell apart: there letters of any width and case are alike.

use std::collections::BTreeMap;

use monshin_diag::{Span, words};

use super::fields::{Context, Desk};
use crate::{AnswerType, BreakdownSource, ItemDef, QuestionKind, Questionnaire, records};

/// Reports every column that would have two meanings.
pub(super) fn check(context: &mut Context, form: &Questionnaire) {
    if context.found.iter().any(|found| found.code == "Q010") {
        // Two of one name are told already.
        return;
    }
    let mut columns = Columns { taken: BTreeMap::new() };
    for name in ["id", "weight"] {
        columns.taken.insert(name.to_owned(), name.to_owned());
    }
    for breakdown in form.breakdowns.iter().filter(|breakdown| breakdown.source == BreakdownSource::Frame) {
        let span = context.places.get(&format!("breakdown {}", breakdown.id));
        columns.take(context, &breakdown.id, span);
    }
    for item in form.items.iter().filter(|item| item.entry.is_none_or(|entry| entry == 1)) {
        let span = place(context, form, item);
        columns.take(context, &item.name, span);
        columns.choices(context, item);
    }
}

struct Columns {
    /// What has each column, as it is written in the survey.
    taken: BTreeMap<String, String>,
}

impl Columns {
    fn take(&mut self, context: &mut Context, name: &str, span: Span) {
        let plain = records::normalise(name);
        let Some(other) = self.taken.get(&plain) else {
            self.taken.insert(plain, name.to_owned());
            return;
        };
        let reserved = matches!(&**other, "id" | "weight");
        let help = if reserved {
            words!("「{other}」はデータの列の名前として使われています。別の名前にしてください"; "every data file has a column `{other}` of its own; choose another name")
        } else {
            words!("大文字と小文字、全角と半角は区別されません。どちらかの名前を変えてください"; "capital and small letters are alike there; give one of them another name")
        };
        context.error("Q038", span,
            words!("データの列では「{name}」と「{other}」を区別できません"; "a data file cannot tell `{name}` from `{other}`"), Some(help));
    }

    /// The column of each code of several; codes among themselves are told apart elsewhere.
    fn choices(&mut self, context: &mut Context, item: &ItemDef) {
        let AnswerType::Several { codes, .. } = &item.answer else { return };
        let specify = records::normalise(&format!("{}.other", item.name));
        for code in &codes.codes {
            let name = format!("{}.{}", item.name, code.id);
            let plain = records::normalise(&name);
            let has_specify = codes.codes.iter().any(|code| code.kind == crate::CodeKind::Other);
            if plain == specify && has_specify {
                let span = context.places.get(&format!("code {}.{}", codes.id, code.id));
                let specify = format!("{}.other", item.name);
                context.error("Q038", span,
                    words!("データの列「{specify}」が、選択肢「{}」とその記述欄の両方を指します", code.id; "in a data file `{specify}` would be both the code `{}` and the words that go with it", code.id),
                    Some(words!("選択肢の id を else など別の名前にしてください"; "give the code another id, such as `else`")));
            } else {
                self.taken.entry(plain).or_insert(name);
            }
        }
    }
}

fn place(context: &Context, form: &Questionnaire, item: &ItemDef) -> Span {
    let question = &form.questions[item.question];
    let row = match (&question.kind, item.row) {
        (QuestionKind::Grid(rows), Some(row)) => {
            rows.get(row).map(|(row, _)| format!("row {}.{row}", question.id))
        }
        _ => None,
    };
    context.places.get(&row.unwrap_or_else(|| format!("question {}", question.id)))
}
