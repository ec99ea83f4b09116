//! Exact multinomial counts, cheap whether few are drawn over many classes or many over few.

use crate::random::Stream;

/// Draws with replacement over classes of given sizes.
///
/// Few draws are made one by one from an alias table (Walker 1977; Vose 1991). Many are made as
/// independent Poisson counts with a mean a little short of the number wanted, which given their sum are
/// multinomial, and the rest one by one; a sum beyond the number wanted is drawn again. Both are exact,
/// and the cost is that of the draws or of the classes, whichever is less.
#[derive(Debug, Clone)]
pub(crate) struct Multinomial {
    draws: u64,
    alias: Alias,
    /// Empty where drawing one by one is cheaper.
    poisson: Vec<Poisson>,
}

/// One by one costs about a tenth of a Poisson count.
const ONE_BY_ONE: u64 = 10;

impl Multinomial {
    /// `draws` over classes of `sizes`, in proportion to them. The sizes add up to at least 1.
    pub(crate) fn new(sizes: &[u64], draws: u64) -> Self {
        let total: u64 = sizes.iter().sum();
        // So many standard deviations short of the number wanted: what is missing is drawn one by one,
        // what is too much is drawn again, and the more classes there are, the more that costs.
        let deviations = if sizes.len() as f64 > 0.2 * (draws as f64).sqrt() { 2.0 } else { 0.5 };
        let mean = draws as f64 - deviations * (draws as f64).sqrt();
        let in_bulk = draws > ONE_BY_ONE * sizes.len() as u64 && mean > 0.0;
        let poisson = |size: &u64| Poisson::new(mean * *size as f64 / total as f64);
        let poisson = if in_bulk { sizes.iter().map(poisson).collect() } else { Vec::new() };
        Self { draws, alias: Alias::new(sizes), poisson }
    }

    /// How often each class came up; the counts add up to the draws.
    pub(crate) fn draw(&self, stream: &mut Stream, counts: &mut [u32]) {
        let mut left = self.draws;
        if self.poisson.is_empty() {
            counts.fill(0);
        } else {
            loop {
                let mut sum = 0;
                for (count, poisson) in counts.iter_mut().zip(&self.poisson) {
                    let drawn = poisson.draw(stream);
                    sum += drawn;
                    *count = drawn as u32;
                }
                if sum <= self.draws {
                    left -= sum;
                    break;
                }
            }
        }
        for _ in 0..left {
            counts[self.alias.draw(stream)] += 1;
        }
    }
}

/// Classes drawn in proportion to their sizes, each draw from one random number.
#[derive(Debug, Clone)]
struct Alias {
    /// Part of the slot's width, in units of 2⁻⁶⁴, that is the slot's own class.
    own: Vec<u64>,
    other: Vec<u32>,
}

impl Alias {
    fn new(sizes: &[u64]) -> Self {
        let slots = sizes.len();
        let total: u128 = sizes.iter().map(|s| u128::from(*s)).sum();
        // In whole numbers: each slot is `total` wide, each class `size × slots`.
        let mut width: Vec<u128> = sizes.iter().map(|s| u128::from(*s) * slots as u128).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..slots).partition(|&i| width[i] < total);
        let mut alias = Self { own: vec![u64::MAX; slots], other: (0..slots as u32).collect() };
        while let (Some(&to), Some(from)) = (large.last(), small.pop()) {
            alias.own[from] = ((width[from] << 64) / total) as u64;
            alias.other[from] = to as u32;
            width[to] -= total - width[from];
            if width[to] < total {
                large.pop();
                small.push(to);
            }
        }
        alias
    }

    fn draw(&self, stream: &mut Stream) -> usize {
        let product = u128::from(stream.bits()) * self.own.len() as u128;
        let slot = (product >> 64) as usize;
        if (product as u64) < self.own[slot] { slot } else { self.other[slot] as usize }
    }
}

/// Poisson counts of one mean: by inversion below 10, else by Hörmann's transformed rejection (1993,
/// PTRS), with what depends on the mean alone computed once.
#[derive(Debug, Clone, Copy)]
struct Poisson {
    mean: f64,
    /// e^−mean below 10, ln mean from there on.
    constant: f64,
    a: f64,
    b: f64,
    inverse_alpha: f64,
    squeeze: f64,
}

impl Poisson {
    fn new(mean: f64) -> Self {
        let b = 0.931 + 2.53 * mean.sqrt();
        Self {
            mean,
            constant: if mean < 10.0 { libm::exp(-mean) } else { libm::log(mean) },
            a: 0.02483 * b - 0.059,
            b,
            inverse_alpha: 1.1239 + 1.1328 / (b - 3.4),
            squeeze: 0.9277 - 3.6224 / (b - 2.0),
        }
    }

    fn draw(&self, stream: &mut Stream) -> u64 {
        if self.mean < 10.0 { self.by_inversion(stream) } else { self.by_rejection(stream) }
    }

    fn by_inversion(&self, stream: &mut Stream) -> u64 {
        let mut rest = stream.unit();
        let mut mass = self.constant;
        let mut k = 0.0;
        // Beyond 200 there is nothing but rounding left of a mean below 10.
        while rest >= mass && k < 200.0 {
            rest -= mass;
            k += 1.0;
            mass *= self.mean / k;
        }
        k as u64
    }

    fn by_rejection(&self, stream: &mut Stream) -> u64 {
        loop {
            let u = stream.unit() - 0.5;
            let v = stream.unit();
            let us = 0.5 - u.abs();
            let k = ((2.0 * self.a / us + self.b) * u + self.mean + 0.43).floor();
            if us >= 0.07 && v <= self.squeeze {
                return k as u64;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let left = libm::log(v * self.inverse_alpha / (self.a / (us * us) + self.b));
            if left <= k * self.constant - self.mean - libm::lgamma(k + 1.0) {
                return k as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and covariance of the counts against n p and n (diag p − pp').
    fn check(sizes: &[u64], draws: u64, in_bulk: bool) {
        let multinomial = Multinomial::new(sizes, draws);
        assert_eq!(multinomial.poisson.is_empty(), !in_bulk);
        let (k, times, total) = (sizes.len(), 20_000, sizes.iter().sum::<u64>() as f64);
        let mut counts = vec![0; k];
        let mut sums = vec![0.0; k];
        let mut products = vec![0.0; k * k];
        for r in 0..times {
            multinomial.draw(&mut Stream::new(5, r, 0), &mut counts);
            assert_eq!(counts.iter().map(|c| u64::from(*c)).sum::<u64>(), draws);
            for i in 0..k {
                sums[i] += f64::from(counts[i]);
                (0..k).for_each(|j| products[i * k + j] += f64::from(counts[i]) * f64::from(counts[j]));
            }
        }
        let (n, times) = (draws as f64, times as f64);
        for i in 0..k {
            let p = sizes[i] as f64 / total;
            let sd = (n * p * (1.0 - p)).sqrt();
            assert!((sums[i] / times - n * p).abs() < 5.0 * sd / times.sqrt() + 1e-9, "mean of {i}");
            for j in 0..k {
                let q = sizes[j] as f64 / total;
                let wanted = if i == j { n * p * (1.0 - p) } else { -n * p * q };
                let got = products[i * k + j] / times - sums[i] * sums[j] / (times * times);
                let scale = sd * (n * q * (1.0 - q)).sqrt();
                assert!((got - wanted).abs() < 0.06 * scale + 1e-9, "{i} {j}: {got} for {wanted}");
            }
        }
    }

    #[test]
    fn one_by_one_and_in_bulk_have_the_moments_of_the_multinomial() {
        check(&[1, 3, 0, 6], 9, false);
        check(&[1; 7], 6, false);
        check(&[3, 50, 400, 2_000], 2_452, true);
        check(&[7], 400, true);
    }

    #[test]
    fn small_poisson_counts_come_up_as_often_as_they_should() {
        for mean in [0.3, 4.0, 9.99, 10.0, 37.0] {
            let poisson = Poisson::new(mean);
            let mut stream = Stream::new(9, 1, 0);
            let n = 100_000;
            let mut seen = [0.0; 120];
            (0..n).for_each(|_| seen[poisson.draw(&mut stream) as usize] += 1.0);
            let mut statistic = 0.0;
            let mut classes = 0.0;
            for (k, seen) in seen.iter().enumerate() {
                let log = k as f64 * libm::log(mean) - mean - libm::lgamma(k as f64 + 1.0);
                let wanted = f64::from(n) * libm::exp(log);
                if wanted > 5.0 {
                    statistic += (seen - wanted) * (seen - wanted) / wanted;
                    classes += 1.0;
                }
            }
            // Chi-square with about `classes` degrees of freedom.
            assert!(
                statistic < classes + 4.0 * (2.0_f64 * classes).sqrt(),
                "{mean}: {statistic} on {classes}"
            );
        }
    }
}
