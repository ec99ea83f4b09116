//! Numbers as they are written: digits with separators and decimals, 万 and 億, kanji numerals,
//! English number words up to ten.

use super::normal::{Glyph, is_whole_word, pattern, stands_at};
use super::ratio::{Ratio, ten_to};

/// A number in running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: Ratio,
    /// The step of its last digit: 0.1 for `66.7`, 1000 for `10.7万`.
    pub step: Ratio,
    /// Decimals behind the point, before 万 and the like.
    pub decimals: u32,
    /// The glyph after its last one.
    pub end: usize,
    /// Written in digits (not in kanji or words).
    pub in_digits: bool,
}

impl Number {
    /// As a whole number, where it is one.
    pub fn whole(&self) -> Option<u64> {
        (self.step == Ratio::whole(1)).then(|| self.value.rounded(0).parse().ok())?
    }
}

/// The number that begins at `at`.
pub fn number_at(text: &[Glyph], at: usize) -> Option<Number> {
    digits_at(text, at).or_else(|| kanji_at(text, at)).or_else(|| word_at(text, at))
}

fn digit(text: &[Glyph], at: usize) -> Option<i128> {
    text.get(at)?.char.to_digit(10).map(i128::from)
}

fn digits_at(text: &[Glyph], at: usize) -> Option<Number> {
    let (mut value, mut end) = plain_digits(text, at)?;
    let mut decimals = 0;
    if text.get(end).is_some_and(|glyph| glyph.char == '.') && digit(text, end + 1).is_some() {
        end += 1;
        while let Some(next) = digit(text, end).filter(|_| decimals < 12) {
            value = value.checked_mul(10)?.checked_add(next)?;
            decimals += 1;
            end += 1;
        }
    }
    let mut number = Number {
        value: Ratio::new(value, ten_to(decimals))?,
        step: Ratio::new(1, ten_to(decimals))?,
        decimals,
        end,
        in_digits: true,
    };
    if let Some(myriads) = text.get(end).and_then(|glyph| big_unit(glyph.char)) {
        let by = Ratio::new(myriads, 1)?;
        number =
            Number { value: number.value.times(by), step: number.step.times(by), end: end + 1, ..number };
        if let Some((rest, end)) = plain_digits(text, number.end).filter(|_| decimals == 0) {
            number = Number {
                value: number.value.plus(Ratio::new(rest, 1)?),
                step: Ratio::whole(1),
                end,
                ..number
            };
        }
    }
    Some(number)
}

/// Digits with thousands separators: `107,409`.
fn plain_digits(text: &[Glyph], at: usize) -> Option<(i128, usize)> {
    let mut value = digit(text, at)?;
    let mut end = at + 1;
    loop {
        if let Some(next) = digit(text, end) {
            value = value.checked_mul(10)?.checked_add(next)?;
            end += 1;
        } else if is_separator(text, end) {
            end += 1;
        } else {
            return (end - at <= 24).then_some((value, end));
        }
    }
}

fn is_separator(text: &[Glyph], at: usize) -> bool {
    text.get(at).is_some_and(|glyph| matches!(glyph.char, ',' | '，'))
        && (1..=3).all(|step| digit(text, at + step).is_some())
        && digit(text, at + 4).is_none()
}

fn big_unit(char: char) -> Option<i128> {
    match char {
        '万' => Some(10_000),
        '億' => Some(100_000_000),
        _ => None,
    }
}

fn kanji_at(text: &[Glyph], at: usize) -> Option<Number> {
    let (mut total, mut block, mut last) = (0i128, 0i128, 0i128);
    let mut end = at;
    while let Some(glyph) = text.get(end).filter(|_| end - at < 16) {
        if let Some(value) = "〇一二三四五六七八九".chars().position(|kanji| kanji == glyph.char) {
            last = last * 10 + value as i128;
        } else if let Some(unit) = small_unit(glyph.char) {
            block += last.max(1) * unit;
            last = 0;
        } else if let Some(unit) = big_unit(glyph.char).filter(|_| end > at) {
            total += (block + last).max(1) * unit;
            (block, last) = (0, 0);
        } else {
            break;
        }
        end += 1;
    }
    let value = Ratio::new(total + block + last, 1)?;
    (end > at).then_some(Number { value, step: Ratio::whole(1), decimals: 0, end, in_digits: false })
}

fn small_unit(char: char) -> Option<i128> {
    match char {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// The English word for a number from one to ten.
pub fn word_for(number: u64) -> Option<&'static str> {
    WORDS.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

fn word_at(text: &[Glyph], at: usize) -> Option<Number> {
    let (index, word) = WORDS.iter().enumerate().find(|(_, word)| {
        let word = pattern(word);
        stands_at(text, at, &word) && is_whole_word(text, at, at + word.len())
    })?;
    let value = Ratio::whole(index as i64 + 1);
    Some(Number { value, step: Ratio::whole(1), decimals: 0, end: at + word.len(), in_digits: false })
}

#[cfg(test)]
mod tests {
    use super::super::normal::glyphs;
    use super::number_at;

    #[test]
    fn every_way_of_writing_gives_the_same_number() {
        for (text, expected) in [
            ("107,409人", "107409"),
            ("１０７，４０９", "107409"),
            ("10万7,409", "107409"),
            ("10.7万", "107000"),
            ("三百五十", "350"),
            ("十", "10"),
            ("一千二百", "1200"),
            ("seven in ten", "7"),
            ("1,5", "1"),
        ] {
            let number = number_at(&glyphs(text), 0).expect(text);
            assert_eq!(number.value.rounded(0), expected, "{text}");
        }
    }
}
