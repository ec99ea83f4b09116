//! The figures of each survey and the differences between them.

use monshin_diag::Lang;
use monshin_tabulate::estimate::{Estimate, IntervalMethod};
use monshin_tabulate::{NotPaired, WaveChange, WaveMeasure, WaveQuestion, wave_change};

use super::Member;
use super::difference::{difference, raise};
use super::mapping::{Concept, Grade, Link, Mapping, Order};
use crate::check::figure::{Desk, Group, Missing};

/// Everything that was compared.
#[derive(Clone, Debug)]
pub struct Comparison<'m> {
    /// What corresponds to what.
    pub mapping: &'m Mapping,
    /// The surveys.
    pub members: &'m [Member<'m>],
    /// One for each concept, overall.
    pub overall: Vec<Line>,
    /// By breakdown of the mapping: one for each concept and class, the concepts slowest.
    pub by: Vec<Vec<Line>>,
}

/// One concept (in one class) across the surveys.
#[derive(Clone, Debug)]
pub struct Line {
    /// Position of the concept.
    pub concept: usize,
    /// Position of the class of a mapped breakdown; `None` overall.
    pub class: Option<usize>,
    /// The figure of each survey that asked, in their order.
    pub sides: Vec<Side>,
    /// Differences between them, by position in `sides`.
    pub differences: Vec<Difference>,
}

/// The figure of one survey.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// Position of the survey in the mapping.
    pub survey: usize,
    /// How well its question agrees with the concept.
    pub grade: Grade,
    /// The figure.
    pub figure: Figure,
}

/// A share, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// A share with what it rests on.
    Share {
        /// How many, unweighted.
        count: u64,
        /// Of how many, unweighted.
        n: u64,
        /// The share, 0 to 1; weighted where the survey's tables are.
        share: f64,
        /// Its interval.
        interval: Option<(f64, f64)>,
        /// Its standard error, where the tables give one.
        se: Option<f64>,
        /// Whether the base is below the survey's quoting threshold.
        weak: bool,
        /// Whether the survey is weighted.
        weighted: bool,
        /// Whether counts say how sure it is: neither weights nor clusters nor replicates have a say.
        go_by_counts: bool,
    },
    /// The mean of a number.
    Mean {
        /// Of how many, unweighted.
        n: u64,
        /// The mean; weighted where the survey's tables are.
        mean: Estimate,
        /// Whether the base is below the survey's quoting threshold.
        weak: bool,
    },
    /// Nobody answered.
    NoBase,
    /// It is not published.
    Withheld,
    /// Its survey does not present it, since it is unreliable.
    Omitted,
    /// The survey has no such class, or no table for it.
    NotAvailable,
}

impl Figure {
    /// Whether its base is below the survey's quoting threshold.
    pub fn is_weak(&self) -> bool {
        matches!(self, Figure::Share { weak: true, .. } | Figure::Mean { weak: true, .. })
    }
}

/// How two waves were brought together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pairing {
    /// As independent: nobody says that an id is the same unit in both.
    Independent,
    /// As independent, though units are the same, and why.
    NotPaired(NotPaired),
    /// By unit.
    Paired {
        /// Units that answered both.
        both: u64,
        /// Correlation of their two answers.
        correlation: Option<f64>,
    },
}

/// What lies between two surveys.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// Position in [`Line::sides`] of the one that is compared.
    pub of: usize,
    /// Position of the one it is compared with.
    pub with: usize,
    /// The worse of both grades.
    pub grade: Grade,
    /// How the two were brought together.
    pub pairing: Pairing,
    /// The difference, or why none is printed.
    pub found: Result<Points, NoDifference>,
}

/// A difference of two shares in percentage points, or of two means in their unit; the first less the
/// second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// The difference.
    pub points: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// p-value of no difference.
    pub p: f64,
    /// The same, raised by Holm for all differences of the table.
    pub adjusted: f64,
    /// Whether a reader may call it a difference: adjusted p below 0.05 and neither base weak.
    pub is_supported: bool,
}

/// Why no difference is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDifference {
    /// The bases are not alike.
    DifferentBase,
    /// One of the two has no figure.
    NoFigure,
}

/// Looks up every figure and computes the differences that the grades allow. Pairs: of sectors
/// every two, of waves each with the one before and the last with the first. p-values are raised by
/// Holm over all differences of the overall results, and over those of each breakdown.
///
/// Waves are paired by unit where the mapping says that an id is the same unit in each and the rules of
/// [`wave_change`] allow; all else is taken as independent. Difference of two shares: Newcombe's hybrid of
/// the two printed intervals; test: Fisher's where an expected count is below 5, else Pearson's; of shares
/// under weights, clusters or replicates, and of means, z from both standard errors.
pub fn compare<'m>(mapping: &'m Mapping, members: &'m [Member<'m>]) -> Comparison<'m> {
    let desk = Lookup { mapping, members };
    let mut overall: Vec<Line> = (0..mapping.concepts.len()).map(|at| desk.line(at, None)).collect();
    raise(&mut overall);
    let of_breakdown = |by: usize| {
        let classes = mapping.breakdowns[by].classes.len();
        let pairs = (0..mapping.concepts.len()).flat_map(|at| (0..classes).map(move |class| (at, class)));
        let mut lines: Vec<Line> = pairs.map(|(at, class)| desk.line(at, Some((by, class)))).collect();
        raise(&mut lines);
        lines
    };
    let by = (0..mapping.breakdowns.len()).map(of_breakdown).collect();
    Comparison { mapping, members, overall, by }
}

#[derive(Clone, Copy)]
struct Lookup<'m> {
    mapping: &'m Mapping,
    members: &'m [Member<'m>],
}

impl Lookup<'_> {
    fn line(&self, concept: usize, class: Option<(usize, usize)>) -> Line {
        let one: &Concept = &self.mapping.concepts[concept];
        let side =
            |link: &Link| Side { survey: link.survey, grade: link.grade, figure: self.figure(link, class) };
        let sides: Vec<Side> = one.links.iter().map(side).collect();
        let differences = self
            .pairs(sides.len())
            .into_iter()
            .map(|(of, with)| {
                let grade = sides[of].grade.max(sides[with].grade);
                let links = class.is_none().then_some((&one.links[of], &one.links[with]));
                let (pairing, found) = match grade {
                    Grade::DifferentBase => (Pairing::Independent, Err(NoDifference::DifferentBase)),
                    _ => self.between(&sides[of].figure, &sides[with].figure, links),
                };
                Difference { of, with, grade, pairing, found }
            })
            .collect();
        Line { concept, class: class.map(|(_, class)| class), sides, differences }
    }

    /// The difference of two figures, paired where that is possible.
    fn between(
        &self,
        of: &Figure,
        with: &Figure,
        links: Option<(&Link, &Link)>,
    ) -> (Pairing, Result<Points, NoDifference>) {
        let independent = difference(of, with).ok_or(NoDifference::NoFigure);
        let (Ok(_), Some((of, with))) = (&independent, links) else {
            return (Pairing::Independent, independent);
        };
        match self.change(of, with) {
            None => (Pairing::Independent, independent),
            Some(Err(why)) => (Pairing::NotPaired(why), independent),
            Some(Ok(change)) => {
                let found = change.difference;
                let (low, high, p) = (found.interval.lower, found.interval.upper, found.test.p_value);
                let (points, low, high) = match of.is_mean() {
                    true => (found.value, low, high),
                    false => (found.value * 100.0, low.max(-1.0) * 100.0, high.min(1.0) * 100.0),
                };
                let points = Points { points, low, high, p, adjusted: p, is_supported: false };
                (Pairing::Paired { both: change.both, correlation: change.correlation }, Ok(points))
            }
        }
    }

    /// The change among the same units; `None` where the mapping does not ask for it.
    fn change(&self, of: &Link, with: &Link) -> Option<Result<WaveChange, NotPaired>> {
        let question = |link: &'_ Link| {
            let member = self.members[self.mapping.surveys[link.survey].member];
            let answers = member.units.filter(|_| self.mapping.pairs_units)?;
            Some((member.tables, answers))
        };
        let ((tables, answers), (earlier, before)) = (question(of)?, question(with)?);
        if of.only.is_some() || with.only.is_some() {
            return Some(Err(NotPaired::NotTabulated));
        }
        let later = WaveQuestion { tables, answers, variable: of.variable, measure: measure(of) };
        let first = WaveQuestion {
            tables: earlier,
            answers: before,
            variable: with.variable,
            measure: measure(with),
        };
        Some(wave_change(first, later))
    }

    fn pairs(&self, count: usize) -> Vec<(usize, usize)> {
        match self.mapping.order {
            Order::Sectors => (0..count).flat_map(|a| (a + 1..count).map(move |b| (b, a))).collect(),
            Order::Waves => {
                let mut pairs: Vec<(usize, usize)> = (1..count).map(|at| (at, at - 1)).collect();
                if count > 2 {
                    pairs.push((count - 1, 0));
                }
                pairs
            }
        }
    }

    fn figure(&self, link: &Link, class: Option<(usize, usize)>) -> Figure {
        let survey = &self.mapping.surveys[link.survey];
        let tables = self.members[survey.member].tables;
        let place =
            class.map(|(by, class)| self.mapping.breakdowns[by].classes[class].places[link.survey].clone());
        let group = match (place, &link.only) {
            (Some(None), _) | (Some(Some(_)), Some(_)) => return Figure::NotAvailable,
            (Some(Some(place)), None) => Group { filters: vec![place] },
            (None, Some(only)) => Group { filters: vec![only.clone()] },
            (None, None) => Group::all(),
        };
        let desk = Desk { tables, lang: Lang::Ja };
        let figures = match desk.figures(link.variable, &group) {
            Ok(figures) => figures,
            Err(Missing::Withheld) => return Figure::Withheld,
            Err(_) => return Figure::NotAvailable,
        };
        let weak = figures.n < tables.questionnaire.survey().quoting.min_base;
        if link.is_mean() {
            return match figures.number {
                Some(number) if number.mean.value().is_some() => {
                    Figure::Mean { n: figures.n, mean: number.mean, weak }
                }
                _ if figures.omits_number() => Figure::Omitted,
                _ => Figure::NoBase,
            };
        }
        if link.codes.iter().any(|code| figures.is_withheld(*code)) {
            return Figure::Withheld;
        }
        if link.codes.iter().any(|code| figures.is_omitted(*code)) {
            return Figure::Omitted;
        }
        let cells: Vec<_> = link.codes.iter().filter_map(|code| figures.cell(*code)).collect();
        let count = cells.iter().map(|cell| cell.count).sum();
        let estimate = match cells.as_slice() {
            [one] => Some(one.estimate),
            _ => desk.share_of_codes(link.variable, &link.codes, &group),
        };
        let Some(estimate) = estimate else { return Figure::NotAvailable };
        let Some(share) = estimate.value().filter(|_| figures.n > 0) else { return Figure::NoBase };
        let claimed = estimate.interval().filter(|one| one.method != IntervalMethod::None);
        let interval = claimed.map(|one| (one.lower, one.upper));
        Figure::Share {
            count,
            n: figures.n,
            share,
            interval,
            se: estimate.se(),
            weak,
            weighted: tables.weighted,
            go_by_counts: tables.go_by_counts(),
        }
    }
}

fn measure(link: &Link) -> WaveMeasure<'_> {
    if link.is_mean() { WaveMeasure::Mean } else { WaveMeasure::Share(&link.codes) }
}
