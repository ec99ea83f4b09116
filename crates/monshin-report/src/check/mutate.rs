//! A commentary with one lie in it: every bound figure made false, every comparison turned round,
//! every comparison without support called significant.
//!
//! Comes in: a commentary that passes. Goes out: the lies that the checker let through
//! ([`survivors`]), which should be none.

use monshin_diag::{Lang, Source, Span};
use monshin_tabulate::{Released, Tables};

use super::{CheckSettings, CheckedClaim, Grade};
use crate::claims::{Claim, Relation};
use crate::narrative::Narrative;
use crate::phrase;

/// A commentary with one lie in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The whole text.
    pub text: String,
    /// What was changed: before and after.
    pub change: (String, String),
    /// The first byte changed.
    pub at: usize,
}

impl Mutant {
    /// The line with the lie in it.
    pub fn line(&self) -> &str {
        let start = self.text[..self.at].rfind('\n').map_or(0, |end| end + 1);
        self.text[start..].lines().next().unwrap_or_default()
    }
}

/// How many lies were told, and those that were not refused.
pub fn survivors(
    source: &Source,
    lang: Lang,
    tables: &Released<Tables>,
    settings: &CheckSettings,
) -> (usize, Vec<Mutant>) {
    let mut all = mutants(source, lang);
    all.extend(false_significance(source, lang, tables, settings));
    let told = all.len();
    let let_through = |mutant: &Mutant| {
        let (narrative, found) = Narrative::parse(&Source::new(source.name(), &mutant.text), lang);
        !found.has_errors() && narrative.check(tables, settings).is_ok()
    };
    (told, all.into_iter().filter(let_through).collect())
}

/// Every comparison that its test does not support, called significant.
pub fn false_significance(
    source: &Source,
    lang: Lang,
    tables: &Released<Tables>,
    settings: &CheckSettings,
) -> Vec<Mutant> {
    let (narrative, _) = Narrative::parse(source, lang);
    let Ok(report) = narrative.check(tables, settings) else { return Vec::new() };
    let word = if lang == Lang::Ja { "有意に" } else { "significantly " };
    let unsupported = |claim: &CheckedClaim| {
        claim.evidence.as_ref().is_some_and(|evidence| evidence.grade != Grade::Supported)
    };
    let links = report.narrative().links.iter().zip(report.claims());
    let told = links.filter(|(_, claim)| unsupported(claim)).map(|(link, _)| {
        let start = link.words_span.start;
        replaced(report.narrative(), Span::new(start, start), word)
    });
    told.collect()
}

/// Every bound figure made false, and every comparison turned round in its claim and in its words,
/// one at a time.
pub fn mutants(source: &Source, lang: Lang) -> Vec<Mutant> {
    let (narrative, _) = Narrative::parse(source, lang);
    let mut all = Vec::new();
    for at in 0..narrative.links.len() {
        let Ok(claim) = &narrative.links[at].claim else { continue };
        match claim {
            Claim::Fact => {}
            Claim::Compare { .. } | Claim::Trend { .. } | Claim::Rank { .. } | Claim::List { .. } => {
                all.extend(turned_claim(&narrative, at, claim));
                all.extend(turned_words(&narrative, at, lang));
            }
            Claim::Every { .. } => all.extend(turned_claim(&narrative, at, claim)),
            _ => all.extend(false_figures(&narrative, at, lang)),
        }
    }
    all
}

fn replaced(narrative: &Narrative, span: Span, with: &str) -> Mutant {
    let text = narrative.source.text();
    let before = text[span.start..span.end].to_owned();
    let text = format!("{}{with}{}", &text[..span.start], &text[span.end..]);
    Mutant { text, change: (before, with.to_owned()), at: span.start }
}

/// Each number in the words of a link, moved; words without a number become 「1割5分」.
fn false_figures(narrative: &Narrative, at: usize, lang: Lang) -> Vec<Mutant> {
    let link = &narrative.links[at];
    let text = narrative.source.text();
    let words = &text[link.words_span.start..link.words_span.end];
    let numbers = numbers(words);
    if numbers.is_empty() && !phrase::read(&link.words, lang).is_empty() {
        let other = if lang == Lang::Ja { "1割5分" } else { "15.3%" };
        return vec![replaced(narrative, link.words_span, other)];
    }
    let moved = |(from, to): (usize, usize)| {
        let span = Span::new(link.words_span.start + from, link.words_span.start + to);
        replaced(narrative, span, &moved_number(&words[from..to]))
    };
    numbers.into_iter().map(moved).collect()
}

fn numbers(words: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, char) in words.char_indices() {
        let digit = char.is_ascii_digit() || ('０'..='９').contains(&char);
        let joint = matches!(char, '.' | ',' | '，') && found.last().is_some_and(|(_, end)| *end == at);
        match found.last_mut() {
            Some((_, end)) if *end == at && (digit || joint) => *end = at + char.len_utf8(),
            _ if digit => found.push((at, at + char.len_utf8())),
            _ => {}
        }
    }
    found
}

/// The first digit changed: 66.7 becomes 96.7, 7割 becomes 1割, 598 becomes 898.
fn moved_number(number: &str) -> String {
    let mut chars = number.chars();
    let first = phrase::pattern(&chars.next().map(String::from).unwrap_or_default());
    let digit = first.first().and_then(|char| char.to_digit(10)).unwrap_or(0);
    format!("{}{}", (digit + 2) % 9 + 1, chars.as_str())
}

fn turned_claim(narrative: &Narrative, at: usize, claim: &Claim) -> Option<Mutant> {
    let mut turned = claim.clone();
    match &mut turned {
        Claim::Compare { relation, .. } | Claim::Every { relation, .. } => {
            *relation = match relation {
                Relation::Below => Relation::Above,
                Relation::AtMost => Relation::Above,
                Relation::Above => Relation::Below,
                Relation::AtLeast => Relation::Below,
                Relation::Equal | Relation::About => return None,
            };
        }
        Claim::Trend { up, .. } => *up = !*up,
        Claim::Rank { top, .. } => *top = !*top,
        Claim::List { above, .. } => *above = !*above,
        _ => return None,
    }
    Some(replaced(narrative, narrative.links[at].claim_span, &turned.to_string()))
}

/// The word of direction that is nearest to a link, turned round.
fn turned_words(narrative: &Narrative, at: usize, lang: Lang) -> Option<Mutant> {
    let link = &narrative.links[at];
    let passage = &narrative.passages[link.passage];
    let sentences = passage.sentences();
    let sentence = crate::narrative::Passage::around(&sentences, link.within).unwrap_or(link.within);
    let (before, after) =
        (Span::new(sentence.start, link.within.start), Span::new(link.within.end, sentence.end));
    // 「最も低いのは[…]」: the word that counts stands before the link.
    let of_classes = matches!(link.claim, Ok(Claim::Rank { .. } | Claim::List { .. }));
    let topic = passage.text[before.start..before.end].ends_with("のは") || of_classes || lang == Lang::En;
    let parts = if topic { [link.within, before, after] } else { [link.within, after, before] };
    let is_in_other_link = |span: Span| {
        passage
            .links
            .iter()
            .any(|(other, within)| *other != at && within.start < span.end && span.start < within.end)
    };
    for (order, part) in parts.into_iter().enumerate() {
        let text = passage.text.get(part.start..part.end)?.to_lowercase();
        let mut found: Vec<(usize, &str, &str)> = OPPOSITES
            .iter()
            .filter(|(of, ..)| *of == lang)
            .flat_map(|(_, a, b)| [(*a, *b), (*b, *a)])
            .flat_map(|(from, to)| {
                text.match_indices(from).map(move |(at, _)| (at, from, to)).collect::<Vec<_>>()
            })
            .filter(|(at, from, _)| {
                !is_in_other_link(Span::new(part.start + at, part.start + at + from.len()))
            })
            .collect();
        found.sort_by_key(|(at, from, _)| (*at, std::cmp::Reverse(from.len())));
        let pick = match (order, lang) {
            (0, Lang::En) => found.first(),
            _ if part == after => found.first(),
            _ => found.last(),
        };
        if let Some((at, from, to)) = pick {
            let span = Span::new(part.start + at, part.start + at + from.len());
            return Some(replaced(narrative, passage.in_source(span), to));
        }
    }
    None
}

const OPPOSITES: [(Lang, &str, &str); 19] = [
    (Lang::Ja, "高く", "低く"),
    (Lang::Ja, "高い", "低い"),
    (Lang::Ja, "高ま", "低ま"),
    (Lang::Ja, "上回", "下回"),
    (Lang::Ja, "多い", "少ない"),
    (Lang::Ja, "多く", "少なく"),
    (Lang::Ja, "大きい", "小さい"),
    (Lang::Ja, "同程度", "高い"),
    (Lang::Ja, "同率", "高い"),
    (Lang::En, "higher", "lower"),
    (Lang::En, "highest", "lowest"),
    (Lang::En, "above", "below"),
    (Lang::En, "more", "fewer"),
    (Lang::En, "rises", "falls"),
    (Lang::En, "rise", "fall"),
    (Lang::En, "larger", "smaller"),
    (Lang::En, "exceeds", "falls short of"),
    (Lang::En, "about the same", "higher"),
    (Lang::En, "increases", "decreases"),
];
