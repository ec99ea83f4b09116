//! `cargo xtask coverage`: prints `docs/coverage.md`, how often each interval holds the truth.
//!
//! Nothing is simulated where the probabilities can be added up: counts of all or of part of a population,
//! two samples of counts, rare events. Designs and quantiles take samples from made-up populations.

mod counts;
mod designs;
mod others;

use counts::{Kind, Profile};
use std::process::ExitCode;

/// Nominal level of every interval here.
const LEVEL: f64 = 0.95;

const HEAD: &str = "\
# How often the intervals hold the truth

Made by `cargo xtask coverage`, every interval the library has, nominal level 95 %. Coverage is how often the
interval holds the true value, width its mean length in percentage points. A reviewer looks for two things:
how far coverage falls in the worst case, and what the safe intervals cost in length.
";

/// Prints the page.
pub fn run() -> ExitCode {
    println!("{HEAD}");
    let profiles = counts::all();
    println!("{}", counts::summary(&profiles));
    println!("{}", in_words(&profiles));
    println!("{}", over_every_base());
    println!("{}", counts::worst_by_base(&profiles));
    println!("{}", designs::page());
    println!("{}", others::page());
    print!("{}", counts::details(&profiles));
    ExitCode::SUCCESS
}

/// The worst case without leaving out a base.
fn over_every_base() -> String {
    let [small, large] = [5..=100, 101..=1000].map(counts::worst_of_all);
    let told = |worst: counts::Place| {
        format!("{:.1} % (n = {}, p = {:.4})", 100.0 * worst.coverage, worst.base, worst.share)
    };
    format!(
        "Over every n, not only those of the tables, the worst case is **{}** up to 100 and {} from 101 to 1000.\n",
        told(small),
        told(large)
    )
}

/// Where the worst case comes from.
fn cause(worst: counts::Place) -> String {
    let Some((count, method, from_above)) = counts::ends_at(worst) else { return String::new() };
    let (side, end) = if from_above { ("below", "lower") } else { ("above", "upper") };
    format!(
        "That is just {side} the {end} end of the interval of {count} of {} ({method}): there all the probability \
         of that count is lost at once.",
        worst.base
    )
}

/// What the default rests on, with its worst case.
fn in_words(profiles: &[(Kind, Vec<Profile>)]) -> String {
    let of = |kind: Kind| profiles.iter().find(|(k, _)| *k == kind).map_or(&[][..], |(_, p)| p);
    let default = of(Kind::Default);
    let worst = counts::worst(default);
    let wilson = counts::worst(of(Kind::WILSON));
    let exact = counts::means(of(Kind::CLOPPER_PEARSON));
    let own = counts::means(default);
    let below = counts::part_below(default, 0.94);
    format!(
        "\
## The default, and its worst case

The default prints no interval below five answers, Clopper–Pearson below thirty or where fewer than five said
yes (or no), Wilson's otherwise; where more than 5 % of a known population answered, the exact hypergeometric
interval ([why](decisions/0011-intervals-by-situation.md)).

**Its worst case is {:.1} %, at n = {} with a true share of {:.4}.** {} Of the cases of the table
above, {:.1} % have less than 94 %.

Why this default: by itself Wilson's falls to {:.1} % (n = {}, p = {:.4}), always at small shares, which is
where a sector's survey has its most delicate figures; Clopper–Pearson takes its place where that happens.
Clopper–Pearson everywhere would hold the truth in {:.1} % of the cases on average where 95 % is promised, and be
longer for it ({:.1} points in place of {:.1}). The default's weakness: its coverage swings with n and p, as
that of every interval of a count does, and is below 95 % for some shares, as far as said above. Who needs at
least 95 % in every single case sets `interval = \"clopper-pearson\"` in `[design]`.
",
        100.0 * worst.coverage,
        worst.base,
        worst.share,
        cause(worst),
        100.0 * below,
        100.0 * wilson.coverage,
        wilson.base,
        wilson.share,
        100.0 * exact.coverage,
        100.0 * exact.width,
        100.0 * own.width,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../docs/coverage.md");

    #[test]
    fn the_page_says_what_the_default_does_today() {
        let profiles = counts::some(&[Kind::Default, Kind::WILSON, Kind::CLOPPER_PEARSON]);
        let words = in_words(&profiles);
        assert!(PAGE.contains(&words), "docs/coverage.md is out of date: cargo xtask coverage\n{words}");
    }

    #[test]
    fn exact_intervals_hold_the_truth_at_least_as_often_as_they_say() {
        for (_, profiles) in counts::some(&[Kind::CLOPPER_PEARSON]) {
            assert!(counts::worst(&profiles).coverage >= LEVEL - 1e-9);
        }
    }

    /// At p = 0.1 Wilson's intervals of 0, 1 and 2 of 10 cover, that of 3 begins at 0.1078; P(X ≤ 2) is 0.9298
    /// by the tables of the binomial.
    #[test]
    fn coverage_is_the_probability_of_the_counts_that_cover() {
        let wilson = Profile::new(Kind::WILSON, 10);
        assert!((wilson.coverage(0.1) - 0.929_8).abs() < 5e-5);
    }
}
