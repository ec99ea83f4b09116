//! 「平均」 must say which average: of everybody, or of the groups (X01–X03).

use monshin_diag::{Diagnostic, words};

use super::bench::Bench;
use super::lexis::folded;
use crate::claims::{Against, Claim};

/// Which average the words name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// No word of an average at all.
    None,
    /// "average", and nothing to say which.
    Unnamed,
    /// The plain mean of the groups.
    Plain,
    /// The pooled share.
    Pooled,
}

/// Which figure the claim rests on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Plain,
    Pooled,
}

impl Bench<'_> {
    /// The words name the average that the claim is about.
    pub fn check_average(&mut self, at: usize, claim: &Claim) {
        let Some(bound) = bound(claim) else { return };
        let around = self.reading(at).around(self.link(at));
        let own = format!("{}{}{}", around.before, self.link(at).words, around.after);
        let named = self.named(&own);
        let before = self.reading(at).masked(monshin_diag::Span::new(0, self.link(at).within.end));
        let elsewhere = self.named(&before);
        match (bound, named) {
            (Bound::Pooled, Named::None | Named::Pooled) | (Bound::Plain, Named::Plain) => {}
            (Bound::Plain, Named::None)
                if elsewhere == Named::Plain || self.named(&around.sentence) == Named::Plain => {}
            (Bound::Pooled, Named::Plain)
                if self.lexis.has(&own, &self.lexis.overall) && !is_figure(claim) => {}
            (_, Named::Unnamed) => self.unnamed_average(at, bound),
            (Bound::Plain, _) => {
                let message = words!(
                    "これは区分の単純平均ですが、文がそう述べていません"; "this is the plain mean of groups, and the sentence does not say so");
                let help = words!("「開設者区分の単純平均では」のように書いてください"; "write \"the plain mean of the groups\"");
                self.waivable(at, Diagnostic::error("C033", self.words_place(at), message).help(help));
            }
            (Bound::Pooled, Named::Plain) => {
                let message = words!(
                    "文は単純平均と述べていますが、主張は全体（合算）の割合です"; "the sentence says plain mean, the claim is a pooled share");
                let help = words!("主張を mean:…;by=… にするか、文を直してください"; "bind it to mean:…;by=…, or mend the sentence");
                self.waivable(at, Diagnostic::error("C033", self.words_place(at), message).help(help));
            }
        }
    }

    fn unnamed_average(&mut self, at: usize, bound: Bound) {
        let message = words!(
            "「平均」だけでは、全体の割合か区分の単純平均かわかりません";
            "\"average\" does not say whether it is the pooled share or the plain mean of groups");
        let right = match bound {
            Bound::Plain => {
                words!("「区分の単純平均」と書いてください"; "write \"the plain mean of the groups\"")
            }
            Bound::Pooled => words!("「全体では」のように書いてください"; "write \"overall\""),
        };
        self.waivable(at, Diagnostic::error("C032", self.words_place(at), message).help(right));
    }

    /// Whether a comparison speaks of an average and does not say which.
    pub fn says_average_unnamed(&self, at: usize) -> bool {
        let around = self.reading(at).around(self.link(at));
        let own = format!("{}{}{}", around.before, self.link(at).words, around.after);
        self.named(&own) == Named::Unnamed
    }

    fn named(&self, text: &str) -> Named {
        let text = folded(text);
        let has = |words: &[String]| self.lexis.first(&text, words).is_some();
        if has(&self.lexis.plain_mean) || self.names_groups_average(&text) {
            Named::Plain
        } else if !has(&self.lexis.average) {
            Named::None
        } else if has(&self.lexis.pooled) {
            Named::Pooled
        } else {
            Named::Unnamed
        }
    }

    /// 「開設者別の平均」: the breakdown's own name, then 平均.
    fn names_groups_average(&self, text: &str) -> bool {
        self.desk.questionnaire().breakdowns().iter().any(|breakdown| {
            let label = folded(breakdown.label.get(self.narrative.lang.tag()));
            let joined = ["の平均", "別の平均", "別平均", "ごとの平均", "区分の平均", " average", " mean"];
            !label.is_empty() && joined.iter().any(|end| text.contains(&format!("{label}{end}")))
        })
    }
}

fn bound(claim: &Claim) -> Option<Bound> {
    match claim {
        Claim::Mean { .. } => Some(Bound::Plain),
        Claim::Share(_) => Some(Bound::Pooled),
        Claim::Compare { right, .. } | Claim::List { than: right, .. } => match right {
            Against::Mean(_) => Some(Bound::Plain),
            Against::All => Some(Bound::Pooled),
            _ => None,
        },
        _ => None,
    }
}

fn is_figure(claim: &Claim) -> bool {
    matches!(claim, Claim::Share(_) | Claim::Mean { .. })
}
