//! Design, weights and precision in `tables.json`; every field here was added to the contract.

use monshin_tabulate::estimate::{Estimate, Interval};
use monshin_tabulate::instrument::{DesignLabel, DesignMode, VarianceSpec, WeightMethod};
use monshin_tabulate::{Cell, NumberSummary, StageSummary, SurveyDesign, Tables, Weighting};
use serde_json::{Value, json};

/// Adds what is known of a share beside its interval. Ends that are not claimed are `null`.
pub(super) fn of_cell(value: &mut Value, cell: &Cell) {
    value["se"] = json!(cell.estimate.se());
    value["cv"] = json!(cell.estimate.cv());
    if let Some(interval) = cell.estimate.interval().filter(|one| one.method.name() == "none") {
        value["low"] = Value::Null;
        value["high"] = Value::Null;
        value["level"] = json!(interval.level);
    }
    for (key, figure) in [("df", cell.df), ("deff", cell.design_effect), ("n_eff", cell.effective_size)] {
        if let Some(figure) = figure {
            value[key] = json!(figure);
        }
    }
}

/// Mean, quantiles and total of numbers or days.
pub(super) fn number(number: &NumberSummary) -> Value {
    let mean = number.mean.interval().filter(|one| one.width().is_finite());
    let mut value = json!({
        "mean": number.mean.value(),
        "low": mean.map(|one| one.lower),
        "high": mean.map(|one| one.upper),
        "se": number.mean.se(),
        "cv": number.mean.cv(),
        "median": number.median,
        "q1": number.q1,
        "q3": number.q3,
        "min": number.min,
        "max": number.max,
    });
    let intervals =
        [("median", number.median_interval), ("q1", number.q1_interval), ("q3", number.q3_interval)];
    for (key, interval) in intervals {
        if let Some(interval) = interval {
            value[format!("{key}_interval")] = ends(&interval);
        }
    }
    if let Some(Estimate::Point { value: total, se, interval, .. }) = number.total {
        value["total"] = json!({ "value": total, "se": se, "interval": ends(&interval) });
    }
    value
}

fn ends(interval: &Interval) -> Value {
    json!({ "low": interval.lower, "high": interval.upper, "level": interval.level, "method": interval.method.name() })
}

/// The design that all tables share.
pub(super) fn design(tables: &Tables) -> Value {
    let design: &SurveyDesign = &tables.design;
    let breakdown = |by: &usize| &*tables.questionnaire.breakdowns()[*by].id;
    let ids = |by: &[usize]| by.iter().map(breakdown).collect::<Vec<_>>();
    let class = |by: &[usize], class: &Vec<u16>| {
        let id = |(by, class): (&usize, &u16)| {
            &*tables.questionnaire.breakdowns()[*by].codes.codes[usize::from(*class)].id
        };
        by.iter().zip(class).map(id).collect::<Vec<_>>()
    };
    json!({
        "mode": mode(design.mode),
        "level": tables.level,
        "interval": tables.method.map_or("by-situation", |method| method.name()),
        "strata": ids(&design.strata.by),
        "lonely": design.lonely.name(),
        "largest_fraction": (!design.hides_sizes).then(|| design.largest_fraction()),
        "merged": design.merged.iter().filter(|_| !design.hides_sizes).map(|one| json!({
            "by": ids(&one.by),
            "classes": one.classes.iter().map(|of| class(&one.by, of)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "sample": sample(tables),
        "variance": variance(tables),
        "weights": design.weighting.as_ref().map(|one| weighting(one, !design.hides_sizes, ids)),
    })
}

/// How units were drawn, stage by stage, where columns of the data say it.
fn sample(tables: &Tables) -> Value {
    let (design, spec) = (&tables.design, tables.questionnaire.design());
    if design.stages().is_empty() || spec.replicates.is_some() {
        return Value::Null;
    }
    let name = |label: &DesignLabel| match label {
        DesignLabel::Breakdown(at) => tables.questionnaire.breakdowns()[*at].id.clone(),
        DesignLabel::Column(name) => name.clone(),
    };
    let stage = |(at, stage): (usize, &StageSummary)| {
        json!({
            "unit": spec.clusters.get(at).map_or("response".to_owned(), name),
            "stratified_by": spec.labels_of_stage(at).iter().map(name).collect::<Vec<_>>(),
            "strata": stage.strata,
            "units": stage.units,
            "fraction": stage.fractions.map(|(low, high)| json!({ "lowest": low, "highest": high })),
        })
    };
    json!({
        "strata": spec.stratum_labels().iter().map(name).collect::<Vec<_>>(),
        "stages": design.stages().iter().enumerate().map(stage).collect::<Vec<_>>(),
        "weights_from_fpc": design.has_derived_weights(),
    })
}

fn variance(tables: &Tables) -> Value {
    let (design, spec) = (&tables.design, tables.questionnaire.design());
    if let (Some(given), Some((count, df))) = (&spec.replicates, design.replicates()) {
        return json!({
            "method": "replicate-weights",
            "made_by": given.method.name(),
            "replicates": count,
            "df": df,
            "scale": given.scale.unwrap_or_else(|| given.method.scale(count)),
            "mse": given.is_mse,
        });
    }
    match design.variance {
        VarianceSpec::Linear => json!({ "method": "linear" }),
        VarianceSpec::Bootstrap(count, seed) => {
            json!({ "method": "bootstrap", "replicates": count, "seed": seed })
        }
        VarianceSpec::Jackknife => json!({ "method": "jackknife" }),
        VarianceSpec::HalfSamples(rho) => json!({ "method": "half-samples", "rho": rho }),
    }
}

/// What tells how many responded of a class is `null` where that is withheld.
fn weighting<'a>(one: &Weighting, is_told: bool, ids: impl Fn(&[usize]) -> Vec<&'a str>) -> Value {
    let told = |figure: f64| is_told.then_some(figure);
    json!({
        "method": method(one.method),
        "margins": one.margins.iter().map(|by| ids(by)).collect::<Vec<_>>(),
        "population": one.population,
        "rounds": one.rounds,
        "largest_error": told(one.worst_error),
        "rescaled": one.rescaled,
        "kish_before": told(one.kish.0),
        "kish_after": told(one.kish.1),
        "lowest": told(one.range.0),
        "highest": told(one.range.1),
        "range_of": if one.has_base { "factors" } else { "weights" },
        "trimmed": one.trimmed.filter(|_| is_told).map(|(count, (low, high))| json!({ "responses": count, "low": low, "high": high })),
    })
}

fn mode(mode: DesignMode) -> &'static str {
    match mode {
        DesignMode::Quasi => "quasi",
        DesignMode::Superpop => "superpop",
        DesignMode::Sample => "sample",
        DesignMode::Respondents => "respondents",
    }
}

fn method(method: WeightMethod) -> &'static str {
    match method {
        WeightMethod::Poststratify => "poststratify",
        WeightMethod::Rake => "rake",
        WeightMethod::Linear => "linear",
        WeightMethod::Logit => "logit",
        WeightMethod::None => "none",
    }
}
