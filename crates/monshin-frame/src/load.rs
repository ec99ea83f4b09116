//! `frame.csv` to a frame and a directory, or everything that is wrong with it.
//!
//! | code | finding |
//! |---|---|
//! | F001 | the file is empty |
//! | F002 | a column is missing (`id`, a breakdown) |
//! | F003 | a column stands twice |
//! | F004 | warning: a column that is neither id nor breakdown nor contact |
//! | F005 | a row has another number of cells than the header |
//! | F006 | a row has no id |
//! | F007 | an id stands twice |
//! | F008 | a cell is no class of the breakdown |
//! | F009 | the bytes are not UTF-8 |
//! | F020 | a cell is no disposition |
//! | F026 | a cell is no base weight |

use std::collections::HashMap;

use monshin_diag::{Diagnostic, Diagnostics, Place, words};

use crate::frame::Remark;
use crate::spelling::fold;
use crate::{Contact, Directory, Disposition, Frame};

/// A breakdown as the frame sees it: the column, and how each class may be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassColumn {
    /// Id of the breakdown, which is the name of the column.
    pub id: String,
    /// For each class its id, and its labels and aliases after it.
    pub spellings: Vec<Vec<String>>,
}

impl ClassColumn {
    /// A column with the spellings of each class.
    pub fn new<C, S>(id: &str, classes: impl IntoIterator<Item = C>) -> ClassColumn
    where
        C: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let class = |spellings: C| spellings.into_iter().map(Into::into).collect();
        ClassColumn { id: id.to_owned(), spellings: classes.into_iter().map(class).collect() }
    }

    pub(crate) fn by_spelling(&self) -> HashMap<String, u16> {
        let mut known = HashMap::new();
        for (class, spellings) in self.spellings.iter().enumerate() {
            for spelling in spellings {
                known.entry(fold(spelling)).or_insert(class as u16);
            }
        }
        known
    }
}

/// What a frame file holds.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The units and their classes.
    pub frame: Frame,
    /// How they are reached; in the order of the frame.
    pub directory: Directory,
}

/// Loads a frame from UTF-8 bytes (a byte order mark is skipped); other encodings are decoded by
/// the caller. Columns: `id`, one per breakdown, and if wanted `disposition` (an empty cell says
/// nothing), `base_weight`, `name`, `email`, `address`, `phone`, `fax`. Gives all findings at once, and what was loaded where none of them is an error.
/// A header without rows is an empty frame. `file` is the name that findings show.
pub fn load(file: &str, bytes: &[u8], breakdowns: &[ClassColumn]) -> (Option<Loaded>, Diagnostics) {
    load_with(file, bytes, breakdowns, &[])
}

/// The same, and the columns of these names as they stand, where the file has them
/// ([`Frame::column`]).
pub fn load_with(
    file: &str,
    bytes: &[u8],
    breakdowns: &[ClassColumn],
    more: &[String],
) -> (Option<Loaded>, Diagnostics) {
    let mut loading = Loading { file, breakdowns, more, found: Diagnostics::new() };
    let loaded = loading.load(bytes);
    let loaded = loaded.filter(|_| !loading.found.has_errors());
    (loaded, loading.found)
}

struct Loading<'a> {
    file: &'a str,
    breakdowns: &'a [ClassColumn],
    more: &'a [String],
    found: Diagnostics,
}

/// What a column holds.
enum Column {
    Id,
    Class(usize),
    Disposition,
    BaseWeight,
    Contact(String),
    More,
    Ignored,
}

impl Loading<'_> {
    fn load(&mut self, bytes: &[u8]) -> Option<Loaded> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.error(
                "F009",
                Place::file(self.file),
                words!("文字コードが UTF-8 ではありません"; "the file is not UTF-8"),
            );
            return None;
        };
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut rows = reader.records();
        let Some(Ok(header)) = rows.next() else {
            self.error("F001", Place::file(self.file), words!("ファイルが空です"; "the file is empty"));
            return None;
        };
        let columns = self.columns(&header);
        let known: Vec<_> = self.breakdowns.iter().map(ClassColumn::by_spelling).collect();
        let named = columns.iter().zip(&header).filter(|(column, _)| matches!(column, Column::More));
        let more = named.map(|(_, name)| name.trim().to_owned());
        let mut loaded = Loaded { frame: Frame::new(self.breakdowns.len(), more), ..Loaded::default() };
        for (at, row) in rows.enumerate() {
            let row = row.expect("valid UTF-8 in memory, rows of any length");
            self.row(at as u64 + 2, &row, &columns, &known, &mut loaded);
        }
        Some(loaded)
    }

    fn columns(&mut self, header: &csv::StringRecord) -> Vec<Column> {
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                let place = Place::cell(self.file, 1, Some(name));
                self.error(
                    "F003",
                    place,
                    words!("列「{name}」が二つあります"; "the column `{name}` stands twice"),
                );
            }
        }
        let wanted = std::iter::once("id").chain(self.breakdowns.iter().map(|one| &*one.id));
        for missing in wanted.filter(|wanted| !names.contains(wanted)) {
            let place = Place::cell(self.file, 1, None);
            self.found.push(Diagnostic::error(
                "F002",
                place,
                words!("列「{missing}」がありません"; "the column `{missing}` is missing"),
            ));
        }
        names.into_iter().map(|name| self.column(name)).collect()
    }

    fn column(&mut self, name: &str) -> Column {
        if name == "id" {
            return Column::Id;
        }
        if let Some(at) = self.breakdowns.iter().position(|one| one.id == name) {
            return Column::Class(at);
        }
        match name {
            "disposition" => return Column::Disposition,
            "base_weight" => return Column::BaseWeight,
            _ => {}
        }
        if self.more.iter().any(|one| one == name) {
            return Column::More;
        }
        if Contact::default().entry(name).is_some() {
            return Column::Contact(name.to_owned());
        }
        let place = Place::cell(self.file, 1, Some(name));
        let message = words!("列「{name}」は使われません"; "the column `{name}` is not used");
        self.found.push(Diagnostic::warning("F004", place, message));
        Column::Ignored
    }

    fn row(
        &mut self,
        number: u64,
        row: &csv::StringRecord,
        columns: &[Column],
        known: &[HashMap<String, u16>],
        loaded: &mut Loaded,
    ) {
        if row.len() != columns.len() {
            let (has, wants) = (row.len(), columns.len());
            let place = Place::cell(self.file, number, None);
            self.error("F005", place, words!("見出しは {wants} 列、この行は {has} 列です"; "the header has {wants} columns, this row {has}"));
            return;
        }
        let (mut id, mut classes, mut contact) = ("", vec![0; self.breakdowns.len()], Contact::default());
        let mut remark = Remark::default();
        for (column, cell) in columns.iter().zip(row) {
            let cell = cell.trim();
            match column {
                Column::Id => id = cell,
                Column::Class(at) => match known[*at].get(&fold(cell)) {
                    Some(class) => classes[*at] = *class,
                    None => self.unknown_class(number, *at, cell),
                },
                Column::Disposition => remark.disposition = self.disposition(number, cell),
                Column::BaseWeight => remark.weight = Some(self.base_weight(number, cell)),
                Column::Contact(name) => {
                    if let Some(entry) = contact.entry(name) {
                        *entry = (!cell.is_empty()).then(|| cell.to_owned());
                    }
                }
                Column::More | Column::Ignored => {}
            }
        }
        if !columns.iter().any(|column| matches!(column, Column::Id)) {
            return;
        }
        let place = Place::cell(self.file, number, Some("id"));
        if id.is_empty() {
            self.error("F006", place, words!("id がありません"; "the row has no id"));
        } else if loaded.frame.add(id, &classes, remark).is_some() {
            loaded.directory.add(contact);
            let more = columns.iter().zip(row).filter(|(column, _)| matches!(column, Column::More));
            loaded.frame.add_more(more.map(|(_, cell)| cell.trim()));
        } else {
            self.error(
                "F007",
                place,
                words!("id「{id}」は前の行にもあります"; "the id `{id}` stands in an earlier row too"),
            );
        }
    }

    fn disposition(&mut self, number: u64, cell: &str) -> Option<Disposition> {
        if cell.is_empty() {
            return None;
        }
        let found = Disposition::parse(cell);
        if found.is_none() {
            let place = Place::cell(self.file, number, Some("disposition"));
            let message = words!("「{cell}」という回収区分はありません"; "there is no disposition `{cell}`");
            let names: Vec<String> =
                Disposition::ALL.iter().map(|one| format!("{} {}", one.number(), one.name())).collect();
            let help = words!("AAPORの番号か名前を書いてください: {}。何も分からなければ空欄のままにします", names.join("、");
                "write AAPOR's number or name: {}; leave it empty where nothing is known", names.join(", "));
            self.found.push(Diagnostic::error("F020", place, message).help(help));
        }
        found
    }

    fn base_weight(&mut self, number: u64, cell: &str) -> f64 {
        let weight = fold(cell).parse::<f64>().ok().filter(|weight| (1e-6..=1e6).contains(weight));
        if weight.is_none() {
            let place = Place::cell(self.file, number, Some("base_weight"));
            let message = words!("「{cell}」は基礎ウエイトではありません"; "`{cell}` is no base weight");
            let help = words!("抽出確率の逆数を 0.000001 から 1000000 までの数で書いてください"; "write the inverse of the selection probability, from 0.000001 to 1000000");
            self.found.push(Diagnostic::error("F026", place, message).help(help));
        }
        weight.unwrap_or(1.0)
    }

    fn unknown_class(&mut self, number: u64, breakdown: usize, cell: &str) {
        let column = &self.breakdowns[breakdown];
        let place = Place::cell(self.file, number, Some(&column.id));
        let ids: Vec<&str> =
            column.spellings.iter().filter_map(|class| class.first()).map(|id| &**id).collect();
        let message = words!("「{cell}」という区分はありません"; "there is no class `{cell}`");
        let help = words!("区分: {}", ids.join("、"); "the classes are {}", ids.join(", "));
        self.found.push(Diagnostic::error("F008", place, message).help(help));
    }

    fn error(&mut self, code: &'static str, place: Place, message: monshin_diag::Words) {
        self.found.push(Diagnostic::error(code, place, message));
    }
}
