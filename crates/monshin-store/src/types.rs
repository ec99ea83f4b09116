//! What goes into a store and comes out of it.

use monshin_frame::Disposition;

use crate::{Mode, Privacy};

/// What a database is for. It is said when the database is made, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Real institutions answer.
    Field,
    /// Made-up institutions answer; nothing of it may be mistaken for real data.
    Rehearsal,
}

impl Kind {
    /// The word in the database and in backups.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Field => "field",
            Kind::Rehearsal => "rehearsal",
        }
    }
}

/// One survey as it is fielded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyRow {
    /// Its id.
    pub id: String,
    /// The text of `survey.toml`.
    pub questionnaire: String,
    /// The questionnaire's hash.
    pub hash: String,
    /// What ties answers to who gave them.
    pub privacy: Privacy,
    /// Public keys that answers are sealed to, as text.
    pub recipients: Vec<String>,
    /// First instant at which answers are taken, in microseconds since 1970.
    pub opens_at: i64,
    /// First instant after the announced time.
    pub closes_at: i64,
    /// First instant at which late returns are no longer taken, where it is later than that.
    pub grace_until: i64,
    /// When an operator closed it before that, if so.
    pub closed_at: Option<i64>,
}

impl SurveyRow {
    /// When answers are taken.
    pub fn dates(&self) -> Dates {
        Dates {
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            grace_until: self.grace_until,
            closed_at: self.closed_at,
        }
    }

    /// Whether answers are taken at an instant.
    pub fn is_open(&self, now: i64) -> bool {
        self.dates().is_open(now)
    }

    /// Whether it has closed, by the calendar or by hand.
    pub fn is_over(&self, now: i64) -> bool {
        self.dates().is_over(now)
    }
}

/// When answers are taken, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// First instant at which answers are taken.
    pub opens_at: i64,
    /// First instant after the announced time.
    pub closes_at: i64,
    /// First instant at which late returns are no longer taken, where it is later than that.
    pub grace_until: i64,
    /// When an operator closed it before that, if so.
    pub closed_at: Option<i64>,
}

impl Dates {
    /// Whether answers are taken at an instant.
    pub fn is_open(&self, now: i64) -> bool {
        self.opens_at <= now && !self.is_over(now)
    }

    /// Whether it has closed, by the calendar or by hand.
    pub fn is_over(&self, now: i64) -> bool {
        self.closes_at.max(self.grace_until) <= now || self.closed_at.is_some()
    }
}

/// What became of [`crate::Store::put_survey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutSurvey {
    /// It is new.
    New,
    /// It was there, and its dates or texts were brought up to date.
    Updated,
    /// It was there with another questionnaire, other keys or another privacy, and cases have begun
    /// to answer: nothing was changed.
    InUse,
}

/// Class of a unit in each breakdown, as ids: `beds=med_none`, …
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseClasses(pub Vec<(String, String)>);

impl CaseClasses {
    pub(crate) fn to_text(&self) -> String {
        self.0.iter().map(|(breakdown, class)| format!("{breakdown}={class}")).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn parse(text: &str) -> CaseClasses {
        let pair = |line: &str| line.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned()));
        CaseClasses(text.lines().filter_map(pair).collect())
    }

    /// The class in a breakdown.
    pub fn of(&self, breakdown: &str) -> Option<&str> {
        self.0.iter().find(|(id, _)| id == breakdown).map(|(_, class)| &**class)
    }
}

/// A code as a database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCode {
    /// Keyed hash of the code.
    pub hash: [u8; 32],
    /// The key of the case's drafts, locked with the code.
    pub locked: Vec<u8>,
}

/// A unit to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    /// The unit's id in the frame.
    pub unit: String,
    /// What stands with its answers instead of the id: random, and of no order.
    pub pseudonym: String,
    /// Its classes.
    pub classes: CaseClasses,
    /// Its codes.
    pub codes: Vec<SealedCode>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number.
    pub case: i64,
    /// Its survey.
    pub survey: String,
    /// Its wave.
    pub wave: String,
    /// The unit's id in the frame.
    pub unit: String,
    /// What stands with its answers instead of the id.
    pub pseudonym: String,
    /// Its classes.
    pub classes: CaseClasses,
    /// What became of it.
    pub disposition: Disposition,
    /// How many times it has submitted; 1 at most where the survey is anonymous.
    pub revision: i64,
    /// How the return that counts came in.
    pub mode: Option<Mode>,
}

impl CaseRow {
    /// Whether a mail may go to it: not to who has answered, said no, cannot be reached or is not asked.
    pub fn may_be_written_to(&self) -> bool {
        let waits = [Disposition::UnknownEligibility, Disposition::BreakOff, Disposition::NonContact];
        self.revision == 0 && waits.contains(&self.disposition)
    }
}

/// The case of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeHit {
    /// The case.
    pub case: CaseRow,
    /// The key of its drafts, locked with the code.
    pub locked: Vec<u8>,
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Counts up with each saving, from 1.
    pub version: i64,
    /// What was typed, sealed under the key of the case.
    pub sealed: Vec<u8>,
}

/// What became of [`crate::Store::save_draft`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Durable, as this version.
    Version(i64),
    /// Somebody saved another version meanwhile: read it and try again.
    Stale,
    /// Answers are not taken at that instant.
    NotOpen,
    /// There is no such case, or an anonymous return of it cannot be changed.
    Refused,
}

/// A return to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The case.
    pub case: i64,
    /// The draft that is submitted: the same draft twice is one submission.
    pub draft_version: i64,
    /// The record, sealed to the analyst.
    pub sealed: Vec<u8>,
    /// SHA-256 of the record.
    pub receipt: [u8; 32],
    /// A random id where the survey is anonymous; not used otherwise.
    pub anonymous_id: [u8; 16],
    /// How it came in.
    pub mode: Mode,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// What became of [`crate::Store::submit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// Durable, and counted once.
    Kept {
        /// The first is 1.
        revision: i64,
        /// Receipt of what is kept: of the first one where the draft was submitted before.
        receipt: [u8; 32],
        /// When it was kept.
        at: i64,
        /// Whether this very draft had been submitted before.
        before: bool,
    },
    /// An anonymous return is there already; which one nobody knows.
    AlreadyAnonymous,
    /// The draft has changed meanwhile.
    Stale,
    /// Answers are not taken at that instant.
    NotOpen,
    /// There is no such case.
    Refused,
}

/// A return as it leaves for the analyst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAnswer {
    /// Pseudonym of the case, or the random id of an anonymous return; unique, and of no order.
    pub key: String,
    /// The record, sealed.
    pub sealed: Vec<u8>,
    /// SHA-256 of the record; `None` where the survey is anonymous.
    pub receipt: Option<[u8; 32]>,
}

/// How many cases of the same classes came to the same end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseCount {
    /// Classes.
    pub classes: CaseClasses,
    /// What became of them.
    pub disposition: Disposition,
    /// How their returns came in.
    pub mode: Option<Mode>,
    /// How many.
    pub cases: u64,
}

/// Who did what, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who: an operator's name, or `system`.
    pub actor: String,
    /// What, in one word.
    pub act: String,
    /// Particulars; never an answer, a code or a contact.
    pub detail: String,
}
