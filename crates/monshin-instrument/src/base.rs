//! Who a question was asked of, as a condition and in words.

use crate::LocalText;

/// The base of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The condition as written in `survey.toml`, blanks normalised; `""` where all are asked.
    pub condition: String,
    /// The same in words: 「Q1で「はい」と回答」, "answered “Yes” to Q1"; where all are asked
    /// 「全組織」, "all institutions" (with the survey's own unit).
    pub sentence: LocalText,
}

impl Base {
    /// Whether every respondent is asked.
    pub fn is_all(&self) -> bool {
        self.condition.is_empty()
    }
}
