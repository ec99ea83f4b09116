//! The workbench: a commentary, the tables, and the findings so far.

use std::collections::BTreeSet;

use monshin_diag::{Diagnostic, Diagnostics, Place, Severity, Span, Words, words};
use monshin_tabulate::{Released, Tables};

use super::CheckSettings;
use super::context::Reading;
use super::evidence::Weighed;
use super::figure::{Desk, Missing, Share};
use super::lexis::{Lexis, lexis};
use super::lookup::Fault;
use super::report::{CheckedClaim, Note};
use crate::claims::Claim;
use crate::narrative::{ClaimLink, Narrative, Title};
use crate::phrase::{Ratio, pattern};

/// The workbench.
pub(crate) struct Bench<'a> {
    pub narrative: &'a Narrative,
    pub desk: Desk<'a>,
    pub lexis: &'static Lexis,
    pub readings: Vec<Reading<'a>>,
    pub quoting_min_base: u64,
    pub similar_within: Ratio,
    pub claims: Vec<CheckedClaim>,
    /// Shares that the report quotes, by link, for the checks of the report as a whole.
    pub quoted: Vec<(usize, Share)>,
    /// Comparisons with their tests, by link.
    pub weighed: Vec<Weighed>,
    found: Diagnostics,
    /// Links whose waiver covered something.
    waived: BTreeSet<usize>,
}

impl<'a> Bench<'a> {
    pub fn new(
        narrative: &'a Narrative,
        tables: &'a Released<Tables>,
        settings: &CheckSettings,
    ) -> Bench<'a> {
        let desk = Desk { tables, lang: narrative.lang };
        let quoting = tables.questionnaire.survey().quoting;
        let similar = settings.similar_within.unwrap_or(quoting.similar_within);
        let unit = desk.unit();
        let counters: Vec<Vec<char>> = if unit.is_empty() { Vec::new() } else { vec![pattern(unit)] };
        let read = |passage| Reading::new(passage, narrative.lang, &counters);
        Bench {
            narrative,
            desk,
            lexis: lexis(narrative.lang),
            readings: narrative.passages.iter().map(read).collect(),
            quoting_min_base: settings.quoting_min_base.unwrap_or(quoting.min_base),
            similar_within: Ratio::from_float(similar).unwrap_or(Ratio::whole(3)),
            claims: vec![CheckedClaim::default(); narrative.links.len()],
            quoted: Vec::new(),
            weighed: Vec::new(),
            found: Diagnostics::new(),
            waived: BTreeSet::new(),
        }
    }

    /// Every link by itself.
    pub fn check_links(&mut self) {
        for at in 0..self.narrative.links.len() {
            let link = &self.narrative.links[at];
            if let Ok(claim) = &link.claim {
                self.check_claim(at, claim);
            }
        }
        self.settle_evidence();
        (0..self.narrative.links.len()).for_each(|at| self.check_waiver(at));
    }

    fn check_claim(&mut self, at: usize, claim: &Claim) {
        let errors = self.errors();
        let outcome = match claim {
            Claim::Compare { .. }
            | Claim::Trend { .. }
            | Claim::Rank { .. }
            | Claim::List { .. }
            | Claim::Every { .. } => self.conclude(at, claim),
            _ => self.check_figure(at, claim),
        };
        if let Err(fault) = outcome {
            self.fault(at, fault);
            return;
        }
        if let Ok(Some(weighing)) = self.desk.weigh(claim, self.similar_within) {
            self.weighed.push(Weighed { at, weighing, stands: self.errors() == errors });
        }
    }

    fn errors(&self) -> usize {
        self.found.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    pub fn finish(self) -> (Vec<CheckedClaim>, Diagnostics) {
        (self.claims, self.found)
    }

    // --- where things stand ---

    pub fn link(&self, at: usize) -> &'a ClaimLink {
        &self.narrative.links[at]
    }

    pub fn reading(&self, at: usize) -> &Reading<'a> {
        &self.readings[self.link(at).passage]
    }

    /// The words of a link.
    pub fn words_place(&self, at: usize) -> Place {
        Place::text(&self.narrative.source, self.link(at).words_span)
    }

    pub fn passage_place(&self, passage: usize, span: Span) -> Place {
        Place::text(&self.narrative.source, self.readings[passage].passage.in_source(span))
    }

    // --- findings ---

    pub fn push(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    /// A fault in the text of a claim.
    fn fault(&mut self, at: usize, fault: Fault) {
        let claim = self.link(at).claim_span;
        let span = fault.span.shifted(claim.start);
        let place = Place::text(&self.narrative.source, if span.end <= claim.end { span } else { claim });
        let mut finding = Diagnostic::error(fault.code, place, fault.message);
        finding.help = fault.help.map(|help| *help);
        self.push(finding);
    }

    /// What the words of a link say is wrong.
    pub fn wrong(
        &mut self,
        at: usize,
        code: &'static str,
        message: Words,
        expected: String,
        help: Option<Words>,
    ) {
        let mut finding = Diagnostic::error(code, self.words_place(at), message).expected(expected);
        finding.help = help;
        self.push(finding);
    }

    /// Says more beside the first error on the words of a link.
    pub fn add_to_error(&mut self, at: usize, words: Words) {
        let place = self.words_place(at);
        let is_it = |one: &Diagnostic| one.severity == Severity::Error && one.place == place;
        let Some(first) = self.found.iter().position(is_it) else { return };
        let add = |(index, one): (usize, Diagnostic)| match index {
            _ if index == first => one.related(place.clone(), words.clone()),
            _ => one,
        };
        self.found = std::mem::take(&mut self.found).into_iter().enumerate().map(add).collect();
    }

    /// A finding that a written reason settles.
    pub fn waivable(&mut self, at: usize, finding: Diagnostic) {
        if let Some(reason) = self.reason(at) {
            if self.waived.insert(at) {
                self.claims[at].notes.push(Note::Waived(reason));
            }
            return;
        }
        self.push(finding);
    }

    fn reason(&self, at: usize) -> Option<String> {
        let title = self.link(at).title.as_ref()?;
        title.waiver().filter(|reason| !reason.is_empty()).map(str::to_owned)
    }

    /// No figure can be had. A waiver does not help: nothing is released that could be quoted.
    pub fn missing(&mut self, at: usize, missing: &Missing) {
        let (code, message) = match missing {
            Missing::Withheld => (
                "C041",
                words!("この値は秘匿されており、引用できません"; "this figure is withheld and cannot be quoted"),
            ),
            Missing::Omitted => (
                "C044",
                words!("この値は信頼性の基準を満たさないため表章しておらず、引用できません"; "this figure is not presented, since it is unreliable by the survey's rule, and cannot be quoted"),
            ),
            Missing::NoBase => (
                "C042",
                words!("回答した組織がなく、割合がありません（「–」であり0%ではない）"; "nobody answered, so there is no share (\"–\", not 0%)"),
            ),
            Missing::NotTabulated => {
                ("C043", words!("この集計表は作られていません"; "this table was not made"))
            }
            Missing::SeveralAnswers => (
                "C043",
                words!("複数回答の割合は足せません。選択肢を一つにしてください"; "shares of several answers do not add up; name one code"),
            ),
            Missing::NoSuchFigure => {
                ("C043", words!("この設問にその値はありません"; "this question has no such figure"))
            }
            Missing::NoFrame => (
                "F030",
                words!("名簿（frame.csv）がないため、この回収率は計算できません"; "without a frame (frame.csv) this rate cannot be computed"),
            ),
            Missing::NotOfFrame => (
                "F031",
                words!("回収率は名簿の1つの区分でだけ分けられます"; "rates are by one breakdown of the frame at a time"),
            ),
            Missing::NoPopulation => (
                "F030",
                words!("全体の数が分からないため、ありうる範囲は計算できません"; "nobody knows how many there are in all, so bounds cannot be computed"),
            ),
        };
        let help = match missing {
            Missing::Omitted => words!(
                "いくつかの区分を合わせた値を引用するか、文を削ってください。※を付けて示す調査にするには、survey.toml の [quoting] に unreliable = \"mark\" と書きます";
                "quote several classes together, or drop the sentence; to present such figures with ※, write unreliable = \"mark\" under [quoting] in survey.toml"),
            Missing::NoFrame => {
                words!("調査対象の名簿を置くか、rate:response（回答数÷調査対象数）を使ってください";
                "add a list of those asked, or use rate:response (responses over those asked)")
            }
            Missing::NoPopulation => {
                words!("frame.csv か population.csv を置くか、survey.toml に invited を書いてください";
                "add frame.csv or population.csv, or write `invited` in survey.toml")
            }
            Missing::NotOfFrame => {
                words!("質問から作った区分や2つの区分の組合せでは、回答しなかった対象を数えられません";
                "those who did not respond cannot be counted by an answer, nor by two breakdowns at once")
            }
            _ => words!("別の区分にまとめるか、文を削ってください"; "merge groups, or drop the sentence"),
        };
        self.push(Diagnostic::error(code, self.words_place(at), message).help(help));
    }

    /// A waiver without a reason, one that nothing calls for, and a title that is none.
    fn check_waiver(&mut self, at: usize) {
        let link = self.link(at);
        let Some(title) = &link.title else {
            if matches!(link.claim, Ok(Claim::Fact)) {
                let message = words!("fact には出典が必要です"; "a fact needs its source");
                let help = words!("[…](fact: \"出典\") と書いてください"; "write [...](fact: \"source\")");
                self.push(Diagnostic::error("C062", self.words_place(at), message).help(help));
            }
            return;
        };
        if matches!(link.claim, Ok(Claim::Fact)) {
            self.claims[at].notes.push(Note::Source(title.text.clone()));
            return;
        }
        let message = match title.waiver() {
            None => (
                "C060",
                words!("リンクの題は「waive: 理由」の形だけが意味を持ちます"; "a link's title means something only as \"waive: reason\""),
            ),
            Some("") => {
                ("C061", words!("理由のない waive は効きません"; "a waiver without a reason does not count"))
            }
            Some(_) if !self.waived.contains(&at) => (
                "C060",
                words!("この waive が認める指摘はもうありません"; "there is nothing left for this waiver to accept"),
            ),
            Some(_) => return,
        };
        let place = Place::text(&self.narrative.source, title_span(title, link));
        self.push(Diagnostic::new(message.0, Severity::Warning, place, message.1));
    }
}

fn title_span(title: &Title, link: &ClaimLink) -> Span {
    Span::new(link.claim_span.end.min(title.span.end), title.span.end)
}
