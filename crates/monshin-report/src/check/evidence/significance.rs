//! 「有意に」, "significantly", and words that keep a comparison to those who answered.

use std::collections::BTreeMap;

use monshin_diag::{Lang, Span};

use crate::check::bench::Bench;
use crate::check::lexis::{Lexis, folded};
use crate::claims::Claim;
use crate::narrative::{Anchor, Passage};

/// What the words around a comparison say of its evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wording {
    /// Nothing.
    #[default]
    Plain,
    /// 「有意に」
    Significant,
    /// 「有意な差はない」
    NotSignificant,
    /// 「回答施設では」「やや」
    InSample,
}

/// Wordings by link, and sentences that say "significant" of nothing.
#[derive(Default)]
pub(super) struct Wordings {
    of: BTreeMap<usize, Wording>,
    pub unbound: Vec<(usize, Span)>,
}

impl Wordings {
    pub fn of(&self, at: usize) -> Wording {
        self.of.get(&at).copied().unwrap_or_default()
    }
}

impl Bench<'_> {
    /// What the words around each comparison say of its evidence.
    pub(super) fn significance(&self) -> Wordings {
        let mut found = Wordings::default();
        for passage in 0..self.readings.len() {
            let anchor = &self.narrative.sections[self.readings[passage].passage.section].anchor;
            let is_aside = matches!(anchor, Anchor::Method | Anchor::Background);
            for sentence in self.readings[passage].sentences.clone() {
                self.hedges(passage, sentence, &mut found);
                if !is_aside {
                    self.significant_words(passage, sentence, &mut found);
                }
            }
        }
        found
    }

    fn hedges(&self, passage: usize, sentence: Span, found: &mut Wordings) {
        let text = folded(&self.readings[passage].text(sentence));
        if self.lexis.first(&text, &self.lexis.in_sample).is_some() || self.names_the_answering(&text) {
            for link in self.comparisons(passage, sentence) {
                found.of.insert(link, Wording::InSample);
            }
        }
    }

    /// 「回答施設では」 with what this survey calls a response.
    fn names_the_answering(&self, text: &str) -> bool {
        let unit = folded(self.desk.unit());
        self.lexis.lang == Lang::Ja
            && !unit.is_empty()
            && ["では", "の中では", "においては", "に限れば", "のうちでは"].iter().any(|end| {
                text.contains(&format!("回答{unit}{end}")) || text.contains(&format!("回答した{unit}{end}"))
            })
    }

    fn significant_words(&self, passage: usize, sentence: Span, found: &mut Wordings) {
        let reading = &self.readings[passage];
        let text = folded(&reading.text(sentence));
        for (at, end) in self.lexis.all(&text, &self.lexis.significant) {
            // Folding keeps the number of characters, not of bytes.
            let place = sentence.start + bytes_of(&reading.text(sentence), text[..at].chars().count());
            let Some(link) = self.nearest_comparison(passage, sentence, place) else {
                found.unbound.push((passage, sentence));
                continue;
            };
            let negated = is_negated(self.lexis, &text, at, end);
            found.of.insert(link, if negated { Wording::NotSignificant } else { Wording::Significant });
        }
    }

    /// The link that a place belongs to: the one it stands in, the next in the sentence, the last
    /// before it in the passage.
    fn nearest_comparison(&self, passage: usize, sentence: Span, place: usize) -> Option<usize> {
        let reading = &self.readings[passage];
        let links = || reading.passage.links.iter().filter(|(link, _)| self.is_comparison(*link));
        let within = links().find(|(_, span)| span.start <= place && place < span.end);
        let next = || links().find(|(_, span)| place <= span.start && span.start < sentence.end);
        let last = || links().rfind(|(_, span)| span.end <= place);
        within.or_else(next).or_else(last).map(|(link, _)| *link)
    }

    fn comparisons(&self, passage: usize, sentence: Span) -> Vec<usize> {
        let reading = &self.readings[passage];
        let inside = |span: &Span| {
            Passage::around(&reading.sentences, *span).is_some_and(|around| around.start == sentence.start)
        };
        let links = reading.passage.links.iter().filter(|(_, span)| inside(span));
        links.map(|(link, _)| *link).filter(|link| self.is_comparison(*link)).collect()
    }

    fn is_comparison(&self, link: usize) -> bool {
        matches!(
            self.narrative.links[link].claim,
            Ok(Claim::Compare { .. }
                | Claim::Diff(..)
                | Claim::Trend { .. }
                | Claim::Rank { .. }
                | Claim::List { .. })
        )
    }
}

fn bytes_of(text: &str, characters: usize) -> usize {
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// 「有意な差は認められない」「有意に高いとはいえない」, "not significantly", "no significant".
fn is_negated(lexis: &Lexis, text: &str, at: usize, end: usize) -> bool {
    match lexis.lang {
        Lang::Ja => {
            let rest = &text[end..];
            let stop = rest.find(['、', '。', '，', ',']).unwrap_or(rest.len());
            let plain = lexis
                .not_negation
                .iter()
                .fold(rest[..stop].to_owned(), |text, word| text.replace(word.as_str(), "＿"));
            lexis.negation.iter().any(|word| plain.contains(word.as_str()))
        }
        Lang::En => {
            let clause = text[..at].rfind([',', ';', '.']).map_or(0, |stop| stop + 1);
            let before: Vec<&str> = text[clause..at].split_whitespace().collect();
            let near = before[before.len().saturating_sub(4)..].join(" ");
            lexis.first(&near, &lexis.not_negation).is_none() && lexis.first(&near, &lexis.negation).is_some()
        }
    }
}
