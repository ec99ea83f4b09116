//! Claims that are a conclusion: comparison, trend, rank, list, every.

use monshin_diag::{Diagnostic, Lang, Words, words};

use super::bench::Bench;
use super::figure::{Group, Share, Target};
use super::figures::Side;
use super::lookup::Fault;
use super::report::CellRef;
use crate::claims::{Against, Claim, Name, Operand, Relation, Term};
use crate::phrase::{Meaning, Quantity, Ratio, Verdict};

impl Bench<'_> {
    /// Checks a claim that is a conclusion.
    pub fn conclude(&mut self, at: usize, claim: &Claim) -> Result<(), Fault> {
        match claim {
            Claim::Compare { left, relation, right, within } => {
                self.compare(at, left, *relation, right, *within)?
            }
            Claim::Trend { target, by, up, except } => self.trend(at, target, by, *up, except)?,
            Claim::Rank { target, by, top, classes } => self.rank(at, target, by, *top, classes)?,
            Claim::List { target, by, above, than, are } => self.list(at, target, by, *above, than, are)?,
            Claim::Every { target, by, only, relation, percent } => {
                self.every(at, target, by.as_ref(), only, *relation, *percent)?;
            }
            _ => unreachable!("figures are checked elsewhere"),
        }
        self.check_average(at, claim);
        Ok(())
    }

    // --- comparison ---

    fn compare(
        &mut self,
        at: usize,
        left: &Operand,
        relation: Relation,
        right: &Against,
        within: Option<Ratio>,
    ) -> Result<(), Fault> {
        let (target, group) = self.desk.find_operand(left)?;
        self.points_to(at, &target, &group);
        let first = self.desk.share(&target, &group);
        let second = self.against(right, &target)?;
        let (first, second) = match (first, second) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(missing), _) | (_, Err(missing)) => {
                self.missing(at, &missing);
                return Ok(());
            }
        };
        let side = Side::Share(first.clone());
        self.claims[at].value = self.both(&side, &second, Lang::Ja, Lang::En);
        let tolerance = within.unwrap_or(self.similar_within);
        if !relation.holds(first.percent, second.percent(), tolerance) {
            self.wrong_comparison(at, &side, relation, &second, tolerance);
        } else if self.only_one_average(at, &first, relation, right, tolerance) {
            return Ok(());
        }
        self.check_relation_words(at, relation);
        self.figures_of_sides(at, &first, &second);
        self.weak_conclusion(
            at,
            [Some(&first), if let Side::Share(share) = &second { Some(share) } else { None }],
        );
        let mut named = first.group.clone();
        if let Side::Share(share) = &second {
            named.filters.extend(share.group.filters.clone());
        }
        self.check_names(at, &named);
        Ok(())
    }

    fn both(&self, left: &Side, right: &Side, ja: Lang, en: Lang) -> Words {
        Words::new(
            format!("{}、{}", left.written(self, ja), right.written(self, ja)),
            format!("{}; {}", left.written(self, en), right.written(self, en)),
        )
    }

    fn wrong_comparison(
        &mut self,
        at: usize,
        left: &Side,
        relation: Relation,
        right: &Side,
        tolerance: Ratio,
    ) {
        let (a, b) = (left.percent(), right.percent());
        let holds = match a.cmp(&b) {
            std::cmp::Ordering::Less => "<",
            std::cmp::Ordering::Equal => "=",
            std::cmp::Ordering::Greater => ">",
        };
        let (ja, en) =
            (self.both(left, right, Lang::Ja, Lang::En).ja, self.both(left, right, Lang::Ja, Lang::En).en);
        if relation == Relation::About {
            let apart = a.minus(b).abs();
            let message = words!(
                "差は{apart}ポイントで、同程度（{tolerance}ポイント以内）ではありません: {ja}";
                "they are {apart} points apart, not about the same (within {tolerance} points): {en}");
            let help = words!("差を書くか、within= に根拠のある幅を書いてください"; "write the difference, or a tolerance you can defend as within=");
            self.wrong(at, "C018", message, holds.to_owned(), Some(help));
            return;
        }
        let message = words!(
            "比較が成り立ちません（{} ではなく {holds}）: {ja}", relation.sign();
            "the comparison does not hold ({holds}, not {}): {en}", relation.sign());
        self.wrong(at, "C011", message, holds.to_owned(), None);
    }

    /// A comparison with "the average" that holds only under one of the two averages (X01).
    fn only_one_average(
        &mut self,
        at: usize,
        first: &Share,
        relation: Relation,
        right: &Against,
        tolerance: Ratio,
    ) -> bool {
        let [(by, _)] = first.group.filters.as_slice() else { return false };
        if !matches!(right, Against::All | Against::Mean(_)) || !self.says_average_unnamed(at) {
            return false;
        }
        let pooled = self.desk.share(&first.target, &Group::all());
        let mean = self.desk.mean(&first.target, *by, &[]);
        let (Ok(pooled), Ok((mean, _))) = (pooled, mean) else { return false };
        let holds = |other: Ratio| relation.holds(first.percent, other, tolerance);
        if holds(pooled.percent) == holds(mean) {
            return false;
        }
        let label = &self.desk.breakdown(*by).label;
        let (share, pooled) = (first.percent, pooled.percent);
        let message = words!(
            "この比較は「平均」の取り方で結論が変わります: {share}%に対し、全体は{pooled}%、{}の単純平均は{mean}%です", label.get("ja");
            "which average is meant decides this comparison: {share}% against {pooled}% pooled and {mean}% as the plain mean over {}", label.get("en"));
        let help = words!("「全体」か「区分の単純平均」かを書いてください"; "say \"overall\" or \"plain mean of the groups\"");
        self.wrong(at, "C034", message, format!("{pooled}% / {mean}%"), Some(help));
        true
    }

    /// Figures in the words of a comparison are one of its sides, or their difference.
    fn figures_of_sides(&mut self, at: usize, first: &Share, second: &Side) {
        let (a, b) = (first.percent, second.percent());
        for quantity in self.own_quantities(at) {
            let fits = match &quantity.meaning {
                Meaning::Share(accepts) => {
                    accepts.judge(a) != Verdict::Fails
                        || accepts.judge(b) != Verdict::Fails
                        || quantity.stem == Some(b)
                }
                Meaning::Points(accepts) => accepts.judge(a.minus(b).abs()) != Verdict::Fails,
                Meaning::Part { count, base } => (*count, *base) == (first.count, first.base),
                Meaning::Times(_) | Meaning::Number { .. } => true,
            };
            if !fits {
                let side = Side::Share(first.clone());
                let words = self.both(&side, second, Lang::Ja, Lang::En);
                let message = words!(
                    "「{}」は比べている値のどちらでもありません: {}", quantity.text, words.ja;
                    "\"{}\" is neither of the figures compared: {}", quantity.text, words.en);
                self.wrong(at, "C010", message, format!("{a}%"), None);
            }
        }
    }

    fn own_quantities(&self, at: usize) -> Vec<Quantity> {
        self.reading(at).in_link(self.link(at))
    }

    /// A conclusion from a base below the quoting threshold.
    fn weak_conclusion(&mut self, at: usize, shares: [Option<&Share>; 2]) {
        let weakest = shares.into_iter().flatten().map(|share| share.base).min();
        if let Some(base) = weakest.filter(|base| *base < self.quoting_min_base) {
            let least = self.quoting_min_base;
            let message = words!(
                "母数{base}（引用の基準{least}未満）の比較です"; "this compares a base of {base}, below the quoting threshold of {least}");
            self.waivable(at, Diagnostic::warning("C040", self.words_place(at), message));
        }
    }

    // --- rank ---

    fn rank(
        &mut self,
        at: usize,
        target: &Term,
        by: &Name,
        top: bool,
        classes: &[Name],
    ) -> Result<(), Fault> {
        let target = self.desk.find_target(target)?;
        let by = self.desk.find_breakdown(by)?;
        let named = self.desk.find_classes(by, classes)?;
        self.points_to_all(at, &target, by);
        if self.any_missing(at, &target, by, &named) {
            return Ok(());
        }
        let mut order = self.known(&target, by);
        order.sort_by(|a, b| if top { b.1.percent.cmp(&a.1.percent) } else { a.1.percent.cmp(&b.1.percent) });
        self.claims[at].value = Words::new(self.line(by, &order, Lang::Ja), self.line(by, &order, Lang::En));
        let first: Vec<u16> = order.iter().take(named.len()).map(|(class, _)| *class).collect();
        let tied = order.get(named.len()).is_some_and(|(_, next)| {
            order.get(named.len() - 1).is_some_and(|(_, last)| last.percent == next.percent)
        });
        let value =
            |class: &u16| order.iter().find(|(known, _)| known == class).map(|(_, share)| share.percent);
        let same_order = first.iter().zip(&named).all(|(a, b)| value(a) == value(b));
        let all_there = named.iter().all(|class| first.contains(class));
        if !(same_order && all_there) || tied {
            let ids: Vec<&str> = first.iter().map(|class| self.desk.class_id(by, *class)).collect();
            let end = Words::new(if top { "上位" } else { "下位" }, if top { "top" } else { "bottom" });
            let message = words!(
                "{}は{}です: {}", end.ja, self.class_names(by, &first, Lang::Ja), self.line(by, &order, Lang::Ja);
                "the {} is {}: {}", end.en, self.class_names(by, &first, Lang::En), self.line(by, &order, Lang::En));
            self.wrong(
                at,
                "C013",
                message,
                ids.join(","),
                tied.then(|| words!("次の区分と同率です"; "the next class is level with the last one named")),
            );
        }
        self.check_way(at, top, if top { "top" } else { "bottom" });
        self.weak_classes(at, &order, &named);
        self.check_named_classes(at, by, &named);
        Ok(())
    }

    // --- list ---

    fn list(
        &mut self,
        at: usize,
        target: &Term,
        by: &Name,
        above: bool,
        than: &Against,
        are: &[Name],
    ) -> Result<(), Fault> {
        let target = self.desk.find_target(target)?;
        let by_at = self.desk.find_breakdown(by)?;
        let named = self.desk.find_classes(by_at, are)?;
        self.points_to_all(at, &target, by_at);
        let than = match than {
            Against::Mean(None) => &Against::Mean(Some(by.clone())),
            other => other,
        };
        let level = match self.against(than, &target)? {
            Ok(level) => level,
            Err(missing) => {
                self.missing(at, &missing);
                return Ok(());
            }
        };
        if self.any_missing(at, &target, by_at, &named) {
            return Ok(());
        }
        let shares = self.known(&target, by_at);
        let beyond = |share: &Share| {
            if above { share.percent > level.percent() } else { share.percent < level.percent() }
        };
        let right: Vec<u16> =
            shares.iter().filter(|(_, share)| beyond(share)).map(|(class, _)| *class).collect();
        self.claims[at].value =
            Words::new(self.line(by_at, &shares, Lang::Ja), self.line(by_at, &shares, Lang::En));
        let same = right.len() == named.len() && right.iter().all(|class| named.contains(class));
        if !same {
            let ids: Vec<&str> = right.iter().map(|class| self.desk.class_id(by_at, *class)).collect();
            let side =
                Words::new(if above { "上回る" } else { "下回る" }, if above { "above" } else { "below" });
            let message = words!(
                "{}を{}のは「{}」です: {}", level.written(self, Lang::Ja), side.ja, self.class_names(by_at, &right, Lang::Ja), self.line(by_at, &shares, Lang::Ja);
                "{} {} are: {}: {}", side.en, level.written(self, Lang::En), self.class_names(by_at, &right, Lang::En), self.line(by_at, &shares, Lang::En));
            self.wrong(at, "C014", message, ids.join(","), None);
        }
        self.figures_of_level(at, level.percent(), &shares, &named);
        self.check_way(at, above, if above { "above" } else { "below" });
        self.weak_classes(at, &shares, &named);
        Ok(())
    }

    /// Figures in the words of a list are its level, or true of every class it names.
    fn figures_of_level(&mut self, at: usize, level: Ratio, shares: &[(u16, Share)], named: &[u16]) {
        for quantity in self.own_quantities(at) {
            let Meaning::Share(accepts) = &quantity.meaning else { continue };
            let of_all = shares
                .iter()
                .filter(|(class, _)| named.contains(class))
                .all(|(_, share)| accepts.judge(share.percent) != Verdict::Fails);
            let is_level =
                quantity.stem == Some(level) || (quantity.is_digits() && accepts.within.contains(level));
            if !of_all && !is_level {
                let message = words!("「{}」は挙げた区分のすべてには当てはまりません", quantity.text; "\"{}\" is not true of every class named", quantity.text);
                self.wrong(at, "C010", message, format!("{level}%"), None);
            }
        }
    }

    // --- every ---

    fn every(
        &mut self,
        at: usize,
        target: &Term,
        by: Option<&Name>,
        only: &[Name],
        relation: Relation,
        percent: Ratio,
    ) -> Result<(), Fault> {
        let target = self.desk.find_target(target)?;
        let shares = match by {
            None => match self.desk.share(&target, &Group::all()) {
                Ok(share) => vec![(0, share)],
                Err(missing) => {
                    self.missing(at, &missing);
                    return Ok(());
                }
            },
            Some(by) => {
                let by = self.desk.find_breakdown(by)?;
                let only = self.desk.find_classes(by, only)?;
                self.points_to_all(at, &target, by);
                if self.any_missing(at, &target, by, &only) {
                    return Ok(());
                }
                if !only.is_empty() {
                    self.check_named_classes(at, by, &only);
                }
                self.known(&target, by)
                    .into_iter()
                    .filter(|(class, _)| only.is_empty() || only.contains(class))
                    .collect()
            }
        };
        let desk = self.desk;
        let name = |share: &Share, lang| desk.describe(&share.target, &share.group, lang);
        let line = |lang| {
            shares
                .iter()
                .map(|(_, share)| format!("{} {}%", name(share, lang), share.percent))
                .collect::<Vec<_>>()
                .join(", ")
        };
        self.claims[at].value = Words::new(line(Lang::Ja), line(Lang::En));
        let failing: Vec<&Share> = shares
            .iter()
            .map(|(_, share)| share)
            .filter(|share| !relation.holds(share.percent, percent, self.similar_within))
            .collect();
        if let Some(worst) = failing.first() {
            let list = |lang| {
                failing
                    .iter()
                    .map(|share| format!("{} {}%", name(share, lang), share.percent))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let sign = relation.sign();
            let message = words!("{sign}{percent}% が成り立たない区分があります: {}", list(Lang::Ja); "{sign}{percent}% does not hold for: {}", list(Lang::En));
            let expected = format!("{}%", worst.percent);
            self.wrong(at, "C015", message, expected, None);
        }
        for quantity in self.own_quantities(at) {
            let Meaning::Share(accepts) = &quantity.meaning else { continue };
            if let Some((_, share)) =
                shares.iter().find(|(_, share)| accepts.judge(share.percent) == Verdict::Fails)
            {
                let message = words!("「{}」は{}（{}%）には当てはまりません", quantity.text, name(share, Lang::Ja), share.percent;
                    "\"{}\" is not true of {} ({}%)", quantity.text, name(share, Lang::En), share.percent);
                let expected = format!("{}%", share.percent);
                self.wrong(at, "C010", message, expected, None);
            }
        }
        self.check_every_words(at, relation, percent);
        let classes: Vec<u16> = shares.iter().map(|(class, _)| *class).collect();
        if by.is_some() {
            self.weak_classes(at, &shares, &classes);
        }
        Ok(())
    }

    /// 「いずれも高い」 for a claim of "at most" is turned round; without such words there is nothing to hold it against.
    fn check_every_words(&mut self, at: usize, relation: Relation, _percent: Ratio) {
        let ways = self.lexis.ways(&self.link(at).words);
        let Some((_, way)) = ways.last() else { return };
        let against = match relation {
            Relation::Above | Relation::AtLeast => {
                matches!(way, super::lexis::Way::Low | super::lexis::Way::NotHigh)
            }
            Relation::Below | Relation::AtMost => {
                matches!(way, super::lexis::Way::High | super::lexis::Way::NotLow)
            }
            _ => false,
        };
        if against {
            self.check_way(at, matches!(relation, Relation::Above | Relation::AtLeast), relation.sign());
        }
    }

    // --- shared ---

    /// The shares of the classes that have one and are published.
    pub(super) fn known(&self, target: &Target, by: usize) -> Vec<(u16, Share)> {
        let all = self.desk.by_class(target, by).into_iter();
        all.filter_map(|(class, share)| share.ok().map(|share| (class, share))).collect()
    }

    /// A class that the claim names has no published share: it cannot be named.
    fn any_missing(&mut self, at: usize, target: &Target, by: usize, named: &[u16]) -> bool {
        let missing = named.iter().find_map(|class| self.desk.share(target, &Group::class(by, *class)).err());
        if let Some(missing) = &missing {
            self.missing(at, missing);
        }
        missing.is_some()
    }

    fn weak_classes(&mut self, at: usize, shares: &[(u16, Share)], named: &[u16]) {
        let weakest = shares
            .iter()
            .filter(|(class, share)| named.contains(class) && share.base < self.quoting_min_base)
            .min_by_key(|(_, share)| share.base)
            .map(|(_, share)| share.clone());
        self.weak_conclusion(at, [weakest.as_ref(), None]);
    }

    pub(super) fn points_to_all(&mut self, at: usize, target: &Target, by: usize) {
        let cell = CellRef {
            variable: target.variable,
            by: vec![by],
            groups: Vec::new(),
            codes: target.codes.clone(),
        };
        self.claims[at].cell = Some(cell);
    }

    /// 「無床 10.0%、有床 20.0%」.
    pub(super) fn line(&self, by: usize, shares: &[(u16, Share)], lang: Lang) -> String {
        let one = |(class, share): &(u16, Share)| {
            format!("{} {}%", self.desk.class_label(by, *class, lang), share.percent)
        };
        shares.iter().map(one).collect::<Vec<_>>().join(if lang == Lang::Ja { "、" } else { ", " })
    }

    pub fn class_names(&self, by: usize, classes: &[u16], lang: Lang) -> String {
        let labels: Vec<&str> = classes.iter().map(|class| self.desk.class_label(by, *class, lang)).collect();
        labels.join(if lang == Lang::Ja { "」「" } else { ", " })
    }
}
