//! Finds figures and phrases of quantity in running text.

use monshin_diag::{Lang, Span};

use super::interval::Interval;
use super::lexicon::{Lexicon, Modifier, Word, lexicon};
use super::normal::{Glyph, glyphs, is_whole_word, stands_at};
use super::number::{Number, number_at};
use super::quantity::{Accepts, Meaning, Quantity};
use super::ratio::Ratio;

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

enum Step {
    Found(Box<Quantity>, usize),
    Skip(usize),
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t [Glyph],
    pub(super) lang: Lang,
    pub(super) lexicon: &'t Lexicon,
    counters: &'t [Vec<char>],
}

/// A value with its unit, before modifiers are applied.
pub(super) struct Stem {
    sort: Sort,
    value: Ratio,
    bare: Interval,
    scale: Ratio,
    decimals: Option<u32>,
    end: usize,
    pub(super) counter: Option<String>,
    tenths: bool,
    /// Needs no modifier to be a phrase of its own (half, a third).
    manner: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Share,
    Points,
    Times,
    Number,
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

    // --- stems ---

    fn stem(&self, at: usize) -> Option<Stem> {
        self.valued_word(at).or_else(|| {
            let number = number_at(self.text, at)?;
            if self.is_part_of_a_name(at) {
                return None;
            }
            self.fraction(number)
                .or_else(|| self.tenths(number))
                .or_else(|| self.percent(number))
                .or_else(|| self.half_range(number))
                .or_else(|| self.number(number))
        })
    }

    fn valued_word(&self, at: usize) -> Option<Stem> {
        self.lexicon.words.iter().find_map(|word| {
            let end = at + word.text.len();
            let value = word.value.filter(|_| word.lang == self.lang)?;
            (stands_at(self.text, at, &word.text) && is_whole_word(self.text, at, end)).then(|| Stem {
                manner: Some(word.name.clone()),
                ..self.share(value, word.accept, Ratio::whole(1), end)
            })
        })
    }

    fn share(&self, value: Ratio, bare: Interval, scale: Ratio, end: usize) -> Stem {
        Stem {
            sort: Sort::Share,
            value,
            bare: bare.placed(value, Ratio::whole(1)),
            scale,
            decimals: None,
            end,
            counter: None,
            tenths: false,
            manner: None,
        }
    }

    fn fraction(&self, number: Number) -> Option<Stem> {
        let first = number.whole()?;
        let (above, below, end) = match self.lang {
            Lang::Ja => self.japanese_fraction(number, first)?,
            Lang::En => {
                let middle = [" in ", " out of "].iter().find_map(|m| self.text_at(number.end, m))?;
                let second = number_at(self.text, middle)?;
                (first, second.whole()?, second.end)
            }
        };
        if above == 0 || above >= below || below > 20 {
            return None;
        }
        let value = Ratio::percent(above, below)?;
        let bare = if below == 10 { self.lexicon.stem.en_tenths } else { self.lexicon.stem.fraction };
        Some(Stem {
            tenths: below == 10,
            manner: Some("fraction".into()),
            ..self.share(value, bare, Ratio::whole(1), end)
        })
    }

    fn japanese_fraction(&self, number: Number, first: u64) -> Option<(u64, u64, usize)> {
        if let Some(after) = self.text_at(number.end, "分の") {
            let above = number_at(self.text, after)?;
            return Some((above.whole()?, first, above.end));
        }
        let after = self.counter(number.end).and_then(|(_, end)| self.text_at(end, "に"))?;
        let above = number_at(self.text, after)?;
        let (_, end) = self.counter(above.end)?;
        Some((above.whole()?, first, end))
    }

    fn tenths(&self, number: Number) -> Option<Stem> {
        let mut end = self.any(&self.lexicon.units.tenths, number.end)?;
        let is_word = self.text.get(end).is_some_and(|glyph| glyph.char == '合');
        if is_word || number.value > Ratio::whole(10) {
            return None;
        }
        let mut value = number.value.times(Ratio::whole(10));
        let half_step = number_at(self.text, end).filter(|small| small.whole().is_some_and(|m| m < 10));
        if let Some(small) = half_step
            && let Some(after) = self.text_at(small.end, "分")
        {
            (value, end) = (value.plus(small.value), after);
        }
        Some(Stem { tenths: true, ..self.share(value, self.lexicon.stem.ja_tenths, Ratio::whole(1), end) })
    }

    fn percent(&self, number: Number) -> Option<Stem> {
        let units = &self.lexicon.units;
        let at = self.skip_space(number.end);
        let (sort, end) = if let Some(end) = self.any(&units.points, at) {
            (Sort::Points, end)
        } else if let Some(end) = self.any(&units.percent, at) {
            (Sort::Share, end)
        } else if let Some(end) = self.any(&units.times, at) {
            (Sort::Times, end)
        } else {
            return None;
        };
        let bare = Interval::rounding_to(Ratio::ZERO, number.step);
        let stem = self.share(number.value, bare, coarseness(number), end);
        Some(Stem { sort, decimals: Some(number.decimals), ..stem })
    }

    /// The 6 of 「6～7割」 and of "60 to 70 %": takes its unit from the other end.
    fn half_range(&self, number: Number) -> Option<Stem> {
        let after = self.any(&self.lexicon.units.ranges, number.end)?;
        let other =
            number_at(self.text, self.skip_space(after)).filter(|other| other.value > number.value)?;
        if self.tenths(other).is_some() {
            let value = number.value.times(Ratio::whole(10));
            return Some(Stem {
                tenths: true,
                ..self.share(value, self.lexicon.stem.ja_tenths, Ratio::whole(1), number.end)
            });
        }
        if self.fraction(other).is_some_and(|stem| stem.tenths) {
            let value = number.value.times(Ratio::whole(10));
            return Some(self.share(value, self.lexicon.stem.en_tenths, Ratio::whole(1), number.end));
        }
        let stem = self.percent(other)?;
        let bare = Interval::rounding_to(Ratio::ZERO, number.step);
        let whole = self.share(number.value, bare, coarseness(number), number.end);
        Some(Stem { sort: stem.sort, decimals: Some(number.decimals), ..whole })
    }

    fn number(&self, number: Number) -> Option<Stem> {
        let counter = self.counter(number.end);
        if !number.in_digits && (counter.is_none() || self.lang == Lang::Ja) {
            return None;
        }
        let end = counter.as_ref().map_or(number.end, |(_, end)| *end);
        let bare = Interval::rounding_to(Ratio::ZERO, number.step);
        let stem = self.share(number.value, bare, last_digit_unit(number).over(5), end);
        Some(Stem {
            sort: Sort::Number,
            decimals: Some(number.decimals),
            counter: counter.map(|(word, _)| word),
            ..stem
        })
    }

    /// 「8施設中3施設」, "3 of 8", "183/598".
    fn part(&self, at: usize) -> Option<Step> {
        let first = number_at(self.text, at).filter(|number| number.in_digits)?;
        let after_first = self.counter(first.end).map_or(first.end, |(_, end)| end);
        let joins = |marks: &[&str], from: usize| marks.iter().find_map(|mark| self.text_at(from, mark));
        let (whole_first, middle) = if let Some(middle) =
            joins(&["中の", "中", "のうちの", "のうち", "の内"], after_first)
        {
            (true, middle)
        } else {
            let marks = &[" of the ", " out of the ", " out of ", " of ", "/", " / "];
            (false, joins(marks, first.end).or_else(|| joins(marks, after_first))?)
        };
        let middle = self.text_at(middle, "、").unwrap_or(middle);
        let second = number_at(self.text, middle).filter(|number| number.in_digits)?;
        if self.any(&self.lexicon.units.percent, self.skip_space(second.end)).is_some()
            || self.any(&self.lexicon.units.tenths, second.end).is_some()
        {
            return None;
        }
        let end = self.counter(second.end).map_or(second.end, |(_, end)| end);
        let (a, b) = (first.whole()?, second.whole()?);
        let (count, base) = if whole_first { (b, a) } else { (a, b) };
        let quantity = Quantity {
            span: Span::default(),
            text: String::new(),
            meaning: Meaning::Part { count, base },
            manner: None,
            stem: None,
            clash: false,
            ends: None,
        };
        (count <= base && base > 0).then_some(Step::Found(Box::new(quantity), end))
    }

    // --- small steps ---

    pub(super) fn any(&self, list: &[Vec<char>], at: usize) -> Option<usize> {
        list.iter().find_map(|mark| {
            let end = at + mark.len();
            (stands_at(self.text, at, mark) && is_whole_word(self.text, at, end)).then_some(end)
        })
    }

    fn counter(&self, at: usize) -> Option<(String, usize)> {
        let from = self.skip_space(at);
        let end = self.any(self.counters, from).or_else(|| self.any(&self.lexicon.units.counters, from))?;
        // 「3人称」, 「2件数」: the unit is part of a longer word.
        let longer = self.text.get(end).is_some_and(|glyph| matches!(glyph.char, '数' | '称' | '別'));
        (!longer).then(|| (self.text[from..end].iter().map(|glyph| glyph.char).collect(), end))
    }

    fn skip_space(&self, at: usize) -> usize {
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

/// How far a modifier reaches around a percentage, against its reach around a tenth.
fn coarseness(number: Number) -> Ratio {
    let multiple_of = |step: i64| {
        number.decimals == 0 && number.value.over(step.unsigned_abs()).rounded(6).ends_with(".000000")
    };
    match (multiple_of(10), multiple_of(5)) {
        (true, _) => Ratio::whole(1),
        (_, true) => Ratio::whole(1).over(2),
        _ => number.step.over(3),
    }
}

/// 100 for `900`, 1 for `598`.
fn last_digit_unit(number: Number) -> Ratio {
    let mut unit = number.step;
    for _ in 0..12 {
        let next = unit.times(Ratio::whole(10));
        match divided(number.value, next) {
            Some(true) => unit = next,
            _ => break,
        }
    }
    unit
}

fn divided(value: Ratio, by: Ratio) -> Option<bool> {
    let by = by.rounded(0).parse::<u64>().ok().filter(|by| *by > 0)?;
    Some(value != Ratio::ZERO && value.over(by).rounded(9).ends_with(".000000000"))
}
