//! The comparison as a document: what every renderer of reports takes.

use monshin_diag::{Lang, words};
use monshin_tabulate::instrument::{Day, LocalText};

use super::figures::{Comparison, Difference, Figure, Line, NoDifference, Side};
use super::mapping::{Concept, Grade, Order};
use super::page_words::{self, What};
use super::wording::{asked, same_words};
use crate::chart::{Bar, Chart, DotCluster, DotRow, DotSeries, Dots, Part};
use crate::compose::charts::alternative;
use crate::document::{
    self, Block, Cell, Chapter, Column, Document, Flag, Kind, List, Page, Row, RowGroup, Table, grouped,
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
        let mut blocks = vec![summary];
        // A picture that is taller than a page helps nobody.
        let pictures = self.of.overall.len().div_ceil(MOST_CONCEPTS).max(1);
        let each = self.of.overall.len().div_ceil(pictures).max(1);
        for (at, lines) in self.of.overall.chunks(each).enumerate() {
            let clusters =
                lines.iter().map(|line| self.cluster(line, self.text(&concepts[line.concept].label)));
            blocks.push(self.figure(&format!("results.{at}"), self.word(What::All), clusters.collect()));
        }
        let pages = self.of.overall.iter().map(|line| self.concept_page(line)).collect();
        self.chapter("results", What::Results, blocks, pages)
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
            let blocks = vec![
                self.figure(&id, &title, clusters),
                Block::Table(Box::new(self.shares(&format!("{id}.shares"), &rows))),
                Block::Table(Box::new(self.differences(&format!("{id}.differences"), &rows))),
            ];
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
        let chart = Chart::Dots(Dots { series: series.collect(), clusters });
        let note = words!(
            "点は割合、細い線は95％信頼区間。白抜きの点は集計母数が小さい。△は設問文が異なり、▲は母数が異なる。";
            "Dots are shares, thin lines 95% intervals. Hollow dots mark small bases. △ other wording, ▲ another base.");
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
        DotCluster { heading: Some(heading.to_owned()), rows: line.sides.iter().map(row).collect() }
    }

    fn bar(&self, figure: &Figure) -> Bar {
        match *figure {
            Figure::Share { share, interval, weak, .. } => {
                let text = format!("{:.1}%", share * 100.0);
                Bar::Parts { parts: vec![Part { share, text, interval }], weak }
            }
            Figure::NoBase => Bar::Absent(self.word(What::NoBase).to_owned()),
            Figure::Withheld => Bar::Absent(self.word(What::Withheld).to_owned()),
            Figure::NotAvailable => Bar::Absent(self.word(What::NotAvailable).to_owned()),
        }
    }

    fn shares(&self, id: &str, lines: &[(Option<String>, &Line)]) -> Table {
        let columns = vec![
            Column::new(self.word(What::Survey), Kind::Words),
            Column::new("n", Kind::Count),
            Column::new(self.word(What::Share), Kind::Share),
            Column::new(self.word(What::Interval), Kind::Figures),
            Column::new(self.word(What::Grade), Kind::Words),
        ];
        let row = |side: &Side| Row {
            id: None,
            label: self.survey(side.survey).to_owned(),
            is_total: false,
            cells: self.share_cells(side),
        };
        let group = |(label, line): &(Option<String>, &Line)| RowGroup {
            label: label.clone(),
            rows: line.sides.iter().map(row).collect(),
        };
        let mut table = self.table(id, What::Figures, columns, Vec::new());
        table.groups = lines.iter().map(group).collect();
        table
    }

    fn share_cells(&self, side: &Side) -> Vec<Cell> {
        let grade = page_words::grade(side.grade).get(self.lang).to_owned();
        let grade = format!("{} {grade}", page_words::mark(side.grade)).trim().to_owned();
        let mut cells = match side.figure {
            Figure::Share { count, n, share, interval, weak, weighted, .. } => {
                let flag = weak.then_some(Flag::Unreliable);
                let text = match (weighted, monshin_tabulate::percent(count, n, 1)) {
                    (false, Some(percent)) => format!("{percent}%"),
                    _ => format!("{:.1}%", share * 100.0),
                };
                let interval = interval.map_or("–".to_owned(), |(low, high)| {
                    format!("{:.1}–{:.1}%", low * 100.0, high * 100.0)
                });
                vec![Cell::count(n), Cell::value(share, text).flagged(flag), Cell::words(interval)]
            }
            Figure::Withheld => vec![Cell::words("x").flagged(Some(Flag::Withheld)); 3],
            Figure::NoBase | Figure::NotAvailable => vec![Cell::words("–").flagged(Some(Flag::NoBase)); 3],
        };
        cells.push(Cell::words(grade));
        cells
    }

    fn differences(&self, id: &str, lines: &[(Option<String>, &Line)]) -> Table {
        let columns = vec![
            Column::new(self.word(What::Pair), Kind::Words),
            Column::new(self.word(What::Points), Kind::Number(1)),
            Column::new(self.word(What::Interval), Kind::Figures),
            Column::new("p (Holm)", Kind::Figures),
            Column::new(self.word(What::Verdict), Kind::Words),
        ];
        let group = |(label, line): &(Option<String>, &Line)| RowGroup {
            label: label.clone(),
            rows: line.differences.iter().map(|one| self.difference_row(line, one)).collect(),
        };
        let mut table = self.table(id, What::Differences, columns, Vec::new());
        table.groups = lines.iter().map(group).collect();
        table
    }

    fn difference_row(&self, line: &Line, one: &Difference) -> Row {
        let (of, with) = (&line.sides[one.of], &line.sides[one.with]);
        let (a, b) = (self.survey(of.survey), self.survey(with.survey));
        let label = words!("{a} － {b}"; "{a} − {b}").get(self.lang).to_owned();
        let is_weak = |side: &Side| matches!(side.figure, Figure::Share { weak: true, .. });
        let cells = match one.found {
            Ok(points) => {
                let verdict = match points.is_supported {
                    true => What::Supported,
                    false if is_weak(of) || is_weak(with) => What::Weak,
                    false => What::NotSupported,
                };
                let verdict = format!("{}{}", page_words::mark(one.grade), self.word(verdict));
                vec![
                    Cell::value(points.points, signed(points.points)),
                    Cell::words(self.range(&signed(points.low), &signed(points.high))),
                    Cell::words(p_text(points.adjusted)),
                    Cell::words(verdict),
                ]
            }
            Err(why) => {
                let why = match why {
                    NoDifference::DifferentBase => self.word(What::OtherBase),
                    NoDifference::NoFigure => self.word(What::NoFigure),
                };
                let mut cells = vec![Cell::words("–"); 3];
                cells.push(Cell::words(why));
                cells
            }
        };
        Row { id: None, label, is_total: false, cells }
    }

    fn range(&self, low: &str, high: &str) -> String {
        words!("{low}～{high}"; "{low} to {high}").get(self.lang).to_owned()
    }

    // --- wording ---

    fn wording(&self, id: &str, concept: &Concept) -> Vec<Block> {
        let member = |at: usize| self.of.members[self.of.mapping.surveys[at].member];
        let columns = [What::Survey, What::Question, What::Text, What::Answers, What::Base]
            .map(|what| Column::new(self.word(what), Kind::Words));
        let row = |link: &super::Link| {
            let asked = asked(member(link.survey), link.variable, self.tag);
            let counted = self.counted(member(link.survey), link);
            let base = match &link.only {
                Some((by, classes)) => {
                    let list = &member(link.survey).tables.questionnaire.breakdowns()[*by].codes;
                    let labels: Vec<&str> = classes
                        .iter()
                        .map(|class| self.text(&list.codes[usize::from(*class)].label))
                        .collect();
                    format!("{}（{}）", asked.base, labels.join("・"))
                }
                None => asked.base,
            };
            let note = self.text(&link.note);
            let text = if note.is_empty() { asked.text } else { format!("{}　※ {note}", asked.text) };
            let cells = [asked.name, text, counted, base].map(Cell::words);
            Row {
                id: None,
                label: self.survey(link.survey).to_owned(),
                is_total: false,
                cells: cells.to_vec(),
            }
        };
        let rows = concept.links.iter().map(row).collect();
        let mut table = self.table(&format!("{id}.wording"), What::Wording, columns.to_vec(), rows);
        let all_alike = concept.links.windows(2).all(|pair| {
            let (a, b) = (&pair[0], &pair[1]);
            same_words(member(a.survey), a.variable, member(b.survey), b.variable) == Some(true)
        });
        if all_alike {
            table.notes.push(self.word(What::SameEverywhere).to_owned());
        }
        vec![Block::Table(Box::new(table))]
    }

    /// The answers offered, those counted in brackets.
    fn counted(&self, member: super::Member<'_>, link: &super::Link) -> String {
        let list = member.tables.variables[link.variable].codes.as_deref();
        let codes = list.map(|list| list.codes.iter().enumerate()).into_iter().flatten();
        let label = |(at, code): (usize, &monshin_tabulate::instrument::Code)| {
            let label = self.text(&code.label);
            if link.codes.contains(&(at as u16)) { format!("【{label}】") } else { label.to_owned() }
        };
        codes.map(label).collect::<Vec<_>>().join(" / ")
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
        let lines = [
            pairs,
            words!(
                "それぞれの調査が公表用に秘匿処理を済ませた集計表だけを用いた。秘匿された値は比べない。";
                "Only tables that each survey has released are used. What is withheld is not compared."),
            words!(
                "差の区間は、ふたつの割合の信頼区間から求めた（ニューカムの方法）。ふたつの調査の回答は互いに独立とみなしている。同じ組織が両方に答えている場合、この区間はたいてい広めになる。";
                "The interval of a difference is found from the intervals of both shares (Newcombe). The surveys are taken as independent; where the same institutions answered both, the interval is as a rule too wide."),
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

    // --- summary ---

    /// What differs, what does not, what cannot be compared: one item for each concept of the first
    /// kind, one for all of the others.
    fn summary(&self) -> Vec<Block> {
        let mut items: Vec<Vec<Block>> = Vec::new();
        let (mut alike, mut barred): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for line in &self.of.overall {
            let label = self.text(&self.of.mapping.concepts[line.concept].label);
            let mut supported: Vec<&Difference> = line
                .differences
                .iter()
                .filter(|one| one.found.is_ok_and(|points| points.is_supported))
                .collect();
            supported.sort_by(|a, b| width(b).total_cmp(&width(a)));
            if let Some(first) = supported.first() {
                items.push(vec![Block::words(self.stated(line, label, first, supported.len()))]);
            } else if line.differences.iter().any(|one| one.found.is_ok()) {
                alike.push(label);
            } else {
                barred.push(label);
            }
        }
        let joined = |labels: &[&str]| match self.lang {
            Lang::Ja => labels.iter().map(|label| format!("「{label}」")).collect::<String>(),
            Lang::En => labels.iter().map(|label| format!("“{label}”")).collect::<Vec<_>>().join(", "),
        };
        if !alike.is_empty() {
            let list = joined(&alike);
            let words =
                words!("{list}では、調査の間に差があるとはいえない。"; "No difference is shown for {list}.");
            items.push(vec![Block::words(words.get(self.lang))]);
        }
        if !barred.is_empty() {
            let list = joined(&barred);
            let words = words!("{list}は、母数が異なるか値がないため、差を示さない。"; "For {list} no difference is given: the bases are unlike, or a figure is missing.");
            items.push(vec![Block::words(words.get(self.lang))]);
        }
        vec![Block::List(List { ordered: false, items })]
    }

    /// The widest difference of a concept in a sentence.
    fn stated(&self, line: &Line, label: &str, one: &Difference, count: usize) -> String {
        let Ok(points) = one.found else { return String::new() };
        let (mut high, mut low) = (&line.sides[one.of], &line.sides[one.with]);
        if points.points < 0.0 {
            std::mem::swap(&mut high, &mut low);
        }
        let (low_end, high_end) = match points.points < 0.0 {
            true => (-points.high, -points.low),
            false => (points.low, points.high),
        };
        let share = |side: &Side| match side.figure {
            Figure::Share { share, .. } => format!("{:.1}%", share * 100.0),
            _ => String::new(),
        };
        let (a, b) = (self.survey(high.survey), self.survey(low.survey));
        let (pa, pb, gap) = (share(high), share(low), points.points.abs());
        let mut words = words!(
            "「{label}」は{a}で{pa}、{b}で{pb}であり、{a}のほうが{gap:.1}ポイント（{low_end:.1}～{high_end:.1}）高い。";
            "“{label}”: {pa} in {a}, {pb} in {b}; {gap:.1} points higher in {a} ({low_end:.1} to {high_end:.1}).");
        if one.grade == Grade::SameConcept {
            words.ja.push_str("ただし、設問文が異なる。");
            words.en.push_str(" The wording differs.");
        }
        if count > 1 {
            let more = count - 1;
            words.ja.push_str(&format!("このほか{more}組にも差がある。"));
            words.en.push_str(&format!(" {more} more {} differ.", if more == 1 { "pair" } else { "pairs" }));
        }
        words.get(self.lang).to_owned()
    }
}

fn width(difference: &Difference) -> f64 {
    difference.found.map_or(0.0, |points| points.points.abs())
}

fn base_of(figure: &Figure) -> String {
    match figure {
        Figure::Share { n, .. } => format!("n={}", grouped(*n)),
        _ => String::new(),
    }
}

/// `+12.3`, `−4.0`.
fn signed(value: f64) -> String {
    let text = format!("{:.1}", value.abs());
    match text.as_str() {
        "0.0" => text,
        _ if value < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

fn p_text(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}
