use super::{beta, gamma, normal, student};

fn close(got: f64, want: f64, rel: f64) {
    assert!((got - want).abs() <= rel * want.abs(), "got {got:e}, want {want:e}");
}

#[test]
fn the_normal_quantile_is_the_inverse_of_the_distribution() {
    for p in [1e-300, 1e-30, 1e-10, 0.001, 0.025, 0.2, 0.26, 0.4999, 0.5, 0.7, 0.975] {
        close(normal::tails(normal::quantile(p)).lower, p, 2e-13);
    }
    close(normal::quantile(0.975), 1.959_963_984_540_054, 1e-15);
}

#[test]
fn beta_and_gamma_quantiles_are_inverses() {
    for (a, b) in [(0.01, 3.0), (0.5, 0.5), (1.0, 1.0), (2.5, 900.0), (1e6, 1e3), (300.0, 300.0)] {
        for p in [1e-20, 1e-3, 0.025, 0.5, 0.9, 0.999_999] {
            let x = beta::quantile_of(super::Tails::at(p), a, b);
            if x.x > 0.0 {
                close(beta::regularized_xy(a, b, x.x, x.y).lower, p, 1e-10);
            }
        }
    }
    for a in [0.05, 0.5, 1.0, 7.5, 1e4] {
        for p in [1e-12, 0.025, 0.5, 0.975, 0.999_999_9] {
            close(gamma::regularized(a, gamma::quantile_of(a, super::Tails::at(p))).lower, p, 1e-10);
        }
    }
}

#[test]
fn t_with_many_degrees_of_freedom_is_normal() {
    close(student::t_quantile(0.975, 1e12), normal::quantile(0.975), 1e-11);
    close(student::t_quantile(0.975, 1.0), 12.706_204_736_174_698, 1e-13);
}
