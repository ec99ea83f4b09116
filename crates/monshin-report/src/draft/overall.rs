//! The overall result of each question.

use monshin_diag::words;

use super::evidence::Support;
use super::headlines;
use super::pen::{Pen, capital, digits};
use super::settle::Sheet;
use super::targets::Shape;
use crate::check::figure::{Group, Target};
use crate::phrase::Ratio;

/// Most questions on one page.
const MOST_QUESTIONS: usize = 3;
/// Most answers or rows that are named.
const MOST_ANSWERS: usize = 4;

/// The chapter of overall results.
pub(super) fn write(pen: &Pen<'_>, support: &Support, sheet: &mut Sheet<'_>) {
    if pen.tables().responses == 0 {
        return;
    }
    sheet.heading(2, pen.own_heading(&words!("全体結果"; "Overall results")), "overall");
    headlines::write(pen, support, sheet);
    for page in pages(pen) {
        sheet.heading(3, page.title.clone(), &format!("overall.{}", page.ids.join(".")));
        for options in statements(pen, &page.variables) {
            sheet.item(options);
        }
    }
}

/// Some questions that stand on one page.
pub(super) struct PageOf {
    pub title: [String; 2],
    pub ids: Vec<String>,
    pub variables: Vec<usize>,
}

/// The questions of each section, a few on each page.
pub(super) fn pages(pen: &Pen<'_>) -> Vec<PageOf> {
    let questions = pen.form().questions();
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for at in 0..questions.len() {
        match runs.last_mut() {
            Some(run)
                if questions[run[0]].section == questions[at].section && questions[at].section.is_some() =>
            {
                run.push(at)
            }
            _ => runs.push(vec![at]),
        }
    }
    let mut pages = Vec::new();
    for run in runs {
        let even = run.len().div_ceil(run.len().div_ceil(MOST_QUESTIONS));
        for chunk in run.chunks(even) {
            let section = questions[chunk[0]].section.filter(|_| chunk.len() == run.len());
            let variables: Vec<usize> = (0..pen.tables().variables.len())
                .filter(|at| chunk.contains(&pen.one(*at).question) && !pen.one(*at).is_specify)
                .collect();
            let title = match section {
                Some(at) => pen.form().sections()[at].title.get(pen.tag).to_owned(),
                None => {
                    let names: Vec<&str> = chunk.iter().map(|at| questions[*at].label.get(pen.tag)).collect();
                    names.join(if pen.is_ja() { "、" } else { "; " })
                }
            };
            let ids = chunk.iter().map(|at| questions[*at].id.clone()).collect();
            pages.push(PageOf { title: pen.heading(&title), ids, variables });
        }
    }
    pages
}

/// A sentence for each question; neighbours that ask yes or no of the same people share one.
fn statements(pen: &Pen<'_>, variables: &[usize]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < variables.len() {
        let run = parallel(pen, &variables[at..]);
        let merged = if run > 1 { together(pen, &variables[at..at + run]) } else { None };
        match merged {
            Some(mut options) => {
                options.extend(one_by_one(pen, &variables[at..at + run]));
                found.push(options);
                at += run;
            }
            None => {
                let turn = if found.len().is_multiple_of(2) { Turn::First } else { Turn::Second };
                found.extend(alone(pen, variables[at], turn));
                at += 1;
            }
        }
    }
    found
}

/// Neighbouring sentences of one kind take turns in how they begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    First,
    Second,
}

/// The sentences of some questions one after the other, from the richest to the plainest: where they
/// cannot share one.
fn one_by_one(pen: &Pen<'_>, variables: &[usize]) -> Vec<String> {
    let each: Vec<Vec<String>> =
        variables.iter().take(MOST_ANSWERS).filter_map(|at| alone(pen, *at, Turn::First)).collect();
    let most = each.iter().map(Vec::len).max().unwrap_or(0);
    let nth = |level: usize| {
        let one = |options: &Vec<String>| options.get(level).or(options.last()).cloned().unwrap_or_default();
        each.iter().map(one).collect::<Vec<_>>().join(if pen.is_ja() { "" } else { " " })
    };
    (0..most).map(nth).collect()
}

/// How many variables from the first on are pairs with the same answer on the same base.
fn parallel(pen: &Pen<'_>, variables: &[usize]) -> usize {
    let key = |at: usize| match pen.shape(at) {
        Shape::Pair(target) => {
            let one = pen.one(at);
            Some((pen.answer(at, target.codes[0]), one.base.condition.clone(), one.block))
        }
        _ => None,
    };
    let Some(first) = variables.first().and_then(|at| key(*at)) else { return 1 };
    variables.iter().take_while(|at| key(**at).as_ref() == Some(&first)).count()
}

/// 「「はい」と答えた割合は、「A」が…、「B」が…である。」
fn together(pen: &Pen<'_>, variables: &[usize]) -> Option<Vec<String>> {
    let mut parts: Vec<(Ratio, String)> = Vec::new();
    let mut ends: Vec<(String, String)> = Vec::new();
    let mut answer = String::new();
    for at in variables {
        let Shape::Pair(target) = pen.shape(*at) else { return None };
        let share = pen.share(&target, &Group::all()).filter(|share| pen.can_be_quoted(share))?;
        answer = pen.answer(*at, target.codes[0]);
        let (name, figure) = (row_name(pen, *at), pen.brief(&share));
        parts.push((share.percent, pen.say(&words!("{name}が{figure}"; "{figure} for {name}"))));
        ends.push((name, figure));
    }
    let first = variables[0];
    let grid = pen.one(first).row.is_some().then(|| {
        let question = pen.one(first).question;
        pen.quoted(pen.form().questions()[question].label.get(pen.tag))
    });
    let contrast = far_apart(&parts).map(|[high, low]| (ends[high].clone(), ends[low].clone()));
    if parts.len() > MOST_ANSWERS {
        parts.sort_by_key(|part| std::cmp::Reverse(part.0));
        parts.truncate(MOST_ANSWERS);
    }
    let list: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    let list = if pen.is_ja() { list.join("、") } else { pen.list(&list) };
    let n = pen.desk.figures(first, &Group::all()).ok()?.n;
    let among = if pen.one(first).base.is_all() { String::new() } else { pen.among(first, n) };
    let of = grid.map_or_else(String::new, |grid| pen.say(&words!("{grid}で、"; "in {grid}, ")));
    let words = words!(
        "{among}{of}{answer}と答えた割合は、{list}である。";
        "{among}{of}the share that answered {answer} is {list}.");
    let mut options = vec![sentence(pen, &pen.say(&words))];
    if let Some(((high, much), (low, little))) = contrast {
        let words = words!(
            "{among}{of}{answer}と答えた割合は、{high}が{much}であるのに対し、{low}は{little}にとどまる。";
            "{among}{of}{much} answered {answer} to {high}, but only {little} to {low}.");
        options.insert(0, sentence(pen, &pen.say(&words)));
    }
    Some(options)
}

/// Positions of the higher and the lower of two shares, where most gave the one and few the other.
fn far_apart(parts: &[(Ratio, String)]) -> Option<[usize; 2]> {
    let [(first, _), (second, _)] = parts else { return None };
    let [high, low] = if first > second { [0, 1] } else { [1, 0] };
    let (much, little) = (parts[high].0, parts[low].0);
    (much > Ratio::whole(50) && little < Ratio::whole(35)).then_some([high, low])
}

fn row_name(pen: &Pen<'_>, at: usize) -> String {
    match pen.one(at).row {
        Some(_) => pen.quoted(pen.one(at).label.get(pen.tag)),
        None => pen.variable(at),
    }
}

pub(super) fn sentence(pen: &Pen<'_>, text: &str) -> String {
    if pen.is_ja() { text.to_owned() } else { capital(text) }
}

/// The result of one question.
fn alone(pen: &Pen<'_>, at: usize, turn: Turn) -> Option<Vec<String>> {
    let figures = pen.desk.figures(at, &Group::all()).ok()?;
    let name = pen.variable(at);
    if figures.n == 0 {
        // What nobody was asked is said at the end, once.
        return None;
    }
    match pen.shape(at) {
        Shape::Pair(target) => {
            let told = told_apart(pen, &target, turn);
            let options = pair(pen, &target, figures.n)?;
            Some(told.into_iter().chain(options).collect())
        }
        Shape::Choice(targets) => several(pen, at, &targets, figures.n, false),
        Shape::Several(targets) => several(pen, at, &targets, figures.n, true),
        Shape::Number => number(pen, at),
        Shape::Other => {
            let base = pen.base(at, figures.n);
            Some(vec![pen.say(&words!("{name}には{base}が記入した。"; "{base} answered {name}."))])
        }
    }
}

/// What is said of an answer that few gave, with the other answer beside it, and of one that it is the turn
/// of: 「「A」は、「はい」が1割強（…）にとどまり、9割近くが「いいえ」と答えた。」 Only of a question that everybody was asked.
fn told_apart(pen: &Pen<'_>, target: &Target, turn: Turn) -> Option<String> {
    let at = target.variable;
    let share = pen.share(target, &Group::all()).filter(|share| pen.can_be_quoted(share))?;
    let asks_all = pen.one(at).base.is_all() && pen.one(at).block.is_none();
    if !asks_all || share.percent == Ratio::ZERO || share.percent == Ratio::whole(100) {
        return None;
    }
    let (name, answer, full) = (pen.variable(at), pen.answer(at, target.codes[0]), pen.full(&share));
    let doubt = doubt(pen, at);
    if share.percent < Ratio::whole(35) {
        let other = pen.substantive(at).into_iter().find(|code| *code != target.codes[0])?;
        let rest = pen.share(&Target { variable: at, codes: vec![other] }, &Group::all())?;
        if rest.percent < Ratio::whole(50) {
            return None;
        }
        let (most, other) = (pen.phrase(&rest), pen.answer(at, other));
        let also = doubt.map_or(words!(""; ""), |doubt| words!("{doubt}。"; " {0}.", capital(&doubt)));
        let words = words!(
            "{name}は、{answer}が{full}にとどまり、{most}が{other}と答えた。{}", also.ja;
            "{full} answered {answer} to {name}, while {most} answered {other}.{}", also.en);
        return Some(sentence(pen, &pen.say(&words)));
    }
    if turn == Turn::First {
        return None;
    }
    let words = match doubt {
        Some(doubt) => {
            words!("{name}は、全体の{full}が{answer}と答えた。{doubt}。"; "to {name}, {full} answered {answer}; {doubt}.")
        }
        None => words!("{name}は、全体の{full}が{answer}と答えた。"; "to {name}, {full} answered {answer}."),
    };
    Some(sentence(pen, &pen.say(&words)))
}

fn pair(pen: &Pen<'_>, target: &Target, n: u64) -> Option<Vec<String>> {
    let at = target.variable;
    let share = pen.share(target, &Group::all())?;
    let (name, answer, full) = (pen.variable(at), pen.answer(at, target.codes[0]), pen.full(&share));
    let (among, noun) = (pen.among(at, n), pen.noun());
    let whole = Ratio::whole(100);
    let low = share.percent < Ratio::whole(35);
    let is_all = among.is_empty();
    let doubt = doubt(pen, at);
    let ja = match () {
        () if share.percent == Ratio::ZERO => format!("{among}{name}に{answer}と答えた{noun}は{full}である"),
        () if share.percent == whole => format!("{among}{full}が{name}に{answer}と答えた"),
        () if !pen.can_be_quoted(&share) => format!("{among}{name}に{answer}と答えたのは{full}である"),
        () if is_all && low => format!("{name}に{answer}と答えた{noun}は、全体の{full}にとどまる"),
        () if is_all => format!("{name}に{answer}と答えた{noun}は、全体の{full}である"),
        () if low => format!("{among}{name}に{answer}と答えたのは{full}にとどまる"),
        () => format!("{among}{name}に{answer}と答えたのは{full}である"),
    };
    let en = match () {
        () if is_all => format!("{full} of the {noun} that answered said {answer} to {name}"),
        () if low && pen.can_be_quoted(&share) => format!("{among}only {full} answered {answer} to {name}"),
        () => format!("{among}{full} answered {answer} to {name}"),
    };
    let plain = words!("{ja}。"; "{en}.");
    let rich = match doubt {
        Some(doubt) => words!("{ja}。{doubt}。"; "{en}; {doubt}."),
        None => plain.clone(),
    };
    let bare = words!("{among}{name}については、{answer}が{0}である。", pen.percent(&share); "{among}{answer} to {name}: {0}.", pen.percent(&share));
    Some([rich, plain, bare].iter().map(|words| sentence(pen, &pen.say(words))).collect())
}

/// 「「わからない」は…である」, where one in ten or more said so.
fn doubt(pen: &Pen<'_>, at: usize) -> Option<String> {
    use monshin_tabulate::instrument::CodeKind;
    let list = pen.desk.codes(at)?;
    let code = list.codes.iter().position(|code| code.kind == CodeKind::DontKnow)?;
    let target = Target { variable: at, codes: vec![code as u16] };
    let share = pen.share(&target, &Group::all())?;
    if !pen.can_be_quoted(&share) || share.percent < Ratio::whole(10) {
        return None;
    }
    let (answer, figure) = (pen.answer(at, code as u16), pen.percent(&share));
    Some(pen.say(&words!("{answer}も{figure}ある"; "{figure} said {answer}")))
}

/// The commonest answers in their order.
fn several(pen: &Pen<'_>, at: usize, targets: &[Target], n: u64, joint: bool) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    for target in targets.iter().filter(|target| !pen.code(at, target.codes[0]).exclusive) {
        let Some(share) = pen.share(target, &Group::all()) else { continue };
        let answer = pen.answer(at, target.codes[0]);
        let figure = if parts.len() < 2 { pen.brief(&share) } else { pen.percent(&share) };
        parts.push(pen.say(&words!("{answer}が{figure}"; "{answer} {figure}")));
        if parts.len() == MOST_ANSWERS {
            break;
        }
    }
    let alone = targets.iter().find(|target| joint && pen.code(at, target.codes[0]).exclusive);
    let alone = alone.and_then(|target| {
        let share = pen.share(target, &Group::all())?;
        let (answer, figure) = (pen.answer(at, target.codes[0]), pen.percent(&share));
        Some(pen.say(&words!("{answer}は{figure}である。"; " {figure} said {answer}.")))
    });
    let (name, among, list) =
        (pen.variable(at), pen.among(at, n), parts.join(if pen.is_ja() { "、" } else { ", " }));
    // One that is not presented could be among the first.
    let figures = pen.desk.figures(at, &Group::all()).ok();
    let is_partial = figures.is_some_and(|figures| figures.omits_any());
    let main = match joint {
        _ if is_partial => words!(
            "{among}{name}への回答のうち割合を示せるものは、多い順に{list}である。";
            "{among}of the answers to {name} whose shares are presented, in descending order: {list}."),
        true => words!(
            "{among}{name}（複数回答）で挙がったのは、多い順に{list}である。";
            "{among}answers to {name} (several allowed) in descending order: {list}."),
        false => words!(
            "{among}{name}への回答は、多い順に{list}である。";
            "{among}answers to {name} in descending order: {list}."),
    };
    let main = sentence(pen, &pen.say(&main));
    let rich = alone.map_or_else(String::new, |alone| format!("{main}{alone}"));
    Some(vec![rich, main])
}

fn number(pen: &Pen<'_>, at: usize) -> Option<Vec<String>> {
    use monshin_tabulate::instrument::AnswerType;
    let figures = pen.desk.figures(at, &Group::all()).ok()?;
    let summary = figures.number?;
    let unit = match &pen.form().items()[pen.one(at).items[0]].answer {
        AnswerType::Number(limits) => pen.escaped(limits.unit.get(pen.tag)),
        _ => String::new(),
    };
    let (id, name, base) = (&pen.one(at).name, pen.variable(at), pen.base(at, figures.n));
    let median = plain(summary.median)?;
    let mean = plain(summary.mean.value()?)?;
    let unit = if pen.is_ja() || unit.is_empty() { unit } else { format!(" {unit}") };
    let weak = figures.n < pen.form().survey().quoting.min_base;
    let both = words!(
        "{name}は、中央値が[{median}{unit}](median:{id})、平均が[{mean}{unit}](average:{id})である（回答{base}）。";
        "{name}: median [{median}{unit}](median:{id}), mean [{mean}{unit}](average:{id}) ({base} answered).");
    let one =
        words!("{name}の中央値は[{median}](median:{id})である。"; "{name}: median [{median}](median:{id}).");
    let apart = words!(
        "{name}は、中央値が[{median}](median:{id})、平均が[{mean}](average:{id})である（単位：{0}）。", unit.trim();
        "{name}: median [{median}](median:{id}), mean [{mean}](average:{id}), in {0}.", unit.trim());
    let none = words!("{name}には{base}が答えた。"; "{base} answered {name}.");
    let options = if weak { vec![none] } else { vec![both, apart, one, none] };
    Some(options.iter().map(|words| sentence(pen, &pen.say(words))).collect())
}

/// With one decimal where there is one.
fn plain(value: f64) -> Option<String> {
    let percent = digits(Ratio::from_float(value)?);
    Some(percent.trim_end_matches('%').trim_end_matches(".0").to_owned())
}
