//! Exact multinomial counts at a cost that follows the classes, not the draws.

use crate::binomial::Binomial;
use crate::random::Stream;
use std::collections::BTreeMap;

/// Classes of more units than this are split off by binomials.
const LARGE: u64 = 128;

/// As many draws with replacement as there are units but one, over classes of given sizes.
///
/// Large classes are drawn by splitting: of the draws that fall on a node of a tree, a binomial count falls
/// on its left branch. One of the leaves stands for all small classes together. Those are drawn one by one
/// where there are about as many of them as draws; else as independent Poisson counts with a mean a little
/// short of the draws, which given their sum are multinomial, and what is then missing one by one; a sum
/// beyond the draws is drawn again. All of it is exact, and no step costs more where the classes are larger.
#[derive(Debug, Clone)]
pub(crate) struct Multinomial {
    draws: f64,
    splits: Splits,
    /// The classes of the leaves; the last leaf, where there are small classes, is all of them.
    large: Vec<u32>,
    small: Option<Small>,
}

/// What a draw needs room for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch {
    tree: Vec<f64>,
}

impl Multinomial {
    /// `draws` over classes of `sizes`, in proportion to them. The sizes add up to at least 1 and, like the
    /// draws, to at most 2⁵³.
    pub(crate) fn new(sizes: &[u64], draws: u64) -> Self {
        let places = 0..sizes.len() as u32;
        let (large, small): (Vec<u32>, Vec<u32>) = places.partition(|k| sizes[*k as usize] > LARGE);
        let mut leaves: Vec<u64> = large.iter().map(|k| sizes[*k as usize]).collect();
        let total: u64 = sizes.iter().sum();
        let together = total - leaves.iter().sum::<u64>();
        let small = (together > 0).then(|| {
            leaves.push(together);
            let expected = draws as f64 * (together as f64 / total as f64);
            // Where there are no large classes the draws of the small are not left to chance.
            let spread = if large.is_empty() { expected } else { 2.0 * expected };
            Small::new(small, sizes, expected, spread.sqrt())
        });
        Self { draws: draws as f64, splits: Splits::new(&leaves), large, small }
    }

    /// How often each class came up; the counts add up to the draws.
    pub(crate) fn draw(&self, stream: &mut Stream, counts: &mut [f64], scratch: &mut Scratch) {
        let leaves = self.splits.draw(self.draws, stream, &mut scratch.tree);
        self.large.iter().zip(leaves).for_each(|(k, count)| counts[*k as usize] = *count);
        if let Some(small) = &self.small {
            small.draw(leaves.last().copied().unwrap_or(0.0), stream, counts);
        }
    }
}

/// A tree whose node `i` has the branches `2i` and `2i + 1`; with m leaves these are the nodes from m on,
/// and 1 is the root.
#[derive(Debug, Clone)]
struct Splits {
    /// Share of each inner node that falls on its left branch; at 0 nothing.
    left: Vec<Binomial>,
    leaves: usize,
}

impl Splits {
    fn new(leaves: &[u64]) -> Self {
        let m = leaves.len();
        let mut sizes = vec![0; m];
        sizes.extend_from_slice(leaves);
        for node in (1..m).rev() {
            sizes[node] = sizes[2 * node] + sizes[2 * node + 1];
        }
        let left = |node: usize| match node {
            0 => Binomial::of(0, 0),
            _ => Binomial::of(sizes[2 * node], sizes[node]),
        };
        Self { left: (0..m).map(left).collect(), leaves: m }
    }

    fn draw<'t>(&self, draws: f64, stream: &mut Stream, tree: &'t mut Vec<f64>) -> &'t [f64] {
        let m = self.leaves;
        tree.resize((2 * m).max(2), 0.0);
        tree[1] = draws;
        for node in 1..m {
            let all = tree[node];
            let left = self.left[node].draw(all, stream);
            tree[2 * node] = left;
            tree[2 * node + 1] = all - left;
        }
        &tree[m..2 * m]
    }
}

/// Classes of at most [`LARGE`] units.
#[derive(Debug, Clone)]
struct Small {
    classes: Vec<u32>,
    alias: Alias,
    /// Mean of all Poisson counts together; 0 where drawing one by one is cheaper.
    mean: f64,
    /// The distribution of each class among `tables`.
    kind: Vec<u32>,
    tables: Vec<Poisson>,
}

impl Small {
    /// For about `expected` draws, give or take `deviation`.
    fn new(classes: Vec<u32>, sizes: &[u64], expected: f64, deviation: f64) -> Self {
        let own: Vec<u64> = classes.iter().map(|k| sizes[*k as usize]).collect();
        let total: u64 = own.iter().sum();
        // What is missing is drawn one by one, what is too much is drawn again: the more classes there are,
        // the more that costs.
        let margin = if own.len() as f64 > 0.2 * deviation { 2.0 } else { 0.5 };
        let mean = (expected - margin * deviation).max(0.0);
        let in_bulk = mean > own.len() as f64;
        let (mut kind, mut tables) = (Vec::new(), Vec::new());
        if in_bulk {
            let mut places = BTreeMap::new();
            for size in &own {
                kind.push(*places.entry(*size).or_insert_with(|| {
                    tables.push(Poisson::new(mean * *size as f64 / total as f64));
                    tables.len() as u32 - 1
                }));
            }
        }
        Self { classes, alias: Alias::new(&own), mean: if in_bulk { mean } else { 0.0 }, kind, tables }
    }

    fn draw(&self, draws: f64, stream: &mut Stream, counts: &mut [f64]) {
        let mut left = draws;
        loop {
            // Far fewer draws than expected would be met once in an age of trying: they are made one by one.
            if self.mean == 0.0 || self.mean > draws {
                self.classes.iter().for_each(|k| counts[*k as usize] = 0.0);
                break;
            }
            let mut sum = 0;
            for (k, kind) in self.classes.iter().zip(&self.kind) {
                let drawn = self.tables[*kind as usize].draw(stream);
                sum += drawn;
                counts[*k as usize] = drawn as f64;
            }
            if sum as f64 <= draws {
                left -= sum as f64;
                break;
            }
        }
        for _ in 0..left as u64 {
            counts[self.classes[self.alias.draw(stream)] as usize] += 1.0;
        }
    }
}

/// Poisson counts of one mean, from a table of all that 53 bits can tell from never.
#[derive(Debug, Clone)]
struct Poisson {
    first: u64,
    alias: Alias,
}

impl Poisson {
    /// For means up to a few hundred: the table has some 20 √mean entries.
    fn new(mean: f64) -> Self {
        const WHOLE: f64 = (1_u64 << 53) as f64;
        let mode = mean.floor();
        // From the mode outwards, as far as a mass is one of 2⁵³.
        let at_mode = WHOLE * libm::exp(mode * libm::log(mean) - mean - libm::lgamma(mode + 1.0));
        let mut sizes = Vec::new();
        let (mut mass, mut k) = (at_mode, mode);
        while mass >= 0.5 {
            sizes.push(mass.round() as u64);
            mass *= k / mean;
            k -= 1.0;
        }
        let first = mode as u64 + 1 - sizes.len() as u64;
        sizes.reverse();
        (mass, k) = (at_mode * mean / (mode + 1.0), mode + 1.0);
        while mass >= 0.5 {
            sizes.push(mass.round() as u64);
            k += 1.0;
            mass *= mean / k;
        }
        Self { first, alias: Alias::new(&sizes) }
    }

    fn draw(&self, stream: &mut Stream) -> u64 {
        self.first + self.alias.draw(stream) as u64
    }
}

/// Classes drawn in proportion to their sizes, each draw from one random number (Walker 1977; Vose 1991).
#[derive(Debug, Clone)]
struct Alias {
    slots: Vec<Slot>,
}

/// A slot of equal width for each class, shared with another one.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// Part of the slot's width, in units of 2⁻⁶⁴, that is the slot's own class.
    own: u64,
    /// Its own class and the other.
    classes: [u32; 2],
}

impl Alias {
    fn new(sizes: &[u64]) -> Self {
        let count = sizes.len();
        let total: u128 = sizes.iter().map(|s| u128::from(*s)).sum();
        // In whole numbers: each slot is `total` wide, each class `size × slots`.
        let mut width: Vec<u128> = sizes.iter().map(|s| u128::from(*s) * count as u128).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..count).partition(|&i| width[i] < total);
        let mut slots: Vec<Slot> =
            (0..count as u32).map(|k| Slot { own: u64::MAX, classes: [k, k] }).collect();
        while let (Some(&to), Some(from)) = (large.last(), small.pop()) {
            let own = width[from] as f64 / total as f64 * 18_446_744_073_709_551_616.0;
            slots[from] = Slot { own: own as u64, classes: [from as u32, to as u32] };
            width[to] -= total - width[from];
            if width[to] < total {
                large.pop();
                small.push(to);
            }
        }
        Self { slots }
    }

    fn draw(&self, stream: &mut Stream) -> usize {
        let product = u128::from(stream.bits()) * self.slots.len() as u128;
        let place = (product >> 64) as usize;
        let slot = &self.slots[place];
        // Looked up, for no processor guesses which way a branch on chance goes.
        slot.classes[usize::from(product as u64 >= slot.own)] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::gamma::chi_square;

    /// Mean and covariance of the counts against n p and n (diag p − pp').
    fn check(sizes: &[u64], draws: u64) {
        let multinomial = Multinomial::new(sizes, draws);
        let (k, times, total) = (sizes.len(), 20_000, sizes.iter().sum::<u64>() as f64);
        let (mut counts, mut scratch) = (vec![0.0; k], Scratch::default());
        let mut sums = vec![0.0; k];
        let mut products = vec![0.0; k * k];
        let centre: Vec<f64> = sizes.iter().map(|s| (draws as f64 * *s as f64 / total).floor()).collect();
        for r in 0..times {
            multinomial.draw(&mut Stream::new(5, r, 0), &mut counts, &mut scratch);
            assert_eq!(counts.iter().sum::<f64>(), draws as f64);
            for i in 0..k {
                sums[i] += counts[i] - centre[i];
                (0..k).for_each(|j| products[i * k + j] += (counts[i] - centre[i]) * (counts[j] - centre[j]));
            }
        }
        let (n, times) = (draws as f64, times as f64);
        for i in 0..k {
            let p = sizes[i] as f64 / total;
            let sd = (n * p * (1.0 - p)).sqrt();
            let off = sums[i] / times + centre[i] - n * p;
            assert!(off.abs() < 5.0 * sd / times.sqrt() + 1e-9, "mean of {i}: {off}");
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
    fn small_and_large_classes_have_the_moments_of_the_multinomial() {
        check(&[1, 3, 0, 6], 9);
        check(&[1; 7], 6);
        check(&[7], 400);
        check(&[3, 50, 400, 2_000], 2_452);
        check(&[60, 61, 62, 5, 64, 1], 252);
        check(&[165, 166, 1, 1, 1, 1, 40], 374);
        check(&[128, 129, 127, 128], 511);
        check(&[900_000_000_000, 1, 80_000_000_000, 30], 980_000_000_030);
    }

    #[test]
    fn without_units_or_draws_nothing_comes_up() {
        let mut counts = [9.0; 3];
        for (sizes, draws) in [([1, 0, 0], 0), ([0, 500, 0], 0), ([170, 180, 190], 0)] {
            Multinomial::new(&sizes, draws).draw(
                &mut Stream::new(1, 1, 1),
                &mut counts,
                &mut Scratch::default(),
            );
            assert_eq!(counts, [0.0; 3]);
        }
        Multinomial::new(&[0, 500, 0], 7).draw(
            &mut Stream::new(1, 1, 1),
            &mut counts,
            &mut Scratch::default(),
        );
        assert_eq!(counts, [0.0, 7.0, 0.0]);
    }

    /// Every outcome of three draws over three classes against its exact probability.
    #[test]
    fn every_outcome_comes_up_as_often_as_it_should() {
        let sizes = [1_u64, 2, 4];
        // Once with small classes, once with large ones of the same proportions.
        for unit in [1, 200] {
            let multinomial = Multinomial::new(&sizes.map(|s| s * unit), 3);
            let mut seen = BTreeMap::<[u64; 3], f64>::new();
            let (mut counts, mut scratch, times) = ([0.0; 3], Scratch::default(), 100_000);
            for r in 0..times {
                multinomial.draw(&mut Stream::new(8, r, unit), &mut counts, &mut scratch);
                *seen.entry(counts.map(|c| c as u64)).or_insert(0.0) += 1.0;
            }
            assert_eq!(seen.len(), 10);
            let factorial = |k: u64| (1..=k).product::<u64>() as f64;
            let mut statistic = 0.0;
            for (outcome, seen) in &seen {
                let ways = 6.0 / outcome.iter().map(|k| factorial(*k)).product::<f64>();
                let chance = |(size, k): (&u64, &u64)| libm::pow(*size as f64 / 7.0, *k as f64);
                let wanted = times as f64 * ways * sizes.iter().zip(outcome).map(chance).product::<f64>();
                statistic += (seen - wanted) * (seen - wanted) / wanted;
            }
            assert!(chi_square(statistic, 9.0).upper > 1e-4, "{unit}: {statistic}");
        }
    }

    #[test]
    fn poisson_counts_come_up_as_often_as_they_should() {
        for mean in [0.001, 0.3, 4.0, 37.0, 127.9] {
            let poisson = Poisson::new(mean);
            let mut stream = Stream::new(9, 1, 0);
            let n = 100_000;
            let mut seen = [0.0; 300];
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
