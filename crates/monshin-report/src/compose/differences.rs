//! The chapter of tests: each group against the rest, table by table; and the claims with what they
//! rest on.

use monshin_diag::{Lang, Words, words};
use monshin_tabulate::estimate::compare::Direction;
use monshin_tabulate::{GroupTest, TableTests};

use super::anchor;
use super::figures::percent_text;
use super::setting::Setting;
use super::{presentation_words, sentences, words as fixed};
use crate::check::evidence::{evidence_words, method_words, p_text, points_text};
use crate::check::{CheckedReport, Evidence};
use crate::claims::Claim;
use crate::document::{Block, Cell, Chapter, Column, Flag, Inline, Kind, Mark, Page, Row, RowGroup, Table};

/// The chapter; `None` where nothing is tested.
pub(super) fn chapter(setting: &Setting<'_>) -> Option<Chapter> {
    let tables = setting.tests.iter().filter(|tests| !tests.against_rest.is_empty());
    let tables: Vec<Block> = tables.map(|tests| Block::Table(Box::new(table(setting, tests)))).collect();
    if tables.is_empty() {
        return None;
    }
    let title = setting.word(fixed::TESTS).to_owned();
    let mut blocks = vec![Block::Paragraph(vec![Inline::Text(how_to_read(setting))])];
    blocks.extend(tables);
    Some(Chapter { id: "tests".to_owned(), short: title.clone(), title, blocks, pages: Vec::new() })
}

fn table(setting: &Setting<'_>, tests: &TableTests) -> Table {
    let variable = &setting.tables.variables[tests.variable];
    let codes = setting.codes(variable);
    // Of two answers one says both.
    let shown = if codes.len() == 2 { &codes[..1] } else { &codes[..] };
    let groups = shown.iter().filter_map(|(at, code)| {
        let rows: Vec<Row> = tests
            .against_rest
            .iter()
            .filter(|test| test.code == *at)
            .map(|test| row(setting, tests, test))
            .collect();
        let label = Some(setting.text(&code.label).to_owned());
        (!rows.is_empty()).then_some(RowGroup { label, rows })
    });
    let title = sentences::by_title(setting, &setting.variable_title(variable), &[tests.by]);
    let rest = setting.word(fixed::AGAINST_REST);
    Table {
        id: format!("tests-{}-by-{}", variable.name, setting.breakdown_id(tests.by)),
        caption: fixed::with_colon(setting.lang, &title, rest),
        base: Some(sentences::base(setting, tests.variable)),
        columns: columns(setting, tests),
        groups: groups.collect(),
        notes: notes(setting, tests, shown),
    }
}

fn columns(setting: &Setting<'_>, tests: &TableTests) -> Vec<Column> {
    let named = |word: fixed::Phrase, kind| Column::new(setting.word(word), kind);
    vec![
        Column::new(setting.breakdown_label(tests.by), Kind::Words),
        Column::new("n", Kind::Count),
        named(fixed::SHARE, Kind::Share),
        named(fixed::SHARE_OF_REST, Kind::Share),
        named(fixed::REST_N, Kind::Count),
        named(fixed::POINTS, Kind::Number(1)),
        Column::new(sentences::interval_head(setting), Kind::Figures),
        named(fixed::P_VALUE, Kind::Number(3)),
        named(fixed::P_HOLM, Kind::Number(3)),
        named(fixed::P_EXPLORED, Kind::Number(3)),
        named(fixed::TEST, Kind::Words),
    ]
}

fn row(setting: &Setting<'_>, tests: &TableTests, test: &GroupTest) -> Row {
    let share = |share: f64| Cell::value(share, percent_text(share));
    let least = setting.questionnaire().survey().quoting.min_base;
    let weak = |n: u64| (n < least).then_some(Flag::Unreliable);
    let p = |p: f64| Cell::value(p, p_text(p).trim_start_matches('=').to_owned());
    let interval = &test.compared.interval;
    let (low, high) = (points_text(interval.lower), points_text(interval.upper));
    let ends = words!("{low}～{high}"; "{low} to {high}").get(setting.lang).to_owned();
    let difference = Cell::value(test.compared.value * 100.0, points_text(test.compared.value));
    Row {
        id: None,
        label: setting.text(&setting.class(tests.by, test.class).label).to_owned(),
        is_total: false,
        cells: vec![
            Cell::count(test.n),
            share(test.share).flagged(weak(test.n)),
            share(test.rest).flagged(weak(test.rest_n)),
            Cell::count(test.rest_n),
            difference.marked(mark(test)),
            Cell::words(ends),
            p(test.compared.p_value),
            p(test.adjusted),
            p(test.explored),
            Cell::words(method_words(test.compared.method).get(setting.lang)),
        ],
    }
}

/// The mark of a difference that stands out.
pub(super) fn mark(test: &GroupTest) -> Option<Mark> {
    let way = if test.compared.value > 0.0 { Mark::Above } else { Mark::Below };
    test.stands_out.then_some(way)
}

fn notes(
    setting: &Setting<'_>,
    tests: &TableTests,
    shown: &[(u16, &monshin_tabulate::instrument::Code)],
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Ok(found) = &tests.association {
        let (method, p, groups) = (method_words(found.method), p_text(found.p_value), tests.groups);
        let words = words!(
            "{groups}区分全体と回答との関連：p{p}（{}）。", method.ja;
            "Association of answers with all {groups} groups: p{p} ({}).", method.en);
        notes.push(words.get(setting.lang).to_owned());
    }
    for (at, code) in shown {
        let Some(test) = tests.trends.iter().find(|test| test.code == *at) else { continue };
        let way = match test.trend.direction {
            Direction::Up => words!("上昇"; "rising"),
            Direction::Down => words!("低下"; "falling"),
            Direction::Flat => words!("なし"; "none"),
        };
        let (p, method) = (p_text(test.adjusted), method_words(test.trend.method));
        let words = words!(
            "「{}」の区分順の傾向：{}、調整後p{p}（{}）。", setting.text(&code.label), way.ja, method.ja;
            "Trend of \"{}\" over the classes in order: {}, adjusted p{p} ({}).", setting.text(&code.label), way.en, method.en);
        notes.push(words.get(setting.lang).to_owned());
    }
    let least = setting.questionnaire().survey().quoting.min_base;
    if tests.against_rest.iter().any(|test| test.n.min(test.rest_n) < least) {
        notes.push(presentation_words::weak(setting));
    }
    if tests.against_rest.iter().any(|test| test.stands_out) {
        notes.push(sentences_of_marks(setting));
    }
    notes
}

/// What ▲ and ▼ mean.
pub(super) fn sentences_of_marks(setting: &Setting<'_>) -> String {
    let level = percent_of_level(setting);
    words!(
        "▲▼（太字）：その区分以外の回答との差が5ポイント以上で、表の中の比較をすべて数えて調整しても{level}％水準で差があるといえる値（Holm）。";
        "▲▼ (bold): 5 points or more from all others who answered, and different at the {level}% level with all comparisons of the table counted (Holm).")
    .get(setting.lang)
    .to_owned()
}

fn percent_of_level(setting: &Setting<'_>) -> f64 {
    (setting.questionnaire().survey().evidence.level * 1000.0).round() / 10.0
}

fn how_to_read(setting: &Setting<'_>) -> String {
    words!(
        "各区分を、その区分を除くすべての回答（残り）と比べる。合計には区分自身が含まれるため、合計とは比べない。調整後のp値は表の中の比較の数を考慮したもの（Holm）、探索的なp値は全ての表の比較をまとめて見たときの偽発見率によるもの（Benjamini–Hochberg）であり、後者は手がかりを探す用に限る。";
        "Each group is compared with all others who answered (the rest), never with a total that contains it. The adjusted p-value allows for the comparisons of the table (Holm). The exploratory one is a false discovery rate over all tables (Benjamini–Hochberg): it serves to look for leads, and no more.")
    .get(setting.lang)
    .to_owned()
}

/// Which tests, in the method note.
pub(super) fn about_tests(setting: &Setting<'_>) -> String {
    let level = percent_of_level(setting);
    let adjust = match setting.questionnaire().survey().evidence.adjust {
        monshin_tabulate::instrument::EvidenceAdjustment::Holm => words!("Holm法"; "Holm"),
        monshin_tabulate::instrument::EvidenceAdjustment::BenjaminiHochberg => {
            words!("Benjamini–Hochberg法"; "Benjamini–Hochberg")
        }
        monshin_tabulate::instrument::EvidenceAdjustment::None => words!("調整なし"; "none"),
    };
    let kind = if setting.tables.weighted {
        words!(
            "重み付きの割合は線形化した分散によるラオ・スコット検定（回答が少ないとき、または全員が同じ回答のときは有効標本サイズでのフィッシャーの正確検定）";
            "weighted shares by Rao–Scott F with linearised variance (few answers, or all alike: Fisher's exact test on effective sizes)")
    } else {
        words!(
            "期待度数が5未満または回答が40件未満のときはフィッシャーの正確検定、それ以外はラオ・スコット検定、差の区間はNewcombe法";
            "Fisher's exact test where an expected count is below 5 or fewer than 40 answered, else Rao–Scott F; intervals of differences by Newcombe")
    };
    words!(
        "区分はその区分以外の回答と比べる（{}）。順序のある区分の傾向はコクラン・アーミテージ検定などによる。有意水準は{level}％、表の中の比較はHolm法、本文の比較の主張は本文全体で調整する（{}）。検定には公表した値だけを用い、秘匿した値は用いない。検定は回答者を無作為に得たとみなした偶然の幅だけを扱い、無回答による偏りは扱わない。", kind.ja, adjust.ja;
        "A group is compared with all others who answered ({}). Trends over ordered classes by Cochran–Armitage and its like. The level is {level}%; p-values are adjusted within a table by Holm, and over all comparisons that the text makes ({}). Tests use released figures only, nothing that is withheld. They allow for chance as if the respondents had been drawn at random, not for bias from nonresponse.", kind.en, adjust.en)
    .get(setting.lang)
    .to_owned()
}

/// A page of the annex: every comparison of the text with its test and grade. `None` without any.
pub(super) fn claims_page(setting: &Setting<'_>, report: &CheckedReport) -> Option<Page> {
    let links = report.narrative().links();
    let rows: Vec<Row> = links
        .iter()
        .zip(report.claims())
        .enumerate()
        .filter_map(|(at, (link, checked))| {
            let evidence = checked.evidence.as_ref()?;
            let claim = link.claim.as_ref().ok()?;
            Some(claim_row(setting, at, &link.words, claim, &checked.value, evidence))
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let table = Table {
        id: "claims".to_owned(),
        caption: setting.word(fixed::CLAIMS).to_owned(),
        base: None,
        columns: vec![
            Column::new(setting.word(fixed::WORDS_OF_CLAIM), Kind::Words),
            Column::new(setting.word(fixed::GRADE), Kind::Figures),
            Column::new(setting.word(fixed::FIGURES_OF_CLAIM), Kind::Words),
            Column::new(setting.word(fixed::EVIDENCE), Kind::Words),
        ],
        groups: vec![RowGroup { label: None, rows }],
        notes: vec![grades_note(setting)],
    };
    let title = setting.word(fixed::CLAIMS).to_owned();
    Some(Page {
        id: "annex.claims".to_owned(),
        kicker: None,
        title,
        blocks: vec![Block::Table(Box::new(table))],
    })
}

fn claim_row(
    setting: &Setting<'_>,
    at: usize,
    text: &str,
    claim: &Claim,
    value: &Words,
    evidence: &Evidence,
) -> Row {
    let adjust = setting.questionnaire().survey().evidence.adjust;
    let line = evidence_words(evidence, setting.tables.level, adjust);
    let text = match setting.lang {
        Lang::Ja => format!("{}. 「{text}」", at + 1),
        Lang::En => format!("{}. \"{text}\"", at + 1),
    };
    Row {
        id: Some(anchor::claim(at)),
        label: format!("{text} {claim}"),
        is_total: false,
        cells: vec![
            Cell::words(evidence.grade.words().get(setting.lang)),
            Cell::words(value.get(setting.lang)),
            Cell::words(line.get(setting.lang)),
        ],
    }
}

fn grades_note(setting: &Setting<'_>) -> String {
    let level = percent_of_level(setting);
    words!(
        "「支持される」は、本文のすべての比較を数えて調整したうえで{level}％水準で支持されること。「回答の範囲でのみ」は、回答の値としては正しいが検定では支持されないこと。「検定できない」は、公表した集計表からは検定できないこと。";
        "Supported: at the {level}% level, all comparisons of the text counted. Directional only: true of those who answered, not supported by its test. Not testable: the released tables do not allow a test.")
    .get(setting.lang)
    .to_owned()
}
