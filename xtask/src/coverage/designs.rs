//! Shares, means and medians of samples with weights, clusters and strata, by simulation.

use super::LEVEL;
use monshin_estimate::design::{Population, Stage, Units};
use monshin_estimate::special::normal;
use monshin_estimate::{
    Design, Estimate, Interval, IntervalMethod, Lonely, Precision, QuantileInterval, QuantileRule, Sample,
    Statistic, Stream, design_quantile,
};
use std::fmt::Write as _;

const DRAWS: u64 = 4000;
const SEED: u64 = 7;
const SHARES: [f64; 5] = [0.01, 0.05, 0.1, 0.2, 0.5];
const METHODS: [Option<IntervalMethod>; 7] = [
    None,
    Some(IntervalMethod::Wilson),
    Some(IntervalMethod::KornGraubard),
    Some(IntervalMethod::Logit),
    Some(IntervalMethod::Arcsine),
    Some(IntervalMethod::Likelihood),
    Some(IntervalMethod::Wald),
];

/// How a made-up sample is drawn.
#[derive(Clone, Copy)]
enum Plan {
    /// 30 clusters of 10, weights 1 to 4 by cluster, correlation 0.05 within clusters.
    Clusters,
    /// 60 answers in three strata of 10, 20 and 30 with weights 8, 3 and 1.
    Strata,
    /// 25 answers whose weights differ tenfold.
    Few,
    /// 90 of 150 institutions in three strata, corrected for the finite population.
    MostOfAll,
}

impl Plan {
    const ALL: [Self; 4] = [Self::Clusters, Self::Strata, Self::Few, Self::MostOfAll];

    fn words(self) -> &'static str {
        match self {
            Self::Clusters => {
                "30 clusters of 10, weights 1 to 4 by cluster, correlation 0.05 within clusters"
            }
            Self::Strata => "60 answers in three strata of 10, 20 and 30, weights 8, 3 and 1",
            Self::Few => "25 answers of very unequal weight, 1 to 10",
            Self::MostOfAll => {
                "90 answers of a population of 150 in strata of 30, 50 and 70, of which 12, 30 and 48 \
                 answered, finite population correction; the truth is the population's own share"
            }
        }
    }

    /// A sample with the uniform number behind each answer, and the truth it is drawn from.
    fn sample(self, p: f64, draw: u64) -> (Precision, Vec<bool>, f64) {
        let mut stream = Stream::new(SEED, (p * 1e6) as u64, draw);
        match self {
            Self::Clusters => {
                let (mut holds, mut weights, mut labels) = (Vec::new(), Vec::new(), Vec::new());
                for cluster in 0..30_u32 {
                    // A member repeats the cluster's answer with probability √0.05; otherwise its own.
                    let shared = stream.unit() < p;
                    for _ in 0..10 {
                        let repeats = stream.unit() < 0.05_f64.sqrt();
                        let own = stream.unit() < p;
                        holds.push(if repeats { shared } else { own });
                        weights.push(f64::from(1 + cluster % 4));
                        labels.push(cluster);
                    }
                }
                let stage = Stage { units: Units::Labels(labels), ..Stage::default() };
                (precision(&weights, stage), holds, p)
            }
            Self::Strata => {
                let strata: Vec<u32> = [(0, 10), (1, 20), (2, 30)].into_iter().flat_map(repeated).collect();
                let weights: Vec<f64> = strata.iter().map(|h| [8.0, 3.0, 1.0][*h as usize]).collect();
                let holds = strata.iter().map(|_| stream.unit() < p).collect();
                (precision(&weights, Stage { strata: Some(strata), ..Stage::default() }), holds, p)
            }
            Self::Few => {
                let weights: Vec<f64> = (0..25).map(|i| f64::from(1 + i * 9 / 24)).collect();
                let holds = weights.iter().map(|_| stream.unit() < p).collect();
                (precision(&weights, Stage::default()), holds, p)
            }
            Self::MostOfAll => most_of_all(p, &mut stream),
        }
    }
}

fn repeated((label, times): (u32, usize)) -> impl Iterator<Item = u32> {
    std::iter::repeat_n(label, times)
}

fn precision(weights: &[f64], stage: Stage) -> Precision {
    let sample = Sample::rows(weights).expect("weights are positive");
    Precision::Linearised(Design::new(sample, &[stage], Lonely::Fail).expect("more than one unit a stratum"))
}

/// A population whose yeses are spread over the strata as evenly as they go; who answers is drawn.
fn most_of_all(p: f64, stream: &mut Stream) -> (Precision, Vec<bool>, f64) {
    let sizes = [(30_u64, 12_u64), (50, 30), (70, 48)];
    let (mut holds, mut weights, mut strata, mut counts) = (vec![], vec![], vec![], vec![]);
    let mut truth = 0.0;
    for (h, (all, answered)) in sizes.into_iter().enumerate() {
        let mut yes = (p * all as f64).round() as u64;
        truth += yes as f64 / 150.0;
        for left in (all - answered + 1..=all).rev() {
            let is_yes = stream.below(left) < yes;
            yes -= u64::from(is_yes);
            holds.push(is_yes);
            weights.push(all as f64 / answered as f64);
            strata.push(h as u32);
            counts.push(all as f64);
        }
    }
    let population = Population::Count(counts);
    (precision(&weights, Stage { strata: Some(strata), population, ..Stage::default() }), holds, truth)
}

/// How often the intervals held the truth, and how long they were.
#[derive(Clone, Copy, Default)]
struct Tally {
    held: f64,
    width: f64,
}

impl Tally {
    fn add(&mut self, interval: &Interval, truth: f64) {
        self.held += if interval.contains(truth) { 1.0 } else { 0.0 };
        self.width += interval.width();
    }

    fn coverage(&self) -> f64 {
        self.held / DRAWS as f64
    }
}

fn tallies(plan: Plan, p: f64) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); METHODS.len()];
    for draw in 0..DRAWS {
        let (precision, holds, truth) = plan.sample(p, draw);
        for (tally, method) in tallies.iter_mut().zip(METHODS) {
            let share = precision.share(&holds, &vec![true; holds.len()], LEVEL, method);
            tally.add(&share.interval().unwrap_or(Interval::unclaimed(0.0, 1.0, LEVEL)), truth);
        }
    }
    tallies
}

/// The section on designs.
pub fn page() -> String {
    let mut text = format!(
        "\
## Shares under designs

Simulated: {DRAWS} samples a cell from a fixed seed, so a coverage of 95 % is known to ±{:.2} points (one
standard error; twice that holds 95 % of the time). Coverage in % (mean width in points). A sample in which
nobody said yes gets Clopper–Pearson on Kish's size whatever the method, but for Wilson.
",
        100.0 * (0.95 * 0.05 / DRAWS as f64).sqrt()
    );
    let mut worst = (1.0, Plan::Clusters, 0.0);
    for plan in Plan::ALL {
        let _ = write!(text, "\n### {}\n\n| interval |", plan.words());
        SHARES.iter().for_each(|p| {
            let _ = write!(text, " p = {p} |");
        });
        let _ = writeln!(text, "\n|---{}|", "|---".repeat(SHARES.len()));
        let columns: Vec<Vec<Tally>> = SHARES.iter().map(|p| tallies(plan, *p)).collect();
        for (row, method) in METHODS.into_iter().enumerate() {
            let _ = write!(text, "| {} |", method.map_or("the default", IntervalMethod::name));
            for (column, p) in columns.iter().zip(SHARES) {
                let tally = column[row];
                let width = 100.0 * tally.width / DRAWS as f64;
                let _ = write!(text, " {:.1} ({width:.1}) |", 100.0 * tally.coverage());
                if method.is_none() && tally.coverage() < worst.0 {
                    worst = (tally.coverage(), plan, p);
                }
            }
            text.push('\n');
        }
    }
    let _ = write!(
        text,
        "\nThe default's worst case here: {:.1} % at p = {}, with {}.\n\n{}",
        100.0 * worst.0,
        worst.2,
        worst.1.words(),
        values()
    );
    text
}

/// Means and medians of numbers, half of them skewed.
fn values() -> String {
    let mut text = format!(
        "\
## Means and medians

Simulated as above, {DRAWS} samples a cell. Numbers from a normal and from a lognormal distribution (σ = 1), which is
how staff, beds and budgets look; equal weights, and weights 1 to 4 that have nothing to do with the numbers.
Coverage in %. The mean's interval is mean ± t·SE, the median's is read back through the distribution
(Woodruff) from the share's interval of the kind named, or by the score test; it is the same for any
shape of the numbers, which the columns show.

| statistic | interval | n | normal, equal | normal, weighted | lognormal, equal | lognormal, weighted |
|---|---|---|---|---|---|---|
"
    );
    for n in [10_usize, 30, 100, 300] {
        let _ = write!(text, "| mean | wald | {n} |");
        row(&mut text, n, &|precision, y, _| {
            let e = precision.estimate(&[Statistic::mean(y.to_vec())]).expect("numbers");
            e.wald(0, LEVEL, e.df)
        });
    }
    let kinds = [
        ("wald", QuantileInterval::Share(IntervalMethod::Wald)),
        ("logit", QuantileInterval::Share(IntervalMethod::Logit)),
        ("arcsine", QuantileInterval::Share(IntervalMethod::Arcsine)),
        ("korn-graubard", QuantileInterval::Share(IntervalMethod::KornGraubard)),
        ("wilson", QuantileInterval::Share(IntervalMethod::Wilson)),
        ("score", QuantileInterval::Score),
    ];
    for (name, kind) in kinds {
        for n in [10_usize, 30, 100, 300] {
            let _ = write!(text, "| median | {name} | {n} |");
            row(&mut text, n, &|precision, y, inside| {
                design_quantile(precision, y, inside, 0.5, QuantileRule::School, kind, LEVEL)
            });
        }
    }
    text
}

type Statistics<'a> = &'a dyn Fn(&Precision, &[f64], &[bool]) -> Estimate;

fn row(text: &mut String, n: usize, estimate: Statistics<'_>) {
    for (is_skewed, is_weighted) in [(false, false), (false, true), (true, false), (true, true)] {
        let weights: Vec<f64> = (0..n).map(|i| if is_weighted { (1 + i % 4) as f64 } else { 1.0 }).collect();
        let precision = precision(&weights, Stage::default());
        let inside = vec![true; n];
        let is_mean = text.lines().last().is_some_and(|line| line.starts_with("| mean"));
        let truth = match (is_mean, is_skewed) {
            (_, false) => 0.0,
            (true, true) => 0.5_f64.exp(),
            (false, true) => 1.0,
        };
        let mut held = 0;
        for draw in 0..DRAWS {
            let mut stream = Stream::new(SEED, n as u64, draw);
            let one = |_| {
                let z = normal::quantile(stream.unit().max(1e-300));
                if is_skewed { z.exp() } else { z }
            };
            let y: Vec<f64> = (0..n).map(one).collect();
            let interval = estimate(&precision, &y, &inside).interval();
            held += u64::from(interval.is_some_and(|i| i.contains(truth)));
        }
        let _ = write!(text, " {:.1} |", 100.0 * held as f64 / DRAWS as f64);
    }
    text.push('\n');
}
