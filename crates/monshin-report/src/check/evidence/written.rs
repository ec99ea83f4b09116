//! Evidence in words.

use monshin_diag::{Lang, Words};
use monshin_tabulate::estimate::compare::TestMethod;
use monshin_tabulate::instrument::EvidenceAdjustment;

use super::{Evidence, EvidenceTest, Grade};

impl Grade {
    /// For people.
    pub fn words(self) -> Words {
        let (ja, en) = match self {
            Grade::Supported => ("支持される", "supported"),
            Grade::DirectionalOnly => ("回答の範囲でのみ", "directional only"),
            Grade::Contradicted => ("逆が支持される", "contradicted"),
            Grade::NotTestable => ("検定できない", "not testable"),
        };
        Words::new(ja.to_owned(), en.to_owned())
    }
}

/// A method of testing, for people.
pub(crate) fn method_words(method: TestMethod) -> Words {
    let (ja, en) = match method {
        TestMethod::Pearson => ("ピアソンのカイ二乗検定", "Pearson's chi-square"),
        TestMethod::Fisher => ("フィッシャーの正確検定", "Fisher's exact test"),
        TestMethod::FisherEffective => {
            ("有効標本サイズでのフィッシャーの正確検定", "Fisher's exact test on effective sizes")
        }
        TestMethod::MonteCarlo => ("モンテカルロ法による検定", "Monte Carlo test"),
        TestMethod::RaoScott => ("ラオ・スコット検定", "Rao–Scott F"),
        TestMethod::HybridScore => ("ハイブリッドスコア区間の反転", "inverted hybrid score interval"),
        TestMethod::Binomial => ("二項検定", "binomial test"),
        TestMethod::Score => ("スコア検定", "score test"),
        TestMethod::Sign => ("符号検定（正確マクネマー検定）", "sign test (exact McNemar)"),
        TestMethod::LinearisedT => ("線形化によるt検定", "linearised t test"),
        TestMethod::LeastFavourable => {
            ("集計表から言える最も慎重な検定", "the most cautious test that the tables allow")
        }
        TestMethod::CochranArmitage => ("コクラン・アーミテージの傾向検定", "Cochran–Armitage trend test"),
        TestMethod::ExactTrend => ("正確傾向検定", "exact trend test"),
        TestMethod::LinearTrend => ("重み付きの線形傾向の検定", "test of a weighted linear trend"),
        _ => (method.name(), method.name()),
    };
    Words::new(ja.to_owned(), en.to_owned())
}

/// `p=0.012`, `p<0.001`.
pub(crate) fn p_text(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("={p:.3}") }
}

/// `−4.2`, `+4.2`.
pub(crate) fn points_text(share: f64) -> String {
    let points = (share * 1000.0).round() / 10.0;
    match points {
        p if p < 0.0 => format!("−{:.1}", p.abs()),
        p if p > 0.0 => format!("+{p:.1}"),
        _ => "0.0".to_owned(),
    }
}

impl EvidenceTest {
    /// What is compared, the difference, its interval.
    fn written(&self, percent: f64, lang: Lang) -> String {
        let about = self.about.get(lang);
        let value = points_text(self.value);
        match (lang, self.is_slope, self.interval) {
            (Lang::Ja, true, _) => format!("{about}：区分ごとに{value}ポイント"),
            (Lang::En, true, _) => format!("{about}: {value} points from class to class"),
            (Lang::Ja, _, Some((low, high))) => format!(
                "{about}：差{value}ポイント、{percent:.0}%信頼区間{}～{}",
                points_text(low),
                points_text(high)
            ),
            (Lang::En, _, Some((low, high))) => format!(
                "{about}: {value} points, {percent:.0}% interval {} to {}",
                points_text(low),
                points_text(high)
            ),
            (Lang::Ja, ..) => format!("{about}：差{value}ポイント"),
            (Lang::En, ..) => format!("{about}: {value} points"),
        }
    }
}

/// The evidence in one line; `level` is that of the intervals.
pub(crate) fn evidence_words(evidence: &Evidence, level: f64, how: EvidenceAdjustment) -> Words {
    Words::new(line(evidence, level, how, Lang::Ja), line(evidence, level, how, Lang::En))
}

fn line(evidence: &Evidence, level: f64, how: EvidenceAdjustment, lang: Lang) -> String {
    if let Some(why) = &evidence.why {
        return why.get(lang).to_owned();
    }
    let joint = if lang == Lang::Ja { "；" } else { "; " };
    let tests: Vec<String> = evidence.tests.iter().map(|test| test.written(level * 100.0, lang)).collect();
    let mut text = tests.join(joint);
    if let (Some(p), Some(adjusted)) = (evidence.p_value, evidence.adjusted) {
        let comparisons = evidence.comparisons;
        let how = match how {
            EvidenceAdjustment::Holm => "Holm",
            EvidenceAdjustment::BenjaminiHochberg => "Benjamini–Hochberg",
            EvidenceAdjustment::None => "",
        };
        let (p, adjusted) = (p_text(p), p_text(adjusted));
        text += &match (lang, how) {
            (Lang::Ja, "") => format!("、p{p}"),
            (Lang::En, "") => format!(", p{p}"),
            (Lang::Ja, how) => format!("、p{p}、調整後p{adjusted}（{how}、比較{comparisons}件）"),
            (Lang::En, how) => format!(", p{p}, adjusted p{adjusted} ({how}, {comparisons} comparisons)"),
        };
    }
    let mut methods: Vec<TestMethod> = evidence.tests.iter().map(|test| test.method).collect();
    methods.sort_unstable();
    methods.dedup();
    let names: Vec<String> =
        methods.into_iter().map(|method| method_words(method).get(lang).to_owned()).collect();
    match lang {
        Lang::Ja if !names.is_empty() => text += &format!("、{}", names.join("・")),
        Lang::En if !names.is_empty() => text += &format!(", {}", names.join(", ")),
        _ => {}
    }
    text
}
