//! Where a mistake stands: in a text file, in a cell of a table, or in a file as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Lang;

/// A text file that was handed in, with the name under which people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    /// Where each line begins.
    lines: Arc<[usize]>,
}

impl Source {
    /// A source; the name is shown as it is, so a path relative to the survey folder is best.
    pub fn new(name: &str, text: &str) -> Source {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Source { name: name.into(), text: text.into(), lines: std::iter::once(0).chain(ends).collect() }
    }

    /// The name people know it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|start| *start <= offset);
        let before = &self.text[self.lines[line - 1]..offset];
        Position { line, column: before.chars().count() + 1 }
    }
}

/// Sources by name, for quoting.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<Arc<str>, Source>);

impl Sources {
    /// Adds one; a second source of the same name replaces the first.
    pub fn add(&mut self, source: Source) {
        self.0.insert(source.name.clone(), source);
    }

    /// The source of that name.
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.0.get(name)
    }
}

impl<const N: usize> From<[Source; N]> for Sources {
    fn from(list: [Source; N]) -> Sources {
        let mut sources = Sources::default();
        list.into_iter().for_each(|source| sources.add(source));
        sources
    }
}

/// A stretch of bytes in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From first byte to one past the last.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end: end.max(start) }
    }

    /// The same stretch, further on by `offset` bytes.
    pub fn shifted(self, offset: usize) -> Span {
        Span::new(self.start + offset, self.end + offset)
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Span {
        Span::new(range.start, range.end)
    }
}

/// Line and column, both counted from 1, the column in characters (not bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Where a mistake stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A stretch of a text file.
    Text {
        /// Name of the source.
        file: Arc<str>,
        /// The stretch.
        span: Span,
        /// Where it begins, for people.
        from: Position,
        /// Where it ends, for people.
        to: Position,
    },
    /// A cell of a table (CSV, sheet).
    Cell {
        /// Name of the file.
        file: Arc<str>,
        /// Name of the sheet, where there are several.
        sheet: Option<String>,
        /// Row as a spreadsheet counts it: the header is row 1.
        row: u64,
        /// Name of the column, where one cell is meant.
        column: Option<String>,
    },
    /// A file as a whole.
    File {
        /// Name of the file.
        file: Arc<str>,
    },
}

impl Place {
    /// A stretch of a source.
    pub fn text(source: &Source, span: Span) -> Place {
        Place::Text {
            file: source.name.clone(),
            span,
            from: source.position(span.start),
            to: source.position(span.end),
        }
    }

    /// A cell, or a whole row where `column` is `None`. The header is row 1.
    pub fn cell(file: &str, row: u64, column: Option<&str>) -> Place {
        Place::Cell { file: file.into(), sheet: None, row, column: column.map(str::to_owned) }
    }

    /// A file as a whole.
    pub fn file(file: &str) -> Place {
        Place::File { file: file.into() }
    }

    /// The place in words: `report.ja.md:12:5`, 「responses.csv 3行目 列「q1」」.
    pub fn label(&self, lang: Lang) -> String {
        let (file, sheet, row, column) = match self {
            Place::Text { file, from, .. } => return format!("{file}:{}:{}", from.line, from.column),
            Place::File { file } => return file.to_string(),
            Place::Cell { file, sheet, row, column } => (file, sheet, row, column),
        };
        let mut name = file.to_string();
        if let Some(sheet) = sheet {
            name.push_str(&format!(" [{sheet}]"));
        }
        match lang {
            Lang::Ja => name.push_str(&format!(" {row}行目")),
            Lang::En => name.push_str(&format!(" row {row}")),
        }
        if let Some(column) = column {
            match lang {
                Lang::Ja => name.push_str(&format!(" 列「{column}」")),
                Lang::En => name.push_str(&format!(" column {column}")),
            }
        }
        name
    }

    /// The file's name.
    pub fn file_name(&self) -> &str {
        match self {
            Place::Text { file, .. } | Place::Cell { file, .. } | Place::File { file } => file,
        }
    }
}
