//! Finds figures and phrases of quantity in running text.

use monshin_diag::{Lang, Span};

use super::interval::Interval;
use super::lexicon::{Lexicon, Modifier, Word, lexicon};
use super::normal::{Glyph, glyphs, is_whole_word, stands_at};
use super::number::number_at;
use super::quantity::{Accepts, Meaning, Quantity};
use super::ratio::Ratio;
use super::stem::{Sort, Stem};

/// Every quantity in the text, in order, none overlapping another. Dates, ordinals and numbers
/// that are part of a name (`Q1`, `CVE-2022-40684`) are left out.
pub fn read(text: &str, lang: Lang) -> Vec<Quantity> {
    read_counting(text, lang, &[])
}

/// Like [`read`], with further words for what is counted (the survey's own unit).
pub fn read_counting(text: &str, lang: Lang, counters: &[Vec<char>]) -> Vec<Quantity> {
    let glyphs = glyphs(text);
    let reader = Reader { text: &glyphs, lang, lexicon: lexicon(), counters };
    let mut found = Vec::new();
    let mut at = 0;
    while at < glyphs.len() {
        if !reader.may_begin(at) {
            at += 1;
            continue;
        }
        match reader.take(at) {
            Step::Found(quantity, end) => {
                let span = Span::new(glyphs[at].start, glyphs[end - 1].end);
                let words = text.get(span.start..span.end).unwrap_or_default().trim().to_owned();
                found.push(Quantity { span, text: words, ..*quantity });
                at = end;
            }
            Step::Skip(end) => at = end.max(at + 1),
        }
    }
    found
}

pub(super) enum Step {
    Found(Box<Quantity>, usize),
    Skip(usize),
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t [Glyph],
    pub(super) lang: Lang,
    pub(super) lexicon: &'t Lexicon,
    counters: &'t [Vec<char>],
}

impl Reader<'_> {
    /// Whether anything of the lexicon, or a number, can begin here.
    fn may_begin(&self, at: usize) -> bool {
        let char = self.text[at].char;
        let letter = |char: char| char.is_ascii_alphabetic();
        let in_a_word = letter(char) && at > 0 && letter(self.text[at - 1].char);
        !in_a_word && self.lexicon.starters.contains(&char)
    }

    fn take(&self, at: usize) -> Step {
        if let Some((word, end)) = self.plain_word(at) {
            return Step::Found(Box::new(standing_alone(word)), end);
        }
        let prefix = self.modifier(&self.lexicon.before, at, |modifier, end| {
            self.stem(self.skip_space(end)).is_some_and(|stem| fits(modifier, &stem))
        });
        if let Some((modifier, end)) = prefix {
            let stem = self.stem(self.skip_space(end)).expect("just seen");
            return self.finish(stem, Some(modifier));
        }
        if self.is_part_of_a_name(at) {
            return Step::Skip(self.end_of_name(at));
        }
        if let Some(part) = self.part(at) {
            return part;
        }
        match self.stem(at) {
            Some(stem) if stem.sort == Sort::Number && self.is_no_figure(at, &stem) => {
                Step::Skip(stem.end.max(at + 1))
            }
            Some(stem) => self.finish(stem, None),
            None => Step::Skip(number_at(self.text, at).filter(|n| n.in_digits).map_or(at + 1, |n| n.end)),
        }
    }

    // --- words and modifiers ---

    fn plain_word(&self, at: usize) -> Option<(&Word, usize)> {
        self.lexicon.words.iter().find_map(|word| {
            let end = at + word.text.len();
            let here = word.lang == self.lang
                && stands_at(self.text, at, &word.text)
                && is_whole_word(self.text, at, end);
            (here && word.value.is_none()).then_some((word, end))
        })
    }

    fn modifier<'m>(
        &self,
        list: &'m [Modifier],
        at: usize,
        accept: impl Fn(&Modifier, usize) -> bool,
    ) -> Option<(&'m Modifier, usize)> {
        list.iter().find_map(|modifier| {
            let end = at + modifier.text.len();
            let here = modifier.lang == self.lang
                && stands_at(self.text, at, &modifier.text)
                && is_whole_word(self.text, at, end)
                && accept(modifier, end);
            here.then_some((modifier, end))
        })
    }

    fn finish(&self, stem: Stem, prefix: Option<&Modifier>) -> Step {
        let mut end = stem.end;
        let mut shaping: Vec<&Modifier> = prefix.into_iter().collect();
        while let Some((modifier, after)) =
            self.modifier(&self.lexicon.after, end, |modifier, _| fits(modifier, &stem))
        {
            shaping.push(modifier);
            end = after;
            if shaping.len() > 2 {
                break;
            }
        }
        if shaping.is_empty()
            && let Some((other, after)) = self.range(&stem)
        {
            return Step::Found(Box::new(between(stem, other)), after);
        }
        let clash = shaping.len() > 1;
        // 「約7割を超える」: the bound decides; 「約7割弱」「1割強程度」: the first word behind does.
        let behind = shaping.get(usize::from(prefix.is_some())).or(shaping.first());
        let shape = shaping.iter().find(|modifier| modifier.usual.is_some()).or(behind).copied();
        Step::Found(Box::new(shaped(stem, shape, clash)), end)
    }

    /// The other end of 「6割～7割」.
    fn range(&self, first: &Stem) -> Option<(Stem, usize)> {
        let after = self.any(&self.lexicon.units.ranges, first.end)?;
        let other = self.stem(self.skip_space(after))?;
        let ordered = other.sort == first.sort && other.value > first.value;
        let end = other.end;
        (ordered && first.sort != Sort::Number).then_some((other, end))
    }

    // --- small steps ---

    pub(super) fn any(&self, list: &[Vec<char>], at: usize) -> Option<usize> {
        list.iter().find_map(|mark| {
            let end = at + mark.len();
            (stands_at(self.text, at, mark) && is_whole_word(self.text, at, end)).then_some(end)
        })
    }

    pub(super) fn counter(&self, at: usize) -> Option<(String, usize)> {
        let from = self.skip_space(at);
        let end = self.any(self.counters, from).or_else(|| self.any(&self.lexicon.units.counters, from))?;
        // 「3人称」, 「2件数」: the unit is part of a longer word.
        let longer = self.text.get(end).is_some_and(|glyph| matches!(glyph.char, '数' | '称' | '別'));
        (!longer).then(|| (self.text[from..end].iter().map(|glyph| glyph.char).collect(), end))
    }

    pub(super) fn skip_space(&self, at: usize) -> usize {
        at + usize::from(self.text.get(at).is_some_and(|glyph| glyph.char == ' '))
    }

    pub(super) fn text_at(&self, at: usize, wanted: &str) -> Option<usize> {
        let wanted: Vec<char> = wanted.chars().collect();
        stands_at(self.text, at, &wanted).then_some(at + wanted.len())
    }

    pub(super) fn ends_before(&self, at: usize, mark: &[char]) -> bool {
        at.checked_sub(mark.len())
            .is_some_and(|from| stands_at(self.text, from, mark) && is_whole_word(self.text, from, at))
    }
}

fn fits(modifier: &Modifier, stem: &Stem) -> bool {
    stem.tenths || !modifier.only_tenths
}

fn standing_alone(word: &Word) -> Quantity {
    Quantity {
        span: Span::default(),
        text: String::new(),
        meaning: Meaning::Share(Accepts { within: word.accept, usual: None, decimals: None }),
        manner: Some(word.name.clone()),
        stem: None,
        clash: false,
        ends: None,
    }
}

fn shaped(stem: Stem, shape: Option<&Modifier>, clash: bool) -> Quantity {
    let within = shape.map_or(stem.bare, |shape| widened(shape.accept, &stem));
    let usual = shape.and_then(|shape| shape.usual).map(|usual| widened(usual, &stem));
    let manner = shape.map(|shape| shape.name.clone()).or(stem.manner.clone());
    let decimals = stem.decimals.filter(|_| shape.is_none());
    let accepts = Accepts { within, usual, decimals };
    quantity(stem, accepts, manner, clash)
}

/// A bound such as 以上 reaches to the end of the scale, whatever the step of the number.
fn widened(interval: Interval, stem: &Stem) -> Interval {
    let far = Ratio::whole(100);
    let mut placed = interval.placed(stem.value, stem.scale);
    let end = Ratio::whole(1_000_000_000_000);
    if interval.high == far {
        placed.high = stem.value.plus(end);
    }
    if interval.low == Ratio::whole(-100) {
        placed.low = stem.value.minus(end);
    }
    placed
}

fn between(from: Stem, to: Stem) -> Quantity {
    let accepts = Accepts { within: from.bare.hull(to.bare), usual: None, decimals: None };
    let ends = Some([from.bare, to.bare]);
    Quantity { ends, ..quantity(from, accepts, Some("range".into()), false) }
}

fn quantity(stem: Stem, accepts: Accepts, manner: Option<String>, clash: bool) -> Quantity {
    let value = stem.value;
    let meaning = match stem.sort {
        Sort::Share => Meaning::Share(accepts),
        Sort::Points => Meaning::Points(accepts),
        Sort::Times => Meaning::Times(accepts),
        Sort::Number => Meaning::Number { accepts, counter: stem.counter },
    };
    Quantity {
        span: Span::default(),
        text: String::new(),
        meaning,
        manner,
        stem: Some(value),
        clash,
        ends: None,
    }
}
