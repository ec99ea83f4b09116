//! What may be stated as a difference or a trend.

use monshin_tabulate::estimate::compare::{Adjustment, Direction, adjust};
use monshin_tabulate::{Released, TableTests, Tables, table_tests};

use super::pen::Pen;
use crate::check::figure::{Group, Share, Target};
use crate::check::trend::fewest_exceptions;

/// Something that the tables support.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Number of the variable.
    pub variable: usize,
    /// The code.
    pub code: u16,
    /// Number of the breakdown.
    pub by: usize,
    /// What it is.
    pub kind: Kind,
    /// p-value raised by Holm over every comparison that could have been stated.
    pub adjusted: f64,
    /// How large it is: of a class its share less that of the others, of a trend the last class less
    /// the first; 0 to 1.
    pub size: f64,
}

/// What kind of finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A class differs from all others.
    Class {
        /// Which.
        class: u16,
        /// Whether it lies above them.
        above: bool,
        /// The only other class, where there are two.
        than: Option<u16>,
    },
    /// The share rises or falls over the classes.
    Trend {
        /// Whether it rises.
        up: bool,
        /// Classes that are not in line.
        except: Vec<u16>,
    },
}

/// Everything that is supported, and how much was looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Support {
    /// The findings, in the order of the questionnaire, breakdown by breakdown.
    pub findings: Vec<Finding>,
    /// How many comparisons could have been stated: the family of Holm's method.
    pub candidates: usize,
    /// Variables with a comparison by each breakdown that could have been stated.
    pub looked_at: Vec<(usize, usize)>,
}

/// A comparison that could be stated, with its raw p-value.
struct Candidate {
    finding: Finding,
    p: f64,
    /// Whether it is large enough, and can be put as a claim.
    can_be_said: bool,
}

/// Part of the survey's level that a draft makes use of. Nobody has looked at a draft yet, and the
/// tests' p-values are approximate so far out in the tails; at the whole level 4.0 and 5.5 % of 200
/// drafts stated something false, at half of it fewer (docs/draft.md).
const CAUTION: f64 = 0.5;

/// A smaller difference is not worth a sentence.
const LEAST: f64 = 0.05;

/// What the released tables support. The family is every comparison that a draft could state: of the
/// answers it speaks of, each class with a quotable base against the others, and each trend. Entries
/// of a block are not tested, for those of one institution go together.
pub fn support(tables: &Released<Tables>) -> Support {
    let pen = Pen::new(tables, tables.questionnaire.language(), monshin_diag::Lang::Ja);
    let mut candidates = Vec::new();
    let mut looked_at = Vec::new();
    for tests in table_tests(tables) {
        if pen.one(tests.variable).block.is_some() || pen.is_source_of(tests.variable, tests.by) {
            continue;
        }
        let before = candidates.len();
        for target in pen.spoken_of(tests.variable) {
            candidates.extend(trend(&pen, tests, &target));
            candidates.extend(classes(&pen, tests, &target));
        }
        if candidates.len() > before {
            looked_at.push((tests.variable, tests.by));
        }
    }
    let p: Vec<f64> = candidates.iter().map(|one| one.p).collect();
    let level = tables.questionnaire.survey().evidence.level * CAUTION;
    let mut findings: Vec<Finding> = Vec::new();
    let count = candidates.len();
    for (candidate, adjusted) in candidates.into_iter().zip(adjust(&p, Adjustment::Holm)) {
        if adjusted < level && candidate.can_be_said {
            findings.push(Finding { adjusted, ..candidate.finding });
        }
    }
    Support { findings, candidates: count, looked_at }
}

fn trend(pen: &Pen<'_>, tests: &TableTests, target: &Target) -> Option<Candidate> {
    let code = target.codes[0];
    let test = tests.trends.iter().find(|test| test.code == code)?;
    let shares: Vec<(u16, Share)> = pen
        .desk
        .by_class(target, tests.by)
        .into_iter()
        .filter_map(|(class, share)| Some((class, share.ok()?)))
        .collect();
    if shares.len() < 3 {
        return None;
    }
    let up = test.trend.direction == Direction::Up;
    let except = fewest_exceptions(&shares, up);
    let quotable: Vec<&Share> =
        shares.iter().map(|(_, share)| share).filter(|share| pen.can_be_quoted(share)).collect();
    let ends = quotable.first().zip(quotable.last());
    let size = ends.map_or(0.0, |(first, last)| last.percent.minus(first.percent).to_float() / 100.0);
    let in_line = except.len() * 3 <= shares.len() && shares.len() - except.len() >= 3;
    let agrees = if up { size >= LEAST } else { size <= -LEAST };
    let kind = Kind::Trend { up, except };
    let finding = Finding { variable: tests.variable, code, by: tests.by, kind, adjusted: 1.0, size };
    Some(Candidate { finding, p: test.trend.p_value, can_be_said: in_line && agrees && quotable.len() >= 2 })
}

fn classes(pen: &Pen<'_>, tests: &TableTests, target: &Target) -> Vec<Candidate> {
    let code = target.codes[0];
    let least = pen.form().survey().quoting.min_base;
    let mut found = Vec::new();
    for test in tests.against_rest.iter().filter(|test| test.code == code) {
        let group = Group::class(tests.by, test.class);
        let Some(share) = pen.share(target, &group).filter(|share| pen.can_be_quoted(share)) else {
            continue;
        };
        if test.rest_n < least {
            continue;
        }
        let size = test.share - test.rest;
        let kind = Kind::Class { class: test.class, above: size > 0.0, than: None };
        let finding = Finding { variable: tests.variable, code, by: tests.by, kind, adjusted: 1.0, size };
        // The claim compares with everybody, the test with the others: they point the same way.
        let all = pen.share(target, &Group::all()).map(|all| all.percent);
        let points =
            all.is_some_and(|all| if size > 0.0 { share.percent > all } else { share.percent < all });
        found.push(Candidate {
            finding,
            p: test.compared.p_value,
            can_be_said: size.abs() >= LEAST && points,
        });
    }
    // Two classes mirror each other: one of them says it.
    if tests.groups == 2 && found.len() == 2 {
        let other = match found.pop().map(|one| one.finding.kind) {
            Some(Kind::Class { class, .. }) => Some(class),
            _ => None,
        };
        if let Kind::Class { than, .. } = &mut found[0].finding.kind {
            *than = other;
        }
    }
    found
}

impl Finding {
    /// What it is about.
    pub(super) fn target(&self) -> Target {
        Target { variable: self.variable, codes: vec![self.code] }
    }

    /// Its claim, as the draft writes it.
    pub(super) fn claim(&self, pen: &Pen<'_>) -> String {
        let target = self.target();
        match &self.kind {
            Kind::Class { class, above, than } => {
                let sign = if *above { '>' } else { '<' };
                let by = pen.desk.breakdown(self.by);
                let other = than.map_or("all".to_owned(), |than| {
                    format!("{}={}", by.id, pen.desk.class_id(self.by, than))
                });
                format!("compare:{}{sign}{other}", pen.target(&target, &Group::class(self.by, *class)))
            }
            Kind::Trend { up, except } => {
                let way = if *up { "up" } else { "down" };
                let ids: Vec<&str> = except.iter().map(|class| pen.desk.class_id(self.by, *class)).collect();
                let except =
                    if ids.is_empty() { String::new() } else { format!(";except={}", ids.join(",")) };
                format!(
                    "trend:{};by={};{way}{except}",
                    pen.target(&target, &Group::all()),
                    pen.desk.breakdown(self.by).id
                )
            }
        }
    }

    /// Whether a text states it.
    pub(super) fn is_stated(&self, text: &str, pen: &Pen<'_>) -> bool {
        text.contains(&format!("({})", self.claim(pen)))
    }
}
