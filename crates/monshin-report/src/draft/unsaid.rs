//! What the survey cannot say, and why.

use monshin_diag::{Words, words};

use super::evidence::Support;
use super::pen::Pen;
use super::settle::Sheet;
use crate::check::figure::Group;
use crate::document::grouped;

/// Questions that many left blank, the worst first, and what that means for their shares.
fn left_blank(pen: &Pen<'_>, blank: &[(usize, u64)]) -> Vec<String> {
    const MOST: usize = 5;
    let noun = pen.noun();
    let one = |(at, count): &(usize, u64)| {
        let (name, unit, id, count) = (pen.variable(*at), pen.unit(*at), &pen.one(*at).name, grouped(*count));
        [
            words!("{name}は[{count}{unit}](blank:{id})"; "{name}: [{count}](blank:{id})"),
            words!("{name}（[{count}{unit}](blank:{id})）"; "{name} ([{count}](blank:{id}))"),
        ]
    };
    let parts: Vec<[Words; 2]> = blank.iter().take(MOST).map(one).collect();
    let words = match &parts[..] {
        [] => return Vec::new(),
        [[alone, _]] => words!(
            "{}が無回答であり、割合は答えた{noun}だけのものである。", alone.ja;
            "{} left it blank; the shares are of those that answered.", alone.en),
        several => {
            let list: Vec<String> = several.iter().map(|[_, part]| pen.say(part)).collect();
            let is_more = blank.len() > MOST;
            let list = match (pen.is_ja(), is_more) {
                (true, _) => list.join("、"),
                (false, true) => list.join(", "),
                (false, false) => pen.list(&list),
            };
            let more = if is_more { words!("など"; " and others") } else { words!(""; "") };
            words!(
                "{list}{}では無回答が多く、割合は答えた{noun}だけのものである。", more.ja;
                "Many left {list}{} blank; their shares are of those that answered.", more.en)
        }
    };
    vec![pen.say(&words)]
}

/// What cannot be said, and why.
pub(super) fn write(pen: &Pen<'_>, support: &Support, sheet: &mut Sheet<'_>) {
    sheet.heading(
        2,
        pen.own_heading(&words!("この調査からはいえないこと"; "What this survey cannot say")),
        "",
    );
    let name_all = |list: &[usize]| {
        let mut names: Vec<String> = list.iter().map(|at| pen.variable(*at)).collect();
        names.dedup();
        let more = names.len() > 5;
        names.truncate(5);
        let list = pen.list(&names);
        if more { pen.say(&words!("{list}など"; "{list} and others")) } else { list }
    };
    let (mut nobody, mut weak, mut wide, mut blank) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut not_presented = Vec::new();
    for at in (0..pen.tables().variables.len()).filter(|at| !pen.one(*at).is_specify) {
        let Ok(figures) = pen.desk.figures(at, &Group::all()) else {
            weak.push(at);
            continue;
        };
        let target = pen.spoken_of(at).into_iter().next();
        let width = target.and_then(|target| {
            let interval = figures.cell(target.codes[0])?.estimate.interval()?;
            Some(interval.width())
        });
        match figures.n {
            0 => nobody.push(at),
            n if n < pen.form().survey().quoting.min_base => weak.push(at),
            _ if figures.omits_any() => not_presented.push(at),
            _ if width.is_some_and(|width| width > 0.2) => wide.push(at),
            _ => {}
        }
        if figures.blank * 10 >= figures.asked && figures.blank >= 10 {
            blank.push((at, figures.blank));
        }
    }
    let noun = pen.noun();
    sheet.item(vec![pen.say(&words!(
        "回答しなかった{noun}の状況はわからない。区間には、回答の有無による偏りは含まれない。";
        "Nothing is known of the {noun} that did not answer; intervals do not cover such bias."))]);
    if !weak.is_empty() {
        let list = name_all(&weak);
        sheet.item(vec![pen.say(&words!(
            "{list}は集計母数が小さく、割合としては述べない。";
            "The base of {list} is too small for a share."))]);
    }
    if !not_presented.is_empty() {
        let list = name_all(&not_presented);
        sheet.item(vec![pen.say(&words!(
            "{list}には信頼性の基準を満たさない割合があり、その割合は示さず、言葉でも述べない。";
            "Some shares of {list} are unreliable by the survey's rule and not presented, nor spoken of."))]);
    }
    if !nobody.is_empty() {
        let list = name_all(&nobody);
        sheet.item(vec![pen.say(&words!(
            "{list}には該当する{noun}がなく、割合を定義できない。";
            "Nobody was asked {list}, so there is no share."))]);
    }
    if !wide.is_empty() {
        let list = name_all(&wide);
        sheet.item(vec![pen.say(&words!(
            "{list}は信頼区間の幅が広く、割合はおおよその目安として読む必要がある。";
            "The intervals of {list} are wide; their shares are a rough guide and need care."))]);
    }
    blank.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    sheet.item(left_blank(pen, &blank));
    super::by::unsaid(pen, support, sheet);
}
