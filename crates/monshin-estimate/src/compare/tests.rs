use super::*;

#[test]
fn one_weight_makes_a_weighted_sum_a_chi_square_or_an_f() {
    use crate::special::{gamma, student};
    for x in [0.2, 1.0, 4.0, 15.0] {
        let got = weighted_chi_square_upper(x, &[2.0, 2.0, 2.0], f64::INFINITY);
        assert!((got - gamma::chi_square(x / 2.0, 3.0).upper).abs() < 1e-8, "{x}: {got}");
        let got = weighted_chi_square_upper(x, &[1.0, 1.0], 20.0);
        assert!((got - student::f(x / 2.0, 2.0, 20.0).upper).abs() < 1e-8, "{x}: {got}");
        let got = saddlepoint_upper(x, &[1.0, 1.0, 1.0], 30.0, false);
        assert!((got / student::f(x / 3.0, 3.0, 30.0).upper - 1.0).abs() < 0.05, "{x}: {got}");
    }
}

#[test]
fn fisher_by_columns_agrees_with_the_two_by_two() {
    let two = fisher_2x2(3, 1, 2, 9, 0.95).two_sided;
    let many = fisher_rxc(&[vec![3, 1], vec![2, 9]], 1_000).expect("small");
    assert!((two - many).abs() < 1e-12);
}

#[test]
fn an_empty_column_says_nothing() {
    assert_eq!(fisher_2x2(0, 4, 0, 5, 0.95).two_sided, 1.0);
    assert!(pearson(&[vec![0.0, 4.0], vec![0.0, 5.0]], false).is_err());
}

#[test]
fn adjusting_nothing_gives_nothing_and_one_stays() {
    assert_eq!(adjust(&[], Adjustment::Holm), Vec::<f64>::new());
    for how in [Adjustment::Holm, Adjustment::BenjaminiHochberg, Adjustment::BenjaminiYekutieli] {
        assert_eq!(adjust(&[0.03], how), [0.03]);
    }
}

#[test]
fn a_trend_needs_classes_that_differ() {
    assert!(cochran_armitage(&[3, 3], &[3, 3], &[1.0, 2.0]).is_err());
    let up = cochran_armitage(&[1, 5, 9], &[10, 10, 10], &[1.0, 2.0, 3.0]).expect("a trend");
    assert_eq!(up.direction, Direction::Up);
    assert!((up.slope - 0.4).abs() < 1e-12 && up.test.p_value < 0.001);
}

#[test]
fn newcombe_keeps_its_width_at_the_ends() {
    let (low, high) = newcombe(0, 5, 0, 5, 0.95);
    assert!(low < -0.3 && high > 0.3);
    assert_eq!(newcombe(0, 0, 1, 2, 0.95), (-1.0, 1.0));
}

#[test]
fn nobody_changing_between_waves_cannot_be_tested() {
    assert!(paired_waves(5, 0, 0, 5, 0.95).is_err());
    let change = paired_waves(30, 5, 15, 50, 0.95).expect("changes");
    assert!((change.value - 0.10).abs() < 1e-15 && (change.test.statistic - 81.0 / 20.0).abs() < 1e-12);
}

#[test]
fn the_odds_ratio_of_a_large_table_is_found_where_masses_are_too_small_to_write() {
    // R 4.2.2: fisher.test(matrix(c(378, 963, 467, 374), 2, byrow = TRUE))
    let exact = fisher_2x2(378, 963, 467, 374, 0.95);
    let as_r = fisher_2x2_to(378, 963, 467, 374, 0.95, R_ROOT_TOLERANCE);
    assert!((as_r.odds_ratio - 0.314548142133362).abs() < 1e-12, "{}", as_r.odds_ratio);
    assert!((exact.odds_ratio - as_r.odds_ratio).abs() < 1e-4);
}
