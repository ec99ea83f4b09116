//! Every special function against 400-digit reference values over its whole range, tails included.
//! `reference/special.py` made them.

use monshin_estimate::special::{Tails, beta, gamma, hypergeometric::Hypergeometric, normal, student};
use serde_json::Value;

const REFERENCE: &str = include_str!("reference/special.json");

/// The rows of one function as numbers: arguments first, then the reference values.
fn rows(name: &str) -> Vec<Vec<f64>> {
    let all: Value = serde_json::from_str(REFERENCE).expect("the reference file is JSON");
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
    let mut worst = (0.0, String::new());
    for row in rows(name) {
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
    check("hypergeometric", 1e-12, |r| {
        let [population, marked, drawn, x] = [r[0], r[1], r[2], r[3]].map(|v| v as u64);
        let h = Hypergeometric { population, marked, drawn };
        let tails = h.tails(x);
        vec![h.pmf(x), tails.lower, tails.upper]
    });
}
