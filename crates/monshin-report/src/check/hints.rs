//! "Did you mean": the cell that a wrong figure was perhaps read from.

use monshin_diag::{Lang, Words, words};
use monshin_tabulate::VariableKind;
use monshin_tabulate::instrument::Subject;

use super::bench::Bench;
use super::figure::{Group, Missing, Share, Target};
use crate::phrase::{Meaning, Quantity, Ratio, Verdict};

/// What the claim asked for.
pub(crate) enum Wanted<'v> {
    /// A pooled share.
    Share(&'v Share),
    /// The plain mean of groups.
    Mean(&'v Target),
}

impl Bench<'_> {
    /// What the figure fits instead, or why nothing could make it right.
    pub fn hint(&self, quantity: &Quantity, wanted: &Wanted<'_>) -> Option<Words> {
        let fits = |percent: Ratio| match &quantity.meaning {
            Meaning::Share(accepts) => accepts.judge(percent) == Verdict::Fits,
            _ => false,
        };
        let (target, group) = match wanted {
            Wanted::Share(share) => (&share.target, &share.group),
            Wanted::Mean(target) => (*target, &Group::all()),
        };
        let hint = match wanted {
            Wanted::Mean(..) => self.fits_pooled(target, &fits),
            Wanted::Share(share) => self
                .fits_mean(target, group, &fits)
                .or_else(|| self.fits_other_code(share, &fits))
                .or_else(|| self.fits_other_base(share, &fits))
                .or_else(|| self.fits_parent(share, &fits))
                .or_else(|| self.fits_other_class(share, &fits)),
        };
        hint.or_else(|| self.out_of_range(target, group, quantity))
    }

    /// The pooled share, where the mean of groups was claimed (X01–X03 turned round).
    fn fits_pooled(&self, target: &Target, fits: &dyn Fn(Ratio) -> bool) -> Option<Words> {
        let share = self.desk.share(target, &Group::all()).ok().filter(|share| fits(share.percent))?;
        Some(words!(
            "全体の割合{}%なら合います（share:）。区分の単純平均とは別の値です", share.percent;
            "it fits the pooled share, {}% (share:), which is not the plain mean of groups", share.percent))
    }

    /// The plain mean of the groups of a breakdown, where the pooled share was claimed (X01–X03).
    fn fits_mean(&self, target: &Target, group: &Group, fits: &dyn Fn(Ratio) -> bool) -> Option<Words> {
        if !group.is_all() {
            return None;
        }
        (0..self.desk.questionnaire().breakdowns().len()).find_map(|by| {
            let (percent, _) = self.desk.mean(target, by, &[]).ok().filter(|(percent, _)| fits(*percent))?;
            let (id, label) = (&self.desk.breakdown(by).id, &self.desk.breakdown(by).label);
            Some(words!(
                "{}の単純平均{percent}%なら合います（mean:…;by={id}）。全体の割合とは別の値です", label.get("ja");
                "it fits the plain mean over {}, {percent}% (mean:…;by={id}), which is not the pooled share", label.get("en")))
        })
    }

    /// The share of another code, first of all the complement (X10).
    fn fits_other_code(&self, share: &Share, fits: &dyn Fn(Ratio) -> bool) -> Option<Words> {
        let codes = self.desk.codes(share.target.variable)?;
        let others = (0..codes.len() as u16).filter(|code| !share.target.codes.contains(code));
        let mut sets: Vec<Vec<u16>> = others.clone().map(|code| vec![code]).collect();
        if self.desk.variable(share.target.variable).kind == VariableKind::Single {
            sets.push(others.collect());
        }
        sets.into_iter().find_map(|codes| {
            let target = Target { codes, ..share.target.clone() };
            let other = self.desk.share(&target, &share.group).ok().filter(|other| fits(other.percent))?;
            let name = |lang| self.desk.describe(&target, &share.group, lang);
            Some(words!(
                "反対の回答 {}（{}%）なら合います", name(Lang::Ja), other.percent;
                "it fits the other answer, {} ({}%)", name(Lang::En), other.percent))
        })
    }

    /// The same count on another base: all responses, or the base of the question before.
    fn fits_other_base(&self, share: &Share, fits: &dyn Fn(Ratio) -> bool) -> Option<Words> {
        let mut bases = vec![(self.desk.responses(&share.group).ok()?, None)];
        for parent in self.parents(share.target.variable) {
            if let Ok(figures) = self.desk.figures(parent, &share.group) {
                bases.push((figures.n, Some(parent)));
            }
        }
        bases.into_iter().filter(|(base, _)| *base != share.base).find_map(|(base, parent)| {
            let percent = Ratio::percent(share.count, base).filter(|percent| fits(*percent))?;
            let name = parent.map(|parent| self.desk.variable_name(parent));
            let (ja, en) = match &name {
                Some(name) => (format!("{name}の回答者"), format!("those who answered {name}")),
                None => ("回答した全体".to_owned(), "all responses".to_owned()),
            };
            Some(words!(
                "{ja}{base}を母数にすると{percent}%です。この設問の母数は{}です", share.base;
                "on the base of {en} ({base}) it would be {percent}%; the base of this question is {}", share.base))
        })
    }

    /// The share of the question that opens this one.
    fn fits_parent(&self, share: &Share, fits: &dyn Fn(Ratio) -> bool) -> Option<Words> {
        self.parents(share.target.variable).into_iter().find_map(|parent| {
            let codes = 0..self.desk.codes(parent)?.len() as u16;
            codes.into_iter().find_map(|code| {
                let target = Target { variable: parent, codes: vec![code] };
                let other =
                    self.desk.share(&target, &share.group).ok().filter(|other| fits(other.percent))?;
                let name = |lang| self.desk.describe(&target, &share.group, lang);
                Some(words!(
                    "前の設問 {}（{}%）なら合います", name(Lang::Ja), other.percent;
                    "it fits the question before, {} ({}%)", name(Lang::En), other.percent))
            })
        })
    }

    /// The share of another class of the same breakdown, or of everybody.
    fn fits_other_class(&self, share: &Share, fits: &dyn Fn(Ratio) -> bool) -> Option<Words> {
        let [(by, own)] = share.group.filters.as_slice() else { return None };
        let classes = self.desk.classes(*by).map(|class| Group::class(*by, class));
        std::iter::once(Group::all()).chain(classes).filter(|group| group.classes(*by) != Some(own)).find_map(
            |group| {
                let other =
                    self.desk.share(&share.target, &group).ok().filter(|other| fits(other.percent))?;
                let name = |lang: Lang| match (group.is_all(), lang) {
                    (true, Lang::Ja) => "全体".to_owned(),
                    (true, Lang::En) => "all".to_owned(),
                    _ => self.desk.group_label(&group, lang),
                };
                Some(words!(
                "{}（{}%）なら合います", name(Lang::Ja), other.percent;
                "it fits {} ({}%)", name(Lang::En), other.percent))
            },
        )
    }

    /// A pooled share lies between the lowest and the highest of its groups (X05).
    fn out_of_range(&self, target: &Target, group: &Group, quantity: &Quantity) -> Option<Words> {
        let accepts = quantity.accepts().filter(|_| group.is_all())?;
        (0..self.desk.questionnaire().breakdowns().len()).find_map(|by| {
            let shares = self.desk.by_class(target, by);
            let known: Result<Vec<Ratio>, Missing> = shares
                .into_iter()
                .filter(|(_, share)| !matches!(share, Err(Missing::NoBase)))
                .map(|(_, share)| share.map(|share| share.percent))
                .collect();
            let known = known.ok()?;
            let (low, high) = (*known.iter().min()?, *known.iter().max()?);
            let outside = accepts.within.high < low || accepts.within.low > high;
            let label = &self.desk.breakdown(by).label;
            outside.then(|| words!(
                "{}の各区分は{low}%〜{high}%なので、全体がその外にあることはありません", label.get("ja");
                "the groups by {} lie between {low}% and {high}%, so no pooled share can lie outside", label.get("en")))
        })
    }

    /// The variables on which it depends whether this one is asked.
    pub fn parents(&self, variable: usize) -> Vec<usize> {
        let question = &self.desk.questionnaire().questions()[self.desk.variable(variable).question];
        let Some(condition) = &question.ask_if else { return Vec::new() };
        let items: Vec<usize> = condition
            .tests()
            .iter()
            .filter_map(|test| match test.subject {
                Subject::Item(item) => Some(item),
                Subject::Breakdown(_) => None,
            })
            .collect();
        let of_item = |item: &usize| self.desk.tables.variables.iter().position(|v| v.items.contains(item));
        items.iter().filter_map(of_item).collect()
    }
}
