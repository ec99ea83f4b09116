//! The few things that matter most.
//!
//! Overall results are ranked by *reach* (which part of all responses was asked) × *certainty* (1 less
//! the width of the interval) × *weight* (how far the share lies from one half, from 0.5 to 1, since
//! what nearly everybody or hardly anybody does asks for action). Differences are ranked by their size
//! × reach × certainty (1 less the adjusted p-value).

use monshin_diag::words;

use super::evidence::{Finding, Support};
use super::overall::{Turn, sentence};
use super::pen::Pen;
use super::settle::Sheet;
use super::targets::Shape;
use crate::check::figure::{Group, Share, Target};

/// Most overall results among the headlines.
const MOST_RESULTS: usize = 4;

struct Headline {
    target: Target,
    share: Share,
    score: f64,
    /// With the question that follows from it, in one sentence.
    chained: Option<String>,
}

/// Writes the headlines.
pub(super) fn write(pen: &Pen<'_>, support: &Support, sheet: &mut Sheet<'_>) {
    let mut results = results(pen);
    results.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.target.variable.cmp(&b.target.variable)));
    results.truncate(MOST_RESULTS);
    results.sort_by_key(|one| one.target.variable);
    let (chained, single): (Vec<Headline>, Vec<Headline>) =
        results.into_iter().partition(|one| one.chained.is_some());
    for one in chained {
        let plain = alone(pen, &one.target, &one.share);
        let bare = bare(pen, &one.target, &one.share);
        sheet.item(one.chained.into_iter().chain([plain, bare]).collect());
    }
    for group in alike(pen, single) {
        sheet.item(together(pen, &group));
    }
    for by in 0..pen.form().breakdowns().len() {
        if let Some(options) = difference(pen, support, by) {
            sheet.item(options);
        }
    }
}

fn results(pen: &Pen<'_>) -> Vec<Headline> {
    let mut found: Vec<Headline> = Vec::new();
    let mut told: Vec<usize> = Vec::new();
    for at in 0..pen.tables().variables.len() {
        let Some((target, share)) = headline_share(pen, at) else { continue };
        if told.contains(&at) {
            continue;
        }
        let child = child_of(pen, &target);
        let turn = if told.len().is_multiple_of(2) { Turn::First } else { Turn::Second };
        let pair = child.as_ref().and_then(|(child, part)| chained(pen, &share, (child, part), turn));
        if let Some((child, _)) = child.filter(|_| pair.is_some()) {
            told.push(child.variable);
        }
        let score = score(pen, &target, &share);
        found.push(Headline { target, share, score, chained: pair });
    }
    found
}

/// Headlines on everybody with the same answer go together.
fn alike(pen: &Pen<'_>, headlines: Vec<Headline>) -> Vec<Vec<Headline>> {
    let answer = |one: &Headline| pen.answer(one.target.variable, one.target.codes[0]);
    let is_all = |one: &Headline| pen.one(one.target.variable).base.is_all();
    let mut groups: Vec<Vec<Headline>> = Vec::new();
    for one in headlines {
        let fits = |group: &&mut Vec<Headline>| {
            is_all(&one) && is_all(&group[0]) && answer(&group[0]) == answer(&one)
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// 「「はい」と答えた割合は、「A」が7割強、「B」が4割弱である。」, from high to low.
fn together(pen: &Pen<'_>, group: &[Headline]) -> Vec<String> {
    let plain = alone(pen, &group[0].target, &group[0].share);
    if group.len() == 1 {
        return vec![plain, bare(pen, &group[0].target, &group[0].share)];
    }
    let mut sorted: Vec<&Headline> = group.iter().collect();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.share.percent));
    let answer = pen.answer(group[0].target.variable, group[0].target.codes[0]);
    let part = |one: &&Headline| {
        let (name, phrase) = (pen.variable(one.target.variable), pen.phrase(&one.share));
        pen.say(&words!("{name}が{phrase}"; "{phrase} for {name}"))
    };
    let parts: Vec<String> = sorted.iter().map(part).collect();
    let (list, noun) = (if pen.is_ja() { parts.join("、") } else { pen.list(&parts) }, pen.noun());
    let words = words!(
        "回答した{noun}のうち{answer}と答えた割合は、{list}である。";
        "Of the {noun} that answered, the share saying {answer} is {list}.");
    vec![pen.say(&words), plain]
}

/// The answer that a headline speaks of, where it can be quoted.
fn headline_share(pen: &Pen<'_>, at: usize) -> Option<(Target, Share)> {
    let one = pen.one(at);
    if one.is_specify || one.block.is_some() || one.row.is_some() {
        return None;
    }
    let Shape::Pair(target) = pen.shape(at) else { return None };
    let share = pen.share(&target, &Group::all()).filter(|share| pen.can_be_quoted(share))?;
    Some((target, share))
}

/// A question that was asked of just those who gave this answer.
fn child_of(pen: &Pen<'_>, target: &Target) -> Option<(Target, Share)> {
    let code = &pen.code(target.variable, target.codes[0]).id;
    let wanted = format!("{} = {code}", pen.one(target.variable).name);
    let is_child = |at: &usize| pen.one(*at).base.condition == wanted;
    (target.variable + 1..pen.tables().variables.len())
        .filter(is_child)
        .find_map(|at| headline_share(pen, at))
}

/// 「…が「はい」の組織は全体の7割弱であるが、そのうち「…」にも「はい」と答えたのは3割強である。」
fn chained(pen: &Pen<'_>, share: &Share, (child, part): (&Target, &Share), turn: Turn) -> Option<String> {
    if !pen.one(share.target.variable).base.is_all() {
        return None;
    }
    let (name, inner) = (pen.variable(share.target.variable), pen.variable(child.variable));
    let answer = pen.answer(share.target.variable, share.target.codes[0]);
    let inner_answer = pen.answer(child.variable, child.codes[0]);
    let (outer, part_words, noun) = (pen.phrase(share), pen.phrase(part), pen.noun());
    let little = part.percent < crate::phrase::Ratio::whole(50);
    let (end_ja, only) = if little { ("にとどまる", "only ") } else { ("である", "") };
    let words = match turn {
        Turn::First => words!(
            "{name}に{answer}と答えた{noun}は全体の{outer}であり、そのうち{inner}に{inner_answer}と答えたのは{part_words}{end_ja}。";
            "{outer} of the {noun} that answered said {answer} to {name}; of those, {only}{part_words} said {inner_answer} to {inner}."),
        Turn::Second => words!(
            "{name}は全体の{outer}が{answer}と答え、さらに{inner}を尋ねると、{inner_answer}は{part_words}{end_ja}。";
            "to {name}, {outer} answered {answer}; asked further about {inner}, {only}{part_words} of them answered {inner_answer}."),
    };
    Some(sentence(pen, &pen.say(&words)))
}

fn alone(pen: &Pen<'_>, target: &Target, share: &Share) -> String {
    let at = target.variable;
    let (name, answer, noun) = (pen.variable(at), pen.answer(at, target.codes[0]), pen.noun());
    let phrase = pen.brief(share);
    let words = match pen.one(at).base.is_all() {
        true => words!(
            "{name}に{answer}と答えたのは、回答した{noun}の{phrase}である。";
            "{phrase} of the {noun} that answered said {answer} to {name}."),
        false => {
            let among = pen.among(at, share.base);
            words!("{among}{name}に{answer}と答えたのは{phrase}である。"; "{among}{phrase} answered {answer} to {name}.")
        }
    };
    sentence(pen, &pen.say(&words))
}

/// With the name of the question apart from the figure, so that its words are not taken for ours.
fn bare(pen: &Pen<'_>, target: &Target, share: &Share) -> String {
    let at = target.variable;
    let (name, answer) = (pen.variable(at), pen.answer(at, target.codes[0]));
    let (among, figure) = (pen.among(at, share.base), pen.brief(share));
    let words =
        words!("{among}{name}については、{answer}が{figure}である。"; "{among}{answer} to {name}: {figure}.");
    sentence(pen, &pen.say(&words))
}

fn score(pen: &Pen<'_>, target: &Target, share: &Share) -> f64 {
    let reach = share.base as f64 / pen.tables().responses.max(1) as f64;
    let figures = pen.desk.figures(target.variable, &Group::all()).ok();
    let interval = figures.and_then(|figures| figures.cell(target.codes[0])?.estimate.interval());
    let certainty = 1.0 - interval.map_or(1.0, |one| one.width().clamp(0.0, 1.0));
    let weight = 0.5 + (share.percent.to_float() / 100.0 - 0.5).abs();
    reach * certainty * weight
}

/// The strongest difference by one breakdown, in a sentence.
fn difference(pen: &Pen<'_>, support: &Support, by: usize) -> Option<Vec<String>> {
    let strength = |one: &&Finding| {
        let n = pen.share(&one.target(), &Group::all()).map_or(0, |share| share.base);
        one.size.abs() * (1.0 - one.adjusted) * n as f64
    };
    let of_breakdown = support.findings.iter().filter(|one| one.by == by);
    let best = of_breakdown.max_by(|a, b| strength(a).total_cmp(&strength(b)))?;
    Some(super::by::headline(pen, by, best))
}
