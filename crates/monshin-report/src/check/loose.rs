//! Figures and comparisons in the text that are bound to nothing.

use monshin_diag::{Diagnostic, Span, words};

use super::bench::Bench;
use super::context::overlap;
use super::lexis::folded;
use crate::claims::Claim;
use crate::phrase::{Meaning, Quantity};

impl Bench<'_> {
    /// Everything that is checked passage by passage.
    pub fn check_passages(&mut self) {
        let labels = self.labels();
        for passage in 0..self.readings.len() {
            let reading = &self.readings[passage];
            let free = |quantity: &&Quantity| {
                !reading.passage.links.iter().any(|(_, link)| overlap(quantity.span, *link))
            };
            let loose: Vec<Quantity> = reading.quantities.iter().filter(free).cloned().collect();
            for quantity in loose {
                self.check_loose(passage, &quantity, &labels);
            }
            if !self.readings[passage].passage.heading {
                self.check_loose_comparisons(passage);
                self.check_causes(passage);
            }
        }
    }

    fn check_loose(&mut self, passage: usize, quantity: &Quantity, labels: &str) {
        let reading = &self.readings[passage];
        let plain_number = matches!(quantity.meaning, Meaning::Number { counter: None, .. });
        if reading.passage.heading && matches!(quantity.meaning, Meaning::Number { .. }) {
            return;
        }
        if matches!(quantity.meaning, Meaning::Number { .. })
            && (self.is_in_a_label(passage, quantity, labels) || self.is_in_a_base(passage, quantity))
        {
            return;
        }
        if quantity.is_bare_word() && self.is_harmless_word(passage, quantity) {
            return;
        }
        let place = self.passage_place(passage, quantity.span);
        let text = &quantity.text;
        let finding = if plain_number {
            let message = words!("「{text}」は何にも結び付いていません"; "\"{text}\" is bound to nothing");
            Diagnostic::warning("C021", place, message)
        } else if quantity.is_bare_word() {
            let message = words!("量の言葉「{text}」は何にも結び付いていません"; "the quantity word \"{text}\" is bound to nothing");
            Diagnostic::warning("C021", place, message)
        } else {
            let message = words!("調査の値「{text}」が何にも結び付いていません"; "the figure \"{text}\" is bound to nothing");
            Diagnostic::error("C020", place, message)
        };
        let help = words!(
            "[{text}](share:…) のように集計値に結ぶか、調査外の数なら [{text}](fact: \"出典\") としてください";
            "bind it to a cell, [{text}](share:…), or say where it comes from, [{text}](fact: \"source\")");
        self.push(finding.help(help));
    }

    /// 「200床以上」: the number is part of the name of a class, a question or a title.
    fn is_in_a_label(&self, passage: usize, quantity: &Quantity, labels: &str) -> bool {
        let text = &self.readings[passage].passage.text;
        let (own, rest) = (&text[quantity.span.start..quantity.span.end], &text[quantity.span.end..]);
        // A number in words before a capital is a name: "Council of Four Hospital Associations".
        if own.starts_with(|char: char| char.is_alphabetic())
            && own.split_whitespace().any(|word| word.starts_with(|char: char| char.is_uppercase()))
        {
            return true;
        }
        let next: String = match rest.strip_prefix(' ') {
            Some(word) => {
                format!(" {}", word.split(|char: char| !char.is_alphanumeric()).next().unwrap_or_default())
            }
            None => rest.chars().take(1).filter(|char| !"。、.,（）()「」\"".contains(*char)).collect(),
        };
        labels.contains(&folded(&format!("{own}{next}"))) && !next.trim().is_empty()
            || labels.contains(&(folded(own) + "\n"))
    }

    /// 「Q4が5以上、かつQ3で「はい」と回答」: the number is part of who was asked, as the tables word it.
    fn is_in_a_base(&self, passage: usize, quantity: &Quantity) -> bool {
        let text = &self.readings[passage].passage.text;
        let tag = self.narrative.lang.tag();
        let bases = self.desk.tables.variables.iter().map(|variable| variable.base.sentence.get(tag));
        bases.filter(|base| !base.is_empty()).any(|base| {
            text.match_indices(base).any(|(at, _)| {
                (at..at + base.len()).contains(&quantity.span.start) && quantity.span.end <= at + base.len()
            })
        })
    }

    /// "all" and "none" are figures only of those who answered; a rule such as 「すべて…べき」 is none.
    fn is_harmless_word(&self, passage: usize, quantity: &Quantity) -> bool {
        let all_or_none = matches!(quantity.manner.as_deref(), Some("all" | "none"));
        let reading = &self.readings[passage];
        let sentence = reading.sentences.iter().find(|sentence| overlap(**sentence, quantity.span));
        let sentence = sentence.map(|span| reading.text(*span)).unwrap_or_default();
        let rule = self.lexis.has(&sentence, &self.lexis.normative);
        let after = folded(reading.passage.text.get(quantity.span.end..).unwrap_or_default());
        let after =
            after.trim_start().trim_start_matches("の").trim_start_matches("of ").trim_start_matches("the ");
        let of_everybody = self.lexis.everybody.iter().any(|noun| after.starts_with(noun.as_str()));
        // 「ほとんど…ない」 as an adverb, "most recent", "the most".
        let adverb = !all_or_none && !of_everybody && !after.starts_with(['が', 'は', 'を', 'で']);
        let of_all = folded(&reading.passage.text[..quantity.span.start]).trim_end().ends_with(" of");
        rule || adverb || (all_or_none && of_all) || (all_or_none && !of_everybody)
    }

    /// Words of comparison in a sentence without a claim that could carry them.
    fn check_loose_comparisons(&mut self, passage: usize) {
        for sentence in self.readings[passage].sentences.clone() {
            let reading = &self.readings[passage];
            let carried = reading.passage.links.iter().any(|(link, span)| {
                overlap(*span, sentence)
                    && carries_a_comparison(self.narrative.links[*link].claim.as_ref().ok())
            });
            let text = folded(&reading.text(sentence));
            let Some((from, end)) = self.lexis.first(&text, &self.lexis.compare_marks) else { continue };
            if carried
                || self.lexis.first(&text, &self.lexis.hedge).is_some()
                || self.lexis.first(&text, &self.lexis.normative).is_some()
            {
                continue;
            }
            let word = &text[from..end];
            let message = words!("比較「{word}」が何にも結び付いていません"; "the comparison \"{word}\" is bound to nothing");
            let help = words!(
                "[…](compare:…) か [{word}…](trend:…) に結んでください"; "bind it: [...](compare:…) or [...](trend:…)");
            let place = self.passage_place(passage, Span::new(sentence.start, sentence.end));
            self.push(Diagnostic::warning("C021", place, message).help(help));
        }
    }

    /// Every name of the survey, one a line, folded.
    fn labels(&self) -> String {
        let tag = self.narrative.lang.tag();
        let form = self.desk.questionnaire();
        let mut texts: Vec<&str> = vec![form.survey().title.get(tag)];
        texts.extend(
            form.questions().iter().flat_map(|question| [question.text.get(tag), question.label.get(tag)]),
        );
        texts.extend(form.sections().iter().map(|section| section.title.get(tag)));
        texts.extend(form.events().iter().map(|event| event.label.get(tag)));
        texts.extend(form.breakdowns().iter().map(|breakdown| breakdown.label.get(tag)));
        texts.extend(form.blocks().iter().map(|block| block.label.get(tag)));
        texts.extend(self.desk.tables.variables.iter().map(|variable| variable.label.get(tag)));
        texts.push(form.survey().organizer.get(tag));
        let lists = form.code_lists().iter().map(|list| &**list);
        let of_breakdowns = form.breakdowns().iter().map(|breakdown| &*breakdown.codes);
        let labels: Vec<&str> = lists
            .chain(of_breakdowns)
            .flat_map(|list| list.codes.iter().map(|code| code.label.get(tag)))
            .collect();
        texts.extend(labels);
        texts.iter().map(|text| folded(text) + "\n").collect()
    }
}

fn carries_a_comparison(claim: Option<&Claim>) -> bool {
    matches!(
        claim,
        Some(
            Claim::Compare { .. }
                | Claim::Trend { .. }
                | Claim::Rank { .. }
                | Claim::List { .. }
                | Claim::Every { .. }
                | Claim::Diff(..)
                | Claim::Fact
        )
    )
}
