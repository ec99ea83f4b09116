//! Exact binomial counts at a cost that does not follow the number of trials.

use crate::random::Stream;

/// From this mean on counts are drawn by rejection, below by inversion.
const BY_REJECTION: f64 = 10.0;

/// Trials of one probability; their number comes with each draw.
///
/// Few expected successes are drawn by inversion, more by Hörmann's transformed rejection (1993, BTRS).
/// Both are exact. The number of trials may be any whole number up to 2⁵³.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binomial {
    /// The smaller of p and 1 − p.
    p: f64,
    /// Whether that is the probability of a failure.
    is_of_failure: bool,
    /// p/(1−p) and ln(1−p).
    odds: f64,
    log_rest: f64,
}

impl Binomial {
    /// Successes of weight `part` in `whole`, for 0 ≤ part ≤ whole; where both are 0, none.
    pub(crate) fn of(part: u64, whole: u64) -> Self {
        let rest = whole - part;
        let (smaller, is_of_failure) = if part <= rest { (part, false) } else { (rest, true) };
        let p = if whole == 0 { 0.0 } else { smaller as f64 / whole as f64 };
        Self { p, is_of_failure, odds: p / (1.0 - p), log_rest: libm::log1p(-p) }
    }

    /// Successes in `trials`.
    pub(crate) fn draw(&self, trials: f64, stream: &mut Stream) -> f64 {
        let count = if self.p == 0.0 || trials == 0.0 {
            0.0
        } else if trials * self.p < BY_REJECTION {
            self.by_inversion(trials, stream)
        } else {
            self.by_rejection(trials, stream)
        };
        if self.is_of_failure { trials - count } else { count }
    }

    fn by_inversion(&self, trials: f64, stream: &mut Stream) -> f64 {
        let mut rest = stream.unit();
        let mut mass = libm::exp(trials * self.log_rest);
        let mut k = 0.0;
        // Beyond 200 there is nothing but rounding left of a mean below 10.
        while rest >= mass && k < trials && k < 200.0 {
            rest -= mass;
            mass *= self.odds * (trials - k) / (k + 1.0);
            k += 1.0;
        }
        k
    }

    fn by_rejection(&self, trials: f64, stream: &mut Stream) -> f64 {
        let (n, p) = (trials, self.p);
        let variance = n * p * (1.0 - p);
        let deviation = variance.sqrt();
        let b = 1.15 + 2.53 * deviation;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let inverse = 1.0 / b;
        loop {
            let u = stream.unit() - 0.5;
            let v = stream.unit();
            let us = 0.5 - u.abs();
            let k = down((2.0 * a / us + b) * u + n * p + 0.5);
            if us >= 0.07 && v <= 0.92 - 4.2 * inverse {
                return k;
            }
            if k < 0.0 || k > n {
                continue;
            }
            let hat = libm::log(v * (2.83 + 5.1 * inverse) * deviation / (a / (us * us) + b));
            let mode = down((n + 1.0) * p);
            // Most are told by how near the normal comes (Kachitvichyanukul and Schmeiser 1988, step 5.2).
            let d = (k - mode).abs();
            if d > 20.0 && d < 0.5 * variance - 1.0 {
                let off = d / variance * ((d * (d / 3.0 + 0.625) + 1.0 / 6.0) / variance + 0.5);
                let normal = -0.5 * d * d / variance;
                if hat < normal - off {
                    return k;
                }
                if hat > normal + off {
                    continue;
                }
            }
            if hat <= self.log_ratio(n, mode, k) {
                return k;
            }
        }
    }

    /// ln of P(X = k) over P(X = mode). In differences from the mode, so that nothing cancels however large
    /// the number of trials is.
    fn log_ratio(&self, n: f64, mode: f64, k: f64) -> f64 {
        let d = k - mode;
        let at_mode = libm::log(self.odds * ((n - mode + 1.0) / (mode + 1.0)));
        let failures = libm::log1p(d / (n - k + 1.0));
        let successes = libm::log1p(d / (mode + 1.0));
        d * at_mode + (n - k + 0.5) * failures - (k + 0.5) * successes + tail(mode) + tail(n - mode)
            - tail(k)
            - tail(n - k)
    }
}

/// The whole number at or below, without the call that `floor` is where the processor may have no such step.
fn down(x: f64) -> f64 {
    let cut = x as i64 as f64;
    if cut > x { cut - 1.0 } else { cut }
}

/// ln k! − [(k + ½) ln(k + 1) − (k + 1) + ln √(2π)], for whole k.
fn tail(k: f64) -> f64 {
    const SMALL: [f64; 10] = [
        0.081_061_466_795_327_26,
        0.041_340_695_955_409_29,
        0.027_677_925_684_998_34,
        0.020_790_672_103_765_09,
        0.016_644_691_189_821_19,
        0.013_876_128_823_070_75,
        0.011_896_709_945_891_77,
        0.010_411_265_261_972_09,
        0.009_255_462_182_712_733,
        0.008_330_563_433_362_87,
    ];
    if k < 10.0 {
        return SMALL[k as usize];
    }
    let inverse = 1.0 / (k + 1.0);
    let square = inverse * inverse;
    (1.0 / 12.0 - (1.0 / 360.0 - square / 1260.0) * square) * inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::beta::{binomial, binomial_pmf};
    use crate::special::gamma::chi_square;

    /// Chi-square of the counts against their exact probabilities, classes of fewer than five expected
    /// draws put together.
    #[track_caller]
    fn check(part: u64, whole: u64, n: u64) {
        let sampler = Binomial::of(part, whole);
        let (p, times) = (part as f64 / whole as f64, 200_000);
        let mut stream = Stream::new(17, part, n);
        let mut seen = std::collections::BTreeMap::<u64, f64>::new();
        for _ in 0..times {
            let k = sampler.draw(n as f64, &mut stream);
            assert!((0.0..=n as f64).contains(&k) && k.fract() == 0.0, "{k} of {n}");
            *seen.entry(k as u64).or_insert(0.0) += 1.0;
        }
        let (first, last) = (*seen.keys().next().expect("draws"), *seen.keys().last().expect("draws"));
        let (mut statistic, mut classes, mut held, mut wanted) = (0.0, 0.0, 0.0, 0.0);
        for k in first..=last {
            held += seen.get(&k).copied().unwrap_or(0.0);
            wanted += f64::from(times) * binomial_pmf(k, n, p);
            if wanted >= 5.0 {
                statistic += (held - wanted) * (held - wanted) / wanted;
                classes += 1.0;
                (held, wanted) = (0.0, 0.0);
            }
        }
        let beyond =
            binomial(last, n, p).upper + if first > 0 { binomial(first - 1, n, p).lower } else { 0.0 };
        assert!(beyond * f64::from(times) < 20.0, "n {n}, p {p}: nothing outside {first}..{last}");
        if classes > 1.0 {
            let p_value = chi_square(statistic, classes - 1.0).upper;
            assert!(p_value > 1e-4, "n {n}, p {p}: {statistic} on {classes} classes, p-value {p_value}");
        }
    }

    #[test]
    fn counts_come_up_as_often_as_they_should() {
        for (part, whole, n) in [
            (1, 2, 1),
            (1, 3, 7),
            (2, 5, 24),
            (1, 2, 20),
            (1, 2, 21),
            (1, 100, 999),
            (1, 100, 1_000),
            (1, 100, 1_001),
            (9, 10, 150),
            (3, 10, 40),
            (49, 100, 5_000),
            (1, 1_000, 100_000),
        ] {
            check(part, whole, n);
        }
    }

    #[test]
    fn what_is_certain_takes_no_chance() {
        let mut stream = Stream::new(1, 1, 1);
        for n in [0.0, 1.0, 17.0, 9e15] {
            assert_eq!(Binomial::of(0, 5).draw(n, &mut stream), 0.0);
            assert_eq!(Binomial::of(5, 5).draw(n, &mut stream), n);
            assert_eq!(Binomial::of(0, 0).draw(n, &mut stream), 0.0);
        }
        assert_eq!(Binomial::of(1, 2).draw(0.0, &mut stream), 0.0);
        let one: Vec<f64> = (0..50).map(|_| Binomial::of(1, 2).draw(1.0, &mut stream)).collect();
        assert!(one.contains(&0.0) && one.contains(&1.0));
    }

    /// Of 1e6 to 4e15 trials the counts are too many to tabulate: their tails by the normal are held
    /// against those of the exact distribution, twenty classes of equal probability.
    #[test]
    fn huge_numbers_of_trials_keep_their_distribution() {
        for (part, whole, n) in
            [(1, 2, 1_000_000_u64), (3, 1_000, 4_000_000_000), (1, 7, 4_000_000_000_000_000)]
        {
            let sampler = Binomial::of(part, whole);
            let (p, size) = (part as f64 / whole as f64, n as f64);
            let sd = (size * p * (1.0 - p)).sqrt();
            let mut stream = Stream::new(23, part, n);
            let mut seen = [0.0; 20];
            for _ in 0..100_000 {
                let k = sampler.draw(size, &mut stream);
                // From 1e9 on the normal is the binomial to five digits; below, the exact tail serves.
                let at = if n < 10_000_000 {
                    binomial(k as u64, n, p).lower - 0.5 * binomial_pmf(k as u64, n, p)
                } else {
                    crate::special::normal::tails((k - size * p) / sd).lower
                };
                seen[((at * 20.0) as usize).min(19)] += 1.0;
            }
            let statistic: f64 = seen.iter().map(|s| (s - 5_000.0_f64).powi(2) / 5_000.0).sum();
            assert!(chi_square(statistic, 19.0).upper > 1e-4, "{n}: {statistic} {seen:?}");
        }
    }

    #[test]
    fn the_error_of_stirling_is_that_of_the_factorial() {
        for k in [0.0, 3.0, 9.0, 10.0, 11.0, 40.0] {
            let exact =
                libm::lgamma(k + 1.0) - (k + 0.5) * libm::log(k + 1.0) + k + 1.0 - 0.918_938_533_204_672_8;
            assert!((tail(k) - exact).abs() < 2e-10 + 1e-14 * k, "{k}: {} for {exact}", tail(k));
        }
    }
}
