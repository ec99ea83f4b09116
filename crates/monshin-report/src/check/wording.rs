//! Words around a claim: whose figure it is, which answer, and what follows from it.

use monshin_diag::{Diagnostic, Lang, words};

use super::bench::Bench;
use super::figure::{Group, Target};
use super::lexis::folded;
use crate::narrative::Anchor;

impl Bench<'_> {
    // --- classes ---

    /// The class named beside a figure is the class it is read from.
    pub fn check_names(&mut self, at: usize, group: &Group) {
        let around = self.reading(at).around(self.link(at));
        let own = format!("{}{}{}", around.before, self.link(at).words, around.after);
        let mut breakdowns: Vec<usize> = group.filters.iter().map(|(by, _)| *by).collect();
        breakdowns.dedup();
        for by in breakdowns {
            let wanted: Vec<u16> = group
                .filters
                .iter()
                .filter(|(of, _)| *of == by)
                .flat_map(|(_, classes)| classes.clone())
                .collect();
            let named = self.classes_named(by, &own);
            let in_sentence = self.classes_named(by, &around.sentence);
            let matches = |found: &[u16]| found.iter().any(|class| wanted.contains(class));
            let elsewhere = self.narrative.lang == Lang::En && matches(&in_sentence);
            if !named.is_empty() && !matches(&named) && !elsewhere {
                self.other_class(at, by, &named, &wanted);
            }
        }
    }

    /// Classes named in the words of a list or rank are those of its claim.
    pub fn check_named_classes(&mut self, at: usize, by: usize, wanted: &[u16]) {
        let named = self.classes_named(by, &self.link(at).words);
        if named.iter().any(|class| !wanted.contains(class)) {
            self.other_class(at, by, &named, wanted);
        } else if named.len() == wanted.len() && named != wanted {
            let message =
                words!("挙げた順が主張と違います"; "they are named in another order than in the claim");
            let expected = self.class_names(by, wanted, self.narrative.lang);
            self.wrong(at, "C024", message, expected, None);
        }
    }

    fn other_class(&mut self, at: usize, by: usize, named: &[u16], wanted: &[u16]) {
        let list = |classes: &[u16], lang| self.class_names(by, classes, lang);
        let message = words!(
            "文は「{}」と述べていますが、主張は「{}」の値です", list(named, Lang::Ja), list(wanted, Lang::Ja);
            "the text names {}, the claim is about {}", list(named, Lang::En), list(wanted, Lang::En));
        let finding = Diagnostic::error("C024", self.words_place(at), message);
        let expected = list(wanted, self.narrative.lang);
        self.waivable(at, finding.expected(expected));
    }

    /// Classes of a breakdown named in a text, in order.
    fn classes_named(&self, by: usize, text: &str) -> Vec<u16> {
        let text = folded(text);
        let mut labels: Vec<(u16, String)> = self
            .desk
            .classes(by)
            .flat_map(|class| {
                self.desk
                    .class_spellings(by, class, self.narrative.lang)
                    .map(move |label| (class, folded(label)))
            })
            .collect();
        labels.sort_by_key(|(_, label)| std::cmp::Reverse(label.len()));
        let mut found: Vec<(usize, usize, u16)> = Vec::new();
        for (class, label) in &labels {
            // A short label such as 「国」 is part of too many words to count without its brackets.
            let short = label.chars().count() < 2 || ["その他", "other", "others"].contains(&label.as_str());
            let quotes = if self.narrative.lang == Lang::Ja { ("「", "」") } else { ("\"", "\"") };
            let wanted = if short { format!("{}{label}{}", quotes.0, quotes.1) } else { label.clone() };
            for (at, _) in text.match_indices(&wanted).filter(|_| !label.is_empty()) {
                let end = at + wanted.len();
                let latin = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
                let cut = latin(text[..at].chars().next_back()) && latin(wanted.chars().next())
                    || latin(text[end..].trim_start_matches('s').chars().next())
                        && latin(wanted.chars().next_back());
                if !cut && !found.iter().any(|(from, to, _)| at < *to && *from < end) {
                    found.push((at, end, *class));
                }
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, _, class)| class).collect()
    }

    // --- polarity ---

    /// A negated sentence on the affirmative code, or the other way round (X10).
    pub fn check_polarity(&mut self, at: usize, target: &Target) {
        let Some(affirmative) = self.polarity(target) else { return };
        let around = self.reading(at).around(self.link(at));
        let last_clause = around.before.rsplit(['、', ',', '，']).next().unwrap_or_default();
        let near = folded(&format!("{last_clause}{}{}", self.link(at).words, around.after));
        let negated = self.lexis.first(&near, &self.lexis.negated_predicate).is_some();
        let index = self.link(at).passage;
        let before =
            index.checked_sub(1).map(|index| self.readings[index].passage.text.as_str()).unwrap_or_default();
        let near_by = format!("{before}{}", self.reading(at).passage.text);
        let negative = self.lexis.has(&near_by, &self.lexis.negative);
        let label = |lang| self.desk.code_label(target.variable, target.codes[0], lang);
        let message = match (affirmative, negated, negative) {
            (true, true, _) => words!(
                "否定の文ですが、主張は「{}」の割合です", label(Lang::Ja);
                "the sentence is negated, the claim is the share of \"{}\"", label(Lang::En)),
            (false, _, false) => words!(
                "肯定の文ですが、主張は「{}」の割合です", label(Lang::Ja);
                "the sentence is affirmative, the claim is the share of \"{}\"", label(Lang::En)),
            _ => return,
        };
        self.waivable(at, Diagnostic::warning("C051", self.words_place(at), message));
    }

    /// Whether the one code of a target says yes or no; `None` where the list has no such pair.
    fn polarity(&self, target: &Target) -> Option<bool> {
        let codes = &self.desk.codes(target.variable)?.codes;
        let says = |code: &monshin_tabulate::instrument::Code, id: &str, ja: &str| {
            code.id == id || code.label.get("ja").starts_with(ja)
        };
        let yes = codes.iter().position(|code| says(code, "yes", "はい"))?;
        let no = codes.iter().position(|code| says(code, "no", "いいえ"))?;
        match target.codes.as_slice() {
            [code] if usize::from(*code) == yes => Some(true),
            [code] if usize::from(*code) == no => Some(false),
            _ => None,
        }
    }

    // --- causes ---

    /// Causal words on an association (X15).
    pub fn check_causes(&mut self, passage: usize) {
        let section = &self.narrative.sections[self.readings[passage].passage.section];
        if matches!(
            section.anchor,
            Anchor::Background | Anchor::Method | Anchor::Respondents | Anchor::Questionnaire
        ) {
            return;
        }
        for sentence in self.readings[passage].sentences.clone() {
            let text = folded(&self.readings[passage].text(sentence));
            let Some((from, end)) = self.lexis.first(&text, &self.lexis.causal) else { continue };
            if self.lexis.first(&text, &self.lexis.hedge).is_some() {
                continue;
            }
            let word = &text[from..end];
            let message = words!(
                "「{word}」は因果を述べていますが、調査が示すのは関連だけです";
                "\"{word}\" says that one thing causes another; a survey shows no more than an association");
            let help =
                words!("「関係している可能性がある」のように書いてください"; "write it as a possibility");
            let finding =
                Diagnostic::warning("C050", self.passage_place(passage, sentence), message).help(help);
            let links = self.readings[passage].passage.links.clone();
            match links.iter().find(|(_, span)| super::context::overlap(*span, sentence)) {
                Some((link, _)) => self.waivable(*link, finding),
                None => self.push(finding),
            }
        }
    }
}
