//! How the sample was drawn and how variances are found, in words.

use monshin_diag::{Words, words};
use monshin_tabulate::StageSummary;
use monshin_tabulate::instrument::{DesignLabel, DesignMode, LonelyRule, ReplicateMethod, VarianceSpec};

use super::setting::Setting;
use crate::document::grouped;

/// Stages, finite populations, single units, variance; nothing where there is nothing to say.
pub(super) fn about(setting: &Setting<'_>) -> Vec<Words> {
    let design = &setting.tables.design;
    let spec = setting.questionnaire().design();
    if design.mode == DesignMode::Respondents {
        return Vec::new();
    }
    let mut parts: Vec<Words> = Vec::new();
    let stages = design.stages();
    if let (Some(first), None) = (stages.first(), &spec.replicates) {
        parts.extend(strata(setting, first));
        parts
            .extend(stages.iter().enumerate().map(|(at, stage)| one_stage(setting, at, stage, stages.len())));
        if spec.fpc_columns().is_empty() {
            parts.push(words!("有限母集団修正は行わない（復元抽出とみなす）。"; "No finite population correction (as if drawn with replacement)."));
        }
        if design.has_derived_weights() {
            parts.push(
                words!("重みは、抽出率の逆数である。"; "Weights are the inverse of the fractions drawn."),
            );
        }
        parts.extend(lonely(spec.lonely));
    }
    parts.extend(variance(setting));
    parts
}

fn strata(setting: &Setting<'_>, first: &StageSummary) -> Option<Words> {
    let labels = setting.questionnaire().design().stratum_labels();
    let list: Vec<String> = labels.iter().map(|label| name(setting, label)).collect();
    let (names, count) = (list.join(" × "), grouped(first.strata as u64));
    (!list.is_empty()).then(|| words!("層：{names}（{count}層）。"; "Strata: {names} ({count})."))
}

fn name(setting: &Setting<'_>, label: &DesignLabel) -> String {
    match label {
        DesignLabel::Breakdown(at) => setting.breakdown_label(*at).to_owned(),
        DesignLabel::Column(name) => name.clone(),
    }
}

fn one_stage(setting: &Setting<'_>, at: usize, stage: &StageSummary, stages: usize) -> Words {
    let units = grouped(stage.units);
    let design = setting.questionnaire().design();
    let what = match design.clusters.get(at) {
        Some(label) => {
            let name = name(setting, label);
            words!("{name}を{units}クラスター"; "{units} clusters of {name}")
        }
        None => words!("回答{units}件"; "{units} responses"),
    };
    let fractions = stage.fractions.map_or(words!(""; ""), |(low, high)| {
        let (low, high) = (format!("{:.1}", low * 100.0), format!("{:.1}", high * 100.0));
        match low == high {
            true => words!("（抽出率{low}％）"; " ({low}% drawn)"),
            false => words!("（抽出率{low}～{high}％）"; " ({low}% to {high}% drawn)"),
        }
    });
    let strata = match design.labels_of_stage(at) {
        labels if at > 0 && !labels.is_empty() => {
            let list: Vec<String> = labels.iter().map(|label| name(setting, label)).collect();
            let names = list.join(" × ");
            words!("、{names}で層別"; ", stratified by {names}")
        }
        _ => words!(""; ""),
    };
    match stages {
        1 => words!("抽出：{}{}。", what.ja, fractions.ja; "Drawn: {}{}.", what.en, fractions.en),
        _ => {
            let number = at + 1;
            words!("第{number}段：{}{}{}。", what.ja, fractions.ja, strata.ja; "Stage {number}: {}{}{}.", what.en, fractions.en, strata.en)
        }
    }
}

fn lonely(rule: LonelyRule) -> Option<Words> {
    Some(match rule {
        LonelyRule::Fail => return None,
        LonelyRule::Remove | LonelyRule::Certainty => {
            words!("1単位だけの層は、分散に何も加えない（certainty）。"; "A stratum of a single unit adds nothing to the variance (certainty).")
        }
        LonelyRule::Adjust => {
            words!("1単位だけの層は、全単位の平均からの差で数える（adjust）。"; "A stratum of a single unit is centred at the mean of all (adjust).")
        }
        LonelyRule::Average => {
            words!("1単位だけの層は、ほかの層の平均だけ分散に加える（average）。"; "A stratum of a single unit adds what the others do on average (average).")
        }
    })
}

fn variance(setting: &Setting<'_>) -> Option<Words> {
    let design = &setting.tables.design;
    let spec = setting.questionnaire().design();
    if let (Some(given), Some((count, df))) = (&spec.replicates, design.replicates()) {
        let (count, df) = (grouped(count as u64), format!("{df}"));
        let method = of_replicates(given.method);
        return Some(
            words!("分散は、データに付された複製ウエイト（{}、{count}組、自由度{df}）から求めた。", method.ja;
            "Variances come from the replicate weights of the data ({}, {count} of them, {df} degrees of freedom).", method.en),
        );
    }
    let again = match design.weighting.as_ref().is_some_and(|one| !one.margins.is_empty()) {
        true => {
            words!("複製ごとに母集団の数へ重みを付け直した。"; " Each replicate is weighted to the known totals again.")
        }
        false => words!(""; ""),
    };
    match design.variance {
        VarianceSpec::Linear if design.stages().is_empty() => None,
        VarianceSpec::Linear => {
            Some(words!("分散は線形化（テイラー展開）による。"; "Variances are by Taylor linearisation."))
        }
        VarianceSpec::Bootstrap(count, seed) => {
            let count = grouped(u64::from(count));
            Some(
                words!("分散はブートストラップ法（ラオ・ウー、{count}回、乱数の種{seed}）による。{}", again.ja;
                "Variances are by the bootstrap (Rao–Wu, {count} replicates, seed {seed}).{}", again.en),
            )
        }
        VarianceSpec::Jackknife => Some(
            words!("分散はジャックナイフ法（1単位ずつ除く）による。{}", again.ja; "Variances are by the jackknife, one unit left out at a time.{}", again.en),
        ),
        VarianceSpec::HalfSamples(rho) => Some(
            words!("分散は均衡半標本法（フェイの係数{rho}）による。{}", again.ja; "Variances are by balanced half-samples (Fay's factor {rho}).{}", again.en),
        ),
    }
}

fn of_replicates(method: ReplicateMethod) -> Words {
    match method {
        ReplicateMethod::Jk1 => words!("ジャックナイフ JK1"; "jackknife, JK1"),
        ReplicateMethod::Jkn => words!("ジャックナイフ JKn"; "jackknife, JKn"),
        ReplicateMethod::Brr => words!("均衡半標本 BRR"; "balanced half-samples, BRR"),
        ReplicateMethod::Fay(rho) => {
            words!("均衡半標本、フェイの係数{rho}"; "balanced half-samples, Fay's factor {rho}")
        }
        ReplicateMethod::Bootstrap => words!("ブートストラップ"; "bootstrap"),
        ReplicateMethod::Other => words!("尺度は作成者の指定"; "scales as given"),
    }
}
