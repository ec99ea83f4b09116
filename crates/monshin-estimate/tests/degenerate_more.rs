//! The rest of what is public, met with what no caller should send: levels of NaN, more counted than asked,
//! weights from 1e-300 to 1e300, populations smaller than the sample, tables of nothing. A number, or a
//! reason; never NaN, never a panic. The last test holds the two files against the list of public functions.

use monshin_estimate::compare::{
    Adjustment, Mass, ShareSums, Sized, TableStatistic, TwoWay, WaveAnswer, adjust, association,
    association_designed, class_trend, compare_answers, compare_combination, compare_designed,
    compare_groups, compare_overlapping, compare_paired, compare_with_number, compare_with_rest,
    contrast_designed, fisher_2x2_to, fisher_two_sided, independent_waves, linear_trend,
    logistic_regression_to, newcombe, rest_contrast, saddlepoint_upper, stacked_waves, trend_designed,
    wald_difference, weighted_chi_square_upper,
};
use monshin_estimate::disclosure::{
    Count, Equation, Figure, System, Task, Unit, discloses_class, is_primary, protect, withhold,
};
use monshin_estimate::printed::{Half, PrintedPercent, percent, percent_units, possible_bases};
use monshin_estimate::response::{
    Dispositions, PropensityCell, Rate, StratumShare, compare_with_frame, nonresponse_bounds,
    partial_indicator, poststratified_share, r_indicator, response_that_settles, shifted_share,
    turning_share,
};
use monshin_estimate::special::{Tails, beta, gamma, hypergeometric::Hypergeometric, normal, student};
use monshin_estimate::weights::{
    Margin, Raked, Raking, Trimming, base_weights, kish_bound, kish_effective_size, nonresponse_adjusted,
    rake, rake_and_trim,
};
use monshin_estimate::{
    Bootstrap, Cell, Centre, Design, Estimate, Estimates, IntervalMethod, Matrix, Precision, Reason,
    ReliabilityRule, Replicates, Route, Sample, SharePrecision, ShareReliability, Situation, Statistic,
    Stream, Sums, agresti_coull, clopper_pearson, count_is_reliable, default_method, hypergeometric_exact,
    likelihood_by_spline, mean, mid_p, multiple_response, poisson_exact, population_variance, proportion,
    proportion_of_population, quantile, routed_counts, wilson, wilson_continuity,
};
use proptest::prelude::*;

const METHODS: [IntervalMethod; 15] = [
    IntervalMethod::Wilson,
    IntervalMethod::WilsonContinuity,
    IntervalMethod::ClopperPearson,
    IntervalMethod::MidP,
    IntervalMethod::AgrestiCoull,
    IntervalMethod::Hypergeometric,
    IntervalMethod::Logit,
    IntervalMethod::Arcsine,
    IntervalMethod::Likelihood,
    IntervalMethod::KornGraubard,
    IntervalMethod::Wald,
    IntervalMethod::Woodruff,
    IntervalMethod::Newcombe,
    IntervalMethod::Census,
    IntervalMethod::None,
];

/// Levels, of which some are none.
fn level() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => 0.01..0.999_f64,
        1 => Just(0.95),
        1 => prop::sample::select(vec![f64::NAN, 0.0, 1.0, -0.5, 2.0, f64::INFINITY, 1e-300, 1.0 - 1e-15]),
    ]
}

/// Numbers as far out as a program can send them.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0_f64,
        1 => prop::sample::select(vec![
            f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 0.0, -0.0,
            1.0, 1e15, 1e-15, 1e300, 1e-300,
        ]),
    ]
}

/// More than there are: tables of counts may be added up.
fn people() -> impl Strategy<Value = u64> {
    size().prop_map(|n| n.min(1 << 40))
}

fn size() -> impl Strategy<Value = u64> {
    prop_oneof![6 => 0..40_u64, 1 => prop::sample::select(vec![1_000, 107_409, 1 << 40, u64::MAX])]
}

/// Weights over 600 orders of magnitude, none of them impossible.
fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => 0.1..10.0_f64,
        1 => prop::sample::select(vec![0.0, 1e15, 1e-15, 1e150, 1e-150, 1e-300, f64::MIN_POSITIVE, 5e-324]),
    ]
}

fn no_nan(values: &[f64]) -> bool {
    values.iter().all(|v| !v.is_nan())
}

fn is_sound(estimate: &Estimate) -> bool {
    match estimate {
        Estimate::NotEstimable { reason, .. } => !reason.to_string().is_empty(),
        Estimate::Point { value, se, interval, .. } => {
            value.is_finite() && se.is_none_or(|se| se >= 0.0) && interval.lower <= interval.upper
        }
    }
}

fn is_p(p: f64) -> bool {
    (0.0..=1.0 + 1e-9).contains(&p)
}

fn sums(rows: &[(f64, bool)], is_weighted: bool) -> ShareSums {
    let mass = |keep: &dyn Fn(bool) -> bool| {
        rows.iter().filter(|r| keep(r.1)).fold(Mass::default(), |m, (w, _)| {
            let w = if is_weighted { *w } else { 1.0 };
            m.plus(Mass { n: 1, weight: w, squares: w * w })
        })
    };
    let (holds, base) = (mass(&|h| h), mass(&|_| true));
    if is_weighted { ShareSums::weighted(holds, base) } else { ShareSums::counts(holds.n, base.n) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn shares_of_any_counts(x in size(), n in size(), all in size(), level in level(), real in wild(), other in wild()) {
        for method in METHODS {
            let share = proportion(x, n, level, method);
            prop_assert!(is_sound(&share), "{method}: {share:?}");
            prop_assert!(share.interval().is_none_or(|i| i.width() >= 0.0));
            prop_assert!(share.cv().is_none_or(|cv| cv >= 0.0));
        }
        for population in [None, Some(all)] {
            let method = default_method(&Situation::Counts { count: x, base: n, population });
            prop_assert!(is_sound(&proportion(x, n, level, method)), "{method}");
        }
        // The number of marked units is searched for: of 2⁶⁴ that takes its time.
        if all < 1 << 20 {
            let share = proportion_of_population(x, n, all, level);
            prop_assert!(is_sound(&share), "{share:?}");
            if let Some((low, high)) = hypergeometric_exact(x, n, all, level) {
                prop_assert!(low <= high && high <= all);
            }
        }
        if n < 1 << 20 && x < 1 << 20 {
            let ends = [wilson(x, n, level), wilson_continuity(x, n, level), mid_p(x, n, level), agresti_coull(x, n, level),
                clopper_pearson(x as f64, n as f64, level), clopper_pearson(real, other, level)];
            for (k, (low, high)) in ends.into_iter().enumerate() {
                prop_assert!(0.0 <= low && low <= high && high <= 1.0, "{k}: {low} {high}");
            }
            let (low, high) = poisson_exact(x, level);
            prop_assert!(0.0 <= low && low <= high, "{low} {high}");
        }
        for (low, high) in [newcombe(x, n, all, n, level), newcombe(0, n, x, all, level)] {
            prop_assert!(-1.0 <= low && low <= high && high <= 1.0, "{low} {high}");
        }
    }

    #[test]
    fn the_precision_of_a_share_of_anything(
        numbers in prop::array::uniform5(wild()), n in size(), level in level(),
    ) {
        let [share, variance, df, kish_size, size_cap] = numbers;
        let precision = SharePrecision { share, variance, df, observations: n, kish_size, size_cap };
        for method in METHODS {
            if let Ok(i) = precision.interval(level, method) {
                prop_assert!(i.lower <= i.upper, "{method}: {i:?}");
            }
        }
        if let Ok(i) = precision.arcsine_reflected(level) {
            prop_assert!(no_nan(&[i.lower, i.upper]), "{i:?}");
        }
        let _ = (default_method(&Situation::Design(precision)).name(), precision.korn_graubard_size(level));
        let reliability = ShareReliability { share, observations: n, effective_size: kish_size, lower: variance, upper: df, df };
        for rule in [ReliabilityRule::Nchs, ReliabilityRule::Jp30, ReliabilityRule::Jp10, ReliabilityRule::MinimumBase(n)] {
            let _ = (rule.name(), rule.is_reliable(&reliability));
        }
        let _ = (reliability.nchs(), count_is_reliable(n, share, variance));
    }

    #[test]
    fn special_functions_of_anything(a in wild(), b in wild(), x in wild(), p in 0.0..=1.0_f64, k in size(), n in size(), m in size()) {
        // Documented: NaN where an argument is out of range; inside the range never.
        // Shapes beyond all use would only take long.
        let (a, b) = (a.min(1e6), b.min(1e6));
        let tails = [beta::regularized(a, b, x), beta::regularized_xy(a, b, p, 1.0 - p), gamma::regularized(a, x),
            gamma::chi_square(x, a), student::t(x, a), student::f(x, a, b), normal::tails(x)];
        let inside = a > 0.0 && b > 0.0 && x >= 0.0 && a > 1e-15 && b > 1e-15;
        for (which, t) in tails.into_iter().enumerate() {
            let applies = inside && (which != 0 || x <= 1.0);
            prop_assert!(!applies || (is_p(t.lower) && is_p(t.upper)), "{which} of {a} {b} {x} {p}: {t:?}");
        }
        let points = [beta::quantile(p, a, b), gamma::chi_square_quantile(p, a), student::t_quantile(p, a),
            student::f_quantile(p, a, b), gamma::quantile_of(a, Tails::at(p)), student::t_quantile_of(Tails::at(p), a),
            beta::quantile_of(Tails::at(p), a, b).x];
        for (which, point) in points.into_iter().enumerate() {
            prop_assert!(!inside || !point.is_nan(), "{which} of {a} {b} {p}: {point}");
        }
        prop_assert!(no_nan(&[normal::quantile(p), normal::quantile_of(Tails::at(p))]) && (x.is_nan() || normal::pdf(x) >= 0.0));
        prop_assert!(!inside || is_p(student::t_two_sided(x, a)));
        prop_assert!(is_p(beta::binomial_pmf(k, n, p)), "{k} {n} {p}");
        prop_assert!(n > 1 << 41 || is_p(beta::binomial(k, n, p).lower), "{k} {n} {p}");
        let (population, marked, drawn) = (n.max(m).max(k).min(1 << 12), m.min(1 << 12), k.min(1 << 12));
        let h = Hypergeometric { population, marked, drawn };
        for at in [h.min(), h.max(), k, (h.min() + h.max()) / 2] {
            let t = h.tails(at);
            prop_assert!(is_p(h.pmf(at)) && is_p(t.lower) && is_p(t.upper) && is_p(h.at_least(at)), "{h:?} {at} {t:?}");
        }
        for whole in [true, false] {
            let upper = saddlepoint_upper(x, &[a, b], 5.0, whole);
            prop_assert!(!(a > 0.0 && b > 0.0 && a < 1e10 && b < 1e10 && x >= 0.0) || is_p(upper), "{a} {b} {x}: {upper}");
        }
        // The exact tail is an integral over as many turns as the weights are apart.
        if a > 1e-3 && b > 1e-3 && a < 1e3 && b < 1e3 && x >= 0.0 {
            let upper = weighted_chi_square_upper(x, &[a, b], f64::INFINITY);
            prop_assert!(is_p(upper), "{a} {b} {x}: {upper}");
        }
    }

    #[test]
    fn comparisons_of_any_groups(
        first in prop::collection::vec((weight(), any::<bool>()), 0..9),
        second in prop::collection::vec((weight(), any::<bool>()), 0..9),
        is_weighted in any::<bool>(), level in level(), number in wild(),
    ) {
        let (a, b) = (sums(&first, is_weighted), sums(&second, is_weighted));
        let both = a.plus(&b);
        let compared = [compare_groups(&a, &b, level), compare_with_rest(&a, &both, level), compare_with_rest(&both, &a, level),
            compare_answers(&a, &b, level), compare_with_number(&a, number, level),
            compare_combination(&[(1.0, a), (-0.5, b), (number, both)], level),
            compare_overlapping(&a, &b, 100, level).map(|bounded| bounded.least)];
        for (which, one) in compared.into_iter().enumerate() {
            let Ok(one) = one else { continue };
            prop_assert!(is_p(one.p_value) && one.value.is_finite() && one.interval.lower <= one.interval.upper, "{which}: {one:?}");
            for tolerance in [0.0, 0.05, 1.0] {
                prop_assert!(is_p(one.sameness(tolerance)) && is_p(one.apart(tolerance)), "{which}: {one:?}");
            }
        }
        prop_assert!(no_nan(&[a.variance(), a.effective_size(), a.minus(&b).variance(), a.base.effective_size()]));
        let table: Vec<Vec<Mass>> = [a, b, both].iter().map(|s| vec![s.holds, s.base.minus(s.holds)]).collect();
        if let Ok(found) = association(&table, is_weighted) {
            prop_assert!(is_p(found.p_value), "{found:?}");
        }
        if let Ok(two_way) = TwoWay::of_sums(&table) {
            for p_value in [two_way.test(TableStatistic::F).map(|t| t.p_value), association_designed(&two_way).map(|t| t.p_value)] {
                prop_assert!(p_value.is_ok_and(is_p) || p_value.is_err(), "{p_value:?}");
            }
        }
        if let Ok(trend) = class_trend(&[a, b, both], &[1.0, 2.0, number]) {
            prop_assert!(is_p(trend.p_value) && !trend.slope.is_nan(), "{trend:?}");
        }
        let (x1, n1, x2, n2) = (a.holds.n, a.base.n, b.holds.n, b.base.n);
        let fisher = fisher_2x2_to(x1, n1 - x1, x2, n2 - x2, level, 1e-4);
        prop_assert!(is_p(fisher.two_sided) && no_nan(&[fisher.odds_ratio, fisher.interval.0, fisher.interval.1]), "{fisher:?}");
        prop_assert!(is_p(fisher_two_sided(x1, n1 - x1, x2, n2 - x2)));
        let p: Vec<f64> = first.iter().map(|(w, _)| w.min(1.0)).collect();
        for way in [Adjustment::Holm, Adjustment::BenjaminiHochberg, Adjustment::Bonferroni, Adjustment::Hochberg, Adjustment::BenjaminiYekutieli] {
            prop_assert!(adjust(&p, way).into_iter().all(is_p));
        }
        let answers: Vec<WaveAnswer> = first.iter().map(|r| (r, false)).chain(second.iter().map(|r| (r, true))).enumerate()
            .map(|(k, ((weight, holds), is_second))| WaveAnswer { institution: k as u32 % 5, is_second, weight: *weight, value: f64::from(u8::from(*holds)) })
            .collect();
        if let Ok(change) = stacked_waves(&answers, level) {
            prop_assert!(change.value.is_finite() && is_p(change.test.p_value), "{change:?}");
        }
    }

    #[test]
    fn comparisons_under_any_design(
        shares in (0.0..=1.0_f64, 0.0..=1.0_f64), variances in (wild(), wild()), covariance in wild(),
        holds in (people(), people()), bases in (people(), people()), kish in (wild(), wild()), df in wild(), level in level(), score in wild(),
    ) {
        let own = [variances.0, variances.1];
        let entry = |i: usize, j: usize| if i == j { own[i] } else { covariance };
        let values = vec![shares.0, shares.1];
        let estimates = Estimates { values, covariance: Matrix::from_fn(2, 2, entry), bases: vec![bases.0, bases.1], df };
        let sizes = [Sized { holds: holds.0, base: bases.0, kish_size: kish.0 }, Sized { holds: holds.1, base: bases.1, kish_size: kish.1 }];
        let compared = [compare_designed(&estimates, sizes, Err(Reason::NoBase), df, level),
            contrast_designed(&estimates, &[1.0, -1.0], df, level), compare_paired(holds.0, holds.1, bases.0, level)];
        for (which, one) in compared.into_iter().enumerate() {
            let Ok(one) = one else { continue };
            prop_assert!(is_p(one.p_value) && one.value.is_finite() && one.interval.lower <= one.interval.upper, "{which}: {one:?}");
        }
        if let Ok(trend) = trend_designed(&estimates, &[kish.0, kish.1], &[1.0, score], df) {
            prop_assert!(is_p(trend.p_value) && !trend.slope.is_nan(), "{trend:?}");
        }
    }

    #[test]
    fn estimates_over_any_design(
        rows in prop::collection::vec((weight(), any::<bool>(), any::<bool>(), -5.0..5.0_f64), 0..12), level in level(), df in wild(),
    ) {
        let weights: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let pairs: Vec<(f64, f64)> = rows.iter().map(|r| (r.3, r.0)).collect();
        prop_assert!(is_sound(&mean(&pairs, level)), "{:?}", mean(&pairs, level));
        let mut sorted = pairs.clone();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        prop_assert!(quantile(&sorted, 0.5).map_or(true, f64::is_finite) && quantile(&pairs, df).map_or(true, f64::is_finite));
        let Ok(sample) = Sample::rows(&weights) else { return Ok(()) };
        let holds: Vec<bool> = rows.iter().map(|r| r.1).collect();
        let domain: Vec<bool> = rows.iter().map(|r| r.2).collect();
        let y: Vec<f64> = rows.iter().map(|r| r.3).collect();
        let design = Design::simple(sample.clone());
        if let Ok(i) = likelihood_by_spline(&design, &holds, &domain, level, df) {
            prop_assert!(no_nan(&[i.lower, i.upper]), "{i:?}");
        }
        let statistic = Statistic::mean(y.clone()).within(&domain);
        prop_assert!(population_variance(&statistic, &sample).is_none_or(|v| v >= 0.0));
        let precision = Precision::Linearised(design.clone());
        let [group, rest] = rest_contrast(&holds, &domain, &vec![true; rows.len()]);
        if let Ok(e) = precision.estimate(&[group, rest]) {
            let (value, se) = e.contrast(&[1.0, -1.0]);
            prop_assert!(value.is_finite() && !se.is_nan());
            if let Ok(d) = wald_difference(&e, &[1.0, -1.0], df, level) {
                prop_assert!(d.value.is_finite() && is_p(d.test.p_value), "{d:?}");
            }
            if let Ok(t) = linear_trend(&e, &[0.0, 1.0], df) {
                prop_assert!(is_p(t.test.p_value), "{t:?}");
            }
            let ends = [e.wald(0, level, df), e.wald(1, level, e.df)];
            prop_assert!(ends.iter().all(is_sound), "{ends:?}");
            if let Ok(change) = independent_waves(&ends[0], &ends[1], level) {
                prop_assert!(is_p(change.test.p_value), "{change:?}");
            }
        }
        let binary: Vec<f64> = holds.iter().map(|h| f64::from(u8::from(*h))).collect();
        if let Ok(fit) = logistic_regression_to(&design, &binary, &[vec![1.0; rows.len()], y.clone()], &domain, 1e-8) {
            prop_assert!(no_nan(&fit.coefficients) && !fit.se(1).is_nan(), "{fit:?}");
        }
        let factors: Vec<f64> = rows.iter().map(|r| r.0 * r.3).collect();
        if let Ok(other) = design.reweighted(&factors, None) {
            prop_assert!(!other.is_calibrated() && no_nan(other.sample().weights()));
        }
        if let Ok(bootstrap) = Bootstrap::new(&design, 1) {
            prop_assert!(bootstrap.multipliers(3).iter().all(|m| *m >= 0.0));
            let (columns, classes) = ([y.clone()], [vec![0; rows.len()]]);
            if let Ok(sums) = bootstrap.sums(&design, Sums { columns: &columns, classes: &classes }, 5, None, 3) {
                prop_assert!(sums.total((0, 0, 0)).map_or(true, |(t, se)| t.is_finite() && !se.is_nan()) && sums.replicates() == 5);
            }
        }
        let given = vec![vec![1.0; rows.len()], factors.iter().map(|f| f.abs()).collect(), vec![0.0; rows.len()]];
        if let Ok(r) = Replicates::given(design, given, 0.5, vec![1.0; 3], df) {
            let r = r.centred(Centre::FullSample);
            prop_assert!(!r.scale().is_nan());
            let adjusted = r.adjusted(|w| Ok(w.to_vec()));
            if let Ok(e) = adjusted.and_then(|r| Precision::Replicated(r).estimate(&[statistic])) {
                prop_assert!(no_nan(&[e.values[0], e.se(0)]), "{e:?}");
            }
        }
    }

    #[test]
    fn weights_of_any_size(
        weights in prop::collection::vec(prop_oneof![4 => weight(), 1 => wild()], 0..12),
        totals in prop::collection::vec(prop_oneof![4 => 0.0..1e6_f64, 1 => wild()], 1..4),
        target in wild(),
    ) {
        let classes: Vec<usize> = (0..weights.len()).map(|i| i % totals.len()).collect();
        let levels: Vec<u32> = classes.iter().map(|k| *k as u32).collect();
        let usable = |new: &[f64]| new.iter().all(|w| w.is_finite() && *w >= 0.0);
        let margins = [Margin { levels: &levels, totals: &totals }];
        let options = Raking { max_rounds: 40, ..Raking::default() };
        match rake(&weights, &margins, &options) {
            Ok(raked) => {
                prop_assert!(usable(&raked.factors), "{raked:?}");
                let new: Vec<f64> = weights.iter().zip(&raked.factors).map(|(w, g)| w * g).collect();
                prop_assert!(Raked::variance_effect(&weights, &new).is_none_or(|(a, b)| a >= 1.0 - 1e-9 && b >= 1.0 - 1e-9));
            }
            Err(why) => prop_assert!(!why.to_string().contains("NaN") && !why.to_string().is_empty()),
        }
        let trimming = Trimming { max_rounds: 10, ..Trimming::default() };
        if let Ok(trimmed) = rake_and_trim(&weights, &margins, &options, &trimming) {
            prop_assert!(usable(&trimmed.weights), "{trimmed:?}");
        }
        if let Ok(new) = base_weights(&classes, &totals) {
            prop_assert!(usable(&new), "{new:?}");
        }
        let responded: Vec<bool> = (0..weights.len()).map(|i| i % 3 != 1).collect();
        if let Ok(new) = nonresponse_adjusted(&weights, &classes, &responded) {
            prop_assert!(usable(&new), "{new:?}");
        }
        prop_assert!(kish_bound(&weights, target).is_none_or(|b| !b.is_nan()));
        prop_assert!(kish_effective_size(&weights).is_none_or(|n| n > 0.0 && n <= weights.len() as f64 + 1e-9));
    }

    #[test]
    fn those_who_answered_and_those_who_did_not(
        numbers in prop::array::uniform8(prop_oneof![4 => 0.0..1e6_f64, 1 => Just(0.0), 1 => wild()]),
        e in wild(), p in wild(), q in wild(), cells in prop::collection::vec((0..3_u16, size(), size()), 0..6), level in level(),
    ) {
        let [complete, partial, refusal, non_contact, other, unknown_unit, unknown_other, ineligible] = numbers;
        let d = Dispositions { complete, partial, refusal, non_contact, other, unknown_unit, unknown_other, ineligible };
        for rate in Rate::ALL {
            prop_assert!(d.rate(rate, e).is_none_or(|r| !r.is_nan()), "{} of {d:?}", rate.name());
        }
        prop_assert!(d.eligibility().is_none_or(|e| !e.is_nan()));
        prop_assert!(nonresponse_bounds(p, q, 0.0, 1.0).is_none_or(|(a, b)| a <= b));
        for moved in [shifted_share(p, q, e), turning_share(p, q, e), response_that_settles(p, q)] {
            prop_assert!(moved.is_none_or(|m| !m.is_nan()), "{p} {q} {e}: {moved:?}");
        }
        let strata: Vec<StratumShare> = cells.iter().map(|(_, a, b)| StratumShare { units: p, answered: *a, count: *b.min(a) }).collect();
        prop_assert!(poststratified_share(&strata).is_none_or(|s| !s.share.is_nan() && !s.covered.is_nan()));
        let units: Vec<u64> = cells.iter().map(|c| c.1.min(1 << 40)).collect();
        let answered: Vec<u64> = cells.iter().map(|c| c.2.min(c.1).min(1 << 40)).collect();
        if let Some(fit) = compare_with_frame(&units, &answered) {
            prop_assert!(!format!("{fit:?}").contains("NaN"), "{fit:?}");
        }
        let cells: Vec<PropensityCell> = cells.iter().zip(units.iter().zip(&answered))
            .map(|((class, ..), (units, respondents))| PropensityCell { classes: vec![*class], units: *units, respondents: *respondents }).collect();
        let indicator = r_indicator(&cells, level);
        prop_assert!(!format!("{indicator:?}").contains("NaN"), "{indicator:?}");
        let partial = partial_indicator(&cells, 0);
        prop_assert!(!format!("{partial:?}").contains("NaN"), "{partial:?}");
    }

    #[test]
    fn printed_and_routed_and_withheld(
        x in size(), n in size(), decimals in 0..14_u32, text in "[0-9.%-]{0,8}",
        table in prop::collection::vec(prop::collection::vec(0..9_i64, 3), 1..4),
        rows in prop::collection::vec(prop::collection::vec(prop::option::of(0..4_u32), 3), 0..5),
        weights in prop::collection::vec(wild(), 0..5),
    ) {
        for half in [Half::Up, Half::Even] {
            prop_assert_eq!(percent(x, n, decimals, half).is_some(), percent_units(x, n, decimals, half).is_some());
            if let Some(printed) = PrintedPercent::parse(&text) {
                prop_assert!(printed.numerators(n.min(2_000), half).iter().all(|x| *x <= n.min(2_000) || text.contains("1")));
                let _ = possible_bases(&[printed, printed], 50, true, half);
            }
        }
        let routes = [None, Some(Route { parent: 0, value: 1 }), Some(Route { parent: 1, value: 2 })];
        for counts in routed_counts(&rows, &routes) {
            prop_assert_eq!(counts.asked + counts.not_asked, counts.total);
        }
        let flags: Vec<Vec<bool>> = rows.iter().map(|r| r.iter().map(Option::is_some).collect()).collect();
        let found = multiple_response(&flags, &weights);
        prop_assert!(!format!("{found:?}").contains("NaN"), "{found:?}");
        let system = System::two_way(&table);
        let primary: Vec<usize> = (0..table.len() * 3).filter(|k| is_primary(system.cells[*k].value as u64, 3)).collect();
        let eligible: Vec<usize> = (0..table.len() * 3).filter(|k| !primary.contains(k) && system.cells[*k].value > 0).collect();
        if let Some(protection) = protect(&system, &primary, &eligible, 1) {
            prop_assert!(protection.secondary.iter().all(|k| eligible.contains(k)));
        }
        let _ = discloses_class(x, n, 10);
        let counts: Vec<i64> = table.iter().flatten().copied().collect();
        let figure = |terms: Vec<(usize, i64)>, demand| Figure { terms, published: true, demand, ..Figure::default() };
        let small = |at: usize| i64::from(is_primary(counts[at] as u64, 3));
        let single = (0..counts.len()).map(|at| figure(vec![(at, 1)], small(at)));
        let sums = (0..table.len()).map(|row| figure((0..3).map(|k| (3 * row + k, 1)).collect(), 0));
        let figures: Vec<Figure> = single.chain(sums).collect();
        let units = (0..counts.len()).map(|at| Unit { figures: vec![at], size: 1, ..Unit::default() }).collect();
        let places = (0..counts.len()).map(|at| at / 3).collect();
        let about = vec![0; counts.len()];
        let task = Task { counts, places, about, known: Vec::new(), figures, units, primary };
        let mut done = withhold(&task);
        prop_assert!(done.withheld.secondary.iter().all(|(unit, _)| !task.primary.contains(unit)));
        for at in 0..task.figures.len() {
            let (low, high) = done.range(at);
            let truth: i64 = task.figures[at].terms.iter().map(|(kind, _)| task.counts[*kind]).sum();
            prop_assert!((0..=truth).contains(&low) && truth <= high && (done.is_withheld(at) || low == high));
            prop_assert!(done.witnesses(at).iter().all(|world| world.iter().all(|(kind, by)| task.counts[*kind] + by >= 0)));
        }
        prop_assert!(withhold(&Task::default()).withheld.secondary.is_empty());
        let clash = System { cells: vec![Count { value: 2, published: false }], equations: vec![Equation { terms: vec![(0, 2)], right: 3 }] };
        prop_assert!(!clash.holds() && clash.bounds().is_none());
    }

    #[test]
    fn matrices_and_streams(values in prop::array::uniform9(wild()), seed in any::<u64>(), n in size()) {
        let m = Matrix::from_fn(3, 3, |i, j| values[i * 3 + j]);
        let finite = values.iter().all(|v| v.abs() < 1e6);
        if let (true, Some(x)) = (finite, m.solve(&Matrix::from_fn(3, 1, |i, _| values[i]))) {
            prop_assert!(no_nan(&[x[(0, 0)], x[(1, 0)], x[(2, 0)]]));
        }
        let square = m.times(&m.transpose());
        if finite {
            prop_assert!(no_nan(&square.symmetric_eigenvalues()) && no_nan(&square.solve_semidefinite(&values[..3])));
            prop_assert!(!square.trace().is_nan() && !square.quadratic(&values[..3]).is_nan());
        }
        prop_assert!(Matrix::zeros(0, 0).symmetric_eigenvalues().is_empty());
        let mut stream = Stream::new(seed, n, 1);
        prop_assert!((0.0..1.0).contains(&stream.unit()) && (n == 0 || stream.below(n) < n));
        let _ = stream.bits();
    }
}

#[test]
fn cells_that_are_none_are_refused() {
    for cell in [
        Cell { n: 1, weight: f64::NAN, square: 1.0 },
        Cell { n: 1, weight: -1.0, square: 1.0 },
        Cell { n: 1, weight: 1.0, square: f64::NAN },
        Cell { n: 1, weight: f64::INFINITY, square: f64::INFINITY },
    ] {
        assert!(Sample::cells(&[cell]).is_err(), "{cell:?}");
    }
}

/// Public functions that neither file names, because there is nothing to go wrong in them: they read a field,
/// count, or give a word.
const READERS: [&str; 22] = [
    "cols",
    "count",
    "df_within",
    "first_fractions",
    "first_strata",
    "first_units",
    "formula",
    "is_active",
    "is_disclosed",
    "is_safe",
    "is_total",
    "is_unknown",
    "is_weighted",
    "parts",
    "rao_scott",
    "shares",
    "squares",
    "unclaimed",
    "unknown",
    "uses_e",
    "with_df",
    "eligible",
];
/// Of rooms inside `disclosure`, which `withhold` and what it gives lead through.
const INNER: [&str; 16] = [
    "explore",
    "optimum",
    "search",
    "go_on",
    "take_met",
    "unlock",
    "truth",
    "is_printed",
    "figures_of",
    "known_of",
    "hide",
    "room",
    "farthest",
    "print",
    "add",
    "above",
];

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads the crate's own source")]
fn no_public_function_is_left_out() {
    let tests = concat!(include_str!("degenerate.rs"), include_str!("degenerate_more.rs"));
    let named: std::collections::BTreeSet<&str> =
        tests.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let (mut missing, mut folders) =
        (Vec::new(), vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the source is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("source is text");
            for (at, _) in text.match_indices("pub fn ") {
                let rest = &text[at + "pub fn ".len()..];
                let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
                if !named.contains(name) && !READERS.contains(&name) && !INNER.contains(&name) {
                    missing.push(format!("{name} ({})", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no degenerate input goes through {missing:#?}");
}
