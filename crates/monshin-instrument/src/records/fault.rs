//! What can be wrong with a row, and the count of what was kept out.

use std::collections::BTreeMap;

use monshin_diag::{Diagnostic, Place, Words, words};

/// The kinds of fault in a data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultKind {
    /// A code that the list does not have.
    UnknownCode,
    /// An id that stood in an earlier row.
    DuplicateId,
    /// An answer where the routing never asked.
    NotAsked,
    /// No answer where the routing asked and an answer is required.
    Missing,
    /// A class that the breakdown does not have, or none.
    UnknownClass,
    /// More or fewer cells than the header.
    Ragged,
    /// Not a number, or not a day.
    Unreadable,
    /// Outside the limits of the question, or too many or too few choices.
    OutOfLimits,
    /// An answer although it is unknown whether the question was asked.
    ScopeUnknown,
    /// No id.
    NoId,
    /// Bytes that mean nothing in the file's encoding.
    Encoding,
    /// A weight that is not a number from 1e-18 to 1e18.
    Weight,
    /// An id that the frame does not have.
    NotInFrame,
    /// A quotation mark that is never closed: the rest of the file is one cell.
    OpenQuote,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [FaultKind; 14] = [
        FaultKind::UnknownCode,
        FaultKind::DuplicateId,
        FaultKind::NotAsked,
        FaultKind::Missing,
        FaultKind::UnknownClass,
        FaultKind::Ragged,
        FaultKind::Unreadable,
        FaultKind::OutOfLimits,
        FaultKind::ScopeUnknown,
        FaultKind::NoId,
        FaultKind::Encoding,
        FaultKind::Weight,
        FaultKind::NotInFrame,
        FaultKind::OpenQuote,
    ];

    /// The finding's code.
    pub fn code(self) -> &'static str {
        match self {
            FaultKind::UnknownCode => "D001",
            FaultKind::DuplicateId => "D002",
            FaultKind::NotAsked => "D003",
            FaultKind::Missing => "D004",
            FaultKind::UnknownClass => "D005",
            FaultKind::Ragged => "D006",
            FaultKind::Unreadable => "D007",
            FaultKind::OutOfLimits => "D008",
            FaultKind::ScopeUnknown => "D009",
            FaultKind::NoId => "D014",
            FaultKind::Encoding => "D015",
            FaultKind::Weight => "D017",
            FaultKind::NotInFrame => "D018",
            FaultKind::OpenQuote => "D010",
        }
    }

    /// Whether lenient reading keeps the whole row out, not only the item.
    pub fn drops_row(self) -> bool {
        matches!(
            self,
            FaultKind::DuplicateId
                | FaultKind::Ragged
                | FaultKind::NoId
                | FaultKind::Weight
                | FaultKind::NotInFrame
                | FaultKind::OpenQuote
        )
    }

    /// What is kept out, for the method note.
    pub fn label(self) -> Words {
        match self {
            FaultKind::UnknownCode => words!("選択肢にない回答"; "answers outside the code list"),
            FaultKind::DuplicateId => words!("重複したid（行ごと除外）"; "repeated ids (row left out)"),
            FaultKind::NotAsked => {
                words!("尋ねていない設問への回答"; "answers where the routing never asked")
            }
            FaultKind::Missing => words!("必須の設問の無回答"; "missing answers to required questions"),
            FaultKind::UnknownClass => words!("不明な区分"; "unknown classes"),
            FaultKind::Ragged => words!("列数の合わない行（行ごと除外）"; "ragged rows (row left out)"),
            FaultKind::Unreadable => {
                words!("数値・日付として読めない回答"; "answers that are no number or day")
            }
            FaultKind::OutOfLimits => words!("範囲外の回答"; "answers outside the limits"),
            FaultKind::ScopeUnknown => {
                words!("尋ねたかどうか不明な設問への回答"; "answers where nobody knows whether the routing asked")
            }
            FaultKind::NoId => words!("idのない行（行ごと除外）"; "rows without id (row left out)"),
            FaultKind::Encoding => words!("文字化けした回答"; "answers that cannot be decoded"),
            FaultKind::Weight => words!("使えないウエイト（行ごと除外）"; "unusable weights (row left out)"),
            FaultKind::NotInFrame => {
                words!("名簿にないid（行ごと除外）"; "ids that the frame does not have (row left out)")
            }
            FaultKind::OpenQuote => {
                words!("閉じていない引用符（以降を除外）"; "quotation marks left open (all that follows left out)")
            }
        }
    }
}

/// One fault of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Kind.
    pub kind: FaultKind,
    /// Row as a spreadsheet counts it: the header is row 1.
    pub row: u64,
    /// Column, where one cell is meant.
    pub column: Option<String>,
    /// What stands there.
    pub value: String,
    /// More about it: the codes there are, the limits, the base.
    pub detail: Words,
}

impl Fault {
    /// As a finding in `file`.
    pub fn diagnostic(&self, file: &str) -> Diagnostic {
        let place = Place::cell(file, self.row, self.column.as_deref());
        let label = self.kind.label();
        let value =
            if self.value.is_empty() { String::new() } else { format!(": {}", shortened(&self.value)) };
        let mut found =
            Diagnostic::error(self.kind.code(), place, words!("{}{value}", label.ja; "{}{value}", label.en));
        if self.detail != Words::default() {
            found = found.help(self.detail.clone());
        }
        found
    }
}

fn shortened(value: &str) -> String {
    let clean: String = value.chars().filter(|c| !c.is_control()).take(60).collect();
    if clean.len() < value.len() { format!("{clean}…") } else { clean }
}

/// What reading a file came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    /// Rows below the header.
    pub rows: u64,
    /// Rows that gave a response.
    pub kept: u64,
    /// Faults by kind; with lenient reading, what was kept out.
    pub faults: BTreeMap<FaultKind, u64>,
}

impl Intake {
    /// How many faults in all.
    pub fn total(&self) -> u64 {
        self.faults.values().sum()
    }
}
