//! The units of a table that are alike to an estimate: same part, same answer.

use std::collections::BTreeSet;

use monshin_estimate::compare::Mass;

use super::precision::UnderDesign;

/// Units that are alike: of which part, whether they answered, and what.
pub(super) struct Alike {
    /// `None` for a group of which the table tells nothing: a cluster without an entry.
    pub part: Option<usize>,
    pub answer: Option<Answer>,
    pub mass: Mass,
}

/// What they answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Answer {
    /// One of a list, where only one can be given.
    Code(u16),
    /// The code that is asked for, of several; or another.
    Mention(bool),
    Value(f64),
    /// To two questions; `None` where they did not answer.
    Pair([Option<bool>; 2]),
}

impl Alike {
    pub fn value(&self) -> f64 {
        match self.answer {
            Some(Answer::Value(value)) => value,
            _ => 0.0,
        }
    }
}

impl UnderDesign<'_> {
    /// Those who gave each code, and those who gave none.
    pub(super) fn of_list(&self) -> Vec<Alike> {
        let mut rows = Vec::with_capacity(3 * self.parts.len());
        for (part, one) in self.parts.iter().enumerate() {
            let part = Some(part);
            rows.extend(one.counts.codes.iter().enumerate().map(|(code, mass)| Alike {
                part,
                answer: Some(Answer::Code(code as u16)),
                mass: *mass,
            }));
            rows.push(Alike { part, answer: None, mass: one.counts.silent });
        }
        self.whole(rows)
    }

    /// Those who gave the code, those who answered otherwise, those who did not.
    pub(super) fn of_mention(&self, codes: &[u16]) -> Vec<Alike> {
        let mut rows = Vec::with_capacity(3 * self.parts.len());
        for (part, one) in self.parts.iter().enumerate() {
            let given = |code: &u16| one.counts.codes[usize::from(*code)];
            let holds = codes.iter().take(1).map(given).fold(Mass::default(), Mass::plus);
            let rest = one.counts.answered.minus(holds);
            let (yes, no) = (Some(Answer::Mention(true)), Some(Answer::Mention(false)));
            let three = [(yes, holds), (no, rest), (None, one.counts.silent)];
            let part = Some(part);
            rows.extend(three.into_iter().map(|(answer, mass)| Alike { part, answer, mass }));
        }
        self.whole(rows)
    }

    pub(super) fn of_values(&self) -> Vec<Alike> {
        let mut rows = Vec::new();
        for (part, one) in self.parts.iter().enumerate() {
            let part = Some(part);
            let unit = |(value, mass): &(f64, Mass)| {
                let answer = Some(Answer::Value(*value));
                Alike { part, answer, mass: *mass }
            };
            rows.extend(one.values.0.iter().map(unit));
            rows.push(Alike { part, answer: None, mass: one.counts.silent });
        }
        self.whole(rows)
    }

    /// Rows with somebody. A cluster without an entry was drawn all the same: it stands there with
    /// no weight.
    pub(super) fn whole(&self, mut rows: Vec<Alike>) -> Vec<Alike> {
        rows.retain(|row| row.mass.n > 0);
        if self.is_block && !self.design.stages().is_empty() {
            let seen: BTreeSet<u32> = self.parts.iter().map(|part| part.group).collect();
            let drawn = self.design.drawn.iter().flat_map(|drawn| drawn.groups());
            let missing = drawn.filter(|group| !seen.contains(group)).count();
            rows.extend((0..missing).map(|_| Alike {
                part: None,
                answer: None,
                mass: Mass { n: 1, weight: 0.0, squares: 0.0 },
            }));
        }
        rows
    }

    /// The group of each row; of a group that the table tells nothing of, in the order of
    /// [`UnderDesign::whole`].
    pub(super) fn groups(&self, rows: &[Alike]) -> Vec<u32> {
        let seen: BTreeSet<u32> = self.parts.iter().map(|part| part.group).collect();
        let drawn = self.design.drawn.iter().flat_map(|drawn| drawn.groups());
        let mut missing = drawn.filter(|group| !seen.contains(group));
        rows.iter()
            .map(|row| match row.part {
                Some(part) => self.parts[part].group,
                None => missing.next().unwrap_or(0),
            })
            .collect()
    }
}
