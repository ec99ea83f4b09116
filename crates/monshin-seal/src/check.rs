//! Check digits over the 32 signs of Crockford's alphabet.
//!
//! The signs are the elements of the field with 32 elements; two signs are added so that the plain
//! sum and the sum weighted with powers of a generator both vanish (a shortened Reed–Solomon code).
//! Any two wrong signs are found, so every single mistake and every exchange of two signs, next to
//! each other or not; of one wrong sign its place is known too. Holds for up to 31 signs.

/// The signs, without I, L, O and U.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many signs are added.
pub(crate) const CHECKS: usize = 2;

/// The sign of a number below 32.
pub(crate) fn sign(value: u8) -> char {
    char::from(SIGNS[usize::from(value & 31)])
}

/// The number of a sign, as people write it: any case, I and L for 1, O for 0, full width.
pub(crate) fn value(sign: char) -> Option<u8> {
    let narrow = match sign {
        '！'..='～' => char::from_u32(u32::from(sign) - 0xfee0)?,
        other => other,
    };
    let plain = match narrow.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    SIGNS.iter().position(|have| char::from(*have) == plain).map(|at| at as u8)
}

/// Adds the check signs.
pub(crate) fn complete(data: &[u8]) -> Vec<u8> {
    let at = data.len();
    let (sum, weighted) = sums(data);
    // first + second = sum, α^at·first + α^(at+1)·second = weighted.
    let numerator = weighted ^ times(power(at), sum);
    let second = times(numerator, inverse(power(at) ^ power(at + 1)));
    let mut all = data.to_vec();
    all.extend([sum ^ second, second]);
    all
}

/// What the check signs say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// Something is wrong; where, if it is one sign only.
    Wrong {
        likely: Option<usize>,
    },
}

/// Checks signs with their check signs.
pub(crate) fn verify(all: &[u8]) -> Verdict {
    let (sum, weighted) = sums(all);
    if sum == 0 && weighted == 0 {
        return Verdict::Right;
    }
    let is_there = |at: &usize| sum != 0 && weighted == times(power(*at), sum);
    Verdict::Wrong { likely: (0..all.len()).find(is_there) }
}

fn sums(all: &[u8]) -> (u8, u8) {
    all.iter()
        .enumerate()
        .fold((0, 0), |(sum, weighted), (at, value)| (sum ^ value, weighted ^ times(power(at), *value)))
}

/// α to the power `n`, with α = x in the field modulo x⁵ + x² + 1; α has order 31.
fn power(n: usize) -> u8 {
    (0..n % 31).fold(1, |product, _| times(product, 2))
}

fn times(a: u8, b: u8) -> u8 {
    let (mut product, mut shifted) = (0_u8, a);
    for bit in 0..5 {
        if b >> bit & 1 == 1 {
            product ^= shifted;
        }
        shifted <<= 1;
        if shifted & 0b10_0000 != 0 {
            shifted ^= 0b10_0101;
        }
    }
    product
}

/// a³⁰ = a⁻¹, since a³¹ = 1.
fn inverse(a: u8) -> u8 {
    (0..30).fold(1, |product, _| times(product, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_runs_through_the_whole_field() {
        let mut seen: Vec<u8> = (0..31).map(power).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..32).collect::<Vec<u8>>());
        assert!((1..32).all(|a| times(a, inverse(a)) == 1));
    }

    #[test]
    fn signs_are_read_as_people_write_them() {
        assert!((0..32).all(|number| value(sign(number)) == Some(number)));
        assert_eq!(
            "oOlIi０ａＺ".chars().map(value).collect::<Option<Vec<_>>>(),
            Some(vec![0, 0, 1, 1, 1, 0, 10, 31])
        );
        assert_eq!([value('u'), value('-'), value('あ')], [None; 3]);
    }
}
