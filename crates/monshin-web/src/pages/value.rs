//! Numbers and days as people read them.

use monshin_instrument::Day;

use crate::words::Words;

/// A number with its digits in threes, from five before the point on: a year stays a year.
pub fn number(number: f64) -> String {
    let text = number.to_string();
    let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    match whole.parse() {
        Ok(whole) if whole >= 10_000 => format!("{sign}{}{rest}", grouped(whole)),
        _ => text,
    }
}

/// A number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and what it counts, with a space where a word in letters follows: `3人`, `3 people`.
pub fn with_unit(number: &str, unit: &str) -> String {
    let space = if unit.starts_with(|first: char| first.is_ascii_alphanumeric()) { " " } else { "" };
    format!("{number}{space}{unit}")
}

/// A day in the words of a language.
pub fn day(words: &Words, day: Day) -> String {
    let (year, month, day) = day.civil();
    let date = jiff::civil::Date::new(year as i16, month as i8, day as i8);
    date.map_or_else(|_| String::new(), |date| date.strftime(words.day).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes_and_years_are_not() {
        let cases = [
            (0.0, "0"),
            (-3.5, "-3.5"),
            (2026.0, "2026"),
            (10_000.0, "10,000"),
            (-1_234_567.25, "-1,234,567.25"),
            (100_000.0, "100,000"),
        ];
        for (given, want) in cases {
            assert_eq!(number(given), want);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (107_409, "107,409"), (1_000_000, "1,000,000")]
        {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_unit_stands_apart_where_it_is_a_word_in_letters() {
        assert_eq!(
            ["人", "people", "%", "万円", ""].map(|unit| with_unit("3", unit)),
            ["3人", "3 people", "3%", "3万円", "3"]
        );
    }
}
