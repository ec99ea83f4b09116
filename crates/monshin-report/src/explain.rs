//! How one figure comes about, from who was asked to the interval.

mod test;

use std::fmt::Write;

use monshin_diag::{Diagnostic, Diagnostics, Lang, Place, Source, Span, words};
use monshin_tabulate::frame::Disposition;
use monshin_tabulate::{Cell, Certainty, Figures, Released, Tables};

use crate::check::figure::{Desk, Group, Missing, Share, Target};
use crate::check::lookup::Fault;
use crate::claims::{self, Claim, Operand, Rate};
use crate::compose::precision::method_name;
use crate::phrase::{Ratio, phrase_in};

/// Explains a claim such as `share:q2=yes;founder=individual`: the base in words, who was asked,
/// blank and answered, the count, the exact fraction, its rounding, the interval and its method,
/// and what may be done with it. Of a comparison, a trend or a list: each figure in turn.
///
/// # Errors
/// A claim that cannot be read, or names what does not exist.
pub fn explain(claim: &str, tables: &Released<Tables>, lang: Lang) -> Result<String, Diagnostics> {
    let source = Source::new(if lang == Lang::Ja { "主張" } else { "claim" }, claim);
    let desk = Desk { tables, lang };
    let refuse = |code: &'static str, span: Span, message, help| -> Diagnostics {
        let mut finding = Diagnostic::error(code, Place::text(&source, span), message);
        finding.help = help;
        [finding].into_iter().collect()
    };
    let parsed = claims::parse(claim).map_err(|error| refuse("C001", error.span, error.message, None))?;
    let mut page = Page { desk, lang, text: format!("{claim}\n") };
    let similar = Ratio::from_float(tables.questionnaire.survey().quoting.similar_within);
    page.claim(&parsed)
        .and_then(|()| desk.weigh(&parsed, similar.unwrap_or(Ratio::whole(3))))
        .map(|weighing| weighing.iter().for_each(|weighing| page.evidence(weighing)))
        .map_err(|fault| refuse(fault.code, fault.span, fault.message, fault.help.map(|help| *help)))?;
    Ok(page.text)
}

struct Page<'t> {
    desk: Desk<'t>,
    lang: Lang,
    text: String,
}

impl Page<'_> {
    fn claim(&mut self, claim: &Claim) -> Result<(), Fault> {
        match claim {
            Claim::Share(operand) | Claim::Count(operand) => self.operand(operand)?,
            Claim::Mean { target, by, without } => {
                let (target, by) = (self.desk.find_target(target)?, self.desk.find_breakdown(by)?);
                let without = self.desk.find_classes(by, without)?;
                self.mean(&target, by, &without);
            }
            Claim::Compare { left, right, .. } | Claim::Diff(left, right) => {
                self.operand(left)?;
                let (target, _) = self.desk.find_operand(left)?;
                match right {
                    claims::Against::Operand(right) => {
                        let (target, group) = self.desk.find_second(right, &target)?;
                        self.cell(&target, &group);
                    }
                    claims::Against::All => self.cell(&target, &Group::all()),
                    claims::Against::Mean(Some(by)) => {
                        let by = self.desk.find_breakdown(by)?;
                        self.mean(&target, by, &[]);
                    }
                    _ => {}
                }
            }
            Claim::Trend { target, by, .. }
            | Claim::Rank { target, by, .. }
            | Claim::List { target, by, .. } => {
                let (target, by) = (self.desk.find_target(target)?, self.desk.find_breakdown(by)?);
                self.classes(&target, by);
            }
            Claim::Every { target, by, .. } => {
                let target = self.desk.find_target(target)?;
                match by {
                    Some(by) => {
                        let by = self.desk.find_breakdown(by)?;
                        self.classes(&target, by);
                    }
                    None => self.cell(&target, &Group::all()),
                }
            }
            Claim::Tally { variable, filters, .. } | Claim::Number { variable, filters, .. } => {
                let (variable, group) = (self.desk.find_variable(variable)?, self.desk.find_group(filters)?);
                self.base(variable, &group);
                if let Ok(figures) = self.desk.figures(variable, &group) {
                    self.number(&figures);
                }
            }
            Claim::Responses(filters) => {
                let group = self.desk.find_group(filters)?;
                let responses =
                    self.desk.responses(&group).map_or("–".to_owned(), |number| number.to_string());
                self.line("回答", "responses", &responses);
            }
            Claim::Rate(rate, filters) => {
                let group = self.desk.find_group(filters)?;
                self.rate(rate, &group);
            }
            Claim::Bounds(target) => {
                let target = self.desk.find_target(target)?;
                self.cell(&target, &Group::all());
                if let Some((low, high)) = self.desk.bounds(&target) {
                    let ends = format!("{}%–{}%", low.rounded(2), high.rounded(2));
                    self.line("全体でありうる範囲", "possible among all", &ends);
                }
            }
            Claim::Invited => self.fieldwork(),
            Claim::Opens | Claim::Closes | Claim::Fact => {}
        }
        Ok(())
    }

    fn operand(&mut self, operand: &Operand) -> Result<(), Fault> {
        let (target, group) = self.desk.find_operand(operand)?;
        self.cell(&target, &group);
        Ok(())
    }

    fn cell(&mut self, target: &Target, group: &Group) {
        let title = self.desk.describe(target, group, self.lang);
        let _ = writeln!(self.text, "\n{title}");
        self.base(target.variable, group);
        match self.desk.share(target, group) {
            Ok(share) => {
                self.share(&share);
                self.interval(&share);
            }
            Err(missing) => self.missing(&missing),
        }
    }

    /// Who was asked, and what became of them.
    fn base(&mut self, variable: usize, group: &Group) {
        let base = &self.desk.variable(variable).base;
        let words = base.sentence.get(self.lang.tag()).to_owned();
        self.line("母数", "base", &words);
        if !base.condition.is_empty() {
            self.line("条件", "condition", &base.condition.clone());
        }
        if !group.is_all() {
            let label = self.desk.group_label(group, self.lang);
            self.line("区分", "group", &label);
        }
        let Ok(figures) = self.desk.figures(variable, group) else { return };
        for (ja, en, number) in [
            ("回答した数", "responses", figures.responses),
            ("うち非該当", "not asked", figures.not_asked),
            ("うち該当か不明", "scope unknown", figures.scope_unknown),
            ("うち尋ねた数", "asked", figures.asked),
            ("無回答", "left blank", figures.blank),
            ("回答拒否", "refused", figures.refused),
            ("答えた数 n", "answered, n", figures.n),
        ] {
            self.line(ja, en, &number.to_string());
        }
    }

    fn share(&mut self, share: &Share) {
        let labels: Vec<String> = share
            .target
            .codes
            .iter()
            .map(|code| self.desk.code_label(share.target.variable, *code, self.lang))
            .collect();
        self.line("回答", "answer", &labels.join(", "));
        self.line("件数", "count", &share.count.to_string());
        if self.desk.tables.weighted {
            // Counts and base are unweighted: their quotient is another figure.
            let percent = share.percent.rounded(4);
            let text = words!("{percent}…%（重み付き）"; "{percent}…% (weighted)");
            self.line("割合", "share", text.get(self.lang));
            self.line("表示", "printed", &format!("{}%", share.percent.rounded(1)));
            return;
        }
        let fraction = format!("{} / {} = {}…%", share.count, share.base, share.percent.rounded(4));
        self.line("割合", "share", &fraction);
        let (ja, en) = ("（分数から四捨五入）", " (half up, from the exact fraction)");
        let note = if self.lang == Lang::Ja { ja } else { en };
        self.line("表示", "printed", &format!("{}%{note}", share.percent.rounded(1)));
        let phrase = phrase_in(self.lang, self.desk.unit(), share.count, share.base);
        self.line("言い方", "in words", &phrase);
    }

    /// Interval and marks, of a share of one code.
    fn interval(&mut self, share: &Share) {
        let Ok(figures) = self.desk.figures(share.target.variable, &share.group) else { return };
        if let [code] = share.target.codes.as_slice()
            && let Some(cell) = figures.cell(*code)
        {
            self.certainty(cell);
            if let Some(flag) = cell.flag {
                self.line("しるし", "mark", flag.name());
            }
        }
        let least = self.desk.questionnaire().survey().quoting.min_base;
        if share.base < least {
            let text = match self.lang {
                Lang::Ja => format!("母数が引用の基準{least}に足りない（waive が必要）"),
                Lang::En => format!("the base is below the quoting threshold of {least} (needs a waiver)"),
            };
            self.line("引用", "quoting", &text);
        }
    }

    /// The interval with its method, and the precision under the design.
    fn certainty(&mut self, cell: &Cell) {
        let Some(interval) = cell.estimate.interval() else { return };
        let (level, name) = (interval.level * 100.0, method_name(interval.method));
        let (unit, method) =
            (self.desk.tables.fieldwork.unit.get(self.lang.tag()).to_owned(), interval.method);
        let text = match cell.certainty() {
            Certainty::Interval(low, high) => words!(
                "{:.1}% – {:.1}%（{level:.0}%、{}、{method}）", low * 100.0, high * 100.0, name.ja;
                "{:.1}% – {:.1}% ({level:.0}%, {}, {method})", low * 100.0, high * 100.0, name.en),
            Certainty::Few(count, base) => {
                words!("付けない（{base}{unit}中{count}{unit}）"; "none ({count} of {base})")
            }
            Certainty::Everybody => words!("全数が回答したため、ない"; "none: everybody answered"),
            Certainty::Nothing => words!("付けない"; "none"),
        };
        self.line("区間", "interval", text.get(self.lang));
        if let Some(se) = cell.estimate.se() {
            self.line("標準誤差", "standard error", &format!("{:.2}", se * 100.0));
        }
        if let (Some(df), Some(effect), Some(size)) = (cell.df, cell.design_effect, cell.effective_size) {
            let text = words!("自由度 {df}、デザイン効果 {effect:.2}、実効標本サイズ {size:.0}"; "df {df}, design effect {effect:.2}, effective size {size:.0}");
            self.line("推定", "design", text.get(self.lang));
        }
        if let Some(weighted) = cell.weighted_count {
            self.line("重み付きの件数", "weighted count", &format!("{weighted:.1}"));
        }
    }

    fn mean(&mut self, target: &Target, by: usize, without: &[u16]) {
        self.classes(target, by);
        let label = self.desk.breakdown(by).label.get(self.lang.tag()).to_owned();
        match self.desk.mean(target, by, without) {
            Ok((percent, groups)) => {
                let text = match self.lang {
                    Lang::Ja => {
                        format!("{percent}%（{label}の{groups}区分の単純平均。全体の割合とは別の値）")
                    }
                    Lang::En => {
                        format!("{percent}% (plain mean of {groups} groups of {label}; not the pooled share)")
                    }
                };
                self.line("平均", "mean", &text);
            }
            Err(missing) => self.missing(&missing),
        }
    }

    fn classes(&mut self, target: &Target, by: usize) {
        let base = self.desk.variable(target.variable).base.sentence.get(self.lang.tag()).to_owned();
        self.line("母数", "base", &base);
        for (class, share) in self.desk.by_class(target, by) {
            let label = self.desk.class_label(by, class, self.lang);
            let text = match share {
                Ok(share) => format!("{}/{} = {}%", share.count, share.base, share.percent),
                Err(missing) => self.why(&missing).to_owned(),
            };
            let _ = writeln!(self.text, "    {label}: {text}");
        }
    }

    fn number(&mut self, figures: &Figures) {
        let Some(number) = &figures.number else {
            if figures.omits_number() {
                self.missing(&Missing::Omitted);
            }
            return;
        };
        let one = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
        self.line("平均", "mean", &one(number.mean.value()));
        self.line("中央値", "median", &one(Some(number.median)));
        self.line("第1四分位", "first quartile", &one(number.q1));
        self.line("第3四分位", "third quartile", &one(number.q3));
    }

    fn fieldwork(&mut self) {
        let fieldwork = self.desk.tables.fieldwork.clone();
        let unit = fieldwork.unit.get(self.lang.tag()).to_owned();
        self.line("回答", "responses", &format!("{} {unit}", fieldwork.responses));
        if let Some(invited) = fieldwork.invited {
            let other = invited.other_unit.as_ref().map_or(unit, |unit| unit.get(self.lang.tag()).to_owned());
            self.line("調査対象", "invited", &format!("{} {other}", invited.count));
        }
    }

    /// A rate from the dispositions of its cases.
    fn rate(&mut self, rate: &Rate, group: &Group) {
        let Rate::Aapor(rate) = rate else {
            self.fieldwork();
            return;
        };
        self.line("回収率", "rate", &format!("AAPOR {} = {}", rate.name(), rate.formula()));
        if !group.is_all() {
            let label = self.desk.group_label(group, self.lang);
            self.line("区分", "group", &label);
        }
        let (cases, counts) = match self.desk.cases(group) {
            Ok((cases, counts)) => (cases.clone(), counts),
            Err(missing) => return self.missing(&missing),
        };
        for one in Disposition::ALL.into_iter().filter(|one| counts.of(*one) > 0) {
            let label = one.label();
            let letter = if one.letter().is_empty() { "–" } else { one.letter() };
            let name = |lang| format!("{} {} {letter}", one.number(), label.get(lang));
            self.line(&name(Lang::Ja), &name(Lang::En), &counts.of(one).to_string());
        }
        if rate.uses_e() {
            self.line(
                "e（不明のうち対象の割合）",
                "e, share eligible of the unknown",
                &format!("{:.4}", cases.e()),
            );
        }
        let figure = cases.rate_of(&counts, *rate, false);
        match figure.value() {
            None => self.missing(&Missing::NoBase),
            Some(value) => {
                let parts = format!("{} / {} = {:.4}%", figure.numerator, figure.denominator, value * 100.0);
                self.line("値", "figure", &parts);
            }
        }
    }

    fn missing(&mut self, missing: &Missing) {
        let why = self.why(missing).to_owned();
        self.line("値", "figure", &why);
    }

    fn why(&self, missing: &Missing) -> &'static str {
        let (ja, en) = match missing {
            Missing::Withheld => ("秘匿", "withheld"),
            Missing::Omitted => ("…（信頼性が低いため表章しない）", "… (unreliable, not presented)"),
            Missing::NoBase => ("–（答えた組織がない）", "– (nobody answered)"),
            Missing::NotTabulated => ("表がない", "not tabulated"),
            Missing::SeveralAnswers => {
                ("複数回答の割合は足せない", "shares of several answers do not add up")
            }
            Missing::NoSuchFigure => ("この設問にはない値", "no such figure"),
            Missing::NoFrame => ("名簿がない", "there is no frame"),
            Missing::NoPopulation => ("全体の数が分からない", "nobody knows how many there are"),
            Missing::NotOfFrame => ("名簿の1つの区分ではない", "not by one breakdown of the frame"),
        };
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn line(&mut self, ja: &str, en: &str, value: &str) {
        let name = if self.lang == Lang::Ja { ja } else { en };
        let _ = writeln!(self.text, "  {name}: {value}");
    }
}
