//! A document with every kind of block and chart, for the renderers' tests: some figures of the
//! seed's survey, as the composition will put them.

mod charts;

use monshin_diag::Lang;

use crate::chart::Chart;
use crate::document::*;
use charts::{FOUNDERS, percent, wilson};
pub(crate) use charts::{charts, slopes, stacked};

fn table(id: &str, groups: &[(&str, u64, u64)]) -> Table {
    let figures = |x: u64, n: u64, id: String| -> Vec<Cell> {
        if n == 0 {
            return vec![Cell::count(0), Cell::words("–").flagged(Some(Flag::NoBase)), Cell::words("–")];
        }
        if n < 3 {
            let x = Cell::words("x").flagged(Some(Flag::Withheld));
            return vec![x.clone(), x.clone().anchored(id), x];
        }
        let (low, high) = wilson(x, n);
        let share = x as f64 / n as f64;
        let flag = (n < 30).then_some(Flag::Unreliable);
        let mark = (n > 200 && share < 0.3).then_some(Mark::Below);
        vec![
            Cell::count(n),
            Cell::value(share, percent(share)).anchored(id).flagged(flag).marked(mark),
            Cell::words(format!("{}–{}", percent(low), percent(high))),
        ]
    };
    let rows = groups.iter().enumerate().map(|(at, (label, x, n))| Row {
        id: Some(format!("{id}-r{at}")),
        label: (*label).into(),
        is_total: false,
        cells: figures(*x, *n, format!("{id}-r{at}-yes")),
    });
    Table {
        id: id.into(),
        caption: "Q2 機器情報の把握 × 開設者".into(),
        base: Some("集計母数：Q1で「はい」と回答した組織（n=598）".into()),
        columns: vec![
            Column::new("開設者", Kind::Words),
            Column::new("n", Kind::Count),
            Column::new("割合", Kind::Share).under("はい"),
            Column::new("95％信頼区間", Kind::Figures).under("はい"),
        ],
        groups: vec![RowGroup { label: None, rows: rows.collect() }],
        notes: vec!["※：集計母数が30未満。x：秘匿。–：該当する回答なし。".into()],
    }
}

/// The document.
pub(crate) fn document() -> Document {
    let claim = |words: &str, target: &str| Inline::Claim {
        runs: vec![Inline::text(words)],
        target: Some(target.into()),
        detail: Some("22.0%（67/304、95％信頼区間 17.7–27.0）".into()),
    };
    let mark = Footmark { id: "fn-1".into(), number: 1 };
    let statements = List {
        ordered: false,
        items: vec![
            vec![Block::Paragraph(vec![
                Inline::text("機器の情報を把握している割合は、個人では"),
                claim("22%", "t-q2-founder-r10-yes"),
                Inline::text("と全体より低い"),
                Inline::FootnoteMark(mark.clone()),
                Inline::text("。"),
            ])],
            vec![Block::Paragraph(vec![
                Inline::Strong(vec![Inline::text("<b>太字</b>")]),
                Inline::text("と"),
                Inline::Code("=1+1".into()),
                Inline::Link { address: "javascript:alert(1)".into(), runs: vec![Inline::text("悪い")] },
            ])],
        ],
    };
    let figure = |name: &str, chart: Chart| {
        Block::Figure(Box::new(Figure {
            id: format!("fig-{name}"),
            chart,
            caption: format!("図 {name}"),
            base: Some("集計母数：Q1で「はい」と回答した組織（n=598）".into()),
            alternative: "全体 30.6％、国 66.7％…".into(),
            notes: vec!["線は95％信頼区間（ウィルソン法）。縞は集計母数30未満。".into()],
        }))
    };
    let mut blocks = vec![Block::List(statements.clone())];
    blocks.extend(charts().into_iter().map(|(name, chart)| figure(name, chart)));
    blocks.push(Block::Table(Box::new(table("t-q2-founder", &FOUNDERS))));
    blocks.push(Block::Footnotes(vec![Footnote {
        mark, runs: vec![Inline::text("同意を得て掲載。")]
    }]));
    let page = Page {
        id: "by-founder-q2".into(),
        kicker: Some("① リモートメンテナンス用製品の利用・把握状況".into()),
        title: "Q2 機器情報の把握（開設者別）".into(),
        blocks,
    };
    let asked = AskedSection {
        title: Some("① リモートメンテナンス用製品".into()),
        questions: vec![Asked {
            name: "Q1".into(),
            text: "外部ITベンダによるリモートメンテナンスを許可していますか".into(),
            hint: Some("１つでも許可していれば「はい」".into()),
            kind: "単一回答".into(),
            answers: vec!["はい".into(), "いいえ（わからない）".into()],
            base: "全員に質問".into(),
        }],
    };
    Document {
        title: "全国保険医団体連合会 セキュリティアンケート調査結果".into(),
        subtitle: Some("一般社団法人医療ISAC".into()),
        language: "ja".into(),
        lang: Lang::Ja,
        facts: vec![
            ("実施期間".into(), "2022年11月15日～12月26日".into()),
            ("回答".into(), "897組織".into()),
        ],
        notices: vec!["本報告書の数値は合成データによるものであり、実際の調査結果ではありません。".into()],
        colophon: vec!["monshin により作成。".into()],
        chapters: vec![
            Chapter {
                id: "questionnaire".into(),
                title: "1. 調査項目".into(),
                short: "調査項目".into(),
                blocks: vec![
                    Block::Questionnaire(vec![asked]),
                    Block::Heading("用語".into()),
                    Block::Definitions(vec![(
                        "集計母数".into(),
                        vec![Inline::text("その設問に回答した組織の数。")],
                    )]),
                ],
                pages: vec![],
            },
            Chapter {
                id: "by-founder".into(),
                title: "2. 開設者別調査結果".into(),
                short: "開設者別".into(),
                blocks: vec![Block::Summary {
                    title: "開設者別総評".into(),
                    blocks: vec![Block::List(statements)],
                }],
                pages: vec![page],
            },
        ],
    }
}
