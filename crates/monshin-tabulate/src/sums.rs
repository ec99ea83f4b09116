//! Sums of weights that come out the same in any order.
//!
//! Weights are kept as fixed-point numbers in units of 2⁻⁴⁰, their squares in units of 2⁻⁶⁰, and
//! summed in 128-bit integers. Integer addition is associative, so the same responses give the
//! same bits on one thread or on sixteen, in one file or in a hundred.

use std::collections::BTreeMap;
use std::ops::AddAssign;

const UNIT: f64 = (1_u64 << 40) as f64;
const SQUARE_UNIT: f64 = (1_u64 << 60) as f64;

/// The weight of one response, exact to 2⁻⁴⁰.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u64);

impl Weight {
    /// The weight of a response where there are no weights.
    pub const ONE: Weight = Weight(1 << 40);

    /// From 2⁻²⁰ (about one millionth) to 2²⁰ (about one million), else `None`: no share changes
    /// when all weights are multiplied by the same number, so scale them to a mean near 1.
    pub fn new(weight: f64) -> Option<Weight> {
        let range = 1.0 / f64::from(1 << 20)..=f64::from(1 << 20);
        range.contains(&weight).then(|| Weight((weight * UNIT).round() as u64))
    }

    /// As a number.
    pub fn get(self) -> f64 {
        self.0 as f64 / UNIT
    }

    /// Σw and Σw² of this one.
    pub(crate) fn sums(self) -> [u128; 2] {
        let w = u128::from(self.0);
        [w, (w * w) >> 20]
    }
}

/// Σw and Σw² of so many responses of weight 1.
pub(crate) fn sums_of_ones(n: u64) -> [u128; 2] {
    [u128::from(n) << 40, u128::from(n) << 60]
}

/// n, Σw and Σw² of some units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub n: u64,
    w: u128,
    w2: u128,
}

impl Sums {
    pub fn new(n: u64, [w, w2]: [u128; 2]) -> Sums {
        Sums { n, w, w2 }
    }

    pub fn one(weight: Weight) -> Sums {
        Sums::new(1, weight.sums())
    }

    /// Σw.
    pub fn weight(&self) -> f64 {
        self.w as f64 / UNIT
    }

    /// Σw².
    pub fn squares(&self) -> f64 {
        self.w2 as f64 / SQUARE_UNIT
    }

    /// Σw and Σw² in their units.
    pub fn raw(&self) -> [u128; 2] {
        [self.w, self.w2]
    }

    /// Kish's effective size (Σw)²/Σw²; 0 where there is nobody.
    pub fn effective_size(&self) -> f64 {
        if self.w2 == 0 { 0.0 } else { self.weight() * (self.weight() / self.squares()) }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, more: Sums) {
        self.n += more.n;
        self.w += more.w;
        self.w2 += more.w2;
    }
}

/// Sums by value, in the order of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values(BTreeMap<u64, Sums>);

impl Values {
    pub fn add(&mut self, value: f64, sums: Sums) {
        *self.0.entry(order_key(value)).or_default() += sums;
    }

    pub fn merge(&mut self, more: &Values) {
        for (&key, &sums) in &more.0 {
            *self.0.entry(key).or_default() += sums;
        }
    }

    /// Values with their sums, from the least on.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (f64, &Sums)> {
        self.0.iter().map(|(&key, sums)| (value_of_key(key), sums))
    }
}

const SIGN: u64 = 1 << 63;

/// A key whose order is the order of the finite numbers; −0 counts as 0.
fn order_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn value_of_key(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_outside_a_millionth_to_a_million_is_refused() {
        for bad in [0.0, -1.0, 1e-7, 1.1e6, f64::NAN, f64::INFINITY] {
            assert_eq!(Weight::new(bad), None, "{bad}");
        }
        assert_eq!(Weight::new(1.0), Some(Weight::ONE));
    }

    #[test]
    fn the_order_of_adding_weights_does_not_matter() {
        let weights = [0.1, 1e5, 0.3, 7.7e-6, 3.0].map(|w| Weight::new(w).expect("in range"));
        let total = |order: &[usize]| {
            let mut sums = Sums::default();
            order.iter().for_each(|&at| sums += Sums::one(weights[at]));
            sums
        };
        assert_eq!(total(&[0, 1, 2, 3, 4]), total(&[3, 1, 4, 0, 2]));
    }

    #[test]
    fn equal_weights_have_the_effective_size_of_their_number() {
        let mut sums = Sums::default();
        (0..7).for_each(|_| sums += Sums::one(Weight::new(2.5).expect("in range")));
        assert!((sums.effective_size() - 7.0).abs() < 1e-9);
        assert_eq!(Sums::new(3, sums_of_ones(3)).effective_size(), 3.0);
        assert_eq!(Sums::default().effective_size(), 0.0);
    }

    #[test]
    fn values_come_back_in_order_with_minus_zero_as_zero() {
        let mut values = Values::default();
        for value in [3.5, -2.0, 0.0, -0.0, 1e300, -1e-300] {
            values.add(value, Sums::one(Weight::ONE));
        }
        let seen: Vec<_> = values.iter().map(|(value, sums)| (value, sums.n)).collect();
        assert_eq!(seen, [(-2.0, 1), (-1e-300, 1), (0.0, 2), (3.5, 1), (1e300, 1)]);
    }
}
