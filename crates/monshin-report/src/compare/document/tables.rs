//! The tables of a comparison: figures, differences, wording side by side.

use monshin_diag::words;

use super::super::figures::{Difference, Figure, Line, NoDifference, Pairing, Side};
use super::super::mapping::{Concept, Link};
use super::super::page_words::{self, What};
use super::super::wording::{asked, same_words, unit};
use super::{Member, Setting};
use crate::document::{Block, Cell, Column, Flag, Kind, Row, RowGroup, Table, grouped};

impl Setting<'_, '_> {
    pub(super) fn shares(&self, id: &str, lines: &[(Option<String>, &Line)]) -> Table {
        let what = match self.unit_of(lines) {
            Some(unit) => Column::new(self.mean_head(&unit), Kind::Number(1)),
            None => Column::new(self.word(What::Share), Kind::Share),
        };
        let columns = vec![
            Column::new(self.word(What::Survey), Kind::Words),
            Column::new("n", Kind::Count),
            what,
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
        let caption = if self.unit_of(lines).is_some() { What::Means } else { What::Figures };
        let mut table = self.table(id, caption, columns, Vec::new());
        table.groups = lines.iter().map(group).collect();
        let is_omitted = |side: &Side| side.figure == Figure::Omitted;
        if lines.iter().flat_map(|(_, line)| &line.sides).any(is_omitted) {
            table.notes.push(self.word(What::WhyOmitted).to_owned());
        }
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
            Figure::Mean { n, mean, weak } => {
                let value = mean.value().unwrap_or_default();
                let ends = mean.interval().filter(|one| one.lower.is_finite() && one.upper.is_finite());
                let interval =
                    ends.map_or("–".to_owned(), |one| format!("{:.1}–{:.1}", one.lower, one.upper));
                let flag = weak.then_some(Flag::Unreliable);
                vec![
                    Cell::count(n),
                    Cell::value(value, format!("{value:.1}")).flagged(flag),
                    Cell::words(interval),
                ]
            }
            Figure::Withheld => vec![Cell::words("x").flagged(Some(Flag::Withheld)); 3],
            Figure::Omitted => vec![Cell::words("…").flagged(Some(Flag::Omitted)); 3],
            Figure::NoBase | Figure::NotAvailable => vec![Cell::words("–").flagged(Some(Flag::NoBase)); 3],
        };
        cells.push(Cell::words(grade));
        cells
    }

    pub(super) fn differences(&self, id: &str, lines: &[(Option<String>, &Line)]) -> Table {
        let gap = match self.unit_of(lines) {
            Some(unit) => self.gap_head(&unit),
            None => self.word(What::Points).to_owned(),
        };
        let mut columns = vec![
            Column::new(self.word(What::Pair), Kind::Words),
            Column::new(gap, Kind::Number(1)),
            Column::new(self.word(What::Interval), Kind::Figures),
            Column::new("p (Holm)", Kind::Figures),
            Column::new(self.word(What::Verdict), Kind::Words),
        ];
        if self.of.mapping.pairs_units {
            columns.push(Column::new(self.word(What::Units), Kind::Words));
        }
        let group = |(label, line): &(Option<String>, &Line)| RowGroup {
            label: label.clone(),
            rows: line.differences.iter().map(|one| self.difference_row(line, one)).collect(),
        };
        let caption = if self.unit_of(lines).is_some() { What::GapsOfMeans } else { What::Differences };
        let mut table = self.table(id, caption, columns, Vec::new());
        table.groups = lines.iter().map(group).collect();
        table
    }

    fn difference_row(&self, line: &Line, one: &Difference) -> Row {
        let (of, with) = (&line.sides[one.of], &line.sides[one.with]);
        let (a, b) = (self.survey(of.survey), self.survey(with.survey));
        let label = words!("{a} － {b}"; "{a} − {b}").get(self.lang).to_owned();
        let is_weak = |side: &Side| side.figure.is_weak();
        let mut cells = match one.found {
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
        if self.of.mapping.pairs_units {
            cells.push(Cell::words(self.pairing(one)));
        }
        Row { id: None, label, is_total: false, cells }
    }

    /// How many answered both waves and how alike, or why they are taken as independent.
    fn pairing(&self, one: &Difference) -> String {
        let said = match one.pairing {
            Pairing::Independent => return "–".to_owned(),
            Pairing::NotPaired(why) => page_words::not_paired(why),
            Pairing::Paired { both, correlation } => {
                let both = grouped(both);
                match correlation.map(|r| format!("{r:.2}").replace('-', "−")) {
                    Some(r) => words!("両方に回答 {both}、相関 {r}"; "{both} answered both, correlation {r}"),
                    None => words!("両方に回答 {both}"; "{both} answered both"),
                }
            }
        };
        said.get(self.lang).to_owned()
    }

    /// The unit of the number that these lines are about; `None` where they are about shares.
    fn unit_of(&self, lines: &[(Option<String>, &Line)]) -> Option<String> {
        let (_, line) = lines.first()?;
        let link = self.of.mapping.concepts[line.concept].links.first().filter(|link| link.is_mean())?;
        let member = self.of.members[self.of.mapping.surveys[link.survey].member];
        Some(self.text(&unit(member, link.variable)).to_owned())
    }

    fn mean_head(&self, unit: &str) -> String {
        match unit {
            "" => words!("平均"; "Mean"),
            _ => words!("平均（{unit}）"; "Mean ({unit})"),
        }
        .get(self.lang)
        .to_owned()
    }

    fn gap_head(&self, unit: &str) -> String {
        match unit {
            "" => words!("差"; "Difference"),
            _ => words!("差（{unit}）"; "Difference ({unit})"),
        }
        .get(self.lang)
        .to_owned()
    }

    fn range(&self, low: &str, high: &str) -> String {
        words!("{low}～{high}"; "{low} to {high}").get(self.lang).to_owned()
    }

    pub(super) fn wording(&self, id: &str, concept: &Concept) -> Vec<Block> {
        let member = |at: usize| self.of.members[self.of.mapping.surveys[at].member];
        let columns = [What::Survey, What::Question, What::Text, What::Answers, What::Base]
            .map(|what| Column::new(self.word(what), Kind::Words));
        let row = |link: &Link| {
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
    fn counted(&self, member: Member<'_>, link: &Link) -> String {
        if link.is_mean() {
            return self.mean_head(self.text(&unit(member, link.variable)));
        }
        let list = member.tables.variables[link.variable].codes.as_deref();
        let codes = list.map(|list| list.codes.iter().enumerate()).into_iter().flatten();
        let label = |(at, code): (usize, &monshin_tabulate::instrument::Code)| {
            let label = self.text(&code.label);
            if link.codes.contains(&(at as u16)) { format!("【{label}】") } else { label.to_owned() }
        };
        codes.map(label).collect::<Vec<_>>().join(" / ")
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
