//! Rows to be added, column by column: PostgreSQL takes a column as one array, SQLite takes them row by row.

/// The cells of one column.
#[derive(Debug)]
pub(crate) enum Column {
    /// The only cells that may be missing.
    Numbers(Vec<Option<i64>>),
    Texts(Vec<String>),
    Bytes(Vec<Vec<u8>>),
}

impl Column {
    /// The same number in each of some rows.
    pub fn number(value: i64, rows: usize) -> Column {
        Column::Numbers(vec![Some(value); rows])
    }

    /// The same text in each of some rows.
    pub fn text(value: &str, rows: usize) -> Column {
        Column::Texts(vec![value.to_owned(); rows])
    }
}

impl FromIterator<i64> for Column {
    fn from_iter<I: IntoIterator<Item = i64>>(cells: I) -> Column {
        Column::Numbers(cells.into_iter().map(Some).collect())
    }
}

impl FromIterator<String> for Column {
    fn from_iter<I: IntoIterator<Item = String>>(cells: I) -> Column {
        Column::Texts(cells.into_iter().collect())
    }
}

impl<'a> FromIterator<&'a str> for Column {
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Column {
        cells.into_iter().map(str::to_owned).collect()
    }
}

impl FromIterator<Vec<u8>> for Column {
    fn from_iter<I: IntoIterator<Item = Vec<u8>>>(cells: I) -> Column {
        Column::Bytes(cells.into_iter().collect())
    }
}
