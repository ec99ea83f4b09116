//! Values with their units: 「7割」, "60 %", 「8施設中3施設」, "one in three".

use monshin_diag::{Lang, Span};

use super::interval::Interval;
use super::normal::{is_whole_word, stands_at};
use super::number::{Number, number_at};
use super::quantity::{Meaning, Quantity};
use super::ratio::Ratio;
use super::read::{Reader, Step};

/// A value with its unit, before modifiers are applied.
pub(super) struct Stem {
    pub(super) sort: Sort,
    pub(super) value: Ratio,
    pub(super) bare: Interval,
    pub(super) scale: Ratio,
    pub(super) decimals: Option<u32>,
    pub(super) end: usize,
    pub(super) counter: Option<String>,
    pub(super) tenths: bool,
    /// Needs no modifier to be a phrase of its own (half, a third).
    pub(super) manner: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Share,
    Points,
    Times,
    Number,
}

impl Reader<'_> {
    pub(super) fn stem(&self, at: usize) -> Option<Stem> {
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
    pub(super) fn part(&self, at: usize) -> Option<Step> {
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
