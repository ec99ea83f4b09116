//! How fieldwork goes on, if it goes on like this: returns at closing, and how wide intervals will be then.

use std::collections::BTreeMap;

/// Days that the present pace is taken from.
const PACE_DAYS: i64 = 7;

/// First returns by local day (days since 1970).
pub type ByDay = BTreeMap<i64, u64>;

/// Returns at closing, at the pace of the last seven whole days (of fewer where the survey opened later;
/// of today where it opened today): responses + pace × days left, and never more than could be asked.
///
/// `None` where it has not opened. At or after closing it is what is there.
pub fn at_closing(
    responses: u64,
    could: u64,
    by_day: &ByDay,
    opened: i64,
    today: i64,
    last: i64,
) -> Option<f64> {
    if today < opened {
        return None;
    }
    if today > last {
        return Some(responses as f64);
    }
    let begin = opened.max(today - PACE_DAYS);
    let (begin, end) = if begin < today { (begin, today) } else { (today, today + 1) };
    let came: u64 = by_day.range(begin..end).map(|(_, returns)| returns).sum();
    let pace = came as f64 / (end - begin) as f64;
    let more = pace * (last - today) as f64;
    Some((responses as f64 + more).min(could.max(responses) as f64))
}

/// Half the width, in points, of the 95 % interval of a share of one half, of `n` returns drawn at random
/// without replacement from `population`: 1.96 √(¼/n · (N − n)/(N − 1)), at most 50 points.
///
/// `None` at n = 0; 0 where all have answered. It says how much chance matters, not what nonresponse does.
/// R: `qnorm(0.975) * sqrt(0.25 / n * (N - n) / (N - 1))`.
pub fn half_width(n: f64, population: u64) -> Option<f64> {
    if n < 1.0 {
        return None;
    }
    let all = population as f64;
    if n >= all {
        return Some(0.0);
    }
    let correction = (all - n) / (all - 1.0);
    Some((100.0 * 1.959_963_984_540_054 * (0.25 / n * correction).sqrt()).min(50.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_day(returns: &[(i64, u64)]) -> ByDay {
        returns.iter().copied().collect()
    }

    #[test]
    fn the_pace_is_that_of_the_last_whole_days() {
        // Opened on day 0, closes at the end of day 29.
        for (today, returns, responses, expected) in [
            (-1, vec![], 0, None),
            (0, vec![(0, 5)], 5, Some(5.0 + 5.0 * 29.0)),
            (1, vec![(0, 4), (1, 1)], 5, Some(5.0 + 4.0 * 28.0)),
            (10, vec![(0, 50), (5, 14), (10, 3)], 67, Some(67.0 + 2.0 * 19.0)),
            (20, vec![(0, 50)], 50, Some(50.0)),
            (30, vec![(29, 9)], 9, Some(9.0)),
        ] {
            assert_eq!(
                at_closing(responses, 1_000, &by_day(&returns), 0, today, 29),
                expected,
                "day {today}"
            );
        }
        assert_eq!(at_closing(90, 100, &by_day(&[(9, 70)]), 0, 10, 29), Some(100.0), "never more than all");
    }

    #[test]
    fn half_widths_are_those_of_the_textbook() {
        // R: qnorm(0.975) * sqrt(0.25 / n * (N - n) / (N - 1)) * 100
        for (n, population, expected) in [
            (897.0, 107_409, "3.2584"),
            (100.0, 1_000, "9.3016"),
            (384.0, 1_000_000_000, "5.0009"),
            (1.0, 1_000, "50.0000"),
            (2.0, 2, "0.0000"),
        ] {
            assert_eq!(
                format!("{:.4}", half_width(n, population).expect("some")),
                expected,
                "{n} of {population}"
            );
        }
        assert_eq!(half_width(0.0, 10), None);
        assert_eq!(half_width(1.0, 1), Some(0.0));
    }
}
