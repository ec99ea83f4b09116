//! Frame and responses, brought together case by case.
//!
//! | code | finding |
//! |---|---|
//! | F021 | a response of a case that the frame calls refused, undeliverable or not eligible |
//! | F022 | warning: the frame says that nothing came back, and a response is there |
//! | F023 | the frame says complete or partial, and there is no response |
//! | F024 | warning: `invited` in survey.toml is not the number of units on the frame |
//! | F027 | a response whose class is not that of the frame |
//! | F025 | warning: responses that answer too little are left out |

use monshin_diag::{Diagnostic, Diagnostics, Place, Words, words};
use monshin_estimate::response::{partial_indicator, r_indicator};
use monshin_frame::{Disposition, DispositionCounts, Fieldwork, Frame, Stratum, Unit};
use monshin_instrument::{BreakdownSource, Completeness, Questionnaire, Response};

use crate::cases::propensity;
use crate::{Cases, CasesBy, CasesRow, Evenness};

/// Most findings that are kept.
const MOST: usize = 1_000;
/// Fewer units a cell than that, and crossed propensities are mostly chance.
const LEAST_UNITS_A_CELL: u64 = 20;
/// Level of the intervals of R-indicators.
const LEVEL: f64 = 0.95;

/// Responses as they come in, each against what the frame says of its case.
pub struct Returns<'a> {
    form: &'a Questionnaire,
    frame: Option<&'a Frame>,
    lenient: bool,
    /// What came back from each unit of the frame.
    came: Vec<Option<Completeness>>,
    break_offs: u64,
    contradictions: u64,
    found: Diagnostics,
}

/// What bringing frame and responses together came to.
pub struct Settled {
    /// What became of every case, where there is a frame.
    pub cases: Option<Cases>,
    /// Responses that answer too little to be counted.
    pub break_offs: u64,
    /// Responses that were left out because the frame contradicts them; 0 unless reading is lenient.
    pub contradictions: u64,
    /// Findings.
    pub found: Diagnostics,
}

impl<'a> Returns<'a> {
    /// Nothing came back yet. With `lenient` reading a contradiction keeps the response out, instead
    /// of being an error.
    pub fn new(form: &'a Questionnaire, frame: Option<&'a Frame>, lenient: bool) -> Returns<'a> {
        let came = vec![None; frame.map_or(0, Frame::len)];
        Returns { form, frame, lenient, came, break_offs: 0, contradictions: 0, found: Diagnostics::new() }
    }

    /// A response and the row it stands in. Says whether it is to be counted: without a frame and
    /// without `[response]` every one is, otherwise those that are complete or partial by the rule.
    pub fn take(&mut self, row: u64, id: &str, response: &Response) -> bool {
        if self.frame.is_none() && !self.form.survey().response.is_stated {
            return true;
        }
        let mut what = self.form.completeness(response);
        if let Some(frame) = self.frame
            && let Some(unit) = frame.find(id)
        {
            match frame.disposition(unit) {
                Some(
                    said @ (Disposition::Refusal
                    | Disposition::NotEligible
                    | Disposition::Other
                    | Disposition::UnknownExistence),
                ) => {
                    self.contradicted(row, id, said);
                    return false;
                }
                Some(Disposition::BreakOff) => what = Completeness::BreakOff,
                Some(said @ (Disposition::NonContact | Disposition::UnknownEligibility)) => {
                    self.outdated(row, id, said)
                }
                Some(Disposition::Complete | Disposition::Partial) | None => {}
            }
            self.compare_classes(row, frame.classes(unit), response);
            self.came[unit.index()] = Some(what);
        }
        let counts = what != Completeness::BreakOff;
        self.break_offs += u64::from(!counts);
        counts
    }

    /// A class that the data file gives may not differ from the frame's.
    fn compare_classes(&mut self, row: u64, of_frame: &[u16], response: &Response) {
        let form = self.form;
        let frame_source = |at: &usize| form.breakdowns()[*at].source == BreakdownSource::Frame;
        let pairs = (0..form.breakdowns().len()).filter(frame_source).zip(of_frame);
        for (at, class) in pairs {
            let Some(given) = response.classes()[at].filter(|given| given != class) else { continue };
            let breakdown = &form.breakdowns()[at];
            let name = |class: u16| &*breakdown.codes.codes[usize::from(class)].id;
            let (given, listed) = (name(given), name(*class));
            let message = words!(
                "区分が「{given}」ですが、frame.csv では「{listed}」です";
                "the class is `{given}`, and `{listed}` in frame.csv");
            let help = words!("正しい方に揃えるか、responses.csv の欄を空にしてください（frame.csv の区分を使います）";
                "make them agree, or leave the cell empty here, so that the frame's class is taken");
            let place = Place::cell("responses.csv", row, Some(&breakdown.id));
            self.push("F027", self.lenient, place, message, help);
        }
    }

    fn contradicted(&mut self, row: u64, id: &str, said: Disposition) {
        self.contradictions += 1;
        let label = said.label();
        let message = words!(
            "「{id}」は frame.csv で「{}」（{}）ですが、回答があります", label.ja, said.number();
            "`{id}` is “{}” ({}) in frame.csv, and has a response", label.en, said.number());
        let help = words!("どちらが正しいか確かめ、frame.csv の disposition を直すか、この行を除いてください";
            "find out which is right; mend its disposition in frame.csv, or take this row out");
        self.push("F021", self.lenient, Place::cell("responses.csv", row, Some("id")), message, help);
    }

    fn outdated(&mut self, row: u64, id: &str, said: Disposition) {
        let label = said.label();
        let message = words!(
            "「{id}」は frame.csv で「{}」ですが、回答があります（回答として数えます）", label.ja;
            "`{id}` is “{}” in frame.csv, and has a response (it counts as one)", label.en);
        let help = words!("frame.csv が回答の締切より前に書き出されたのではないか確かめてください";
            "see whether frame.csv was written before fielding ended");
        self.push("F022", true, Place::cell("responses.csv", row, Some("id")), message, help);
    }

    fn push(&mut self, code: &'static str, mild: bool, place: Place, message: Words, help: Words) {
        if self.found.len() < MOST {
            let make = if mild { Diagnostic::warning } else { Diagnostic::error };
            self.found.push(make(code, place, message).help(help));
        }
    }

    /// All responses are in.
    pub fn finish(mut self) -> Settled {
        let cases = self.frame.map(|frame| self.cases(frame));
        if self.break_offs > 0 {
            let (n, share) = (self.break_offs, self.form.survey().response.partial_from * 100.0);
            let message = words!(
                "回答 {n} 件は、尋ねた設問の {share}％ に届かないため集計から除きました（中断）";
                "{n} responses answer less than {share}% of what they were asked; they are left out as break-offs");
            let help = words!("基準は survey.toml の [response] partial_from で決めます"; "the rule is `partial_from` of [response] in survey.toml");
            self.found.push(Diagnostic::warning("F025", Place::file("responses.csv"), message).help(help));
        }
        Settled { cases, break_offs: self.break_offs, contradictions: self.contradictions, found: self.found }
    }

    fn cases(&mut self, frame: &Frame) -> Cases {
        self.compare_invited(frame);
        let breakdowns = self.form.breakdowns();
        let of_frame: Vec<usize> =
            (0..breakdowns.len()).filter(|at| breakdowns[*at].source == BreakdownSource::Frame).collect();
        let all: Vec<usize> = (0..of_frame.len()).collect();
        let mut crossed = Fieldwork::default();
        for unit in frame.units() {
            let end = self.end_of(frame, unit);
            crossed.add_weighted(frame.stratum(unit, &all), end, frame.weight(unit));
        }
        let classes = |at: &usize| breakdowns[of_frame[*at]].codes.len();
        Cases {
            total: crossed.total(),
            by: all.iter().map(|at| by(&crossed, *at, of_frame[*at], classes(at))).collect(),
            evenness: evenness(&crossed, &of_frame),
            is_weighted: frame.is_weighted(),
            rule: self.form.survey().response,
        }
    }

    fn compare_invited(&mut self, frame: &Frame) {
        let survey = self.form.survey();
        let units = frame.len() as u64;
        let Some(invited) = survey.invited.filter(|invited| *invited != units) else { return };
        let message = words!(
            "survey.toml の invited は {invited}、frame.csv は {units} 件です（frame.csv を使います）";
            "`invited` in survey.toml is {invited}, frame.csv has {units} units (frame.csv is used)");
        let help = words!("名簿があれば invited は要りません"; "with a frame `invited` is not needed");
        self.push("F024", true, Place::file("frame.csv"), message, help);
    }

    /// What became of a unit: what came back, else what the frame says, else that nothing came.
    fn end_of(&mut self, frame: &Frame, unit: Unit) -> Disposition {
        match (self.came[unit.index()], frame.disposition(unit)) {
            (Some(Completeness::Complete), _) => Disposition::Complete,
            (Some(Completeness::Partial), _) => Disposition::Partial,
            (Some(Completeness::BreakOff), _) => Disposition::BreakOff,
            (None, Some(said @ (Disposition::Complete | Disposition::Partial))) => {
                self.lost(frame, unit, said);
                Disposition::Other
            }
            (None, said) => said.unwrap_or(Disposition::UnknownEligibility),
        }
    }

    fn lost(&mut self, frame: &Frame, unit: Unit, said: Disposition) {
        let (id, label) = (frame.id(unit), said.label());
        let message = words!(
            "「{id}」は「{}」ですが、responses.csv に回答がありません", label.ja;
            "`{id}` is “{}”, and responses.csv has no response of it", label.en);
        let help = words!("responses.csv の取り込み漏れか、disposition の誤りです。disposition を空欄にすると、回答の有無から決まります";
            "a response was not brought in, or the disposition is wrong; left empty, it follows from the responses");
        let row = unit.index() as u64 + 2;
        self.push("F023", self.lenient, Place::cell("frame.csv", row, Some("disposition")), message, help);
    }
}

fn by(crossed: &Fieldwork, at: usize, breakdown: usize, classes: usize) -> CasesBy {
    let mut rows = vec![DispositionCounts::default(); classes];
    crossed.strata().for_each(|(stratum, counts)| rows[usize::from(stratum.0[at])] += *counts);
    let row = |(class, counts): (usize, DispositionCounts)| CasesRow {
        class: class as u16,
        units: counts.total(),
        content: Ok(counts),
    };
    CasesBy { breakdown, rows: rows.into_iter().enumerate().map(row).collect() }
}

/// By each breakdown alone, and by all crossed where that makes cells of some size.
fn evenness(crossed: &Fieldwork, of_frame: &[usize]) -> Vec<Evenness> {
    let mut sets: Vec<Vec<usize>> = (0..of_frame.len()).map(|at| vec![at]).collect();
    let cells = crossed.strata().filter(|(_, counts)| counts.not_ruled_out() > 0).count() as u64;
    if of_frame.len() > 1 && crossed.total().not_ruled_out() >= cells * LEAST_UNITS_A_CELL {
        sets.push((0..of_frame.len()).collect());
    }
    let one = |set: &Vec<usize>| {
        let mut merged = Fieldwork::default();
        for (stratum, counts) in crossed.strata() {
            merged.add_counts(Stratum(set.iter().map(|at| stratum.0[*at]).collect()), *counts);
        }
        let cells: Vec<_> =
            merged.strata().map(|(stratum, counts)| propensity(stratum.0.clone(), counts)).collect();
        let partial = (0..set.len()).filter_map(|at| partial_indicator(&cells, at));
        Some(Evenness {
            breakdowns: set.iter().map(|at| of_frame[*at]).collect(),
            indicator: r_indicator(&cells, LEVEL)?,
            partial: partial.map(|one| (one.unconditional, one.conditional)).collect(),
        })
    };
    sets.iter().filter_map(one).collect()
}
