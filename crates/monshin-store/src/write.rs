//! Everything that changes a database, as values: a writer can put many into one transaction.

use tokio::sync::{Mutex, mpsc};

use crate::dump::DumpRow;
use crate::{
    Act, ApiKey, Disposition, EndedSession, Erased, Import, Imported, Listed, Listing, NewCase, NewCodes,
    OfAccount, Post, Posted, PutSurvey, Saved, Schedule, Submission, Submitted, SurveyRow, Upload,
};

#[derive(Debug)]
pub(crate) enum Write {
    PutSurvey(SurveyRow, Act),
    AddCases {
        survey: String,
        wave: String,
        cases: Vec<NewCase>,
        act: Act,
    },
    SaveDraft {
        case: i64,
        base: i64,
        sealed: Vec<u8>,
        at: i64,
    },
    Submit(Submission),
    Import(Import),
    Close {
        survey: String,
        act: Act,
    },
    Audit {
        survey: String,
        act: Act,
    },
    List {
        survey: String,
        wave: String,
        units: Vec<Listed>,
        act: Act,
    },
    IssueCodes {
        survey: String,
        wave: String,
        codes: Vec<NewCodes>,
        replace: bool,
        act: Act,
    },
    Record {
        case: i64,
        disposition: Disposition,
        act: Act,
    },
    Schedule {
        survey: String,
        dates: Schedule,
        act: Act,
    },
    Account(OfAccount),
    EndSessions(Vec<EndedSession>),
    ForgetSessions {
        before: i64,
    },
    PutUpload(Upload),
    DropUploads {
        operator: String,
        before: i64,
    },
    Post(Post),
    PutApiKey(ApiKey, Act),
    RevokeApiKey {
        survey: String,
        name: String,
        act: Act,
    },
    Erase {
        survey: String,
        act: Act,
    },
    /// Changes nothing that is read.
    Ping,
    /// The rows of a backup, in parts; an empty part says that all came.
    Restore(Mutex<mpsc::Receiver<Vec<DumpRow>>>),
}

impl Write {
    /// Whether it cannot be carried out a second time: its rows are taken as they come.
    pub fn is_once(&self) -> bool {
        matches!(self, Write::Restore(_))
    }
}

#[derive(Debug)]
pub(crate) enum Done {
    Survey(PutSurvey),
    Count(u64),
    Saved(Saved),
    Submitted(Submitted),
    Imported(Imported),
    Listing(Listing),
    Units(Vec<String>),
    Flag(bool),
    Posted(Posted),
    Erased(Erased),
    Nothing,
}
