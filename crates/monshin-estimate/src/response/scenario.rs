//! How far those who did not answer could move a share.

/// The share in the population when a share m = `nonresponse` of it did not answer and between `low`
/// and `high` of them would have said yes: [(1−m)p + m·low, (1−m)p + m·high].
///
/// With `low` 0 and `high` 1 nothing is assumed (Cochran 1977, 13.2; Manski's bounds). At m = 0.9916
/// they are nearly 0 to 1: the most honest figure of such a report. `None` for arguments outside
/// [0, 1] or `low` above `high`.
pub fn nonresponse_bounds(p: f64, nonresponse: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if ![p, nonresponse, low, high].iter().all(is_share) || low > high {
        return None;
    }
    let known = (1.0 - nonresponse) * p;
    Some((known + nonresponse * low, known + nonresponse * high))
}

/// The share in the population when those who did not answer differ from those who did by
/// `difference` (0.1 = 10 points), as far as 0 and 1 allow: (1−m)p + m·min(1, max(0, p + difference)).
///
/// `None` for p or m outside [0, 1], or a difference that is no number.
pub fn shifted_share(p: f64, nonresponse: f64, difference: f64) -> Option<f64> {
    if !is_share(&p) || !is_share(&nonresponse) || !difference.is_finite() {
        return None;
    }
    Some((1.0 - nonresponse) * p + nonresponse * (p + difference).clamp(0.0, 1.0))
}

/// What share of those who did not answer would bring the population's share to `threshold` exactly:
/// (threshold − (1−m)p)/m. `None` where no share from 0 to 1 does (the conclusion stands whatever they
/// would have said), where everybody answered, and for arguments outside [0, 1].
pub fn turning_share(p: f64, nonresponse: f64, threshold: f64) -> Option<f64> {
    if ![p, nonresponse, threshold].iter().all(is_share) || nonresponse == 0.0 {
        return None;
    }
    let needed = (threshold - (1.0 - nonresponse) * p) / nonresponse;
    is_share(&needed).then_some(needed)
}

/// The response rate from which on the population's share lies on the same side of `threshold` as p,
/// whatever the others would have said: threshold/p where p is above, (1−threshold)/(1−p) where it is
/// below. `None` where p is the threshold, and for arguments outside [0, 1].
pub fn response_that_settles(p: f64, threshold: f64) -> Option<f64> {
    if !is_share(&p) || !is_share(&threshold) || p == threshold {
        return None;
    }
    Some(if p > threshold { threshold / p } else { (1.0 - threshold) / (1.0 - p) })
}

/// One class of the frame with the share among those of it who answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratumShare {
    /// N_k: units of the class in the frame, or how many of them the question is for; 0 or more.
    pub units: f64,
    /// n_k: how many of it answered.
    pub answered: u64,
    /// Of those, how many gave the answer.
    pub count: u64,
}

/// A share weighted to the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Poststratified {
    /// Σ N_k p_k/Σ N_k over the classes with an answer, 0 to 1.
    pub share: f64,
    /// How much of the frame those classes are, 0 to 1: below 1 the share does not speak for all.
    pub covered: f64,
}

/// The respondents' share weighted to the frame's classes (post-stratification without variance).
/// R: `svymean(~y, postStratify(design, ~class, counts, partial = TRUE))`.
///
/// `None` where no class has an answer, one has a count above its answers, or units are no number.
pub fn poststratified_share(strata: &[StratumShare]) -> Option<Poststratified> {
    if strata.iter().any(|one| one.count > one.answered || !one.units.is_finite() || one.units < 0.0) {
        return None;
    }
    let all: f64 = strata.iter().map(|one| one.units).sum();
    let with = || strata.iter().filter(|one| one.answered > 0);
    let covered: f64 = with().map(|one| one.units).sum();
    let sum: f64 = with().map(|one| one.units * (one.count as f64 / one.answered as f64)).sum();
    (covered > 0.0 && all.is_finite())
        .then(|| Poststratified { share: sum / covered, covered: covered / all })
}

fn is_share(value: &f64) -> bool {
    (0.0..=1.0).contains(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_assumptions_a_low_response_bounds_almost_nothing() {
        let (low, high) = nonresponse_bounds(0.44, 1.0 - 0.00835, 0.0, 1.0).expect("in range");
        assert!(low < 0.01 && high > 0.99);
        assert_eq!(nonresponse_bounds(0.5, 0.0, 0.0, 1.0), Some((0.5, 0.5)));
        assert_eq!(nonresponse_bounds(0.5, f64::NAN, 0.0, 1.0), None);
    }

    #[test]
    fn a_shift_stops_at_none_and_all() {
        assert_eq!(shifted_share(0.5, 0.5, 0.0), Some(0.5));
        assert_eq!(shifted_share(0.9, 1.0, 0.2), Some(1.0));
        assert_eq!(shifted_share(0.1, 0.0, -0.2), Some(0.1));
        assert_eq!(shifted_share(0.1, 0.5, f64::NAN), None);
    }

    #[test]
    fn the_share_that_turns_a_majority_turns_it() {
        let turning = turning_share(0.6, 0.75, 0.5).expect("it can turn");
        assert!((0.25 * 0.6 + 0.75 * turning - 0.5).abs() < 1e-15);
        assert_eq!(turning_share(0.9, 0.1, 0.5), None);
        assert_eq!(turning_share(0.9, 0.0, 0.5), None);
    }

    #[test]
    fn a_majority_is_settled_from_a_rate_on() {
        let needed = response_that_settles(598.0 / 897.0, 0.5).expect("no tie");
        assert!((needed - 0.75).abs() < 1e-12);
        let (low, _) = nonresponse_bounds(598.0 / 897.0, 1.0 - needed, 0.0, 1.0).expect("in range");
        assert!((low - 0.5).abs() < 1e-12);
        assert_eq!(response_that_settles(0.5, 0.5), None);
        assert_eq!(response_that_settles(0.0, 0.5), Some(0.5));
    }

    #[test]
    fn classes_weigh_as_in_the_frame() {
        let one = |units, answered, count| StratumShare { units, answered, count };
        let found = poststratified_share(&[one(900.0, 10, 1), one(100.0, 10, 9)]).expect("answers");
        assert!((found.share - 0.18).abs() < 1e-15 && found.covered == 1.0);
        let part = poststratified_share(&[one(900.0, 10, 1), one(100.0, 0, 0)]).expect("answers");
        assert!((part.share - 0.1).abs() < 1e-15 && (part.covered - 0.9).abs() < 1e-15);
        assert_eq!(poststratified_share(&[one(5.0, 0, 0)]), None);
        assert_eq!(poststratified_share(&[]), None);
    }
}
