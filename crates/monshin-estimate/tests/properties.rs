//! What must hold for every input: sums, scales, known counts, full censuses, and no NaN anywhere.

use monshin_estimate::design::{Population, Stage};
use monshin_estimate::weights::{Margin, Raking, kish_design_effect, poststratify, rake_rows};
use monshin_estimate::{
    Cell, Design, Estimate, IntervalMethod, Lonely, Precision, Sample, Statistic, clopper_pearson,
    proportion, proportion_of_population, quantile,
};
use proptest::prelude::*;

const METHODS: [IntervalMethod; 6] = [
    IntervalMethod::Wilson,
    IntervalMethod::WilsonContinuity,
    IntervalMethod::ClopperPearson,
    IntervalMethod::MidP,
    IntervalMethod::AgrestiCoull,
    IntervalMethod::None,
];

/// Rows of (answer 0–3, stratum 0–2, weight).
fn rows() -> impl Strategy<Value = Vec<(usize, u32, f64)>> {
    prop::collection::vec((0..4_usize, 0..3_u32, 0.01..100.0_f64), 2..60)
}

fn design(rows: &[(usize, u32, f64)], scale: f64) -> Design {
    let weights: Vec<f64> = rows.iter().map(|r| scale * r.2).collect();
    let strata = Some(rows.iter().map(|r| r.1).collect());
    let stage = Stage { strata, ..Stage::default() };
    Design::new(Sample::rows(&weights).expect("weights"), &[stage], Lonely::Adjust).expect("a design")
}

fn shares(rows: &[(usize, u32, f64)], scale: f64) -> Vec<Estimate> {
    let precision = Precision::Linearised(design(rows, scale));
    let all = vec![true; rows.len()];
    (0..4)
        .map(|k| {
            let holds: Vec<bool> = rows.iter().map(|r| r.0 == k).collect();
            precision.share(&holds, &all, 0.95, None)
        })
        .collect()
}

fn is_sound(estimate: &Estimate) -> bool {
    match estimate {
        Estimate::NotEstimable { .. } => true,
        Estimate::Point { value, se, interval, .. } => {
            !value.is_nan()
                && se.is_none_or(|se| se >= 0.0)
                && interval.lower <= interval.upper
                && interval.lower <= *value + 1e-12
                && *value <= interval.upper + 1e-12
        }
    }
}

proptest! {
    #[test]
    fn shares_of_all_answers_add_up_to_one(rows in rows()) {
        let sum: f64 = shares(&rows, 1.0).iter().filter_map(Estimate::value).sum();
        prop_assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    }

    #[test]
    fn the_unit_of_the_weights_changes_no_share_and_no_interval(rows in rows(), power in -100..100_i32) {
        let scale = 2.0_f64.powi(power);
        for (a, b) in shares(&rows, 1.0).iter().zip(shares(&rows, scale)) {
            prop_assert!(is_sound(a) && is_sound(&b));
            let close = |x: Option<f64>, y: Option<f64>| match (x, y) {
                (Some(x), Some(y)) => (x - y).abs() <= 1e-9 * (1.0 + x.abs()),
                (x, y) => x.is_none() == y.is_none(),
            };
            prop_assert!(close(a.value(), b.value()) && close(a.se(), b.se()), "{a:?} {b:?}");
            prop_assert!(close(a.interval().map(|i| i.lower), b.interval().map(|i| i.lower)), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_full_census_has_no_standard_error(rows in rows()) {
        let mut counts = [0.0; 3];
        rows.iter().for_each(|r| counts[r.1 as usize] += 1.0);
        let population = Population::Count(rows.iter().map(|r| counts[r.1 as usize]).collect());
        let strata = Some(rows.iter().map(|r| r.1).collect());
        let stage = Stage { strata, population, ..Stage::default() };
        let sample = Sample::rows(&vec![1.0; rows.len()]).expect("weights");
        let design = Design::new(sample, &[stage], Lonely::Fail).expect("a design");
        let total = Statistic::total(rows.iter().map(|r| r.2).collect());
        let estimates = Precision::Linearised(design).estimate(&[total]).expect("a total");
        prop_assert_eq!(estimates.se(0), 0.0);
    }

    #[test]
    fn cells_give_what_their_rows_give(rows in rows()) {
        let statistic = |answers: Vec<usize>| {
            Statistic::share(&answers.iter().map(|a| *a == 0).collect::<Vec<bool>>())
        };
        let of = |sample: Sample, strata: Vec<u32>, answers: Vec<usize>| {
            let stage = Stage { strata: Some(strata), ..Stage::default() };
            let design = Design::new(sample, &[stage], Lonely::Certainty).expect("a design");
            let base = answers.len();
            (Precision::Linearised(design).estimate(&[statistic(answers)]), base)
        };
        let weights: Vec<f64> = rows.iter().map(|r| r.2).collect();
        let (by_row, _) = of(
            Sample::rows(&weights).expect("weights"),
            rows.iter().map(|r| r.1).collect(),
            rows.iter().map(|r| r.0).collect(),
        );
        let mut keys: Vec<(usize, u32)> = rows.iter().map(|r| (r.0, r.1)).collect();
        keys.sort_unstable();
        keys.dedup();
        let cell = |key: &(usize, u32)| {
            let inside: Vec<f64> =
                rows.iter().filter(|r| (r.0, r.1) == *key).map(|r| r.2).collect();
            Cell {
                n: inside.len() as u64,
                weight: inside.iter().sum(),
                square: inside.iter().map(|w| w * w).sum(),
            }
        };
        let cells: Vec<Cell> = keys.iter().map(cell).collect();
        let (by_cell, _) = of(
            Sample::cells(&cells).expect("cells"),
            keys.iter().map(|k| k.1).collect(),
            keys.iter().map(|k| k.0).collect(),
        );
        match (by_row, by_cell) {
            (Ok(a), Ok(b)) => {
                prop_assert!((a.values[0] - b.values[0]).abs() < 1e-12);
                prop_assert!((a.se(0) - b.se(0)).abs() < 1e-9 * (1.0 + a.se(0)), "{} {}", a.se(0), b.se(0));
                prop_assert_eq!((&a.bases, a.df), (&b.bases, b.df));
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    #[test]
    fn post_strata_reproduce_the_known_counts(
        weights in prop::collection::vec(0.01..100.0_f64, 3..40),
        totals in prop::array::uniform3(1.0..1e6_f64),
    ) {
        let class: Vec<usize> = (0..weights.len()).map(|i| i % 3).collect();
        let new = poststratify(&weights, &class, &totals).expect("every class has a row");
        for (k, total) in totals.iter().enumerate() {
            let sum: f64 = new.iter().zip(&class).filter(|(_, c)| **c == k).map(|(w, _)| w).sum();
            prop_assert!((sum / total - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn raking_meets_both_margins_or_says_which_clash(
        rows in prop::collection::vec((0..3_u32, 0..2_u32, 0.1..10.0_f64), 4..60),
        first in prop::array::uniform3(1.0..10.0_f64),
        split in 0.2..0.8_f64,
    ) {
        let a: Vec<u32> = rows.iter().map(|r| r.0).collect();
        let b: Vec<u32> = rows.iter().map(|r| r.1).collect();
        let total: f64 = first.iter().sum();
        let second = [split * total, total - split * total];
        let margins =
            [Margin { levels: &a, totals: &first }, Margin { levels: &b, totals: &second }];
        let weights: Vec<f64> = rows.iter().map(|r| r.2).collect();
        if let Ok((new, report)) = rake_rows(&weights, &margins, &Raking::default()) {
            prop_assert!(report.worst_error <= 1e-9);
            for (levels, totals) in [(&a, &first[..]), (&b, &second[..])] {
                for (k, total) in totals.iter().enumerate() {
                    let sum: f64 =
                        new.iter().zip(levels).filter(|(_, l)| **l as usize == k).map(|(w, _)| w).sum();
                    prop_assert!((sum / total - 1.0).abs() < 1e-7, "{sum} {total}");
                }
            }
        }
    }

    #[test]
    fn every_interval_holds_its_share_and_stays_inside(n in 1..5_000_u64, x in 0..5_000_u64, level in 0.01..0.999_f64) {
        let x = x.min(n);
        for method in METHODS {
            let share = proportion(x, n, level, method);
            prop_assert!(is_sound(&share), "{share:?}");
            let i = share.interval().expect("there is a base");
            prop_assert!(i.lower >= 0.0 && i.upper <= 1.0, "{share:?}");
        }
        prop_assert!(is_sound(&proportion_of_population(x, n, 2 * n, level)));
    }

    #[test]
    fn degenerate_input_never_panics_and_never_gives_nan(
        x in any::<u64>(),
        n in any::<u64>(),
        level in prop::num::f64::ANY,
        p in prop::num::f64::ANY,
        pairs in prop::collection::vec((prop::num::f64::ANY, prop::num::f64::ANY), 0..5),
    ) {
        // Inverting tails of bases beyond 2^40 takes its time and no survey has them.
        let (x, n) = (x >> 24, n >> 24);
        for method in [IntervalMethod::Wilson, IntervalMethod::AgrestiCoull, IntervalMethod::Woodruff] {
            prop_assert!(is_sound(&proportion(x, n, level, method)));
        }
        if let Ok(y) = quantile(&pairs, p) {
            prop_assert!(y.is_finite());
        }
        prop_assert!(is_sound(&monshin_estimate::mean(&pairs, level)));
        let weights: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
        prop_assert!(kish_design_effect(&weights).is_none_or(|d| d >= 1.0 - 1e-9));
        let (values, weights): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        if let Ok(sample) = Sample::rows(&weights) {
            let precision = Precision::Linearised(Design::simple(sample));
            if let Ok(estimates) = precision.estimate(&[Statistic::mean(values)]) {
                prop_assert!(is_sound(&estimates.wald(0, 0.95, estimates.df)), "{estimates:?}");
            }
        }
    }

    #[test]
    fn weights_over_thirty_orders_of_magnitude_leave_sound_shares(
        exponents in prop::collection::vec(-15.0..15.0_f64, 2..30),
    ) {
        let weights: Vec<f64> = exponents.iter().map(|e| libm::pow(10.0, *e)).collect();
        let precision = Precision::Linearised(Design::simple(Sample::rows(&weights).expect("weights")));
        let holds: Vec<bool> = (0..weights.len()).map(|i| i % 2 == 0).collect();
        let share = precision.share(&holds, &vec![true; weights.len()], 0.95, None);
        prop_assert!(is_sound(&share), "{share:?}");
    }

    #[test]
    fn more_answers_never_widen_the_exact_interval(n in 2..400_u64, k in 0..5_u64) {
        let x = n * k / 5;
        let width = |f: f64| {
            let (low, high) = clopper_pearson(f * x as f64, f * n as f64, 0.95);
            high - low
        };
        prop_assert!(width(4.0) < width(1.0));
    }
}
