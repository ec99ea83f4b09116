//! Every special function against reference values over its whole range, tails included:
//! `reference/special.py` made those at 400 digits, `reference/special_wide.py` those from the far tails
//! (1e-300 on either side), with shape parameters from 1e-3 to 1e6 and degrees of freedom to 1e8,
//! `reference/special_far.py` those of shapes to 1e8, degrees of freedom from 0.1 to 1e9 and hypergeometric
//! draws from up to 1e9.
//!
//! `cargo nextest run -p monshin-estimate --test special --no-capture` prints the largest differences.

use monshin_estimate::special::{Tails, beta, gamma, hypergeometric::Hypergeometric, normal, student};
use serde_json::Value;

const REFERENCE: &str = include_str!("reference/special.json");
const WIDE: &str = include_str!("reference/special_wide.json");
const FAR: &str = include_str!("reference/special_far.json");

/// The rows of one function as numbers: arguments first, then the reference values.
fn rows(file: &str, name: &str) -> Vec<Vec<f64>> {
    let all: Value = serde_json::from_str(file).expect("the reference file is JSON");
    let number = |v: &Value| match v {
        Value::String(s) => s.parse().expect("a number"),
        v => v.as_f64().expect("a number"),
    };
    let list = all[name].as_array().expect("a list of rows");
    list.iter().map(|r| r.as_array().expect("a row").iter().map(number).collect()).collect()
}

/// Checks every row and returns the largest relative difference seen.
#[track_caller]
fn check(name: &str, tolerance: f64, compute: impl Fn(&[f64]) -> Vec<f64>) {
    check_in(REFERENCE, name, tolerance, compute);
}

#[track_caller]
fn check_in(file: &str, name: &str, tolerance: f64, compute: impl Fn(&[f64]) -> Vec<f64>) {
    let mut worst = (0.0, String::new());
    for row in rows(file, name) {
        let got = compute(&row);
        for (g, want) in got.iter().zip(&row[row.len() - got.len()..]) {
            let difference = (g - want).abs() / want.abs().max(1e-290);
            assert!(!g.is_nan(), "{name}{row:?}: NaN");
            if difference > worst.0 {
                worst = (difference, format!("{row:?} got {got:?}"));
            }
        }
    }
    println!("{name}: {:.1e}", worst.0);
    assert!(worst.0 <= tolerance, "{name}: {:.1e} at {}", worst.0, worst.1);
}

fn both(t: Tails) -> Vec<f64> {
    vec![t.lower, t.upper]
}

#[test]
fn the_normal_distribution() {
    check("normal", 1e-13, |r| both(normal::tails(r[0])));
    check("normal_quantile", 1e-15, |r| vec![normal::quantile(r[0])]);
}

#[test]
fn the_incomplete_gamma() {
    check("gamma", 1e-12, |r| both(gamma::regularized(r[0], r[1])));
    check("chi_square_quantile", 5e-14, |r| vec![gamma::chi_square_quantile(r[0], r[1])]);
}

#[test]
fn the_incomplete_beta() {
    check("beta", 1e-12, |r| both(beta::regularized(r[0], r[1], r[2])));
    check("beta_quantile", 2e-14, |r| vec![beta::quantile(r[0], r[1], r[2])]);
}

#[test]
fn student_and_f() {
    check("t", 1e-12, |r| vec![student::t(r[0], r[1]).upper]);
    check("t_quantile", 1e-14, |r| vec![student::t_quantile(r[0], r[1])]);
    check("f", 1e-12, |r| both(student::f(r[0], r[1], r[2])));
}

#[test]
fn the_hypergeometric() {
    check("hypergeometric", 1e-12, hypergeometric);
}

/// Mass and tails at the fourth of the arguments.
fn hypergeometric(r: &[f64]) -> Vec<f64> {
    let [population, marked, drawn, x] = [r[0], r[1], r[2], r[3]].map(|v| v as u64);
    let h = Hypergeometric { population, marked, drawn };
    let tails = h.tails(x);
    vec![h.pmf(x), tails.lower, tails.upper]
}

/// The tails of which the smaller is p.
fn smaller(is_upper: f64, p: f64) -> Tails {
    if is_upper == 1.0 { Tails { lower: 1.0 - p, upper: p } } else { Tails { lower: p, upper: 1.0 - p } }
}

#[test]
fn the_normal_distribution_in_the_far_tails() {
    check_in(WIDE, "normal", 1e-13, |r| both(normal::tails(r[0])));
    check_in(WIDE, "normal_quantile", 1e-15, |r| vec![normal::quantile_of(smaller(r[0], r[1]))]);
}

#[test]
fn the_incomplete_gamma_of_every_shape() {
    check_in(WIDE, "gamma", 1e-12, |r| both(gamma::regularized(r[0], r[1])));
    check_in(WIDE, "chi_square_quantile", 1e-12, |r| {
        vec![2.0 * gamma::quantile_of(0.5 * r[0], smaller(r[1], r[2]))]
    });
}

#[test]
fn the_incomplete_beta_of_every_shape() {
    // At shapes of 1e6 rounding the argument alone moves a far tail by 1e-12.
    check_in(WIDE, "beta", 2e-12, |r| both(beta::regularized(r[0], r[1], r[2])));
    check_in(WIDE, "beta_quantile", 1e-12, |r| vec![beta::quantile_of(smaller(r[2], r[3]), r[0], r[1]).x]);
}

#[test]
fn student_and_f_of_all_degrees_of_freedom() {
    check_in(WIDE, "t", 1e-12, |r| both(student::t(r[0], r[1])));
    check_in(WIDE, "t_quantile", 1e-12, |r| vec![student::t_quantile_of(smaller(r[1], r[2]), r[0])]);
    // At 1e8 and 1e8 degrees of freedom rounding the argument alone moves the tail by 3e-12.
    check_in(WIDE, "f", 1e-11, |r| both(student::f(r[0], r[1], r[2])));
}

#[test]
fn shapes_of_a_hundred_million() {
    check_in(FAR, "gamma", 1e-10, |r| both(gamma::regularized(r[0], r[1])));
    check_in(FAR, "chi_square_quantile", 1e-11, |r| {
        vec![2.0 * gamma::quantile_of(0.5 * r[0], smaller(r[1], r[2]))]
    });
    check_in(FAR, "beta", 1e-10, |r| both(beta::regularized(r[0], r[1], r[2])));
    check_in(FAR, "beta_quantile", 1e-11, |r| vec![beta::quantile_of(smaller(r[2], r[3]), r[0], r[1]).x]);
}

#[test]
fn a_tenth_of_a_degree_of_freedom_and_a_thousand_million() {
    check_in(FAR, "t", 1e-12, |r| both(student::t(r[0], r[1])));
    check_in(FAR, "t_quantile", 1e-11, |r| vec![student::t_quantile_of(smaller(r[1], r[2]), r[0])]);
    check_in(FAR, "f", 1e-11, |r| both(student::f(r[0], r[1], r[2])));
}

#[test]
fn draws_from_populations_of_any_size() {
    check_in(FAR, "hypergeometric", 1e-11, hypergeometric);
}
