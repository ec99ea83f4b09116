//! Many comparisons at once: Holm within a table, Benjamini–Hochberg over all of them.

use monshin_estimate::compare::{Adjustment, adjust as raise};

use super::TableTests;
use crate::{Tables, VariableKind};

/// Fills in the adjusted p-values, and takes the mark off what they do not support.
pub(super) fn adjust(tables: &Tables, found: &mut [TableTests]) {
    let level = tables.questionnaire.survey().evidence.level;
    for tests in found.iter_mut() {
        let mirror = mirrored_code(tables, tests);
        let p: Vec<f64> = tests.against_rest.iter().map(|test| test.compared.p_value).collect();
        let counts: Vec<bool> = tests.against_rest.iter().map(|test| Some(test.code) != mirror).collect();
        for (test, p) in tests.against_rest.iter_mut().zip(over(&p, &counts, Adjustment::Holm)) {
            test.adjusted = p;
            test.stands_out = test.stands_out && p < level;
        }
        let p: Vec<f64> = tests.trends.iter().map(|test| test.trend.p_value).collect();
        let counts: Vec<bool> = tests.trends.iter().map(|test| Some(test.code) != mirror).collect();
        for (test, p) in tests.trends.iter_mut().zip(over(&p, &counts, Adjustment::Holm)) {
            test.adjusted = p;
        }
    }
    let mirrors: Vec<Option<u16>> = found.iter().map(|tests| mirrored_code(tables, tests)).collect();
    let all = || {
        found.iter().zip(&mirrors).flat_map(|(tests, mirror)| {
            tests.against_rest.iter().map(move |test| (test.compared.p_value, Some(test.code) != *mirror))
        })
    };
    let (p, counts): (Vec<f64>, Vec<bool>) = all().unzip();
    let explored = over(&p, &counts, Adjustment::BenjaminiHochberg);
    let every = found.iter_mut().flat_map(|tests| &mut tests.against_rest);
    every.zip(explored).for_each(|(test, p)| test.explored = p);
}

/// Of two answers that exclude each other the second says what the first does.
fn mirrored_code(tables: &Tables, tests: &TableTests) -> Option<u16> {
    if tables.variables[tests.variable].kind != VariableKind::Single {
        return None;
    }
    let mut codes: Vec<u16> = tests.against_rest.iter().map(|test| test.code).collect();
    codes.extend(tests.trends.iter().map(|test| test.code));
    codes.sort_unstable();
    codes.dedup();
    match codes[..] {
        [_, second] => Some(second),
        _ => None,
    }
}

/// Raises the p-values that count; one that mirrors the one before it takes that one's.
fn over(p: &[f64], counts: &[bool], how: Adjustment) -> Vec<f64> {
    let own: Vec<f64> = p.iter().zip(counts).filter(|(_, counts)| **counts).map(|(p, _)| *p).collect();
    let mut raised = raise(&own, how).into_iter();
    let mut last = 1.0;
    p.iter()
        .zip(counts)
        .map(|(p, counts)| {
            if *counts {
                last = raised.next().unwrap_or(1.0);
            }
            // By weight the two may differ in the last digit.
            f64::max(last, *p)
        })
        .collect()
}
