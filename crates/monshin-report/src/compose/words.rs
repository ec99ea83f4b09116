//! Every fixed word of the report, in Japanese and English, in one place.

use monshin_diag::Lang;

/// The same words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    ja: &'static str,
    en: &'static str,
}

impl Phrase {
    /// The words in one language.
    pub(crate) fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// 「国（n=3）」, "State (n=3)".
pub(crate) fn bracketed(lang: Lang, what: &str, more: &str) -> String {
    match lang {
        Lang::Ja => format!("{what}（{more}）"),
        Lang::En => format!("{what} ({more})"),
    }
}

/// 「Q2：機器」, "Q2: device".
pub(crate) fn with_colon(lang: Lang, what: &str, more: &str) -> String {
    match lang {
        Lang::Ja => format!("{what}：{more}"),
        Lang::En => format!("{what}: {more}"),
    }
}

/// Between the parts of a list.
pub(crate) const COMMA: Phrase = both("、", ", ");
/// Between sentences.
pub(crate) const STOP: Phrase = both("。", ". ");

const fn both(ja: &'static str, en: &'static str) -> Phrase {
    Phrase { ja, en }
}

pub(crate) const SKIP: Phrase = both("本文へ移動", "Skip to the text");
pub(crate) const CONTENTS: Phrase = both("目次", "Contents");
pub(crate) const BACK: Phrase = both("本文に戻る", "Back to the text");
pub(crate) const CONTINUED: Phrase = both("（続き）", " (continued)");
pub(crate) const ELSEWHERE: Phrase = both(
    "本文が根拠とする表だけを載せる。ほかの表は、HTML版とA4版の報告書にある。",
    "Only tables that the text rests on are shown. The others are in the HTML and in the A4 report.",
);
pub(crate) const FOOTNOTE: Phrase = both("注", "Note");
pub(crate) const MADE_UP: Phrase = both("合成データ", "synthetic data");
pub(crate) const FIGURES: Phrase = both("図版", "Figures");
pub(crate) const DATA_OF_FIGURE: Phrase = both("図のデータ", "data of the figure");
pub(crate) const EMBED: Phrase = both("ウェブページへの埋め込み", "Put it into a web page");
pub(crate) const WEAK_BASE: Phrase = both("集計母数が小さい", "small base");
pub(crate) const GROUP: Phrase = both("区分", "Group");
pub(crate) const SHARE: Phrase = both("割合", "Share");
pub(crate) const MEDIAN: Phrase = both("中央値", "Median");
pub(crate) const COUNT: Phrase = both("件数", "Count");
pub(crate) const LOWER: Phrase = both("下限", "Lower");
pub(crate) const UPPER: Phrase = both("上限", "Upper");
pub(crate) const BELOW: Phrase = both("誤差（－）", "Below");
pub(crate) const ABOVE: Phrase = both("誤差（＋）", "Above");
pub(crate) const OVERALL: Phrase = both("全体", "Overall");
pub(crate) const WITHHELD: Phrase = both("秘匿", "withheld");
pub(crate) const OMITTED: Phrase = both("表章しない", "not presented");
pub(crate) const NO_ANSWER: Phrase = both("該当する回答なし", "nobody answered");
pub(crate) const ANSWER: Phrase = both("回答", "Answer");
pub(crate) const BLANK: Phrase = both("無回答", "Blank");
pub(crate) const REFUSED: Phrase = both("回答拒否", "Refused");
pub(crate) const SCOPE_UNKNOWN: Phrase = both("対象か不明", "Scope unknown");
pub(crate) const SHARE_OF_ANSWERS: Phrase = both("回答総数に占める割合", "Share of answers");
pub(crate) const MEAN: Phrase = both("平均", "Mean");
pub(crate) const FIRST_QUARTILE: Phrase = both("第1四分位", "First quartile");
pub(crate) const THIRD_QUARTILE: Phrase = both("第3四分位", "Third quartile");
pub(crate) const LEAST: Phrase = both("最小", "Least");
pub(crate) const GREATEST: Phrase = both("最大", "Greatest");
pub(crate) const BASES_AND_INTERVALS: Phrase = both("nと区間", "n and intervals");
pub(crate) const OVERALL_RESULTS: Phrase = both("全体結果", "Overall results");
pub(crate) const BACKGROUND: Phrase = both("調査の背景・目的", "Background and purpose");
pub(crate) const RESPONDENTS: Phrase = both("調査対象と回答", "Who was asked and who answered");
pub(crate) const QUESTIONNAIRE: Phrase = both("調査項目", "Questions");
pub(crate) const METHOD: Phrase = both("集計方法", "Method");
pub(crate) const ANNEX: Phrase = both("付表", "Tables");
pub(crate) const PERIOD: Phrase = both("実施期間", "Period");
pub(crate) const INVITED: Phrase = both("調査対象", "Asked");
pub(crate) const RESPONSES: Phrase = both("回答", "Responses");
pub(crate) const RESPONSE_RATE: Phrase = both("回答率", "Response rate");
pub(crate) const UNCLASSIFIED: Phrase = both("区分不明", "Class unknown");
pub(crate) const TOTAL: Phrase = both("合計", "Total");
pub(crate) const SINGLE: Phrase = both("単一回答", "One answer");
pub(crate) const MULTIPLE: Phrase = both("複数回答", "Several answers");
pub(crate) const NUMBER: Phrase = both("数値", "Number");
pub(crate) const DATE: Phrase = both("日付", "Date");
pub(crate) const WORDS: Phrase = both("自由記述", "Free text");
pub(crate) const GRID: Phrase = both("項目ごとに単一回答", "One answer per row");
pub(crate) const ROUTING: Phrase = both("設問の流れ", "Routing of the questions");
pub(crate) const BASE: Phrase = both("集計母数（n）", "Base (n)");
pub(crate) const ROUNDING: Phrase = both("端数処理", "Rounding");
pub(crate) const EVERYBODY: Phrase = both("全数", "census");
pub(crate) const DESIGN: Phrase = both("推定の前提", "Design");
pub(crate) const INTERVAL: Phrase = both("信頼区間", "Intervals");
pub(crate) const NONRESPONSE: Phrase = both("回答率と偏り", "Response and bias");
pub(crate) const MISSING: Phrase = both("無回答の扱い", "Missing answers");
pub(crate) const WEIGHTING: Phrase = both("重み付け", "Weighting");
pub(crate) const AVERAGES: Phrase = both("平均の種類", "Averages");
pub(crate) const TESTS: Phrase = both("検定", "Tests");
pub(crate) const AGAINST_REST: Phrase = both("区分と残りの差", "each group against the rest");
pub(crate) const SHARE_OF_REST: Phrase = both("残りの割合", "Share of the rest");
pub(crate) const REST_N: Phrase = both("残りのn", "n of the rest");
pub(crate) const POINTS: Phrase = both("差（ポイント）", "Difference (points)");
pub(crate) const P_VALUE: Phrase = both("p値", "p-value");
pub(crate) const P_HOLM: Phrase = both("調整後p値", "Adjusted p-value");
pub(crate) const P_EXPLORED: Phrase = both("探索的p値", "Exploratory p-value");
pub(crate) const TEST: Phrase = both("検定の種類", "Test");
pub(crate) const STANDS_ABOVE: Phrase = both("残りより高い", "above the rest");
pub(crate) const STANDS_BELOW: Phrase = both("残りより低い", "below the rest");
pub(crate) const CLAIMS: Phrase =
    both("比較の主張とその根拠", "Comparisons of the text and what they rest on");
pub(crate) const WORDS_OF_CLAIM: Phrase = both("本文と主張", "Words and claim");
pub(crate) const FIGURES_OF_CLAIM: Phrase = both("値", "Figures");
pub(crate) const EVIDENCE: Phrase = both("検定", "Test");
pub(crate) const GRADE: Phrase = both("判定", "Grade");
pub(crate) const QUOTING: Phrase = both("小さな集計母数", "Small bases");
pub(crate) const DISCLOSURE: Phrase = both("秘匿", "Disclosure control");
pub(crate) const INTAKE: Phrase = both("データの除外", "Data left out");
pub(crate) const PROVENANCE: Phrase = both("再現のための情報", "Provenance");
pub(crate) const LEFT_OUT: Phrase = both("除外したデータ", "Data left out");
pub(crate) const WHAT: Phrase = both("内容", "What");
pub(crate) const CODE: Phrase = both("記号", "Code");
pub(crate) const TABLE: Phrase = both("表", "Table");
pub(crate) const WHAT_IS_WITHHELD: Phrase = both("秘匿した区分", "What is withheld");
pub(crate) const PREVIEW: Phrase = both("プレビュー", "Preview");
pub(crate) const FINDINGS: Phrase = both("指摘", "Findings");
pub(crate) const AND_MORE: Phrase = both("ほかの指摘の数：", "Further findings:");
pub(crate) const GONE: Phrase = both(
    "monshin watch が止まっています。もう一度始めると、この画面も続きから更新されます。",
    "monshin watch has stopped. Once it is started again, this page follows it again.",
);
pub(crate) const NOT_WRITTEN: Phrase = both(
    "誤りがある間、monshin report は報告書を書き出しません。",
    "While there are errors, monshin report writes nothing.",
);
pub(crate) const OLD_REPORT: Phrase = both(
    "下は、最後に作れたときの報告書です。いまのファイルの内容ではありません。",
    "Below is the last report that could be made; it does not show the files as they are now.",
);
pub(crate) const NO_REPORT_YET: Phrase = both("報告書はまだ作れません。", "No report can be made yet.");
pub(crate) const NO_DATA: Phrase = both("responses.csv がありません。", "There is no responses.csv.");
