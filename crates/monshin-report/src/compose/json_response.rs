//! `response` and `nonresponse` of `tables.json`: who responded, and what the silent could change.

use monshin_tabulate::estimate::response::Rate;
use monshin_tabulate::frame::{Disposition, DispositionCounts};
use monshin_tabulate::instrument::Questionnaire;
use monshin_tabulate::{
    ASSUMED_RESPONSE, Cases, DIFFERENCES, Evenness, OutlookLine, Released, Tables, Weighted, outlook,
};
use serde_json::{Map, Value, json};

/// Both as one JSON text, format `monshin-response/1`.
pub fn response_json(tables: &Released<Tables>) -> String {
    let whole = json!({
        "format": "monshin-response/1",
        "survey": tables.questionnaire.survey().id,
        "input_sha256": tables.input_sha256,
        "synthetic": tables.questionnaire.survey().synthetic.is_some(),
        "response": response(tables),
        "nonresponse": nonresponse(tables),
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("a value of our own making has no odd keys");
    text.push('\n');
    text
}

/// What became of every case; `null` without a frame. A class that is withheld has no figures but
/// its units.
pub(super) fn response(tables: &Tables) -> Value {
    let Some(cases) = &tables.cases else { return Value::Null };
    let form = &tables.questionnaire;
    let by = cases.by.iter().map(|by| {
        let codes = &form.breakdowns()[by.breakdown].codes.codes;
        let rows = by.rows.iter().map(|row| {
            let mut value = json!({ "class": codes[usize::from(row.class)].id, "units": row.units });
            match row.counts() {
                Some(counts) => {
                    value["dispositions"] = dispositions(counts);
                    value["rates"] = rates(cases, counts, false);
                }
                None => value["flag"] = json!("withheld"),
            }
            value
        });
        json!({ "by": form.breakdowns()[by.breakdown].id, "rows": rows.collect::<Vec<_>>() })
    });
    let mut value = json!({
        "units": cases.total.total(),
        "responses": cases.total.responses(),
        "dispositions": dispositions(&cases.total),
        "e": cases.e(),
        "e_is_stated": cases.rule.eligible_share.is_some(),
        "complete_from": cases.rule.complete_from,
        "partial_from": cases.rule.partial_from,
        "rates": rates(cases, &cases.total, false),
        "by": by.collect::<Vec<_>>(),
        "evenness": cases.evenness().map(|one| evenness(form, one)).collect::<Vec<_>>(),
    });
    if cases.is_weighted {
        value["weighted_rates"] = rates(cases, &cases.total, true);
    }
    value
}

fn dispositions(counts: &DispositionCounts) -> Value {
    let one = |one: Disposition| (one.name().to_owned(), json!(counts.of(one)));
    Value::Object(Disposition::ALL.into_iter().map(one).collect())
}

fn rates(cases: &Cases, counts: &DispositionCounts, weighted: bool) -> Value {
    let one = |rate: Rate| (rate.name().to_lowercase(), json!(cases.rate_of(counts, rate, weighted).value()));
    Value::Object(Rate::ALL.into_iter().map(one).collect())
}

/// Rounded as they are printed: more digits could give a withheld class back.
fn evenness(form: &Questionnaire, one: &Evenness) -> Value {
    let round = |value: f64| (value * 100.0).round() / 100.0;
    let names: Vec<&str> = one.breakdowns.iter().map(|at| &*form.breakdowns()[*at].id).collect();
    json!({
        "classes_of": names,
        "r_indicator": round(one.indicator.r),
        "low": round(one.indicator.interval.0),
        "high": round(one.indicator.interval.1),
        "cv": one.indicator.cv.map(round),
    })
}

/// How far those who did not answer could move the overall figures.
pub(super) fn nonresponse(tables: &Tables) -> Value {
    let found = outlook(tables);
    json!({
        "population": found.population,
        "lines": found.lines.iter().map(|one| line(tables, one)).collect::<Vec<_>>(),
    })
}

fn line(tables: &Tables, one: &OutlookLine) -> Value {
    let variable = &tables.variables[one.variable];
    let code = variable.codes.as_ref().map(|codes| &codes.codes[usize::from(one.code)].id);
    let interval = |(low, high): (f64, f64)| json!({ "low": low, "high": high });
    let shifted = DIFFERENCES.iter().zip(&one.shifted);
    let assumed = ASSUMED_RESPONSE.iter().zip(&one.assumed);
    let weighted: Map<String, Value> = one
        .by
        .iter()
        .map(|(by, found)| (tables.questionnaire.breakdowns()[*by].id.clone(), weighted(found)))
        .collect();
    json!({
        "question": variable.name,
        "code": code,
        "count": one.count,
        "n": one.n,
        "share": one.share,
        "nonresponse": one.nonresponse,
        "bounds": one.bounds.map(interval),
        "shifted": shifted.map(|(by, share)| json!({ "by": by, "share": share })).collect::<Vec<_>>(),
        "assumed": assumed.map(|(rate, bounds)| json!({ "response": rate, "bounds": interval(*bounds) })).collect::<Vec<_>>(),
        "turning": one.turning,
        "settled_from": one.settled_from,
        "weighted_to": weighted,
    })
}

fn weighted(found: &Weighted) -> Value {
    match found {
        Weighted::Share(one) => json!({ "share": one.share, "covered": one.covered }),
        Weighted::Withheld => json!({ "share": null, "flag": "withheld" }),
        Weighted::Omitted => json!({ "share": null, "flag": "omitted" }),
        Weighted::None => json!({ "share": null, "flag": "no-base" }),
    }
}
