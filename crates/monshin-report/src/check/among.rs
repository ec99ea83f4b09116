//! Claims about the classes of a breakdown: which come first, which lie above or below, what holds for every one.

use monshin_diag::{Lang, Words, words};

use super::bench::Bench;
use super::figure::{Group, Share, Target};
use super::lookup::Fault;
use super::report::CellRef;
use crate::claims::{Against, Name, Relation, Term};
use crate::phrase::{Meaning, Ratio, Verdict};

impl Bench<'_> {
    pub(super) fn rank(
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

    pub(super) fn list(
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

    pub(super) fn every(
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
