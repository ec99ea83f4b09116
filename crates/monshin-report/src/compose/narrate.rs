//! The author's commentary as blocks of the document: links that claim lead to their cells,
//! reasons and sources stand in footnotes.

use crate::document::{self, Block, Column, Footmark, Footnote, Kind, List, Row, RowGroup, Table};
use crate::narrative::{self, Anchor, Line, Narrative};

use super::commentary::{Commentary, Place, Section};
use super::remarks::Remarks;

/// What a link of the commentary rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// Address of the cell, row, table or chapter.
    pub(crate) target: Option<String>,
    /// The exact figure in words.
    pub(crate) detail: Option<String>,
    /// Footnotes.
    pub(crate) notes: Vec<String>,
}

/// The commentary in blocks; `links` in the order of [`Narrative::links`]. `remarks` are laid to the
/// words that they are about.
pub(crate) fn narrate(narrative: &Narrative, links: &[Resolved], remarks: &Remarks) -> Commentary {
    let writer = |number, tables| Writer { links, remarks, number, tables, notes: Vec::new() };
    let title = document::Inline::plain(&writer(0, 0).runs(narrative.title()));
    let mut number = 0;
    let mut tables = 0;
    let sections = narrative.sections().iter().enumerate().map(|(at, section)| {
        let mut writer = writer(number, tables);
        let heading = document::Inline::plain(&writer.runs(&section.heading));
        writer.notes.clear();
        writer.number = number;
        let mut blocks: Vec<Block> = remarks.of_heading(at).into_iter().collect();
        blocks.extend(writer.blocks(&section.blocks));
        number = writer.number;
        tables = writer.tables;
        Section {
            place: place(&section.anchor),
            level: section.level,
            heading,
            blocks,
            footnotes: writer.notes,
        }
    });
    let sections = sections.collect();
    Commentary { title: (!title.is_empty()).then_some(title), sections, claims: None }
}

fn place(anchor: &Anchor) -> Place {
    match anchor {
        Anchor::Own => Place::Own,
        Anchor::Background => Place::Background,
        Anchor::Respondents => Place::Respondents,
        Anchor::Questionnaire => Place::Questionnaire,
        Anchor::Overall(questions) => Place::Overall(questions.clone()),
        Anchor::By(breakdown, questions) => Place::By(breakdown.clone(), questions.clone()),
        Anchor::Method => Place::Method,
    }
}

struct Writer<'a> {
    links: &'a [Resolved],
    remarks: &'a Remarks,
    /// Footnotes so far.
    number: u32,
    /// Tables of the author's so far.
    tables: u32,
    notes: Vec<Footnote>,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[narrative::Block]) -> Vec<Block> {
        blocks.iter().flat_map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: &narrative::Block) -> Vec<Block> {
        match block {
            narrative::Block::Paragraph(line) => {
                let runs = self.remarks.mark(line.passage, self.runs(&line.runs));
                let remarks = self.remarks.of_passages([line.passage]);
                std::iter::once(Block::Paragraph(runs)).chain(remarks).collect()
            }
            narrative::Block::List { first, items } => {
                let items = items.iter().map(|item| self.blocks(item)).collect();
                vec![Block::List(List { ordered: first.is_some(), items })]
            }
            narrative::Block::Quote(blocks) => self.blocks(blocks),
            narrative::Block::Code(text) => {
                vec![Block::Paragraph(vec![document::Inline::Code(text.trim_end().to_owned())])]
            }
            narrative::Block::Rule => Vec::new(),
            narrative::Block::Table(rows) => {
                let remarks = self.remarks.of_passages(rows.iter().flatten().map(|cell| cell.passage));
                self.table(rows).into_iter().chain(remarks).collect()
            }
        }
    }

    /// A table of the author's own, its cells as words.
    fn table(&mut self, rows: &[Vec<Line>]) -> Option<Block> {
        let (head, body) = rows.split_first()?;
        let mut plain = |cell: &Line| document::Inline::plain(&self.runs(&cell.runs));
        let columns = head.iter().map(|cell| Column::new(plain(cell), Kind::Words)).collect();
        let rows = body.iter().filter_map(|row| {
            let (label, cells) = row.split_first()?;
            let label = plain(label);
            let cells = cells.iter().map(|cell| document::Cell::words(plain(cell))).collect();
            Some(Row { id: None, label, is_total: false, cells })
        });
        let groups = vec![RowGroup { label: None, rows: rows.collect() }];
        self.tables += 1;
        let id = format!("text-table-{}", self.tables);
        Some(Block::Table(Box::new(Table { id, columns, groups, ..Table::default() })))
    }

    fn runs(&mut self, runs: &[narrative::Inline]) -> Vec<document::Inline> {
        runs.iter().flat_map(|run| self.run(run)).collect()
    }

    fn run(&mut self, run: &narrative::Inline) -> Vec<document::Inline> {
        use document::Inline;
        match run {
            narrative::Inline::Text(text) => vec![Inline::Text(text.clone())],
            narrative::Inline::Code(text) => vec![Inline::Code(text.clone())],
            narrative::Inline::Emphasis(runs) => vec![Inline::Emphasis(self.runs(runs))],
            narrative::Inline::Strong(runs) => vec![Inline::Strong(self.runs(runs))],
            narrative::Inline::Link { href, content } => {
                vec![Inline::Link { address: href.clone(), runs: self.runs(content) }]
            }
            narrative::Inline::Break { hard: true } => vec![Inline::Break],
            narrative::Inline::Break { hard: false } => vec![Inline::text(" ")],
            narrative::Inline::Claim { link, content } => self.claim(*link, content),
        }
    }

    fn claim(&mut self, link: usize, content: &[narrative::Inline]) -> Vec<document::Inline> {
        let runs = self.runs(content);
        let Some(resolved) = self.links.get(link) else {
            return vec![document::Inline::Claim { runs, target: None, detail: None }];
        };
        let mut done = match (&resolved.target, &resolved.detail) {
            (None, None) => runs,
            (target, detail) => {
                let (target, detail) = (target.clone(), detail.clone());
                vec![document::Inline::Claim { runs, target, detail }]
            }
        };
        for note in &resolved.notes {
            self.number += 1;
            let mark = Footmark { id: format!("note-{}", self.number), number: self.number };
            done.push(document::Inline::FootnoteMark(mark.clone()));
            self.notes.push(Footnote { mark, runs: vec![document::Inline::text(note)] });
        }
        done
    }
}
