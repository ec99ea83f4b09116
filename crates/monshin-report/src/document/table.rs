//! A table: columns with their kinds, groups of rows, cells with words and values.

/// A table with its base.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Unique in the document; becomes an anchor.
    pub id: String,
    /// What it shows.
    pub caption: String,
    /// On which base, in words.
    pub base: Option<String>,
    /// The column of row names first.
    pub columns: Vec<Column>,
    /// Rows in groups.
    pub groups: Vec<RowGroup>,
    /// Remarks under it.
    pub notes: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// A heading that spans this column and its neighbours of the same heading.
    pub over: Option<String>,
    /// Its own heading.
    pub label: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    #[default]
    Words,
    /// Whole numbers.
    Count,
    /// Shares, 0 to 1, printed in percent with one decimal.
    Share,
    /// Numbers with so many decimals.
    Number(u8),
    /// An interval or other figures as words, set like figures.
    Figures,
}

/// Rows that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowGroup {
    /// What they have in common.
    pub label: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Becomes an anchor.
    pub id: Option<String>,
    /// Its name.
    pub label: String,
    /// Set apart from the other rows: total, mean.
    pub is_total: bool,
    /// One for each column after the first.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Becomes an anchor.
    pub id: Option<String>,
    /// As printed.
    pub text: String,
    /// For a spreadsheet.
    pub value: Option<f64>,
    /// What is to be known about it.
    pub flag: Option<Flag>,
    /// How it stands out, where it does.
    pub mark: Option<Mark>,
}

/// How a figure stands out against the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// Surely higher.
    Above,
    /// Surely lower.
    Below,
}

impl Mark {
    /// `▲`, `▼`.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Above => "▲",
            Mark::Below => "▼",
        }
    }
}

/// What is to be known about a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Nobody is in the base.
    NoBase,
    /// Too weak a base to quote.
    Unreliable,
    /// Withheld so that nobody is exposed.
    Withheld,
    /// Not presented, since it is unreliable.
    Omitted,
}

/// A heading cell, with how far it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCell {
    /// What it says.
    pub text: String,
    /// Columns.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Position of its first column.
    pub at: usize,
}

impl Table {
    /// The heading rows: two where a column stands under a common heading, otherwise one.
    pub fn head(&self) -> Vec<Vec<HeadCell>> {
        let single =
            |at: usize, rows: usize| HeadCell { text: self.columns[at].label.clone(), columns: 1, rows, at };
        if self.columns.iter().all(|column| column.over.is_none()) {
            return vec![(0..self.columns.len()).map(|at| single(at, 1)).collect()];
        }
        let (mut upper, mut lower): (Vec<HeadCell>, Vec<HeadCell>) = (Vec::new(), Vec::new());
        for (at, column) in self.columns.iter().enumerate() {
            let Some(over) = &column.over else {
                upper.push(single(at, 2));
                continue;
            };
            lower.push(single(at, 1));
            match upper.last_mut() {
                Some(last) if last.rows == 1 && &last.text == over => last.columns += 1,
                _ => upper.push(HeadCell { text: over.clone(), columns: 1, rows: 1, at }),
            }
        }
        vec![upper, lower]
    }

    /// The kind of the cell at a position after the row's name.
    pub fn kind(&self, cell: usize) -> Kind {
        self.columns.get(cell + 1).map_or(Kind::Words, |column| column.kind)
    }
}

impl Column {
    /// A column without a common heading.
    pub fn new(label: impl Into<String>, kind: Kind) -> Column {
        Column { over: None, label: label.into(), kind }
    }

    /// The same column under a common heading.
    #[must_use]
    pub fn under(mut self, over: impl Into<String>) -> Column {
        self.over = Some(over.into());
        self
    }
}

impl Cell {
    /// Words.
    pub fn words(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    /// A whole number, in groups of three digits.
    pub fn count(count: u64) -> Cell {
        Cell { text: grouped(count), value: Some(count as f64), ..Cell::default() }
    }

    /// A number that is printed as `text`.
    pub fn value(value: f64, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), value: Some(value), ..Cell::default() }
    }

    /// The same cell with an anchor.
    #[must_use]
    pub fn anchored(mut self, id: impl Into<String>) -> Cell {
        self.id = Some(id.into());
        self
    }

    /// The same cell with a mark.
    #[must_use]
    pub fn marked(mut self, mark: Option<Mark>) -> Cell {
        self.mark = mark;
        self
    }

    /// The same cell with a flag.
    #[must_use]
    pub fn flagged(mut self, flag: Option<Flag>) -> Cell {
        self.flag = flag;
        self
    }
}

/// `107,409`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_under_one_heading_share_it() {
        let share = |label: &str, over: &str| Column::new(label, Kind::Share).under(over);
        let table = Table {
            columns: vec![
                Column::new("区分", Kind::Words),
                Column::new("n", Kind::Count),
                share("割合", "はい"),
                share("区間", "はい"),
                share("割合", "いいえ"),
            ],
            ..Table::default()
        };
        let head = table.head();
        let upper: Vec<(&str, usize, usize)> =
            head[0].iter().map(|cell| (&*cell.text, cell.columns, cell.rows)).collect();
        assert_eq!(upper, [("区分", 1, 2), ("n", 1, 2), ("はい", 2, 1), ("いいえ", 1, 1)]);
        assert_eq!(head[1].len(), 3);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([grouped(7), grouped(897), grouped(107_409)], ["7", "897", "107,409"]);
    }
}
