//! Blocks and tables.

use serde_json::{Value, json};

use super::Writer;
use super::inline::claim_id;
use crate::document::{Asked, AskedSection, Block, Cell, Flag, Kind, Mark, Row, Table};

impl Writer<'_> {
    pub(super) fn blocks(&self, blocks: &[Block]) -> Vec<Value> {
        let beside_chart = |at: usize| at > 0 && matches!(blocks[at - 1], Block::Figure(_));
        blocks.iter().enumerate().map(|(at, block)| self.block(block, beside_chart(at))).collect()
    }

    /// `beside_chart`: a table that says again what the chart before it shows.
    fn block(&self, block: &Block, beside_chart: bool) -> Value {
        match block {
            Block::Heading(text) => json!({ "kind": "heading", "text": text }),
            Block::Paragraph(runs) => json!({ "kind": "paragraph", "runs": self.runs(runs) }),
            Block::Note(runs) => json!({ "kind": "note", "runs": self.runs(runs) }),
            Block::Notice(runs) => json!({ "kind": "notice", "runs": self.runs(runs) }),
            Block::List(list) => {
                let items: Vec<_> = list.items.iter().map(|item| self.blocks(item)).collect();
                json!({ "kind": "list", "ordered": list.ordered, "items": items })
            }
            Block::Summary { title, blocks } => {
                json!({ "kind": "summary", "title": title, "blocks": self.blocks(blocks) })
            }
            Block::Definitions(terms) => {
                let terms: Vec<_> = terms
                    .iter()
                    .map(|(term, runs)| json!({ "term": term, "runs": self.runs(runs) }))
                    .collect();
                json!({ "kind": "terms", "terms": terms })
            }
            Block::Footnotes(notes) => {
                let notes: Vec<_> = notes
                    .iter()
                    .map(|note| {
                        json!({ "id": note.mark.id, "number": note.mark.number, "runs": self.runs(&note.runs) })
                    })
                    .collect();
                json!({ "kind": "footnotes", "notes": notes })
            }
            // Nothing but a proof has any, and no proof is printed.
            Block::Remarks(_) => Value::Null,
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table, beside_chart),
            Block::Questionnaire(sections) => {
                json!({ "kind": "questionnaire", "sections": sections.iter().map(section).collect::<Vec<_>>() })
            }
        }
    }

    fn table(&self, table: &Table, beside_chart: bool) -> Value {
        let head: Vec<Vec<Value>> = table
            .head()
            .into_iter()
            .map(|row| {
                let cell = |cell: crate::document::HeadCell| {
                    json!({ "text": cell.text, "columns": cell.columns, "rows": cell.rows, "at": cell.at })
                };
                row.into_iter().map(cell).collect()
            })
            .collect();
        let words: Vec<bool> = table.columns.iter().map(|column| column.kind == Kind::Words).collect();
        let groups: Vec<Value> = table
            .groups
            .iter()
            .map(|group| {
                let rows: Vec<Value> = group.rows.iter().map(|row| self.row(row)).collect();
                json!({ "label": group.label, "rows": rows })
            })
            .collect();
        json!({
            "kind": "table",
            "id": table.id,
            "caption": table.caption,
            "base": table.base,
            "beside_chart": beside_chart,
            "words": words,
            "head": head,
            "groups": groups,
            "notes": table.notes,
            "back": self.back(Some(&table.id)),
        })
    }

    fn row(&self, row: &Row) -> Value {
        json!({
            "id": row.id,
            "back": self.back(row.id.as_ref()),
            "label": row.label,
            "total": row.is_total,
            "cells": row.cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>(),
        })
    }

    /// Most cells are words alone.
    fn cell(&self, cell: &Cell) -> Value {
        let flag = cell.flag.map(|flag| match flag {
            Flag::NoBase => "none",
            Flag::Unreliable => "weak",
            Flag::Withheld => "withheld",
            Flag::Omitted => "omitted",
        });
        // Only what a claim leads to needs a label.
        let back = self.back(cell.id.as_ref());
        let mark = cell.mark.map(Mark::sign);
        match (flag, mark, &back) {
            (None, None, None) => json!(cell.text),
            _ => {
                let id = back.as_ref().and(cell.id.as_ref());
                json!({ "text": cell.text, "flag": flag, "mark": mark, "id": id, "back": back })
            }
        }
    }

    /// The claim that leads to an address.
    fn back(&self, id: Option<&String>) -> Option<String> {
        self.sources.get(id?.as_str()).map(|number| claim_id(*number))
    }
}

fn section(section: &AskedSection) -> Value {
    json!({ "title": section.title, "questions": section.questions.iter().map(asked).collect::<Vec<_>>() })
}

fn asked(asked: &Asked) -> Value {
    json!({
        "name": asked.name,
        "text": asked.text,
        "hint": asked.hint,
        "type": asked.kind,
        "answers": asked.answers,
        "base": asked.base,
    })
}
