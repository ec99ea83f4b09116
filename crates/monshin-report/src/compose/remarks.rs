//! Findings on a commentary, laid to the stretches of text that they are about.

use std::collections::BTreeMap;

use monshin_diag::{Diagnostic, Lang, Place, Severity, Span};

use crate::document::{Block, Inline, Remark};
use crate::narrative::{Narrative, Passage};

/// Findings by where they stand in the commentary.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remarks {
    passages: BTreeMap<usize, Vec<Laid>>,
    headings: BTreeMap<usize, Vec<Remark>>,
}

/// A finding with the bytes of the passage that it is about.
#[derive(Clone, Debug)]
struct Laid {
    words: Span,
    sentence: Span,
    remark: Remark,
}

/// Where a finding is shown.
enum Spot {
    Words { passage: usize, words: Span },
    Heading(usize),
}

impl Remarks {
    /// Lays those of `found` that stand in this commentary to its text; a finding's number is its
    /// position in `found`. What stands in no passage goes to the heading before it.
    pub(crate) fn of(narrative: &Narrative, found: &[Diagnostic], author: Lang) -> Remarks {
        let mut remarks = Remarks::default();
        for (number, one) in found.iter().enumerate() {
            let Place::Text { file, span, .. } = &one.place else { continue };
            if **file != *narrative.source().name() {
                continue;
            }
            let remark = Remark {
                number,
                weight: one.severity,
                place: one.place.label(author),
                code: one.code,
                message: one.message.get(author).to_owned(),
                help: one.help.as_ref().map(|help| help.get(author).to_owned()),
            };
            match spot(narrative, *span) {
                Spot::Heading(section) => remarks.headings.entry(section).or_default().push(remark),
                Spot::Words { passage, words } => {
                    let sentences = narrative.passages[passage].sentences();
                    let sentence = Passage::around(&sentences, words).unwrap_or(words);
                    let laid = Laid { words, sentence, remark };
                    remarks.passages.entry(passage).or_default().push(laid);
                }
            }
        }
        remarks
    }

    /// What stands under a heading, by the number of its section.
    pub(crate) fn of_heading(&self, section: usize) -> Option<Block> {
        self.headings.get(&section).cloned().map(Block::Remarks)
    }

    /// What stands under a block that is made of these passages.
    pub(crate) fn of_passages(&self, passages: impl IntoIterator<Item = usize>) -> Option<Block> {
        let laid = passages.into_iter().filter_map(|passage| self.passages.get(&passage)).flatten();
        let remarks: Vec<Remark> = laid.map(|one| one.remark.clone()).collect();
        (!remarks.is_empty()).then_some(Block::Remarks(remarks))
    }

    /// The runs of a passage, its sentences with findings marked, and in them the words.
    pub(crate) fn mark(&self, passage: usize, runs: Vec<Inline>) -> Vec<Inline> {
        let Some(laid) = self.passages.get(&passage) else { return runs };
        let mut spans: BTreeMap<(bool, Span), Severity> = BTreeMap::new();
        for one in laid {
            for key in [(false, one.words), (true, one.sentence)] {
                let weight = spans.entry(key).or_insert(one.remark.weight);
                *weight = one.remark.weight.max(*weight);
            }
        }
        spans.into_iter().fold(runs, |runs, ((_, span), weight)| Marker { span, weight, at: 0 }.runs(runs))
    }
}

fn spot(narrative: &Narrative, span: Span) -> Spot {
    let in_link = narrative.links.iter().find(|link| {
        let whole = link.title.as_ref().map_or(link.claim_span, |title| title.span);
        let start = link.words_span.start.min(whole.start);
        (start..link.claim_span.end.max(whole.end)).contains(&span.start)
    });
    if let Some(link) = in_link
        && !narrative.passages[link.passage].heading
    {
        return Spot::Words { passage: link.passage, words: link.within };
    }
    let here = narrative.passages.iter().enumerate().filter(|(_, passage)| !passage.heading);
    let found = here.into_iter().find_map(|(at, passage)| Some((at, within(passage, span)?)));
    match found {
        Some((passage, words)) => Spot::Words { passage, words },
        None => {
            let before = narrative.sections.iter().rposition(|section| section.span.start <= span.start);
            Spot::Heading(before.unwrap_or(0))
        }
    }
}

/// Bytes of the source as bytes of a passage, where they begin in it.
fn within(passage: &Passage, span: Span) -> Option<Span> {
    let at = |offset: usize, past: bool| {
        passage.pieces.iter().find_map(|(piece, start)| {
            let end = start + (piece.end - piece.start);
            let is_in = *start <= offset && if past { offset <= end } else { offset < end };
            is_in.then(|| piece.start + offset - start)
        })
    };
    let start = at(span.start, false)?;
    let end = at(span.end, true).filter(|end| *end > start).unwrap_or(passage.text.len());
    let is_text = |at: &usize| passage.text.is_char_boundary(*at);
    [start, end].iter().all(is_text).then_some(Span::new(start, end))
}

/// Wraps the runs within some bytes of the passage, and cuts those that reach out of them.
struct Marker {
    span: Span,
    weight: Severity,
    /// Bytes of the passage so far.
    at: usize,
}

impl Marker {
    fn runs(&mut self, runs: Vec<Inline>) -> Vec<Inline> {
        let (mut done, mut covered) = (Vec::new(), Vec::new());
        for run in runs {
            let (start, end) = (self.at, self.at + length(&run));
            let Span { start: from, end: to } = self.span;
            self.at = end;
            if from <= start && end <= to && start < to {
                covered.push(run);
            } else if end <= from || to <= start {
                self.close(&mut covered, &mut done);
                done.push(run);
            } else if let Inline::Text(text) = run {
                let (before, rest) = text.split_at(from.saturating_sub(start));
                let (words, after) = rest.split_at(rest.len() - end.saturating_sub(to));
                if !before.is_empty() {
                    self.close(&mut covered, &mut done);
                    done.push(Inline::text(before));
                }
                covered.push(Inline::text(words));
                if !after.is_empty() {
                    self.close(&mut covered, &mut done);
                    done.push(Inline::text(after));
                }
            } else {
                self.close(&mut covered, &mut done);
                self.at = start;
                done.push(self.inside(run));
                self.at = end;
            }
        }
        self.close(&mut covered, &mut done);
        done
    }

    fn close(&self, covered: &mut Vec<Inline>, done: &mut Vec<Inline>) {
        if !covered.is_empty() {
            done.push(Inline::Remarked { weight: self.weight, runs: std::mem::take(covered) });
        }
    }

    fn inside(&mut self, run: Inline) -> Inline {
        match run {
            Inline::Strong(runs) => Inline::Strong(self.runs(runs)),
            Inline::Emphasis(runs) => Inline::Emphasis(self.runs(runs)),
            Inline::Link { address, runs } => Inline::Link { address, runs: self.runs(runs) },
            Inline::Claim { runs, target, detail } => Inline::Claim { runs: self.runs(runs), target, detail },
            Inline::Remarked { weight, runs } => Inline::Remarked { weight, runs: self.runs(runs) },
            whole @ (Inline::Text(_) | Inline::Code(_) | Inline::Break | Inline::FootnoteMark(_)) => whole,
        }
    }
}

/// Bytes that a run has in its passage: code stands there as one sign, a line break as a space.
fn length(run: &Inline) -> usize {
    match run {
        Inline::Text(text) => text.len(),
        Inline::Code(_) => '\u{fffc}'.len_utf8(),
        Inline::Break => 1,
        Inline::FootnoteMark(_) => 0,
        Inline::Strong(runs)
        | Inline::Emphasis(runs)
        | Inline::Link { runs, .. }
        | Inline::Claim { runs, .. }
        | Inline::Remarked { runs, .. } => runs.iter().map(length).sum(),
    }
}

#[cfg(test)]
mod tests;
