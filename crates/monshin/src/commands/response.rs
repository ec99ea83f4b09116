//! `monshin tabulate --response`: who responded, and how far the silent could move the figures.

use monshin_diag::Lang;
use monshin_tabulate::estimate::response::Rate;
use monshin_tabulate::frame::{Disposition, DispositionCounts};
use monshin_tabulate::{Cases, CasesBy, DIFFERENCES, OutlookLine, Tables, outlook};

use super::tabulate::aligned;
use crate::output::pick;

/// Everything on the terminal.
pub fn text(tables: &Tables, lang: Lang) -> String {
    let page = Page { tables, lang };
    let mut text = match &tables.cases {
        Some(cases) => page.cases(cases),
        None => pick(
            lang,
            format!(
                "名簿（frame.csv）がないため、回収区分と回収率はありません。回答 {} 件\n\n",
                tables.responses
            ),
            format!("No frame (frame.csv), so no dispositions and rates. {} responses\n\n", tables.responses),
        ),
    };
    text.push_str(&page.outlook());
    text
}

struct Page<'t> {
    tables: &'t Tables,
    lang: Lang,
}

impl Page<'_> {
    fn word(&self, ja: &str, en: &str) -> String {
        pick(self.lang, ja.to_owned(), en.to_owned())
    }

    fn cases(&self, cases: &Cases) -> String {
        let mut text = self.word("回収区分（AAPOR）\n", "Final dispositions (AAPOR)\n");
        let rows: Vec<Vec<String>> = Disposition::ALL
            .into_iter()
            .map(|one| {
                let name = format!("{} {}", one.number(), one.label().get(self.lang));
                vec![name, one.letter().to_owned(), cases.total.of(one).to_string()]
            })
            .collect();
        text.push_str(&aligned(&rows));
        text.push_str(&self.word("\n回収率\n", "\nRates\n"));
        let rows: Vec<Vec<String>> = Rate::ALL.into_iter().map(|rate| self.rate(cases, rate)).collect();
        text.push_str(&aligned(&rows));
        text.push_str(&format!("  e = {:.4}\n", cases.e()));
        for by in &cases.by {
            text.push_str(&self.by(cases, by));
        }
        text.push_str(&self.evenness(cases));
        text + "\n"
    }

    fn rate(&self, cases: &Cases, rate: Rate) -> Vec<String> {
        let figure = cases.rate(rate);
        let mut cells = vec![
            format!("{} {}", rate.name(), rate.formula()),
            format!("{}/{}", number(figure.numerator), number(figure.denominator)),
            percent(figure.value()),
        ];
        if cases.is_weighted {
            let weighted = percent(cases.weighted_rate(rate).value());
            cells.push(pick(self.lang, format!("ウエイト付き {weighted}"), format!("weighted {weighted}")));
        }
        cells
    }

    fn by(&self, cases: &Cases, by: &CasesBy) -> String {
        let breakdown = &self.tables.questionnaire.breakdowns()[by.breakdown];
        let label = breakdown.label.get(self.lang.tag());
        let head = ["調査対象", "対象外", "完了", "一部回答", "RR1", "RR2"];
        let head_en = ["asked", "not eligible", "complete", "partial", "RR1", "RR2"];
        let mut rows = vec![vec![self.word("区分", "group")]];
        rows[0].extend(head.iter().zip(head_en).map(|(ja, en)| self.word(ja, en)));
        for row in &by.rows {
            let name = breakdown.codes.codes[usize::from(row.class)].label.get(self.lang.tag());
            let mut cells = vec![name.to_owned(), row.units.to_string()];
            match row.counts() {
                Some(counts) => cells.extend(self.class(cases, counts)),
                None => cells.push(self.word("秘匿", "withheld")),
            }
            rows.push(cells);
        }
        format!("\n{label}\n{}", aligned(&rows))
    }

    fn class(&self, cases: &Cases, counts: &DispositionCounts) -> Vec<String> {
        let count = |one: Disposition| counts.of(one).to_string();
        let rate = |rate: Rate| percent(cases.rate_of(counts, rate, false).value());
        vec![
            count(Disposition::NotEligible),
            count(Disposition::Complete),
            count(Disposition::Partial),
            rate(Rate::Rr1),
            rate(Rate::Rr2),
        ]
    }

    fn evenness(&self, cases: &Cases) -> String {
        let mut rows = vec![vec![
            self.word("R指標", "R-indicator"),
            "R".to_owned(),
            self.word("95%区間", "95% interval"),
            self.word("変動係数", "CV"),
            self.word("偏りの上限", "largest bias"),
        ]];
        for one in cases.evenness() {
            let label = |at: &usize| self.tables.questionnaire.breakdowns()[*at].label.get(self.lang.tag());
            let labels: Vec<&str> = one.breakdowns.iter().map(label).collect();
            let (low, high) = one.indicator.interval;
            rows.push(vec![
                labels.join(" × "),
                format!("{:.2}", one.indicator.r),
                format!("{low:.2}–{high:.2}"),
                one.indicator.cv.map_or("–".to_owned(), |cv| format!("{cv:.2}")),
                one.indicator.worst_bias.map_or("–".to_owned(), |bias| self.points(bias)),
            ]);
        }
        if rows.len() == 1 { String::new() } else { format!("\n{}", aligned(&rows)) }
    }

    fn points(&self, share: f64) -> String {
        pick(self.lang, format!("{:.1}ポイント", share * 100.0), format!("{:.1} points", share * 100.0))
    }

    fn outlook(&self) -> String {
        let found = outlook(self.tables);
        let mut rows = vec![vec![
            self.word("最も多い回答", "most frequent answer"),
            "n".to_owned(),
            self.word("割合", "share"),
        ]];
        match found.population {
            Some(_) => rows[0].extend([
                self.word("何も仮定しない", "nothing assumed"),
                "±20".to_owned(),
                "±10".to_owned(),
                "±5".to_owned(),
                self.word("過半数の境目", "majority turns at"),
            ]),
            None => rows[0].extend(
                ["1%", "10%", "50%"]
                    .map(|rate| self.word(&format!("回収率{rate}なら"), &format!("if {rate} responded"))),
            ),
        }
        rows[0].push(self.word("確定する回収率", "settled from"));
        rows.extend(found.lines.iter().map(|line| self.line(line)));
        let title = match found.population {
            Some(units) => pick(
                self.lang,
                format!("回答しなかった対象による幅（全体 {units}）\n"),
                format!("What nonresponse could do (all: {units})\n"),
            ),
            None => self.word(
                "回答しなかった対象による幅（その数は分からないので、回収率を仮に置く）\n",
                "What nonresponse could do (nobody knows how many did not answer: as if)\n",
            ),
        };
        title + &aligned(&rows)
    }

    fn line(&self, line: &OutlookLine) -> Vec<String> {
        let variable = &self.tables.variables[line.variable];
        let code = variable.codes.as_ref().map(|codes| &codes.codes[usize::from(line.code)].label);
        let answer = code.map_or("", |label| label.get(self.lang.tag()));
        let range = |(low, high): (f64, f64)| format!("{:.1}–{:.1}", low * 100.0, high * 100.0);
        let mut cells =
            vec![format!("{} {answer}", variable.name), line.n.to_string(), percent(Some(line.share))];
        match line.bounds {
            Some(bounds) => {
                cells.push(range(bounds));
                let last = DIFFERENCES.len() - 1;
                let pairs = (0..=last / 2)
                    .filter_map(|at| Some((*line.shifted.get(at)?, *line.shifted.get(last - at)?)));
                cells.extend(pairs.map(range));
                cells.push(percent(line.turning));
            }
            None => cells.extend(line.assumed.iter().map(|bounds| range(*bounds))),
        }
        cells.push(percent(line.settled_from));
        cells
    }
}

fn percent(share: Option<f64>) -> String {
    match share {
        Some(share) if share > 0.0 && share < 0.01 => format!("{:.2}%", share * 100.0),
        Some(share) => format!("{:.1}%", share * 100.0),
        None => "–".to_owned(),
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.1}") }
}
