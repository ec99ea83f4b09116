//! Stretches of the number line that a phrase accepts.

use std::fmt;

use super::Ratio;

/// An interval with open or closed ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Lower end.
    pub low: Ratio,
    /// Whether the lower end belongs to it.
    pub low_closed: bool,
    /// Upper end.
    pub high: Ratio,
    /// Whether the upper end belongs to it.
    pub high_closed: bool,
}

impl Interval {
    /// Exactly one value.
    pub fn point(value: Ratio) -> Interval {
        Interval { low: value, low_closed: true, high: value, high_closed: true }
    }

    /// What rounds (half up) to `value` when printed with steps of `unit`.
    pub fn rounding_to(value: Ratio, unit: Ratio) -> Interval {
        let half = unit.over(2);
        Interval { low: value.minus(half), low_closed: true, high: value.plus(half), high_closed: false }
    }

    /// Reads `[-0.5, 0.5)`.
    pub fn parse(text: &str) -> Option<Interval> {
        let text = text.trim();
        let low_closed = match text.chars().next()? {
            '[' => true,
            '(' => false,
            _ => return None,
        };
        let high_closed = match text.chars().last()? {
            ']' => true,
            ')' => false,
            _ => return None,
        };
        let (low, high) = text.get(1..text.len() - 1)?.split_once(',')?;
        Some(Interval { low: Ratio::parse(low)?, low_closed, high: Ratio::parse(high)?, high_closed })
    }

    /// Whether the value lies in it.
    pub fn contains(&self, value: Ratio) -> bool {
        let above = if self.low_closed { value >= self.low } else { value > self.low };
        let below = if self.high_closed { value <= self.high } else { value < self.high };
        above && below
    }

    /// Moved and stretched: each end becomes `by + end × scale`.
    #[must_use]
    pub fn placed(self, by: Ratio, scale: Ratio) -> Interval {
        Interval { low: by.plus(self.low.times(scale)), high: by.plus(self.high.times(scale)), ..self }
    }

    /// Whether no value lies in both.
    pub fn is_apart_from(&self, other: &Interval) -> bool {
        let left_of = |a: &Interval, b: &Interval| {
            a.high < b.low || (a.high == b.low && !(a.high_closed && b.low_closed))
        };
        left_of(self, other) || left_of(other, self)
    }

    /// From the lower of both lower ends to the higher of both upper ends.
    #[must_use]
    pub fn hull(self, other: Interval) -> Interval {
        let (low, low_closed) =
            if self.low <= other.low { (self.low, self.low_closed) } else { (other.low, other.low_closed) };
        let (high, high_closed) = if self.high >= other.high {
            (self.high, self.high_closed)
        } else {
            (other.high, other.high_closed)
        };
        Interval { low, low_closed, high, high_closed }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opening = if self.low_closed { '[' } else { '(' };
        let closing = if self.high_closed { ']' } else { ')' };
        write!(f, "{opening}{}, {}{closing}", trimmed(self.low), trimmed(self.high))
    }
}

fn trimmed(value: Ratio) -> String {
    let digits = value.rounded(2);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}
