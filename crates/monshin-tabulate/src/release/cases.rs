//! Which classes of the frame may not show how many of them responded.

use crate::{Cases, CasesBy, Withheld};

/// Withholds what became of a class where fewer than `min_base` of it responded but some did, and
/// further classes until what is withheld is two classes and `min_base` responses at least, so that
/// no class follows from the total. How many units a class has on the frame stays.
pub(super) fn withhold(cases: &mut Cases, min_base: u64) {
    cases.by.iter_mut().for_each(|by| withhold_classes(by, min_base));
}

fn withhold_classes(by: &mut CasesBy, min_base: u64) {
    let responses: Vec<u64> =
        by.rows.iter().map(|row| row.counts().map_or(0, |counts| counts.responses())).collect();
    let mut why: Vec<Option<Withheld>> =
        responses.iter().map(|n| (1..min_base).contains(n).then_some(Withheld::Primary)).collect();
    loop {
        let held: Vec<u64> =
            why.iter().zip(&responses).filter(|(why, _)| why.is_some()).map(|(_, n)| *n).collect();
        if held.is_empty() || (held.len() > 1 && held.iter().sum::<u64>() >= min_base) {
            break;
        }
        let open = (0..responses.len()).filter(|at| why[*at].is_none() && responses[*at] > 0);
        let Some(next) = open.min_by_key(|at| responses[*at]) else { break };
        why[next] = Some(Withheld::Complement);
    }
    for (row, why) in by.rows.iter_mut().zip(why) {
        if let Some(why) = why {
            row.content = Err(why);
        }
    }
}

#[cfg(test)]
mod tests {
    use monshin_frame::{Disposition, DispositionCounts};

    use super::*;
    use crate::CasesRow;

    fn check(responses: &[u64], expected: &[usize]) {
        let row = |(class, n): (usize, &u64)| {
            let mut counts = DispositionCounts::default();
            (0..*n).for_each(|_| counts.add(Disposition::Complete));
            (0..5).for_each(|_| counts.add(Disposition::UnknownEligibility));
            CasesRow { class: class as u16, units: n + 5, content: Ok(counts) }
        };
        let mut by = CasesBy { breakdown: 0, rows: responses.iter().enumerate().map(row).collect() };
        withhold_classes(&mut by, 3);
        let held: Vec<usize> = (0..responses.len()).filter(|at| by.rows[*at].counts().is_none()).collect();
        assert_eq!(held, expected, "{responses:?}");
    }

    #[test]
    fn a_class_of_one_does_not_follow_from_the_total() {
        check(&[1, 50, 9, 0], &[0, 2]);
        check(&[1, 1, 50], &[0, 1, 2]);
        check(&[2, 2, 50], &[0, 1]);
        check(&[0, 3, 50], &[]);
        check(&[1], &[0]);
    }
}
