//! Numbers as they are printed: rounding from the exact fraction, and what a printed percentage gives away.

/// How a value halfway between two printed ones is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Half {
    /// Away from zero (四捨五入). The default, as in Japanese statistics.
    #[default]
    Up,
    /// To the even digit (R, Python).
    Even,
}

/// x/n as a percentage with `decimals` digits, rounded from the exact fraction, never from a float.
/// `None` at n = 0 or with more than 12 decimals.
///
/// ```
/// use monshin_estimate::printed::{percent, Half};
/// assert_eq!(percent(1, 8, 0, Half::Up).as_deref(), Some("13"));
/// assert_eq!(percent(140, 897, 1, Half::Up).as_deref(), Some("15.6"));
/// ```
pub fn percent(x: u64, n: u64, decimals: u32, half: Half) -> Option<String> {
    let units = percent_units(x, n, decimals, half)?;
    let scale = 10_u128.pow(decimals);
    let (whole, rest) = (units / scale, units % scale);
    Some(match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{rest:0width$}", width = decimals as usize),
    })
}

/// x/n as a percentage in units of the last printed digit: 15.6 % with one decimal is 156.
/// `None` at n = 0 or with more than 12 decimals.
pub fn percent_units(x: u64, n: u64, decimals: u32, half: Half) -> Option<u128> {
    if n == 0 || decimals > 12 {
        return None;
    }
    let top = u128::from(x) * 100 * 10_u128.pow(decimals);
    let n = u128::from(n);
    let (whole, twice) = (top / n, 2 * (top % n));
    let up = match half {
        Half::Up => twice >= n,
        Half::Even => twice > n || (twice == n && whole % 2 == 1),
    };
    Some(whole + u128::from(up))
}

/// A percentage as it stands in print: its digits, without the sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedPercent {
    /// In units of the last digit: 156 for "15.6".
    pub units: u128,
    /// Digits after the point.
    pub decimals: u32,
}

impl PrintedPercent {
    /// Reads "15.6" or "16". `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let dangling = text.contains('.') && rest.is_empty();
        if whole.is_empty() || dangling || !is_digits(whole) || !is_digits(rest) || rest.len() > 12 {
            return None;
        }
        let units = format!("{whole}{rest}").parse().ok()?;
        Some(Self { units, decimals: rest.len() as u32 })
    }

    /// Every x for which x/n prints as this (GRIM): none means the percentage is impossible with this
    /// n, one that printing it gives x away. Empty at n = 0.
    pub fn numerators(self, n: u64, half: Half) -> Vec<u64> {
        let n_wide = u128::from(n);
        let scale = 100 * 10_u128.pow(self.decimals);
        // Candidates around units·n/scale, one wider on both sides than rounding can reach.
        let low = (self.units.saturating_sub(1) * n_wide / scale).saturating_sub(1);
        let high = ((self.units + 1) * n_wide / scale + 1).min(n_wide);
        let prints = |x: &u64| percent_units(*x, n, self.decimals, half) == Some(self.units);
        if low > high {
            return Vec::new();
        }
        (low as u64..=high as u64).filter(prints).collect()
    }
}

/// Every n up to `n_max` with which all the percentages can stand; with `partition` they must also
/// come from counts that add up to n.
pub fn possible_bases(percents: &[PrintedPercent], n_max: u64, partition: bool, half: Half) -> Vec<u64> {
    let fits = |n: &u64| {
        let sets: Vec<Vec<u64>> = percents.iter().map(|p| p.numerators(*n, half)).collect();
        let all = sets.iter().all(|s| !s.is_empty());
        // The numerators of a percentage are consecutive, so their sums are too.
        let least: u64 = sets.iter().filter_map(|s| s.first()).sum();
        let most: u64 = sets.iter().filter_map(|s| s.last()).sum();
        all && (!partition || (least <= *n && *n <= most))
    };
    (1..=n_max).filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_and_nothing_is_lost_to_floats() {
        assert_eq!(percent(1, 2000, 1, Half::Up).as_deref(), Some("0.1"));
        assert_eq!(percent(1, 2000, 1, Half::Even).as_deref(), Some("0.0"));
        assert_eq!(percent(9995, 10_000, 1, Half::Up).as_deref(), Some("100.0"));
        assert_eq!(percent(0, 0, 1, Half::Up), None);
        assert_eq!(percent(u64::MAX, u64::MAX, 2, Half::Up).as_deref(), Some("100.00"));
    }

    #[test]
    fn every_count_prints_as_a_percentage_it_can_be_found_from() {
        for n in 1..60 {
            for x in 0..=n {
                for decimals in 0..3 {
                    let text = percent(x, n, decimals, Half::Up).expect("a base");
                    let printed = PrintedPercent::parse(&text).expect("digits");
                    assert!(printed.numerators(n, Half::Up).contains(&x), "{x}/{n} as {text}");
                }
            }
        }
    }

    #[test]
    fn only_digits_are_a_percentage() {
        for text in ["", ".", "5.", "1e3", "-3", "12,5", "１２"] {
            assert_eq!(PrintedPercent::parse(text), None, "{text}");
        }
    }
}
