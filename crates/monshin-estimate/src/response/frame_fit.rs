//! Respondents against the frame, class by class.

use crate::compare::{Test, pearson};

/// A class of the frame against the respondents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameLine {
    /// Share of the class in the frame, 0 to 1.
    pub frame: f64,
    /// Share of the class among respondents; `None` where nobody responded.
    pub respondents: Option<f64>,
    /// The one less the other, as a share: above 0 where the class is over-represented.
    pub difference: Option<f64>,
    /// The difference over its standard deviation if those who responded were a simple random part of
    /// the frame: beyond ±2 it is more than chance. `None` where there is nothing to vary.
    pub standardised: Option<f64>,
    /// Response rate of the class; `None` without units.
    pub response_rate: Option<f64>,
}

/// Respondents against the frame.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameFit {
    /// Class by class, in the order given.
    pub lines: Vec<FrameLine>,
    /// Pearson's X² of class by responded or not. `None` with fewer than two classes with units, and
    /// where nobody or everybody responded.
    pub test: Option<Test>,
}

/// Compares the units and the respondents of each class.
///
/// Standardised: (r_k − rN_k/N)/√(r·N_k/N·(1−N_k/N)·(1−r/N)), Pearson's standardised residual.
/// X² tests whether all classes respond alike, on (classes with units − 1) degrees of freedom.
/// R: `chisq.test(rbind(r, n - r), correct = FALSE)` with `$stdres`.
///
/// `None` where the two lists differ in length or a class has more respondents than units. An empty
/// frame gives shares of 0 and no test.
pub fn compare_with_frame(units: &[u64], respondents: &[u64]) -> Option<FrameFit> {
    if units.len() != respondents.len() || units.iter().zip(respondents).any(|(n, r)| r > n) {
        return None;
    }
    let (all, answered): (u64, u64) = (units.iter().sum(), respondents.iter().sum());
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let there: Vec<usize> = (0..units.len()).filter(|at| units[*at] > 0).collect();
    let row = |of: &dyn Fn(usize) -> u64| there.iter().map(|at| of(*at) as f64).collect::<Vec<f64>>();
    let table = [row(&|at| respondents[at]), row(&|at| units[at] - respondents[at])];
    let found = pearson(&table, false).ok();
    let standardised = |at: usize| {
        let column = there.iter().position(|one| *one == at)?;
        Some(found.as_ref()?.residuals[(0, column)])
    };
    let line = |(at, (n, r)): (usize, (&u64, &u64))| {
        let (frame, responded) = (share(*n, all).unwrap_or(0.0), share(*r, answered));
        FrameLine {
            frame,
            respondents: responded,
            difference: responded.map(|share| share - frame),
            standardised: standardised(at),
            response_rate: share(*r, *n),
        }
    };
    let lines = units.iter().zip(respondents).enumerate().map(line).collect();
    Some(FrameFit { lines, test: found.map(|found| found.test) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_chisq_test() {
        // R 4.2.2: chisq.test(rbind(c(40, 60, 50), c(360, 240, 150)), correct = FALSE); $stdres[1, ]
        let found = compare_with_frame(&[400, 300, 200], &[40, 60, 50]).expect("fits");
        let test = found.test.expect("varies");
        assert!((test.statistic - CHISQ).abs() < 1e-9 && (test.p_value - CHISQ_P).abs() < 1e-12);
        assert_eq!(test.df, 2.0);
        for (line, expected) in found.lines.iter().zip(STDRES) {
            assert!((line.standardised.expect("varies") - expected).abs() < 1e-9);
        }
        let over = found.lines[2].difference.expect("respondents");
        assert!((over - (50.0 / 150.0 - 200.0 / 900.0)).abs() < 1e-15);
    }

    const CHISQ: f64 = 25.2;
    const CHISQ_P: f64 = 3.372_015_234_139_179e-6;
    const STDRES: [f64; 3] = [-4.8, 1.897_366_596_101_028, 3.585_685_828_003_18];

    #[test]
    fn nobody_everybody_one_class_and_an_empty_class() {
        let nobody = compare_with_frame(&[5, 7], &[0, 0]).expect("fits");
        assert_eq!(
            (nobody.test, nobody.lines[0].respondents, nobody.lines[0].response_rate),
            (None, None, Some(0.0))
        );
        assert_eq!(compare_with_frame(&[5, 7], &[5, 7]).expect("fits").test, None);
        assert_eq!(compare_with_frame(&[5], &[2]).expect("fits").test, None);
        let gap = compare_with_frame(&[5, 0, 7], &[1, 0, 3]).expect("fits");
        assert!(gap.test.is_some_and(|test| test.df == 1.0));
        assert_eq!((gap.lines[1].standardised, gap.lines[1].response_rate), (None, None));
        assert_eq!(compare_with_frame(&[5], &[6]), None);
    }
}
