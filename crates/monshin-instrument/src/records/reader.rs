//! Row after row: cells to answers, answers through `submit`.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::Arc;

use monshin_diag::{Diagnostic, Diagnostics, Place, Words, words};

use super::cell::{self, Speller};
use super::columns::{Column, columns};
use super::drawn::DesignColumns;
use super::fault::{Fault, FaultKind};
use super::table::Table;
use crate::{AnswerType, Answers, Given, Problem, ProblemKind, Questionnaire, Response, Value};

/// Classes of a unit in every breakdown, by its id; `None` where the frame does not have it.
pub type ClassesOf<'a> = &'a dyn Fn(&str) -> Option<Vec<Option<u16>>>;

/// How a file is read.
#[derive(Clone, Default)]
pub struct Reading<'a> {
    /// Name of the file, for findings.
    pub file: String,
    /// Column of the weights; without one, `weight` where there is such a column.
    pub weight: Option<String>,
    /// The frame, where there is one.
    pub classes_of: Option<ClassesOf<'a>>,
    /// How ids that stand twice are found.
    pub duplicates: Duplicates,
    /// Columns that say how the response was drawn.
    pub design: DesignColumns,
}

/// How ids that stand twice are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// All ids are remembered (about 16 bytes and the id itself for each).
    #[default]
    Remember,
    /// The rows were found before, by [`super::duplicate_rows`]; in ascending order.
    Known(Vec<u64>),
}

/// A response with its case and weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Id of the case.
    pub id: String,
    /// The response.
    pub response: Response,
    /// Weight, 1 where the file has none.
    pub weight: f64,
    /// What stands in the columns of the design, by [`DesignColumns`]: those that are named, then the
    /// replicate weights; of a column that the file lacks nothing.
    pub design: Vec<String>,
}

/// One row: its faults, and the response it gives. With faults the response is what lenient
/// reading keeps; `None` where the whole row is kept out.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Row as a spreadsheet counts it: the header is row 1.
    pub row: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// The response.
    pub record: Option<Record>,
}

/// What a row says beside its answers.
struct Drawn {
    id: String,
    weight: f64,
    design: Vec<String>,
}

/// Reads UTF-8 (see [`super::Decoder`]) row by row.
pub struct RecordReader<'q, 'a, R> {
    form: &'q Questionnaire,
    reading: Reading<'a>,
    table: Table<R>,
    columns: Vec<Column>,
    names: Vec<String>,
    spellers: Vec<Option<Arc<Speller>>>,
    classes: Vec<Speller>,
    seen: HashSet<Box<str>>,
    row: u64,
    cells: csv::StringRecord,
    /// Columns of the design, those that the header lacks included.
    drawn: usize,
    given: Answers,
}

impl<'q, 'a, R: Read> RecordReader<'q, 'a, R> {
    /// Reads the header. The findings are warnings where there is a reader.
    ///
    /// # Errors
    /// Those of reading; a header at fault gives `None` with the findings.
    pub fn new(
        form: &'q Questionnaire,
        reader: R,
        reading: Reading<'a>,
    ) -> io::Result<(Option<Self>, Diagnostics)> {
        let mut table = Table::new(reader)?;
        let mut header = csv::StringRecord::new();
        if !table.next_row(&mut header)? {
            let found = Diagnostic::error(
                "D016",
                Place::file(&reading.file),
                words!("ファイルが空です"; "the file is empty"),
            );
            return Ok((None, [found].into_iter().collect()));
        }
        let weight = reading.weight.as_deref();
        let (columns, found) = columns(form, &header, &reading, table.row(), weight);
        if found.has_errors() {
            return Ok((None, found));
        }
        let reader = RecordReader {
            form,
            reading,
            row: table.row(),
            table,
            columns,
            names: header.iter().map(str::to_owned).collect(),
            spellers: spellers(form),
            classes: form.breakdowns.iter().map(|breakdown| Speller::new(&breakdown.codes)).collect(),
            seen: HashSet::new(),
            cells: csv::StringRecord::new(),
            drawn: 0,
            given: Answers::default(),
        };
        let reader = RecordReader { drawn: reader.reading.design.len(&header), ..reader };
        Ok((Some(reader), found))
    }

    /// The columns of the design that the header has, by their places in [`Record::design`], with their
    /// names as they are written.
    pub fn design_columns(&self) -> Vec<Option<&str>> {
        let mut found = vec![None; self.drawn];
        for (column, name) in self.columns.iter().zip(&self.names) {
            if let Column::Design(place) = column {
                found[*place] = Some(&**name);
            }
        }
        found
    }

    /// The next row.
    ///
    /// # Errors
    /// Those of reading.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        let mut cells = std::mem::take(&mut self.cells);
        let is_there = self.table.next_row(&mut cells)?;
        self.row = self.table.row();
        let row = is_there.then(|| self.read(&cells));
        self.cells = cells;
        Ok(row)
    }

    /// What the cells of the row that was read last gave, its classes included; of a row that gave no record nothing in
    /// particular.
    pub fn given(&self) -> &Answers {
        &self.given
    }

    /// The names of the columns, in their order.
    pub fn column_names(&self) -> &[String] {
        &self.names
    }

    fn fault(&self, kind: FaultKind, column: Option<usize>, value: &str, detail: Words) -> Fault {
        let column = column.map(|at| self.names[at].clone());
        Fault { kind, row: self.row, column, value: value.to_owned(), detail }
    }

    fn read(&mut self, cells: &csv::StringRecord) -> Row {
        let mut faults = Vec::new();
        if self.table.has_open_quote() {
            let lines = cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            faults.push(self.fault(FaultKind::OpenQuote, None, "",
                words!("この行から {lines} 行が1つのセルになっています。引用符（\"）を閉じるか、二重（\"\"）にしてください";
                    "from here {lines} lines are one cell; close the quotation mark, or double it (\"\")")));
            return Row { row: self.row, faults, record: None };
        }
        if cells.len() != self.columns.len() {
            let (has, wants) = (cells.len(), self.columns.len());
            faults.push(self.fault(FaultKind::Ragged, None, "",
                words!("見出しは {wants} 列、この行は {has} 列です"; "the header has {wants} columns, this row {has}")));
            return Row { row: self.row, faults, record: None };
        }
        let mut answers = self.form.no_answers();
        let (mut id, mut weight) = (String::new(), 1.0);
        let mut spoiled = Vec::new();
        let mut design = vec![String::new(); self.drawn];
        for (at, cell) in cells.iter().enumerate() {
            match self.columns[at] {
                Column::Id => cell.trim().clone_into(&mut id),
                Column::Weight => weight = self.weight(at, cell, &mut faults),
                Column::Class(breakdown) => {
                    answers.classes[breakdown] = self.class(at, breakdown, cell, &mut faults)
                }
                Column::Answer(item) => {
                    match cell::read(&self.form.items[item], self.spellers[item].as_deref(), cell) {
                        Ok(given) => answers.values[item] = given,
                        Err((kind, detail)) => {
                            faults.push(self.fault(kind, Some(at), cell, detail));
                            spoiled.push(item);
                        }
                    }
                }
                Column::Choice(item, code) => match cell::choice(cell) {
                    Ok(chosen) => choose(&mut answers.values[item], code, chosen),
                    Err((kind, detail)) => {
                        faults.push(self.fault(kind, Some(at), cell, detail));
                        spoiled.push(item);
                    }
                },
                Column::Design(place) => cell.trim().clone_into(&mut design[place]),
                Column::Ignored => {}
            }
        }
        self.identify(&id, &mut answers, &mut faults);
        let row = self.finish(Drawn { id, weight, design }, &mut answers, spoiled, faults);
        self.given = answers;
        row
    }

    fn finish(
        &self,
        drawn: Drawn,
        answers: &mut Answers,
        spoiled: Vec<usize>,
        mut faults: Vec<Fault>,
    ) -> Row {
        for given in &mut answers.values {
            // Columns of 0 only: asked, and nothing chosen.
            if *given == Given::Value(Value::Codes(0)) {
                *given = Given::Missing;
            }
        }
        for item in &spoiled {
            answers.values[*item] = Given::Blank;
        }
        let (response, problems) = self.form.submit_lenient(answers);
        faults.extend(problems.iter().map(|problem| self.of_problem(problem, answers, &spoiled)));
        let keep = !faults.iter().any(|fault| fault.kind.drops_row());
        let Drawn { id, weight, design } = drawn;
        Row { row: self.row, faults, record: keep.then_some(Record { id, response, weight, design }) }
    }

    fn identify(&mut self, id: &str, answers: &mut Answers, faults: &mut Vec<Fault>) {
        let column = self.columns.iter().position(|column| *column == Column::Id);
        if id.contains('\u{fffd}') {
            faults.push(self.fault(FaultKind::Encoding, column, id, cell::save_again()));
        }
        if id.is_empty() {
            faults.push(self.fault(FaultKind::NoId, column, "", Words::default()));
            return;
        }
        let is_duplicate = match &self.reading.duplicates {
            Duplicates::Remember => !self.seen.insert(id.into()),
            Duplicates::Known(rows) => rows.binary_search(&self.row).is_ok(),
        };
        if is_duplicate {
            faults.push(self.fault(
                FaultKind::DuplicateId,
                column,
                id,
                words!("最初の行だけを残してください"; "keep the first row only"),
            ));
        }
        if let Some(classes_of) = self.reading.classes_of {
            match classes_of(id) {
                Some(classes) => {
                    for (at, class) in classes.into_iter().enumerate() {
                        answers.classes[at] = answers.classes[at].or(class);
                    }
                }
                None => faults.push(self.fault(FaultKind::NotInFrame, column, id, Words::default())),
            }
        }
    }

    fn weight(&self, at: usize, cell: &str, faults: &mut Vec<Fault>) -> f64 {
        match super::weight::read(cell) {
            Ok(weight) => weight,
            Err(why) => {
                faults.push(self.fault(FaultKind::Weight, Some(at), cell, why));
                1.0
            }
        }
    }

    fn class(&self, at: usize, breakdown: usize, cell: &str, faults: &mut Vec<Fault>) -> Option<u16> {
        let class = self.classes[breakdown].read(cell.trim());
        let from_frame = self.reading.classes_of.is_some() && cell.trim().is_empty();
        if cell.contains('\u{fffd}') {
            faults.push(self.fault(FaultKind::Encoding, Some(at), cell, cell::save_again()));
        } else if class.is_none() && !from_frame {
            faults.push(self.fault(FaultKind::UnknownClass, Some(at), cell, self.classes[breakdown].list()));
        }
        class
    }

    fn of_problem(&self, problem: &Problem, answers: &Answers, spoiled: &[usize]) -> Fault {
        let item = &self.form.items[problem.item];
        let question = &self.form.questions[item.question];
        let kind = match problem.kind {
            ProblemKind::Missing => FaultKind::Missing,
            ProblemKind::NotAsked => FaultKind::NotAsked,
            ProblemKind::ScopeUnknown => FaultKind::ScopeUnknown,
            _ => FaultKind::OutOfLimits,
        };
        let condition = &question.base.condition;
        let base = words!("{}", question.base.sentence.get("ja"); "{}", question.base.sentence.get("en"));
        let spoilt = item.tests().into_iter().find_map(|test| match test.subject {
            crate::Subject::Item(at) if spoiled.contains(&at) => Some(&self.form.items[at].name),
            _ => None,
        });
        let detail = match kind {
            FaultKind::ScopeUnknown if spoilt.is_some() => {
                let name = spoilt.map_or("", |name| name);
                words!("この行の「{name}」が読めないためです。そちらを直してください"; "since `{name}` of this row cannot be read; mend that first")
            }
            FaultKind::NotAsked | FaultKind::ScopeUnknown if item.is_specify => words!(
                "「その他」を選んだときだけ書く欄です"; "this is filled in only where “other” was chosen"),
            FaultKind::NotAsked | FaultKind::ScopeUnknown => words!(
                "{} を尋ねるのは {condition} のときだけです（{}）", item.name, base.ja;
                "{} is asked only if {condition} ({})", item.name, base.en),
            FaultKind::Missing => {
                words!("尋ねたが無回答なら「無回答」と書いてください"; "if it was asked and left blank, write no_answer")
            }
            _ => limits(item),
        };
        let value = match answers.values.get(problem.item) {
            Some(Given::Value(value)) => super::write::cell(item, value),
            _ => String::new(),
        };
        Fault { kind, row: self.row, column: Some(item.name.clone()), value, detail }
    }
}

fn spellers(form: &Questionnaire) -> Vec<Option<Arc<Speller>>> {
    let mut made: Vec<(*const crate::CodeList, Arc<Speller>)> = Vec::new();
    let mut of_item = |item: &crate::ItemDef| {
        let codes = item.codes()?;
        let key: *const crate::CodeList = codes;
        if let Some((_, speller)) = made.iter().find(|(have, _)| *have == key) {
            return Some(Arc::clone(speller));
        }
        let speller = Arc::new(Speller::new(codes));
        made.push((key, Arc::clone(&speller)));
        Some(speller)
    };
    form.items.iter().map(&mut of_item).collect()
}

fn choose(given: &mut Given, code: u16, chosen: Option<bool>) {
    let bits = match given {
        Given::Value(Value::Codes(bits)) => Some(*bits),
        _ => None,
    };
    *given = match (bits, chosen) {
        (None, None) => return,
        (bits, Some(true)) => Given::Value(Value::Codes(bits.unwrap_or(0) | 1 << code)),
        (bits, _) => Given::Value(Value::Codes(bits.unwrap_or(0))),
    };
}

fn limits(item: &crate::ItemDef) -> Words {
    match &item.answer {
        AnswerType::Number(limits) => {
            let low = limits.min.map_or(String::new(), |min| min.to_string());
            let high = limits.max.map_or(String::new(), |max| max.to_string());
            let digits = limits.decimals;
            words!("範囲は {low}～{high}、小数は {digits} 桁までです"; "from {low} to {high}, with at most {digits} decimals")
        }
        AnswerType::Date { min, max } => {
            let low = min.map_or(String::new(), |min| min.to_string());
            let high = max.map_or(String::new(), |max| max.to_string());
            words!("範囲は {low}～{high} です"; "from {low} to {high}")
        }
        AnswerType::Several { min, max, .. } => words!(
            "選べるのは {min}～{max} 個で、単独で選ぶ選択肢は他と併せられません"; "choose {min} to {max}; a code that stands alone cannot be joined with others"),
        AnswerType::Text { max_length } => {
            words!("{max_length} 文字までです"; "at most {max_length} characters")
        }
        AnswerType::One(_) => Words::default(),
    }
}
