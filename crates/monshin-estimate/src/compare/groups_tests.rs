use super::*;
use crate::design::Stage;
use crate::estimate::Reason;
use crate::{Design, Lonely, Precision, Sample};

fn counts(x: u64, n: u64) -> ShareSums {
    ShareSums::counts(x, n)
}

/// Rows of weight, class, answer; none of them equal.
fn rows() -> Vec<(f64, usize, usize)> {
    (0..90_usize).map(|i| (0.5 + (i * 37 % 11) as f64 / 4.0, i * 5 / 7 % 3, (i * 7 + i / 9) % 2)).collect()
}

fn mass(rows: &[(f64, usize, usize)], inside: impl Fn(usize, usize) -> bool) -> Mass {
    let inside = rows.iter().filter(|row| inside(row.1, row.2));
    inside.fold(Mass::default(), |sum, row| sum.plus(Mass { n: 1, weight: row.0, squares: row.0 * row.0 }))
}

#[test]
fn sums_of_cells_give_the_rao_scott_test_of_the_rows() {
    let rows = rows();
    let weights: Vec<f64> = rows.iter().map(|row| row.0).collect();
    let sample = Sample::rows(&weights).expect("weights");
    let design = Design::new(sample, &[Stage::default()], Lonely::Fail).expect("a design");
    let labels =
        |of: fn(&(f64, usize, usize)) -> usize| rows.iter().map(|row| Some(of(row))).collect::<Vec<_>>();
    let by_rows = TwoWay::new(&Precision::Linearised(design), &labels(|r| r.1), &labels(|r| r.2));
    let by_rows = by_rows.expect("a table");
    let cells: Vec<Vec<Mass>> =
        (0..3).map(|c| (0..2).map(|a| mass(&rows, |x, y| (x, y) == (c, a))).collect()).collect();
    let by_sums = TwoWay::of_sums(&cells).expect("a table");
    assert!(TwoWay::of_sums(&[cells[0].clone(), vec![Mass::default(); 2]]).is_err());
    for statistic in
        [TableStatistic::F, TableStatistic::ChiSquare, TableStatistic::Wald, TableStatistic::AdjustedWald]
    {
        let (a, b) = (by_rows.test(statistic).expect("a test"), by_sums.test(statistic).expect("a test"));
        assert!((a.statistic - b.statistic).abs() < 1e-9, "{statistic:?}: {a:?} {b:?}");
        assert!((a.p_value - b.p_value).abs() < 1e-9, "{statistic:?}: {a:?} {b:?}");
    }
}

#[test]
fn the_rao_scott_f_of_counts_is_pearson_less_one_answer() {
    let (a, b) = (counts(67, 304), counts(116, 294));
    let found = compare_groups(&a, &b, 0.95).expect("both answered");
    let pearson = pearson(&[vec![67.0, 237.0], vec![116.0, 178.0]], false).expect("a table").test.statistic;
    let f = pearson * 597.0 / 598.0;
    assert!((found.p_value - crate::special::student::f(f, 1.0, 597.0).upper).abs() < 1e-12);
    assert_eq!(found.method, TestMethod::RaoScott);
    assert_eq!((found.interval.lower, found.interval.upper), newcombe(67, 304, 116, 294, 0.95));
}

#[test]
fn few_answers_are_tested_exactly() {
    let tea = compare_groups(&counts(3, 4), &counts(1, 4), 0.95).expect("both answered");
    assert_eq!(tea.method, TestMethod::Fisher);
    assert!((tea.p_value - 34.0 / 70.0).abs() < 1e-12);
}

#[test]
fn equal_weights_say_what_counts_say() {
    let heavy = |n: u64| Mass { n, weight: 2.5 * n as f64, squares: 6.25 * n as f64 };
    let weighted = |x, n| ShareSums::weighted(heavy(x), heavy(n));
    let a = compare_groups(&weighted(67, 304), &weighted(116, 294), 0.95).expect("both answered");
    let b = compare_groups(&counts(67, 304), &counts(116, 294), 0.95).expect("both answered");
    assert!((a.p_value - b.p_value).abs() < 1e-12 && (a.value - b.value).abs() < 1e-15);
    assert!((a.interval.lower - b.interval.lower).abs() < 0.005);
    let few = compare_groups(&weighted(3, 4), &weighted(1, 4), 0.95).expect("both answered");
    assert_eq!(few.method, TestMethod::FisherEffective);
}

#[test]
fn a_part_is_held_against_the_rest() {
    let (part, whole) = (counts(67, 304), counts(183, 598));
    assert_eq!(compare_with_rest(&part, &whole, 0.95), compare_groups(&part, &counts(116, 294), 0.95));
    assert_eq!(compare_with_rest(&whole, &whole, 0.95), Err(Reason::NoBase));
}

#[test]
fn a_combination_of_two_is_newcombe_and_its_p_value_is_where_the_interval_touches() {
    let parts = [(1.0, counts(5, 10)), (-1.0, counts(30, 40))];
    let found = compare_combination(&parts, 0.95).expect("both answered");
    let (low, high) = newcombe(5, 10, 30, 40, 0.95);
    assert!((found.interval.lower - low).abs() < 1e-15 && (found.interval.upper - high).abs() < 1e-15);
    let touching = compare_combination(&parts, 1.0 - found.p_value).expect("both answered");
    assert!(touching.interval.upper.abs() < 1e-9, "{touching:?}");
}

#[test]
fn a_share_against_a_number() {
    // R: binom.test(7, 20)$p.value, prop.test(120, 897, 0.1, correct = FALSE)$p.value.
    let few = compare_with_number(&counts(7, 20), 0.5, 0.95).expect("answers");
    assert!((few.p_value - 0.263_175_964_355_468_75).abs() < 1e-12 && few.method == TestMethod::Binomial);
    let many = compare_with_number(&counts(120, 897), 0.1, 0.95).expect("answers");
    let z = (120.0 / 897.0 - 0.1) / (0.09_f64 / 897.0).sqrt();
    assert!((many.p_value - 2.0 * crate::special::normal::tails(z).upper).abs() < 1e-15);
    assert_eq!(compare_with_number(&counts(7, 20), 1.0, 0.95).expect("answers").p_value, 0.0);
    assert_eq!(compare_with_number(&counts(20, 20), 1.0, 0.95).expect("answers").p_value, 1.0);
}

#[test]
fn answers_that_exclude_each_other_are_tested_by_the_sign_test() {
    // R: binom.test(15, 20)$p.value.
    let found = compare_answers(&counts(15, 100), &counts(5, 100), 0.95).expect("answers");
    assert!((found.p_value - 0.041_389_465_332_031_25).abs() < 1e-12);
    assert_eq!(compare_answers(&counts(0, 9), &counts(0, 9), 0.95).expect("answers").p_value, 1.0);
}

#[test]
fn what_the_tables_leave_open_is_bounded_by_every_joint_table() {
    let (x1, x2, n) = (12_u64, 20, 30);
    let found = compare_overlapping(&counts(x1, n), &counts(x2, n), n, 0.95).expect("answers");
    for both in (x1 + x2).saturating_sub(n)..=x1.min(x2) {
        let (first, second) = (x1 - both, x2 - both);
        let exact = compare_answers(&counts(first, n), &counts(second, n), 0.95).expect("answers").p_value;
        assert!(found.best_p_value - 1e-12 <= exact && exact <= found.least.p_value + 1e-12, "{both}");
    }
}

#[test]
fn the_same_share_twice_is_about_the_same_only_when_the_base_says_so() {
    let same = |n: u64| compare_groups(&counts(n / 2, n), &counts(n / 2, n), 0.95).expect("answers");
    assert!(same(20).sameness(0.03) > 0.3);
    assert!(same(200_000).sameness(0.03) < 1e-6);
    let apart = compare_groups(&counts(50_000, 100_000), &counts(60_000, 100_000), 0.95).expect("answers");
    assert!(apart.sameness(0.03) > 0.999);
}

#[test]
fn a_trend_of_few_is_exact() {
    // Every way to spread 3 yes over 4 + 4 + 4.
    let (n, seen) = ([4_u64, 4, 4], [0_u64, 1, 2]);
    let choose = |n: u64, k: u64| {
        [1.0, n as f64, (n * (n - 1) / 2) as f64, (n * (n - 1) * (n - 2) / 6) as f64][k as usize]
    };
    let (mut tail, mut whole) = (0.0, 0.0);
    for a in 0..=3 {
        for b in 0..=3 - a {
            let c = 3 - a - b;
            let ways = choose(4, a) * choose(4, b) * choose(4, c);
            whole += ways;
            tail += if b + 2 * c >= seen[1] + 2 * seen[2] { ways } else { 0.0 };
        }
    }
    let classes: Vec<ShareSums> = seen.iter().zip(n).map(|(x, n)| counts(*x, n)).collect();
    let found = class_trend(&classes, &[1.0, 2.0, 3.0]).expect("a trend");
    assert_eq!((found.method, found.direction), (TestMethod::ExactTrend, Direction::Up));
    assert!((found.p_value - 2.0 * tail / whole).abs() < 1e-12, "{}", found.p_value);
}

#[test]
fn a_weighted_trend_of_equal_weights_points_the_same_way() {
    let weighted = |x: u64, n: u64| {
        let heavy = |n: u64| Mass { n, weight: 3.0 * n as f64, squares: 9.0 * n as f64 };
        ShareSums::weighted(heavy(x), heavy(n))
    };
    let found = class_trend(&[weighted(10, 50), weighted(20, 50), weighted(30, 50)], &[1.0, 2.0, 3.0]);
    let found = found.expect("a trend");
    assert!((found.slope - 0.2).abs() < 1e-12 && found.p_value < 1e-3);
    // All alike in a class: still a spread.
    assert!(class_trend(&[weighted(0, 1), weighted(1, 1)], &[1.0, 2.0]).is_err());
    assert!(class_trend(&[weighted(0, 5), weighted(5, 5)], &[1.0, 2.0]).expect("a trend").p_value > 0.0);
}

#[test]
fn small_tables_are_tested_exactly_and_random_tables_agree() {
    let whole = [vec![8_u64, 2, 1], vec![1, 5, 4]];
    let table: Vec<Vec<Mass>> =
        whole.iter().map(|row| row.iter().map(|n| Mass::counts(*n)).collect()).collect();
    let found = association(&table, false).expect("a table");
    assert_eq!(found.method, TestMethod::Fisher);
    assert!((found.p_value - fisher_rxc(&whole, 100_000).expect("small")).abs() < 1e-15);
    let drawn = classes::random_tables(&whole);
    // The two order tables differently, so they agree roughly.
    assert!((drawn - found.p_value).abs() < 0.02, "{drawn} {}", found.p_value);
}

#[test]
fn nothing_is_nan_however_few_answered() {
    for (x1, n1) in [(0, 0), (0, 1), (1, 1), (2, 2), (0, 7), (7, 7), (3, 7)] {
        for (x2, n2) in [(0, 0), (0, 1), (1, 1), (0, 400), (400, 400), (1, 400)] {
            for heavy in [1e-6, 1.0, 1e6] {
                let mass = |n: u64| Mass { n, weight: heavy * n as f64, squares: heavy * heavy * n as f64 };
                let weighted = |x, n| ShareSums::weighted(mass(x), mass(n));
                for (a, b) in [(counts(x1, n1), counts(x2, n2)), (weighted(x1, n1), weighted(x2, n2))] {
                    check(&a, &b);
                }
            }
        }
    }
}

fn check(a: &ShareSums, b: &ShareSums) {
    let all = [
        compare_groups(a, b, 0.95),
        compare_combination(&[(0.5, *a), (-0.5, *b)], 0.95),
        compare_with_number(a, 0.5, 0.95),
        compare_answers(a, b, 0.95),
        compare_overlapping(a, b, a.base.n + b.base.n, 0.95).map(|bounded| bounded.least),
    ];
    for found in all.into_iter().flatten() {
        let sound = (0.0..=1.0).contains(&found.p_value)
            && found.interval.lower <= found.value + 1e-12
            && found.value <= found.interval.upper + 1e-12
            && (0.0..=1.0).contains(&found.sameness(0.03));
        assert!(sound, "{a:?} {b:?}: {found:?}");
    }
    if let Ok(trend) = class_trend(&[*a, *b], &[1.0, 2.0]) {
        assert!((0.0..=1.0).contains(&trend.p_value));
    }
    let cells = [a, b].map(|share| vec![share.holds, share.base.minus(share.holds)]);
    if let Ok(found) = association(&cells, a.is_weighted()) {
        assert!((0.0..=1.0).contains(&found.p_value), "{found:?}");
    }
}
