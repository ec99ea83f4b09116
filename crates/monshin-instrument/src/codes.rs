//! Code lists: what may be answered, and what it is called.

use crate::LocalText;

/// What a code stands for beyond its label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// An answer to the matter.
    #[default]
    Substantive,
    /// "Don't know": an answer, in the base, shown as its own row.
    DontKnow,
    /// "Rather not say": item nonresponse, outside the base.
    Refused,
    /// "Does not apply": an answer, in the base, shown as its own row.
    NotApplicable,
    /// "Other": opens a text item.
    Other,
}

/// One value–label pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Name in conditions, claims and data files.
    pub id: String,
    /// What people read.
    pub label: LocalText,
    /// Other spellings in data files.
    pub aliases: Vec<String>,
    /// What it stands for.
    pub kind: CodeKind,
    /// In a question with several answers: stands alone.
    pub exclusive: bool,
    /// Least size of the class, where the code is a class of a size.
    pub min: Option<i64>,
    /// Greatest size of the class, where there is one.
    pub max: Option<i64>,
}

/// Codes in the order of the paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeList {
    /// Name, or the question's where the list is written out there.
    pub id: String,
    /// The codes.
    pub codes: Vec<Code>,
}

impl CodeList {
    /// Position of a code by its id.
    pub fn position(&self, id: &str) -> Option<u16> {
        self.codes.iter().position(|code| code.id == id).map(|at| at as u16)
    }

    /// How each code may be written: its id, and its labels and aliases after it.
    pub fn spellings(&self) -> Vec<Vec<String>> {
        let of_code = |code: &Code| {
            let labels = code.label.iter().map(|(_, label)| label.to_owned());
            [code.id.clone()].into_iter().chain(labels).chain(code.aliases.clone()).collect()
        };
        self.codes.iter().map(of_code).collect()
    }

    /// How many codes.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}
