//! The words around a link.

use monshin_diag::{Lang, Span};

use crate::narrative::{ClaimLink, Passage};
use crate::phrase::{self, Quantity};

/// A passage with its sentences and quantities.
pub(crate) struct Reading<'n> {
    pub passage: &'n Passage,
    pub sentences: Vec<Span>,
    pub quantities: Vec<Quantity>,
    lang: Lang,
    counters: Vec<Vec<char>>,
}

impl<'n> Reading<'n> {
    pub fn new(passage: &'n Passage, lang: Lang, counters: &[Vec<char>]) -> Reading<'n> {
        let quantities = phrase::read_counting(&passage.text, lang, counters);
        Reading { passage, sentences: passage.sentences(), quantities, lang, counters: counters.to_vec() }
    }

    /// The quantities that stand in a link, in whole or in part: 「約[7割](…)弱」 is one.
    pub fn in_link(&self, link: &ClaimLink) -> Vec<Quantity> {
        let over = |quantity: &&Quantity| overlap(quantity.span, link.within);
        let shared = |quantity: &&Quantity| {
            self.passage.links.iter().filter(|(_, span)| overlap(quantity.span, *span)).count() > 1
        };
        // 「[8組織](…)のうち[7組織](…)」: each link answers for its own words.
        if self.quantities.iter().filter(over).any(|quantity| shared(&quantity)) {
            return phrase::read_counting(&link.words, self.lang, &self.counters);
        }
        self.quantities.iter().filter(over).cloned().collect()
    }

    /// The words around a link.
    pub fn around(&self, link: &ClaimLink) -> Around {
        let at = link.within;
        let sentence = Passage::around(&self.sentences, at).unwrap_or(at);
        let sentence = Span::new(sentence.start.min(at.start), sentence.end.max(at.end));
        let clauses = self.passage.clauses(sentence);
        let clause_end =
            clauses.iter().map(|clause| clause.end).find(|end| *end >= at.end).unwrap_or(sentence.end);
        let others = || self.passage.links.iter().map(|(_, span)| *span).filter(|span| *span != at);
        let previous = others().filter(|span| span.end <= at.start).map(|span| span.end).max().unwrap_or(0);
        let next =
            others().filter(|span| span.start >= at.end).map(|span| span.start).min().unwrap_or(usize::MAX);
        let part = |start: usize, end: usize| self.masked(Span::new(start, end.max(start)));
        Around {
            sentence: self.text(sentence),
            lead: part(sentence.start, at.start),
            before: part(sentence.start.max(previous), at.start),
            after: part(at.end, clause_end.min(next)),
            rest: part(at.end, sentence.end),
            spelled_before: self.text(Span::new(sentence.start.max(previous), at.start.max(previous))),
            spelled_after: self.text(Span::new(at.end, clause_end.min(next).max(at.end))),
        }
    }

    pub fn text(&self, span: Span) -> String {
        self.passage.text.get(span.start..span.end).unwrap_or_default().to_owned()
    }

    /// The text with its quantities blotted out, so that 「7割以上」 is no comparison.
    pub fn masked(&self, span: Span) -> String {
        let mut text = String::new();
        let mut at = span.start;
        for quantity in self.quantities.iter().filter(|quantity| overlap(quantity.span, span)) {
            let from = quantity.span.start.max(at);
            text.push_str(self.passage.text.get(at..from).unwrap_or_default());
            text.push('＿');
            at = quantity.span.end.clamp(at, span.end);
        }
        text.push_str(self.passage.text.get(at..span.end).unwrap_or_default());
        text
    }
}

/// The words around a link.
pub(crate) struct Around {
    /// The whole sentence.
    pub sentence: String,
    /// From the beginning of the sentence to the link.
    pub lead: String,
    /// From the link before (or the beginning of the sentence) to the link.
    pub before: String,
    /// From the link to the end of its clause, or the next link.
    pub after: String,
    /// From the link to the end of the sentence.
    pub rest: String,
    /// [`Around::before`] with its quantities as they are: 「全組織の」, "of all".
    pub spelled_before: String,
    /// [`Around::after`] likewise.
    pub spelled_after: String,
}

pub(crate) fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}
