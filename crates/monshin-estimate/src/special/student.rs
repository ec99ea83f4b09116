//! Student's t and the F distribution, both from the incomplete beta.

use super::{Tails, beta, normal};

/// Beyond this many degrees of freedom t is the normal to the last digit.
const NORMAL_DF: f64 = 1e15;

/// Student's t tails, `df` > 0, [`f64::INFINITY`] being the normal. R: `pt`.
pub fn t(t: f64, df: f64) -> Tails {
    if df > NORMAL_DF {
        return normal::tails(t);
    }
    let t2 = t * t;
    let (x, y) = if t2.is_infinite() { (0.0, 1.0) } else { (df / (df + t2), t2 / (df + t2)) };
    let beyond = 0.5 * beta::regularized_xy(0.5 * df, 0.5, x, y).lower;
    let tails = Tails { lower: beyond, upper: 1.0 - beyond };
    if t > 0.0 { tails.swapped() } else { tails }
}

/// Two-sided p-value, P(|T| ≥ |t|).
pub fn t_two_sided(t_value: f64, df: f64) -> f64 {
    (2.0 * t(-t_value.abs(), df).lower).min(1.0)
}

/// Student's t quantile. R: `qt`.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if df > NORMAL_DF {
        return normal::quantile(p);
    }
    if p > 0.5 {
        return -t_quantile_below(1.0 - p, p, df);
    }
    t_quantile_below(p, 1.0 - p, df)
}

/// The t with the given tails; the smaller tail decides.
pub fn t_quantile_of(tails: Tails, df: f64) -> f64 {
    if df > NORMAL_DF {
        return normal::quantile_of(tails);
    }
    if tails.lower > tails.upper {
        return -t_quantile_below(tails.upper, tails.lower, df);
    }
    t_quantile_below(tails.lower, tails.upper, df)
}

fn t_quantile_below(p: f64, upper: f64, df: f64) -> f64 {
    // Half of the smallest df there is cannot be written.
    if p == 0.0 || 0.5 * df == 0.0 {
        return f64::NEG_INFINITY;
    }
    // P(|T| > |t|) = I_x(df/2, 1/2) with x = df/(df + t²).
    let at = beta::quantile_of(Tails { lower: 2.0 * p, upper: upper - p }, 0.5 * df, 0.5);
    -(df * at.y / at.x).sqrt()
}

/// F tails with `d1` and `d2` degrees of freedom; `d2` may be infinite. R: `pf`.
pub fn f(value: f64, d1: f64, d2: f64) -> Tails {
    if value <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if d2 > NORMAL_DF {
        return super::gamma::chi_square(d1 * value, d1);
    }
    let scaled = d1 * value;
    if scaled.is_infinite() {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    beta::regularized_xy(0.5 * d1, 0.5 * d2, scaled / (d2 + scaled), d2 / (d2 + scaled))
}

/// F quantile. R: `qf`.
pub fn f_quantile(p: f64, d1: f64, d2: f64) -> f64 {
    let at = beta::quantile_of(Tails::at(p), 0.5 * d1, 0.5 * d2);
    d2 * at.x / (d1 * at.y)
}
