//! Exact fractions, so that a rounded digit is never decided by a float.

use std::cmp::Ordering;
use std::fmt;

/// A fraction in lowest terms with a positive denominator.
///
/// Sums of many shares with large, unlike bases may outgrow 128 bits; they are then held to 24
/// decimals, far below any digit that is ever printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: i128,
    den: i128,
}

const FINE: i128 = 1_000_000_000_000_000_000_000_000;

impl Ratio {
    /// Nought.
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };

    /// `num / den`; `None` where `den` is 0.
    pub fn new(num: i128, den: i128) -> Option<Ratio> {
        if den == 0 {
            return None;
        }
        let shrink = gcd(num.unsigned_abs(), den.unsigned_abs()).max(1) as i128;
        let sign = den.signum();
        Some(Ratio { num: sign * (num / shrink), den: (den / shrink).abs() })
    }

    /// A whole number.
    pub fn whole(number: i64) -> Ratio {
        Ratio { num: number.into(), den: 1 }
    }

    /// `count` of `base` in percent; `None` where nobody is in the base.
    pub fn percent(count: u64, base: u64) -> Option<Ratio> {
        Ratio::new(i128::from(count) * 100, i128::from(base))
    }

    /// The nearest fraction with 12 decimals, for figures that come as floats (averages, weights).
    pub fn from_float(value: f64) -> Option<Ratio> {
        let scaled = value * 1e12;
        (scaled.is_finite() && scaled.abs() < 1e36)
            .then(|| Ratio::new(scaled.round() as i128, 1_000_000_000_000))
            .flatten()
    }

    /// Reads `-3.5`, `70` or `200/3`.
    pub fn parse(text: &str) -> Option<Ratio> {
        if let Some((above, below)) = text.split_once('/') {
            return Ratio::new(above.trim().parse().ok()?, below.trim().parse().ok()?);
        }
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        if decimals.len() > 15 || whole.len() > 15 {
            return None;
        }
        let digits: i128 = format!("{whole}{decimals}").parse().ok()?;
        Ratio::new(digits, ten_to(decimals.len() as u32))
    }

    /// Sum.
    #[must_use]
    pub fn plus(self, other: Ratio) -> Ratio {
        let exact = || {
            let left = self.num.checked_mul(other.den)?;
            let right = other.num.checked_mul(self.den)?;
            Ratio::new(left.checked_add(right)?, self.den.checked_mul(other.den)?)
        };
        exact().unwrap_or_else(|| {
            Ratio::new(self.fine().saturating_add(other.fine()), FINE).expect("FINE is not 0")
        })
    }

    /// Difference.
    #[must_use]
    pub fn minus(self, other: Ratio) -> Ratio {
        self.plus(Ratio { num: -other.num, den: other.den })
    }

    /// Product.
    #[must_use]
    pub fn times(self, other: Ratio) -> Ratio {
        let a = gcd(self.num.unsigned_abs(), other.den.unsigned_abs()).max(1) as i128;
        let b = gcd(other.num.unsigned_abs(), self.den.unsigned_abs()).max(1) as i128;
        let exact = (self.num / a)
            .checked_mul(other.num / b)
            .zip((self.den / b).checked_mul(other.den / a))
            .and_then(|(num, den)| Ratio::new(num, den));
        exact.unwrap_or_else(|| Ratio::from_float(self.to_float() * other.to_float()).unwrap_or(Ratio::ZERO))
    }

    /// Divided by a whole number other than 0.
    #[must_use]
    pub fn over(self, parts: u64) -> Ratio {
        Ratio::new(1, i128::from(parts)).map_or(Ratio::ZERO, |part| self.times(part))
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Ratio {
        Ratio { num: self.num.abs(), den: self.den }
    }

    /// Whether it lies below nought.
    pub fn is_negative(self) -> bool {
        self.num < 0
    }

    /// For display and for formulas that need no exactness.
    pub fn to_float(self) -> f64 {
        self.num as f64 / self.den as f64
    }

    /// Rounded half up (away from nought) to so many decimals, as digits.
    pub fn rounded(self, decimals: u32) -> String {
        let unit = ten_to(decimals);
        let scaled = self.abs().times(Ratio { num: unit, den: 1 });
        let digits = scaled.num.div_euclid(scaled.den)
            + i128::from(2 * scaled.num.rem_euclid(scaled.den) >= scaled.den);
        let sign = if self.is_negative() && digits != 0 { "-" } else { "" };
        match decimals {
            0 => format!("{sign}{digits}"),
            _ => format!("{sign}{}.{:0width$}", digits / unit, digits % unit, width = decimals as usize),
        }
    }

    fn fine(self) -> i128 {
        let whole = self.num.div_euclid(self.den);
        let mut rest = self.num.rem_euclid(self.den);
        let mut part = 0i128;
        for _ in 0..24 {
            // Long division digit by digit; where ten times the rest would outgrow 128 bits,
            // a tenth of the denominator is taken instead.
            let (digit, left) = match rest.checked_mul(10) {
                Some(ten) => (ten / self.den, ten % self.den),
                None => (rest / (self.den / 10), rest % (self.den / 10) * 10),
            };
            part = part * 10 + digit.min(9);
            rest = left;
        }
        whole.saturating_mul(FINE).saturating_add(part)
    }
}

/// 10 to the power of `digits`.
pub fn ten_to(digits: u32) -> i128 {
    10i128.pow(digits.min(30))
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// By continued fractions: exact, and no product can overflow.
    fn cmp(&self, other: &Ratio) -> Ordering {
        let (mut a, mut b, mut c, mut d) = (self.num, self.den, other.num, other.den);
        let mut turned = false;
        loop {
            let (left, right) = (a.div_euclid(b), c.div_euclid(d));
            let (rest_left, rest_right) = (a.rem_euclid(b), c.rem_euclid(d));
            let decided = match (left.cmp(&right), rest_left == 0, rest_right == 0) {
                (Ordering::Equal, true, true) => Some(Ordering::Equal),
                (Ordering::Equal, true, false) => Some(Ordering::Less),
                (Ordering::Equal, false, true) => Some(Ordering::Greater),
                (Ordering::Equal, false, false) => None,
                (unequal, _, _) => Some(unequal),
            };
            if let Some(order) = decided {
                return if turned { order.reverse() } else { order };
            }
            (a, b, c, d) = (b, rest_left, d, rest_right);
            turned = !turned;
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rounded(1))
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;

    fn percent(count: u64, base: u64) -> Ratio {
        Ratio::percent(count, base).expect("a base")
    }

    #[test]
    fn a_half_is_rounded_up_from_the_exact_fraction() {
        for (count, base, decimals, expected) in [
            (1, 8, 0, "13"),
            (35, 1000, 0, "4"),
            (285, 1000, 0, "29"),
            (29, 200, 0, "15"),
            (1, 2000, 1, "0.1"),
            (9995, 10000, 1, "100.0"),
            (140, 897, 2, "15.61"),
        ] {
            assert_eq!(percent(count, base).rounded(decimals), expected, "{count}/{base}");
        }
    }

    #[test]
    fn order_is_exact_where_floats_are_not() {
        let a = Ratio::new(10i128.pow(30) + 1, 10i128.pow(30)).expect("not 0");
        let b = Ratio::new(10i128.pow(30) + 2, 10i128.pow(30) + 1).expect("not 0");
        assert!(a > b);
        assert!(Ratio::whole(-1) < Ratio::ZERO);
        assert_eq!(percent(2, 4), percent(50, 100));
    }

    #[test]
    fn a_mean_of_many_unlike_bases_stays_right_to_the_digits_printed() {
        let bases = [304u64, 433, 1009, 10007, 99991, 7919, 6007, 4001, 3001, 2003, 1013, 997, 991];
        let sum = bases.iter().fold(Ratio::ZERO, |sum, base| sum.plus(percent(1, *base)));
        let float: f64 = bases.iter().map(|base| 100.0 / *base as f64).sum();
        assert!((sum.to_float() - float).abs() < 1e-12);
    }

    #[test]
    fn a_minus_is_rounded_as_its_magnitude() {
        assert_eq!(Ratio::parse("-2.5").expect("a number").rounded(0), "-3");
        assert_eq!(Ratio::parse("-0.2").expect("a number").rounded(0), "0");
    }
}
