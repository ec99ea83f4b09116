//! Whatever comes in (weights of nothing, of 1e15, of NaN; clusters of one; empty domains; totals of 0),
//! what goes out is a number or the reason why there is none.

use monshin_estimate::compare::{
    TableStatistic, Ties, TwoWay, cochran_armitage, fisher_2x2, fisher_rxc, linear_regression,
    logistic_regression, newcombe, paired_waves, pearson, rank_test, two_sample,
};
use monshin_estimate::design::{Population, Stage, Units};
use monshin_estimate::weights::{
    Distance, Margin, Raking, UnequalTotals, calibrate, kish_design_effect, poststratify, rake_rows,
    trim_once,
};
use monshin_estimate::{
    Bootstrap, Comparison, Design, Estimate, IntervalMethod, Lonely, Precision, QuantileInterval,
    QuantileRule, Replicates, Sample, Statistic, Sums, clopper_pearson, design_effect, design_quantile,
    hypergeometric_exact, mid_p, wilson,
};
use proptest::prelude::*;

const METHODS: [Option<IntervalMethod>; 8] = [
    None,
    Some(IntervalMethod::Wilson),
    Some(IntervalMethod::KornGraubard),
    Some(IntervalMethod::Logit),
    Some(IntervalMethod::Arcsine),
    Some(IntervalMethod::Likelihood),
    Some(IntervalMethod::Wald),
    Some(IntervalMethod::ClopperPearson),
];

/// Weights as a file could hold them.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.1..10.0_f64,
        1 => Just(0.0),
        1 => Just(1e15),
        1 => Just(1e-15),
        1 => Just(1.0),
    ]
}

/// A number that a file of weights must not hold, or that is far out.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => weight(),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(-1.0),
        1 => Just(f64::MAX),
        1 => Just(f64::MIN_POSITIVE),
    ]
}

/// One row: weight, stratum, cluster, answer, class, in the domain.
type Row = (f64, u32, u32, usize, usize, bool);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((weight(), 0..3_u32, 0..5_u32, 0..3_usize, 0..3_usize, any::<bool>()), 0..14)
}

fn designs(rows: &[Row], lonely: Lonely) -> Vec<Design> {
    let weights: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let sample = Sample::rows(&weights).expect("finite weights that are not negative");
    let strata = Some(rows.iter().map(|r| r.1).collect());
    let units = Units::Labels(rows.iter().map(|r| r.2).collect());
    let of = |stages: &[Stage]| Design::new(sample.clone(), stages, lonely).expect("a design");
    let census = Population::Fraction(vec![1.0; rows.len()]);
    vec![
        Design::simple(sample.clone()),
        of(&[Stage { strata: strata.clone(), ..Stage::default() }]),
        of(&[Stage { strata: strata.clone(), units: units.clone(), ..Stage::default() }]),
        of(&[Stage { strata, units, population: census }, Stage::default()]),
    ]
}

fn precisions(design: &Design) -> Vec<Precision> {
    let replicated = [
        Replicates::jackknife(design.clone()),
        Replicates::jackknife_stratified(design.clone()),
        Replicates::half_samples(design.clone(), 0.3),
        Replicates::bootstrap(design.clone(), 7, 1),
    ];
    let replicated = replicated.into_iter().flatten().map(Precision::Replicated);
    std::iter::once(Precision::Linearised(design.clone())).chain(replicated).collect()
}

fn is_sound(estimate: &Estimate) -> bool {
    match estimate {
        Estimate::NotEstimable { reason, .. } => !reason.to_string().is_empty(),
        Estimate::Point { value, se, interval, .. } => {
            value.is_finite() && se.is_none_or(|se| se >= 0.0) && interval.lower <= interval.upper
        }
    }
}

const LONELY: [Lonely; 4] = [Lonely::Fail, Lonely::Certainty, Lonely::Adjust, Lonely::Average];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_share_and_quantile_is_sound_or_has_a_reason(rows in rows(), lonely in 0..4_usize) {
        let holds: Vec<bool> = rows.iter().map(|r| r.3 == 0).collect();
        let domain: Vec<bool> = rows.iter().map(|r| r.5).collect();
        let y: Vec<f64> = rows.iter().map(|r| r.3 as f64).collect();
        for design in designs(&rows, LONELY[lonely]) {
            for precision in precisions(&design) {
                for method in METHODS {
                    let share = precision.share(&holds, &domain, 0.95, method);
                    prop_assert!(is_sound(&share), "{method:?}: {share:?}");
                    let inside = |end: f64| (-1e-9..=1.0 + 1e-9).contains(&end);
                    let Some(i) = share.interval() else { continue };
                    prop_assert!(method == Some(IntervalMethod::Wald) || (inside(i.lower) && inside(i.upper)), "{i:?}");
                }
                let kinds = [
                    QuantileInterval::Share(IntervalMethod::Wald),
                    QuantileInterval::Share(IntervalMethod::Logit),
                    QuantileInterval::Score,
                    QuantileInterval::ScoreUnweighted,
                ];
                for (interval, rule) in kinds.into_iter().zip([
                    QuantileRule::Math, QuantileRule::Mode, QuantileRule::School, QuantileRule::Weibull,
                ]) {
                    let median = design_quantile(&precision, &y, &domain, 0.5, rule, interval, 0.95);
                    prop_assert!(is_sound(&median), "{interval:?}: {median:?}");
                }
            }
        }
    }

    #[test]
    fn every_estimate_with_its_covariance_is_a_number_or_a_reason(rows in rows(), lonely in 0..4_usize) {
        let domain: Vec<bool> = rows.iter().map(|r| r.5).collect();
        let y: Vec<f64> = rows.iter().map(|r| r.3 as f64 - 1.0).collect();
        let x: Vec<f64> = rows.iter().map(|r| r.4 as f64).collect();
        let statistics = [Statistic::total(y.clone()), Statistic::mean(y.clone()).within(&domain),
            Statistic::ratio(y.clone(), x.clone())];
        for design in designs(&rows, LONELY[lonely]) {
            for precision in precisions(&design) {
                for statistic in &statistics {
                    let Ok(e) = precision.estimate(std::slice::from_ref(statistic)) else { continue };
                    prop_assert!(e.values[0].is_finite() && e.covariance[(0, 0)].is_finite(), "{e:?}");
                    prop_assert!(is_sound(&e.wald(0, 0.95, e.df)));
                    let sample = precision.design().sample();
                    for comparison in [Comparison::WithReplacement, Comparison::WithoutReplacement] {
                        let deff = design_effect(statistic, &e, 0, sample, comparison);
                        prop_assert!(deff.map_or(true, |d| !d.is_nan()), "{deff:?}");
                    }
                }
            }
            let classes = [rows.iter().map(|r| r.4 as u32).collect(), vec![0; rows.len()]];
            let columns = [y.clone(), vec![1.0; rows.len()]];
            let wanted = Sums { columns: &columns, classes: &classes };
            let Ok(sums) = Bootstrap::new(&design, 3).and_then(|b| b.sums(&design, wanted, 6, None, 2)) else {
                continue;
            };
            for class in 0..3 {
                if let Ok((value, se)) = sums.ratio((0, class, 0), (0, class, 1)) {
                    prop_assert!(value.is_finite() && se >= 0.0, "{value} {se}");
                }
            }
        }
    }

    #[test]
    fn every_test_has_a_p_value_or_a_reason(rows in rows(), lonely in 0..4_usize) {
        let answer: Vec<Option<usize>> = rows.iter().map(|r| r.5.then_some(r.3)).collect();
        let class: Vec<Option<usize>> = rows.iter().map(|r| Some(r.4)).collect();
        let y: Vec<f64> = rows.iter().map(|r| r.3 as f64).collect();
        let binary: Vec<f64> = rows.iter().map(|r| if r.3 == 0 { 1.0 } else { 0.0 }).collect();
        let group: Vec<bool> = rows.iter().map(|r| r.4 == 1).collect();
        let inside: Vec<bool> = rows.iter().map(|r| r.5).collect();
        let x = [vec![1.0; rows.len()], rows.iter().map(|r| r.4 as f64).collect()];
        let is_p = |p: f64| (0.0..=1.0).contains(&p);
        for design in designs(&rows, LONELY[lonely]) {
            let precision = Precision::Linearised(design.clone());
            if let Ok(table) = TwoWay::new(&precision, &answer, &class) {
                for statistic in [TableStatistic::F, TableStatistic::ChiSquare, TableStatistic::WeightedSum,
                    TableStatistic::Saddlepoint, TableStatistic::Wald, TableStatistic::AdjustedWald] {
                    if let Ok(test) = table.test(statistic) {
                        prop_assert!(is_p(test.p_value) && !test.statistic.is_nan(), "{statistic:?}: {test:?}");
                    }
                }
            }
            if let Ok((value, test)) = rank_test(&design, &y, &group, &inside, Ties::Middle) {
                prop_assert!(value.is_finite() && is_p(test.p_value), "{value} {test:?}");
            }
            let fits = [linear_regression(&design, &y, &x, &inside), logistic_regression(&design, &binary, &x, &inside)];
            for fit in fits.into_iter().flatten() {
                prop_assert!(fit.coefficients.iter().all(|c| c.is_finite()), "{fit:?}");
                prop_assert!(fit.test(1).is_ok_and(|t| is_p(t.p_value)) || fit.test(1).is_err(), "{fit:?}");
            }
        }
    }

    #[test]
    fn weights_that_are_none_are_refused_and_those_made_are_numbers(
        weights in prop::collection::vec(wild(), 0..12),
        totals in prop::collection::vec(prop_oneof![3 => 0.0..100.0_f64, 1 => Just(0.0), 1 => wild()], 1..4),
        allow_zero in any::<bool>(),
    ) {
        let bad = weights.iter().any(|w| !w.is_finite() || *w < 0.0 || !(w * w).is_finite());
        prop_assert!(Sample::rows(&weights).is_err() == bad);
        let classes: Vec<usize> = (0..weights.len()).map(|i| i % totals.len()).collect();
        let levels: Vec<u32> = classes.iter().map(|k| *k as u32).collect();
        let is_usable = |new: &[f64]| new.iter().all(|w| w.is_finite() && *w >= 0.0);
        if let Ok(new) = poststratify(&weights, &classes, &totals) {
            prop_assert!(is_usable(&new), "{new:?}");
        }
        let margins = [Margin { levels: &levels, totals: &totals }, Margin { levels: &levels, totals: &totals }];
        let options = Raking { allow_zero, unequal: UnequalTotals::RescaleToFirst, max_rounds: 50, ..Raking::default() };
        match rake_rows(&weights, &margins, &options) {
            Ok((new, raked)) => prop_assert!(is_usable(&new) && raked.worst_error <= 1e-9, "{new:?} {raked:?}"),
            Err(why) => prop_assert!(!why.to_string().contains("NaN"), "{why}"),
        }
        let ones = vec![vec![1.0; weights.len()], levels.iter().map(|l| f64::from(*l)).collect()];
        for distance in [Distance::Linear { bounds: None }, Distance::Linear { bounds: Some((0.5, 2.0)) },
            Distance::Exponential, Distance::Logit { lower: 0.3, upper: 3.0 }] {
            let wanted = [totals.iter().sum::<f64>(), totals[0]];
            if let Ok(result) = calibrate(&weights, &ones, &wanted, distance) {
                prop_assert!(result.factors.iter().all(|g| g.is_finite()), "{distance:?}: {result:?}");
            }
        }
        if let Ok(trimmed) = trim_once(&weights, 0.5, 3.0, true) {
            prop_assert!(is_usable(&trimmed.weights), "{trimmed:?}");
        }
        prop_assert!(kish_design_effect(&weights).is_none_or(|d| d >= 1.0 - 1e-9));
    }

    #[test]
    fn counts_of_anything_have_a_p_value_or_a_reason(
        cells in prop::array::uniform4(0..40_u64),
        scores in prop::collection::vec(wild(), 2),
        level in prop_oneof![Just(0.95), Just(0.0), Just(1.0), Just(f64::NAN), 0.01..0.999_f64],
    ) {
        let [a, b, c, d] = cells;
        let is_p = |p: f64| (0.0..=1.0 + 1e-9).contains(&p);
        let fisher = fisher_2x2(a, b, c, d, 0.9);
        prop_assert!(is_p(fisher.two_sided) && is_p(fisher.less) && is_p(fisher.greater), "{fisher:?}");
        prop_assert!(fisher.interval.0 <= fisher.odds_ratio && fisher.odds_ratio <= fisher.interval.1, "{fisher:?}");
        prop_assert!(fisher_rxc(&[vec![a, b], vec![c, d]], 100_000).is_none_or(is_p));
        let table = [vec![a as f64, b as f64], vec![c as f64, d as f64]];
        prop_assert!(pearson(&table, true).map_or(true, |t| is_p(t.test.p_value)));
        prop_assert!(two_sample(a, a + b, c, c + d, level).map_or(true, |t| is_p(t.test.p_value)));
        prop_assert!(paired_waves(a, b, c, d, level).map_or(true, |t| is_p(t.test.p_value)));
        prop_assert!(cochran_armitage(&[a, c], &[a + b, c + d], &scores).map_or(true, |t| is_p(t.test.p_value)));
        let (low, high) = newcombe(a, a + b, c, c + d, 0.95);
        prop_assert!(-1.0 <= low && low <= high && high <= 1.0);
        for (low, high) in [wilson(a, a + b, 0.9), clopper_pearson(a as f64, (a + b) as f64, 0.9), mid_p(a, a + b, 0.9)] {
            prop_assert!(a + b == 0 || (0.0 <= low && low <= high && high <= 1.0), "{low} {high}");
        }
        if let Some((low, high)) = hypergeometric_exact(a, a + b, a + b + c, 0.95) {
            prop_assert!(a <= low && low <= high && high <= a + c);
        }
    }
}
