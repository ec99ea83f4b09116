//! Who was asked, when, and who answered.

use monshin_diag::{Lang, words};
use monshin_tabulate::instrument::Day;

use super::pen::Pen;
use super::settle::Sheet;
use crate::document::grouped;

/// Most classes that are named with their numbers.
const MOST_CLASSES: usize = 3;

/// The chapter on background and the one on respondents.
pub(super) fn write(pen: &Pen<'_>, sheet: &mut Sheet<'_>) {
    background(pen, sheet);
    let heading = words!("調査対象と回答"; "Who was asked and who answered");
    sheet.heading(2, pen.own_heading(&heading), "respondents");
    sheet.paragraph(vec![asked(pen)]);
    if pen.tables().responses == 0 {
        sheet
            .paragraph(vec![pen.say(&words!("集計できる回答はない。"; "There is nothing to tabulate yet."))]);
        return;
    }
    sheet.paragraph(rate(pen));
    let profiles: Vec<Option<String>> =
        (0..pen.form().breakdowns().len()).map(|by| composition(pen, by)).collect();
    for profile in profiles.into_iter().flatten() {
        sheet.paragraph(vec![profile]);
    }
}

/// Who asked what of whom; why they did is for the author to say.
fn background(pen: &Pen<'_>, sheet: &mut Sheet<'_>) {
    let survey = pen.form().survey();
    let title = pen.quoted(survey.title.get(pen.tag));
    let organizer = pen.escaped(survey.organizer.get(pen.tag));
    let heading = words!("調査の背景・目的"; "Background and purpose");
    sheet.heading(2, pen.own_heading(&heading), "background");
    let by = match organizer.is_empty() {
        true => {
            words!("本報告は、{title}の結果をまとめたものである。"; "This report presents the results of {title}.")
        }
        false => words!(
            "本報告は、{organizer}が行った{title}の結果をまとめたものである。";
            "This report presents the results of {title}, conducted by {organizer}."),
    };
    let sections: Vec<String> =
        (0..pen.form().sections().len()).filter_map(|at| pen.section(Some(at))).collect();
    let quoted: Vec<String> = match pen.is_ja() {
        true => sections.iter().map(|one| format!("「{one}」")).collect(),
        false => sections.iter().map(|one| format!("“{one}”")).collect(),
    };
    let about = pen.list(&quoted);
    let topics = words!("{about}について尋ねた。"; " It asks about {about}.");
    let rich = if sections.is_empty() { String::new() } else { pen.say(&by) + &pen.say(&topics) };
    sheet.paragraph(vec![rich, pen.say(&by)]);
}

fn asked(pen: &Pen<'_>) -> String {
    let (survey, work) = (pen.form().survey(), &pen.tables().fieldwork);
    let mut parts = Vec::new();
    if let (Some(opens), Some(closes)) = (survey.opens, survey.closes) {
        let (from, to) = (day(pen, opens), day(pen, closes));
        parts.push(pen.say(&words!(
            "調査は[{from}](opens:)から[{to}](closes:)まで行った。";
            "The survey was open from [{from}](opens:) to [{to}](closes:).")));
    }
    let (n, unit) = (grouped(pen.tables().responses), pen.respondents());
    let answered = pen.say(&words!("[{n}{unit}](n:all)"; "[{n} {unit}](n:all)"));
    parts.push(match &work.invited {
        Some(invited) => {
            let of = invited.other_unit.as_ref().map_or(unit, |unit| unit.get(pen.tag));
            let count = grouped(invited.count);
            pen.say(&words!(
                "調査対象は[{count}{of}](invited:)、回答は{answered}である。";
                "[{count} {of}](invited:) were asked, and {answered} answered."))
        }
        None => pen.say(&words!("{answered}から回答を得た。"; "{answered} answered.")),
    });
    parts.join(if pen.is_ja() { "" } else { " " })
}

fn rate(pen: &Pen<'_>) -> Vec<String> {
    let work = &pen.tables().fieldwork;
    let closing = words!(
        "以下の割合は回答した{0}のうちの割合であり、回答しなかった{0}を含む全体の状況とは限らない。", pen.noun();
        "Shares are of the {} that answered, and need not hold for those that did not.", pen.noun());
    let closing = pen.say(&closing);
    let Some((responses, invited)) = work.response_rate() else { return vec![closing] };
    let decimals = if responses * 100 < invited { 2 } else { 1 };
    let percent = monshin_tabulate::percent(responses, invited, decimals).unwrap_or_default();
    let rate = words!("回収率は[{percent}%](rate:response)である。"; "The response rate is [{percent}%](rate:response). ");
    vec![pen.say(&rate) + &closing, closing]
}

/// 「開設者別では、「個人」が…、「医療法人」が…で多い。」
fn composition(pen: &Pen<'_>, by: usize) -> Option<String> {
    let profile = pen.tables().profile.iter().find(|profile| profile.breakdown == by)?;
    let least = pen.form().survey().quoting.min_base;
    // A number that is withheld is a small one, or hides one: it is not spoken of.
    let mut classes: Vec<(u16, u64)> =
        profile.counts.iter().enumerate().map(|(class, one)| (class as u16, one.unwrap_or(1))).collect();
    classes.sort_by_key(|(class, count)| (std::cmp::Reverse(*count), *class));
    let shown: Vec<String> = classes
        .iter()
        .take(MOST_CLASSES)
        .filter(|(_, count)| *count >= least)
        .map(|(class, count)| {
            let (id, name) = (pen.desk.class_id(by, *class), pen.class(by, *class));
            let (breakdown, n, unit) = (&pen.desk.breakdown(by).id, grouped(*count), pen.respondents());
            pen.say(&words!(
                "{name}が[{n}{unit}](n:all;{breakdown}={id})";
                "[{n}](n:all;{breakdown}={id}) in {name}"))
        })
        .collect();
    if shown.is_empty() {
        return None;
    }
    let (label, list) = (pen.breakdown(by), pen.list(&shown));
    let list = if pen.is_ja() { shown.join("、") } else { list };
    let is_all = shown.len() == classes.iter().filter(|(_, count)| *count > 0).count();
    Some(match is_all {
        true => pen.say(&words!("{label}別の回答は、{list}である。"; "By {0}, answers came from {list}.", label.to_lowercase())),
        false => pen.say(&words!("{label}別では、{list}と多くを占める。"; "By {0}, most answers came from {list}.", label.to_lowercase())),
    })
}

fn day(pen: &Pen<'_>, day: Day) -> String {
    let (year, month, date) = day.civil();
    match pen.lang {
        Lang::Ja => format!("{year}年{month}月{date}日"),
        Lang::En => {
            let names = [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ];
            let name = names.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default();
            format!("{date} {name} {year}")
        }
    }
}
