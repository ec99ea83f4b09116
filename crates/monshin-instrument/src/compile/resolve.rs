//! Names and codes of a condition resolved against what comes before it.

use monshin_diag::{Span, Words, nearest, words};

use super::fields::{Context, Desk, Named};
use super::items::Layout;
use crate::condition::{Lexeme, RawExpr, RawTest, RawValue, parse};
use crate::{AnswerType, CodeList, Comparison, Expr, QuestionKind, Subject, Test};

/// What a condition may see.
pub(super) struct Scope {
    /// The block it stands in.
    pub block: Option<usize>,
    /// First item of its entry.
    pub entry_start: usize,
}

impl Scope {
    pub fn outside() -> Scope {
        Scope { block: None, entry_start: usize::MAX }
    }
}

/// The condition as a typed expression; `None` where it has mistakes, which are reported.
pub(super) fn resolve(context: &mut Context, layout: &Layout, text: &Named, scope: &Scope) -> Option<Expr> {
    let offset = inner_offset(context, text);
    let place = |span: Span| offset.map_or(text.span, |offset| span.shifted(offset));
    let raw = match parse(&text.text) {
        Ok(raw) => raw,
        Err((span, message)) => {
            context.error("Q020", place(span), message, None);
            return None;
        }
    };
    Resolver { context, layout, scope, place: &place }.expr(&raw)
}

/// Where the text of a TOML string begins in the file, if it stands there letter by letter.
fn inner_offset(context: &Context, text: &Named) -> Option<usize> {
    let raw = context.source.text().get(text.span.start..text.span.end)?;
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let newline = match quotes {
        3 if raw[3..].starts_with("\r\n") => 2,
        3 if raw[3..].starts_with('\n') => 1,
        _ => 0,
    };
    let start = quotes + newline;
    // What was mended after a mistake in the TOML may be shorter than its quotes.
    (raw.get(start..raw.len().checked_sub(quotes)?)? == text.text).then_some(text.span.start + start)
}

struct Resolver<'a, 's, 'l> {
    context: &'a mut Context<'s>,
    layout: &'a Layout<'l>,
    scope: &'a Scope,
    place: &'a dyn Fn(Span) -> Span,
}

impl Resolver<'_, '_, '_> {
    fn expr(&mut self, raw: &RawExpr) -> Option<Expr> {
        match raw {
            RawExpr::Test(test) => self.test(test).map(Expr::Test),
            RawExpr::And(list) => self.list(list).map(Expr::And),
            RawExpr::Or(list) => self.list(list).map(Expr::Or),
            RawExpr::Not(inner) => self.expr(inner).map(|inner| Expr::Not(Box::new(inner))),
        }
    }

    /// Every part is looked at, so that all mistakes are told at once.
    fn list(&mut self, list: &[RawExpr]) -> Option<Vec<Expr>> {
        let parts: Vec<Option<Expr>> = list.iter().map(|one| self.expr(one)).collect();
        parts.into_iter().collect()
    }

    fn error(&mut self, code: &'static str, at: &Lexeme, message: Words, help: Option<Words>) {
        self.context.error(code, (self.place)(at.span), message, help);
    }

    fn test(&mut self, raw: &RawTest) -> Option<Test> {
        match raw {
            RawTest::Answered(name) => {
                let subject = self.subject(name)?;
                Some(Test { subject, is: Comparison::Answered })
            }
            RawTest::In(name, codes) => {
                let (subject, codes) = self.codes(name, codes)?;
                Some(Test { subject, is: Comparison::In(codes) })
            }
            RawTest::NotIn(name, codes) => {
                let (subject, codes) = self.codes(name, codes)?;
                Some(Test { subject, is: Comparison::NotIn(codes) })
            }
            RawTest::Compare(name, sign, value) => self.compare(name, sign, value),
        }
    }

    fn compare(&mut self, name: &Lexeme, sign: &str, value: &RawValue) -> Option<Test> {
        let subject = self.subject(name)?;
        let (RawValue::Code(word) | RawValue::Number(_, word)) = value;
        if let Some(list) = self.list_of(subject) {
            if list.is_empty() {
                // Why it has no codes is told where they should be.
                return None;
            }
            let is = match sign {
                "=" => Comparison::In(vec![self.code(&list, word)?]),
                "!=" => Comparison::NotIn(vec![self.code(&list, word)?]),
                _ => {
                    self.error(
                        "Q024",
                        name,
                        words!("「{}」は選択肢の設問なので大小を比べられません", name.text;
                        "`{}` is answered by codes, which have no size", name.text),
                        Some(words!("= か in を使ってください"; "use = or in")),
                    );
                    return None;
                }
            };
            return Some(Test { subject, is });
        }
        let Some(is_day) = self.is_measured_in_days(subject) else {
            self.error("Q024", name, words!("「{}」は記述の設問なので比べられません", name.text; "`{}` is answered in words and cannot be compared", name.text),
                Some(words!("answered({}) を使ってください", name.text; "use answered({})", name.text)));
            return None;
        };
        let number = match value {
            RawValue::Number(number, word) if is_day == crate::Day::parse(&word.text).is_some() => number,
            _ if is_day => {
                self.error(
                    "Q024",
                    word,
                    words!("「{}」は日付と比べます", name.text; "`{}` is compared with a date", name.text),
                    Some(words!("2022-11-15 の形で書いてください"; "write it as 2022-11-15")),
                );
                return None;
            }
            _ => {
                self.error(
                    "Q024",
                    word,
                    words!("「{}」は数値と比べます", name.text; "`{}` is compared with a number", name.text),
                    None,
                );
                return None;
            }
        };
        let is = match sign {
            "=" => Comparison::Eq(*number),
            "!=" => Comparison::Ne(*number),
            "<" => Comparison::Lt(*number),
            "<=" => Comparison::Le(*number),
            ">" => Comparison::Gt(*number),
            _ => Comparison::Ge(*number),
        };
        Some(Test { subject, is })
    }

    /// Whether it is answered by a day; `None` where it is neither that nor a number.
    fn is_measured_in_days(&self, subject: Subject) -> Option<bool> {
        let Subject::Item(item) = subject else { return None };
        match self.layout.form.items[item].answer {
            AnswerType::Number(_) => Some(false),
            AnswerType::Date { .. } => Some(true),
            _ => None,
        }
    }

    fn list_of(&self, subject: Subject) -> Option<CodeList> {
        match subject {
            Subject::Breakdown(at) => Some((*self.layout.form.breakdowns[at].codes).clone()),
            Subject::Item(at) => self.layout.form.items[at].codes().cloned(),
        }
    }

    fn codes(&mut self, name: &Lexeme, words: &[Lexeme]) -> Option<(Subject, Vec<u16>)> {
        let subject = self.subject(name)?;
        let Some(list) = self.list_of(subject) else {
            self.error(
                "Q024",
                name,
                words!("「{}」には選択肢がありません", name.text; "`{}` has no codes", name.text),
                None,
            );
            return None;
        };
        let codes: Vec<Option<u16>> = words.iter().map(|word| self.code(&list, word)).collect();
        Some((subject, codes.into_iter().collect::<Option<Vec<u16>>>()?))
    }

    fn code(&mut self, list: &CodeList, word: &Lexeme) -> Option<u16> {
        let found = list.position(&word.text);
        if found.is_none() && !list.is_empty() {
            let known = list.codes.iter().map(|code| &*code.id);
            let all = known.clone().collect::<Vec<_>>().join(", ");
            let wanted = crate::records::normalise(&word.text);
            let labelled = list
                .codes
                .iter()
                .find(|code| code.label.iter().any(|(_, label)| crate::records::normalise(label) == wanted));
            let help = match labelled.map(|code| &*code.id).or(nearest(&word.text, known)) {
                Some(near) => {
                    words!("「{near}」のことですか（選択肢: {all}）"; "did you mean `{near}`? (codes: {all})")
                }
                None => words!("選択肢: {all}"; "codes: {all}"),
            };
            self.error(
                "Q022",
                word,
                words!("選択肢「{}」はありません", word.text; "there is no code `{}`", word.text),
                Some(help),
            );
        }
        found
    }

    fn subject(&mut self, name: &Lexeme) -> Option<Subject> {
        if let Some(at) = self.layout.form.breakdowns.iter().position(|have| have.id == name.text) {
            let asked = self.layout.asked.iter().find(|(number, _)| *number == at);
            return match asked {
                None => Some(Subject::Breakdown(at)),
                Some((_, question)) => self.item(name, &question.text.clone()),
            };
        }
        self.item(name, &name.text)
    }

    fn item(&mut self, name: &Lexeme, id: &str) -> Option<Subject> {
        let form = &self.layout.form;
        let inside = self.scope.block.and_then(|_| {
            let entry = &form.items[self.scope.entry_start.min(form.items.len())..];
            entry.iter().position(|item| own_name(item) == id).map(|at| at + self.scope.entry_start)
        });
        if let Some(item) =
            inside.or_else(|| self.layout.number(id).filter(|at| form.items[*at].entry.is_none()))
        {
            return Some(Subject::Item(item));
        }
        self.explain_missing(name, id);
        None
    }

    /// Why a name cannot be used: it comes later, stands in a block, is a grid, or does not exist.
    fn explain_missing(&mut self, name: &Lexeme, id: &str) {
        let head = id.split('.').next().unwrap_or(id);
        let questions = &self.layout.questions;
        let Some(question) = questions.iter().find(|have| have.id.text == head) else {
            if self.layout.blocks.iter().any(|have| have.id.text == head) {
                self.error("Q025", name, words!("「{id}」は繰り返しなので、外の条件では使えません"; "`{id}` is a block and cannot be used outside it"), None);
                return;
            }
            let breakdowns = self.layout.form.breakdowns.iter().map(|have| &*have.id);
            let known = questions.iter().map(|have| &*have.id.text).chain(breakdowns);
            // Where hundreds of names are wrong, what each was meant to be is not looked for.
            let near = if self.context.found.len() < 200 { nearest(id, known) } else { None };
            let help = near.map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
            self.error(
                "Q021",
                name,
                words!("「{id}」という設問も区分もありません"; "there is no question or breakdown `{id}`"),
                help,
            );
            return;
        };
        let laid_out = self.layout.form.questions.iter().find(|have| have.id == head);
        let is_outside = laid_out.is_some_and(|have| have.block.is_some() && have.block != self.scope.block);
        let part = id.split_once('.').map(|(_, part)| part);
        if is_outside {
            self.error("Q025", name, words!("「{id}」は繰り返しの中の設問なので、外の条件では使えません"; "`{id}` stands in a block and cannot be used outside it"), None);
        } else if let (QuestionKind::Grid(rows), true) = (&question.kind, laid_out.is_some()) {
            let rows = rows.iter().map(|(row, _)| format!("{head}.{row}")).collect::<Vec<_>>().join(", ");
            let help = Some(words!("行: {rows}"; "rows: {rows}"));
            match part {
                None => self.error("Q024", name, words!("「{id}」は表形式の設問です。行まで書いてください"; "`{id}` is a grid; name one of its rows"), help),
                Some(row) => self.error("Q021", name, words!("「{head}」に「{row}」という行はありません"; "`{head}` has no row `{row}`"), help),
            }
        } else if laid_out.is_some() {
            let help = part.map(|part| words!("選択肢と比べるなら {head} = {part} と書いてください"; "to test for a code write {head} = {part}"));
            self.error(
                "Q021",
                name,
                words!("「{id}」という項目はありません"; "there is no item `{id}`"),
                help,
            );
        } else {
            self.error("Q023", name, words!("「{id}」はこの設問より前にありません"; "`{id}` does not come before this question"),
                Some(words!("条件が見られるのは前の設問だけです。順番を変えてください"; "a condition reads earlier questions only; change the order")));
        }
    }
}

/// The name of an item inside its block's entry.
fn own_name(item: &crate::ItemDef) -> &str {
    match item.entry {
        Some(_) => item.name.splitn(3, '.').nth(2).unwrap_or(&item.name),
        None => &item.name,
    }
}
