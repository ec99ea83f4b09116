//! `cargo xtask coverage`: prints `docs/coverage.md`, how often each interval holds the truth.
//!
//! For counts nothing is simulated: the coverage is the sum of the binomial probabilities of the counts
//! whose interval holds p. For designs, samples of clusters are drawn from a made-up population.

use monshin_estimate::design::{Stage, Units};
use monshin_estimate::special::beta::binomial_pmf;
use monshin_estimate::{
    Design, Interval, IntervalMethod, Lonely, Precision, Sample, Situation, Stream, default_method,
    proportion,
};
use std::process::ExitCode;

const LEVEL: f64 = 0.95;
const BASES: [u64; 10] = [1, 2, 5, 10, 20, 30, 50, 100, 300, 1000];
const SHARES: [f64; 9] = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];

/// Prints the page.
pub fn run() -> ExitCode {
    println!("# How often the intervals hold the truth\n");
    println!("Made by `cargo xtask coverage`. Nominal level 95 %.\n");
    counts();
    designs();
    ExitCode::SUCCESS
}

/// The intervals of counts, `None` being the one printed by default.
fn counts() {
    let methods = [
        None,
        Some(IntervalMethod::Wilson),
        Some(IntervalMethod::ClopperPearson),
        Some(IntervalMethod::MidP),
        Some(IntervalMethod::AgrestiCoull),
        Some(IntervalMethod::WilsonContinuity),
    ];
    println!("## Counts, equal weights\n");
    println!("Coverage in % (mean width in points), exact: no simulation.\n");
    for method in methods {
        println!("### {}\n", method.map_or("the default", IntervalMethod::name));
        print!("| n |");
        SHARES.iter().for_each(|p| print!(" p = {p} |"));
        println!("\n|---{}|", "|---".repeat(SHARES.len()));
        for n in BASES.into_iter().filter(|n| method.is_some() || *n >= 5) {
            print!("| {n} |");
            for p in SHARES {
                let (coverage, width) = exact(n, p, method);
                print!(" {:.1} ({:.1}) |", 100.0 * coverage, 100.0 * width);
            }
            println!();
        }
        println!();
    }
    let (coverage, n, p) = worst_case();
    println!(
        "The default's worst case over these n (from 5) and p = 0.001, 0.002 … 0.500: {:.1} % at n = {n}, \
         p = {p}.\n",
        100.0 * coverage
    );
}

/// The lowest coverage of the default on a fine grid of shares.
fn worst_case() -> (f64, u64, f64) {
    let mut worst = (1.0, 0, 0.0);
    for n in BASES.into_iter().filter(|n| *n >= 5) {
        let interval = |count: u64| {
            let situation = Situation::Counts { count, base: n, population: None };
            proportion(count, n, LEVEL, default_method(&situation)).interval()
        };
        let intervals: Vec<_> = (0..=n).map(interval).collect();
        for p in (1..=500).map(|k| f64::from(k) / 1000.0) {
            let held = intervals.iter().enumerate().filter(|(_, i)| i.is_some_and(|i| i.contains(p)));
            let coverage: f64 = held.map(|(x, _)| binomial_pmf(x as u64, n, p)).sum();
            if coverage < worst.0 {
                worst = (coverage, n, p);
            }
        }
    }
    worst
}

fn exact(n: u64, p: f64, method: Option<IntervalMethod>) -> (f64, f64) {
    let (mut coverage, mut width) = (0.0, 0.0);
    for count in 0..=n {
        let probability = binomial_pmf(count, n, p);
        if probability < 1e-15 {
            continue;
        }
        let situation = Situation::Counts { count, base: n, population: None };
        let method = method.unwrap_or_else(|| default_method(&situation));
        if let Some(interval) = proportion(count, n, LEVEL, method).interval() {
            width += probability * interval.width();
            coverage += if interval.contains(p) { probability } else { 0.0 };
        }
    }
    (coverage, width)
}

/// 30 clusters of 10, weights 1 to 4 by cluster, correlation 0.05 within clusters.
fn designs() {
    const DRAWS: u64 = 4000;
    let methods = [
        None,
        Some(IntervalMethod::Wilson),
        Some(IntervalMethod::KornGraubard),
        Some(IntervalMethod::Logit),
        Some(IntervalMethod::Arcsine),
        Some(IntervalMethod::Likelihood),
        Some(IntervalMethod::Wald),
    ];
    println!("## Clusters and unequal weights\n");
    println!(
        "30 clusters of 10, weights 1 to 4 by cluster, correlation 0.05 within clusters; {DRAWS} samples \
         a column, so ±0.7 points. Coverage in % (mean width in points). A sample in which nobody said \
         yes gets Clopper–Pearson on Kish's size whatever the method, but for Wilson.\n"
    );
    let shares = [0.01, 0.05, 0.1, 0.2, 0.5];
    print!("| method |");
    shares.iter().for_each(|p| print!(" p = {p} |"));
    println!("\n|---{}|", "|---".repeat(shares.len()));
    let mut cells = vec![vec![(0.0, 0.0); shares.len()]; methods.len()];
    for (column, p) in shares.into_iter().enumerate() {
        for draw in 0..DRAWS {
            let (precision, holds) = sample(p, draw);
            for (row, method) in methods.into_iter().enumerate() {
                let share = precision.share(&holds, &vec![true; holds.len()], LEVEL, method);
                let held = |i: &Interval| if i.contains(p) { 1.0 } else { 0.0 };
                let interval = share.interval().unwrap_or(Interval::unclaimed(0.0, 1.0, LEVEL));
                cells[row][column].0 += held(&interval) / DRAWS as f64;
                cells[row][column].1 += interval.width() / DRAWS as f64;
            }
        }
    }
    for (method, row) in methods.into_iter().zip(cells) {
        print!("| {} |", method.map_or("the default", IntervalMethod::name));
        row.iter().for_each(|(c, w)| print!(" {:.1} ({:.1}) |", 100.0 * c, 100.0 * w));
        println!();
    }
}

/// Each cluster draws one answer that a member repeats with probability √0.05; otherwise its own.
fn sample(p: f64, draw: u64) -> (Precision, Vec<bool>) {
    let mut stream = Stream::new(7, (p * 1e6) as u64, draw);
    let (mut holds, mut weights, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for cluster in 0..30_u32 {
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
    let sample = Sample::rows(&weights).expect("weights are positive");
    let design = Design::new(sample, &[stage], Lonely::Fail).expect("thirty clusters");
    (Precision::Linearised(design), holds)
}
