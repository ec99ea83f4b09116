//! Statements on SQLite, in the words that `statements/` has for both databases: those of `sqlx`. A
//! statement is carried out where it is asked for, without another thread in between: it takes microseconds,
//! and handing it over and back would take longer.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::sync::Arc;

use rusqlite::Statement;
pub(crate) use rusqlite::types::Value;

use crate::StoreError;
use crate::rows::Column;

/// Longest statement that is kept prepared; longer ones add hundreds of rows at once.
const LONGEST_KEPT: usize = 4_000;

/// A connection to the file.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Away while a statement runs on another thread.
    held: Option<rusqlite::Connection>,
    /// Whether statements run on a thread for work that takes long.
    apart: bool,
}

impl Connection {
    /// For statements that take microseconds.
    pub fn here(held: rusqlite::Connection) -> Connection {
        Connection { held: Some(held), apart: false }
    }

    /// For statements that go over many rows: whoever serves pages is not held up.
    pub fn apart(held: rusqlite::Connection) -> Connection {
        Connection { held: Some(held), apart: true }
    }

    /// The connection itself, where no statement and no transaction is left on it.
    pub fn into_idle(self) -> Option<rusqlite::Connection> {
        self.held.filter(rusqlite::Connection::is_autocommit)
    }

    async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::says("a statement on this connection was broken off");
        if !self.apart {
            return Ok(work(self.held.as_ref().ok_or_else(gone)?)?);
        }
        let held = self.held.take().ok_or_else(gone)?;
        let ran = tokio::task::spawn_blocking(move || {
            let done = work(&held);
            (held, done)
        });
        let (held, done) = ran.await.map_err(|_| gone())?;
        self.held = Some(held);
        Ok(done?)
    }
}

/// A text that is a statement: one of our own words, or one that says it is safe.
pub(crate) trait Text {
    fn text(self) -> Cow<'static, str>;
}

impl Text for &'static str {
    fn text(self) -> Cow<'static, str> {
        Cow::Borrowed(self)
    }
}

/// A statement put together of our own words.
pub(crate) struct AssertSqlSafe(pub String);

impl Text for AssertSqlSafe {
    fn text(self) -> Cow<'static, str> {
        Cow::Owned(self.0)
    }
}

/// A statement with its values.
pub(crate) struct Query {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement without values yet.
pub(crate) fn query(text: impl Text) -> Query {
    Query { text: text.text(), values: Vec::new() }
}

/// What a statement changed.
pub(crate) struct Changed(u64);

impl Changed {
    pub fn rows_affected(&self) -> u64 {
        self.0
    }
}

impl Query {
    pub fn bind(mut self, value: impl Bound) -> Query {
        self.values.push(value.bound());
        self
    }

    pub async fn execute(self, on: &mut Connection) -> Result<Changed, StoreError> {
        on.run(move |held| {
            self.on(held, |statement| {
                let changes = !statement.readonly();
                let mut rows = statement.raw_query();
                while rows.next()?.is_some() {}
                Ok(Changed(if changes { held.changes() } else { 0 }))
            })
        })
        .await
    }

    pub async fn fetch_all(self, on: &mut Connection) -> Result<Vec<Row>, StoreError> {
        self.fetch(on, usize::MAX).await
    }

    pub async fn fetch_optional(self, on: &mut Connection) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch(on, 1).await?.pop())
    }

    pub async fn fetch_one(self, on: &mut Connection) -> Result<Row, StoreError> {
        self.fetch_optional(on).await?.ok_or_else(|| StoreError::says("a row that has to be there is not"))
    }

    async fn fetch(self, on: &mut Connection, most: usize) -> Result<Vec<Row>, StoreError> {
        on.run(move |held| self.on(held, |statement| rows(statement, most))).await
    }

    fn on<T>(
        self,
        held: &rusqlite::Connection,
        work: impl FnOnce(&mut Statement<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, rusqlite::Error> {
        if self.text.len() > LONGEST_KEPT {
            let mut statement = held.prepare(&self.text)?;
            bind(&mut statement, self.values)?;
            return work(&mut statement);
        }
        let mut statement = held.prepare_cached(&self.text)?;
        bind(&mut statement, self.values)?;
        work(&mut statement)
    }
}

/// `$2` is the second value wherever it stands, as in PostgreSQL; `?` is the next one.
fn bind(statement: &mut Statement<'_>, values: Vec<Value>) -> Result<(), rusqlite::Error> {
    for place in 1..=statement.parameter_count() {
        let number = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse().ok());
        let number: usize = number.unwrap_or(place);
        let value = values.get(number.wrapping_sub(1));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), number))?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

fn rows(statement: &mut Statement<'_>, most: usize) -> Result<Vec<Row>, rusqlite::Error> {
    let names: Arc<[Box<str>]> = statement.column_names().into_iter().map(Box::from).collect();
    let mut all = Vec::new();
    let mut rows = statement.raw_query();
    while all.len() < most
        && let Some(row) = rows.next()?
    {
        let cells: Result<Vec<Value>, _> = (0..names.len()).map(|at| row.get(at)).collect();
        all.push(Row { names: Arc::clone(&names), cells: cells? });
    }
    Ok(all)
}

/// A row, as it was read.
pub(crate) struct Row {
    names: Arc<[Box<str>]>,
    cells: Vec<Value>,
}

/// What a row is read by.
pub(crate) trait Get {
    /// A cell by its name or number.
    ///
    /// # Panics
    /// Where there is none, or it holds something else: our statements and tables then differ.
    fn get<T: Held, I: Place>(&self, at: I) -> T;
}

impl Get for Row {
    fn get<T: Held, I: Place>(&self, at: I) -> T {
        let at = at.of(&self.names);
        T::held(&self.cells[at])
            .unwrap_or_else(|| panic!("the column {} holds {:?}", self.names[at], self.cells[at].data_type()))
    }
}

/// Name or number of a column.
pub(crate) trait Place {
    fn of(self, names: &[Box<str>]) -> usize;
}

impl Place for usize {
    fn of(self, _names: &[Box<str>]) -> usize {
        self
    }
}

impl Place for &str {
    fn of(self, names: &[Box<str>]) -> usize {
        names.iter().position(|name| **name == *self).unwrap_or_else(|| panic!("there is no column {self}"))
    }
}

/// What a cell can hold.
pub(crate) trait Held: Sized {
    fn held(value: &Value) -> Option<Self>;
}

impl Held for i64 {
    fn held(value: &Value) -> Option<i64> {
        if let Value::Integer(number) = value { Some(*number) } else { None }
    }
}

impl Held for i32 {
    fn held(value: &Value) -> Option<i32> {
        i64::held(value)?.try_into().ok()
    }
}

impl Held for String {
    fn held(value: &Value) -> Option<String> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl Held for Vec<u8> {
    fn held(value: &Value) -> Option<Vec<u8>> {
        if let Value::Blob(bytes) = value { Some(bytes.clone()) } else { None }
    }
}

impl<T: Held> Held for Option<T> {
    fn held(value: &Value) -> Option<Option<T>> {
        if *value == Value::Null { Some(None) } else { T::held(value).map(Some) }
    }
}

/// What can stand for a value in a statement.
pub(crate) trait Bound {
    fn bound(self) -> Value;
}

impl Bound for i64 {
    fn bound(self) -> Value {
        Value::Integer(self)
    }
}

impl Bound for i32 {
    fn bound(self) -> Value {
        Value::Integer(self.into())
    }
}

impl Bound for String {
    fn bound(self) -> Value {
        Value::Text(self)
    }
}

impl Bound for &str {
    fn bound(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Bound for Vec<u8> {
    fn bound(self) -> Value {
        Value::Blob(self)
    }
}

impl<T: Bound> Bound for Option<T> {
    fn bound(self) -> Value {
        self.map_or(Value::Null, Bound::bound)
    }
}

/// A statement that is put together piece by piece.
pub(crate) struct Builder {
    text: String,
    values: Vec<Value>,
}

impl Builder {
    pub fn new(text: &'static str) -> Builder {
        Builder { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds words of ours.
    pub fn push(&mut self, text: impl Display) -> &mut Builder {
        write!(self.text, "{text}").expect("memory takes it");
        self
    }

    /// Adds a value.
    pub fn push_bind(&mut self, value: impl Bound) -> &mut Builder {
        self.text.push('?');
        self.values.push(value.bound());
        self
    }

    /// Adds values with something between them.
    pub fn separated(&mut self, between: &'static str) -> Separated<'_> {
        Separated { builder: self, between, is_first: true }
    }

    pub fn build(&mut self) -> Query {
        Query { text: Cow::Owned(std::mem::take(&mut self.text)), values: std::mem::take(&mut self.values) }
    }
}

/// Adds rows: `into` names the table and its columns, `behind` says what becomes of rows that are there. Gives how many
/// rows were added or changed.
pub(crate) async fn insert(
    on: &mut Connection,
    into: &str,
    columns: Vec<Column>,
    behind: &'static str,
) -> Result<u64, StoreError> {
    let marks = vec!["?"; columns.len()].join(", ");
    let text = format!("INSERT INTO {into} VALUES ({marks}) {behind}");
    on.run(move |held| {
        let mut statement = held.prepare_cached(&text)?;
        let mut columns: Vec<_> = columns.into_iter().map(cells).collect();
        let mut changed = 0;
        loop {
            for (at, column) in columns.iter_mut().enumerate() {
                let Some(cell) = column.next() else { return Ok(changed) };
                statement.raw_bind_parameter(at + 1, cell)?;
            }
            changed += statement.raw_execute()? as u64;
        }
    })
    .await
}

fn cells(column: Column) -> Box<dyn Iterator<Item = Value>> {
    match column {
        Column::Numbers(cells) => Box::new(cells.into_iter().map(Bound::bound)),
        Column::Texts(cells) => Box::new(cells.into_iter().map(Value::Text)),
        Column::Bytes(cells) => Box::new(cells.into_iter().map(Value::Blob)),
    }
}

/// The statement, its plan made for the values at hand: here plans do not go by values.
pub(crate) fn afresh(builder: &mut Builder) -> Query {
    builder.build()
}

/// That what stands before it is one of some values.
pub(crate) fn among<T: Bound>(builder: &mut Builder, values: Vec<T>) -> &mut Builder {
    builder.push(" IN (");
    let mut list = builder.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    builder.push(")")
}

/// Values with something between them.
pub(crate) struct Separated<'b> {
    builder: &'b mut Builder,
    between: &'static str,
    is_first: bool,
}

impl Separated<'_> {
    pub fn push_bind(&mut self, value: impl Bound) -> &mut Self {
        if !std::mem::replace(&mut self.is_first, false) {
            self.builder.text.push_str(self.between);
        }
        self.builder.push_bind(value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(apart: bool) -> Connection {
        let held = rusqlite::Connection::open_in_memory().expect("memory");
        if apart { Connection::apart(held) } else { Connection::here(held) }
    }

    #[tokio::test]
    async fn values_go_by_their_number_here_and_on_another_thread() {
        for apart in [false, true] {
            let mut on = memory(apart);
            query("CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT, c BLOB)")
                .execute(&mut on)
                .await
                .expect("made");
            let columns = || vec![Column::from_iter([1, 2]), Column::from_iter(["x", "y"])];
            let added = insert(&mut on, "t (a, b)", columns(), "").await;
            assert_eq!(added.expect("added"), 2);
            let again = insert(&mut on, "t (a, b)", columns(), "ON CONFLICT (a) DO NOTHING").await;
            assert_eq!(again.expect("left alone"), 0);
            let row = query("SELECT b, c, $2 AS two FROM t WHERE a = $1 AND $2 = $2").bind(2_i64).bind("two");
            let row = row.fetch_one(&mut on).await.expect("there");
            assert_eq!((row.get::<String, _>("b"), row.get::<String, _>("two")), ("y".into(), "two".into()));
            assert_eq!(row.get::<Option<Vec<u8>>, _>(1), None);
            let none = query("SELECT a FROM t WHERE a = $1").bind(3_i64).fetch_optional(&mut on).await;
            assert!(none.expect("read").is_none());
            let few = query("SELECT a FROM t WHERE a = $2").bind(3_i64).fetch_all(&mut on).await;
            assert!(few.is_err(), "a value that was not given is no NULL");
        }
    }

    #[tokio::test]
    async fn a_connection_in_a_transaction_is_not_idle() {
        let mut on = memory(false);
        query("BEGIN").execute(&mut on).await.expect("begun");
        assert!(on.into_idle().is_none());
        assert!(memory(true).into_idle().is_some());
    }
}
