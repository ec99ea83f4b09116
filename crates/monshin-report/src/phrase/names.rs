//! Numbers that are no figures: dates, ordinals, parts of names.

use monshin_diag::Lang;

use super::normal::{is_whole_word, pattern, stands_at};
use super::number::{Number, number_at};
use super::read::Reader;
use super::stem::Stem;

impl Reader<'_> {
    pub(super) fn is_no_figure(&self, at: usize, stem: &Stem) -> bool {
        let after = |from: usize| {
            self.lexicon.units.not_figures.iter().any(|mark| {
                stands_at(self.text, from, mark) && is_whole_word(self.text, from, from + mark.len())
            })
        };
        let Some(number) = number_at(self.text, at) else { return false };
        let counted = stem.counter.is_some();
        (!counted && (after(number.end) || self.begins_a_range_of_dates(number)))
            || self.lexicon.units.not_figures_before.iter().any(|mark| self.ends_before(at, mark))
            || self.is_date(at, number)
    }

    /// 「1～2月」, 「15日～26日」.
    fn begins_a_range_of_dates(&self, number: Number) -> bool {
        let Some(after) = self.any(&self.lexicon.units.ranges, number.end) else { return false };
        let Some(other) = number_at(self.text, after) else { return false };
        ["年", "月", "日", "時"].iter().any(|mark| self.text_at(other.end, mark).is_some())
    }

    /// `2022-11-15`, `2022/11`, `10 October`, `October 2022`, `in 2022`.
    fn is_date(&self, at: usize, number: Number) -> bool {
        let near = |from: usize, mark: char| self.text.get(from).is_some_and(|glyph| glyph.char == mark);
        let year = number.whole().is_some_and(|value| (1900..2100).contains(&value));
        let dashed = year
            && ['-', '/', '.'].iter().any(|mark| near(number.end, *mark))
            && number_at(self.text, number.end + 1).is_some();
        let month_near = MONTHS.iter().any(|month| {
            self.ends_before(at, &pattern(&format!("{month} ")))
                || self.text_at(number.end, &format!(" {month}")).is_some()
        });
        dashed || month_near || (self.lang == Lang::En && year && number.end - at == 4)
    }

    pub(super) fn is_part_of_a_name(&self, at: usize) -> bool {
        if !self.text.get(at).is_some_and(|glyph| glyph.char.is_ascii_digit()) {
            return false;
        }
        let before =
            |steps: usize| at.checked_sub(steps).and_then(|at| self.text.get(at)).map(|glyph| glyph.char);
        match before(1) {
            Some(char) if char.is_ascii_alphabetic() || char == '_' => true,
            Some('-' | '.' | '/' | ':') => before(2).is_some_and(|char| char.is_ascii_alphanumeric()),
            // 「ISO 27001」 in Japanese text: the Latin word owns the number.
            Some(' ') if self.lang == Lang::Ja => before(2).is_some_and(|char| char.is_ascii_alphabetic()),
            _ => false,
        }
    }

    pub(super) fn end_of_name(&self, at: usize) -> usize {
        let mut end = at;
        while self.text.get(end).is_some_and(|glyph| {
            glyph.char.is_ascii_alphanumeric()
                || (matches!(glyph.char, '-' | '.' | '_' | '/' | ':')
                    && self.text.get(end + 1).is_some_and(|next| next.char.is_ascii_alphanumeric()))
        }) {
            end += 1;
        }
        end
    }
}

/// English months, as they are compared: in small letters.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
