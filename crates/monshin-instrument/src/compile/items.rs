//! Questions laid out as items: one each, one per grid row, one per entry of a block.

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::words;

use super::fields::{Context, Desk, Named};
use super::questions::RawQuestion;
use super::resolve::{Scope, resolve};
use super::survey::{RawBlock, RawBreakdown};
use crate::condition::{asked_of, sentence};
use crate::{
    AnswerType, Base, Block, Breakdown, BreakdownSource, CodeKind, Comparison, Expr, ItemDef, LocalText,
    Question, QuestionKind, Questionnaire, Subject, Test,
};

/// Fills `form` with breakdowns, blocks, questions and items.
pub(super) fn lay_out(
    context: &mut Context,
    form: &mut Questionnaire,
    breakdowns: Vec<RawBreakdown>,
    blocks: Vec<RawBlock>,
    questions: Vec<RawQuestion>,
) {
    let mut layout = Layout { form, blocks, questions, asked: Vec::new(), numbers: BTreeMap::new() };
    layout.declare_breakdowns(context, breakdowns);
    layout.check_names(context);
    let mut at = 0;
    while at < layout.questions.len() {
        at = match layout.block_of(context, at) {
            Some(block) => layout.block(context, block, at),
            None => {
                layout.question(context, at, None);
                at + 1
            }
        };
    }
    layout.settle_breakdowns(context);
    layout.check_empty(context);
}

pub(super) struct Layout<'f> {
    pub form: &'f mut Questionnaire,
    pub blocks: Vec<RawBlock>,
    pub questions: Vec<RawQuestion>,
    /// Breakdowns that are asked: number of the breakdown and the question's name.
    pub asked: Vec<(usize, Named)>,
    /// Numbers of the items that are laid out, by name.
    pub numbers: BTreeMap<String, usize>,
}

impl Layout<'_> {
    fn declare_breakdowns(&mut self, context: &mut Context, raw: Vec<RawBreakdown>) {
        for (at, one) in raw.into_iter().enumerate() {
            let mut codes = one.codes;
            if let Some(question) = one.question {
                let of_question = self.questions.iter().find(|have| have.id.text == question.text);
                match of_question.map(|question| (&question.kind, &question.answer, &question.block)) {
                    Some((QuestionKind::Single, AnswerType::One(list), None)) => {
                        let differs = codes.as_ref().is_some_and(|have| have.codes != list.codes);
                        if let Some(span) = one.codes_span.filter(|_| differs) {
                            context.error("Q014", span,
                                words!("区分「{}」の選択肢が、設問「{}」の選択肢と違います", one.id.text, question.text;
                                    "the codes of breakdown `{}` are not those of question `{}`", one.id.text, question.text),
                                Some(words!("codes を消してください。設問の選択肢がそのまま区分になります"; "remove `codes`: the classes are the question's codes")));
                        }
                        codes = Some(Arc::clone(list));
                    }
                    Some(_) => context.error("Q014", question.span,
                        words!("区分にできるのは、繰り返しの外の単一選択の設問だけです"; "only a question with one answer outside blocks can be a breakdown"), None),
                    None => context.error("Q014", question.span,
                        words!("設問「{}」はありません", question.text; "there is no question `{}`", question.text), None),
                }
                self.asked.push((at, question));
            }
            self.form.breakdowns.push(Breakdown {
                id: one.id.text,
                label: one.label,
                codes: codes.unwrap_or_default(),
                ordered: one.ordered,
                source: BreakdownSource::Frame,
            });
        }
    }

    /// Number of the item of that name, if it is laid out.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    fn settle_breakdowns(&mut self, context: &mut Context) {
        for (at, name) in std::mem::take(&mut self.asked) {
            if let Some(item) = self.number(&name.text) {
                self.form.breakdowns[at].source = BreakdownSource::Item(item);
            } else if !context.found.has_errors() {
                unreachable!("a question that was found is laid out");
            }
        }
    }

    /// Lays out a block that begins with question `first`; gives the number of the question after it.
    fn block(&mut self, context: &mut Context, block: usize, first: usize) -> usize {
        let id = self.blocks[block].id.text.clone();
        let inside = |question: &RawQuestion| question.block.as_ref().is_some_and(|name| name.text == id);
        let length = self.questions[first..].iter().take_while(|question| inside(question)).count();
        let after = first + length;
        let gate = self.gate(context, block);
        let count = self.blocks[block].count.clone().and_then(|name| self.number(&name.text));
        let number = self.form.blocks.len();
        let items_start = self.form.items.len();
        let question_start = self.form.questions.len();
        let size: usize = self.questions[first..after].iter().map(items_of).sum();
        for entry in 1..=self.blocks[block].max {
            let entry_start = items_start + size * usize::from(entry - 1);
            let open = match count {
                Some(item) => {
                    Expr::Test(Test { subject: Subject::Item(item), is: Comparison::Ge(f64::from(entry)) })
                }
                None if entry == 1 => Expr::Always,
                None => Expr::Given(self.unconditional(first..after, entry_start)),
            };
            let scope = EntryScope {
                block: number,
                entry,
                prefix: format!("{id}.{entry}."),
                gate: and(gate.clone(), open),
                start: entry_start,
            };
            for at in first..after {
                self.question(context, at, Some(&scope));
            }
        }
        let raw = &self.blocks[block];
        self.form.blocks.push(Block {
            id,
            label: raw.label.clone(),
            max: raw.max,
            count,
            questions: question_start..question_start + length,
            items: items_start..self.form.items.len(),
        });
        after
    }

    /// Items of an entry that are asked whenever the entry is there.
    fn unconditional(&self, questions: std::ops::Range<usize>, mut at: usize) -> Vec<usize> {
        let first = at;
        let mut found = Vec::new();
        for question in &self.questions[questions] {
            if question.ask_if.is_none() {
                found.push(at);
            }
            at += items_of(question);
        }
        if found.is_empty() { vec![first] } else { found }
    }

    fn gate(&mut self, context: &mut Context, block: usize) -> Expr {
        if let Some(name) = &self.blocks[block].count {
            let item = self.number(&name.text).map(|item| &self.form.items[item].answer);
            let known = self.questions.iter().any(|have| have.id.text == name.text);
            let before = self.form.questions.iter().any(|have| have.id == name.text);
            match item {
                Some(AnswerType::Number(_)) => {}
                Some(_) => context.error("Q024", name.span, words!("count に書けるのは数値の設問だけです"; "`count` takes a number question"), None),
                None if before => context.error("Q025", name.span, words!("count の設問「{}」は別の繰り返しの中にあります", name.text; "the `count` question `{}` stands in another block", name.text), None),
                None if known => context.error("Q023", name.span, words!("count の設問は繰り返しより前に置いてください"; "the `count` question has to come before the block"), None),
                None => context.error("Q021", name.span, words!("設問「{}」はありません", name.text; "there is no question `{}`", name.text), None),
            }
        }
        let Some(condition) = self.blocks[block].ask_if.clone() else { return Expr::Always };
        resolve(context, self, &condition, &Scope::outside()).unwrap_or(Expr::Always)
    }

    fn question(&mut self, context: &mut Context, at: usize, entry: Option<&EntryScope>) {
        let first_entry = entry.is_none_or(|entry| entry.entry == 1);
        let scope = match entry {
            Some(entry) => Scope { block: Some(entry.block), entry_start: entry.start },
            None => Scope::outside(),
        };
        let condition = self.questions[at].ask_if.clone();
        let own = match &condition {
            // Mistakes of a block's question are told once, for its first entry.
            Some(text) if first_entry => resolve(context, self, text, &scope),
            Some(text) => {
                let mut silent = Context::new(context.source);
                resolve(&mut silent, self, text, &scope)
            }
            None => None,
        };
        let gate = entry.map_or(Expr::Always, |entry| entry.gate.clone());
        let filter = and(gate, own.clone().unwrap_or(Expr::Always));
        let start = self.form.items.len();
        let number = if first_entry {
            self.form.questions.len()
        } else {
            self.form.questions.iter().position(|have| have.id == self.questions[at].id.text).unwrap_or(0)
        };
        self.push_items(at, number, &filter, entry);
        if first_entry {
            let section = self.section_of(context, at);
            let end = self.form.items.len();
            let raw = &self.questions[at];
            let base = self.base(condition.as_ref(), own.as_ref(), raw.block.as_ref());
            self.form.questions.push(Question {
                id: raw.id.text.clone(),
                section,
                block: entry.map(|entry| entry.block),
                kind: raw.kind.clone(),
                text: raw.text.clone(),
                label: raw.label.clone(),
                hint: raw.hint.clone(),
                base,
                asked_of: self.asked_of(own.as_ref()),
                ask_if: own,
                required: raw.required,
                sensitive: raw.sensitive,
                items: start..end,
            });
        }
    }

    fn push_items(&mut self, at: usize, question: usize, filter: &Expr, entry: Option<&EntryScope>) {
        for item in self.new_items(at, question, filter, entry) {
            self.numbers.entry(item.name.clone()).or_insert(self.form.items.len());
            self.form.items.push(item);
        }
    }

    fn new_items(
        &self,
        at: usize,
        question: usize,
        filter: &Expr,
        entry: Option<&EntryScope>,
    ) -> Vec<ItemDef> {
        let raw = &self.questions[at];
        let prefix = entry.map_or("", |entry| &entry.prefix);
        let template = ItemDef {
            name: format!("{prefix}{}", raw.id.text),
            question,
            row: None,
            entry: entry.map(|entry| entry.entry),
            is_specify: false,
            answer: raw.answer.clone(),
            filter: filter.clone(),
            required: raw.required,
        };
        if let QuestionKind::Grid(rows) = &raw.kind {
            let of_row = |(row, (id, _)): (usize, &(String, LocalText))| {
                let name = format!("{}.{id}", template.name);
                ItemDef { name, row: Some(row), ..template.clone() }
            };
            return rows.iter().enumerate().map(of_row).collect();
        }
        let item = self.form.items.len();
        let others = other_codes(&raw.answer);
        let name = format!("{}.other", template.name);
        let mut items = vec![template.clone()];
        if !others.is_empty() {
            let test = Test { subject: Subject::Item(item), is: Comparison::In(others) };
            items.push(ItemDef {
                name,
                is_specify: true,
                answer: AnswerType::Text { max_length: 200 },
                filter: Expr::Test(test),
                required: false,
                ..template
            });
        }
        items
    }

    fn base(&self, condition: Option<&Named>, own: Option<&Expr>, block: Option<&Named>) -> Base {
        let form = &self.form;
        let block = block.and_then(|name| self.blocks.iter().find(|have| have.id.text == name.text));
        let words = |tag: &str| {
            let own = own.map(|own| sentence(form, own, tag));
            match (block, own) {
                (None, None) => all_of(form.survey.unit.get(tag), tag),
                (None, Some(own)) => own,
                (Some(block), None) => each_of(block.label.get(tag), tag),
                (Some(block), Some(own)) => format!(
                    "{}{}{own}",
                    each_of(block.label.get(tag), tag),
                    if tag == "ja" { "：" } else { ": " }
                ),
            }
        };
        let sentence = LocalText::new(form.survey.languages.iter().map(|tag| (tag.clone(), words(tag))));
        let condition = condition.map(|text| text.text.split_whitespace().collect::<Vec<_>>().join(" "));
        let condition = condition.or_else(|| block.map(|block| block.id.text.clone())).unwrap_or_default();
        Base { condition, sentence }
    }

    fn asked_of(&self, own: Option<&Expr>) -> LocalText {
        let words = |own: &Expr, tag: &String| (tag.clone(), asked_of(self.form, own, tag));
        LocalText::new(
            own.into_iter().flat_map(|own| self.form.survey.languages.iter().map(move |tag| words(own, tag))),
        )
    }
}

fn all_of(unit: &str, tag: &str) -> String {
    match (tag, unit) {
        ("ja", "回答者") => "全回答者".to_owned(),
        ("ja", unit) => format!("回答した全{unit}"),
        (_, "respondents") => "all respondents".to_owned(),
        (_, unit) => format!("all {unit} that responded"),
    }
}

fn each_of(label: &str, tag: &str) -> String {
    if tag == "ja" { format!("記入された各{label}") } else { format!("each {label} entered") }
}

struct EntryScope {
    block: usize,
    entry: u8,
    prefix: String,
    gate: Expr,
    start: usize,
}

fn and(left: Expr, right: Expr) -> Expr {
    match (left, right) {
        (Expr::Always, only) | (only, Expr::Always) => only,
        (left, right) => Expr::And(vec![left, right]),
    }
}

fn items_of(question: &RawQuestion) -> usize {
    match &question.kind {
        QuestionKind::Grid(rows) => rows.len(),
        _ => 1 + usize::from(!other_codes(&question.answer).is_empty()),
    }
}

fn other_codes(answer: &AnswerType) -> Vec<u16> {
    let (AnswerType::One(codes) | AnswerType::Several { codes, .. }) = answer else { return Vec::new() };
    let other = |at: &usize| codes.codes[*at].kind == CodeKind::Other;
    (0..codes.len()).filter(other).map(|at| at as u16).collect()
}
