//! Counter-based random numbers: what a stream yields depends on its name alone.

/// A stream of random bits named by a seed and two counters (SplitMix64 from a mixed start).
#[derive(Debug, Clone)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of `(seed, a, b)`, for instance seed, replicate, stratum.
    pub fn new(seed: u64, a: u64, b: u64) -> Self {
        let state = mix(mix(mix(seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_add(a)).wrapping_add(b));
        Self { state }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform below `n`, without bias; 0 for n = 0.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        // Lemire 2019: the high half of a product, the biased low part drawn again.
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            if product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as u64;
            }
        }
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_come_up_equally_often() {
        let mut stream = Stream::new(1, 2, 3);
        let mut seen = [0_i32; 7];
        (0..70_000).for_each(|_| seen[stream.below(7) as usize] += 1);
        assert!(seen.iter().all(|n| (n - 10_000).abs() < 400), "{seen:?}");
    }

    #[test]
    fn streams_of_neighbouring_names_differ() {
        assert_ne!(Stream::new(1, 0, 1).bits(), Stream::new(1, 1, 0).bits());
    }
}
