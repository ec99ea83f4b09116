//! `[design]` and `[weights]`.

use monshin_diag::{Span, nearest, words};
use toml::Spanned;
use toml::de::DeValue;

use super::evidence::one_of;
use super::fields::{Context, Desk, Fields, Named};
use crate::{
    BaseWeights, DesignLabel, DesignMode, DesignSpec, FpcSource, IntervalName, LonelyRule, Questionnaire,
    StrataSource, TrimSpec, WeightMethod, WeightSpec,
};

const MODES: [(&str, DesignMode); 4] = [
    ("quasi", DesignMode::Quasi),
    ("superpop", DesignMode::Superpop),
    ("sample", DesignMode::Sample),
    ("respondents", DesignMode::Respondents),
];
const INTERVALS: [(&str, Option<IntervalName>); 9] = [
    ("default", None),
    ("wilson", Some(IntervalName::Wilson)),
    ("clopper-pearson", Some(IntervalName::ClopperPearson)),
    ("agresti-coull", Some(IntervalName::AgrestiCoull)),
    ("logit", Some(IntervalName::Logit)),
    ("arcsine", Some(IntervalName::Arcsine)),
    ("likelihood", Some(IntervalName::Likelihood)),
    ("korn-graubard", Some(IntervalName::KornGraubard)),
    ("mean", Some(IntervalName::Mean)),
];
const LONELY: [(&str, LonelyRule); 5] = [
    ("fail", LonelyRule::Fail),
    ("remove", LonelyRule::Remove),
    ("certainty", LonelyRule::Certainty),
    ("adjust", LonelyRule::Adjust),
    ("average", LonelyRule::Average),
];
const METHODS: [(&str, WeightMethod); 5] = [
    ("poststratify", WeightMethod::Poststratify),
    ("rake", WeightMethod::Rake),
    ("linear", WeightMethod::Linear),
    ("logit", WeightMethod::Logit),
    ("none", WeightMethod::None),
];

/// `[design]`.
pub(super) fn design(context: &mut Context, root: &mut Fields, form: &Questionnaire) -> DesignSpec {
    let mut spec = DesignSpec::default();
    let Some(mut fields) = root.table(context, "design", "[design]") else { return spec };
    spec.mode = choice(context, &mut fields, "mode", &MODES);
    if let Some((level, span)) = fields.number(context, "level") {
        match (0.5..1.0).contains(&level) {
            true => spec.level = level,
            false => context.error("Q005", span, words!("level は 0.5 以上 1 未満の信頼水準です（既定は 0.95）"; "`level` is a confidence level from 0.5 to below 1 (0.95 where it is left out)"), None),
        }
    }
    spec.interval = choice(context, &mut fields, "interval", &INTERVALS).flatten();
    (spec.strata, spec.later_strata) = strata(context, &mut fields, form);
    spec.fpc = fpc(context, &mut fields);
    if let Some(rule) = choice(context, &mut fields, "lonely", &LONELY) {
        spec.lonely = rule;
    }
    spec.weight = fields.string(context, "weight").map(|name| name.text);
    spec.clusters = labels(&names(context, &mut fields, "cluster"), form);
    spec.nest = fields.boolean(context, "nest").unwrap_or(false);
    super::replicates::variance(context, &mut fields, &mut spec);
    let stages = spec.clusters.len() + 1;
    if spec.fpc_columns().len() > stages {
        let message = words!("fpc の列は多くても {stages} 段です（cluster の段数＋回答）"; "`fpc` has at most {stages} stages: those of `cluster`, and the responses themselves");
        context.error("Q005", fields.span, message, None);
    }
    if spec.later_strata.len() >= stages {
        let message = words!("strata は多くても {stages} 段です（cluster の段数＋回答）"; "`strata` has at most {stages} stages: those of `cluster`, and the responses themselves");
        context.error("Q005", fields.span, message, None);
    }
    if spec.mode == Some(DesignMode::Sample) && !spec.has_columns() {
        let message = words!("mode = \"sample\" には、抽出の仕方を示す列（strata・cluster・fpc・replicates）が要ります";
            "mode = \"sample\" needs columns that say how units were drawn: strata, cluster, fpc or replicates");
        context.error("Q003", fields.span, message, None);
    }
    fields.finish(context);
    spec
}

pub(super) fn choice<T: Copy>(
    context: &mut Context,
    fields: &mut Fields,
    key: &'static str,
    choices: &[(&str, T)],
) -> Option<T> {
    let name = fields.string(context, key)?;
    one_of(context, &name, key, choices)
}

/// Strata of the first stage and of later ones. A breakdown, a column, or a list of them, crossed; a list
/// of such lists gives them stage by stage.
fn strata(
    context: &mut Context,
    fields: &mut Fields,
    form: &Questionnaire,
) -> (StrataSource, Vec<Vec<DesignLabel>>) {
    let is_list = |value: &Spanned<DeValue<'_>>| matches!(value.get_ref(), DeValue::Array(_));
    let by_stage = match fields.peek("strata").map(|entry| entry.value) {
        Some(DeValue::Array(list)) => list.iter().any(is_list),
        _ => false,
    };
    if !by_stage {
        return (first_strata(&names(context, fields, "strata"), form), Vec::new());
    }
    let mut stages = fields.lists(context, "strata").into_iter();
    let first = first_strata(&stages.next().unwrap_or_default(), form);
    let mut later: Vec<Vec<DesignLabel>> = stages.map(|names| labels(&names, form)).collect();
    while later.last().is_some_and(Vec::is_empty) {
        later.pop();
    }
    (first, later)
}

fn first_strata(names: &[Named], form: &Questionnaire) -> StrataSource {
    match names {
        [] => StrataSource::Unsaid,
        [one] if one.text == "none" => StrataSource::None,
        several => {
            let labels = labels(several, form);
            let breakdown = |label: &DesignLabel| match label {
                DesignLabel::Breakdown(at) => Some(*at),
                DesignLabel::Column(_) => None,
            };
            match labels.iter().map(breakdown).collect() {
                Some(by) => StrataSource::Breakdowns(by),
                None => StrataSource::Columns(labels),
            }
        }
    }
}

/// A name that is no breakdown's is a column's.
fn labels(names: &[Named], form: &Questionnaire) -> Vec<DesignLabel> {
    let label = |name: &Named| match form.breakdown(&name.text) {
        Some(at) => DesignLabel::Breakdown(at),
        None => DesignLabel::Column(name.text.clone()),
    };
    names.iter().map(label).collect()
}

/// A string, or a list of strings.
pub(super) fn names(context: &mut Context, fields: &mut Fields, key: &'static str) -> Vec<Named> {
    let Some(entry) = fields.peek(key) else { return fields.strings(context, key) };
    match entry.value {
        DeValue::String(_) => fields.string(context, key).into_iter().collect(),
        _ => fields.strings(context, key),
    }
}

fn breakdown(context: &mut Context, form: &Questionnaire, name: &Named) -> Option<usize> {
    let found = form.breakdown(&name.text);
    if found.is_none() {
        let near = nearest(&name.text, form.breakdowns().iter().map(|one| &*one.id));
        let help = near.map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
        context.error(
            "Q005",
            name.span,
            words!("区分「{}」はありません", name.text; "there is no breakdown `{}`", name.text),
            help,
        );
    }
    found
}

fn fpc(context: &mut Context, fields: &mut Fields) -> Option<FpcSource> {
    let entry = fields.peek("fpc")?;
    if let DeValue::String(_) | DeValue::Array(_) = entry.value {
        let names: Vec<String> = names(context, fields, "fpc").into_iter().map(|name| name.text).collect();
        return Some(match &names[..] {
            [one] if one == "none" => FpcSource::None,
            _ => FpcSource::Columns(names),
        });
    }
    let (fraction, span) = fields.number(context, "fpc")?;
    if fraction > 0.0 && fraction <= 1.0 {
        return Some(FpcSource::Fraction(fraction));
    }
    let message = words!("fpc は 0 より大きく 1 以下の抽出率、列の名前（段ごとの並びも可）か \"none\" です"; "`fpc` is a sampling fraction above 0 and at most 1, a column (or one for each stage), or \"none\"");
    context.error("Q005", span, message, None);
    None
}

/// `[weights]`.
pub(super) fn weights(context: &mut Context, root: &mut Fields, form: &Questionnaire) -> WeightSpec {
    let of_design = form.design().weight.clone().map_or(BaseWeights::Equal, BaseWeights::Column);
    let mut spec = WeightSpec { base: of_design, ..WeightSpec::default() };
    let Some(mut fields) = root.table(context, "weights", "[weights]") else { return spec };
    spec.method = choice(context, &mut fields, "method", &METHODS);
    if let Some(name) = fields.string(context, "base") {
        if form.design().weight.is_some() {
            context.error(
                "Q005",
                name.span,
                words!("ウエイトの列は [design] weight か [weights] base のどちらかに書いてください";
                "name the column of weights once: `weight` in [design] or `base` in [weights]"),
                None,
            );
        }
        spec.base = match name.text == "strata" {
            true => BaseWeights::Strata,
            false => BaseWeights::Column(name.text),
        };
    }
    spec.margins = margins(context, &mut fields, form);
    let says_bounds = fields.has("bounds");
    spec.bounds = pair(context, &mut fields, "bounds").map(|(low, high, _)| (low, high));
    spec.trim = trim(context, &mut fields);
    let classes = names(context, &mut fields, "nonresponse");
    spec.nonresponse = classes.iter().filter_map(|name| breakdown(context, form, name)).collect();
    spec.rescale = fields.boolean(context, "rescale").unwrap_or(false);
    if spec.method == Some(WeightMethod::Logit) && !says_bounds {
        context.error("Q003", fields.span, words!("method = \"logit\" には bounds = [下限, 上限] が要ります"; "method = \"logit\" needs bounds = [lowest, highest]"), None);
    }
    fields.finish(context);
    spec
}

/// `margins = ["beds", "founder × region"]`.
fn margins(context: &mut Context, fields: &mut Fields, form: &Questionnaire) -> Option<Vec<Vec<usize>>> {
    fields.span_of("margins")?;
    let mut margins = Vec::new();
    for name in names(context, fields, "margins") {
        let parts =
            name.text.split(['×', '*']).map(|part| Named { text: part.trim().to_owned(), ..name.clone() });
        let margin: Vec<usize> = parts.filter_map(|part| breakdown(context, form, &part)).collect();
        margins.push(margin);
    }
    Some(margins)
}

fn trim(context: &mut Context, fields: &mut Fields) -> Option<TrimSpec> {
    let entry = fields.peek("trim")?;
    if let DeValue::Array(_) = entry.value {
        return pair(context, fields, "trim").map(|(low, high, _)| TrimSpec::Bounds(low, high));
    }
    let (effect, span) = fields.number(context, "trim")?;
    if effect > 1.0 {
        return Some(TrimSpec::Effect(effect));
    }
    context.error(
        "Q005",
        span,
        words!("trim は [下限, 上限]（平均ウエイトの倍率）か、1 より大きいデザイン効果の目標です";
        "`trim` is [lowest, highest] in means of the weights, or a design effect above 1 to come down to"),
        None,
    );
    None
}

/// Two numbers around 1.
fn pair(context: &mut Context, fields: &mut Fields, key: &'static str) -> Option<(f64, f64, Span)> {
    let entry = fields.take(key)?;
    let DeValue::Array(list) = entry.value else {
        context.error(
            "Q004",
            entry.span,
            words!("{key} には [下限, 上限] を書いてください"; "`{key}` takes [lowest, highest]"),
            None,
        );
        return None;
    };
    let number = |at: usize| match list.get(at).map(|value| value.get_ref()) {
        Some(DeValue::Integer(number)) => number.as_str().replace('_', "").parse::<f64>().ok(),
        Some(DeValue::Float(number)) => number.as_str().replace('_', "").parse::<f64>().ok(),
        _ => None,
    };
    match (number(0), number(1), list.len()) {
        (Some(low), Some(high), 2) if (0.0..1.0).contains(&low) && high > 1.0 && high.is_finite() => {
            Some((low, high, entry.span))
        }
        _ => {
            context.error(
                "Q005",
                entry.span,
                words!("{key} は [下限, 上限] で、下限は 0 以上 1 未満、上限は 1 より大きい数です";
                "`{key}` is [lowest, highest], the lowest from 0 to below 1, the highest above 1"),
                None,
            );
            None
        }
    }
}
