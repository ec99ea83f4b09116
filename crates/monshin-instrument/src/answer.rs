//! What a respondent, a keyer or a data file gave: partial, perhaps stale, perhaps off the path.

use std::fmt;

/// A calendar day, counted in days from 1970-01-01 (proleptic Gregorian).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    /// The day, or `None` where there is no such day. Years 1 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let valid = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        valid.then(|| Day(days_from_civil(year, month, day)))
    }

    /// From `2022-11-15` or `2022/11/15`.
    pub fn parse(text: &str) -> Option<Day> {
        let separator = if text.contains('/') { '/' } else { '-' };
        let mut parts = text.split(separator);
        let mut next = |most: usize| {
            let part = parts.next()?;
            let digits = !part.is_empty() && part.len() <= most;
            (digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i32>().ok())?
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        if parts.next().is_some() {
            return None;
        }
        Day::new(year, month as u8, day as u8)
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day of that number.
    pub fn from_number(days: i32) -> Day {
        Day(days)
    }

    /// Year, month, day.
    pub fn civil(self) -> (i32, u8, u8) {
        civil_from_days(self.0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 => 28 + u8::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01; years begin in March so that the leap day comes last.
fn days_from_civil(year: i32, month: u8, day: u8) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i32::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i32) -> (i32, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = ((month_from_march + 2) % 12 + 1) as u8;
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month, day)
}

/// A value of one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Position of one code in the item's list.
    Code(u16),
    /// Positions of several codes, as bits.
    Codes(u64),
    /// A number.
    Number(f64),
    /// A day.
    Day(Day),
    /// Words.
    Text(Box<str>),
}

/// What was given for one item.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Given {
    /// Nothing (yet).
    #[default]
    Missing,
    /// Stated to be left blank (keyed from paper, an explicit mark in a data file).
    Blank,
    /// A value.
    Value(Value),
}

/// Everything given so far: one class per breakdown, one entry per item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Class of each breakdown, by [`crate::Questionnaire::breakdowns`]; `None` where not known.
    pub classes: Vec<Option<u16>>,
    /// What was given for each item, by [`crate::Questionnaire::items`].
    pub values: Vec<Given>,
}
