//! Many comparisons in one commentary, and what comes of each.

use monshin_diag::{Diagnostic, Severity, Words, words};
use monshin_tabulate::estimate::compare::{Adjustment, adjust};
use monshin_tabulate::instrument::{Evidence as Setting, EvidenceAdjustment, EvidenceRequired};

use super::significance::Wording;
use super::weigh::{Component, Weighing};
use super::{Evidence, EvidenceTest, Grade, evidence_words};
use crate::check::bench::Bench;

/// A claim with its tests, before the others are known.
pub(crate) struct Weighed {
    pub at: usize,
    pub weighing: Weighing,
    /// Nothing else is wrong with the claim: only then a finding on its evidence is worth telling.
    pub stands: bool,
}

/// The p-values of a statement.
struct Summary {
    /// Of the statement: its weakest test.
    support: f64,
    /// The same in the most favourable case.
    best: f64,
    /// Of the opposite.
    against: f64,
}

impl Summary {
    fn of(components: &[Component]) -> Summary {
        let most = |of: fn(&Component) -> f64| components.iter().map(of).fold(0.0, f64::max);
        let least = components.iter().map(|one| one.against).fold(1.0, f64::min);
        Summary {
            support: most(|one| one.test.p_value),
            best: most(|one| one.best),
            against: (least * components.len() as f64).min(1.0),
        }
    }

    fn decisive(&self) -> f64 {
        self.support.min(self.against)
    }
}

/// One comparison however often and whichever way round it is told: q6=yes below is q6=no above.
fn key(components: &[Component]) -> Vec<(i64, i64)> {
    let fine = |value: f64| (value * 1e12).round() as i64;
    let mut key: Vec<(i64, i64)> = components
        .iter()
        .map(|one| (fine(one.test.value.abs()), fine(one.test.p_value.min(one.against))))
        .collect();
    key.sort_unstable();
    key
}

impl Bench<'_> {
    /// Grades every comparison of the commentary together, and tells what is not supported.
    pub fn settle_evidence(&mut self) {
        let setting = self.desk.questionnaire().survey().evidence;
        let weighed = std::mem::take(&mut self.weighed);
        let graded = grade(&weighed, &setting);
        for (one, evidence) in weighed.iter().zip(&graded) {
            self.claims[one.at].evidence = Some(evidence.clone());
        }
        let wording = self.significance();
        for (one, evidence) in weighed.iter().zip(&graded) {
            self.tell(one, evidence, wording.of(one.at), &setting);
        }
        for (passage, sentence) in wording.unbound {
            let message = words!(
                "「有意」とありますが、この文には検定できる比較の主張がありません";
                "it says \"significant\", but the sentence has no claim that compares");
            let help = words!(
                "比較を [低い](compare:…) のように主張にするか、「有意」を削ってください";
                "make the comparison a claim, [lower](compare:…), or drop the word");
            self.push(Diagnostic::error("C082", self.passage_place(passage, sentence), message).help(help));
        }
    }

    fn tell(&mut self, one: &Weighed, evidence: &Evidence, wording: Wording, setting: &Setting) {
        let at = one.at;
        let line = evidence_words(evidence, self.desk.tables.level, setting.adjust);
        let percent = format!("{}", (setting.level * 1000.0).round() / 10.0);
        if evidence.grade == Grade::Contradicted && !one.stands {
            // The figures say so already; that the data do too belongs to that finding.
            let words = words!(
                "{percent}%水準でも逆が支持されます（{}）", line.ja;
                "contradicted: the data support the opposite at the {percent}% level ({})", line.en);
            self.add_to_error(at, words);
            return;
        }
        if evidence.grade == Grade::Contradicted {
            let message = words!(
                "{percent}%水準で逆のことが支持されます（{}）", line.ja;
                "at the {percent}% level the data support the opposite ({})", line.en);
            self.wrong(at, "C081", message, "opposite".to_owned(), None);
            return;
        }
        if !one.stands {
            return;
        }
        match (wording, evidence.grade) {
            (Wording::Significant, Grade::Supported) | (Wording::NotSignificant, Grade::DirectionalOnly) => {}
            (Wording::Significant, _) => {
                let message = words!(
                    "「有意」とありますが、{percent}%水準で支持されません（{}）", line.ja;
                    "it says \"significant\", but the data do not support it at the {percent}% level ({})", line.en);
                let help = self.instead();
                self.wrong(at, "C082", message, evidence.grade.name().to_owned(), Some(help));
            }
            (Wording::NotSignificant, Grade::Supported) if !one.weighing.says_same => {
                let message = words!(
                    "有意でないとありますが、{percent}%水準で支持されます（{}）", line.ja;
                    "it says \"not significant\", but the data support it at the {percent}% level ({})", line.en);
                self.wrong(at, "C082", message, evidence.grade.name().to_owned(), None);
            }
            (Wording::InSample, _) | (_, Grade::Supported | Grade::Contradicted) => {}
            // 「同程度」 with its tolerance describes those who answered; that it holds beyond them is
            // asked only where everything has to be supported.
            _ if one.weighing.says_same && setting.require == EvidenceRequired::Directional => {}
            (_, Grade::DirectionalOnly) if one.weighing.says_same => self.not_shown_to_be_the_same(at, &line),
            (_, Grade::DirectionalOnly) => self.directional_only(at, &line, &percent, setting),
            (_, Grade::NotTestable) => self.not_testable(at, &line, setting),
        }
    }

    fn directional_only(&mut self, at: usize, line: &Words, percent: &str, setting: &Setting) {
        let message = words!(
            "回答の値としては正しい比較ですが、{percent}%水準では支持されません（{}）", line.ja;
            "the comparison is true of those who answered, but not supported at the {percent}% level ({})", line.en);
        let severity = required(setting, Severity::Warning);
        let finding = Diagnostic::new("C080", severity, self.words_place(at), message);
        let finding = finding.help(self.instead()).expected(Grade::DirectionalOnly.name());
        self.waivable(at, finding);
    }

    fn not_shown_to_be_the_same(&mut self, at: usize, line: &Words) {
        let message = words!(
            "値は近いものの、同程度であることまでは示されません（{}）", line.ja;
            "the figures are close, but that they are about the same is not shown ({})", line.en);
        let help = words!(
            "「回答{}では同程度」「差は認められなかった」のように書いてください", self.desk.unit();
            "write \"about the same among those who answered\", or \"no difference was found\"");
        let finding = Diagnostic::error("C083", self.words_place(at), message).help(help);
        self.waivable(at, finding.expected(Grade::DirectionalOnly.name()));
    }

    fn not_testable(&mut self, at: usize, line: &Words, setting: &Setting) {
        let message = words!(
            "公表する集計表からは検定できない比較です: {}", line.ja;
            "the released tables do not allow a test of this comparison: {}", line.en);
        let severity = required(setting, Severity::Advice);
        let finding = Diagnostic::new("C084", severity, self.words_place(at), message);
        let finding = finding.help(self.instead()).expected(Grade::NotTestable.name());
        self.waivable(at, finding);
    }

    /// What to write instead.
    fn instead(&self) -> Words {
        words!(
            "「回答{}では…」のように回答した範囲のこととして書くか、差があると述べないでください", self.desk.unit();
            "write it of those who answered (\"among those who answered, …\"), or do not say that they differ")
    }
}

fn required(setting: &Setting, otherwise: Severity) -> Severity {
    match setting.require {
        EvidenceRequired::Supported => Severity::Error,
        EvidenceRequired::Directional => otherwise,
    }
}

/// Grades of all comparisons, the number of different ones taken into account.
fn grade(weighed: &[Weighed], setting: &Setting) -> Vec<Evidence> {
    let mut keys: Vec<Vec<(i64, i64)>> = Vec::new();
    let mut p: Vec<f64> = Vec::new();
    let mut place: Vec<Option<usize>> = Vec::new();
    for one in weighed {
        place.push(one.weighing.components.as_ref().ok().map(|components| {
            let own = key(components);
            keys.iter().position(|known| *known == own).unwrap_or_else(|| {
                keys.push(own);
                p.push(Summary::of(components).decisive());
                keys.len() - 1
            })
        }));
    }
    let adjusted = raised(&p, setting.adjust);
    let of = |(one, place): (&Weighed, &Option<usize>)| {
        let adjusted = place.map(|at| adjusted[at]);
        evidence(&one.weighing, adjusted, p.len(), setting)
    };
    weighed.iter().zip(&place).map(of).collect()
}

fn raised(p: &[f64], how: EvidenceAdjustment) -> Vec<f64> {
    match how {
        EvidenceAdjustment::Holm => adjust(p, Adjustment::Holm),
        EvidenceAdjustment::BenjaminiHochberg => adjust(p, Adjustment::BenjaminiHochberg),
        EvidenceAdjustment::None => p.to_vec(),
    }
}

/// A single comparison by itself, or one of so many with its adjusted p-value.
pub(crate) fn evidence(
    weighing: &Weighing,
    adjusted: Option<f64>,
    comparisons: usize,
    setting: &Setting,
) -> Evidence {
    let level = setting.level;
    let components = match &weighing.components {
        Ok(components) if !components.is_empty() => components,
        Ok(_) => {
            return untestable(
                words!("比べる値がありません"; "there is nothing to compare"),
                comparisons,
                level,
            );
        }
        Err(why) => return untestable(why.clone(), comparisons, level),
    };
    let summary = Summary::of(components);
    let adjusted = adjusted.unwrap_or_else(|| summary.decisive());
    let is_against = summary.against < summary.support;
    let is_open = summary.best < summary.support && summary.best < level;
    let grade = match (is_against, adjusted < level) {
        (false, true) => Grade::Supported,
        (true, true) => Grade::Contradicted,
        _ if is_open => Grade::NotTestable,
        _ => Grade::DirectionalOnly,
    };
    let why = (grade == Grade::NotTestable).then(|| {
        words!(
            "二つの回答を同じ組織がどう組み合わせたかは集計表からはわかりません";
            "the tables do not say how the same respondents combined the two answers")
    });
    let tests: Vec<EvidenceTest> = components.iter().map(|one| one.test.clone()).collect();
    let p_value = Some(if is_against { summary.against } else { summary.support });
    Evidence { grade, tests, p_value, adjusted: Some(adjusted), comparisons, level, why }
}

fn untestable(why: Words, comparisons: usize, level: f64) -> Evidence {
    Evidence {
        grade: Grade::NotTestable,
        tests: Vec::new(),
        p_value: None,
        adjusted: None,
        comparisons,
        level,
        why: Some(why),
    }
}
