//! A chart of every kind.

use crate::chart::Row;
use crate::chart::*;

const BEDS: [(&str, u64, u64); 9] = [
    ("無床診療所（医科）", 262, 430),
    ("無床診療所（歯科）", 91, 170),
    ("有床診療所（1～19床）", 47, 70),
    ("20～99床", 57, 75),
    ("100～199床", 57, 65),
    ("200～299床", 28, 30),
    ("300～399床", 24, 25),
    ("400～499床", 14, 14),
    ("500床以上", 18, 18),
];

pub(super) const FOUNDERS: [(&str, u64, u64); 13] = [
    ("国", 2, 3),
    ("都道府県・市町村", 10, 30),
    ("公的医療機関（日本赤十字社、済生会、厚生連など）", 6, 24),
    ("社会保険団体", 0, 0),
    ("公益法人", 20, 20),
    ("医療法人", 54, 175),
    ("私立大学法人", 6, 6),
    ("社会福祉法人", 1, 2),
    ("医療生協", 4, 12),
    ("医師会", 9, 9),
    ("個人", 67, 304),
    ("その他法人", 4, 12),
    ("その他", 0, 0),
];

pub(super) fn wilson(x: u64, n: u64) -> (f64, f64) {
    let (x, n, z) = (x as f64, n as f64, 1.959_963_984_540_054_f64);
    let p = x / n;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let (middle, scale) = (p + z * z / (2.0 * n), 1.0 + z * z / n);
    (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn part(x: u64, n: u64) -> Part {
    let share = x as f64 / n as f64;
    Part { is_shown: true, share, text: percent(share), interval: Some(wilson(x, n)) }
}

fn row(label: &str, x: u64, n: u64, both: bool) -> Row {
    let bar = match n {
        0 => Bar::Absent("–（該当する回答なし）".into()),
        1..3 => Bar::Absent("x（秘匿：母数3未満）".into()),
        _ => {
            let parts = if both { vec![part(x, n), part(n - x, n)] } else { vec![part(x, n)] };
            Bar::Parts { parts, weak: n < 30 }
        }
    };
    let base = if n < 30 { format!("n={n} ※") } else { format!("n={n}") };
    Row { label: label.into(), base, bar, is_total: label == "全体" }
}

pub(crate) fn stacked(groups: &[(&str, u64, u64)], all: (u64, u64)) -> Stacked {
    let mut rows = vec![row("全体", all.0, all.1, true)];
    rows.extend(groups.iter().map(|(label, x, n)| row(label, *x, *n, true)));
    let series = ["はい", "いいえ（わからない）"].map(|label| Series { label: label.into(), aside: false });
    let at = all.0 as f64 / all.1 as f64;
    Stacked {
        series: series.to_vec(),
        rows,
        reference: Some(Reference { at, label: format!("全体 {}", percent(at)) }),
    }
}

/// Every kind of chart, with a name for each.
pub(crate) fn charts() -> Vec<(&'static str, Chart)> {
    vec![
        ("stacked-one", Chart::Stacked(stacked(&[], (598, 897)))),
        ("stacked-beds", Chart::Stacked(stacked(&BEDS, (598, 897)))),
        ("stacked-founders", Chart::Stacked(stacked(&FOUNDERS, (183, 598)))),
        ("stacked-five", Chart::Stacked(five())),
        ("bars", Chart::Bars(bars())),
        ("clusters", Chart::Bars(clusters())),
        ("dots", Chart::Dots(dots())),
        ("histogram", Chart::Histogram(histogram())),
        ("boxes", Chart::Boxes(boxes())),
        ("ranges", Chart::Ranges(ranges())),
        ("routing", Chart::Routing(routing())),
        ("empty", Chart::Stacked(Stacked::default())),
    ]
}

fn ranges() -> Ranges {
    let row = |label: &str, share: f64, m: f64| {
        let known = (1.0 - m) * share;
        let shift = |d: f64| known + m * (share + d).clamp(0.0, 1.0);
        let bands = vec![
            (known, known + m),
            (shift(-0.2), shift(0.2)),
            (shift(-0.1), shift(0.1)),
            (shift(-0.05), shift(0.05)),
        ];
        RangeRow { label: label.into(), base: "n=598".into(), share, text: percent(share), bands }
    };
    Ranges {
        bands: ["何も仮定しない", "20ポイントまで", "10ポイントまで", "5ポイントまで"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![row("Q1 許可「はい」", 0.667, 0.992), row("Q6 契約「いいえ（わからない）」", 0.97, 0.3)],
        reference: Some(Reference { at: 0.5, label: "50%".into() }),
    }
}

fn five() -> Stacked {
    let labels = ["毎月", "四半期に1回", "年に1回", "実施していない", "わからない"];
    let series =
        labels.iter().map(|label| Series { label: (*label).into(), aside: *label == "わからない" }).collect();
    let row = |label: &str, counts: [u64; 5]| {
        let n: u64 = counts.iter().sum();
        let parts = counts.iter().map(|x| part(*x, n)).collect();
        let bar = Bar::Parts { parts, weak: n < 30 };
        Row { label: label.into(), base: format!("n={n}"), bar, is_total: false }
    };
    let rows = vec![
        row("無床診療所", [12, 30, 44, 120, 40]),
        row("有床診療所", [10, 20, 12, 9, 2]),
        row("病院", [3, 5, 8, 6, 2]),
    ];
    Stacked { series, rows, reference: None }
}

fn bars() -> Bars {
    let mut rows: Vec<_> = FOUNDERS.iter().map(|(label, x, n)| row(label, *x, *n, false)).collect();
    rows.insert(0, row("全体", 183, 598, false));
    let reference = Some(Reference { at: 183.0 / 598.0, label: "全体 30.6%".into() });
    Bars { clusters: vec![Cluster { heading: None, rows }], reference }
}

fn clusters() -> Bars {
    let cluster = |heading: &str, shift: u64| Cluster {
        heading: Some(heading.into()),
        rows: BEDS[..3].iter().map(|(label, x, n)| row(label, x - shift, *n, false)).collect(),
    };
    Bars {
        clusters: vec![
            cluster("電子カルテシステムまたは医事会計システムの端末に導入している（サーバを含む）", 0),
            cluster("導入していない", 40),
        ],
        reference: None,
    }
}

fn dots() -> Dots {
    let series = [("診療所", "#0b3a75"), ("病院", "#c05a00"), ("介護施設", "#00745a"), ("薬局", "#8a3b86")];
    let of = |at: usize, (x, n): (u64, u64)| DotRow {
        series: at,
        base: format!("n={n}"),
        bar: row("", x, n, false).bar,
    };
    let cluster = |heading: &str, counts: [(u64, u64); 4]| DotCluster {
        heading: Some(heading.into()),
        rows: counts.into_iter().enumerate().map(|(at, counts)| of(at, counts)).collect(),
        is_unlike: false,
    };
    Dots {
        series: series.map(|(label, color)| DotSeries { label: label.into(), color: color.into() }).to_vec(),
        clusters: vec![
            cluster("リモートメンテナンスを許可している", [(210, 320), (196, 240), (60, 180), (12, 14)]),
            cluster(
                "電子カルテシステムのバックアップを、ネットワークから切り離して保管している",
                [(0, 300), (100, 100), (1, 2), (0, 0)],
            ),
        ],
        is_slope: false,
    }
}

/// Two waves: one thing has no figure in the second, one was asked of others, several lie close together.
pub(crate) fn slopes() -> Dots {
    let all = dots();
    let cluster = |heading: &str, first: (u64, u64), second: (u64, u64)| DotCluster {
        heading: Some(heading.into()),
        rows: [first, second]
            .into_iter()
            .enumerate()
            .map(|(series, (x, n))| DotRow { series, base: format!("n={n}"), bar: row("", x, n, false).bar })
            .collect(),
        is_unlike: heading.starts_with("機器"),
    };
    Dots {
        series: all.series[..2].to_vec(),
        clusters: vec![
            cluster("リモートメンテナンスを許可している", (210, 320), (230, 340)),
            cluster("機器の名称と版を把握している", (205, 320), (232, 340)),
            cluster(
                "電子カルテシステムのバックアップを、ネットワークから切り離して保管している",
                (200, 320),
                (228, 340),
            ),
            cluster("サイバー攻撃を想定した事業継続計画がある", (0, 300), (340, 340)),
            cluster("該当なし", (1, 2), (0, 0)),
        ],
        is_slope: true,
    }
}

fn histogram() -> Histogram {
    let bins = (0..12).map(|at| {
        let value = f64::from([40, 120, 90, 60, 31, 20, 11, 5, 0, 2, 0, 1][at]);
        Bin { label: format!("{}～{}", at * 10, at * 10 + 9), value, text: format!("{value}") }
    });
    Histogram { bins: bins.collect(), axis: "VPN機器の台数（n=380）".into() }
}

fn boxes() -> Boxes {
    let row = |label: &str, n: u64, q: [f64; 4]| BoxRow {
        label: label.into(),
        base: format!("n={n}"),
        summary: match n {
            0..3 => Err("x（秘匿：母数3未満）".into()),
            _ => Ok(Summary { q1: q[0], median: q[1], q3: q[2], mean: q[3], text: format!("{}台", q[1]) }),
        },
        weak: n < 30,
    };
    Boxes {
        rows: vec![
            row("全体", 380, [4.0, 12.0, 25.0, 17.3]),
            row("200床以上", 12, [30.0, 44.0, 71.0, 52.0]),
            row("国", 2, [0.0; 4]),
        ],
        unit: "台".into(),
        reach: 0.0,
    }
}

pub(crate) fn routing() -> Routing {
    let node =
        |name: &str, text: &str, n: u64, parents: &[usize], condition: &str, section: Option<&str>| Node {
            name: name.into(),
            text: text.into(),
            base: format!("n={n}"),
            parents: parents.to_vec(),
            condition: condition.into(),
            section: section.map(str::to_owned),
        };
    let remote = "① リモートメンテナンス用製品の利用・把握状況";
    Routing {
        nodes: vec![
            node(
                "Q1",
                "院内の医療情報システムのうち、１つでも、外部ITベンダによるリモートメンテナンスを許可していますか",
                897,
                &[],
                "",
                Some(remote),
            ),
            node(
                "Q2",
                "ネットワーク機器（VPN機器）の製品情報、バージョン情報は把握できていますか。",
                598,
                &[0],
                "Q1で「はい」と回答",
                None,
            ),
            node(
                "Q3",
                "その製品は2022年10月に脆弱性報告がされたFortinet社製品を利用していますか。",
                183,
                &[1],
                "Q2で「はい」と回答",
                Some("②-A Fortinet社リモートメンテナンス用製品"),
            ),
            node(
                "Q4",
                "自院として外部ITベンダに対応指示を行う、あるいは外部ITベンダから報告があり対応を行っていますか？",
                8,
                &[2],
                "Q3で「はい」と回答",
                None,
            ),
            node(
                "Q5",
                "脆弱性パッチ適用を最新情報に基づき、定期的に対応を行っていますか？",
                175,
                &[2],
                "Q3で「いいえ」と回答",
                Some("②-B それ以外の製品"),
            ),
            node("Q6", "責任分界を取り交わしていますか", 897, &[], "", Some("③ リスクコミュニケーション")),
            node(
                "Q7",
                "一定の頻度（定期的）に基づき報告を受け、内容の確認を行っていますか？",
                897,
                &[],
                "",
                None,
            ),
            node(
                "Q8",
                "分かりやすく役に立つ報告内容の水準となっていますか。",
                118,
                &[6],
                "Q7で「はい」と回答",
                None,
            ),
        ],
    }
}
