use super::*;

const BEDS: [u32; 6] = [0, 0, 0, 1, 1, 1];
const OWNER: [u32; 6] = [0, 1, 1, 0, 0, 1];

fn margins<'a>(beds: &'a [f64], owner: &'a [f64]) -> [Margin<'a>; 2] {
    [Margin { levels: &BEDS, totals: beds }, Margin { levels: &OWNER, totals: owner }]
}

#[test]
fn raked_weights_meet_every_margin() {
    let (weights, report) =
        rake_rows(&[1.0; 6], &margins(&[60.0, 40.0], &[30.0, 70.0]), &Raking::default()).expect("feasible");
    let sum = |levels: &[u32], k| -> f64 {
        levels.iter().zip(&weights).filter(|(l, _)| **l == k).map(|(_, w)| w).sum()
    };
    assert!((sum(&BEDS, 0) - 60.0).abs() < 1e-6 && (sum(&OWNER, 1) - 70.0).abs() < 1e-6);
    assert!(report.worst_error <= 1e-9);
}

#[test]
fn totals_that_differ_are_refused_with_both_margins() {
    let refused = rake_rows(&[1.0; 6], &margins(&[60.0, 40.0], &[30.0, 80.0]), &Raking::default());
    let clash = WeightingError::TotalsClash { first: (0, 100.0), other: (1, 110.0) };
    assert_eq!(refused.err(), Some(clash));
    let rescale = Raking { unequal: UnequalTotals::RescaleToFirst, ..Raking::default() };
    let (_, report) =
        rake_rows(&[1.0; 6], &margins(&[60.0, 40.0], &[30.0, 80.0]), &rescale).expect("rescaled");
    assert_eq!(report.rescaled, [1]);
}

#[test]
fn totals_that_no_weights_can_meet_are_refused_with_the_margins_in_conflict() {
    // Everyone with level 0 of the first margin has level 0 of the second, and the totals say otherwise.
    let levels = [0_u32, 0, 1, 1];
    let margins = [
        Margin { levels: &levels, totals: &[60.0, 40.0] },
        Margin { levels: &levels, totals: &[50.0, 50.0] },
    ];
    let refused = rake_rows(&[1.0; 4], &margins, &Raking::default());
    match refused {
        Err(WeightingError::NotConverged { clashing, .. }) => assert_eq!(clashing, [0, 1]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_level_nobody_answered_in_is_named() {
    let margin = [Margin { levels: &[0, 0, 1], totals: &[5.0, 5.0, 2.0] }];
    let refused = rake_rows(&[1.0; 3], &margin, &Raking::default());
    assert_eq!(refused.err(), Some(WeightingError::EmptyLevel { margin: 0, level: 2 }));
}

#[test]
fn exponential_calibration_is_raking() {
    let dummy = |levels: &[u32], k| levels.iter().map(|l| if *l == k { 1.0 } else { 0.0 }).collect();
    let variables = [vec![1.0; 6], dummy(&BEDS, 1), dummy(&OWNER, 1)];
    let calibrated =
        calibrate(&[1.0; 6], &variables, &[100.0, 40.0, 70.0], Distance::Exponential).expect("feasible");
    let (raked, _) =
        rake_rows(&[1.0; 6], &margins(&[60.0, 40.0], &[30.0, 70.0]), &Raking::default()).expect("feasible");
    for (g, w) in calibrated.factors.iter().zip(raked) {
        assert!((g / w - 1.0).abs() < 1e-7);
    }
}

#[test]
fn bounds_too_tight_for_the_totals_are_refused() {
    let distance = Distance::Logit { lower: 0.9, upper: 1.1 };
    assert!(calibrate(&[1.0; 4], &[vec![1.0; 4]], &[8.0], distance).is_err());
    let bounds = Some((1.2, 1.1));
    let refused = calibrate(&[1.0], &[vec![1.0]], &[1.0], Distance::Linear { bounds });
    assert_eq!(refused.err(), Some(WeightingError::Bounds));
}

#[test]
fn trimming_keeps_the_sum_and_strict_keeps_the_bound() {
    let weights = [1.0, 1.0, 1.0, 1.0, 16.0];
    let once = trim_once(&weights, 0.0, 4.5, false).expect("room");
    assert_eq!((once.weights.iter().sum::<f64>(), once.clipped), (20.0, 1));
    let strict = trim_once(&weights, 0.0, 4.5, true).expect("room");
    assert!(strict.weights.iter().all(|w| *w <= 4.5 + 1e-12));
    assert_eq!(trim_once(&[1.0, 9.0], 0.0, 4.0, true).err(), Some(WeightingError::Bounds));
}

#[test]
fn raking_with_trimming_reports_the_margin_it_could_not_hold() {
    let levels = [0_u32, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let margin = [Margin { levels: &levels, totals: &[10.0, 90.0] }];
    let trimmed =
        rake_and_trim(&[1.0; 10], &margin, &Raking::default(), &Trimming::default()).expect("bounds");
    assert!(trimmed.margin_error > 0.1 && trimmed.weights[9] <= trimmed.bounds.1 * (1.0 + 1e-9));
}

#[test]
fn respondents_carry_the_weight_of_their_class() {
    let adjusted =
        nonresponse_adjusted(&[2.0; 4], &[0, 0, 1, 1], &[true, false, true, true]).expect("answers");
    assert_eq!(adjusted, [4.0, 0.0, 2.0, 2.0]);
    let silent = nonresponse_adjusted(&[2.0; 2], &[0, 1], &[true, false]);
    assert_eq!(silent.err(), Some(WeightingError::EmptyLevel { margin: 0, level: 1 }));
}

#[test]
fn equal_weights_have_no_design_effect() {
    assert_eq!(kish_design_effect(&[3.0; 7]), Some(1.0));
    assert_eq!(kish_design_effect(&[0.0]), None);
    assert_eq!(kish_design_effect(&[f64::NAN]), None);
}
