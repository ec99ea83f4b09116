//! Which function of ours gives a case, and the table of R calls beside ours.

use super::{Case, Outcome};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The call of `monshin-estimate` (of `monshin-report` for number phrases) behind a case.
pub fn ours(case: &Case) -> String {
    let has = |key: &str| case.op.get(key).is_some();
    let stat = case.text("stat");
    let call = match (stat, case.group.as_str()) {
        (_, "replicate") => return replicates(case),
        ("mean+total", _) => "Design::new(…, Lonely), Precision::estimate",
        ("mean" | "total", _) if has("by") => "Precision::estimate(Statistic::…(y).within(class))",
        ("mean", _) if has("domain") => {
            "Precision::estimate(Statistic::mean(y).within(domain)), Design::df_within"
        }
        ("mean", "deff") => "design_effect(…, Comparison::WithReplacement)",
        ("mean", _) => "Precision::estimate(Statistic::mean(y)), design_effect",
        ("total", _) => "Precision::estimate(Statistic::total(y)), design_effect",
        ("ratio", _) => "Precision::estimate(Statistic::ratio(y, x))",
        ("population_variance", _) => "population_variance",
        ("quantile", _) => "design_quantile(…, QuantileRule, QuantileInterval)",
        ("svychisq", _) => return format!("TwoWay::new(…).test(TableStatistic::{})", statistic(case)),
        ("weighted_table", _) => "Design::sample().weights()",
        ("ttest", _) => "linear_regression(…).test(1)",
        ("ranktest", _) => "rank_test(…, Ties)",
        ("logistic", _) => "logistic_regression",
        ("proportion_ci", _) => return share(case),
        (s, _) if s.starts_with("proportion_ci") => return format!("rake, {}", share(case)),
        (s, _) if s.starts_with("two-wave") => "independent_waves",
        (s, _) if s.starts_with("macro") => "Estimates::contrast",
        (s, _) if s.starts_with("domain diff") => "Estimates::contrast",
        (_, "ciprop") => return format!("rake, {}", share(case)),
        (_, "survey") if has("weights") => "poststratify or rake, Precision::estimate(Statistic::share(…))",
        (_, "survey") => "Precision::estimate(Statistic::share(…).within(class)), design_effect",
        (_, "macro") => "Estimates::contrast",
        (_, "chisq") => "TwoWay::new(…).test(TableStatistic::…), also on raked weights",
        (_, "fpc") => "Design::new(Stage { population, … }), Precision::estimate",
        (_, "vsrest") => "fisher_2x2, adjust",
        (_, "rake") => "rake, Design::reweighted(…, Projection::Margins)",
        (_, "poststratify") => "poststratify, Design::reweighted(…, Projection::Margins)",
        (_, "calibrate") => "calibrate(…, Distance), Design::reweighted(…, Projection::Regression)",
        (_, "trim") => "trim_once",
        (_, "trend") => "cochran_armitage",
        (_, "padjust") => "adjust(p, Adjustment)",
        (_, "exact-fpc") => "hypergeometric_exact",
        (_, "nchs") => "ShareReliability::nchs",
        (_, "exact") if has("table") => "fisher_2x2 or fisher_rxc, pearson",
        (_, "exact") if has("x1") => "two_sample, newcombe",
        (_, "exact") => "clopper_pearson, wilson, wilson_continuity, mid_p",
        (_, "wording") => "phrase_for, phrase_accepts",
        (_, "rounding") => "percent",
        (_, "published-check") => "PrintedPercent::numerators, possible_bases",
        (_, "aapor") => "Dispositions::rate",
        (_, "routing") => "routed_counts",
        (_, "multiple-response") => "multiple_response",
        (_, "suppression-audit") => "System::bounds",
        (_, "suppression-optimum") => "protect",
        _ => "–",
    };
    call.to_string()
}

fn replicates(case: &Case) -> String {
    let made = match case.text("type") {
        _ if case.data.iter().any(|f| f.contains("repw_")) => "Replicates::given",
        "JK1" => "Replicates::jackknife",
        "JKn" => "Replicates::jackknife_stratified",
        "BRR" | "Fay" => "Replicates::half_samples",
        _ => "Replicates::given",
    };
    let adjusted = case.op.get("margins").is_some() || case.call.starts_with("postStratify(");
    format!("{made}{}, Precision::estimate", if adjusted { ".adjusted(…)" } else { "" })
}

fn share(case: &Case) -> String {
    match case.text("method") {
        "likelihood" => "likelihood_by_spline".into(),
        "asin" => "SharePrecision::arcsine_reflected".into(),
        method => {
            let name = super::intervals::named(method).map_or("…".into(), |m| format!("{m:?}"));
            format!("SharePrecision::interval(…, {name})")
        }
    }
}

fn statistic(case: &Case) -> String {
    super::tables::named(case.text("statistic")).map_or("…".into(), |s| format!("{s:?}"))
}

/// An R call without the names of variables and without what changes no method (level, missing values), so
/// that calls of the same kind are one line.
pub fn shape(call: &str) -> String {
    let (mut text, mut depth, mut in_formula) = (String::new(), 0_i32, false);
    for c in call.chars() {
        if !in_formula {
            text.push(c);
            if c == '~' {
                text.push('…');
                (in_formula, depth) = (true, 0);
            }
            continue;
        }
        match c {
            '(' => depth += 1,
            ')' | ',' if depth == 0 => {
                in_formula = false;
                text.push(c);
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    let is_method = |part: &&str| {
        !["na.rm=", "deff=TRUE", "df=Inf", "level="].iter().any(|p| part.trim_start().starts_with(p))
    };
    let (inside, end) = text.strip_suffix(')').map_or((text.as_str(), ""), |inside| (inside, ")"));
    inside.split(',').filter(is_method).collect::<Vec<_>>().join(",") + end
}

/// A Markdown table of R calls with ours and the largest difference seen, calls of the same kind together.
pub fn table(outcomes: &[Outcome]) -> String {
    let mut rows: BTreeMap<(&str, String, &str), (usize, Option<f64>)> = BTreeMap::new();
    for outcome in outcomes {
        let call = if outcome.call.is_empty() { "(exact, not by R)".into() } else { shape(&outcome.call) };
        let row = rows.entry((&outcome.group, call, &outcome.ours)).or_insert((0, Some(0.0)));
        row.0 += 1;
        let difference = outcome.result.as_ref().ok();
        row.1 = row.1.zip(difference).map(|(worst, d)| worst.max(*d));
    }
    let mut text = String::from(
        "| group | R call | monshin call | cases | largest relative difference |\n|---|---|---|---|---|\n",
    );
    for ((group, call, ours), (cases, worst)) in rows {
        let worst = worst.map_or("fails".to_string(), |w| match w {
            0.0 => "0".into(),
            w => format!("{w:.0e}"),
        });
        let _ = writeln!(text, "| {group} | `{}` | `{ours}` | {cases} | {worst} |", call.replace('|', "\\|"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_one_kind_have_one_shape() {
        assert_eq!(shape("svymean(~api00+enroll, d, na.rm=TRUE, deff=TRUE)"), "svymean(~…, d)");
        assert_eq!(shape("svyciprop(~I(ell==0), d, method='logit')"), "svyciprop(~…, d, method='logit')");
        assert_eq!(shape("svyby(~y, ~a + b, d, svymean)"), "svyby(~…, ~…, d, svymean)");
        assert_eq!(shape("svyttest(api00~comp.imp, d)"), "svyttest(api00~…, d)");
        assert_eq!(shape("prop.trend.test(x, n)"), "prop.trend.test(x, n)");
    }
}
