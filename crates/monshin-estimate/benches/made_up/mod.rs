//! Made-up data that the benches and the R script beside them both work on.

use monshin_estimate::Stream;

pub const QUESTIONS: usize = 8;

/// Answers of `n` institutions to eight yes/no questions, with their classes of beds (8) and founder (13).
pub struct Survey {
    pub yes: Vec<[bool; QUESTIONS]>,
    pub beds: Vec<u32>,
    pub founder: Vec<u32>,
}

impl Survey {
    pub fn made_up(n: usize) -> Self {
        let mut stream = Stream::new(1, n as u64, 0);
        let mut class = |k: u64| (0..n).map(|_| stream.below(k) as u32).collect::<Vec<u32>>();
        let (beds, founder) = (class(8), class(13));
        let mut stream = Stream::new(2, n as u64, 0);
        let yes = (0..n).map(|_| std::array::from_fn(|q| stream.unit() < 0.1 + 0.1 * q as f64)).collect();
        Self { yes, beds, founder }
    }

    /// What each answer weighs in the weighted tables.
    pub fn weights(&self) -> Vec<f64> {
        self.beds.iter().map(|b| 20.0 + f64::from(*b)).collect()
    }
}

/// Respondents' classes in five margins of 8, 13, 47, 6 and 3 levels, and totals to rake to.
pub struct Margins {
    pub levels: Vec<Vec<u32>>,
    pub totals: Vec<Vec<f64>>,
}

impl Margins {
    pub fn made_up(n: usize) -> Self {
        let sizes = [8_u64, 13, 47, 6, 3];
        let mut stream = Stream::new(3, n as u64, 0);
        let levels: Vec<Vec<u32>> =
            sizes.iter().map(|k| (0..n).map(|_| stream.below(*k) as u32).collect()).collect();
        let totals = sizes
            .iter()
            .zip(&levels)
            .map(|(k, level)| {
                let mut sums = vec![0.0; *k as usize];
                level.iter().for_each(|l| sums[*l as usize] += 1.0);
                sums.iter_mut().for_each(|s| *s *= 0.6 + 0.8 * stream.unit());
                let scale = n as f64 / sums.iter().sum::<f64>();
                sums.iter().map(|s| s * scale).collect()
            })
            .collect();
        Self { levels, totals }
    }
}
