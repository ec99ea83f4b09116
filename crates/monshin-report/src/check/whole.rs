//! What shows only when the report is read as a whole.

use monshin_diag::{Diagnostic, Lang, Place, words};

use super::bench::Bench;
use super::figure::Share;
use crate::claims::{Claim, Relation};
use crate::narrative::Anchor;
use crate::phrase::{Quantity, Ratio};

impl Bench<'_> {
    /// One number in one phrase, asked and answered beside each other, breakdowns that disagree.
    pub fn check_report(&mut self) {
        self.check_families();
        self.check_respondents();
        self.check_crossings();
    }

    /// The same cell in two phrases that cannot both be true, or that name different values (X04).
    fn check_families(&mut self) {
        let phrases: Vec<(usize, Share, Quantity)> = self
            .quoted
            .iter()
            .flat_map(|(at, share)| {
                let found = self.reading(*at).in_link(self.link(*at)).into_iter();
                found.filter(is_phrase).map(|quantity| (*at, share.clone(), quantity)).collect::<Vec<_>>()
            })
            .collect();
        for (index, (at, share, quantity)) in phrases.iter().enumerate() {
            let same = |other: &&(usize, Share, Quantity)| {
                other.1.target == share.target && other.1.group == share.group
            };
            let Some((first, _, before)) = phrases[..index].iter().find(same) else { continue };
            let (Some(a), Some(b)) = (before.accepts(), quantity.accepts()) else { continue };
            let apart = a.within.is_apart_from(&b.within);
            let other_value =
                before.stem.is_some() && quantity.stem.is_some() && before.stem != quantity.stem;
            let message = words!(
                "同じ値を「{}」とも「{}」とも書いています", before.text, quantity.text;
                "the same figure is called \"{}\" and \"{}\"", before.text, quantity.text);
            let place = self.words_place(*at);
            let finding = match (apart, other_value) {
                (true, _) => Diagnostic::error("C036", place, message),
                (_, true) => Diagnostic::warning("C036", place, message),
                _ => continue,
            };
            let related = self.words_place(*first);
            let help = words!("一つの値には一つの言い方を使ってください"; "call one figure by one phrase");
            let expected = format!("{}%", share.percent);
            let finding =
                finding.help(help).related(related, words!("もう一方"; "the other")).expected(expected);
            self.waivable(*at, finding);
        }
    }

    /// A chapter on the respondents that does not say how many were asked and answered (X07).
    fn check_respondents(&mut self) {
        let Some(section) =
            self.narrative.sections.iter().position(|section| section.anchor == Anchor::Respondents)
        else {
            return;
        };
        let claims: Vec<&Claim> = self
            .readings
            .iter()
            .filter(|reading| reading.passage.section == section)
            .flat_map(|reading| &reading.passage.links)
            .filter_map(|(link, _)| self.narrative.links[*link].claim.as_ref().ok())
            .collect();
        let answered =
            claims.iter().any(|claim| matches!(claim, Claim::Responses(filters) if filters.is_empty()));
        let asked = claims.iter().any(|claim| matches!(claim, Claim::Invited))
            || self.desk.tables.fieldwork.invited.is_none();
        if answered && asked {
            return;
        }
        let place = Place::text(&self.narrative.source, self.narrative.sections[section].span);
        let message = words!(
            "この章に、調査対象の数と回答の数を書いてください"; "say here how many were asked and how many answered");
        let help = words!("[…](invited:) と […](n:all)"; "[...](invited:) and [...](n:all)");
        self.push(Diagnostic::advice("C071", place, message).help(help));
    }

    /// "All of these classes" by one breakdown, and not all by another: who is in both (X06)?
    fn check_crossings(&mut self) {
        let whole = Ratio::whole(100);
        let all: Vec<(usize, Share)> = self.unanimous(whole);
        let quoted = self.quoted.clone();
        let mut told: Vec<usize> = Vec::new();
        for (at, share) in &all {
            let Some((by, _)) = share.group.filters.first().cloned() else { continue };
            if told.contains(&share.target.variable) {
                continue;
            }
            let against = quoted.iter().find_map(|(other_at, other)| {
                // Small groups only: there it is a matter of single institutions, and one may be in both.
                let small = other.base < self.quoting_min_base.max(SMALL);
                let [(other_by, classes)] = other.group.filters.as_slice() else { return None };
                if classes.len() > 1 || !small {
                    return None;
                }
                let same_question = *other_by != by && other.target.variable == share.target.variable;
                let own =
                    same_question.then(|| self.desk.share(&share.target, &other.group).ok()).flatten()?;
                (own.percent < whole).then_some((*other_at, *other_by, own))
            });
            let Some((other_at, other_by, own)) = against else { continue };
            told.push(share.target.variable);
            let name = |share: &Share, lang| self.desk.describe(&share.target, &share.group, lang);
            let label = |by: usize, lang: Lang| self.desk.breakdown(by).label.get(lang.tag()).to_owned();
            let message = words!(
                "{}は100%ですが、{}は{}%です。両方に属する組織があるか、{}と{}を掛け合わせた表を確かめてください",
                name(share, Lang::Ja), name(&own, Lang::Ja), own.percent, label(by, Lang::Ja), label(other_by, Lang::Ja);
                "{} is 100%, but {} is {}%: look at the table of {} by {} to see who is in both",
                name(share, Lang::En), name(&own, Lang::En), own.percent, label(by, Lang::En), label(other_by, Lang::En));
            let finding = Diagnostic::advice("C072", self.words_place(*at), message);
            let related = self.words_place(other_at);
            self.push(finding.related(related, words!("もう一方"; "the other")));
        }
    }

    /// Shares of 100 % that the report claims, by `share` or by `every`.
    fn unanimous(&self, whole: Ratio) -> Vec<(usize, Share)> {
        let mut all: Vec<(usize, Share)> =
            self.quoted.iter().filter(|(_, share)| share.percent == whole).cloned().collect();
        for (at, link) in self.narrative.links.iter().enumerate() {
            let Ok(Claim::Every {
                target,
                by: Some(by),
                only,
                relation: Relation::Equal | Relation::AtLeast,
                percent,
            }) = &link.claim
            else {
                continue;
            };
            let found = || {
                let target = self.desk.find_target(target).ok()?;
                let by = self.desk.find_breakdown(by).ok()?;
                let classes = self.desk.find_classes(by, only).ok().filter(|classes| !classes.is_empty())?;
                let group = super::figure::Group { filters: vec![(by, classes)] };
                self.desk.share(&target, &group).ok()
            };
            if let Some(share) = found().filter(|share| *percent == whole && share.percent == whole) {
                all.push((at, share));
            }
        }
        all
    }
}

/// A group in which every institution counts.
const SMALL: u64 = 30;

/// A phrase rather than digits.
fn is_phrase(quantity: &Quantity) -> bool {
    quantity.accepts().is_some_and(|accepts| accepts.decimals.is_none())
        && matches!(quantity.meaning, crate::phrase::Meaning::Share(_))
}
