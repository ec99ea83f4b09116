//! How sure the figures are: the design, the weights, the intervals, in words.

use std::collections::BTreeSet;

use monshin_diag::{Words, words};
use monshin_tabulate::estimate::IntervalMethod;
use monshin_tabulate::instrument::{DesignMode, WeightMethod};
use monshin_tabulate::{Row, Table, Weighting};

use super::sampling;
use super::sentences::level;
use super::setting::Setting;
use crate::document::grouped;

/// 「4施設中1施設」, "1 of 4".
pub(super) fn of_few(setting: &Setting<'_>, variable: usize, count: u64, base: u64) -> String {
    let block = setting.tables.variables[variable].block;
    let unit =
        block.map_or(setting.unit(), |block| setting.text(&setting.questionnaire().blocks()[block].label));
    words!("{base}{unit}中{count}{unit}"; "{count} of {base}").get(setting.lang).to_owned()
}

/// The name of a method, in words.
pub(crate) fn method_name(method: IntervalMethod) -> Words {
    match method {
        IntervalMethod::Wilson => words!("ウィルソン法"; "Wilson"),
        IntervalMethod::WilsonContinuity => {
            words!("連続性補正付きウィルソン法"; "Wilson with continuity correction")
        }
        IntervalMethod::ClopperPearson => words!("クロッパー・ピアソン法"; "Clopper–Pearson"),
        IntervalMethod::MidP => words!("mid-P法"; "mid-P"),
        IntervalMethod::AgrestiCoull => words!("アグレスティ・クール法"; "Agresti–Coull"),
        IntervalMethod::Hypergeometric => {
            words!("超幾何分布に基づく正確法"; "exact, from the hypergeometric distribution")
        }
        IntervalMethod::Logit => words!("ロジット法"; "logit"),
        IntervalMethod::Arcsine => words!("逆正弦法"; "arcsine"),
        IntervalMethod::Likelihood => words!("尤度法"; "likelihood"),
        IntervalMethod::KornGraubard => words!("コーン・グラウバード法"; "Korn–Graubard"),
        IntervalMethod::Wald => words!("割合±t×標準誤差"; "share ± t × standard error"),
        IntervalMethod::Census => words!("全数（区間なし）"; "census (no interval)"),
        IntervalMethod::None => words!("区間なし"; "no interval"),
        other => words!("{}", other.name(); "{}", other.name()),
    }
}

fn cells(table: &Table) -> impl Iterator<Item = &monshin_tabulate::Cell> {
    table.rows.iter().filter_map(Row::figures).flat_map(|figures| &figures.cells)
}

fn methods<'a>(tables: impl Iterator<Item = &'a Table>) -> BTreeSet<IntervalMethod> {
    tables.flat_map(cells).filter_map(|cell| cell.estimate.interval()).map(|one| one.method).collect()
}

fn names(setting: &Setting<'_>, methods: &BTreeSet<IntervalMethod>) -> String {
    let list: Vec<String> = methods
        .iter()
        .filter(|method| **method != IntervalMethod::None)
        .map(|method| method_name(*method).get(setting.lang).to_owned())
        .collect();
    list.join(words!("、"; ", ").get(setting.lang))
}

/// Which intervals a table has.
pub(super) fn table_note(setting: &Setting<'_>, table: &Table) -> Option<String> {
    let methods = methods(std::iter::once(table));
    if methods.is_empty() || setting.tables.design.mode == DesignMode::Respondents {
        return None;
    }
    let (level, names) = (level(setting), names(setting, &methods));
    let few = cells(table).any(|cell| matches!(cell.certainty(), monshin_tabulate::Certainty::Few(..)));
    let few = if few {
        words!("集計母数が5未満の割合には区間を付けない。"; " None on a base below 5.")
    } else {
        words!(""; "")
    };
    let weighted = match setting.tables.weighted {
        true => words!("割合は重み付き、件数とnは重みなし。"; " Shares are weighted; counts and n are not."),
        false => words!(""; ""),
    };
    if names.is_empty() {
        return Some(
            words!("{}{}", few.ja, weighted.ja; "{}", format!("{}{}", few.en, weighted.en).trim())
                .get(setting.lang)
                .to_owned(),
        );
    }
    Some(
        words!("{level}％信頼区間：{names}。{}{}", few.ja, weighted.ja; "{level}% intervals: {names}.{}{}", few.en, weighted.en)
            .get(setting.lang)
            .to_owned(),
    )
}

/// How intervals are chosen, and what they say.
pub(super) fn about_intervals(setting: &Setting<'_>) -> String {
    if setting.tables.design.mode == DesignMode::Respondents {
        return words!("付けない。数値は回答者だけを記述するものである（mode = \"respondents\"）。";
            "None: the figures describe the respondents alone (mode = \"respondents\").")
        .get(setting.lang)
        .to_owned();
    }
    let (level, used) = (level(setting), names(setting, &methods(setting.tables.tables.iter())));
    let rule = match setting.tables.method {
        Some(method) => {
            let name = method_name(method);
            words!("すべての割合に同じ方法（{}）を指定した。", name.ja; "One method is asked for throughout ({}).", name.en)
        }
        None if setting.tables.design.decides() => words!(
            "集計母数が5未満なら区間を付けず件数で示す。それ以外は標本設計による分散と自由度に基づき、実効標本サイズによるウィルソン法、該当または非該当が実効で10に満たないときはコーン・グラウバード法を用いる。";
            "Base below 5: no interval, the count in words. Otherwise intervals follow from the variance and degrees of freedom of the design: Wilson on the effective size, Korn–Graubard where fewer than 10 (effectively) say yes or no."),
        None => words!(
            "方法は割合ごとに次のように選ぶ。集計母数が5未満なら区間を付けず件数で示す。重みが等しく、集計母数が30未満か該当・非該当のどちらかが5未満ならクロッパー・ピアソン法、それ以外はウィルソン法。母集団の数が分かり、その5％を超えて回答があれば超幾何分布に基づく正確法。重みが異なるときは実効標本サイズによるウィルソン法、少数ではコーン・グラウバード法。全数が回答した区分には区間がない。";
            "The method is chosen share by share. Base below 5: no interval, the count in words. Equal weights: Clopper–Pearson where the base is below 30 or fewer than 5 say yes or no, otherwise Wilson; the exact hypergeometric interval where more than 5% of a known population answered. Unequal weights: Wilson on the effective size, Korn–Graubard for small numbers. Where everybody answered there is none."),
    };
    words!("割合に添えた区間は{level}％信頼区間であり、集計母数が小さいほど広くなる。{}用いた方法：{used}。各値の方法は tables.json に記録した。", rule.ja;
        "Intervals of shares are {level}% confidence intervals; the smaller the base, the wider. {} In use: {used}. tables.json has the method of each figure.", rule.en)
    .get(setting.lang)
    .to_owned()
}

/// What is random, and what that assumes.
pub(super) fn about_design(setting: &Setting<'_>) -> String {
    let design = &setting.tables.design;
    let mut parts = vec![match design.mode {
        DesignMode::Quasi => words!(
            "回答者を、各層の全数からの無作為な一部とみなす（quasi）。層ごとの有限母集団修正を行った。この仮定は、同じ層の中では回答したかどうかが回答内容と関係しないことを意味する。未回収による偏りは区間に含まれない。";
            "Respondents count as a random part of each stratum (quasi), with a finite population correction. This assumes that within a stratum responding has nothing to do with the answers; nonresponse bias is not in the interval."),
        DesignMode::Superpop => words!(
            "回答者を、同様の回答者の限りない集まりから無作為に得たとみなす（superpop）。有限母集団修正は行わない。未回収による偏りは区間に含まれない。";
            "Respondents count as drawn at random from others like them without end (superpop), without a finite population correction; nonresponse bias is not in the interval."),
        DesignMode::Sample => words!(
            "回答者を、次のように抽出された標本とみなす（sample）。未回収による偏りは区間に含まれない。";
            "Respondents count as a sample drawn as follows (sample); nonresponse bias is not in the interval."),
        DesignMode::Respondents => words!(
            "回答者だけを記述する（respondents）。母集団についての推定ではない。";
            "The figures describe the respondents (respondents); nothing is said of others."),
    }];
    if !design.strata.by.is_empty() {
        let labels = labels(setting, &design.strata.by);
        let count = design.strata.list.len();
        parts.push(words!("層：{labels}（{count}層）。"; "Strata: {labels} ({count})."));
    }
    parts.extend(sampling::about(setting));
    if design.corrects() && !design.hides_sizes {
        let percent = format!("{:.1}", design.largest_fraction() * 100.0);
        parts.push(words!("母集団のうち回答した割合は、層により最大{percent}％。"; "At most {percent}% of a stratum responded."));
    }
    parts.extend(merged(setting));
    joined(setting, &parts)
}

fn labels(setting: &Setting<'_>, by: &[usize]) -> String {
    by.iter().map(|one| setting.breakdown_label(*one)).collect::<Vec<_>>().join(" × ")
}

fn joined(setting: &Setting<'_>, parts: &[Words]) -> String {
    let space = words!(""; " ");
    parts.iter().map(|one| one.get(setting.lang)).collect::<Vec<_>>().join(space.get(setting.lang))
}

/// Classes that were joined.
fn merged(setting: &Setting<'_>) -> Option<Words> {
    let design = &setting.tables.design;
    let one = |merged: &monshin_tabulate::Merged| {
        let class = |class: &Vec<u16>| {
            let label = |(by, class): (&usize, &u16)| setting.text(&setting.class(*by, *class).label);
            merged.by.iter().zip(class).map(label).collect::<Vec<_>>().join(" × ")
        };
        merged.classes.iter().map(class).collect::<Vec<_>>().join("＋")
    };
    let list: Vec<String> = design.merged.iter().map(one).collect();
    if design.hides_sizes && !list.is_empty() {
        return Some(words!(
            "回答の少ない分類は隣と合わせた（分類名は秘匿）。";
            "Classes with few responses are joined with a neighbour (which ones is withheld)."));
    }
    (!list.is_empty()).then(|| {
        let (ja, en) = (list.join("、"), list.join(", "));
        words!("回答が2件に満たない分類は隣と合わせた：{ja}。"; "Classes with fewer than two responses are joined with a neighbour: {en}.")
    })
}

/// How weights came about.
pub(super) fn about_weighting(setting: &Setting<'_>) -> String {
    let design = &setting.tables.design;
    let parts = match (&design.weighting, setting.tables.weighted) {
        (Some(weighting), _) => of_totals(setting, weighting),
        (None, true) => vec![
            words!("割合には与えられた重みを付けた。件数と集計母数（n）は重みを付けない回答の数である。";
            "Shares are weighted with the weights given. Counts and bases (n) are unweighted numbers of responses."),
        ],
        (None, false) => {
            vec![words!("重み付けは行っていない。件数・割合とも回答をそのまま数えたものである。";
            "None: counts and shares are of the responses as they are.")]
        }
    };
    joined(setting, &parts)
}

fn of_totals(setting: &Setting<'_>, weighting: &Weighting) -> Vec<Words> {
    let margins: Vec<String> = weighting.margins.iter().map(|by| labels(setting, by)).collect();
    let (ja, en) = (margins.join("、"), margins.join(", "));
    let total = grouped(weighting.population.round() as u64);
    let mut parts = vec![match weighting.method {
        WeightMethod::Poststratify => {
            words!("割合には、母集団の数（{ja}、計{total}）に合わせた事後層化の重みを付けた。"; "Shares are post-stratified to known totals of {en} ({total} in all).")
        }
        WeightMethod::Rake => {
            words!("割合には、母集団の数（{ja}、計{total}）に合わせたレイキングの重みを付けた。"; "Shares are raked to known totals of {en} ({total} in all).")
        }
        WeightMethod::Linear => {
            words!("割合には、母集団の数（{ja}、計{total}）に合わせた線形キャリブレーションの重みを付けた。"; "Shares are calibrated (linear) to known totals of {en} ({total} in all).")
        }
        WeightMethod::Logit => {
            words!("割合には、母集団の数（{ja}、計{total}）に合わせたロジット型キャリブレーションの重みを付けた。"; "Shares are calibrated (logit) to known totals of {en} ({total} in all).")
        }
        WeightMethod::None => {
            words!("割合には、層または未回収の分類ごとに、母集団の数を回答数で割った重みを付けた（計{total}）。"; "Shares carry weights by class: units over responses ({total} in all).")
        }
    }];
    parts.push(
        words!("件数と集計母数（n）は重みを付けない回答の数である。"; "Counts and bases (n) are unweighted."),
    );
    if weighting.rounds > 1 {
        let (rounds, error) = (weighting.rounds, format!("{:.1e}", weighting.worst_error));
        parts.push(words!("反復{rounds}回、残る誤差は最大{error}。"; "{rounds} rounds; largest relative error left {error}."));
    }
    if !weighting.rescaled.is_empty() {
        parts.push(words!("合計の異なる区分は、最初の区分の合計に合わせた。"; "Margins that add up to another number were brought to the sum of the first."));
    }
    if setting.tables.design.hides_sizes {
        parts.push(words!(
            "回答数を秘匿した分類があるため、重みの範囲は示さない。";
            "The range of the weights is not given: it would tell how many responded of classes where that is withheld."));
        return parts;
    }
    let (low, high) = (short(weighting.range.0), short(weighting.range.1));
    let kish = format!("{:.2}", weighting.kish.1);
    parts.push(match weighting.has_base {
        true => words!("基本ウエイトへの乗数は{low}～{high}、重みによるデザイン効果（キッシュ）は{kish}。"; "Base weights are multiplied by {low} to {high}; Kish's design effect of the weights is {kish}."),
        false => words!("重みは{low}～{high}、重みによるデザイン効果（キッシュ）は{kish}。"; "Weights run from {low} to {high}; Kish's design effect of the weights is {kish}."),
    });
    if let Some((cut, (low, high))) = weighting.trimmed {
        let (cut, low, high, error) =
            (grouped(cut), short(low), short(high), format!("{:.1e}", weighting.worst_error));
        parts.push(words!("重みを{low}～{high}に収めた（該当{cut}件、母集団の数との差は最大{error}）。"; "Weights are kept between {low} and {high} ({cut} responses cut; totals are missed by {error} at most)."));
    }
    parts
}

/// Four significant digits.
fn short(number: f64) -> String {
    if number >= 1000.0 { grouped(number.round() as u64) } else { format!("{number:.3}") }
}
