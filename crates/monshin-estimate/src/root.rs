//! A zero of a function between two points of different sign.

/// Brent's method (1973): interpolation where it makes progress, halving where it does not, until the
/// bracket is within `tolerance` (plus twice the rounding) of the zero. Returns an end where the
/// function is zero there; without a change of sign, the end with the smaller absolute value.
pub(crate) fn brent(f: impl Fn(f64) -> f64, from: f64, to: f64, tolerance: f64) -> f64 {
    let (mut a, mut b) = (from, to);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 || fb == 0.0 || fa.signum() == fb.signum() {
        return if fa.abs() < fb.abs() { a } else { b };
    }
    let (mut c, mut fc) = (a, fa);
    for _ in 0..1000 {
        let last_step = b - a;
        if fc.abs() < fb.abs() {
            // b is always the best point so far, c the other side of the zero.
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let enough = 2.0 * f64::EPSILON * b.abs() + 0.5 * tolerance;
        let half = 0.5 * (c - b);
        if half.abs() <= enough || fb == 0.0 {
            return b;
        }
        let mut step = half;
        if last_step.abs() >= enough && fa.abs() > fb.abs() {
            let (p, q) = interpolation((a, fa), (b, fb), (c, fc));
            let inside = p < 0.75 * (c - b) * q - 0.5 * (enough * q).abs();
            if inside && p < (0.5 * last_step * q).abs() {
                step = p / q;
            }
        }
        if step.abs() < enough {
            step = if step > 0.0 { enough } else { -enough };
        }
        (a, fa) = (b, fb);
        b += step;
        fb = f(b);
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
        }
    }
    b
}

/// Step from b as p/q with p ≥ 0: by the secant where only two points differ, else inverse quadratic.
fn interpolation(a: (f64, f64), b: (f64, f64), c: (f64, f64)) -> (f64, f64) {
    let gap = c.0 - b.0;
    let (p, q) = if a.0 == c.0 {
        let s = b.1 / a.1;
        (gap * s, 1.0 - s)
    } else {
        let (q, s, t) = (a.1 / c.1, b.1 / c.1, b.1 / a.1);
        let p = t * (gap * q * (q - s) - (b.0 - a.0) * (s - 1.0));
        (p, (q - 1.0) * (s - 1.0) * (t - 1.0))
    };
    if p > 0.0 { (p, -q) } else { (-p, q) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_root_to_the_last_digit() {
        let root = brent(|x| x * x * x - 2.0, 0.0, 4.0, 0.0);
        assert!((root - libm::cbrt(2.0)).abs() < 1e-15);
        assert_eq!(brent(|x| x, 0.0, 1.0, 0.0), 0.0);
    }
}
