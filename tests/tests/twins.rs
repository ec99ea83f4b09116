//! Nothing that a report prints tells apart what its tables do not.

// How long the long run is comes from outside.
#![allow(clippy::disallowed_methods)]

use std::sync::Arc;

use monshin_instrument::Questionnaire;
use monshin_tests::attack::{Weighing, attack_by_twins, random_survey, survey_of_all_kinds};

/// Twins of so many random surveys.
fn attacked(
    surveys: std::ops::Range<u64>,
    weighing: Weighing,
    form: impl Fn(u64) -> Arc<Questionnaire>,
) -> usize {
    surveys.map(|seed| attack_by_twins(&form(seed), seed, 8 + (seed as usize * 7) % 50, weighing, 40)).sum()
}

fn check(preset: &str, surveys: std::ops::Range<u64>, least: usize) {
    let mut few = Vec::new();
    let policy = format!("preset = \"{preset}\"");
    let one = |seed| random_survey(seed, &policy, 1);
    let two = |seed| random_survey(seed, &policy, 2);
    let every = |seed| survey_of_all_kinds(seed, &policy);
    for (name, found) in [
        ("one breakdown", attacked(surveys.clone(), Weighing::None, one)),
        ("two breakdowns", attacked(surveys.clone(), Weighing::None, two)),
        ("all kinds", attacked(surveys.clone(), Weighing::None, every)),
        ("totals", attacked(surveys.clone(), Weighing::Totals, one)),
        ("weights", attacked(surveys.clone(), Weighing::Given, one)),
    ] {
        println!("{preset}, {name}: {found} twins");
        if found < least {
            few.push(format!("{preset}, {name}: {found}"));
        }
    }
    assert!(few.is_empty(), "they are too few to tell: {few:?}");
}

#[test]
fn surveys_with_the_same_tables_have_the_same_report() {
    check("voluntary", 0..30, 3);
}

#[test]
fn registers_with_the_same_tables_have_the_same_report() {
    check("register", 0..6, 3);
}

/// The same at length: `MONSHIN_ATTACK_FROM` is the first seed, `MONSHIN_ATTACK_SURVEYS` how many of each kind.
#[test]
#[ignore = "takes minutes"]
fn many_surveys_with_the_same_tables_have_the_same_report() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let from = number("MONSHIN_ATTACK_FROM", 1_000);
    for preset in ["voluntary", "register"] {
        check(preset, from..from + number("MONSHIN_ATTACK_SURVEYS", 500), 50);
    }
}
