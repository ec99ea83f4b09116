//! How far those who did not answer could move the overall figures: chart, table and plain words.

use monshin_diag::{Words, words};
use monshin_tabulate::{ASSUMED_RESPONSE, DIFFERENCES, Outlook, OutlookLine, Weighted, outlook};

use super::charts;
use super::evenness::signed;
use super::figures::{interval_text, no_base, omitted, percent_text, withheld};
use super::presentation_words;
use super::responding::{fine_percent, say};
use super::setting::Setting;
use crate::chart::{Chart, RangeRow, Ranges, Reference};
use crate::document::{Block, Cell, Column, Figure, Flag, Kind, Page, Row, RowGroup, Table};

/// The page; `None` where there is no single-choice question with an answer.
pub(super) fn page(setting: &Setting<'_>) -> Option<Page> {
    let found = outlook(setting.tables);
    let first = found.lines.first()?;
    let mut blocks: Vec<Block> = opening(setting, first).into_iter().map(Block::words).collect();
    blocks.push(Block::Figure(Box::new(figure(setting, &found))));
    blocks.push(Block::Table(Box::new(table(setting, &found))));
    blocks.push(Block::Table(Box::new(conclusions(setting, &found))));
    if found.lines.iter().any(|line| !line.by.is_empty()) {
        blocks.push(Block::Table(Box::new(weighted_table(setting, &found))));
    }
    let title = say(
        setting,
        words!("回答しなかった対象は結果をどこまで動かしうるか"; "How far those who did not answer could move the figures"),
    );
    Some(Page { id: "nonresponse".to_owned(), kicker: None, title, blocks })
}

/// 「Q1 許可「はい」」.
fn label(setting: &Setting<'_>, line: &OutlookLine) -> String {
    let variable = &setting.tables.variables[line.variable];
    let title = setting.variable_title(variable);
    let codes = variable.codes.as_ref().map(|codes| &codes.codes[usize::from(line.code)]);
    let answer = codes.map_or("", |code| setting.text(&code.label));
    say(setting, words!("{title}「{answer}」"; "{title}: {answer}"))
}

/// The most honest figure of the report in a few sentences.
fn opening(setting: &Setting<'_>, first: &OutlookLine) -> Vec<String> {
    let (what, share) = (label(setting, first), percent_text(first.share));
    let mut words = vec![say(
        setting,
        words!(
        "信頼区間は偶然の幅だけを示し、回答しなかった対象が回答者と違うことによるずれを含まない。ここでは、そのずれがどこまでありうるかを示す。各設問で最も多かった回答（「わからない」などを除く）について計算する。";
        "Intervals show the play of chance alone, not what happens if those who did not answer differ from those who did. This page shows how far that could go, for the most frequent answer of each question (don't know and the like apart)."),
    )];
    match (first.nonresponse, first.bounds) {
        (Some(m), Some((low, high))) => {
            let (silent, low, high) = (fine_percent(m), fine_percent(low), fine_percent(high));
            words.push(say(setting, words!(
                "例えば{what}は回答者の{share}だが、調査対象の{silent}は回答していない。回答しなかった対象について何も仮定しなければ、調査対象全体での割合は{low}から{high}までのどこにでもありうる。";
                "“{what}” is the answer of {share} of those who answered; but {silent} of those asked did not answer. If nothing is assumed of them, the share among all may lie anywhere from {low} to {high}.")));
            words.push(turning(setting, first));
        }
        _ => words.push(without_population(setting, first)),
    }
    words
}

fn turning(setting: &Setting<'_>, line: &OutlookLine) -> String {
    let is_majority = line.share > 0.5;
    say(
        setting,
        match (line.turning.map(percent_text), is_majority) {
            (Some(at), true) => words!(
            "回答しなかった対象での割合が{at}を下回れば、全体では過半数でなくなる。";
            "If the share among those who did not answer is below {at}, it is no majority of all."),
            (Some(at), false) => words!(
            "回答しなかった対象での割合が{at}を上回れば、全体では過半数になる。";
            "If the share among those who did not answer is above {at}, it is a majority of all."),
            (None, true) => words!(
            "回答しなかった対象がどう答えたとしても、全体で過半数であることは変わらない。";
            "Whatever those who did not answer would have said, it stays a majority of all."),
            (None, false) => words!(
            "回答しなかった対象がどう答えたとしても、全体で過半数になることはない。";
            "Whatever those who did not answer would have said, it is no majority of all."),
        },
    )
}

/// Members were asked and institutions answered, or nobody stated how many were asked.
fn without_population(setting: &Setting<'_>, first: &OutlookLine) -> String {
    let unit = setting.unit();
    let invited = setting.tables.fieldwork.invited.as_ref().and_then(|one| one.other_unit.as_ref());
    let needed = first.settled_from.map_or("–".to_owned(), percent_text);
    let (what, share) = (label(setting, first), percent_text(first.share));
    let why = match invited.map(|unit| setting.text(unit)) {
        Some(asked) => {
            words!("調査対象は「{asked}」、回答は「{unit}」で数えられており、回答しなかった{unit}がいくつあるかは分からない。";
            "It was {asked} that were asked and {unit} that answered, so nobody knows how many {unit} did not answer.")
        }
        None => words!("調査対象の数が記録されておらず、回答しなかった{unit}がいくつあるかは分からない。";
            "It was not recorded how many were asked, so nobody knows how many {unit} did not answer."),
    };
    let (why_ja, why_en) = (why.ja, why.en);
    say(
        setting,
        words!(
        "{why_ja}そこで、回収率を仮に1％、10％、50％とした場合の幅を示す。例えば{what}（回答者の{share}）が全体で過半数かどうかは、全{unit}の{needed}以上が回答していなければ、回答しなかった{unit}しだいで変わりうる。";
        "{why_en} The ranges are therefore shown for response rates of 1%, 10% and 50%, as if. Whether “{what}” ({share} of those who answered) is a majority of all depends on those who did not answer, unless at least {needed} of all {unit} responded."),
    )
}

/// The names of the bands, the outermost first.
fn bands(found: &Outlook) -> Vec<Words> {
    if found.population.is_none() {
        let band = |rate: &f64| {
            let rate = percent_text(*rate);
            let rate = rate.replace(".0%", "%");
            words!("回収率が{rate}だった場合"; "if {rate} had responded")
        };
        return ASSUMED_RESPONSE.iter().map(band).collect();
    }
    vec![
        words!("何も仮定しない"; "nothing assumed"),
        words!("回答者との差が20ポイントまで"; "those who did not answer within 20 points of those who did"),
        words!("10ポイントまで"; "within 10 points"),
        words!("5ポイントまで"; "within 5 points"),
    ]
}

/// From where to where, band by band.
fn ranges_of(line: &OutlookLine) -> Vec<(f64, f64)> {
    let Some(bounds) = line.bounds else { return line.assumed.clone() };
    let pairs = DIFFERENCES.len() / 2;
    let pair = |at: usize| Some((*line.shifted.get(at)?, *line.shifted.get(DIFFERENCES.len() - 1 - at)?));
    std::iter::once(bounds).chain((0..pairs).filter_map(pair)).collect()
}

fn figure(setting: &Setting<'_>, found: &Outlook) -> Figure {
    let row = |line: &OutlookLine| RangeRow {
        label: label(setting, line),
        base: format!("n={}", crate::document::grouped(line.n)),
        share: line.share,
        text: percent_text(line.share),
        bands: ranges_of(line),
    };
    let chart = Chart::Ranges(Ranges {
        bands: bands(found).into_iter().map(|words| say(setting, words)).collect(),
        rows: found.lines.iter().map(row).collect(),
        reference: Some(Reference { at: 0.5, label: "50%".to_owned() }),
    });
    Figure {
        id: "figure-nonresponse".to_owned(),
        caption: say(
            setting,
            words!("調査対象全体での割合がありうる範囲"; "Where the share among all could lie"),
        ),
        base: None,
        alternative: charts::alternative(&chart, setting.lang),
        notes: vec![say(
            setting,
            words!("◇は回答者での割合、帯は全体での割合がありうる範囲。信頼区間ではない。";
            "◇ is the share among those who answered; bands show where the share among all could lie. They are no confidence intervals."),
        )],
        chart,
    }
}

/// The bands as heads of columns.
fn heads(found: &Outlook) -> Vec<Words> {
    if found.population.is_none() {
        return bands(found);
    }
    let within = [20, 10, 5].map(|points| words!("差が±{points}まで"; "within ±{points}"));
    std::iter::once(words!("何も仮定しない"; "nothing assumed")).chain(within).collect()
}

fn table(setting: &Setting<'_>, found: &Outlook) -> Table {
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    let mut columns = vec![
        column(words!("設問と回答"; "Question and answer"), Kind::Words),
        Column::new("n", Kind::Count),
        column(words!("回答者の割合"; "Those who answered"), Kind::Share),
    ];
    let over =
        say(setting, words!("全体での割合がありうる範囲（％）"; "Where the share among all could lie (%)"));
    columns.extend(heads(found).into_iter().map(|band| column(band, Kind::Figures).under(&over)));
    let rows = found.lines.iter().map(|line| {
        let mut cells = vec![Cell::count(line.n), share(setting, line)];
        cells.extend(ranges_of(line).iter().map(|(low, high)| Cell::words(interval_text(*low, *high))));
        Row { id: None, label: label(setting, line), is_total: false, cells }
    });
    Table {
        id: "nonresponse-ranges".to_owned(),
        caption: say(setting, words!("回答しなかった対象による幅"; "What nonresponse could do")),
        base: found.population.map(|units| {
            let (units, unit) = (crate::document::grouped(units), setting.unit());
            say(setting, words!("全体：対象外を除く調査対象 {units}{unit}"; "All: {units} {unit} asked, those not eligible left out"))
        }),
        columns,
        groups: vec![RowGroup { label: None, rows: rows.collect() }],
        notes: notes(setting, found),
    }
}

fn share(setting: &Setting<'_>, line: &OutlookLine) -> Cell {
    let is_weak = line.n < setting.questionnaire().survey().quoting.min_base;
    Cell::value(line.share, percent_text(line.share)).flagged(is_weak.then_some(Flag::Unreliable))
}

/// What would have to be so for a majority to turn, or to be certain.
fn conclusions(setting: &Setting<'_>, found: &Outlook) -> Table {
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    let mut columns = vec![
        column(words!("設問と回答"; "Question and answer"), Kind::Words),
        column(words!("回答者の割合"; "Those who answered"), Kind::Share),
    ];
    if found.population.is_some() {
        columns.push(column(
            words!("境目となる未回答者の割合"; "Share of the silent at which it turns"),
            Kind::Figures,
        ));
    }
    columns.push(column(words!("確定する回収率"; "Response rate that settles it"), Kind::Figures));
    let rows = found.lines.iter().map(|line| {
        let mut cells = vec![share(setting, line)];
        if found.population.is_some() {
            let none = say(setting, words!("変わらない"; "never"));
            cells.push(Cell::words(line.turning.map_or(none, percent_text)));
        }
        cells.push(line.settled_from.map_or_else(no_base, |rate| Cell::words(percent_text(rate))));
        Row { id: None, label: label(setting, line), is_total: false, cells }
    });
    Table {
        id: "nonresponse-majority".to_owned(),
        caption: say(
            setting,
            words!("全体で過半数かどうかが変わる条件"; "When a majority of all would turn"),
        ),
        base: None,
        columns,
        groups: vec![RowGroup { label: None, rows: rows.collect() }],
        notes: vec![say(
            setting,
            words!("境目：回答しなかった対象での割合がこれを越えると、全体で過半数かどうかが入れ替わる。確定する回収率：これ以上が回答していれば、残りがどう答えても変わらない。";
            "It turns where the share among those who did not answer crosses this. From the response rate that settles it on, it stands whatever the others would have said."),
        )],
    }
}

fn notes(setting: &Setting<'_>, found: &Outlook) -> Vec<String> {
    let least = setting.questionnaire().survey().quoting.min_base;
    let weak = found.lines.iter().any(|line| line.n < least).then(|| presentation_words::weak(setting));
    let rest = [
        say(
            setting,
            words!("何も仮定しない範囲は [(1－m)p, (1－m)p＋m]（p：回答者の割合、m：回答しなかった割合。無回答も含む）。";
            "With nothing assumed: [(1−m)p, (1−m)p + m], p the share among those who answered, m the share that did not (blanks among them)."),
        ),
        say(
            setting,
            words!("一部の対象にだけ尋ねた設問では、回答しなかった対象にも回答者と同じ割合で尋ねたはずとみなした。";
            "Where a question was asked of some only, those who did not respond are taken to be asked it as often as those who did."),
        ),
    ];
    weak.into_iter().chain(rest).collect()
}

/// The shares weighted to each breakdown of the frame.
fn weighted_table(setting: &Setting<'_>, found: &Outlook) -> Table {
    let breakdowns: Vec<usize> =
        found.lines.first().map(|line| line.by.iter().map(|(by, _)| *by).collect()).unwrap_or_default();
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    let mut columns = vec![
        column(words!("設問と回答"; "Question and answer"), Kind::Words),
        column(words!("回答者の割合"; "Those who answered"), Kind::Share),
    ];
    for by in &breakdowns {
        let label = setting.breakdown_label(*by);
        let over = say(setting, words!("{label}の構成に合わせた割合"; "Weighted to the frame by {label}"));
        columns.push(column(words!("割合"; "Share"), Kind::Share).under(&over));
        columns.push(column(words!("差（ポイント）"; "Difference (points)"), Kind::Figures).under(&over));
    }
    let of_lines = || found.lines.iter().flat_map(|line| &line.by);
    let has_omitted = of_lines().any(|(_, weighted)| *weighted == Weighted::Omitted);
    let rows = found.lines.iter().map(|line| {
        let mut cells = vec![Cell::value(line.share, percent_text(line.share))];
        for by in &breakdowns {
            let found = line.by.iter().find(|(at, _)| at == by).map(|(_, weighted)| *weighted);
            cells.extend(weighted_cells(line, found));
        }
        Row { id: None, label: label(setting, line), is_total: false, cells }
    });
    Table {
        id: "nonresponse-weighted".to_owned(),
        caption: say(setting, words!("名簿の構成に合わせた場合の割合"; "Shares weighted to the frame")),
        base: None,
        columns,
        groups: vec![RowGroup { label: None, rows: rows.collect() }],
        notes: vec![say(
            setting,
            words!("区分ごとの割合を名簿の件数（対象外を除く）で重み付けした（事後層化）。*：回答のない区分を除き、名簿の一部だけを表す。x：秘匿した区分を含むため示さない。";
            "Class shares weighted by the frame, those not eligible left out (post-stratification). *: classes without an answer left out, so it speaks for a part of the frame only. x: a class is withheld."),
        )]
        .into_iter()
        .chain(has_omitted.then(|| presentation_words::omitted(setting)))
        .collect(),
    }
}

fn weighted_cells(line: &OutlookLine, found: Option<Weighted>) -> [Cell; 2] {
    match found {
        Some(Weighted::Share(one)) => {
            let mark = if one.covered < 1.0 { "*" } else { "" };
            let text = format!("{}{mark}", percent_text(one.share));
            [Cell::value(one.share, text), Cell::words(signed((one.share - line.share) * 100.0))]
        }
        Some(Weighted::Withheld) => [withheld(), withheld()],
        Some(Weighted::Omitted) => [omitted(), omitted()],
        Some(Weighted::None) | None => [no_base(), no_base()],
    }
}
