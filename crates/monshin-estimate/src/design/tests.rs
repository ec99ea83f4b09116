use super::*;

fn strata_of_two() -> Stage {
    Stage { strata: Some(vec![0, 0, 1, 1]), ..Stage::default() }
}

fn variance(design: &Design, e: &[f64]) -> f64 {
    design.covariance(&[e.to_vec()]).expect("a variance")[(0, 0)]
}

#[test]
fn a_full_census_has_no_variance() {
    let population = Population::Count(vec![2.0; 4]);
    let stage = Stage { population, ..strata_of_two() };
    let design = Design::new(Sample::rows(&[1.0; 4]).expect("weights"), &[stage], Lonely::Fail);
    assert_eq!(variance(&design.expect("a design"), &[1.0, 5.0, 2.0, 9.0]), 0.0);
}

#[test]
fn cells_and_rows_agree() {
    let weights = [1.0, 2.5, 1.0, 3.0, 2.0, 2.0];
    let e = [0.3, 0.3, -0.7, -0.7, -0.7, 0.1];
    let rows = Design::simple(Sample::rows(&weights).expect("weights"));
    let cell = |range: std::ops::Range<usize>| Cell {
        n: range.len() as u64,
        weight: weights[range.clone()].iter().sum(),
        square: weights[range].iter().map(|w| w * w).sum(),
    };
    let cells = Sample::cells(&[cell(0..2), cell(2..5), cell(5..6)]).expect("cells");
    let counted = variance(&Design::simple(cells), &[0.3, -0.7, 0.1]);
    assert!((variance(&rows, &e) - counted).abs() < 1e-14);
}

#[test]
fn a_population_smaller_than_the_sample_is_refused() {
    let stage = Stage { population: Population::Count(vec![1.0; 4]), ..strata_of_two() };
    let refused = Design::new(Sample::rows(&[1.0; 4]).expect("weights"), &[stage], Lonely::Fail);
    assert_eq!(refused.err(), Some(DesignError::Population { stage: 0, row: 0 }));
}

#[test]
fn a_lonely_stratum_fails_unless_a_rule_is_chosen() {
    let stage = Stage { strata: Some(vec![0, 0, 1]), ..Stage::default() };
    let with = |lonely| {
        let sample = Sample::rows(&[1.0; 3]).expect("weights");
        Design::new(sample, std::slice::from_ref(&stage), lonely).expect("a design")
    };
    let e = [vec![1.0, 3.0, 7.0]];
    assert_eq!(with(Lonely::Fail).covariance(&e).err(), Some(Reason::LonelyStratum));
    assert_eq!(variance(&with(Lonely::Certainty), &e[0]), 4.0);
    assert_eq!(variance(&with(Lonely::Average), &e[0]), 8.0);
}

#[test]
fn one_unit_alone_has_no_degree_of_freedom() {
    let design = Design::simple(Sample::rows(&[1.0]).expect("weights"));
    assert_eq!(design.covariance(&[vec![1.0]]).err(), Some(Reason::NoDegreesOfFreedom));
    assert_eq!(design.df(), 0.0);
}

#[test]
fn weights_that_are_no_numbers_are_refused_with_their_row() {
    let refused = Sample::rows(&[1.0, f64::NAN]).err();
    assert_eq!(refused, Some(DesignError::Weight { row: 1, reason: Reason::NotFinite }));
}
