//! Dates as they are written out.

use crate::phrase::MONTHS;
use monshin_diag::Lang;
use monshin_tabulate::instrument::Day;

/// Whether words such as 「2022年11月15日」, 「12月26日」 or "15 November 2022" name this day. Parts
/// that are not written are not judged, except that a day of the month is needed.
pub(crate) fn names_day(words: &str, day: Day) -> bool {
    let (year, month, date) = day.civil();
    let text = super::lexis::folded(words);
    let numbers = numbers(&text);
    let month_by_name = MONTHS.iter().position(|name| text.contains(name)).map(|at| at as u32 + 1);
    let (y, m, d) = match (month_by_name, numbers.as_slice()) {
        (Some(m), [d]) => (None, m, *d),
        (Some(m), [d, y]) if *y > 31 => (Some(*y), m, *d),
        (None, [y, m, d]) if *y > 31 => (Some(*y), *m, *d),
        (None, [m, d]) => (None, *m, *d),
        _ => return false,
    };
    y.is_none_or(|y| y == year as u32 || (y < 100 && y == year as u32 % 100))
        && m == u32::from(month)
        && d == u32::from(date)
}

/// The day as people write it.
pub(crate) fn written(day: Day, lang: Lang) -> String {
    let (year, month, date) = day.civil();
    match lang {
        Lang::Ja => format!("{year}年{month}月{date}日"),
        Lang::En => {
            let name = MONTHS[usize::from(month) - 1];
            format!("{date} {}{name} {year}", name[..1].to_uppercase(), name = &name[1..])
        }
    }
}

fn numbers(text: &str) -> Vec<u32> {
    text.split(|char: char| !char.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_judged_by_the_parts_that_are_written() {
        let day = Day::new(2022, 11, 15).expect("a day");
        for words in ["2022年11月15日", "１１月１５日", "2022-11-15", "15 November 2022", "November 15, 2022"]
        {
            assert!(names_day(words, day), "{words}");
        }
        for words in ["2022年11月16日", "2023年11月15日", "11月", "15 October 2022", "いつか"] {
            assert!(!names_day(words, day), "{words}");
        }
        assert_eq!(written(day, Lang::En), "15 November 2022");
    }
}
