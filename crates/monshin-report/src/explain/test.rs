//! The test of a comparison.

use std::fmt::Write;

use monshin_diag::Lang;

use super::Page;
use crate::check::evidence::{EvidenceTest, Weighing, evidence, method_words, p_text, points_text};

impl Page<'_> {
    /// The test of a comparison by itself, not adjusted for others.
    pub(super) fn evidence(&mut self, weighing: &Weighing) {
        let found = evidence(weighing, None, 1, &self.desk.questionnaire().survey().evidence);
        let title = if self.lang == Lang::Ja { "検定" } else { "test" };
        let _ = writeln!(self.text, "\n{title}");
        found.tests.iter().for_each(|test| self.test(test));
        if let Some(p) = found.p_value {
            self.line("p値", "p-value", p_text(p).trim_start_matches('='));
        }
        if let Some(why) = &found.why {
            self.line("理由", "why", why.get(self.lang));
        }
        let level = (found.level * 1000.0).round() / 10.0;
        let grade = found.grade.words();
        let text = match self.lang {
            Lang::Ja => format!(
                "{}（{level}%水準、この比較だけを見たとき。報告では本文の比較の数で調整する）",
                grade.ja
            ),
            Lang::En => format!(
                "{} ({level}% level, this comparison by itself; in a report adjusted for all its comparisons)",
                grade.en
            ),
        };
        self.line("判定", "grade", &text);
    }

    fn test(&mut self, test: &EvidenceTest) {
        self.line("比較", "compared", test.about.get(self.lang));
        let value = points_text(test.value);
        match (test.is_slope, test.interval) {
            (false, Some((low, high))) => {
                let percent = self.desk.tables.level * 100.0;
                let ends = format!("{}～{} ({percent:.0}%)", points_text(low), points_text(high));
                self.line("差（ポイント）", "difference in points", &value);
                self.line("差の区間", "its interval", &ends);
            }
            (true, _) => self.line("区分ごとの変化（ポイント）", "points from class to class", &value),
            _ => self.line("差（ポイント）", "difference in points", &value),
        }
        self.line("検定の種類", "tested by", method_words(test.method).get(self.lang));
    }
}
