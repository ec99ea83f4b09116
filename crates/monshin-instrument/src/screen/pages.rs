//! What stands on one page.

use super::css::{Scope, displayed, is_seen, tests};
use crate::{Questionnaire, Subject};

/// A question, or a block with all its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// A question, by number.
    Question(usize),
    /// A block, by number.
    Block(usize),
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The section it belongs to, by number.
    pub section: Option<usize>,
    /// What stands on it, in order.
    pub elements: Vec<Element>,
    /// Numbers of its items.
    pub items: std::ops::Range<usize>,
}

/// The pages: a new one for each section, and wherever a condition rests on something of the same
/// page that a style sheet cannot see (a number, a day, words) or on so much of it that no style sheet should say
/// it, so that the server decides it.
pub fn pages(form: &Questionnaire) -> Vec<Page> {
    let (mut pages, tests) = (Vec::<Page>::new(), tests(form));
    let mut scope = Scope::new(form, &tests, 0);
    for element in elements(form) {
        let (items, section) = match element {
            Element::Question(at) => (form.questions()[at].items.clone(), form.questions()[at].section),
            Element::Block(at) => {
                let block = &form.blocks()[at];
                (block.items.clone(), form.questions()[block.questions.start].section)
            }
        };
        let goes_on = pages.last().is_some_and(|page| {
            let needs_server = |item: usize| {
                rests_on_unseen(form, item, page.items.start..items.start) || scope.shown(item).is_none()
            };
            page.section == section && !items.clone().any(needs_server)
        });
        match pages.last_mut() {
            Some(page) if goes_on => {
                page.elements.push(element);
                page.items.end = items.end;
            }
            _ => {
                scope = Scope::new(form, &tests, items.start);
                pages.push(Page { section, elements: vec![element], items });
            }
        }
    }
    pages
}

fn elements(form: &Questionnaire) -> Vec<Element> {
    let mut elements = Vec::new();
    for (at, question) in form.questions().iter().enumerate() {
        match question.block {
            None => elements.push(Element::Question(at)),
            Some(block) if form.blocks()[block].questions.start == at => elements.push(Element::Block(block)),
            Some(_) => {}
        }
    }
    elements
}

/// Whether showing an item rests on one of `items` in a way that no style sheet sees.
fn rests_on_unseen(form: &Questionnaire, item: usize, items: std::ops::Range<usize>) -> bool {
    let mut waiting = vec![item];
    let mut seen = vec![item];
    while let Some(at) = waiting.pop() {
        for test in displayed(&form.items()[at].filter).tests() {
            let Subject::Item(on) = test.subject else { continue };
            if items.contains(&on) && !is_seen(form, test, items.start) {
                return true;
            }
            if !seen.contains(&on) {
                seen.push(on);
                waiting.push(on);
            }
        }
    }
    false
}
