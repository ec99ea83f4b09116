//! Claims that are one figure: its digits or its phrase against the exact value.

use monshin_diag::{Diagnostic, Lang, Words, words};

use super::bench::Bench;
use super::figure::{Group, Missing, Share, Target};
use super::hints::Wanted;
use super::lookup::Fault;
use super::report::{CellRef, Note};
use super::value::{Side, Value};
use crate::claims::{Against, Claim, Name, Rate, Statistic, Tally, Term};
use crate::phrase::{Meaning, Quantity, Ratio, Verdict};

impl Bench<'_> {
    /// Checks a claim that is one figure.
    pub fn check_figure(&mut self, at: usize, claim: &Claim) -> Result<(), Fault> {
        match claim {
            Claim::Fact => return Ok(()),
            Claim::Opens | Claim::Closes => {
                self.check_day(at, matches!(claim, Claim::Opens));
                return Ok(());
            }
            _ => {}
        }
        match self.value(at, claim)? {
            Ok(value) => {
                self.note_value(at, &value);
                self.judge(at, &value);
                if let Value::Points(points) = value {
                    self.check_points_way(at, points);
                }
                self.check_quoting(at, &value);
                self.check_average(at, claim);
                if let Value::Share(share) | Value::Count(_, Some(share)) = value {
                    self.check_base(at, claim, &share);
                    self.check_names(at, &share.group);
                    self.check_polarity(at, &share.target);
                    if matches!(claim, Claim::Share(_)) {
                        self.quoted.push((at, share));
                    }
                }
            }
            Err(missing) => self.missing(at, &missing),
        }
        Ok(())
    }

    /// The exact value of a claim.
    fn value(&mut self, at: usize, claim: &Claim) -> Result<Result<Value, Missing>, Fault> {
        let desk = self.desk;
        Ok(match claim {
            Claim::Share(operand) => {
                let (target, group) = desk.find_operand(operand)?;
                self.points_to(at, &target, &group);
                desk.share(&target, &group).map(Value::Share)
            }
            Claim::Count(operand) => {
                let (target, group) = desk.find_operand(operand)?;
                self.points_to(at, &target, &group);
                count(desk.share(&target, &group), || desk.figures(target.variable, &group).map(|f| f.n))
            }
            Claim::Mean { target, by, without } => {
                let target = desk.find_target(target)?;
                let by = desk.find_breakdown(by)?;
                let without = desk.find_classes(by, without)?;
                self.claims[at].cell = Some(CellRef {
                    variable: target.variable,
                    by: vec![by],
                    groups: vec![],
                    codes: target.codes.clone(),
                });
                desk.mean(&target, by, &without).map(|(percent, groups)| Value::Mean {
                    target,
                    by,
                    percent,
                    groups,
                })
            }
            Claim::Tally { what, variable, filters } => self.tally(at, *what, variable, filters)?,
            Claim::Responses(filters) => {
                desk.responses(&desk.find_group(filters)?).map(|n| Value::Count(n, None))
            }
            Claim::Number { what, variable, filters } => self.statistic(at, *what, variable, filters)?,
            Claim::Diff(left, right) => {
                let (target, group) = desk.find_operand(left)?;
                let first = desk.share(&target, &group).map(|share| share.percent);
                let second = self.against(right, &target)?;
                first.and_then(|first| Ok(Value::Points(first.minus(second?.percent()))))
            }
            Claim::Rate(rate, filters) => {
                let group = desk.find_group(filters)?;
                self.check_names(at, &group);
                match rate {
                    Rate::Response if group.is_all() => self.response_rate(at),
                    Rate::Response => desk.responses_of_asked(&group).and_then(|(responses, asked)| {
                        if asked == 0 { Err(Missing::NoBase) } else { Ok(Value::Rate(responses, asked)) }
                    }),
                    Rate::Aapor(rate) => desk.rate(*rate, &group).and_then(super::rates::value),
                }
            }
            Claim::Bounds(target) => {
                let target = desk.find_target(target)?;
                self.points_to(at, &target, &Group::all());
                let several = desk.variable(target.variable).kind == monshin_tabulate::VariableKind::Multiple;
                match desk.share(&target, &Group::all()) {
                    Ok(_) if several && target.codes.len() > 1 => Err(Missing::SeveralAnswers),
                    Ok(_) => desk
                        .bounds(&target)
                        .map(|(low, high)| Value::Between(low, high))
                        .ok_or(Missing::NoPopulation),
                    Err(missing) => Err(missing),
                }
            }
            Claim::Invited => {
                let invited = desk.tables.fieldwork.invited.as_ref();
                invited.map(|invited| Value::Count(invited.count, None)).ok_or(Missing::NoSuchFigure)
            }
            _ => unreachable!("conclusions are checked elsewhere"),
        })
    }

    fn tally(
        &mut self,
        at: usize,
        what: Tally,
        name: &Name,
        filters: &[Term],
    ) -> Result<Result<Value, Missing>, Fault> {
        let variable = self.desk.find_variable(name)?;
        let group = self.desk.find_group(filters)?;
        self.points_to(at, &Target { variable, codes: vec![] }, &group);
        self.check_names(at, &group);
        Ok(self.desk.figures(variable, &group).map(|figures| {
            let number = match what {
                Tally::Answered => figures.n,
                Tally::Asked => figures.asked,
                Tally::Blank => figures.blank,
            };
            Value::Count(number, None)
        }))
    }

    fn statistic(
        &mut self,
        at: usize,
        what: Statistic,
        name: &Name,
        filters: &[Term],
    ) -> Result<Result<Value, Missing>, Fault> {
        let variable = self.desk.find_variable(name)?;
        let group = self.desk.find_group(filters)?;
        self.points_to(at, &Target { variable, codes: vec![] }, &group);
        let figures = match self.desk.figures(variable, &group) {
            Ok(figures) => figures,
            Err(missing) => return Ok(Err(missing)),
        };
        let number = figures.number.as_ref().and_then(|number| match what {
            Statistic::Average => number.mean.value(),
            Statistic::Median => Some(number.median),
            Statistic::Q1 => number.q1,
            Statistic::Q3 => number.q3,
        });
        let kind = self.desk.variable(variable).kind;
        let missing = match (kind, figures.n) {
            _ if figures.omits_number() => Missing::Omitted,
            (monshin_tabulate::VariableKind::Number, 0) => Missing::NoBase,
            _ => Missing::NoSuchFigure,
        };
        if figures.n < self.quoting_min_base && number.is_some() {
            self.small_base(at, figures.n);
        }
        Ok(number.and_then(Ratio::from_float).map(Value::Number).ok_or(missing))
    }

    /// Responses over invited; where other units were invited it is no response rate (X07).
    fn response_rate(&mut self, at: usize) -> Result<Value, Missing> {
        let fieldwork = &self.desk.tables.fieldwork;
        let invited = fieldwork.invited.as_ref().ok_or(Missing::NoSuchFigure)?;
        if let Some(other) = &invited.other_unit {
            let (ja, en) = (other.get("ja"), other.get("en"));
            let message = words!(
                "調査対象は「{ja}」、回答は「{}」で数えており、割っても回収率になりません", fieldwork.unit.get("ja");
                "invited are counted in {en}, responses in {}: their quotient is no response rate", fieldwork.unit.get("en"));
            let help = words!("両方の数を単位とともに書くか、理由を waive に書いてください"; "give both numbers with their units, or write the reason as a waiver");
            self.waivable(at, Diagnostic::error("C070", self.words_place(at), message).help(help));
        }
        if invited.count == 0 {
            Err(Missing::NoBase)
        } else {
            Ok(Value::Rate(fieldwork.responses, invited.count))
        }
    }

    fn check_day(&mut self, at: usize, opens: bool) {
        let survey = self.desk.questionnaire().survey();
        let Some(day) = (if opens { survey.opens } else { survey.closes }) else {
            self.missing(at, &Missing::NoSuchFigure);
            return;
        };
        let written = |lang| super::date::written(day, lang);
        self.claims[at].value = Words::new(written(Lang::Ja), written(Lang::En));
        if !super::date::names_day(&self.link(at).words, day) {
            let message = words!("日付が違います: {}", written(Lang::Ja); "the date is wrong: it is {}", written(Lang::En));
            self.wrong(at, "C010", message, written(self.narrative.lang), None);
        }
    }

    // --- judging ---

    /// Every quantity in the words of the link must be true of the value.
    fn judge(&mut self, at: usize, value: &Value) {
        let quantities: Vec<Quantity> = self.reading(at).in_link(self.link(at));
        if quantities.is_empty() {
            let (ja, en) = (value.written(self, Lang::Ja), value.written(self, Lang::En));
            let message = words!("リンクの言葉に数値がありません（値は{ja}）"; "there is no figure in the link's words (the value is {en})");
            self.wrong(at, "C016", message, value.right(self.narrative.lang, self.desk.unit()), None);
            return;
        }
        let names_both = quantities.len() == 2 || quantities.len() == 1 && quantities[0].ends.is_some();
        if matches!(value, Value::Between(..)) && !names_both {
            let (ja, en) = (value.written(self, Lang::Ja), value.written(self, Lang::En));
            let message = words!("範囲の主張には下限と上限の2つの数値が要ります（{ja}）"; "a claim of bounds takes two figures, the lowest and the highest ({en})");
            self.wrong(at, "C016", message, value.right(self.narrative.lang, self.desk.unit()), None);
            return;
        }
        for (place, quantity) in quantities.iter().enumerate() {
            match value.verdict(place, quantity) {
                None => self.wrong_kind(at, quantity, value),
                Some(Verdict::Fails) => self.wrong_figure(at, quantity, value),
                Some(Verdict::Misleads) => {
                    let (ja, en) = (value.written(self, Lang::Ja), value.written(self, Lang::En));
                    let message = words!(
                        "「{}」は偽ではありませんが、実際の値（{ja}）から離れており誤解を招きます", quantity.text;
                        "\"{}\" is not false, but the value ({en}) is far from it, so it misleads", quantity.text);
                    let finding = Diagnostic::warning("C053", self.words_place(at), message);
                    self.waivable(at, finding.expected(value.right(self.narrative.lang, self.desk.unit())));
                }
                Some(Verdict::Fits) => self.rounded_to_the_end(at, quantity, value),
            }
            if quantity.clash {
                let message = words!("「{}」は二つの程度の言葉を重ねています", quantity.text; "\"{}\" puts two modifiers together", quantity.text);
                self.push(Diagnostic::warning("C052", self.words_place(at), message));
            }
        }
    }

    fn wrong_kind(&mut self, at: usize, quantity: &Quantity, value: &Value) {
        let (ja, en) = (value.written(self, Lang::Ja), value.written(self, Lang::En));
        let message = match value {
            Value::Points(_) => words!(
                "割合の差は%ではなくポイントで書きます（{ja}）"; "a difference of shares is in percentage points, not % ({en})"),
            _ => words!(
                "「{}」はこの主張の値（{ja}）と種類が違います", quantity.text;
                "\"{}\" is not the kind of figure that this claim gives ({en})", quantity.text),
        };
        self.wrong(at, "C017", message, value.right(self.narrative.lang, self.desk.unit()), None);
    }

    fn wrong_figure(&mut self, at: usize, quantity: &Quantity, value: &Value) {
        let (ja, en) = (value.written(self, Lang::Ja), value.written(self, Lang::En));
        let message = words!(
            "本文は「{}」ですが、集計表では{ja}です", quantity.text;
            "the text says \"{}\", the table says {en}", quantity.text);
        let hint = match value {
            Value::Share(share) => self.hint(quantity, &Wanted::Share(share)),
            Value::Mean { target, .. } => self.hint(quantity, &Wanted::Mean(target)),
            _ => None,
        };
        let right = value.right(self.narrative.lang, self.desk.unit());
        let plain = words!("「{right}」と書いてください"; "write \"{right}\"");
        self.wrong(at, "C010", message, right, Some(hint.unwrap_or(plain)));
    }

    /// 「100%」 for 99.6 %, 「0%」 for 0.3 %: right by rounding, and read as all or none.
    fn rounded_to_the_end(&mut self, at: usize, quantity: &Quantity, value: &Value) {
        let Value::Share(share) = value else { return };
        let (zero, whole) = (Ratio::ZERO, Ratio::whole(100));
        let bare = quantity.is_digits() && matches!(quantity.meaning, Meaning::Share(_));
        let at_the_end = quantity.stem == Some(whole) && share.percent < whole
            || quantity.stem == Some(zero) && share.percent > zero;
        if bare && at_the_end {
            let right = format!("{}%", share.percent.rounded(1));
            let message = words!("四捨五入で「{}」になりますが、全部・皆無と読まれます", quantity.text; "it rounds to \"{}\", but reads as all or none", quantity.text);
            self.push(Diagnostic::warning("C054", self.words_place(at), message).expected(right));
        }
    }

    /// A figure on a base below the threshold (X08, X09). 「8組織中3組織」 names its base and may stand.
    fn check_quoting(&mut self, at: usize, value: &Value) {
        let all_named = || {
            let quantities = self.reading(at).in_link(self.link(at));
            quantities.iter().all(|quantity| matches!(quantity.meaning, Meaning::Part { .. }))
        };
        match value {
            Value::Share(share) if share.base < self.quoting_min_base && !all_named() => {
                self.small_base(at, share.base)
            }
            Value::Share(share) if share.is_weak && !all_named() => self.unreliable(at),
            Value::Mean { by, groups, .. } => {
                let (by, groups) = (*by, *groups);
                let label = |lang: Lang| self.desk.breakdown(by).label.get(lang.tag()).to_owned();
                let note = words!("{}の{groups}区分の単純平均", label(Lang::Ja); "plain mean of {groups} groups ({})", label(Lang::En));
                self.claims[at].notes.push(Note::MeanOfGroups(note));
            }
            _ => {}
        }
    }

    pub fn small_base(&mut self, at: usize, base: u64) {
        let least = self.quoting_min_base;
        let message = words!(
            "母数{base}は引用の基準{least}に足りません"; "the base of {base} is below the quoting threshold of {least}");
        let help = words!(
            "「{base}{}中…」と実数で書くか、区分をまとめるか、理由を waive に書いてください", self.desk.unit();
            "write \"… of {base}\", merge groups, or give the reason as a waiver");
        self.waivable(at, Diagnostic::error("C040", self.words_place(at), message).help(help));
    }

    fn unreliable(&mut self, at: usize) {
        let message = words!("この割合はNCHSの基準で信頼性が低いとされます"; "this share is unreliable by the NCHS standard");
        let help = words!(
            "実数で書くか、区分をまとめるか、理由を waive に書いてください";
            "write both numbers, merge groups, or give the reason as a waiver");
        self.waivable(at, Diagnostic::error("C040", self.words_place(at), message).help(help));
    }

    // --- what the report is told ---

    pub fn points_to(&mut self, at: usize, target: &Target, group: &Group) {
        let by: Vec<usize> = group.filters.iter().map(|(by, _)| *by).collect();
        let mut groups: Vec<Vec<u16>> = vec![Vec::new()];
        for (_, classes) in &group.filters {
            groups = groups
                .iter()
                .flat_map(|start| classes.iter().map(move |class| [start.as_slice(), &[*class]].concat()))
                .collect();
        }
        let cell = CellRef { variable: target.variable, by, groups, codes: target.codes.clone() };
        self.claims[at].cell = Some(cell);
    }

    fn note_value(&mut self, at: usize, value: &Value) {
        self.claims[at].value = Words::new(value.written(self, Lang::Ja), value.written(self, Lang::En));
    }

    /// The second of a comparison as a figure.
    pub fn against(&self, right: &Against, target: &Target) -> Result<Result<Side, Missing>, Fault> {
        let desk = self.desk;
        Ok(match right {
            Against::Operand(operand) => {
                let (target, group) = desk.find_second(operand, target)?;
                desk.share(&target, &group).map(Side::Share)
            }
            Against::All => desk.share(target, &Group::all()).map(Side::Share),
            Against::Mean(Some(by)) => {
                let by = desk.find_breakdown(by)?;
                desk.mean(target, by, &[]).map(|(percent, _)| Side::Mean(percent, by))
            }
            Against::Mean(None) => Err(Missing::NoSuchFigure),
            Against::Percent(percent) => Ok(Side::Number(*percent)),
        })
    }
}

fn count(share: Result<Share, Missing>, base: impl Fn() -> Result<u64, Missing>) -> Result<Value, Missing> {
    match share {
        Ok(share) => Ok(Value::Count(share.count, Some(share))),
        // Nobody was asked: the count is 0, though there is no share.
        Err(Missing::NoBase) => base().map(|_| Value::Count(0, None)),
        Err(other) => Err(other),
    }
}
