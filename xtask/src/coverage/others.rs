//! Draws from a known population, differences of two shares, rare events: exact coverage.

use super::LEVEL;
use monshin_estimate::compare::newcombe;
use monshin_estimate::special::beta::binomial_pmf;
use monshin_estimate::special::hypergeometric::Hypergeometric;
use monshin_estimate::{IntervalMethod, poisson_exact, proportion, proportion_of_population};
use std::fmt::Write as _;

/// The section.
pub fn page() -> String {
    [populations(), differences(), events()].join("\n")
}

/// Every number K of a population that makes a share from 0.001 to 0.5.
fn populations() -> String {
    let mut text = String::from(
        "\
## Shares of a known population

The exact hypergeometric interval, the default where more than 5 % of a known population answered. Exact over
the numbers of yeses in the population from 0.1 % to half of it (two hundred of them where there are more). Beside it Wilson's and Clopper–Pearson, which
do not know that part of the population has answered and are longer than they need be. Where all answered there is nothing
to estimate: the interval is the share itself (`census`).

| n | of N | hypergeometric: worst coverage | mean coverage | mean width | wilson: worst | mean width | clopper-pearson: worst | mean width |
|---|---|---|---|---|---|---|---|---|
",
    );
    for (n, all) in [
        (5, 10),
        (5, 50),
        (10, 20),
        (10, 100),
        (30, 60),
        (30, 300),
        (100, 150),
        (100, 1000),
        (300, 400),
        (1000, 2000),
    ] {
        let exact: Vec<(f64, f64)> =
            (0..=n).map(|x| ends(proportion_of_population(x, n, all, LEVEL).interval())).collect();
        let by =
            |method| (0..=n).map(|x| ends(proportion(x, n, LEVEL, method).interval())).collect::<Vec<_>>();
        let mine = drawn(n, all, &exact);
        let wilson = drawn(n, all, &by(IntervalMethod::Wilson));
        let clopper_pearson = drawn(n, all, &by(IntervalMethod::ClopperPearson));
        let _ = writeln!(
            text,
            "| {n} | {all} | {:.1} % | {:.1} % | {:.1} | {:.1} % | {:.1} | {:.1} % | {:.1} |",
            mine.0, mine.1, mine.2, wilson.0, wilson.2, clopper_pearson.0, clopper_pearson.2
        );
    }
    text
}

fn ends(interval: Option<monshin_estimate::Interval>) -> (f64, f64) {
    interval.map_or((0.0, 1.0), |i| (i.lower, i.upper))
}

/// Worst coverage, mean coverage and mean width in per cent, of n drawn from `all`.
fn drawn(n: u64, all: u64, intervals: &[(f64, f64)]) -> (f64, f64, f64) {
    let (mut worst, mut coverage, mut width, mut cases) = (1.0_f64, 0.0, 0.0, 0.0);
    for marked in (all.div_ceil(1000)..=all / 2).step_by((all as usize / 200).max(1)) {
        let draw = Hypergeometric { population: all, marked, drawn: n };
        let truth = marked as f64 / all as f64;
        let mut held = 0.0;
        for x in draw.min()..=draw.max() {
            let probability = draw.pmf(x);
            let (lower, upper) = intervals[x as usize];
            // The ends are counts over N, as the truth is.
            held += if lower - 1e-12 <= truth && truth <= upper + 1e-12 { probability } else { 0.0 };
            width += probability * (upper - lower);
        }
        worst = worst.min(held);
        coverage += held;
        cases += 1.0;
    }
    (100.0 * worst, 100.0 * coverage / cases, 100.0 * width / cases)
}

fn differences() -> String {
    let mut text = String::from(
        "\
## Differences of two shares

Newcombe's interval of the difference of two independent shares (`newcombe`, two groups or two waves). Exact over all
pairs of shares 0.01, 0.03, 0.05, 0.1, 0.2 … 0.9.

| n₁ | n₂ | worst coverage | at p₁, p₂ | mean coverage | mean width |
|---|---|---|---|---|---|
",
    );
    let shares = [0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    for (n1, n2) in [(5, 5), (10, 10), (10, 100), (30, 30), (30, 300), (100, 100), (300, 300)] {
        let intervals: Vec<Vec<(f64, f64)>> =
            (0..=n1).map(|a| (0..=n2).map(|b| newcombe(a, n1, b, n2, LEVEL)).collect()).collect();
        let (mut worst, mut mean, mut width, mut cases) = ((1.0, 0.0, 0.0), 0.0, 0.0, 0.0);
        for (p1, p2) in shares.iter().flat_map(|a| shares.iter().map(move |b| (*a, *b))) {
            let second: Vec<f64> = (0..=n2).map(|b| binomial_pmf(b, n2, p2)).collect();
            let mut held = 0.0;
            for (a, row) in intervals.iter().enumerate() {
                let first = binomial_pmf(a as u64, n1, p1);
                for ((lower, upper), second) in row.iter().zip(&second) {
                    held += if *lower <= p1 - p2 && p1 - p2 <= *upper { first * second } else { 0.0 };
                    width += first * second * (upper - lower);
                }
            }
            mean += held;
            cases += 1.0;
            if held < worst.0 {
                worst = (held, p1, p2);
            }
        }
        let _ = writeln!(
            text,
            "| {n1} | {n2} | {:.1} % | {}, {} | {:.1} % | {:.1} |",
            100.0 * worst.0,
            worst.1,
            worst.2,
            100.0 * mean / cases,
            100.0 * width / cases
        );
    }
    text
}

fn events() -> String {
    let mut text = String::from(
        "\
## Rare events

Garwood's exact interval of a Poisson mean (`poisson_exact`), incidents in a year for instance.

| true mean | coverage | mean width |
|---|---|---|
",
    );
    for mean in [0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0] {
        let (mut held, mut width) = (0.0, 0.0);
        let mut probability = f64::exp(-mean);
        for x in 0..400_u64 {
            let (lower, upper) = poisson_exact(x, LEVEL);
            held += if lower <= mean && mean <= upper { probability } else { 0.0 };
            width += probability * (upper - lower);
            probability *= mean / (x + 1) as f64;
        }
        let _ = writeln!(text, "| {mean} | {:.1} % | {width:.1} |", 100.0 * held);
    }
    text
}
