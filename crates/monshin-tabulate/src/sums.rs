//! Sums of weights that come out the same in any order.
//!
//! Σw and Σw² are kept exactly, as whole numbers of 256 and 384 bits in units of 2⁻¹¹² and 2⁻²²⁴.
//! Integer addition is associative, so the same responses give the same bits on one thread or on
//! sixteen, in one file or in a hundred; and a weight of 10⁻¹⁵ beside one of 1 loses nothing.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use monshin_estimate::compare::Mass;

/// The weight of one response: a finite number from 2⁻⁶⁰ to 2⁶⁰ (about 10⁻¹⁸ to 10¹⁸), exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight(u64);

/// Lowest exponent of a weight, and of the highest too.
const RANGE: i32 = 60;
/// A weight of 2⁻⁶⁰ has its last bit at 2⁻¹¹².
const UNIT: u32 = 112;

impl Weight {
    /// The weight of a response where there are no weights.
    pub const ONE: Weight = Weight(1_f64.to_bits());

    /// From 2⁻⁶⁰ to 2⁶⁰, else `None`.
    pub fn new(weight: f64) -> Option<Weight> {
        let range = 1.0 / (1_u64 << RANGE) as f64..=(1_u64 << RANGE) as f64;
        range.contains(&weight).then(|| Weight(weight.to_bits()))
    }

    /// As a number.
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// Significand and the place of its last bit, in units.
    fn parts(self) -> (u64, u32) {
        let exponent = (self.0 >> 52) as i32 - 1023 - 52;
        (self.0 & ((1 << 52) - 1) | 1 << 52, (exponent + UNIT as i32) as u32)
    }

    /// Σw and Σw² of so many responses of this weight.
    pub(crate) fn times(self, n: u64) -> Masses {
        let (significand, place) = self.parts();
        let mut masses = Masses::default();
        let square = u128::from(significand) * u128::from(significand);
        add_at(&mut masses.w, u128::from(significand) * u128::from(n), place);
        // n · m² may have more than 128 bits: the two halves of m² one by one.
        add_at(&mut masses.w2, (square & u128::from(u64::MAX)) * u128::from(n), 2 * place);
        add_at(&mut masses.w2, (square >> 64) * u128::from(n), 2 * place + 64);
        masses
    }
}

/// Σw and Σw² in their units, lowest limb first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masses {
    w: [u64; 4],
    w2: [u64; 6],
}

impl Masses {
    /// Of so many responses of weight 1.
    pub fn of_ones(n: u64) -> Masses {
        Weight::ONE.times(n)
    }

    /// One response more.
    #[inline]
    pub fn add(&mut self, weight: Weight) {
        let (significand, place) = weight.parts();
        add_at(&mut self.w, u128::from(significand), place);
        add_at(&mut self.w2, u128::from(significand) * u128::from(significand), 2 * place);
    }
}

impl AddAssign for Masses {
    fn add_assign(&mut self, more: Masses) {
        add_limbs(&mut self.w, &more.w);
        add_limbs(&mut self.w2, &more.w2);
    }
}

/// Adds a number whose last bit stands at `place`.
#[inline]
fn add_at(limbs: &mut [u64], number: u128, place: u32) {
    let (at, shift) = ((place / 64) as usize, place % 64);
    let (low, high) = (number as u64, (number >> 64) as u64);
    let spread = match shift {
        0 => [low, high, 0],
        _ => [low << shift, low >> (64 - shift) | high << shift, high >> (64 - shift)],
    };
    let mut carry = false;
    for (offset, limb) in limbs[at..].iter_mut().enumerate() {
        let more = spread.get(offset).copied().unwrap_or(0);
        if offset >= spread.len() && !carry {
            break;
        }
        let (sum, first) = limb.overflowing_add(more);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *limb = sum;
        carry = first || second;
    }
}

fn add_limbs(limbs: &mut [u64], more: &[u64]) {
    let mut carry = false;
    for (limb, more) in limbs.iter_mut().zip(more) {
        let (sum, first) = limb.overflowing_add(*more);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        *limb = sum;
        carry = first || second;
    }
}

/// The number of units as a number.
fn number(limbs: &[u64], unit: u32) -> f64 {
    let mut scale = power_of_two(-(unit as i32));
    let mut sum = 0.0;
    for limb in limbs {
        sum += *limb as f64 * scale;
        scale *= power_of_two(64);
    }
    sum
}

fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// n, Σw and Σw² of some units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub n: u64,
    masses: Masses,
}

impl Sums {
    pub fn new(n: u64, masses: Masses) -> Sums {
        Sums { n, masses }
    }

    pub fn one(weight: Weight) -> Sums {
        Sums::new(1, weight.times(1))
    }

    /// Σw.
    pub fn weight(&self) -> f64 {
        number(&self.masses.w, UNIT)
    }

    /// Σw².
    pub fn squares(&self) -> f64 {
        number(&self.masses.w2, 2 * UNIT)
    }

    /// Σw and Σw² in their units.
    pub fn raw(&self) -> Masses {
        self.masses
    }

    /// n, Σw and Σw² as numbers, each weight multiplied by `factor`.
    pub fn scaled(&self, factor: f64) -> Mass {
        Mass { n: self.n, weight: self.weight() * factor, squares: self.squares() * factor * factor }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, more: Sums) {
        self.n += more.n;
        self.masses += more.masses;
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

    fn weight(weight: f64) -> Weight {
        Weight::new(weight).expect("in range")
    }

    #[test]
    fn a_weight_outside_the_range_is_refused() {
        for bad in [0.0, -1.0, 1e-19, 1.2e18, f64::NAN, f64::INFINITY] {
            assert_eq!(Weight::new(bad), None, "{bad}");
        }
        assert_eq!(Weight::new(1.0), Some(Weight::ONE));
    }

    #[test]
    fn the_order_of_adding_weights_does_not_matter() {
        let weights = [0.1, 1e5, 0.3, 7.7e-16, 3.0, 1e18, 1e-18].map(weight);
        let total = |order: &[usize]| {
            let mut sums = Sums::default();
            order.iter().for_each(|&at| sums += Sums::one(weights[at]));
            sums
        };
        assert_eq!(total(&[0, 1, 2, 3, 4, 5, 6]), total(&[6, 3, 1, 5, 4, 0, 2]));
    }

    #[test]
    fn one_by_one_all_at_once_and_in_place_are_the_same() {
        for one in [1.0, 0.1, 3e-17, 9.9e17, 2_f64.powi(-60), 2_f64.powi(60)].map(weight) {
            let (mut each, mut added) = (Masses::default(), Masses::default());
            (0..1000).for_each(|_| each += one.times(1));
            (0..1000).for_each(|_| added.add(one));
            assert_eq!((each, added), (one.times(1000), one.times(1000)));
        }
    }

    #[test]
    fn tiny_weights_beside_huge_ones_are_all_there() {
        let mut sums = Sums::default();
        sums += Sums::one(weight(1e-15));
        assert_eq!((sums.weight(), sums.squares()), (1e-15, 1e-15 * 1e-15));
        sums += Sums::one(weight(1e15));
        let mut back = Sums::default();
        back += Sums::one(weight(1e15));
        assert_eq!(sums.weight(), 1e15 + 1e-15);
        assert_ne!(sums, back);
    }

    #[test]
    fn ones_add_up_to_their_number() {
        let sums = Sums::new(3, Masses::of_ones(3));
        assert_eq!((sums.weight(), sums.squares()), (3.0, 3.0));
        assert_eq!(Sums::new(u64::MAX, Masses::of_ones(u64::MAX)).weight(), u64::MAX as f64);
        assert_eq!(Sums::default().scaled(2.0), Mass::default());
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
