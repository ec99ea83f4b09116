//! The tests of a table in `tables.json`.

use monshin_tabulate::estimate::compare::{Association, Direction};
use monshin_tabulate::{GroupTest, TableTests, Tables, TrendTest};
use serde_json::{Value, json};

use super::json::code;

/// `tests` of a table by one breakdown: shares and differences as fractions, `p` raw.
pub(super) fn tests(tables: &Tables, tests: &TableTests) -> Value {
    json!({
        "groups": tests.groups,
        "association": match &tests.association {
            Ok(found) => association(found),
            Err(reason) => json!({ "not_tested": reason.name() }),
        },
        "against_rest": tests.against_rest.iter().map(|one| group(tables, tests, one)).collect::<Vec<_>>(),
        "trends": tests.trends.iter().map(|one| trend(tables, tests, one)).collect::<Vec<_>>(),
    })
}

fn association(found: &Association) -> Value {
    json!({
        "method": found.method.name(),
        "statistic": found.statistic,
        "df": found.df,
        "denominator_df": found.denominator_df,
        "p": found.p_value,
    })
}

fn group(tables: &Tables, tests: &TableTests, one: &GroupTest) -> Value {
    let variable = &tables.variables[tests.variable];
    let class = &tables.questionnaire.breakdowns()[tests.by].codes.codes[usize::from(one.class)].id;
    json!({
        "group": class,
        "code": code(variable, one.code),
        "n": one.n,
        "share": one.share,
        "rest": one.rest,
        "rest_n": one.rest_n,
        "difference": one.compared.value,
        "low": one.compared.interval.lower,
        "high": one.compared.interval.upper,
        "level": one.compared.interval.level,
        "interval_method": one.compared.interval.method.name(),
        "method": one.compared.method.name(),
        "p": one.compared.p_value,
        "p_holm": one.adjusted,
        "p_bh_all_tables": one.explored,
        "stands_out": one.stands_out,
    })
}

fn trend(tables: &Tables, tests: &TableTests, one: &TrendTest) -> Value {
    let direction = match one.trend.direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Flat => "flat",
    };
    json!({
        "code": code(&tables.variables[tests.variable], one.code),
        "slope": one.trend.slope,
        "direction": direction,
        "method": one.trend.method.name(),
        "p": one.trend.p_value,
        "p_holm": one.adjusted,
    })
}
