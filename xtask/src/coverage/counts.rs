//! Shares of equally weighted answers: exact coverage, the sum of the probabilities of the counts whose
//! interval holds the truth.

use super::LEVEL;
use monshin_estimate::special::beta::binomial_pmf;
use monshin_estimate::{
    Design, Interval, IntervalMethod, Precision, Sample, Situation, default_method, proportion,
};
use std::fmt::Write as _;

const BASES: [u64; 10] = [1, 2, 5, 10, 20, 30, 50, 100, 300, 1000];
const SHARES: [f64; 9] = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];
/// Below this the default prints none, so summaries begin here.
const SUMMARISED_FROM: u64 = 5;
const LOWEST: f64 = 0.001;
const HIGHEST: f64 = 0.5;
const STEP: f64 = 0.001;

/// An interval under test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Whichever one is printed when the author asks for none.
    Default,
    /// From counts alone.
    Counts(IntervalMethod),
    /// As under a design, of which these counts are the simplest case: t with n − 1 degrees of freedom.
    Design(IntervalMethod),
}

impl Kind {
    pub const WILSON: Self = Self::Counts(IntervalMethod::Wilson);
    pub const CLOPPER_PEARSON: Self = Self::Counts(IntervalMethod::ClopperPearson);
    const ALL: [Self; 12] = [
        Self::Default,
        Self::WILSON,
        Self::CLOPPER_PEARSON,
        Self::Counts(IntervalMethod::MidP),
        Self::Counts(IntervalMethod::AgrestiCoull),
        Self::Counts(IntervalMethod::WilsonContinuity),
        Self::Design(IntervalMethod::Wilson),
        Self::Design(IntervalMethod::KornGraubard),
        Self::Design(IntervalMethod::Logit),
        Self::Design(IntervalMethod::Arcsine),
        Self::Design(IntervalMethod::Likelihood),
        Self::Design(IntervalMethod::Wald),
    ];

    fn name(self) -> String {
        match self {
            Self::Default => "the default".into(),
            Self::Counts(method) => method.name().into(),
            Self::Design(IntervalMethod::Wilson) => "wilson (design, t)".into(),
            Self::Design(IntervalMethod::Wald) => "mean ± t·SE (wald)".into(),
            Self::Design(method) => method.name().into(),
        }
    }

    /// The interval of each count; `None` where none is printed.
    fn intervals(self, n: u64) -> Vec<Option<Interval>> {
        let equal = |precision: &Precision, count: u64, method| {
            let holds: Vec<bool> = (0..n).map(|i| i < count).collect();
            precision.share(&holds, &vec![true; holds.len()], LEVEL, Some(method)).interval()
        };
        let is_claimed = |i: &Interval| i.method != IntervalMethod::None;
        match self {
            Self::Default => (0..=n)
                .map(|count| {
                    let situation = Situation::Counts { count, base: n, population: None };
                    proportion(count, n, LEVEL, default_method(&situation)).interval().filter(is_claimed)
                })
                .collect(),
            Self::Counts(method) => {
                (0..=n).map(|count| proportion(count, n, LEVEL, method).interval()).collect()
            }
            Self::Design(method) => {
                let sample = Sample::rows(&vec![1.0; n as usize]).expect("weights of one");
                let precision = Precision::Linearised(Design::simple(sample));
                (0..=n).map(|count| equal(&precision, count, method).filter(is_claimed)).collect()
            }
        }
    }
}

/// The intervals of every count of one base.
pub struct Profile {
    pub base: u64,
    intervals: Vec<Option<Interval>>,
}

/// Coverage at a place.
#[derive(Clone, Copy)]
pub struct Place {
    pub coverage: f64,
    pub base: u64,
    pub share: f64,
}

const NOWHERE: Place = Place { coverage: 1.0, base: 0, share: 0.0 };

/// Means over bases and shares.
pub struct Means {
    pub coverage: f64,
    pub width: f64,
}

impl Profile {
    pub fn new(kind: Kind, base: u64) -> Self {
        Self { base, intervals: kind.intervals(base) }
    }

    /// Counts that are not all but impossible at `p`, with their intervals and probabilities.
    fn likely(&self, p: f64) -> impl Iterator<Item = (&Interval, f64)> {
        let n = self.base as f64;
        let reach = 10.0 * (n * p * (1.0 - p)).sqrt() + 20.0;
        let first = (n * p - reach).max(0.0) as usize;
        let last = ((n * p + reach) as usize).min(self.intervals.len() - 1);
        let probability = move |x: usize| binomial_pmf(x as u64, self.base, p);
        (first..=last).filter_map(move |x| Some((self.intervals[x].as_ref()?, probability(x))))
    }

    pub fn coverage(&self, p: f64) -> f64 {
        self.likely(p).filter(|(i, _)| i.contains(p)).map(|(_, probability)| probability).sum()
    }

    fn width(&self, p: f64) -> f64 {
        self.likely(p).map(|(i, probability)| probability * i.width()).sum()
    }

    fn is_printed(&self) -> bool {
        self.intervals.iter().all(Option::is_some)
    }

    /// The lowest coverage of any share from 0.001 to 0.5. Between two ends of intervals the same counts
    /// cover, and their probability has no minimum inside: so the worst share lies just beyond an end.
    fn worst(&self) -> Place {
        let ends = self.intervals.iter().flatten().flat_map(|i| [i.lower - 1e-9, i.upper + 1e-9]);
        let inside = ends.filter(|p| (LOWEST..=HIGHEST).contains(p));
        let at = |share: f64| Place { coverage: self.coverage(share), base: self.base, share };
        let places = inside.chain([LOWEST, HIGHEST]).map(at);
        places.min_by(|a, b| a.coverage.total_cmp(&b.coverage)).unwrap_or(at(LOWEST))
    }
}

/// The lowest coverage of the default over every n of a range.
pub fn worst_of_all(bases: std::ops::RangeInclusive<u64>) -> Place {
    let places = bases.map(|n| Profile::new(Kind::Default, n).worst());
    places.min_by(|a, b| a.coverage.total_cmp(&b.coverage)).unwrap_or(NOWHERE)
}

/// The count whose interval ends where coverage is lowest, and whether it ends there from above.
pub fn ends_at(place: Place) -> Option<(u64, &'static str, bool)> {
    let profile = Profile::new(Kind::Default, place.base);
    let near = |end: f64| (end - place.share).abs() < 2e-9;
    profile.intervals.iter().zip(0..).find_map(|(interval, count)| {
        let interval = interval.as_ref().filter(|i| near(i.lower) || near(i.upper))?;
        Some((count, interval.method.name(), near(interval.lower)))
    })
}

fn grid() -> impl Iterator<Item = f64> {
    (1..=(HIGHEST / STEP).round() as u32).map(|k| f64::from(k) * STEP)
}

fn summarised(profiles: &[Profile]) -> impl Iterator<Item = &Profile> {
    profiles.iter().filter(|p| p.base >= SUMMARISED_FROM)
}

pub fn worst(profiles: &[Profile]) -> Place {
    summarised(profiles).map(Profile::worst).fold(NOWHERE, |a, b| if b.coverage < a.coverage { b } else { a })
}

pub fn means(profiles: &[Profile]) -> Means {
    let (mut means, mut count) = (Means { coverage: 0.0, width: 0.0 }, 0.0);
    for (profile, p) in summarised(profiles).flat_map(|profile| grid().map(move |p| (profile, p))) {
        means.coverage += profile.coverage(p);
        means.width += profile.width(p);
        count += 1.0;
    }
    Means { coverage: means.coverage / count, width: means.width / count }
}

/// Part of the bases and shares with coverage below `limit`.
pub fn part_below(profiles: &[Profile], limit: f64) -> f64 {
    let all: Vec<f64> = summarised(profiles).flat_map(|p| grid().map(|share| p.coverage(share))).collect();
    all.iter().filter(|c| **c < limit).count() as f64 / all.len() as f64
}

pub fn all() -> Vec<(Kind, Vec<Profile>)> {
    some(&Kind::ALL)
}

pub fn some(kinds: &[Kind]) -> Vec<(Kind, Vec<Profile>)> {
    kinds.iter().map(|kind| (*kind, BASES.iter().map(|n| Profile::new(*kind, *n)).collect())).collect()
}

const SUMMARY: &str = "\
## Shares of counts, in short

Exact, nothing simulated. n = 5, 10, 20, 30, 50, 100, 300 and 1000; means over p = 0.001, 0.002 … 0.500; the
worst case over every p from 0.001 to 0.5. The last six are those of designs, at their simplest: equal
weights, no clusters, t with n − 1 degrees of freedom.

| interval | worst coverage | at n | at p | mean coverage | below 93 % | mean width |
|---|---|---|---|---|---|---|
";

/// One line a method.
pub fn summary(profiles: &[(Kind, Vec<Profile>)]) -> String {
    let mut text = SUMMARY.to_owned();
    for (kind, profiles) in profiles {
        let (worst, means) = (worst(profiles), means(profiles));
        let _ = writeln!(
            text,
            "| {} | {:.1} % | {} | {:.4} | {:.1} % | {:.0} % of cases | {:.1} |",
            kind.name(),
            100.0 * worst.coverage,
            worst.base,
            worst.share,
            100.0 * means.coverage,
            100.0 * part_below(profiles, 0.93),
            100.0 * means.width
        );
    }
    text
}

/// The worst case of each method for each base.
pub fn worst_by_base(profiles: &[(Kind, Vec<Profile>)]) -> String {
    let mut text = String::from(
        "## The worst share for each n\n\nLowest coverage in % over every p from 0.001 to 0.5, and that p. \
         \"–\": no interval is printed.\n\n| interval |",
    );
    BASES.iter().for_each(|n| {
        let _ = write!(text, " n = {n} |");
    });
    let _ = writeln!(text, "\n|---{}|", "|---".repeat(BASES.len()));
    for (kind, profiles) in profiles {
        let _ = write!(text, "| {} |", kind.name());
        for profile in profiles {
            let _ = match profile.is_printed() {
                true => {
                    let worst = profile.worst();
                    write!(text, " {:.1} ({:.3}) |", 100.0 * worst.coverage, worst.share)
                }
                false => write!(text, " – |"),
            };
        }
        text.push('\n');
    }
    text
}

/// Coverage and width of each method by n and p.
pub fn details(profiles: &[(Kind, Vec<Profile>)]) -> String {
    let mut text = String::from(
        "## Shares of counts, in full\n\nCoverage in % (mean width in points), exact: no simulation.\n",
    );
    for (kind, profiles) in profiles {
        let _ = write!(text, "\n### {}\n\n| n |", kind.name());
        SHARES.iter().for_each(|p| {
            let _ = write!(text, " p = {p} |");
        });
        let _ = writeln!(text, "\n|---{}|", "|---".repeat(SHARES.len()));
        for profile in profiles.iter().filter(|p| p.is_printed()) {
            let _ = write!(text, "| {} |", profile.base);
            for p in SHARES {
                let _ =
                    write!(text, " {:.1} ({:.1}) |", 100.0 * profile.coverage(p), 100.0 * profile.width(p));
            }
            text.push('\n');
        }
    }
    text
}
