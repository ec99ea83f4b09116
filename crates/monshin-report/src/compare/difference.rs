//! The difference of two independent figures, and what holds of many at once.

use monshin_tabulate::estimate::compare::{Adjustment, adjust, fisher_2x2, independent_waves, two_sample};
use monshin_tabulate::estimate::special::gamma;

use super::figures::{Figure, Line, Points};

/// Confidence of the interval between two means, as of those of shares.
const LEVEL: f64 = 0.95;

/// A difference with an adjusted p-value below this may be stated.
const ALPHA: f64 = 0.05;

/// Raises the p-values of all lines together.
pub(super) fn raise(lines: &mut [Line]) {
    let all = lines.iter().flat_map(|line| &line.differences);
    let p: Vec<f64> = all.filter_map(|one| one.found.as_ref().ok()).map(|one| one.p).collect();
    let mut raised = adjust(&p, Adjustment::Holm).into_iter();
    for line in lines {
        for one in &mut line.differences {
            let is_weak = line.sides[one.of].figure.is_weak() || line.sides[one.with].figure.is_weak();
            let Ok(points) = &mut one.found else { continue };
            points.adjusted = raised.next().unwrap_or(1.0);
            points.is_supported = points.adjusted < ALPHA && !is_weak;
        }
    }
}

/// The first less the second; `None` where one of them has no figure.
pub(super) fn difference(of: &Figure, with: &Figure) -> Option<Points> {
    if let (Figure::Mean { mean: a, .. }, Figure::Mean { mean: b, .. }) = (of, with) {
        let found = independent_waves(b, a, LEVEL).ok()?;
        let (low, high, p) = (found.interval.lower, found.interval.upper, found.test.p_value);
        return Some(Points { points: found.value, low, high, p, adjusted: p, is_supported: false });
    }
    let (
        Figure::Share { share: a, interval: Some((la, ua)), .. },
        Figure::Share { share: b, interval: Some((lb, ub)), .. },
    ) = (of, with)
    else {
        return None;
    };
    let apart = |x: f64, y: f64| (x * x + y * y).sqrt();
    let gap = a - b;
    let low = (gap - apart(a - la, ub - b)).max(-1.0) * 100.0;
    let high = (gap + apart(ua - a, b - lb)).min(1.0) * 100.0;
    let p = p_value(of, with);
    Some(Points { points: gap * 100.0, low, high, p, adjusted: p, is_supported: false })
}

fn p_value(of: &Figure, with: &Figure) -> f64 {
    let (
        Figure::Share { count: x, n, share: a, se: sa, go_by_counts: ca, .. },
        Figure::Share { count: y, n: m, share: b, se: sb, go_by_counts: cb, .. },
    ) = (of, with)
    else {
        return 1.0;
    };
    if !*ca || !*cb {
        let (Some(sa), Some(sb)) = (error_of(*a, *n, *sa), error_of(*b, *m, *sb)) else { return 1.0 };
        let variance = sa * sa + sb * sb;
        if variance <= 0.0 {
            return 1.0;
        }
        return gamma::chi_square((a - b) * (a - b) / variance, 1.0).upper;
    }
    let (x, n, y, m) = (*x, *n, *y, *m);
    let yes = (x + y) as f64 / (n + m) as f64;
    let least = yes.min(1.0 - yes) * n.min(m) as f64;
    if least < 5.0 {
        return fisher_2x2(x, n - x, y, m - y, 0.95).two_sided;
    }
    two_sample(x, n, y, m, 0.95).map_or(1.0, |wald| wald.test.p_value)
}

/// The standard error, or the binomial one where the tables give none.
fn error_of(share: f64, n: u64, se: Option<f64>) -> Option<f64> {
    se.or_else(|| (n > 0).then(|| (share * (1.0 - share) / n as f64).sqrt()))
}
