//! The frame in the field: who is asked, how far it has come.

use monshin_frame::Disposition;

use crate::{Act, CaseClasses, CaseRow, SealedCode};

/// How a return came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// By the respondent's pages.
    Web,
    /// On paper, keyed in.
    Paper,
    /// By FAX, keyed in.
    Fax,
    /// By telephone, keyed in.
    Phone,
    /// As a file: Excel, CSV.
    File,
}

impl Mode {
    /// All.
    pub const ALL: [Mode; 5] = [Mode::Web, Mode::Paper, Mode::Fax, Mode::Phone, Mode::File];

    /// The word in the database.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Web => "web",
            Mode::Paper => "paper",
            Mode::Fax => "fax",
            Mode::Phone => "phone",
            Mode::File => "file",
        }
    }

    /// From its word.
    pub fn parse(name: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// A unit of the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub unit: String,
    /// What stands with its answers instead of the id, where it is new.
    pub pseudonym: String,
    /// Its classes.
    pub classes: CaseClasses,
    /// What the list itself says became of it.
    pub disposition: Option<Disposition>,
    /// How it is reached, sealed.
    pub contact: Vec<u8>,
}

/// What became of a loaded frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Units that are new.
    pub added: u64,
    /// Units that were there and now have other classes.
    pub moved: u64,
    /// Units that were there and have sent a return, so that their classes stay.
    pub kept: u64,
}

/// New codes of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCodes {
    /// The unit.
    pub unit: String,
    /// Its codes.
    pub codes: Vec<SealedCode>,
}

/// Which cases of a survey, a page at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseQuery {
    /// The survey.
    pub survey: String,
    /// Which of them.
    pub which: Which,
    /// Their ids begin so.
    pub begins: String,
    /// Their ids come after this one.
    pub after: String,
    /// So many at most.
    pub limit: u32,
}

/// Some of the cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    #[default]
    All,
    /// Those that may still answer.
    Missing,
    /// Those of a disposition.
    Of(Disposition),
    /// Those without a code.
    Uncoded,
    /// Those that have a code or not, and have not begun.
    NotBegun,
}

/// A case with what goes into its letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseLine {
    /// The case.
    pub case: CaseRow,
    /// How the unit is reached, sealed; `None` where it was never loaded from a frame.
    pub contact: Option<Vec<u8>>,
    /// Whether it has a code.
    pub has_code: bool,
    /// Whether it has a draft.
    pub has_draft: bool,
}

/// First returns within half an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Half hours since 1970.
    pub half_hour: i64,
    /// How they came.
    pub mode: Mode,
    /// How many.
    pub returns: u64,
}

/// A return that did not come by the respondent's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The case.
    pub case: i64,
    /// How many returns it had when that was looked at.
    pub revision: i64,
    /// Whether it had a draft then.
    pub had_draft: bool,
    /// The record, sealed to the analyst.
    pub sealed: Vec<u8>,
    /// SHA-256 of the record.
    pub receipt: [u8; 32],
    /// A random id where the survey is anonymous; not used otherwise.
    pub anonymous_id: [u8; 16],
}

/// Keyed returns that are taken in together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The survey.
    pub survey: String,
    /// How they came.
    pub mode: Mode,
    /// The returns, each of another case.
    pub returns: Vec<Keyed>,
    /// Whether they are taken although the survey has closed.
    pub after_closing: bool,
    /// When, and what the audit log says of it.
    pub act: Act,
}

/// What became of [`crate::Store::import`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// All of them are durable.
    Kept,
    /// A case is no longer as it was when it was looked at: nothing was taken in.
    Changed,
    /// Answers are not taken at that instant: nothing was taken in.
    NotOpen,
}

/// When answers are taken, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// First instant at which answers are taken.
    pub opens_at: i64,
    /// First instant after the announced time.
    pub closes_at: i64,
    /// First instant at which late returns are no longer taken; 0 where none are.
    pub grace_until: i64,
}

/// A frame that waits to be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Keyed hash of its token.
    pub id: [u8; 32],
    /// The survey.
    pub survey: String,
    /// Whose it is.
    pub operator: String,
    /// When it came.
    pub at: i64,
    /// The file, sealed.
    pub sealed: Vec<u8>,
}
