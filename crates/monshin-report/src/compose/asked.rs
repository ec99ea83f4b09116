//! The questionnaire as it was asked, and its routing as a diagram.

use monshin_tabulate::instrument::{AnswerType, ItemDef, Question, QuestionKind, Subject};

use super::setting::Setting;
use super::{charts, sentences, words};
use crate::chart::{Chart, Node, Routing};
use crate::document::{Asked, AskedSection, Block, Figure, grouped};

/// The listing and the diagram.
pub(super) fn blocks(setting: &Setting<'_>) -> Vec<Block> {
    vec![Block::Questionnaire(listing(setting)), Block::Figure(Box::new(diagram(setting)))]
}

fn listing(setting: &Setting<'_>) -> Vec<AskedSection> {
    let form = setting.questionnaire();
    let mut sections: Vec<(Option<usize>, AskedSection)> = Vec::new();
    for question in form.questions() {
        let asked = asked(setting, question);
        match sections.last_mut() {
            Some((section, last)) if *section == question.section => last.questions.push(asked),
            _ => {
                let title = question.section.map(|at| setting.text(&form.sections()[at].title).to_owned());
                sections.push((question.section, AskedSection { title, questions: vec![asked] }));
            }
        }
    }
    sections.into_iter().map(|(_, section)| section).collect()
}

fn asked(setting: &Setting<'_>, question: &Question) -> Asked {
    let item = &setting.questionnaire().items()[question.items.start];
    let hint = setting.text(&question.hint);
    let mut answers: Vec<String> = match &question.kind {
        QuestionKind::Grid(rows) => rows.iter().map(|(_, label)| setting.text(label).to_owned()).collect(),
        _ => Vec::new(),
    };
    answers.extend(
        item.codes().iter().flat_map(|list| &list.codes).map(|code| setting.text(&code.label).to_owned()),
    );
    Asked {
        name: question.display_name(),
        text: setting.text(&question.text).to_owned(),
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
        kind: kind(setting, question, item),
        answers,
        base: sentences::asked_of(setting, setting.text(&question.base.sentence)),
    }
}

fn kind(setting: &Setting<'_>, question: &Question, item: &ItemDef) -> String {
    let word = match question.kind {
        QuestionKind::Single => words::SINGLE,
        QuestionKind::Multiple => words::MULTIPLE,
        QuestionKind::Number => words::NUMBER,
        QuestionKind::Date => words::DATE,
        QuestionKind::Text | QuestionKind::LongText => words::WORDS,
        QuestionKind::Grid(_) => words::GRID,
    };
    let mut kind = setting.word(word).to_owned();
    if let AnswerType::Number(limits) = &item.answer
        && !limits.unit.is_empty()
    {
        kind = words::bracketed(setting.lang, &kind, setting.text(&limits.unit));
    }
    kind
}

fn diagram(setting: &Setting<'_>) -> Figure {
    let chart = Chart::Routing(Routing { nodes: nodes(setting) });
    Figure {
        id: "routing".to_owned(),
        caption: setting.word(words::ROUTING).to_owned(),
        base: None,
        alternative: charts::alternative(&chart, setting.lang),
        notes: vec![sentences::routing_note(setting)],
        chart,
    }
}

fn nodes(setting: &Setting<'_>) -> Vec<Node> {
    let form = setting.questionnaire();
    let mut section = None;
    let node = |(at, question): (usize, &Question)| {
        let is_new = question.section.is_some() && question.section != section;
        section = question.section;
        let title = question.section.map(|at| setting.text(&form.sections()[at].title).to_owned());
        let n = setting.variables(at).next().and_then(|(variable, _)| setting.overall_n(variable));
        Node {
            name: question.display_name(),
            text: setting.text(&question.label).to_owned(),
            base: n.map_or(String::new(), |n| format!("n={}", grouped(n))),
            parents: parents(setting, at, question),
            condition: match question.base.is_all() {
                true => String::new(),
                false => setting.text(&question.base.sentence).to_owned(),
            },
            section: title.filter(|_| is_new),
        }
    };
    form.questions().iter().enumerate().map(node).collect()
}

/// The questions before this one that its condition reads.
fn parents(setting: &Setting<'_>, at: usize, question: &Question) -> Vec<usize> {
    let items = setting.questionnaire().items();
    let tests = question.ask_if.iter().flat_map(|condition| condition.tests());
    let mut parents: Vec<usize> = tests
        .filter_map(|test| match test.subject {
            Subject::Item(item) => Some(items[item].question),
            Subject::Breakdown(_) => None,
        })
        .filter(|parent| *parent < at)
        .collect();
    parents.sort_unstable();
    parents.dedup();
    parents
}
