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

const fn both(ja: &'static str, en: &'static str) -> Phrase {
    Phrase { ja, en }
}

pub(crate) const SKIP: Phrase = both("本文へ移動", "Skip to the text");
pub(crate) const CONTENTS: Phrase = both("目次", "Contents");
pub(crate) const BACK: Phrase = both("本文に戻る", "Back to the text");
pub(crate) const FOOTNOTE: Phrase = both("注", "Note");
pub(crate) const MADE_UP: Phrase = both("合成データ", "synthetic data");
pub(crate) const WEAK_BASE: Phrase = both("集計母数が小さい", "small base");
pub(crate) const GROUP: Phrase = both("区分", "Group");
pub(crate) const SHARE: Phrase = both("割合", "Share");
pub(crate) const MEDIAN: Phrase = both("中央値", "Median");
pub(crate) const COUNT: Phrase = both("件数", "Count");
pub(crate) const LOWER: Phrase = both("下限", "Lower");
pub(crate) const UPPER: Phrase = both("上限", "Upper");
pub(crate) const BELOW: Phrase = both("誤差（－）", "Below");
pub(crate) const ABOVE: Phrase = both("誤差（＋）", "Above");
