//! Results by a breakdown: what is supported, in which classes, and what cannot be said.

use monshin_diag::words;

use super::evidence::{Finding, Kind, Support};
use super::overall::{pages, sentence};
use super::pen::Pen;
use super::settle::Sheet;
use super::targets::Shape;
use crate::check::figure::{Group, Share, Target};

/// The chapter of one breakdown. Where nothing is supported it says so.
pub(super) fn write(pen: &Pen<'_>, support: &Support, by: usize, sheet: &mut Sheet<'_>) {
    let (label, id) = (pen.breakdown(by), &pen.desk.breakdown(by).id);
    if !support.looked_at.iter().any(|(_, of)| *of == by) {
        return;
    }
    sheet.heading(
        2,
        pen.own_heading(&words!("{label}別調査結果"; "Results by {0}", label.to_lowercase())),
        &format!("by.{id}"),
    );
    let findings: Vec<&Finding> = support.findings.iter().filter(|one| one.by == by).collect();
    if findings.is_empty() {
        sheet.item(vec![pen.say(&words!(
            "{label}の区分の間に、差があるといえるほどの違いは確かめられない。";
            "No difference between the classes of {0} is supported.", label.to_lowercase()))]);
        return;
    }
    for options in lead(pen, by, &findings) {
        sheet.item(options);
    }
    for page in pages(pen) {
        sheet.heading(3, page.title.clone(), &format!("by.{id}.{}", page.ids.join(".")));
        let mut before = None;
        for (variable, code) in targets_of(&page.variables, &findings) {
            let own: Vec<&Finding> =
                findings.iter().filter(|one| (one.variable, one.code) == (variable, code)).copied().collect();
            let pattern = pattern(pen, &own);
            let again = pattern.is_some() && pattern == before;
            sheet.item(stated(pen, by, &own, again));
            before = pattern;
        }
    }
}

/// What findings on one answer have in common with those on another: then 「…も」 says it again.
fn pattern(pen: &Pen<'_>, own: &[&Finding]) -> Option<(String, bool, Vec<Kind>)> {
    let first = own.first()?;
    let answer = match pen.shape(first.variable) {
        Shape::Pair(target) => pen.answer(target.variable, target.codes[0]),
        _ => return None,
    };
    let trend = own.iter().find(|one| matches!(one.kind, Kind::Trend { .. }));
    let kinds = match trend {
        Some(trend) => vec![trend.kind.clone()],
        None => own.iter().map(|one| one.kind.clone()).collect(),
    };
    Some((answer, pen.one(first.variable).base.is_all(), kinds))
}

fn targets_of(variables: &[usize], findings: &[&Finding]) -> Vec<(usize, u16)> {
    let mut found: Vec<(usize, u16)> = Vec::new();
    for one in findings.iter().filter(|one| variables.contains(&one.variable)) {
        if !found.contains(&(one.variable, one.code)) {
            found.push((one.variable, one.code));
        }
    }
    found
}

// --- the chapter's beginning: conclusions without figures ---

fn lead(pen: &Pen<'_>, by: usize, findings: &[&Finding]) -> Vec<Vec<String>> {
    let mut items = Vec::new();
    for up in [true, false] {
        let is_one = |one: &&&Finding| matches!(&one.kind, Kind::Trend { up: way, except } if *way == up && except.is_empty());
        let trends: Vec<&Finding> = findings.iter().filter(is_one).copied().collect();
        if trends.len() > 1 {
            items.push(vec![trends_named(pen, by, &trends, up)]);
        }
    }
    let classes = pen.desk.classes(by);
    for class in classes {
        for above in [true, false] {
            let is_one = |one: &&&Finding| {
                one.kind == Kind::Class { class, above, than: None } && !has_trend(findings, one)
            };
            let own: Vec<&Finding> = findings.iter().filter(is_one).copied().collect();
            if own.len() > 1 {
                items.push(vec![class_named(pen, (by, class), &own, above)]);
            }
        }
    }
    items
}

fn has_trend(findings: &[&Finding], of: &Finding) -> bool {
    let is_trend = |one: &&Finding| {
        matches!(one.kind, Kind::Trend { .. }) && (one.variable, one.code) == (of.variable, of.code)
    };
    findings.iter().any(is_trend)
}

fn linked(pen: &Pen<'_>, one: &Finding) -> String {
    format!("[{}]({})", topic(pen, one), one.claim(pen))
}

/// What is asked, with the answer where it is not the only one.
fn topic(pen: &Pen<'_>, one: &Finding) -> String {
    let name = pen.variable(one.variable);
    match pen.shape(one.variable) {
        Shape::Pair(_) => name,
        _ => {
            let answer = pen.answer(one.variable, one.code);
            pen.say(&words!("{name}の{answer}"; "{answer} in {name}"))
        }
    }
}

fn trends_named(pen: &Pen<'_>, by: usize, trends: &[&Finding], up: bool) -> String {
    let list = pen.list(&trends.iter().map(|one| linked(pen, one)).collect::<Vec<_>>());
    let list = if pen.is_ja() { list.replace(")[", ")、[") } else { list };
    let driver = driver(pen, by);
    let (ja, en) = if up { ("高くなる", "rises") } else { ("低くなる", "falls") };
    let label = pen.breakdown(by).to_lowercase();
    sentence(
        pen,
        &pen.say(&words!(
        "{driver}ほど割合が{ja}のは、{list}である。";
        "the share {en} with {label} for {list}.")),
    )
}

fn class_named(pen: &Pen<'_>, (by, class): (usize, u16), own: &[&Finding], above: bool) -> String {
    let list = pen.list(&own.iter().map(|one| linked(pen, one)).collect::<Vec<_>>());
    let list = if pen.is_ja() { list.replace(")[", ")、[") } else { list };
    let name = pen.class(by, class);
    let (ja, en) = if above { ("高い", "above") } else { ("低い", "below") };
    sentence(
        pen,
        &pen.say(&words!(
        "{name}の割合が全体より{ja}のは、{list}である。";
        "{name} lies {en} the overall share for {list}.")),
    )
}

/// What a trend goes along with: 「病床規模が大きい」, or from the first class to the last.
fn driver(pen: &Pen<'_>, by: usize) -> String {
    let breakdown = pen.desk.breakdown(by);
    let sizes: Option<Vec<i64>> = breakdown.codes.codes.iter().map(|code| code.min).collect();
    let rises = sizes.is_some_and(|sizes| sizes.windows(2).all(|pair| pair[0] <= pair[1]));
    let label = pen.breakdown(by);
    if rises {
        return format!("{label}が大きい");
    }
    let last = breakdown.codes.len().saturating_sub(1) as u16;
    format!("{}から{}へ進む", pen.class(by, 0), pen.class(by, last))
}

// --- the pages: conclusions with their figures ---

/// Findings on one answer of one question, in words from the richest to the plainest.
pub(super) fn stated(pen: &Pen<'_>, by: usize, own: &[&Finding], again: bool) -> Vec<String> {
    let Some(first) = own.first() else { return Vec::new() };
    let trend = own.iter().find(|one| matches!(one.kind, Kind::Trend { .. }));
    if let Some(trend) = trend {
        return rising(pen, by, trend, again);
    }
    against(pen, by, &first.target(), own, again)
}

/// The strongest finding by a breakdown among the headlines, in words of their own: the page says it at
/// length.
pub(super) fn headline(pen: &Pen<'_>, by: usize, one: &Finding) -> Vec<String> {
    let mut options = stated(pen, by, &[one], false);
    let Kind::Trend { up, except } = &one.kind else { return options };
    let ends = ends(pen, by, one);
    let (Some((a, low)), Some((b, high)), true) = (ends.first(), ends.last(), except.is_empty()) else {
        return options;
    };
    let (a, b, low, high) = (pen.class(by, *a), pen.class(by, *b), pen.percent(low), pen.percent(high));
    let (topic, driver, claim) = (share_of(pen, &one.target()), driver(pen, by), one.claim(pen));
    let label = pen.breakdown(by).to_lowercase();
    let (more, end, en, to) = if *up {
        ("高くなり", "に達する", "rises", "up")
    } else {
        ("低くなり", "まで下がる", "falls", "down")
    };
    let words = words!(
        "{topic}は{driver}ほど[{more}]({claim})、{a}の{low}に対して{b}では{high}{end}。";
        "{topic} [{en}]({claim}) with {label}: from {low} in {a} {to} to {high} in {b}.");
    options.insert(0, sentence(pen, &pen.say(&words)));
    options
}

/// The classes of a trend whose shares can be quoted, in order.
fn ends(pen: &Pen<'_>, by: usize, one: &Finding) -> Vec<(u16, Share)> {
    let Kind::Trend { except, .. } = &one.kind else { return Vec::new() };
    let target = one.target();
    pen.desk
        .classes(by)
        .filter(|class| !except.contains(class))
        .filter_map(|class| Some((class, pen.share(&target, &Group::class(by, class))?)))
        .filter(|(_, share)| pen.can_be_quoted(share))
        .collect()
}

/// 「…と答えた割合」.
fn share_of(pen: &Pen<'_>, target: &Target) -> String {
    let (name, answer) = (pen.variable(target.variable), pen.answer(target.variable, target.codes[0]));
    match pen.shape(target.variable) {
        Shape::Several(_) => {
            pen.say(&words!("{name}で{answer}を挙げた割合"; "the share that named {answer} in {name}"))
        }
        _ => pen.say(&words!("{name}に{answer}と答えた割合"; "the share that answered {answer} to {name}")),
    }
}

fn rising(pen: &Pen<'_>, by: usize, one: &Finding, again: bool) -> Vec<String> {
    let Kind::Trend { up, except } = &one.kind else { return Vec::new() };
    let (target, claim) = (one.target(), one.claim(pen));
    let topic = share_of(pen, &target);
    let names: Vec<String> = except.iter().map(|class| pen.class(by, *class)).collect();
    let list = pen.list(&names);
    let (aside_ja, aside_en) = match names.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("{list}を除けば、"), format!("apart from {list}, ")),
    };
    let (ja, en) = if *up { ("高くなる", "rises") } else { ("低くなる", "falls") };
    let (driver, label) = (driver(pen, by), pen.breakdown(by).to_lowercase());
    let main = words!(
        "{topic}は、{aside_ja}{driver}ほど[{ja}]({claim})。";
        "{aside_en}{topic} [{en}]({claim}) with {label}");
    let ends = ends(pen, by, one);
    let rich = match (ends.first(), ends.last()) {
        (Some((a, low)), Some((b, high))) if a != b => {
            let (a, b) = (pen.class(by, *a), pen.class(by, *b));
            let (low, high) = (pen.percent(low), pen.percent(high));
            words!(
                "{}{a}で{low}、{b}で{high}である。", main.ja;
                "{}: {low} in {a}, {high} in {b}.", main.en)
        }
        _ => words!("{}", main.ja; "{}.", main.en),
    };
    let plain = words!("{}", main.ja; "{}.", main.en);
    let mut options = vec![rich, plain];
    if let (true, true, Some((a, low)), Some((b, high))) =
        (again, except.is_empty(), ends.first(), ends.last())
    {
        let (name, more) = (pen.variable(target.variable), if *up { "高くなり" } else { "低くなり" });
        let (a, b, low, high) = (pen.class(by, *a), pen.class(by, *b), pen.percent(low), pen.percent(high));
        options.insert(
            0,
            words!(
            "{name}も[{more}]({claim})、{a}で{low}、{b}で{high}である。";
            "so it [{en}]({claim}) for {name}: {low} in {a}, {high} in {b}."),
        );
    }
    options.iter().map(|words| sentence(pen, &pen.say(words))).collect()
}

/// 「…割合は、全体（66.7%）に比べ、「個人」（57.5%）で低く、「医療法人」（72.3%）で高い。」
fn against(pen: &Pen<'_>, by: usize, target: &Target, own: &[&Finding], again: bool) -> Vec<String> {
    let Some(all) = pen.share(target, &Group::all()) else { return Vec::new() };
    let mut parts: Vec<(String, String)> = Vec::new();
    for one in own {
        let Kind::Class { class, above, than } = one.kind else { continue };
        if let Some(than) = than {
            return of_two(pen, by, one, [class, than], above);
        }
        let Some(share) = pen.share(target, &Group::class(by, class)) else { continue };
        let (name, figure, claim) = (pen.class(by, class), pen.percent(&share), one.claim(pen));
        let (more, most, en) =
            if above { ("高く", "高い", "higher") } else { ("低く", "低い", "lower") };
        let part = |word: &str| words!("{name}（{figure}）で[{word}]({claim})"; "[{en}]({claim}) in {name} ({figure})");
        parts.push((pen.say(&part(more)), pen.say(&part(most))));
    }
    let Some((last, rest)) = parts.split_last() else { return Vec::new() };
    let list: Vec<String> = rest.iter().map(|(more, _)| more.clone()).chain([last.1.clone()]).collect();
    let list = if pen.is_ja() { list.join("、") } else { pen.list(&list) };
    let (topic, whole) = (share_of(pen, target), pen.percent(&all));
    let asked = pen.one(target.variable).base.is_all();
    let (base_ja, base_en) = match asked {
        true => (format!("全体（{whole}）"), format!("{whole} overall")),
        false => {
            (format!("尋ねた{}の計（{whole}）", pen.noun()), format!("{whole} among all that were asked"))
        }
    };
    let rich = words!("{topic}は、{base_ja}に比べ、{list}。"; "against {base_en}, {topic} is {list}.");
    let plain = words!("{topic}は、{list}。"; "{topic} is {list}.");
    let mut options = vec![rich, plain];
    if again {
        let name = pen.variable(target.variable);
        options.insert(0, words!("{name}も、{base_ja}に比べ、{list}。"; "likewise for {name}, against {base_en}, it is {list}."));
    }
    options.iter().map(|words| sentence(pen, &pen.say(words))).collect()
}

/// 「…割合は、「小規模」（63.3%）で「大規模」（88.9%）より低い。」
fn of_two(pen: &Pen<'_>, by: usize, one: &Finding, classes: [u16; 2], above: bool) -> Vec<String> {
    let target = one.target();
    let [a, b] = classes.map(|class| pen.class(by, class));
    let shares = classes.map(|class| pen.share(&target, &Group::class(by, class)));
    let (topic, claim) = (share_of(pen, &target), one.claim(pen));
    let (ja, en) = if above { ("高い", "higher") } else { ("低い", "lower") };
    let rich = match &shares {
        [Some(own), Some(other)] => {
            let (own, other) = (pen.percent(own), pen.percent(other));
            words!("{topic}は、{a}（{own}）が{b}（{other}）より[{ja}]({claim})。";
                "{topic} is [{en}]({claim}) in {a} ({own}) than in {b} ({other}).")
        }
        _ => words!(""; ""),
    };
    let plain =
        words!("{topic}は、{a}が{b}より[{ja}]({claim})。"; "{topic} is [{en}]({claim}) in {a} than in {b}.");
    [rich, plain].iter().map(|words| sentence(pen, &pen.say(words))).collect()
}

// --- what cannot be said ---

/// Classes too small to speak of, what is withheld, and what the tests do not support.
pub(super) fn unsaid(pen: &Pen<'_>, support: &Support, sheet: &mut Sheet<'_>) {
    let (mut hidden, mut omitted) = (false, false);
    for by in 0..pen.form().breakdowns().len() {
        let label = pen.breakdown(by);
        let least = pen.form().survey().quoting.min_base;
        let profile = pen.tables().profile.iter().find(|profile| profile.breakdown == by);
        let counts = profile.map_or(&[][..], |profile| &profile.counts);
        let small = |at: &usize| counts[*at].is_none_or(|n| (1..least).contains(&n));
        let mut names: Vec<String> =
            (0..counts.len()).filter(small).map(|at| pen.class(by, at as u16)).collect();
        let more = names.len() > 6;
        names.truncate(6);
        if !names.is_empty() {
            let list = pen.list(&names);
            let list = if more { pen.say(&words!("{list}など"; "{list} and others")) } else { list };
            sheet.item(vec![
                pen.say(&words!(
                    "{label}のうち、{list}は回答が少なく、区分としての割合を述べない。";
                    "By {0}, {list} gave too few answers to speak of their shares.", label.to_lowercase())),
                pen.say(&words!(
                    "{label}のうち、回答の少ない区分の割合は述べない。";
                    "By {0}, nothing is said of classes with few answers.", label.to_lowercase())),
            ]);
        }
        let tables = pen.tables().tables.iter().filter(|table| table.by == [by]);
        for row in tables.flat_map(|table| &table.rows) {
            hidden |= row.withheld().is_some();
            omitted |= row.figures().is_some_and(|figures| figures.omits_any());
        }
        unsupported(pen, support, by, sheet);
    }
    if omitted {
        sheet.item(vec![
            pen.say(&words!(
            "区分ごとの割合のうち信頼性の基準を満たさないものは示さず、言葉でも述べない。";
            "Shares of classes that are unreliable by the survey's rule are not presented, nor spoken of.")),
        ]);
    }
    if hidden {
        let noun = pen.noun();
        sheet.item(vec![pen.say(&words!(
            "少数の{noun}が特定されるおそれのある区分の値は秘匿しており、言葉でも述べない。";
            "Figures that might expose a few {noun} are withheld, in words as well."))]);
    }
}

fn unsupported(pen: &Pen<'_>, support: &Support, by: usize, sheet: &mut Sheet<'_>) {
    let is_found = |at: usize| support.findings.iter().any(|one| one.by == by && one.variable == at);
    let any = support.findings.iter().any(|one| one.by == by);
    let looked: Vec<usize> =
        support.looked_at.iter().filter(|(at, of)| *of == by && !is_found(*at)).map(|(at, _)| *at).collect();
    if !any || looked.is_empty() {
        return;
    }
    let label = pen.breakdown(by);
    let mut names: Vec<String> = looked.iter().map(|at| pen.variable(*at)).collect();
    names.dedup();
    let more = names.len() > 5;
    names.truncate(5);
    let list = pen.list(&names);
    let list = if more { pen.say(&words!("{list}など"; "{list} and others")) } else { list };
    sheet.item(vec![
        pen.say(&words!(
            "{list}について、{label}の区分の間に差があるとはいえない。差がないことを示すものではない。";
            "For {list}, no difference by {0} is supported, which does not show that there is none.", label.to_lowercase())),
        pen.say(&words!(
            "そのほかの設問について、{label}の区分の間に差があるとはいえない。";
            "For the other questions, no difference by {0} is supported.", label.to_lowercase())),
    ]);
}
