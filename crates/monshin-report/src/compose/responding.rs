//! What became of every case: dispositions, rates with their formulas, class by class.

use monshin_diag::{Words, words};
use monshin_tabulate::estimate::response::Rate;
use monshin_tabulate::frame::{Disposition, DispositionCounts};
use monshin_tabulate::{Cases, CasesBy, CasesRow};

use super::figures::{percent_text, withheld};
use super::setting::Setting;
use super::{anchor, evenness, sentences};
use crate::document::{Block, Cell, Column, Kind, Row, RowGroup, Table, grouped};

/// Everything the chapter says of the cases; nothing without a frame.
pub(super) fn blocks(setting: &Setting<'_>) -> Vec<Block> {
    let Some(cases) = &setting.tables.cases else { return Vec::new() };
    let mut tables = vec![dispositions(setting, cases), rates(setting, cases)];
    tables.extend(cases.by.iter().map(|by| by_class(setting, cases, by)));
    let mut blocks: Vec<Block> = tables.into_iter().map(|table| Block::Table(Box::new(table))).collect();
    blocks.extend(evenness::blocks(setting, cases));
    blocks
}

/// The words of the report's language.
pub(super) fn say(setting: &Setting<'_>, words: Words) -> String {
    words.get(setting.lang).to_owned()
}

/// How many were asked, ruled out, came back and are usable, and the rate with its formula.
pub(super) fn facts(setting: &Setting<'_>, cases: &Cases) -> Vec<(String, String)> {
    let many = |count: u64| sentences::how_many(setting, count, setting.unit());
    let total = &cases.total;
    let [out, complete, partial, broken] =
        [Disposition::NotEligible, Disposition::Complete, Disposition::Partial, Disposition::BreakOff]
            .map(|one| total.of(one));
    let usable = many(total.responses());
    let (complete, partial) = (grouped(complete), grouped(partial));
    let came = many(total.responses() + broken);
    let (all, lost, out_of_scope) = (many(total.total()), grouped(broken), many(out));
    let facts = [
        (words!("調査対象数"; "Asked"), words!("{all}（名簿の件数）"; "{all} (on the frame)")),
        (
            words!("うち対象外"; "Of those, not eligible"),
            words!("{out_of_scope}（廃業・重複など）"; "{out_of_scope} (closed, twice in the list)"),
        ),
        (
            words!("回収数"; "Returned"),
            words!("{came}（うち中断により無効 {lost}）"; "{came} (of those, {lost} broken off and not usable)"),
        ),
        (
            words!("有効回答数"; "Usable"),
            words!("{usable}（完了 {complete}、一部回答 {partial}）"; "{usable} ({complete} complete, {partial} partial)"),
        ),
        (words!("有効回答率"; "Response rate"), rate(setting, cases)),
        (words!("有効とする基準"; "What is usable"), rule(cases)),
    ];
    facts.into_iter().map(|(term, fact)| (say(setting, term), say(setting, fact))).collect()
}

/// RR2 in words.
pub(super) fn rate(setting: &Setting<'_>, cases: &Cases) -> Words {
    let unit = setting.unit();
    let usable = grouped(cases.total.responses());
    let (asked, out) = (grouped(cases.total.total()), grouped(cases.total.of(Disposition::NotEligible)));
    match cases.rate(Rate::Rr2).value() {
        None => words!("算出できない（対象外でない調査対象がない）。"; "None: no case is eligible."),
        Some(value) => {
            let percent = fine_percent(value);
            words!("{percent} ＝ 有効回答数 {usable}{unit} ÷（調査対象数 {asked} － 対象外 {out}）。AAPORのRR2に当たる。";
                "{percent}: {usable} usable {unit} of {asked} asked less {out} not eligible (AAPOR RR2).")
        }
    }
}

/// Two decimals below 1 %, where one would say nothing.
pub(super) fn fine_percent(share: f64) -> String {
    if share > 0.0 && share < 0.01 { format!("{:.2}%", share * 100.0) } else { percent_text(share) }
}

fn rule(cases: &Cases) -> Words {
    let [complete, partial] = [cases.rule.complete_from, cases.rule.partial_from]
        .map(|share| format!("{:.1}", share * 100.0).trim_end_matches(".0").to_owned());
    words!("尋ねた設問の{complete}％以上に回答したものを完了、{partial}％以上を一部回答（有効）とし、{partial}％に満たないものは中断として集計から除く。";
        "A return is complete from {complete}% of the questions asked on, partial from {partial}%; below that it is a break-off and left out of the tables.")
}

fn dispositions(setting: &Setting<'_>, cases: &Cases) -> Table {
    let total = cases.total.total();
    let row = |label: String, marks: [&str; 2], count: u64, is_total: bool| {
        let share = match total {
            0 => Cell::words("–"),
            _ => Cell::value(count as f64 / total as f64, percent_text(count as f64 / total as f64)),
        };
        let cells = vec![Cell::words(marks[0]), Cell::words(marks[1]), Cell::count(count), share];
        Row { id: None, label, is_total, cells }
    };
    let mut rows: Vec<Row> = Disposition::ALL
        .into_iter()
        .map(|one| {
            let label = one.label().get(setting.lang).to_owned();
            row(label, [one.number(), one.letter()], cases.total.of(one), false)
        })
        .collect();
    rows.push(row(say(setting, words!("合計"; "Total")), ["", ""], total, true));
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    Table {
        id: "dispositions".to_owned(),
        caption: say(setting, words!("回収区分（AAPOR標準定義）"; "Final dispositions (AAPOR)")),
        base: Some(base(setting, total)),
        columns: vec![
            column(words!("回収区分"; "Disposition"), Kind::Words),
            column(words!("AAPOR番号"; "AAPOR"), Kind::Figures),
            column(words!("記号"; "Letter"), Kind::Figures),
            column(words!("件数"; "Cases"), Kind::Count),
            column(words!("割合"; "Share"), Kind::Share),
        ],
        groups: vec![RowGroup { label: None, rows }],
        notes: vec![say(
            setting,
            words!("回答も連絡もない調査対象は、対象かどうか分からない「返送なし」（UO）とする。";
            "A case of which nothing came back is of unknown eligibility (UO): nobody knows whether it still exists."),
        )],
    }
}

fn base(setting: &Setting<'_>, total: u64) -> String {
    let n = grouped(total);
    say(setting, words!("集計母数：名簿の全件（n={n}）"; "Base: the whole frame (n={n})"))
}

fn rates(setting: &Setting<'_>, cases: &Cases) -> Table {
    let heads = [
        (6, words!("回収率（RR）"; "Response rates (RR)")),
        (4, words!("協力率（COOP）"; "Cooperation rates (COOP)")),
        (3, words!("拒否率（REF）"; "Refusal rates (REF)")),
        (3, words!("接触率（CON）"; "Contact rates (CON)")),
    ];
    let mut rest = Rate::ALL.into_iter();
    let groups = heads.map(|(many, head)| RowGroup {
        label: Some(say(setting, head)),
        rows: rest.by_ref().take(many).map(|rate| rate_row(cases, rate)).collect(),
    });
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    let mut columns = vec![
        column(words!("率"; "Rate"), Kind::Words),
        column(words!("計算式"; "Formula"), Kind::Figures),
        column(words!("分子"; "Above"), Kind::Figures),
        column(words!("分母"; "Below"), Kind::Figures),
        column(words!("値"; "Value"), Kind::Share),
    ];
    if cases.is_weighted {
        columns.push(column(words!("基礎ウエイト付き"; "With base weights"), Kind::Share));
    }
    Table {
        id: "rates".to_owned(),
        caption: say(setting, words!("回収率と関連する率（AAPOR標準定義）"; "Outcome rates (AAPOR)")),
        base: Some(base(setting, cases.total.total())),
        columns,
        groups: groups.to_vec(),
        notes: vec![letters(setting), e_in_words(setting, cases), caution(setting)],
    }
}

fn rate_row(cases: &Cases, rate: Rate) -> Row {
    let figure = cases.rate(rate);
    let number = |value: f64| {
        let tenths = (value * 10.0).round() as u64;
        let whole = grouped(tenths / 10);
        Cell::words(if value.fract() == 0.0 { whole } else { format!("{whole}.{}", tenths % 10) })
    };
    let shown = |value: Option<f64>| match value {
        Some(value) => Cell::value(value, fine_percent(value)),
        None => Cell::words("–"),
    };
    let id = anchor::rate(rate.name(), &[]);
    let mut cells = vec![
        Cell::words(rate.formula()),
        number(figure.numerator),
        number(figure.denominator),
        shown(figure.value()).anchored(id),
    ];
    if cases.is_weighted {
        cells.push(shown(cases.weighted_rate(rate).value()));
    }
    Row { id: None, label: rate.name().to_owned(), is_total: false, cells }
}

fn letters(setting: &Setting<'_>) -> String {
    say(
        setting,
        words!("I：完了、P：一部回答、R：拒否・中断、NC：接触できず、O：その他、U：対象か不明（UH＋UO）、K＝I＋P＋R＋NC＋O。";
        "I complete, P partial, R refusal or break-off, NC non-contact, O other, U unknown (UH + UO), K = I + P + R + NC + O."),
    )
}

/// Where e comes from.
pub(super) fn e_in_words(setting: &Setting<'_>, cases: &Cases) -> String {
    let e = format!("{:.3}", cases.e());
    say(
        setting,
        match cases.rule.eligible_share {
            Some(_) => {
                words!("e（対象か不明な件のうち対象である割合）＝{e}（調査実施者の設定）。"; "e, the share eligible among the unknown, is {e} (stated by the survey).")
            }
            None => {
                words!("e（対象か不明な件のうち対象である割合）＝{e}（対象か否かが分かった件での割合 K÷(K＋対象外)）。"; "e, the share eligible among the unknown, is {e}: that among the known, K/(K + not eligible).")
            }
        },
    )
}

fn caution(setting: &Setting<'_>) -> String {
    say(
        setting,
        words!("RR5・RR6と協力率は、返送のない調査対象を分母に含めない。単独では引用しない。";
        "RR5, RR6 and the cooperation rates leave the silent out of the base. They are not to be quoted alone."),
    )
}

/// Dispositions and rates by the classes of a breakdown.
fn by_class(setting: &Setting<'_>, cases: &Cases, by: &CasesBy) -> Table {
    let label = setting.breakdown_label(by.breakdown);
    let mut rows: Vec<Row> = by.rows.iter().map(|row| class_row(setting, cases, by, row)).collect();
    let mut total = class_cells(cases, cases.total.total(), &cases.total);
    total.iter_mut().for_each(|cell| cell.id = None);
    rows.push(Row { id: None, label: say(setting, words!("合計"; "Total")), is_total: true, cells: total });
    let has_withheld = by.rows.iter().any(|row| row.counts().is_none());
    Table {
        id: format!("cases-{}", setting.breakdown_id(by.breakdown)),
        caption: say(setting, words!("回収状況（{label}別）"; "Dispositions and rates (by {label})")),
        base: Some(base(setting, cases.total.total())),
        columns: class_columns(setting, cases, label),
        groups: vec![RowGroup { label: None, rows }],
        notes: if has_withheld { vec![withheld_note(setting)] } else { Vec::new() },
    }
}

fn class_columns(setting: &Setting<'_>, cases: &Cases, label: &str) -> Vec<Column> {
    let column = |words: Words, kind: Kind| Column::new(say(setting, words), kind);
    let mut columns = vec![
        Column::new(label, Kind::Words),
        column(words!("調査対象"; "Asked"), Kind::Count),
        column(words!("対象外"; "Not eligible"), Kind::Count),
        column(words!("完了"; "Complete"), Kind::Count),
        column(words!("一部回答"; "Partial"), Kind::Count),
        column(words!("拒否・中断"; "Refused, broken off"), Kind::Count),
        column(words!("接触できず・その他"; "Non-contact, other"), Kind::Count),
        column(words!("対象か不明"; "Unknown"), Kind::Count),
        column(words!("RR1（完了）"; "RR1 (complete)"), Kind::Share),
        column(words!("RR2（有効）"; "RR2 (usable)"), Kind::Share),
    ];
    if cases.is_weighted {
        columns.push(column(words!("RR2（基礎ウエイト付き）"; "RR2 (base weights)"), Kind::Share));
    }
    columns
}

/// What x means here.
pub(super) fn withheld_note(setting: &Setting<'_>) -> String {
    say(
        setting,
        words!("x：回答数が少ないか、差し引きで分かるため秘匿。"; "x: withheld, since few responded or it would follow by subtraction."),
    )
}

fn class_row(setting: &Setting<'_>, cases: &Cases, by: &CasesBy, row: &CasesRow) -> Row {
    let class = setting.class(by.breakdown, row.class);
    let hidden = if cases.is_weighted { 9 } else { 8 };
    let cells = match row.counts() {
        None => [vec![Cell::count(row.units)], vec![withheld(); hidden]].concat(),
        Some(counts) => {
            let mut cells = class_cells(cases, row.units, counts);
            let group = [(setting.breakdown_id(by.breakdown), &*class.id)];
            for (cell, rate) in cells[7..].iter_mut().zip([Rate::Rr1, Rate::Rr2]) {
                cell.id = Some(anchor::rate(rate.name(), &group));
            }
            cells
        }
    };
    Row { id: None, label: setting.text(&class.label).to_owned(), is_total: false, cells }
}

fn class_cells(cases: &Cases, units: u64, counts: &DispositionCounts) -> Vec<Cell> {
    use Disposition::{
        Complete, NonContact, NotEligible, Other, Partial, UnknownEligibility, UnknownExistence,
    };
    let sum = |list: &[Disposition]| Cell::count(list.iter().map(|one| counts.of(*one)).sum());
    let rate = |rate: Rate, weighted: bool| match cases.rate_of(counts, rate, weighted).value() {
        Some(value) => Cell::value(value, fine_percent(value)),
        None => Cell::words("–"),
    };
    let mut cells = vec![
        Cell::count(units),
        sum(&[NotEligible]),
        sum(&[Complete]),
        sum(&[Partial]),
        Cell::count(counts.refusals()),
        sum(&[NonContact, Other]),
        sum(&[UnknownExistence, UnknownEligibility]),
        rate(Rate::Rr1, false),
        rate(Rate::Rr2, false),
    ];
    cells.extend(cases.is_weighted.then(|| rate(Rate::Rr2, true)));
    cells
}
