//! The rows of a table, counted as a spreadsheet counts them.

use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Stands after the last line: inside a cell only where a quotation mark was left open.
const END: &[u8] = b"\n\x1a";

type Framed<R> = io::Chain<io::Chain<Cursor<Vec<u8>>, BufReader<R>>, &'static [u8]>;

/// A CSV file: comma, tab or semicolon, whichever its first line has.
pub(super) struct Table<R> {
    csv: csv::Reader<Framed<R>>,
    row: u64,
    has_open_quote: bool,
}

impl<R: Read> Table<R> {
    pub fn new(reader: R) -> io::Result<Table<R>> {
        let mut reader = BufReader::with_capacity(64 * 1024, reader);
        let mut first_line = Vec::new();
        reader.read_until(b'\n', &mut first_line)?;
        let delimiter = [b',', b'\t', b';'].into_iter().find(|sign| first_line.contains(sign));
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter.unwrap_or(b','))
            .from_reader(Cursor::new(first_line).chain(reader).chain(END));
        Ok(Table { csv, row: 0, has_open_quote: false })
    }

    /// The next row that has something in it; false after the last. Rows of empty cells, which
    /// spreadsheets leave behind, are passed over and counted.
    pub fn next_row(&mut self, cells: &mut csv::StringRecord) -> io::Result<bool> {
        loop {
            let line = self.csv.position().line();
            if !self.csv.read_record(cells).map_err(io::Error::other)? {
                return Ok(false);
            }
            let blank = match self.csv.position().line() - line {
                0 | 1 => 0,
                lines => lines.saturating_sub(1 + cells.iter().map(line_breaks).sum::<u64>()),
            };
            self.row += 1 + blank;
            if cells.len() == 1 && cells[0].as_bytes() == &END[1..] {
                return Ok(false);
            }
            self.has_open_quote = cells.iter().next_back().is_some_and(|cell| cell.as_bytes().ends_with(END));
            if self.has_open_quote || cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(true);
            }
        }
    }

    /// Number of the row that was read last; the first line is row 1.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Whether the row that was read last runs to the end of the file since a quotation mark was
    /// left open.
    pub fn has_open_quote(&self) -> bool {
        self.has_open_quote
    }
}

fn line_breaks(cell: &str) -> u64 {
    cell.matches('\n').count() as u64
}
