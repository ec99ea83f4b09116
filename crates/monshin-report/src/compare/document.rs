//! The comparison as a document: what every renderer of reports takes.

mod summary;
mod tables;

use monshin_diag::{Lang, words};
use monshin_tabulate::instrument::{Day, LocalText};

use super::Member;
use super::figures::{Comparison, Figure, Line, NoDifference, Side};
use super::mapping::{Concept, Order};
use super::page_words::{self, What};
use crate::chart::{Bar, Chart, DotCluster, DotRow, DotSeries, Dots, Part};
use crate::compose::charts::alternative;
use crate::compose::words::bracketed;
use crate::document::{
    self, Block, Cell, Chapter, Column, Document, Kind, List, Page, Row, RowGroup, Table, grouped,
};

/// Most concepts of one picture.
const MOST_CONCEPTS: usize = 8;

/// Everything a part needs.
pub(super) struct Setting<'c, 'm> {
    pub of: &'c Comparison<'m>,
    pub tag: &'c str,
    pub lang: Lang,
}

/// The whole comparison in one language.
pub(super) fn document(comparison: &Comparison<'_>, tag: &str) -> Document {
    let lang = Lang::from_tag(tag).unwrap_or(Lang::En);
    let setting = Setting { of: comparison, tag, lang };
    let title = comparison.mapping.title.get(tag);
    let mut chapters = vec![setting.surveys(), setting.results()];
    chapters.extend((0..comparison.by.len()).map(|by| setting.breakdown(by)));
    chapters.push(setting.method());
    for (at, chapter) in chapters.iter_mut().enumerate() {
        chapter.title = format!("{}. {}", at + 1, chapter.title);
    }
    Document {
        title: if title.is_empty() { setting.word(What::Title).to_owned() } else { title.to_owned() },
        subtitle: None,
        language: tag.to_owned(),
        lang,
        facts: setting.facts(),
        notices: setting.notices(),
        colophon: vec![setting.word(What::Colophon).to_owned()],
        chapters,
    }
}

impl Setting<'_, '_> {
    pub(super) fn word(&self, what: What) -> &'static str {
        page_words::text(what, self.lang)
    }

    pub(super) fn survey(&self, at: usize) -> &str {
        self.of.mapping.surveys[at].label.get(self.tag)
    }

    fn text<'t>(&self, text: &'t LocalText) -> &'t str {
        text.get(self.tag)
    }

    fn facts(&self) -> Vec<(String, String)> {
        let fact = |at: usize| {
            let tables = self.of.members[self.of.mapping.surveys[at].member].tables;
            let unit = tables.fieldwork.unit.get(self.tag);
            let n = grouped(tables.responses);
            let words = words!("回答 {n}{unit}"; "{n} {unit}");
            (self.survey(at).to_owned(), words.get(self.lang).to_owned())
        };
        (0..self.of.mapping.surveys.len()).map(fact).collect()
    }

    /// That figures are made up: in the survey's own words where all say the same, else which
    /// surveys it is.
    fn notices(&self) -> Vec<String> {
        let synthetic = |at: &usize| {
            let form = &self.of.members[self.of.mapping.surveys[*at].member].tables.questionnaire;
            form.survey().synthetic.as_ref().map(|notice| self.text(notice).to_owned())
        };
        let surveys = 0..self.of.mapping.surveys.len();
        let made_up: Vec<usize> = surveys.filter(|at| synthetic(at).is_some()).collect();
        let mut notices: Vec<String> = made_up.iter().filter_map(synthetic).collect();
        notices.dedup();
        if notices.len() > 1 || (!made_up.is_empty() && made_up.len() < self.of.mapping.surveys.len()) {
            let names: Vec<&str> = made_up.iter().map(|at| self.survey(*at)).collect();
            let words = words!(
                "{}の回答は架空のものであり、実在の組織の状況を示すものではない。", names.join("、");
                "The answers of {} are made up and say nothing about any real institution.", names.join(", "));
            notices = vec![words.get(self.lang).to_owned()];
        }
        notices
    }

    // --- the surveys ---

    fn surveys(&self) -> Chapter {
        let columns = [What::Survey, What::Period, What::Unit]
            .map(|what| Column::new(self.word(what), Kind::Words))
            .into_iter()
            .chain([
                Column::new(self.word(What::Responses), Kind::Count),
                Column::new(self.word(What::Weights), Kind::Words),
            ]);
        let row = |at: usize| {
            let tables = self.of.members[self.of.mapping.surveys[at].member].tables;
            let survey = tables.questionnaire.survey();
            let period = match (survey.opens, survey.closes) {
                (Some(from), Some(to)) => format!("{}～{}", self.day(from), self.day(to)),
                _ => "–".to_owned(),
            };
            let weights = if tables.weighted { What::Weighted } else { What::Unweighted };
            let cells = vec![
                Cell::words(if self.lang == Lang::En { period.replace('～', " – ") } else { period }),
                Cell::words(tables.fieldwork.unit.get(self.tag)),
                Cell::count(tables.responses),
                Cell::words(self.word(weights)),
            ];
            Row { id: None, label: self.survey(at).to_owned(), is_total: false, cells }
        };
        let rows = (0..self.of.mapping.surveys.len()).map(row).collect();
        let table = self.table("surveys.table", What::Surveys, columns.collect(), rows);
        self.chapter("surveys", What::Surveys, vec![Block::Table(Box::new(table))], Vec::new())
    }

    fn day(&self, day: Day) -> String {
        let (year, month, date) = day.civil();
        let word = words!("{year}年{month}月{date}日"; "{year}-{month:02}-{date:02}");
        word.get(self.lang).to_owned()
    }

    fn chapter(&self, id: &str, title: What, blocks: Vec<Block>, pages: Vec<Page>) -> Chapter {
        let title = self.word(title).to_owned();
        Chapter { id: id.to_owned(), short: title.clone(), title, blocks, pages }
    }

    fn table(&self, id: &str, caption: What, columns: Vec<Column>, rows: Vec<Row>) -> Table {
        Table {
            id: id.to_owned(),
            caption: self.word(caption).to_owned(),
            base: None,
            columns,
            groups: vec![RowGroup { label: None, rows }],
            notes: Vec::new(),
        }
    }

    // --- overall ---

    fn results(&self) -> Chapter {
        let concepts = &self.of.mapping.concepts;
        let summary = Block::Summary { title: self.word(What::Summary).to_owned(), blocks: self.summary() };
        // A picture that is taller than a page helps nobody.
        let lines: Vec<&Line> =
            self.of.overall.iter().filter(|line| !concepts[line.concept].is_mean()).collect();
        let count = lines.len();
        let pictures = count.div_ceil(MOST_CONCEPTS).max(1);
        let each = count.div_ceil(pictures).max(1);
        let picture = |(at, lines): (usize, &[&Line])| {
            let clusters =
                lines.iter().map(|line| self.cluster(line, self.text(&concepts[line.concept].label)));
            // Which of them, in words: a picture that is cut for its page counts its parts by itself.
            let (first, of) = (at * each + 1, count);
            let last = first + lines.len() - 1;
            let which = words!("{of}項目中の{first}～{last}番目"; "items {first} to {last} of {of}");
            let title = match pictures {
                1 => self.word(What::All).to_owned(),
                _ => bracketed(self.lang, self.word(What::All), which.get(self.lang)),
            };
            let id = format!("results.{at}");
            let blocks = vec![self.figure(&id, &title, clusters.collect())];
            Page { id: format!("{id}.page"), kicker: None, title, blocks }
        };
        let pages = lines.chunks(each).enumerate().map(picture);
        let pages = pages.chain(self.of.overall.iter().map(|line| self.concept_page(line))).collect();
        self.chapter("results", What::Results, vec![summary], pages)
    }

    fn concept_page(&self, line: &Line) -> Page {
        let concept = &self.of.mapping.concepts[line.concept];
        let id = format!("concept.{}", line.concept + 1);
        let mut blocks = Vec::new();
        if !concept.note.is_empty() {
            blocks.push(Block::words(self.text(&concept.note)));
        }
        blocks.push(Block::Table(Box::new(self.shares(&format!("{id}.shares"), &[(None, line)]))));
        if line.sides.len() > 1 {
            blocks.push(Block::Table(Box::new(
                self.differences(&format!("{id}.differences"), &[(None, line)]),
            )));
        }
        blocks.extend(self.wording(&id, concept));
        Page { id, kicker: None, title: self.text(&concept.label).to_owned(), blocks }
    }

    // --- by breakdown ---

    fn breakdown(&self, by: usize) -> Chapter {
        let breakdown = &self.of.mapping.breakdowns[by];
        let label = self.text(&breakdown.label);
        let title = words!("{label}別の比較"; "By {label}");
        let page = |(at, concept): (usize, &Concept)| {
            let lines: Vec<&Line> = self.of.by[by].iter().filter(|line| line.concept == at).collect();
            let named = |line: &Line| {
                let class = &breakdown.classes[line.class.unwrap_or_default()];
                self.text(&class.label).to_owned()
            };
            let rows: Vec<(Option<String>, &Line)> =
                lines.iter().map(|line| (Some(named(line)), *line)).collect();
            let id = format!("by.{}.{}", by + 1, at + 1);
            let clusters = lines.iter().map(|line| self.cluster(line, &named(line))).collect();
            let title = self.text(&concept.label).to_owned();
            let figure = (!concept.is_mean()).then(|| self.figure(&id, &title, clusters));
            let tables = [
                Block::Table(Box::new(self.shares(&format!("{id}.shares"), &rows))),
                Block::Table(Box::new(self.differences(&format!("{id}.differences"), &rows))),
            ];
            let blocks = figure.into_iter().chain(tables).collect();
            Page { id: format!("{id}.page"), kicker: None, title, blocks }
        };
        let pages = self.of.mapping.concepts.iter().enumerate().map(page).collect();
        let title = title.get(self.lang).to_owned();
        Chapter { id: format!("by.{}", by + 1), short: title.clone(), title, blocks: Vec::new(), pages }
    }

    // --- figures ---

    fn figure(&self, id: &str, caption: &str, clusters: Vec<DotCluster>) -> Block {
        let series = self.of.mapping.surveys.iter().map(|survey| DotSeries {
            label: self.text(&survey.label).to_owned(),
            color: survey.color.clone(),
        });
        // Two waves make a slope; three or more, and sectors, stand below each other.
        let is_slope = self.of.mapping.order == Order::Waves && self.of.mapping.surveys.len() == 2;
        let chart = Chart::Dots(Dots { series: series.collect(), clusters, is_slope });
        let note = match is_slope {
            true => words!(
                "点は割合、細い線は95％信頼区間。白抜きの点は集計母数が小さい。△は設問文が異なり、▲は母数が異なる（比べられないため線で結ばない）。";
                "Dots are shares, thin lines 95% intervals. Hollow dots mark small bases. △ other wording, ▲ another base (no line, since they cannot be compared)."),
            false => words!(
                "点は割合、細い線は95％信頼区間。白抜きの点は集計母数が小さい。△は設問文が異なり、▲は母数が異なる。";
                "Dots are shares, thin lines 95% intervals. Hollow dots mark small bases. △ other wording, ▲ another base."),
        };
        Block::Figure(Box::new(document::Figure {
            id: format!("{id}.figure"),
            alternative: alternative(&chart, self.lang),
            chart,
            caption: caption.to_owned(),
            base: None,
            notes: vec![note.get(self.lang).to_owned()],
        }))
    }

    fn cluster(&self, line: &Line, heading: &str) -> DotCluster {
        let row = |side: &Side| DotRow {
            series: side.survey,
            base: format!("{} {}", page_words::mark(side.grade), base_of(&side.figure)).trim().to_owned(),
            bar: self.bar(&side.figure),
        };
        let is_unlike = line.differences.iter().any(|one| one.found == Err(NoDifference::DifferentBase));
        DotCluster {
            heading: Some(heading.to_owned()),
            rows: line.sides.iter().map(row).collect(),
            is_unlike,
        }
    }

    fn bar(&self, figure: &Figure) -> Bar {
        match *figure {
            Figure::Share { share, interval, weak, .. } => {
                let text = format!("{:.1}%", share * 100.0);
                Bar::Parts { parts: vec![Part { is_shown: true, share, text, interval }], weak }
            }
            Figure::Mean { mean, .. } => {
                Bar::Absent(mean.value().map_or("–".to_owned(), |mean| format!("{mean:.1}")))
            }
            Figure::NoBase => Bar::Absent(self.word(What::NoBase).to_owned()),
            Figure::Withheld => Bar::Absent(self.word(What::Withheld).to_owned()),
            Figure::Omitted => Bar::Absent(self.word(What::Omitted).to_owned()),
            Figure::NotAvailable => Bar::Absent(self.word(What::NotAvailable).to_owned()),
        }
    }

    // --- method ---

    fn method(&self) -> Chapter {
        let pairs = match self.of.mapping.order {
            Order::Waves => {
                words!("各回を前の回と、最後の回を最初の回とも比べた。"; "Each wave is compared with the one before, and the last with the first.")
            }
            Order::Sectors => {
                words!("調査をふたつずつ、すべての組み合わせで比べた。"; "Every two surveys are compared.")
            }
        };
        let units = match self.of.mapping.pairs_units {
            true => words!(
                "id が同じ組織を指すと対応表にあるため、両方の回に答えた組織を対応させて、割合と平均の差の区間と検定を求めた（回を重ね、組織を抽出単位とする方法）。両方に答えた数と、回答の相関を差の表に示した。答えを変えた組織などの数が秘匿の基準より少ないとき、重み付けや標本設計があるとき、区分別の差は、対応させずに求めた。";
                "An id is the same institution in every wave, so differences of shares and means are paired: the waves are stacked, with the institution as the sampling unit. How many answered both and the correlation of their answers stand beside each difference. Not paired are differences where too few changed their answer to be shown, of weighted surveys, of those drawn in strata or clusters, and by class."),
            false => words!(
                "ふたつの調査の回答は互いに独立とみなしている。同じ組織が両方に答えている場合、この区間はたいてい広めになる。";
                "The surveys are taken as independent; where the same institutions answered both, the interval is as a rule too wide."),
        };
        let lines = [
            pairs,
            units,
            words!(
                "それぞれの調査が公表用に秘匿処理を済ませた集計表だけを用いた。秘匿された値は比べない。";
                "Only tables that each survey has released are used. What is withheld is not compared."),
            words!(
                "対応させない差の区間は、割合ではふたつの信頼区間から（ニューカムの方法）、平均ではふたつの標準誤差から求めた。";
                "The interval of a difference that is not paired is found from the intervals of both shares (Newcombe), of means from both standard errors."),
            words!(
                "判定には、表の差すべてについてホルムの方法で補正した p 値を用い、0.05未満で、どちらの集計母数も引用の基準を満たすものだけを「差がある」とした。";
                "Verdicts rest on p-values raised by Holm for all differences of the overall results, or of one breakdown. A difference is called one where p is below 0.05 and neither base is below its survey's quoting threshold."),
            words!(
                "比較可能性は対応表による。設問文が異なるもの（△）の差には、言い回しの違いによる分が含まれうる。母数が異なるもの（▲）は並べて示すだけで、差を示さない。";
                "Comparability is graded in the mapping. Where the wording differs (△), part of a difference may come from the words. Where the base differs (▲), shares stand side by side and no difference is given."),
            words!(
                "回答した組織の間の差であり、回答しなかった組織を含む全体の差とは限らない。回答率の違いによる偏りは区間に含まれない。";
                "These are differences between those who answered. Bias from nonresponse is not in the intervals."),
        ];
        let items = lines.iter().map(|line| vec![Block::words(line.get(self.lang))]).collect();
        let list = Block::List(List { ordered: false, items });
        self.chapter("method", What::Method, vec![list], Vec::new())
    }
}

fn base_of(figure: &Figure) -> String {
    match figure {
        Figure::Share { n, .. } | Figure::Mean { n, .. } => format!("n={}", grouped(*n)),
        _ => String::new(),
    }
}
